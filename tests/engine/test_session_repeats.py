"""Unsure repeats come a few at a time; once these are taken, the others follow."""

from __future__ import annotations

from engine.session.thinking import FEW, LATER, SURE, UNLIKE
from engine.types import IntentKind, Suggestion
from tests.engine.test_session import Bench, bench  # noqa: F401 (a fixture)

LINES = "".join(f"def check{n}(row):\n    return row  # type: ignore\n\n\n" for n in range(12))


def test_unsure_repeats_are_shown_few_at_a_time_until_they_are_taken(bench: Bench) -> None:  # noqa: F811
    bench.write("shop/checks.py", LINES)
    bench.start()
    twice = LINES.replace("  # type: ignore", "", 2)
    answer = bench.save("shop/checks.py", twice)
    shown = [action.p for action in answer.actions]
    assert len(shown) == FEW and max(shown) < SURE[IntentKind.REPEAT]
    assert any(LATER in line for line in bench.session.why().details)
    offered = 0
    while getattr(answer, "actions", ()):
        offered += len(answer.actions)
        bench.session.accept(answer.id, "all")
        answer = bench.answer()
    assert offered == 10 and "ignore" not in bench.text("shop/checks.py")


def half_done(bench: Bench) -> Suggestion:  # noqa: F811
    """Two comments are gone from the checks, and the next few are offered."""
    bench.write("shop/checks.py", LINES)
    bench.start()
    shown = bench.save("shop/checks.py", LINES.replace("  # type: ignore", "", 2))
    assert isinstance(shown, Suggestion)
    return shown


def offered(bench: Bench) -> list[float]:  # noqa: F811
    """How sure the deletion of other such comments is after the last one was deleted by hand."""
    text = bench.text("shop/checks.py")
    head, tail = text[: text.index("def check11")], text[text.index("def check11") :]
    answer = bench.save("shop/checks.py", head + tail.replace("  # type: ignore", ""))
    return [action.p for action in getattr(answer, "actions", ()) if "ignore" in action.old]


def test_without_a_word_the_others_are_offered_again(bench: Bench) -> None:  # noqa: F811
    half_done(bench)
    assert offered(bench)


def test_what_is_turned_down_is_not_pressed_on_elsewhere(bench: Bench) -> None:  # noqa: F811
    bench.session.reject(half_done(bench).id)
    assert not offered(bench)
    assert any(UNLIKE in line for line in bench.session.why().details)


def test_an_unsure_rename_is_shown_few_places_at_a_time_and_a_sure_one_whole(bench: Bench) -> None:  # noqa: F811
    """A variable that got another value with its name may be another variable."""
    text = "def f(row):\n    check = open(row)\n" + "    check.read(row)\n" * 9
    bench.write("shop/checks.py", text)
    bench.write("shop/again.py", text)
    bench.start()
    answer = bench.save("shop/checks.py", text.replace("check = open(row)", "log = list()"))
    assert [action.old for action in answer.actions] == ["check"] * FEW
    assert max(action.p for action in answer.actions) < SURE[IntentKind.RENAME]
    offered = 0
    while getattr(answer, "actions", ()):
        offered += len(answer.actions)
        bench.session.accept(answer.id, "all")
        answer = bench.answer()
    assert offered == 9 and "check." not in bench.text("shop/checks.py")
    whole = bench.save("shop/again.py", text.replace("check = open", "log = open"))
    assert len(whole.actions) == 9
