"""A variant came to an enumeration: every match, switch and table that lists all others gets its arm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.intents.context import Context
from engine.intents.errors.casing import Pattern, common, filled, pattern
from engine.syntax.blocks.arms import Arm, Arms, Enumeration, Style, Variant, enumerations, lists, style
from engine.syntax.conventions import conventions
from engine.syntax.document import Document
from engine.types import Edit, IntentKind, NodeKind, Relation, Site, Trigger

LEAST = 2
"""Other variants that a list must name to be one that means to name all."""
MOST_ADDED = 6
MOST_FILES = 60
SURE, LIKELY, UNWRITTEN = 0.86, 0.72, 0.58
"""How sure a body is: all arms are alike but for their variant; most are; nothing tells what it must do."""
_WORD = re.compile(r"[^\W\d]\w*")
_QUOTES = frozenset("\"'`")
_ALIGNED = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_OPENING = re.compile(r"\s*(?:=>|->|:)\s*")


@dataclass(frozen=True, slots=True)
class Grown:
    """An enumeration with the variants that came to it."""

    path: str
    now: Enumeration
    added: tuple[Variant, ...]

    @property
    def others(self) -> tuple[Variant, ...]:
        """The variants that were there before."""
        new = {one.name for one in self.added}
        return tuple(one for one in self.now.variants if one.name not in new)


def propose(context: Context) -> Iterator[Site]:
    """The arms that are missing now."""
    for grown in _grown(context):
        for path in _files(context, grown):
            document = context.index.document(path)
            known = style(document.grammar.name) if document is not None else None
            if document is not None and known is not None:
                for found in lists(document, grown.others[0].name):
                    writer = _Writer(context, document, known, grown, found)
                    yield from writer.sites()


def _grown(context: Context) -> Iterator[Grown]:
    """The enumerations that this edit, or one that it goes on from, has added variants to."""
    seen: set[tuple[str, str]] = set()
    written = {word for hunk in context.edit.hunks for word in _WORD.findall(hunk.new)}
    if not written:
        return
    for edit in (context.edit, *reversed(context.recent)):
        own = edit is context.edit
        if not own and (edit.by != "person" or not _shares(edit, written)):
            continue
        before, after = (context.before, context.after) if own else _documents(context, edit)
        if before is None or after is None or style(after.grammar.name) is None:
            continue
        for now in _touched(after, edit):
            then = next((one for one in _all(before, edit) if one.name == now.name), None)
            present = now if own else _present(context, edit.path, now)
            if then is None or present is None or (edit.path, now.name) in seen:
                continue
            seen.add((edit.path, now.name))
            old, names = {one.name for one in then.variants}, {one.name for one in present.variants}
            added = tuple(one for one in present.variants if one.name not in old)
            if added and old <= names and len(old) >= LEAST and len(added) <= MOST_ADDED:
                yield Grown(edit.path, present, added)


def _shares(edit: Edit, written: set[str]) -> bool:
    return any(word in written for hunk in edit.hunks for word in _WORD.findall(hunk.new))


def _documents(context: Context, edit: Edit) -> tuple[Document | None, Document | None]:
    """The file of an earlier edit before it and after it; mostly the next edit begins with the latter."""
    later = (one for one in (*context.recent, context.edit) if one.path == edit.path)
    following = next((one for one in later if one is not edit and one.before == edit.after), None)
    if following is not None:
        return context.before_of(edit), context.before_of(following)
    return context.before_of(edit), context.index.view({edit.path: edit.after}).document(edit.path)


def _touched(after: Document, edit: Edit) -> Iterator[Enumeration]:
    for hunk in edit.hunks:
        if _WORD.search(hunk.new):
            yield from enumerations(after, hunk.new_start, hunk.new_end)


def _all(before: Document, edit: Edit) -> Iterator[Enumeration]:
    for hunk in edit.hunks:
        start = len(edit.before[: hunk.start].rstrip()) - 1  # what is added at an end stands behind the type
        yield from enumerations(before, max(0, start), hunk.end + 1)


def _present(context: Context, path: str, known: Enumeration) -> Enumeration | None:
    document = context.index.document(path)
    if document is None:
        return None
    found = enumerations(document, 0, len(document.border.text))
    return next((one for one in found if one.name == known.name), None)


def _files(context: Context, grown: Grown) -> list[str]:
    """The files that name some of the other variants, the enumeration's own first."""
    words = [_WORD.findall(one.name) for one in grown.others]
    named = [max(parts, key=len) for parts in words if parts]
    if not named:
        return []
    found = set(context.index.files_with(named[0]))
    for name in named[1:3]:
        found &= set(context.index.files_with(name))
    return sorted(found, key=lambda path: (path != grown.path, path))[:MOST_FILES]


class _Writer:
    """Writes the missing arms of one list."""

    def __init__(self, context: Context, document: Document, known: Style, grown: Grown, found: Arms) -> None:
        self._context = context
        self._document = document
        self._text = document.border.text
        self._style = known
        self._grown = grown
        self._found = found
        self._of: dict[Arm, tuple[Variant, ...]] = {arm: tuple(self._named(arm)) for arm in found.arms}

    def sites(self) -> Iterator[Site]:
        """One insertion with all missing arms where the first of them belongs, if the list wants them."""
        listed = {variant.name for variants in self._of.values() for variant in variants}
        others = {variant.name for variant in self._grown.others}
        missing = [one for one in self._grown.added if one.name not in listed]
        if not missing or listed & others != others or not self._is_exhaustive() or not self._is_meant():
            return
        if self._found.default and not self._style.guard.search(self._found.default):
            return
        for group in self._groups(missing):
            site = self._site(group)
            if site is not None:
                yield site

    def _named(self, arm: Arm) -> Iterator[Variant]:
        """The variants that an arm's label names."""
        label = self._label(arm)
        for variant in self._grown.now.variants:
            if self._names(label, variant.name):
                yield variant

    def _names(self, label: str, name: str) -> bool:
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", label):
            owner = re.search(r"(\w+)\s*(?:\.|::)\s*$", label[: match.start()])
            quoted = label[: match.start()][-1:] in {'"', "'", "`"}
            if owner is None:
                if self._style.bare or quoted or label == name:
                    return True
            elif owner.group(1) in {self._grown.now.name, "Self"} or owner.group(1).islower():
                return True
        return False

    def _label(self, arm: Arm) -> str:
        return self._text[arm.label_start : arm.label_end]

    def _is_exhaustive(self) -> bool:
        """Whether every arm is about variants, so that the list is about this enumeration."""
        return len(self._found.arms) >= LEAST and all(self._of.values())

    def _is_meant(self) -> bool:
        """Whether no label is known to mean another file's names; what a label itself binds says nothing.

        Texts that only spell variants are none, elsewhere, unless the variants are texts themselves.
        """
        if self._document.path != self._grown.path and self._grown.now.name not in self._text:
            known = self._context.index.text_of(self._grown.path) or ""
            at = self._grown.others[0].start
            if _QUOTES.isdisjoint(known[max(0, at - 1) : at + 1]) and all(
                self._label(arm)[:1] in _QUOTES for arm in self._of
            ):
                return False
        for arm, variants in self._of.items():
            owner = self._grown.now.name if self._grown.now.name in self._label(arm) else variants[0].name
            at = self._text.find(owner, arm.label_start, arm.label_end)
            target = self._context.references.target(self._document.path, at)
            paths = {one.path for one in target[1]} if target is not None else set()
            if paths and not paths & {self._grown.path, self._document.path}:
                return False
        return True

    def _groups(self, missing: list[Variant]) -> Iterator[list[Variant]]:
        """The missing variants that belong to one place together."""
        group: list[Variant] = []
        last: Arm | None = None
        for variant in missing:
            neighbour = self._neighbour(variant)[0]
            if group and neighbour != last:
                yield group
                group = []
            group.append(variant)
            last = neighbour
        if group:
            yield group

    def _neighbour(self, variant: Variant) -> tuple[Arm, bool]:
        """The arm beside which a variant's belongs, and whether it comes behind it."""
        order = [one.name for one in self._grown.now.variants]
        at = order.index(variant.name)
        place = {one.name: arm for arm, variants in self._of.items() for one in variants}
        for name in reversed(order[:at]):
            if name in place:
                return place[name], True
        first = next(place[name] for name in order[at:] if name in place)
        return first, first.head

    def _site(self, group: list[Variant]) -> Site | None:
        arm, behind = self._neighbour(group[0])
        written = [self._written(variant, arm) for variant in group]
        if any(one is None for one in written):
            return None
        texts = [one[0] for one in written if one is not None]
        rule = min(one[1] for one in written if one is not None)
        start, draft = self._placed(texts, arm, behind)
        edit = self._context.edit
        at = edit.hunks[0].new_start if edit.hunks else 0
        names = " and ".join(f"`{one.name}`" for one in group)
        return Site(
            path=self._document.path,
            start=start,
            old="",
            draft=draft,
            intent=IntentKind.FIX,
            node=NodeKind.STATEMENT,
            relation=Relation.TYPED,
            distance=self._context.distances.of(at, self._document.path, start),
            trigger=Trigger.MEMBER_ADDED,
            rule=rule,
            why=f"lists every `{self._grown.now.name}` but {names}, new in {self._grown.path}",
        )

    # -- one arm

    def _written(self, variant: Variant, beside: Arm) -> tuple[str, float] | None:
        """The text of a new arm, and how sure it is; None where no arm could be like it."""
        models = [
            (arm, variants[0])
            for arm, variants in self._of.items()
            if len(variants) == 1 and self._plain(arm)
        ]
        fitting = [(arm, own) for arm, own in models if _kind(own.payload) == _kind(variant.payload)]
        if not models:
            return None
        body, rule = self._body(variant, fitting)
        arm, own = next(((a, o) for a, o in fitting or models if a == beside), (fitting or models)[0])
        label = self._relabelled(arm, own, variant, bool(fitting))
        if body is None:
            body = self._unwritten(arm)
        opening = self._opening(arm)
        return None if body is None or opening is None else (opening + label + body, rule)

    def _plain(self, arm: Arm) -> bool:
        """Whether nothing but its variant decides about an arm, and it does something."""
        label = self._label(arm)
        rest = self._rest(arm)
        return not re.search(r"\b(if|and|or|when)\b|&&|\|\|", label) and len(rest.strip(" \n:")) > 0

    def _rest(self, arm: Arm) -> str:
        return self._text[arm.label_end : arm.end]

    def _opening(self, arm: Arm) -> str | None:
        """What stands before the label; the `if` of a chain becomes what its other arms begin with."""
        if not arm.head:
            return self._text[arm.start : arm.label_start]
        other = next((one for one in self._found.arms if not one.head), None)
        return None if other is None else self._text[other.start : other.label_start]

    def _body(self, variant: Variant, models: list[tuple[Arm, Variant]]) -> tuple[str | None, float]:
        """What follows the label, as in most of the arms."""
        rests = [_ALIGNED.sub(" ", self._ended(self._rest(arm))) for arm, _ in models]
        best, count = Counter(rests).most_common(1)[0] if rests else ("", 0)
        if count >= LEAST and 2 * count > len(rests):
            return best, SURE if count == len(rests) else LIKELY
        alike: dict[tuple[str, ...], list[Pattern]] = {}
        for rest, (_, own) in zip(rests, models, strict=True):
            found = pattern(rest, own.name)
            alike.setdefault(found.parts, []).append(found)
        group = max(alike.values(), key=len, default=[])
        whole = common(group) if len(group) >= LEAST and 2 * len(group) > len(rests) else None
        if whole is None:
            return None, UNWRITTEN
        return filled(whole, variant.name), SURE if len(group) == len(rests) else LIKELY

    def _ended(self, rest: str) -> str:
        """An arm's rest with the sign that ends all but the last."""
        ends = self._style.ends
        return rest if not ends or rest.endswith((ends, "}")) else rest + ends

    def _unwritten(self, arm: Arm) -> str | None:
        known = conventions(self._document.path)
        opening = _OPENING.match(self._rest(arm))
        if known is None or not known.stub or opening is None or self._found.table:
            return None
        return opening.group() + known.stub + self._style.ends

    def _relabelled(self, arm: Arm, own: Variant, variant: Variant, same_kind: bool) -> str:
        label = self._label(arm)
        new = re.sub(rf"(?<![\w-]){re.escape(own.name)}(?![\w-])", lambda _: variant.name, label)
        if same_kind:
            return new
        bare = re.match(rf"(?:.*?(?<![\w-])){re.escape(variant.name)}(?![\w-])", new, re.DOTALL)
        payload = {"(": "(..)", "{": " { .. }"}.get(variant.payload[:1], "")
        return (bare.group() if bare else new) + payload

    # -- its place

    def _placed(self, texts: Iterable[str], arm: Arm, behind: bool) -> tuple[int, str]:
        """Where the new arms go and what is written there, in the list's own layout."""
        gap = self._gap()
        joined = gap.join(texts)
        if not behind:
            return arm.start, joined + gap
        ends = self._style.ends
        last = self._text[arm.end - 1 : arm.end]
        if ends and last not in {ends, "}"}:  # the last arm goes without
            return arm.end, ends + gap + joined.removesuffix(ends)
        return arm.end, gap + joined

    def _gap(self) -> str:
        """What stands between two arms."""
        arms = self._found.arms
        for one, other in pairwise(arms):
            between = self._text[one.end : other.start]
            if not between.strip(" \t\r\n,"):
                return between
        line = self._text.rfind("\n", 0, arms[-1].start) + 1
        indent = self._text[line : arms[-1].start]
        return ("," if self._found.table else "") + "\n" + (indent if not indent.strip() else "")


def _kind(payload: str) -> str:
    """How a variant carries what it carries."""
    return payload[:1] + str(payload.count(",")) if payload[:1] == "(" else payload[:1]
