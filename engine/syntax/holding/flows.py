"""Where types are written, and how a value goes from one name to another as it is.

A slot is a written type. A thing is what has one: a binding, or what a function returns. Outward all offsets
are characters; nodes and bytes stay in here. The patterns are those of flows.scm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tree_sitter import Node

from engine.syntax.document import Document, Mention
from engine.syntax.forms import Function, Parameter
from engine.syntax.holding.slots import (
    Made,
    Needless,
    Parts,
    Slot,
    made_of,
    matches,
    matches_at,
    needless_of,
    slot_of,
)
from engine.syntax.holding.things import TEXTS, Thing, Things, is_called
from engine.syntax.names.kin import kin
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.resolve import Entity
from engine.syntax.nodes import text_of, within

How = Literal[
    "assigned",
    "taken",
    "returned",
    "mixed",
    "given",
    "guessed",
    "produced",
    "loose",
    "below",
    "above",
    "beside",
]
"""assigned: the value comes from there; taken: it goes there; returned: out of a function, and nothing else;
mixed: out of a function that returns other things too; given: by a call, guessed: by one of something unknown
with a name of its own; produced: the value comes out of that function; loose: only if it is there."""

MOST_PLACES = 120
"""Mentions of one name that are followed in its own file, and in all others together."""
MOST_FILES = 12
"""Files beside a thing's own in which its mentions are followed."""
BARE = frozenset({"ref", "def.variable", "def.parameter"})
"""Roles of names without a receiver, which are no members where members need one."""


class Step(NamedTuple):
    """Another thing that holds the same value."""

    thing: Thing
    how: How


@dataclass(slots=True)
class Around:
    """Everything that is written about one thing."""

    slots: list[Slot] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    needless: list[Needless] = field(default_factory=list)


class Flows(Things):
    """Follows values through a project, one step at a time; `hint` is a word that other files must have."""

    def __init__(self, meaning: Meaning, hint: str) -> None:
        super().__init__(meaning)
        self._hint = hint
        self._guessed: set[tuple[str, int]] = set()
        """Mentions of which only the name says what they are."""
        self._outs: dict[tuple[str, int, int], tuple[tuple[list[Parts], set[Thing]], ...]] = {}

    # -- slots

    def around(self, thing: Thing) -> Around:
        """What is written about a thing, in its own file first."""
        found = Around()
        for document, mention in self._places(thing):
            for captures in matches(document, mention.start, mention.end):
                self._read(document, mention, captures, thing, found)
        if thing.is_return:
            self._body(thing, found)
        found.steps = list(dict.fromkeys(step for step in found.steps if step.thing != thing))
        return found

    def kin(self, thing: Thing) -> tuple[Step, ...]:
        """The same parameter or result of the methods above and below."""
        project, entity = self.meaning.project, thing.entity
        document = project.document(thing.path or entity.path)
        at = thing.at if thing.is_return else self.name_of(document, entity)
        if document is None or at < 0:
            return ()
        own = document.shapes.function_at(document.border.to_chars(at))
        named = own is not None and any(one.name == entity.name for one in own.parameters)
        if own is None or not own.owner or not (thing.is_return or named):
            return ()
        end = at + len(own.name.encode("utf-8", "surrogatepass"))
        method = document.classify(at, end, own.name)
        found: list[Step] = []
        for other in kin(self, document, method, self._hint):
            theirs = other.document.shapes.function_at(other.document.border.to_chars(other.mention.start))
            name = "" if thing.is_return else entity.name
            overloaded = _is_overloaded(other.document, other.mention)
            if theirs is None or (overloaded and not _alike(own, theirs, name)):
                continue
            if thing.is_return:
                entities = self.entities(other.document, other.mention)[:1]
                found += [
                    Step(Thing(one, other.mention.path, other.mention.start), other.way) for one in entities
                ]
                continue
            place = _same_parameter(own, theirs, entity.name)
            if place is not None:
                start = other.document.border.to_bytes(place.name_start)
                end = start + len(place.name.encode("utf-8", "surrogatepass"))
                found += [Step(one, other.way) for one in self.things(other.document, start, end)]
        return tuple(found)

    def slots_at(self, document: Document, start: int, name: str) -> tuple[Slot, ...]:
        """The written types of what a name at a character offset stands for."""
        at = document.border.to_bytes(start)
        things = self.things(document, at, at + len(name.encode("utf-8", "surrogatepass")))
        return tuple(slot for thing in things for slot in self.around(thing).slots)

    # -- places

    def _places(self, thing: Thing) -> Iterator[tuple[Document, Mention]]:
        """Where the thing is mentioned, that needs no look at more files than a few."""
        looked = 0
        for number, document in enumerate(self._documents(thing)):
            looked = looked if number > 1 else 0
            for mention in self._mentions(document, thing):
                if looked >= MOST_PLACES:
                    break
                if self._may_be(mention, thing):
                    looked += 1
                    if self._is(document, mention, thing):
                        yield document, mention

    def _mentions(self, document: Document, thing: Thing) -> tuple[Mention, ...]:
        """The mentions of a name; of a local only those in its own function."""
        scope = document.scope(thing.entity.scope) if document.path == thing.entity.path else None
        near = None
        if scope is not None and not scope.is_class and not document.knows(thing.entity.name):
            near = document.mentions_in(thing.entity.name, scope.key)
        return document.mentions(thing.entity.name) if near is None else near

    def _may_be(self, mention: Mention, thing: Thing) -> bool:
        """Whether a mention is worth being resolved."""
        if mention.role in TEXTS:
            return False
        if thing.is_return:
            return not mention.is_def or (mention.path, mention.start) == (thing.path, thing.at)
        if mention.own is not None or is_called(mention):
            return False
        home = self.meaning.project.document(thing.entity.path)
        scope = None if home is None else home.scope(thing.entity.scope)
        if scope is not None and not scope.is_class:
            return scope.key[0] <= mention.start < scope.key[1]
        if scope is None or scope.kind == "open" or mention.role not in BARE:
            return True
        return bool(mention.scopes) and mention.scopes[0].key == scope.key

    def _is(self, document: Document, mention: Mention, thing: Thing) -> bool:
        """Whether a mention is of this thing; a call of something unknown is, if the name is no other's."""
        entities = self.entities(document, mention)
        if thing.entity in entities or self._is_short(document, mention, thing.entity):
            return True
        if thing.is_return and not entities and self.may_mean(document, mention, thing.entity):
            self._guessed.add((mention.path, mention.start))
            return True
        return False

    def _is_short(self, document: Document, mention: Mention, entity: Entity) -> bool:
        """Whether a shorthand in a literal stands for this member too."""
        if mention.role != "ref.short":
            return False
        for captures in matches(document, mention.start, mention.end):
            node = captures["both"][0] if "both" in captures else None
            if node is not None and node.start_byte == mention.start:
                return entity in self._short(document, mention, captures)
        return False

    def _short(self, document: Document, mention: Mention, captures: Parts) -> tuple[Entity, ...]:
        """The members that a shorthand in a literal writes."""
        if "owner" in captures:
            return tuple(self.member(document, captures["owner"][0], mention.name))
        owner = self.meaning.literal_owner(document, mention)
        return () if owner is None else (Entity(owner.path, owner.scope, mention.name),)

    def _documents(self, thing: Thing) -> Iterator[Document]:
        project, entity = self.meaning.project, thing.entity
        home = project.document(entity.path)
        scope = None if home is None else home.scope(entity.scope)
        if home is not None:
            yield home
        if scope is not None and not scope.is_class:
            return  # a local
        hinted = set(project.files_with(self._hint)) if self._hint else set()
        others = (path for path in project.files_with(entity.name) if path != entity.path and path in hinted)
        yield from self.affordable(others, entity.path, MOST_FILES)

    # -- what is written at one place

    def _read(
        self, document: Document, mention: Mention, captures: Parts, thing: Thing, found: Around
    ) -> None:
        def stands(name: str) -> bool:
            nodes = captures.get(name)
            return bool(nodes) and nodes is not None and nodes[0].start_byte == mention.start

        if stands("name"):
            slot = slot_of(document, captures)
            if slot is not None and (slot.kind == "return") == thing.is_return:
                found.slots.append(slot)
        elif stands("to"):
            self._received(document, captures, "loose" if "loose" in captures else "assigned", found)
        elif stands("from"):
            self._sent(document, captures, thing, found)
        elif stands("both"):
            self._both(document, mention, captures, thing, found)
        elif stands("inner") and not thing.is_return:
            needless = needless_of(document, captures)
            if needless is not None:
                found.needless.append(needless)

    def _received(self, document: Document, captures: Parts, how: How, found: Around) -> None:
        """The value that is written to the thing."""
        if "made" in captures:
            found.made.append(made_of(document, captures))
        elif "from" in captures:
            node = captures["from"][0]
            things = self.things(document, node.start_byte, node.end_byte)
            found.steps += [Step(one, "produced" if one.is_return else how) for one in things]

    def _sent(self, document: Document, captures: Parts, thing: Thing, found: Around) -> None:
        """Where the value of the thing is written to."""
        if "to" in captures:
            node = captures["to"][0]
            how: How = "loose" if "loose" in captures else "given" if thing.is_return else "taken"
            if (document.path, captures["from"][0].start_byte) in self._guessed:
                how = "guessed"
            if "owner" in captures:
                entities = self.member(document, captures["owner"][0], text_of(node))
                found.steps += [Step(Thing(entity), how) for entity in entities]
            else:
                found.steps += [
                    Step(one, how) for one in self.things(document, node.start_byte, node.end_byte)
                ]
        elif "return" in captures:
            function = self._function(document, captures["from"][0])
            if function is not None:
                node, mention = function
                how = "returned" if self._firm(document, node, thing) else "mixed"
                found.steps += [
                    Step(Thing(entity, document.path, mention.start), how)
                    for entity in self.entities(document, mention)[:1]
                ]

    def _both(
        self, document: Document, mention: Mention, captures: Parts, thing: Thing, found: Around
    ) -> None:
        """A shorthand: the local of the name is written to the member of the name."""
        members = self._short(document, mention, captures)
        if thing.entity in members:
            entities, how = self.meaning.entities(document, mention), "assigned"
        else:
            entities, how = members, "taken"
        found.steps += [
            Step(Thing(one), "assigned" if how == "assigned" else "taken")
            for one in entities
            if one != thing.entity
        ]

    # -- functions

    def _function(self, document: Document, node: Node) -> tuple[Node, Mention] | None:
        """The function around a node that says what it returns: its node and its name."""
        scopes = document.scopes_at(node.start_byte, node.end_byte)
        around = next((scope.node for scope in scopes if scope.kind == "function"), None)
        for outer in (around, around.parent) if around is not None else ():
            for captures in matches_at(document, outer) if outer is not None else ():
                slot = slot_of(document, captures)
                if slot is not None and slot.kind == "return":
                    own = captures.get("body", captures["slot.return"])[0]
                    if own == around:
                        name = captures["name"][0]
                        mention = document.classify(name.start_byte, name.end_byte, slot.name)
                        return own, mention
        return None

    def _ways(self, document: Document, function: Node) -> dict[int, list[Parts]]:
        """The ways out of a function that return something, with what is known of each."""
        ways: dict[int, list[Parts]] = {}
        empty: set[int] = set()
        for captures in matches(document, function.start_byte, function.end_byte):
            nodes = captures.get("return") or captures.get("exit")
            if nodes is None or not within(nodes[0], function):
                continue
            if "nothing" in captures or ("exit" in captures and not nodes[0].named_child_count):
                empty.add(nodes[0].start_byte)
                continue
            inner = (captures.get("from") or captures.get("whole") or nodes)[0]
            scopes = document.scopes_at(inner.start_byte, inner.end_byte)
            own = next((scope.node for scope in scopes if scope.kind == "function"), None)
            if own == function:
                ways.setdefault(nodes[0].start_byte, []).append(captures)
        return {start: way for start, way in ways.items() if start not in empty}

    def _exits(self, document: Document, function: Node) -> tuple[tuple[list[Parts], set[Thing]], ...]:
        """The same with what may leave the function on each; a function of many returns is asked often."""
        key = (document.path, function.start_byte, function.end_byte)
        if key not in self._outs:
            ways = self._ways(document, function).values()
            self._outs[key] = tuple((way, self._returned(document, way)) for way in ways)
        return self._outs[key]

    def _returned(self, document: Document, way: list[Parts]) -> set[Thing]:
        """What may leave a function on one way."""
        nodes = [captures["from"][0] for captures in way if "from" in captures]
        return {thing for node in nodes for thing in self.things(document, node.start_byte, node.end_byte)}

    def _firm(self, document: Document, function: Node, thing: Thing) -> bool:
        """Whether a function returns nothing but this thing."""
        return all(thing in things for _, things in self._exits(document, function))

    def _body(self, thing: Thing, found: Around) -> None:
        """Where the value comes from that a function returns."""
        document = self.meaning.project.document(thing.path)
        name = thing.entity.name.encode("utf-8", "surrogatepass")
        for captures in matches(document, thing.at, thing.at + len(name)) if document is not None else ():
            if (
                document is None
                or "slot.return" not in captures
                or captures["name"][0].start_byte != thing.at
            ):
                continue
            ways = self._exits(document, captures.get("body", captures["slot.return"])[0])
            found.made += [made_of(document, one) for way, _ in ways for one in way if "made" in one]
            if ways:
                found.steps += [
                    Step(one, "produced" if one.is_return else "returned")
                    for one in sorted(set.intersection(*(things for _, things in ways)))
                ]
            return


def _is_overloaded(document: Document, mention: Mention) -> bool:
    """Whether its class has other methods of the same name."""
    key = mention.scopes[0].key if mention.scopes else None
    same = [one for one in document.mentions(mention.name) if one.is_def and one.scopes]
    return sum(one.scopes[0].key == key and one.own is not None for one in same) > 1


def _alike(own: Function, other: Function, name: str) -> bool:
    """Whether all parameters say the same types, that of this name left out."""
    ours = [one for one in own.parameters if one.kind != "self"]
    theirs = [one for one in other.parameters if one.kind != "self"]
    return len(ours) == len(theirs) and all(
        a.type == b.type or a.name == name for a, b in zip(ours, theirs, strict=True)
    )


def _same_parameter(own: Function, other: Function, name: str) -> Parameter | None:
    """The parameter at the same place of a function with as many, or the one of the same name."""
    ours = [one for one in own.parameters if one.kind != "self"]
    theirs = [one for one in other.parameters if one.kind != "self"]
    if len(ours) == len(theirs):
        pairs = zip(ours, theirs, strict=True)
        return next((their for our, their in pairs if our.name == name and their.name), None)
    return next((one for one in theirs if one.name == name), None)
