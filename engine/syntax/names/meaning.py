"""What a place stands for: the bindings that a mention may refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.syntax.border import WORD_BYTES
from engine.syntax.document import MODULE, PRIVATE, Document, Mention
from engine.syntax.names.annotations import DEPTH
from engine.syntax.names.classes import Value, Values
from engine.syntax.names.infer import Inference
from engine.syntax.names.resolve import Entity, Project, Resolver
from engine.syntax.names.tables import BINDING_IMPORTS, HELD

PASSED = frozenset({"keyword", "keyword.prop"})
"""Names of arguments, and of a component's attributes."""
LITERAL = frozenset({"def.key", "def.method", "def.property"})
"""Roles that a key of an object literal may have."""


class Meaning:
    """Resolves one place after another; lives as long as one question."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.resolver = Resolver(project)
        self.inference = Inference(project, self.resolver)
        self.expectations = self.inference.expectations

    def target(self, path: str, start: int) -> tuple[Mention, tuple[Entity, ...]] | None:
        """The mention at a character offset and the bindings that it may refer to."""
        document = self.project.document(path)
        if document is None:
            return None
        at = document.border.to_bytes(start)
        private = document.data[at - 1 : at] == PRIVATE.encode()
        for before in (1, 0) if private else (0,):
            for mention in self._names_at(document, at, before):
                if mention.start == at - before and (not before or mention.node is not None):
                    return mention, self.entities(document, mention)
        return None

    def _names_at(self, document: Document, at: int, before: int) -> Iterable[Mention]:
        end = at
        while end < len(document.data) and document.data[end] in WORD_BYTES:
            end += 1
        name = document.data[at - before : end].decode("utf-8", "replace")
        return document.mentions(name) if end > at else ()

    def entities(self, document: Document, mention: Mention) -> tuple[Entity, ...]:
        """The bindings that a mention may refer to; empty where that is unknown."""
        if mention.role in {"def.member", "member", "member.key"}:
            return self._member_entities(document, mention)
        if mention.role == "def.outside":
            holder = self.inference.holder(document, mention)
            return () if holder is None else (Entity(holder.path, holder.scope, mention.name),)
        if mention.role in LITERAL:
            owner = self.literal_owner(document, mention)
            if owner is not None:
                return (Entity(owner.path, owner.scope, mention.name),)
        if mention.role == "def.paramfield" and len(mention.scopes) > 1:
            return tuple(Entity(mention.path, scope.key, mention.name) for scope in mention.scopes[:2])
        if mention.role in PASSED:
            return tuple(self.keyword_entities(document, mention))
        if mention.role.startswith(("def.", "ref", "import.", "global", "nonlocal", "forward", "export")):
            found = self.resolver.entity(mention)
            owner = self.imported_owner(mention)
            if owner is None and found is None:
                owner = self.inherited(mention)
            if owner is not None:
                return (Entity(owner.path, owner.scope, mention.name),)
            if found is None and mention.role.startswith("ref") and document.tree.root_node.has_error:
                return (Entity(document.path, MODULE, mention.name),)
            return (found,) if isinstance(found, Entity) else ()
        return ()

    def entities_as(self, document: Document, mention: Mention, name: str) -> tuple[Entity, ...]:
        """The bindings that a mention would refer to if it bore another name."""
        if mention.role in {"def.member", "member", "member.key"}:
            owners = [self.owner(value, name) for value in self.receiver(document, mention)]
            return tuple(Entity(one.path, one.scope, name) for one in owners if one is not None)
        if mention.role == "import.name":
            module = self.resolver.module_of(mention)
            found = None if module is None else self.resolver.export(module, name)
        elif mention.role.startswith("ref"):
            found = self.resolver.named(document.path, mention.scopes, name)
        else:
            return ()
        return (found,) if isinstance(found, Entity) else ()

    def module_value(self, document: Document, mention: Mention) -> Values:
        """What a name in code stands for: of a member, what the member may be."""
        if mention.role.startswith("member"):
            return self.inference.attribute(self.receiver(document, mention), mention.name)
        if not mention.role.startswith("ref"):
            return ()
        return self.inference.named(document, mention.scopes, mention.name)

    def receiver(self, document: Document, mention: Mention) -> Values:
        """What the receiver of a member may be."""
        typed = mention.part("object_type")
        if typed is not None:
            return self.inference.annotated(document, typed)
        node = mention.part("object")
        if node is not None:
            return self.inference.value(document, node)
        pattern = mention.part("pattern")
        return () if pattern is None else self.inference.patterns.of(document, pattern, DEPTH)

    def _member_entities(self, document: Document, mention: Mention) -> tuple[Entity, ...]:
        found: list[Entity] = []
        for value in self.receiver(document, mention):
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

    def inherited(self, mention: Mention) -> Value | None:
        """The base that a bare name comes from, in a class whose members are seen without a receiver."""
        for scope in mention.scopes:
            if scope.kind == "open":
                owner = self.owner(Value("class", mention.path, scope.key), mention.name)
                if owner is not None:
                    return owner
        return None

    def imported_owner(self, mention: Mention) -> Value | None:
        """The class whose member an import brings in, or a bare name that is imported so."""
        document = self.project.document(mention.path)
        if document is None or not document.grammar.scatters:
            return None
        found = [mention] if mention.role.startswith("import.") else []
        if not found:
            scope = self.resolver.lookup(document, mention.scopes, mention.name, mention)
            key = Entity(document.path, MODULE if scope is None else scope, mention.name)
            found = self.resolver.defs(key) if scope is not None else list(document.wildcards())
        for one in found:
            node = one.part("module") if one.role.startswith("import.") else None
            if node is not None and self.resolver.module_at(document, node) is None:
                for value in self.inference.value(document, node):
                    owner = self.owner(value, mention.name)
                    if owner is not None:
                        return owner
        return None

    def keyword_entities(self, document: Document, mention: Mention) -> Iterator[Entity]:
        """The parameters or fields that a keyword argument may name."""
        callee, component = mention.part("callee"), mention.part("component")
        for value in self.inference.value(document, callee) if callee is not None else ():
            yield from self._parameter(value, mention.name)
        for value in self.inference.value(document, component) if component is not None else ():
            yield from self._prop(value, mention.name)

    def _prop(self, value: Value, name: str) -> Iterator[Entity]:
        """What an attribute of a component's tag names: a part of the component's only parameter."""
        if value.kind != "function":
            return
        for held in self.inference.expectations.parameter(value, 0):
            owner = self.owner(held, name)
            if owner is not None:
                yield Entity(owner.path, owner.scope, name)
                return
        yield from self._parameter(value, name)

    def _parameter(self, value: Value, name: str) -> Iterator[Entity]:
        """The parameter or field that a keyword argument of a call of `value` names."""
        if value.kind == "function":
            entity = Entity(value.path, value.scope, name)
            if any(one.role.startswith("def.") for one in self.resolver.defs(entity)):
                yield entity
        elif value.kind in {"class", "instance"}:
            methods = self.inference.runs(value)
            for method in methods:
                if method.own is not None:
                    yield from self._parameter(Value("function", method.path, method.own.key), name)
            if methods:
                return
            owner = self.owner(value, name) if value.kind == "class" else None
            if owner is not None:
                yield Entity(owner.path, owner.scope, name)

    def literal_owner(self, document: Document, mention: Mention) -> Value | None:
        """The class or interface whose member a key of a literal must be, if the literal's place tells."""
        scope = mention.scopes[0] if mention.scopes else None
        if scope is None or not scope.is_class or (mention.own is not None and mention.role == "def.class"):
            return None
        for value in self.expectations.of(document, scope.node):
            owner = self.owner(value, mention.name)
            if owner is not None:
                return owner
        return None

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

    def known(self, document: Document, mention: Mention, name: str) -> bool:
        """Whether `name`, written in place of the mention, would mean something already."""
        if mention.role in {"member", "def.member", "member.dotted"}:
            values = self.receiver(document, mention)
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
            )
        if mention.role == "keyword":
            callee = mention.part("callee")
            values = self.inference.value(document, callee) if callee is not None else ()
            return any(True for value in values for _ in self._parameter(value, name))
        found = self.resolver.named(document.path, mention.scopes, name)
        return found is not None or document.grammar.is_word(name)

    def plain(self, mention: Mention) -> bool:
        """Whether the mention is a bare name (or its import) that is looked up in scopes."""
        if mention.role in HELD:
            return False
        return (
            mention.role.startswith(("def.", "ref"))
            or mention.role in BINDING_IMPORTS
            or mention.role in {"global", "nonlocal", "forward", "export", "export.name"}
        )
