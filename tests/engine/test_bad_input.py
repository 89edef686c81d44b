"""What no editor should write, and files that come and go: a notice at most, and the next save works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.types import Failed, Saved, Silence, Suggestion
from tests.engine.test_session import FILES, RENAMED, Bench

SOON = 3.0
"""Seconds of processor time for the worst save."""


def many(bracket: str, count: int = 10_000) -> str:
    """Brackets in lines of forty: a file of a few long lines counts as generated and is not looked at."""
    return (bracket * 40 + "\n") * (count // 40)


DEEP = {
    "deep.py": f"x = {many('(')}1{many(')')}\nfoo = 1\nprint(foo)\n",
    "unclosed.py": f"foo = {many('[')}\nprint(foo)\n",
    "deep.js": f"x = {many('[')}1{many(']')}\nlet foo = 1\nprint(foo)\n",
    "unclosed.ts": f"let foo = 1\n{many('{')}foo\n",
    "deep.tsx": f"let foo = 1; let x = {many('<a>', 5_000)}{{foo}}{many('</a>', 5_000)}\n",
    "Deep.java": f"class Deep {{ int foo; int m() {{ return {many('(')}foo{many(')')}; }} }}\n",
    "deep.go": f"package a\nvar foo = 1\nvar x = {many('(')}foo{many(')')}\n",
    "deep.rs": f"fn m() {{ let foo = 1; {many('(')}foo{many(')')}; }}\n",
}
LONG = {
    "long.py": "foo = 1; " + "x = foo + 1; " * 75_000 + "\n",
    "long.js": "var foo=1;" + "a(foo,function(){return foo+1});" * 31_000,
    "large.py": "foo = 1\n" + "x = foo + 1\n" * 80_000,
    "large.ts": "let foo = 1\n" + "a(foo, () => foo + 1)\n" * 44_000,
    "Large.java": "class Large { int foo; void m() {\n" + "a(foo + 1);\n" * 80_000 + "} }\n",
    "large.go": "package a\nvar foo = 1\nfunc m() {\n" + "a(foo + 1)\n" * 80_000 + "}\n",
    "large.rs": "fn m() { let foo = 1;\n" + "a(foo + 1);\n" * 80_000 + "}\n",
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    root = tmp_path / "project"
    for path, text in {**FILES, **DEEP}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    bench = Bench(root.resolve())
    yield bench
    bench.session.close()


def quickly(bench: Bench, path: str, text: str) -> None:
    """Save; a file that has come to look generated is looked at no more, and then nothing is said."""
    bench.events.clear()
    began = time.process_time()
    bench.write(path, text)
    bench.session.observe(frozenset({path}))
    bench.session.predict(lambda: False)
    assert time.process_time() - began < SOON
    assert len(bench.of(Saved)) == len([*bench.of(Silence), *bench.of(Suggestion)]) <= 1
    assert not bench.of(Failed)


def still_works(bench: Bench) -> None:
    suggestion = bench.renamed()
    assert len(suggestion.actions) == 6
    assert bench.text("shop/cart.py") == RENAMED
    assert not bench.of(Failed)


@pytest.mark.parametrize("path", DEEP)
def test_ten_thousand_brackets(bench: Bench, path: str) -> None:
    bench.write(path, DEEP[path])
    bench.start()
    for text in (DEEP[path].replace("foo", "total_sum", 1), DEEP[path][:9_000], "", DEEP[path]):
        quickly(bench, path, text)
    still_works(bench)


@pytest.mark.parametrize("path", LONG)
def test_a_megabyte(bench: Bench, path: str) -> None:
    bench.write(path, LONG[path])
    bench.start()
    quickly(bench, path, LONG[path].replace("foo", "total_sum", 1))
    assert bool(bench.of(Suggestion)) == path.lower().startswith("large")
    still_works(bench)


def test_mixed_newlines_stay_as_they_are(bench: Bench) -> None:
    mixed = 'def total(a):\r\n    return a\n\r\n\rx = total(1)\r\ny = total(2)\nz = "\u2028"\n'
    bench.write("mixed.py", mixed)
    bench.start()
    answer = bench.save("mixed.py", mixed.replace("def total", "def amount"))
    assert isinstance(answer, Suggestion)
    bench.session.accept(answer.id, "all")
    assert bench.text("mixed.py") == mixed.replace("total", "amount")


@pytest.mark.parametrize(
    "data", [b"def f(\xff\xfe):\n    return 1\n", b"\xff\xfed\x00", b"\xc3(", b"caf\xe9 = 1\n"]
)
def test_bytes_that_are_no_text(bench: Bench, data: bytes) -> None:
    bench.write("odd.py", "def f():\n    return 1\n")
    bench.start()
    (bench.root / "odd.py").write_bytes(data)
    bench.session.observe(frozenset({"odd.py"}))
    bench.session.predict(lambda: False)
    assert (bench.root / "odd.py").read_bytes() == data
    still_works(bench)


def test_links_in_circles(bench: Bench) -> None:
    (bench.root / "again").symlink_to(bench.root, target_is_directory=True)
    (bench.root / "loop").symlink_to(bench.root / "loop")
    (bench.root / "a.py").symlink_to(bench.root / "b.py")
    (bench.root / "b.py").symlink_to(bench.root / "a.py")
    bench.start()
    bench.session.observe(frozenset({"again/shop/cart.py", "loop", "a.py", "b.py", "loop/x.py"}))
    bench.session.predict(lambda: False)
    assert not bench.of(Saved)
    still_works(bench)


def test_a_file_vanishes_between_the_event_and_the_look(bench: Bench) -> None:
    bench.start()
    bench.write("brief.py", "x = 1\n")
    (bench.root / "brief.py").unlink()
    (bench.root / "shop/till.py").unlink()
    bench.session.observe(frozenset({"brief.py", "shop/till.py", "never/was.py"}))
    bench.session.predict(lambda: False)
    assert not bench.of(Saved)
    bench.write("shop/till.py", FILES["shop/till.py"])
    bench.session.observe(frozenset({"shop/till.py"}))
    bench.session.predict(lambda: False)
    still_works(bench)


def test_a_folder_where_a_file_was(bench: Bench) -> None:
    bench.start()
    (bench.root / "shop/till.py").unlink()
    (bench.root / "shop/till.py").mkdir()
    bench.session.observe(frozenset({"shop/till.py"}))
    bench.session.predict(lambda: False)
    assert not bench.of(Failed)
    assert len(bench.renamed().actions) == 3
