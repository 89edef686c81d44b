"""Labels by the truth, doubt left out, windows cut, files written and read back."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.model import vocabulary as v
from engine.types import Distance, IntentKind, NodeKind, Relation, Site, Trigger
from trainer.examples import Example, World, examples, is_plain, judge, label, read, write
from trainer.simulate.report import report
from trainer.simulate.source import Change, Source
from trainer.simulate.story import Story

TEXT = "def f(size):\n    total = size + size\n    return total\n"


def site(start: int, old: str, draft: str | None, path: str = "a.py", rule: float = 0.9) -> Site:
    facts = (NodeKind.REFERENCE, Relation.SAME_SCOPE, Distance.NEAR, Trigger.DECLARATION)
    return Site(path, start, old, draft, IntentKind.RENAME, *facts, rule, "because")


@pytest.mark.parametrize(
    ("start", "old", "draft", "right"),
    [
        (24 + 1, "size", "width", True),
        (32, "size", "width", True),
        (32, "size", "height", False),
        (25, "size + size", "width + width", True),
        (25, "size + size", "width + size", True),
        (25, "size + size", "width - width", False),
        (48, "total", "width", False),
        (17, "total", "width", False),
    ],
)
def test_a_draft_is_right_when_it_lies_on_the_way(start: int, old: str, draft: str, right: bool) -> None:
    assert TEXT.startswith(old, start)
    changes = [Change(25, "size", "width"), Change(32, "size", "width")]
    assert judge(site(start, old, draft), TEXT, changes).right is right


def test_an_insertion_beside_a_site_is_not_its_change() -> None:
    text = "call(a)\n"
    changes = [Change(6, "", ", b")]
    assert judge(site(5, "a", "a, b"), text, changes).right
    assert not judge(site(5, "a", "c"), text, changes).right
    assert not judge(site(0, "call", "other"), text, changes).right


def test_without_a_draft_the_developers_text_is_the_answer() -> None:
    changes = [Change(25, "size", "width")]
    labelled = judge(site(25, "size + size", None), TEXT, changes)
    assert (labelled.right, labelled.new) == (True, "width + size")
    assert not judge(site(48, "total", None), TEXT, changes).right


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(Source("demo", "python", {"a.py": TEXT, "b.py": "from a import f\n\nf(size=1)\n"}), tmp_path)


def renaming() -> Story:
    story = Story(Source("demo", "python", {"a.py": TEXT, "b.py": "from a import f\n\nf(size=1)\n"}))
    for start in (6, 25, 32):
        story.plan("a.py", Change(start, "size", "width"))
    story.plan("b.py", Change(19, "size", "width"))
    story.do("a.py", [Change(6, "size", "width")])
    return story


def test_the_engine_and_the_truth_meet_in_an_example(world: World) -> None:
    made = examples(renaming().case("demo"), world, "demo:0", random.Random(0))
    (example,) = made
    assert example.labels and all(example.labels) and not example.quiet
    assert [new for _, new in example.answer] == ["width"] * len(example.labels)
    assert example.pieces.count(v.ASK) == len(example.labels) == len(example.rules) == len(example.facts)
    assert "demo" in report([example])


def test_doubt_takes_a_site_out(world: World) -> None:
    story = renaming()
    story.doubt("a.py", 26, 30)
    case = story.case("demo")
    sites = world.sites(case)
    assert any(s.start == 26 and s.path == "a.py" for s in sites)
    labelled = label(case, sites, world.text_of)
    assert len(labelled) == len(sites) - 1


def test_a_world_comes_back_to_what_it_was(world: World) -> None:
    case = renaming().case("demo")
    world.sites(case)
    assert world.text_of("a.py") != TEXT
    world.show({})
    assert world.text_of("a.py") == TEXT
    assert world.sites(case) == world.sites(case)


def test_files_keep_examples_whole(tmp_path: Path) -> None:
    item = Example(["a\nü", 3], [1, 0], [(0, "x")], [0.9, 0.1], ["f"] * 2, "s/t", "python", "p", False, "p:1")
    assert write(tmp_path / "x.jsonl.gz", [item, item]) == 2
    assert list(read(tmp_path / "x.jsonl.gz")) == [item, item]
    assert not is_plain(item)
