"""What servers write, as a person would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import Replacement
from engine.lsp.edits import readable, trimmed

GO = 'import (\n\t"fmt"\n\t"os"\n)\n\nvar x = shop.Totl\n'


def made(text: str, *changes: tuple[int, str, str]) -> list[tuple[int, str, str]]:
    found = readable(text, [Replacement("a", *one) for one in changes])
    return [(one.start, one.old, one.new) for one in found]


def applied(text: str, changes: list[tuple[int, str, str]]) -> str:
    for start, old, new in reversed(changes):
        assert text[start : start + len(old)] == old
        text = text[:start] + new + text[start + len(old) :]
    return text


@pytest.mark.parametrize(
    ("old", "new", "longest"),
    [("import a, b, c", "import a, c", 3), ("foo.totl()", "foo.total()", 5), ("x\ny\n", "x\nz\n", 2)],
)
def test_only_what_changes_is_replaced(old: str, new: str, longest: int) -> None:
    one = trimmed(Replacement("a", 0, old, new))
    assert old[: one.start] + one.new + old[one.start + len(one.old) :] == new
    assert len(one.old) <= longest


def test_lines_come_and_go_as_lines() -> None:
    at = GO.index('s"\n)')
    assert made(GO, (at, "", 's"\n\t"string')) == [(GO.index(")"), "", '\t"strings"\n')]
    at = GO.index('"\n\t"os')
    assert made(GO, (at, '"\n\t"os', "")) == [(GO.index('\t"os'), '\t"os"\n', "")]
    assert made("a\nb", (1, "", "\nc")) == [(2, "", "c\n")]
    assert made("a", (1, "", "\nc")) == [(1, "", "\nc")]


def test_a_letter_that_comes_or_goes_is_its_word() -> None:
    at = GO.index("Totl")
    assert made(GO, (at + 3, "", "a")) == [(at, "Totl", "Total")]
    assert made(GO, (at, "T", "")) == [(at, "Totl", "otl")]
    assert made(GO, (at + 4, "", "()")) == [(at + 4, "", "()")]


def test_what_touches_is_one() -> None:
    text = "mod a;\n\nuse b;\n"
    at = text.index("use")
    assert made(text, (at, "", "use c;"), (at, "", "\n"), (0, "mod", "pub mod")) == [
        (0, "", "pub "),
        (at, "", "use c;\n"),
    ]
    assert made(text, (0, "mod", "mod")) == []


def test_a_file_that_indents_with_spaces_gets_no_tabs() -> None:
    text = "class A {\n  int a;\n    // b\n}\n"
    at = text.index("}")
    assert made(text, (at, "", "\tint b() {\n\t\treturn 1;\n\t}\n")) == [
        (at, "", "  int b() {\n    return 1;\n  }\n")
    ]
    assert made("a {\n}\n", (4, "", "\tb\n")) == [(4, "", "\tb\n")]


@given(st.text("ab\n ", max_size=12), st.data())
def test_the_outcome_is_the_same(text: str, data: st.DataObject) -> None:
    changes: list[tuple[int, str, str]] = []
    at = 0
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(at, len(text)))
        at = data.draw(st.integers(start, len(text)))
        changes.append((start, text[start:at], data.draw(st.text("ab\n ", max_size=5))))
    plain, position = "", 0
    for start, old, new in changes:
        plain += text[position:start] + new
        position = start + len(old)
    found = made(text, *changes)
    assert applied(text, found) == plain + text[position:]
