"""`ripple model`: the list, the choice, and what is deleted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from engine.config import Settings
from engine.errors import EngineError, FileProblem
from engine.files import sha256
from engine.model.library import FILE, Library
from tests.app.hub_server import Hub, serving
from tests.engine.model.tiny_gguf import write_adapter, write_model

ROOT = Path(__file__).parents[2]


def run(*args: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["model", *args], input=given, prog_name="ripple")


def rows() -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in json.loads(run("list", "--json").stdout)}


def config() -> Path:
    return Settings.load().config_file


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return write_model(tmp_path / "mine.gguf")


def test_a_fresh_copy_has_one_model() -> None:
    result = run("list")
    head, only = result.stdout.splitlines()
    assert head.split() == ["name", "size", "format", "origin", "sha256", "adapter", "path"]
    assert only.split()[:2] == ["*", "embedded"]


def test_added_files_stay_where_they_are(mine: Path) -> None:
    result = run("add", str(mine))
    assert result.exit_code == 0 and result.stdout.startswith("mine  ") and "asked as ripple" in result.stdout
    assert "model use mine" in result.stderr
    row = rows()["mine"]
    assert (row["path"], row["origin"], row["used"]) == (str(mine), "added", False)
    assert run("remove", "mine").exit_code == 0
    assert mine.exists() and "mine" not in rows()


def test_copies_are_deleted_after_asking(mine: Path) -> None:
    assert run("add", "--copy", "--name", "my-own", str(mine)).exit_code == 0
    mine.unlink()
    copy = Path(str(rows()["my-own"]["path"]))
    assert copy.parent == Settings.load().data_dir / "models"
    assert run("remove", "my-own", given="n\n").exit_code == 1
    assert copy.exists() and "my-own" in rows()
    assert run("remove", "my-own", "--yes").exit_code == 0
    assert not copy.exists() and "my-own" not in rows()


def test_use_is_what_the_next_start_takes(mine: Path) -> None:
    config().parent.mkdir(parents=True)
    config().write_text("# mine\nthreshold = 0.7  # careful\n")
    run("add", str(mine))
    result = run("use", "mine")
    assert result.exit_code == 0 and "From the next start on, `mine`" in result.stderr
    assert Settings.load().model == mine
    assert config().read_text().startswith("# mine\nthreshold = 0.7  # careful\n")
    assert rows()["mine"]["used"] and not rows()["embedded"]["used"]
    run("use", "embedded")
    assert Settings.load().model is None and Settings.load().threshold == 0.7
    assert rows()["embedded"]["used"]


def test_use_takes_the_format_along_and_back(tmp_path: Path) -> None:
    zeta = write_model(tmp_path / "some-model.gguf", prompt_version=None)
    assert run("add", "--format", "zeta-2", str(zeta)).exit_code == 0
    run("use", "some-model")
    assert Settings.load().model_format == "zeta-2"
    run("use", "embedded")
    assert Settings.load().model_format == ""


def test_the_environment_wins_and_that_is_said(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", str(mine))
    monkeypatch.setenv("RIPPLE_MODEL", "/elsewhere/model.gguf")
    assert "RIPPLE_MODEL is set and wins" in run("use", "mine").stderr
    listed = rows()
    assert not listed["mine"]["used"]
    assert listed["(settings)"]["used"] and listed["(settings)"]["state"] == "missing"


def test_removing_the_one_in_use_goes_back_to_the_embedded(mine: Path) -> None:
    run("add", str(mine))
    run("use", "mine")
    assert "`embedded` decides" in run("remove", "mine").stderr
    assert Settings.load().model is None


@pytest.fixture
def twice(mine: Path) -> Path:
    """One file of ours under two names."""
    run("add", "--copy", "--name", "one", str(mine))
    copy = Path(str(rows()["one"]["path"]))
    assert run("add", "--name", "two", str(copy)).exit_code == 0
    return copy


def test_a_file_goes_with_its_last_name(twice: Path) -> None:
    assert rows()["two"]["origin"] == "copied"
    first = run("remove", "one")
    assert first.exit_code == 0, "nothing is deleted, so nothing is asked"
    assert f"{twice} stays, as `two`" in first.stderr and twice.exists()
    assert run("remove", "two", given="n\n").exit_code == 1
    assert "was deleted" in run("remove", "two", "--yes").stderr
    assert not twice.exists()


def test_the_other_name_of_the_one_in_use_still_decides(twice: Path) -> None:
    run("use", "one")
    assert rows()["one"]["used"] and rows()["two"]["used"]
    result = run("remove", "one")
    assert "`two`" in result.stderr and "embedded" not in result.stderr
    assert Settings.load().model == twice and rows()["two"]["used"]
    assert "`embedded` decides" in run("remove", "two", "--yes").stderr
    assert Settings.load().model is None


def test_names_that_ask_otherwise_are_other_models(tmp_path: Path) -> None:
    path = write_model(tmp_path / "sweep.gguf", prompt_version=None)
    for name, told in (("a", "sweep-v2"), ("b", "zeta-2"), ("c", "zeta-1")):
        run("add", str(path), "--name", name, "--format", told)
    run("use", "b")
    assert [name for name, row in rows().items() if row["used"]] == ["b"]
    assert "embedded" not in run("remove", "c").stderr
    assert (Settings.load().model, Settings.load().model_format) == (path, "zeta-2")
    assert "`embedded` decides" in run("remove", "b").stderr
    assert Settings.load().model is None
    config().write_text(f"model = '{path}'\n")
    assert rows()["a"]["used"], "its name says how it is asked"
    config().write_text(f"model = '{path}'\nmodel_format = 'text'\n")
    assert not rows()["a"]["used"] and rows()["(settings)"]["used"]


def test_a_copy_that_is_refused_leaves_the_one_of_before(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "--copy", str(mine))
    before = rows()["mine"]
    write_model(mine, seed=1)

    def full(*arguments: object) -> None:
        raise FileProblem("models.json: No space left on device.", "Make room.")

    monkeypatch.setattr("engine.files.write_atomic", full)
    assert run("add", "--copy", str(mine)).exit_code == 1
    assert rows()["mine"] == before
    assert sha256(Path(str(before["path"])).read_bytes()) == before["sha256"]
    monkeypatch.undo()
    run("add", "--copy", str(mine))
    assert rows()["mine"]["sha256"] != before["sha256"] and rows()["mine"]["state"] == ""


def test_a_file_that_went_or_changed_is_marked_and_not_taken(mine: Path) -> None:
    run("add", str(mine))
    with mine.open("ab") as file:
        file.write(b"x")
    assert "(changed)" in run("list").stdout
    mine.unlink()
    assert "(missing)" in run("list").stdout
    with pytest.raises(EngineError, match="is missing") as raised:
        CliRunner().invoke(cli, ["model", "use", "mine"], catch_exceptions=False)
    assert raised.value.hint


def broken(path: Path) -> None:
    path.write_bytes(b"no model")


def cut(path: Path) -> None:
    path.write_bytes(write_model(path).read_bytes()[:-100])


def adapter(path: Path) -> None:
    write_adapter(path, "0" * 64)


def foreign(path: Path) -> None:
    write_model(path, prompt_version=None)


def future(path: Path) -> None:
    write_model(path, prompt_version=99)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (broken, "is not a GGUF file"),
        (cut, "is not complete"),
        (adapter, "is an adapter"),
        (foreign, "names do not tell"),
        (future, "version 99"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_cannot_be_used_is_not_added(tmp_path: Path, make: object, message: str) -> None:
    make(tmp_path / "that.gguf")  # type: ignore[operator]
    with pytest.raises(EngineError, match=message) as raised:
        CliRunner().invoke(cli, ["model", "add", str(tmp_path / "that.gguf")], catch_exceptions=False)
    assert raised.value.hint
    assert "that" not in rows()


def test_an_architecture_that_llama_cpp_does_not_know_is_not_added(tmp_path: Path) -> None:
    path = write_model(tmp_path / "zeta.gguf", prompt_version=None, architecture="unheard-of")
    with pytest.raises(EngineError, match=r"llama\.cpp cannot load"):
        CliRunner().invoke(cli, ["model", "add", str(path), "--format", "zeta-2"], catch_exceptions=False)
    assert "zeta" not in rows()


def test_names_are_not_taken_twice(mine: Path, tmp_path: Path) -> None:
    run("add", str(mine))
    other = write_model(tmp_path / "other.gguf")
    for name, message in (("mine", "is the model at"), ("embedded", "cannot be"), ("../x", "cannot be")):
        with pytest.raises(EngineError, match=message):
            CliRunner().invoke(cli, ["model", "add", str(other), "--name", name], catch_exceptions=False)
    assert run("add", str(mine)).exit_code == 0, "the same file again is looked at anew"
    assert len(rows()) == 2


def test_exit_codes() -> None:
    assert run("remove", "embedded").exit_code == 2
    assert run("add", "missing.gguf").exit_code == 2
    assert run("quantize", "missing.gguf", "--type", "q8_0").exit_code == 2
    assert run("add").exit_code == 2
    assert run("nothing").exit_code == 2
    ended = subprocess.run(
        [sys.executable, "-m", "app", "model", "use", "nothing"], capture_output=True, text=True, cwd=ROOT
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "No model is named `nothing`" in ended.stderr and "model add FILE" in ended.stderr


def test_a_damaged_list_is_told(mine: Path) -> None:
    run("add", str(mine))
    library = Library(Settings.load().data_dir)
    for damage in ("{", "[]", '{"models": [{}]}', '{"models": 3}'):
        (library.folder / FILE).write_text(damage)
        with pytest.raises(EngineError, match="cannot be read"):
            library.all()


def test_a_copy_that_fails_leaves_nothing(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: object, target: str) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(EngineError, match="No space left"):
        CliRunner().invoke(cli, ["model", "add", "--copy", str(mine)], catch_exceptions=False)
    assert list((Settings.load().data_dir / "models").iterdir()) == []


def test_pull_as_a_person_gives_it(tmp_path: Path) -> None:
    pytest.importorskip("huggingface_hub")
    data = write_model(tmp_path / "m.gguf", prompt_version=None).read_bytes()
    with serving(Hub(files={"sweep.gguf": data})) as hub:
        ended = subprocess.run(
            [sys.executable, "-m", "app", "model", "pull", "owner/models:sweep.gguf", "--name", "sweep"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "HF_ENDPOINT": hub.url, "NO_PROXY": "127.0.0.1", "TQDM_POSITION": "-1"},
        )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("sweep  ") and "asked as sweep-v2" in ended.stdout
    assert "licence apache-2.0" in ended.stderr and "100%" in ended.stderr
    assert run("use", "sweep").exit_code == 0
    assert Settings.load().model_format == "sweep-v2"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(EngineError) as raised:
        CliRunner().invoke(cli, ["model", "pull", "zeta"], catch_exceptions=False)
    assert "ripple-next-edit[models]" in raised.value.hint
