"""Unsure repeats come a few at a time; once these are taken, the others follow."""

from __future__ import annotations

from engine.session.thinking import FEW, LATER, SURE
from tests.engine.test_session import Bench, bench  # noqa: F401 (a fixture)

LINES = "".join(f"def check{n}(row):\n    return row  # type: ignore\n\n\n" for n in range(12))


def test_unsure_repeats_are_shown_few_at_a_time_until_they_are_taken(bench: Bench) -> None:  # noqa: F811
    bench.write("shop/checks.py", LINES)
    bench.start()
    twice = LINES.replace("  # type: ignore", "", 2)
    answer = bench.save("shop/checks.py", twice)
    shown = [action.p for action in answer.actions]
    assert len(shown) == FEW and max(shown) < SURE
    assert any(LATER in line for line in bench.session.why().details)
    offered = 0
    while getattr(answer, "actions", ()):
        offered += len(answer.actions)
        bench.session.accept(answer.id, "all")
        answer = bench.answer()
    assert offered == 10 and "ignore" not in bench.text("shop/checks.py")
