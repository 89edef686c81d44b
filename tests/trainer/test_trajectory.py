"""Trajectories: texts before, between and after; sound or not; when two changes are the same."""

from __future__ import annotations

import pytest

from trainer.simulate.source import Change, apply
from trainer.simulate.trajectory import Step, Trajectory, alike, moved, squeezed

A = "def total(items):\n    return sum(items)\n\n\nprint(total([1]))\n"
B = "from a import total\n\ntotal([2])\n"


def chain(trigger: tuple[Change, ...], *steps: Step, before: dict[str, str] | None = None) -> Trajectory:
    texts = before or {"a.py": A, "b.py": B}
    return Trajectory("rename", "function", "python", "o/n", "MIT", texts, ("a.py", trigger), steps)


def name(path: str, nth: int) -> Step:
    text = {"a.py": A, "b.py": B}[path]
    at = -1
    for _ in range(nth):
        at = text.index("total", at + 1)
    return path, Change(at, "total", "add_up")


def test_texts_of_a_chain() -> None:
    made = chain((name("a.py", 1)[1],), name("a.py", 2), name("b.py", 1), name("b.py", 2))
    assert made.problem() == "" and not made.quiet
    assert made.after() == {"a.py": A.replace("total", "add_up", 1), "b.py": B}
    assert made.end() == {"a.py": A.replace("total", "add_up"), "b.py": B.replace("total", "add_up")}
    for path, change in made.present():
        assert made.after()[path].startswith("total", change.start)
    assert [step[1].start for step in made.present()] == [A.rindex("total") + 1, 14, 21]


def test_an_insertion_and_a_replacement_at_one_place() -> None:
    text = "f(a)\n"
    made = chain((Change(2, "", "x, "),), ("a.py", Change(2, "a", "b")), before={"a.py": text})
    assert made.problem() == ""
    assert made.end() == {"a.py": "f(x, b)\n"}
    assert made.present() == (("a.py", Change(5, "a", "b")),)
    assert apply(made.saved, [step[1] for step in made.present()]) == "f(x, b)\n"


@pytest.mark.parametrize(
    ("trigger", "steps", "problem"),
    [
        ((), (), "nothing is triggered"),
        ((Change(0, "def", "def"),), (), "a change changes nothing"),
        ((Change(1, "def", "x"),), (), "an old text does not stand there"),
        ((Change(0, "def", "x"),), (("a.py", Change(2, "f", "g")),), "changes overlap"),
        ((Change(0, "", "x"),), (("a.py", Change(0, "", "y")),), "changes overlap"),
        ((Change(0, "def", "x"),), (("c.py", Change(0, "f", "g")),), "a file's text is missing"),
    ],
)
def test_what_is_no_sound_chain(trigger: tuple[Change, ...], steps: tuple[Step, ...], problem: str) -> None:
    assert chain(trigger, *steps).problem() == problem


@pytest.mark.parametrize(
    ("text", "one", "other", "same"),
    [
        ("f(a, b)", Change(3, ", b", ""), Change(3, ", b", ""), True),
        ("f(a, b, c)", Change(3, ", b", ""), Change(5, "b, ", ""), True),
        ("f(a)", Change(3, "", ", b"), Change(3, "", ",b"), True),
        ("f(a)", Change(3, "", ", b"), Change(2, "a", "a, b"), True),
        ("f(a)", Change(3, "", ", b"), Change(2, "", "b, "), False),
        ("x = 1\ny = 2\n", Change(5, "", "\nz = 3"), Change(6, "", "z = 3\n"), True),
        ("self.total", Change(5, "total", "sum"), Change(0, "self.total", "self.sum"), True),
        ("a a", Change(0, "a", "b"), Change(2, "a", "b"), False),
        ("return x", Change(7, "x", "not x"), Change(7, "x", "notx"), False),
    ],
)
def test_alike(text: str, one: Change, other: Change, same: bool) -> None:
    assert alike(text, one, other) is same
    assert alike(text, other, one) is same


def test_squeezed_keeps_what_parts_words() -> None:
    assert squeezed("  return  not\n x +\t1 ") == "return not x+1"


def test_moved_counts_only_what_stands_before() -> None:
    made = (Change(0, "ab", "a"), Change(10, "", "xyz"))
    assert [moved(Change(at, "q", ""), made).start for at in (2, 9, 10, 11)] == [1, 8, 12, 13]
