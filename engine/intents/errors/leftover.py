"""The edit took away the last use of a local variable whose value does nothing but be there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.intents.context import Context
from engine.syntax.document import Mention
from engine.types import Edit, IntentKind, NodeKind, Relation, Site, Trigger

RULE = 0.55
MOST = 20
"""Names that an edit took away which are looked at."""
_WORD = re.compile(r"[^\W\d]\w*")
_PLAIN = re.compile(r"""[\w.]+|"[^"\n]*"|'[^'\n]*'|-?\d[\w.]*""")
"""Values that are no work: names, attributes, numbers, strings."""
_TYPES = re.compile(r"[\w\s<>\[\].?&]*")


def propose(context: Context) -> Iterator[Site]:
    """The line that makes the variable."""
    edit = context.edit
    gone = _gone(edit)
    document = context.after if gone else None
    if document is None or document.grammar.locals is None or len(gone) > MOST:
        return
    for name in gone:
        mentions = document.mentions(name)
        made = [one for one in mentions if one.role == "def.variable"]
        if len(made) != 1 or len(_near(made[0], mentions)) != 1 or not _is_local(made[0]):
            continue
        start = document.border.to_chars(made[0].start)
        if any(hunk.new_start <= start <= hunk.new_end for hunk in edit.hunks):
            continue
        line = _line(edit.after, start, name)
        if line is not None:
            yield Site(
                path=edit.path,
                start=line[0],
                old=edit.after[line[0] : line[1]],
                draft="",
                intent=IntentKind.FIX,
                node=NodeKind.STATEMENT,
                relation=Relation.SAME_SCOPE,
                distance=context.distances.of(edit.hunks[0].new_start, edit.path, line[0]),
                trigger=Trigger.NAME_UNUSED,
                rule=RULE,
                why=f"nothing uses `{name}` any more",
            )


def _gone(edit: Edit) -> dict[str, None]:
    """The names that hunks took away, in order."""
    gone: dict[str, None] = {}
    for hunk in edit.hunks:
        kept = set(_WORD.findall(hunk.new))
        gone |= dict.fromkeys(word for word in _WORD.findall(hunk.old) if word not in kept)
    return gone


def _is_local(made: Mention) -> bool:
    return any(scope.kind == "function" for scope in made.scopes)


def _near(made: Mention, mentions: tuple[Mention, ...]) -> list[Mention]:
    """The mentions of the name in the function that makes it."""
    function = next((scope.key for scope in made.scopes if scope.kind == "function"), None)
    return [one for one in mentions if any(scope.key == function for scope in one.scopes)]


def _line(text: str, start: int, name: str) -> tuple[int, int] | None:
    """The line of an assignment of a plain value, if it is all of its line."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    if last < 0:
        return None
    line = text[first:last]
    head, sign, value = line.strip().rstrip(";").partition(":=" if ":=" in line else "=")
    before, _, after = head.partition(name)
    alone = _TYPES.fullmatch(before) and _TYPES.fullmatch(after.removeprefix(":")) and "," not in head
    return (first, last + 1) if sign and alone and _PLAIN.fullmatch(value.strip()) else None
