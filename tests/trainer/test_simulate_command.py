"""`ripple train simulate`: the same chains for a seed, resumable, and what is left out is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.trainer.trees import TREES
from trainer.commands import main
from trainer.fingerprint import fingerprint
from trainer.simulate import scenarios
from trainer.simulate.source import Change
from trainer.simulate.store import run
from trainer.simulate.store.labelled import Draft, Labelled
from trainer.simulate.store.parquet import read, read_labelled, write, write_labelled
from trainer.simulate.store.shards import Made, Shard, make
from trainer.simulate.store.soundness import BROKEN, objection
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

ROOT = Path(__file__).parents[2]


def folder(root: Path, language: str) -> Path:
    """A source tree on disk."""
    for path, text in TREES[language].items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return root


def simulate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["simulate", *map(str, arguments)])


def contents(out: Path) -> dict[str, list[Trajectory]]:
    return {path.name: list(read(path)) for path in sorted(out.glob("*.parquet"))}


@pytest.fixture
def shops(tmp_path: Path) -> list[Path]:
    return [folder(tmp_path / f"o+{language}", language) for language in ("python", "go", "rust")]


def made_all(plan: run.Plan, done: Callable[[Made], None]) -> list[Made]:
    """Every shard of a plan."""
    return run.run(plan, run.shards(plan), done)


def test_the_same_for_a_seed_whatever_the_workers(shops: list[Path], tmp_path: Path) -> None:
    options = ["--limit", 30, "--scenario", "quiet", "--seed", 5]
    one, two, three = tmp_path / "one", tmp_path / "two", tmp_path / "three"
    assert simulate(*shops, "--out", one, *options).exit_code == 0
    assert simulate(*shops, "--out", two, *options, "--workers", 2).exit_code == 0
    assert simulate(*shops, "--out", three, *options[:-1], 6).exit_code == 0
    assert {path.name: path.read_bytes() for path in one.glob("*.parquet")} == {
        path.name: path.read_bytes() for path in two.glob("*.parquet")
    }
    assert contents(one).keys() == contents(three).keys()
    assert contents(one) != contents(three)


def test_what_is_written_and_said(shops: list[Path], tmp_path: Path) -> None:
    (shops[0] / "broken.py").write_text("def broken(:\n    return ]\n\n\nclass\n")
    (shops[0] / "LICENSE").write_text("Permission is hereby granted, free of charge")
    result = simulate(*shops, "--out", tmp_path / "out", "--limit", 20, "--scenario", "quiet")
    assert result.exit_code == 0
    assert "files not read: 1 does not parse" in result.output
    assert "chains/s/core" in result.output
    made = contents(tmp_path / "out")
    assert list(made) == [
        "quiet-go-o+go.parquet",
        "quiet-python-o+python.parquet",
        "quiet-rust-o+rust.parquet",
    ]
    chains = made["quiet-python-o+python.parquet"]
    assert len(chains) == 20
    first = chains[0]
    assert (first.repository, first.licence, first.language) == ("o/python", "MIT", "python")
    assert first.before == TREES["python"]
    assert len({(chain.trigger, chain.steps) for chain in chains}) == 20


def test_datasets_reads_it(shops: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    simulate(shops[0], "--out", tmp_path / "out", "--limit", 5, "--scenario", "quiet")
    (path,) = (tmp_path / "out").glob("*.parquet")
    found = datasets.Dataset.from_parquet(str(path), cache_dir=str(tmp_path / "cache"))
    assert len(found) == 5
    assert found[0]["before"][0]["path"] == "shop/prices.py"
    assert found.features["steps"].feature["start"].dtype == "int32"


def test_a_second_run_makes_nothing_again(shops: list[Path], tmp_path: Path) -> None:
    plan = run.Plan(tuple(shops), tmp_path / "out", ("quiet",), 1, 10)
    first = made_all(plan, lambda _: None)
    stamps = {path: path.stat().st_mtime_ns for path in plan.out.iterdir()}
    assert made_all(plan, lambda _: None) == first
    assert {path: path.stat().st_mtime_ns for path in plan.out.iterdir()} == stamps
    more = made_all(replace(plan, limit=12), lambda _: None)
    assert [one.chains for one in more] == [12, 12, 12]
    (shops[0] / "shop" / "prices.py").write_text(TREES["python"]["shop/prices.py"] + "\n\nLATER = 3\n")
    assert made_all(replace(plan, limit=12), lambda _: None)[1].key != more[1].key


def test_other_code_makes_it_again(
    shops: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = run.Plan((shops[0],), tmp_path / "out", ("quiet",), 1, 10)
    (first,) = made_all(plan, lambda _: None)
    monkeypatch.setattr("trainer.simulate.store.shards.fingerprint", lambda *_: "another")
    (second,) = made_all(plan, lambda _: None)
    assert first.key != second.key
    assert first.chains == second.chains


def test_the_fingerprint_is_that_of_the_code() -> None:
    import trainer.simulate

    assert fingerprint(trainer) != fingerprint(trainer.simulate)
    assert fingerprint(trainer) == fingerprint.__wrapped__(trainer)


def test_half_a_shard_never_counts(shops: list[Path], tmp_path: Path) -> None:
    plan = run.Plan((shops[0],), tmp_path / "out", ("quiet",), 1, 10)
    (shard,) = run.shards(plan)
    made_all(plan, lambda _: None)
    whole = shard.path.read_bytes()
    shard.note.unlink()  # killed between the chains and the note
    (plan.out / "quiet-python-o+python.parquet.part").write_bytes(whole[:100])  # and in the next shard
    made_all(plan, lambda _: None)
    assert shard.path.read_bytes() == whole
    assert not list(plan.out.glob("*.part"))
    shard.note.write_text("{")
    made_all(plan, lambda _: None)
    assert shard.note.read_text() != "{"


@pytest.mark.slow
def test_a_killed_run_goes_on(shops: list[Path], tmp_path: Path) -> None:
    arguments = [*map(str, shops), "--limit", "60", "--scenario", "quiet", "--out"]
    command = [sys.executable, "-m", "trainer", "simulate", *arguments]
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    subprocess.run([*command, str(whole)], check=True, cwd=ROOT, capture_output=True)
    process = subprocess.Popen(
        [*command, str(killed)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 60
    while not list(killed.glob("*")) and time.monotonic() < end:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    subprocess.run([*command, str(killed)], check=True, cwd=ROOT, capture_output=True)
    assert contents(killed) == contents(whole)


@pytest.mark.slow
def test_all_scenarios_are_the_same_under_another_hash_seed(shops: list[Path], tmp_path: Path) -> None:
    found = []
    for hashes, workers in (("1", "1"), ("2", "2")):
        out = tmp_path / hashes
        command = [sys.executable, "-m", "trainer", "simulate", *map(str, shops), "--out", str(out)]
        environment = {**os.environ, "PYTHONHASHSEED": hashes}
        subprocess.run(
            [*command, "--limit", "15", "--workers", workers],
            check=True,
            cwd=ROOT,
            env=environment,
            capture_output=True,
        )
        found.append({path.name: path.read_bytes() for path in out.glob("*.parquet")})
    assert len(found[0]) == 3 * len(scenarios.available())
    assert found[0] == found[1]


def test_a_worker_that_is_ended(shops: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object) -> None:
        raise BrokenProcessPool("ended")

    monkeypatch.setattr("trainer.simulate.store.run.run", ended)
    result = simulate(*shops, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "run this again" in result.output


def test_an_output_that_cannot_be_written(shops: list[Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = simulate(shops[0], "--out", tmp_path / "file" / "out", "--scenario", "quiet")
    assert result.exit_code == 1
    assert "Nothing can be written to" in result.output
    assert simulate(tmp_path / "missing").exit_code == 2
    assert simulate().exit_code == 2


def test_a_source_with_nothing_in_it(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = simulate(tmp_path / "empty", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "0 chains" in result.output


def test_sources_of_one_name_do_not_meet(tmp_path: Path) -> None:
    sources = [
        tmp_path / "a" / "src",
        tmp_path / "b" / "src",
        tmp_path / "a" / "src",
        tmp_path / "a" / "b" / "src",
    ]
    for source in sources:
        source.mkdir(parents=True, exist_ok=True)
    assert list(run.names(sources).values()) == ["src", "b/src", "b/src-2"]


def test_unsound_chains_are_left_out(
    shops: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TREES["python"]["shop/prices.py"]

    def chain(*changes: Change) -> Trajectory:
        steps = tuple(("shop/prices.py", change) for change in changes[1:])
        path = ("shop/prices.py", changes[:1])
        return Trajectory("quiet", "quiet/x", "python", "o/n", "", {"shop/prices.py": text}, path, steps)

    def made(tree: Tree, rng: object) -> list[Trajectory]:
        good = chain(Change(0, "", "# new\n"))
        broken = chain(Change(text.index("):"), "):", ")"))
        lapped = chain(Change(0, '"""Prices', "'''"), Change(3, "Prices", "x"))
        assert objection(broken, tree) == BROKEN
        return [good, good, broken, lapped]

    monkeypatch.setattr("trainer.simulate.store.shards.maker", lambda name: made)
    done = make(Shard(shops[0], "o/n", "python", "quiet", 1, 10, tmp_path))
    assert done.chains == 1
    assert done.skipped == {"made before": 1, BROKEN: 1, "changes overlap": 1}


def test_labels_survive(tmp_path: Path) -> None:
    tree = Tree("o/n", "python", TREES["python"])
    change = Change(0, '"""', "'''")
    chain = Trajectory(
        "history", "commit", "python", "o/n", "", dict(tree.texts), ("shop/prices.py", (change,)), ()
    )
    one = Labelled(chain, (), (Draft("shop/prices.py", change, "rename", 0.5, False),))
    assert write_labelled(tmp_path / "x.parquet", [one]) == 1
    assert list(read_labelled(tmp_path / "x.parquet")) == [one]
    assert list(read(tmp_path / "x.parquet")) == [chain]


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> object:
        raise RuntimeError("no chain")
        yield

    with pytest.raises(RuntimeError):
        write(tmp_path / "x.parquet", broken())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_every_scenario_has_a_maker() -> None:
    for name in scenarios.available():
        assert callable(scenarios.maker(name))
