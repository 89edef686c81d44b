"""The same client against servers that people have: basedpyright, ruff, TypeScript's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine.config import Settings
from engine.diagnostics import Diagnostic, Family, Replacement
from engine.diff import hunks
from engine.lsp import Servers, find
from engine.types import Edit

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]
PLACES = os.pathsep.join([str(Path(sys.executable).parent), str(Path(sys.prefix) / "lsp/node_modules/.bin")])
PATIENCE = 90.0
Open = Callable[..., Servers]


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Starts one server of the table, or skips the test where it is not installed."""
    opened: list[Servers] = []
    monkeypatch.setenv("PATH", PLACES + os.pathsep + os.environ["PATH"])

    def start(name: str, files: dict[str, str]) -> Servers:
        if not find(tmp_path, (name,)):
            pytest.skip(f"{name} is not installed; make servers installs what npm has")
        for path, text in files.items():
            (tmp_path / path).write_text(text, encoding="utf-8")
        settings = Settings(tmp_path, tmp_path, tmp_path / "none", lsp_servers=(name,))
        opened.append(Servers(tmp_path, settings, files.get, print, print))
        return opened[-1]

    yield start
    for one in opened:
        one.close()
    assert psutil.Process().children(recursive=True) == []


def said(one: Servers, path: str, before: str, after: str) -> dict[str, Diagnostic]:
    """What is new after an edit, by the text that is complained of."""
    edit = Edit(f"e{time.monotonic_ns()}", path, before, after, hunks(before, after), "person", 0.0)
    one.saved(edit)
    found = one.wait(edit.id, time.perf_counter() + PATIENCE)
    return {after[item.start : item.end]: item for item in found}


PYTHON = """import os
import json


def total(items: list[int]) -> int:
    return sum(items)


print(os, json)
"""


def test_basedpyright(servers: Open) -> None:
    one = servers("basedpyright", {"a.py": PYTHON})
    after = PYTHON.replace("print(os, json)", 'print("😀é", os, toal([1]), total([1], 2))\nre.compile("x")')
    found = said(one, "a.py", PYTHON, after)
    assert found["toal"].family is Family.NAME
    assert found["2"].family is Family.ARGUMENTS
    assert found["json"].family is Family.UNUSED_IMPORT
    titles = {fix.title: fix for fix in found["re"].fixes}
    assert "import re" in titles["import re"].changes[0].new
    assert not any("ignore" in title for title in titles)
    assert said(one, "a.py", after, after + "\n") == {}


def test_ruff(servers: Open) -> None:
    one = servers("ruff", {"a.py": PYTHON})
    after = PYTHON.replace("print(os, json)", 'print("😀é", os, toal([1]))')
    found = said(one, "a.py", PYTHON, after)
    assert found["toal"].family is Family.NAME
    (fix,) = found["json"].fixes
    assert fix.changes == (Replacement("a.py", 10, "import json\n", ""),)
    assert fix.preferred


TYPESCRIPT = """export function total(items: number[], start: number): number {
  return items.reduce((a, b) => a + b, start);
}
export function main(): void {
  const result = total([1, 2], 3);
  console.log("é", result);
}
"""


def test_typescript(servers: Open) -> None:
    one = servers("typescript", {"a.ts": TYPESCRIPT, "tsconfig.json": '{"compilerOptions":{"strict":true}}'})
    after = TYPESCRIPT.replace('"é", result', '"😀é", reslt, "x".toUperCase(), total([])')
    found = said(one, "a.ts", TYPESCRIPT, after)
    at = after.index("reslt")
    assert found["reslt"].fixes[0].changes == (Replacement("a.ts", at, "reslt", "result"),)
    assert found["toUperCase"].fixes[0].changes[0].new == "toUpperCase"
    assert found["total"].family is Family.ARGUMENTS


ORPHAN = """
import sys, time
from pathlib import Path
from engine.config import Settings
from engine.lsp import Servers
from engine.diff import hunks
from engine.types import Edit
root = Path(sys.argv[1])
servers = Servers(root, Settings(root, root, root / "none"), {}.get, print, print)
servers.saved(Edit("e1", "a.py", "x = 1\\n", "x = y\\n", hunks("x = 1\\n", "x = y\\n"), "person", 0.0))
servers.wait("e1", time.perf_counter() + 60)
print("ready", flush=True)
time.sleep(60)
"""


def test_no_server_outlives_a_program_that_is_killed(servers: Open, tmp_path: Path) -> None:
    servers("basedpyright", {})
    root = Path(__file__).parents[3]
    program = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert program.stdout is not None
    assert program.stdout.readline().strip() == b"ready"
    left = psutil.Process(program.pid).children(recursive=True)
    assert left
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()
    _, alive = psutil.wait_procs(left, timeout=20)
    assert alive == []
