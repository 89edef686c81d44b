"""A stretch that is looked at in one run says of each place what a look at that place says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.syntax import document as module
from engine.syntax.document import Document, Mention
from engine.syntax.grammars import grammar, language_of

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.txt"))


def told(document: Document, match: re.Match[bytes]) -> tuple[object, ...]:
    one: Mention = document.classify(match.start(), match.end(), match[0].decode())
    parts = {name: [(node.start_byte, node.end_byte) for node in nodes] for name, nodes in one.parts.items()}
    scopes = [(scope.kind, scope.key) for scope in one.scopes]
    around = document.scopes_at(match.start(), match.start() + 1)
    own = one.own.key if one.own else None
    return one.role, scopes, own, parts, one.uses, one.binds, [scope.key for scope in around]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_many_places_are_what_each_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = grammar(language_of(path.stem) or "")
    assert known is not None
    text = path.read_text(encoding="utf-8")
    alone, together = Document(path.stem, text, known), Document(path.stem, text, known)
    words = list(re.finditer(rb"[A-Za-z_]\w*", alone.data))
    plain = [told(alone, word) for word in words]
    monkeypatch.setattr(module, "WIDE", 2)
    monkeypatch.setattr(module, "MATCH", len(alone.data))
    assert [told(together, word) for word in words] == plain


def test_a_list_of_thousands_is_gone_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = 0

    class Counted(module.Stretch):
        def __init__(self, *arguments: object) -> None:
            nonlocal runs
            runs += 1
            super().__init__(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "Stretch", Counted)
    text = "from pkg import (\n" + "".join(f"    name{n},\n" for n in range(3000)) + ")\n"
    known = grammar("python")
    assert known is not None
    document = Document("a.py", text, known)
    looked = 0
    take = module.Seen.take

    def counted(*arguments: object) -> None:
        nonlocal looked
        looked += 1
        take(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module.Seen, "take", counted)
    roles = {document.mentions(f"name{n}")[0].role for n in range(0, 3000, 10)}
    assert roles == {"import.name"}
    assert runs == 1 and looked <= 3
