"""What the arms are trained on: tuples drawn by weight, and bare rejections found among outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from engine.config import Settings
from engine.model import vocabulary as v
from engine.model.calibrate import Calibration, Sigmoid
from engine.model.runtime import Runtime
from engine.types import IntentKind
from tests.trainer.preferring import asking, preferring, take
from tests.trainer.test_histories import commit, git
from tests.trainer.test_self_replay import NAMES, Fake, replaced
from trainer.ablation import points
from trainer.ablation.material import LONGEST, bare_rejections, drawn
from trainer.tuples import END, Choice, Outcome

PLAIN = Calibration({kind: Sigmoid() for kind in IntentKind}, floor=None)
TWO = asking("a", "b")


class Sure:
    """Says the same logit of yes at every ask."""

    def __init__(self, logit: float) -> None:
        self.logit = logit

    def eval(
        self, ids: Sequence[int], at: Sequence[int]
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        rows = np.zeros((len(at), len(v.SPECIALS)), np.float32)
        rows[:, v.YES] = self.logit
        return rows


def outcome(label: int, right: bool, prompt: tuple[int, ...] = TWO[0]) -> Outcome:
    return Outcome(
        prompt,
        label,
        0.5,
        "rename",
        right,
        1.0,
        1.0,
        0.0,
        "p",
        "a.py",
        f"a.py:{label}",
        "ab"[label],
        "x",
        "0",
    )


def bare(found: list[Outcome], logit: float = 2.0, known: bool = False) -> list[tuple[object, object]]:
    told = [preferring([take(0)], [take(1)], TWO)] if known else []
    made = bare_rejections(found, told, cast(Runtime, Sure(logit)), 0.5, PLAIN, 10)
    return [(one.accepted, one.rejected) for one in made]


def test_tuples_are_drawn_by_their_weight_and_weigh_the_same_then() -> None:
    light = [preferring([take(0)], [take(1)], TWO, at=float(n)) for n in range(40)]
    found = [replace(one, weight=0.01) for one in light]
    found += [replace(one, weight=1.0, path="heavy.py") for one in light[:10]]
    some = drawn(found, 10)
    assert sum(one.path == "heavy.py" for one in some) >= 8
    assert {one.weight for one in some} == {1.0}
    assert drawn(found, 10) == some


def test_what_does_not_part_or_is_too_long_is_not_drawn() -> None:
    long = asking("a", "b", head="x" * LONGEST)
    written = preferring([(Choice(0, 0, "z"),)], [take(1)], TWO)
    assert drawn([preferring([take(0)], [], TWO), preferring([take(0)], [take(1)], long), written], 9) == []


def test_a_wrong_first_action_that_nothing_stands_against_is_bare() -> None:
    found = [outcome(0, right=False), outcome(1, right=True)]
    assert bare(found) == [(((END,),), ((Choice(0, 0, "a"),),))]
    assert bare(found, known=True) == []
    assert bare(found, logit=-2.0) == []
    assert bare([outcome(0, right=True), outcome(1, right=False)]) == []


def test_points_hold_what_was_asked_and_the_truth_and_are_made_once(tmp_path: Path) -> None:
    root = tmp_path / "clones" / "pallets+flask"
    root.mkdir(parents=True)
    git(root, "init", "-q")
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    settings = Settings(tmp_path, tmp_path, tmp_path / "c.toml", without=(IntentKind.REPEAT,))
    calls = []

    def job() -> list[points.Course]:
        calls.append(1)
        return list(points.of_clone(root, "pallets/flask", 5, settings, Fake()))

    path = tmp_path / "points" / "x.jsonl.gz"
    (course,) = points.made(lambda: iter(job()), path, "key")
    first = course.questions[0]
    assert (first.by, first.follows, len(first.prompts)) == ("person", True, 1)
    assert [(one.right, one.shown, one.taken) for one in first.places] == [
        (True, True, True),
        (False, True, False),
        (True, True, False),
    ]
    assert {(one.intent, one.p, one.window, one.refused) for one in first.places} == {
        ("rename", 0.9, 0, False)
    }
    assert points.made(lambda: iter(job()), path, "key") == [course] and len(calls) == 1
    points.made(lambda: iter(job()), path, "another key")
    assert len(calls) == 2


def test_damaged_points_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(b"no gzip")
    with pytest.raises(Exception, match="cannot be read as points"):
        points.made(lambda: iter(()), path, "key")
