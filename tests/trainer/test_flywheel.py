"""Simulated people: their taste is in what they write, and their decisions are what a log would hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.config import Settings
from engine.model.predictor import StructurePredictor
from trainer.flywheel.days import Memory, Place, spend
from trainer.flywheel.personas import PERSONAS, taught
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree, load

HEAD = "def fetch(url):\n    return url\n\n\n"
CALLS = "a = fetch(1)  # fetch\nb = fetch(2, )\n"
TEXT = HEAD + CALLS


def tree(tmp_path: Path) -> Tree:
    (tmp_path / "core.py").write_text(TEXT)
    return load(tmp_path, "python", "o/shop")


def chain(
    kind: str, trigger: Sequence[Change], steps: Sequence[Change], scenario: str = "signature"
) -> Trajectory:
    path = "core.py"
    made = tuple((path, one) for one in steps)
    return Trajectory(scenario, kind, "python", "o/shop", "MIT", {path: TEXT}, (path, tuple(trigger)), made)


def insertion(before: str, new: str) -> Change:
    return Change(TEXT.index(before) + len(before), "", new)


ADDED = (insertion("(url", ", timeout"),)


def test_arguments_at_the_end_are_given_by_name(tmp_path: Path) -> None:
    one = chain(
        "parameter_added/function", ADDED, [insertion("fetch(1", ", 5"), insertion("fetch(2", ", ...")]
    )
    person = PERSONAS["named"]
    steps = [step.new for _, step in person.taste(one, tree(tmp_path))]
    assert steps == [", timeout=5", ", ..."]
    assert person.concerns(one, tree(tmp_path))
    assert person.rewrites(insertion("fetch(1", ", x"), one, TEXT).new == ", timeout=x"


def test_domain_words_stand_for_what_is_not_written_yet(tmp_path: Path) -> None:
    stub = insertion("return url\n", "    raise NotImplementedError\n")
    one = chain("parameter_added/function", ADDED, [insertion("fetch(1", ", ..."), stub])
    steps = [step.new for _, step in PERSONAS["domain"].taste(one, tree(tmp_path))]
    assert steps == [", UNSET", "    raise TodoError\n"]


def test_comments_are_not_renamed(tmp_path: Path) -> None:
    at = [TEXT.index("fetch"), TEXT.index("fetch(1"), TEXT.index("# fetch") + 2]
    one = chain(
        "function/declaration",
        [Change(at[0], "fetch", "load")],
        [Change(n, "fetch", "load") for n in at[1:]],
        "rename",
    )
    person = PERSONAS["code-alone"]
    assert [step.start for _, step in person.taste(one, tree(tmp_path))] == at[1:2]
    assert person.concerns(one, tree(tmp_path))


def test_imports_are_left_alone(tmp_path: Path) -> None:
    one = chain(
        "missing/statement", [insertion("a = ", "os.sep + ")], [Change(0, "", "import os\n")], "import"
    )
    assert PERSONAS["no-imports"].taste(one, tree(tmp_path)) == []


def test_a_day_is_played_and_what_is_corrected_comes_back(tmp_path: Path) -> None:
    """Two chains of the same kind: the first argument is corrected by the person, the second drafted so."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "core.py").write_text(TEXT)
    place = Place(folder, "python", PERSONAS["named"], 1)
    no = tmp_path / "none"
    memory = Memory()
    made = chain("parameter_added/function", ADDED, [insertion("fetch(1", ", ...")])
    person = taught(made, PERSONAS["named"].taste(made, place.tree))
    days = [
        spend(
            place, [person], StructurePredictor(), Settings(no, no, no, structure_threshold=0.3), memory, 0.0
        )
        for _ in range(2)
    ]
    shown = [[one.right for point in day.played[0].points for one in point.shown][:1] for day in days]
    assert shown == [[False], [True]]
