"""What `make servers` leaves behind: with npm, without it, and when npm fails halfway."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
NPM = """#!/bin/sh
while [ "$1" != --prefix ]; do shift; done
mkdir -p "$2/node_modules/.bin" && echo half >> "$2/node_modules/.bin/server"
[ ! -e broken ] || exit 7
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that is set up but for the servers."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("bin/python", ".base-installed", ".dev-installed"):
        stamp = tmp_path / ".venv" / name
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    return tmp_path


def make(checkout: Path, npm: bool) -> subprocess.CompletedProcess[str]:
    """Run it with no other programs on PATH than it may ask for."""
    programs = checkout / "programs"
    programs.mkdir(exist_ok=True)
    for name in ("sh", "make", "rm", "mv", "mkdir", "touch"):
        if not (programs / name).exists():
            (programs / name).symlink_to(shutil.which(name) or "")
    if npm:
        (programs / "npm").write_text(NPM)
        (programs / "npm").chmod(0o755)
    return subprocess.run(
        ["make", "--no-print-directory", "servers", "PYTHON=python3"],
        cwd=checkout,
        env={**os.environ, "PATH": str(programs), "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_npm_it_passes_and_says_so_in_one_line(checkout: Path) -> None:
    done = make(checkout, npm=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count("\n") == 1 and "no npm" in done.stderr
    assert not (checkout / ".venv/lsp").exists()


def test_what_fails_halfway_is_not_found_and_is_done_again(checkout: Path) -> None:
    (checkout / "broken").touch()
    assert make(checkout, npm=True).returncode != 0
    assert not (checkout / ".venv/lsp").exists()
    (checkout / "broken").unlink()
    assert make(checkout, npm=True).returncode == 0
    assert (checkout / ".venv/lsp/node_modules/.bin/server").read_text() == "half\n"
    before = (checkout / ".venv/lsp/.installed").stat().st_mtime_ns
    assert make(checkout, npm=True).returncode == 0
    assert (checkout / ".venv/lsp/.installed").stat().st_mtime_ns == before


def test_an_older_installation_stays_while_a_newer_one_fails(checkout: Path) -> None:
    assert make(checkout, npm=True).returncode == 0
    os.utime(checkout / ".venv/lsp/.installed", (0, 0))
    (checkout / "broken").touch()
    assert make(checkout, npm=True).returncode != 0
    assert (checkout / ".venv/lsp/node_modules/.bin/server").read_text() == "half\n"
