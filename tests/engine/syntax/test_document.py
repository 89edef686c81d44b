from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.syntax.border import Border, find_word
from engine.syntax.document import Document
from engine.syntax.grammars import SPECS, grammar, language_of

PYTHON = grammar("python")
assert PYTHON is not None

TEXTS = st.text(alphabet="ab ä日🎉(\n\r:=\t", max_size=1500)


@given(TEXTS)
def test_offsets_go_both_ways(text: str) -> None:
    border = Border(text)
    for offset in {0, len(text) // 3, len(text) // 2, len(text)}:
        at = border.to_bytes(offset)
        assert at == len(text[:offset].encode())
        assert border.to_chars(at) == offset


def test_offsets_far_into_a_long_text() -> None:
    text = "é" * 5000 + "x"
    border = Border(text)
    assert Border("é" * 1024).to_chars(2048) == 1024 and Border("é" * 1024).to_bytes(1024) == 2048
    assert border.to_bytes(5000) == 10000 and border.to_chars(10000) == 5000


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["def f(a):\n", "    return a\n", "x = (1,\n", "é = 'ü'\n", ")\n", "class A:\n"])
    ),
    st.data(),
)
def test_an_incremental_parse_equals_a_fresh_one(lines: list[str], data: st.DataObject) -> None:
    assert PYTHON is not None
    text = "".join(lines)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    after = text[:start] + data.draw(st.sampled_from(["", "b", "(", "\nq = 1\n", "ö"])) + text[end:]
    old = Document("m.py", text, PYTHON)
    again = Document("m.py", after, PYTHON, old)
    fresh = Document("m.py", after, PYTHON)
    if not fresh.tree.root_node.has_error:
        assert str(again.tree.root_node) == str(fresh.tree.root_node)
    assert again.data == after.encode()


def test_words_are_whole() -> None:
    data = b"ab abc a_b xab ab"
    assert list(find_word(data, b"ab")) == [0, 15]
    assert list(find_word("éab ab".encode(), b"ab")) == [5]


def test_languages_are_known_by_name() -> None:
    assert language_of("a/b.py") == "python"
    assert language_of("a.tsx") == "tsx"
    assert language_of("Makefile") is None
    for name in SPECS:
        assert grammar(name) is not None


def test_the_long_tail_parses() -> None:
    pytest.importorskip("tree_sitter_languages", reason="no wheels for this Python")
    ruby = grammar("ruby")
    assert ruby is not None
    document = Document("a.rb", "def go\n  go\nend\n", ruby)
    assert [mention.role for mention in document.mentions("go")] == ["word", "word"]


def test_scopes_from_the_innermost_outward() -> None:
    assert PYTHON is not None
    text = "class A:\n    def f(self, n=n):\n        return [n for n in self]\n"
    document = Document("m.py", text, PYTHON)
    kinds = [[scope.kind for scope in mention.scopes] for mention in document.mentions("n")]
    assert kinds == [
        ["function", "class"],
        ["class"],
        ["block", "function", "class"],
        ["block", "function", "class"],
    ]


def test_an_empty_word_stands_nowhere() -> None:
    assert list(find_word(b"a b", b"")) == []
