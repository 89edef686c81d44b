"""The loss against numbers worked out by hand, and where its gradient is and is not."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor

from engine.model import vocabulary as v
from tests.trainer.preferring import SIZE, asking, encode, preferring, take
from trainer.actionrl import (
    Links,
    Weights,
    anchored,
    fallen,
    k3,
    listwise,
    terms,
    token_log_probs,
    two_way_log_probs,
)
from trainer.batches import links_of
from trainer.lessons import AskForm, ChainForm, Lesson, lesson
from trainer.packing import FULL
from trainer.tuples import END, Choice

pytestmark = pytest.mark.train

PLAIN = Weights(beta=0.5, alpha=0.0, protect=0.0, hold=0.0, replay=0.0)


def _links(plus: list, minus: list, owner: list, share: list, anchor: list, prefix: list) -> Links:
    def index(pairs: list) -> Tensor:
        return torch.tensor(pairs, dtype=torch.long).reshape(-1, 2).T

    return Links(
        index(plus), index(minus), torch.tensor(owner, dtype=torch.long), torch.tensor(share),
        index(anchor), torch.tensor(prefix, dtype=torch.long),
    )  # fmt: skip


def test_one_against_one_is_dpo():
    plus, minus = torch.tensor([0.4]), torch.tensor([-0.6])
    found = listwise(plus, minus, torch.tensor([0]), 1, beta=0.5)
    assert float(found) == pytest.approx(math.log(1 + math.exp(-0.5)), abs=1e-6)
    assert float(found) == pytest.approx(0.474077, abs=1e-6)


def test_one_against_several_is_its_share_among_them():
    # e^(0.5 * 1) / (e^0.5 + e^(0.5 * 0) + e^(0.5 * -2)) = 1.648721 / (1.648721 + 1 + 0.367879)
    found = listwise(torch.tensor([1.0, 1.0]), torch.tensor([0.0, -2.0]), torch.tensor([0, 0]), 1, 0.5)
    assert float(found) == pytest.approx(-math.log(1.648721 / 3.016601), abs=1e-6)


def test_large_margins_neither_overflow_nor_vanish():
    minus = torch.tensor([4000.0, -4000.0], requires_grad=True)
    found = listwise(torch.zeros(2), minus, torch.tensor([0, 1]), 3, beta=1.0)
    assert found.tolist() == [4000.0, 0.0, 0.0]
    found.sum().backward()
    assert minus.grad is not None
    assert minus.grad.tolist() == [1.0, 0.0]


def test_the_anchor_is_normalised_by_length():
    log_probs = torch.tensor([-1.0, -3.0, -0.5])
    anchor = torch.tensor([[0, 1, 2], [0, 0, 1]])
    assert anchored(log_probs, anchor, 2).tolist() == [2.0, 0.5]


def test_k3():
    found = k3(torch.tensor([-1.0, -1.0, -2.0]), torch.tensor([-1.0, -1.2, -1.0]))
    assert found.tolist() == pytest.approx([0.0, math.exp(-0.2) - 1 + 0.2, math.e - 2], abs=1e-6)


def test_what_has_fallen_below_the_reference_is_pushed_up_and_what_rose_is_left():
    log_probs = torch.tensor([-1.0, -1.2, -0.5], requires_grad=True)
    found = fallen(log_probs, torch.tensor([-1.0, -1.0, -1.0]))
    assert found.tolist() == pytest.approx([0.0, 0.2, 0.0], abs=1e-6)
    found.sum().backward()
    assert log_probs.grad is not None and log_probs.grad.tolist()[1:] == [-1.0, 0.0]


def test_softmaxes():
    logits = torch.tensor([[1.0, 2.0, 0.0]])
    assert float(token_log_probs(logits, torch.tensor([1]))) == pytest.approx(
        2 - math.log(math.e + math.e**2 + 1)
    )
    assert float(two_way_log_probs(logits[:, 0], logits[:, 1])) == pytest.approx(-math.log(1 + math.e))


def test_the_whole_loss_of_two_tuples_by_hand():
    """Two nodes: one with w 1 and two accepted actions against one rejected, one with w 0.4, one on one."""
    log_probs = torch.tensor([-0.5, -1.0, -2.0, -0.2, -0.3, -1.5])
    reference = torch.tensor([-0.6, -0.8, -1.5, -0.2, -0.4, -1.0])
    links = _links(
        plus=[(0, 0), (1, 1), (3, 2), (4, 2)],
        minus=[(2, 0), (2, 1), (5, 2)],
        owner=[0, 1, 2],
        share=[0.5, 0.5, 0.4],
        anchor=[(0, 0), (1, 1), (3, 2), (4, 2)],
        prefix=[3],
    )
    found = terms(log_probs, reference, links, Weights(beta=0.5), tuples=2)
    # s: a0 0.1, a1 -0.2, n -0.5, a2 0.0 + 0.1, n' -0.5
    losses = [math.log(1 + math.exp(0.5 * (-0.5 - s))) for s in (0.1, -0.2, 0.1)]
    assert float(found.preference) == pytest.approx(
        (0.5 * (losses[0] + losses[1]) + 0.4 * losses[2]) / 2, abs=1e-6
    )
    assert float(found.anchor) == pytest.approx((0.5 * 0.5 + 0.5 * 1.0 + 0.4 * 0.25) / 2, abs=1e-6)
    assert found.drift.tolist() == [0.0]
    assert found.plus.tolist() == pytest.approx([0.1, -0.2, 0.1], abs=1e-6)
    assert found.minus.tolist() == pytest.approx([-0.5, -0.5, -0.5], abs=1e-6)


def gradient(found: Lesson, weights: Weights, size: int = SIZE) -> list[dict[int, Tensor]]:
    """For each row the positions whose logits the loss moves, with the gradient there."""
    torch.manual_seed(0)
    logits = [torch.randn(len(row.ids), size, requires_grad=True) for row in found.rows]
    p = found.points
    out = []
    for n in range(len(p)):
        row = logits[p.row[n]][int(p.at[n])]
        token, other = int(p.token[n]), int(p.other[n])
        if other == FULL:
            out.append(token_log_probs(row[None], torch.tensor([token]))[0])
        else:
            out.append(two_way_log_probs(row[token], row[other]))
    log_probs = torch.stack(out)
    made = terms(log_probs, log_probs.detach() - 0.1, links_of([found]), weights, 1)
    (weights.preference * made.preference + weights.alpha * made.anchor).backward()
    grads = [one.grad for one in logits]
    return [
        {at: grad[at] for at in range(len(grad)) if bool((grad[at] != 0).any())} if grad is not None else {}
        for grad in grads
    ]


def test_asks_before_and_after_the_divergence_have_exactly_zero_gradient():
    window = asking("a", "b", "c", "d", "e")
    asks = [at for at, token in enumerate(window[0]) if token == v.ASK]
    one = preferring([take(0, 3, 4)], [take(0, 1, 4)], window)
    found = lesson(one, AskForm.of(one, encode), 1.0)
    assert found is not None
    moved = gradient(found, PLAIN)[0]
    assert sorted(moved) == [asks[1], asks[3]]
    for at, sign in ((asks[3], -1), (asks[1], 1)):
        assert sign * float(moved[at][v.YES]) > 0
        assert float(moved[at][v.YES]) == -float(moved[at][v.NO])
        assert int((moved[at] != 0).sum()) == 2


def test_tokens_of_chains_outside_the_action_have_exactly_zero_gradient():
    window = asking("a", "b", "c")
    one = preferring(
        [(*take(0), Choice(0, 1, "bxyz"), *take(2))], [(*take(0), Choice(0, 1, "bxwz"), *take(2))], window
    )
    found = lesson(one, ChainForm(encode), 1.0)
    assert found is not None
    row = found.rows[0]
    moved = gradient(found, PLAIN)[0]
    # the prefix <|answer|> <|s0|> a <|/|>, then <|s1|> b x: only what is predicted behind that x counts
    behind = len(window[0]) + 4 + 3 - 1
    assert list(moved) == [behind]
    assert row.ids[behind] == encode("x")[0]
    assert float(moved[behind][encode("y")[0]]) < 0 < float(moved[behind][encode("w")[0]])
    anchored_too = gradient(found, Weights(beta=0.5, alpha=0.2))[0]
    assert sorted(anchored_too) == [*range(len(window[0]) + 3, behind + 3)], "the anchor has its action alone"


def test_the_good_text_in_a_wrong_place_is_not_unlearned():
    window = asking("a", "b", "c")
    one = preferring([(*take(0), END)], [(*take(0), Choice(0, 2, "xyz"))], window)
    found = lesson(one, ChainForm(encode), 1.0)
    assert found is not None
    tokens = {int(found.points.token[n]) for n in found.minus[0]}
    assert tokens == {v.LABELS[2]}
