"""Symbols of one place: a local is certain inside its block, the alias of an import inside its file."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cached_property

from trainer.simulate.named import MOST, Named, Symbols
from trainer.simulate.roles import DEFINES, Place, place

_MODIFIED = re.compile(r"\b(?:private|public|protected|readonly|override)\b")


STATEMENTS = frozenset(
    [
        "let_declaration",
        "short_var_declaration",
        "var_spec",
        "variable_declarator",
        "local_variable_declaration",
    ]
)
"""What declares a local together with its first value."""


class Scoped(Symbols):
    """All certain symbols of a tree, those of one place too."""

    def local(self, rng: random.Random) -> Named | None:
        """A local or parameter, drawn at random."""
        name = rng.choice(self._local_names) if self._local_names else ""
        if not name:
            return None
        spots = self.tree.words[name]
        path, start = rng.choice(spots)
        at = place(self.tree.document(path), path, start, self.tree.language)
        return self.local_at(name, at) if at.role in {"local", "parameter"} else None

    @cached_property
    def _local_names(self) -> list[str]:
        return [
            name
            for name, places in self.tree.words.items()
            if len(places) > 1
            and name[0].islower()
            and not self.tree.grammar.is_word(name)
            and name not in {"self", "cls", "this"}
        ]

    def local_at(self, name: str, at: Place) -> Named | None:
        """The local or parameter that is declared at a place, if all its mentions are certain."""
        bounds = (
            self.kinds.functions
            if at.role == "parameter" or self.kinds.hoisted
            else (self.kinds.functions | self.kinds.blocks)
        )
        node = at.inside(bounds)
        comprehension = at.inside(self.kinds.functions | self.kinds.blocks)
        if node is None or (self.kinds.hoisted and comprehension != node) or node.end - node.start > 20_000:
            return None
        text = self.tree.texts[at.path]
        starts = [
            start
            for path, start in self.tree.words[name]
            if path == at.path and node.start <= start < node.end
        ]
        document = self.tree.document(at.path)
        inside = [place(document, at.path, start, self.tree.language) for start in starts]
        own = [one for one in inside if one.role not in {"member", "key", "keyword", "method", "field"}]
        defs = [one for one in own if one.role in DEFINES]
        if any(one.role in {"other", "import"} or one.inside(bounds) is None for one in own):
            return None
        if any(one.role not in {"local", "parameter"} for one in defs):
            return None
        again = self.kinds.hoisted and all(self._home(one) == node for one in defs)
        if (len(defs) > 1 and not again) or len(own) < 2:
            return None
        if not self.kinds.hoisted and min(one.start for one in own) < at.start:
            return None
        statement = at.inside(STATEMENTS)
        if statement is not None and any(at.start < one.start < statement.end for one in own):
            return None  # perhaps what it had before
        if self._declared_otherwise(name, at, text, node.start, node.end):
            return None
        places = [*own]
        if at.role == "parameter":
            passed = self._passed(name, at)
            if passed is None:
                return None
            places += passed
        pairs = frozenset((one.path, one.start) for one in own if one.role == "short")
        first = min(defs, key=lambda one: one.start)
        return Named(name, at.role, tuple(places), (first,), (at.path, node.start, node.end), pairs)

    def _home(self, one: Place) -> object:
        return one.inside(self.kinds.functions | self.kinds.blocks)

    def _declared_otherwise(self, name: str, at: Place, text: str, start: int, end: int) -> bool:
        """Whether a local is more than a local: a field, too, a fixture, a name inside a format string."""
        owner = at.nodes[1]
        if at.role == "parameter":
            around = at.nodes[1:4]
            head = text[owner.start : at.start]
            if _MODIFIED.search(head) or any(node.type == "record_declaration" for node in around):
                return True
        if self.tree.language == "rust" and re.search(r"\{" + re.escape(name) + r"\b", text[start:end]):
            return True
        line = text.rfind("\n", 0, start) + 1
        before = text[max(0, line - 200) : start + 40]
        return self.tree.language == "python" and (
            "fixture" in before
            or "def test" in before
            or "global " in text[start:end]
            or "nonlocal " in text[start:end]
        )

    def _passed(self, name: str, at: Place) -> list[Place] | None:
        """Keyword arguments of calls of the function around a parameter; None where that is unsure."""
        if self.tree.language != "python":
            return []
        node = at.inside(self.kinds.functions)
        function = self._function_name(at, node.start) if node is not None else ""
        found: list[Place] = []
        for path, start in self.tree.words[name]:
            text = self.tree.texts[path]
            if re.compile(r"\s*=(?!=)").match(text, start + len(name)) is None:
                continue
            one = place(self.tree.document(path), path, start, self.tree.language)
            if one.role != "keyword":
                continue
            call = one.inside(frozenset({"call"}))
            callee = text[call.start : start].partition("(")[0] if call is not None else ""
            if not function or callee.rpartition(".")[2].strip() == function:
                found.append(one)
        if found and (not function or sum(o.defines for o in self.places(function)) != 1):
            return None
        return found if function or not found else None

    def _function_name(self, at: Place, start: int) -> str:
        match = re.compile(r"(?:async\s+)?def\s+(\w+)").match(self.tree.texts[at.path], start)
        name = match[1] if match else ""
        return "" if name.startswith("__") else name

    # -- aliases

    def aliases(self) -> Iterator[Named]:
        """Names that an import gives to what it brings in, each alone in its file."""
        for name, words in self.tree.words.items():
            if len(words) < 2 or len(name) < 2 or self.tree.grammar.is_word(name) or len(words) > 4 * MOST:
                continue
            if not any(self._maybe_alias(path, start) for path, start in words[:MOST]):
                continue
            by_path: dict[str, list[Place]] = {}
            for one in self.places(name):
                by_path.setdefault(one.path, []).append(one)
            for path, mentions in by_path.items():
                own = [one for one in mentions if one.role not in {"member", "key", "keyword"}]
                defs = [one for one in own if one.role == "alias"]
                plain = all(one.role in {"ref", "alias"} for one in own)
                brought = any(
                    one.role == "import" for other, held in by_path.items() if other != path for one in held
                )
                if any(one.defines and one.path != path for other in by_path.values() for one in other):
                    continue  # perhaps it is imported under its own name
                if (
                    len(defs) == 1
                    and plain
                    and len(own) > 1
                    and not brought
                    and defs[0].nodes[-2].type in self.kinds.imports
                ):
                    yield Named(name, "alias", tuple(own), tuple(defs), (path, 0, len(self.tree.texts[path])))

    def _maybe_alias(self, path: str, start: int) -> bool:
        text = self.tree.texts[path]
        line = text.rfind("\n", 0, start) + 1
        head = text[max(0, line - 400) : start]
        return "import" in head or "use " in head
