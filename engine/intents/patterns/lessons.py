"""What the examples of an edit teach: templates, how often each was seen, and how far it may be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.intents.lexer import lex
from engine.intents.patterns.example import Example
from engine.intents.patterns.learn import widened
from engine.intents.patterns.template import Change, Element, Lit, Template, significant, telling
from engine.intents.patterns.unify import unified

_CONSTANTS = frozenset(("True", "False", "None", "true", "false", "null", "nil", "-"))


@dataclass(frozen=True, slots=True)
class Lesson:
    """A template with how often it was seen and how far it may be trusted."""

    template: Template
    seen: int
    rule: float
    sample: Example
    places: tuple[int, ...]
    """Where it was made in the file of the newest example, in the text after."""


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
