"""Python scopes, read with the standard library's parser: every name, its role and what it is bound to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Role = Literal[
    "name",
    "store",
    "parameter",
    "function",
    "method",
    "class",
    "attribute",
    "set_attribute",
    "keyword",
    "import",
]


class Occurrence(NamedTuple):
    """One name in Python code."""

    start: int
    name: str
    role: Role
    binding: int
    """The number of the function scope that binds it; -1 where the module, a class or nothing does."""
    binds: bool
    owner: str
    """What is called with a parameter (the class, for a constructor), the callee of a keyword, the class of
    `self.x = ...` and of a method, else empty."""
    span: tuple[int, int]
    """Start and end of the binding function, (0, 0) without one."""


@dataclass
class _Scope:
    kind: Literal["module", "class", "function"]
    parent: _Scope | None
    number: int
    name: str
    span: tuple[int, int]
    owner: str = ""
    bound: set[str] = field(default_factory=set)
    outer: set[str] = field(default_factory=set)
    """Names declared global or nonlocal, or imported here: not the function's own."""

    def binding_of(self, name: str) -> _Scope | None:
        """The function scope that binds a name seen from here, or None for module and builtin names."""
        scope: _Scope | None = self
        while scope is not None:
            visible = scope is self or scope.kind != "class"
            if visible and name in scope.outer:
                return None
            if visible and name in scope.bound:
                return scope if scope.kind == "function" else None
            scope = scope.parent
        return None


class _Raw(NamedTuple):
    start: int
    name: str
    role: Role
    scope: _Scope
    binds: bool
    owner: str


def read(text: str) -> list[Occurrence]:
    """All names of a Python file; an empty list for a file that does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    reader = _Reader(text)
    try:
        reader.visit_all(tree.body, reader.module)
    except RecursionError:
        return []
    return reader.occurrences()


class _Reader:
    """Walks a module with the scope in hand; names in f-strings have no usable position and are left out."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
        self._ascii = text.isascii()
        self._count = 0
        self._raw: list[_Raw] = []
        self.module = self._scope("module", None, "", (0, len(text)))

    def occurrences(self) -> list[Occurrence]:
        """What was read, bindings resolved."""
        found: dict[int, Occurrence] = {}
        for start, name, role, scope, binds, owner in self._raw:
            bound = scope.binding_of(name) if role in ("name", "store", "parameter") else None
            number, span = (bound.number, bound.span) if bound else (-1, (0, 0))
            about = bound.owner if bound and role in ("name", "store", "parameter") else owner
            found[start] = Occurrence(start, name, role, number, binds, about, span)
        return list(found.values())

    def visit_all(self, nodes: Iterable[ast.AST], scope: _Scope) -> None:
        """Visit nodes in one scope."""
        for node in nodes:
            self._visit(node, scope)

    def _scope(
        self,
        kind: Literal["module", "class", "function"],
        parent: _Scope | None,
        name: str,
        span: tuple[int, int],
    ) -> _Scope:
        self._count += 1
        return _Scope(kind, parent, self._count, name, span)

    def _offset(self, line: int, column: int) -> int:
        start = self._lines[line - 1]
        if self._ascii:
            return start + column
        end = self._lines[line] if line < len(self._lines) else len(self._text)
        return start + len(self._text[start:end].encode()[:column].decode("utf-8", "ignore"))

    def _note(self, start: int, name: str, role: Role, scope: _Scope, owner: str = "") -> None:
        binds = role in ("store", "parameter")
        if binds:
            scope.bound.add(name)
        if self._text.startswith(name, start):
            self._raw.append(_Raw(start, name, role, scope, binds, owner))

    def _visit(self, node: ast.AST, scope: _Scope) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, scope)
            case ast.ClassDef():
                self._class(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                inner = self._scope("function", scope, "", self._span(node))
                inner.owner = scope.owner
                self.visit_all(ast.iter_child_nodes(node), inner)
            case ast.Name():
                role: Role = "name" if isinstance(node.ctx, ast.Load) else "store"
                self._note(self._offset(node.lineno, node.col_offset), node.id, role, scope)
            case ast.Attribute():
                self._attribute(node, scope)
            case ast.Global() | ast.Nonlocal():
                self._declared_outer(node, scope)
            case ast.ExceptHandler():
                self._handler(node, scope)
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case ast.Call():
                self._call(node, scope)
            case ast.JoinedStr():
                return
            case _:
                self.visit_all(ast.iter_child_nodes(node), scope)

    def _declared_outer(self, node: ast.Global | ast.Nonlocal, scope: _Scope) -> None:
        scope.outer.update(node.names)
        begin = self._offset(node.lineno, node.col_offset)
        for name in node.names:
            found = re.compile(rf"\b{re.escape(name)}\b").search(self._text, begin)
            if found:
                self._note(found.start(), name, "name", scope)

    def _handler(self, node: ast.ExceptHandler, scope: _Scope) -> None:
        if node.name and node.type:
            begin = self._offset(node.type.end_lineno or 1, node.type.end_col_offset or 0)
            found = re.compile(rf"\bas\s+({re.escape(node.name)})\b").search(self._text, begin)
            if found:
                self._note(found.start(1), node.name, "store", scope)
        self.visit_all(ast.iter_child_nodes(node), scope)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        line, column = getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0)
        return self._offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0)), self._offset(
            line, column
        )

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: _Scope) -> None:
        name = "" if isinstance(node, ast.Lambda) else node.name
        inner = self._scope("function", scope, name, self._span(node))
        constructor = scope.kind == "class" and name in ("__init__", "__new__")
        inner.owner = scope.name if constructor else name
        if not isinstance(node, ast.Lambda):
            begin = self._offset(node.lineno, node.col_offset)
            at = self._text.index("def", begin)
            scope.bound.add(name)
            role: Role = "method" if scope.kind == "class" else "function"
            start = self._text.index(name, at + 3)
            if scope.kind == "function":
                self._raw.append(_Raw(start, name, "store", scope, True, scope.owner))
            else:
                self._note(start, name, role, scope, scope.name)
            self.visit_all(node.decorator_list, scope)
            self.visit_all([node.returns] if node.returns else [], scope)
        arguments = node.args
        self.visit_all([d for d in [*arguments.defaults, *arguments.kw_defaults] if d is not None], scope)
        extra = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]:
            self.visit_all([argument.annotation] if argument.annotation else [], scope)
            self._note(self._offset(argument.lineno, argument.col_offset), argument.arg, "parameter", inner)
        self.visit_all([node.body] if isinstance(node, ast.Lambda) else node.body, inner)

    def _class(self, node: ast.ClassDef, scope: _Scope) -> None:
        inner = self._scope("class", scope, node.name, self._span(node))
        at = self._text.index("class", self._offset(node.lineno, node.col_offset))
        start = self._text.index(node.name, at + 5)
        scope.bound.add(node.name)
        if scope.kind == "function":
            self._raw.append(_Raw(start, node.name, "store", scope, True, scope.owner))
        else:
            self._note(start, node.name, "class", scope)
        self.visit_all([*node.decorator_list, *node.bases, *node.keywords], scope)
        self.visit_all(node.body, inner)

    def _attribute(self, node: ast.Attribute, scope: _Scope) -> None:
        start = self._offset(node.end_lineno or 1, node.end_col_offset or 0) - len(node.attr)
        on_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
        role: Role = "set_attribute" if isinstance(node.ctx, ast.Store) else "attribute"
        outer: _Scope | None = scope
        while outer is not None and outer.kind != "class":
            outer = outer.parent
        self._note(start, node.attr, role, scope, outer.name if on_self and outer else "?")
        self._visit(node.value, scope)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: _Scope) -> None:
        for alias in node.names:
            start = self._offset(alias.lineno, alias.col_offset)
            if alias.asname:
                end = self._offset(alias.end_lineno or 1, alias.end_col_offset or 0)
                self._note(end - len(alias.asname), alias.asname, "store", scope)
            elif scope.kind == "function":
                scope.outer.add(alias.name.split(".")[0])
            if isinstance(node, ast.ImportFrom) and alias.name != "*":
                self._note(start, alias.name, "import", scope)

    def _call(self, node: ast.Call, scope: _Scope) -> None:
        callee = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        self.visit_all([node.func, *node.args], scope)
        for item in node.keywords:
            if item.arg is not None:
                self._note(self._offset(item.lineno, item.col_offset), item.arg, "keyword", scope, callee)
            self._visit(item.value, scope)
