"""What is rehearsed while the model is aligned: which windows, and which of their tokens."""

from __future__ import annotations

import random

import numpy as np

from engine.model import vocabulary as v
from tests.trainer.preferring import asking, encode
from tests.trainer.stories import story
from trainer import rehearsal
from trainer.rehearsal import Rehearsed
from trainer.rows import to_row
from trainer.tuples import Outcome


class _Letters:
    def encode(self, text: str) -> list[int]:
        return encode("".join(letter for letter in text if letter.islower()))


def _outcome(prompt: tuple[int, ...], label: int | None, right: bool, signal: str = "history") -> Outcome:
    return Outcome(
        prompt,
        label,
        0.5,
        "rename",
        right,
        0.5,
        1.0,
        0.0,
        "p",
        "a.py",
        f"a.py:{label}",
        "x",
        signal,
        "0" * 64,
    )


def test_outcomes_of_histories_are_windows_and_so_is_what_a_person_took():
    """What they turned down is not: nobody knows what would have been right."""
    one, two = asking("a", "b")[0], asking("c", head="other")[0]
    own = asking("d", "e", head="a person's")[0]
    asks = [at for at, token in enumerate(one) if token == v.ASK]
    found = rehearsal.of_outcomes(
        [
            _outcome(one, 1, True),
            _outcome(one, 0, False),
            _outcome(two, 0, False),
            _outcome(own, 0, True, "accepted"),
            _outcome(own, 1, False, "rejected"),
            _outcome(asking("f")[0], 0, False, "rejected"),
            _outcome((), None, True),
        ]
    )
    assert found == [
        Rehearsed(one, len(one), ((asks[0], False), (asks[1], True))),
        Rehearsed(two, len(two), ((len(two) - 1, False),)),
        Rehearsed(own, len(own), ((own.index(v.ASK), True),)),
    ]
    assert [window.quiet for window in found] == [False, True, False]


def test_replay_asks_for_the_truth_and_the_answer():
    rng = random.Random(3)
    row = next(row for row in (to_row(story(rng), _Letters()) for _ in range(50)) if row.labels.any())
    lesson = rehearsal.replayed(rehearsal.of_rows([row])[0])
    points = lesson.points
    asked = points.other != -1
    assert points.at[asked].tolist() == row.asks.tolist()
    assert points.token[asked].tolist() == [v.YES if right else v.NO for right in row.labels]
    assert points.token[~asked].tolist() == row.ids[row.prompt + 1 :].tolist()
    assert lesson.share.tolist() == [1.0, np.float32(rehearsal.ANSWER)]
    assert set(lesson.anchor[1][: len(row.asks)].tolist()) == {0}
    assert len(lesson.owner) == len(lesson.prefix) == 0
    decided = rehearsal.replayed(rehearsal.of_rows([row])[0], answers=False)
    assert len(decided.points) == len(row.asks)


def test_the_quiet_set_keeps_no_where_nothing_is_right():
    windows = [Rehearsed((1, v.ASK, 3, v.ASK), 4, ((1, False), (3, n % 2 == 0))) for n in range(10)]
    assert all(one.quiet for one in rehearsal.quiet_set(windows, 4, seed=1))
    assert rehearsal.quiet_set(windows, 4, 1) == rehearsal.quiet_set(windows, 4, 1)
    assert len(rehearsal.quiet_set(windows, 99, seed=1)) == 5
    lesson = rehearsal.quieted(windows[1])
    assert lesson.points.token[lesson.prefix].tolist() == [v.NO, v.NO]
    assert len(lesson.share) == 0
