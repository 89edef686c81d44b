"""However large the change of a save is, its work grows no faster than that: steps are counted."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from types import SimpleNamespace

import pytest

from engine.intents import heads, propose
from engine.intents.errors import leftover
from engine.intents.importing import habits
from engine.syntax.document import Document
from engine.syntax.forms import Function
from engine.syntax.names import unresolved, visible
from engine.syntax.shapes import Shapes
from engine.types import Site
from tests.engine.syntax.projects import Memory

LONGEST = 1.0
"""Seconds of processor time that a save may take."""


class Counting:
    """A compiled pattern that counts how often it is asked."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.asked = 0

    def findall(self, text: str) -> list[str]:
        self.asked += 1
        return self.pattern.findall(text)


def after(path: str, before: str, text: str) -> tuple[Site, ...]:
    memory = Memory({path: before})
    edit = memory.save(path, text)
    return propose(edit, (), memory.index)


def test_words_of_a_hunk_are_taken_apart_once(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Counting(leftover._WORD)
    monkeypatch.setattr(leftover, "_WORD", words)
    text = "".join(f"value{n} = other{n}(argument{n})\n" for n in range(400))
    memory = Memory({"app/a.py": text})
    edit = memory.save("app/a.py", text[: len(text) // 3] + "\n")
    propose(edit, (), memory.index)
    assert 0 < words.asked <= 2 * len(edit.hunks)


def test_a_rewrite_does_not_look_for_every_function(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def search(pattern: str, text: str) -> re.Match[str] | None:
        asked.append(pattern)
        return re.search(pattern, text)

    monkeypatch.setattr(heads, "re", SimpleNamespace(search=search, escape=re.escape))
    start = "def first(a):\n    return a\n"
    more = "".join(f"class Made{n}:\n    def made{n}(self, b):\n        b += {n}\n\n" for n in range(200))
    after("app/a.py", start, more)
    assert len(asked) <= heads.MOST + 1


def test_methods_of_a_class_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: Counter[str] = Counter()
    equal = Function.__eq__

    def counted(self: Function, other: object) -> bool:
        compared[self.name] += 1
        return equal(self, other)

    monkeypatch.setattr(Function, "__eq__", counted)
    methods = "".join(f"    int made{n}(int a) {{\n        return a;\n    }}\n\n" for n in range(150))
    after("app/A.java", "class A {\n}\n", f"class A {{\n{methods}}}\n")
    assert compared.total() < 150 * 20


def test_the_words_of_one_long_string_are_not_all_classified(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    classify = Document.classify

    def counted(self: Document, start: int, end: int, name: str) -> object:
        nonlocal looked
        looked += 1
        return classify(self, start, end, name)

    monkeypatch.setattr(Document, "classify", counted)
    after("app/a.py", "s = 1\n", f's = "{"alpha beta " * 10_000}"\n')
    assert 0 < looked < unresolved.WORK + 500


@pytest.mark.parametrize(
    ("path", "before", "text"),
    [
        ("app/a.py", "a" * 300_000 + " = 1\n", "a" * 300_000 + "b = 1\n"),
        ("app/a.js", "f(a, b) " * 15_000 + "\n", "g(1)\n"),
        ("app/a.py", "x = {" + "a: 1, " * 50_000 + "}\n", "x = {}\n"),
        ("app/a.py", "f(a, b); " * 30_000 + "\n", "g(a, b); " + "f(a, b); " * 29_999 + "\n"),
        ("app/a.go", "package a\n", "package a\nfunc f() " + "{" * 10_000 + "}" * 10_000 + "\n"),
        ("app/a.py", "x = 1\n", "x = " + "(" * 10_000 + "1" + ")" * 10_000 + "\n"),
        ("app/a.py", "x = 1\n", "x = " + "(" * 10_000 + "1" + ")" * 9_999 + "\n"),
    ],
    ids=["one word", "calls", "pairs", "statements", "braces", "parentheses", "one open"],
)
def test_no_line_is_too_long(path: str, before: str, text: str) -> None:
    memory = Memory({path: before})
    began = time.process_time()
    edit = memory.save(path, text)
    propose(edit, (), memory.index)
    assert time.process_time() - began < LONGEST


class Looked(list[int]):
    """A list that counts how often it is looked into."""

    asked = 0

    def __getitem__(self, key: object) -> object:  # type: ignore[override]
        self.asked += 1
        return super().__getitem__(key)  # type: ignore[call-overload]


def test_habits_of_many_imports_are_counted_once_each() -> None:
    ranks = Looked(n * 7 % 1000 for n in range(1000))
    odds = habits.trust([ranks], 0.6)
    assert ranks.asked <= 2 * len(ranks)
    pairs = [ranks[a] < ranks[b] for a in range(1000) for b in range(a + 1, min(a + 5, 1000))]
    share = (sum(pairs) + 0.6 * habits.PRIOR) / (len(pairs) + habits.PRIOR)
    assert odds == pytest.approx(math.log(share / (1 - share)))


def test_the_best_place_among_many_imports_is_found_in_one_walk() -> None:
    leaning = habits.Leaning(1.0, [1.0] * 15_000 + [-1.0] * 5_000)
    began = time.process_time()
    assert habits.best([leaning], [0] * 20_000) == 15_000
    assert time.process_time() - began < LONGEST


METHODS = "class A(Base):\n" + "".join(
    f"    def m{n}(self, a):\n        self.f{n} = a\n        return self.m{n}(a)\n\n" for n in range(1500)
)
LISTED = "from pkg import (\n" + "".join(f"    name{n},\n" for n in range(6000)) + ")\n\nx = 1\n"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (METHODS, re.sub(r"(\d+)", r"\g<1>0", METHODS)),
        ("x = 1\n", LISTED),
        (LISTED, LISTED.replace("    name3500,\n", "")),
    ],
    ids=["names of a class", "a list of imports", "one import less"],
)
def test_no_file_is_too_long(before: str, text: str) -> None:
    memory = Memory({"app/a.py": before})
    began = time.process_time()
    edit = memory.save("app/a.py", text)
    propose(edit, (), memory.index)
    assert time.process_time() - began < LONGEST


def test_a_file_is_read_once_for_all_calls_in_it() -> None:
    calls = "def target(a, b):\n    return a\n\n\n" + "".join(f"target(x{n}, {n})\n" for n in range(300))
    visible._fields.cache_clear()
    assert after("app/a.py", calls, calls.replace("(a, b)", "(a, b, extra)"))
    assert 0 < visible._fields.cache_info().misses < 30


def test_classes_are_made_for_one_question_each(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    make = Shapes._class

    def counted(self: Shapes, *arguments: object) -> object:
        nonlocal made
        made += 1
        return make(self, *arguments)  # type: ignore[arg-type]

    text = "class B0:\n    def go(self, a):\n        return a\n\n\n" + "".join(
        f"class B{n + 1}(B{n % 7}):\n    def go(self, a):\n        return super().go(a)\n\n\n"
        for n in range(300)
    )
    monkeypatch.setattr(Shapes, "_class", counted)
    after("app/a.py", text, re.sub(r"(\d+)", r"\g<1>0", text))
    assert 0 < made < 300 * 30


def test_texts_between_saves_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[bytes] = []
    parse = Document._parse

    def counted(self: Document, old: Document | None) -> object:
        texts.append(self.data)
        return parse(self, old)

    start = "from enum import Enum\n\n\nclass Kind(Enum):\n    ONE = 1\n    TWO = 2\n"
    memory = Memory({"app/a.py": start})
    for number in range(3, 7):
        text = memory.files["app/a.py"]
        edit = memory.save("app/a.py", f"{text}    NEW = {number}\n")
    monkeypatch.setattr(Document, "_parse", counted)
    propose(edit, tuple(memory.edits[:-1]), memory.index)
    assert len(memory.edits) <= len(texts) <= len(memory.edits) + 1
