"""Which of the engine's drafts are what the person does next: compared by place and text, up to blanks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from trainer.simulate.source import Change, apply
from trainer.simulate.trajectory import Step, alike

Pair = tuple[list[int], list[int]]
"""Numbers of drafts, and of the steps that they make."""
NEAR: Final = 400
"""Characters between a draft and a step that may still be the same change."""


def matched(
    texts: Mapping[str, str], drafts: Sequence[Step], steps: Sequence[Step]
) -> tuple[frozenset[int], frozenset[int]]:
    """The numbers of the drafts that are right and of the steps that they cover, all in the same texts."""
    found = pairs(texts, drafts, steps)
    return (
        frozenset(number for made, _ in found for number in made),
        frozenset(number for _, wanted in found for number in wanted),
    )


def pairs(texts: Mapping[str, str], drafts: Sequence[Step], steps: Sequence[Step]) -> list[Pair]:
    """Which drafts make which steps.

    One draft for one step first; what is left over counts where all drafts of some lines together make the
    same text as all steps there.
    """
    found: list[Pair] = []
    covered: set[int] = set()
    for number, (path, draft) in enumerate(drafts):
        for at, (where, step) in enumerate(steps):
            near = step.start - NEAR < draft.end and draft.start < step.end + NEAR
            if at not in covered and where == path and near and alike(texts[path], draft, step):
                found.append(([number], [at]))
                covered.add(at)
                break
    right = {number for made, _ in found for number in made}
    for path, text in texts.items():
        left = [n for n, one in enumerate(drafts) if one[0] == path and n not in right]
        wanted = [n for n, one in enumerate(steps) if one[0] == path and n not in covered]
        for some_drafts, some_steps in _groups(text, drafts, left, steps, wanted):
            made = _together(text, [drafts[n][1] for n in some_drafts])
            if alike(text, made, _together(text, [steps[n][1] for n in some_steps])):
                found.append((some_drafts, some_steps))
    return found


def in_order(found: Sequence[Pair]) -> bool | None:
    """Whether the drafts stand in the order of the steps that they make; None where there is but one."""
    if len(found) < 2:
        return None
    firsts = [min(made) for made, _ in sorted(found, key=lambda pair: min(pair[1]))]
    return firsts == sorted(firsts)


def _groups(
    text: str, drafts: Sequence[Step], left: Iterable[int], steps: Sequence[Step], wanted: Iterable[int]
) -> Iterator[tuple[list[int], list[int]]]:
    """Drafts and steps that stand on the same or adjoining lines, where there are both."""
    items = [(drafts[n][1], 0, n) for n in left] + [(steps[n][1], 1, n) for n in wanted]
    found: tuple[list[int], list[int]] = ([], [])
    last = -1
    for change, side, number in sorted(items):
        if last >= 0 and text.count("\n", last, change.start) > 1:
            if all(found):
                yield found
            found, last = ([], []), -1
        found[side].append(number)
        last = max(last, change.end)
    if all(found):
        yield found


def _together(text: str, changes: Sequence[Change]) -> Change:
    """Several changes, none of which overlaps another, as one."""
    start, end = min(one.start for one in changes), max(one.end for one in changes)
    old = text[start:end]
    return Change(start, old, apply(old, [one._replace(start=one.start - start) for one in changes]))
