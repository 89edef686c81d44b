"""The node kinds of code.txt are those of the grammars; equal code, writes and parentheses."""

from __future__ import annotations

import pytest

from engine.syntax.blocks.clones import Pattern
from engine.syntax.blocks.code import Code, code
from engine.syntax.blocks.fit import Fit, Part
from engine.syntax.blocks.flow import Flow
from engine.syntax.blocks.pieces import pieces, runs, stands, tokens
from engine.syntax.blocks.values import Values
from engine.syntax.document import Document
from engine.syntax.grammars import SPECS, grammar

ELSEWHERE = {
    "javascript": {"non_null_expression", "required_parameter", "optional_parameter", "literal_type"}
    | {"property_signature", "enum_body", "as_expression", "satisfies_expression"},
    "typescript": {"jsx_attribute", "jsx_element", "jsx_self_closing_element"},
    "java": {"switch_statement"},
}
"""What a folder of queries says for the other languages that share it."""


def parsed(text: str, language: str = "python") -> tuple[Document, Code]:
    known, kinds = grammar(language), code(language)
    assert known is not None and kinds is not None
    return Document("m", text, known), kinds


@pytest.mark.parametrize("language", SPECS)
def test_every_kind_and_field_is_the_grammars(language: str) -> None:
    known, kinds = grammar(language), code(language)
    assert known is not None and kinds is not None
    all_kinds = {known.language.node_kind_for_id(n) for n in range(known.language.node_kind_count)}
    said = set().union(*kinds.kinds.values())
    assert said - all_kinds - ELSEWHERE.get(language, set()) == set()
    fields = {known.language.field_name_for_id(n) for n in range(1, known.language.field_count + 1)}
    assert {field for held in kinds.places.values() for some in held.values() for field in some} <= fields
    assert {"own", "static", "outside"} <= kinds.forms.keys()


def test_there_is_none_for_the_long_tail() -> None:
    assert code("bash") is None
    assert code("nonsense") is None


def test_equal_code_whatever_its_blanks_and_comments() -> None:
    document, known = parsed(
        "x = f(a, b + 1)\ny = f(\n    a,  # one\n    b+1,\n)\nz = f(a, b + 2)\nf(a, b + 1).c\n"
    )
    value = document.tree.root_node.named_children[0].named_children[0].child_by_field_name("right")
    assert value is not None
    found = list(Pattern(document, known, [value]).find(document))
    assert [document.data[one.start : one.end].count(b"\n") for one in found] == [0, 3, 0]


def test_a_hole_is_the_same_each_time_and_locals_are_renamed_one_for_one() -> None:
    document, known = parsed("n = w * w + k\na = b.c * b.c + q\na = b.c * b.d + q\nk = w * w + k\n")
    value = document.tree.root_node.named_children[0].named_children[0]
    pattern = Pattern(document, known, [value], frozenset((b"w",)), frozenset((b"n", b"k")))
    found = list(pattern.find(document))
    assert [document.data[one.start : one.end] for one in found] == [b"n = w * w + k", b"a = b.c * b.c + q"]
    assert found[1].names == {b"n": b"a", b"k": b"q"}
    assert document.data[found[1].holes[b"w"].start_byte : found[1].holes[b"w"].end_byte] == b"b.c"


@pytest.mark.parametrize(
    ("value", "between", "change"),
    [
        ("a.b + 1", "a.b = 2", "written"),
        ("a.b + 1", "a = 2", "written"),
        ("a.b + 1", "a.c = 2", ""),
        ("f(a)", "a.c = 2", "written"),
        ("a[0] + 1", "a[i] = 2", "written"),
        ("a.x(1) + 1", "a.c = 2", ""),
        ("len(a)", "a.append(1)", "touched"),
        ("a + 1", "b.a = 2", ""),
        ("a + 1", "f(a=2)", ""),
        ("a + 1", "[a for a in b]", "written"),
    ],
)
def test_what_happens_to_a_value(value: str, between: str, change: str) -> None:
    document, known = parsed(f"v = {value}\n{between}\n")
    flow = Flow(document, known)
    node = document.tree.root_node.named_children[0].named_children[0].child_by_field_name("right")
    assert node is not None
    assert flow.change(flow.reads([node]), node.end_byte, len(document.data)) == change


@pytest.mark.parametrize(
    ("text", "value", "kind", "expected"),
    [
        ("x * v", "a + b", "binary_operator", "(a + b)"),
        ("v + x", "a + b", "binary_operator", "a + b"),
        ("x + v", "a + b", "binary_operator", "(a + b)"),
        ("f(v)", "a, b", "expression_list", "(a, b)"),
        ("v.c", "a[0]", "subscript", "a[0]"),
        ("-v", "a ** b", "binary_operator", "a ** b"),
        ("not v", "a == b", "comparison_operator", "a == b"),
        ("v ** 2", "-a", "unary_operator", "(-a)"),
    ],
)
def test_parentheses_where_they_are_needed(text: str, value: str, kind: str, expected: str) -> None:
    document, _ = parsed(text)
    at = text.index("v")
    assert Fit(document).fitted(at, at + 1, (Part(value),), kind) == expected


def test_pieces_runs_and_tokens() -> None:
    text = "def é(a):\n    # one\n    b = (a.c + 1)\n    return b\n"
    document, _ = parsed(text)
    found = {text[one.start : one.end]: one for one in pieces(document)}
    assert {"a.c + 1", "a.c", "1"} <= found.keys()
    piece = found["a.c + 1"]
    assert text[piece.outer_start : piece.outer_end] == "(a.c + 1)"
    assert piece.tokens == "a . c + 1" and piece.free and piece.weight == "expression"
    assert [len(one.statements) for one in runs(document)] == [1, 2]
    assert stands(document, piece.start, piece.end) and not stands(document, piece.start, piece.end - 1)
    words = tokens(document, piece.start, piece.end)
    assert [(word, is_name) for word, is_name, _ in words][:3] == [("a", True), (".", False), ("c", False)]


def test_values_and_the_weight_they_have() -> None:
    text = (
        "a = 1234\nb = 'word'\nc = d.e\nf = g(h)\ni = j + 1\nk = []\nl = None\nm = Node(o)\np = time.time()\n"
    )
    document, _ = parsed(text)
    found = [(one.name, one.weight) for one in Values(document).variables(0, len(text))]
    weights = ["number", "text", "chain", "call", "expression", "fresh", "trivial", "fresh", "fresh"]
    assert [weight for _, weight in found] == weights
