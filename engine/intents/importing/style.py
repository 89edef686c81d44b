"""How a file writes its imports: forms, quotes, lists, found from those that stand there or beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engine.intents.importing.origins import Source
from engine.syntax.document import Document
from engine.syntax.linking.imports import Statement, local_name
from engine.syntax.linking.library import Imports
from engine.syntax.linking.spelling import Speller

HALF, MIXED = 0.5, 0.2
"""The share of statements that decides how one is ended; from which on a file ends them in two ways."""
_QUOTED = re.compile(r"""["']""")
_SPACED = re.compile(r"\{ ")


@dataclass(frozen=True, slots=True)
class Put:
    """One import at its place: `old` at `start` becomes `new`."""

    start: int
    old: str
    new: str


class Style:
    """What the imports of one file look like."""

    def __init__(
        self,
        document: Document,
        known: Imports,
        speller: Speller,
        own: Sequence[Statement],
        others: Sequence[Sequence[Statement]],
    ) -> None:
        """`others` are imports of files near by, for what this file does not show."""
        self.document = document
        self.text = document.border.text
        self.known = known
        self.forms = known.forms
        self.speller = speller
        self.own = own
        self.others = others
        self.beside = [statement for one in others for statement in one]
        self.newline = "\r\n" if "\r\n" in self.text else "\n"

    def line(self, at: int) -> int:
        """Where the line of an offset begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_before(self, start: int) -> str:
        """The line that ends where another begins."""
        return self.text[self.text.rfind("\n", 0, start - 1) + 1 : start]

    @cached_property
    def marks(self) -> bool:
        """Whether types are marked one by one inside of lists."""
        for statements in (self.own, self.beside):
            marked = sum(item.type_only for one in statements for item in one.items)
            whole = sum(one.type_only for one in statements)
            if marked or whole:
                return marked > 0
        return False

    @cached_property
    def marks_alone(self) -> bool:
        """Whether that is so even where a statement brings in nothing but types."""
        marked = [
            one
            for statements in (self.own, self.beside)
            for one in statements
            if one.items and all(item.type_only for item in one.items)
        ]
        return bool(marked) and not any(one.type_only for one in (*self.own, *self.beside))

    @property
    def braces(self) -> bool:
        """Whether a list of names needs its brackets."""
        return self.forms.brackets == ("{", "}")

    def splits(self, own: Sequence[Statement]) -> bool:
        """Whether the file, or else its neighbours, import each name by a statement of its own."""
        for files in ((own,), self.others):
            twice = several = 0
            for statements in files:
                seen: set[tuple[str, bool]] = set()
                for one in statements:
                    plain = self.forms.between == "::" and all(item.name.islower() for item in one.items)
                    if (
                        not one.module
                        or plain
                        or any(item.renamed or item.kind != "name" for item in one.items)
                    ):
                        continue
                    key = (one.module, one.type_only)
                    twice += key in seen
                    seen.add(key)
                    several += len(one.items) > 1
            if twice or several:
                return twice > several
        return False

    def render(self, source: Source, block: bool = False) -> str:
        """The statement, written as this file writes its imports."""
        templates = self.forms.templates
        form = source.kind
        require = self._requires(source)
        source = replace(source, marked=source.type_only and self.marks_alone)
        prefix = "require." if require else "type." if source.type_only and not source.marked else ""
        if prefix + form not in templates:
            prefix = ""
        if (source.renamed and source.kind == "name") or (
            source.kind == "module" and f"{form}.alias" in templates and self._aliased(source)
        ):
            form = form if source.kind == "name" else f"{form}.alias"
        if block:
            form = "block.alias" if form.endswith("alias") else "block"
        if source.kind == "name" and not source.module and "bare" in templates:
            form = "bare"
        item = self.item(source, bool(prefix), require)
        module = self._quote(source) + source.module + self._quote(source)
        pattern = templates.get(prefix + form, templates.get(form, ""))
        shown = self._shown("{", source)
        if shown and not _SPACED.search(shown):
            pattern = pattern.replace("{ {item} }", "{{item}}")
        if require:
            word = self._word(source)
            pattern = pattern.replace("const ", f"{word} ", 1) if word in {"var", "let", "const"} else pattern
        text = (
            pattern.replace("{module}", module).replace("{item}", item)
            .replace("{local}", source.local).replace("{name}", source.name)
        )  # fmt: skip
        return text + ("" if block else self._end(source))

    def _word(self, source: Source) -> str:
        """The word by which a required module is bound; where the file has several, as others bind it."""
        words = Counter(one.text.split(" ")[0] for one in self.own if one.require)
        usual = words.most_common(1)[0] if words else ("", 0)
        if (
            usual[1] >= (1 - MIXED) * words.total() > 0
            or source.example is None
            or not source.example.require
        ):
            return usual[0] or self._shown("require(", source).split(" ")[0]
        return source.example.text.split(" ")[0]

    def _aliased(self, source: Source) -> bool:
        """Whether a module is bound to another name than its own."""
        if local_name(self.speller.style, source.module) != source.local:
            return source.example is None or self._says(source.local, source.example.text)
        same = [
            one
            for one in self.own
            for item in one.items[:1]
            if item.kind == "module" and item.local == local_name(self.speller.style, item.module)
        ]
        return 2 * sum(self._says(one.items[0].local, one.text) for one in same) > len(same)

    def _says(self, local: str, text: str) -> bool:
        return bool(re.search(rf"\bas\s+{re.escape(local)}\b|(?:^|[\s(]){re.escape(local)}\s+\"", text))

    def item(self, source: Source, typed: bool, require: bool = False) -> str:
        """The entry of a list; `typed` says that the statement marks it as a type already."""
        alias = self.forms.templates.get("require.alias" if require else "alias", "{name}")
        item = (
            alias.replace("{name}", source.name).replace("{local}", source.local)
            if source.renamed
            else source.name
        )
        if source.type_only and source.marked and not typed:
            return self.forms.templates.get("type.item", "{item}").replace("{item}", item)
        return item

    def _requires(self, source: Source) -> bool:
        if "require.name" not in self.forms.templates:
            return False
        for statements in (self.own, self.beside):
            if statements:
                return sum(one.require for one in statements) * 2 > len(statements)
        return source.example is not None and source.example.require

    def _shown(self, needle: str, source: Source) -> str:
        """An import of this file, or of one beside it, in which the needle stands."""
        shown: list[Statement] = [*self.own, *self.beside]
        if source.example is not None:
            shown.append(source.example)
        for one in shown:
            if needle in one.text and "\n" not in one.text:
                return one.text
        return ""

    def _quote(self, source: Source) -> str:
        if not self.forms.quotes:
            return ""
        for one in self.own:
            found = _QUOTED.search(one.text)
            if found:
                return str(found.group())
        for quote in self.forms.quotes:
            if self._shown(quote, source):
                return quote
        return self.forms.quotes[0]

    def _end(self, source: Source) -> str:
        if self.forms.end != ";" or not self.forms.quotes:
            return self.forms.end
        if not self.own and ";\n" in self.text:
            return ";"
        example = source.example
        for statements in (self.own, self.beside, () if example is None else (example,)):
            if statements:
                ended = sum(one.text.endswith(";") for one in statements) / len(statements)
                if example is not None and MIXED < ended < 1 - MIXED:
                    return ";" if example.text.endswith(";") else ""
                return ";" if ended > HALF else ""
        return ";" if ";" in self.text or not self.text.strip() else ""
