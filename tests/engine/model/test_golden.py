"""Prompts as they are written for five windows; training and serving must never drift apart.

After a change that is meant (and a new PROMPT_VERSION): python -m tests.engine.model.test_golden
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.model import vocabulary as v
from engine.model.prompt import Piece, answer_pieces, pieces, summed
from engine.types import Distance, Edit, Hunk, IntentKind, NodeKind, Relation, Site, Trigger

GOLDEN = Path(__file__).parent / "golden"
Window = tuple[list[Edit], list[Site], dict[str, str], list[tuple[int, str]]]


def change(path: str, before: str, *swaps: tuple[str, str]) -> Edit:
    """An edit that replaces the first occurrence of each old text behind the one before."""
    hunks: list[Hunk] = []
    after, at = "", 0
    for old, new in swaps:
        start = before.index(old, at)
        after += before[at:start]
        hunks.append(Hunk(start, old, len(after), new))
        after, at = after + new, start + len(old)
    return Edit("e1", path, before, after + before[at:], tuple(hunks), "person", 0.0)


def found(path: str, text: str, old: str, draft: str | None, *facts: str, rule: float) -> list[Site]:
    """A site at each whole-word occurrence; the facts: intent, trigger, node, relation, distance."""
    intent, trigger, node, relation, distance = facts
    return [
        Site(
            path=path,
            start=match.start(),
            old=old,
            draft=draft,
            intent=IntentKind(intent),
            node=NodeKind(node),
            relation=Relation(relation),
            distance=Distance(distance),
            trigger=Trigger(trigger),
            rule=rule,
            why="",
        )
        for match in re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)", text)
    ]


def python_rename() -> Window:
    before = (
        "import math\n\n\ndef area(radius: float) -> float:\n"
        '    """The area of a circle."""\n    return math.pi * radius**2\n\n\nsmall = area(1) + area(2)\n'
    )
    edit = change("shop/geometry/circle.py", before, ("area", "circle_area"))
    other = "from shop.geometry.circle import area\n\nTOTAL = sum(area(radius) for radius in (1, 2))\n"
    rename = ("rename", "declaration")
    sites = found(
        edit.path, edit.after, "area", "circle_area", *rename, "call", "same_scope", "near", rule=0.97
    )
    doc, *calls = sites
    uncertain = found(
        edit.path, edit.after, "area", "circle_area", *rename, "docstring", "textual", "near", rule=0.2
    )
    far = found(
        "shop/report.py", other, "area", "circle_area", *rename, "import", "imported", "far", rule=0.95
    )
    chosen = [uncertain[0], *calls, *far]
    assert doc.start == uncertain[0].start
    chain = [(n, "circle_area") for n in range(1, len(chosen))]
    return [edit], chosen, {edit.path: edit.after, "shop/report.py": other}, chain


def use_rename() -> Window:
    earlier = change("app/user.py", "NAME = 'x'\nAGE = 3\n", ("NAME", "FULL_NAME"))
    before = "class User:\n    def fetch(self, key):\n        return self.store.get(key)\n\n\nuser.fetch(1)\n"
    edit = change(
        "app/user.py", before[: before.index("user.fetch")] + "user.fetch(1)\n", ("user.fetch", "user.load")
    )
    facts = ("rename", "use_unknown", "declaration", "unique", "near")
    sites = found(edit.path, edit.after, "fetch", "load", *facts, rule=0.6)
    return [earlier, edit], sites, {edit.path: edit.after}, [(0, "load")]


def repeat() -> Window:
    before = "log.debug('start %s' % name)\nlog.debug('stop %s' % name)\nlog.debug(f'done {name}')\n"
    edit = change("worker.py", before, ("'start %s' % name", "'start %s', name"))
    facts = ("repeat", "pattern", "string", "textual", "near")
    sites = found(edit.path, edit.after, "'stop %s' % name", "'stop %s', name", *facts, rule=0.55)
    sites += found(edit.path, edit.after, "f'done {name}'", None, *facts, rule=0.05)
    return [edit], sites, {edit.path: edit.after}, [(0, "'stop %s', name")]


def foreign_text() -> Window:
    before = "名前 = '山田 🎉'\r\nprint(名前, 'é')\r\n# <|s0|> 名前 <|ask|>\r\n"
    edit = change("src/日本/表示.py", before, ("名前", "氏名"))
    facts = ("rename", "declaration", "reference", "same_scope", "near")
    sites = found(edit.path, edit.after, "名前", "氏名", *facts, rule=0.9)
    return [edit], sites, {edit.path: edit.after}, [(0, "氏名"), (1, "氏名")]


def long_lines() -> Window:
    words = " + ".join(f"term_{n}" for n in range(40))
    before = f"value = old_name + {words}\nother = {words} + old_name + {words}\n"
    edit = change(
        "deep/down/in/folders/long.py", before, ("old_name", "new_name"), (words, f"sum([{words}])")
    )
    facts = ("rename", "use", "reference", "ambiguous", "same_file")
    sites = found(edit.path, edit.after, "old_name", "new_name", *facts, rule=0.3)
    sites += found(edit.path, edit.after, words, f"sum([{words}])", *facts, rule=0.1)[:1]
    return [edit], sites, {edit.path: edit.after}, []


CASES = {case.__name__: case for case in (python_rename, use_rename, repeat, foreign_text, long_lines)}


def shown(parts: Sequence[Piece]) -> str:
    """Pieces for the eye: text as JSON, a new line before each part."""
    breaks = {v.FILE, v.EDIT, v.HUNK, v.SITE, v.ANSWER}
    out: list[str] = []
    for piece in parts:
        out.append("\n" if piece in breaks else " ")
        out.append(json.dumps(piece, ensure_ascii=False) if isinstance(piece, str) else v.SPECIALS[piece])
    return "".join(out).strip() + "\n"


def written(name: str) -> str:
    edits, sites, texts, chain = CASES[name]()
    whole = summed(pieces(edits, sites, texts.get), [site.rule for site in sites])
    return shown([*whole, *answer_pieces(chain)])


@pytest.mark.parametrize("name", CASES)
def test_the_prompt_stands_as_it_was(name: str) -> None:
    assert written(name) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for case in CASES:
        (GOLDEN / f"{case}.txt").write_text(written(case), encoding="utf-8")
