"""Simulated renames: the declaration, some uses or one use is renamed; the rest of the symbol follows.

Truth comes from the symbols of the project as it is. Before the developer begins, an unrelated symbol is
often given the same name, or the symbol takes the name of a word that comments use: then the engine sees
doubt where we know.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator

from trainer.simulate.names import renamed
from trainer.simulate.source import Change, Source, style
from trainer.simulate.story import Case, Story
from trainer.simulate.symbols import Symbol, places_by_path

MENTIONS = 0.45
"""How often a developer goes on to the comments and docstrings; in real commits it is less often still."""
_BARE = frozenset({"function", "class", "constant", "variable", "other"})
_LOCAL = frozenset({"local", "parameter"})


def cases(source: Source, shared: list[Symbol], local: list[Symbol], rng: random.Random) -> Iterator[Case]:
    """Decision points without end, drawn from the symbols of one project."""
    heavy = [min(len(symbol.places), 12) for symbol in shared]
    while shared or local:
        of_local = not shared or (local and rng.random() < 0.4)
        symbol = rng.choice(local) if of_local else rng.choices(shared, heavy)[0]
        if len(symbol.places) < 2:
            continue
        name, twins, how = _collide(source, symbol, shared, local, rng)
        story = _before(source, symbol, name, twins)
        new = renamed(name, source, rng)
        text = rng.random() < MENTIONS
        for path, starts in places_by_path(symbol.places if text else symbol.code):
            for start in starts:
                story.plan(path, Change(story.at(path, start), name, new))
        for path, start in symbol.unclear:
            story.doubt(path, story.at(path, start), story.at(path, start) + len(name))
        for twin in twins:
            for path, start in twin.unclear:
                story.doubt(path, story.at(path, start), story.at(path, start) + len(name))
        trigger = _act(story, symbol, rng)
        if trigger:
            yield story.case(f"rename/{symbol.kind}/{how}/{trigger}")


def _collide(
    source: Source, symbol: Symbol, shared: list[Symbol], local: list[Symbol], rng: random.Random
) -> tuple[str, list[Symbol], str]:
    """The name that the symbol bears before the rename, and the symbols that bear it too."""
    draw = rng.random()
    if draw < 0.3:
        return symbol.name, [], "plain"
    if draw < 0.42 and source.prose and symbol.kind != "class" and not symbol.unclear:
        name = rng.choice(source.prose)
        return (name.upper() if symbol.name.isupper() else name), [], "prose"
    wanted = 1 if rng.random() < 0.7 else 2
    twins: list[Symbol] = []
    for _ in range(30):
        other = (
            rng.choice(local)
            if local and (not shared or rng.random() < 0.35)
            else rng.choice(shared or local)
        )
        if style(other.name) != style(symbol.name):
            continue
        apart = all(_apart(other, each) for each in (symbol, *twins)) and not _kin(source, symbol, other)
        if apart and len(other.places) <= 40:
            twins.append(other)
        if len(twins) == wanted:
            break
    if not twins:
        return symbol.name, [], "plain"
    name = rng.choice([symbol.name, twins[0].name, twins[0].name])
    if symbol.kind in _LOCAL and symbol.unclear:
        name = symbol.name
    if name != symbol.name and symbol.kind in _LOCAL and not _unused_near(source, symbol, name):
        name = symbol.name
    for twin in twins:
        if twin.kind in _LOCAL and not _unused_near(source, twin, name):
            return symbol.name, [], "plain"
    if not source.tokens.keys() >= {name} or name not in (symbol.name, *(twin.name for twin in twins)):
        return symbol.name, [], "plain"
    return name, twins, "twin"


def _apart(one: Symbol, other: Symbol) -> bool:
    """Whether two symbols can bear one name without meaning each other anywhere."""
    if one.name == other.name or set(one.places) & set(other.places):
        return False
    if one.kind in _BARE and other.kind in _BARE:
        return not {path for path, _ in one.places} & {path for path, _ in other.places}
    for first, second in ((one, other), (other, one)):
        if first.span is not None and (second.kind in _BARE or second.kind in _LOCAL):
            path, start, end = first.span
            if any(p == path and start <= at < end for p, at in second.places):
                return False
    return not (one.kind in _LOCAL and other.kind in _LOCAL and _nested(one, other))


def _kin(source: Source, one: Symbol, other: Symbol) -> bool:
    """Whether two members may be of one family of classes: one name would make them one thing."""
    if not {one.kind, other.kind} <= {"method", "attribute", "other"}:
        return False
    return bool(
        {source.family_at(*place) for place in (*one.declarations, *one.uses)}
        & {source.family_at(*place) for place in (*other.declarations, *other.uses)}
    )


def _nested(one: Symbol, other: Symbol) -> bool:
    a, b = one.span, other.span
    return bool(a and b and a[0] == b[0] and a[1] < b[2] and b[1] < a[2])


def _unused_near(source: Source, symbol: Symbol, name: str) -> bool:
    """Whether a local's function has no other word `name` in its code."""
    if symbol.span is None:
        return True
    path, start, end = symbol.span
    own = set(symbol.places)
    return not any(
        token.path == path and start <= token.start < end and (path, token.start) not in own
        for token in source.tokens.get(name, ())
    )


def _before(source: Source, symbol: Symbol, name: str, twins: list[Symbol]) -> Story:
    rewriting: dict[str, list[Change]] = defaultdict(list)
    for each in (symbol, *twins):
        if each.name == name:
            continue
        for path, start in each.places:
            rewriting[path].append(Change(start, each.name, name))
    return Story(source, rewriting)


def _act(story: Story, symbol: Symbol, rng: random.Random) -> str:
    """Let the developer begin; the name of what was done, or nothing where that makes no case."""
    home, first = symbol.declarations[0] if symbol.declarations else symbol.places[0]
    opening = _planned(story, home, story.at(home, first))
    if opening is None:
        return ""
    uses = [(path, _planned(story, path, story.at(path, start))) for path, start in symbol.uses]
    others = [(path, change) for path, change in uses if change is not None]
    draw = rng.random()
    if draw < 0.10 and others:
        path, change = rng.choice(others)
        story.do(path, [change])
        return "use"
    if draw < 0.18:
        story.do(home, story.planned(home))
        return "file"
    story.do(home, [opening])
    if draw < 0.62:
        return "declaration"
    if draw < 0.70:
        return _finish(story, symbol, home, rng)
    steps = rng.choice((1, 1, 2, 3))
    for _ in range(steps):
        paths = [path for path in sorted({p for p, _ in symbol.places}) if story.planned(path)]
        if not paths or sum(len(story.planned(path)) for path in paths) < 2:
            return "declaration"
        path = home if home in paths and rng.random() < 0.7 else rng.choice(paths)
        planned = story.planned(path)
        taken = rng.choice((1, 1, 1, 2, 3))
        story.do(
            path, planned[:taken] if rng.random() < 0.8 else rng.sample(planned, min(taken, len(planned)))
        )
    return "on"


def _finish(story: Story, symbol: Symbol, home: str, rng: random.Random) -> str:
    """The whole rename is made; after the last save nothing is left to do."""
    paths = [path for path in sorted({p for p, _ in symbol.places}) if story.planned(path)]
    rng.shuffle(paths)
    paths.sort(key=lambda path: path != home)
    for path in paths:
        story.do(path, story.planned(path))
    return "complete"


def _planned(story: Story, path: str, start: int) -> Change | None:
    """What the plan has at a place; nothing where it is a mention that this developer leaves alone."""
    return next((change for change in story.planned(path) if change.start == start), None)
