"""Signs that were typed away: a statement is written without a bracket, a colon, a comma or a semicolon."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Final

from trainer.simulate.erring.lines import pick
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree, parsed

_SIGN: Final = re.compile(r"[)\]}](?=[)\]};:,\s]*(?:\{\s*)?$)|:(?=\s*$)|;(?=\s*$)|,(?=\s*$)", re.MULTILINE)
"""Signs near the end of a line: what one forgets."""


_NAMES: Final = {":": "colon", ";": "semicolon", ",": "comma"}


def missing(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A statement without one of its signs, and the sign in its place."""
    written = pick(tree, rng, block=rng.random() < 0.5)
    if written is None or '"' in written.text or "'" in written.text or "`" in written.text:
        return None
    found = list(_SIGN.finditer(written.text))
    if not found:
        return None
    sign = rng.choice(found)
    if written.text[: sign.start()].rstrip()[-1:] in "([{" and not written.text[sign.end() :].strip():
        return None  # that looks like a statement which is still being written
    text = written.text[: sign.start()] + written.text[sign.end() :]
    after = written.before[: written.start] + text + written.before[written.start :]
    if not parsed(written.path, after).errors():
        return None
    step = written.path, Change(written.start + sign.start(), "", sign.group())
    kind = f"missing/{_NAMES.get(sign.group(), 'bracket')}"
    before = {written.path: written.before}
    trigger = written.trigger(text)
    return tree.chain("fix", kind, before, trigger, (step,), inside=True)


def chains(tree: Tree, rng: random.Random) -> Iterator[Trajectory | None]:
    """Statements without one of their signs, without end."""
    while True:
        yield missing(tree, rng)
