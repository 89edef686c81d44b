"""What is asked again when language servers say more of an edit that was looked at already."""

from __future__ import annotations

import pytest

from engine import intents
from engine.diagnostics import Diagnostic, Family, Fix, Replacement
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
    assert [site.path for site in first] == ["b.py", "b.py"]
    assert sorted(asked) == sorted(intents.SCENARIOS) and asked[-1] is IntentKind.FIX
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


def undefined(path: str, text: str, word: str, line: str) -> Diagnostic:
    """A server's complaint about the last such word, and its fix: a line at the top of the file."""
    at = text.rindex(word)
    fix = Fix(line.strip(), (Replacement(path, 0, "", line),), preferred=True)
    message = f"Undefined name `{word}`"
    return Diagnostic(path, at, at + len(word), "error", Family.NAME, "F821", "ruff", message, (fix,))


def test_a_use_that_the_renaming_reaches_is_not_given_an_import_of_the_old_name() -> None:
    before = FILES["a.py"] + "\n\ndef none():\n    return total([])\n"
    after = before.replace("def total", "def whole")
    memory = Memory({"a.py": before, "b.py": FILES["b.py"]})
    edit = memory.save("a.py", after)
    said = undefined("a.py", after, "total", "from b import total\n")
    sites = intents.propose(edit, (), memory.index, diagnostics=[said])
    assert [(site.path, site.intent) for site in sites] == [
        ("a.py", IntentKind.RENAME),
        ("b.py", IntentKind.RENAME),
        ("b.py", IntentKind.RENAME),
    ]


def test_a_name_is_imported_once_whoever_misses_it() -> None:
    before = "import os\n\nprint(os.name)\n"
    after = before + "print(Path())\n"
    memory = Memory({"a.py": before, "b.py": "from pathlib import Path\n\nprint(Path())\n"})
    edit = memory.save("a.py", after)
    said = undefined("a.py", after, "Path", "from pathlib import Path\n")
    (site,) = intents.propose(edit, (), memory.index, diagnostics=[said])
    assert site.intent is IntentKind.IMPORT
    without = intents.propose(edit, (), memory.index, {IntentKind.IMPORT}, [said])
    assert [site.draft for site in without] == ["from pathlib import Path\n"]  # the server's
