"""In which block of a file an import belongs: around its uses, for type checkers, or the file itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from engine.intents.importing.order import module_kind
from engine.intents.importing.origins import Source
from engine.intents.importing.style import Style
from engine.syntax.index import Index
from engine.syntax.linking.imports import TOP, Span, Statement
from engine.syntax.linking.spelling import Speller
from engine.syntax.names.unresolved import Missing, is_type

HALF = 0.5
MOST_FOLLOWED = 60
"""Modules that are followed to see whether one leads back to the file."""


class Scoping:
    """Chooses blocks for the imports of one file."""

    def __init__(self, style: Style, index: Index) -> None:
        self.document = style.document
        self.text = style.text
        self.index = index
        self.known = style.known
        self.forms = style.forms
        self.speller = style.speller
        self.own = style.own

    def holder(self, source: Source, missing: Missing) -> Span:
        """The block that the import belongs to: one around the use, or the file."""
        held = [one for one in self.own if one.holder != TOP]
        for one in held:
            if one.guarded and one.holder[0] <= missing.start < one.holder[1]:
                return one.holder
        block = self._block(source, missing, [one for one in held if not one.guarded]) or self._walls(missing)
        if block is not None:
            return block
        guarded = [one for one in held if one.guarded]
        if guarded and missing.type_only and self._is_for_checkers(source, missing, guarded):
            return guarded[0].holder
        return TOP

    def _walls(self, missing: Missing) -> Span | None:
        """The module inside of the file that hides everything around it."""
        if not missing.walled or not missing.blocks:
            return None
        start, end = missing.blocks[0]
        return self.text.index("{", start, end) + 1, end

    def _leads_back(self, source: Source) -> bool:
        """Whether a module of Python imports this file while it is loaded: a circle the other way."""
        if self.speller.style != "dotted" or not source.own:
            return False
        modules, own = self.index.modules, self.document.path
        first = modules.resolve("dotted", own, source.module)
        first = modules.child("dotted", first, source.name) or first if first else None
        queue, seen = [first] if first else [], {first}
        for path in queue:
            if path.endswith("__init__.py") and path != first:
                continue  # a package that is half loaded already
            for target in self._loads(path):
                if target == own:
                    return True
                if target not in seen and len(seen) < MOST_FOLLOWED:
                    seen.add(target)
                    queue.append(target)
        return False

    def _loads(self, path: str) -> Iterator[str]:
        """The files that a file imports as soon as it is loaded."""
        for statement in self.index.imports(path):
            for item in statement.items if statement.holder == TOP else ():
                found = self.index.modules.resolve("dotted", path, item.module)
                if found is not None:
                    yield self.index.modules.child("dotted", found, item.name) or found

    def _is_for_checkers(self, source: Source, missing: Missing, guarded: Sequence[Statement]) -> bool:
        """Whether a type belongs to the block for type checkers, as others of its kind do."""
        if not missing.quoted and not self._lazy:
            return False
        if not self._lazy or source.inner > HALF or self._leads_back(source):
            return True  # what only quoted annotations use is there for checkers alone
        kind = module_kind(self.speller, self.known, source.module)
        return source.inner != 0 and (
            any(module_kind(self.speller, self.known, one.module) == kind for one in guarded)
            or not any(self._is_typed(item.local) for one in self._plain(kind) for item in one.items)
        )

    def _plain(self, kind: int) -> Iterator[Statement]:
        """The imports of one kind of modules that stand in the file itself."""
        for one in self.own:
            if one.holder == TOP and module_kind(self.speller, self.known, one.module) == kind:
                yield one

    def _is_typed(self, name: str) -> bool:
        """Whether the file uses a name in annotations only."""
        document = self.document
        uses = [one for one in document.mentions(name) if one.role.startswith(("ref", "forward"))]
        return bool(uses) and all(is_type(document, one) for one in uses)

    def _block(self, source: Source, missing: Missing, held: Sequence[Statement]) -> Span | None:
        """The innermost block around all uses that has imports of its own and may hold this one."""
        uses = self._uses(missing, held)
        around = {one.holder for one in held if all(one.holder[0] <= at < one.holder[1] for at in uses)}
        for block in sorted(around, key=lambda span: span[1] - span[0]):
            inside = [one for one in held if one.holder == block]
            function = any(start <= block[0] and block[1] <= end for start, end in missing.functions)
            if self.forms.inner or (source.inner > HALF if function else source.inner):
                return block
            if source.inner < 0 and self._is_kin(source, inside):
                return block
        return None

    def _is_kin(self, source: Source, inside: Sequence[Statement]) -> bool:
        """Whether the module is imported here, and nowhere for the whole file."""
        others = [one.module for one in self.own if one.holder == TOP]
        return source.module not in others and any(one.module == source.module for one in inside)

    def _uses(self, missing: Missing, held: Sequence[Statement]) -> list[int]:
        """Where the file uses the name, but for where a block imports it by itself."""
        border = self.document.border
        served = [one.holder for one in held if any(item.local == missing.name for item in one.items)]
        places = [
            border.to_chars(one.start)
            for one in self.document.mentions(missing.name)
            if one.role.startswith(("ref", "forward"))
        ]
        return [missing.start, *(at for at in places if not any(low <= at < high for low, high in served))]

    @cached_property
    def _lazy(self) -> bool:
        """Whether annotations are not evaluated in this file."""
        return any(
            item.name == "annotations" for one in self.own if one.module == "__future__" for item in one.items
        )


def inside(
    source: Source, holder: Span, missing: Missing, own: Sequence[Statement], speller: Speller
) -> Source:
    """A source as a module inside of the file writes it, where the block stands in one."""
    held = any(start <= holder[0] and holder[1] <= end for start, end in missing.blocks)
    first, _, rest = source.module.partition("::")
    if not held or first not in {"self", "super"}:
        return source
    words = ["super", *(["super"] if first == "super" else []), *filter(None, [rest])]
    meant = speller.origin(speller.path, source.module)
    same = (one.module for one in own if speller.origin(speller.path, one.module) == meant)
    return replace(source, module=next(same, "::".join(words)))
