"""Which argument of a call is which parameter, and what the call must look like after these changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.intents.calls.difference import Difference, can_omit
from engine.syntax.forms import Argument, Call, Parameter

SELF = -1
"""The place of a receiver that a call gives as its first argument."""
SPREAD = 0.4
"""How sure a place is behind arguments that are only known at run time."""
KEPT = 0.9
"""How sure what only moves, goes, or gets its name is."""
FILLED = 0.6
"""How sure a default is that has to be written out because something behind it is given by its place."""


class Choice(NamedTuple):
    """A text for a new argument, and how sure it is."""

    text: str
    rule: float


class Wanted(NamedTuple):
    """The arguments that a call should have: numbers are old ones, texts are new ones."""

    items: tuple[int | str, ...]
    rule: float


@dataclass(frozen=True, slots=True)
class Style:
    """What a language allows at a call."""

    named: bool
    """Arguments may be given by their names."""
    lenient: bool
    """A call may leave out what it likes."""
    partial: bool = False
    """Others give the rest later."""


@dataclass(frozen=True, slots=True)
class Bound:
    """For each argument the number of its parameter; None where only the run time knows."""

    places: tuple[int | None, ...]
    is_open: bool
    """Whether something is spread."""


def bind(
    arguments: Sequence[Argument], parameters: Sequence[Parameter], style: Style, skip: int = 0
) -> Bound | None:
    """The parameters of the arguments; None where the call does not fit them."""
    by_name = {one.name: number for number, one in enumerate(parameters) if one.name}
    row = [n for n, one in enumerate(parameters) if one.kind in {"plain", "pattern"} and not one.keyword_only]
    rest = next((n for n, one in enumerate(parameters) if one.kind == "rest"), None)
    others = next((n for n, one in enumerate(parameters) if one.kind == "keywords"), None)
    places: list[int | None] = [SELF] * min(skip, len(arguments))
    is_open = False
    for argument in arguments[skip:]:
        place: int | None = None
        if argument.spread:
            is_open = True
        elif argument.keyword:
            place = by_name.get(argument.keyword, others)
            if place is None or (place in places and place != others):
                return None
        elif not is_open:
            place = row.pop(0) if row else rest
            if place is None:
                return None
        places.append(place)
    missing = [n for n, one in enumerate(parameters) if n not in places and not can_omit(one)]
    if missing and not is_open and not (style.lenient or style.partial):
        return None
    return Bound(tuple(places), is_open)


class Adapting:
    """One call under one change of its function's parameters."""

    def __init__(
        self, call: Call, difference: Difference, style: Style, fill: Callable[[Parameter], Choice], skip: int
    ) -> None:
        self._call = call
        self._difference = difference
        self._style = style
        self._fill = fill
        self._bound = bind(call.arguments, difference.before, style, skip)
        self._fits = bind(call.arguments, difference.after, style, skip) is not None
        self._held: dict[int, list[int]] = {}
        """For each earlier parameter the arguments that it had."""
        for number, place in enumerate(self._bound.places if self._bound is not None else ()):
            if place is not None:
                self._held.setdefault(place, []).append(number)

    def wanted(self, touched: bool) -> Wanted | None:
        """The arguments after the change; None where the call is adapted already, or never fitted."""
        if self._bound is None or (self._fits and touched):
            return None
        lenient = self._style.lenient and not self._style.partial
        if lenient and self._is_short() and not self._difference.removed:
            return None
        return self._spread() if self._bound.is_open else self._row()

    def _is_short(self) -> bool:
        """Whether the call leaves out what it should give before something new, as some languages let it."""
        difference = self._difference
        early = difference.origin[: min(difference.added, default=len(difference.origin))]
        return any(
            old is not None and not can_omit(difference.before[old]) and old not in self._held
            for old in early
        )

    def _row(self) -> Wanted | None:
        """The arguments of a call without spreads, parameter by parameter."""
        arguments = self._call.arguments
        row: list[int | str] = list(self._held.get(SELF, ()))
        named: dict[int, int | str] = {}
        extra: list[int] = []
        rule, in_row = KEPT, True
        for number, parameter in enumerate(self._difference.after):
            mine = self._mine(number)
            if parameter.kind == "keywords":
                extra += mine
                continue
            new = self._new(number, mine)
            if new is None and not mine:
                in_row = in_row and parameter.kind == "rest"
                continue
            rule = rule if new is None else min(rule, new.rule)
            text = arguments[mine[0]].text if new is None else new.text
            by_name = new is None and bool(arguments[mine[0]].keyword)
            if in_row and not by_name and not parameter.keyword_only:
                row += [text] if new is not None else mine
                continue
            in_row = False
            if new is None and by_name:
                named[number] = mine[0]
            elif self._style.named and parameter.name and len(mine) <= 1:
                named[number] = f"{parameter.name}={text}"
            else:
                return None
        return Wanted((*row, *_in_order(named, extra)), rule)

    def _mine(self, number: int) -> list[int]:
        """The arguments that a parameter has by its old place, or takes over by its name."""
        parameter, old = self._difference.after[number], self._difference.origin[number]
        before, arguments = self._difference.before, self._call.arguments
        if old is not None and before[old].kind != "keywords":
            return self._held.get(old, [])
        if parameter.kind == "rest":
            return self._freed()
        names = {one.name for one in self._difference.after}
        free = [
            argument
            for place, held in sorted(self._held.items())
            for argument in held
            if place != SELF
            and arguments[argument].keyword
            and (place in self._difference.removed or before[place].kind == "keywords")
        ]
        if parameter.kind == "keywords":
            return [one for one in free if arguments[one].keyword not in names]
        return [one for one in free if arguments[one].keyword == parameter.name]

    def _freed(self) -> list[int]:
        """What parameters that are gone had by their place: a rest that is new takes it."""
        arguments = self._call.arguments
        return [
            argument
            for place, held in sorted(self._held.items())
            for argument in held
            if place in self._difference.removed and not arguments[argument].keyword
        ]

    def _new(self, number: int, mine: list[int]) -> Choice | None:
        """What the call must give that it did not: a new parameter, or one that has lost its default."""
        difference = self._difference
        parameter, old = difference.after[number], difference.origin[number]
        if mine or parameter.kind == "rest":
            return None
        if old is not None and not self._style.partial:
            lost = difference.before[old].default
            return Choice(lost, KEPT) if number in difference.required and lost else None
        if old is not None:
            return None
        behind = any(one is not None and one in self._held for one in difference.origin[number + 1 :])
        if self._style.partial and not behind:
            return None
        if not can_omit(parameter):
            return self._fill(parameter)
        if not self._style.named and behind:
            return Choice(parameter.default or self._fill(parameter).text, FILLED)
        return None

    def _spread(self) -> Wanted | None:
        """A call that spreads something: what goes goes, what is new comes last, all of it unsure."""
        assert self._bound is not None  # the caller looked
        gone, after = set(self._difference.removed), self._difference.after
        takes_all = any(after[number].kind == "rest" for number in self._difference.added)
        kept = self._freed() if takes_all else []
        row: list[int | str] = [
            number
            for number, place in enumerate(self._bound.places)
            if place is None or place not in gone or number in kept
        ]
        for number in self._difference.added:
            parameter = after[number]
            if not can_omit(parameter):
                text = self._fill(parameter).text
                row.append(f"{parameter.name}={text}" if self._style.named and parameter.name else text)
        return Wanted(tuple(row), SPREAD)


def _in_order(named: dict[int, int | str], extra: Sequence[int]) -> list[int | str]:
    """The named arguments: old ones as they stand, new ones beside their parameter's neighbours."""
    row: list[int | str] = [*sorted([one for one in named.values() if isinstance(one, int)] + list(extra))]
    for number in sorted(number for number, item in named.items() if isinstance(item, str)):
        placed = {other: row.index(item) for other, item in named.items() if item in row}
        left = [at for other, at in placed.items() if other < number]
        right = [at for other, at in placed.items() if other > number]
        row.insert(max(left) + 1 if left else min(right, default=0), named[number])
    return row
