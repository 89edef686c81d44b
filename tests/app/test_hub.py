"""Fetching a published model, against a hub on this machine."""

from __future__ import annotations

import errno
import fcntl
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pytest

pytest.importorskip("huggingface_hub")

import huggingface_hub
from huggingface_hub import constants, file_download

from app import hub as module
from engine.config import Settings
from engine.errors import EngineError, FileProblem, ModelProblem
from engine.model.library import Library, Origin
from tests.app.hub_server import Hub, digest, serving
from tests.engine.model.tiny_gguf import write_model
from tests.network import only_this_machine

FILE = "sweep-next-edit-0.5b.q8_0.gguf"
NAME = f"owner/models:{FILE}"


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be connected."""
    only_this_machine(monkeypatch)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    model = write_model(tmp_path / "tiny.gguf", prompt_version=None).read_bytes()
    with serving(Hub(files={FILE: model, "README.md": b"# model"})) as running:
        monkeypatch.setattr(constants, "ENDPOINT", running.url)
        template = running.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1024)
        monkeypatch.setattr(file_download.time, "sleep", lambda seconds: None)
        yield running
        huggingface_hub.close_session()


@pytest.fixture
def library() -> Library:
    return Library(Settings.load().data_dir)


def parts(library: Library) -> list[Path]:
    return [path for path in library.folder.iterdir() if path.suffix in {".part", ".gguf"}]


def test_a_model_is_fetched_checked_and_listed(hub: Hub, library: Library) -> None:
    said: list[str] = []
    known = module.pull(NAME, library, said.append)
    assert known.path.read_bytes() == hub.files[FILE]
    assert (known.name, known.origin, known.format) == (
        "sweep-next-edit-0.5b.q8_0",
        Origin.PULLED,
        "sweep-v2",
    )
    assert (known.sha256, known.source, known.licence) == (digest(hub.files[FILE]), NAME, "apache-2.0")
    assert library.all() == (known,)
    assert parts(library) == [known.path]
    assert "licence apache-2.0" in said[0]


def test_what_is_here_is_not_fetched_again(hub: Hub, library: Library) -> None:
    first = module.pull(NAME, library, str)
    assert module.pull(NAME, library, str) == first
    assert len(hub.ranges) == 1


def test_names_of_the_table_find_the_file_by_its_pattern(
    hub: Hub, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.repository = module.PUBLISHED["sweep-0.5b"].repository
    hub.files = {"sweep-next-edit-0.5b.f16.gguf": b"other", **hub.files}
    known = module.pull("sweep-0.5b", library, str)
    assert (known.name, known.source) == ("sweep-0.5b", f"{hub.repository}:{FILE}")


def test_a_download_that_breaks_off_goes_on_where_it_ended(hub: Hub, library: Library) -> None:
    hub.cut_at = 5000
    with pytest.raises(ModelProblem, match="500") as raised:
        module.pull(NAME, library, str)
    assert "goes on from there" in raised.value.hint
    (part,) = parts(library)
    had = part.stat().st_size
    assert part.suffix == ".part" and 0 < had <= 5000
    assert library.all() == ()
    hub.mended()
    hub.ranges.clear()
    known = module.pull(NAME, library, str)
    assert hub.ranges == [f"bytes={had}-"]
    assert known.path.read_bytes() == hub.files[FILE]
    assert parts(library) == [known.path]


def test_a_server_without_ranges_starts_anew(hub: Hub, library: Library) -> None:
    library.make_folder()
    (library.folder / f"{digest(hub.files[FILE])}.part").write_bytes(b"x" * 100)
    hub.ignores_ranges = True
    assert module.pull(NAME, library, str).path.read_bytes() == hub.files[FILE]


def test_a_part_that_is_too_long_is_dropped(hub: Hub, library: Library) -> None:
    library.make_folder()
    (library.folder / f"{digest(hub.files[FILE])}.part").write_bytes(hub.files[FILE] + b"x")
    assert module.pull(NAME, library, str).path.read_bytes() == hub.files[FILE]


def test_two_do_not_write_into_one_part(hub: Hub, library: Library) -> None:
    library.make_folder()
    with (library.folder / f"{digest(hub.files[FILE])}.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ModelProblem, match="another Ripple"):
            module.pull(NAME, library, str)
    assert hub.ranges == []
    assert library.unfinished()


def test_a_wrong_checksum_is_refused_and_nothing_stays(hub: Hub, library: Library) -> None:
    hub.sha256 = "0" * 64
    with pytest.raises(ModelProblem, match="was deleted") as raised:
        module.pull(NAME, library, str)
    assert raised.value.title == "The download is damaged"
    assert parts(library) == [] and library.all() == ()


def test_a_file_without_a_checksum_is_not_fetched(hub: Hub, library: Library) -> None:
    hub.without_checksum = True
    with pytest.raises(ModelProblem, match="no checksum"):
        module.pull(NAME, library, str)
    assert hub.ranges == []


def test_no_network(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
    with pytest.raises(ModelProblem) as raised:
        module.pull("zeta", library, str)
    assert raised.value.title == "No network" and "network" in raised.value.hint
    assert not library.folder.exists()


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk_is_seen_before_the_first_byte(
    hub: Hub, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1 << 40, 1 << 40, module.SPARE))
    with pytest.raises(ModelProblem) as raised:
        module.pull(NAME, library, str)
    assert raised.value.title == "The disk is full"
    assert hub.ranges == []


def test_a_disk_that_fills_up_on_the_way(hub: Hub, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(url: str, file: BinaryIO, **options: object) -> None:
        file.write(hub.files[FILE][:3000])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(file_download, "http_get", full)
        with pytest.raises(ModelProblem, match="No space left") as raised:
            module.pull(NAME, library, str)
    assert raised.value.title == "The disk is full" and "Make room" in raised.value.hint
    module.pull(NAME, library, str)
    assert hub.ranges == ["bytes=3000-"]


def test_a_stop_by_the_person_keeps_what_has_come(
    hub: Hub, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(url: str, file: BinaryIO, **options: object) -> None:
        file.write(hub.files[FILE][:2000])
        raise KeyboardInterrupt

    monkeypatch.setattr(file_download, "http_get", stopped)
    with pytest.raises(ModelProblem) as raised:
        module.pull(NAME, library, str)
    assert raised.value.title == "Stopped"
    assert [part.stat().st_size for part in parts(library)] == [2000]


def test_what_is_no_model_is_deleted(hub: Hub, library: Library) -> None:
    hub.files[FILE] = b"<html>not a model</html>"
    with pytest.raises(ModelProblem, match="not a GGUF"):
        module.pull(NAME, library, str)
    assert parts(library) == []


@pytest.mark.parametrize("damage", ["no model", "cut short", "another architecture", "checksum", "list"])
def test_a_newer_file_that_is_refused_leaves_the_old_one(
    hub: Hub, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    old = module.pull(NAME, library, str)
    data = old.path.read_bytes()
    match damage:
        case "no model":
            hub.files[FILE] = b"<html>not a model</html>"
        case "cut short":
            hub.files[FILE] = data[:-100]
        case "another architecture":
            strange = write_model(tmp_path / "strange.gguf", prompt_version=None, architecture="unheard-of")
            hub.files[FILE] = strange.read_bytes()
        case _:
            hub.files[FILE] = write_model(tmp_path / "new.gguf", prompt_version=None, seed=1).read_bytes()
    hub.sha256 = "0" * 64 if damage == "checksum" else ""
    if damage == "list":
        monkeypatch.setattr("engine.files.write_atomic", full_disk)
    with pytest.raises(EngineError):
        module.pull(NAME, library, str)
    assert old.path.read_bytes() == data
    assert library.all() == (old,) and old.state == ""


def full_disk(*arguments: object) -> None:
    raise FileProblem("models.json: No space left on device.", "Make room.")


def test_a_newer_file_is_new_under_all_its_names(hub: Hub, library: Library, tmp_path: Path) -> None:
    module.pull(NAME, library, str, known_as="one")
    module.pull(NAME, library, str, known_as="two", told="zeta-2")
    hub.files[FILE] = write_model(tmp_path / "new.gguf", prompt_version=None, seed=1).read_bytes() + b"."
    module.pull(NAME, library, str, known_as="one")
    two, one = library.all()
    assert (one.name, one.format, two.name, two.format) == ("one", "sweep-v2", "two", "zeta-2")
    assert one.sha256 == two.sha256 == digest(hub.files[FILE])
    assert one.state == two.state == ""


def test_a_model_of_unknown_format_waits_for_the_word(hub: Hub, library: Library) -> None:
    hub.files = {"strange.gguf": hub.files[FILE]}
    with pytest.raises(ModelProblem) as raised:
        module.pull("owner/models:strange.gguf", library, str)
    assert "--format" in raised.value.hint
    known = module.pull("owner/models:strange.gguf", library, str, told="zeta-2")
    assert known.format == "zeta-2" and len(hub.ranges) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nonsense", "not known to be published"),
        ("owner/models:notes.txt", "not known to be published"),
        ("owner/models:other.gguf", "has no file other.gguf"),
        ("owner/nothing:other.gguf", "no public repository"),
        ("ow ner/nothing:other.gguf", "not a repository"),
    ],
)
def test_what_is_not_published(hub: Hub, library: Library, name: str, message: str) -> None:
    with pytest.raises(ModelProblem, match=message) as raised:
        module.pull(name, library, str)
    assert raised.value.hint


def test_a_taken_name_is_told_before_the_download(hub: Hub, library: Library, tmp_path: Path) -> None:
    library.add(write_model(tmp_path / "mine.gguf"))
    with pytest.raises(ModelProblem, match="`mine` is the model at"):
        module.pull(NAME, library, str, known_as="mine")
    assert hub.ranges == []
