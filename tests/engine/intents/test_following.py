"""Imports that come and go with the drafts of other scenarios, in every language with written types."""

from __future__ import annotations

import pytest

from engine.intents import propose
from engine.types import IntentKind, Site
from tests.engine.syntax.projects import Memory

PYTHON = {
    "pkg/__init__.py": "",
    "pkg/shapes.py": "class Shape: ...\nclass Circle(Shape): ...\n",
    "pkg/base.py": (
        "from pkg.shapes import Circle, Shape\n"
        "\n"
        "class Base:\n"
        "    def near(self, on: Shape) -> Shape: ...\n"
        "\n"
        "kept = Circle()\n"
    ),
    "pkg/box.py": (
        "import os\n"
        "\n"
        "from pkg.base import Base\n"
        "from pkg.shapes import Shape\n"
        "\n"
        "class Box(Base):\n"
        "    def near(self, on: Shape) -> int: ...\n"
        "\n"
        "os.sep\n"
    ),
}
TYPESCRIPT = {
    "src/shapes.ts": "export class Shape {}\nexport class Circle extends Shape {}\n",
    "src/base.ts": (
        "import { Circle, Shape } from './shapes';\n"
        "export abstract class Base {\n"
        "  near(on: Shape): Shape { return new Circle(); }\n"
        "}\n"
    ),
    "src/box.ts": (
        "import { Base } from './base';\n"
        "import { Shape } from './shapes';\n"
        "export class Box extends Base {\n"
        "  near(on: Shape): number { return 1; }\n"
        "}\n"
    ),
}
JAVA = {
    "a/Shape.java": "package a;\npublic class Shape {}\n",
    "a/Circle.java": "package a;\npublic class Circle extends Shape {}\n",
    "b/Base.java": (
        "package b;\n"
        "\n"
        "import a.Circle;\n"
        "import a.Shape;\n"
        "\n"
        "public interface Base {\n"
        "    Circle near(Shape on);\n"
        "    Shape far();\n"
        "}\n"
    ),
    "c/Box.java": (
        "package c;\n"
        "\n"
        "import a.Shape;\n"
        "import b.Base;\n"
        "\n"
        "class Box implements Base {\n"
        "    public Object near(Shape on) { return null; }\n"
        "}\n"
    ),
}
GO = {
    "go.mod": "module example.com/x\n\ngo 1.21\n",
    "shape/shape.go": "package shape\n\ntype Shape struct{}\n",
    "round/round.go": "package round\n\ntype Circle struct{}\n",
    "base/base.go": (
        "package base\n"
        "\n"
        "import (\n"
        '\t"example.com/x/round"\n'
        '\t"example.com/x/shape"\n'
        ")\n"
        "\n"
        "type Base interface {\n"
        "\tNear(on shape.Shape) int\n"
        "\tFar() round.Circle\n"
        "\tHere() shape.Shape\n"
        "}\n"
    ),
    "box/box.go": (
        "package box\n"
        "\n"
        "import (\n"
        '\t"fmt"\n'
        "\n"
        '\t"example.com/x/shape"\n'
        ")\n"
        "\n"
        "type Box struct{}\n"
        "\n"
        "func (b Box) Near(on shape.Shape) int {\n"
        "\tfmt.Println()\n"
        "\treturn 1\n"
        "}\n"
    ),
}
RUST = {
    "Cargo.toml": '[package]\nname = "x"\n',
    "src/lib.rs": "pub mod base;\npub mod boxed;\npub mod shapes;\n",
    "src/shapes.rs": "pub struct Shape;\npub struct Circle;\n",
    "src/base.rs": (
        "use crate::shapes::{Circle, Shape};\n"
        "\n"
        "pub trait Base {\n"
        "    fn near(&self, on: Shape) -> Circle;\n"
        "    fn far(&self) -> Shape;\n"
        "}\n"
    ),
    "src/boxed.rs": (
        "use crate::base::Base;\n"
        "use crate::shapes::Shape;\n"
        "\n"
        "pub struct Boxed;\n"
        "\n"
        "impl Base for Boxed {\n"
        "    fn near(&self, on: Shape) -> u8 {\n"
        "        1\n"
        "    }\n"
        "}\n"
    ),
}


def saved(files: dict[str, str], path: str, old: str, new: str) -> tuple[Memory, tuple[Site, ...]]:
    """Save with `old` exchanged for `new`, and the whole chain."""
    project = Memory(files)
    before = project.files[path]
    assert before.count(old) == 1
    edit = project.save(path, before.replace(old, new))
    return project, propose(edit, (), project.index)


@pytest.mark.parametrize(
    ("files", "base", "kid", "use", "gone", "came"),
    [
        (PYTHON, "pkg/base.py", "pkg/box.py", ("on: Shape", "on: Circle"), "t Shape\n", "t Circle\n"),
        (TYPESCRIPT, "src/base.ts", "src/box.ts", ("on: Shape", "on: Circle"), "{ Shape }", "{ Circle }"),
        (JAVA, "b/Base.java", "c/Box.java", ("Shape on", "Circle on"), "import a.Shape;", "import a.Circle;"),
        (GO, "base/base.go", "box/box.go", ("on shape.Shape", "on round.Circle"), "x/shape\"", "x/round\""),
        (RUST, "src/base.rs", "src/boxed.rs", ("on: Shape", "on: Circle"), "shapes::Shape", "shapes::Circle"),
    ],
)  # fmt: skip
def test_an_exchanged_type_brings_its_import_and_takes_the_old_one(
    files: dict[str, str], base: str, kid: str, use: tuple[str, str], gone: str, came: str
) -> None:
    project, sites = saved(files, base, *use)
    made = project.applied(sites)[kid]
    assert use[1] in made
    assert gone not in made
    assert made.count(came) == 1
    mine = [site for site in sites if site.path == kid]
    assert [site.intent for site in mine][-1] is IntentKind.REFINE
    assert all(site.intent is IntentKind.IMPORT for site in mine[:-1])


def test_what_is_used_elsewhere_stays_imported() -> None:
    files = {**PYTHON, "pkg/box.py": PYTHON["pkg/box.py"].replace("os.sep", "os.sep, Shape")}
    project, sites = saved(files, "pkg/base.py", "on: Shape", "on: Circle")
    assert "from pkg.shapes import Circle, Shape\n" in project.applied(sites)["pkg/box.py"]


def test_an_override_brings_the_imports_of_its_signature() -> None:
    files = {
        **PYTHON,
        "pkg/box.py": (
            "from pkg.base import Base\n"
            "\n"
            "class Box(Base):\n"
            "    def far(self) -> int:\n"
            "        raise NotImplementedError\n"
        ),
        "pkg/base.py": (
            "from abc import ABC, abstractmethod\n"
            "from pkg.shapes import Shape\n"
            "\n"
            "class Base(ABC):\n"
            "    @abstractmethod\n"
            "    def far(self) -> int: ...\n"
            "\n"
            "kept = Shape()\n"
        ),
    }  # fmt: skip
    new = "    def far(self) -> int: ...\n    @abstractmethod\n    def near(self, on: Shape) -> Shape: ...\n"
    project, sites = saved(files, "pkg/base.py", "    def far(self) -> int: ...\n", new)
    made = project.applied(sites)["pkg/box.py"]
    assert "def near(self, on: Shape)" in made
    assert "from pkg.shapes import Shape\n" in made


def test_nothing_follows_where_imports_are_switched_off() -> None:
    project = Memory(PYTHON)
    edit = project.save("pkg/base.py", PYTHON["pkg/base.py"].replace("on: Shape", "on: Circle"))
    sites = propose(edit, (), project.index, without={IntentKind.IMPORT})
    assert sites and IntentKind.IMPORT not in {site.intent for site in sites}


def test_a_constant_of_an_enumeration_needs_no_import() -> None:
    files = {
        "a/E.java": "package a;\npublic enum E { ONE, Two }\n",
        "b/Two.java": "package b;\npublic class Two {}\n",
        "a/U.java": (
            "package a;\nclass U { int of(E e) { switch (e) { case ONE: return 1; default: return 2; } } }\n"
        ),
    }
    project = Memory(files)
    edit = project.save("a/U.java", files["a/U.java"].replace("default", "case Two: return 3; default"))
    assert not [s for s in propose(edit, (), project.index) if s.intent is IntentKind.IMPORT]


def test_a_renamed_member_asks_for_no_import(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "a.py": "class A:\n    def go(self): ...\n\n\nA().go()\n",
        "b.py": "from a import A\n\nA().go()\n",
    }
    asked: list[str] = []
    monkeypatch.setattr("engine.intents.importing.following._changed", lambda *given: asked.append("") or [])
    project, sites = saved(files, "a.py", "def go", "def walk")
    assert ".walk()" in project.applied(sites)["b.py"]
    assert not asked


def test_several_imports_that_lose_their_last_use_go_together() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/shapes.py": "class Shape: ...\n",
        "pkg/colours.py": "class Colour: ...\n",
        "pkg/area.py": "def area(size, shape, colour):\n    return size\n",
        "pkg/use.py": (
            "from pkg.area import area\n"
            "from pkg.colours import Colour\n"
            "from pkg.shapes import Shape\n"
            "\n"
            "print(area(1, Shape(), Colour()))\n"
        ),
    }
    project, sites = saved(files, "pkg/area.py", "(size, shape, colour)", "(size)")
    assert project.applied(sites)["pkg/use.py"] == "from pkg.area import area\n\nprint(area(1))\n"


def test_names_that_leave_the_end_of_one_list_go_together() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/shapes.py": "class Alpha: ...\nclass Circle: ...\nclass Shape: ...\n",
        "pkg/base.py": (
            "from pkg.shapes import Circle, Shape\n"
            "\n"
            "class Base:\n"
            "    def near(self, on: Circle, to: Shape) -> None: ...\n"
        ),
        "pkg/box.py": (
            "from pkg.base import Base\n"
            "from pkg.shapes import Alpha, Circle, Shape\n"
            "\n"
            "class Box(Base):\n"
            "    def near(self, on: Circle, to: Shape) -> None:\n"
            "        Alpha()\n"
        ),
    }
    project, sites = saved(files, "pkg/base.py", "on: Circle, to: Shape", "on: int, to: str")
    assert "from pkg.shapes import Alpha\n" in project.applied(sites)["pkg/box.py"]
