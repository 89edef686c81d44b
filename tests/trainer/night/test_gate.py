"""The gate lets through what is proven and nothing else, and says why."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from engine.model import vocabulary as v
from engine.model.adapters import Adapters
from engine.model.runtime import Stopped
from engine.nights import Compared, NightOutcome, Taste
from tests.engine.model.tiny_gguf import write_adapter
from tests.trainer.night.test_scores import preference
from tests.trainer.test_replay import one as played
from tests.trainer.test_replay import point, weighed
from trainer.night import gate
from trainer.night.desk import Desk, Halt
from trainer.night.replays import Pair
from trainer.replay.points import Played
from trainer.tuples import END, Choice, Preference

ONE, TWO = Choice(0, 0, "new"), Choice(0, 1, "new")
GOOD = played(
    point(weighed(0.9, True, shown=True), weighed(0.8, False, shown=True)),
    point(weighed(0.2, False), follows=False),
)


def held_at(at: float) -> Preference:
    return replace(preference([(ONE,)], [(TWO,)]), at=at)


def held(count: int) -> list[Preference]:
    return [held_at(float(n)) for n in range(count)]


@pytest.fixture
def adapter(desk: Desk) -> Path:
    return write_adapter(desk.home / "adapter.gguf", desk.night.base)


def judged(
    desk: Desk,
    adapter: Path,
    monkeypatch: pytest.MonkeyPatch,
    won: dict[str, list[int]],
    pairs: list[Pair],
) -> Halt | str:
    """The gate's word where these contests, one a tuple, were won and these commits played."""
    counts = {name: [(one, 1) for one in some] for name, some in won.items()}
    monkeypatch.setattr(gate, "contested", lambda desk, held, arms: {name: counts[name] for name, _ in arms})
    monkeypatch.setattr(gate, "play", lambda desk, projects, adapter: pairs)
    try:
        return gate.judge(desk, held(len(won["before"])), [], adapter)
    except Halt as halt:
        return halt


BETTER = {"before": [0, 0, 0, 1] * 5, "after": [1, 1, 0, 1] * 5}
SAME = [Pair(GOOD, GOOD)] * 5


def test_what_is_proven_passes_with_its_figures(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = judged(desk, adapter, monkeypatch, BETTER, SAME)
    assert isinstance(said, str) and said.startswith("Held-out preferences are met in 75.0% instead of 25.0%")
    figures = desk.night.figures
    assert figures["preference"].low > 0 and figures["preference"].of == 20
    assert (figures["acceptance"].before, figures["acceptance"].after) == (0.5, 0.5)
    assert desk.night.by_intent["rename"].after == 0.5 and desk.night.calibration_after
    assert desk.kept("gate.json")["against"] == []


def test_who_turns_imports_down_is_not_held_to_the_imports_of_their_commits(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right imports are shown no more, a wrong rename still is: worse, but for what the person wants."""
    rename, imported = weighed(0.8, False, shown=True), replace(weighed(0.9, True), intent="import")
    quiet = point(weighed(0.2, False), follows=False)
    before = played(
        point(replace(imported, shown=True), weighed(0.8, True, shown=True)), point(rename), quiet
    )
    after = played(point(imported, weighed(0.8, True, shown=True)), point(rename), quiet)
    pairs = [Pair(before, after)] * 5
    kept = judged(desk, adapter, monkeypatch, BETTER, pairs)
    assert isinstance(kept, Halt) and "acceptance fell from 66.7% to 50.0%" in kept.reason
    for after_all, passes in ((0.3, False), (0.1, True)):
        desk.note(replace(desk.night, tastes=(Taste("import", "", 0.6, after_all, 30),)))
        assert isinstance(judged(desk, adapter, monkeypatch, BETTER, pairs), str) is passes
    assert desk.night.figures["acceptance"].before == pytest.approx(2 / 3), "told as it is"
    assert "import: turned down" in (desk.home / "night.log").read_text()


@pytest.mark.parametrize(
    ("after", "told"), [([1, 1, 0, 1, 1, 0], "which may be chance"), ([0, 0, 0, 0, 0, 0], "which is worse")]
)
def test_what_is_no_proof_is_kept_with_all_figures(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch, after: list[int], told: str
) -> None:
    won = {"before": [1, 1, 1, 1, 1, 1] if told.endswith("worse") else [0, 1, 0, 1, 1, 1], "after": after}
    said = judged(desk, adapter, monkeypatch, won, SAME)
    assert isinstance(said, Halt) and said.outcome is NightOutcome.KEPT and told in said.reason
    assert {"preference", "acceptance", "activity", "quiet"} <= set(desk.night.figures)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (
            played(point(), point(weighed(0.2, False), follows=False)),
            "Nothing on the replay tells of acceptance",
        ),
        (
            played(
                point(weighed(0.9, True, shown=True), weighed(0.8, False, shown=True)),
                point(weighed(0.5, False, shown=True), follows=False),
            ),
            "On the replay quiet fell from 100.0% to 0.0%",
        ),
        (
            played(
                point(weighed(0.9, False, shown=True), weighed(0.8, False, shown=True)),
                point(weighed(0.2, False), follows=False),
            ),
            "On the replay acceptance fell from 50.0% to 0.0%",
        ),
    ],
)
def test_what_is_worse_on_the_replay_is_kept(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch, after, told: str
) -> None:
    said = judged(desk, adapter, monkeypatch, BETTER, [Pair(GOOD, after)] * 5)
    assert isinstance(said, Halt) and said.outcome is NightOutcome.KEPT and told in said.reason
    assert desk.kept("gate.json")["against"]


def test_a_timid_adapter_is_kept(desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that it shows is right, but it shows something at half of the points."""
    shows, shows_not = point(weighed(0.9, True, shown=True)), point(weighed(0.3, True))
    quiet = point(weighed(0.2, False), follows=False)
    pairs = [Pair(played(shows, shows, quiet), played(shows, shows_not, quiet))] * 5
    said = judged(desk, adapter, monkeypatch, BETTER, pairs)
    assert isinstance(said, Halt) and "reach fell from 100.0% to 50.0%" in said.reason


def test_a_small_fall_is_kept_only_where_it_is_sure(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a hundred shown actions one more is wrong: in one commit of fifty, or a little in every one."""
    quiet = point(weighed(0.2, False), follows=False)

    def commit(right: int, wrong: int) -> Played:
        actions = [weighed(0.9, True, shown=True)] * right + [weighed(0.8, False, shown=True)] * wrong
        return played(point(*actions), quiet)

    few = [Pair(commit(2, 1), commit(2, 1))] * 49 + [Pair(commit(2, 1), commit(1, 2))]
    assert isinstance(judged(desk, adapter, monkeypatch, BETTER, few), str)
    many = [Pair(commit(100, 1), commit(99, 2))] * 50
    said = judged(desk, adapter, monkeypatch, BETTER, many)
    assert isinstance(said, Halt) and "acceptance fell from 99.0% to 98.0%" in said.reason


def test_a_replay_that_is_too_short_proves_nothing(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = judged(desk, adapter, monkeypatch, BETTER, SAME[:1])
    assert isinstance(said, Halt) and "Only 1 commits could be replayed" in said.reason


def test_too_few_questions_are_no_data(desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.trainer.night.test_gate.held", lambda count: [held_at(5.0)] * count)
    said = judged(desk, adapter, monkeypatch, BETTER, SAME)
    assert isinstance(said, Halt) and "come from 1 questions; 2 are needed" in said.reason


def test_too_few_contests_are_no_data(desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = judged(desk, adapter, monkeypatch, {"before": [0], "after": [1]}, SAME)
    assert isinstance(said, Halt) and said.outcome is NightOutcome.NO_DATA


def test_the_adapter_of_yesterday_is_not_to_be_better(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Adapters(desk.plan.data_dir, desk.night.base).publish(adapter)
    better = {**BETTER, "yesterday": [1, 1, 1, 1] * 5}
    said = judged(desk, adapter, monkeypatch, better, SAME)
    assert (
        isinstance(said, Halt)
        and "adapter that runs meets preferences in 100.0%, the new one in 75.0%" in said.reason
    )
    assert isinstance(
        judged(desk, adapter, monkeypatch, {**BETTER, "yesterday": [0, 1, 1, 1] * 5}, SAME), str
    )
    yesterday = desk.night.yesterday
    assert yesterday is not None and (yesterday.before, yesterday.after) == (0.75, 0.75)


def test_a_damaged_adapter_of_yesterday_does_not_count(desk: Desk, adapter: Path) -> None:
    path = Adapters(desk.plan.data_dir, desk.night.base).publish(adapter)
    assert gate.running(desk) == path
    path.write_bytes(path.read_bytes()[:100])
    assert gate.running(desk) is None
    assert "not what was published" in (desk.home / "night.log").read_text()


def test_what_one_question_told_is_one_case() -> None:
    """Twenty tuples of one question that all turned are as little proof as one."""
    alike = [replace(one, at=5.0) for one in held(20)]
    won = [(1, 1)] * 20
    lost = [(0, 1)] * 20
    apart, together = gate.preferred(held(20), lost, won), gate.preferred(alike, lost, won)
    assert apart == Compared(0.0, 1.0, 1.0, 1.0, 20) and together == Compared(0.0, 1.0, 1.0, 1.0, 20)
    mixed = [*held(3), *alike]
    few = gate.preferred(mixed, [(1, 1)] * 3 + lost, [(0, 1)] * 3 + won)
    assert few is not None and few.low < 0 < few.after - few.before


def test_every_arm_is_scored_with_its_adapter_by_llama_cpp(desk: Desk, adapter: Path) -> None:
    asked = tuple([v.RIPPLE, *(token for n in range(3) for token in (v.SITE, v.LABELS[n], v.ASK))])
    some = [
        replace(preference([(one,)], [(END,)]), prompts=(asked,)) for one in (ONE, TWO, Choice(0, 2, "new"))
    ]
    some += [replace(one, accepted=one.rejected, rejected=one.accepted) for one in some]
    won = gate.contested(desk, some, [("before", None), ("after", adapter), ("again", None)])
    assert won["before"] == won["again"] and all(of == 1 for _, of in won["before"])
    assert [a[0] + b[0] for a, b in zip(won["after"][:3], won["after"][3:], strict=True)] == [1, 1, 1]


def test_scoring_gives_up_when_asked(desk: Desk) -> None:
    asked = tuple([v.RIPPLE, *(token for n in range(3) for token in (v.SITE, v.LABELS[n], v.ASK))])
    desk.stop.by = signal.SIGTERM
    with pytest.raises(Halt, match="SIGTERM"):
        gate.contested(desk, [replace(preference([(ONE,)]), prompts=(asked,))], [("before", None)])


def test_what_was_scored_is_not_scored_again(
    desk: Desk, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    class Counting:
        def __init__(self, *_: object) -> None:
            pass

        def won(self, one: Preference) -> tuple[int, int]:
            if len(asked) == 5:
                raise Stopped
            asked.append(one.at)
            return int(one.at), 3

    monkeypatch.setattr(gate, "Judge", Counting)
    arms: list[gate.Arm] = [("before", None), ("after", adapter)]
    with pytest.raises(Halt):
        gate.contested(desk, held(3), arms)
    assert asked == [0, 1, 2, 0, 1]
    asked.clear()
    won = gate.contested(desk, held(3), arms)
    assert asked == [2] and won["before"] == won["after"] == [(0, 3), (1, 3), (2, 3)]
    other = write_adapter(desk.home / "other.gguf", desk.night.base, seed=9)
    gate.contested(desk, held(3), [*arms, ("yesterday", other)])
    assert asked == [2, 0, 1, 2], "another adapter is scored by itself"
