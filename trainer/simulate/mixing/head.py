"""One function under a new name and with another head, in one save: every mention and every call follows."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from trainer.simulate.mixing.draft import Draft
from trainer.simulate.named import Named
from trainer.simulate.order import LATE
from trainer.simulate.roles import Place
from trainer.simulate.signing.callables import Callable, Callables
from trainer.simulate.signing.calm import Chain
from trainer.simulate.signing.listing import is_entry
from trainer.simulate.source import Change, Moved
from trainer.simulate.trajectory import Step, undone


class Remembered(Callables):
    """Draws that can be asked what they gave last."""

    last: Callable | None = None

    def draw(self, rng: random.Random, called: bool = True) -> Callable | None:
        """One of the functions, as ever."""
        self.last = super().draw(rng, called)
        return self.last


def renamed(draws: Remembered, made: Chain, rng: random.Random) -> Draft | None:
    """A change of a head together with the renaming of what bears it; None where they do not go together."""
    found = draws.last
    kind, texts, (path, change), steps, *besides = made
    symbol = None if found is None else draws.symbols.unique(found.name)
    if found is None or symbol is None or path != found.head.path:
        return None
    shifts = _shifts(draws.tree.texts, texts, [(path, change), *steps])
    here = [place for place in symbol.places if _is_head(found, symbol, place)]
    if shifts is None or not here:
        return None
    new = draws.tree.invented(symbol.name, rng)

    def step(place: Place) -> Step:
        start = shifts[place.path](place.start) if place.path in shifts else place.start
        return place.path, Change(start, symbol.name, symbol.text(place, new))

    spoken = [step(place) for place in draws.symbols.spoken(symbol)]
    uses = [step(place) for place in symbol.places if place not in here]
    trigger = (change, *besides, *(step(place)[1] for place in here))
    entries = [one for one in steps if is_entry(texts.get(one[0], draws.tree.texts[one[0]]), one[1])]
    variant = kind if kind.startswith("quiet/") else kind.split("/")[0]
    turns = dict.fromkeys([*spoken, *entries], LATE)
    return Draft(f"rename+{variant}", texts, (path, trigger), [*steps, *uses, *spoken], turns)


def _is_head(found: Callable, symbol: Named, place: Place) -> bool:
    """Whether a mention is the name before the changed list (with a constructor's, that of its class)."""
    head = found.head
    own = place.start == head.function.name_start
    return place.path == head.path and (own or (found.kind == "constructor" and place in symbol.declared))


def _shifts(
    real: Mapping[str, str], texts: Mapping[str, str], changes: Sequence[Step]
) -> dict[str, Moved] | None:
    """For every text that differs from the real one, where the real one's offsets are in it."""
    found: dict[str, Moved] = {}
    for path, text in texts.items():
        after, cuts = undone(text, [change for where, change in changes if where == path])
        if after != real[path]:
            return None
        found[path] = Moved(cuts)
    return found
