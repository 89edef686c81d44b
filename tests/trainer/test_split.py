"""What judges an adapter is newer than what it learnt from, and no change of a file is on both sides."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.preference.split import changes, split
from trainer.tuples import END, Asked, Choice, Preference


def told(at: float, name: str, path: str = "a.py", start: int = 3) -> Preference:
    asked = Asked("new", 0.9, "rename", f"{path}:{start}:{name}")
    return Preference(
        ((2, 16),), ((asked,),), ((Choice(0, 0, "new"),),), ((END,),), 1.0, at, "/p", path, "rejected", "m"
    )


def test_the_newest_fifth_is_held_out() -> None:
    found = split([told(at, f"n{at}") for at in (5, 3, 1, 2, 4, 6, 7, 8, 9, 10)])
    assert [one.at for one in found.learnt] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [one.at for one in found.held] == [9, 10] and found.since == 9 and found.dropped == 0


def test_what_the_held_ones_choose_about_is_not_learnt_wherever_it_stands() -> None:
    older = [told(1, "same", start=90), told(2, "same", path="b.py"), told(3, "other"), told(4, "more")]
    found = split([*older, told(5, "same")])
    assert [one.at for one in found.learnt] == [2, 3, 4] and found.dropped == 1


def test_what_was_decided_at_one_time_stays_together() -> None:
    found = split([told(at, f"{n}") for n, at in enumerate([1, 1, 1, 2, 2, 2, 2, 2, 2, 2])])
    assert (len(found.learnt), len(found.held)) == (3, 7)
    assert split([]).held == [] and split([told(1, "x")], 0.2).since == float("inf")


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcd"), st.sampled_from(["a.py", "b.py"]))))
def test_nothing_is_on_both_sides(rows: list[tuple[int, str, str]]) -> None:
    found = split([told(float(at), name, path) for at, name, path in rows])
    assert len(found.learnt) + len(found.held) + found.dropped == len(rows)
    known = {change for one in found.held for change in changes(one)}
    assert all(known.isdisjoint(changes(one)) for one in found.learnt)
    assert max((one.at for one in found.learnt), default=-1.0) < found.since
