"""Simulated type refinements that go where a value goes: fields, overrides, constructors, results."""

from __future__ import annotations

import random
import re
from typing import Final

from engine.syntax.forms import Class, Function
from trainer.simulate.refining.closed import closing, exits, functions_at, gives, leaks
from trainer.simulate.refining.exchange import is_standard, known_classes
from trainer.simulate.refining.retyping import Draft, Work, ordered
from trainer.simulate.refining.spots import Field, Spot, is_type
from trainer.simulate.source import Change, Moved, apply
from trainer.simulate.trajectory import Step

_BARE: Final = re.compile(
    r"(?:await )?&?(?:mut )?(?:\w+(?:\.|::))*\w+(?:\([^\n]*\))?\??(?:, (?:nil|err))?;?$"
)
_LOCAL: Final = {
    "python": r"^(?P<head>[ \t]+(?P<name>[a-z_]\w*))(?P<typed>) = (?P<made>[A-Z][a-z]\w*)\(",
    "typescript": r"^(?P<head>[ \t]+(?:const|let) (?P<name>\w+))(?P<typed>) = new (?P<made>[A-Z]\w+)\(",
    "java": r"^(?P<head>[ \t]+(?:final )?)(?P<typed>[A-Z]\w+) (?P<name>\w+) = new (?P<made>[A-Z]\w+)\(",
    "go": r"^(?P<head>[ \t]+(?P<name>\w+))(?P<typed>) := (?P<front>&?)(?P<made>[A-Za-z]\w+)\{",
    "rust": r"^(?P<head>[ \t]+let (?:mut )?(?P<name>\w+))(?P<typed>) = (?P<made>[A-Z]\w+)"
    r"(?=::(?:new|default|from)\(| \{)",
}
_CALL: Final = r"$f(?P<call>\([^;\n]*\))"
_GIVEN: Final = {
    "python": rf"^(?P<head>[ \t]+(?P<name>[a-z_]\w*))(?P<typed>) = (?:self\.|\w+\.)?{_CALL}[ \t]*$",
    "typescript": rf"^(?P<head>[ \t]+(?:const|let) (?P<name>\w+))(?P<typed>) = (?:this\.|\w+\.)?{_CALL};?$",
    "java": rf"^(?P<head>[ \t]+(?:final )?)(?P<typed>$t) (?P<name>\w+) = (?:this\.|[a-z]\w*\.)?{_CALL};",
    "go": rf"^(?P<head>[ \t]+(?P<name>\w+))(?P<typed>) := (?:\w+\.)?{_CALL}[ \t]*$",
}
_PLAIN: Final = re.compile(r"[*&]?\w\w+(?:[<\[][^(){}]*[>\]])?")
_NO_VALUE: Final = frozenset({"None", "void", "Self", "error"})
_CLASS: Final = re.compile(r"[A-Z][a-z]\w+$")


def field_flow(work: Work, rng: random.Random) -> Draft | None:
    """A field, what sets it and what gives it away: one of them is exchanged, the others follow."""
    drawn = work.fields.draw(rng)
    if drawn is None:
        return None
    path, (found, one) = drawn
    spots = _closed(work, path, found, one)
    if spots is None:
        return None
    weights = {"parameter": 5, "field": 4, "result": 2}
    begins = [spot for spot in spots if spot.role in weights and spot.path == path]
    new = work.other([spot.path for spot in spots], one.type, rng)
    made = any(spot.role == "made" for spot in spots)
    if not begins or len(spots) < 2 or not new or (made and not _CLASS.match(new)):
        return None
    first = rng.choices(begins, [weights[spot.role] for spot in begins])[0]
    return _exchange(f"field_flow/{first.role}", first, spots, one.type, new)


def _exchange(kind: str, first: Spot, spots: list[Spot], old: str, new: str) -> Draft:
    """All spots get the new type; the first one is what the person does."""
    changes = {spot: Change(spot.start, spot.text, spot.text.replace(old, new)) for spot in spots}
    steps = [(spot.path, change) for spot, change in changes.items() if spot != first]
    return Draft(
        kind, first.path, (changes[first],), ordered(first.path, first.start, steps), reversible=True
    )


def _closed(work: Work, path: str, found: Class, one: Field) -> list[Spot] | None:
    """The spots of a field with those in other classes and callers; None where more may follow."""
    language = work.tree.language
    spots = list(one.spots)
    functions = _functions(work, path, spots)
    for spot in one.spots:
        function = functions.get(spot.start)
        if spot.role in ("local", "made") and function is None:
            continue
        if function is not None and spot.role == "parameter":
            name = next(p.name for p in function.parameters if p.type_start == spot.start)
            is_field = any(p.is_field for p in function.parameters if p.type_start == spot.start)
            if leaks(language, work.body(path, function), name) != (0 if is_field else 1):
                return None
        if spot.role == "local":
            return None
        if function is not None and not work.is_alone(path, function):
            return None
        if function is not None and spot.role == "result" and gives(work.tree, function.name):
            return None
    return spots


def _functions(work: Work, path: str, spots: list[Spot]) -> dict[int, Function]:
    """The function that each written type of a parameter or result belongs to."""
    found: dict[int, Function] = {}
    for spot in spots:
        for function in functions_at(work.tree, path, spot.start):
            starts = {function.returns_start, *(p.type_start for p in function.parameters)}
            if spot.start in starts:
                found[spot.start] = function
    return found


def override_flow(work: Work, rng: random.Random) -> Draft | None:
    """A parameter or result of a method, in the classes above and below as well."""
    drawn = work.methods.draw(rng)
    if drawn is None:
        return None
    path, (found, method) = drawn
    relatives = work.families.relatives(path, found, method.name) or []
    group = [(path, method), *relatives]
    if work.families.is_overloaded(method.name):
        return None
    slots = [
        (p.name, p.type) for p in method.parameters if p.type_start >= 0 and p.name and p.kind == "plain"
    ]
    slots += [("", method.returns)] if method.returns else []
    rng.shuffle(slots)
    for name, old in slots:
        spots = _same(work, group, method, name, old)
        if spots is None or len(spots) < 2 or old in _NO_VALUE or not is_type(old):
            continue
        if not name and gives(work.tree, method.name):
            continue
        new = work.other([spot.path for spot in spots], old, rng)
        if new:
            first = spots[0] if rng.random() < 0.6 else rng.choice(spots)
            kind = "parameter" if name else "result"
            return _exchange(f"override_flow/{kind}", first, spots, old, new)
    return None


def _same(
    work: Work, group: list[tuple[str, Function]], method: Function, name: str, old: str
) -> list[Spot] | None:
    """The same slot of all methods; None where its value goes on in one of them."""
    spots: list[Spot] = []
    plain = [p for p in method.parameters if p.kind != "self"]
    place = next((number for number, p in enumerate(plain) if p.name == name), -1)
    for path, one in group:
        body = work.body(path, one)
        if not name:
            ways = exits(work.tree.language, body)
            if one.returns != old or any(_BARE.match(way) or _makes(way, old) for way in ways):
                return None
            spots.append(Spot(path, one.returns_start, one.returns, "result"))
            continue
        theirs = [p for p in one.parameters if p.kind != "self"]
        if len(theirs) != len(plain) or theirs[place].type != old:
            return None
        if leaks(work.tree.language, body, theirs[place].name):
            return None
        spots.append(Spot(path, theirs[place].type_start, old, "parameter"))
    return spots


def _makes(way: str, written: str) -> bool:
    """Whether a way out of a function makes an instance of the type."""
    head = re.split(r"[<\[(]", written.lstrip("*&"))[0]
    return bool(re.match(rf"&?(?:new )?{re.escape(head)}\b", way))


def construct(work: Work, rng: random.Random) -> Draft | None:
    """A local with a written type that is set to a new instance: both bear the class."""
    tree = work.tree
    path = rng.choice(tree.paths)
    found = [
        match
        for match in re.finditer(_LOCAL[tree.language], tree.texts[path], re.MULTILINE)
        if match["typed"] in ("", match["made"]) and _CLASS.match(match["made"]) and _is_all(match)
    ]
    pool = sorted(known_classes(tree, path)) if found else []
    if not pool:
        return None
    match = rng.choice(found)
    old, new = match["made"], rng.choice(pool)
    brought = [is_standard(tree.language, one) for one in (old, new)]
    if old == new or brought[0] != brought[1] or _goes_on(work, path, match):
        return None
    before, starts, moved = _annotated(tree.language, tree.texts[path], [match], old)
    step = (path, Change(moved(match.start("made")), old, new))
    return Draft("construct", path, (Change(starts[0], old, new),), (step,), {path: before}, True)


def _is_all(match: re.Match[str]) -> bool:
    """Whether the value is the new instance itself, and nothing that is asked of it."""
    text, end = match.string, match.end()
    if text[end - 1] != "(":
        return True
    behind = text[closing(text, end - 1) :][:40].lstrip()
    return (
        not behind.startswith((".", "[", "(", "?", "!", "if ", "or ", "and ")) and behind[:1] not in "+-*/%|&"
    )


def _goes_on(work: Work, path: str, match: re.Match[str]) -> bool:
    """Whether the value goes to another name, or another value to the local; so too outside of a function."""
    text = work.tree.texts[path]
    around = [one for one in functions_at(work.tree, path, match.start("name")) if one.body_start >= 0]
    if not around:
        return True
    body = text[around[-1].body_start : around[-1].body_end]
    written = len(re.findall(rf"\b{re.escape(match['name'])}\b\s*:?=(?!=)", body))
    return bool(leaks(work.tree.language, body, match["name"])) or written > 1


def _annotated(
    language: str, text: str, found: list[re.Match[str]], written: str
) -> tuple[str, list[int], Moved]:
    """The text with the locals' type written out, where it stands then, and where everything else does."""
    changes: list[Change] = []
    places: list[tuple[int, int]] = []
    for match in found:
        end = match.end("head")
        if match["typed"]:
            places.append((match.start("typed"), 0))
        elif language == "go":
            start = match.start("name")
            sign = text.index(":=", end) + 2
            front = f"var {match['name']} {'*' if match.groupdict().get('front') else ''}"
            changes.append(Change(start, text[start:sign], f"{front}{written} ="))
            places.append((start, len(front)))
        else:
            changes.append(Change(end, "", f": {written}"))
            places.append((end, 2))
    moved = Moved(changes)
    return apply(text, changes), [moved(start) + more for start, more in places], moved


def _is_one_call(text: str) -> bool:
    """Whether the first parenthesis is closed by the last."""
    depth = 0
    for number, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return number == len(text) - 1
    return False


def result_flow(work: Work, rng: random.Random) -> Draft | None:
    """What a function returns, and the locals with a written type that callers keep it in."""
    drawn = work.parameters.draw(rng)
    if drawn is None:
        return None
    path, (function, _) = drawn
    old = function.returns
    language = work.tree.language
    if language not in _GIVEN or old in _NO_VALUE or not _PLAIN.fullmatch(old):
        return None
    if len(work.families.functions(function.name)) != 1 or not work.is_alone(path, function):
        return None
    ways = exits(language, work.body(path, function))
    if any(_BARE.match(way) or _makes(way, old) for way in ways):
        return None
    form = _GIVEN[language].replace("$f", re.escape(function.name)).replace("$t", re.escape(old))
    before: dict[str, str] = {}
    steps: list[Step] = []
    known, at = 0, function.returns_start
    for where in dict.fromkeys(place.path for place in work.tree.words.get(function.name, ())):
        found = [
            match
            for match in re.finditer(form, work.tree.texts[where], re.MULTILINE)
            if _is_one_call(match["call"])
        ]
        if any(_goes_on(work, where, match) for match in found):
            return None
        known += len(found)
        before[where], starts, moved = _annotated(language, work.tree.texts[where], found, old)
        steps += [(where, Change(start, old, old)) for start in starts]
        at = moved(at) if where == path else at
    if not steps or known != gives(work.tree, function.name):
        return None
    new = work.other([path, *(step[0] for step in steps)], old, rng)
    if not new:
        return None
    filled = [(where, Change(change.start, old, new)) for where, change in steps]
    texts = {where: text for where, text in before.items() if where == path or text != work.tree.texts[where]}
    return Draft("result_flow", path, (Change(at, old, new),), ordered(path, at, filled), texts, True)
