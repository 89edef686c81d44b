"""Every place that a binding is referred to from, across the project, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.syntax.document import MODULE, Document, Mention
from engine.syntax.infer import Inference, Value, Values
from engine.syntax.occurrences import kind_of
from engine.syntax.resolve import BINDING_IMPORTS, Entity, ModuleEntity, Project, Resolver
from engine.types import NodeKind, Relation

FILES = 800
"""How many candidate files are looked at for one name."""

CERTAIN = {
    Relation.SAME_SCOPE: 0.97,
    Relation.INNER_SCOPE: 0.96,
    Relation.SAME_CLASS: 0.93,
    Relation.TYPED: 0.9,
    Relation.IMPORTED: 0.94,
    Relation.UNIQUE: 0.7,
    Relation.AMBIGUOUS: 0.25,
    Relation.SHADOWED: 0.05,
    Relation.TEXTUAL: 0.15,
}
OVERRIDE = 0.85
FAMILIAR = 0.12
TELLING_TEXT = 0.5


@dataclass(frozen=True, slots=True)
class Reference:
    """One place; offsets are characters."""

    path: str
    start: int
    end: int
    node: NodeKind
    relation: Relation
    rule: float
    defines: bool
    role: str


@dataclass(slots=True)
class _Found:
    """What a search over the candidate files has seen so far."""

    sure: list[tuple[Mention, Relation, float]] = field(default_factory=list)
    open: list[Mention] = field(default_factory=list)
    """Members of receivers of which nothing is known."""
    strangers: int = 0
    """Definitions of the same member name in unrelated classes."""


class References:
    """Finds the references of one binding after another; lives as long as one question."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.resolver = Resolver(project)
        self.inference = Inference(project, self.resolver)

    # -- what a place stands for

    def target(self, path: str, start: int) -> tuple[Mention, tuple[Entity, ...]] | None:
        """The mention at a character offset and the bindings that it may refer to."""
        document = self.project.document(path)
        if document is None:
            return None
        at = document.border.to_bytes(start)
        mention = next((one for one in self._names_at(document, at) if one.start == at), None)
        return None if mention is None else (mention, self.entities(document, mention))

    def _names_at(self, document: Document, at: int) -> Iterable[Mention]:
        end = at
        while end < len(document.data) and (
            document.data[end] >= 128 or chr(document.data[end]).isalnum() or document.data[end] == 95
        ):  # noqa: E501
            end += 1
        name = document.data[at:end].decode("utf-8", "replace")
        return document.mentions(name) if name else ()

    def entities(self, document: Document, mention: Mention) -> tuple[Entity, ...]:
        """The bindings that a mention may refer to; empty where that is unknown."""
        if mention.role in {"def.member", "member"}:
            return self._member_entities(document, mention)
        if mention.role == "keyword":
            return tuple(self._keyword_entities(document, mention))
        if mention.role.startswith(("def.", "ref", "import.", "global", "nonlocal", "forward", "export")):
            found = self.resolver.entity(mention)
            return (found,) if isinstance(found, Entity) else ()
        return ()

    def _receiver(self, document: Document, mention: Mention) -> Values:
        node = mention.part("object")
        return () if node is None else self.inference.value(document, node)

    def _member_entities(self, document: Document, mention: Mention) -> tuple[Entity, ...]:
        found: list[Entity] = []
        for value in self._receiver(document, mention):
            if value.kind == "module":
                entity = self.resolver.export(value.path, mention.name)
                found += [entity] if isinstance(entity, Entity) else []
            elif value.kind in {"class", "instance"}:
                owner = self.owner(value, mention.name)
                if owner is not None:
                    found.append(Entity(owner.path, owner.scope, mention.name))
                elif mention.role == "def.member":
                    found.append(Entity(value.path, value.scope, mention.name))
        return tuple(dict.fromkeys(found))

    def owner(self, value: Value, name: str) -> Value | None:
        """The nearest class of the family that defines a member."""
        if value.kind not in {"class", "instance"}:
            return None
        return next(
            (one for one in self.inference.family(value) if self.inference.own_members(one, name)), None
        )

    def _keyword_entities(self, document: Document, mention: Mention) -> Iterator[Entity]:
        callee = mention.part("callee")
        if callee is None:
            return
        for value in self.inference.value(document, callee):
            yield from self._parameter(value, mention.name)

    def _parameter(self, value: Value, name: str) -> Iterator[Entity]:
        """The parameter or field that a keyword argument of a call of `value` names."""
        if value.kind == "function":
            entity = Entity(value.path, value.scope, name)
            if any(one.role.startswith("def.") for one in self.resolver.defs(entity)):
                yield entity
        elif value.kind in {"class", "instance"}:
            makers = ("__init__", "__new__") if value.kind == "class" else ("__call__",)
            for maker in makers:
                methods = self.inference.members(value, maker)
                for method in methods:
                    if method.own is not None:
                        yield from self._parameter(Value("function", method.path, method.own.key), name)
                if methods:
                    return
            owner = self.owner(value, name) if value.kind == "class" else None
            if owner is not None:
                yield Entity(owner.path, owner.scope, name)

    def definitions(self, entity: Entity) -> list[Mention]:
        """Where a binding is made, attributes written through self among them, in order."""
        document = self.project.document(entity.path)
        if document is None:
            return []
        scope = document.scope(entity.scope)
        if scope is None or not scope.is_class:
            return self.resolver.defs(entity)
        found = self.inference.own_members(Value("class", entity.path, entity.scope), entity.name)
        return sorted(found, key=lambda one: one.start)

    # -- the search

    def find(self, entity: Entity) -> list[Reference]:
        """Every place that refers to the binding, with those of which it is only likely."""
        document = self.project.document(entity.path)
        if document is None:
            return []
        scope = None if entity.scope == MODULE else document.scope(entity.scope)
        if scope is not None and scope.is_class:
            found = self._members(entity)
        elif entity.scope == MODULE:
            found = self._globals(entity)
        else:
            found = self._locals(document, entity)
        return self._with_texts(entity, found)

    def _locals(self, document: Document, entity: Entity) -> _Found:
        found = _Found()
        parameter = False
        for mention in document.mentions(entity.name):
            if self._plain(mention) and self.resolver.scope_of(mention) == entity.scope:
                self._add(found, mention, entity)
                parameter = parameter or mention.role in {"def.parameter", "def.self"}
        if parameter:
            self._keywords(entity, found)
        return found

    def _plain(self, mention: Mention) -> bool:
        return (
            mention.role.startswith(("def.", "ref"))
            and mention.role != "def.member"
            or mention.role in BINDING_IMPORTS
            or mention.role in {"global", "nonlocal", "forward", "export", "export.name"}
        )

    def _keywords(self, entity: Entity, found: _Found) -> None:
        """Keyword arguments of calls of the function that the parameter belongs to."""
        callers = self._callable_names(entity)
        files: set[str] = set()
        for caller in callers:
            files.update(self.project.files_with(caller))
        for path in sorted(files & set(self.project.files_with(entity.name)))[:FILES]:
            other = self.project.document(path)
            for mention in other.mentions(entity.name) if other is not None else ():
                if other is None or mention.role != "keyword":
                    continue
                if entity in self._keyword_entities(other, mention):
                    relation = Relation.SAME_SCOPE if path == entity.path else Relation.IMPORTED
                    found.sure.append((mention, relation, 0.92))

    def _callable_names(self, entity: Entity) -> list[str]:
        """The name of the function around a parameter; for a constructor the class's name too."""
        definitions = self.project.facts(entity.path)[0]
        for name, kind, start, _, container in definitions:
            if kind in {"function", "method"} and entity.scope[0] <= start < entity.scope[1]:
                special = name.startswith("__") and name.endswith("__")
                return [container, "super", "cls"] if kind == "method" and special else [name]
        return []

    def _candidates(self, name: str) -> Iterator[tuple[Document, Mention]]:
        for path in self.project.files_with(name)[:FILES]:
            document = self.project.document(path)
            if document is not None:
                for mention in document.mentions(name):
                    yield document, mention

    def _globals(self, entity: Entity) -> _Found:
        found = _Found()
        for document, mention in self._candidates(entity.name):
            if mention.role == "member":
                for value in self._receiver(document, mention):
                    if value.kind == "module" and self.resolver.export(value.path, mention.name) == entity:
                        found.sure.append((mention, Relation.IMPORTED, CERTAIN[Relation.IMPORTED]))
                        break
            elif (self._plain(mention) or mention.role == "import.source") and (
                self.resolver.entity(mention) == entity
            ):
                self._add(found, mention, entity)
        return found

    def _add(self, found: _Found, mention: Mention, entity: Entity) -> None:
        relation = Relation.IMPORTED
        if mention.path == entity.path:
            inner = mention.scopes[0].key if mention.scopes else MODULE
            relation = Relation.SAME_SCOPE if inner == entity.scope else Relation.INNER_SCOPE
        found.sure.append((mention, relation, CERTAIN[relation]))

    # -- members

    def _members(self, entity: Entity) -> _Found:
        mentions = list(self._candidates(entity.name))
        holders = self._holders(mentions)
        group = self._group(Value("class", entity.path, entity.scope), set(holders.values()))
        found = _Found()
        for document, mention in mentions:
            holder = holders.get((mention.path, mention.start))
            if holder is not None:
                if holder in group:
                    own = (holder.path, holder.scope) == (entity.path, entity.scope)
                    relation = Relation.SAME_CLASS
                    found.sure.append((mention, relation, CERTAIN[relation] if own else OVERRIDE))
                else:
                    found.strangers += 1
            elif mention.role in {"member", "def.member", "member.dotted"}:
                self._attribute(document, mention, group, found)
            elif mention.role in {"keyword", "keyword.field"}:
                self._field(document, mention, group, found)
            elif self._plain(mention) and self.resolver.entity(mention) == entity:
                found.sure.append((mention, Relation.SAME_CLASS, CERTAIN[Relation.SAME_CLASS]))
        return found

    def _holders(self, mentions: list[tuple[Document, Mention]]) -> dict[tuple[str, int], Value]:
        """For each definition of the name as a member: the class that holds it."""
        holders: dict[tuple[str, int], Value] = {}
        for document, mention in mentions:
            scope = None
            if mention.role == "def.member":
                scope = self.inference.holder(document, mention)
            elif mention.is_def and mention.scopes and mention.scopes[0].is_class:
                scope = mention.scopes[0].key
            if scope is not None:
                holders[mention.path, mention.start] = Value("class", mention.path, scope)
        return holders

    def _group(self, start: Value, holders: set[Value]) -> set[Value]:
        """The classes that define the member and are related to the first one by inheritance."""
        families = {holder: set(self.inference.family(holder)) for holder in holders | {start}}
        group = {start}
        grown = True
        while grown:
            grown = False
            for holder, family in families.items():
                if holder not in group and any(
                    one in family or holder in families.get(one, ()) for one in group
                ):
                    group.add(holder)
                    grown = True
        return group

    def _attribute(self, document: Document, mention: Mention, group: set[Value], found: _Found) -> None:
        values = self._receiver(document, mention)
        known = [value for value in values if value.kind in {"class", "instance"}]
        for value in known:
            owner = self.owner(value, mention.name)
            if owner in group:
                own = any(scope.key == value.scope for scope in mention.scopes) and value.path == mention.path
                relation = Relation.SAME_CLASS if own else Relation.TYPED
                found.sure.append((mention, relation, CERTAIN[relation]))
                return
        if not values:
            found.open.append(mention)
            return
        for value in known:
            if self.owner(value, mention.name) is None:
                plain = Value("class", value.path, value.scope)
                if any(plain in self.inference.family(one) for one in group):
                    found.sure.append((mention, Relation.SAME_CLASS, 0.75))
                    return
                if any(scope.key == value.scope for scope in mention.scopes):
                    found.open.append(mention)  # a mixin: the member comes from a class beside it
                    return

    def _field(self, document: Document, mention: Mention, group: set[Value], found: _Found) -> None:
        """A field as the keyword of a constructor that is made from the fields, or in a class pattern."""
        holders = {(one.path, one.scope) for one in group}
        if mention.role == "keyword":
            if any((one.path, one.scope) in holders for one in self._keyword_entities(document, mention)):
                found.sure.append((mention, Relation.TYPED, CERTAIN[Relation.TYPED]))
            return
        owner = mention.part("owner")
        for value in self.inference.value(document, owner) if owner is not None else ():
            if self.owner(value, mention.name) in group:
                found.sure.append((mention, Relation.TYPED, CERTAIN[Relation.TYPED]))
                return

    # -- the result

    def _with_texts(self, entity: Entity, found: _Found) -> list[Reference]:
        result = {(one.path, one.start): self._reference(one, *more) for one, *more in found.sure}
        document = self.project.document(entity.path)
        familiar = document is not None and entity.name in document.grammar.familiar
        for mention in found.open:
            unique = found.strangers == 0 and not familiar
            relation = Relation.UNIQUE if unique else Relation.AMBIGUOUS
            rule = FAMILIAR if familiar else CERTAIN[relation]
            result.setdefault((mention.path, mention.start), self._reference(mention, relation, rule))
        for mention in self._texts(entity, {path for path, _ in result} | {entity.path}):
            rule = text_rule(self.project.document(mention.path), mention)
            result.setdefault((mention.path, mention.start), self._reference(mention, Relation.TEXTUAL, rule))
        return sorted(result.values(), key=lambda one: (one.path, one.start))

    def _texts(self, entity: Entity, paths: set[str]) -> Iterator[Mention]:
        """Comments and docstrings that say the name: in the files of the code, inside a local's function."""
        local = entity.scope != MODULE
        document = self.project.document(entity.path)
        scope = document.scope(entity.scope) if document is not None and local else None
        inside = scope is not None and not scope.is_class
        for path in sorted({entity.path} if inside else paths):
            other = self.project.document(path)
            for mention in other.mentions(entity.name) if other is not None else ():
                if mention.role not in {"comment", "docstring"}:
                    continue
                if not inside or entity.scope[0] <= mention.start < entity.scope[1]:
                    yield mention

    def _reference(self, mention: Mention, relation: Relation, rule: float) -> Reference:
        document = self.project.document(mention.path)
        assert document is not None  # it gave the mention
        to_chars = document.border.to_chars
        return Reference(
            mention.path,
            to_chars(mention.start),
            to_chars(mention.end),
            kind_of(mention),
            relation,
            rule,
            mention.is_def,
            mention.role,
        )

    def known(self, document: Document, mention: Mention, name: str) -> bool:
        """Whether `name`, written in place of the mention, would mean something already."""
        if mention.role in {"member", "def.member"}:
            values = self._receiver(document, mention)
            if any(self.owner(value, name) is not None for value in values):
                return True
            if any(
                value.kind == "module" and self.resolver.export(value.path, name) is not None
                for value in values
            ):
                return True
            return not values and any(
                item[0] == name
                for path in self.project.files_with(name)
                for item in self.project.facts(path)[0]
            )  # noqa: E501
        if mention.role == "keyword":
            callee = mention.part("callee")
            values = self.inference.value(document, callee) if callee is not None else ()
            return any(True for value in values for _ in self._parameter(value, name))
        found: Entity | ModuleEntity | None = self.resolver.named(document.path, mention.scopes, name)
        return found is not None or name in document.grammar.familiar


def text_rule(document: Document | None, mention: Mention) -> float:
    """How likely a mention in a comment or docstring means the code: low for plain words."""
    if document is None:
        return 0.0
    name = mention.name
    before = document.data[max(0, mention.start - 12) : mention.start]
    after = document.data[mention.end : mention.end + 2]
    marked = before.endswith((b"`", b":param ", b"``")) or after.startswith((b"`", b"()", b":\n"))
    telling = "_" in name.strip("_") or any(one.isupper() for one in name[1:]) or name.startswith("_")
    rule = TELLING_TEXT if marked or telling else CERTAIN[Relation.TEXTUAL]
    return rule + (0.08 if marked and telling else 0.0)
