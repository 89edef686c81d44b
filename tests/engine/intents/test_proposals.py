"""What is asked again when language servers say more of an edit that was looked at already."""

from __future__ import annotations

import pytest

from engine import intents
from engine.intents.context import Context
from engine.types import IntentKind, Site
from tests.engine.syntax.projects import Memory

FILES = {"a.py": "def total(items):\n    return sum(items)\n", "b.py": "from a import total\n\ntotal([])\n"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[IntentKind]:
    """The scenarios in the order in which they were asked."""
    seen: list[IntentKind] = []

    def noting(kind: IntentKind, scenario: intents.Scenario) -> intents.Scenario:
        def note(context: Context) -> tuple[Site, ...]:
            seen.append(kind)
            return scenario(context)

        return note

    for kind, scenario in intents.SCENARIOS.items():
        monkeypatch.setitem(intents.SCENARIOS, kind, noting(kind, scenario))
    return seen


def test_only_who_listens_is_asked_again(asked: list[IntentKind]) -> None:
    memory = Memory(FILES)
    edit = memory.save("a.py", FILES["a.py"].replace("total", "whole"))
    proposals = intents.Proposals(edit, (), memory.index)
    first = proposals.sites()
    assert [site.path for site in first] == ["b.py", "b.py"] and asked == list(intents.SCENARIOS)
    assert proposals.sites() == first
    assert asked[len(intents.SCENARIOS) :] == [IntentKind.FIX]


def test_what_no_longer_stands_is_offered_no_more(asked: list[IntentKind]) -> None:
    memory = Memory(FILES)
    edit = memory.save("a.py", FILES["a.py"].replace("total", "whole"))
    proposals = intents.Proposals(edit, (), memory.index)
    assert proposals.sites()
    memory.save("b.py", "print()\n")
    assert proposals.sites() == ()


def test_a_file_that_was_made_anew_is_no_edit(
    asked: list[IntentKind], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intents, "MOST_HUNKS", 3)
    text = "".join(f"a{n}={n}\n\n" for n in range(8))
    project = Memory({"a.py": text})
    edit = project.save("a.py", text.replace("=", " = "))
    assert len(edit.hunks) > 3
    assert intents.propose(edit, (), project.index) == () and not asked
