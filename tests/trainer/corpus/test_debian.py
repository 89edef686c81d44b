"""Debian's source packages from a mirror on this machine: hashes, licences of files, cut connections."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.network import only_this_machine
from tests.trainer.corpus.mirror import Mirror, serving
from trainer.commands import main
from trainer.corpus import download, fetching
from trainer.corpus.deb822 import copyright_of, paragraphs
from trainer.corpus.fetching import fetch
from trainer.corpus.licences import allows
from trainer.corpus.project import Project

GO = "package demo\n\nfunc Value() int { return 1 }\n" * 20
FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
COPYRIGHT = f"""{FORMAT}Upstream-Name: demo

Files: *
Copyright: 2020 somebody
License: Apache-2.0 or Expat

Files: internal/*
 other.go
Copyright: 2020 somebody else
License: GPL-2+
 Text of a licence.
 .
 Files: demo.go

Files: internal/free.go
License: BSD-3-clause

License: Expat
 Permission is hereby granted
"""
FILES = {
    "demo-1.0/demo.go": GO,
    "demo-1.0/go.mod": "module example.com/demo\n",
    "demo-1.0/other.go": GO,
    "demo-1.0/internal/closed.go": GO,
    "demo-1.0/internal/free.go": GO,
    "demo-1.0/../../evil.go": GO,
}


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine can be connected."""
    only_this_machine(monkeypatch)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Mirror, str]]:
    monkeypatch.setattr(download, "PAUSE", 0.0)
    with serving(Mirror()) as (served, address):
        yield served, address


def got(folder: Path, address: str, *names: str) -> tuple[list[Project], list[str]]:
    said: list[str] = []
    made = fetch(folder, [f"debian:{name}" for name in names], said.append, mirror=address)
    return made, said


def test_only_files_under_allowed_licences_are_laid_out(tmp_path: Path, mirror: tuple[Mirror, str]) -> None:
    served, address = mirror
    served.add("demo", FILES, COPYRIGHT)
    (project,), said = got(tmp_path, address, "demo")
    assert (project.version, project.licence) == ("1.0-1", "Apache-2.0 or Expat; BSD-3-clause")
    assert project.origin == "Debian trixie"
    root = tmp_path / project.folder
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert found == {"demo.go", "go.mod", "internal/free.go"}
    assert not list(tmp_path.parent.rglob("evil.go"))
    assert said == ["debian:demo 1.0-1 (Apache-2.0 or Expat; BSD-3-clause): 3 files"]
    asked = len(served.asked)
    assert got(tmp_path, address, "demo") == ([project], [])
    assert len(served.asked) == asked


@pytest.mark.parametrize(
    ("name", "files", "text", "more", "reason"),
    [
        ("demo", FILES, "This is free software.\n", {}, "not machine-readable"),
        ("demo", FILES, FORMAT + "\nFiles: *\nLicense: GPL-3\n", {}, "but GPL-3"),
        ("demo", FILES, FORMAT, {}, "but none"),
        ("demo", {"demo/README": "x" * 400}, COPYRIGHT, {}, "no source file"),
        ("demo", FILES, COPYRIGHT, {"Homepage": "https://github.com/urfave/cli"}, "repositories"),
        ("mockito", FILES, COPYRIGHT, {}, "repositories"),
    ],
)
def test_what_is_left_out_is_said(
    tmp_path: Path,
    mirror: tuple[Mirror, str],
    name: str,
    files: dict[str, str],
    text: str,
    more: dict[str, str],
    reason: str,
) -> None:
    served, address = mirror
    served.add(name, files, text, **more)
    made, said = got(tmp_path, address, name)
    assert made == []
    assert len(said) == 1 and said[0].startswith(f"left out debian:{name}: ") and reason in said[0]
    assert not (tmp_path / "src").exists()


def test_a_cut_connection_goes_on_where_it_was(tmp_path: Path, mirror: tuple[Mirror, str]) -> None:
    served, address = mirror
    path = served.add("demo", FILES, COPYRIGHT)
    served.cut[path] = 100
    (project,), _ = got(tmp_path, address, "demo")
    assert project.files == 3
    assert [wanted for asked, wanted in served.asked if asked == path] == ["", "bytes=100-"]
    assert not list(tmp_path.rglob("*.part"))


def test_a_mirror_without_ranges_begins_again(tmp_path: Path, mirror: tuple[Mirror, str]) -> None:
    served, address = mirror
    served.ranges = False
    served.cut[served.add("demo", FILES, COPYRIGHT)] = 100
    assert [one.files for one in got(tmp_path, address, "demo")[0]] == [3]


def test_an_archive_of_another_hash_is_refused_and_fetched_anew(
    tmp_path: Path, mirror: tuple[Mirror, str]
) -> None:
    served, address = mirror
    path = served.add("demo", FILES, COPYRIGHT)
    served.add("other", FILES, COPYRIGHT)
    good = served.files[path]
    served.files[path] = good[:-1] + bytes([good[-1] ^ 1])
    made, said = got(tmp_path, address, "demo", "other")
    assert [one.name for one in made] == ["debian:other"]
    assert "SHA-256" in said[0]
    served.files[path] = good
    assert len(got(tmp_path, address, "demo", "other")[0]) == 2


def test_an_archive_that_is_damaged_at_its_source_is_said(tmp_path: Path, mirror: tuple[Mirror, str]) -> None:
    served, address = mirror
    path = served.add("demo", FILES, COPYRIGHT)
    whole = served.files[path]
    served.stanzas.clear()
    served.add("demo", FILES, COPYRIGHT)
    damaged = whole[: len(whole) // 2]
    served.files[path] = damaged
    served.stanzas[0] = served.stanzas[0].replace(
        f"{hashlib.sha256(whole).hexdigest()} {len(whole)}",
        f"{hashlib.sha256(damaged).hexdigest()} {len(damaged)}",
    )
    served.index()
    made, said = got(tmp_path, address, "demo")
    assert made == [] and "is damaged" in said[0]


def test_a_mirror_that_does_not_answer_is_said_once(tmp_path: Path, mirror: tuple[Mirror, str]) -> None:
    _, address = mirror
    made, said = got(tmp_path, address, "one", "two")
    assert made == []
    assert len(said) == 1 and said[0].startswith("left out debian:*: ") and "404" in said[0]


def test_packages_that_are_missing_do_not_stop_the_others(tmp_path: Path, mirror: tuple[Mirror, str]) -> None:
    served, address = mirror
    served.add("demo", FILES, COPYRIGHT)
    del served.files[served.add("gone", FILES, COPYRIGHT)]
    made, said = got(tmp_path, address, "never", "gone", "demo")
    assert [one.name for one in made] == ["debian:demo"]
    assert "no such source package" in said[0] and "404" in said[1]
    assert len([1 for path, _ in served.asked if "gone" in path and "orig" in path]) == 1


def test_a_full_disk_ends_in_a_message_and_keeps_what_came(
    tmp_path: Path, mirror: tuple[Mirror, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served, address = mirror
    served.add("demo", FILES, COPYRIGHT)
    monkeypatch.setattr(fetching, "ALL", {"debian": ("debian:demo",)})
    command = ["corpus", "--corpus", str(tmp_path), "--from", "debian", "--mirror", address]
    with monkeypatch.context() as full:

        def write(folder: Path, members: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(fetching, "_write", write)
        ended = CliRunner().invoke(main, command)
    assert ended.exit_code == 1
    assert "No space left on device" in ended.stderr
    asked = len(served.asked)
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0 and "| debian:demo | 1.0-1 |" in done.stdout
    assert [path for path, _ in served.asked[asked:]] == ["dists/trixie/InRelease"]


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("Expat", True),
        ("MIT or Apache-2.0", True),
        ("GPL-2+ or MIT", True),
        ("Apache-2.0 and BSD-3-Clause", True),
        ("Apache-2.0 and GPL-2+", False),
        ("MIT and GPL-2+ or ISC", True),
        ("GPL-2+ or MIT, and BSD-3-clause", True),
        ("GPL-2+ or MIT, and LGPL-2.1", False),
        ("Apache-2.0 with LLVM exception", True),
        ("GPL-2+ with OpenSSL exception", False),
        ("zlib", True),
        ("BSD-4-clause", False),
        ("BSD-3-clause-no-nuclear-license", False),
        ("custom", False),
        ("", False),
    ],
)
def test_licence_expressions(expression: str, allowed: bool) -> None:
    assert allows(expression) is allowed


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b.go", True),
        ("a/*", "a/b/c.go", True),
        ("a/*", "ab/c.go", False),
        ("./a.go", "a.go", True),
        ("a?.go", "ab.go", True),
        ("a.go", "axgo", False),
        (r"a\*.go", "a*.go", True),
        (r"a\*.go", "ab.go", False),
    ],
)
def test_patterns_of_files(pattern: str, path: str, matches: bool) -> None:
    said = copyright_of(f"{FORMAT}\nFiles: {pattern}\nLicense: Expat\n")
    assert said is not None
    assert (said.licence_of(path) == "Expat") is matches


def test_paragraphs_are_read_as_debian_writes_them() -> None:
    text = "# a comment\nPackage: a\nFiles:\n one\n .\n\ttwo\n\n\n \nBroken line\n goes on\nVersion: 1:2\r\n"
    assert list(paragraphs(text.splitlines(keepends=True))) == [
        {"package": "a", "files": "\none\n.\ntwo"},
        {"version": "1:2"},
    ]
