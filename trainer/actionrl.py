"""ActionRL: preference optimisation of the one action at which an accepted and a rejected chain part.

With s(a) the sum, over the tokens that count of action a, of log pi - log pi_ref given the prompt and the
shared prefix, the loss over the BDP nodes v of a batch of tuples is

    L = 1/tuples sum_v w_v [ L_pref + alpha * mean_a(-log pi(a) / |a|) ]
        + lambda * KL + eta * H + mu * L_SFT(replay)
    L_pref = mean over accepted a of -log( e^(beta s(a)) / (e^(beta s(a)) + sum_n e^(beta s(n))) )

one against one the DPO loss (Rafailov et al. 2023, eq. 7; `preference_loss` in its reference code) of that
action, as Step-DPO (Lai et al. 2024) has it for steps. The anchor is Iterative RPO's (Pang et al. 2024). KL
is the distance from the reference on shared prefixes and the quiet set, H how far prefixes fell below it.
What counts of an action depends on the partner (trainer/lessons.py), so s is a pair's: s(a|n), s(n|a). Index
tensors [2, M] hold (from, to): the entry `from` of one tensor adds to the entry `to` of another.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Weights:
    """How the terms are weighed."""

    beta: float = 0.2
    """Inverse temperature of the preference."""
    alpha: float = 0.2
    """The anchor: likelihood of what was accepted."""
    protect: float = 0.05
    """lambda: distance from the reference on shared prefixes and on the quiet set."""
    hold: float = 5.0
    """eta: the fall of shared prefixes."""
    replay: float = 1.0
    """mu: supervised replay."""
    preference: float = 1.0
    """0 for imitation alone."""


@dataclass(frozen=True, slots=True)
class Links:
    """Which log-probabilities belong to what; N points, P pairs, A accepted actions."""

    plus: Tensor
    """[2, .] (point, pair): the tokens that count of each pair's accepted action."""
    minus: Tensor
    """[2, .] (point, pair): those of its rejected action."""
    owner: Tensor
    """[P]: each pair's accepted action."""
    share: Tensor
    """[A]: w_v / |P_v|."""
    anchor: Tensor
    """[2, .] (point, accepted action): all tokens of each accepted action."""
    prefix: Tensor
    """[.]: points of shared prefixes."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The loss of a batch, term by term, before weighing."""

    preference: Tensor
    """Scalar: sum over accepted actions of share times loss, divided by the tuples."""
    anchor: Tensor
    """Scalar, likewise."""
    drift: Tensor
    """[.]: the k3 distance at each point of the shared prefixes."""
    fall: Tensor
    """[.]: how far each of them has fallen, 0 for what has risen."""
    plus: Tensor
    """[P]: s(a|n)."""
    minus: Tensor
    """[P]: s(n|a)."""


def token_log_probs(logits: Tensor, tokens: Tensor) -> Tensor:
    """logits [N, V], tokens [N] -> log-softmax of the tokens [N], computed in float32."""
    return logits.float().log_softmax(-1).gather(-1, tokens[:, None])[:, 0]


def two_way_log_probs(wanted: Tensor, other: Tensor) -> Tensor:
    """Logits of a token and of the only other one [N] -> log sigmoid(z - z') [N], the softmax over two."""
    return F.logsigmoid(wanted.float() - other.float())


def gathered(values: Tensor, index: Tensor, count: int) -> Tensor:
    """values [N], index [2, M] -> sums [count]: values[index[0]] added up by index[1]."""
    return values.new_zeros(count).index_add(0, index[1], values[index[0]])


def listwise(plus: Tensor, minus: Tensor, owner: Tensor, count: int, beta: float) -> Tensor:
    """plus, minus, owner [P] -> [count]: log(1 + sum over the pairs of a of e^(beta (s(n|a) - s(a|n)))).

    This is -log of a's share among itself and the rejected ones; 0 for an action without pairs.
    """
    margin = beta * (minus - plus)
    top = margin.new_zeros(count).scatter_reduce(0, owner, margin.detach(), "amax")
    total = torch.exp(-top).index_add(0, owner, torch.exp(margin - top[owner]))
    return top + total.log()


def anchored(log_probs: Tensor, anchor: Tensor, count: int) -> Tensor:
    """log_probs [N], anchor [2, .] -> [count]: -log pi(a) / |a|."""
    lengths = torch.bincount(anchor[1], minlength=count).clamp(min=1)
    return -gathered(log_probs, anchor, count) / lengths


def k3(log_probs: Tensor, reference: Tensor) -> Tensor:
    """[N], [N] -> [N]: e^-d - 1 + d with d = log pi - log pi_ref, never negative, 0 only where they agree.

    The estimator of KL(pi_ref || pi) by Schulman (2020, "Approximating KL Divergence", k3).
    """
    d = log_probs - reference
    return torch.expm1(-d) + d


def fallen(log_probs: Tensor, reference: Tensor) -> Tensor:
    """[N], [N] -> [N]: max(0, log pi_ref - log pi), the penalty of DPOP (Pal et al. 2024, eq. 3).

    k3 has no slope where pi is pi_ref, so it alone lets a protected token fall a little; this holds it.
    """
    return (reference - log_probs).clamp(min=0)


def terms(log_probs: Tensor, reference: Tensor, links: Links, weights: Weights, tuples: int) -> Terms:
    """log_probs and reference [N] of all points -> the terms of the loss."""
    pairs, count = len(links.owner), len(links.share)
    gain = log_probs - reference
    plus, minus = gathered(gain, links.plus, pairs), gathered(gain, links.minus, pairs)
    preferred = listwise(plus, minus, links.owner, count, weights.beta)
    held, known = log_probs[links.prefix], reference[links.prefix]
    return Terms(
        preference=(links.share * preferred).sum() / tuples,
        anchor=(links.share * anchored(log_probs, links.anchor, count)).sum() / tuples,
        drift=k3(held, known),
        fall=fallen(held, known),
        plus=plus,
        minus=minus,
    )
