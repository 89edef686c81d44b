"""The nodes around a place, in characters."""

from itertools import pairwise

from engine.syntax.around import around


def test_nodes_from_the_innermost_outward() -> None:
    text = "# é\ndef f(a):\n    return g(a)\n"
    found = [text[start:end] for start, end in around("x.py", text, text.index("g(a)"))]
    assert found[:3] == ["g", "g(a)", "return g(a)"]
    assert found[-1].strip() == text.strip()
    assert all(one in other for one, other in pairwise(found))


def test_a_file_without_a_grammar_has_none() -> None:
    assert around("notes.unknown", "a b c", 2) == ()


def test_broken_and_empty_texts_have_some() -> None:
    assert around("x.py", "", 0) is not None
    assert around("x.py", "def (:\n", 7)
