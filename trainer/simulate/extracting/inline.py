"""A definition is deleted: what it stood for goes where it was used."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final

from engine.syntax.blocks.pieces import kinds_inside, parent_at, runs, stands, tokens
from engine.syntax.forms import Call, Function
from engine.syntax.occurrences import occurrences
from trainer.simulate.extracting.block import DECLARED
from trainer.simulate.extracting.header import SELVES, locals_at
from trainer.simulate.extracting.text import bound, made, newline
from trainer.simulate.extracting.variable import function_in
from trainer.simulate.source import Change, apply
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree, parsed

MOST: Final = 8
"""Uses of what is deleted."""
_NEW = re.compile(
    r"list$|dictionary|^set|comprehension|^array|object|lambda|arrow|closure|func_literal|function|yield|composite"
    r"|struct_exp|new_exp|creation|match_exp|if_exp|^block|macro|jsx|assignment|spread|splat|class|await|reference"
)
_RETURN = re.compile(r"return\s+([^\n]+?);?")


def variable(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A local with one value is deleted, and its value put where it was read."""
    path = rng.choice(tree.paths)
    around = function_in(tree, path, rng)
    found = definition(tree, path, around, rng) if around is not None else None
    if around is None or found is None:
        return None
    name, start, end, value, last = found
    text, document = tree.texts[path], tree.document(path)
    uses = [
        at
        for word, is_name, at in tokens(document, end, last)
        if word == name and (is_name or _is_short(tree, path, at, name))
    ]
    if not 0 < len(uses) <= (1 if "(" in value else MOST) or _others(
        tree, path, name, around, start, end, uses
    ):
        return None
    names = set(re.findall(r"[A-Za-z_$][\w$]*", value))
    if bound(document, text, names, end, uses[-1]) or tree.around(path, start) != around:
        return None
    cut = whole_lines(text, start, end)
    if cut is None:
        return None
    steps = [_put(tree, path, at, name, value) for at in uses]
    if any(step is None for step in steps):
        return None
    return made(tree, "inline_variable", path, [cut], [step for step in steps if step is not None])


def function(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A function of one expression is deleted, and its body put where it was called."""
    path = rng.choice(tree.paths)
    text = tree.texts[path]
    found = [one for one in tree.shapes(path).functions() if 0 < one.body_end - one.body_start < 200]
    if not found:
        return None
    one = rng.choice(found)
    expression = _expression(tree, path, one)
    calls = tree.shapes(path).calls(one.name)
    places = tree.words.get(one.name, ())
    if "@" in text[one.start : one.name_start] or "#[" in text[one.start : one.name_start]:
        return None
    if (
        expression is None
        or not 0 < len(calls) <= MOST
        or len(places) != len(calls) + 1
        or tree.mentions[one.name] != len(places)
    ):
        return None
    low, high = expression
    document = tree.document(path)
    free = [word for word, is_name, _ in tokens(document, low, high) if is_name and word not in SELVES]
    names = [parameter.name for parameter in one.parameters if parameter.kind == "plain"]
    outer = [name for name in free if name not in names]
    cut = whole_lines(text, one.start, one.end)
    if cut is None or any(locals_at(tree, path, call.start, outer) for call in calls):
        return None
    if any(one.start <= call.start < one.end or not _plain(tree, path, one, call, names) for call in calls):
        return None
    steps = [_body(tree, path, call, low, high, names) for call in calls]
    if any(step is None for step in steps):
        return None
    return made(tree, "inline_function", path, [cut], [step for step in steps if step is not None])


def definition(
    tree: Tree, path: str, around: Function, rng: random.Random
) -> tuple[str, int, int, str, int] | None:
    """Name, start, end and value of some local's definition, and where its block ends."""
    document, text = tree.document(path), tree.texts[path]
    form = re.compile(
        DECLARED[tree.language].replace("{name}", r"(?P<name>[A-Za-z_$][\w$]*)") + r"(?P<value>[^\n]+?);?"
    )
    found = [
        (match, start, end, run.end)
        for run in runs(document, around.body_start, around.body_end)
        for start, end, _ in run.statements
        if (match := form.fullmatch(text[start:end])) is not None
    ]
    if not found:
        return None
    match, start, end, last = rng.choice(found)
    value = match["value"]
    if tree.language == "python":
        last = around.body_end
    at = start + match.start("value")
    if not stands(document, at, at + len(value)) or _new(tree, path, at, at + len(value)):
        return None
    return match["name"], start, end, value, last


def _new(tree: Tree, path: str, start: int, end: int) -> bool:
    """Whether a value is made anew each time, or does something that a use would repeat."""
    return any(_NEW.search(kind) for kind in kinds_inside(tree.document(path), start, end))


def _is_short(tree: Tree, path: str, at: int, name: str) -> bool:
    return any(
        one.start == at and one.role in ("ref", "ref.short") for one in occurrences(tree.document(path), name)
    )


def _others(
    tree: Tree, path: str, name: str, around: Function, start: int, end: int, uses: Sequence[int]
) -> bool:
    """Whether the name is bound elsewhere in the function, or stands where it is no read."""
    document = tree.document(path)
    for one in occurrences(document, name):
        if not around.start <= one.start < around.end or start <= one.start < end:
            continue
        if one.defines or one.role.startswith(("global", "nonlocal", "comment", "docstring", "string")):
            return True
        if one.role.startswith("ref") and one.start not in uses:
            return True
    return bound(document, tree.texts[path], [name], end, around.end) != ""


def whole_lines(text: str, start: int, end: int) -> Change | None:
    """The deletion of whole lines; None where something else stands on them."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    if text[line:start].strip() or text[end:stop].strip(" \t\r;"):
        return None
    after = min(stop + 1, len(text))
    double = newline(text) * 1
    while text.startswith(double, after) and text[:line].endswith(double * 2):
        after += len(double)
    return Change(line, text[line:after], "")


def _put(tree: Tree, path: str, at: int, name: str, value: str) -> Change | None:
    """The value in place of a name, in parentheses where it would be read another way without."""
    text = tree.texts[path]
    if any(one.start == at and one.role == "ref.short" for one in occurrences(tree.document(path), name)):
        return Change(at, name, f"{name}: {value}")
    if parent_at(tree.document(path), at, at + len(name)) == "token_tree":
        alone = text[:at].rstrip()[-1:] in "([," and text[at + len(name) :].lstrip()[:1] in ")],"
        return Change(at, name, value) if alone else None
    for written in (value, f"({value})"):
        change = Change(at, name, written)
        after = parsed(path, apply(text, [change]), tree.document(path))
        if (after.errors() <= tree.errors(path) and stands(after, at, at + len(written))) or written != value:
            return change if after.errors() <= tree.errors(path) else None
    return None


def _expression(tree: Tree, path: str, one: Function) -> tuple[int, int] | None:
    """Where the one expression of a function stands."""
    text = tree.texts[path]
    inside = text[one.body_start : one.body_end].strip()
    base = text.index(inside, one.body_start)
    if inside.startswith("{") and inside.endswith("}"):
        inner = inside[1:-1].strip()
        base, inside = text.index(inner, base + 1) if inner else base, inner
    match = _RETURN.fullmatch(inside)
    if match is not None:
        start, end = base + match.start(1), base + match.end(1)
    elif tree.language in ("rust", "javascript", "typescript") and "\n" not in inside and ";" not in inside:
        start, end = base, base + len(inside)
    else:
        return None
    if (
        "async" in one.modifiers
        or not stands(tree.document(path), start, end)
        or _new(tree, path, start, end)
    ):
        return None
    return (start, end) if end - start > 2 else None


def _plain(tree: Tree, path: str, one: Function, call: Call, names: Sequence[str]) -> bool:
    """Whether a call gives each parameter one plain argument and is made where the body means the same."""
    others = [parameter for parameter in one.parameters if parameter.kind not in ("plain", "self")]
    if (
        others
        or len(call.arguments) != len(names)
        or any(arg.keyword or arg.spread for arg in call.arguments)
    ):
        return False
    if any("\n" in arg.text or "=>" in arg.text or "lambda" in arg.text for arg in call.arguments):
        return False
    if not one.owner:
        return call.callee == one.name
    inner = tree.around(path, call.start)
    return (
        inner is not None
        and inner.owner == one.owner
        and call.callee in (f"self.{one.name}", f"this.{one.name}", one.name)
    )


def _body(tree: Tree, path: str, call: Call, low: int, high: int, names: Sequence[str]) -> Change | None:
    """The body in place of a call, with parentheses where it needs them."""
    text = tree.texts[path]
    given = dict(zip(names, (argument.text for argument in call.arguments), strict=True))
    old = text[call.start : call.end]
    wrapped: set[int] = set()
    for _ in range(2 + len(given)):
        written, spans = _filled(tree, path, low, high, given, wrapped)
        change = Change(call.start, old, written)
        after = parsed(path, apply(text, [change]), tree.document(path))
        loose = [n for n, (a, b) in enumerate(spans) if not stands(after, call.start + a, call.start + b)]
        if not loose:
            whole = stands(after, call.start, call.start + len(written))
            made_so = change if whole else Change(call.start, old, f"({written})")
            errors = parsed(path, apply(text, [made_so]), tree.document(path)).errors()
            return made_so if errors <= tree.errors(path) else None
        wrapped.update(loose)
    return None


def _filled(
    tree: Tree, path: str, low: int, high: int, given: dict[str, str], wrapped: set[int]
) -> tuple[str, list[tuple[int, int]]]:
    """The body with arguments for parameters, and where those came to stand."""
    text = tree.texts[path]
    out, at, spans = "", low, list[tuple[int, int]]()
    for word, is_name, start in tokens(tree.document(path), low, high):
        if is_name and word in given:
            out += text[at:start]
            new = f"({given[word]})" if len(spans) in wrapped else given[word]
            spans.append((len(out), len(out) + len(new)))
            out += new
            at = start + len(word)
    return out + text[at:high], spans
