"""Imports whose last use an edit removed: the text that goes with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from engine.intents.context import Context
from engine.syntax.document import Document
from engine.syntax.index import Index
from engine.syntax.linking.imports import Item, Statement
from engine.syntax.linking.library import imports_of
from engine.syntax.names.unresolved import Unused
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

SURE = 0.93
MENTIONED = 0.75
"""What is left where a comment or a string still names it."""
IMPLICIT = 0.4
"""What is left of a trait: its methods are used without its name."""
KEPT = ("noqa", "@ts-ignore", "eslint-disable", "nolint", "allow(unused", "pragma:", "type: ignore")
"""Marks of an import that stands there for a reason of its own."""
PASSING = ("__init__.py", "__init__.pyi", "mod.rs", "lib.rs")
"""Files whose imports may be there for others."""


def leaving(
    context: Context,
    document: Document,
    own: Sequence[Statement],
    gone: Sequence[Unused],
    was_used: Callable[[Item], bool],
) -> list[Site]:
    """A site for each statement that is empty now, and for each name that leaves a list.

    `was_used` says whether the text that went held a use in code.
    """
    text, index, path = document.border.text, context.index, document.path
    sites: list[Site] = []
    for statement in dict.fromkeys(one.statement for one in gone):
        if statement.public or any(mark in _line(text, statement) for mark in KEPT):
            continue
        leaves = [
            one
            for one in gone
            if one.statement is statement and was_used(one.item) and not _passed_on(index, document, one.item)
        ]
        if not leaves:
            continue
        items = [one.item for one in leaves]
        rule = min(_rule(index, document, one) for one in leaves)
        for start, old, new in cuts(text, own, statement, items):
            names = ", ".join(f"`{item.local}`" for item in items)
            sites.append(
                Site(
                    path,
                    start,
                    old,
                    new,
                    IntentKind.IMPORT,
                    NodeKind.IMPORT,
                    Relation.IMPORTED,
                    context.distances.of(context.edit.hunks[0].new_start, path, start),
                    Trigger.NAME_UNUSED,
                    rule,
                    f"nothing uses {names} any more",
                )
            )
    return sites


def cuts(
    text: str, own: Sequence[Statement], statement: Statement, items: Sequence[Item]
) -> Iterable[tuple[int, str, str]]:
    """What takes some items out of a statement, or the statement with its line: start, old, new."""
    if len(items) == len(statement.items):
        return (_whole(text, statement),)
    return _members(text, statement, items)


def _line(text: str, statement: Statement) -> str:
    """The statement with what stands beside it on its lines, and the line before it."""
    start = text.rfind("\n", 0, max(0, text.rfind("\n", 0, statement.start))) + 1
    end = text.find("\n", statement.end)
    return text[start : end if end >= 0 else len(text)]


def was_used(document: Document, spans: Iterable[tuple[int, int]], item: Item) -> bool:
    """Whether code in some stretches of a file's earlier text used an imported name."""
    inside = [(document.border.to_bytes(start), document.border.to_bytes(end)) for start, end in spans]
    return any(
        mention.role.startswith(("ref", "forward"))
        and any(start < mention.end and mention.start < max(end, start + 1) for start, end in inside)
        for mention in document.mentions(item.local)
    )


def _passed_on(index: Index, document: Document, item: Item) -> bool:
    """Whether another file imports the name from this one, or the file is there to pass names on."""
    path, text = document.path, document.border.text
    if path.endswith(PASSING):
        return True
    if re.search(rf"__all__[^\n]*=|export\s*\{{[^}}]*\b{re.escape(item.local)}\b", text) and re.search(
        rf"[\"']{re.escape(item.local)}[\"']|export\s*\{{[^}}]*\b{re.escape(item.local)}\b", text
    ):
        return True
    importers = index.importers(path, set(index.files_with(item.local)))
    return any(
        other.name == item.local and other.module != item.module
        for importer in importers
        for statement in index.imports(importer)
        for other in statement.items
        if index.modules.resolve(document.grammar.imports, importer, other.module) == path
    )


def _rule(index: Index, document: Document, one: Unused) -> float:
    known = imports_of(document.grammar.name)
    rule = SURE * (MENTIONED if one.mentioned else 1.0)
    implicit = known.forms.templates.get("implicit") if known is not None else None
    if implicit and known is not None:
        pattern = implicit.replace("{name}", re.escape(one.item.name))
        defined = [path for path in index.files_with(one.item.name) if path != document.path]
        if one.item.name in known.implicit or any(
            re.search(pattern, index.text_of(path) or "") for path in defined[:40]
        ):
            rule = min(rule, IMPLICIT)
    return rule


def _whole(text: str, statement: Statement) -> tuple[int, str, str]:
    """A statement with its line, and with the blank line that would double."""
    start = text.rfind("\n", 0, statement.start) + 1
    end = text.find("\n", statement.end)
    end = len(text) if end < 0 else end + 1
    if text[start : statement.start].strip() or text[statement.end : end].strip(" \t\r\n;"):
        tail = statement.end + (
            len(text[statement.end : end]) - len(text[statement.end : end].lstrip(" \t;"))
        )
        return statement.start, text[statement.start : tail], ""
    if (
        statement.block != (-1, -1)
        and not text[statement.block[0] : start].strip()
        and not text[end : statement.block[1]].strip()
    ):
        return _block(text, statement)
    above = text[:start].endswith(("\n\n", "\r\n\r\n")) or start == 0
    below = re.match(r"[ \t]*\r?\n", text[end:])
    if above and below:
        end += below.end()
    return start, text[start:end], ""


def _block(text: str, statement: Statement) -> tuple[int, str, str]:
    """The parentheses around the last import of a block go too."""
    start = text.rfind("\n", 0, statement.block[0]) + 1
    end = text.find("\n", statement.block[1])
    end = len(text) if end < 0 else end + 1
    below = re.match(r"[ \t]*\r?\n", text[end:])
    return start, text[start : end + (below.end() if below else 0)], ""


def _members(text: str, statement: Statement, items: Sequence[Item]) -> Iterator[tuple[int, str, str]]:
    """Names of a list with their commas; a default import likewise."""
    gone = {(one.start, one.end) for one in items}
    for item in items:
        if item.kind in {"default", "module"} and statement.lists and item.end < statement.lists[0].start:
            comma = re.match(r"\s*,\s*", text[item.end :])
            yield item.start, text[item.start : item.end + (comma.end() if comma else 0)], ""
            continue
        inner = next((one for one in statement.lists if (item.start, item.end) in one.members), None)
        if inner is None and statement.require:
            continue  # one of several variables
        members = (
            list(inner.members) if inner is not None else [(one.start, one.end) for one in statement.items]
        )
        if (item.start, item.end) not in members:
            continue
        at = members.index((item.start, item.end))
        path = inner is not None and text[: inner.start - 1].endswith("::")
        if path and inner is not None and len(members) == 2:
            yield _one_left(text, inner.start, inner.end, text[slice(*members[1 - at])])
            continue
        left = members[at - 1][1] if at else None
        last = left is not None and gone.issuperset(members[at + 1 :])  # the comma before goes with the last
        right = members[at + 1][0] if not last and at + 1 < len(members) else None
        if right is not None and (
            left is None or "\n" not in text[item.end : right] or "\n" in text[left : item.start]
        ):
            yield item.start, text[item.start : right], ""
        elif left is not None:
            yield left, text[left : item.end], ""
        elif inner is not None and statement.items[0].kind == "default":
            end = statement.items[0].end
            yield end, text[end : inner.end + 1], ""


def _one_left(text: str, start: int, end: int, kept: str) -> tuple[int, str, str]:
    """A path with one name left needs no brackets, and the module itself no name."""
    if kept == "self":
        return start - 3, text[start - 3 : end + 1], ""
    return start - 1, text[start - 1 : end + 1], kept
