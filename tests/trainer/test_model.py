"""The model: what comes later changes nothing earlier, padding changes nothing, and its size is as told."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

import torch

from trainer.model import Ripple, Shape, rotate

pytestmark = pytest.mark.train

SHAPE = Shape(vocabulary=300, width=32, layers=2, inner=48, heads=4, kv_heads=2, context=64)


def _model() -> Ripple:
    torch.manual_seed(0)
    return Ripple(SHAPE).eval()


def test_a_later_token_changes_nothing_earlier() -> None:
    model = _model()
    ids = torch.randint(0, 300, (1, 20))
    changed = ids.clone()
    changed[0, 12] = (changed[0, 12] + 1) % 300
    with torch.no_grad():
        one, two = model(ids), model(changed)
    assert torch.equal(one[0, :12], two[0, :12])
    assert not torch.allclose(one[0, 12:], two[0, 12:])


def test_padding_on_the_right_changes_nothing() -> None:
    model = _model()
    ids = torch.randint(0, 300, (1, 20))
    with torch.no_grad():
        short = model(ids)
        padded = model(torch.cat([ids, torch.zeros(1, 12, dtype=ids.dtype)], dim=1))
    assert torch.allclose(short, padded[:, :20], atol=1e-5)


def test_rotation_keeps_lengths_and_pairs_halves() -> None:
    angle = torch.tensor([[torch.pi / 2, torch.pi / 2]])
    turned = rotate(torch.tensor([[[[1.0, 0.0]]]]), angle.cos(), angle.sin())
    assert torch.allclose(turned, torch.tensor([[[[0.0, 1.0]]]]), atol=1e-6)


def test_logits_of_a_few_tokens_are_those_of_all() -> None:
    model = _model()
    hidden = torch.randn(3, 32)
    tokens = torch.tensor([7, 250])
    assert torch.allclose(model.logits(hidden, tokens), model.logits(hidden)[:, tokens], atol=1e-6)


def test_size() -> None:
    attention = 32 * 32 + 32 + 2 * (32 * 16 + 16) + 32 * 32
    block = attention + 3 * 32 * 48 + 2 * 32
    assert _model().size() == 300 * 32 + 2 * block + 32
