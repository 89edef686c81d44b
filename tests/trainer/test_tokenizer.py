"""The tokenizer: text comes back as it was, control tokens keep their ids and are never found in text."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tokenizers")

from hypothesis import given
from hypothesis import strategies as st

from engine.model.vocabulary import IDS, SPECIALS
from trainer.tokenizer import CodeTokenizer, take, train

pytestmark = pytest.mark.train

SOURCE = Path(__file__).read_text(encoding="utf-8")
SMALL = train([SOURCE] * 5, vocabulary=len(SPECIALS) + 256 + 120)


@given(st.text())
def test_text_comes_back(text: str) -> None:
    text = text.encode("utf-8", "replace").decode("utf-8")
    assert SMALL.decode(SMALL.encode(text)) == text


@given(st.lists(st.sampled_from(SPECIALS), min_size=1).map("".join))
def test_control_tokens_are_never_found_in_text(text: str) -> None:
    assert min(SMALL.encode(text)) >= len(SPECIALS)


def test_control_tokens_hold_the_first_ids() -> None:
    assert SMALL.tokens[: len(SPECIALS)] == list(SPECIALS)
    assert SMALL.tokens[IDS["<|ask|>"]] == "<|ask|>"


def test_digits_stand_alone_and_only_a_space_glues_to_a_word() -> None:
    texts = [SMALL.decode([token]) for token in SMALL.encode("total_price2024(total_price)")]
    assert all(len(text) == 1 for text in texts if text.isdigit())
    assert not any(text.startswith("_") and len(text) > 1 and text[1].isalpha() for text in texts)


def test_a_saved_tokenizer_is_the_same(tmp_path: Path) -> None:
    SMALL.save(tmp_path / "tokenizer.json")
    loaded = CodeTokenizer.load(tmp_path / "tokenizer.json")
    assert loaded.sha256() == SMALL.sha256()
    assert loaded.encode(SOURCE) == SMALL.encode(SOURCE)


def test_the_same_texts_give_the_same_tokenizer() -> None:
    assert train([SOURCE] * 5, vocabulary=len(SPECIALS) + 256 + 120).sha256() == SMALL.sha256()


def test_take_stops_at_the_limit() -> None:
    assert list(take(["aa", "bb", "cc"], 3)) == ["aa", "bb"]
