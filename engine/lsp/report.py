"""From what a server says to diagnostics: what is new, what it is about, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal

from engine.diagnostics import Diagnostic, Fix, Replacement
from engine.lsp.connection import Connection
from engine.lsp.edits import readable
from engine.lsp.families import SUPPRESSES, family_of
from engine.lsp.news import News
from engine.lsp.positions import Positions
from engine.lsp.wire import Offer

MOST: Final = 12
"""New complaints of one save that are taken up."""
MOST_FIXES: Final = 6
"""Fixes of one complaint that are taken up, in the server's order."""
SEVERITY: Final[dict[int, Literal["error", "warning", "note", "hint"]]] = {
    1: "error",
    2: "warning",
    3: "note",
    4: "hint",
}


def report(
    connection: Connection,
    path: str,
    news: News,
    text_of: Callable[[str], str | None],
    wanted: Callable[[], bool],
) -> tuple[Diagnostic, ...]:
    """The complaints of a file that an edit has brought, with their fixes, in the order of the text.

    Fixes are waited for as long as they are `wanted`.
    """
    text = news.now[0]
    new = Positions(text, connection.encoding)
    brought = news.brought(connection.encoding)
    known = [(one, family) for one in brought if (family := family_of(one.code, one.message)) is not None]
    if not known:
        return ()
    offers = connection.offers(path, [one for one, _ in known[:MOST]], wanted)
    older = {one.message for one in news.now[1]} - {one.message for one in brought}
    texts = _Texts(path, text, text_of, connection)
    found = [
        Diagnostic(
            path,
            new.offset(*one.span[:2]),
            new.offset(*one.span[2:]),
            SEVERITY.get(one.severity, "error"),
            family,
            one.code,
            connection.name,
            " ".join(one.message.split()),
            tuple(texts.fixes(offer for offer in given if offer.title not in older)),
        )
        for (one, family), given in zip(known[:MOST], offers, strict=True)
    ]
    found = [one for one in found if one.severity != "hint" or one.fixes]
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


class _Texts:
    """The texts that fixes speak of."""

    def __init__(
        self, path: str, text: str, text_of: Callable[[str], str | None], connection: Connection
    ) -> None:
        self._known: dict[str, tuple[str, Positions] | None] = {
            path: (text, Positions(text, connection.encoding))
        }
        self._text_of = text_of
        self._encoding = connection.encoding

    def fixes(self, offers: Iterable[Offer]) -> Iterable[Fix]:
        """The offers that change something and do not just hide the complaint."""
        found: dict[tuple[Replacement, ...], Fix] = {}
        for offer in offers:
            changes = self._changes(offer)
            if changes and not any(SUPPRESSES.search(one.new) for one in changes):
                found.setdefault(changes, Fix(offer.title, changes, offer.preferred))
        return list(found.values())[:MOST_FIXES]

    def _changes(self, offer: Offer) -> tuple[Replacement, ...]:
        files: dict[str, list[Replacement]] = {}
        for path, span, new in offer.edits:
            file = self._file(path)
            if file is None:
                return ()
            text, positions = file
            start, end = positions.offset(*span[:2]), positions.offset(*span[2:])
            files.setdefault(path, []).append(Replacement(path, start, text[start:end], new))
        return tuple(one for path, made in sorted(files.items()) for one in self._readable(path, made))

    def _readable(self, path: str, changes: list[Replacement]) -> list[Replacement]:
        file = self._file(path)
        return [] if file is None else readable(file[0], changes)

    def _file(self, path: str) -> tuple[str, Positions] | None:
        if path not in self._known:
            text = self._text_of(path)
            self._known[path] = None if text is None else (text, Positions(text, self._encoding))
        return self._known[path]
