"""Input that is made to hang or to overflow; the time limits are generous for a busy machine."""

from __future__ import annotations

import pytest

from tests.engine.syntax.projects import Memory

HEAD = "def go():\n    pass\n\n\ngo()\n"


TAILS = {
    "nested parentheses": "x = " + "(" * 10_000 + "go" + ")" * 10_000 + "\n",
    "open brackets": "x = " + "[" * 10_000 + "\n",
    "open braces": "x = " + "{" * 10_000 + "go\n",
    "a long string": "x = '" + "a" * 900_000 + "'; go()\n",
    "a long list": "x = [" + "go, " * 30_000 + "]\n",
    "a long chain": "x = go" + ".go" * 5_000 + "\n",
    "many calls": "x = go" + "()" * 5_000 + "\n",
    "a long sum": "x = " + "go + " * 5_000 + "go\n",
    "deep inheritance": "".join(f"class A{n}(A{n - 1}): pass\n" for n in range(1, 500)) + "A499().go()\n",
    "a circle of names": "a = b\nb = a\na.go()\n",
    "a circle of classes": "class A(B): pass\nclass B(A): pass\nA().go()\n",
    "a circle of functions": "def f(): return g()\ndef g(): return f()\nf().go()\n",
    "a module that imports itself": "from m import *\nfrom m import go as gone\n",
    "deep blocks": "".join(" " * n + "if x:\n" for n in range(300)),
    "odd characters": "\x00\ufeff\u2028go()\n",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", TAILS)
def test_nothing_hangs_or_overflows(kind: str) -> None:
    project = Memory({"m.py": HEAD + TAILS[kind]})
    sites = project.change("m.py", "def go", "def run")
    assert any(project.line(site) == "go()" for site in sites)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("suffix", ["js", "ts", "tsx", "go", "java", "rs", "rb", "c", "json"])
def test_deep_brackets_in_every_language(suffix: str) -> None:
    if suffix in {"rb", "c", "json"}:
        pytest.importorskip("tree_sitter_languages", reason="no wheels for this Python")
    path = f"m.{suffix}"
    project = Memory({path: "one = " + "(" * 10_000 + "one" + ")" * 9_000 + "\n"})
    project.change(path, "one =", "two =")
    assert project.index.errors(path, project.files[path]) is not None
