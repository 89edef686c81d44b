"""Preferences scored as the engine decides: who contends, and who wins by calibrated chance or by text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.config import Settings
from engine.model import vocabulary as v
from engine.model.runtime import Stopped
from trainer.night.scores import Contest, Judge, contests
from trainer.tuples import END, Asked, Chain, Choice, Preference

ONE, TWO, THREE = (Choice(0, label, "new") for label in range(3))
LETTERS = {"n": 300, "e": 301, "w": 302, "r": 303, " ": 304, "a": 305, "m": 306}


def preference(
    accepted: Sequence[Chain],
    rejected: Sequence[Chain] = (),
    intents: tuple[str, ...] = ("rename",) * 3,
    draft: str | None = "new",
) -> Preference:
    sites = tuple(Asked(draft, 0.6, intent, f"a.py:{n}:old") for n, intent in enumerate(intents))
    prompt = [v.RIPPLE, *(token for n in range(len(sites)) for token in (400 + n, v.ASK))]
    return Preference(
        (tuple(prompt),),
        (sites,),
        tuple(accepted),
        tuple(rejected),
        1.0,
        5.0,
        "/p",
        "a.py",
        "rejected",
        "f" * 64,
    )


class Scripted:
    """A runtime whose yes stands above no as it is told, by label, and that writes one text everywhere."""

    n_ctx = 100

    def __init__(
        self, logits: Sequence[float], calibration: dict[str, object] | None = None, writes: str = ""
    ) -> None:
        self._logits = logits
        self._calibration = None if calibration is None else json.dumps(calibration)
        self._writes = [*self.encode(writes), v.STOP]

    def metadata(self, key: str) -> str | None:
        return self._calibration

    def encode(self, text: str) -> list[int]:
        return [LETTERS[letter] for letter in text]

    def eval(self, ids: Sequence[int], at: Sequence[int], should_stop) -> np.ndarray:
        if should_stop():
            raise Stopped
        asks = [index for index, token in enumerate(ids) if token == v.ASK]
        rows = np.zeros((len(at), 500), np.float32)
        for row, index in enumerate(at):
            if index in asks:
                rows[row, v.YES] = self._logits[asks.index(index)]
                continue
            said = list(ids[asks[-1] + 3 : index + 1])
            if said == self._writes[: len(said)]:
                rows[row, self._writes[len(said)]] = 9.0
        return rows


def judge(runtime: Scripted, **more: float) -> Judge:
    settings = Settings(Path(), Path(), Path(), threshold=0.5, **more)  # type: ignore[arg-type]
    return Judge(runtime, settings, lambda: False)  # type: ignore[arg-type]


def test_where_chains_part_both_sides_contend_and_the_prefix_is_to_stay() -> None:
    found = contests(preference([(ONE, THREE)], [(ONE, TWO)]))
    assert found == [Contest(THREE, TWO, (ONE,)), Contest(ONE, END)]


def test_what_was_accepted_alone_is_to_be_shown() -> None:
    assert contests(preference([(ONE, TWO)])) == [Contest(ONE, END), Contest(TWO, END, (ONE,))]


def test_the_end_contends_on_either_side() -> None:
    assert contests(preference([(ONE, END)], [(ONE, TWO)])) == [Contest(END, TWO, (ONE,)), Contest(ONE, END)]
    assert contests(preference([(TWO,)], [(END,)])) == [Contest(TWO, END)]


def test_a_text_that_is_no_draft_does_not_contend_with_the_end() -> None:
    assert contests(preference([(Choice(0, 0, "newer"),)])) == []


@pytest.mark.parametrize(
    ("logits", "won"), [((1, -1, 2), 2), ((1, 3, 2), 1), ((-1, -1, 2), 1), ((-1, 3, 2), 0)]
)
def test_the_likelier_site_wins_and_the_prefix_stays_while_it_is_shown(
    logits: tuple[float, ...], won: int
) -> None:
    one = preference([(ONE, THREE)], [(ONE, TWO)])
    assert judge(Scripted(logits)).won(one) == (won, 2)


@pytest.mark.parametrize(("logit", "won"), [(-0.1, 1), (0.1, 0)])
def test_the_end_wins_while_the_action_stays_below_the_threshold(logit: float, won: int) -> None:
    assert judge(Scripted((0, logit, 0))).won(preference([(END,)], [(TWO,)])) == (won, 1)
    assert judge(Scripted((0, logit, 0))).won(preference([(TWO,)], [(END,)])) == (1 - won, 1)


def test_the_adapters_calibration_speaks() -> None:
    calibration = {"rename": {"a": 1.0, "b": 2.0}, "default": {"a": 1.0, "b": 0.0}}
    one = preference([(ONE,)], [(END,)])
    assert judge(Scripted((-1, 0, 0))).won(one) == (0, 1)
    assert judge(Scripted((-1, 0, 0), calibration)).won(one) == (1, 1)


def test_an_intent_that_the_model_was_not_taught_goes_by_the_rule() -> None:
    calibration = {"rename": {"a": 1.0, "b": 0.0}, "default": {"a": 1.0, "b": 0.0}}
    one = preference([(ONE,)], [(END,)], intents=("import", "rename", "rename"))
    runtime = Scripted((-9, 0, 0), calibration)
    assert judge(runtime).won(one) == (1, 1), "the rule's 0.6 is above 0.5"
    assert judge(runtime, structure_threshold=0.7).won(one) == (0, 1)


@pytest.mark.parametrize("text", ["newer name", "newer", "name", "a"])
def test_the_text_that_the_model_would_rather_write_wins(text: str) -> None:
    other = Choice(0, 1, text)
    better, worse = preference([(other,)], [(TWO,)]), preference([(TWO,)], [(other,)])
    assert contests(better) == [Contest(other, TWO)]
    would, not_ = judge(Scripted((0, 0, 0), writes=text)), judge(Scripted((0, 0, 0), writes="new"))
    assert (would.won(better), would.won(worse)) == ((1, 1), (0, 1))
    assert (not_.won(better), not_.won(worse)) == ((0, 1), (1, 1))


def test_it_gives_up_when_asked() -> None:
    settings = Settings(Path(), Path(), Path())
    with pytest.raises(Stopped):
        Judge(Scripted((0, 0, 0)), settings, lambda: True).won(preference([(ONE,)]))  # type: ignore[arg-type]
