"""The benchmarks of scenarios: figures from a small tree, and their tallies."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from engine.types import Distance, IntentKind, NodeKind, Relation, Site, Trigger
from tests.benchmarks import latency, scenarios
from tests.benchmarks.scenarios import Bench, Outcome, Tally, measured, note
from tests.trainer.trees import TREES
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

TEXT = TREES["python"]["shop/prices.py"]


def chain(*steps: int, new: str = "cost_of") -> Trajectory:
    """`price_of` is renamed where it is defined, and perhaps where it is called."""
    starts = [TEXT.index("price_of"), TEXT.rindex("price_of")]
    first, *rest = [Change(at, "price_of", new) for at in starts]
    followed = tuple(("shop/prices.py", rest[number]) for number in steps)
    before = {"shop/prices.py": TEXT}
    trigger = ("shop/prices.py", (first,))
    return Trajectory("rename", "function", "python", "o/n", "", before, trigger, followed)


def test_a_chain_is_played_and_nothing_stays() -> None:
    bench = Bench(Tree("o/n", "python", TREES["python"]))
    for _ in range(2):
        outcome = bench.play(chain(0))
        assert [site.draft for site in outcome.shown] == ["cost_of"]
        assert outcome.right == outcome.covered == {0}
    wrong = bench.play(chain())
    assert len(wrong.shown) == 1
    assert not wrong.right


def test_tallies() -> None:
    tally = Tally()
    facts = (NodeKind.CALL, Relation.UNIQUE, Distance.NEAR, Trigger.DECLARATION)
    site = Site("a.py", 0, "x", "y", IntentKind.RENAME, *facts, 0.9, "because")
    note(tally, chain(0), Outcome((site, site), frozenset({1}), frozenset({0}), 0, 2.0, True))
    note(tally, chain(), Outcome((), frozenset(), frozenset(), 0, 4.0))
    note(tally, chain(), Outcome((site,), frozenset(), frozenset(), 0, 6.0, False))
    chains, steps, coverage, precision, anywhere, order, quiet, silent, middle, worst = tally.row()
    assert (chains, steps, coverage, precision, anywhere, order) == (3, 1, 1.0, 0.3333, 1.0, 0.5)
    assert (quiet, silent, middle, worst) == (2, 0.5, 4.0, 6.0)


def test_the_same_words_elsewhere_count_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "import beta\nimport alpha\n\nprint(1)\n"
    step = ("a.py", Change(0, "", "import gamma\n"))
    trigger = ("a.py", (Change(text.index("1"), "1", "gamma.two"),))
    played = Trajectory("import", "missing", "python", "o/n", "", {"a.py": text}, trigger, (step,))
    facts = (NodeKind.IMPORT, Relation.IMPORTED, Distance.NEAR, Trigger.NAME_MISSING, 0.9, "because")
    site = Site("a.py", text.index("import alpha"), "", "import gamma\n", IntentKind.IMPORT, *facts)
    monkeypatch.setattr(scenarios, "propose", lambda *_: (site,))
    outcome = Bench(Tree("o/n", "python", {"a.py": text})).play(played)
    assert not outcome.covered and outcome.elsewhere == 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for texts in (TREES["python"], {"tiny.go": "package shop\n\nvar tiny = 12345\n"}):
        for path, text in texts.items():
            target = tmp_path / "o+n" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    return tmp_path / "o+n"


def options(folder: Path, **more: object) -> Namespace:
    usual = {"scenario": ["quiet", "rename"], "limit": 8, "seed": 1, "show": 2, "kinds": True, "work": None}
    return Namespace(**{**usual, "projects": [str(folder)], **more})


def test_only_languages_that_matter_are_measured(folder: Path) -> None:
    assert [tree.language for tree in measured(folder)] == ["python"]


def test_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = scenarios.run(options(folder))
    rows = figures["rows"]
    assert isinstance(rows, list)
    assert [(row["scenario"], row["language"], row["chains"]) for row in rows] == [
        ("quiet", "python", 8),
        ("rename", "python", 8),
    ]
    assert "the engine's drafts" in capsys.readouterr().out
    assert scenarios.run(options(folder, show=0, kinds=False))["rows"] is not None


def test_a_benchmark_without_trees_says_so(folder: Path) -> None:
    with pytest.raises(SystemExit, match="--projects"):
        scenarios.run(options(folder, projects=None))


def test_latency_of_every_scenario(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = latency.run(options(folder))
    assert "goal p95" in capsys.readouterr().out
    rows = figures["rows"]
    assert isinstance(rows, list)
    assert rows[-1][0] == "all"
    assert rows[-1][1] + rows[-1][5] == 16
