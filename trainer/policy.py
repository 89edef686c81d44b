"""The model as a policy: log-probabilities of points (trainer/packing.py), computed where they are asked for.

The head is applied at the points alone, and for a two-way point to its two tokens alone: with a vocabulary of
150,000 tokens most of a plain forward pass would be logits that nobody reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import PreTrainedModel

from trainer.actionrl import token_log_probs, two_way_log_probs
from trainer.packing import FULL, Packed, Points

STEP: Final = 32
"""Rows are padded to a multiple of this: oneDNN keeps what it made for every shape that it met."""


@dataclass(frozen=True, slots=True)
class Padded:
    """Rows of one batch, padded on the right."""

    ids: Tensor
    """[B, T]"""
    positions: Tensor | None
    """[B, T]: each token's depth; None where no row branches, so that plain causal attention does."""
    mask: Tensor | None
    """[B, 1, T, T]: True where a token (line) sees another (column)."""


def padded(rows: Sequence[Packed]) -> Padded:
    """Rows side by side. A padding token sees itself alone, and nothing sees it."""
    longest = max(len(row.ids) for row in rows)
    longest += -longest % STEP
    ids = np.zeros((len(rows), longest), np.int64)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = row.ids
    if not any(row.branches for row in rows):
        return Padded(torch.from_numpy(ids), None, None)
    positions = np.zeros((len(rows), longest), np.int64)
    mask = np.broadcast_to(np.eye(longest, dtype=np.bool_), (len(rows), longest, longest)).copy()
    for number, row in enumerate(rows):
        count = len(row.ids)
        positions[number, :count] = row.depths
        mask[number, :count, :count] = row.sees
    return Padded(torch.from_numpy(ids), torch.from_numpy(positions), torch.from_numpy(mask)[:, None])


def log_probs(model: PreTrainedModel, rows: Sequence[Packed], points: Points) -> Tensor:
    """Log-probability of every point [N], in float32."""
    hidden = states(model, padded(rows))
    at = hidden[torch.from_numpy(points.row), torch.from_numpy(points.at)]
    token, other = torch.from_numpy(points.token), torch.from_numpy(points.other)
    head = head_of(model)
    out = at.new_zeros(len(points), dtype=torch.float32)
    two = (other != FULL).nonzero()[:, 0]
    if len(two):
        wanted, against = ((at[two] * head[tokens[two]]).sum(-1) for tokens in (token, other))
        out = out.index_copy(0, two, two_way_log_probs(wanted, against))
    full = (other == FULL).nonzero()[:, 0]
    if len(full):
        out = out.index_copy(0, full, token_log_probs(F.linear(at[full], head), token[full]))
    return out


def states(model: PreTrainedModel, batch: Padded) -> Tensor:
    """The hidden states behind the last norm [B, T, width]."""
    found: Tensor = model.get_decoder()(
        input_ids=batch.ids, attention_mask=batch.mask, position_ids=batch.positions, use_cache=False
    ).last_hidden_state
    return found


def head_of(model: PreTrainedModel) -> Tensor:
    """The output matrix [V, width]."""
    head: nn.Linear = model.get_output_embeddings()
    return head.weight
