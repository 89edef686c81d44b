"""Commits and releases as chains: cut, ordered outward, labelled with what the engine drafts."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.edit_chains import Origin, commit_chains, label, outward, release_chains
from trainer.examples import World
from trainer.histories import Step, steps
from trainer.simulate.source import Change, Source

ORIGIN = Origin("o/n", "MIT", "python")
CORE = (
    "import os\n\n\nLIMIT = 1\n\n\ndef load_items(path):\n    return open(path)\n\n\n"
    + "x = 1\n" * 5
    + "y = 3\n"
)
USES = "from core import load_items\n\n\n" + "y = 2\n" * 4 + "load_items('a')\n"
TEXTS = {"core.py": CORE, "uses.py": USES, "far/notes.py": "z = 1\n"}
AFTER = {
    "core.py": CORE.replace("load_items", "read_items")
    .replace("LIMIT = 1", "LIMIT = 2")
    .replace("y = 3", "y = 4"),
    "uses.py": USES.replace("load_items", "read_items"),
    "far/notes.py": "z = 2\n",
}


def cut() -> list[Step]:
    return [step for path, text in TEXTS.items() for step in steps(path, text, AFTER[path])]


def test_the_definition_comes_first_then_outward() -> None:
    ordered = outward(cut()[::-1])
    assert [(one.path, one.changes[0].old) for one in ordered] == [
        ("core.py", "load_items"),
        ("core.py", "1"),
        ("core.py", "3"),
        ("uses.py", "load_items"),
        ("uses.py", "load_items"),
        ("far/notes.py", "1"),
    ]


def test_a_commit_gives_a_chain_for_each_of_its_first_saves() -> None:
    made = list(commit_chains(ORIGIN, TEXTS, cut()))
    assert [chain.kind for chain in made] == ["commit/0", "commit/1", "commit/2", "commit/3"]
    assert all(chain.problem() == "" for chain in made)
    assert {len(chain.steps) for chain in made} == {5, 4, 3, 2}
    for chain in made:
        assert all(AFTER[path] == text for path, text in chain.end().items())
    assert "LIMIT = 2" not in made[1].before["core.py"]
    assert "def read_items" in made[1].before["core.py"]
    assert "LIMIT = 2" in made[1].saved


def test_the_last_save_is_quiet() -> None:
    (made,) = commit_chains(ORIGIN, TEXTS, cut()[:1])
    assert made.quiet
    assert list(commit_chains(ORIGIN, TEXTS, [])) == []
    assert list(commit_chains(ORIGIN, TEXTS, cut() * 10)) == []


def test_a_release_keeps_what_speaks_of_the_same_names() -> None:
    (made,) = release_chains(ORIGIN, TEXTS, cut())
    assert made.kind == "release"
    assert made.trigger == ("core.py", (Change(CORE.index("load_items"), "load_items", "read_items"),))
    assert [path for path, _ in made.steps] == ["uses.py", "uses.py"]
    assert made.problem() == ""


def test_what_follows_a_release_goes_outward_from_its_trigger() -> None:
    texts = {path: "def load_items(path):\n    pass\n" for path in ("a/one.py", "b/near.py", "b/trigger.py")}
    found = [step for path, text in texts.items() for step in steps(path, text, text.replace("load", "read"))]
    chains = {
        chain.trigger[0]: [path for path, _ in chain.steps] for chain in release_chains(ORIGIN, texts, found)
    }
    assert chains["b/trigger.py"] == ["b/near.py", "a/one.py"]
    assert chains["a/one.py"] == ["b/near.py", "b/trigger.py"]


def test_labels_say_what_was_drafted_and_what_was_made() -> None:
    world = World(Source("o/n", "python", TEXTS), Path("/nowhere"))
    stretches = [one for one in cut() if one.path != "uses.py" or one.changes[0].start < 20]
    chain = next(commit_chains(ORIGIN, TEXTS, stretches))
    found = label(chain, world)
    assert dict(zip([step[1].old for step in chain.steps], found.steps, strict=True)) == {
        "1": False,
        "3": False,
        "load_items": True,
    }
    made = {(draft.change.old, draft.made) for draft in found.drafts if draft.path == "uses.py"}
    assert made == {("load_items", True), ("load_items", False)}  # the developer left the call as it was
    assert {draft.intent for draft in found.drafts} == {"rename"}


@pytest.mark.parametrize(
    ("path", "line", "defines"),
    [
        ("a.py", "async def f(x):", True),
        ("a.ts", "export default async function f(x) {", True),
        ("a.ts", "export interface Shape {", True),
        ("a.ts", "type Shape = string;", True),
        ("A.java", "    public static int area(int x) {", True),
        ("A.java", "    private int x = 3;", False),
        ("a.go", "func (s *Shape) area(x int) int {", True),
        ("a.go", "type Shape struct {", True),
        ("a.rs", "pub(crate) fn area(x: u32) -> u32 {", True),
        ("a.rs", "let x = area(3);", False),
        ("a.py", "define = 3", False),
        ("a.js", "functional(x)", False),
    ],
)
def test_what_defines_in_six_languages(path: str, line: str, defines: bool) -> None:
    text = f"// one\n{line}\n"
    (found,) = steps(
        path, text, text.replace("x", "q") if "x" in line else text.replace("S", "T").replace("d", "e")
    )
    assert found.defines is defines
