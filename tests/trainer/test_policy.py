"""Log-probabilities from a model: packed rows equal plain ones, and ActionRL does to a model what it says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import PreTrainedModel, Qwen2Config, Qwen2ForCausalLM

from engine.model import vocabulary as v
from tests.trainer.preferring import SIZE, asking, encode, preferring, take
from trainer.actionrl import Links, Weights, terms
from trainer.batches import links_of, points_of
from trainer.lessons import AskForm, ChainForm, Lesson, lesson, taught
from trainer.packing import Builder, Packed, Points
from trainer.policy import log_probs
from trainer.tuples import Chain, Choice

pytestmark = pytest.mark.train

STEPS = 150


def _model(seed: int = 0) -> Qwen2ForCausalLM:
    torch.manual_seed(seed)
    shape = Qwen2Config(
        vocab_size=SIZE,
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        tie_word_embeddings=True,
    )
    return Qwen2ForCausalLM(shape).eval()


def _plain(model: PreTrainedModel, ids: list[int]) -> Tensor:
    """Log-probabilities behind each token of a row that stands alone: [T, V]."""
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float().log_softmax(-1)


def test_packed_branches_equal_rows_of_their_own():
    model = _model()
    prompt = list(asking("a", "b", head="packed")[0])
    other = list(asking("c", head="a longer prompt beside it")[0])
    texts = [encode("abcd"), encode("abxyz"), encode("q"), encode("abc")]
    builder = Builder([list(prompt), list(other)])
    said = [builder.text(0, len(prompt) - 1, [*text, v.STOP]) for text in texts]
    ask = builder.point(0, prompt.index(v.ASK), v.YES, v.NO)
    beside = builder.text(1, len(other) - 1, [v.ANSWER, v.END])
    rows, points = builder.finish()
    assert sum(len(row.ids) for row in rows) < sum(map(len, texts)) + len(prompt) + len(other) + 3, "shared"
    with torch.no_grad():
        found = log_probs(model, rows, points)
    for text, numbers in zip(texts, said, strict=True):
        alone = _plain(model, [*prompt, *text])
        for n, (point, token) in enumerate(zip(numbers, [*text, v.STOP], strict=True)):
            assert float(found[point]) == pytest.approx(float(alone[len(prompt) - 1 + n, token]), abs=1e-5)
    alone = _plain(model, prompt)[prompt.index(v.ASK)]
    assert float(found[ask]) == pytest.approx(
        float(alone[v.YES] - torch.logaddexp(alone[v.YES], alone[v.NO])), abs=1e-5
    )
    alone = _plain(model, [*other, v.ANSWER])
    assert [float(found[n]) for n in beside] == pytest.approx(
        [float(alone[-2, v.ANSWER]), float(alone[-1, v.END])], abs=1e-5
    )


def test_lessons_side_by_side_equal_each_alone():
    model = _model()
    window, wide = asking("a", None, "c"), asking("a", "b", head="another edit")
    tuples = [
        preferring([take(0, 2)], [(Choice(0, 1, "xy"),)], window),
        preferring([(Choice(0, 1, "xyz"),)], [(Choice(0, 1, "xw"),)], window, wide),
        preferring([take(1, window=1)], [take(0, 2)], window, wide),
    ]
    weights = Weights(beta=0.5)
    lessons = [made for one in tuples if (made := lesson(one, AskForm.of(one, encode), 0.5)) is not None]
    assert len(lessons) == 3
    with torch.no_grad():
        alone = []
        for one in lessons:
            found = log_probs(model, one.rows, one.points)
            alone.append(terms(found, found - 0.3, links_of([one]), weights, 1))
        found = log_probs(model, [row for one in lessons for row in one.rows], points_of(lessons))
        joined = terms(found, found - 0.3, links_of(lessons), weights, 3)
    assert float(joined.preference) == pytest.approx(
        sum(float(one.preference) for one in alone) / 3, abs=1e-5
    )
    assert float(joined.anchor) == pytest.approx(sum(float(one.anchor) for one in alone) / 3, abs=1e-5)
    assert joined.plus.tolist() == pytest.approx([x for one in alone for x in one.plus.tolist()], abs=1e-4)


UPDATE, SAVE, DELETE, DONE = (
    Choice(0, 0, "user.update()"),
    Choice(0, 1, "user.save()"),
    Choice(0, 1, "user.delete()"),
    Choice(0, 2, 'print("Done")'),
)
GOOD: Chain = (UPDATE, SAVE, DONE)
BAD: Chain = (UPDATE, DELETE, DONE)


WINDOW = asking(None, None, None, head="user.name")
ELSEWHERE = [
    preferring(
        [(UPDATE, one, DONE) for one in (SAVE, DELETE)], [], asking(None, None, None, head="user.age")
    ),
    preferring([(UPDATE, Choice(0, 1, DONE.text))], [], asking(None, None, head="user.name")),
]
FORM = ChainForm(encode)
Batch = tuple[list[Packed], Points, Links]


def _batch(lessons: Sequence[Lesson | None]) -> Batch:
    there = [one for one in lessons if one is not None]
    return [row for one in there for row in one.rows], points_of(there), links_of(there)


def _imitate(model: PreTrainedModel, batch: Batch) -> Tensor:
    found = log_probs(model, batch[0], batch[1])
    return terms(found, found.detach(), batch[2], Weights(), 1).anchor


@pytest.fixture(scope="module")
def prototype() -> Qwen2ForCausalLM:
    """A model that writes both chains alike, here and in other places."""
    model = _model().train()
    batch = _batch([taught(one, FORM, 1.0) for one in (preferring([GOOD, BAD], [], WINDOW), *ELSEWHERE)])
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=STEPS, pct_start=0.1)
    for _ in range(STEPS):
        _imitate(model, batch).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        rate.step()
        optimizer.zero_grad()
    return model.eval()


def _chances(model: PreTrainedModel) -> dict[str, float]:
    """Log-probability of each action behind its own prefix."""
    builder = Builder([list(WINDOW[0])])
    actions = {
        "update": FORM.action(builder, (), UPDATE),
        "save": FORM.action(builder, (UPDATE,), SAVE),
        "delete": FORM.action(builder, (UPDATE,), DELETE),
        "done": FORM.action(builder, (UPDATE, SAVE), DONE),
        "done after delete": FORM.action(builder, (UPDATE, DELETE), DONE),
    }
    rows, points = builder.finish()
    with torch.no_grad():
        found = log_probs(model, rows, points)
    return {name: float(found[list(one.points)].sum()) for name, one in actions.items()}


def _aligned(
    prototype: Qwen2ForCausalLM, loss: Callable[[PreTrainedModel], Tensor], steps: int
) -> dict[str, float]:
    model = copy.deepcopy(prototype)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.0)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 2e-4 * (1 - step / steps)
        loss(model).backward()
        optimizer.step()
        optimizer.zero_grad()
    return _chances(model)


def _action_rl(prototype: PreTrainedModel) -> Callable[[PreTrainedModel], Tensor]:
    rows, points, links = _batch([lesson(preferring([GOOD], [BAD], WINDOW), FORM, 1.0)])
    replay = _batch([taught(one, FORM, 1.0) for one in ELSEWHERE])
    weights = Weights()
    with torch.no_grad():
        reference = log_probs(prototype, rows, points)

    def loss(model: PreTrainedModel) -> Tensor:
        made = terms(log_probs(model, rows, points), reference, links, weights, 1)
        own = made.preference + weights.alpha * made.anchor + weights.protect * made.drift.mean()
        own = own + weights.hold * made.fall.mean()
        return own + weights.replay * _imitate(model, replay)

    return loss


def _naive_dpo(prototype: PreTrainedModel) -> Callable[[PreTrainedModel], Tensor]:
    builder = Builder([list(WINDOW[0])])
    good, bad = (
        [n for at, one in enumerate(chain) for n in FORM.action(builder, chain[:at], one).points]
        for chain in (GOOD, BAD)
    )
    rows, points = builder.finish()
    with torch.no_grad():
        reference = log_probs(prototype, rows, points)

    def loss(model: PreTrainedModel) -> Tensor:
        gain = log_probs(model, rows, points) - reference
        return -F.logsigmoid(Weights().beta * (gain[good].sum() - gain[bad].sum()))

    return loss


def test_the_references_example(prototype: Qwen2ForCausalLM) -> None:
    """`user.save()` against `user.delete()`: the margin grows, what stands before and behind does not fall.

    DPO over the whole chains, on the same pair for as many steps, loses some of each.
    """
    before = _chances(prototype)
    after = _aligned(prototype, _action_rl(prototype), 40)
    naive = _aligned(prototype, _naive_dpo(prototype), 40)
    assert (after["save"] - after["delete"]) - (before["save"] - before["delete"]) > 4
    assert after["save"] > before["save"] + 0.4
    for neutral in ("update", "done", "done after delete"):
        assert after[neutral] > before[neutral] - 0.005, neutral
        assert after[neutral] > naive[neutral], neutral
    assert after["save"] > naive["save"] + 0.1, "likelihood displacement"
