"""Renames in three Python projects against jedi's get_references on the same names.

jedi is taken as the truth, also where it is wrong; the JSON lists places on which the two disagree, with
their lines, to be checked by hand. Comments and docstrings are left out of the comparison on both sides, and
so are names for which jedi fails or does not even find the declaration itself.
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

from tests.benchmarks.common import sdist
from tests.benchmarks.renames import Answer, Definition, Renamer, disagreements, figures

PROJECTS = ("requests", "typer", "attrs")
KINDS = ("function", "class", "method", "attribute", "parameter", "local", "variable")


def run(options: Namespace) -> dict[str, object]:
    """All projects; micro averages over all names."""
    python = _jedi(options.work)
    answers: list[Answer] = []
    report: dict[str, object] = {"truth": "jedi get_references, scope=project", "projects": {}}
    lists: list[dict[str, object]] = []
    for name in options.projects or PROJECTS:
        root = sdist(name, options.work).resolve()
        renamer = Renamer(root, (".py", ".pyi"), model=options.model)
        wanted = sample(renamer.texts, options.seed, options.limit // len(options.projects or PROJECTS))
        found = compare(python, renamer, wanted)
        report["projects"][name] = figures(found, f"{name}: {len(renamer.texts)} files")  # type: ignore[index]
        lists += disagreements(found, renamer)
        answers += found
    report["all"] = figures(answers, "all projects, micro average")
    report["disagreements"] = lists
    return report


def _jedi(work: Path) -> Path:
    folder = work / "jedi"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "jedi"], check=True)
    return python


def compare(python: Path, renamer: Renamer, wanted: Sequence[Definition]) -> list[Answer]:
    """Both answers for each definition."""
    side = Path(__file__).with_name("jedi_side.py")
    process = subprocess.Popen(
        [python, side, renamer.root],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=renamer.root,
    )
    assert process.stdin is not None and process.stdout is not None
    answers: list[Answer] = []
    for definition in wanted:
        text = renamer.texts[definition.path]
        column = definition.start - (text.rfind("\n", 0, definition.start) + 1)
        asked = {
            "path": definition.path,
            "line": text.count("\n", 0, definition.start) + 1,
            "column": column,
        }
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        places = _offsets(answer["places"] or [], renamer.texts)
        own = (definition.path, definition.start)
        if own not in places:
            print(f"  left out: {definition} {answer['problem'] or ''}", file=sys.stderr)
            continue
        ours, spent, _ = renamer.rename(definition)
        answers.append(Answer(definition, ours, frozenset(places - {own}), spent, answer["ms"]))
    process.stdin.close()
    process.wait()
    return answers


def _offsets(places: Sequence[tuple[str, int, int]], texts: dict[str, str]) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    for path, line, column in places:
        text = texts.get(path)
        if text is not None:
            lines = text.splitlines(keepends=True)
            found.add((path, sum(map(len, lines[: line - 1])) + column))
    return found


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
    for name, kind, line, column in _walk(tree, "module", ""):
        row = lines[line - 1]
        start = starts[line - 1] + len(row.encode()[:column].decode())
        start = text.find(name, start)
        special = (name.startswith("__") and name.endswith("__")) or name in ("_", "self", "cls")
        if not special and text[start : start + len(name)] == name:
            yield Definition(path, start, name, kind)


def _walk(node: ast.AST, scope: str, owner: str) -> Iterator[tuple[str, str, int, int]]:
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
                yield from _walk(child, "function", "")
                seen.add(child.name)
            case ast.ClassDef():
                if scope == "module":
                    yield child.name, "class", child.lineno, child.col_offset + len("class ")
                yield from _walk(child, "class", child.name)
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
