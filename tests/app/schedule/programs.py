"""Stand-ins for the schedulers' programs, as scripts in a folder that goes first in PATH."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$FAKE/systemctl.calls"
[ -e "$FAKE/refuse-$2" ] && { echo "Failed to $2: no bus" >&2; exit 1; }
case "$2" in
  show) printf 'ActiveState=%s\\nNextElapseUSecRealtime=Thu 2026-11-26 02:30:00 UTC\\n' \\
        "$([ -e "$FAKE/active" ] && echo active || echo inactive)";;
  restart) touch "$FAKE/active";;
  disable) rm -f "$FAKE/active";;
esac
"""
CRONTAB = """#!/bin/sh
[ -e "$FAKE/refuse-crontab" ] && { echo "you are not allowed to use this program" >&2; exit 1; }
case "$1" in
  -l) [ -e "$FAKE/table" ] && cat "$FAKE/table" || { echo "no crontab for me" >&2; exit 1; };;
  -) [ -e "$FAKE/refuse-writing" ] && { echo "errors in crontab file, can't install." >&2; exit 1; }
     cat > "$FAKE/table";;
esac
"""
LAUNCHCTL = """#!/bin/sh
echo "$@" >> "$FAKE/launchctl.calls"
[ -e "$FAKE/refuse-$1" ] && { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }
case "$1" in
  print) case "$2" in */dev.ripple.nightly) [ -e "$FAKE/loaded" ] || exit 113;; esac;;
  bootstrap) touch "$FAKE/loaded";;
  bootout) rm -f "$FAKE/loaded";;
esac
"""


class Machine:
    """Which schedulers there are, and what they were told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state, self.programs = folder / "state", folder / "programs"
        self.state.mkdir()
        self.programs.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        monkeypatch.setenv("FAKE", str(self.state))
        monkeypatch.setenv("HOME", str(self.home))
        monkeypatch.delenv("XDG_CONFIG_HOME")
        monkeypatch.setenv("PATH", f"{self.programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
        for missing in ("systemctl", "crontab", "launchctl"):
            self.have(missing, "#!/bin/sh\nexit 127\n")

    def have(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(script)
        path.chmod(0o755)

    def refuse(self, what: str) -> None:
        (self.state / f"refuse-{what}").touch()

    def allow(self, what: str) -> None:
        (self.state / f"refuse-{what}").unlink()

    def calls(self, name: str) -> list[str]:
        path = self.state / f"{name}.calls"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def table(self) -> str:
        return (self.state / "table").read_text()

    @table.setter
    def table(self, text: str) -> None:
        (self.state / "table").write_text(text)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)
