"""Several imports of one save: each is placed in the text that the ones before it made, broken or not."""

from __future__ import annotations

import pytest

from engine.intents import propose
from engine.types import IntentKind
from tests.engine.syntax.projects import Memory

LIB = "pub struct Foo;\npub struct Bar;\npub struct Baz;\n"


def rust(before: str, after: str) -> str:
    """The file once every import was taken."""
    manifest = {"Cargo.toml": '[package]\nname = "x"\n', "src/lib.rs": "mod a;\nmod b;\n"}
    project = Memory({**manifest, "src/b.rs": LIB, "src/a.rs": before})
    edit = project.save("src/a.rs", after)
    sites = [one for one in propose(edit, (), project.index) if one.intent is IntentKind.IMPORT]
    return project.applied(sites)["src/a.rs"]


def test_an_import_of_a_module_inside_of_a_file_stays_in_it() -> None:
    made = rust("fn a() {}\n", "fn x() { Foo; }\n\nmod t {\n    fn z() { Bar; }\n}\n")
    assert "fn x() { Foo; }" in made
    walled = "const LONG: Foo = 1;\nconst LONGER: u32 = 2;\nmod t { type T = Bar; }\n"
    assert walled.splitlines()[1] in rust("fn a() {}\n", walled)


@pytest.mark.parametrize(
    "broken", ["use super::b::Bar\nuse std::io;\n", "use super::b::{Bar}\nfn q() { let a = 1; }\n"]
)
def test_a_use_without_its_end_is_no_harm(broken: str) -> None:
    assert "fn y(_: Foo) {}" in rust(broken, broken + "fn y(_: Foo) {}\n")


def test_the_inner_name_of_an_export_is_not_passed_on() -> None:
    files = {
        "x.ts": "export class Inner {}\nexport class Other {}\n",
        "index.ts": "export { Inner as Outer, Other } from './x'\n",
        "app.ts": "import { Other } from './index'\nnew Other()\n",
    }
    project = Memory(files)
    edit = project.save("app.ts", files["app.ts"] + "new Inner()\n")
    made = project.applied(list(propose(edit, (), project.index)))["app.ts"]
    assert "Inner } from './index'" not in made


def test_a_name_that_was_moved_away_takes_its_own_import_along() -> None:
    files = {
        "p/__init__.py": "",
        "p/q.py": "dep = 1\n",
        "p/a.py": "from p.q import dep\n\n\nclass Foo:\n    x = dep\n\n\ny = 1\n",
        "p/b.py": "z = 2\n",
        "p/c.py": "from p.a import Foo\n\nFoo()\n",
    }
    project = Memory(files)
    moved = project.save("p/b.py", "z = 2\n\n\nclass Foo:\n    x = 1\n")
    edit = project.save("p/a.py", "from p.q import dep\n\n\ny = 1\n")
    made = project.applied(list(propose(edit, (moved,), project.index)))
    assert "dep" not in made["p/a.py"]
