"""Simulated changes of written types after which nothing follows."""

from __future__ import annotations

import random
import re
from typing import Final

from trainer.simulate.refining.closed import leaks
from trainer.simulate.refining.retyping import Draft, Work
from trainer.simulate.refining.spots import is_type
from trainer.simulate.source import Change

_TYPED: Final = {
    "python": r"^[ \t]+(?P<name>[a-z_]\w*): (?P<type>[A-Za-z][\w.\[\], |]*?) = (?P<value>[^\n]+)$",
    "typescript": r"^[ \t]+(?:const|let) (?P<name>\w+): (?P<type>[A-Za-z][\w.<>\[\] |]*?)"
    r" = (?P<value>[^\n]+)$",
    "java": r"^[ \t]+(?:final )?(?P<type>[A-Z][\w.]*(?:<[^;=(){}]*>)?) (?P<name>[a-z]\w*)"
    r" = (?P<value>[^\n]+)$",
    "go": r"^[ \t]+var (?P<name>\w+) (?P<type>[*\w.\[\]]+)(?P<value>(?: = [^\n]+)?)$",
    "rust": r"^[ \t]+let (?:mut )?(?P<name>\w+): (?P<type>[&\w:<>, ]+?) = (?P<value>[^\n]+)$",
}
_COMMA: Final = re.compile(r"(?<=\w), (?=\w)|(?<=\w),(?=\w)| \| ")
_ALIAS: Final = {
    "python": r"^(?:type )?[A-Z_]\w+(?:: (?:t\.|typing\.)?TypeAlias)? = (?P<type>(?:t\.|typing\.)?"
    r"(?:Union|Optional|Callable|List|Dict|Tuple|Type|dict|list|tuple|Literal)\[[^\n]+\])$",
    "typescript": r"^(?:export )?type \w+ = (?P<type>[\w<>\[\]| ,]+?);?$",
    "go": r"^type \w+ (?P<type>[\[\]*\w.]*(?:string|int|int64|byte))$",
    "rust": r"^(?:pub )?type \w+(?:<[^>\n]*>)? = (?P<type>[\w<>:, ]+);$",
}
_TOLD: Final = r"(?<=\w\)) ?$x\b|\b$x as\b|\b(?:cast|isinstance)\([^()\n]*\b$x\b|\b$x instanceof\b|\b$x\.\("
"""A cast or a test of a local, which may say its new type."""
_WORD: Final = re.compile(r"\b(?:str|string|int|bool|number|String|u32|u64|usize|[A-Z][a-z]\w+)\b")


def local(work: Work, rng: random.Random) -> Draft | None:
    """A local whose value goes nowhere, and is not made of its type."""
    tree = work.tree
    path = rng.choice(tree.paths)
    found = list(re.finditer(_TYPED[tree.language], tree.texts[path], re.MULTILINE))
    if not found:
        return None
    match = rng.choice(found)
    functions = tree.shapes(path).functions(match.start("name"), match.start("name") + 1)
    around = [one for one in functions if 0 <= one.body_start <= match.start("name") < one.body_end]
    old = match["type"]
    head = re.findall(r"\w+", old)
    if not around or not head or not is_type(old):
        return None
    made = re.search(rf"\b(?:{'|'.join(map(re.escape, head))})\b", match["value"])
    known = re.fullmatch(r"(?:this\.|self\.)?\w+(?:\(.*\))?;?", match["value"]) or "(" in match["value"]
    if made or known or leaks(tree.language, work.body(path, around[-1]), match["name"]):
        return None
    if re.search(_TOLD.replace("$x", match["name"]), work.body(path, around[-1])):
        return None
    new = work.other([path], old, rng)
    return Draft("quiet/local", path, (Change(match.start("type"), old, new),), ()) if new else None


def layout(work: Work, rng: random.Random) -> Draft | None:
    """Blanks inside a written type."""
    drawn = work.parameters.draw(rng)
    if drawn is None:
        return None
    path, (function, parameter) = drawn
    start, text = rng.choice(
        [(parameter.type_start, parameter.type), (function.returns_start, function.returns)]
    )
    found = list(_COMMA.finditer(text)) if start >= 0 else []
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    new = old.strip() if old != old.strip() else ", "
    return Draft("quiet/layout", path, (Change(start + match.start(), old, new),), ())


def alias(work: Work, rng: random.Random) -> Draft | None:
    """The type behind a name of its own."""
    tree = work.tree
    if tree.language not in _ALIAS:
        return None
    path = rng.choice(tree.paths)
    found = list(re.finditer(_ALIAS[tree.language], tree.texts[path], re.MULTILINE))
    if not found:
        return None
    match = rng.choice(found)
    words = list(_WORD.finditer(match["type"]))
    if not words:
        return None
    word = rng.choice(words)
    new = work.other([path], word.group(), rng)
    trigger = Change(match.start("type") + word.start(), word.group(), new)
    return Draft("quiet/alias", path, (trigger,), ()) if new else None


def unfollowed(work: Work, rng: random.Random) -> Draft | None:
    """A parameter whose value is only used; the same name and type may stand in other functions."""
    drawn = work.confined(rng)
    if drawn is None:
        return None
    path, function, parameter = drawn
    name, body = re.escape(parameter.name), work.body(path, function)
    asked = re.search(rf"\b{name}\b\s*(?:[!?]|is\b|=[^=])|\({name} as", body)
    if asked or re.search(_TOLD.replace("$x", name), body):
        return None
    if parameter.default or parameter.is_field or parameter.optional:
        return None
    new = work.other([path], parameter.type, rng)
    trigger = Change(parameter.type_start, parameter.type, new)
    return Draft("quiet/unfollowed", path, (trigger,), ()) if new else None
