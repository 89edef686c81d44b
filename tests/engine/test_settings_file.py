"""Single settings written into the person's file: nothing else of it changes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError, SettingsProblem
from engine.settings_file import _set, change


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'model = "/m.gguf"\n'),
        ("# a comment", '# a comment\nmodel = "/m.gguf"\n'),
        ("threads = 2\r\n", 'threads = 2\r\nmodel = "/m.gguf"\r\n'),
        ('model = "/old"  # why\nthreads = 2', 'model = "/m.gguf"  # why\nthreads = 2'),
        ("  'model'='C:\\old' # why\n", "  'model'=\"/m.gguf\" # why\n"),
        ('# model = "/old"\n', '# model = "/old"\nmodel = "/m.gguf"\n'),
        ('ignore = ["""\nmodel = "x"\n"""]\n', 'ignore = ["""\nmodel = "x"\n"""]\nmodel = "/m.gguf"\n'),
        ('\ufeffmodel = "a\\"b"\n', '\ufeffmodel = "/m.gguf"\n'),
        ('model_format = "text"\n', 'model_format = "text"\nmodel = "/m.gguf"\n'),
        ("[table]\nx = 1\n", 'model = "/m.gguf"\n[table]\nx = 1\n'),
        ('\ufeff[table]\nmodel = "x"\n', '\ufeffmodel = "/m.gguf"\n[table]\nmodel = "x"\n'),
    ],
)
def test_one_line_changes(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(before.encode())
    path.chmod(0o640)
    assert change(path, {"model": "/m.gguf"})
    assert path.read_bytes().decode() == after
    assert path.stat().st_mode & 0o777 == 0o640
    assert not change(path, {"model": "/m.gguf"})


def test_the_file_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "ripple" / "config.toml"
    assert not change(path, {"model": ""})
    assert not path.exists(), "there is nothing to take back"
    assert change(path, {"model": "/a b/ü.gguf", "model_format": "zeta-2"})
    assert tomllib.loads(path.read_text()) == {"model": "/a b/ü.gguf", "model_format": "zeta-2"}
    assert change(path, {"model": "", "model_format": ""})
    assert path.read_text() == 'model = ""\nmodel_format = ""\n'


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").write_text("")
    (tmp_path / "config.toml").symlink_to(tmp_path / "dotfiles")
    change(tmp_path / "config.toml", {"model": "/m"})
    assert (tmp_path / "config.toml").is_symlink()
    assert (tmp_path / "dotfiles").read_text() == 'model = "/m"\n'


@pytest.mark.parametrize("text", ['model = """\n/old"""\n', "model = 3\n"])
def test_what_cannot_be_changed_alone_is_left_to_the_person(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(SettingsProblem, match="without touching") as raised:
        change(path, {"model": "/m.gguf"})
    assert 'model = "/m.gguf"' in raised.value.hint
    assert path.read_text() == text


@pytest.mark.parametrize("data", [b"model = \n", b"\x00\x01", b"a" * 10])
def test_a_file_that_is_not_understood_is_not_touched(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    with pytest.raises(EngineError):
        change(path, {"model": "/m"})
    assert path.read_bytes() == data


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x7f")))
def test_any_path_comes_back(value: str) -> None:
    text = _set("threads = 1  # one\n", "model", value, Path("config.toml"))
    assert tomllib.loads(text).get("model", "") == value
    assert text.startswith("threads = 1  # one\n")
