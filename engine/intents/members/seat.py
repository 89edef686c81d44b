"""Where a member of a class goes, and what stands around it there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.intents.members.stub import layout
from engine.syntax.conventions import Conventions
from engine.syntax.forms import Class, Function
from engine.syntax.index import Index
from engine.syntax.names.family import Kin, Member

_REST = re.compile(r"[ \t]*[;,]?[ \t]*(?://[^\n]*|#[^\n]*|/\*[^\n]*\*/[ \t]*)?(?=\r?\n|\Z)")
_BLANK = re.compile(r"(?:[ \t]*\r?\n)+")
_LAST_LINE = re.compile(r"(?:\A|\n)[ \t]*([^\n]*)\Z")


@dataclass(frozen=True, slots=True)
class Seat:
    """A place for members: they are written between `before` and `after` in place of `old`."""

    path: str
    start: int
    old: str
    before: str
    gap: str
    """Between two members that come to the same place."""
    after: str

    def text(self, members: Sequence[str], newline: str) -> str:
        """What is written there."""
        return (self.before + self.gap.join(members) + self.after).replace("\n", newline)


def seat_for(name: str, order: Sequence[str], kin: Kin, index: Index, rules: Conventions) -> Seat | None:
    """Behind the override of what precedes the member in its base, else at the end of the class."""
    earlier = order[: order.index(name)] if name in order else order
    for other in reversed(earlier):
        found = [one for one in kin.members if one.function.name == other]
        if found:
            return _behind(found[-1], kin, index, rules)
    if kin.members:
        return _behind(kin.members[-1], kin, index, rules)
    text = index.text_of(kin.path)
    return None if text is None or kin.type is None else _alone(text, kin.type, kin, rules)


def _behind(member: Member, kin: Kin, index: Index, rules: Conventions) -> Seat | None:
    text = index.text_of(member.path)
    if text is None:
        return None
    start = after_member(text, member.function.end)
    between = "\n" * _gap(text, [one for one in kin.members if one.path == member.path])
    indent, _ = layout(text, kin, rules)
    return Seat(member.path, start, "", between + indent, between + indent, "")


def after_member(text: str, end: int) -> int:
    """The end of a member with its semicolon and the comment on its last line."""
    rest = _REST.match(text, end)
    return rest.end() if rest else end


def _gap(text: str, members: Sequence[Member]) -> int:
    """How many line ends the members of a class have between them."""
    seen: Counter[int] = Counter()
    for one, other in pairwise(members):
        blank = _BLANK.match(text, after_member(text, one.function.end))
        if blank and blank.end() <= other.function.start:
            seen[blank.group().count("\n")] += 1
    return seen.most_common(1)[0][0] if seen else 2


def _alone(text: str, type_: Class, kin: Kin, rules: Conventions) -> Seat:
    """The place for the first member of a class."""
    indent, unit = layout(text, kin, rules)
    gap = "\n\n" + indent
    if rules.outside:
        return Seat(kin.path, type_.end, "", gap, gap, "")
    if rules.closes:
        first = type_.body_start + 1
        inner = text[first : type_.body_end - 1]
        if not inner.strip():
            return Seat(kin.path, first, inner, "\n" + indent, gap, "\n" + indent.removesuffix(unit))
        return Seat(kin.path, first + len(inner.rstrip()), "", gap, gap, "")
    body = text[type_.body_start : type_.body_end]
    last = _LAST_LINE.search(body)
    if last and rules.placeholder.search(last.group(1)):
        start = type_.body_start + last.start(1)
        head = text[:start].rstrip(" \t")
        if head.endswith(":"):  # all on one line
            return Seat(kin.path, len(head), text[len(head) : type_.body_end], "\n" + indent, gap, "")
        return Seat(kin.path, start, last.group(1), "", gap, "")
    return Seat(kin.path, type_.body_end, "", gap, gap, "")


def span_of(text: str, function: Function, type_: Class, rules: Conventions) -> tuple[int, int, str]:
    """What goes with a member (its comment, blank lines), and what is left in its place."""
    start, end = _commented(text, function.start), after_member(text, function.end)
    before = len(text[:start].rstrip())
    head = type_.body_start + 1 if rules.closes else type_.body_start
    if rules.outside or before > head:
        return before, end, ""
    rest = text[end : type_.body_end]
    behind = end + len(rest) - len(rest.lstrip())
    if not rules.closes:
        return (start, behind, "") if rest.strip() else (start, end, rules.keeper)
    if rest.strip() == rules.closes:
        return before, behind, ""
    return before, _line_start(text, behind), "\n"


def _commented(text: str, start: int) -> int:
    """Where the comment lines right above a member begin, or the member."""
    while (line := _line_start(text, start)) > 0:
        first = _line_start(text, line - 1)
        above = text[first:line]
        if not above.lstrip().startswith(("//", "#", "/*", "*")):
            break
        start = first + len(above) - len(above.lstrip())
    return start


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, max(at, 0)) + 1
