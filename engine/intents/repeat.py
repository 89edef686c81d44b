"""The same replacement made before is offered where its left side still stands.

Works on text tokens alone, in any language: `example` cuts replacements out of an edit, `learn` widens and
generalises them to templates, and this module decides how far a template may be trusted and where it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import PurePosixPath
from typing import Protocol

from engine.intents.lexer import Token, Zones, lex, shape_of
from engine.intents.order import MAX_WEAK, WEAK
from engine.intents.patterns.example import Example, examples, in_code, line_start, window_end
from engine.intents.patterns.learn import widened
from engine.intents.patterns.template import (
    DEFINERS,
    Change,
    Element,
    Lit,
    Match,
    Template,
    anchor_index,
    matches,
    significant,
    telling,
)
from engine.intents.patterns.twins import Block, Where, blocks, twins
from engine.intents.patterns.unify import unified
from engine.syntax.index import Symbol
from engine.types import Distance, Edit, IntentKind, NodeKind, Relation, Site, Trigger

MAX_FILES = 40
MAX_SITES = 200
MAX_EXAMPLES = 24
"""Examples that are looked at in one edit; more is a rewrite, of which the first few tell enough."""
MAX_LENGTH = 240
"""Characters of a place's old text; longer ones are no repetition a person sees at a glance."""
MAX_WINDOW = 2_000
SKIPPED = 0.4
"""What is left of a rule where a place between two examples was left alone."""
PASSED = 0.7
"""The same where a place before the first example was."""
ELSEWHERE = {1: 0.5, 2: 0.7, 3: 0.9}
"""What is left of a rule in other files, by how often the replacement was seen (3: or more)."""
_CONSTANTS = frozenset(("True", "False", "None", "true", "false", "null", "nil", "-"))
_FAMILIES = ("py pyi", "js jsx mjs cjs ts tsx mts cts", "c h cc cpp cxx hpp hh", "kt kts java", "yml yaml")
_FAMILY = {suffix: family for family in _FAMILIES for suffix in family.split()}


class Texts(Protocol):
    """What is asked of the project index."""

    def files_with(self, name: str) -> list[str]:
        """The files in which the identifier occurs."""
        ...

    def definitions(self, name: str) -> list[Symbol]:
        """Where the name is defined so that others can see it."""
        ...

    def text_of(self, path: str) -> str | None:
        """The present text of a file."""
        ...


@dataclass(frozen=True, slots=True)
class Lesson:
    """A template with how often it was seen and how far it may be trusted."""

    template: Template
    seen: int
    rule: float
    sample: Example
    places: tuple[int, ...]
    """Where it was made in the file of the newest example, in the text after."""


def propose(edit: Edit, recent: Sequence[Edit], index: Texts) -> tuple[Site, ...]:
    """Places in the project where a replacement of this edit could be made again."""
    gone = tuple(islice(_gone(edit, recent, index), MAX_SITES // 2))
    own = [example for example in examples(edit)[:MAX_EXAMPLES] if not _declares(example, index)]
    own = in_code(edit, own)
    if not own:
        return gone
    past = [
        example for earlier in recent[-4:] for example in in_code(earlier, examples(earlier)[:MAX_EXAMPLES])
    ]
    sites = {(site.path, site.start): site for site in gone}
    for lesson in lessons(own, past):
        for site in _sites(lesson, edit, own, index):
            held = sites.get((site.path, site.start))
            if held is None or held.rule < site.rule:
                sites[site.path, site.start] = site
            if len(sites) >= MAX_SITES:
                return tuple(sites.values())
    return tuple(sites.values())


def _gone(edit: Edit, recent: Sequence[Edit], index: Texts) -> Iterator[Site]:
    """Where whole lines that were deleted still stand."""
    for block in blocks(edit, recent[-4:]):
        found = _twins_of(block, edit, index)
        yield from found if block.rule("file") >= WEAK else islice(found, MAX_WEAK)


def _twins_of(block: Block, edit: Edit, index: Texts) -> Iterator[Site]:
    """The places of one block: the edited file first, then other files."""
    for path, text in ((edit.path, edit.after), *_others(block.words, edit.path, index)):
        rule = block.rule(_where(edit.path, path))
        zones: Zones | None = None
        for start, end in twins(block, text) if rule else ():
            zones = zones or Zones(text, shape_of(path))
            if zones.kind(start) is None:
                times = "once" if block.seen == 1 else f"{block.seen} times"
                yield Site(
                    path=path,
                    start=start,
                    old=text[start:end],
                    draft="",
                    intent=IntentKind.REPEAT,
                    node=NodeKind.OTHER,
                    relation=Relation.TEXTUAL,
                    distance=_distance(edit, block.at, path, start),
                    trigger=Trigger.PATTERN if block.seen == 1 else Trigger.PATTERN_AGAIN,
                    rule=rule,
                    why=f"the same lines were deleted {times} in {edit.path}",
                )


def _where(path: str, other: str) -> Where:
    if path == other:
        return "file"
    return "folder" if PurePosixPath(path).parent == PurePosixPath(other).parent else "far"


def _declares(example: Example, index: Texts) -> bool:
    """True where only a name was replaced, at its declaration or assignment: what follows is a rename."""
    changes = example.changes
    if len(changes) != 1 or len(changes[0].old) != 1 or not changes[0].new.isidentifier():
        return False
    at = example.entries.index(changes[0])
    before, after = example.entries[at - 1] if at else None, (*example.entries, None)[at + 1]
    if isinstance(before, Token) and before.text in DEFINERS:
        return True
    if isinstance(after, Token) and after.text in ("=", ":"):
        return True
    defined = index.definitions(changes[0].new)
    return any(one.path == example.path and one.start == example.start for one in defined)


def lessons(own: Sequence[Example], past: Sequence[Example]) -> list[Lesson]:
    """What the newest examples teach, surest first; earlier examples only confirm or generalise."""
    learnt: list[Lesson] = []
    done: set[object] = set()
    for example in own:
        if example.key in done:
            continue
        done.add(example.key)
        others = [other for other in (*own, *past) if other is not example]
        best = max(
            (_lesson(t, example, others) for t in widened(example)), key=lambda x: x.rule, default=None
        )
        if best is not None and best.rule > 0 and best.template not in [x.template for x in learnt]:
            learnt.append(best)
    return sorted(learnt, key=lambda lesson: -lesson.rule)


def _lesson(template: Template, example: Example, others: Sequence[Example]) -> Lesson:
    seen = 1
    places = [example.start]
    for other in others:
        for candidate in _widened_cached(other):
            joined = unified(template, candidate)
            if joined is not None and specific(joined, seen + 1):
                template, seen = joined, seen + 1
                places += [other.start] if other.path == example.path else []
                break
    return Lesson(template, seen, confidence(template, seen), example, tuple(places))


@lru_cache(maxsize=256)
def _widened_cached(example: Example) -> tuple[Template, ...]:
    return tuple(widened(example))


def specific(template: Template, seen: int) -> bool:
    """True when the left side says enough to be looked for.

    Seen once: two telling tokens, or a name of six letters. Seen again: one telling token.
    """
    words = {lit.text for lit in template.literals if telling(lit)}
    return len(words) >= 2 or any(len(word) >= (6 if seen == 1 else 3) for word in words)


def confidence(template: Template, seen: int) -> float:
    """How sure one may be that the replacement is wanted again, 0 where it must not be offered."""
    if not specific(template, seen):
        return 0.0
    words = len({lit.text for lit in template.literals if telling(lit)})
    kind = _kind(template)
    if seen == 1:
        bases = {"literal": 0.0, "local": 0.0, "attribute": 0.1, "called": 0.2, "code": 0.24}
        base = bases[kind]
        return round(min(0.4, base + 0.04 * (words - 1)), 3) if base else 0.0
    kept = any(telling(lit) for lit in template.literals if lit not in _taken(template))
    local = 0.54 if kept else 0.35
    bases = {"literal": 0.5, "local": local, "attribute": 0.55, "called": 0.6, "code": 0.64}
    return round(min(0.8, bases[kind] + 0.05 * min(3, seen - 2) + 0.02 * min(4, words - 1)), 3)


def _taken(template: Template) -> list[Element]:
    return [element for part in template.parts if isinstance(part, Change) for element in part.elements]


def _kind(template: Template) -> str:
    """What is replaced: literals, a name by a name (local, attribute or called), or code."""
    changes = [part for part in template.parts if isinstance(part, Change)]
    old = _taken(template)
    new = [lit for change in changes for lit in _written(change, template.shape)]
    both = [element if isinstance(element, Lit) else None for element in (*old, *new)]
    if old and all(
        lit is not None and (lit.kind in ("number", "string") or lit.text in _CONSTANTS) for lit in both
    ):
        return "literal"
    if (
        len(changes) == 1
        and len(old) == len(new) == 1
        and all(lit is not None and lit.kind == "name" for lit in both)
    ):
        texts = [element.text if isinstance(element, Lit) else "" for element, _ in template.flat]
        at = next(k for k, (element, _) in enumerate(template.flat) if element is old[0])
        if texts[at + 1 : at + 2] == ["("]:
            return "called"
        dotted = texts[at - 1] == "." if at else template.dotted
        return "attribute" if dotted else "local"
    return "code"


def _written(change: Change, shape: str) -> list[Lit | None]:
    """The new tokens of a change; None for a hole."""
    written: list[Lit | None] = []
    for piece in change.new:
        if isinstance(piece, int):
            written.append(None)
        else:
            written.extend(Lit(t.text, t.kind) for t in significant(lex(piece, shape)))
    return written


def _sites(lesson: Lesson, edit: Edit, own: Sequence[Example], index: Texts) -> Iterator[Site]:
    """The places of one lesson: the edited file first, outward from the edit, then other files."""
    found = list(_in_text(lesson.template, edit.path, edit.after))
    lesson = replace(lesson, rule=lesson.rule * _patience(lesson, [match.start for match in found]))
    found.sort(key=lambda match: abs(match.start - lesson.sample.start))
    for match in found:
        if not any(match.start < e.end and e.start < match.end for e in own):
            yield _site(lesson, edit, edit.path, edit.after, match)
    names = {lit.text for lit in lesson.template.literals if lit.kind == "name" and telling(lit)}
    for path, text in _others(names, edit.path, index):
        for match in _in_text(lesson.template, path, text):
            yield _site(lesson, edit, path, text, match)


def _patience(lesson: Lesson, standing: Sequence[int]) -> float:
    """What is left of a rule where the person has gone past places at which the left side still stands."""
    if any(min(lesson.places) < start < max(lesson.places) for start in standing):
        return SKIPPED
    return PASSED if any(start < min(lesson.places) for start in standing) else 1.0


def _others(words: Collection[str], path: str, index: Texts) -> Iterator[tuple[str, str]]:
    """The files that may hold these words, with their texts."""
    for other in _sharing(words, path, index):
        text = index.text_of(other)
        if text is not None:
            yield other, text


def _sharing(names: Collection[str], path: str, index: Texts) -> list[str]:
    """Files of the same language that hold the rarest of the longest names, nearest first."""
    listed = [index.files_with(name) for name in sorted(set(names), key=lambda name: (-len(name), name))[:3]]
    if not listed:
        return []
    family, parent = _family(path), PurePosixPath(path).parent
    rarest = [other for other in min(listed, key=len) if other != path and _family(other) == family]
    rarest.sort(key=lambda other: (PurePosixPath(other).parent != parent, other))
    return rarest[:MAX_FILES]


def _family(path: str) -> str:
    suffix = PurePosixPath(path).suffix.lstrip(".").lower()
    return _FAMILY.get(suffix, suffix)


def _in_text(template: Template, path: str, text: str) -> Iterator[Match]:
    """Every place of a text where the left side stands in code."""
    anchor = template.flat[anchor_index(template)][0]
    if not isinstance(anchor, Lit):
        return
    shape = shape_of(path)
    zones: Zones | None = None
    last = -1
    at = text.find(anchor.text)
    while at >= 0:
        window = _window(text, at) if _stands_alone(text, at, anchor) else None
        if window is not None:
            tokens = significant(lex(text[window[0] : window[1]], shape, window[0]))
            place = next((k for k, t in enumerate(tokens) if t.start == at and t.text == anchor.text), None)
            for match in matches(template, text, tokens, place) if place is not None else ():
                zones = zones or Zones(text, shape)
                if match.start >= last and zones.kind(match.start) is None and len(match.old) <= MAX_LENGTH:
                    last = match.end
                    yield match
        at = text.find(anchor.text, at + len(anchor.text))


def _stands_alone(text: str, at: int, anchor: Lit) -> bool:
    if anchor.kind != "name":
        return True
    around = text[at - 1 : at] + text[at + len(anchor.text) : at + len(anchor.text) + 1]
    return not any(char.isalnum() or char in "_$" for char in around)


def _window(text: str, at: int) -> tuple[int, int]:
    """The line of an offset, and the lines that its open brackets take in."""
    end = window_end(text, at, len(text), at)
    return max(line_start(text, at), at - MAX_WINDOW), min(end, at + MAX_WINDOW)


def _site(lesson: Lesson, edit: Edit, path: str, text: str, match: Match) -> Site:
    rule = lesson.rule
    if not match.familiar:
        rule -= 0.1 if lesson.seen == 1 else 0.02
    if path != edit.path:
        rule *= ELSEWHERE[min(lesson.seen, 3)]
    times = "once" if lesson.seen == 1 else f"{lesson.seen} times"
    return Site(
        path=path,
        start=match.start,
        old=match.old,
        draft=match.new,
        intent=IntentKind.REPEAT,
        node=_node(match.old, text[match.end : match.end + 1], text[max(0, match.start - 1) : match.start]),
        relation=Relation.TEXTUAL,
        distance=_distance(edit, lesson.sample.start, path, match.start),
        trigger=Trigger.PATTERN if lesson.seen == 1 else Trigger.PATTERN_AGAIN,
        rule=round(max(0.02, rule), 3),
        why=f"the same replacement was made {times} in {lesson.sample.path}",
    )


def _node(old: str, after: str, before: str) -> NodeKind:
    if old[:1] in ("'", '"', "`"):
        return NodeKind.STRING
    if "(" in old or after == "(":
        return NodeKind.CALL
    if before == ".":
        return NodeKind.ATTRIBUTE
    return NodeKind.REFERENCE if old.isidentifier() else NodeKind.OTHER


def _distance(edit: Edit, origin: int, path: str, start: int) -> Distance:
    if path != edit.path:
        same = PurePosixPath(path).parent == PurePosixPath(edit.path).parent
        return Distance.SAME_FOLDER if same else Distance.FAR
    low, high = sorted((origin, start))
    lines = edit.after.count("\n", low, high)
    return Distance.SAME_LINE if lines == 0 else Distance.NEAR if lines <= 10 else Distance.SAME_FILE
