"""How a run of statements ends that a call replaces: what it leaves behind, and where that goes."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from engine.syntax.blocks.clones import Match, Pattern
from engine.syntax.blocks.code import Code
from engine.syntax.blocks.flow import Flow
from engine.syntax.document import Document
from engine.syntax.nodes import source_of


class Endings:
    """The endings of the runs that one body's statements match."""

    def __init__(
        self, document: Document, known: Code, names: frozenset[bytes], result: Node | None, pattern: Pattern
    ) -> None:
        self._document, self._known, self._flow = document, known, Flow(document, known)
        self._locals = names
        """What the body binds."""
        self._result, self._pattern = result, pattern
        """What it returns, to be found where it stands."""

    def of(self, match: Match, following: Node | None) -> tuple[Node, str, str] | None:
        """The last statement that a call replaces, and what stays around the call; None where it cannot."""
        result, last = self._result, match.nodes[-1]
        end = ";" if any(_ends(node) for node in self._simple(match)) else ""
        if result is None:
            return (last, "", end) if not self._live(match, last.end_byte) else None
        names = self._returned(result, match)
        if following is not None:
            held = self._inside(result, match, following)
            if held is not None and (not names or self._returns(following, held)):
                if self._live(match, following.end_byte) or self._mentioned(match, following, held):
                    return None
                data = self._document.data
                return (
                    following,
                    data[following.start_byte : held.start_byte].decode("utf-8", "replace"),
                    data[held.end_byte : following.end_byte].decode("utf-8", "replace"),
                )
        if not names or self._live(match, last.end_byte) - set(names):
            return None
        before = self._declaration(match, names)
        return None if before is None else (last, before, end)

    def _returns(self, following: Node, held: Node) -> bool:
        """Whether a statement returns what is returned, and nothing more."""
        known = self._known
        if not known.has(following, "return") and known.has(following, "effect"):
            following = following.named_children[0] if following.named_child_count == 1 else following
        outer = held.parent
        if outer is not None and known.has(outer, "row"):
            outer = outer.parent
        return held == following or (known.has(following, "return") and outer == following)

    def _simple(self, match: Match) -> Iterator[Node]:
        """The statements of a run and of the blocks in it."""
        stack = list(match.nodes)
        while stack:
            node = stack.pop()
            yield node
            for child in node.named_children:
                stack += self._known.statements(child) if self._known.has(child, "block") else []

    def _returned(self, result: Node, match: Match) -> list[bytes]:
        """What the returned names are called at a place; empty where something else is returned."""
        several = self._known.has(result, "row") or self._known.has(result, "tuple")
        nodes = result.named_children if several else [result]
        names: list[bytes] = []
        for node in nodes:
            name = match.names.get(source_of(node)) if node.type == "identifier" else None
            if name is None:
                return []
            names.append(name)
        return names

    def _inside(self, result: Node, match: Match, following: Node) -> Node | None:
        """The one place in the statement after a run where what is returned stands."""
        held = [one.nodes[0] for one in self._candidates(result, following) if self._agree(match, one)]
        return held[0] if len(held) == 1 else None

    def _candidates(self, result: Node, following: Node) -> Iterator[Match]:
        pattern = self._pattern
        if result.type != "identifier":
            yield from pattern.find(self._document, following.start_byte, following.end_byte)
            return
        for leaf, _ in self._known.leaves(following):
            found = pattern.match(self._document, [leaf]) if leaf.type == "identifier" else None
            if found is not None and self._flow.is_name(leaf):
                yield found

    def _agree(self, one: Match, other: Match) -> bool:
        """Whether two matches bind what they share to the same."""
        if any(one.names.get(name, text) != text for name, text in other.names.items()):
            return False
        tokens = self._known.tokens
        return all(tokens(one.holes.get(name, node)) == tokens(node) for name, node in other.holes.items())

    def _live(self, match: Match, after: int) -> set[bytes]:
        """Names bound in a run that are used after it."""
        end = self._end(match)
        names = {match.names.get(name, name) for name in self._locals}
        return {name for name in names if self._flow.mentions(name, after, end)}

    def _end(self, match: Match) -> int:
        """The end of the function around a run."""
        around = self._known.function_of(match.nodes[-1])
        return around.end_byte if around is not None else len(self._document.data)

    def _mentioned(self, match: Match, following: Node, held: Node) -> bool:
        """Whether a name bound in a run is used in the next statement outside of what is returned."""
        names = {match.names.get(name, name) for name in self._locals}
        spans = ((following.start_byte, held.start_byte), (held.end_byte, following.end_byte))
        return any(self._flow.mentions(name, *span) for name in names for span in spans)

    def _declaration(self, match: Match, names: list[bytes]) -> str | None:
        """What a call's result is assigned with: as the names are declared in the run, or by a plain `=`."""
        data = self._document.data
        text = b", ".join(names)
        for node in match.nodes:
            if not self._known.has(node, "declares"):
                continue
            leaf = next((one for one, _ in self._known.leaves(node) if source_of(one) == names[0]), None)
            if leaf is not None and self._flow.is_written(leaf):
                sign = data.find(b"=", leaf.end_byte, node.end_byte)
                sign = sign - 1 if data[sign - 1 : sign] == b":" else sign
                lead = data[node.start_byte : leaf.start_byte]
                typed = data[leaf.end_byte : sign] if sign > 0 else b" "
                mark = b":=" if data[sign : sign + 1] == b":" else b"="
                if not self._rebound(match, names):
                    lead = self._settled(lead)
                made = lead + text + (typed.rstrip() if len(names) == 1 else b"") + b" " + mark + b" "
                return made.decode("utf-8", "replace")
        return (
            (text + b" = ").decode("utf-8", "replace")
            if len(names) == 1 or not self._known.of("declares")
            else None
        )

    def _rebound(self, match: Match, names: list[bytes]) -> bool:
        """Whether a name that a call gives is bound anew after a run."""
        end = self._end(match)
        return any(
            self._flow.is_written(leaf)
            for name in names
            for leaf in self._flow.mentions(name, match.end, end)
        )

    def _settled(self, lead: bytes) -> bytes:
        """The words of a declaration whose name stays as it is."""
        loose, _, firm = self._known.forms.get("settle", "").encode().partition(b"|")
        return lead.replace(loose, firm, 1) if loose and lead.split() == loose.split() else lead


def _ends(node: Node) -> bool:
    """Whether a statement ends with a semicolon, one that is not there for what follows it."""
    text = source_of(node)
    return text.endswith(b";") and not text[:-1].endswith((b" ", b"\n", b"\t"))
