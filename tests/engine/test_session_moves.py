"""A file that is moved in a watched project: its imports follow, through the session as it runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.types import Silence, Suggestion
from tests.engine.test_session import Bench, bench

__all__ = ["bench"]

MOVES = {
    "shop/__init__.py": "",
    "shop/user_service.py": "class UserService:\n    def run(self): ...\n",
    "app/main.py": (
        "import shop.user_service\nfrom shop import user_service\n"
        "from shop.user_service import UserService\n\n"
        "user_service.UserService()\nshop.user_service.UserService()\n"
        'UserService().run()\nname = "user_service"\n'
    ),
    "shop/near.py": "from . import user_service as us\nfrom .user_service import UserService\n",
    "web/UserService.ts": "export class UserService {}\n",
    "web/main.ts": 'import { UserService } from "./UserService";\nimport "../web/UserService.js";\n',
    "web/deep/a.ts": 'export * from "../UserService";\njest.mock("../UserService");\n',
    "Cargo.toml": '[package]\nname = "shop"\n',
    "src/lib.rs": "pub mod user_service;\nuse crate::user_service::{run, self as us};\n",
    "src/user_service.rs": "pub fn run() {}\n",
    "src/b.rs": "fn f() { crate::user_service::run(); }\n",
}


def moved(
    bench: Bench, old: str, new: str, change: Callable[[str], str] = lambda text: text
) -> dict[str, str]:
    """The files after a file was moved and all that was offered then was taken."""
    text = change(bench.text(old))
    (bench.root / old).unlink()
    bench.write(new, text)
    bench.session.observe(frozenset({old, new}))
    answer = bench.answer()
    assert isinstance(answer, Suggestion), answer
    bench.session.accept(answer.id, "all")
    return {path: bench.text(path) for path in MOVES if (bench.root / path).is_file()}


@pytest.fixture
def moving(bench: Bench) -> Bench:
    for path, text in MOVES.items():
        bench.write(path, text)
    return bench.start()


def test_imports_of_a_moved_module_follow(moving: Bench) -> None:
    after = moved(moving, "shop/user_service.py", "shop/account_service.py")
    assert after["app/main.py"] == MOVES["app/main.py"].replace("user_service", "account_service").replace(
        '"account_service"', '"user_service"'
    )
    assert after["shop/near.py"] == MOVES["shop/near.py"].replace("user_service", "account_service")


def test_a_class_and_its_file_are_renamed_at_once(moving: Bench) -> None:
    change = lambda text: text.replace("UserService", "AccountService")  # noqa: E731  one line says it
    after = moved(moving, "shop/user_service.py", "shop/account_service.py", change)
    expected = MOVES["app/main.py"].replace("user_service", "account_service")
    expected = expected.replace("UserService", "AccountService").replace(
        '"account_service"', '"user_service"'
    )
    assert after["app/main.py"] == expected
    after = moved(moving, "web/UserService.ts", "web/AccountService.ts", change)
    assert after["web/main.ts"] == MOVES["web/main.ts"].replace("UserService", "AccountService")
    assert after["web/deep/a.ts"] == MOVES["web/deep/a.ts"].replace("UserService", "AccountService")


def test_a_file_that_went_to_another_folder(moving: Bench) -> None:
    after = moved(moving, "web/UserService.ts", "lib/UserService.ts")
    assert after["web/main.ts"] == (
        'import { UserService } from "../lib/UserService";\nimport "../lib/UserService.js";\n'
    )
    assert after["web/deep/a.ts"] == MOVES["web/deep/a.ts"].replace("../UserService", "../../lib/UserService")
    after = moved(moving, "shop/user_service.py", "app/user_service.py")
    assert "from app.user_service import UserService" in after["app/main.py"]


def test_a_module_of_rust_that_moved(moving: Bench) -> None:
    after = moved(moving, "src/user_service.rs", "src/account.rs")
    assert after["src/lib.rs"] == MOVES["src/lib.rs"].replace("user_service", "account")
    assert after["src/b.rs"] == MOVES["src/b.rs"].replace("user_service", "account")


def test_a_file_that_goes_and_another_that_comes_are_no_move(moving: Bench) -> None:
    (moving.root / "shop/user_service.py").unlink()
    moving.write("shop/other.py", "class Other:\n    x = 1\n")
    moving.session.observe(frozenset({"shop/user_service.py", "shop/other.py"}))
    assert isinstance(moving.answer(), Silence)
