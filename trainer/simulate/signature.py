"""Scenario `signature`: a function takes or returns something else; its relatives, calls and entries follow.

Forward, a list of real code is changed and so is every call. Backward, a parameter is first taken out of the
real code, and what the developers wrote at the calls is the truth. Where it would be a matter of taste what a
person writes (two names in scope that fit, a spread, a call in a macro), the function is left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable as Function_
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from engine.syntax.forms import Parameter
from trainer.simulate.order import LATE
from trainer.simulate.signing import calm, failing, waiting
from trainer.simulate.signing.adding import declared, given, grouped, has, invented, is_documented, place_for
from trainer.simulate.signing.callables import Callable, Callables
from trainer.simulate.signing.calm import Chain, Made
from trainer.simulate.signing.leaving import entry, left
from trainer.simulate.signing.listing import is_entry, removed, swapped
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, Trajectory, undone
from trainer.simulate.tree import Tree

MISSES: Final = 1_200
"""Vain attempts in a row after which a tree is given up."""
BEGUN: Final = 0.12
"""How often the person adapts the first call in the same save."""
_DEFAULTS: Final = {
    "python": ("None", "True", "0"),
    "javascript": ("null", "{}"),
    "typescript": ("0", "true"),
}
_ARGUMENT = r"(?:[A-Za-z_]\w*\.){0,2}_?%s_?"


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains of all variants until nothing new is found."""
    if not tree.paths:
        return
    draws = Callables(tree)
    seen: set[tuple[str, str, Change]] = set()
    misses = 0
    while misses < MISSES:
        kind = rng.choices([one for one, _, _ in KINDS], [weight for _, weight, _ in KINDS])[0]
        made = next(make for one, _, make in KINDS if one == kind)(draws, rng)
        if made is None or (made[0], *made[2]) in seen:
            misses += 1
            continue
        misses = 0
        seen.add((made[0], *made[2]))
        yield _trajectory(tree, made, rng)


def _trajectory(tree: Tree, made: Chain, rng: random.Random) -> Trajectory:
    kind, texts, (path, change), steps, *besides = made
    trigger = sorted([change, *besides])
    home = [step for step in steps if step[0] == path]
    if len(steps) > 2 and home and rng.random() < BEGUN:
        first = min(home, key=lambda step: abs(step[1].start - change.start))
        trigger = sorted([*trigger, first[1]])
        steps = [step for step in steps if step is not first]
        kind += "/begun"
    before = {where: texts.get(where, tree.texts[where]) for where in {path, *(one for one, _ in steps)}}
    entries = [one for one in steps if is_entry(before[one[0]], one[1])]
    return tree.chain("signature", kind, before, (path, trigger), steps, turns=dict.fromkeys(entries, LATE))


# -- a parameter goes


def _removed(draws: Callables, rng: random.Random) -> Made:
    made = left(draws, rng)
    if made is None:
        return None
    (kind, texts, trigger, _, *besides), relatives, calls = made
    return kind, texts, trigger, [*relatives, *calls], *besides


# -- a parameter comes


def _restored(draws: Callables, rng: random.Random) -> Made:
    """A parameter of the real code was not there yet; at every call it is given by its own name."""
    found = draws.draw(rng)
    if found is None or any(map(grouped, found.definitions)):
        return None
    fitting = [number for number in range(len(found.head.given)) if _is_named_so(found, number)]
    if not fitting:
        return None
    number = rng.choice(fitting)
    texts = draws.tree.texts
    cuts = [(one.path, removed(texts[one.path], one.spans, entry(one, number))) for one in found.definitions]
    given = [(use.path, removed(texts[use.path], use.spans, use.gives[number])) for use in found.uses]
    before, back = _rewound(draws.tree, [*cuts, *given])
    if before is None:
        return None
    return f"parameter_added/restored/{found.kind}", before, back[0], back[1:]


def _is_named_so(found: Callable, number: int) -> bool:
    """Whether every call gives the parameter, and gives something of the same name."""
    parameter = found.head.given[number]
    if not parameter.name or parameter.default or parameter.optional or parameter.kind != "plain":
        return False
    bare = parameter.name.strip("_")
    if not bare:
        return False
    pattern = re.compile(_ARGUMENT % f"[{bare[:1].lower()}{bare[:1].upper()}]{re.escape(bare[1:])}")
    return all(
        number in use.gives
        and pattern.fullmatch(_value(use.call.arguments[use.gives[number]].text)) is not None
        for use in found.uses
    )


def _value(text: str) -> str:
    return re.sub(r"^\w+\s*=\s*", "", text)


def _rewound(tree: Tree, cuts: Sequence[Step]) -> tuple[dict[str, str] | None, list[Step]]:
    """The texts after some deletions, and the insertions that undo them, in the same order."""
    by_path: dict[str, list[Change]] = {}
    for path, change in cuts:
        by_path.setdefault(path, []).append(change)
    for changes in by_path.values():
        changes.sort()
        if any(one.end > other.start for one, other in pairwise(changes)):
            return None, []
    taken = {path: undone(tree.texts[path], changes) for path, changes in by_path.items()}
    back = {path: dict(zip(by_path[path], undo, strict=True)) for path, (_, undo) in taken.items()}
    before = {path: text for path, (text, _) in taken.items()}
    return before, [(path, _told(before[path], back[path][change])) for path, change in cuts]


def _told(text: str, change: Change) -> Change:
    """What is put back; between parentheses that hold nothing, which say nothing of lines, on one line."""
    alone = "\n" in change.new and text[change.start - 1 : change.start + 1] == "()"
    return Change(change.start, "", change.new.strip().removesuffix(",")) if alone else change


def _added(draws: Callables, rng: random.Random) -> Made:
    """A parameter that every call must give: a variable where one has its name, else a placeholder."""
    found = draws.draw(rng)
    if found is None or is_documented(draws.tree, found):
        return None
    new = invented(draws.tree, found, rng)
    if new is None:
        return None
    name, type_ = new
    at = place_for(found, rng)
    steps: list[Step] = []
    for use in found.uses:
        text = name if has(draws.tree, found, use, name) else draws.tree.grammar.zero(type_)
        change = given(draws.tree, found, use, at, name, text)
        if change is None:
            return None
        steps.append((use.path, change))
    changes = [declared(draws.tree, one, at, name, type_) for one in found.definitions]
    return f"parameter_added/{found.kind}", {}, changes[0], [*changes[1:], *steps]


def _with_default(draws: Callables, rng: random.Random) -> Made:
    """A parameter that calls may leave out: only overrides follow."""
    tree = draws.tree
    found = draws.draw(rng)
    defaults = _DEFAULTS.get(tree.language)
    if found is None or defaults is None:
        return None
    if is_documented(tree, found):
        return None
    if any(one.keyword_only or one.kind != "plain" for one in found.head.given):
        return None
    name = tree.invented(tree.common(rng), rng)
    default = rng.choice(defaults)
    changes = [
        declared(tree, one, len(one.given), name, "", default)
        for one in found.definitions
        if not one.function.is_abstract
    ]
    if len(changes) != len(found.definitions):
        return None
    kind = "parameter_added/default" if len(changes) > 1 else "quiet/default_added"
    return kind, {}, changes[0], changes[1:]


# -- parameters change


def _reordered(draws: Callables, rng: random.Random) -> Made:
    found = draws.draw(rng)
    if found is None or any(map(grouped, found.definitions)):
        return None
    given = found.head.given
    pairs = [n for n in range(len(given) - 1) if _plain(given[n]) and _plain(given[n + 1])]
    if not pairs:
        return None
    one = rng.choice(pairs)
    texts = draws.tree.texts
    steps: list[Step] = []
    for use in found.uses:
        first, second = use.gives.get(one), use.gives.get(one + 1)
        if first is None or second is None:
            return None
        left, right = use.call.arguments[first], use.call.arguments[second]
        if bool(left.keyword) != bool(right.keyword):
            return None
        if not left.keyword and left.text != right.text:
            steps.append((use.path, swapped(texts[use.path], use.spans, first, second)))
    changes = [
        (
            each.path,
            swapped(texts[each.path], each.spans, entry(each, one), entry(each, one + 1)),
        )
        for each in found.definitions
    ]
    kind = f"parameter_changed/reordered/{found.kind}" if steps or changes[1:] else "quiet/reordered"
    return kind, {}, changes[0], [*changes[1:], *steps]


def _plain(parameter: Parameter) -> bool:
    return parameter.kind == "plain" and not (
        parameter.default or parameter.optional or parameter.keyword_only or parameter.is_field
    )


def _default_lost(draws: Callables, rng: random.Random) -> Made:
    """The first parameter with a default has none any more: calls that left it out must give it."""
    found = draws.draw(rng)
    if found is None or len(found.definitions) > 1:
        return None
    head = found.head
    number = next((n for n, one in enumerate(head.given) if one.default), -1)
    if number < 0 or "\n" in head.given[number].default or head.given[number].keyword_only:
        return None
    parameter = head.given[number]
    steps: list[Step] = []
    for use in found.uses:
        if number in use.gives:
            continue
        if any(n > number for n in use.gives):
            return None
        change = given(draws.tree, found, use, number, parameter.name, parameter.default)
        if change is None:
            return None
        steps.append((use.path, change))
    end = parameter.type_end if parameter.type else parameter.name_start + len(parameter.name)
    old = draws.tree.texts[head.path][end : parameter.default_end]
    kind = "parameter_changed/default_lost" if steps else "quiet/default_lost"
    trigger = (head.path, Change(end, old, ""))
    return kind, {}, trigger, steps


def _named_only(draws: Callables, rng: random.Random) -> Made:
    """The last parameter must be named from now on."""
    found = draws.draw(rng)
    if found is None or not draws.tree.grammar.named or len(found.definitions) > 1 or not found.head.given:
        return None
    head = found.head
    if any(one.keyword_only or one.kind in {"rest", "separator"} for one in head.function.parameters):
        return None
    number = len(head.given) - 1
    name = head.given[number].name
    steps = [
        (use.path, Change(use.call.arguments[use.gives[number]].start, "", f"{name}="))
        for use in found.uses
        if number in use.gives and not use.call.arguments[use.gives[number]].keyword
    ]
    trigger = (head.path, Change(head.given[number].start, "", "*, "))
    kind = "parameter_changed/named_only" if steps else "quiet/named_only"
    return kind, {}, trigger, steps


# -- what is returned


def _awaited(draws: Callables, rng: random.Random) -> Made:
    found = draws.draw(rng)
    if found is None or found.kind not in {"function", "method"}:
        return None
    made = waiting.begun(draws.tree, found) if rng.random() < 0.7 else waiting.ended(draws.tree, found)
    fails = _FAILING.get(draws.tree.language)
    if fails is not None and (made is None or rng.random() < 0.5):
        made = fails(draws.tree, found)
    if made is None:
        return None
    kind, trigger, steps = made
    return kind, {}, trigger, steps


_FAILING: Final = {"go": failing.go, "rust": failing.rust}
KINDS: Final[tuple[tuple[str, int, Function_[[Callables, random.Random], Made]], ...]] = (
    ("removed", 20, _removed),
    ("restored", 24, _restored),
    ("added", 20, _added),
    ("default", 5, _with_default),
    ("reordered", 12, _reordered),
    ("default_lost", 6, _default_lost),
    ("named_only", 4, _named_only),
    ("awaited", 14, _awaited),
    ("uncalled", 3, calm.uncalled),
    ("default_changed", 4, calm.another_default),
    ("annotated", 4, calm.first_type),
    ("layout", 5, calm.layout),
    ("call_only", 4, calm.one_call),
)
