"""Decision data: simulated chains and replayed histories as labelled windows of every intent."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from engine.config import Settings
from engine.model.vocabulary import ASK
from tests.trainer.test_histories import commit, git
from tests.trainer.test_simulate_command import folder
from trainer import decisions
from trainer.commands import main
from trainer.corpus.licences import is_permissive
from trainer.decision_data import files, histories, make, trees
from trainer.examples import Example, World, read
from trainer.repositories import KNOWN, Split, clones, split_of
from trainer.simulate.source import Change, Source
from trainer.simulate.trajectory import Trajectory

CORE = "def load(path):\n    return open(path)\n"
USES = "from core import load\n\n\ndef one():\n    return load('a')\n\n\ndef two():\n    return load('b')\n"


def chain(steps: tuple[tuple[str, Change], ...]) -> Trajectory:
    head = Change(CORE.index("load"), "load", "fetch")
    texts = {"core.py": CORE, "uses.py": USES}
    return Trajectory("rename", "function", "python", "o/shop", "MIT", texts, ("core.py", (head,)), steps)


def every_use() -> tuple[tuple[str, Change], ...]:
    places = [at for at in range(len(USES)) if USES.startswith("load", at)]
    return tuple(("uses.py", Change(at, "load", "fetch")) for at in places)


def windows(one: Trajectory, seed: int = 1) -> list[Example]:
    world = World(Source("o/shop", "python", {"core.py": CORE, "uses.py": USES}), Path("/nowhere"))
    return list(decisions.of_chain(one, world, "p", random.Random(seed)))


def test_a_chain_is_asked_at_its_trigger_and_after_steps_by_hand() -> None:
    first, later = windows(chain(every_use()))
    assert first.labels == [1, 1, 1] and first.scenario == "rename/function/0" and first.point == "p:0"
    assert first.pieces.count(ASK) == 3 and [new for _, new in first.answer] == ["fetch"] * 3
    assert later.scenario == "rename/function/1" and 1 <= len(later.labels) < 3 and all(later.labels)


def test_what_the_developer_leaves_is_wrong() -> None:
    (only,) = windows(chain(every_use()[:1]))
    assert only.labels.count(1) == 1 and only.labels.count(0) == 2 and not only.quiet
    quiet = windows(chain(()))
    assert [one.quiet for one in quiet] == [True] and not any(quiet[0].labels)


def test_steps_inside_the_trigger_are_in_the_texts_after_it() -> None:
    before = "from os import path\n\n\ndef one():\n    return 1\n"
    after = before.replace("return 1", "return retrun_value()")
    head = Change(before.index("1\n"), "1", "retrun_value()")
    at = after.index("retrun_value")
    slip = Trajectory(
        "fix", "slip", "python", "o/shop", "MIT", {"a.py": before}, ("a.py", (head,)),
        (("a.py", Change(at, "retrun_value", "return_value")),), True,
    )  # fmt: skip
    texts = {"a.py": before, "b.py": "from a import one\n\n\ndef return_value():\n    return 1\n"}
    world = World(Source("o/shop", "python", texts), Path("/nowhere"))
    for example in decisions.of_chain(slip, world, "p", random.Random(1)):
        assert example.point == "p:0"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "clones" / "pallets+flask"
    root.mkdir(parents=True)
    git(root, "init", "-q")
    commit(root, "start", {"core.py": CORE, "uses.py": USES})
    commit(root, "all", {"core.py": CORE.replace("load", "fetch"), "uses.py": USES.replace("load", "fetch")})
    return root


def test_a_history_is_asked_along_two_courses(clone: Path) -> None:
    nowhere = Path("/nowhere")
    settings = Settings(nowhere, nowhere, nowhere)
    found = list(decisions.of_history(clone, "pallets/flask", 10, settings, random.Random(3)))
    assert {one.scenario for one in found} >= {"history/careful/person"}
    careful = next(one for one in found if one.scenario == "history/careful/person")
    assert careful.labels and all(careful.labels) and careful.language == "python"
    assert len({one.point for one in found}) == len(found)
    again = list(decisions.of_history(clone, "pallets/flask", 10, settings, random.Random(3)))
    assert [one.pieces for one in again] == [one.pieces for one in found]


def test_splits_are_those_of_the_lists() -> None:
    assert split_of("pallets/jinja") == "train" and split_of("psf/requests") == "test"
    assert split_of("encode/starlette") == "valid"
    assert split_of("django/django") is None and split_of("trpc/trpc") is None
    assert {known.split for known in KNOWN.values()} == {"train", "valid", "test"}
    assert all(is_permissive(known.licence) for known in KNOWN.values())


def test_files_are_of_the_split_of_their_repository(tmp_path: Path) -> None:
    names = ("train-history-encode+starlette", "train-history-pallets+jinja", "valid-chains-go-urfave+cli")
    for name in (*names, "train-chains-python-click", "train-history-x"):
        (tmp_path / f"{name}.jsonl.gz").touch()
    (tmp_path / "other.jsonl.gz").touch()
    found = {
        split: [path.name.removesuffix(".jsonl.gz") for path in files(tmp_path, split)]
        for split in get_args(Split)
    }
    assert found["train"] == ["train-chains-python-click", names[1], "train-history-x"]
    assert found["valid"] == [names[0]] and found["test"] == [names[2]]
    assert files(tmp_path, "test", "history") == []


def test_files_are_made_once_and_again_when_their_source_changes(clone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (job,) = histories(clones(clone.parent), 10, 1, out)
    assert job.path.name == "train-history-pallets+flask.jsonl.gz"
    first = make(job)
    assert first.windows == len(list(read(job.path))) > 0 and first.by_intent["rename"][0] > 0
    stamp = job.path.stat().st_mtime_ns
    assert make(job) == first and job.path.stat().st_mtime_ns == stamp
    commit(clone, "more", {"core.py": CORE})
    assert make(job).key != first.key


def test_trees_give_a_file_for_each_language(tmp_path: Path) -> None:
    tree = folder(tmp_path / "psf+requests", "python")
    (job,) = trees([tree], 2, 1, tmp_path / "out")
    assert (job.split, job.language) == ("test", "python")
    assert job.path.name == "test-chains-python-psf+requests.jsonl.gz"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["decisions", *map(str, arguments)])


def test_the_command_prints_what_it_made(clone: Path, tmp_path: Path) -> None:
    result = run("--clones", clone.parent, "--newest", 5, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "train  history  1" in result.output and "rename" in result.output
    assert run("--out", tmp_path / "out").exit_code == 2
    (tmp_path / "file").write_text("")
    result = run("--clones", clone.parent, "--out", tmp_path / "file" / "out")
    assert result.exit_code == 1 and "Nothing can be written" in result.output
