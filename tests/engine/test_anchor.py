"""Where a place stands after an edit elsewhere, checked against doing it."""

from hypothesis import given
from hypothesis import strategies as st

from engine.diff import hunks
from engine.session.anchor import Gone, Made, Moved, fate

WORDS = st.lists(st.sampled_from(["total", "amount", "x", "(", ")", " ", "\n", "é", "=", "1"]), max_size=30)


def at(before: str, after: str, start: int, old: str, new: str) -> object:
    return fate(start, old, new, before, after, hunks(before, after))


def test_a_place_moves_with_the_text_before_it() -> None:
    assert at("a\ntotal\n", "a\nbb\ntotal\n", 2, "total", "amount") == Moved(5)
    assert at("total\na\n", "total\nb\n", 0, "total", "amount") == Moved(0)


def test_what_is_written_beside_a_place_leaves_it_whole() -> None:
    assert at("x = total(1)\n", "xy = total(2)\n", 4, "total", "amount") == Moved(5)


def test_the_offer_made_by_hand() -> None:
    assert at("x = total(1)\n", "x = amount(1)\n", 4, "total", "amount") == Made()
    assert at("x = total(1)\n", "# new\nx = amount(1)\n", 4, "total", "amount") == Made()


def test_something_else_was_made_of_it() -> None:
    assert at("x = total(1)\n", "x = price(1)\n", 4, "total", "amount") == Gone()
    assert at("x = total(1)\ny = 2\n", "y = 2\n", 4, "total", "amount") == Gone()


def test_a_place_where_something_is_to_be_inserted() -> None:
    assert at("f(a)\n", "f(a, None)\n", 3, "", ", None") == Made()
    assert at("f(a)\n", "# x\nf(a)\n", 3, "", ", None") == Moved(7)
    assert at("f(a)\n", "f(a, 1)\n", 3, "", ", None") == Gone()


@given(WORDS, WORDS, st.data())
def test_a_moved_place_still_holds_its_text(left: list[str], right: list[str], data: st.DataObject) -> None:
    before, after = "".join(left), "".join(right)
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    outcome = at(before, after, start, before[start:end], "new")
    if isinstance(outcome, Moved):
        assert after[outcome.start : outcome.start + end - start] == before[start:end]


LINES = st.lists(
    st.lists(st.sampled_from(["total", "x", "(", ")", "é", "=", "1"]), min_size=1, max_size=5), min_size=1
)


@given(LINES, st.data())
def test_doing_just_what_was_offered_is_made_by_hand(lines: list[list[str]], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[number]) - 1))
    old, new = lines[number][column], data.draw(st.sampled_from(["amount", "x", "x.y(z)"]))
    before = "\n".join(" ".join(line) for line in lines)
    start = len("\n".join(" ".join(line) for line in [*lines[:number], lines[number][:column]])) + (
        column > 0
    )
    after = before[:start] + new + before[start + len(old) :]
    assert before.startswith(old, start)
    outcome = at(before, after, start, old, new)
    assert isinstance(outcome, Moved if before == after else Made)
