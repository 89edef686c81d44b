"""What follows at the calls of a function that gives an error too now, where errors are handed on by hand."""

from __future__ import annotations

import re
from string import Template

from engine.intents.calls.difference import Difference, results
from engine.intents.calls.lists import Replacement
from engine.syntax.blocks.surroundings import surroundings
from engine.syntax.document import Document
from engine.syntax.forms import Call

RULE = 0.72
_GIVEN = re.compile(r"(?P<indent>[^\S\n]*)(?P<name>[^\W\d]\w*)\s*:=\s*\Z")


def change(document: Document, call: Call, difference: Difference) -> Replacement | None:
    """The statement that takes the value, with the error handed on; None where that is not plain to see."""
    error, _, template = document.grammar.failing.partition("\n")
    if not error or not _fails_now(difference, error):
        return None
    text = document.border.text
    line = text.rfind("\n", 0, call.start) + 1
    given = _GIVEN.match(text, line, call.start)
    end = text.find("\n", call.end)
    rest = text[call.end : len(text) if end < 0 else end]
    around = results(surroundings(document, call.start).returns)
    if given is None or rest.strip() or not around or around[-1] != error or given["name"] == "_":
        return None
    zeros = "".join(f"{document.grammar.zero(one)}, " for one in around[:-1])
    written = Template(template.rstrip("\n")).substitute(
        indent=given["indent"],
        unit="\t" if "\t" in given["indent"] or not given["indent"] else "    ",
        name=given["name"],
        call=text[call.start : call.end],
        zeros=zeros,
    )
    start = given.end("name")
    return Replacement(start, text[start : call.end], written[start - line :])


def _fails_now(difference: Difference, error: str) -> bool:
    """Whether an error came behind the only result."""
    old, new = results(difference.old.returns), results(difference.new.returns)
    return len(old) == 1 and new == [old[0], error]
