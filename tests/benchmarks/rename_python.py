"""Renames in three Python projects against jedi's get_references on the same names.

jedi is taken as the truth, also where it is wrong; the JSON lists places on which the two disagree, with
their lines, to be checked by hand. Two tables are made. In the strict one a place is right only if jedi
names it when it is asked at the declaration. jedi is not symmetric, though: asked at that very place it may
name the declaration. The second table counts such places as right, too. In both, what jedi never looks into
is left out on our side (comments, docstrings, names inside string literals: `__all__`, forward annotations),
and so are names for which jedi fails or does not even find the declaration itself.
"""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
import venv
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.intents.lexer import Zones
from tests.benchmarks.common import sdist
from tests.benchmarks.renames import Answer, Definition, Place, Renamer, disagreements, figures

PROJECTS = ("requests", "typer", "attrs")
BACK = 40
"""How many places of one name jedi is asked from."""
KINDS = ("function", "class", "method", "attribute", "parameter", "local", "variable")


def run(options: Namespace) -> dict[str, object]:
    """All projects; micro averages over all names."""
    python = _jedi(options.work)
    names = options.projects or PROJECTS
    projects: dict[str, object] = {}
    strict: list[Answer] = []
    both: list[Answer] = []
    lists: list[dict[str, object]] = []
    for name in names:
        renamer = Renamer(sdist(name, options.work).resolve(), (".py", ".pyi"), model=options.model)
        wanted = sample(renamer.texts, options.seed, options.limit // len(names))
        one_way, two_ways = compare(python, renamer, wanted)
        label = f"{name}: {len(renamer.texts)} files, strictly"
        projects[name] = {"strict": figures(one_way, label), "build_ms": round(renamer.build_ms)}
        lists += disagreements(two_ways, renamer)
        strict += one_way
        both += two_ways
    return {
        "truth": "jedi get_references, scope=project, limit of parsed files lifted",
        "projects": projects,
        "strict": figures(strict, "all projects, jedi asked at the declaration only (strict)"),
        "both_ends": figures(both, "all projects, jedi asked from both ends"),
        "disagreements": lists,
    }


def _jedi(work: Path) -> Path:
    folder = work / "jedi"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "jedi"], check=True)
    return python


class Jedi:
    """jedi in a process of its own."""

    def __init__(self, python: Path, renamer: Renamer) -> None:
        side = Path(__file__).with_name("jedi_side.py")
        self.texts = renamer.texts
        self.process = subprocess.Popen(
            [python, side, renamer.root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=renamer.root,
        )

    def ask(self, place: Place, quick: bool = False) -> tuple[frozenset[Place], float, str]:
        """The references from a place, milliseconds, and what went wrong."""
        assert self.process.stdin is not None and self.process.stdout is not None
        path, start = place
        text = self.texts[path]
        line, column = text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1)
        asked = {"path": path, "line": line, "column": column, "quick": quick}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return _offsets(answer["places"] or [], self.texts), answer["ms"], answer["problem"] or ""

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def compare(
    python: Path, renamer: Renamer, wanted: Sequence[Definition]
) -> tuple[list[Answer], list[Answer]]:
    """Both answers for each definition: strictly, and with jedi asked from both ends."""
    jedi = Jedi(python, renamer)
    strict: list[Answer] = []
    both: list[Answer] = []
    for definition in wanted:
        own = (definition.path, definition.start)
        places, took, problem = jedi.ask(own)
        if own not in places:
            print(f"  left out: {definition} {problem}", file=sys.stderr)
            continue
        truth = places - {own}
        ours, spent, _ = renamer.rename(definition)
        ours = frozenset(place for place in ours if place in truth or not _in_string(renamer, place))
        strict.append(Answer(definition, ours, truth, spent, took))
        back = {place for place in sorted(ours - truth)[:BACK] if own in jedi.ask(place, quick=True)[0]}
        both.append(Answer(definition, ours, truth | back, spent, took))
    jedi.close()
    return strict, both


def _in_string(renamer: Renamer, place: Place) -> bool:
    return Zones(renamer.texts[place[0]], "python").kind(place[1]) == "string"


def _offsets(places: Sequence[tuple[str, int, int]], texts: dict[str, str]) -> frozenset[Place]:
    found: set[tuple[str, int]] = set()
    for path, line, column in places:
        text = texts.get(path)
        if text is not None:
            lines = text.splitlines(keepends=True)
            found.add((path, sum(map(len, lines[: line - 1])) + column))
    return frozenset(found)


# -- which names


def sample(texts: dict[str, str], seed: int, limit: int) -> list[Definition]:
    """About `limit` definitions, as many of each kind, from the library and not from its tests."""
    by_kind: dict[str, list[Definition]] = {kind: [] for kind in KINDS}
    for path, text in sorted(texts.items()):
        if path.endswith(".py") and not {"tests", "docs", "docs_src", "scripts"} & set(Path(path).parts):
            for definition in definitions(path, text):
                by_kind[definition.kind].append(definition)
    chosen = random.Random(seed)
    found: list[Definition] = []
    for kind in KINDS:
        pool = by_kind[kind]
        found += chosen.sample(pool, min(len(pool), max(1, limit // len(KINDS))))
    return found


def definitions(path: str, text: str) -> Iterator[Definition]:
    """The first definition of each name in each scope of a file."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for name, kind, line, column in _walk(tree, "module"):
        row = lines[line - 1]
        start = starts[line - 1] + len(row.encode()[:column].decode())
        start = text.find(name, start)
        special = (name.startswith("__") and name.endswith("__")) or name in ("_", "self", "cls")
        if not special and text[start : start + len(name)] == name:
            yield Definition(path, start, name, kind)


def _walk(node: ast.AST, scope: str) -> Iterator[tuple[str, str, int, int]]:
    seen: set[str] = set()
    for child in _scope(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if child.name not in seen and scope in ("module", "class"):
                    kind = "function" if scope == "module" else "method"
                    word = "def " if isinstance(child, ast.FunctionDef) else "async def "
                    yield child.name, kind, child.lineno, child.col_offset + len(word)
                for argument in (*child.args.posonlyargs, *child.args.args, *child.args.kwonlyargs):
                    yield argument.arg, "parameter", argument.lineno, argument.col_offset
                if scope == "class" and child.name == "__init__":
                    yield from _attributes(child)
                yield from _walk(child, "function")
                seen.add(child.name)
            case ast.ClassDef():
                if scope == "module":
                    yield child.name, "class", child.lineno, child.col_offset + len("class ")
                yield from _walk(child, "class")
            case (
                ast.Assign(targets=[ast.Name(id=name) as target])
                | ast.AnnAssign(target=ast.Name(id=name) as target)
            ):
                if name not in seen:
                    kind = {"module": "variable", "class": "attribute"}.get(scope, "local")
                    yield name, kind, target.lineno, target.col_offset
                seen.add(name)


def _scope(node: ast.AST) -> Iterator[ast.AST]:
    """The statements of one scope, those of `if`, `try` and `with` included."""
    for child in ast.iter_child_nodes(node):
        yield child
        if isinstance(child, ast.If | ast.Try | ast.With | ast.For | ast.While | ast.ExceptHandler):
            yield from _scope(child)


def _attributes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str, int, int]]:
    seen: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store(), value=ast.Name(id="self")) if name not in seen:
                seen.add(name)
                yield name, "attribute", node.lineno, node.col_offset + len("self.")
