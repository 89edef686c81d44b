"""No secret is learnt: a tuple or outcome whose texts hold one is dropped, and counted.

detect-secrets knows what keys and passwords look like; which files hold them is the engine's to say
(engine/ignore.py). Looked through are the old and new texts of every site and all that the prompts show.
Only its patterns are used: what they find is never tried out anywhere.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from engine.ignore import Ignore
from engine.model import vocabulary as v
from trainer.preference.context import parted
from trainer.tuples import END, Outcome, Preference


@contextmanager
def _no_socket() -> Iterator[None]:
    """urllib3, which detect-secrets brings along, would bind one to see whether there is IPv6."""
    had, socket.has_ipv6 = socket.has_ipv6, False
    try:
        yield
    finally:
        socket.has_ipv6 = had


with _no_socket():
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.filters import heuristic
    from detect_secrets.plugins.base import BasePlugin
    from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin

Decode = Callable[[Sequence[int]], str]
"""The text of tokens; of Ripple's own models none is a control token."""
Record = TypeVar("Record", Preference, Outcome)

FILE: Final = "a file that is not looked at"
NO_SECRETS: Final = frozenset({"Public IP (ipv4)"})
"""Kinds that detect-secrets finds and that are none."""
_LONGEST: Final = 2000
"""Characters of a line that are looked through; nobody writes longer ones by hand."""
_NOWHERE: Final = Path("/nowhere")
_BEFORE: Final = frozenset({v.SITE, v.HUNK, *v.HUNKS})
"""What the beginning of a line follows."""


class Scrubber:
    """Drops what holds secrets. `decode` belongs to the model whose tokens the records are."""

    def __init__(self, decode: Decode, ignored: Sequence[str] = ()) -> None:
        self._decode = decode
        self._patterns = tuple(ignored)
        self._ignores: dict[str, Ignore] = {}
        self._prompts: dict[tuple[int, ...], str | None] = {}
        self.dropped: Counter[str] = Counter()
        """How many records were dropped, by what was found in them; the secret itself is said nowhere."""

    def clean(self, records: Iterable[Record]) -> list[Record]:
        """Those without secrets."""
        kept = []
        for one in records:
            why = self._finds(one)
            if why is None:
                kept.append(one)
            else:
                self.dropped[why] += 1
        return kept

    def _finds(self, one: Preference | Outcome) -> str | None:
        if isinstance(one, Preference):
            places = [asked.place for window in one.sites for asked in window if asked.place]
            texts = [asked.draft or "" for window in one.sites for asked in window]
            chains = (*one.accepted, *one.rejected)
            texts += [choice.text for chain in chains for choice in chain if choice != END]
            texts += [text for window in one.windows for text in (window.old, window.said)]
            prompts, plain = one.prompts, bool(one.windows)
        else:
            places, texts, prompts, plain = [one.place], [one.new], (one.prompt,), False
        paths = {one.path, *(parted(place)[0] for place in places)}
        if any(self._ignored(one.project, path) for path in paths):
            return FILE
        texts += [parted(place)[1] for place in places]
        lines = {line for text in texts for line in text.splitlines()}
        found = next((kind for line in lines if (kind := secret_in(line)) is not None), None)
        return found or next(filter(None, (self._in_prompt(ids, plain) for ids in prompts)), None)

    def _in_prompt(self, ids: tuple[int, ...], plain: bool) -> str | None:
        """What is in a prompt: one of Ripple's, or `plain` text in which every token stands for itself."""
        if ids not in self._prompts:
            texts = [self._decode(ids)] if plain else shown(ids, self._decode)
            lines = {line for text in texts for line in text.splitlines()}
            self._prompts[ids] = next((kind for line in lines if (kind := secret_in(line))), None)
        return self._prompts[ids]

    def _ignored(self, project: str, path: str) -> bool:
        if project not in self._ignores:
            root = Path(project)
            here = root if root.is_absolute() and root.is_dir() else _NOWHERE
            self._ignores[project] = Ignore(here, self._patterns)
        return self._ignores[project].hidden(path)


def shown(ids: Sequence[int], decode: Decode) -> Iterator[str]:
    """What a prompt shows: paths, and each line as it was and as it would be."""
    before = old = new = ""
    for token, text in _pieces(ids, decode):
        if token in _BEFORE:
            before = text
        elif token == v.OLD:
            old, new = text, ""
        elif token == v.NEW:
            new = text
        elif token in (v.REST, v.SAME):
            yield f"{before}{old}{text}"
            yield f"{before}{new}{text}"
        elif text:
            yield text


def _pieces(ids: Sequence[int], decode: Decode) -> Iterator[tuple[int, str]]:
    """Each control token with the text behind it; one that is cut in the middle is two lines."""
    token, text, run = v.TEXT, "", list[int]()
    for one in (*ids, v.END):
        if one >= len(v.SPECIALS):
            run.append(one)
            continue
        text += decode(run) if run else ""
        run = []
        if one == v.CUT:
            text += "\n"
        else:
            yield token, text
            token, text = one, ""


@lru_cache(maxsize=100_000)
def secret_in(line: str) -> str | None:
    """The kind of secret that a line holds."""
    line = line[:_LONGEST]
    if not any(map(str.isalnum, line)):
        return None
    for plugin in _plugins():
        for value in plugin.analyze_string(line):
            if value and _likely(plugin, value, line):
                return str(plugin.secret_type)
    return None


def _likely(plugin: BasePlugin, value: str, line: str) -> bool:
    """Whether a find is one, as detect-secrets itself weeds them out."""
    if isinstance(plugin, HighEntropyStringsPlugin):
        return plugin.calculate_shannon_entropy(value) > plugin.entropy_limit and not (
            heuristic.is_sequential_string(value)
            or heuristic.is_potential_uuid(value)
            or heuristic.is_likely_id_string(value, line, plugin)
        )
    return not (
        heuristic.is_not_alphanumeric_string(value)
        or heuristic.is_templated_secret(value)
        or heuristic.is_prefixed_with_dollar_sign(value)
        or heuristic.is_indirect_reference(line)
    )


@lru_cache(maxsize=1)
def _plugins() -> tuple[BasePlugin, ...]:
    """One detector of every kind."""
    kinds: Mapping[str, type[BasePlugin]] = get_mapping_from_secret_type_to_class()
    return tuple(kind() for name, kind in sorted(kinds.items()) if name not in NO_SECRETS)
