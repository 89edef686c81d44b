"""Published adapters: what is current, what is kept, and that no kill or damage leaves a half of anything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.errors import FileProblem, ModelProblem
from engine.model.adapters import KEPT, POINTER, Adapters
from tests.engine.model.tiny_gguf import write_adapter

BASE = "ab" * 32


@pytest.fixture
def adapters(tmp_path: Path) -> Adapters:
    return Adapters(tmp_path / "data", BASE)


def night(folder: Path, number: int, base: str = BASE) -> Path:
    folder.mkdir(exist_ok=True)
    return write_adapter(folder / f"night-{number}.gguf", base, seed=number)


def names(adapters: Adapters) -> list[str]:
    return [one.name for one in adapters.all()]


def test_nothing_was_published(adapters: Adapters) -> None:
    assert adapters.current() is None
    assert adapters.stamp() is None
    assert adapters.all() == ()
    assert adapters.rollback() is None


def test_what_is_published_is_current_and_named_by_its_hash(adapters: Adapters, tmp_path: Path) -> None:
    source = night(tmp_path, 1)
    path = adapters.publish(source)
    source.unlink()
    assert adapters.current() == path
    assert path.parent.name == BASE[:16]
    digest = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout
    assert path.name == f"{digest[:12]}.gguf"
    (only,) = adapters.all()
    assert (only.current, only.path, only.size) == (True, path, path.stat().st_size)
    assert adapters.folder.stat().st_mode & 0o777 == 0o700


def test_every_change_of_what_is_current_changes_the_stamp(adapters: Adapters, tmp_path: Path) -> None:
    stamps = [adapters.stamp()]
    for change in (
        lambda: adapters.publish(night(tmp_path, 1)),
        lambda: adapters.publish(night(tmp_path, 2)),
        adapters.rollback,
        adapters.rollback,
    ):
        change()
        stamps.append(adapters.stamp())
    assert len(set(stamps)) == len(stamps)


def test_rollback_goes_one_back_until_none(adapters: Adapters, tmp_path: Path) -> None:
    first, second = (adapters.publish(night(tmp_path, number)) for number in (1, 2))
    assert adapters.rollback() == first == adapters.current()
    assert adapters.rollback() is None
    assert adapters.current() is None
    assert names(adapters) == [second.stem, first.stem], "both stay to be taken up again"


def test_what_was_rolled_back_is_not_the_one_before_the_next(adapters: Adapters, tmp_path: Path) -> None:
    good = adapters.publish(night(tmp_path, 1))
    adapters.publish(night(tmp_path, 2))
    adapters.rollback()
    adapters.publish(night(tmp_path, 3))
    assert adapters.rollback() == good


def test_publishing_the_same_again_makes_it_current(adapters: Adapters, tmp_path: Path) -> None:
    first = adapters.publish(night(tmp_path, 1))
    second = adapters.publish(night(tmp_path, 2))
    assert adapters.publish(night(tmp_path, 1)) == first == adapters.current()
    assert len(adapters.all()) == 2
    assert adapters.rollback() == second


def test_a_kept_one_is_taken_up_by_the_beginning_of_its_name(adapters: Adapters, tmp_path: Path) -> None:
    first = adapters.publish(night(tmp_path, 1))
    second = adapters.publish(night(tmp_path, 2))
    assert adapters.use(first.stem[:6]) == first == adapters.current()
    assert adapters.rollback() == second
    assert adapters.use(None) is None
    assert adapters.current() is None
    with pytest.raises(ModelProblem, match="No single adapter") as problem:
        adapters.use("")
    assert first.stem in problem.value.hint


def test_the_last_five_are_kept(adapters: Adapters, tmp_path: Path) -> None:
    paths = [adapters.publish(night(tmp_path, number)) for number in range(8)]
    assert names(adapters) == [path.stem for path in reversed(paths[-KEPT:])]
    assert sorted(adapters.folder.glob("*.gguf")) == sorted(paths[-KEPT:])


def test_the_current_one_and_the_one_before_are_never_deleted(adapters: Adapters, tmp_path: Path) -> None:
    paths = [adapters.publish(night(tmp_path, number)) for number in range(KEPT)]
    adapters.use(paths[0].stem)
    adapters.use(paths[1].stem)
    for number in range(10, 14):
        adapters.publish(night(tmp_path, number))
        before, current = adapters.rollback(), adapters.current()
        assert before == current == paths[1], "what was good stays however many bad nights follow"
    assert len(list(adapters.folder.glob("*.gguf"))) <= KEPT + 2


def test_an_adapter_of_another_base_is_refused(adapters: Adapters, tmp_path: Path) -> None:
    kept = adapters.publish(night(tmp_path, 1))
    with pytest.raises(ModelProblem, match="another model"):
        adapters.publish(night(tmp_path, 2, base="cd" * 32))
    assert adapters.current() == kept
    assert Adapters(tmp_path / "data", "cd" * 32).current() is None


@pytest.mark.parametrize("content", [b"", b"GGUF", b"text", None])
def test_what_is_no_adapter_is_refused(adapters: Adapters, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(night(tmp_path, 1).read_bytes()[:-100] if content is None else content)
    with pytest.raises((ModelProblem, FileProblem)):
        adapters.publish(path)
    assert adapters.current() is None


def test_a_file_that_is_gone_or_changed_is_told(adapters: Adapters, tmp_path: Path) -> None:
    first, second = (adapters.publish(night(tmp_path, number)) for number in (1, 2))
    second.write_bytes(second.read_bytes()[:-1] + b"\xff")
    with pytest.raises(ModelProblem, match="not what was published"):
        adapters.current()
    second.unlink()
    with pytest.raises(ModelProblem, match="cannot be read"):
        adapters.current()
    assert adapters.rollback() == first == adapters.current()


def test_rollback_passes_over_what_is_damaged(adapters: Adapters, tmp_path: Path) -> None:
    first, second, _ = (adapters.publish(night(tmp_path, number)) for number in (1, 2, 3))
    second.unlink()
    assert adapters.rollback() == first


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"trail": 1, "published": []}', b'{"trail": ["../../x"], "published": []}', b"\xff"],
)
def test_a_damaged_pointer_is_told_and_mended(adapters: Adapters, tmp_path: Path, damage: bytes) -> None:
    path = adapters.publish(night(tmp_path, 1))
    (adapters.folder / POINTER).write_bytes(damage)
    with pytest.raises(ModelProblem, match="cannot be read"):
        adapters.current()
    assert adapters.rollback() is None
    assert adapters.current() is None
    assert names(adapters) == [path.stem], "what lies there is found again"
    assert adapters.use(path.stem) == path


def test_publishing_mends_a_damaged_pointer(adapters: Adapters, tmp_path: Path) -> None:
    adapters.publish(night(tmp_path, 1))
    (adapters.folder / POINTER).write_bytes(b"{")
    second = adapters.publish(night(tmp_path, 2))
    assert adapters.current() == second
    assert len(adapters.all()) == 2


def test_many_publish_at_once(tmp_path: Path) -> None:
    sources = [night(tmp_path, number) for number in range(KEPT)]
    folder = tmp_path / "data"
    with ThreadPoolExecutor(KEPT) as pool:
        paths = list(pool.map(lambda source: Adapters(folder, BASE).publish(source), sources))
    adapters = Adapters(folder, BASE)
    assert sorted(names(adapters)) == sorted(path.stem for path in paths)
    assert adapters.current() in paths
    back = [adapters.current(), *(adapters.rollback() for _ in range(KEPT - 1))]
    assert set(back) == set(paths), "every one of them is on the trail"


PUBLISH = """
import sys
from pathlib import Path
from engine.model.adapters import Adapters
adapters = Adapters(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
while True:
    for source in sys.argv[3:]:
        adapters.publish(Path(source))
"""


def test_a_kill_at_any_moment_leaves_a_whole_adapter(tmp_path: Path) -> None:
    folder, sources = tmp_path / "data", [night(tmp_path, number) for number in (1, 2)]
    adapters = Adapters(folder, BASE)
    published = [adapters.publish(source) for source in sources]
    for number in range(6):
        command = [sys.executable, "-c", PUBLISH, str(folder), BASE, *map(str, sources)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.003 * number)
            os.kill(process.pid, signal.SIGKILL)
        assert adapters.current() in published
    third = adapters.publish(night(tmp_path, 3))
    assert adapters.current() == third, "the lock of the killed is free"
    assert not list(adapters.folder.glob(".part-*")), "and its rest is gone"


def test_a_full_disk_changes_nothing(
    adapters: Adapters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = adapters.publish(night(tmp_path, 1))
    before = json.loads((adapters.folder / POINTER).read_text())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblem, match="No space left"):
        adapters.publish(night(tmp_path, 2))
    monkeypatch.undo()
    assert json.loads((adapters.folder / POINTER).read_text()) == before
    assert adapters.current() == first
    assert list(adapters.folder.glob("*.gguf")) == [first]
