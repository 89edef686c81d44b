"""What is decided about a text that a model wrote by itself becomes tuples over its answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.diff import saved
from engine.model.formats import FORMATS
from engine.model.rewrite import RewritePredictor
from engine.session import Session, session
from engine.session.outside import Outside
from engine.types import PromptFormat, Suggestion
from tests.engine.model.dictated import END, Dictated
from tests.engine.test_session import Bench
from tests.trainer.rewriting import speak
from trainer.lessons import lesson
from trainer.preference.context import change
from trainer.preferences import BARE, Collected, collect
from trainer.rewriting import WindowForm
from trainer.secrets import Scrubber
from trainer.tuples import END as NOTHING
from trainer.tuples import Preference, read, write

PATH = "shop/note.py"
NOTE = """\
def paid(items):
    return True


def open_since(items):
    return 1


def closed_since(items):
    return 2


def name_of(items):
    return 'x'
"""
EDITED = NOTE.replace("return True", "return bool(items)")
DAY = 86_400.0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    root = tmp_path / "project"
    root.mkdir()
    bench = Bench(root.resolve())
    bench.write(PATH, NOTE)
    yield bench
    bench.session.close()


class Told:
    """A session over a model that writes what it is told to."""

    def __init__(
        self,
        bench: Bench,
        monkeypatch: pytest.MonkeyPatch,
        *swaps: tuple[str, str],
        before: str = NOTE,
        after: str = EDITED,
    ) -> None:
        self.bench = bench
        self.runtime = Dictated(written(before, after, *swaps))
        asked = RewritePredictor(self.runtime, FORMATS[PromptFormat.ZETA_2])  # type: ignore[arg-type]
        monkeypatch.setattr(session, "open_predictor", lambda settings, notice: asked)
        quiet = lambda paths, burst: None  # noqa: E731
        outside = Outside(bench.now, lambda: 1.0)
        bench.start(Session(bench.root, bench.settings, bench.events.append, quiet, False, outside))
        shown = bench.save(PATH, after)
        assert isinstance(shown, Suggestion), shown
        self.shown = shown
        self.now = after

    def save(self, text: str, seconds: float = 100.0) -> None:
        """The person's next save; the model has nothing to say to it."""
        self.bench.later(seconds)
        self.runtime.prompt, self.runtime.answer = [], [*b"NO_EDITS\n>>>>>>> UPDATED\n", END]
        self.runtime.sure = [0.9] * len(self.runtime.answer)
        self.now = text
        self.bench.save(PATH, text)

    def collected(self) -> Collected:
        self.bench.later(2 * DAY)
        self.bench.session.close()
        return collect(self.bench.told(), self.runtime.info.sha256, self.bench.now())


def written(before: str, after: str, *swaps: tuple[str, str]) -> str:
    prompt = FORMATS[PromptFormat.ZETA_2].ask([saved(PATH, before, after)], {PATH: after}.get)
    assert prompt is not None
    new = prompt.window.text
    for old, other in swaps:
        assert old in new
        new = new.replace(old, other)
    return new.rstrip("\n") + "\n>>>>>>> UPDATED\n"


def chosen(one: Preference) -> tuple[list[tuple[str, str]], ...]:
    """The only accepted and the only rejected chain as old and new texts."""
    return tuple(
        [
            change(one, choice)[1:] if choice != NOTHING else ("", "end")
            for chain in chains
            for choice in chain
        ]
        for chains in (one.accepted, one.rejected)
    )


def learnt(one: Preference) -> tuple[str, str]:
    """The tokens that count of both sides."""
    found = lesson(one, WindowForm.of(one, speak), 1.0)
    assert found is not None
    plus, minus = (bytes(found.points.token[side[0]].tolist()) for side in (found.plus, found.minus))
    return plus.decode(), minus.decode()


ONE, TWO = ("return 1", "return 11"), ("return 2", "return 22")


def test_a_chain_that_was_taken(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = Told(bench, monkeypatch, ONE, TWO)
    bench.session.accept(told.shown.id, "all")
    found = told.collected()
    (one,) = found.preferences
    assert chosen(one) == ([("1", "11"), ("2", "22")], [])
    assert one.prompts == (tuple(told.runtime.prompt),) and one.windows[
        0
    ].said + ">>>>>>> UPDATED\n" == written(NOTE, EDITED, ONE, TWO)
    assert found.outcomes == [] and not found.skipped[BARE]
    write(tmp_path / "t.gz", [one])
    assert list(read(tmp_path / "t.gz")) == [one]


def test_one_taken_and_the_next_corrected(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(bench, monkeypatch, ONE, TWO)
    bench.session.accept(told.shown.id, [1])
    bench.session.correct(told.shown.id, 2, "2.5")
    (one,) = told.collected().preferences
    assert one.signal == "corrected"
    assert chosen(one) == ([("1", "11"), ("2", "2.5")], [("1", "11"), ("2", "22")])
    assert learnt(one) == (".5", "2")


def test_what_was_turned_down_and_then_written_otherwise(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(bench, monkeypatch, ONE)
    bench.session.reject(told.shown.id)
    told.save(EDITED.replace("return 1", "return len(items)"))
    (one,) = told.collected().preferences
    assert chosen(one) == ([("1", "len(items)")], [("1", "11")])
    assert learnt(one) == ("len(items)", "11")


def test_what_was_written_elsewhere_in_the_window_instead(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(bench, monkeypatch, ONE, TWO)
    bench.session.accept(told.shown.id, [1])
    bench.session.reject(told.shown.id)
    told.save(EDITED.replace("return 1", "return 11").replace("return 'x'", "return 'name'"))
    (one,) = told.collected().preferences
    assert chosen(one) == ([("1", "11"), ("x", "name")], [("1", "11"), ("2", "22")])
    assert one.signal == "rejected" and one.weight == pytest.approx(0.7)
    assert learnt(one) == ("name", "2")


def test_what_was_written_much_later_or_where_the_edit_was_says_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(bench, monkeypatch, ONE)
    bench.session.reject(told.shown.id)
    told.save(EDITED.replace("bool(items)", "bool(list(items))"), seconds=10)
    found = told.collected()
    assert found.preferences == [] and found.skipped[BARE] == 1


def test_a_bare_rejection_trains_nothing_and_is_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(bench, monkeypatch, ONE)
    bench.session.reject(told.shown.id)
    told.save(EDITED + "\n\nMORE = 1\n" * 20, seconds=20)
    found = told.collected()
    assert (found.preferences, found.outcomes, found.skipped[BARE]) == ([], [], 1)


def test_that_nothing_follows_is_known_where_all_was_left_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(bench, monkeypatch, ONE)
    bench.session.reject(told.shown.id)
    (one,) = told.collected().preferences
    assert chosen(one) == ([("", "end")], [("1", "11")])
    assert learnt(one) == ("\n", "1"), "to go on with the newline behind the 1, or to write one more"


def test_what_a_rule_drafted_in_the_window_is_there_if_it_was_taken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule renames the use; the model writes a number of its own, which is corrected."""
    before = "def paid(items):\n    return True\n\n\nprint(paid([]))\n\n\ndef other():\n    return 1\n"
    after = before.replace("def paid", "def is_paid")
    bench.write(PATH, before)
    told = Told(bench, monkeypatch, ONE, before=before, after=after)
    rule, own = told.shown.actions
    assert (rule.old, rule.new, own.new) == ("paid", "is_paid", "11")
    bench.session.accept(told.shown.id, [rule.n])
    bench.session.correct(told.shown.id, own.n, "len([])")
    found = told.collected()
    one = next(one for one in found.preferences if one.rejected)
    assert chosen(one) == ([("paid", "is_paid"), ("1", "len([])")], [("paid", "is_paid"), ("1", "11")])
    assert learnt(one) == ("len([])", "11")
    said = bytes(WindowForm.of(one, speak).said(0, one.accepted[0])[:-4]).decode()
    assert "print(is_paid([]))" in said and "return len([])" in said


def test_what_a_rule_drafted_and_was_turned_down_says_nothing_of_the_model(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = "def paid(items):\n    return True\n\n\nprint(paid([]))\n\n\ndef other():\n    return 1\n"
    after = before.replace("def paid", "def is_paid")
    bench.write(PATH, before)
    told = Told(bench, monkeypatch, ONE, before=before, after=after)
    bench.session.accept(told.shown.id, [2])
    bench.session.reject(told.shown.id)
    (one,) = told.collected().preferences
    assert chosen(one) == ([("1", "11")], [])


def test_a_secret_in_the_window_drops_the_tuple(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told(bench, monkeypatch, ONE)
    bench.session.accept(told.shown.id, "all")
    (one,) = told.collected().preferences
    decode = lambda ids: bytes(one for one in ids if one < 256).decode()  # noqa: E731
    assert Scrubber(decode).clean([one]) == [one]
    key = "AKIA" + "IOSFODNN7EXAMPLQ"
    evil = replace(one, prompts=(tuple(f"k = '{key}'".encode()),))
    scrubber = Scrubber(decode)
    assert scrubber.clean([evil]) == [] and sum(scrubber.dropped.values()) == 1


def test_a_row_whose_windows_and_prompts_do_not_match_is_broken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(bench, monkeypatch, ONE)
    bench.session.accept(told.shown.id, "all")
    bench.session.close()
    (row,) = (one for one in bench.told() if one.written)
    found = collect([replace(row, written=row.written * 2)], told.runtime.info.sha256, bench.now())
    assert found.skipped["broken"] == 1 and "1 prompts" in found.broken[0][1]
