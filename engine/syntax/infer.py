"""What kind of thing an expression is: enough to know the class of a receiver. All offsets here are bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from tree_sitter import Node, QueryCursor

from engine.syntax.classes import FOREIGN, IMPORTED, VAGUE, Classes, Value, Values
from engine.syntax.document import Document, Mention, Scope
from engine.syntax.resolve import Entity, ModuleEntity, Project, Resolver

DEPTH = 14
"""How many steps an inference may take."""
FIRST_NAME = re.compile(r"[A-Za-z_][\w.]*")
IMPORTS = frozenset(
    {"import.name", "import.alias", "import.module", "import.default", "import.root", "import.source"}
)


_Place = tuple[str, int, int, int]
"""Path, start, end and kind of a node."""


class Inference(Classes):
    """Follows values through a project, as deep as it is cheap."""

    def __init__(self, project: Project, resolver: Resolver) -> None:
        super().__init__(project, resolver)
        self._values: dict[_Place, tuple[int, Values]] = {}
        """What was found, and with how many steps at hand (DEPTH where no more would be found)."""
        self._cut = False
        self._busy: set[_Place] = set()

    # -- expressions

    def value(self, document: Document, node: Node, depth: int = DEPTH) -> Values:
        """What an expression may be; empty where nothing is known."""
        key = (document.path, node.start_byte, node.end_byte, node.kind_id)
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

    def _shape(
        self, document: Document, node: Node, prefix: str = "expr."
    ) -> tuple[str, dict[str, list[Node]]]:
        """The last pattern of types.scm that matches this very node, of the wanted kind if there is one."""
        query = document.grammar.types
        if query is None:
            return "", {}
        cursor = QueryCursor(query)
        cursor.set_max_start_depth(0)
        shape: tuple[str, dict[str, list[Node]]] = ("", {})
        best = (False, -1)
        for pattern, captures in cursor.matches(node):
            for name, nodes in captures.items():
                if "." not in name or name.startswith("context.") or nodes[0] != node:
                    continue
                rank = (name.startswith(prefix), pattern)
                if rank >= best:
                    if rank == best:  # one match for each of several children
                        captures = {key: [*shape[1].get(key, ()), *found] for key, found in captures.items()}
                    best, shape = rank, (name, captures)
                break
        return shape

    def _value(self, document: Document, node: Node, depth: int) -> Values:
        shape, parts = self._shape(document, node)

        def of(name: str) -> Values:
            return self._all(document, parts.get(name, ()), depth)

        match shape:
            case "expr.name":
                return self._name(document, node, depth)
            case "expr.member" | "expr.method":
                found = self.attribute(of("object"), _text(parts["member"][0]), depth)
                return self._calls(found, depth) if shape == "expr.method" else found
            case "expr.call" | "expr.new":
                return self._called(parts["callee"][0], of("callee"), depth)
            case "expr.classof":
                return tuple(Value("class", *value[1:]) for value in of("object") if value.kind == "instance")
            case "expr.cast" | "expr.typed":
                return self._all_types(document, parts.get("annotation", ()), depth)
            case "expr.same":
                return of("inner")
            case "expr.element":
                return self._element(of("object"), depth)
            case "expr.module":
                text = _text(parts["module"][0])
                module = self.project.modules.resolve(document.grammar.imports, document.path, text)
                return IMPORTED if module is None else (Value("module", module),)
            case "type.generic":
                return of("name")
            case "expr.many":
                return (
                    tuple(Value("many", *one[1:]) for one in of("inner") if one.kind == "instance") or FOREIGN
                )
        return self._literal(document, node, shape)

    def _literal(self, document: Document, node: Node, shape: str) -> Values:
        """A value that its place alone tells."""
        key = (node.start_byte, node.end_byte)
        match shape:
            case "expr.super":
                return self._super(document, node)
            case "expr.self":
                return self._self(document, node)
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

    def _all(self, document: Document, nodes: Iterable[Node], depth: int) -> Values:
        return tuple(value for node in nodes for value in self.value(document, node, depth - 1))

    def _name(self, document: Document, node: Node, depth: int) -> Values:
        name = _text(node)
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
            # bound by nothing that can be read: a builtin, or brought in by a foreign wildcard
            return FOREIGN if not document.wildcards() else ()
        return self.entity(entity, depth)

    def entity(self, entity: Entity | ModuleEntity, depth: int = DEPTH) -> Values:
        """What a binding may hold."""
        if isinstance(entity, ModuleEntity):
            return (Value("module", entity.path),)
        document = self.project.document(entity.path)
        if document is None or depth <= 0:
            return ()
        found: list[Value] = []
        for mention in self.resolver.defs(entity)[:12]:
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
                return () if key is None else (Value("function", document.path, key),)
            case "def.self" | "def.classself":
                return self._receiver(document, mention, depth)
            case role if role in IMPORTS:
                found = self.resolver.imported(mention)
                return IMPORTED if found is None else self.entity(found, depth - 1)
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
            found = self._all_types(document, parts["annotation"], depth)
            if found:
                return found
        if "value" in parts:
            return self._all(document, parts["value"], depth)
        if "context" in parts:
            return self._entered(self._all(document, parts["context"], depth), depth)
        if "raised" in parts:
            return _instances(self._all(document, parts["raised"], depth))
        if "iterable" in parts:
            return self._element(self._all(document, parts["iterable"], depth), depth)
        if "default" in parts:
            found = self._all(document, parts["default"], depth)
            return tuple(value for value in found if value.kind != "foreign")
        return ()

    def _entered(self, values: Values, depth: int) -> Values:
        found: list[Value] = []
        for value in values:
            enter = self.members(value, "__enter__") or self.members(value, "__aenter__")
            functions = [self._of_mention(mention, depth) for mention in enter]
            got = self._calls(tuple(one for group in functions for one in group), depth)
            found += got or ((value,) if value.kind == "instance" else _instances((value,)))
        return tuple(found)

    def _of_mention(self, mention: Mention, depth: int) -> Values:
        document = self.project.document(mention.path)
        return () if document is None else self.mention(document, mention, depth - 1)

    def _self(self, document: Document, node: Node) -> Values:
        for scope in document.scopes_at(node.start_byte, node.end_byte):
            if scope.is_class:
                shape, parts = self._shape(document, scope.node, "shape.")
                if shape == "shape.alias":  # a block that adds to a type declared elsewhere
                    return self._all_types(document, parts["annotation"], DEPTH)
                return (Value("instance", document.path, scope.key),)
        return ()

    def _super(self, document: Document, node: Node) -> Values:
        return tuple(
            Value("instance", *base[1:]) if base.kind == "class" else base
            for value in self._self(document, node)
            for base in self.bases(value) or FOREIGN
        )

    def _calls(self, values: Values, depth: int) -> Values:
        """What calling these gives."""
        found: list[Value] = []
        for value in values:
            match value.kind:
                case "class":
                    found.append(Value("instance", value.path, value.scope))
                case "function":
                    found += self._returned(value, depth)
                case "foreign" | "vague":
                    found.append(value)
        return tuple(found)

    def _called(self, callee: Node, values: Values, depth: int) -> Values:
        """What a call gives; of foreign things, only a class tells what it gives."""
        if IMPORTED[0] in values and not _text(callee).rpartition(".")[2][:1].isupper():
            values = tuple(VAGUE if value == IMPORTED[0] else value for value in values)
        else:
            values = tuple(FOREIGN[0] if value == IMPORTED[0] else value for value in values)
        return self._calls(values, depth)

    def _element(self, values: Values, depth: int) -> Values:
        found: list[Value] = []
        for value in values:
            if value.kind == "many":
                found.append(Value("instance", value.path, value.scope))
            elif value.kind == "class":  # a generic class with its arguments: Box[int]
                found.append(value)
        return tuple(found)

    # -- functions, annotations

    def returns(self, value: Value) -> Values:
        """What a function says that it returns; empty without an annotation."""
        document = self.project.document(value.path)
        scope = document.scope(value.scope) if document is not None else None
        if document is None or scope is None:
            return ()
        _, parts = self._shape(document, scope.node, "shape.")
        return self._all_types(document, parts.get("annotation", ()), DEPTH)

    def _returned(self, value: Value, depth: int) -> Values:
        document = self.project.document(value.path)
        scope = document.scope(value.scope) if document is not None else None
        if document is None or scope is None or depth <= 0:
            return ()
        _, parts = self._shape(document, scope.node, "shape.")
        if "annotation" in parts:
            return self._all_types(document, parts["annotation"], depth - 1)
        returns = _returns(document, scope.node)
        found = (one for node in returns for one in self._local(document, node, scope, depth))
        return tuple(dict.fromkeys(found))

    def _local(self, document: Document, node: Node, function: Scope, depth: int) -> Values:
        scopes = document.scopes_at(node.start_byte, node.end_byte)
        inner = next((scope for scope in scopes if scope.kind == "function"), None)
        return (
            self.value(document, node, depth - 2) if inner is not None and inner.key == function.key else ()
        )

    def _all_types(self, document: Document, nodes: Iterable[Node], depth: int) -> Values:
        return tuple(value for node in nodes for value in self.annotated(document, node, depth - 1))

    def annotated(self, document: Document, node: Node, depth: int = DEPTH) -> Values:
        """What a value is, whose annotation is this node."""
        if depth <= 0:
            return ()
        shape, parts = self._shape(document, node, "type.")
        match shape:
            case "type.same" | "type.union":
                return self._all_types(document, parts.get("inner", ()), depth)
            case "type.generic":
                return _instances(self._all(document, parts["name"], depth), annotation=True)
            case "type.wrapper":
                return self._all_types(document, parts.get("argument", ()), depth)
            case "type.classof":
                found = self._all_types(document, parts.get("argument", ()), depth)
                return tuple(Value("class", *one[1:]) for one in found if one.kind == "instance")
            case "type.container":
                found = self._all_types(document, parts.get("argument", ()), depth)
                return tuple(Value("many", *one[1:]) for one in found if one.kind == "instance") or FOREIGN
            case "type.many":
                found = self._all_types(document, parts.get("inner", ()), depth)
                return tuple(Value("many", *one[1:]) for one in found if one.kind == "instance") or FOREIGN
            case "type.value":
                return self._all(document, parts.get("inner", ()), depth)
            case "type.object":
                key = (node.start_byte, node.end_byte)
                document.scopes_at(*key)
                return (Value("instance", document.path, key),)
            case "type.string":
                return self._forward(document, node, depth)
            case "type.none" | "type.any":
                return ()
            case "type.self":
                return self._self(document, node)
            case "type.foreign":
                return FOREIGN
        return _instances(self.value(document, node, depth), annotation=True)

    def _forward(self, document: Document, node: Node, depth: int) -> Values:
        """An annotation inside a string: its dotted names, resolved where the string stands."""
        scopes = document.scopes_at(node.start_byte, node.end_byte)
        found: list[Value] = []
        for match in FIRST_NAME.finditer(_text(node)):
            first, *rest = match.group().split(".")
            values = self.named(document, scopes, first, depth)
            for member in rest:
                values = self.attribute(values, member, depth)
            found += _instances(values, annotation=True)
        return tuple(found)

    def attribute(self, values: Values, name: str, depth: int = DEPTH) -> Values:
        """What a member of these may be."""
        found: list[Value] = []
        for value in values:
            if value.kind == "module":
                entity = self.resolver.export(value.path, name)
                found += self.entity(entity, depth - 1) if entity is not None else ()
            elif value.kind in {"foreign", "vague"}:
                found.append(value)
            else:
                for mention in self.members(value, name):
                    got = self._of_mention(mention, depth)
                    found += self._calls(got, depth) if mention.role == "def.property" else got
        return tuple(found)


def _instances(values: Values, annotation: bool = False) -> Values:
    """Instances of these classes; in an annotation anything else of the project stays unknown."""
    found = []
    for value in values:
        if value.kind == "class":
            found.append(Value("instance", value.path, value.scope))
        elif (
            value.kind == "foreign"
            or (not annotation and value.kind == "instance")
            or (annotation and value.kind in {"instance", "many"})
        ):
            found.append(value)
    return tuple(found)


def _returns(document: Document, function: Node) -> list[Node]:
    query = document.grammar.types
    if query is None or function.end_byte - function.start_byte > 20_000:
        return []
    cursor = QueryCursor(query)
    return cursor.captures(function).get("returned", [])[:8]


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
