"""Places inside of other places: what the larger one leaves of the smaller goes into its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.intents.order import WEAK
from engine.types import Site


def joined(sites: Sequence[Site]) -> list[Site]:
    """The sites, where none that others hold stands by itself if these can say what becomes of it."""
    by_path: dict[str, list[int]] = {}
    for number, site in enumerate(sites):
        by_path.setdefault(site.path, []).append(number)
    found: dict[int, Site | None] = {}
    for numbers in by_path.values():
        numbers.sort(key=lambda number: (sites[number].start, -sites[number].end))
        for outer, inner in _families(sites, numbers):
            text = _drafted(sites[outer], [sites[number] for number in inner])
            if text is not None:
                found[outer] = replace(sites[outer], draft=text)
                found |= dict.fromkeys(inner)
    now = (found.get(number, site) for number, site in enumerate(sites))
    return [site for site in now if site is not None]


def _families(sites: Sequence[Site], numbers: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """The sure sites of one file, in order, that hold others, each with these."""
    at = 0
    while at < len(numbers):
        outer = sites[numbers[at]]
        end = at + 1
        while end < len(numbers) and sites[numbers[end]].start < outer.end:
            end += 1
        inner = [number for number in numbers[at + 1 : end] if _is_inside(outer, sites[number])]
        sure = outer.rule >= WEAK and outer.draft is not None
        if sure and inner:
            yield numbers[at], inner
            at = end
        else:
            at += 1


def _is_inside(outer: Site, inner: Site) -> bool:
    """Whether one site lies within another and is not the same; an insertion at its border does not."""
    if not inner.old:
        return outer.start < inner.start < outer.end
    return inner.end <= outer.end and len(inner.old) < len(outer.old)


def _drafted(outer: Site, inner: Sequence[Site]) -> str | None:
    """The outer text with what becomes of the inner places; None where it does not say which is which."""
    draft = outer.draft or ""
    if not draft:
        return draft
    if not all(one.old for one in inner):
        return None
    for old in dict.fromkeys(one.old for one in inner):
        word = re.compile(rf"(?<![\w$]){re.escape(old)}(?![\w$])")
        left = len(word.findall(draft))
        if not left:
            continue  # it goes with what is around it
        own = [one for one in inner if one.old == old]
        news = {one.draft for one in own if one.rule >= WEAK}
        if len(word.findall(outer.old)) != len(own) or left != len(own) or len(news) != 1 or None in news:
            return None
        draft = word.sub("".join(str(new) for new in news).replace("\\", r"\\"), draft)
    return draft
