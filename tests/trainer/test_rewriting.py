"""Which tokens of which answer count, where a model writes a window anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.model.formats import FORMATS
from engine.model.formats.contract import Prompt, Window
from engine.types import PromptFormat
from tests.trainer.rewriting import PROMPT, TEXT, TOKENS, rewriting, speak, swaps, window
from trainer import rewriting as module
from trainer.lessons import Lesson, lesson, taught
from trainer.rewriting import IMITATED, WindowForm, imitation, parting
from trainer.tuples import END, Choice, Preference

SITES, (A, B, C) = swaps(("1", "11"), ("beta", "delta"), ("3", "4"))
OWN = Choice(0, 1, "dollar")


def learnt(one: Preference) -> Lesson:
    found = lesson(one, WindowForm.of(one, speak), 1.0)
    assert found is not None
    return found


def read(found: Lesson, points: np.ndarray) -> str:
    """The texts of points in order; each must be predicted behind the answer up to it."""
    said = b""
    for number in points:
        row, at = found.rows[int(found.points.row[number])], int(found.points.at[number])
        said += bytes([int(found.points.token[number])])
        if number == points[0]:
            behind = []
            while at >= 0:
                behind.append(int(row.ids[at]))
                at = int(row.parents[at])
            text = bytes(reversed(behind)).decode()
            assert text.startswith(bytes(PROMPT).decode())
            said = text.removeprefix(bytes(PROMPT).decode()).encode() + b"|" + said
    return said.decode()


def sides(found: Lesson, pair: int = 0) -> tuple[str, ...]:
    return tuple(read(found, side[0][side[1] == pair]) for side in (found.plus, found.minus))


def test_a_corrected_text_counts_from_the_first_differing_token_to_the_end_of_the_difference() -> None:
    found = learnt(rewriting(SITES, [(A, OWN, C)], [(A, B, C)]))
    head = "alpha = 11\nd"
    assert sides(found) == (f"{head}|ollar", f"{head}|elta")
    assert read(found, found.anchor[0]) == "alpha = 11\n|dollar"
    kept = [int(found.points.token[n]) for n in found.prefix]
    assert bytes(kept[:1]) == b"1" and len(kept) > 1, "the shared action, and some of what was copied"
    assert b"gamma" not in bytes(found.rows[0].ids.tolist()), "what follows is not even computed"


def test_other_sites_count_by_the_token_that_leaves_what_stands_there() -> None:
    found = learnt(rewriting(SITES, [(A, C)], [(A, B)]))
    assert sides(found) == ("alpha = 11\nbeta = 2\ngamma = |4", "alpha = 11\n|d")
    later = learnt(rewriting(SITES, [(A, B)], [(A, C)]))
    assert sides(later) == ("alpha = 11\n|del", "alpha = 11\nbeta = 2\ngamma = |4")


def test_the_end_is_to_go_on_with_what_stands_there() -> None:
    found = learnt(rewriting(SITES, [(A, END)], [(A, B, C)]))
    assert sides(found) == ("alpha = 11\n|b", "alpha = 11\n|d")
    missed = learnt(rewriting(SITES, [(A, B)], [(A, END)]))
    assert sides(missed) == ("alpha = 11\n|del", "alpha = 11\n|b")


def test_a_shown_action_that_was_taken_out_of_turn_is_no_divergence() -> None:
    found = learnt(rewriting(SITES, [(B, C)], [(A, B, C)]))
    assert sides(found)[1] == "alpha = 1|1" and len(found.owner) == 1


def test_nothing_is_learnt_from_texts_that_differ_by_blanks_and_a_broken_tuple_says_so() -> None:
    blank = replace(B, text=" delta ")
    one = rewriting(SITES, [(blank,)], [(B,)])
    assert lesson(one, WindowForm.of(one, speak), 1.0) is None
    moved = rewriting(SITES, [(A,)], [(B,)], replace(window(), start=101))
    with pytest.raises(ValueError, match="does not stand"):
        WindowForm.of(moved, speak)
    same = rewriting(SITES, [(replace(A, text="1"),)], [(B,)])
    with pytest.raises(ValueError, match="changes nothing"):
        lesson(same, WindowForm.of(same, speak), 1.0)
    with pytest.raises(ValueError, match="one window for each"):
        WindowForm.of(replace(same, windows=()), speak)


def test_a_deletion_counts_by_the_token_behind_it() -> None:
    sites, (gone, new) = swaps(("beta = 2\n", ""), ("3", "4"))
    found = learnt(rewriting(sites, [(gone,)], [(new,)]))
    assert sides(found)[0] == "alpha = 1\n|g"
    assert parting([1, 2, 3], [1, 3]) == (1, 2) and parting([1], [1]) == (0, 1)


@pytest.mark.parametrize("name", PromptFormat)
def test_every_format_is_learnt_in_its_own_answers(name: PromptFormat) -> None:
    text = "".join(f"line_{n} = {n}\n" for n in range(40))
    here = window(text, name)
    sites, (one, two) = swaps(("line_20", "row_20"), ("line_33", "row_33"), written=here)
    tuple_ = rewriting(sites, [(two,)], [(one, two)], here)
    form = WindowForm.of(tuple_, speak)
    found = lesson(tuple_, form, 1.0)
    assert found is not None
    plus, minus = sides(found)
    assert plus.endswith("= 32\n|row") and minus.endswith("= 19\n|r")
    said = bytes(token for token in form.said(0, (one, two)) if token < 256).decode()
    prompt = Prompt(Window("a.py", 100, 100 + len(text), text), (), (here.stop,), 0)
    read_back = FORMATS[name].read(prompt, said.removesuffix(here.stop), True)
    assert read_back is not None
    assert read_back.text == text.replace("line_20", "row_20").replace("line_33", "row_33")


def test_a_file_with_other_newlines_is_written_with_plain_ones() -> None:
    here = window(TEXT.replace("\n", "\r\n"))
    sites, (first, second) = swaps(("beta", "delta\r\nx"), ("3", "4"), written=here)
    one = rewriting(sites, [(first,)], [(second,)], here)
    found = learnt(one)
    assert b"\r" not in bytes(found.rows[0].ids.tolist())
    assert read(found, found.anchor[0]) == "alpha = 1\n|delta\nx"


def test_imitation_takes_every_accepted_action_and_replay_some_of_the_whole_answer() -> None:
    one = rewriting(SITES, [(A, B, END)], [(A, C)])
    form = WindowForm.of(one, speak)
    found = taught(one, form, 1.0)
    assert found is not None and len(found.share) == 2
    whole = imitation(one, form, 0.5)
    assert whole is not None
    said = bytes(whole.rows[0].ids.tolist()).decode()
    assert said.startswith(bytes(PROMPT).decode() + "alpha = 11\ndelta = 2\n")
    assert (
        len(whole.points) <= IMITATED
        and not len(whole.owner)
        and whole.share.tolist() == pytest.approx([0.05])
    )


@pytest.mark.parametrize("name", ["text", "zeta-2.1"])
def test_replay_does_not_say_that_a_site_is_to_be_left_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second site was turned down, and nobody knows what belongs there."""
    monkeypatch.setattr(module, "IMITATED", 10_000)
    text = "".join(f"line_{n} = {n}\n" for n in range(40))
    here = window(text, name)
    sites, (one, _) = swaps(("line_2 ", "row_2 "), ("line_4 ", "row_4 "), written=here)
    told = rewriting(sites, [(one,)], [], here)
    form = WindowForm.of(told, speak)
    found = imitation(told, form, 1.0)
    assert found is not None
    said = bytes(form.said(0, (one,)))
    left = len(PROMPT) + said.index(b"line_4 ") - 1
    at = set(found.points.at.tolist())
    assert at.isdisjoint(range(left, left + len("line"))) and {left - 1, left + len("line_4 ")} <= at
    assert len(at) == len(said) - len("line")


@pytest.mark.train
def test_tokens_outside_the_action_have_exactly_zero_gradient() -> None:
    pytest.importorskip("torch")
    from tests.trainer.test_actionrl import gradient
    from trainer.actionrl import Weights

    found = learnt(rewriting(SITES, [(A, OWN, C)], [(A, B, C)]))
    row = found.rows[0]
    (moved,) = gradient(found, Weights(beta=0.5, alpha=0.0), TOKENS)
    head = len(PROMPT) + len("alpha = 11\nd") - 1
    assert min(moved) == head and bytes(row.ids[: head + 1].tolist()).endswith(b"11\nd")
    assert float(moved[head][ord("o")]) < 0 < float(moved[head][ord("e")])
    predicted = {int(token) for token in found.points.token[np.concatenate([found.plus[0], found.minus[0]])]}
    assert predicted == set(b"ollar") | set(b"elta") and len(moved) == len("ollar") + len("elta") - 1
    (anchored,) = gradient(found, Weights(beta=0.5, alpha=0.2), TOKENS)
    assert min(anchored) == head - 1, "the anchor has its action alone"
