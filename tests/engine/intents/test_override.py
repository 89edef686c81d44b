"""Overrides that follow when a base gains or loses a member, in every language that has classes."""

from __future__ import annotations

import textwrap

import pytest

from engine.intents import override
from engine.intents.context import Context
from engine.types import IntentKind, Site, Trigger
from tests.engine.syntax.projects import Memory


def code(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def follow(project: Memory, path: str, old: str, new: str) -> tuple[Site, ...]:
    before = project.files[path]
    assert old in before
    edit = project.save(path, before.replace(old, new, 1))
    return override.propose(Context(edit, (), project.index))


def gained(files: dict[str, str], path: str, old: str, new: str) -> dict[str, str]:
    """What each changed file gained or lost, as the added and removed lines without indentation."""
    project = Memory({name: code(text) for name, text in files.items()})
    sites = follow(project, path, old, new)
    applied = project.applied(sites)
    found = {}
    for name, text in applied.items():
        if text != project.files[name]:
            assert project.index.errors(name, text) == project.index.errors(name, project.files[name])
            found[name] = text
    return found


PYTHON = {
    "base.py": '''
        from abc import ABC, abstractmethod


        class Store(ABC):
            @abstractmethod
            def get(self, key: str) -> str:
                """One value."""

            def close(self) -> None:
                pass
    ''',
    "kids.py": '''
        from base import Store


        class Files(Store):
            """On disk."""

            def get(self, key: str) -> str:
                return open(key).read()  # all of it

            # nothing is open
            def close(self) -> None:
                pass


        class Nothing(Store):
            pass


        class Wrapped(Store):
            def __init__(self, inner: Store) -> None:
                self.inner = inner

            def get(self, key: str) -> str:
                return self.inner.get(key)
    ''',
}


def test_python_abstract_member_comes() -> None:
    found = gained(
        PYTHON,
        "base.py",
        "    def close",
        "    @abstractmethod\n    async def put(self, key: str, *, ttl: int = 0) -> bool: ...\n\n"
        "    def close",
    )
    assert set(found) == {"kids.py"}
    text = found["kids.py"]
    stub = "    async def put(self, key: str, *, ttl: int = 0) -> bool:\n        raise NotImplementedError\n"
    assert f"read()  # all of it\n\n{stub}\n    # nothing is open\n" in text
    assert f"class Nothing(Store):\n{stub}\n" in text
    assert text.endswith("        return await self.inner.put(key, ttl=ttl)\n")


def test_python_body_that_raises_is_a_demand_and_its_words_are_kept() -> None:
    files = {
        "base.py": "class Shape:\n    def area(self):\n        raise NotImplementedError()\n",
        "kid.py": (
            "from base import Shape as Base\n\n\nclass Dot(Base):\n    def area(self):\n        return 0\n"
        ),
        "foreign.py": "from other import Shape\n\n\nclass Line(Shape):\n    pass\n",
    }
    found = gained(
        files,
        "base.py",
        "NotImplementedError()\n",
        "NotImplementedError()\n\n    @property\n    def name(self):\n        raise NotImplementedError()\n",
    )
    assert found == {
        "kid.py": files["kid.py"]
        + "\n    @property\n    def name(self):\n        raise NotImplementedError()\n"
    }


def test_python_protocol_and_override_marker() -> None:
    files = {
        "base.py": (
            "import typing as t\n\n\nclass Sink(t.Protocol):\n    def write(self, data: bytes) -> int: ...\n"
        ),
        "kid.py": (
            "import typing as t\n\nfrom base import Sink\n\n\nclass Null(Sink):\n    @t.override\n"
            "    def write(self, data: bytes) -> int:\n        return 0\n"
        ),
    }
    found = gained(files, "base.py", "-> int: ...\n", "-> int: ...\n\n    def flush(self) -> None: ...\n")
    assert found["kid.py"].endswith(
        "\n\n    @t.override\n    def flush(self) -> None:\n        raise NotImplementedError\n"
    )


@pytest.mark.parametrize(
    "member",
    [
        "    def helper(self) -> int:\n        return 1\n\n",
        "    def __hidden(self) -> int:\n        raise NotImplementedError\n\n",
        "    # a comment\n",
        "    size = 3\n\n",
    ],
)
def test_python_what_asks_nothing_is_followed_by_nothing(member: str) -> None:
    assert gained(PYTHON, "base.py", "    def close", member + "    def close") == {}


def test_a_concrete_member_follows_the_habit_of_the_subclass() -> None:
    base = "class Base:\n" + "".join(f"    def {n}(self, x):\n        return x\n\n" for n in ("a", "b", "c"))
    kid = "from m import Base\n\n\nclass Kid(Base):\n" + "\n".join(
        f"    def {n}(self, x):\n        log(x)\n        return super().{n}(x)\n" for n in ("a", "b", "c")
    )
    lazy = "from m import Base\n\n\nclass Lazy(Base):\n    def a(self, x):\n        return 1\n"
    found = gained(
        {"m.py": base, "kid.py": kid, "lazy.py": lazy},
        "m.py",
        "    def c(",
        "    def d(self, y, *more):\n        return y\n\n    def c(",
    )
    assert set(found) == {"kid.py"}
    assert "    def d(self, y, *more):\n        return super().d(y, *more)\n" in found["kid.py"]


def test_a_renamed_member_is_not_one_that_came() -> None:
    assert gained(PYTHON, "base.py", "def get(", "def read(") == {}


def test_the_place_that_was_done_by_hand_is_left_alone() -> None:
    project = Memory({name: code(text) for name, text in PYTHON.items()})
    kids = project.files["kids.py"]
    own = "class Nothing(Store):\n    def put(self) -> None:\n        return None\n"
    project.save("kids.py", kids.replace("class Nothing(Store):\n    pass\n", own))
    sites = follow(
        project,
        "base.py",
        "    def close",
        "    @abstractmethod\n    def put(self) -> None: ...\n\n    def close",
    )
    assert len(sites) == 2
    assert {site.trigger for site in sites} == {Trigger.MEMBER_ADDED}
    assert {site.intent for site in sites} == {IntentKind.OVERRIDE}


def test_python_what_left_takes_only_what_cannot_stay() -> None:
    files = {
        "base.py": "class Base:\n    def a(self):\n        return 1\n\n    def b(self):\n        return 2\n",
        "kid.py": (
            "from typing import override\n\nfrom base import Base\n\n\nclass Marked(Base):\n    @override\n"
            "    def b(self):\n        return 3\n\n\n"
            "class Upward(Base):\n    def a(self):\n        return 4\n\n"
            "    def b(self):\n        return super().b()\n\n\n"
            "class Own(Base):\n    def b(self):\n        return 5\n"
        ),
    }
    found = gained(files, "base.py", "\n    def b(self):\n        return 2\n", "")
    assert found["kid.py"] == (
        "from typing import override\n\nfrom base import Base\n\n\nclass Marked(Base):\n    pass\n\n\n"
        "class Upward(Base):\n    def a(self):\n        return 4\n\n\n"
        "class Own(Base):\n    def b(self):\n        return 5\n"
    )


def test_python_a_class_that_takes_up_a_base_gets_what_it_lacks() -> None:
    found = gained(PYTHON, "kids.py", "class Nothing", "class Fresh(Store):\n    x = 1\n\n\nclass Nothing")
    stub = "    def get(self, key: str) -> str:\n        raise NotImplementedError\n"
    assert f"class Fresh(Store):\n    x = 1\n\n{stub}\n\nclass Nothing" in found["kids.py"]
    assert found["kids.py"].count("raise NotImplementedError") == 1


def test_windows_line_ends_are_kept() -> None:
    files = {
        "base.py": "class Base:\n    def a(self):\n        raise NotImplementedError\n",
        "kid.py": (
            "from base import Base\r\n\r\n\r\nclass Kid(Base):\r\n    def a(self):\r\n        return 1\r\n"
        ),
    }
    project = Memory(files)
    stub = "\n    def b(self):\n        raise NotImplementedError\n"
    (site,) = follow(project, "base.py", "NotImplementedError\n", "NotImplementedError\n" + stub)
    assert site.draft == stub.replace("\n", "\r\n").join(("\r\n", "")).removesuffix("\r\n")


@pytest.mark.parametrize("text", ["class Base(", "class B:\n    def", "interface X {", "impl T for", "}", ""])
def test_broken_files_are_no_trouble(text: str) -> None:
    for path in ("m.py", "m.ts", "m.js", "M.java", "m.go", "m.rs"):
        project = Memory({path: "class B { abstract a(): void }\n"})
        edit = project.save(path, text)
        override.propose(Context(edit, (), project.index))


def test_a_stub_written_first_does_not_hand_the_duty_on() -> None:
    """A class that says for now that a member is not implemented is no contract for those below it."""
    stub = "    def flush(self) -> None:\n        raise NotImplementedError\n"
    files = {
        "base.py": "class Base:\n    def a(self) -> None:\n        raise NotImplementedError\n",
        "kid.py": f"from base import Base\n\n\nclass Kid(Base):\n    def a(self) -> None: ...\n\n{stub}",
        "under.py": "from kid import Kid\n\n\nclass Under(Kid):\n    def a(self) -> None: ...\n",
    }
    assert gained(files, "base.py", "NotImplementedError\n", f"NotImplementedError\n\n{stub}") == {}


def test_python_a_decorator_that_comes_or_goes_is_followed() -> None:
    files = {
        "base.py": "class Base:\n    def size(self):\n        return 1\n",
        "kid.py": "from base import Base\n\n\nclass Kid(Base):\n    def size(self):\n        return 2\n",
    }
    with_it = {name: text.replace("    def", "    @property\n    def") for name, text in files.items()}
    assert gained(files, "base.py", "    def", "    @property\n    def") == {"kid.py": with_it["kid.py"]}
    assert gained(with_it, "base.py", "    @property\n", "") == {"kid.py": files["kid.py"]}


def test_a_base_that_does_not_parse_asks_for_nothing() -> None:
    half = "    @abstractmethod\n    def put(self, key: str\n\n    def close"
    assert gained(PYTHON, "base.py", "    def close", half) == {}


def test_a_static_member_is_nobody_elses_business() -> None:
    base = "class Base:\n" + "".join(f"    def {n}(self):\n        return 1\n\n" for n in ("a", "b", "c"))
    kid = base.replace("class Base:", "from m import Base\n\n\nclass Kid(Base):")
    static = "    @staticmethod\n    def d():\n        return 1\n\n"
    assert gained({"m.py": base, "kid.py": kid}, "m.py", "    def c(", static + "    def c(") == {}
