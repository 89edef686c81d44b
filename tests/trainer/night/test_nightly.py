"""The night as a whole: its steps are done once each, its end is always told, and one runs at a time."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from engine import nights
from engine.errors import FileProblem, ModelProblem
from engine.nights import NightOutcome
from tests.engine.model.tiny_gguf import write_model
from tests.trainer.night.nights import publishes, run, settings, step, whole, writes
from trainer import nightly
from trainer.night.desk import Desk, Halt
from trainer.stopping import Stop, stopping


def halts(outcome: NightOutcome, reason: str):
    def does(desk: Desk) -> str:
        raise Halt(outcome, reason)

    return does


def raises(error: Exception):
    def does(desk: Desk) -> str:
        raise error

    return does


def test_every_step_is_done_and_little_is_left(tmp_path: Path) -> None:
    def collects(desk: Desk) -> str:
        (desk.home / "align").mkdir()
        (desk.home / "align" / "checkpoint.pt").write_text("weights")
        desk.keep("tuples.json", {"of": "the person's code"})
        desk.note(replace(desk.night, tuples={"rejected": 3}))
        return "3 tuples"

    night = run(tmp_path, [step("collect", collects), step("train", writes), step("publish", publishes)])
    assert (night.outcome, night.reason, night.tuples) == (
        NightOutcome.PUBLISHED,
        "published",
        {"rejected": 3},
    )
    assert nights.nights(tmp_path / "data") == [night]
    assert list(night.minutes) == ["collect", "train", "publish"]
    assert night.peak_mb > 10 and night.ended is not None and night.ended >= night.started
    home = nights.folder(tmp_path / "data", night.id)
    assert {path.name for path in home.iterdir()} == {"night.json", "night.log", "adapter.gguf"}
    log = (home / nights.LOG).read_text()
    assert "collect: 3 tuples (0.0 minutes)" in log and "published: published" in log


def test_what_the_gate_keeps_stays_with_its_reason(tmp_path: Path) -> None:
    keeps = step("gate", halts(NightOutcome.KEPT, "It may be chance."))
    night = run(tmp_path, [step("train", writes), keeps, step("publish", publishes)])
    assert (night.outcome, night.reason) == (NightOutcome.KEPT, "It may be chance.")
    assert (nights.folder(tmp_path / "data", night.id) / "adapter.gguf").exists()
    assert not (tmp_path / "data" / "adapters").exists()


def test_a_night_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    did: list[str] = []

    def notes(name: str):
        def does(desk: Desk) -> str:
            did.append(name)
            return name

        return step(name, does)

    def stops(desk: Desk) -> str:
        did.append("train")
        if did.count("train") == 1:
            desk.stop.by = signal.SIGTERM
            desk.check()
        return "trained"

    steps = [notes("collect"), step("train", stops), notes("publish")]
    first = run(tmp_path, steps)
    assert first.outcome is NightOutcome.STOPPED and "SIGTERM" in first.reason and not first.over
    second = run(tmp_path, steps)
    assert second.id == first.id and second.outcome is NightOutcome.PUBLISHED
    assert did == ["collect", "train", "train", "publish"]
    assert second.minutes["collect"] == first.minutes["collect"]
    third = run(tmp_path, steps)
    assert third.id > second.id and did.count("collect") == 2


def unfinished(tmp_path: Path) -> nights.Night:
    stop = Stop()

    def collects(desk: Desk) -> str:
        desk.keep("tuples.json", ["code"])
        stop.by = signal.SIGINT
        return "collected"

    return run(tmp_path, [step("collect", collects), step("train")], stop)


def test_another_model_begins_another_night(tmp_path: Path) -> None:
    first = unfinished(tmp_path)
    write_model(tmp_path / "tiny.gguf", seed=5)
    second = run(tmp_path, [step("collect")])
    assert second.id != first.id and second.base != first.base
    given_up = nights.nights(tmp_path / "data")[1]
    assert given_up.outcome is NightOutcome.FAILED and "model was changed" in given_up.reason
    assert not (nights.folder(tmp_path / "data", first.id) / "tuples.json").exists()


def test_other_code_begins_another_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = unfinished(tmp_path)
    monkeypatch.setattr(nightly, "_code", lambda: "newer")
    assert run(tmp_path, [step("collect")]).id != first.id
    assert "updated" in nights.nights(tmp_path / "data")[1].reason


def test_a_night_of_last_week_is_given_up(tmp_path: Path) -> None:
    first = unfinished(tmp_path)
    nights.write(tmp_path / "data", replace(first, started=time.time() - 5 * 86_400))
    assert run(tmp_path, [step("collect")]).id != first.id
    assert "three days" in nights.nights(tmp_path / "data")[1].reason


def test_a_second_run_is_told_so(tmp_path: Path) -> None:
    seen: list[bool] = []

    def second(desk: Desk) -> str:
        with pytest.raises(nightly.Busy):
            run(tmp_path, [step("collect")])
        seen.append(nights.running(desk.plan.data_dir))
        return "alone"

    assert run(tmp_path, [step("collect", second)]).outcome is NightOutcome.PUBLISHED
    assert seen == [True] and not nights.running(tmp_path / "data")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ModelProblem("It has no weights.", "Copy it again."),
            "Model problem: It has no weights. Copy it again.",
        ),
        (OSError(28, "No space left on device", "/data/x"), "/data/x: No space left on device"),
        (MemoryError(), "memory of the machine was used up in step train"),
        (RuntimeError("shapes\ndo not fit"), "An error in step train (RuntimeError: shapes)"),
    ],
)
def test_a_failure_is_told_and_the_adapter_of_yesterday_stays(
    tmp_path: Path, error: Exception, told: str
) -> None:
    run(tmp_path, [step("train", writes), step("publish", publishes)])
    pointer = next((tmp_path / "data" / "adapters").rglob("current.json"))
    before = pointer.read_text()
    night = run(tmp_path, [step("train", raises(error)), step("publish", publishes)])
    assert night.outcome is NightOutcome.FAILED and told in night.reason
    assert pointer.read_text() == before and whole(tmp_path)
    if isinstance(error, RuntimeError):
        log = nights.folder(tmp_path / "data", night.id) / nights.LOG
        assert "Traceback" in log.read_text() and "do not fit" in log.read_text()


def test_a_full_disk_is_told_before_anything_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 5_000_000))
    night = run(tmp_path, [step("collect", raises(AssertionError()))])
    assert night.outcome is NightOutcome.FAILED and "5 MB are free" in night.reason


def test_a_record_that_cannot_be_written_is_told_and_ends_as_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fills(desk: Desk) -> str:
        def refuse(*_: object) -> None:
            raise FileProblem("No space left on device.", "Check the disk.")

        monkeypatch.setattr(nights, "write", refuse)
        return "done"

    told: list[str] = []
    plan = nightly.Plan(settings(tmp_path))
    night = nightly.run(plan, [step("collect", fills)], lambda *words: told.append(words[2]), Stop())
    assert night.outcome is NightOutcome.FAILED and any("No space left" in one for one in told)
    monkeypatch.undo()
    assert nights.nights(tmp_path / "data")[0].outcome is NightOutcome.RUNNING, "the next run takes it up"


def test_without_git_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    night = run(tmp_path, [step("collect", raises(AssertionError()))])
    assert night.outcome is NightOutcome.FAILED and night.reason.startswith("git is not on PATH")


def test_a_foreign_model_is_refused(tmp_path: Path) -> None:
    settings(tmp_path)
    write_model(tmp_path / "tiny.gguf", prompt_version=None)
    night = run(tmp_path, [step("collect", raises(AssertionError()))])
    assert night.outcome is NightOutcome.FAILED and "not trained for Ripple's prompt" in night.reason


def test_a_missing_model_is_an_error_without_a_record(tmp_path: Path) -> None:
    settings(tmp_path)
    (tmp_path / "tiny.gguf").unlink()
    plan = nightly.Plan(replace(settings(tmp_path), model=tmp_path / "gone.gguf"))
    with pytest.raises(FileProblem):
        nightly.run(plan, [], lambda *_: None, Stop())
    assert nights.nights(tmp_path / "data") == []


def test_what_a_killed_one_left_half_written_is_swept(tmp_path: Path) -> None:
    first = unfinished(tmp_path)
    torn = nights.folder(tmp_path / "data", first.id) / ".ripple-tuples.jsonx.tmp~"
    torn.write_text("half")
    seen: list[bool] = []

    def looks(desk: Desk) -> str:
        seen.append(torn.exists())
        return "looked"

    run(tmp_path, [step("train", looks)])
    assert seen == [False]


def test_a_damaged_result_fails_the_night_and_the_next_begins_anew(tmp_path: Path) -> None:
    first = unfinished(tmp_path)
    (nights.folder(tmp_path / "data", first.id) / "collect.done").write_text("{")
    night = run(tmp_path, [step("collect")])
    assert (night.id, night.outcome) == (first.id, NightOutcome.FAILED) and "damaged" in night.reason
    assert run(tmp_path, [step("collect")]).outcome is NightOutcome.PUBLISHED


def test_a_step_that_is_done_is_written_as_json(tmp_path: Path) -> None:
    first = unfinished(tmp_path)
    done = nights.folder(tmp_path / "data", first.id) / "collect.done"
    assert json.loads(done.read_text()) == "collected"


def test_what_was_asked_before_a_library_is_loaded_is_heeded(tmp_path: Path) -> None:
    stop, loaded = Stop(), []

    def loads(desk: Desk) -> str:
        stop.by = signal.SIGTERM
        with desk.loading():
            loaded.append("torch")
        return "loaded"

    night = run(tmp_path, [step("train", loads)], stop)
    assert night.outcome is NightOutcome.STOPPED and "SIGTERM" in night.reason and not loaded


def test_a_library_that_is_loaded_leaves_no_word(tmp_path: Path) -> None:
    said: list[nights.Night] = []

    def loads(desk: Desk) -> str:
        with stopping():
            ours = signal.getsignal(signal.SIGTERM)
            with desk.loading():
                assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
                said.extend(nights.nights(tmp_path / "data"))
            assert signal.getsignal(signal.SIGTERM) is ours
        said.extend(nights.nights(tmp_path / "data"))
        return "loaded"

    assert run(tmp_path, [step("train", loads)]).outcome is NightOutcome.PUBLISHED
    assert [one.outcome for one in said] == [NightOutcome.STOPPED, NightOutcome.RUNNING]
    assert said[1].reason == "" and said[1].ended is None


def test_a_library_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    def loads(desk: Desk) -> str:
        with desk.loading():
            raise ModelProblem("No such thing.", "Install it.")

    night = run(tmp_path, [step("train", loads)])
    assert night.outcome is NightOutcome.FAILED and "No such thing" in night.reason
