"""`ripple replay`: a small history played through the real engine, and what is counted of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.config import Settings
from engine.model.predictor import StructurePredictor
from engine.types import Candidate
from tests.trainer.test_examples import site
from tests.trainer.test_histories import commit, git
from trainer.commands import main
from trainer.examples import World
from trainer.measures import delta_chrf
from trainer.replay import run as replays
from trainer.replay.developer import Developer, repeated
from trainer.replay.figures import at_activity, by_intent, by_language, curve, figures, sums
from trainer.replay.minds import Engine, Ground, Told
from trainer.replay.playing import Play
from trainer.replay.points import Played, Point, Weighed, played
from trainer.replay.run import Plan, chosen, run
from trainer.repository import Commit, Repository
from trainer.simulate.source import Source

CORE = 'def load_items(path):\n    """Read them."""\n    return open(path)\n\n\ndef other():\n    return 1\n'
USES = (
    "from core import load_items\n\n\ndef first():\n    x = 1\n    y = 2\n    return load_items('a'), x, y\n"
    "\n\n"
    "def second():\n    a = 3\n    b = 4\n    return load_items('b'), a, b\n"
)
GO = "package shop\n\nfunc loadItems(path string) int {\n\treturn 1\n}\n"
GO_USES = 'package shop\n\nfunc use() int {\n\treturn loadItems("a")\n}\n'


def renamed(text: str) -> str:
    return text.replace("load_items", "read_items").replace("loadItems", "readItems")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Three commits that can be played: a rename in Python, one in Go, and unrelated edits."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q")
    commit(
        root, "start", {"core.py": CORE, "uses.py": USES, "shop.go": GO, "use.go": GO_USES, "notes.md": "a"}
    )
    commit(root, "One stretch only", {"core.py": CORE.replace("return 1", "return 2")})
    core = CORE.replace("return 1", "return 2")
    commit(root, "Rename the reader", {"core.py": renamed(core), "uses.py": renamed(USES)})
    commit(root, "The same in Go", {"shop.go": renamed(GO), "use.go": renamed(GO_USES)})
    apart = renamed(USES).replace("x = 1", "x = 'one'").replace("b = 4", "b = len('four')")
    commit(root, "Values", {"uses.py": apart})
    return root


def plan(clone: Path, tmp_path: Path, **more: object) -> Plan:
    settings = Settings(tmp_path / "data", tmp_path / "cache", tmp_path / "config.toml")
    return Plan(clone, 10, settings, tmp_path / "kept", **more)  # type: ignore[arg-type]


def replay(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["replay", *map(str, arguments)])


def test_commits_of_one_stretch_and_of_other_files_are_left_out(clone: Path, tmp_path: Path) -> None:
    assert [one.subject for one in chosen(plan(clone, tmp_path))] == [
        "Values",
        "The same in Go",
        "Rename the reader",
    ]


def test_the_tier_of_commits_that_repeat_themselves(clone: Path, tmp_path: Path) -> None:
    ripple = chosen(plan(clone, tmp_path, ripple=True))
    assert [one.subject for one in ripple] == ["The same in Go", "Rename the reader"]


def test_structure_writes_the_renames_and_stays_silent_elsewhere(clone: Path, tmp_path: Path) -> None:
    commits = chosen(plan(clone, tmp_path))
    values, go, python = run(plan(clone, tmp_path), "structure", commits, lambda: None)
    assert python.stretches == 3 and python.by_hand == 0 and python.tier == 1.0
    first = python.points[0]
    assert (first.by, first.open, first.follows, first.language) == ("person", 3, True, "python")
    assert [action.right for action in first.shown] == [True] * 3
    assert first.chrf == 1.0 and "+from core import read_items" in first.diff
    assert python.points[1].by == "ripple" and not python.points[1].shown
    assert go.by_hand == 0 and go.points[0].language == "go"
    assert values.by_hand == 1 and not any(point.shown for point in values.points)
    assert [point.follows for point in values.points] == [False, False]
    found = figures([sums(one) for one in (values, go, python)])
    assert found["acceptance"].value == 1.0 and found["acceptance"].of == 4
    assert found["quiet"].value == 1.0 and found["saved"].value == pytest.approx(4 / 5)
    assert found["generation"].value == pytest.approx(8 / (8 + values.tokens))
    assert found["reversal"].value == 0 and found["recall"].value == 1.0


def test_the_baseline_repeats_replacements_only(clone: Path, tmp_path: Path) -> None:
    _, go, python = run(plan(clone, tmp_path), "repeat", chosen(plan(clone, tmp_path)), lambda: None)
    assert {action.intent for point in python.points for action in point.weighed} == {"repeat"}
    assert python.by_hand == 0 and go.by_hand == 0
    _, _, both = run(plan(clone, tmp_path), "both", chosen(plan(clone, tmp_path)), lambda: None)
    assert {action.intent for action in both.points[0].shown} == {"rename"}


def test_a_wrong_action_ends_the_chain(tmp_path: Path) -> None:
    """The second use keeps its old name: what stands behind the wrong action is not accepted."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q")
    lines = "def old_name():\n    return 1\n\n\na = old_name()\n\n\nb = old_name()\n\n\nc = old_name()\n"
    commit(root, "start", {"core.py": lines})
    parts = lines.split("old_name")
    commit(
        root,
        "Most",
        {
            "core.py": "new_name".join(parts[:2])
            + "new_name"
            + parts[2]
            + "old_name"
            + parts[3]
            + "new_name"
            + parts[4]
        },
    )
    (one,) = run(plan(root, tmp_path), "structure", chosen(plan(root, tmp_path)), lambda: None)
    shown = one.points[0].shown
    assert [(action.right, action.accepted) for action in shown] == [
        (True, True),
        (False, False),
        (True, False),
    ]
    assert one.by_hand == 1
    row = sums(one)
    assert row["acceptance"] == (2, 3) or row["acceptance"][1] >= 3
    assert row["completion"][0] == 0


CHECKS = "".join(f"def check{n}(row):\n    return row  # type: ignore\n\n\n" for n in range(9))


def test_who_turns_down_where_they_stop_is_not_shown_the_like_again(tmp_path: Path) -> None:
    """The first and the last comment go, the others stay."""
    parts = CHECKS.split("  # type: ignore")
    after = parts[0] + "  # type: ignore".join(parts[1:-1]) + parts[-1]

    def shown(told: Told | None) -> list[Weighed]:
        world = World(Source("shop", "python", {"checks.py": CHECKS}), tmp_path)
        settings = replace(plan(tmp_path, tmp_path).settings, structure_threshold=0.1)
        mind = Engine(Ground(tmp_path, world), StructurePredictor(), settings, told)
        made = Commit("0" * 40, "", ("checks.py",), "")
        developer = Developer.over(world, {"checks.py": after})
        played = Play(world, mind, made, developer, told=told).run()
        return [action for point in played.points for action in point.shown if action.intent == "repeat"]

    silent, says = shown(None), shown(Told())
    assert 0 < len(says) < len(silent)


def test_a_run_goes_on_where_it_was(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = chosen(plan(clone, tmp_path))
    whole = run(plan(clone, tmp_path), "structure", commits, lambda: None)
    (kept,) = (tmp_path / "kept").glob("structure-*.jsonl")
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join(lines[:1]) + lines[1][:40])
    asked: list[str] = []
    play = replays.Play

    def counted(*arguments: object, **more: object) -> object:
        asked.append("one")
        return play(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(replays, "Play", counted)
    steps: list[int] = []
    again = run(plan(clone, tmp_path), "structure", commits, lambda: steps.append(1))
    assert len(asked) == 2 and len(steps) == 3
    assert [timeless(one) for one in again] == [timeless(one) for one in whole]
    assert run(plan(clone, tmp_path), "structure", commits, lambda: None) == again and len(asked) == 2


def timeless(one: Played) -> dict[str, object]:
    raw = one.raw()
    for point in raw["points"]:
        point["ms"] = 0
    return raw


def test_several_processes_play_the_same(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = chosen(plan(clone, tmp_path))
    alone = run(plan(clone, tmp_path), "structure", commits, lambda: None)
    monkeypatch.setattr(replays, "BLOCK", 1)
    apart = run(plan(clone, tmp_path / "other", workers=2), "structure", commits, lambda: None)
    assert [timeless(one) for one in apart] == [timeless(one) for one in alone]


def test_the_command_prints_tables_a_plot_and_examples(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIPPLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("RIPPLE_DATA_DIR", str(tmp_path / "data"))
    out = tmp_path / "out.json"
    result = replay(clone, "--no-model", "--baseline", "structure", "--baseline", "repeat", "--json", out)
    assert result.exit_code == 0, result.output
    assert "3 commits, 6 points" in result.output and "acceptance  1.000" in result.output
    assert "+def read_items(path):" not in result.output and "+from core import read_items" in result.output
    assert "right among the shown" in result.output
    raw = json.loads(out.read_text())
    assert raw["structure"]["figures"]["acceptance"]["value"] == 1.0
    assert set(raw["structure"]["by_language"]) == {"python", "go"}


def test_what_cannot_be_played_is_said(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIPPLE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("RIPPLE_DATA_DIR", str(tmp_path / "data"))
    empty = tmp_path / "empty"
    empty.mkdir()
    result = replay(empty, "--no-model", "--baseline", "structure")
    assert result.exit_code == 1 and "git cannot read" in result.output
    result = replay(clone, "--no-model")
    assert result.exit_code == 2 and "name a --baseline" in result.output
    result = replay(clone, "--since", "2090-01-01", "--no-model", "--baseline", "structure")
    assert result.exit_code == 1 and "no commit" in result.output


def test_the_developer_writes_the_definition_first_and_then_what_is_nearest() -> None:
    before = {"a.py": "x = old()\n\n\ny = 1\n", "b.py": "def old():\n    return 1\n\n\nz = old()\n"}
    after = {path: text.replace("old", "new") for path, text in before.items()}
    developer = Developer(before, after)
    order = []
    while (save := developer.next()) is not None:
        order.append(save[0])
        developer.took(*save)
    assert order == ["b.py", "b.py", "a.py"] and developer.texts == after
    assert repeated(before, after) == 1.0
    assert repeated({"a.py": "a = 1\n\n\nb = 2\n"}, {"a.py": "a = 3\n\n\nb = 4\n"}) == 0.0


def test_a_place_counts_where_the_text_is_another_than_the_draft() -> None:
    text = "a = first\nb = second\nc = third\n"
    developer = Developer({"a.py": text}, {"a.py": text.replace("second", "2")})

    def candidate(old: str, new: str) -> Candidate:
        return Candidate(site(text.index(old), old, new), new, 0.5)

    assert developer.wants(candidate("second", "2"))
    other = candidate("second", "two")
    assert not developer.wants(other) and developer.touches(other.site)
    assert not developer.touches(candidate("third", "3").site)
    weighed = Weighed("repeat", 0.5, 0.5, False, False, place=True)
    found = figures([sums(one(point(weighed), point()))])
    assert (found["recall"].value, found["places"].value) == (0.0, 0.5)


def test_a_new_file_is_one_save() -> None:
    developer = Developer({"new.py": ""}, {"new.py": "a = 1\n\n\nb = 2\n"})
    assert developer.next() == ("new.py", "a = 1\n\n\nb = 2\n")


def test_delta_chrf_by_hand() -> None:
    assert delta_chrf([("a b c", "a x c")], [("a b c", "a x c")]) == 1.0
    assert delta_chrf([("same", "same")], [("same", "same")]) == 1.0
    assert delta_chrf([("same", "same")], [("same", "other")]) == 0.0
    assert delta_chrf([("k", "q")], [("k", "z")]) == pytest.approx(0.5)
    half = delta_chrf([("a = 1\n\nb = 1\n", "a = 2\n\nb = 1\n")], [("a = 1\n\nb = 1\n", "a = 2\n\nb = 2\n")])
    assert 0.4 < half < 1.0


def weighed(p: float, right: bool, shown: bool = False, intent: str = "rename") -> Weighed:
    return Weighed(intent, p, p, right, shown, shown and right, 2)


def point(*actions: Weighed, language: str = "python", follows: bool = True) -> Point:
    return Point(
        "a", language, "person", 1, follows, 5.0, actions, 0.5 if any(a.shown for a in actions) else None
    )


def one(*points: Point) -> Played:
    return Played("s", "subject", 0.0, 4, 3, 10, points)


def test_the_curve_counts_every_action_by_itself() -> None:
    rows = [one(point(weighed(0.9, True), weighed(0.4, False)), point(weighed(0.6, False)), point())]
    found = curve(rows)
    assert found[-1] == (0.9, pytest.approx(1 / 3), 1.0)
    assert found[0] == (0.4, pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert at_activity(found, 1 / 3) == pytest.approx(1.0)
    assert curve([]) == [] and at_activity([], 0.5) != at_activity([], 0.5)


def test_figures_by_language_and_intent_with_intervals() -> None:
    rows = [
        one(point(weighed(0.9, True, True)), point(weighed(0.8, False, True, "fix"), language="go")),
        one(point(weighed(0.9, True, True)), point(follows=False)),
    ]
    found = figures([sums(row) for row in rows])
    assert found["acceptance"].value == pytest.approx(2 / 3) and found["acceptance"].low == 0.5
    assert found["acceptance"].high == 1.0 and found["quiet"].value == 1.0
    assert by_language(rows)["go"]["acceptance"].value == 0.0
    assert by_language(rows)["python"]["activity"].value == pytest.approx(2 / 3)
    assert by_intent(rows)["rename"].value == 1.0 and by_intent(rows)["fix"].of == 1
    assert played(json.loads(json.dumps(rows[0].raw()))) == rows[0]


def test_every_language_of_a_repository_is_read(clone: Path) -> None:
    repository = Repository(clone, "")
    assert {path for commit in repository.plain() for path in commit.paths} == {
        "core.py", "uses.py", "shop.go", "use.go",
    }  # fmt: skip
    repository.close()
