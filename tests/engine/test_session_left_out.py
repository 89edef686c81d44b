"""One edit of a chain is left out: it stays as it is, the rest stays open, and it is not offered again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from engine.session import Session
from engine.store import FILE
from engine.types import Action, Applied, Failed, Refused, Rejected, Silence, Suggestion, Verdict
from tests.engine.test_session import FILES, RENAMED, Bench, Slow, bench

__all__ = ["bench"]

V = Verdict
TWINS = "from shop.cart import total\n\n\ndef both(a, b):\n    return total(a) - total(b)\n"


def at(suggestion: Suggestion, path: str, line: int, nth: int = 0) -> Action:
    """The nth action on a line (from 0)."""
    found = [a for a in suggestion.actions if a.path == path and a.range.start.line == line]
    return sorted(found, key=lambda a: a.start)[nth]


def others(suggestion: Suggestion, *left_out: Action) -> list[int]:
    return [action.n for action in suggestion.actions if action not in left_out]


def again(bench: Bench) -> tuple[Action, ...]:
    """What is offered when a later run sees the same rename once more."""
    bench.session.close()
    text = bench.text("shop/cart.py")
    bench.write("shop/cart.py", text.replace("def amount(", "def total("))
    bench.start(bench.opened())
    answer = bench.save("shop/cart.py", text)
    return answer.actions if isinstance(answer, Suggestion) else ()


def test_the_rest_is_taken_and_the_one_stays_as_it_was(bench: Bench) -> None:
    shown = bench.start().renamed()
    one = at(shown, "shop/till.py", 5)
    bench.session.reject(shown.id, [one.n])
    assert bench.last(Rejected) == Rejected(shown.id, (one.n,))
    assert bench.log() == [(one.n, V.REJECTED)]
    bench.session.accept(shown.id, "all")
    assert list(bench.last(Applied).actions) == others(shown, one)
    assert bench.text("shop/till.py").endswith("    print(amount(items))\n    return total(items) + 1\n")
    answer = bench.answer()
    assert isinstance(answer, Silence), "it is not offered once more behind the rest"
    assert sorted(bench.log()) == sorted(
        [(one.n, V.REJECTED), *((n, V.ACCEPTED) for n in others(shown, one))]
    )


def test_it_is_not_offered_again_after_a_restart_and_its_neighbours_are(bench: Bench) -> None:
    shown = bench.start().renamed()
    one = at(shown, "shop/till.py", 5)
    bench.session.reject(shown.id, [one.n])
    offered = again(bench)
    assert len(offered) == len(shown.actions) - 1
    assert (one.path, one.range) not in {(action.path, action.range) for action in offered}


@pytest.mark.parametrize("first", ["left out", "taken"])
@pytest.mark.parametrize("which", [0, 1])
def test_of_two_on_a_line_only_the_one_is_remembered(bench: Bench, which: int, first: str) -> None:
    """What is written beside it changes its line, before it is left out or after."""
    bench.write("shop/till.py", TWINS)
    shown = bench.start().renamed()
    one, other = at(shown, "shop/till.py", 4, which), at(shown, "shop/till.py", 4, 1 - which)
    steps: list[Callable[[], None]] = [
        lambda: bench.session.reject(shown.id, [one.n]),
        lambda: bench.session.accept(shown.id, [other.n]),
    ]
    for step in steps if first == "left out" else reversed(steps):
        step()
        bench.answer()
    bench.session.accept(shown.id, "all")
    assert isinstance(bench.answer(), Silence), "it is offered once more on the line as it is now"
    assert not [action for action in again(bench) if action.path == "shop/till.py"]


@pytest.mark.parametrize("which", [0, 1])
def test_a_twin_on_its_line_is_still_offered(bench: Bench, which: int) -> None:
    bench.write("shop/till.py", TWINS)
    shown = bench.start().renamed()
    one, other = at(shown, "shop/till.py", 4, which), at(shown, "shop/till.py", 4, 1 - which)
    bench.session.reject(shown.id, [one.n])
    offered = [action for action in again(bench) if action.path == "shop/till.py"]
    assert [action.range for action in offered if action.range.start.line == 4] == [other.range]


def test_a_renewal_brings_the_rest_back_without_it(bench: Bench) -> None:
    shown = bench.start().renamed()
    one = at(shown, "shop/till.py", 4)
    bench.session.reject(shown.id, [one.n])
    renewed = bench.save("shop/till.py", "# a new line\n" + bench.text("shop/till.py"))
    assert isinstance(renewed, Suggestion) and renewed.id != shown.id
    assert len(renewed.actions) == len(shown.actions) - 1
    assert not [a for a in renewed.actions if a.path == one.path and a.range.start.line == 5]
    assert (one.n, V.SUPERSEDED) not in bench.log()
    bench.session.accept(renewed.id, "all")
    assert "print(total(items))" in bench.text("shop/till.py")


def test_its_own_line_is_edited_and_it_is_not_brought_back(bench: Bench) -> None:
    shown = bench.start().renamed()
    one = at(shown, "shop/till.py", 4)
    bench.session.reject(shown.id, [one.n])
    text = bench.text("shop/till.py").replace("print(total(items))", "print(total(items), 2)")
    renewed = bench.save("shop/till.py", text)
    assert isinstance(renewed, Suggestion)
    assert not [a for a in renewed.actions if a.path == one.path and a.range.start.line == 4]


def test_leaving_out_the_last_open_one_closes_the_chain(bench: Bench) -> None:
    shown = bench.start().renamed()
    *rest, last = [action.n for action in shown.actions]
    bench.session.accept(shown.id, rest)
    bench.answer()
    bench.session.reject(shown.id, [last])
    bench.events.clear()
    bench.session.accept(shown.id, "all")
    assert "no open suggestion" in bench.last(Failed).message and not bench.of(Refused)
    assert bench.log()[-1] == (last, V.REJECTED)


def test_the_rest_is_rejected_after_it(bench: Bench) -> None:
    shown = bench.start().renamed()
    bench.session.reject(shown.id, [2])
    bench.session.reject(shown.id)
    assert bench.log() == [(n, V.REJECTED) for n in (2, *(n for n in (1, *range(3, len(shown.actions) + 1))))]


def test_several_at_once(bench: Bench) -> None:
    shown = bench.start().renamed()
    bench.session.reject(shown.id, [3, 1, 3])
    assert bench.last(Rejected).actions == (3, 1)
    bench.session.accept(shown.id, "all")
    assert bench.last(Applied).actions == tuple(
        n for n in range(1, len(shown.actions) + 1) if n not in (1, 3)
    )


def test_what_is_closed_or_unknown_is_refused_and_nothing_is_decided(bench: Bench) -> None:
    shown = bench.start().renamed()
    bench.session.reject(shown.id, [2])
    bench.session.accept(shown.id, [1])
    logged = bench.log()
    for numbers, said in (
        ([2], "Action 2 is decided already. Make it by hand."),
        ([1], "Action 1 is decided already. Take it back with undo."),
        ([3, 99], "no action 99"),
        ([0], "no action 0"),
        ([], "No action was named"),
    ):
        bench.events.clear()
        bench.session.reject(shown.id, numbers)
        (failed,) = bench.events
        assert isinstance(failed, Failed) and failed.title == "Nothing to act on"
        assert said in f"{failed.message} {failed.hint}"
    bench.session.accept(shown.id, [2])
    assert "decided already" in bench.last(Failed).message
    assert bench.log() == logged


def test_it_is_made_by_hand_while_the_chain_is_open(bench: Bench) -> None:
    shown = bench.start().renamed()
    one = at(shown, "tests/test_cart.py", 4)
    bench.session.reject(shown.id, [one.n])
    bench.save("tests/test_cart.py", FILES["tests/test_cart.py"].replace("assert total(", "assert amount("))
    assert [verdict for n, verdict in bench.log() if n == one.n] == [V.REJECTED, V.MADE_BY_HAND]


def test_its_place_is_changed_otherwise_while_the_chain_is_open(bench: Bench) -> None:
    shown = bench.start().renamed()
    one = at(shown, "tests/test_cart.py", 4)
    bench.session.reject(shown.id, [one.n])
    bench.save("tests/test_cart.py", FILES["tests/test_cart.py"].replace("assert total(", "assert price("))
    assert [verdict for n, verdict in bench.log() if n == one.n] == [V.REJECTED], "nobody superseded it"


def test_it_is_made_by_hand_after_the_rest_was_taken(bench: Bench) -> None:
    shown = bench.start().renamed()
    one = at(shown, "shop/till.py", 5)
    bench.session.reject(shown.id, [one.n])
    bench.session.accept(shown.id, "all")
    bench.answer()
    bench.save("shop/till.py", bench.text("shop/till.py").replace("return total(", "return amount("))
    assert [verdict for n, verdict in bench.log() if n == one.n] == [V.REJECTED, V.MADE_BY_HAND]


def test_undo_takes_back_the_rest_alone(bench: Bench) -> None:
    shown = bench.start().renamed()
    before = {path: bench.text(path) for path in FILES}
    bench.session.reject(shown.id, [2])
    bench.session.accept(shown.id, "all")
    bench.answer()
    bench.session.undo()
    assert {path: bench.text(path) for path in FILES} == before
    assert [verdict for n, verdict in bench.log() if n == 2] == [V.REJECTED]
    bench.events.clear()
    bench.session.undo()
    assert "nothing to take back" in bench.last(Failed).message, "leaving out has written nothing"


def test_of_two_equal_lines_that_are_to_go_the_other_stays_open(bench: Bench) -> None:
    """Taking one away reads as if the person had taken the other away."""
    line = "prepare_the_table(first, quick=True)\n"
    bench.write("a.py", f"x = 0\n{line}y = 0\n{line}{line}z = 0\n{line}")
    bench.start(bench.opened(replace(bench.settings, structure_threshold=0.3)))
    shown = bench.save("a.py", f"x = 0\ny = 0\n{line}{line}z = 0\n{line}")
    assert isinstance(shown, Suggestion), shown
    first, second = at(shown, "a.py", 2), at(shown, "a.py", 3)
    bench.session.accept(shown.id, [first.n])
    bench.session.reject(shown.id, [second.n])
    assert [verdict for n, verdict in bench.log() if n == second.n] == [V.REJECTED]
    rest = others(shown, first, second)
    bench.session.accept(shown.id, "all")
    assert list(bench.last(Applied).actions) == rest
    assert bench.text("a.py") == f"x = 0\ny = 0\n{line}z = 0\n"


def test_a_database_that_cannot_be_written_leaves_it_open(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = bench.start().renamed()
    monkeypatch.setattr("engine.store.BUSY_MS", 10)
    bench.session._log.close()
    with closing(sqlite3.connect(bench.settings.data_dir / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        bench.session.reject(shown.id, [2])
        assert bench.last(Failed).title and not bench.of(Rejected)
        other.execute("ROLLBACK")
    bench.session.accept(shown.id, [2])
    assert bench.last(Applied).actions == (2,)


def test_an_unfinished_chain_grows_on_without_it(bench: Bench) -> None:
    uses = "".join(f"a{n} = total([{n}])\n" for n in range(40))
    bench.write("shop/many.py", f"from shop.cart import total\n\n{uses}")
    bench.start()
    steps = iter([lambda: bench.session.reject(bench.last(Suggestion).id, [3, 5])])
    bench.session._thinker.predictor = Slow(lambda: next(steps, lambda: None)())
    shown = bench.renamed()
    assert shown.final and len(shown.actions) == 47 and len({s.id for s in bench.of(Suggestion)}) == 1
    bench.session.accept(shown.id, "all")
    assert bench.last(Applied).actions == tuple(n for n in range(1, 48) if n not in (3, 5))
    assert [n for n, verdict in bench.log() if verdict is V.REJECTED] == [3, 5]


@pytest.mark.parametrize("how", ["all", list(range(1, 17))], ids=["all", "each"])
def test_an_unfinished_chain_that_is_rejected_does_not_come_back(bench: Bench, how: Any) -> None:
    uses = "".join(f"a{n} = total([{n}])\n" for n in range(40))
    bench.write("shop/many.py", f"from shop.cart import total\n\n{uses}")
    bench.start()
    bench.session._thinker.predictor = Slow(lambda: bench.session.reject(bench.last(Suggestion).id, how))
    bench.write("shop/cart.py", RENAMED)
    bench.session.observe(frozenset({"shop/cart.py"}))
    assert bench.answer() == replace(bench.last(Silence), reason="rejected")
    assert [len(s.actions) for s in bench.of(Suggestion)] == [16] and len(bench.of(Silence)) == 1
    assert len(bench.log()) == 16


def test_a_session_speaks_of_it_once_it_is_logged(bench: Bench) -> None:
    """Whoever hears the event may kill the program: what it says is on the disk."""
    shown = bench.start().renamed()
    seen: list[list[tuple[int, Verdict]]] = []
    heard = bench.session.emit
    bench.session.emit = lambda event: (heard(event), seen.append(bench.log()))  # type: ignore[func-returns-value, assignment]
    assert isinstance(bench.session, Session)
    bench.session.reject(shown.id, [1])
    assert seen == [[(1, V.REJECTED)]]
    assert bench.text("shop/cart.py") == RENAMED, "nothing is written for it"
