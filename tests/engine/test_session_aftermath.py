"""What later saves tell of an answer, seen through real sessions whose clock the tests move."""

import subprocess
from pathlib import Path

import pytest

from engine.records import Told, ToldAction
from engine.types import Silence, Verdict
from tests.engine.test_session import CART, FILES, RENAMED, TEST, TILL, Bench, Slow, bench

__all__ = ["bench"]

ACCEPTED = TILL.replace("import total", "import amount").replace("total(", "amount(")


@pytest.fixture
def taken(bench: Bench) -> Bench:
    """All six uses of a renamed function were accepted."""
    bench.session.start()
    bench.session.accept(bench.renamed().id, "all")
    bench.answer()
    return bench


def action(bench: Bench, path: str, line: int) -> ToldAction:
    """The action of the first suggestion that stood on this line."""
    told = next(one for one in bench.told() if one.actions)
    (found,) = (a for a in told.actions if a.path == path and told_line(told, a) == line)
    return found


def told_line(told: Told, one: ToldAction) -> int:
    return FILES[one.path].count("\n", 0, one.start)


def later(bench: Bench, seconds: float) -> None:
    """Time passes, and then something else is saved."""
    bench.later(seconds)
    bench.save("shop/__init__.py", f'"""A shop at {bench.time}."""\n')


def verdicts(one: ToldAction) -> list[tuple[Verdict, str | None, bool]]:
    return [(decision.verdict, decision.new, decision.later) for decision in one.decisions]


SAID = (Verdict.ACCEPTED, None, False)


def test_a_later_save_corrects_what_was_accepted(taken: Bench) -> None:
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    assert verdicts(action(taken, "shop/till.py", 4)) == [SAID], "the person may still be typing"
    later(taken, 30)
    assert verdicts(action(taken, "shop/till.py", 4)) == [SAID, (Verdict.CORRECTED, "amount_due", True)]
    assert verdicts(action(taken, "shop/till.py", 5)) == [SAID], "the others stand"
    later(taken, 30)
    assert len(verdicts(action(taken, "shop/till.py", 4))) == 2, "said once"


def test_half_typed_texts_are_no_corrections(taken: Bench) -> None:
    for name in ("a", "amount_d", "amount_due"):
        taken.later(3)
        taken.save("shop/till.py", ACCEPTED.replace("print(amount(", f"print({name}("))
    later(taken, 30)
    assert verdicts(action(taken, "shop/till.py", 4)) == [SAID, (Verdict.CORRECTED, "amount_due", True)]


def test_what_is_changed_long_after_is_no_word_about_the_suggestion(taken: Bench) -> None:
    later(taken, 601)
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    later(taken, 30)
    assert verdicts(action(taken, "shop/till.py", 4)) == [SAID]


def test_a_change_of_plan_is_no_correction(taken: Bench) -> None:
    """Who renames the definition again has changed their mind about it, not about what followed."""
    taken.save("shop/cart.py", taken.text("shop/cart.py").replace("amount", "price"))
    taken.save("shop/till.py", ACCEPTED.replace("amount", "price"))
    later(taken, 30)
    assert verdicts(action(taken, "shop/till.py", 4)) == [SAID]


def test_reverted_by_hand_is_undone(taken: Bench) -> None:
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(total("))
    later(taken, 30)
    one = action(taken, "shop/till.py", 4)
    assert verdicts(one) == [SAID, (Verdict.UNDONE, None, True)]
    assert one.outcome and one.outcome.verdict is Verdict.UNDONE
    taken.save("shop/till.py", ACCEPTED)
    later(taken, 30)
    one = action(taken, "shop/till.py", 4)
    assert one.outcome and one.outcome.verdict is Verdict.ACCEPTED, "and put back"


def test_undo_is_said_and_not_found(taken: Bench) -> None:
    taken.session.undo()
    later(taken, 400)
    one = action(taken, "shop/till.py", 4)
    assert verdicts(one) == [SAID, (Verdict.UNDONE, None, False)]
    assert [(kept.horizon, kept.share) for kept in one.kept] == [("5m", 0.0)]


def test_blanks_are_no_correction(taken: Bench) -> None:
    taken.save(
        "shop/till.py", ACCEPTED.replace("print(amount(items))", "print(\n        amount(items)\n    )")
    )
    later(taken, 400)
    one = action(taken, "shop/till.py", 4)
    assert verdicts(one) == [SAID] and one.kept[0].share == 1.0


def test_kept_after_five_minutes_and_an_hour(taken: Bench) -> None:
    later(taken, 290)
    assert not action(taken, "shop/till.py", 4).kept
    later(taken, 20)
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    later(taken, 3600)
    first, second = action(taken, "shop/till.py", 4).kept
    assert (first.horizon, first.share, second.horizon, second.share) == ("5m", 1.0, "1h", 0.0)
    assert [kept.share for kept in action(taken, "shop/till.py", 5).kept] == [1.0, 1.0]


def test_the_state_before_a_save_is_what_was_kept_until_then(taken: Bench) -> None:
    taken.later(400)
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    (kept,) = action(taken, "shop/till.py", 4).kept
    assert (kept.horizon, kept.share) == ("5m", 1.0)


def test_kept_at_the_next_commit(bench: Bench) -> None:
    git(bench.root, "init", "-q")
    git(bench.root, "commit", "-q", "--allow-empty", "-m", "begun", at=bench.time)
    bench.session.start()
    bench.session.accept(bench.renamed().id, "all")
    later(bench, 10)
    assert not action(bench, "shop/till.py", 4).kept
    git(bench.root, "commit", "-q", "--allow-empty", "-m", "renamed", at=bench.time + 2)
    later(bench, 10)
    assert [(k.horizon, k.share) for k in action(bench, "shop/till.py", 4).kept] == [("commit", 1.0)]


def test_a_restart_goes_on_where_it_was(taken: Bench) -> None:
    """Also where saves came between, which have moved the text."""
    taken.save("shop/till.py", "# first\n" + ACCEPTED)
    taken.restart()
    moved = "# first\n" + ACCEPTED
    taken.save("shop/till.py", moved.replace("print(amount(", "print(amount_due("))
    later(taken, 30)
    later(taken, 300)
    one = action(taken, "shop/till.py", 4)
    assert verdicts(one) == [SAID, (Verdict.CORRECTED, "amount_due", True)]
    assert [(kept.horizon, kept.share) for kept in one.kept] == [("5m", 0.0)]
    assert [k.share for k in action(taken, "shop/cart.py", 5).kept] == [1.0]


def test_a_restart_finds_text_in_a_file_that_was_changed_unseen(taken: Bench) -> None:
    taken.session.close()
    taken.write("shop/till.py", "# unseen\n# lines\n" + ACCEPTED)
    taken.write("tests/test_cart.py", "\n")
    taken.restart()
    later(taken, 400)
    assert [k.share for k in action(taken, "shop/till.py", 4).kept] == [1.0]
    assert not action(taken, "tests/test_cart.py", 4).kept, "of what cannot be found nothing is said"


def test_what_is_known_at_the_end_is_said(taken: Bench) -> None:
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    taken.session.close()
    assert verdicts(action(taken, "shop/till.py", 4))[1:] == [(Verdict.CORRECTED, "amount_due", True)]


def test_a_kill_loses_no_correction(taken: Bench) -> None:
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    taken.later(60)
    killed, taken.session = taken.session, taken.opened()
    taken.session.start()
    later(taken, 1)
    assert verdicts(action(taken, "shop/till.py", 4))[1:] == [(Verdict.CORRECTED, "amount_due", True)]
    killed.interrupt()
    killed._watcher.stop()


def test_of_a_deleted_file_nothing_is_said(taken: Bench) -> None:
    (taken.root / "shop/till.py").unlink()
    taken.session.observe(frozenset({"shop/till.py"}))
    later(taken, 400)
    assert not action(taken, "shop/till.py", 4).kept
    assert [k.share for k in action(taken, "shop/cart.py", 5).kept] == [1.0]


def test_text_is_followed_into_a_file_that_others_import_from_its_new_place(taken: Bench) -> None:
    taken.save("shop/shift.py", "from shop.till import close\n\nclose([])\n")
    (taken.root / "shop/till.py").rename(taken.root / "shop/desk.py")
    taken.session.observe(frozenset({"shop/till.py", "shop/desk.py"}))
    taken.answer()
    taken.save("shop/desk.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    later(taken, 30)
    assert verdicts(action(taken, "shop/till.py", 4)) == [SAID, (Verdict.CORRECTED, "amount_due", True)]


def unsure(bench: Bench, p: float = 0.31) -> Told:
    """A silence about six places."""
    bench.session.start()
    bench.session._thinker.predictor = Slow(p=p)
    assert isinstance(bench.save("shop/cart.py", RENAMED), Silence)
    return bench.told()[0]


def fates(bench: Bench, told: Told) -> dict[tuple[str, int], tuple[bool, str | None]]:
    found = next(one for one in bench.told() if one.suggestion == told.suggestion)
    sites = {
        number: (one.path, FILES[one.path].count("\n", 0, one.start))
        for number, one in enumerate(found.considered)
    }
    return {sites[fate.site]: (fate.made, fate.new) for fate in found.fates}


def test_what_a_silent_ripple_had_in_mind_is_made_by_hand(bench: Bench) -> None:
    told = unsure(bench)
    bench.save("shop/till.py", TILL.replace("print(total(", "print(amount("))
    assert fates(bench, told) == {("shop/till.py", 4): (True, "amount")}


def test_a_silence_is_watched_after_a_restart(bench: Bench) -> None:
    told = unsure(bench)
    bench.save("shop/till.py", "# one\n" + TILL)
    bench.restart()
    bench.save("shop/till.py", "# one\n" + TILL.replace("print(total(", "print(amount("))
    assert fates(bench, told) == {("shop/till.py", 4): (True, "amount")}
    bench.restart()
    bench.save("tests/test_cart.py", TEST.replace("assert total(", "assert summed("))
    later(bench, 30)
    assert fates(bench, told)["tests/test_cart.py", 4] == (False, "summed")


def test_what_was_typed_when_the_program_was_killed_is_known(bench: Bench) -> None:
    told = unsure(bench)
    for name in ("am", "amou"):
        bench.save("shop/till.py", TILL.replace("print(total(", f"print({name}("))
    killed, bench.session = bench.session, bench.opened()
    bench.session.start()
    bench.save("shop/till.py", TILL.replace("print(total(", "print(amount("))
    assert fates(bench, told) == {("shop/till.py", 4): (True, "amount")}
    killed.interrupt()
    killed._watcher.stop()


def test_a_rejected_action_made_by_hand_after_a_restart(bench: Bench) -> None:
    bench.session.start()
    bench.session.reject(bench.renamed().id)
    bench.restart()
    bench.save("shop/till.py", TILL.replace("print(total(", "print(amount("))
    assert verdicts(action(bench, "shop/till.py", 4)) == [
        (Verdict.REJECTED, None, False),
        (Verdict.MADE_BY_HAND, None, True),
    ]


def test_what_was_accepted_before_a_restart_is_no_place_left_alone(taken: Bench) -> None:
    told = next(one for one in taken.told() if one.actions)
    taken.restart()
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    later(taken, 30)
    assert fates(taken, told) == {}


def test_another_change_at_a_considered_place_is_told_once_it_is_settled(bench: Bench) -> None:
    told = unsure(bench)
    for name in ("summ", "summed"):
        bench.later(3)
        bench.save("shop/till.py", TILL.replace("print(total(", f"print({name}("))
    assert fates(bench, told) == {}
    later(bench, 30)
    assert fates(bench, told) == {("shop/till.py", 4): (False, "summed")}


def test_typed_letter_by_letter_it_is_made_by_hand_all_the_same(bench: Bench) -> None:
    told = unsure(bench)
    for name in ("am", "amou", "amount"):
        bench.later(3)
        bench.save("shop/till.py", TILL.replace("print(total(", f"print({name}("))
    assert fates(bench, told) == {("shop/till.py", 4): (True, "amount")}


def test_a_line_that_goes_takes_the_text_along(bench: Bench) -> None:
    told = unsure(bench)
    bench.save("shop/till.py", TILL.replace("    print(total(items))\n", ""))
    assert fates(bench, told) == {}, "it may have been cut to be pasted"
    later(bench, 30)
    assert fates(bench, told) == {("shop/till.py", 4): (False, None)}


def test_a_line_that_is_cut_and_pasted_is_still_followed(bench: Bench) -> None:
    told = unsure(bench)
    bench.save("shop/till.py", TILL.replace("    print(total(items))\n", ""))
    bench.save("shop/till.py", TILL)
    later(bench, 30)
    assert fates(bench, told) == {}
    bench.save("shop/till.py", TILL.replace("print(total(", "print(amount("))
    assert fates(bench, told) == {("shop/till.py", 4): (True, "amount")}


def test_accepted_text_is_found_again_in_a_line_that_was_cut_and_pasted(taken: Bench) -> None:
    taken.save("shop/till.py", ACCEPTED.replace("    print(amount(items))\n", ""))
    taken.save("shop/till.py", ACCEPTED)
    taken.save("shop/till.py", ACCEPTED.replace("print(amount(", "print(amount_due("))
    later(taken, 30)
    assert verdicts(action(taken, "shop/till.py", 4)) == [SAID, (Verdict.CORRECTED, "amount_due", True)]


def test_what_a_person_writes_instead_of_a_rejected_action(bench: Bench) -> None:
    bench.session.start()
    suggestion = bench.renamed()
    told = bench.told()[0]
    bench.session.reject(suggestion.id)
    bench.save("shop/till.py", TILL.replace("print(total(", "print(amount_due("))
    later(bench, 30)
    assert fates(bench, told) == {("shop/till.py", 4): (False, "amount_due")}
    assert verdicts(action(bench, "shop/till.py", 4)) == [(Verdict.REJECTED, None, False)]


def test_what_ripple_writes_is_no_fate(taken: Bench) -> None:
    told = next(one for one in taken.told() if one.actions)
    later(taken, 30)
    assert fates(taken, told) == {}
    assert taken.text("shop/cart.py") != CART


def test_a_rejected_action_made_by_hand_in_pieces(bench: Bench) -> None:
    bench.session.start()
    bench.session.reject(bench.renamed().id)
    for name in ("am", "amount"):
        bench.save("shop/till.py", TILL.replace("print(total(", f"print({name}("))
    assert verdicts(action(bench, "shop/till.py", 4)) == [
        (Verdict.REJECTED, None, False),
        (Verdict.MADE_BY_HAND, None, True),
    ]


def test_a_branch_switch_says_nothing(taken: Bench) -> None:
    for path in FILES:
        taken.write(path, FILES[path])
    gen = {f"gen/m{n}.py": "x = 1\n" for n in range(30)}
    for path, text in gen.items():
        taken.write(path, text)
    taken.session.observe(frozenset({*gen, *FILES}), True)
    later(taken, 400)
    one = action(taken, "shop/till.py", 4)
    assert verdicts(one) == [SAID] and not one.kept
    taken.restart()
    later(taken, 400)
    one = action(taken, "shop/till.py", 4)
    assert verdicts(one) == [SAID] and not one.kept, "nor does it after a restart"
    told = next(one for one in taken.told() if one.actions)
    assert any(edit.path == "shop/till.py" and edit.by == "person" for edit in told.later), "but it is known"


def test_undone_counts_as_rejected_and_is_not_offered_again(taken: Bench) -> None:
    taken.session.undo()
    taken.later(10)
    taken.save("shop/cart.py", CART)
    taken.later(10)
    answer = taken.save("shop/cart.py", RENAMED)
    assert isinstance(answer, Silence) and "turned it down" in answer.reason


def git(root: Path, *args: str, at: float = 0.0) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    env = {"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": f"{int(at)} +0000", "HOME": str(root)}
    subprocess.run(["git", *who, *args], cwd=root, check=True, env=env, capture_output=True)
