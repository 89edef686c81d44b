"""Positions in code units against a count character by character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lsp.positions import Encoding, Positions

TEXTS = st.text(st.sampled_from("aé€😀\u2028\x0b\n\r\t x"), max_size=40)
SIZES = {"utf-8": lambda c: len(c.encode()), "utf-16": lambda c: 1 + (ord(c) > 0xFFFF), "utf-32": lambda c: 1}


def counted(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """The position of an offset, the slow way."""
    line = units = 0
    for at, char in enumerate(text[:offset]):
        if char == "\n" or (char == "\r" and text[at + 1 : at + 2] != "\n"):
            line, units = line + 1, 0
        else:
            units += SIZES[encoding](char)
    return line, units


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@given(text=TEXTS, data=st.data())
def test_every_offset_is_found_again(encoding: Encoding, text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n" and offset:
        offset -= 1  # there is no position inside a line break
    assert Positions(text, encoding).offset(*counted(text, offset, encoding)) == offset


def test_a_position_behind_its_line_or_text_is_the_end() -> None:
    positions = Positions("é\nab\r\n", "utf-16")
    assert positions.offset(0, 99) == 1
    assert positions.offset(1, 99) == 4
    assert positions.offset(9, 9) == 6


def test_a_position_inside_a_character_is_its_start() -> None:
    assert Positions("😀x", "utf-16").offset(0, 1) == 0
    assert Positions("éx", "utf-8").offset(0, 1) == 0
