"""Adapters on the command line: the list, the way back, and what doctor says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from engine.config import Settings
from engine.errors import ModelProblem
from engine.model.adapters import POINTER, Adapters
from engine.model.library import digest
from engine.model.predictor import EMBEDDED
from tests.engine.model.tiny_gguf import write_adapter, write_model

pytestmark = pytest.mark.model


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args, prog_name="ripple")


@pytest.fixture
def adapters() -> Adapters:
    return Adapters(Settings.load().data_dir, digest(EMBEDDED))


def night(adapters: Adapters, folder: Path, number: int) -> str:
    return adapters.publish(write_adapter(folder / "a.gguf", adapters.base_sha256, seed=number)).stem


def test_list_shows_the_adapters_of_the_model_in_use(adapters: Adapters, tmp_path: Path) -> None:
    assert run("model", "list").stdout.splitlines()[1].split()[7] == "–"
    first, second = (night(adapters, tmp_path, number) for number in (1, 2))
    lines = run("model", "list").stdout.splitlines()
    assert second in lines[1].split()
    assert lines[-3] == "adapters"
    assert lines[-2].startswith(f"* {second}  ") and lines[-1].startswith(f"  {first}  ")
    (row,) = json.loads(run("model", "list", "--json").stdout)
    assert row["adapter"] == second
    assert [one["name"] for one in row["adapters"]] == [second, first]


def test_a_damaged_list_does_not_hide_the_models(adapters: Adapters, tmp_path: Path) -> None:
    night(adapters, tmp_path, 1)
    (adapters.folder / POINTER).write_text("{")
    assert "damaged" in run("model", "list").stdout
    result = run("doctor")
    assert "! adapter" in result.output and "`ripple model rollback` puts it right" in result.output


def test_rollback_goes_one_back_each_time(adapters: Adapters, tmp_path: Path) -> None:
    first, second = (night(adapters, tmp_path, number) for number in (1, 2))
    assert re.search(rf"✓ adapter +{second} of ", run("doctor").output)
    result = run("model", "rollback")
    assert (result.exit_code, result.stdout) == (0, f"{first}\n")
    assert f"embedded: the adapter {first} decides from now on." in result.stderr
    assert run("model", "rollback").stdout == "none\n"
    assert adapters.current() is None
    assert "none in use, 2 kept" in run("doctor").output


def test_rollback_to_one_of_those_kept(adapters: Adapters, tmp_path: Path) -> None:
    first, second = (night(adapters, tmp_path, number) for number in (1, 2))
    assert run("model", "rollback", "--to", first[:5]).stdout == f"{first}\n"
    assert run("model", "rollback", "--to", "none").stdout == "none\n"
    assert run("model", "rollback", "--to", second).stdout == f"{second}\n"
    failed = run("model", "rollback", "--to", "zz")
    assert isinstance(failed.exception, ModelProblem) and first in failed.exception.hint


def test_adapters_follow_the_model_of_the_settings(
    adapters: Adapters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(adapters, tmp_path, 1)
    mine = write_model(tmp_path / "mine.gguf")
    monkeypatch.setenv("RIPPLE_MODEL", str(mine))
    assert "none in use, 0 kept" in run("doctor").output
    other = night(Adapters(Settings.load().data_dir, digest(mine)), tmp_path, 2)
    run("model", "add", str(mine))
    assert other in run("model", "list").stdout
    assert run("model", "rollback").stderr == "mine: it decides without an adapter from now on.\n"
    assert adapters.current() is not None, "the other model's is left alone"
