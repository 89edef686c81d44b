"""The corpus: licences, what counts as source, and an archive from download to text."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from trainer import corpus
from trainer.repositories import KNOWN

METADATA = "Metadata-Version: 2.1\nName: demo\nVersion: 1.2\n"


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT License", True),
        ("BSD-3-Clause", True),
        ("Apache-2.0 AND MIT", True),
        ("ISC", True),
        ("Python Software Foundation License", True),
        ("LGPL-2.1-or-later", False),
        ("Public Domain / BSD License / GNU General Public License (GPL)", False),
        ("MPL-2.0 AND MIT", False),
        ("unknown", False),
        ("Permit", False),
    ],
)
def test_only_permissive_licences_pass(licence: str, allowed: bool) -> None:
    assert corpus.is_permissive(licence) is allowed


@pytest.mark.parametrize(
    ("extra", "licence"),
    [
        ("License-Expression: MIT\nLicense: GPL\n", "MIT"),
        ("License: whatever\nClassifier: License :: OSI Approved :: BSD License\n", "BSD License"),
        ("License: ISC\n", "ISC"),
        ("", "unknown"),
    ],
)
def test_licence_is_read_from_the_surest_field(extra: str, licence: str) -> None:
    assert corpus.licence_of(METADATA + extra) == licence


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pkg/core.py", True),
        ("src/index.ts", True),
        ("lib/app.js", True),
        ("types/index.d.ts", False),
        ("dist/app.js", False),
        ("pip/_vendor/rich/text.py", False),
        ("app.min.js", False),
        ("README.md", False),
    ],
)
def test_what_counts_as_source(path: str, source: bool) -> None:
    assert corpus.is_source(path) is source


def test_what_is_measured_is_never_fetched(tmp_path: Path) -> None:
    said: list[str] = []
    assert corpus.fetch(tmp_path, sorted(corpus.MEASURED), said.append) == []
    fetched = {name.rsplit("/", 1)[-1] for name in (*corpus.PYTHON, *corpus.NPM)}
    measured = {name.split("/")[1] for name, known in KNOWN.items() if known.split == "test"}
    assert not (corpus.MEASURED | measured) & fetched


def wheel(folder: Path, name: str, licence: str) -> None:
    place = folder / "archives" / name
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / f"{name}-1.2-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/core.py", "value = 1\n" * 40)
        archive.writestr(f"{name}/empty.py", "")
        archive.writestr("../evil.py", "value = 1\n" * 40)
        archive.writestr(f"{name}-1.2.dist-info/METADATA", f"{METADATA}License-Expression: {licence}\n")


def test_a_wheel_becomes_texts_and_a_line_of_the_ledger(tmp_path: Path) -> None:
    wheel(tmp_path, "demo", "MIT")
    said: list[str] = []
    (project,) = corpus.fetch(tmp_path, ["demo"], said.append)
    assert (project.version, project.licence, project.files) == ("1.2", "MIT", 1)
    found = [path for path in (tmp_path / project.folder).rglob("*") if path.is_file()]
    assert [path.read_text() for path in found] == ["value = 1\n" * 40]
    assert corpus.fetch(tmp_path, ["demo"], said.append) == [project]
    assert project.sha256 in corpus.describe([project])
    assert json.loads((tmp_path / "corpus.json").read_text())[0]["name"] == "demo"
    assert not (tmp_path.parent / "evil.py").exists()


def test_a_refused_licence_is_said_and_skipped(tmp_path: Path) -> None:
    wheel(tmp_path, "demo", "GPL-3.0-only")
    said: list[str] = []
    assert corpus.fetch(tmp_path, ["demo"], said.append) == []
    assert "GPL-3.0-only" in said[0]
