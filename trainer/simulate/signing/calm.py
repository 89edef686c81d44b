"""Changes of a function's head, or of a call, after which nothing follows."""

from __future__ import annotations

import random
import re

from trainer.simulate.signing.adding import PLAIN_TYPES, declared, is_documented, place_for
from trainer.simulate.signing.callables import Callables
from trainer.simulate.signing.listing import inserted
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step

Chain = tuple[str, dict[str, str], Step, list[Step], *tuple[Change, ...]]
"""Kind, texts that differ from the tree, the trigger, what follows, and what else the save of the trigger
changes in its file; offsets in the texts before."""
Made = Chain | None


def uncalled(draws: Callables, rng: random.Random) -> Made:
    """A parameter more of a function that nobody calls."""
    found = draws.draw(rng, called=False)
    if found is None or found.kind != "function" or found.head.function.owner:
        return None
    if is_documented(draws.tree, found):
        return None
    name, type_ = (
        draws.tree.invented(draws.tree.common(rng), rng),
        rng.choice(PLAIN_TYPES[draws.tree.language]),
    )
    return "quiet/uncalled", {}, declared(draws.tree, found.head, place_for(found, rng), name, type_), []


def another_default(draws: Callables, rng: random.Random) -> Made:
    """Another default."""
    found = draws.draw(rng)
    given = (
        [] if found is None else [one for one in found.head.given if one.default and "\n" not in one.default]
    )
    if found is None or not given:
        return None
    one = rng.choice(given)
    new = draws.tree.literal(rng)
    change = Change(one.default_start, one.default, new)
    return ("quiet/default_changed", {}, (found.head.path, change), []) if new != one.default else None


def first_type(draws: Callables, rng: random.Random) -> Made:
    """Another type, or the first one."""
    found = draws.draw(rng)
    if found is None or found.kind not in {"function", "constructor"} or draws.tree.language != "python":
        return None
    given = [one for one in found.head.given if one.name and not one.type and not one.default]
    if not given:
        return None
    one = rng.choice(given)
    change = Change(one.name_start + len(one.name), "", rng.choice((": str", ": int", ": object")))
    return "quiet/annotated", {}, (found.head.path, change), []


def layout(draws: Callables, rng: random.Random) -> Made:
    """The list is broken into lines."""
    found = draws.draw(rng)
    if found is None or len(found.head.spans) < 2:
        return None
    head = found.head
    text = draws.tree.texts[head.path]
    function = head.function
    old = text[function.list_start : function.list_end]
    if "\n" in old or function.list_end == function.list_start:
        return None
    line = text.rfind("\n", 0, function.list_start) + 1
    indent = re.match(r"[ \t]*", text[line:])
    own = indent.group() if indent is not None else ""
    step = "\t" if draws.tree.language == "go" else "    "
    items = [text[start:end] for start, end in head.spans]
    comma = "," if draws.tree.language in {"python", "go", "rust"} else ""
    new = "".join(f"\n{own}{step}{item}," for item in items).removesuffix(",") + f"{comma}\n{own}"
    return "quiet/layout", {}, (head.path, Change(function.list_start, old, new)), []


def one_call(draws: Callables, rng: random.Random) -> Made:
    """One call gets an argument more; its function and the other calls stay as they are."""
    found = draws.draw(rng)
    if found is None or found.kind == "family":
        return None
    use = rng.choice(found.uses)
    text = draws.tree.literal(rng)
    place = len(use.call.arguments)
    if place and use.call.arguments[-1].keyword:
        return None
    change = inserted(draws.tree.texts[use.path], use.call.list_start, use.spans, place, text)
    return "quiet/call_only", {}, (use.path, change), []
