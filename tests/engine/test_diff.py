"""Hunks rebuild the text, cut at token borders, and stay small where the edit is small."""

from __future__ import annotations

import difflib
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.align import lcs
from engine.diff import (
    LineStarts,
    apply_hunks,
    hunks,
    replaced,
    together,
    token_distance,
    tokenize,
    unified,
)
from engine.types import Position

PIECES = [
    *(
        "total",
        "amount",
        "é",
        "e\u0301tat",
        "变量",
        "名",
        "😀",
        "👩\u200d💻",
        "हिन्दी",
        "\ufeff",
        "_",
        "x",
        "0x1f",
        "12",
    ),
    *(
        "\f",
        "\v",
        "\r\n",
        "\n",
        "\r",
        "\u2028",
        "\x85",
        " ",
        "\t",
        "    ",
        "(",
        ")",
        ",",
        ".",
        "=",
        "\x1f",
        "\0",
    ),
]
ON_ONE_LINE = [piece for piece in PIECES if len((piece + ".").splitlines()) == 1]
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def pairs(before, after):
    return [(hunk.old, hunk.new) for hunk in hunks(before, after)]


@given(texts | st.text())
def test_tokens_joined_are_the_text(text):
    tokens = tokenize(text)
    assert "".join(tokens) == text
    assert all(tokens)


def test_tokens_are_whole_words():
    assert tokenize("naïve_总 e\u0301t.b2 0xFF\r\n  \n") == [
        "naïve_总", " ", "e\u0301t", ".", "b2", " ", "0xFF", "\r\n", "  ", "\n",
    ]  # fmt: skip


@settings(max_examples=400)
@given(texts, texts)
def test_hunks_rebuild_the_text(before, after):
    found = hunks(before, after)
    assert apply_hunks(before, found) == after
    assert [hunk.new_start for hunk in found] == sorted(hunk.new_start for hunk in found)
    for hunk in found:
        assert hunk.old != hunk.new
        assert before[hunk.start : hunk.end] == hunk.old
        assert after[hunk.new_start : hunk.new_end] == hunk.new


@settings(max_examples=400)
@given(texts, texts)
def test_hunks_are_cut_at_token_borders_and_trimmed(before, after):
    borders, new_borders = _borders(before), _borders(after)
    for hunk in hunks(before, after):
        assert {hunk.start, hunk.end} <= borders
        assert {hunk.new_start, hunk.new_end} <= new_borders
        old, new = tokenize(hunk.old), tokenize(hunk.new)
        if old and new:
            assert old[0] != new[0] and old[-1] != new[-1]


def _borders(text):
    found = {0}
    for token in tokenize(text):
        found.add(max(found) + len(token))
    return found


@given(st.lists(st.sampled_from(ON_ONE_LINE), max_size=25).map("".join), st.data())
def test_one_line_is_compared_at_the_least_cost(before, data):
    tokens = tokenize(before)
    kept = [token for token in tokens if data.draw(st.integers(0, 3))]
    after = "".join(["new" if data.draw(st.integers(0, 5)) == 0 else token for token in kept])
    cost = sum(len(tokenize(hunk.old)) + len(tokenize(hunk.new)) for hunk in hunks(before, after))
    assert cost == token_distance(before, after)


def test_a_rename_in_thirty_lines_is_thirty_hunks_of_one_token():
    before = "".join(f"    row_{i} = total(total_{i}, {i})\n" for i in range(30))
    assert pairs(before, before.replace("total(", "amount(")) == [("total", "amount")] * 30


def test_a_rename_inside_a_reordered_file_stays_small():
    before = "".join(f"def f{i}(a):\n    return total + {i}\n\n" for i in range(200))
    after = before.replace("total", "amount").replace("def f100(a):\n", "import os\n\ndef f100(a):\n")
    assert sorted(pairs(before, after)) == sorted([("total", "amount")] * 200 + [("", "import os\n\n")])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("def f(a):\n", "def f(a, b):\n", [("", ", b")]),
        ("f(a, b)\n", "f(a, c, b)\n", [("", "c, ")]),
        ("f(a, b); f(a, b)\n", "f(a, c, b); f(a, c, b)\n", [("", "c, ")] * 2),
        ("x = foo(a)\n", "y = 3\nx = foo(a, y)\n", [("", "y = 3\n"), ("", ", y")]),
        ("total\ntotals\n", "amount\ntotals\n", [("total", "amount")]),
        ("a", "a\n", [("", "\n")]),
        ("a\r\nb\r\n", "a\r\nc\r\n", [("b", "c")]),
        ("a\r\nb", "a\nb", [("\r\n", "\n")]),
        (
            "def f():\n    pass\n",
            "def f():\n    pass\n\ndef g():\n    pass\n",
            [("", "\ndef g():\n    pass\n")],
        ),
        ("totale\u0301 = 1\n", "total = 1\n", [("totale\u0301", "total")]),
    ],
)
def test_edits_of_a_person(before, after, expected):
    assert pairs(before, after) == expected


def test_one_line_broken_into_several_keeps_its_words():
    found = hunks("call(alpha, beta, gamma)\n", "call(\n    alpha,\n    beta,\n    gamma,\n)\n")
    assert not any(word in hunk.old + hunk.new for hunk in found for word in ("alpha", "beta", "gamma"))


def test_a_moved_block_is_few_hunks():
    lines = [f"line_{i} = {i}\n" for i in range(500)]
    assert len(hunks("".join(lines), "".join(lines[100:200] + lines[:100] + lines[200:]))) == 2


def test_a_rewritten_block_is_few_hunks():
    before = "".join(f"alpha_{i}(beta, gamma)\n" for i in range(300))
    after = "".join(f"for item_{i} in delta:\n    yield -item_{i}\n" for i in range(300))
    assert len(hunks("head\n" + before + "tail\n", "head\n" + after + "tail\n")) <= 3


def test_large_and_hopeless_texts_do_not_hang():
    random.seed(2)
    words = ["alpha", "beta", "gamma", "delta", "(", ")", "\n", "=", " "]
    before = "".join(random.choice(words) for _ in range(200_000))
    after = "".join(random.choice(words) for _ in range(200_000))
    assert apply_hunks(before, hunks(before, after)) == after
    line = before.replace("\n", " ")
    assert apply_hunks(line, hunks(line, line.replace("alpha", "omega"))) == line.replace("alpha", "omega")


def test_the_same_texts_give_the_same_hunks():
    random.seed(3)
    before = "".join(random.choice(["a\n", "b\n", "c d\n", "\n"]) for _ in range(300))
    after = "".join(random.choice(["a\n", "b\n", "c e\n", "\n"]) for _ in range(300))
    assert hunks(before, after) == hunks(before, after)


def test_hunks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="does not stand"):
        apply_hunks("other text", hunks("some text", "any text"))
    with pytest.raises(ValueError, match="does not stand"):
        replaced("abc", [(0, "ab", "x"), (1, "bc", "y")])


@given(st.lists(st.sampled_from("abcd"), max_size=30), st.lists(st.sampled_from("abcd"), max_size=30))
def test_longest_common_subsequence(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    assert lcs(a, b) == table[-1][-1]


def test_token_distance_counts_deleted_and_inserted_tokens():
    assert token_distance("f(a)", "f(a, b)") == 3
    assert token_distance("total = 1", "amount = 1") == 2
    assert token_distance("same", "same") == 0
    assert token_distance("", "a b") == 3


@given(texts | st.text(), st.data())
def test_positions_are_those_of_splitlines(text, data):
    offset = data.draw(st.integers(0, len(text)))
    position = LineStarts(text).position(offset)
    assert LineStarts(text).offset(position) == offset
    lines = text.splitlines(keepends=True)
    assert sum(map(len, lines[: position.line])) + position.character == offset
    assert position.line <= len(lines)


def test_positions_by_hand():
    text = "é😀\r\n变量\fx"
    assert LineStarts(text).position(2) == Position(0, 2)
    assert LineStarts(text).position(4) == Position(1, 0)
    assert LineStarts(text).position(7) == Position(2, 0)
    assert LineStarts(text).range(4, 8).end == Position(2, 1)
    assert LineStarts(text).offset(Position(9, 0)) == len(text)
    assert LineStarts("").position(0) == Position(0, 0)
    assert LineStarts("a\n").position(2) == Position(1, 0)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=30),
       st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=30), st.booleans())  # fmt: skip
def test_a_unified_patch_can_be_read_back(old, new, newline):
    before, after = "".join(old), "".join(new)
    if not newline:
        before, after = before.removesuffix("\n"), after.removesuffix("\n")
    patch = unified(before, after, "src/a.py")
    assert (patch == "") == (before == after)
    assert _patched(before, patch) == after


def _patched(text, patch):
    lines, at, result, mark = text.splitlines(keepends=True), 0, [], ""
    for line in patch.splitlines(keepends=True)[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1][1:].split(",")[0])
            count = int(line.split()[1].split(",")[1])
            skip = start - 1 if count else start
            result += lines[at:skip]
            at = skip
        elif line.startswith("\\"):
            if mark in "+ ":
                result[-1] = result[-1].removesuffix("\n")
        else:
            mark = line[0]
            if mark in " -":
                assert lines[at].rstrip("\n") == line[1:].rstrip("\n")
                at += 1
            if mark in " +":
                result.append(line[1:])
    return "".join(result + lines[at:])


def test_a_unified_patch_looks_like_one():
    before, after = "a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nD\ne\nf\ng\n"
    expected = "".join(difflib.unified_diff(before.splitlines(True), after.splitlines(True), "a/x", "b/x"))
    assert unified(before, after, "x") == expected


@given(st.lists(st.sampled_from(ON_ONE_LINE), max_size=25).map("".join), st.data())
def test_replacements_put_together_do_the_same(text, data):
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    new = data.draw(st.lists(st.text("ab ", max_size=3), min_size=4, max_size=4))
    changes = [
        (start, text[start:end], word)
        for start, end, word in zip(ends[::2], ends[1::2], new, strict=False)
        if end > start
    ]
    found = together(text, changes, lambda between: between.strip() == "")
    assert replaced(text, found) == replaced(text, changes)
    gaps = [text[left[0] + len(left[1]) : right[0]] for left, right in pairwise(found)]
    assert all(gap.strip() for gap in gaps)
