"""A night with a model of the person's own: what became of what it wrote is learnt, judged and published."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from engine import nights
from engine.diff import hunks
from engine.model.adapters import Adapters
from engine.model.opening import asking, opened
from engine.model.rewrite import RewritePredictor
from engine.model.runtime import Runtime
from engine.nights import NightOutcome
from engine.records import Answer, Considered, Decided, Written
from engine.store import FILE, Store
from engine.types import Action, Edit, IntentKind, Latency, Position, Range, Verdict
from tests.trainer.night.nights import settings, silent
from tests.trainer.random_models import random_model, write_gguf
from trainer import nightly
from trainer.night import learn
from trainer.night.desk import Plan
from trainer.night.steps import STEPS
from trainer.preferences import BARE
from trainer.stopping import Stop

pytestmark = [pytest.mark.train, pytest.mark.slow]

TEXT = "first = 1\nsecond = 2\nthird = 3\n"
WORDS = ("load", "read", "fetch", "find", "make", "send", "list", "open", "save", "drop", "pick", "join")


def answered(store: Store, root: Path, runtime: Runtime, number: int, at: float, *verdicts: Verdict) -> None:
    """The model wrote a number anew, or two; the person has a say about each."""
    word = WORDS[number % len(WORDS)]
    path, text = f"{word}_{number}.py", TEXT.replace("first", f"{word}_{number}")
    edit = Edit(f"w{number}", path, "x", text, hunks("x", text), "person", at)
    prompt = (*runtime.begin(), *runtime.encode(f"the lines of {path}:\n{text}"))
    wrong = text
    considered, actions, decided = [], [], []
    for n, (old, new, verdict) in enumerate(zip("23", ("22", "33"), verdicts, strict=False)):
        start = text.index(f"= {old}") + 2
        wrong = wrong.replace(f"= {old}", f"= {new}")
        considered.append(Considered(path, start, old, new, "free", 0.9, None, 0, n))
        spot = Range(Position(n + 1, 0), Position(n + 1, 1))
        actions.append(Action(n + 1, path, start, spot, old, new, IntentKind.FREE, 0.9, "written"))
        own = "2.5" if verdict is Verdict.CORRECTED else None
        decided.append(Decided(n + 1, verdict, own))
    answer = Answer(
        f"s{number}",
        str(root),
        edit,
        "",
        at,
        runtime.info,
        0.4,
        Latency(),
        prompts=(prompt,),
        considered=tuple(considered),
        actions=tuple(actions),
        contexts=("line", "line")[: len(actions)],
        sites=(0, 1)[: len(actions)],
        written=(Written("text", path, 0, text, wrong.rstrip("\n"), "\n```", True),),
    )
    store.decide(answer, decided, at + 5)


@pytest.mark.timeout(240)
def test_a_night_with_a_model_that_writes_by_itself(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn, "OWN_RATE", 3e-3)  # a random model has no sense to lose
    base = write_gguf(tmp_path / "coder.gguf", random_model("qwen2", context=2048), prompt=None)
    here = replace(settings(tmp_path), model=base)
    runtime = opened(base, threads=1)
    store = Store(here.data_dir / FILE)
    now = time.time()
    for number in range(120):
        at = now - 2 * 86_400 + 60 * number
        answered(store, shop, runtime, number, at, Verdict.CORRECTED)
    for number in range(120, 124):  # the day is not over: nobody knows yet whether nothing was to follow
        answered(store, shop, runtime, number, now + number, Verdict.REJECTED, Verdict.REJECTED)
    store.close()
    plan = Plan(here, minutes=3, learnt=1, held=3, least=20, least_held=2)
    night = nightly.run(plan, STEPS, silent, Stop())
    log = (nights.folder(here.data_dir, night.id) / nights.LOG).read_text()
    assert night.outcome is NightOutcome.PUBLISHED, (night.reason, log)
    assert night.from_decisions > 30 and night.left_out[BARE] == 4, log
    assert night.loss_first is not None and night.loss_last is not None
    assert night.loss_last < night.loss_first and night.figures["preference"].low > 0
    assert "no chances to calibrate" in log and "commits were played" in log
    current = Adapters(here.data_dir, night.base).current()
    assert current is not None
    predictor = asking(runtime)
    assert isinstance(predictor, RewritePredictor)
    predictor.set_adapter(current)
    assert predictor.info.adapter == night.adapter
    predictor.close()


def test_a_model_that_is_too_large_is_refused_at_once(shop: Path, tmp_path: Path) -> None:
    base = write_gguf(tmp_path / "coder.gguf", random_model("qwen2"), prompt=None)
    here = replace(settings(tmp_path), model=base)
    night = nightly.run(Plan(here, memory=0.9), STEPS, silent, Stop())
    assert night.outcome is NightOutcome.FAILED and not night.minutes
    assert (
        "Not enough memory: Training coder.gguf takes 1.1 GB of memory, 0.9 GB are allowed." in night.reason
    )


def test_a_model_of_another_architecture_cannot_be_trained(shop: Path, tmp_path: Path) -> None:
    from tests.engine.model.tiny_gguf import write_model

    base = write_model(tmp_path / "starcoder.gguf", prompt_version=None, architecture="starcoder2")
    here = replace(settings(tmp_path), model=base)
    night = nightly.run(Plan(here), STEPS, silent, Stop())
    assert night.outcome is NightOutcome.FAILED
    assert "has the architecture 'starcoder2'; only qwen2, qwen3, llama can be trained" in night.reason
