"""A small model that does write windows anew is corrected, and writes what it was taught; the rest stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

import torch
from transformers import PreTrainedModel

from engine.diff import saved
from engine.model.decoding import write
from engine.model.formats import FORMATS
from engine.model.opening import asking, opened
from engine.model.predictor import Decisions
from engine.model.rewrite import RewritePredictor
from engine.model.runtime import Runtime, never
from engine.model.speech import said
from engine.types import Edit, PromptFormat
from tests.trainer.random_models import random_model, write_gguf
from trainer.align import AlignPlan, align
from trainer.stopping import Stop
from trainer.tuples import Asked, Choice, Preference

pytestmark = [pytest.mark.train, pytest.mark.slow]

WORDS = ("total", "sum", "return", "tax")
PLAIN = FORMATS[PromptFormat.TEXT]


def edit(word: str) -> Edit:
    text = f"{word} = 1\nrate = 1\nend = 0\n"
    return saved(f"{word}.py", text, text.replace(f"{word} = 1", f"{word} = 2"))


def learns_to_write(model: PreTrainedModel, runtime: Runtime) -> None:
    """Teach it, until it knows them by heart, that `rate` becomes 9 in every file."""
    rows = []
    for word in WORDS:
        prompt = PLAIN.ask([edit(word)], {f"{word}.py": edit(word).after}.get)
        assert prompt is not None
        text = prompt.window.text
        answer = PLAIN.write(prompt, text.replace("rate = 1", "rate = 9"), (0, len(text)))
        rows.append((said(runtime, prompt.parts), said(runtime, answer)))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for step in range(300):
        ids, answer = rows[step % len(rows)]
        found = model(torch.tensor([[*ids, *answer]])).logits[0, len(ids) - 1 : -1]
        loss = torch.nn.functional.cross_entropy(found, torch.tensor(answer))
        if step >= 40 and float(loss.detach()) < 0.005:
            break
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()


def wrote(predictor: RewritePredictor, word: str) -> Decisions:
    (only,) = predictor.decide([edit(word)], [], {f"{word}.py": edit(word).after}.get, never)
    return only


def decided(only: Decisions, own: str | None, model: str) -> Preference:
    """The person took what was written, or put a text of their own there."""
    assert only.written is not None
    (one,) = only.candidates
    asked = Asked(one.new, 0.0, "free", f"{one.site.path}:{one.site.start}:{one.site.old}")
    shown = (Choice(0, 0, one.new),)
    return Preference(
        prompts=(only.prompt_ids,),
        sites=((asked,),),
        accepted=(shown if own is None else (Choice(0, 0, own),),),
        rejected=() if own is None else (shown,),
        weight=1.0,
        at=0.0,
        project="p",
        path=one.site.path,
        signal="accepted" if own is None else "corrected",
        model=model,
        windows=(only.written,),
    )


@pytest.mark.timeout(240)
def test_what_was_corrected_is_written_and_what_was_taken_stays(tmp_path: Path) -> None:
    model = random_model("qwen2", context=1024)
    base = write_gguf(tmp_path / "coder.gguf", model, prompt=None)
    runtime = opened(base, threads=1)
    learns_to_write(model, runtime)
    runtime.close()
    base = write_gguf(tmp_path / "coder.gguf", model, prompt=None)
    runtime = opened(base, threads=1)
    predictor = asking(runtime)
    assert isinstance(predictor, RewritePredictor)
    before = {word: wrote(predictor, word) for word in WORDS}
    for word, only in before.items():
        assert [(one.site.old, one.new) for one in only.candidates] == [("1", "9")], (word, only.written)
        assert only.written is not None and only.written.finished
        again = write(runtime, only.prompt_ids, [only.written.stop], 1024, never)
        assert again.text == only.written.said, "what it wrote is what these tokens lead to"
    tuples = [
        decided(before[word], "5" if number < 2 else None, runtime.info.sha256)
        for number, word in enumerate(WORDS)
    ]
    plan = AlignPlan(steps=60, epochs=99, batch=4, replay_batch=4, rate=2e-3, exact=True)
    target = align(base, tuples, [], replace(plan, name="taught"), tmp_path / "run", lambda _: None, Stop())
    predictor.set_adapter(target)
    after = {word: [one.new for one in wrote(predictor, word).candidates] for word in WORDS}
    assert after == {"total": ["5"], "sum": ["5"], "return": ["9"], "tax": ["9"]}
    assert all(
        only.written is not None and "end = 0" in only.written.said
        for only in (wrote(predictor, word) for word in WORDS)
    )
    predictor.close()
