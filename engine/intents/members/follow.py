"""An override takes over what its base's member bears: a wider access, a decorator."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.intents.members.promises import bearing
from engine.syntax.conventions import Conventions
from engine.syntax.forms import Function

Change = tuple[int, str, str]
"""Offset, old text, new text."""


def follow_suit(
    text: str, override: Function, old: Function, new: Function, rules: Conventions
) -> Iterator[Change]:
    """What changes before an override's name after its base's member was `old` and is `new`."""
    (access, had), (wider, has) = bearing(old, rules), bearing(new, rules)
    own, bears = bearing(override, rules)
    if _width(wider, rules) < _width(access, rules) and _width(own, rules) > _width(wider, rules):
        yield from _opened(text, override, own, wider)
    line = text.rfind("\n", 0, override.start) + 1
    indent = text[line : override.start]
    for word in sorted((has - had) - bears):
        yield override.start, "", f"@{word}\n{indent if indent.isspace() else ''}"
    for word in sorted((had - has) & bears):
        found = re.compile(rf"@{re.escape(word)}[ \t]*\r?\n[ \t]*").search(
            text, override.start, override.name_start
        )
        if found:
            yield found.start(), found.group(), ""


def _width(access: str, rules: Conventions) -> int:
    """How hidden a member is: 0 for the widest access."""
    word = access or rules.bare
    return rules.access.index(word) if word in rules.access else 0


def _opened(text: str, override: Function, own: str, wider: str) -> Iterator[Change]:
    """The word of access is written for the other one."""
    if own:
        found = re.compile(rf"\b{own}\b[ \t]*").search(text, override.start, override.name_start)
        if found:
            yield found.start(), found.group(), f"{wider} " if wider else ""
        return
    marks = re.compile(r"(?:@[\w.]+(?:\([^()]*\))?\s*)*").match(text, override.start)
    if wider and marks:
        yield marks.end(), "", f"{wider} "
