"""The words of the languages stand in their names.txt, and nowhere else in what looks for names."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

import engine.syntax.names
from engine.syntax.grammars import SPECS, table_of
from engine.syntax.names.words import Words, words_of

CODE = sorted(Path(engine.syntax.names.__file__).parent.glob("*.py"))
COMMON = {"self", "this", "export", "exports", "_", "yes"}
"""Words of ours or of many languages as well: kinds of parameters, roles, keys."""


@pytest.mark.parametrize("language", SPECS)
def test_every_word_is_one_that_is_asked_for(language: str) -> None:
    assert table_of(language, "names.txt").keys() <= {field.name for field in fields(Words)}
    words = words_of(language)
    assert isinstance(words.implemented, str) and words == words_of(language)


def test_a_language_without_words_has_none() -> None:
    words = words_of("cobol")
    assert not (words.trait or words.macro or words.exports or words.unbound or words.whole)
    assert words.head.search("fn main()") is None


def test_no_word_of_a_language_stands_in_the_code() -> None:
    words = {
        word for name in SPECS for value in table_of(name, "names.txt").values() for word in value.split()
    }
    words -= COMMON
    found = {
        f"{path.name}: {node.value!r}"
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and (node.value.decode() if isinstance(node.value, bytes) else node.value) in words
    }
    assert not found
