"""Hand-made decision logs become exactly these tuples, and nobody's bare rejection becomes one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import vocabulary as v
from engine.records import (
    Considered,
    Kept,
    SiteFate,
    Told,
    ToldAction,
    ToldDecision,
    ToldEdit,
    Unreadable,
)
from engine.types import Hunk, ModelInfo, Verdict
from trainer.preference.chains import outcomes, preferences
from trainer.preferences import collect
from trainer.trie import divergences
from trainer.tuples import END, Choice, Preference

BASE = "b" * 64
AT = 1_700_000_000.0
LATER = AT + 40 * 3600
"""The day of AT is over everywhere on earth."""
A, B, C, D = (Choice(0, label, f"new{label}") for label in range(4))
V = Verdict


def action(n: int, *verdicts: Verdict, **more: object) -> ToldAction:
    """The n-th action, for the considered place n - 1; decided 10 seconds after it was shown."""
    made = ToldAction(
        n, "a.py", 100 * n, f"old{n - 1}", f"new{n - 1}", "rename", 0.8, "line", n - 1, False, 1.0, AT,
        AT + 10, tuple(ToldDecision(verdict, None, AT + 10, False) for verdict in verdicts), (),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def corrected(n: int, new: str, later: bool = False) -> ToldAction:
    return action(n, decisions=(ToldDecision(V.CORRECTED, new, AT + 10, later),))


def told(*actions: ToldAction, **more: object) -> Told:
    """An answer that considered four places of a.py, in one window."""
    prompt = (v.RIPPLE, *(token for label in range(4) for token in (v.LABELS[label], v.ASK)))
    considered = tuple(
        Considered("a.py", 100 * (n + 1), f"old{n}", f"new{n}", "rename", p, None, 0, n, 0.9)
        for n, p in enumerate((0.8, 0.7, 0.3, 0.2))
    )
    edit = ToldEdit("e", "a.py", "person", AT, (Hunk(0, "x", 0, "y"),))
    made = Told(
        "s", "/p", edit, AT, None if actions else "none sure enough", ModelInfo("m", BASE), 0.4, (prompt,),
        considered, actions, (), (),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def save(at: float, start: int = 5000, path: str = "a.py", by: str = "person") -> ToldEdit:
    return ToldEdit("l", path, by, AT + at, (Hunk(start, "x", start, "yy"),))  # type: ignore[arg-type]


def one(answer: Told, now: float = LATER) -> Preference:
    (found,) = preferences(answer, now)
    return found


def chains(found: Preference) -> tuple[object, object]:
    return found.accepted, found.rejected


def test_a_chain_that_was_taken_has_nothing_rejected() -> None:
    found = one(told(action(1, V.ACCEPTED), action(2, V.ACCEPTED)))
    assert chains(found) == (((A, B),), ()) and (found.signal, found.weight) == ("accepted", 1.0)
    assert (found.model, found.project, found.path, found.at) == (BASE, "/p", "a.py", AT)
    assert found.sites[0][1].place == "a.py:200:old1" and found.sites[0][1].draft == "new1"


def test_what_was_taken_further_on_stands_in_the_place_of_what_was_not() -> None:
    found = one(told(action(1, V.ACCEPTED), action(2, V.REJECTED), action(3, V.ACCEPTED)))
    assert chains(found) == (((A, C),), ((A, B, C),))
    assert (found.signal, found.weight) == ("rejected", 1.0)


def at(seconds: float, n: int, verdict: Verdict) -> ToldAction:
    """The n-th action, decided so many seconds after it was shown."""
    return action(n, decisions=(ToldDecision(verdict, None, AT + seconds, False),), closed_at=AT + seconds)


def test_each_action_that_was_left_out_is_rejected_where_it_stood() -> None:
    """What comes behind it is what was taken, and the other one that was left out is no part of it."""
    answer = told(at(9, 1, V.ACCEPTED), at(4, 2, V.REJECTED), at(6, 3, V.REJECTED), at(9, 4, V.ACCEPTED))
    found = one(answer)
    assert chains(found) == (((A, D),), ((A, B, D), (A, C, D)))
    assert (found.signal, found.weight) == ("rejected", 1.0)
    (node,) = divergences(found.accepted, found.rejected, lambda choice: choice)
    assert (node.path, node.accepted, node.rejected) == ((A,), (D,), (B, C))
    assert [(one.right, one.weight) for one in outcomes(answer)][1:3] == [(False, 1.0)] * 2


def test_left_out_at_two_places_is_two_nodes() -> None:
    found = one(told(at(4, 1, V.REJECTED), at(9, 2, V.ACCEPTED), at(5, 3, V.REJECTED), at(9, 4, V.ACCEPTED)))
    assert chains(found) == (((B, D),), ((A, B, D), (B, C, D)))
    nodes = divergences(found.accepted, found.rejected, lambda choice: choice)
    assert [(node.path, node.accepted, node.rejected) for node in nodes] == [
        ((), (B,), (A,)),
        ((B,), (D,), (C,)),
    ]


def test_left_out_together_by_their_numbers_is_left_out_each() -> None:
    answer = told(at(9, 1, V.ACCEPTED), at(4, 2, V.REJECTED), at(4, 3, V.REJECTED), at(9, 4, V.ACCEPTED))
    assert one(answer).rejected == ((A, B, D), (A, C, D))
    assert [one.weight for one in outcomes(answer)][1:3] == [1.0, 1.0], "they named them both"


def test_left_out_and_a_correction_behind() -> None:
    mine = action(3, decisions=(ToldDecision(V.CORRECTED, "mine", AT + 9, False),))
    found = one(told(at(8, 1, V.ACCEPTED), at(4, 2, V.REJECTED), mine))
    own = Choice(0, 2, "mine")
    assert chains(found) == (((A, own),), ((A, C), (A, B, own)))


def test_left_out_and_the_rest_rejected_are_two_words_about_the_end() -> None:
    """Esc was pressed on what was open by then; of those behind its first nobody knows if they were seen."""
    answer = told(at(3, 1, V.ACCEPTED), at(9, 2, V.REJECTED), at(5, 3, V.REJECTED), at(9, 4, V.REJECTED))
    assert chains(one(answer)) == (((A, END),), ((A, B, C, D), (A, C, END)))
    assert sorted(one.weight for one in outcomes(answer)) == [0.25, 1.0, 1.0, 1.0]
    touched = replace(answer, later=(save(7200, start=301),))
    assert chains(one(touched)) == (((A,),), ()), "they wrote something else at one of the places"


@pytest.mark.parametrize("now", [LATER, AT + 60], ids=["the day is over", "it goes on"])
def test_the_last_one_left_out_is_a_word_about_the_end_once_the_day_is_over(now: float) -> None:
    answer = told(at(9, 1, V.ACCEPTED), at(9, 2, V.ACCEPTED), at(4, 3, V.REJECTED))
    assert chains(one(answer, now)) == (
        (((A, B, END),), ((A, B, C, END),)) if now == LATER else (((A, B),), ())
    )
    assert outcomes(answer)[2].weight == 1.0


def test_left_out_with_the_rest_never_decided() -> None:
    """The program was killed right after, or is still open."""
    answer = told(action(1), at(4, 2, V.REJECTED), action(3))
    assert [(one.right, one.weight) for one in outcomes(answer)] == [(False, 1.0)]
    assert preferences(answer, AT + 60) == []


def test_left_out_and_made_by_hand_after_all_was_taken() -> None:
    by_hand = (
        ToldDecision(V.REJECTED, None, AT + 4, False),
        ToldDecision(V.MADE_BY_HAND, None, AT + 50, True),
    )
    found = one(told(at(9, 1, V.ACCEPTED), action(2, decisions=by_hand), at(9, 3, V.ACCEPTED)))
    assert chains(found) == (((A, B, C),), ())


def test_a_correction_stands_where_the_shown_text_was() -> None:
    found = one(told(action(1, V.ACCEPTED), corrected(2, "mine"), action(3, V.ACCEPTED)))
    assert chains(found) == (((A, Choice(0, 1, "mine"), C),), ((A, B, C),))
    assert (found.signal, found.weight) == ("corrected", 1.0)
    assert one(told(corrected(1, "mine", later=True))).weight == 0.7


def test_the_persons_own_text_in_the_place_of_a_rejection_is_what_they_wanted() -> None:
    fates = (SiteFate(0, False, "mine", AT + 30),)
    found = one(told(action(1, V.REJECTED), fates=fates))
    assert chains(found) == (((Choice(0, 0, "mine"),),), ((A,),)) and found.signal == "rejected"


@pytest.mark.parametrize("text", [None, "old0", "m" * 400])
def test_what_is_no_text_of_their_own_is_nothing_known(text: str | None) -> None:
    assert not preferences(told(action(1, V.REJECTED), fates=(SiteFate(0, False, text, AT),)), AT)


def test_what_they_made_by_hand_elsewhere_stands_in_the_place_of_a_rejection() -> None:
    found = one(told(action(1, V.REJECTED), fates=(SiteFate(3, True, "new3", AT + 50),)))
    assert chains(found) == (((D,),), ((A,),))


def test_a_rejected_action_made_by_hand_was_taken() -> None:
    found = one(told(action(1, V.REJECTED), fates=(SiteFate(0, True, "new0", AT + 50),)))
    assert chains(found) == (((A,),), ()) and (found.signal, found.weight) == ("made_by_hand", 0.7)


def test_the_end_is_right_where_file_and_place_were_left_alone_for_the_day() -> None:
    found = one(told(action(1, V.ACCEPTED), action(2, V.REJECTED), action(3, V.REJECTED)))
    assert chains(found) == (((A, END),), ((A, B, C),))


@pytest.mark.parametrize(
    "why",
    [
        {"now": AT + 60},
        {"later": (save(60),)},
        {"later": (save(5),)},
        {"later": (save(7200, start=101),)},
        {"later": (save(3600, start=10), save(7200, start=105))},
    ],
    ids=["the day goes on", "a minute after", "before they decided", "the place", "the place, moved"],
)
def test_else_a_rejection_is_an_outcome_alone(why: dict[str, object]) -> None:
    now = float(str(why.pop("now", LATER)))
    answer = told(action(1, V.REJECTED), **why)
    assert preferences(answer, now) == []
    assert [(one.right, one.weight, one.signal) for one in outcomes(answer)] == [(False, 1.0, "rejected")]


def test_other_files_and_ripples_own_saves_do_not_keep_the_end_from_being_right() -> None:
    later = (save(20, path="b.py"), save(20, by="ripple"), save(3600))
    assert one(told(action(1, V.REJECTED), later=later)).accepted == ((END,),)


def test_what_silence_held_back_and_they_made_by_hand_is_a_tuple_against_the_end() -> None:
    fates = (
        SiteFate(2, True, "new2", AT + 50),
        SiteFate(3, True, "new3", AT + 60),
        SiteFate(1, False, "x", AT),
    )
    found = preferences(told(fates=fates), AT)
    assert [chains(one) for one in found] == [(((C,),), ((END,),)), (((D,),), ((END,),))]
    assert [(one.signal, one.weight) for one in found] == [("made_by_hand", 0.35)] * 2
    assert preferences(told(fates=fates, reason="superseded"), AT) == []


def test_what_was_kept_from_showing_for_other_reasons_is_no_word_against_the_end() -> None:
    assert preferences(told(fates=(SiteFate(0, True, "new0", AT + 50),)), AT) == []


def test_a_guess_that_was_taken_is_a_word_against_the_end() -> None:
    found = one(told(action(1, V.ACCEPTED), action(3, V.ACCEPTED, guess=True, p=0.3)))
    assert chains(found) == (((A, C),), ((A, END),))


@pytest.mark.parametrize("verdict", [V.FLASHED, V.SUPERSEDED])
def test_what_flashed_by_or_was_overtaken_says_nothing(verdict: Verdict) -> None:
    answer = told(action(1, V.ACCEPTED), action(2, verdict))
    assert chains(one(answer)) == (((A,),), ()) and len(outcomes(answer)) == 1
    assert preferences(told(action(1, verdict)), LATER) == [] == outcomes(told(action(1, verdict)))


def test_what_was_undone_was_not_wanted_and_never_ends_the_chain() -> None:
    answer = told(action(1, V.ACCEPTED, V.UNDONE))
    assert preferences(answer, LATER) == []
    assert [(one.right, one.signal) for one in outcomes(answer)] == [(False, "undone")]
    taken, back = ToldDecision(V.ACCEPTED, None, AT, False), ToldDecision(V.UNDONE, None, AT + 999, False)
    late = action(1, decisions=(taken, back))
    assert chains(one(told(late))) == (((A,),), ())


def test_taken_text_that_did_not_stand_counts_less_or_not_at_all() -> None:
    kept = action(1, V.ACCEPTED, kept=(Kept(1, "5m", 0.6, AT + 300),))
    assert one(told(kept)).weight == 0.6
    gone = action(1, V.ACCEPTED, kept=(Kept(1, "5m", 0.2, AT + 300),))
    assert preferences(told(gone), LATER) == [] == outcomes(told(gone))


def test_what_was_turned_down_along_with_the_first_is_a_weaker_outcome() -> None:
    found = outcomes(
        told(action(1, V.ACCEPTED), action(2, V.REJECTED), action(3, V.REJECTED), corrected(4, "x"))
    )
    assert [(one.right, one.weight) for one in found] == [
        (True, 1.0),
        (False, 1.0),
        (False, 0.25),
        (False, 0.3),
    ]
    assert [one.label for one in found] == [0, 1, 2, 3] and found[0].prompt == told().prompts[0]


def test_places_that_were_taken_together_are_fewer_witnesses() -> None:
    found = outcomes(told(*(action(n, V.ACCEPTED) for n in (1, 2, 3)), action(4, V.REJECTED)))
    assert [round(one.weight, 3) for one in found] == [0.577, 0.577, 0.577, 1.0]


def test_a_guess_keeps_its_propensity() -> None:
    (found,) = outcomes(told(action(3, V.REJECTED, guess=True, propensity=0.05)))
    assert (found.propensity, found.right) == (0.05, False)


def test_what_no_model_was_asked_about_is_no_part_of_a_chain() -> None:
    answer = told(action(1, V.ACCEPTED), action(2, V.ACCEPTED))
    ruled = replace(answer.considered[0], window=None, label=None)
    answer = replace(answer, considered=(ruled, *answer.considered[1:]))
    assert chains(one(answer)) == (((B,),), ())
    first, _ = outcomes(answer)
    assert (first.prompt, first.label) == ((), None)


def test_other_models_and_broken_rows_are_skipped_and_counted() -> None:
    good = told(action(1, V.ACCEPTED))
    torn = replace(good, suggestion="torn", prompts=(good.prompts[0][:3],))
    beyond = replace(good, suggestion="beyond", fates=(SiteFate(9, True, "x", AT),))
    found = collect(
        [
            good,
            replace(good, model=ModelInfo("m", "c" * 64)),
            replace(good, model=ModelInfo("structure", "")),
            Unreadable("lost", "ValueError: no JSON"),
            torn,
            beyond,
        ],
        BASE,
        LATER,
    )
    assert len(found.preferences) == 1 and found.answers == 6
    assert found.skipped == {"another model": 1, "no model was asked": 1, "broken": 3, "told twice": 0}
    assert [name for name, _ in found.broken] == ["lost", "torn", "beyond"]


def test_what_is_told_twice_counts_once_though_its_place_has_moved() -> None:
    def answer(shift: int, at: float) -> Told:
        made = told(fates=(SiteFate(2, True, "new2", AT + 50),), at=at)
        return replace(
            made, considered=tuple(replace(one, start=one.start + shift) for one in made.considered)
        )

    found = collect([answer(0, AT), answer(7, AT + 30), answer(7, AT + 90_000)], BASE, LATER)
    assert [one.at for one in found.preferences] == [AT + 30, AT + 90_000] and found.skipped[
        "told twice"
    ] == 1


VERDICTS = st.sampled_from([None, *Verdict])


@settings(deadline=None)  # a busy machine is no failure
@given(
    verdicts=st.lists(VERDICTS, min_size=1, max_size=4),
    guesses=st.lists(st.booleans(), min_size=4, max_size=4),
    fates=st.dictionaries(
        st.integers(0, 3),
        st.tuples(st.booleans(), st.sampled_from([None, "", "mine", "old0", "new0"])),
        max_size=4,
    ),
    later=st.lists(st.tuples(st.integers(1, 80_000), st.integers(0, 600)), max_size=3),
    ended=st.booleans(),
)
def test_nothing_is_rejected_without_something_known_in_its_place(
    verdicts: list[Verdict | None],
    guesses: list[bool],
    fates: dict[int, tuple[bool, str | None]],
    later: list[tuple[int, int]],
    ended: bool,
) -> None:
    """Whatever was decided: each rejected chain leaves an accepted one that goes on at that very point."""
    actions = [
        action(n, *([] if verdict is None else [verdict]), guess=guess)
        for n, (verdict, guess) in enumerate(zip(verdicts, guesses, strict=False), 1)
    ]
    answer = told(
        *actions,
        fates=tuple(SiteFate(site, *fate, AT + 20) for site, fate in fates.items()),
        later=tuple(save(at, start) for at, start in sorted(later)),
    )
    for found in preferences(answer, LATER if ended else AT + 30):
        (accepted,) = found.accepted
        assert accepted and 0 < found.weight <= 1
        for chain in found.rejected:
            shared = next(at for at in range(len(chain)) if at >= len(accepted) or chain[at] != accepted[at])
            assert shared < len(accepted), "the accepted chain ends where this one was rejected"
            assert chain[shared] == END or chain[shared] not in accepted
    bare = [
        one for one in actions if one.outcome and one.outcome.verdict in (V.REJECTED, V.IGNORED, V.UNDONE)
    ]
    if len(bare) == len(actions) and not fates and not ended:
        assert preferences(answer, AT + 30) == []
    assert all(0 < one.weight <= 1 for one in outcomes(answer))
