"""What a name is bound to: scopes, shadowing, imports and re-exports. All offsets here are bytes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from tree_sitter import Node

from engine.syntax.document import MODULE, Document, Key, Mention, Scope
from engine.syntax.facts import Facts
from engine.syntax.linking.imports import Statement
from engine.syntax.linking.modules import Modules
from engine.syntax.names.exported import assigns_exports, exported, is_brought_in
from engine.syntax.names.tables import BINDING_IMPORTS, Table, binding_scope, seen_in, table_of
from engine.syntax.nodes import text_of

HOPS = 12
"""How many re-exports are followed."""


class Entity(NamedTuple):
    """A binding: a name in one scope of one file. A member is bound in the scope of its class."""

    path: str
    scope: Key
    name: str


class ModuleEntity(NamedTuple):
    """A file (or a folder ending in "/") as a value."""

    path: str


class Project(Protocol):
    """What resolving needs of an index."""

    modules: Modules

    def document(self, path: str) -> Document | None:
        """The parsed file."""

    def files_with(self, name: str) -> list[str]:
        """The files in which the name stands."""

    def facts(self, path: str) -> Facts:
        """Definitions and imports of a file."""

    def imports(self, path: str, naming: str = "") -> tuple[Statement, ...]:
        """The import statements of a file, or those in which a name stands."""


OWN = frozenset({"", "crate", "self", "super"})
"""How the path of a module of one's own begins; of one that is relative there is nothing before the dot."""
SHARED = ("folder", "package")
"""Styles of import in which the files of a folder share one scope."""


class Resolver:
    """Lexical resolution over a project; keeps what it learns as long as it lives."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._tables: dict[tuple[str, str], Table] = {}
        self._nearby: dict[tuple[str, str, Key], Table | None] = {}
        self._exports: dict[tuple[str, str], Entity | ModuleEntity | None] = {}
        self._exported: dict[str, Mapping[str, str]] = {}

    # -- inside one file

    def table(self, document: Document, name: str) -> Table:
        """All bindings of a name in a file."""
        key = (document.path, name)
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = table_of(document.mentions(name), document.grammar.shadows)
        return table

    def scope_of(self, mention: Mention) -> Key | None:
        """The scope that a plain name is bound in, or None where nothing in the file binds it."""
        document = self.project.document(mention.path)
        if document is None:
            return None
        return self.lookup(document, mention.scopes, mention.name, mention)

    def lookup(
        self, document: Document, scopes: Sequence[Scope], name: str, mention: Mention | None = None
    ) -> Key | None:
        """The scope in which a name seen from these scopes is bound."""
        if mention is None or not (mention.is_def or mention.role in BINDING_IMPORTS):
            near = self._near(document, scopes, name)
            found = seen_in(near, scopes, document.grammar.ordered, mention) if near is not None else None
            if found is not None:
                return found
        table = self.table(document, name)
        if mention is not None and (mention.is_def or mention.role in BINDING_IMPORTS):
            return binding_scope(mention, table)
        found = seen_in(table, scopes, document.grammar.ordered, mention)
        return MODULE if found is None and MODULE in table.defs else found

    def _near(self, document: Document, scopes: Sequence[Scope], name: str) -> Table | None:
        """The bindings inside the innermost function only, while the whole file was not looked through."""
        if document.knows(name):
            return None
        function = next((scope for scope in scopes if scope.kind == "function"), None)
        if function is None:
            return None
        key = (document.path, name, function.key)
        if key not in self._nearby:
            mentions = document.mentions_in(name, function.key)
            table = None if mentions is None else table_of(mentions, document.grammar.shadows)
            outside = table is not None and "nonlocal" in table.declared.values()
            self._nearby[key] = None if outside else table
        return self._nearby[key]

    def defs(self, entity: Entity) -> list[Mention]:
        """Where a binding is made, in its own file."""
        document = self.project.document(entity.path)
        if document is None:
            return []
        scope = document.scope(entity.scope)
        near = self._near(document, (scope,), entity.name) if scope is not None else None
        if near is not None and entity.scope in near.defs:
            return near.defs[entity.scope]
        return self.table(document, entity.name).defs.get(entity.scope, [])

    # -- across files

    def module_of(self, mention: Mention) -> str | None:
        """The file that the import around this mention names, or None if it is foreign."""
        document = self.project.document(mention.path)
        node = mention.part("module")
        return None if document is None or node is None else self.module_at(document, node)

    def is_foreign(self, mention: Mention) -> bool:
        """Whether an import is of another project; what one's own modules hold may only not be found."""
        document, node = self.project.document(mention.path), mention.part("module")
        if document is None or node is None or self.module_at(document, node) is not None:
            return node is None
        first = re.split(r"::|[./]", self._path_at(document, node))[0]
        return first not in OWN and first not in self.project.modules.crates

    def module_at(self, document: Document, node: Node) -> str | None:
        """The file that a module's path names where it stands."""
        path = self._path_at(document, node)
        return self.project.modules.resolve(document.grammar.imports, document.path, path)

    def _path_at(self, document: Document, node: Node) -> str:
        """A module's path, with what lists around it and modules inside of the file say more."""
        text = text_of(node).strip("\"'`")
        inner, outer = node, node.parent
        while outer is not None:  # lists of Rust's imports inside of others
            path, held = outer.child_by_field_name("path"), outer.child_by_field_name("list")
            if path is not None and held == inner:
                text = f"{text_of(path)}::{text}"
            inner, outer = outer, outer.parent if document.grammar.imports == "crate" else None
        if document.grammar.imports == "crate" and text.startswith("super"):
            inside = sum(scope.kind == "open" for scope in document.scopes_at(node.start_byte, node.end_byte))
            for _ in range(inside):  # modules that are written inside of this file
                if text.startswith("super"):
                    text = "self" + text.removeprefix("super")
                    text = text.removeprefix("self::") if text.startswith("self::super") else text
        return text

    def imported(self, mention: Mention, hops: int = HOPS) -> Entity | ModuleEntity | None:
        """What an import brings in: for import.name, .source, .alias, .module and .root."""
        document = self.project.document(mention.path)
        if document is None:
            return None
        if mention.role == "import.root":
            return self._root(document, mention)
        module = self.module_of(mention)
        node = mention.part("module")
        if module is None and mention.role == "import.module" and node is not None:
            outer, _, last = self._path_at(document, node).rpartition("::")  # a type, not a module
            module = self.project.modules.resolve(document.grammar.imports, mention.path, outer)
            return None if module is None else self.export(module, last, hops)
        if module is None:
            return None
        if mention.role == "import.module":
            return ModuleEntity(module)
        name = "default" if mention.role == "import.default" else mention.name
        source = mention.part("source")
        if mention.role == "import.alias" and source is not None:
            name = text_of(source)
        if module == mention.path:  # `from . import name` in a package's own file names a module of it
            child = self.project.modules.child(document.grammar.imports, module, name)
            if child is not None:
                return ModuleEntity(child)
        found = self.export(module, name, hops)
        if found is None and name == "default":
            document = self.project.document(module)
            if document is not None and assigns_exports(document):  # all that it exports, as one object
                return ModuleEntity(module)
        return found

    def _root(self, document: Document, mention: Mention) -> ModuleEntity | None:
        found = self.project.modules.resolve(document.grammar.imports, mention.path, mention.name)
        return None if found is None else ModuleEntity(found)

    def export(self, module: str, name: str, hops: int = HOPS) -> Entity | ModuleEntity | None:
        """What `name` of a module is, through re-exports; None where it is unknown."""
        key = (module, name)
        if key in self._exports:
            return self._exports[key]
        self._exports[key] = None  # a circle of imports ends here
        found = self._export(module, name, hops)
        self._exports[key] = found
        return found

    def _export(self, module: str, name: str, hops: int) -> Entity | ModuleEntity | None:
        if hops <= 0:
            return None
        document = None if module.endswith("/") else self.project.document(module)
        if document is not None:
            held = self._held(document, name, hops)
            if held is not None:
                return held
            inside = self._in_class(document, name)
            if inside is not None:
                return inside
            default = document.default_export() if name == "default" else ""
            if default:
                return self._bound(document, default, hops) or self.export(module, default, hops - 1)
            for other in self.wildcards(document):
                found = self.export(other, name, hops - 1)
                if found is not None:
                    return found
        if document is None:
            for shared in SHARED:
                found = self._in_folder(module.rstrip("/"), shared, name)
                if found is not None:
                    return found
        style = document.grammar.imports if document is not None else "dotted"
        child = self.project.modules.child(style, module, name)
        return None if child is None else ModuleEntity(child)

    def _held(self, document: Document, name: str, hops: int) -> Entity | ModuleEntity | None:
        """What a module exports of its own; in a script of the web, what it imports stays inside."""
        if document.grammar.imports == "relative":
            defs = self.table(document, name).defs.get(MODULE, ())
            inside = bool(defs) and all(is_brought_in(document, one) for one in defs)
            if not defs or inside or assigns_exports(document):
                if document.path not in self._exported:
                    self._exported[document.path] = exported(document)
                own = self._exported[document.path].get(name)
                if own is not None or inside:
                    return None if own is None else self._bound(document, own, hops)
        return self._bound(document, name, hops)

    def _bound(self, document: Document, name: str, hops: int) -> Entity | ModuleEntity | None:
        if MODULE not in self.table(document, name).defs:
            return None
        return self.canonical(Entity(document.path, MODULE, name), hops - 1)

    def _in_class(self, document: Document, name: str) -> Entity | None:
        """A member of the class that a file is named for, where such members can be imported."""
        if document.grammar.imports != "package":
            return None
        stem = posixpath.splitext(posixpath.basename(document.path))[0]
        table = self.table(document, name)
        for mention in document.mentions(stem):
            if mention.role == "def.class" and mention.own is not None and mention.own.key in table.defs:
                return Entity(document.path, mention.own.key, name)
        return None

    def wildcards(self, document: Document) -> list[str]:
        """The project's modules that a file imports everything from."""
        found: list[str] = []
        for mention in document.wildcards():
            module = self.module_of(mention)
            if module is not None and module != document.path:
                found.append(module)
        return found

    def canonical(self, entity: Entity, hops: int = HOPS) -> Entity | ModuleEntity:
        """The binding behind one that is only imported under its own name."""
        for mention in self.defs(entity):
            if mention.role == "import.name" or (mention.role == "import.alias" and _same(mention)):
                found = self.imported(mention, hops)
                if found is not None:
                    return found
            elif mention.role == "import.default":
                found = self.imported(mention, hops)
                if isinstance(found, Entity) and found.name == entity.name:
                    return found
        return self._unstubbed(entity)

    def _unstubbed(self, entity: Entity) -> Entity:
        """The binding in the module beside a stub, if it is there too."""
        if entity.path.endswith(".pyi") and entity.scope == MODULE:
            beside = Entity(entity.path[:-1], MODULE, entity.name)
            if beside.path in self.project.modules.paths and self.defs(beside):
                return beside
        return entity

    def entity(self, mention: Mention) -> Entity | ModuleEntity | None:
        """What a plain name or import stands for, in the end; None where it is foreign or unknown."""
        if mention.role == "import.source":
            return self.imported(mention)
        return self.named(mention.path, mention.scopes, mention.name, mention)

    def named(
        self, path: str, scopes: Sequence[Scope], name: str, mention: Mention | None = None
    ) -> Entity | ModuleEntity | None:
        """What a name means, seen from these scopes of a file."""
        document = self.project.document(path)
        if document is None:
            return None
        scope = self.lookup(document, scopes, name, mention)
        if scope is not None:
            return self.canonical(Entity(path, scope, name))
        beside = self._beside(document, name)
        if beside is not None:
            return beside
        for module in self.wildcards(document):
            found = self.export(module, name)
            if found is not None:
                return found
        return None

    def _beside(self, document: Document, name: str) -> Entity | None:
        """A name of the same package in another file of the folder, where the language has such."""
        if document.grammar.imports not in SHARED:
            return None
        return self._in_folder(posixpath.dirname(document.path), document.grammar.imports, name)

    def _in_folder(self, folder: str, style: str, name: str) -> Entity | None:
        for other in self.project.files_with(name):
            if not self.project.modules.together(style, posixpath.dirname(other), folder):
                continue
            if not any(item[0] == name for item in self.project.facts(other)[0]):
                continue  # it only uses the name, which costs less to know than a parsed file
            document = self.project.document(other)
            same = document is not None and document.grammar.imports == style
            held = self.table(document, name).defs.get(MODULE, ()) if same and document is not None else ()
            if any(one.is_def for one in held):  # what a file imports is seen in that file alone
                return Entity(other, MODULE, name)
        return None


def _same(mention: Mention) -> bool:
    """Whether an alias only repeats the name (`import x as x`, the re-export idiom)."""
    source = mention.part("source")
    return source is not None and source.text == mention.name.encode()
