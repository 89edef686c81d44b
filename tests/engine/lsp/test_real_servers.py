"""The same client against servers that people have; a test whose server is not installed is skipped."""

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
from engine.intents import propose
from engine.lsp import Servers, find
from engine.types import Edit, IntentKind
from tests.engine.syntax.projects import Memory

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]
PLACES = os.pathsep.join(
    [
        str(Path(sys.executable).parent),
        str(Path(sys.prefix) / "lsp/node_modules/.bin"),
        os.environ.get("PATH", ""),
    ]
)
"""With the machine's own, before it is hidden from tests."""
RUSTUP = Path(os.environ.get("RUSTUP_HOME", Path.home() / ".rustup"))
PATIENCE = 90.0
Open = Callable[..., Servers]


@pytest.fixture
def servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Starts one server of the table, or skips the test where it is not installed."""
    opened: list[Servers] = []
    monkeypatch.setenv("PATH", PLACES)
    monkeypatch.setenv("GOPROXY", "off")
    monkeypatch.setenv("CARGO_NET_OFFLINE", "true")
    monkeypatch.setenv("RUSTUP_HOME", str(RUSTUP))

    def start(name: str, files: dict[str, str]) -> Servers:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        if not find(tmp_path, (name,)):
            pytest.skip(f"{name} is not installed; make servers installs what npm has")
        settings = Settings(tmp_path, tmp_path, tmp_path / "none", lsp_servers=(name,))
        opened.append(Servers(tmp_path, settings, files.get, print, print))
        return opened[-1]

    yield start
    for one in opened:
        one.close()
    assert psutil.Process().children(recursive=True) == []


def said(one: Servers, path: str, before: str, after: str, late: str = "") -> dict[str, Diagnostic]:
    """What is new after an edit, by the text that is complained of; a `late` one is waited for."""
    edit = Edit(f"e{time.monotonic_ns()}", path, before, after, hunks(before, after), "person", 0.0)
    one.saved(edit)
    end = time.perf_counter() + PATIENCE
    found = one.wait(edit.id, end)
    while late and not any(after[item.start : item.end] == late for item in found):
        assert time.perf_counter() < end, f"nothing is said of {late}"
        time.sleep(0.1)
        found = one.wait(edit.id, end)
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


CHECKED = {
    "b.py": """class Shop:
    def __init__(self, name: str, size: int) -> None:
        self.amount = 1
        self.name = name

    def total(self, start: int) -> int:
        return start + self.amount
""",
    "a.py": """from b import Shop


def f(shop: Shop, start: int, size: int) -> int:
    other = Shop("x", size)
    return shop.total(start) + other.amount
""",
    "b.ts": """export class Shop {
  amount = 1;
  constructor(public name: string, readonly size: number) {}
  total(start: number): number {
    return start + this.amount;
  }
}
""",
    "a.ts": """import { Shop } from "./b";

export function f(shop: Shop, start: number, size: number): number {
  const other = new Shop("x", size);
  return shop.total(start) + other.amount;
}
""",
    "tsconfig.json": '{"compilerOptions":{"strict":true}}',
}


@pytest.mark.parametrize(("name", "path"), [("basedpyright", "a.py"), ("typescript", "a.ts")])
def test_what_a_server_offers_nothing_against(servers: Open, name: str, path: str) -> None:
    """A missing argument, member or return that it only complains of is drafted from structure."""
    one, text = servers(name, CHECKED), CHECKED[path]
    for right, wrong, draft in [
        ("total(start)", "total()", "start"),
        ('"x", size', '"x"', ", size"),
        ("other.amount", "other.amuont", "amount"),
        ("return shop", "shop", "return "),
    ]:
        memory = Memory(dict(CHECKED))
        after = text.replace(right, wrong)
        edit = memory.save(path, after)
        diagnostics = tuple(said(one, path, text, after).values())
        sites = propose(edit, (), memory.index, (), diagnostics)
        fixes = [site.draft for site in sites if site.intent is IntentKind.FIX and site.rule >= 0.5]
        assert fixes == [draft]
        assert not [site for site in sites if site.intent is IntentKind.RENAME]
        said(one, path, after, text)


GO = {
    "go.mod": "module example.com/shop\n\ngo 1.18\n",
    "store/store.go": """package store

type Store struct{ Count int }

func (s *Store) Total(from int) int { return s.Count + from }
""",
    "main.go": """package main

import (
	"fmt"

	"example.com/shop/store"
)

func main() {
	shop := store.Store{Count: 3}
	fmt.Println("é", shop.Total(1))
}
""",
}


def test_gopls(servers: Open, tmp_path: Path) -> None:
    one = servers("gopls", GO)
    before = GO["main.go"]
    after = before.replace("shop.Total(1)", '"😀", shop.Totl(1), strings.ToUpper("x"), aera()')
    (tmp_path / "main.go").write_text(after, encoding="utf-8")
    found = said(one, "main.go", before, after)
    assert found["Totl"].family is Family.MEMBER
    assert found["aera"].family is Family.NAME
    (fix,) = [fix for fix in found["strings"].fixes if "mport" in fix.title]
    assert fix.changes == (Replacement("main.go", after.index('"fmt"\n') + 6, "", '\t"strings"\n'),)
    lacking = before + "\nfunc pick(a int) int {\n\tb := a\n\tmain()\n}\n"
    families = {item.family for item in said(one, "main.go", after, lacking).values()}
    assert families == {Family.RETURN, Family.UNUSED_VARIABLE}


RUST = {
    "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
    "src/main.rs": """use std::collections::HashMap;

enum Kind {
    Small,
    Large,
}

fn size(kind: &Kind) -> usize {
    match kind {
        Kind::Small => 1,
        Kind::Large => 2,
    }
}

fn main() {
    let seen: HashMap<String, i32> = HashMap::new();
    println!("{}", size(&Kind::Large) + size(&Kind::Small) + seen.len());
}
""",
}


def rust_is_there() -> bool:
    """Whether the program is more than rustup's stand-in, and the library's source is there."""
    if subprocess.run(["rust-analyzer", "--version"], capture_output=True).returncode:
        return False
    sysroot = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True).stdout.strip()
    own = Path(sysroot) / "lib/rustlib/src/rust/library"
    return own.exists() or Path(os.environ.get("RUST_SRC_PATH", "/none")).exists()


def test_rust_analyzer(servers: Open, tmp_path: Path) -> None:
    one = servers("rust-analyzer", RUST)
    if not rust_is_there():
        pytest.skip("rust-analyzer cannot run: it or the source of Rust's library is not installed")
    path, before = "src/main.rs", RUST["src/main.rs"]
    texts = [
        before.replace("    Large,\n", "    Large,\n    Huge,\n"),
        before.replace("size(&Kind::Large)", "sze(&Kind::Large)"),
        before.replace("use std::collections::HashMap;\n", ""),
    ]
    words = [("kind", Family.MATCH), ("sze", Family.NAME), ("HashMap", Family.NAME)]
    for after, (word, family) in zip(texts, words, strict=True):
        (tmp_path / path).write_text(after, encoding="utf-8")
        found = said(one, path, before, after, word)
        assert found[word].family is family
        assert found[word].fixes
        time.sleep(3)  # for its check to end
        before = after
    (fix,) = [fix for fix in found["HashMap"].fixes if fix.title.startswith("Import")]
    assert fix.changes[0].new.startswith("use std::collections::HashMap;\n")


JAVA = """package shop;

public class Main {
    enum Kind { SMALL, LARGE }

    static int size(Kind kind) {
        return switch (kind) {
            case SMALL -> 1;
            case LARGE -> 2;
        };
    }

    public static void main(String[] args) {
        System.out.println(size(Kind.SMALL));
    }
}
"""
ECLIPSE = {
    ".project": "<projectDescription><name>shop</name><buildSpec><buildCommand>"
    "<name>org.eclipse.jdt.core.javabuilder</name></buildCommand></buildSpec>"
    "<natures><nature>org.eclipse.jdt.core.javanature</nature></natures></projectDescription>",
    ".classpath": '<classpath><classpathentry kind="src" path="src"/><classpathentry kind="con"'
    ' path="org.eclipse.jdt.launching.JRE_CONTAINER"/><classpathentry kind="output" path="bin"/></classpath>',
}


def test_jdtls(servers: Open, tmp_path: Path) -> None:
    path = "src/shop/Main.java"
    one = servers("jdtls", {**ECLIPSE, path: JAVA})
    after = JAVA.replace("size(Kind.SMALL)", '"😀" + sze(Kind.SMALL) + List.of(1)')
    (tmp_path / path).write_text(after, encoding="utf-8")
    found = said(one, path, JAVA, after)
    assert found["sze"].family is Family.MEMBER
    assert found["sze"].fixes[0].changes == (Replacement(path, after.index("sze"), "sze", "size"),)
    assert found["List"].family is Family.NAME
    assert any(fix.changes[0].new.strip() == "import java.util.List;" for fix in found["List"].fixes)
    lacking = JAVA.replace("            case LARGE -> 2;\n", "")
    (tmp_path / path).write_text(lacking, encoding="utf-8")
    assert said(one, path, after, lacking, "kind")["kind"].family is Family.MATCH


ORPHAN = """
import sys, time
from pathlib import Path
from engine.config import Settings
from engine.lsp import Servers
from engine.diff import hunks
from engine.intents import propose
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
