"""Wheels and npm packages: licences, what counts as source, and an archive from download to text."""

from __future__ import annotations

import errno
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.errors import FileProblem
from trainer.commands import main
from trainer.corpus import fetching, ledger, projects, pypi, sources
from trainer.corpus.fetching import fetch
from trainer.corpus.licences import is_permissive, licence_of
from trainer.repositories import KNOWN

METADATA = "Metadata-Version: 2.1\nName: demo\nVersion: 1.2\n"
TEXT = "value = 1\n" * 40


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
    assert is_permissive(licence) is allowed


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
    assert licence_of(METADATA + extra) == licence


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pkg/core.py", True),
        ("src/index.ts", True),
        ("lib/app.js", True),
        ("cmd/main.go", True),
        ("src/lib.rs", True),
        ("src/main/java/A.java", True),
        ("types/index.d.ts", False),
        ("dist/app.js", False),
        ("pip/_vendor/rich/text.py", False),
        ("app.min.js", False),
        ("README.md", False),
    ],
)
def test_what_counts_as_source(path: str, source: bool) -> None:
    assert sources.is_source(path) is source


def test_what_is_measured_is_never_fetched(tmp_path: Path) -> None:
    said: list[str] = []
    assert fetch(tmp_path, sorted(projects.MEASURED), said.append) == []
    fetched = {name.rsplit("/", 1)[-1] for name in (*projects.PYTHON, *projects.NPM)}
    measured = {name.split("/")[1] for name, known in KNOWN.items() if known.split == "test"}
    assert not (projects.MEASURED | measured) & fetched
    assert not [name for name in projects.DEBIAN if projects.is_repository(name)]


@pytest.mark.parametrize(
    ("name", "address", "known"),
    [
        ("mockito", "", True),
        ("golang-github-urfave-cli-v2", "", True),
        ("rust-fd-find", "https://github.com/sharkdp/fd", True),
        ("golang-logrus", "https://github.com/Sirupsen/logrus", True),
        ("node-axios", "", True),
        ("golang-x", "github.com/urfave/cli/v2", True),
        ("rust-anyhow", "https://github.com/dtolnay/anyhow", False),
        ("golang-y", "https://github.com/urfave/climate", False),
    ],
)
def test_repositories_are_known_under_debians_names(name: str, address: str, known: bool) -> None:
    assert projects.is_repository(name, (address,)) is known


def wheel(folder: Path, name: str, licence: str) -> Path:
    place = folder / "archives" / name
    place.mkdir(parents=True)
    path = place / f"{name}-1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/core.py", TEXT)
        archive.writestr(f"{name}/empty.py", "")
        archive.writestr("../evil.py", TEXT)
        archive.writestr(f"{name}-1.2.dist-info/METADATA", f"{METADATA}License-Expression: {licence}\n")
    return path


def test_a_wheel_becomes_texts_and_a_line_of_the_ledger(tmp_path: Path) -> None:
    wheel(tmp_path, "demo", "MIT")
    said: list[str] = []
    (project,) = fetch(tmp_path, ["demo"], said.append)
    assert (project.version, project.licence, project.files) == ("1.2", "MIT", 1)
    found = [path for path in (tmp_path / project.folder).rglob("*") if path.is_file()]
    assert [path.read_text() for path in found] == [TEXT]
    assert fetch(tmp_path, ["demo"], said.append) == [project]
    assert project.sha256 in ledger.describe([project])
    assert json.loads((tmp_path / "corpus.json").read_text())[0]["name"] == "demo"
    assert not list(tmp_path.rglob("evil.py"))


def test_a_refused_licence_is_said_and_left_out(tmp_path: Path) -> None:
    wheel(tmp_path, "demo", "GPL-3.0-only")
    said: list[str] = []
    assert fetch(tmp_path, ["demo"], said.append) == []
    assert "GPL-3.0-only" in said[0]


def test_a_damaged_wheel_is_said_and_not_kept(tmp_path: Path) -> None:
    whole = wheel(tmp_path, "demo", "MIT")
    whole.write_bytes(whole.read_bytes()[:-40])
    said: list[str] = []
    assert fetch(tmp_path, ["demo"], said.append) == []
    assert "damaged" in said[0]
    assert not whole.exists()


def package(folder: Path, licence: str) -> Path:
    place = folder / "archives" / "npm-demo"
    place.mkdir(parents=True)
    path = place / "demo-3.0.tgz"
    files = {
        "package/package.json": json.dumps({"version": "3.0", "license": licence}),
        "package/lib/app.js": "let value = 1;\n" * 40,
        "package/lib/app.d.ts": "declare let value: number;\n" * 40,
        "package/../../evil.js": "let value = 1;\n" * 40,
    }
    with tarfile.open(path, "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return path


def test_an_npm_package_keeps_its_manifest(tmp_path: Path) -> None:
    package(tmp_path, "MIT")
    (project,) = fetch(tmp_path, ["npm:demo"], lambda _: None)
    assert (project.version, project.origin) == ("3.0", "npm")
    root = tmp_path / project.folder
    assert {path.relative_to(root).as_posix() for path in root.rglob("*.js*")} == {
        "lib/app.js",
        "package.json",
    }
    assert not list(tmp_path.parent.rglob("evil.js"))


def test_a_cut_npm_package_is_said_and_not_kept(tmp_path: Path) -> None:
    path = package(tmp_path, "MIT")
    path.write_bytes(path.read_bytes()[:60])
    said: list[str] = []
    assert fetch(tmp_path, ["npm:demo"], said.append) == []
    assert "damaged" in said[0] and not path.exists()


def test_a_client_that_is_not_there_leaves_the_project_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    assert fetch(tmp_path, ["npm:demo"], said.append) == []
    assert said[0].startswith("left out npm:demo: npm")


def test_a_full_disk_ends_in_one_message_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        wheel(tmp_path, name, "MIT")
    monkeypatch.setattr(fetching, "ALL", {"python": ("one", "two"), "npm": (), "debian": ()})
    with monkeypatch.context() as full:

        def write(path: Path, data: bytes) -> int:
            if "two" in path.parts:
                raise OSError(errno.ENOSPC, "No space left on device")
            with path.open("wb") as out:
                return out.write(data)

        full.setattr(Path, "write_bytes", write)
        ended = CliRunner().invoke(main, ["corpus", "--corpus", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.stderr.splitlines()[-1].endswith("No space left on device")
    assert [path.name for path in (tmp_path / "src").iterdir()] == ["one"]
    monkeypatch.setattr(pypi, "run", lambda *_: pytest.fail("nothing is to be fetched again"))
    done = CliRunner().invoke(main, ["corpus", "--corpus", str(tmp_path), "--from", "python"])
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["two"]
    assert "| one | 1.2 |" in done.stdout and "| two | 1.2 |" in done.stdout


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / "corpus.json").write_text('[{"name": "demo"}]')
    with pytest.raises(FileProblem, match=r"corpus\.json"):
        fetch(tmp_path, [], lambda _: None)
