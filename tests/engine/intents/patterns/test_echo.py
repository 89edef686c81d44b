"""Echoes: what is cut out of an edit, where it still stands, and what is known of each place."""

from __future__ import annotations

import pytest

from engine.diff import saved
from engine.intents.patterns.echo import Echo, echoes
from engine.intents.patterns.evidence import chance, properties
from engine.intents.patterns.replacement import replacements
from engine.syntax.index import Symbol
from engine.types import Edit


class Texts:
    """A project in memory."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    def files_with(self, name: str) -> list[str]:
        return [path for path, text in self.files.items() if name in text]

    def definitions(self, name: str) -> list[Symbol]:
        return []

    def text_of(self, path: str) -> str | None:
        return self.files.get(path)


def found(
    before: str, after: str, path: str = "a.py", recent: tuple[Edit, ...] = (), **others: str
) -> list[Echo]:
    files = {key.replace("_py", ".py"): text for key, text in others.items()}
    return list(echoes(saved(path, before, after, 9), recent, Texts({path: after, **files})))


def lines(text: str, echo: Echo) -> int:
    return text.count("\n", 0, echo.start)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        pytest.param("a == b\nc == d\n", "a is b\nc == d\n", 1, id="an operator"),
        pytest.param(
            "f()  # type: ignore\ng()  # type: ignore\n", "f()\ng()  # type: ignore\n", 1, id="a comment"
        ),
        pytest.param(
            "if TYPE_CHECKING:\n    x\nif TYPE_CHECKING:\n    y\n",
            "if TYPE_CHECKING:  # pragma: no cover\n    x\nif TYPE_CHECKING:\n    y\n",
            2,
            id="a comment that came",
        ),
        pytest.param("a = te.X\nb = te.Y\n", "a = t.X\nb = te.Y\n", 1, id="a short name"),
        pytest.param(
            "# a alert\nx = 1\n# a alert\n", "# an alert\nx = 1\n# a alert\n", 2, id="words of a comment"
        ),
        pytest.param(
            "@slow\ndef a(): ...\n@slow\ndef b(): ...\n",
            "def a(): ...\n@slow\ndef b(): ...\n",
            1,
            id="a line",
        ),
    ],
)
def test_the_same_text_is_found_elsewhere(before: str, after: str, line: int) -> None:
    assert line in [lines(after, echo) for echo in found(before, after)]


def test_changes_of_one_line_are_sought_together_and_alone() -> None:
    before = "for i := 0; i < b.N; i++ {\n}\nfor i := 0; i < b.N; i++ {\n}\n"
    after = "for range b.N {\n}\nfor i := 0; i < b.N; i++ {\n}\n"
    edit = saved("a.go", before, after, 1)
    joined = [one for one in replacements(edit) if one.joined]
    assert [(one.old, one.new) for one in joined] == [("i := 0; i < b.N; i++", "range b.N")]
    assert [lines(after, echo) for echo in found(before, after, "a.go") if echo.replacement.joined] == [2]


def test_a_declared_name_is_a_rename_and_no_echo() -> None:
    before = "def total(x): ...\n# total\n"
    assert found(before, before.replace("def total", "def amount")) == []


def test_the_uses_of_a_renamed_name_say_nothing_of_other_things_with_that_name() -> None:
    before = "def total(x): ...\ntotal(1)\nrow.total\n"
    renamed = before.replace("def total", "def amount")
    first = saved("a.py", before, renamed, 1)
    used = renamed.replace("total(1)", "amount(1)")
    assert found(renamed, used, recent=(first,)) == []
    assert found(before, used) == []


def test_what_stands_already_is_not_offered_again() -> None:
    before = "f(x)\nf(x, y)\nf(x)\n"
    after = "f(x, y)\nf(x, y)\nf(x)\n"
    assert {lines(after, echo) for echo in found(before, after)} == {2}


def test_words_are_not_cut() -> None:
    before, after = "a = te.X\nb = note.Y\n", "a = t.X\nb = note.Y\n"
    assert found(before, after) == []


def test_other_files_come_after_the_edited_one() -> None:
    before, after = "warn(one)\nwarn(two)\n", "log(one)\nwarn(two)\n"
    paths = [echo.path for echo in found(before, after, b_py="warn(three)\n")]
    assert paths == ["a.py", "b.py"]


def test_prose_is_left_alone() -> None:
    assert found("a alert\na alert\n", "an alert\na alert\n", "a.md") == []


def test_how_often_it_was_made_is_counted_over_the_edits_before() -> None:
    start = "a == b\nc == d\ne == f\ng == h\n"
    once, twice = start.replace("a ==", "a is"), start.replace("a ==", "a is").replace("c ==", "c is")
    first = saved("a.py", start, once, 1)
    echo = next(echo for echo in found(once, twice, recent=(first,)))
    assert echo.made.times == 2
    assert echo.standing_own == 2
    assert echo.made.starts == [2, 9]


def test_a_place_that_was_passed_over_is_known() -> None:
    start = "a == b\nc == d\ne == f\n"
    once = start.replace("a ==", "a is")
    later = once.replace("e ==", "e is")
    first = saved("a.py", start, once, 1)
    assert [echo.skipped for echo in found(once, later, recent=(first,))] == [1]


def test_the_card_trusts_what_was_done_again_and_stands_in_the_same_line() -> None:
    start = "".join(f"assert type(value) == kind  # {n}\n" for n in range(6))
    once = start.replace("==", "is", 1)
    twice = once.replace("==", "is", 1)
    after_one = max(chance(echo, "a.py") for echo in found(start, once))
    after_two = max(
        chance(echo, "a.py") for echo in found(once, twice, recent=(saved("a.py", start, once, 1),))
    )
    assert after_one < after_two
    far = [echo for echo in found(start, once, b_py="if size == other:\n    pass\n") if echo.path == "b.py"]
    assert all(chance(echo, "a.py") < after_one for echo in far)


def test_every_property_of_the_card_is_one_that_echoes_have() -> None:
    from engine.intents.patterns.points import POINTS

    before, after = "a == b\nc == d\n", "a is b\nc == d\n"
    names = {name.split("=")[0] for echo in found(before, after) for name in properties(echo, "a.py")}
    assert {name.split("=")[0] for name in POINTS} - {"bias"} <= names
