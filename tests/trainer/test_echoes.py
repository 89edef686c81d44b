"""The score card of echoes: what is noted of a history, and what the fit makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.intents.patterns import points
from tests.trainer.test_histories import commit, git
from trainer.commands import main
from trainer.echoes import FEWEST, Job, Noted, Rows, install, note, table

CHECKS = "".join(f"def check{n}(a, b):\n    assert a == b\n    print({n})\n\n\n" for n in range(4))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "clones" / "pallets+flask"
    root.mkdir(parents=True)
    git(root, "init", "-q")
    commit(root, "start", {"checks.py": CHECKS})
    commit(root, "most of them", {"checks.py": CHECKS.replace("==", "is", 3)})
    return root


def test_echoes_of_a_history_are_noted_with_their_truth(clone: Path) -> None:
    noted = note(Job(clone, "pallets/flask", 10))
    # after the first save three stand, of which two go; after the second two, of which one goes
    assert len(noted.right) == 5 and sum(noted.right) == 3
    assert all("kind=replaced" in row and "where=file" in row for row in noted.properties)
    assert sum("seen=1/file" in row for row in noted.properties) == 2


def made(histories: int, seed: int = 1) -> list[Noted]:
    """Histories in which what stands `near` is right three times in four, and what stands `far` never."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(histories):
        near = rng.random(4 * FEWEST) < 0.75
        rows = [("where=near",)] * len(near) + [("where=far",)] * len(near)
        found.append(Noted(f"h{number}", rows, [*map(bool, near), *[False] * len(near)], [*range(len(rows))]))
    return found


def test_the_fit_finds_the_odds() -> None:
    rows = Rows(made(6))
    card = dict(zip(rows.names, rows.fit(np.ones(len(rows.right), dtype=np.bool_)), strict=True))
    near = 1 / (1 + np.exp(-card["bias"] - card["where=near"]))
    far = 1 / (1 + np.exp(-card["bias"] - card["where=far"]))
    assert 0.7 < near < 0.8 and far < 0.05
    assert "AUC 0.8" in table(rows)


def test_the_card_is_written_where_the_engine_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "__file__", str(tmp_path / "points.py"))
    written = install(Rows(made(6)))
    space: dict[str, dict[str, float]] = {}
    exec(written.read_text(encoding="utf-8"), space)
    assert set(space["POINTS"]) == {"bias", "where=near", "where=far"}


def test_only_the_training_set_is_read(clone: Path) -> None:
    clone.rename(clone.parent / "psf+requests")
    result = CliRunner().invoke(main, ["echoes", "--clones", str(clone.parent)])
    assert result.exit_code == 2 and "training set" in result.output
