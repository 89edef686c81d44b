"""The same replacement made before is offered where its left side still stands.

Works on text tokens alone, in any language: `example` cuts replacements out of an edit, `learn` widens and
generalises them to templates, and this module decides how far a template may be trusted and where it stands.
Beside them come echoes: the very text that was replaced, wherever it stands, as sure as histories say; and
siblings: what was inserted beside a line comes beside the other lines that handle the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from engine.intents.lexer import Token, lex, shape_of, zones
from engine.intents.order import MAX_WEAK, WEAK
from engine.intents.patterns.beside import insertion
from engine.intents.patterns.echo import Echo, common, echoes
from engine.intents.patterns.evidence import chance
from engine.intents.patterns.example import Example, examples, in_code, line_start, window_end
from engine.intents.patterns.kinship import siblings
from engine.intents.patterns.lessons import Lesson, lessons
from engine.intents.patterns.nearby import Texts, distance, node_of, others, same_folder
from engine.intents.patterns.template import (
    DEFINERS,
    Lit,
    Match,
    Template,
    anchor_index,
    matches,
    significant,
    telling,
)
from engine.intents.patterns.twins import Block, Where, blocks, twins
from engine.types import Edit, IntentKind, NodeKind, Relation, Site, Trigger

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
ALONE = WEAK - 0.01
"""The most that is made of an echo which structure alone is not to show."""
SHOWN = 40
"""Characters of a line that is named to the person."""
MAX_UNSURE = 4
"""Siblings that structure alone would not show."""
LEAST = 0.05
"""The chance from which on an echo is worth a look."""
Effect = tuple[str, int, str, str]
"""Path, start, old and new text of a change, without what stays as it is at both ends."""
_BEHIND = re.compile(r"[^\S\n]*(?:\w+|[^\w\s])")
_BEFORE = re.compile(r"(?:\w+|[^\w\s])[^\S\n]*\Z")
_ZONES = {"comment": NodeKind.COMMENT, "string": NodeKind.STRING}


def propose(edit: Edit, recent: Sequence[Edit], index: Texts) -> tuple[Site, ...]:
    """Places in the project where a replacement of this edit could be made again."""
    sites = {effect(site): site for site in islice(_gone(edit, recent, index), MAX_SITES // 2)}
    for site in islice(_taught(edit, recent, index), MAX_SITES):
        held = sites.get(effect(site))
        if held is None or held.rule < site.rule:
            sites[effect(site)] = site
    for site in _echoed(edit, recent, index):
        _add(sites, site)
    for site in _beside(edit, recent, index):
        sites.setdefault(effect(site), site)
    return tuple(islice(sites.values(), MAX_SITES))


def _add(sites: dict[Effect, Site], echo: Site) -> None:
    """Put an echo beside what was found: the same change becomes as sure as it, a wider one at least so."""
    same = sites.get(effect(echo))
    if same is not None:
        sites[effect(echo)] = replace(same, rule=echo.rule)
        return
    wider = next((key for key, site in sites.items() if _covers(site, echo)), None)
    if wider is None:
        sites[effect(echo)] = echo
    elif sites[wider].rule < echo.rule:
        sites[wider] = replace(sites[wider], rule=echo.rule)


def _covers(site: Site, echo: Site) -> bool:
    """Whether a site has more of a text than an echo that stands in it."""
    return site.path == echo.path and site.start < echo.end and echo.start < site.end


def effect(site: Site) -> Effect:
    """What a draft changes: the same for two sites that differ only in how much around it they name."""
    old, new, start = site.old, site.draft or "", site.start
    tail = common(old[::-1], new[::-1])
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    head = common(old, new)
    return site.path, start + head, old[head:], new[head:]


def _taught(edit: Edit, recent: Sequence[Edit], index: Texts) -> Iterator[Site]:
    """Where the templates that an edit teaches stand."""
    own = [example for example in examples(edit)[:MAX_EXAMPLES] if not _declares(example, index)]
    own = in_code(edit, own)
    if not own:
        return
    past = [
        example for earlier in recent[-4:] for example in in_code(earlier, examples(earlier)[:MAX_EXAMPLES])
    ]
    for lesson in lessons(own, past):
        yield from _sites(lesson, edit, own, index)


def _echoed(edit: Edit, recent: Sequence[Edit], index: Texts) -> list[Site]:
    """Where the very text that was replaced still stands, surest first; many of the unsure are left out."""
    found = _whole([(_sure(chance(echo, edit.path), echo), echo) for echo in echoes(edit, recent, index)])
    found = sorted((one for one in found if one[0] >= LEAST), key=lambda one: -one[0])
    unsure = 0
    sites = []
    for rule, echo in found:
        unsure += rule < WEAK
        site = _echo_site(rule, echo, edit, index) if unsure <= MAX_WEAK else None
        if site is not None:
            sites.append(site)
    return sites


def _whole(found: Sequence[tuple[float, Echo]]) -> list[tuple[float, Echo]]:
    """Where all changes of a line can be made again, no part of them is offered alone, but all as surely."""
    spans: dict[str, list[tuple[int, int, int]]] = {}
    for at, (_, echo) in enumerate(found):
        if echo.replacement.joined:
            spans.setdefault(echo.path, []).append((*_span(echo), at))
    for listed in spans.values():
        listed.sort()
    rules = [rule for rule, _ in found]
    parts = set()
    for number, (rule, echo) in enumerate(found):
        start, end = _span(echo)
        listed = spans.get(echo.path, [])
        before = bisect_right(listed, start, key=lambda span: span[0]) - 1 if listed else -1
        if before >= 0 and not echo.replacement.joined and end <= listed[before][1]:
            at = listed[before][2]
            rules[at] = max(rules[at], rule)
            parts.add(number)
    return [(rules[at], echo) for at, (_, echo) in enumerate(found) if at not in parts]


def _span(echo: Echo) -> tuple[int, int]:
    return echo.start, echo.start + len(echo.replacement.old)


def _sure(rule: float, echo: Echo) -> float:
    """A chance; what becomes of a name that was exchanged once is for `rename` to say, or for the model."""
    one = echo.replacement
    names = one.old.isidentifier() and one.new.isidentifier()
    return min(rule, ALONE) if names and echo.made.times == 1 and echo.zone is None else rule


def _echo_site(rule: float, echo: Echo, edit: Edit, index: Texts) -> Site | None:
    """The place with a neighbour where the old text is blank, so that it can be checked to stand."""
    one, text = echo.replacement, index.text_of(echo.path)
    if text is None:
        return None
    start, old, new = echo.start, one.old, one.new
    if not old.strip():
        beside = _BEHIND.match(text, start + len(old))
        if beside is not None:
            old, new = old + beside.group(), new + beside.group()
        elif (before := _BEFORE.search(text, max(0, start - MAX_LENGTH), start)) is not None:
            start, old, new = before.start(), before.group() + old, before.group() + new
    end = start + len(old)
    node = node_of(old, text[end : end + 1], text[max(0, start - 1) : start])
    return Site(
        path=echo.path,
        start=start,
        old=old,
        draft=new,
        intent=IntentKind.REPEAT,
        node=_ZONES.get(echo.zone or "", node),
        relation=Relation.TEXTUAL,
        distance=distance(edit, one.start, echo.path, start),
        trigger=Trigger.PATTERN if echo.made.times == 1 else Trigger.PATTERN_AGAIN,
        rule=round(rule, 3),
        why=_why("replacement was made", echo.made.times, edit.path),
    )


def _beside(edit: Edit, recent: Sequence[Edit], index: Texts) -> Iterator[Site]:
    """Where siblings of the inserted lines could be inserted; only a few of the unsure."""
    unsure = 0
    for rule, place in siblings(edit, recent, index):
        unsure += rule < WEAK
        text = index.text_of(place.path) if unsure <= MAX_UNSURE or rule >= WEAK else None
        if text is None:
            continue
        start, old, new = insertion(place, text)
        yield Site(
            path=place.path,
            start=start,
            old=old,
            draft=new,
            intent=IntentKind.REPEAT,
            node=NodeKind.STATEMENT,
            relation=Relation.TEXTUAL,
            distance=distance(edit, place.lesson.at, place.path, start),
            trigger=Trigger.PATTERN if place.times == 1 else Trigger.PATTERN_AGAIN,
            rule=round(rule, 3),
            why=f"beside `{place.line.text[:SHOWN]}`, as in {edit.path}",
        )


def _why(what: str, times: int, path: str) -> str:
    return f"the same {what} {'once' if times == 1 else f'{times} times'} in {path}"


def _gone(edit: Edit, recent: Sequence[Edit], index: Texts) -> Iterator[Site]:
    """Where whole lines that were deleted still stand."""
    for block in blocks(edit, recent[-4:]):
        found = _twins_of(block, edit, index)
        yield from found if block.rule("file") >= WEAK else islice(found, MAX_WEAK)


def _twins_of(block: Block, edit: Edit, index: Texts) -> Iterator[Site]:
    """The places of one block: the edited file first, then other files."""
    for path, text in ((edit.path, edit.after), *others(block.words, edit.path, index)):
        rule = block.rule(_where(edit.path, path))
        for start, end in twins(block, text) if rule else ():
            if zones(text, path).kind(start) is None:
                yield Site(
                    path=path,
                    start=start,
                    old=text[start:end],
                    draft="",
                    intent=IntentKind.REPEAT,
                    node=NodeKind.OTHER,
                    relation=Relation.TEXTUAL,
                    distance=distance(edit, block.at, path, start),
                    trigger=Trigger.PATTERN if block.seen == 1 else Trigger.PATTERN_AGAIN,
                    rule=rule,
                    why=_why("lines were deleted", block.seen, edit.path),
                )


def _where(path: str, other: str) -> Where:
    if path == other:
        return "file"
    return "folder" if same_folder(path, other) else "far"


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


def _sites(lesson: Lesson, edit: Edit, own: Sequence[Example], index: Texts) -> Iterator[Site]:
    """The places of one lesson: the edited file first, outward from the edit, then other files."""
    found = list(_in_text(lesson.template, edit.path, edit.after))
    lesson = replace(lesson, rule=lesson.rule * _patience(lesson, [match.start for match in found]))
    found.sort(key=lambda match: abs(match.start - lesson.sample.start))
    for match in found:
        if not any(match.start < e.end and e.start < match.end for e in own):
            yield _site(lesson, edit, edit.path, edit.after, match)
    names = {lit.text for lit in lesson.template.literals if lit.kind == "name" and telling(lit)}
    for path, text in others(names, edit.path, index):
        for match in _in_text(lesson.template, path, text):
            yield _site(lesson, edit, path, text, match)


def _patience(lesson: Lesson, standing: Sequence[int]) -> float:
    """What is left of a rule where the person has gone past places at which the left side still stands."""
    if any(min(lesson.places) < start < max(lesson.places) for start in standing):
        return SKIPPED
    return PASSED if any(start < min(lesson.places) for start in standing) else 1.0


def _in_text(template: Template, path: str, text: str) -> Iterator[Match]:
    """Every place of a text where the left side stands in code."""
    anchor = template.flat[anchor_index(template)][0]
    if not isinstance(anchor, Lit):
        return
    shape = shape_of(path)
    last = -1
    at = text.find(anchor.text)
    while at >= 0:
        window = _window(text, at) if _stands_alone(text, at, anchor) else None
        if window is not None:
            tokens = significant(lex(text[window[0] : window[1]], shape, window[0]))
            place = next((k for k, t in enumerate(tokens) if t.start == at and t.text == anchor.text), None)
            for match in matches(template, text, tokens, place) if place is not None else ():
                if (
                    match.start >= last
                    and zones(text, path).kind(match.start) is None
                    and len(match.old) <= MAX_LENGTH
                ):
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
    return Site(
        path=path,
        start=match.start,
        old=match.old,
        draft=match.new,
        intent=IntentKind.REPEAT,
        node=node_of(match.old, text[match.end : match.end + 1], text[max(0, match.start - 1) : match.start]),
        relation=Relation.TEXTUAL,
        distance=distance(edit, lesson.sample.start, path, match.start),
        trigger=Trigger.PATTERN if lesson.seen == 1 else Trigger.PATTERN_AGAIN,
        rule=round(max(0.02, rule), 3),
        why=_why("replacement was made", lesson.seen, lesson.sample.path),
    )
