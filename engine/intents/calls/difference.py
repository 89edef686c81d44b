"""What differs between two states of a function's head: its parameters, its return type, being async."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.syntax.forms import Function, Parameter
from engine.syntax.names.family import result_types

MOVABLE = frozenset({"plain", "pattern", "rest", "keywords"})


@dataclass(frozen=True)
class Difference:
    """One function before and after; parameters are counted without the receiver and separators."""

    old: Function
    new: Function

    @cached_property
    def before(self) -> tuple[Parameter, ...]:
        """What a call had to give."""
        return given(self.old)

    @cached_property
    def after(self) -> tuple[Parameter, ...]:
        """What a call has to give now."""
        return given(self.new)

    @cached_property
    def origin(self) -> tuple[int | None, ...]:
        """For each parameter of now the number that it had before, or None where it is new."""
        return paired(self.before, self.after)

    @cached_property
    def added(self) -> tuple[int, ...]:
        """The parameters that are new, by their number now."""
        return tuple(number for number, old in enumerate(self.origin) if old is None)

    @cached_property
    def removed(self) -> tuple[int, ...]:
        """The parameters that are gone, by their number before."""
        return tuple(number for number in range(len(self.before)) if number not in self.origin)

    @cached_property
    def is_reordered(self) -> bool:
        """Whether those that stay stand in another order."""
        kept = [number for number in self.origin if number is not None]
        return kept != sorted(kept)

    @cached_property
    def required(self) -> tuple[int, ...]:
        """The parameters of now that a call could leave out before and cannot any more."""
        return tuple(
            number
            for number, old in enumerate(self.origin)
            if old is not None and can_omit(self.before[old]) and not can_omit(self.after[number])
        )

    @cached_property
    def named_only(self) -> tuple[int, ...]:
        """The parameters of now that a call could give by their place before and must name now."""
        return tuple(
            number
            for number, old in enumerate(self.origin)
            if old is not None and self.after[number].keyword_only and not self.before[old].keyword_only
        )

    @cached_property
    def given_default(self) -> tuple[int, ...]:
        """The parameters of now that have a default and had none."""
        return tuple(
            number
            for number, old in enumerate(self.origin)
            if old is not None and self.after[number].default and not self.before[old].default
        )

    @cached_property
    def became(self) -> str:
        """ "async" or "sync" where that changed."""
        before, after = is_async(self.old), is_async(self.new)
        return "" if before == after else "async" if after else "sync"

    @cached_property
    def returns_changed(self) -> bool:
        """Whether the return type is another one."""
        return results(self.old.returns) != results(self.new.returns)

    @cached_property
    def list_changed(self) -> bool:
        """Whether a call may have to give something else than before."""
        return bool(self.added or self.removed or self.is_reordered or self.required or self.named_only)

    @cached_property
    def matters(self) -> bool:
        """Whether anything beside the function may have to follow."""
        return bool(self.list_changed or self.given_default or self.became or self.returns_changed)


def given(function: Function) -> tuple[Parameter, ...]:
    """The parameters that a call gives: without the receiver, separators, and C's lonely `void`."""
    return tuple(one for one in function.parameters if one.kind in MOVABLE)


def can_omit(parameter: Parameter) -> bool:
    """Whether a call may leave it out."""
    return bool(parameter.default) or parameter.optional or parameter.kind in {"rest", "keywords"}


def is_async(function: Function) -> bool:
    """Whether calling it gives something to wait for."""
    return any(word == "async" or word.startswith("async ") for word in function.modifiers)


def squeezed(text: str) -> str:
    """A type's text without blanks."""
    return "".join(text.split())


def results(returns: str) -> list[str]:
    """What a function gives: the types of a list of results, without the names that some bear."""
    return [squeezed(one) for one in result_types(returns)]


def paired(before: Sequence[Parameter], after: Sequence[Parameter]) -> tuple[int | None, ...]:
    """For each later parameter the number of the earlier one that it is: by name, else in its place.

    As many new ones as old ones between the same neighbours are taken for the old ones under other names.
    """
    numbers = {_key(one): number for number, one in enumerate(before) if _key(one)}
    found: list[int | None] = [numbers.get(_key(one)) if _key(one) else None for one in after]
    taken = {number for number in found if number is not None}
    for first, last, low, high in _gaps(found, len(before)):
        free = [number for number in range(low, high) if number not in taken]
        if len(free) != last - first:
            continue
        for number, old in zip(range(first, last), free, strict=True):
            if before[old].kind == after[number].kind:
                found[number] = old
    return tuple(found)


def _gaps(found: Sequence[int | None], size: int) -> list[tuple[int, int, int, int]]:
    """Stretches of unpaired later parameters, with the earlier numbers between the same neighbours."""
    gaps: list[tuple[int, int, int, int]] = []
    number = 0
    while number < len(found):
        if found[number] is not None:
            number += 1
            continue
        first = number
        while number < len(found) and found[number] is None:
            number += 1
        left = found[first - 1] if first else -1
        right = found[number] if number < len(found) else size
        gaps.append(
            (first, number, (left if left is not None else -1) + 1, right if right is not None else size)
        )
    return gaps


def _key(parameter: Parameter) -> str:
    return parameter.name or (parameter.text if parameter.kind == "pattern" else "")
