"""Labels by the truth, windows cut, files written and read back."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.model import vocabulary as v
from engine.types import Distance, IntentKind, NodeKind, Relation, Site, Trigger
from trainer.examples import About, Example, Labelled, World, cut, is_plain, judge, read, write
from trainer.simulate.source import Change, Source

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


METHODS = "class A:\n    def f(self):\n        pass\n\n    def h(self):\n        pass\n"
METHOD = "def g(self):\n        pass"


@pytest.mark.parametrize("written", ["behind", "in front"])
def test_a_method_may_be_written_behind_one_or_in_front_of_the_next(written: str) -> None:
    """An alignment gives the one hunk or the other; the text is the same."""
    end, next_ = METHODS.index("pass") + 4, METHODS.index("    def h")
    behind, before = Change(end, "", f"\n\n    {METHOD}"), Change(next_, "", f"    {METHOD}\n\n")
    truth, draft = (before, behind) if written == "behind" else (behind, before)
    assert judge(site(draft.start, "", draft.new), METHODS, [truth]).right
    other = draft.new.replace("pass", "raise")
    assert not judge(site(draft.start, "", other), METHODS, [truth]).right
    assert not judge(site(METHODS.index("self"), "self", "this"), METHODS, [truth]).right


def test_without_a_draft_the_developers_text_is_the_answer() -> None:
    changes = [Change(25, "size", "width")]
    labelled = judge(site(25, "size + size", None), TEXT, changes)
    assert (labelled.right, labelled.new) == (True, "width + size")
    assert not judge(site(48, "total", None), TEXT, changes).right


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(Source("demo", "python", {"a.py": TEXT, "b.py": "from a import f\n\nf(size=1)\n"}), tmp_path)


def test_a_window_holds_the_sites_and_their_truth(world: World) -> None:
    sites = [site(start, "size", "width") for start in (25, 32)] * 20
    labelled = [Labelled(one, one.start == 25, "width" if one.start == 25 else "") for one in sites]
    about = About("demo", "python", "p", "p:0")
    made = cut((), labelled, world.text_of, about, random.Random(0))
    assert len(made) == 3, "the first window, and others at random up to three"
    for example in made:
        assert example.pieces.count(v.ASK) == len(example.labels) == len(example.rules) == len(example.facts)
        assert [n for n, right in enumerate(example.labels) if right] == [n for n, _ in example.answer]
        assert not example.quiet
    quiet = cut((), [Labelled(sites[0], False, "")], world.text_of, about, random.Random(0))
    assert [example.quiet for example in quiet] == [True]


def test_a_world_comes_back_to_what_it_was(world: World) -> None:
    before = world.index.files_with("size")
    world.show({"a.py": TEXT.replace("size", "width")})
    assert world.text_of("a.py") != TEXT
    assert world.index.files_with("size") != before
    world.show({})
    assert world.text_of("a.py") == TEXT
    assert world.index.files_with("size") == before


def test_files_keep_examples_whole(tmp_path: Path) -> None:
    item = Example(["a\nü", 3], [1, 0], [(0, "x")], [0.9, 0.1], ["f"] * 2, "s/t", "python", "p", False, "p:1")
    assert write(tmp_path / "x.jsonl.gz", [item, item]) == 2
    assert list(read(tmp_path / "x.jsonl.gz")) == [item, item]
    assert not is_plain(item)
