"""Text that is not ours, as a file's name or a line of code, where a terminal or another program reads it."""

from __future__ import annotations

import json

_UNSAFE = (
    {code: 0x2400 + code for code in range(0x20) if code != 0x09}  # a tab is left to whoever draws it
    | {0x7F: 0x2421}
    | dict.fromkeys((*range(0x80, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "·")
    | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
)
"""Control characters, those that turn the direction of writing, and bytes of names that are no UTF-8, each
with its stand-in of one cell."""


def safe(text: str) -> str:
    """One line of foreign text with nothing in it that a terminal obeys; as long as before."""
    return text.translate(_UNSAFE)


def json_line(said: object) -> str:
    """One line of JSON that can be written as UTF-8, whatever names it holds."""
    line = json.dumps(said, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(said)
    return line
