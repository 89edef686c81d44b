"""Simulated repeats: one replacement at several places, after one to three examples; often only at some."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from trainer.simulate.recipes import Recipe, Spot, by_key, doubtful, draw, spots
from trainer.simulate.source import Change, Source
from trainer.simulate.story import Case, Story

_HEADS = re.compile(
    r"^[ \t]*(?:async\s+)?(?:def|class|function|export)\b|^\s*\w+\([^)\n]*\)\s*\{", re.MULTILINE
)


def cases(source: Source, rng: random.Random) -> Iterator[Case]:
    """Decision points without end; ends by itself where no recipe fits the project."""
    paths = [path for path, text in source.texts.items() if len(text) > 1_500]
    misses = 0
    while paths and misses < 300:
        path = rng.choice(paths)
        recipe = draw(source, path, rng)
        here = spots(recipe, source, [path]) if recipe is not None else []
        if recipe is None or len(here) < 2:
            misses += 1
            continue
        misses = 0
        yield _case(source, recipe, path, here, rng)


def _case(source: Source, recipe: Recipe, path: str, here: list[Spot], rng: random.Random) -> Case:
    story = Story(source)
    example = rng.choice(here[: max(1, len(here) // 2)])
    how, wanted = _wanted(source, recipe, path, here, example, rng)
    for spot in wanted:
        story.plan(spot.path, spot.change)
    if how != "once":
        paths = source.texts if how == "all" else [path]
        for where, start in doubtful(recipe, source, paths, [*wanted, *here]):
            story.doubt(where, start, start + len(recipe.anchor))
    seen = 1 if how == "once" else rng.choice((1, 1, 1, 2, 2, 3))
    done = _first(wanted, example, seen, rng)
    if len(done) == 1 or rng.random() < 0.35:
        story.do(path, [spot.change for spot in done])
    else:
        for number, spot in enumerate(done):
            story.do(path, [_shifted(story, done[:number], spot)])
    if how == "once":
        return story.case(f"repeat/{recipe.name}/once/1")
    return story.case(f"repeat/{recipe.name}/{how}/{len(done)}")


def _wanted(
    source: Source, recipe: Recipe, path: str, here: list[Spot], example: Spot, rng: random.Random
) -> tuple[str, list[Spot]]:
    """Which places the developer has in mind, and the name of the choice."""
    choice = rng.random()
    if choice < 0.30:
        return "once", [example]
    if choice < 0.45 and len(by_key(here)) > 1:
        return "key", [spot for spot in here if spot.key == example.key]
    if choice < 0.55:
        low, high = _function(source.texts[path], example.change.start)
        return "function", [spot for spot in here if low <= spot.change.start < high]
    if choice < 0.90:
        return "file", here
    return "all", here + spots(recipe, source, [other for other in source.texts if other != path])


def _first(wanted: Sequence[Spot], example: Spot, seen: int, rng: random.Random) -> list[Spot]:
    """The examples that the developer makes: from the first one on, in reading order, or scattered."""
    own = [spot for spot in wanted if spot.path == example.path]
    if rng.random() < 0.75:
        at = own.index(example)
        return own[at : at + seen]
    others = [spot for spot in own if spot is not example]
    return sorted(
        [example, *rng.sample(others, min(seen - 1, len(others)))], key=lambda spot: spot.change.start
    )


def _shifted(story: Story, done: Sequence[Spot], spot: Spot) -> Change:
    shift = sum(len(s.change.new) - len(s.change.old) for s in done if s.change.start < spot.change.start)
    return spot.change._replace(start=spot.change.start + shift)


def _function(text: str, offset: int) -> tuple[int, int]:
    """Start and end of the function or class head's stretch around an offset."""
    heads = [match.start() for match in _HEADS.finditer(text)]
    low = max((head for head in heads if head <= offset), default=0)
    high = min((head for head in heads if head > offset), default=len(text))
    return low, high
