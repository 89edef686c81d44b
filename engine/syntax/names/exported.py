"""Under which names a module of the web gives away what it holds. All offsets here are bytes."""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import QueryCursor

from engine.syntax.document import Document, Mention
from engine.syntax.names.words import words_of
from engine.syntax.nodes import text_of

DEEPEST = 3
"""How far below the root a statement that exports begins at most."""


def exported(document: Document) -> Mapping[str, str]:
    """The names that lists and assignments export, each with what the module itself calls it."""
    query, word = document.grammar.wildcards, words_of(document.grammar.name).exports
    if query is None or not word or word not in document.data:
        return {}
    cursor = QueryCursor(query)
    cursor.set_max_start_depth(DEEPEST)
    found: dict[str, str] = {}
    for _, captures in cursor.matches(document.tree.root_node):
        if "export.key" in captures and "export.value" in captures:
            found[text_of(captures["export.key"][0])] = text_of(captures["export.value"][0])
    return found


def assigns_exports(document: Document) -> bool:
    """Whether a module gives things away by assigning to an object that stands for them."""
    word = words_of(document.grammar.name).assigned
    return bool(word) and word in document.data


def is_brought_in(document: Document, mention: Mention) -> bool:
    """Whether a binding is an import that a module does not give on by itself."""
    words = words_of(document.grammar.name)
    node = mention.node if mention.role.startswith("import.") else None
    while node is not None and node.type not in words.importing | words.passing:
        node = node.parent
    return node is not None and node.type in words.importing
