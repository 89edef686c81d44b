"""One real night, small: a history is played, the embedded model is aligned, calibrated and judged."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import nights
from engine.model.adapters import Adapters
from engine.model.predictor import EMBEDDED
from engine.model.runtime import Runtime
from engine.nights import NightOutcome
from tests.trainer.night.conftest import recorded
from tests.trainer.night.test_bounds import ROOT
from tests.trainer.test_histories import commit, git

pytest.importorskip("torch")
pytest.importorskip("peft")

WORDS = ("load", "read", "fetch", "find", "make", "send", "list", "open", "save", "drop", "pick", "join")


def text(name: str, last: str) -> str:
    """A module with a function of this name, which the last caller, a comment and a string may not know."""
    uses = "".join(f"\n\ndef use_{n}(path):\n    return {name}_items(path, {n})\n" for n in range(4))
    tail = f"\n\ndef use_last(path):\n    # as {last}_items does\n    return {last}_items, '{last}_items'\n"
    return f"def {name}_items(path, n):\n    return open(path), n\n{uses}{tail}"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of renames, one an hour, every other one of which leaves the last function alone."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q")
    commit(root, "start", {f"{word}.py": text(word, word) for word in WORDS})
    for number, word in enumerate(WORDS):
        new = f"{word}_all"
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{1_700_000_000 + 3600 * number} +0000")
        commit(root, f"Call it {new}", {f"{word}.py": text(new, word if number % 2 else new)})
    (tmp_path / "data").mkdir()
    recorded(tmp_path / "data", root)
    return root


def night(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.trainer.night.at_work", str(folder), "real", "5", "4"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.train
@pytest.mark.model
def test_a_night_is_stopped_while_it_trains_goes_on_and_is_judged(shop: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = night(tmp_path)
    assert process.stdout is not None
    for line in process.stdout:
        if "llama.cpp and torch" in line:
            break
    since = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert time.monotonic() - since < 2.0 and process.returncode == 128 + signal.SIGTERM
    (first,) = nights.nights(data)
    assert first.outcome is NightOutcome.STOPPED and first.from_history == first.counted() > 0

    said, _ = night(tmp_path).communicate()
    (last,) = nights.nights(data)
    home = nights.folder(data, last.id)
    log = (home / nights.LOG).read_text()
    assert last.id == first.id and log.count("collect: begun") == 1, log
    assert last.outcome in (NightOutcome.PUBLISHED, NightOutcome.KEPT), (said, log)
    assert last.steps >= 1 and last.loss_first is not None
    assert last.figures["preference"].of > 0 and json.loads((home / "gate.json").read_text())
    assert list(last.minutes)[:6] == ["collect", "split", "train", "calibrate", "export", "gate"]
    current = Adapters(data, last.base).current()
    assert (current is not None) == (last.outcome is NightOutcome.PUBLISHED)
    runtime = Runtime(EMBEDDED)
    try:
        runtime.set_adapter(home / "adapter.gguf")
        assert runtime.metadata("ripple.calibration") and runtime.info.sha256 == last.base
    finally:
        runtime.close()
