"""What a session logs of an edit that is left out is read as a word about that edit alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.model.vocabulary import ASK, LABELS, RIPPLE
from engine.records import Told
from engine.session import Session
from engine.types import ModelInfo
from tests.engine.test_session import Bench, bench
from trainer.preference.chains import outcomes, preferences
from trainer.preference.decided import Stand, decided
from trainer.tuples import Choice

__all__ = ["bench"]


def heard(bench: Bench) -> Told:
    """The first answer, as if a model had been asked about its places in one window."""
    told = bench.told()[0]
    asked = tuple(replace(one, window=0, label=label) for label, one in enumerate(told.considered))
    prompt = (RIPPLE, *(token for label in range(len(asked)) for token in (LABELS[label], ASK)))
    return replace(told, considered=asked, prompts=(prompt,), model=ModelInfo("m", "b" * 64))


def pointed(bench: Bench) -> list[int]:
    return [one.action.n for one in decided(heard(bench)) if one.pointed]


def test_the_rest_was_taken(bench: Bench) -> None:
    shown = bench.start().renamed()
    bench.session.reject(shown.id, [3])
    bench.session.accept(shown.id, "all")
    bench.answer()
    assert pointed(bench) == [3]
    (found,) = preferences(heard(bench), bench.time)
    taken = [Choice(0, a.n - 1, a.new) for a in shown.actions if a.n != 3]
    assert found.accepted == (tuple(taken),)
    assert found.rejected == ((*taken[:2], Choice(0, 2, shown.actions[2].new), *taken[2:]),)
    assert (found.signal, found.weight) == ("rejected", 1.0)
    assert [(one.right, one.weight) for one in outcomes(heard(bench))][2] == (False, 1.0)


@pytest.mark.parametrize(
    "go_on",
    [
        lambda session, name: session.reject(name),
        lambda session, name: session.accept(name, [1]),
        lambda session, name: session.reject(name, [1]),
        lambda session, name: None,
    ],
    ids=["rejected", "taken in part", "another left out, too", "killed"],
)
def test_what_became_of_the_rest_is_no_matter(bench: Bench, go_on: Callable[[Session, str], None]) -> None:
    shown = bench.start().renamed()
    bench.session.reject(shown.id, [2])
    go_on(bench.session, shown.id)
    bench.session._log.flush()
    assert 2 in pointed(bench) and not {3, 4, 5, 6} & set(pointed(bench))


def test_all_at_once_points_at_nothing(bench: Bench) -> None:
    shown = bench.start().renamed()
    bench.session.accept(shown.id, [1])
    bench.answer()
    bench.session.reject(shown.id)
    assert pointed(bench) == []
    assert [one.stand for one in decided(heard(bench))][:2] == [Stand.TAKEN, Stand.REFUSED]
