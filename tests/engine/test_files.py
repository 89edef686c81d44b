"""What is read is what is written: encoding, byte order mark, newlines, mode."""

from __future__ import annotations

import codecs
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import files
from engine.errors import FileProblem, StaleFile
from engine.files import TextFile, encode, read, sha256, write_atomic

FORMS = {
    "utf-8": "naïve 变量 😀\r\nx\n\r".encode(),
    "utf-8-sig": codecs.BOM_UTF8 + "é\r\n".encode(),
    "utf-16-le": codecs.BOM_UTF16_LE + "é😀\r\n".encode("utf-16-le"),
    "utf-16-be": codecs.BOM_UTF16_BE + "é😀\r\n".encode("utf-16-be"),
    "latin-1": "d\xe9j\xe0 vu\r\n".encode("latin-1"),
}


@pytest.mark.parametrize("encoding", FORMS)
def test_a_file_goes_round(tmp_path, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes(FORMS[encoding])
    file = read(path)
    assert file.encoding == encoding
    assert file.sha256 == sha256(FORMS[encoding])
    assert file.text.startswith("\ufeff") == encoding.startswith(("utf-16", "utf-8-sig"))
    assert "\r\n" in file.text
    assert encode(file.text, file) == FORMS[encoding]


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")),
       encoding=st.sampled_from([name for name in FORMS if name != "latin-1"]))  # fmt: skip
def test_any_text_goes_round(tmp_path_factory, text, encoding):
    text = text if encoding == "utf-8" else "\ufeff" + text
    data = encode(text, TextFile("", encoding, "", 0o644))
    path = tmp_path_factory.mktemp("round") / "a"
    path.write_bytes(data)
    file = read(path)
    assert (file.text, encode(file.text, file)) == (text, data)


def test_others_count_the_byte_order_mark_too(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(codecs.BOM_UTF8 + b"total = 1\n")
    assert read(path).text == path.read_text(encoding="utf-8")


BINARIES = [
    b"\x7fELF\0\1",
    b"\x89PNG\r\n\x1a\n\xff\xfe",
    codecs.BOM_UTF16_LE + b"\0\xd8",
    codecs.BOM_UTF32_LE + "a".encode("utf-32-le"),
]


@pytest.mark.parametrize("data", BINARIES)
def test_binaries_are_refused(tmp_path, data):
    path = tmp_path / "a"
    path.write_bytes(data)
    with pytest.raises(FileProblem, match="not a text file") as caught:
        read(path)
    assert caught.value.hint


def test_what_cannot_be_read_says_why_and_what_to_do(tmp_path):
    large = tmp_path / "large"
    large.write_bytes(b"x" * (files.MAX_BYTES + 1))
    os.mkfifo(tmp_path / "pipe")
    for name, message in (("gone", "not there"), ("", "folder"), ("large", "larger"), ("pipe", "regular"),
                          ("large/inside", "folder")):  # fmt: skip
        with pytest.raises(FileProblem, match=message) as caught:
            read(tmp_path / name)
        assert caught.value.hint


def test_text_that_the_encoding_has_no_sign_for_is_refused():
    with pytest.raises(FileProblem, match="变"):
        encode("变量", TextFile("", "latin-1", "", 0o644))


def test_writing_keeps_the_mode_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "run.sh"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write_atomic(path, b"new", None)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    write_atomic(path, b"newer", 0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write_atomic(tmp_path / "fresh", b"x", None)
    assert {entry.name for entry in tmp_path.iterdir()} == {"run.sh", "fresh"}


def test_writing_replaces_in_one_step(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write_atomic(path, b"new" * 10_000)
        assert reader.read() == b"old"


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "real.py").write_bytes(b"old")
    (tmp_path / "link.py").symlink_to("far/real.py")
    (tmp_path / "chain.py").symlink_to("link.py")
    write_atomic(tmp_path / "chain.py", b"new")
    assert (tmp_path / "chain.py").is_symlink() and (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "far" / "real.py").read_bytes() == b"new"


def test_a_file_that_is_not_as_expected_is_not_replaced(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"theirs")
    with pytest.raises(StaleFile):
        write_atomic(path, b"ours", expected=sha256(b"old"))
    path.unlink()
    with pytest.raises(FileProblem):
        write_atomic(path, b"ours", expected=sha256(b"old"))
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_stays(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    (tmp_path / "folder").mkdir()
    for target in (path, tmp_path / "folder", tmp_path / "no" / "such.py"):
        with pytest.raises(FileProblem) as caught:
            write_atomic(target, b"new")
        assert caught.value.hint
    assert path.read_bytes() == b"old"
    assert {entry.name for entry in tmp_path.iterdir()} == {"a.py", "folder"}


def test_a_failing_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(FileProblem, match="No space left"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.py"]
