"""`ripple train histories`: clones and releases to labelled Parquet, without the network."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.trainer.test_histories import commit, git
from trainer.commands import main
from trainer.real_edits import releases
from trainer.releases import NoRelease, Sdist, consecutive, fetched, unpacked, versions
from trainer.simulate.store.parquet import read_labelled

GO = "package shop\n\nfunc loadItems(path string) int {\n\treturn 1\n}\n"
GO_USES = 'package shop\n\nfunc use() int {\n\treturn loadItems("a")\n}\n'
BACKEND = """
import os


def prepare_metadata_for_build_wheel(folder, settings=None):
    os.mkdir(os.path.join(folder, "demo-1.dist-info"))
    with open(os.path.join(folder, "demo-1.dist-info", "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\\nName: demo\\nVersion: VERSION\\n")
    return "demo-1.dist-info"
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def histories(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["histories", *map(str, arguments)])


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    root = tmp_path / "o+shop"
    root.mkdir()
    git(root, "init", "-q")
    licence = {"LICENSE": "Permission is hereby granted, free of charge"}
    commit(root, "start", {"core.go": GO, "uses.go": GO_USES, "readme.md": "a shop", **licence})
    renamed = {
        "core.go": GO.replace("loadItems", "readItems"),
        "uses.go": GO_USES.replace("loadItems", "readItems"),
    }
    commit(root, "Name the reader", renamed)
    commit(root, "Answer two", {"core.go": renamed["core.go"].replace("return 1", "return 2")})
    return root


def test_a_clone_in_another_language(clone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = histories(clone, "--out", out)
    assert result.exit_code == 0, result.output
    assert "drafts of rename (rule from 0.5): 1, made by the developer: 1.00" in result.output
    found = list(read_labelled(out / "history-go-o+shop.parquet"))
    assert [(one.chain.kind, len(one.chain.steps)) for one in found] == [
        ("commit/0", 1),
        ("commit/1", 0),
        ("commit/0", 0),
    ]
    first = found[0]
    assert (first.chain.repository, first.chain.licence, first.chain.scenario) == ("o/shop", "MIT", "history")
    assert first.steps == (True,)
    assert [draft.made for draft in first.drafts] == [True]
    stamp = (out / "history-go-o+shop.parquet").stat().st_mtime_ns
    assert histories(clone, "--out", out).output == result.output
    assert (out / "history-go-o+shop.parquet").stat().st_mtime_ns == stamp


def test_a_bare_clone_and_a_limit(clone: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare" / "o+shop.git"
    git(tmp_path, "clone", "-q", "--bare", str(clone), str(bare))
    assert histories(bare, "--out", tmp_path / "out", "--limit", 1).exit_code == 0
    assert len(list(read_labelled(tmp_path / "out" / "history-go-o+shop.parquet"))) == 1


def test_what_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = histories(tmp_path / "empty", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "left out" in result.output
    assert "no history" in result.output
    assert histories(tmp_path / "missing", "--out", tmp_path / "out").exit_code == 1


def test_an_output_that_cannot_be_written(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = histories(clone, "--out", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "Nothing can be written" in result.output


# -- releases


def sdist(folder: Path, version: str, files: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    metadata = f"Metadata-Version: 2.4\nName: demo\nVersion: {version}\nLicense-Expression: MIT\n"
    whole = {
        "pyproject.toml": PROJECT,
        "backend.py": BACKEND.replace("VERSION", version),
        "PKG-INFO": metadata,
    }
    with tarfile.open(folder / f"demo-{version}.tar.gz", "w:gz") as archive:
        for name, text in {**whole, **files}.items():
            entry = tarfile.TarInfo(f"demo-{version}/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of archives that stands for the package index."""
    folder = tmp_path / "index"
    core = "def load_items(path, mode='r'):\n    return open(path, mode)\n"
    uses = "from demo.core import load_items\n\n\nprint(load_items('some/path'))\n"
    sdist(folder, "1.0", {"demo/core.py": core, "demo/uses.py": uses})
    core, uses = core.replace("load_items", "read_items"), uses.replace("load_items", "read_items")
    sdist(folder, "1.1", {"demo/core.py": core, "demo/uses.py": uses})
    sdist(folder, "2.0", {"demo/core.py": core.replace("path", "file"), "demo/uses.py": uses})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


@pytest.mark.usefixtures("index")
def test_releases_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = histories("demo", "--releases", "--out", tmp_path / "out", "--count", 3)
    assert result.exit_code == 0, result.output
    found = list(read_labelled(tmp_path / "out" / "release-python-demo.parquet"))
    assert {one.chain.kind for one in found} == {"release"}
    assert {one.chain.licence for one in found} == {"MIT"}
    first = found[0]
    assert [path for path, _ in first.chain.steps] == ["demo/uses.py", "demo/uses.py"]
    assert first.steps == (True, True)
    with monkeypatch.context() as patched:
        patched.setattr(
            "trainer.real_edits.unpacked", None
        )  # what is there is not unpacked to be left as it is
        again = histories("demo", "--releases", "--out", tmp_path / "out", "--count", 3)
    assert again.output == result.output


def test_the_newest_releases_oldest_first(index: Path, tmp_path: Path) -> None:
    assert versions("demo") == ["2.0", "1.1", "1.0"]
    assert [one.version for one in consecutive("demo", 2, tmp_path / "cache")] == ["1.1", "2.0"]
    (index / "demo-2.0.tar.gz").unlink()
    assert fetched("demo", "2.0", tmp_path / "cache").archive.name == "demo-2.0.tar.gz"  # from the cache


def test_packages_that_cannot_be_had(index: Path, tmp_path: Path) -> None:
    result = histories("nonsense", "demo", "--releases", "--out", tmp_path / "out", "--count", 2)
    assert result.exit_code == 0
    assert "left out" in result.output
    with pytest.raises(NoRelease):
        consecutive("nonsense", 2, tmp_path / "cache")
    (index / "demo-1.1.tar.gz").unlink()
    (index / "demo-1.0.tar.gz").unlink()
    with pytest.raises(NoRelease, match="no two releases"):
        consecutive("demo", 2, tmp_path / "new-cache")


def test_a_release_that_cannot_be_unpacked_is_left_out(index: Path, tmp_path: Path) -> None:
    (index / "demo-1.1.tar.gz").unlink()
    found = consecutive("demo", 2, tmp_path)
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"no archive")
    found.insert(1, Sdist("demo", "1.1", "", broken))
    heard: list[str] = []
    made = releases(found, tmp_path, 10, heard.append)
    assert made.chains and "demo 1.0 to 2.0" in heard
    assert [what for what in heard if what.startswith("left out: demo 1.1 cannot be unpacked")]
    with pytest.raises(NoRelease, match="no two releases"):
        releases(found[1:], tmp_path, 10, heard.append)


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    broken = tmp_path / "demo-1.0.tar.gz"
    broken.write_bytes(b"no archive")
    with pytest.raises(NoRelease, match="cannot be unpacked"):
        unpacked(Sdist("demo", "1.0", "", broken))
    with tarfile.open(broken, "w:gz") as archive:
        entry = tarfile.TarInfo("../outside.py")
        archive.addfile(entry, io.BytesIO(b""))
    with pytest.raises(NoRelease, match="cannot be unpacked"):
        unpacked(Sdist("demo", "1.0", "", broken))
    with tarfile.open(broken, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("alone.py"), io.BytesIO(b""))
    with pytest.raises(NoRelease, match="not laid out"):
        unpacked(Sdist("demo", "1.0", "", broken))
