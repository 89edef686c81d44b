"""Which tokens of which action count, in the form of asks and in that of chains."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.model import vocabulary as v
from tests.trainer.preferring import asking, encode, preferring, take
from trainer.lessons import AskForm, ChainForm, Lesson, lesson, taught
from trainer.packing import FULL
from trainer.tuples import END, Choice, Preference

YES, NO = (v.YES, v.NO), (v.NO, v.YES)


def _read(found: Lesson, points: np.ndarray) -> list[tuple[int, int, int, int]]:
    p = found.points
    return [(int(p.row[n]), int(p.at[n]), int(p.token[n]), int(p.other[n])) for n in points]


def _asked(one: Preference, weight: float = 1.0) -> Lesson:
    found = lesson(one, AskForm.of(one, encode), weight)
    assert found is not None
    return found


def _sides(found: Lesson, pair: int = 0) -> tuple[list[tuple[int, int, int, int]], ...]:
    return tuple(_read(found, side[0][side[1] == pair]) for side in (found.plus, found.minus))


def test_other_sites_count_by_their_decisions_and_the_shared_prefix_is_noted():
    window = asking("a", "b", "c", "d")
    asks = [at for at, token in enumerate(window[0]) if token == v.ASK]
    found = _asked(preferring([take(0, 2, 3)], [take(0, 1, 3)], window), 0.7)
    assert _sides(found) == ([(0, asks[2], *YES)], [(0, asks[1], *YES)])
    assert _read(found, found.prefix) == [(0, asks[0], *YES)]
    assert found.share.tolist() == pytest.approx([0.7])
    assert len(found.points) == 3, "what comes after the divergence is not even read"
    assert len(found.rows[0].ids) == asks[2] + 1, "nor computed"


def test_the_end_says_no_wherever_the_other_side_goes_on():
    window = asking("a", "b", "c")
    asks = [at for at, token in enumerate(window[0]) if token == v.ASK]
    found = _asked(preferring([(*take(0), END)], [take(0, 1), take(0, 2)], window))
    for pair in (0, 1):
        plus, minus = _sides(found, pair)
        assert plus == [(0, asks[1], *NO), (0, asks[2], *NO)]
        assert minus == [(0, asks[1 + pair], *YES)]
    silent = _asked(preferring([take(1)], [(END,)], window))
    assert _sides(silent) == ([(0, asks[1], *YES)], [(0, asks[1], *NO)])


def test_a_corrected_draft_is_refused_and_the_own_text_stands_behind_the_answer():
    window = asking("xyz")
    ask = len(window[0]) - 1
    found = _asked(preferring([(Choice(0, 0, "xwz"),)], [(Choice(0, 0, "xyz"),)], window))
    plus, minus = _sides(found)
    text = [*encode("xwz"), v.STOP]
    assert plus[0] == (0, ask, *NO)
    assert plus[1:] == [(0, ask + 2 + n, token, FULL) for n, token in enumerate(text)]
    assert minus == [(0, ask, *YES)]
    assert found.rows[0].ids[ask + 1 :].tolist() == [v.ANSWER, v.LABELS[0], *encode("xwz")]


def test_a_model_that_does_not_write_learns_its_decisions_alone():
    window = asking("xyz", None)
    asks = [at for at, token in enumerate(window[0]) if token == v.ASK]
    one = preferring([(Choice(0, 0, "xwz"),)], [(Choice(0, 0, "xyz"),)], window)
    found = lesson(one, AskForm.of(one, None), 1.0)
    assert found is not None
    assert _sides(found) == ([(0, asks[0], *NO)], [(0, asks[0], *YES)])
    one = preferring([(Choice(0, 1, "new"),)], [take(0, texts=["xyz"])], window)
    found = lesson(one, AskForm.of(one, None), 1.0)
    assert found is not None
    assert _sides(found) == ([(0, asks[1], *YES)], [(0, asks[0], *YES)])


def test_texts_of_a_site_without_draft_count_where_they_differ():
    window = asking(None)
    found = _asked(preferring([(Choice(0, 0, "abcz"),)], [(Choice(0, 0, "abdez"),)], window))
    plus, minus = _sides(found)
    assert [token for _, _, token, _ in plus] == encode("c")
    assert [token for _, _, token, _ in minus] == encode("de")
    assert plus[0][1] == minus[0][1], "both are predicted behind the same shared text"
    assert len(found.anchor[0]) == 1 + len(encode("abcz")) + 1, "the anchor has the whole action"


def test_a_text_that_only_lacks_something_still_counts_by_one_token():
    window = asking(None)
    found = _asked(preferring([(Choice(0, 0, "az"),)], [(Choice(0, 0, "abz"),)], window))
    plus, minus = _sides(found)
    assert ([one[2] for one in plus], [one[2] for one in minus]) == (encode("z"), encode("b"))


def test_texts_equal_but_for_blanks_are_the_same_action():
    window = asking("a b", "c")
    assert lesson(
        preferring([(Choice(0, 0, "ab"),)], [(Choice(0, 0, "a b"),)], window),
        AskForm.of(preferring([], [], window), encode),
        1.0,
    ) is None  # fmt: skip


def test_two_sites_of_one_place_exclude_each_other_by_their_decisions():
    ids, sites = asking("a", "b")
    window = (ids, (sites[0], dataclasses.replace(sites[1], place=sites[0].place)))
    asks = [at for at, token in enumerate(ids) if token == v.ASK]
    found = _asked(preferring([take(0)], [take(1)], window))
    assert _sides(found) == ([(0, asks[0], *YES)], [(0, asks[1], *YES)])


def test_windows_are_rows_and_one_that_nothing_is_read_from_is_left_out():
    one, two, three = asking("a", head="one"), asking("b", head="two"), asking("c", head="three")
    found = _asked(
        preferring([take(0, texts="c", window=2)], [take(0, texts="b", window=1)], one, two, three)
    )
    assert [row.ids.tolist() for row in found.rows] == [list(two[0]), list(three[0])]
    assert _sides(found) == ([(1, len(three[0]) - 1, *YES)], [(0, len(two[0]) - 1, *YES)])


def test_several_accepted_share_the_weight_of_their_node():
    window = asking("a", "b", "c")
    found = _asked(preferring([take(0), take(1)], [take(2)], window), 0.5)
    assert found.share.tolist() == [0.25, 0.25]
    assert found.owner.tolist() == [0, 1]


def test_chains_are_told_behind_their_prefix():
    window = asking("a", "b", "c")
    end = len(window[0]) - 1
    one = preferring([take(0, 1)], [take(0, 2), (*take(0), END)], window)
    found = lesson(one, ChainForm(encode), 1.0)
    assert found is not None
    behind = end + 4
    """<|answer|> <|s0|> a <|/|>"""
    assert found.rows[0].ids[end + 1 : behind + 1].tolist() == [v.ANSWER, v.LABELS[0], *encode("a"), v.STOP]
    plus, minus = _sides(found, 0)
    assert plus[0][1:3] == (behind, v.LABELS[1])
    assert [token for _, _, token, _ in plus] == [v.LABELS[1], *encode("b"), v.STOP]
    assert [(at, token) for _, at, token, _ in minus] == [(behind, v.LABELS[2])], "a wrong place by its site"
    assert [(at, token) for _, at, token, _ in _sides(found, 1)[1]] == [(behind, v.END)]
    assert [token for _, _, token, _ in _read(found, found.prefix)] == [v.LABELS[0], *encode("a"), v.STOP]


def test_a_tuple_without_rejected_chains_is_imitated():
    window = asking("a", "b")
    one = preferring([(*take(0, 1), END)], [], window)
    found = _asked(one)
    assert len(found.owner) == 0
    assert found.share.tolist() == [0.5, 0.5]
    again = taught(preferring([(*take(0, 1), END)], [take(1)], window), AskForm.of(one, encode), 1.0)
    assert again is not None
    assert again.anchor.tolist() == found.anchor.tolist()
    assert lesson(preferring([], [], window), AskForm.of(one, encode), 1.0) is None


def test_prompts_that_ask_about_other_sites_are_refused():
    window = asking("a", "b")
    with pytest.raises(ValueError, match=r"one <\|ask\|> for each"):
        AskForm.of(preferring([], [], (window[0], window[1][:1])), encode)
