"""The middle steps over a tiny model: outcomes move the calibration, which goes into the adapter's file."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import FileProblem
from engine.model import calibrate
from engine.model import vocabulary as v
from engine.model.runtime import Runtime
from engine.nights import NightOutcome
from engine.types import Distance, IntentKind, NodeKind, Relation, Trigger
from tests.engine.model.tiny_gguf import write_adapter, write_model
from tests.trainer.night.test_scores import preference
from trainer.night import learn
from trainer.night.desk import Desk, Halt, digest
from trainer.tuples import Choice, Outcome, write, write_outcomes

PROMPT = tuple([v.RIPPLE, *(token for n in range(3) for token in (v.SITE, v.LABELS[n], v.ASK))])


def outcome(number: int, right: bool, signal: str = "rejected", intent: str = "import") -> Outcome:
    return Outcome(
        PROMPT,
        number % 3,
        0.6,
        intent,
        right,
        1.0,
        1.0,
        1.0,
        "/p",
        "a.py",
        f"a.py:{number}:old",
        "new",
        signal,
        "m",
    )


@pytest.fixture
def trained(desk: Desk) -> Desk:
    """A desk at which training is over."""
    (desk.home / learn.FOLDER).mkdir()
    write_adapter(desk.home / learn.TRAINED, desk.night.base)
    write(desk.home / learn.LEARNT, [replace(preference([(Choice(0, 0, "new"),)]), prompts=(PROMPT,))])
    return desk


def fitted(desk: Desk, outcomes: list[Outcome]) -> calibrate.Calibration:
    write_outcomes(desk.home / learn.TOLD, outcomes)
    learn.calibrated(desk)
    return calibrate.parse(str(desk.kept(learn.CALIBRATION)))


def test_bare_rejections_lower_the_chance_of_their_intent_alone(
    trained: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 100.0)
    base = fitted(trained, [])
    moved = fitted(trained, [outcome(n, right=False) for n in range(30)])
    assert moved.p(IntentKind.IMPORT, 0.0, 0.6) < base.p(IntentKind.IMPORT, 0.0, 0.6)
    assert moved.p(IntentKind.RENAME, 0.0, 0.6) == base.p(IntentKind.RENAME, 0.0, 0.6)
    assert "import: 0 of 30 were right" in (trained.home / "night.log").read_text()


def test_the_log_says_in_what_places_an_intent_is_wanted_less(
    trained: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Imports far away are turned down, those in the same file are taken."""
    monkeypatch.setattr("time.time", lambda: 100.0)
    facts = {
        right: (
            *(v.TRIGGERS[Trigger.NAME_MISSING], v.NODES[NodeKind.IMPORT], v.RELATIONS[Relation.IMPORTED]),
            *(v.DISTANCES[Distance.SAME_FILE if right else Distance.FAR], v.RULES[4]),
        )
        for right in (True, False)
    }
    told = [
        replace(
            outcome(0, right=right),
            at=float(number),
            prompt=(*PROMPT[:1], v.INTENTS[IntentKind.IMPORT], *facts[right], v.LABELS[0], v.ASK),
        )
        for number in range(60)
        for right in (number % 2 == 0,)
    ]
    fitted(trained, told)
    log = (trained.home / "night.log").read_text()
    assert "30 of 60 were right" in log and "import in distance:far: 0." in log and "node" not in log
    whole, *places = trained.night.tastes
    assert (whole.intent, whole.fact, whole.of) == ("import", "", 60)
    far = next(one for one in places if one.fact == "distance:far")
    assert far.of == 30 and far.after < far.before - 0.15


def test_the_adapters_logits_are_read_on_the_bases_scale(trained: Desk) -> None:
    """Ninety outcomes of histories: the adapter moves every logit, and the calibration takes that back."""
    calibration = calibrate.Calibration({IntentKind.IMPORT: calibrate.Sigmoid(1.0, 0.0, 0.0)}, floor=None)
    write_model(trained.base, calibration=calibrate.dump(calibration))
    write_adapter(trained.home / learn.TRAINED, digest(trained.base))
    moved = fitted(trained, [outcome(n, True, "history") for n in range(90)])
    assert moved.by_intent[IntentKind.IMPORT] != calibration.by_intent[IntentKind.IMPORT]


def test_it_gives_up_when_asked(trained: Desk) -> None:
    write_outcomes(trained.home / learn.TOLD, [outcome(1, True)])
    trained.stop.by = signal.SIGTERM
    with pytest.raises(Halt) as halt:
        learn.calibrated(trained)
    assert halt.value.outcome is NightOutcome.STOPPED and not (trained.home / learn.CALIBRATION).exists()


def test_the_adapter_carries_its_calibration_and_the_record_its_hash(trained: Desk) -> None:
    calibration = calibrate.Calibration({IntentKind.IMPORT: calibrate.Sigmoid(1.0, -2.0, 0.5)})
    trained.keep(learn.CALIBRATION, calibrate.dump(calibration))
    said = learn.exported(trained)
    path = trained.home / learn.ADAPTER
    assert digest(path).startswith(trained.night.adapter) and said.startswith(trained.night.adapter)
    runtime = Runtime(trained.base)
    runtime.set_adapter(path)
    assert calibrate.parse(runtime.metadata(calibrate.KEY)) == calibration
    runtime.close()


def test_losses_are_read_once_a_step(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    path.write_text('{"step": 1, "loss": 0.9}\n{"step": 2, "loss": 0.8}\n{"step": 2, "loss": 0.7}\n{"st')
    assert learn.losses(path) == [0.9, 0.7]
    path.write_text("")
    with pytest.raises(FileProblem):
        learn.losses(path)
