"""Automatic import: what an edit needs comes in the file's own style, what it left unused is offered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.diff import hunks
from engine.intents import imports
from engine.intents.context import Context
from engine.syntax.linking.dependencies import VARIABLES, Dependencies
from engine.types import Site, Trigger
from tests.engine.syntax.projects import Memory


def change(project: Memory, path: str, *pairs: tuple[str, str]) -> tuple[Site, ...]:
    """Save with each old text replaced by its new one, and what is proposed."""
    text = project.files[path]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    recent = tuple(project.edits)
    edit = project.save(path, text)
    return imports.propose(Context(edit, recent, project.index))


def shown(project: Memory, path: str, *pairs: tuple[str, str]) -> str:
    """The file after every site that structure alone would show."""
    return project.applied(change(project, path, *pairs))[path]


PYTHON = {
    "pkg/__init__.py": "",
    "pkg/shapes.py": "class Shape:\n    pass\n\n\ndef area(shape):\n    return 1\n",
    "pkg/paint.py": "import os\nfrom pathlib import Path\n\nimport numpy as np\n\n"
    "from .shapes import Shape\n\n"
    "def one():\n    return Path(os.getcwd()), np.array([]), Shape\n",
    "pkg/main.py": '"""Doc."""\n\nimport sys\n\nfrom .shapes import area\n\n\n'
    "def main():\n    return area(sys)\n",
}


def test_python_name_joins_the_statement_of_its_module() -> None:
    text = shown(Memory(PYTHON), "pkg/main.py", ("area(sys)", "area(sys), Shape()"))
    assert "from .shapes import Shape, area\n" in text


def test_python_groups_and_order() -> None:
    new = "area(sys), os.sep, Path('.'), np.array([])"
    text = shown(Memory(PYTHON), "pkg/main.py", ("area(sys)", new))
    assert text.startswith(
        '"""Doc."""\n\nimport os\nimport sys\nfrom pathlib import Path\n\n'
        "import numpy as np\n\nfrom .shapes import area\n"
    )


def test_python_two_names_of_one_module_are_one_statement() -> None:
    project = Memory({"a.py": "X = 1\n", "b.py": "class P:\n    pass\n"})
    assert shown(project, "a.py", ("X = 1", "X = (ChainMap(), OrderedDict())")).startswith(
        "from collections import ChainMap, OrderedDict\n"
    )


def test_python_parenthesised_list_grows_by_a_line() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "def one(): pass\ndef two(): pass\ndef three(): pass\n",
        "pkg/b.py": "from pkg.a import (\n    one,\n    two,\n)\n\none()\n\ntwo()\n",
    }
    text = shown(Memory(files), "pkg/b.py", ("two()\n", "two(three())\n"))
    assert text.startswith("from pkg.a import (\n    one,\n    three,\n    two,\n)\n")


def test_python_annotation_goes_below_type_checking() -> None:
    files = {
        **PYTHON,
        "pkg/typed.py": "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from .shapes import Shape\n\n\ndef f(a: Shape):\n    return a\n",
        "pkg/other.py": "class Other:\n    pass\n",
    }
    text = shown(Memory(files), "pkg/typed.py", ("def f(a: Shape)", "def f(a: Shape, b: Other)"))
    assert "if TYPE_CHECKING:\n    from .other import Other\n    from .shapes import Shape\n" in text


def test_python_first_import_stands_below_the_docstring() -> None:
    project = Memory({"a.py": '"""Doc."""\n\nX = 1\n'})
    assert (
        shown(project, "a.py", ("X = 1", "X = json.dumps(1)"))
        == '"""Doc."""\n\nimport json\n\nX = json.dumps(1)\n'
    )


def test_python_module_or_class_of_one_name_by_its_member() -> None:
    project = Memory({"a.py": "X = 1\n"})
    assert "import datetime\n" in shown(project, "a.py", ("X = 1", "X = datetime.timedelta(1)"))
    assert "from datetime import datetime\n" in shown(
        Memory({"a.py": "X = 1\n"}), "a.py", ("X = 1", "X = datetime.now()")
    )


QUIET = (
    "print(len([]))",
    "value = 1; print(value)",
    "print('Path')",
    "x = 1  # Path",
    "def g(Path): return Path",
    "print(self.Path)",
    "f(Path=1)",
    "[Path for Path in range(3)]",
)


def test_python_what_needs_no_import() -> None:
    for line in QUIET:
        project = Memory({**PYTHON, "pkg/new.py": "self = f = None\n"})
        assert not change(project, "pkg/new.py", ("None\n", f"None\n{line}\n")), line


def test_python_wildcard_of_the_project_binds() -> None:
    project = Memory({**PYTHON, "pkg/new.py": "from .shapes import *\n\nx = 1\n"})
    assert not change(project, "pkg/new.py", ("x = 1", "x = Shape()"))


def test_python_wildcard_of_something_unknown_makes_it_a_guess() -> None:
    project = Memory({"a.py": "from tk import *\n\nx = 1\n"})
    assert all(site.rule < 0.5 for site in change(project, "a.py", ("x = 1", "x = Path()")))


def test_python_rivals_are_no_offer() -> None:
    files = {
        "m1.py": "class Thing: pass\n",
        "m2.py": "class Thing: pass\n",
        "a.py": "x = 1\n",
    }
    sites = change(Memory(files), "a.py", ("x = 1", "x = Thing()"))
    assert [site.rule < 0.5 for site in sites] == [True]


# -- leaving


def test_python_last_use_takes_the_statement_along() -> None:
    project = Memory({"a.py": "import os\nimport sys\n\nprint(os.sep)\nprint(sys)\n"})
    sites = change(project, "a.py", ("print(os.sep)\n", ""))
    assert [site.trigger for site in sites] == [Trigger.NAME_UNUSED]
    assert project.applied(sites)["a.py"] == "import sys\n\nprint(sys)\n"


def test_python_one_name_leaves_a_list() -> None:
    for old, new in (
        ("a, b, c", "a, c"),
        ("(\n    a,\n    b,\n    c,\n)", "(\n    a,\n    c,\n)"),
        ("c, b", "c"),
    ):
        project = Memory({"x.py": f"from m import {old}\n\nprint(b)\nprint(a, c)\n"})
        assert shown(project, "x.py", ("print(b)\n", "")).startswith(f"from m import {new}\n"), old


def test_python_imports_that_stay() -> None:
    for first, path in (
        ("import os  # noqa: F401\n", "a.py"),
        ("import os\n__all__ = ['os']\n", "a.py"),
        ("import os\n\nprint(os.path)\n", "a.py"),
        ("import os\n", "pkg/__init__.py"),
    ):
        project = Memory({path: f"{first}\nprint(os.sep)\n"})
        assert not change(project, path, ("print(os.sep)\n", "print()\n")), first


def test_python_what_another_file_imports_from_here_stays() -> None:
    project = Memory({"a.py": "import os\n\nprint(os.sep)\n", "b.py": "from a import os\n"})
    assert not change(project, "a.py", ("print(os.sep)\n", "print()\n"))


def test_moved_code_brings_its_import_along() -> None:
    project = Memory({"a.py": "import shutil\n\nshutil.rmtree('x')\n", "b.py": "import os\n\nos.sep\n"})
    gone = change(project, "a.py", ("shutil.rmtree('x')\n", ""))
    assert project.applied(gone)["a.py"].strip() == ""
    assert shown(project, "b.py", ("os.sep\n", "os.sep\nshutil.rmtree('x')\n")).startswith(
        "import os\nimport shutil\n"
    )


def test_odd_texts_do_no_harm() -> None:
    for text in (
        "",
        "import",
        "from x import (",
        "x = (" * 500,
        "import os\r\nfrom . import",
        "\x00\n",
        "é = Path(\n",
    ):
        project = Memory({"a.py": "import os\nos.sep\n", "b.py": text})
        before = project.files["a.py"]
        edit = project.save("a.py", text)
        assert edit.hunks == hunks(before, text)
        for site in imports.propose(Context(edit, (), project.index)):
            assert project.files["a.py"].startswith(site.old, site.start)


def test_python_what_a_dependency_defines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    package = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages" / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(
        "from .base import (\n    Base,\n    Other as Open,\n)\n\n\nclass Till:\n    pass\n"
    )
    dependencies = Dependencies(tmp_path)
    assert dependencies.holders("Till", ["other", "shop"]) == ["shop"]
    assert dependencies.holders("Open", ["shop"]) == ["shop"]
    assert not dependencies.holders("Nothing", ["shop"])
    assert not dependencies.holders("Till", ["", ".", "..", "._version", ".shop"]), "no packages"
    project = Memory({"a.py": "from shop import Base\n\nx = Base\n"})
    project.index.dependencies = dependencies
    assert shown(project, "a.py", ("x = Base", "x = Base, Till()")).startswith(
        "from shop import Base, Till\n"
    )


def test_an_environment_and_its_packages_may_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    project = Memory({"a.py": "x = 1\n"})
    project.index.dependencies = Dependencies(tmp_path)
    folder = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    for number, package in enumerate(("shop", "store")):
        assert not project.index.dependencies.holders("Till", [package])
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text("class Till:\n    pass\n")
        os.utime(folder, (number, number))  # the clock of the file system may be a coarse one
        project.save("a.py", f"x = '{package}'\n")
        assert project.index.dependencies.holders("Till", [package]) == [package]


def test_an_import_that_leads_nowhere_is_no_package(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    project = Memory({"pkg/a.py": "from ._version import version\n\nx = version\n"})
    project.index.dependencies = Dependencies(tmp_path)
    shown(project, "pkg/a.py", ("x = version", "x = version, Missing()"))


def moved(files: dict[str, str], source: str, target: str, text: str) -> dict[str, str]:
    """The files after `text` was cut from one and pasted at the end of another, with what was shown then."""
    project = Memory(files)
    first = project.save(source, files[source].replace(text, ""))
    edit = project.save(target, files[target] + text)
    return project.applied(imports.propose(Context(edit, (first,), project.index)))


def test_python_importers_follow_a_definition_that_moved() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "X = 1\n\n\ndef price(x):\n    return x\n",
        "pkg/b.py": "Y = 2\n\n\n",
        "pkg/one.py": "from .a import price\nfrom .c import z\n\nprice(z)\n",
        "pkg/two.py": "from pkg.a import X, price\n\nprice(X)\n",
        "pkg/three.py": "from .other import price\n\nprice(1)\n",
        "pkg/other.py": "def price(x):\n    return 0\n",
    }
    texts = moved(files, "pkg/a.py", "pkg/b.py", "def price(x):\n    return x\n")
    assert texts["pkg/one.py"] == "from .b import price\nfrom .c import z\n\nprice(z)\n"
    assert texts["pkg/two.py"] == "from pkg.a import X\nfrom pkg.b import price\n\nprice(X)\n"
    assert texts["pkg/three.py"] == files["pkg/three.py"]


def test_python_the_file_it_left_imports_what_it_still_uses() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/a.py": "import os\n\n\ndef price(x):\n    return x\n\n\nprice(os)\n",
        "pkg/b.py": "from .a import price\n\nprice(2)\n",
    }
    texts = moved(files, "pkg/a.py", "pkg/b.py", "def price(x):\n    return x\n\n\n")
    assert "from .b import price" in texts["pkg/a.py"] or "from pkg.b import price" in texts["pkg/a.py"]
    assert "import price" not in texts["pkg/b.py"]


def test_types_in_unions_go_where_checkers_look() -> None:
    head = "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
    shop = "class Price:\n    pass\n\n\nclass Total:\n    pass\n"
    files = {
        "pkg/__init__.py": "",
        "pkg/shop.py": shop,
        "pkg/use.py": head
        + "    from pkg.shop import Total\n\n\ndef f(a: Total | None) -> None:\n    pass\n",
    }
    text = shown(Memory(files), "pkg/use.py", ("a: Total | None", "a: Total | None, b: list[Price] | None"))
    assert "if TYPE_CHECKING:\n    from pkg.shop import Price, Total\n" in text


def test_block_with_imports_of_its_own_takes_another() -> None:
    main = 'if __name__ == "__main__":\n    from pkg.shop import Total\n\n    print(Total)\n'
    files = {
        "pkg/__init__.py": "",
        "pkg/shop.py": "class Price:\n    pass\n\n\nclass Total:\n    pass\n",
        "pkg/use.py": "import os\n\nprint(os)\n\n" + main,
    }
    text = shown(Memory(files), "pkg/use.py", ("print(Total)", "print(Total, Price)"))
    assert "    from pkg.shop import Price, Total\n" in text


def test_file_that_looks_behind_packages_goes_on_so() -> None:
    files = {
        "pkg/__init__.py": "from .shop import Price as Price, Tax as Tax, Total as Total\n",
        "pkg/shop.py": "class Price:\n    pass\n\n\nclass Tax:\n    pass\n\n\nclass Total:\n    pass\n",
        "tests/test_a.py": "from pkg import Price\n\nprint(Price)\n",
        "tests/test_b.py": "from pkg.shop import Tax, Total\n\nprint(Tax, Total)\n",
        "tests/test_c.py": "from pkg import Total\n\nprint(Total)\n",
    }
    text = shown(Memory(files), "tests/test_b.py", ("print(Tax, Total)", "print(Price(), Tax, Total)"))
    assert text.startswith("from pkg.shop import Price, Tax, Total\n")
    text = shown(Memory(files), "tests/test_c.py", ("print(Total)", "print(Price(), Total)"))
    assert text.startswith("from pkg import Price, Total\n")


def test_module_that_shares_its_name_with_a_thing_in_another() -> None:
    files = {"pkg/__init__.py": "", "pkg/use.py": "import os\n\nprint(os)\n"}
    text = shown(Memory(files), "pkg/use.py", ("print(os)", "print(os, operator.eq(1, 2))"))
    assert text.startswith("import operator\nimport os\n")


def test_what_pytest_hands_to_a_test_is_not_imported() -> None:
    files = {
        "tests/conftest.py": "def client():\n    return 1\n",
        "tests/test_a.py": "def test_a():\n    assert 1\n",
    }
    assert not change(Memory(files), "tests/test_a.py", ("assert 1", "assert client.get(1)"))
