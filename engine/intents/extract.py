"""A variable or function was introduced whose value or body stands elsewhere: the use or call goes there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.intents.context import Context
from engine.intents.extraction import function as extract_function
from engine.intents.extraction import inline as extract_inline
from engine.intents.extraction import variable as extract_variable
from engine.types import Site


def propose(context: Context) -> tuple[Site, ...]:
    """The original places first, then the others."""
    return tuple(_sites(context))


def _sites(context: Context) -> Iterator[Site]:
    yield from extract_variable.sites(context)
    yield from extract_function.sites(context)
    yield from extract_inline.sites(context)
