"""The references of a member: a method, attribute or field of a class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.syntax.document import Document, Mention
from engine.syntax.names.classes import HOLDING, Value
from engine.syntax.names.found import ABSTRACT, CERTAIN, OVERRIDE, UPWARD, UPWARD_CHECKED, Found
from engine.syntax.names.meaning import LITERAL, PASSED, Meaning
from engine.syntax.names.resolve import Entity
from engine.syntax.names.takers import Takers
from engine.syntax.nodes import text_of
from engine.types import Relation

MOST_TYPES = 60
"""Types with a method of the same name among which implementations of an interface are looked for."""


class MemberSearch:
    """Sorts the mentions of a member's name by what is known of their receivers."""

    def __init__(
        self, meaning: Meaning, entity: Entity, mentions: Iterable[tuple[Document, Mention]]
    ) -> None:
        self._meaning = meaning
        self._mentions = list(mentions)
        self._literals: dict[tuple[str, int], Value] = {}
        """Keys of literals with the class or interface that they belong to."""
        self._start = Value("class", entity.path, entity.scope)
        self._takers = Takers(meaning, self._start)
        self._holders = self._find_holders()
        self._group = self._related(set(self._holders.values()))

    def run(self, found: Found) -> None:
        """Fill in what is sure and what is open."""
        for document, mention in self._mentions:
            holder = self._holders.get((mention.path, mention.start))
            if holder is not None:
                if holder in self._group:
                    own = CERTAIN[Relation.SAME_CLASS] if holder == self._start else OVERRIDE
                    found.sure.append((mention, Relation.SAME_CLASS, min(own, self._trust(holder))))
                else:
                    found.strangers += 1
            elif (mention.path, mention.start) in self._literals:
                owner = self._literals[mention.path, mention.start]
                if owner in self._group:
                    rule = min(CERTAIN[Relation.TYPED], self._trust(owner))
                    found.sure.append((mention, Relation.TYPED, rule))
            elif mention.role == "ref.short":
                if self._meaning.literal_owner(document, mention) in self._group:
                    found.sure.append((mention, Relation.TYPED, CERTAIN[Relation.TYPED]))
            elif mention.role in {"member", "def.member", "member.dotted", "member.key", "def.short"}:
                self._attribute(document, mention, found)
            elif mention.role in {*PASSED, "keyword.field"}:
                self._field(document, mention, found)
            elif self._meaning.plain(mention) or mention.role == "import.source":
                bare = self._bare_owner(mention)
                if bare is not None and bare in self._group:
                    trust = min(CERTAIN[Relation.SAME_CLASS], self._trust(bare))
                    found.sure.append((mention, Relation.SAME_CLASS, trust))

    def _bare_owner(self, mention: Mention) -> Value | None:
        """The class whose member a bare name is: one around it, a base of one that shows its members, or one
        whose members are imported."""
        owner = self._meaning.imported_owner(mention)
        if owner is not None:
            return owner
        entity = self._meaning.resolver.entity(mention)
        if isinstance(entity, Entity):
            return Value("class", entity.path, entity.scope)
        return self._meaning.inherited(mention)

    def _trust(self, owner: Value) -> float:
        """1 for the class itself and what inherits from it, less for its bases and their other children."""
        if self._start in self._meaning.inference.family(owner):
            return 1.0
        document = self._meaning.project.document(owner.path)
        return UPWARD_CHECKED if document is not None and document.grammar.checked else UPWARD

    def _find_holders(self) -> dict[tuple[str, int], Value]:
        """For each definition of the name as a member: the class that holds it."""
        holders: dict[tuple[str, int], Value] = {}
        for document, mention in self._mentions:
            if mention.role in HOLDING:
                holder = self._meaning.inference.holder(document, mention)
                if holder is not None:
                    holders[mention.path, mention.start] = holder
            elif mention.is_def and mention.scopes and mention.scopes[0].is_class:
                owner = self._meaning.literal_owner(document, mention) if mention.role in LITERAL else None
                if owner is None:
                    holders[mention.path, mention.start] = Value("class", mention.path, mention.scopes[0].key)
                else:
                    self._literals[mention.path, mention.start] = owner
        return holders

    def _related(self, holders: set[Value]) -> set[Value]:
        """The classes that define the member and are related to the first one by inheritance."""
        family = self._meaning.inference.family
        families = {holder: set(family(holder)) for holder in holders | {self._start}}
        for holder, trait in (*self._implemented(), *self._fulfilled(holders)):
            families.setdefault(holder, set()).add(trait)
        group = {self._start}
        grown = True
        while grown:
            grown = False
            for holder, bases in families.items():
                if holder not in group and any(one in bases or holder in families[one] for one in group):
                    group.add(holder)
                    grown = True
        return group

    def _fulfilled(self, holders: set[Value]) -> Iterator[tuple[Value, Value]]:
        """Types with the interfaces whose methods they all have, where types need not say so."""
        document = self._meaning.project.document(self._start.path)
        if document is None or not document.grammar.structural or len(holders) > MOST_TYPES:
            return
        wanted = {holder: names for holder in holders if (names := self._promised(holder))}
        for type_ in holders - wanted.keys():
            for interface, names in wanted.items():
                if all(self._meaning.owner(type_, name) is not None for name in names):
                    yield type_, interface

    def _promised(self, holder: Value) -> frozenset[str]:
        """The methods that an interface asks for; empty for another type."""
        start, end = holder.scope
        document = self._meaning.project.document(holder.path)
        found = [
            (name, at)
            for name, kind, at, _, _ in self._meaning.project.facts(holder.path)[0]
            if kind == "method" and start <= at < end
        ]
        inside = document is not None and all(
            any(one.start == at and one.role == "def.method" for one in document.mentions(name))
            for name, at in found
        )
        return frozenset(name for name, _ in found) if inside else frozenset()

    def _implemented(self) -> Iterator[tuple[Value, Value]]:
        """Types with the traits for which they define the member beside themselves."""
        for document, mention in self._mentions:
            node = mention.part("trait")
            holder = self._holders.get((mention.path, mention.start))
            if node is not None and holder is not None:
                values = self._meaning.inference.value(document, node)
                yield from ((holder, value) for value in values if value.kind == "class")
                if not values and self._takers.is_named(text_of(node)):
                    yield holder, self._start

    def _attribute(self, document: Document, mention: Mention, found: Found) -> None:
        values = self._meaning.receiver(document, mention)
        known = [value for value in values if value.kind in {"class", "instance"}]
        for value in known:
            owner = self._meaning.owner(value, mention.name)
            if owner is not None and owner in self._group:
                own = any(scope.key == value.scope for scope in mention.scopes) and value.path == mention.path
                relation = Relation.SAME_CLASS if own else Relation.TYPED
                found.sure.append((mention, relation, min(CERTAIN[relation], self._trust(owner))))
                return
        if mention.role == "def.short":  # without a known object it is a local name like any other
            return
        if not values:
            found.open.append(mention)
            return
        if any(value.kind == "vague" for value in values):
            found.vague.append(mention)
            return
        if not known and self._takers.is_trait:  # a type of a library may have it from here
            found.open.append(mention)
            return
        for value in known:
            if self._meaning.owner(value, mention.name) is None:
                plain = value.plain
                if any(plain in self._meaning.inference.family(one) for one in self._group):
                    found.sure.append((mention, Relation.SAME_CLASS, ABSTRACT))
                    return
                if self._takers.has(value):
                    found.sure.append((mention, Relation.TYPED, ABSTRACT))
                    return
                if any(scope.key == value.scope for scope in mention.scopes):
                    found.open.append(mention)  # a mixin: the member comes from a class beside it
                    return

    def _field(self, document: Document, mention: Mention, found: Found) -> None:
        """A field as the keyword of a constructor that is made from the fields, or in a class pattern."""
        rule = CERTAIN[Relation.TYPED]
        if mention.role in PASSED:
            holders = {(one.path, one.scope) for one in self._group}
            entities = self._meaning.keyword_entities(document, mention)
            if any((one.path, one.scope) in holders for one in entities):
                found.sure.append((mention, Relation.TYPED, rule))
            return
        owner, inference = mention.part("owner"), self._meaning.inference
        if owner is None:
            return
        for value in inference.value(document, owner) or inference.annotated(document, owner):
            if self._meaning.owner(value, mention.name) in self._group:
                found.sure.append((mention, Relation.TYPED, rule))
                return
