"""What kind of thing an expression is: enough to know the class of a receiver. All offsets here are bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from tree_sitter import Node

from engine.syntax.document import Document, Mention, Scope
from engine.syntax.grammars import language_of
from engine.syntax.names.annotations import DEPTH, instances, many
from engine.syntax.names.calls import Calls
from engine.syntax.names.classes import FOREIGN, IMPORTED, Bound, Value, Values
from engine.syntax.names.expected import Expectations
from engine.syntax.names.patterns import Patterns
from engine.syntax.names.resolve import Entity, ModuleEntity, Project, Resolver
from engine.syntax.names.words import words_of
from engine.syntax.nodes import text_of
from engine.syntax.shape import Parts, around, shape_of

IMPORTS = frozenset(
    {"import.name", "import.alias", "import.module", "import.default", "import.root", "import.source"}
)
TYPES = frozenset({"def.class", "def.alias", "def.typeparam"})
GIVEN = frozenset({"def.parameter", "def.variable", "def.short", "def.paramfield"})
"""Definitions whose value may be a part of something."""
_Place = tuple[str, int, int, int, Bound]
"""Path, start, end and kind of a node, and what type parameters stand for."""


class Inference(Calls):
    """Follows values through a project, as deep as it is cheap."""

    def __init__(self, project: Project, resolver: Resolver) -> None:
        super().__init__(project, resolver)
        self.expectations = Expectations(self)
        self.patterns = Patterns(self)
        self._values: dict[_Place, tuple[int, Values]] = {}
        """What was found, and with how many steps at hand (DEPTH where no more would be found)."""
        self._cut = False
        self._busy: set[_Place] = set()

    # -- expressions

    def value(self, document: Document, node: Node, depth: int = DEPTH) -> Values:
        """What an expression may be; empty where nothing is known."""
        key = (document.path, node.start_byte, node.end_byte, node.kind_id, self.bound)
        reach, known = self._values.get(key, (0, ()))
        if reach >= depth or depth <= 0 or key in self._busy:
            self._cut = self._cut or reach < depth or depth <= 0
            return known
        self._busy.add(key)
        before, self._cut = self._cut, False
        try:
            found = tuple(dict.fromkeys(self._value(document, node, depth)))
        finally:
            self._busy.discard(key)
        self._values[key] = (depth if self._cut else DEPTH, found)
        self._cut = self._cut or before
        return found

    def _value(self, document: Document, node: Node, depth: int) -> Values:
        shape, parts = around(document, node, "within.")
        if shape:
            return self._within(document, node, parts, depth)
        shape, parts = shape_of(document, node)

        def of(name: str) -> Values:
            return self.all(document, parts.get(name, ()), depth)

        match shape:
            case "expr.name":
                return self._name(document, node, depth)
            case "expr.member" | "expr.method":
                package = self._package(document, node)
                if package is not None:
                    return (package,)
                found = self.attribute(of("object"), text_of(parts["member"][0]), depth)
                return self.calls(found, depth, document, node) if shape == "expr.method" else found
            case "expr.call" | "expr.new":
                return self.called(document, node, parts["callee"][0], of("callee"), depth)
            case "expr.classof":
                return tuple(value.of("class") for value in of("object") if value.kind == "instance")
            case "expr.cast" | "expr.typed":
                return self.all_types(document, parts.get("annotation", ()), depth)
            case "expr.same":
                return of("inner")
            case "expr.element":
                return self.element(of("object"), depth)
            case "expr.module":
                module = self.resolver.module_at(document, parts["module"][0])
                return IMPORTED if module is None else self._required(module, depth)
            case "type.generic":
                return of("name")
            case "expr.many":
                return many(of("inner")) or FOREIGN
        return self._literal(document, node, shape)

    def _required(self, module: str, depth: int) -> Values:
        """A module as a value, with what stands for it as a whole."""
        ends = words_of(language_of(module) or "").whole
        whole = self.resolver.export(module, "default") if module.endswith(ends) else None
        return (*(self.entity(whole, depth - 1) if whole is not None else ()), Value("module", module))

    def _package(self, document: Document, node: Node) -> Value | None:
        """The package or class that a dotted name is the full name of, in a language that has such."""
        if document.grammar.imports != "package":
            return None
        found = self.project.modules.resolve("package", document.path, text_of(node))
        return None if found is None else Value("module", found)

    def _within(self, document: Document, node: Node, parts: Parts, depth: int) -> Values:
        """A word or a list of a macro: a member of what stands before it, or what calling that gives."""
        if "callee" in parts:
            return self.calls(self.all(document, parts["callee"], depth), depth)
        return self.attribute(self.all(document, parts["object"], depth), text_of(node), depth)

    def _literal(self, document: Document, node: Node, shape: str) -> Values:
        """A value that its place alone tells."""
        key = (node.start_byte, node.end_byte)
        match shape:
            case "expr.super":
                return self._super(document, node)
            case "expr.self":
                return self.around_self(document, node)
            case "expr.foreign":
                return FOREIGN
            case "expr.function":
                document.scopes_at(*key)
                return (Value("function", document.path, key),)
            case "expr.class":
                document.scopes_at(*key)
                return (Value("class", document.path, key),)
            case "expr.object":
                document.scopes_at(*key)
                return (Value("instance", document.path, key),)
        return ()

    def all(self, document: Document, nodes: Iterable[Node], depth: int) -> Values:
        """What these expressions may be."""
        return tuple(value for node in nodes for value in self.value(document, node, depth - 1))

    def _name(self, document: Document, node: Node, depth: int) -> Values:
        name = text_of(node)
        mention = document.classify(node.start_byte, node.end_byte, name)
        if mention.is_def or mention.role.startswith("import."):
            return self.mention(document, mention, depth)
        return self.named(document, mention.scopes, name, depth)

    def named(self, document: Document, scopes: Sequence[Scope], name: str, depth: int = DEPTH) -> Values:
        """What a bare name may be, seen from these scopes."""
        entity = self.resolver.named(document.path, scopes, name)
        if entity is None:
            for scope in scopes:
                if scope.kind == "open":  # a member that the class inherits
                    held = Value("instance", document.path, scope.key)
                    if self.members(held, name):
                        return self.attribute((held,), name, depth)
            root = self.project.modules.crates.get(name) if document.grammar.imports == "crate" else None
            if root is not None:
                return (Value("module", root),)
            # bound by nothing that can be read: a builtin, or brought in by a foreign wildcard or a macro
            hidden = document.grammar.imports == "crate" and not document.grammar.is_word(name)
            return () if hidden or document.wildcards() else FOREIGN
        return self.entity(entity, depth)

    def entity(self, entity: Entity | ModuleEntity, depth: int = DEPTH) -> Values:
        """What a binding may hold."""
        if isinstance(entity, ModuleEntity):
            return (Value("module", entity.path),)
        document = self.project.document(entity.path)
        if document is None or depth <= 0:
            return ()
        found: list[Value] = []
        defs = self.resolver.defs(entity)
        if self.of_types:
            defs = [one for one in defs if one.role in TYPES or one.role in IMPORTS] or defs
        elif document.grammar.spaces:  # a constant beside an interface of its name
            defs = [one for one in defs if one.role not in TYPES] or defs
        for mention in defs[:12]:
            found += self.mention(document, mention, depth - 1)
        return tuple(dict.fromkeys(found))

    def mention(self, document: Document, mention: Mention, depth: int = DEPTH) -> Values:
        """What a definition or import gives its name."""
        if depth <= 0:
            return ()
        match mention.role:
            case "def.class":
                key = mention.own.key if mention.own else None
                return () if key is None else (Value("class", document.path, key),)
            case "def.function" | "def.method" | "def.outside" | "def.property":
                key = mention.own.key if mention.own else None
                return () if key is None else (Value("function", document.path, key, self.bound),)
            case "def.typeparam":
                for path, start, values in self.bound:
                    if (path, start) == (mention.path, mention.start):
                        return values
            case "def.self" | "def.classself":
                return self._receiver(document, mention, depth)
            case role if role in IMPORTS:
                found = self.resolver.imported(mention)
                if found is not None:
                    return self.entity(found, depth - 1)
                return IMPORTED if self.resolver.is_foreign(mention) else ()
            case "import.foreign":
                return IMPORTED
            case "def.rest":
                return FOREIGN
        return self._assigned(document, mention, depth)

    def _receiver(self, document: Document, mention: Mention, depth: int) -> Values:
        scopes = mention.scopes
        if len(scopes) > 1 and scopes[0].kind == "function" and scopes[1].is_class:
            kind: Literal["class", "instance"] = "class" if mention.role == "def.classself" else "instance"
            return (Value(kind, document.path, scopes[1].key),)
        return self._assigned(document, mention, depth)

    def _assigned(self, document: Document, mention: Mention, depth: int) -> Values:
        parts = mention.parts
        if "annotation" in parts:
            found = self.all_types(document, parts["annotation"], depth)
            if found:
                return found
        if "value" in parts:
            return self.all(document, parts["value"], depth)
        if "context" in parts:
            return self._entered(self.all(document, parts["context"], depth), depth)
        if "raised" in parts:
            return instances(self.all(document, parts["raised"], depth))
        if "iterable" in parts:
            return self.element(self.all(document, parts["iterable"], depth), depth)
        if "default" in parts:
            found = self.all(document, parts["default"], depth)
            return tuple(value for value in found if value.kind != "foreign")
        if mention.node is not None and mention.role in GIVEN:
            return self.patterns.of(document, mention.node, depth)
        return ()

    def expected(self, document: Document, node: Node) -> Values:
        """What is expected of an expression by its place."""
        return self.expectations.of(document, node)

    def _entered(self, values: Values, depth: int) -> Values:
        found: list[Value] = []
        for value in values:
            names = words_of(language_of(value.path) or "").entered
            enter = next((held for name in names if (held := self.members(value, name))), ())
            functions = [self._of_mention(mention, depth) for mention in enter]
            got = self.calls(tuple(one for group in functions for one in group), depth)
            found += got or ((value,) if value.kind == "instance" else instances((value,)))
        return tuple(found)

    def _of_mention(self, mention: Mention, depth: int) -> Values:
        document = self.project.document(mention.path)
        return () if document is None else self.mention(document, mention, depth - 1)

    def around_self(self, document: Document, node: Node) -> Values:
        """An instance of the class around a node."""
        for scope in document.scopes_at(node.start_byte, node.end_byte):
            if scope.kind == "function":
                shape, parts = shape_of(document, scope.node, "shape.self")
                if shape == "shape.self":
                    return self.all_types(document, parts["annotation"], DEPTH)
            if scope.is_class:
                shape, parts = shape_of(document, scope.node, "shape.")
                if shape == "shape.alias":  # a block that adds to a type declared elsewhere
                    return self.all_types(document, parts["annotation"], DEPTH)
                return (Value("instance", document.path, scope.key),)
        return (Value("module", document.path),) if document.grammar.imports == "crate" else ()

    def _super(self, document: Document, node: Node) -> Values:
        return tuple(
            base.of("instance") if base.kind == "class" else base
            for value in self.around_self(document, node)
            for base in self.typed_bases(value) or FOREIGN
        )

    def element(self, values: Values, depth: int) -> Values:
        """What iterating over these, or indexing them, gives."""
        found: list[Value] = []
        for value in values:
            if value.kind == "many":
                found.append(value.of("instance"))
            elif value.kind == "instance":
                found += self.indexed(value, depth)
            elif value.kind == "class":  # a generic class with its arguments: Box[int]
                found.append(value)
        return tuple(found)

    def attribute(self, values: Values, name: str, depth: int = DEPTH) -> Values:
        """What a member of these may be."""
        found: list[Value] = []
        for value in values:
            match value.kind:
                case "module":
                    entity = self.resolver.export(value.path, name)
                    found += self.entity(entity, depth - 1) if entity is not None else ()
                case "foreign" | "vague":
                    found.append(value)
                case "many":
                    found.append(self._of_many(value, name))
                case "class" | "instance":
                    found += self._of_class(value, name, depth)
        return tuple(found)

    def _of_class(self, value: Value, name: str, depth: int) -> Values:
        """A member of a class, or a method of the library that gives the instance itself."""
        if not value.bound and not self.members(value, name):
            return (value.of("gives"),) if self._library(value, name) == "same" else ()
        for owner in self.lineage(value):
            mentions = self.own_members(owner, name)
            if mentions:
                found: list[Value] = []
                with self.under(owner.bound):
                    for mention in mentions:
                        got = self._of_mention(mention, depth)
                        found += self.calls(got, depth) if mention.role == "def.property" else got
                return tuple(found)
        return (value.of("gives"),) if self._library(value, name) == "same" else ()

    def _of_many(self, value: Value, name: str) -> Value:
        """A method of a container of the library."""
        match self._library(value, name):
            case "element" | "same":
                return value.of("gives" if self._library(value, name) == "element" else "gives_many")
            case "many":
                return value.of("gives_many")
        document = self.project.document(value.path)
        known = document is not None and document.grammar.is_familiar(name)
        return value.of("takes" if known else "instance")  # an entry under its name

    def _library(self, value: Value, name: str) -> str:
        document = self.project.document(value.path)
        return "" if document is None else document.grammar.library.get(name, "")
