"""What a grammar says a text lacks, and whether it parses with something more; offsets are characters."""

from __future__ import annotations

from engine.syntax.document import Document, broken


def lacking(document: Document) -> tuple[tuple[int, str], ...]:
    """Where the grammar had to think a token in so that the text parses, and which."""
    return tuple(
        (document.border.to_chars(node.start_byte), node.type)
        for node in broken(document.tree)
        if node.is_missing and not node.is_named
    )


def errors_with(document: Document, at: int, token: str) -> int:
    """How many places would not parse with a token written at an offset."""
    text = document.border.text
    return Document(document.path, text[:at] + token + text[at:], document.grammar, document).errors()
