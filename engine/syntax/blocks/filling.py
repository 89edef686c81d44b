"""The one expression of a function with the arguments of a call put in; offsets are characters."""

from __future__ import annotations

from engine.syntax.blocks.bodies import Bodies
from engine.syntax.blocks.code import Code, code
from engine.syntax.blocks.fit import Part
from engine.syntax.blocks.flow import Flow
from engine.syntax.document import Document
from engine.syntax.forms import Call, Function
from engine.syntax.nodes import text_of


class Filling:
    """The functions and calls of one document."""

    def __init__(self, document: Document, bodies: Bodies) -> None:
        self._document, self._bodies = document, bodies
        self._code: Code | None = code(document.grammar.name)

    def filled(self, function: Function, call: Call) -> tuple[list[Part], str, bool] | None:
        """The one expression of a function with a call's arguments put in, what the grammar calls it, and
        whether every argument that does something is put in exactly once; None where that cannot be known."""
        known = self._code
        body = None if known is None else self._bodies.body(function)
        given = _given(function, call)
        if known is None or body is None or body.statements or body.result is None or given is None:
            return None
        flow = Flow(self._document, known)
        result = body.result
        parts: list[Part] = []
        times = dict.fromkeys(given, 0)
        at = result.start_byte
        data = self._document.data
        for leaf, _ in known.leaves(result):
            name = text_of(leaf)
            if name not in given or not flow.is_name(leaf):
                continue
            lead = f"{name}: " if "shorthand" in leaf.type else ""
            parts.append(Part(data[at : leaf.start_byte].decode("utf-8", "replace") + lead))
            parts.append(Part(given[name][0], self._kind(given[name])))
            times[name] += 1
            at = leaf.end_byte
        parts.append(Part(data[at : result.end_byte].decode("utf-8", "replace")))
        once = all(count == 1 or "(" not in given[name][0] for name, count in times.items())
        return parts, result.type, once

    def _kind(self, argument: tuple[str, int]) -> str:
        """What the grammar calls an argument; a default's text is looked at alone."""
        text, start = argument
        low = self._document.border.to_bytes(start)
        high = low + len(text.encode("utf-8", "surrogatepass"))
        node = self._document.tree.root_node.named_descendant_for_byte_range(low, high)
        return node.type if node is not None else "identifier"

    def free(self, function: Function) -> frozenset[str]:
        """The names that the body takes from around the function."""
        body = None if self._code is None else self._bodies.body(function)
        if self._code is None or body is None or body.result is None:
            return frozenset()
        names = Flow(self._document, self._code).names([*body.statements, body.result])
        own = {one.name for one in function.parameters}
        return frozenset(name.decode("utf-8", "replace") for name in names) - own

    def hides(self, names: frozenset[str], start: int) -> bool:
        """Whether one of these names means something local at a place."""
        known = self._code
        if known is None:
            return True
        low = self._document.border.to_bytes(start)
        flow = Flow(self._document, known)
        node = self._document.tree.root_node.descendant_for_byte_range(low, low + 1)
        while node is not None:
            if known.has(node, "function") and flow.binds(node, (name.encode() for name in names)):
                return True
            node = node.parent
        return False


def _given(function: Function, call: Call) -> dict[str, tuple[str, int]] | None:
    """What each parameter gets in a call, with where that is written; None where it cannot be told."""
    wanted = [one for one in function.parameters if one.kind != "self"]
    if any(one.kind != "plain" for one in wanted) or any(one.spread for one in call.arguments):
        return None
    given: dict[str, tuple[str, int]] = {}
    plain = iter(wanted)
    for argument in call.arguments:
        if argument.keyword:
            value = argument.text.partition("=")[2].strip()
            given[argument.keyword] = (value, argument.end - len(value))
            continue
        parameter = next(plain, None)
        if parameter is None:
            return None
        given[parameter.name] = (argument.text, argument.start)
    for parameter in wanted:
        if parameter.name not in given and parameter.default:
            given[parameter.name] = (parameter.default, parameter.default_start)
    return given if {one.name for one in wanted} == set(given) else None
