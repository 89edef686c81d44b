"""A parameter comes whose type or default must be imported first: the import and the calls follow."""

from __future__ import annotations

import random
import re
from typing import Final

from engine.syntax.grammars import grammar
from trainer.simulate import imports
from trainer.simulate.imported import MOST_LINES, Imported, Used, cut, is_ordinary
from trainer.simulate.mixing.apart import placed
from trainer.simulate.mixing.draft import Draft
from trainer.simulate.order import EARLY
from trainer.simulate.signing.adding import declared, doubtful, given, has, is_documented, place_for
from trainer.simulate.signing.callables import Callable, Callables
from trainer.simulate.source import Change, join_name, split_name
from trainer.simulate.trajectory import Step, undone
from trainer.simulate.tree import parsed

_TYPES: Final = {
    "python": r"(?<=: ){name}(?= ?[,)=])",
    "typescript": r"(?<=\w: ){name}(?= ?[,)=])",
    "java": r"(?<=[(,\s]){name}(?= \w+[,)])",
    "go": r"(?<=\w )\*?{name}\.[A-Z]\w*(?=[,)])",
    "rust": r"(?<=\w: )&?{name}(?=[,)])",
}
"""How a parameter of an imported type is written."""
_DEFAULTS: Final = frozenset({"python", "javascript", "typescript"})
_LIKE: Final = {"python": "a_b", "rust": "a_b"}


def imported_type(imported: Imported, draws: Callables, rng: random.Random) -> Draft | None:
    """A function takes one thing more, of a type that its file does not import yet."""
    tree = imported.tree
    found = draws.draw(rng)
    if found is None or len(found.definitions) > 1 or is_documented(tree, found):
        return None
    path = found.head.path
    used = _one(imported, path, rng)
    if used is None:
        return None
    before = _without(imported, used)
    if before is None:
        return None
    text, back = before
    made = _parameter(imported, draws, found, used, rng)
    if made is None:
        return None
    kind, declaration, calls = made
    chain = tree.chain("signature", kind, {one: tree.texts[one] for one in tree.paths}, declaration, calls)
    moved = placed(chain, {**tree.texts, path: text})
    if moved is None:
        return None
    needed = (path, back)
    return Draft(kind, {path: text}, moved.trigger, [needed, *moved.steps], {needed: EARLY})


def _one(imported: Imported, path: str, rng: random.Random) -> Used | None:
    """An import of the file that is used on a few lines outside of heads, and that can be guessed."""
    found = [
        one
        for one in imported.used(path)
        if one.item.kind in {"name", "default", "module"}
        and len(one.lines) <= MOST_LINES
        and not any(imports.is_header(imported, path, line) for line in one.lines)
        and not one.statement.public
    ]
    used = rng.choice(found) if found else None
    if used is None or not (imported.is_knowable(used) and imported.is_in_order(used)):
        return None
    return used if is_ordinary(imported.tree.texts[path], used.statement) else None


def _without(imported: Imported, used: Used) -> tuple[str, Change] | None:
    """The file as it was before anything of the import stood in it, and what brings the import back."""
    text = imported.tree.texts[used.path]
    gone = cut(text, used.statement, [used.item])
    lines = imports.whole_lines(text, used.lines)
    if gone is None or any(one.start < gone.end and gone.start < one.end for one in lines):
        return None
    before, back = undone(text, [gone, *lines])
    if used.item.local in re.findall(r"\w+", before) or parsed(used.path, before).errors():
        return None
    return before, back[0]


def _parameter(
    imported: Imported, draws: Callables, found: Callable, used: Used, rng: random.Random
) -> tuple[str, tuple[str, tuple[Change, ...]], list[Step]] | None:
    """A parameter of the imported type with what calls give for it, or one with the import as default."""
    tree, language, name = imported.tree, imported.tree.language, used.item.local
    known = grammar(language)
    pattern = _TYPES.get(language)
    type_ = tree.commonest(re.compile(pattern.format(name=re.escape(name)))) if pattern else ""
    own = tree.invented(join_name(split_name(name), _LIKE.get(language, "aB")), rng)
    head = found.head
    if type_ and known is not None:
        if any(doubtful(tree, found, use, own, type_) for use in found.uses):
            return None
        at = place_for(found, rng)
        calls: list[Step] = []
        for use in found.uses:
            change = given(
                tree, found, use, at, own, own if has(tree, found, use, own) else known.zero(type_)
            )
            if change is None:
                return None
            calls.append((use.path, change))
        path, change = declared(tree, head, at, own, type_)
        if type_ not in change.new:
            return None  # the function's parameters have no types
        return "parameter+import", (path, (change,)), calls
    plain = all(one.kind == "plain" and not one.keyword_only for one in head.given)
    if language not in _DEFAULTS or not plain or used.item.kind == "module":
        return None
    path, change = declared(tree, head, len(head.given), own, "", name)
    return "parameter+import/default", (path, (change,)), []
