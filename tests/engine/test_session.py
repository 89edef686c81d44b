"""A session over small real projects: saves and decisions in, events, files and log rows out."""

import os
import queue
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.config import Settings
from engine.model.predictor import Decisions
from engine.records import Told
from engine.session import Session
from engine.session.outside import Outside
from engine.store import FILE, Store
from engine.types import (
    Applied,
    Candidate,
    Edit,
    Event,
    Failed,
    ModelInfo,
    Ready,
    Refused,
    Saved,
    Silence,
    Site,
    Suggestion,
    Undone,
    Verdict,
    Withdrawn,
)

CART = "def total(items):\n    return sum(items)\n\n\ndef paid(items):\n    return total(items) == 0\n"
TILL = """from shop.cart import total


def close(items):
    print(total(items))
    return total(items) + 1
"""
TEST = "from shop.cart import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
FILES = {
    "shop/cart.py": CART,
    "shop/till.py": TILL,
    "shop/__init__.py": '"""A shop."""\n',
    "tests/test_cart.py": TEST,
}
RENAMED = FILES["shop/cart.py"].replace("def total(", "def amount(")


class Bench:
    """A project, its session, and what the session said."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = Settings.load()
        self.events: list[Event] = []
        self.time = 1_700_000_000.0
        self.chance = 1.0
        self.session = self.opened()

    def opened(self, settings: Settings | None = None) -> Session:
        quiet = lambda paths, burst: None  # noqa: E731  the tests say themselves when a file was touched
        settings, outside = settings or self.settings, Outside(self.now, lambda: self.chance)
        return Session(self.root, settings, self.events.append, quiet, True, outside)

    def now(self) -> float:
        """A clock that goes on by a millisecond each time it is asked."""
        self.time += 0.001
        return self.time

    def later(self, seconds: float) -> None:
        self.time += seconds

    def start(self, session: Session | None = None) -> "Bench":
        if session is not None:
            self.session.close()
            self.session = session
        self.session.start()
        return self

    def restart(self) -> "Bench":
        return self.start(self.opened())

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())

    def text(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def save(self, path: str, text: str) -> Suggestion | Silence:
        self.write(path, text)
        self.session.observe(frozenset({path}))
        return self.answer()

    def answer(self) -> Suggestion | Silence:
        self.session.predict(lambda: False)
        return self.last(Suggestion, Silence)

    def last(self, *kinds: type) -> object:
        return next(event for event in reversed(self.events) if isinstance(event, kinds))

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    def renamed(self) -> Suggestion:
        answer = self.save("shop/cart.py", RENAMED)
        assert isinstance(answer, Suggestion), answer
        return answer

    def log(self) -> list[tuple[int, Verdict]]:
        store = Store(self.settings.data_dir / FILE)
        rows = [(row.n, row.verdict) for row in reversed(store.log(str(self.root)))]
        store.close()
        return rows

    def told(self) -> list[Told]:
        """What the trainer hears, oldest first."""
        store = Store(self.settings.data_dir / FILE)
        told = [one for one in store.told() if isinstance(one, Told)]
        store.close()
        return told


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    root = tmp_path / "project"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    bench = Bench(root.resolve())
    yield bench
    bench.session.close()


def places(suggestion: Suggestion) -> list[tuple[str, int]]:
    return [(action.path, action.range.start.line) for action in suggestion.actions]


ALL = [
    *[("shop/cart.py", 5)],
    *[("shop/till.py", 0), ("shop/till.py", 4), ("shop/till.py", 5)],
    *[("tests/test_cart.py", 0), ("tests/test_cart.py", 4)],
]


def test_ready_says_what_was_found(bench: Bench) -> None:
    bench.start()
    (ready,) = bench.of(Ready)
    assert (ready.files, ready.model) == (4, ModelInfo("structure", ""))
    assert ready.symbols >= 4


def test_a_rename_is_followed_accepted_and_complete(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    assert suggestion.final
    assert sorted(places(suggestion)) == ALL
    assert [action.n for action in suggestion.actions] == [1, 2, 3, 4, 5, 6]
    assert all((a.old, a.new, 0.5 <= a.p <= 1) == ("total", "amount", True) for a in suggestion.actions)
    bench.events.clear()
    bench.session.accept(suggestion.id, "all")
    for path, text in FILES.items():
        expected = text.replace("total(", "amount(").replace("import total", "import amount")
        assert bench.text(path) == expected.replace("test_amount", "test_total")
    applied, saved = bench.events
    assert isinstance(applied, Applied) and applied.actions == (1, 2, 3, 4, 5, 6)
    assert set(applied.paths) == {"shop/cart.py", "shop/till.py", "tests/test_cart.py"}
    assert isinstance(saved, Saved) and saved.by == "ripple"
    silence = bench.answer()
    assert isinstance(silence, Silence) and (silence.edit, silence.reason) == (saved.edit, "chain complete")
    assert bench.log() == [(n, Verdict.ACCEPTED) for n in range(1, 7)]
    bench.session.observe(frozenset(applied.paths))
    assert bench.of(Saved) == [saved], "our own writes are no saves"


def test_the_decision_is_on_disk_before_applied_is_said(bench: Bench) -> None:
    seen: list[int] = []

    def emit(event: Event) -> None:
        bench.events.append(event)
        if isinstance(event, Applied):
            with sqlite3.connect(bench.settings.data_dir / FILE) as conn:
                seen.append(conn.execute("SELECT count(*) FROM decisions").fetchone()[0])
            conn.close()

    bench.start(Session(bench.root, bench.settings, emit, lambda *_: None, structure_only=True))
    bench.session.accept(bench.renamed().id, "all")
    assert seen == [6]


def test_a_part_is_accepted_and_the_rest_stays_open_where_it_now_stands(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    number = {place: a.n for place, a in zip(places(suggestion), suggestion.actions, strict=True)}
    first = [number["shop/till.py", 5], number["shop/till.py", 0]]
    bench.session.accept(suggestion.id, first)
    assert bench.last(Applied).actions == tuple(first)
    silence = bench.answer()
    assert isinstance(silence, Silence) and "4 more of this chain are open" in silence.reason
    assert "print(total(items))\n    return amount(items)" in bench.text("shop/till.py")
    bench.session.correct(suggestion.id, number["shop/till.py", 4], "amount_of_all")
    assert "print(amount_of_all(items))\n    return amount(items)" in bench.text("shop/till.py")
    bench.session.accept(suggestion.id, "all")
    assert bench.text("shop/cart.py") == FILES["shop/cart.py"].replace("total", "amount")
    assert "total" not in bench.text("shop/till.py")
    verdicts = dict(bench.log())
    assert verdicts.pop(number["shop/till.py", 4]) is Verdict.CORRECTED
    assert set(verdicts.values()) == {Verdict.ACCEPTED} and len(verdicts) == 5


def test_two_actions_on_one_line_accepted_one_by_one(bench: Bench) -> None:
    bench.write(
        "shop/both.py", "from shop.cart import total\n\nboth = total([1]) + total([2]) + total([3])\n"
    )
    suggestion = bench.start().renamed()
    own = [a for a in suggestion.actions if a.path == "shop/both.py" and a.range.start.line == 2]
    assert len(own) == 3
    for action in (own[0], own[2], own[1]):
        bench.session.accept(suggestion.id, [action.n])
    assert bench.text("shop/both.py").endswith("both = amount([1]) + amount([2]) + amount([3])\n")


def test_what_cannot_be_meant_is_told_and_changes_nothing(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    before = {path: bench.text(path) for path in FILES}
    for call in (
        lambda: bench.session.accept("s-unknown", "all"),
        lambda: bench.session.accept(suggestion.id, [99]),
        lambda: bench.session.accept(suggestion.id, [1, 99]),
        lambda: bench.session.accept(suggestion.id, []),
        lambda: bench.session.correct(suggestion.id, 1, "total"),
        lambda: bench.session.reject("s-unknown"),
        lambda: bench.session.undo(),
    ):
        bench.events.clear()
        call()
        (failed,) = bench.events
        assert isinstance(failed, Failed) and failed.title == "Nothing to act on" and failed.hint
    assert {path: bench.text(path) for path in FILES} == before
    bench.session.accept(suggestion.id, [1])
    bench.events.clear()
    bench.session.accept(suggestion.id, [1])
    assert "decided already" in bench.last(Failed).message


def test_what_was_rejected_is_not_offered_again(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    bench.session.reject(suggestion.id)
    assert {verdict for _, verdict in bench.log()} == {Verdict.REJECTED}
    bench.restart()
    bench.save("shop/cart.py", FILES["shop/cart.py"])
    silence = bench.save("shop/cart.py", RENAMED)
    assert isinstance(silence, Silence), silence


def test_undo_takes_back_level_by_level_and_after_a_restart(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    texts = [{path: bench.text(path) for path in FILES}]
    for n in (1, 2, 3):
        bench.session.accept(suggestion.id, [n])
        bench.answer()
        texts.append({path: bench.text(path) for path in FILES})
    bench.session.undo()
    assert {path: bench.text(path) for path in FILES} == texts[2]
    assert bench.last(Undone).actions == (3,)
    bench.restart()
    bench.session.undo()
    bench.session.undo()
    assert {path: bench.text(path) for path in FILES} == texts[0]
    bench.events.clear()
    bench.session.undo()
    assert "nothing to take back" in bench.last(Failed).message
    assert [row for row in bench.log() if row[1] is Verdict.UNDONE] == [
        *((3, Verdict.UNDONE), (2, Verdict.UNDONE), (1, Verdict.UNDONE))
    ]
    bench.session.observe(frozenset(FILES))
    assert not bench.of(Saved), "our own writes are no saves"


def test_undo_refuses_a_file_that_was_edited_since(bench: Bench) -> None:
    bench.session.start()
    bench.session.accept(bench.renamed().id, "all")
    bench.write("shop/till.py", "# mine\n" + bench.text("shop/till.py"))
    bench.events.clear()
    bench.session.undo()
    assert not bench.of(Undone) and bench.of(Failed)
    assert bench.text("shop/till.py").startswith("# mine\nfrom shop.cart import amount")
    assert "amount(items) == 0" in bench.text("shop/cart.py"), "all or nothing"


@pytest.mark.parametrize("noticed", [False, True], ids=["unnoticed", "noticed"])
def test_a_stale_file_is_refused_and_the_rest_offered_anew(bench: Bench, noticed: bool) -> None:
    suggestion = bench.start().renamed()
    bench.write("shop/till.py", "# a new line\n" + FILES["shop/till.py"])
    if noticed:
        bench.session.observe(frozenset({"shop/till.py"}))
    bench.session.accept(suggestion.id, "all")
    refused = bench.of(Refused)
    assert {r.action for r in refused} == {a.n for a in suggestion.actions if a.path == "shop/till.py"}
    assert all("has changed" in r.reason for r in refused)
    assert not bench.of(Applied) and "total(items) == 0" in bench.text("shop/cart.py")
    again = bench.answer()
    assert isinstance(again, Suggestion) and again.id != suggestion.id
    assert again.edit == bench.last(Saved).edit
    moved = [(path, line + (path == "shop/till.py")) for path, line in ALL]
    assert sorted(places(again)) == moved
    bench.session.accept(again.id, "all")
    assert bench.text("shop/till.py") == "# a new line\n" + FILES["shop/till.py"].replace("total", "amount")
    assert bench.of(Applied)


def test_typing_on_lets_a_suggestion_go(bench: Bench) -> None:
    """It is offered anew once, unasked; then only where the person tried to take it."""
    bench.start().renamed()
    again = bench.save("shop/till.py", "# one\n" + bench.text("shop/till.py"))
    assert isinstance(again, Suggestion) and len(again.actions) == 6
    assert isinstance(bench.save("shop/till.py", "# two\n" + bench.text("shop/till.py")), Silence)


def test_typing_on_after_a_part_was_taken_lets_the_rest_go(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    bench.session.accept(suggestion.id, [1])
    bench.answer()
    path = suggestion.actions[1].path
    assert isinstance(bench.save(path, bench.text(path) + "# three\n"), Silence)


def test_an_old_suggestion_is_refused_once_a_new_one_took_its_place(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    again = bench.save("shop/till.py", "# a new line\n" + FILES["shop/till.py"])
    assert isinstance(again, Suggestion)
    bench.session.accept(suggestion.id, "all")
    assert len(bench.of(Refused)) == 6 and not bench.of(Applied)


def test_an_edit_elsewhere_leaves_the_suggestion_open(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    silence = bench.save("shop/__init__.py", '"""A shop that is open."""\n')
    assert isinstance(silence, Silence)
    bench.session.accept(suggestion.id, "all")
    assert len(bench.last(Applied).actions) == 6


def test_an_edit_that_is_taken_back_takes_its_suggestion_along(bench: Bench) -> None:
    bench.write("shop/cart.py", CART.split("\n\n\n")[0] + "\n")
    suggestion = bench.start().save("shop/cart.py", bench.text("shop/cart.py").replace("total", "amount"))
    assert isinstance(suggestion, Suggestion) and "shop/cart.py" not in {a.path for a in suggestion.actions}
    assert isinstance(
        bench.save("shop/cart.py", bench.text("shop/cart.py").replace("amount", "total")), Silence
    )
    bench.session.accept(suggestion.id, "all")
    assert not bench.of(Applied) and len(bench.of(Refused)) == len(suggestion.actions)
    assert {verdict for _, verdict in bench.log()} == {Verdict.SUPERSEDED}


def test_verdicts_of_what_was_not_decided(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    number = {place: a.n for place, a in zip(places(suggestion), suggestion.actions, strict=True)}
    by_hand = FILES["shop/till.py"].replace("print(total(items))", "print(amount(items))")
    again = bench.save("shop/till.py", by_hand)
    assert isinstance(again, Suggestion), "the rest is offered anew"
    assert len(again.actions) == 5
    verdicts = dict(bench.log())
    assert verdicts.pop(number["shop/till.py", 4]) is Verdict.MADE_BY_HAND
    assert set(verdicts.values()) == {Verdict.SUPERSEDED}
    other = FILES["tests/test_cart.py"].replace("def test_total", "def test_sum")
    bench.save("tests/test_cart.py", other.replace("assert total([1, 2]) == 3", "assert True"))
    verdicts = bench.log()[6:]
    assert (again.actions[-1].n, Verdict.SUPERSEDED) in verdicts


def test_an_untouched_suggestion_is_ignored_when_another_takes_its_place(bench: Bench) -> None:
    bench.write("lib/b.py", "def one():\n    return 1\n\n\nx = one()\ny = one()\n")
    first = bench.start().renamed()
    bench.later(1)
    second = bench.save("lib/b.py", "def two():\n    return 1\n\n\nx = one()\ny = one()\n")
    assert isinstance(second, Suggestion) and {a.path for a in second.actions} == {"lib/b.py"}
    assert bench.log() == [(a.n, Verdict.IGNORED) for a in first.actions]


def test_what_was_on_screen_for_less_than_a_second_has_flashed_by(bench: Bench) -> None:
    bench.write("lib/b.py", "def one():\n    return 1\n\n\nx = one()\ny = one()\n")
    first = bench.start().renamed()
    bench.later(0.9)
    bench.save("lib/b.py", "def two():\n    return 1\n\n\nx = one()\ny = one()\n")
    assert bench.log() == [(a.n, Verdict.FLASHED) for a in first.actions]
    told = bench.told()[0]
    assert all(0.9 < (a.closed_at or 0) - (a.shown_at or 0) < 1 for a in told.actions)


def test_typing_a_rejected_edit_by_hand_after_all(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    bench.session.reject(suggestion.id)
    bench.save("shop/till.py", FILES["shop/till.py"].replace("print(total(", "print(amount("))
    assert [verdict for _, verdict in bench.log()].count(Verdict.MADE_BY_HAND) == 1


def test_every_save_gets_one_answer(bench: Bench) -> None:
    bench.start()
    for name in ("amount", "price", "summed"):
        bench.write("shop/cart.py", FILES["shop/cart.py"].replace("def total(", f"def {name}("))
        bench.session.observe(frozenset({"shop/cart.py"}))
    bench.answer()
    saved = [event.edit for event in bench.of(Saved)]
    answered = [
        e.edit for e in bench.events if isinstance(e, Silence) or (isinstance(e, Suggestion) and e.final)
    ]
    assert len(saved) == 3 and answered == saved
    assert [e.reason for e in bench.of(Silence)] == ["superseded", "superseded"]


def test_several_files_saved_at_once(bench: Bench) -> None:
    bench.start()
    bench.write("shop/__init__.py", '"""Open."""\n')
    os.utime(bench.root / "shop/__init__.py", (1, 1))
    bench.write("shop/cart.py", RENAMED)
    bench.session.observe(frozenset({"shop/__init__.py", "shop/cart.py"}))
    answer = bench.answer()
    assert isinstance(answer, Suggestion) and [s.path for s in bench.of(Saved)] == [
        "shop/__init__.py",
        "shop/cart.py",
    ]


def test_a_newer_save_stops_the_prediction(bench: Bench) -> None:
    bench.start()
    bench.write("shop/cart.py", RENAMED)
    bench.session.observe(frozenset({"shop/cart.py"}))
    bench.session._thinker.predictor = Slow(lambda: save_again())

    def save_again() -> None:
        bench.write("shop/cart.py", FILES["shop/cart.py"])
        bench.session.observe(frozenset({"shop/cart.py"}))

    bench.session.predict(lambda: False)
    assert not bench.of(Suggestion)
    assert [silence.reason for silence in bench.of(Silence)] == ["superseded"]


class Slow:
    """A model that decides three sites a window; something happens before the second window."""

    info = ModelInfo("slow", "ff" * 32)

    def __init__(self, between: Callable[[], None] = lambda: None, p: float = 0.9) -> None:
        self.between, self.p = between, p

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: object, should_stop: Callable[[], bool]
    ) -> Iterator[Decisions]:
        for at in range(0, len(sites), 16):
            if at:
                self.between()
            if should_stop():
                return
            part = tuple(Candidate(site, site.draft or "", self.p) for site in sites[at : at + 16])
            yield Decisions(part, prompt_ids=(at, 1, 2), prompt=f"window {at}")
        self.between()

    def close(self) -> None:
        pass


def test_of_what_ripple_wrote_a_model_reads_the_newest_alone(bench: Bench) -> None:
    for n in range(6):
        bench.write(f"shop/m{n}.py", "from shop.cart import total\n\nx = total([])\n")
    bench.write("shop/other.py", "name = 1\nprint(name)\n")
    bench.start()
    bench.save("shop/other.py", "label = 1\nprint(label)\n")
    bench.later(60)
    bench.session.accept(bench.renamed().id, "all")
    bench.answer()
    read: list[tuple[str, str]] = []

    class Reads(Slow):
        def decide(self, edits: Sequence[Edit], *rest: object) -> Iterator[Decisions]:
            read.extend((edit.path, edit.by) for edit in edits)
            return iter(())

    bench.session._thinker.predictor = Reads()
    bench.later(60)
    bench.save("shop/cart.py", RENAMED.replace("paid", "settled"))
    assert [path for path, by in read if by == "person"] == ["shop/other.py", "shop/cart.py", "shop/cart.py"]
    assert [by for _, by in read] == ["person", "person", "ripple", "person"]


def test_a_long_chain_grows_and_may_be_accepted_before_it_is_final(bench: Bench) -> None:
    uses = "".join(f"a{n} = total([{n}])\n" for n in range(40))
    bench.write("shop/many.py", f"from shop.cart import total\n\n{uses}")
    bench.start()
    bench.session._thinker.predictor = Slow()
    final = bench.renamed()
    shown = bench.of(Suggestion)
    assert [len(s.actions) for s in shown] == [16, 32, 47] and [s.final for s in shown] == [
        False,
        False,
        True,
    ]
    assert {s.id for s in shown} == {final.id}
    assert all(final.actions[: len(s.actions)] == s.actions for s in shown)


def test_an_unfinished_chain_can_be_accepted(bench: Bench) -> None:
    uses = "".join(f"a{n} = total([{n}])\n" for n in range(40))
    bench.write("shop/many.py", f"from shop.cart import total\n\n{uses}")
    bench.start()
    bench.session._thinker.predictor = Slow(lambda: bench.session.accept(bench.last(Suggestion).id, "all"))
    bench.write("shop/cart.py", RENAMED)
    bench.session.observe(frozenset({"shop/cart.py"}))
    bench.session.predict(lambda: False)
    assert len(bench.last(Applied).actions) == 16
    assert [s.reason for s in bench.of(Silence)] == ["superseded"]
    assert len(bench.log()) == 16
    bench.session._thinker.predictor = Slow()
    rest = bench.answer()
    assert isinstance(rest, Suggestion) and len(rest.actions) == 31, "the chain goes on"


def test_below_the_threshold_is_silence_that_can_be_explained(bench: Bench) -> None:
    bench.start()
    bench.session._thinker.predictor = Slow(p=0.31)
    silence = bench.save("shop/cart.py", RENAMED)
    assert isinstance(silence, Silence) and "none sure enough (p at most 0.31)" in silence.reason
    why = bench.session.why()
    assert (why.edit, why.reason) == (silence.edit, silence.reason)
    assert any(
        "shop/till.py:5 total → amount" in line and f"below {bench.settings.threshold:.2f}" in line
        for line in why.details
    )


def test_the_exact_prompts_are_logged(bench: Bench) -> None:
    bench.start()
    bench.session._thinker.predictor = Slow()
    suggestion = bench.renamed()
    store = Store(bench.settings.data_dir / FILE)
    rows = [row for row in store.export() if row["table"] == "suggestions"]
    store.close()
    assert [(row["id"], row["prompt_ids"], row["prompt"]) for row in rows] == [
        (suggestion.id, [0, 1, 2], "window 0")
    ]
    assert len(rows[0]["considered"]) >= 6


def test_a_burst_is_one_save_and_one_silence(bench: Bench) -> None:
    bench.start()
    names = {f"gen/m{n}.py": f"def made_{n}():\n    return {n}\n" for n in range(30)}
    for path, text in names.items():
        bench.write(path, text)
    (bench.root / "shop/till.py").unlink()
    bench.events.clear()
    bench.session.observe(frozenset({*names, "shop/till.py"}), True)
    saved, silence = bench.events
    assert isinstance(saved, Saved) and isinstance(silence, Silence)
    assert silence.reason == "burst: 31 files changed at once"
    answer = bench.save("gen/m7.py", names["gen/m7.py"].replace("made_7", "built_7") + "\nx = made_7()\n")
    assert isinstance(answer, Suggestion), "the index knows the new files"
    assert {a.path for a in bench.renamed().actions} == {"shop/cart.py", "tests/test_cart.py"}


def test_a_save_among_files_that_were_only_touched_is_a_save(bench: Bench) -> None:
    bench.start()
    bench.write("shop/cart.py", RENAMED)
    bench.events.clear()
    bench.session.observe(frozenset(FILES), True)
    bench.session.predict(lambda: False)
    assert isinstance(bench.last(Suggestion, Silence), Suggestion), "Ripple's own writes make no burst of it"
    bench.events.clear()
    bench.session.observe(frozenset(FILES), True)
    assert bench.events == []


def test_new_moved_and_deleted_files_are_known(bench: Bench) -> None:
    bench.start()
    assert isinstance(bench.save("shop/extra.py", "from shop.cart import total\n\nx = total([])\n"), Silence)
    shutil.move(bench.root / "shop/till.py", bench.root / "shop/desk.py")
    bench.events.clear()
    bench.session.observe(frozenset({"shop/till.py", "shop/desk.py"}))
    assert bench.events == [], "a move is no edit"
    (bench.root / "tests/test_cart.py").unlink()
    bench.session.observe(frozenset({"tests/test_cart.py"}))
    assert bench.events == [], "nor is a deletion"
    assert {a.path for a in bench.renamed().actions} == {"shop/cart.py", "shop/extra.py", "shop/desk.py"}


def test_what_is_too_much_for_a_chain_comes_next_and_nobody_is_asked_again(bench: Bench) -> None:
    bench.write("shop/many.py", "from shop.cart import total\n\n" + "x = 1; y = total([])\n" * 7)
    whole = bench.start().renamed()
    bench.session.reject(whole.id)
    bench.write("shop/cart.py", FILES["shop/cart.py"])
    (bench.settings.data_dir / FILE).unlink()
    bench.start(bench.opened(replace(bench.settings, max_actions=3)))
    first = bench.renamed()
    bench.session._thinker.predictor.decide = lambda *_: iter(())  # type: ignore[method-assign]
    places = [(a.path, a.old, a.new) for a in first.actions]
    while isinstance(bench.last(Suggestion, Silence), Suggestion):
        bench.session.accept(bench.last(Suggestion).id, "all")
        answer = bench.answer()
        assert isinstance(answer, Silence) or 0 < len(answer.actions) <= 3
        places += [(a.path, a.old, a.new) for a in getattr(answer, "actions", ())]
    assert places == [(a.path, a.old, a.new) for a in whole.actions], "in the order of the whole"
    assert bench.text("shop/many.py").count("y = amount([])") == 7


def test_what_was_suggested_in_a_file_that_is_gone_is_withdrawn(bench: Bench) -> None:
    first = bench.start().renamed()
    paths = {a.path for a in first.actions}
    assert paths == {"shop/cart.py", "shop/till.py", "tests/test_cart.py"}
    bench.events.clear()
    (bench.root / "tests/test_cart.py").unlink()
    bench.session.observe(frozenset({"tests/test_cart.py"}))
    gone = tuple(a.n for a in first.actions if a.path == "tests/test_cart.py")
    assert bench.events == [Withdrawn(first.id, gone, "tests/test_cart.py is gone")]
    bench.session.accept(first.id, "all")
    assert bench.last(Applied).actions == tuple(a.n for a in first.actions if a.n not in gone)
    assert {verdict for n, verdict in bench.log()} == {Verdict.ACCEPTED, Verdict.SUPERSEDED}


@pytest.mark.parametrize("gone", [{"shop/cart.py"}, {"shop/till.py", "tests/test_cart.py", "shop/cart.py"}])
def test_where_the_edited_file_is_gone_nothing_follows_any_more(bench: Bench, gone: set[str]) -> None:
    first = bench.start().renamed()
    bench.events.clear()
    for path in gone:
        (bench.root / path).unlink()
    bench.session.observe(frozenset(gone))
    assert bench.events == [Withdrawn(first.id, tuple(a.n for a in first.actions), "shop/cart.py is gone")]
    bench.session.accept(first.id, "all")
    assert bench.last(Failed).title == "Nothing to act on" and not bench.of(Applied)


def test_what_comes_to_be_ignored_is_forgotten(bench: Bench) -> None:
    bench.start()
    bench.write(".gitignore", "till.py\n")
    bench.session._project.ignore.reload()
    bench.session.observe(frozenset({".gitignore", "shop/till.py"}), True)
    assert {a.path for a in bench.renamed().actions} == {"shop/cart.py", "tests/test_cart.py"}
    bench.write(".env", "total = 1\n")
    bench.events.clear()
    bench.session.observe(frozenset({".env"}))
    assert bench.events == [], "a secret is never read"


def test_a_folder_that_moved(bench: Bench) -> None:
    bench.start()
    shutil.move(bench.root / "tests", bench.root / "checks")
    bench.session.observe(frozenset({"tests", "checks"}))
    assert {a.path for a in bench.renamed().actions} == {
        "shop/cart.py",
        "shop/till.py",
        "checks/test_cart.py",
    }


def test_an_editor_that_removes_before_it_writes(bench: Bench) -> None:
    bench.start()
    (bench.root / "shop/cart.py").unlink()
    bench.session.observe(frozenset({"shop/cart.py"}))
    assert isinstance(bench.save("shop/cart.py", RENAMED), Suggestion)


def test_touch_is_no_save(bench: Bench) -> None:
    bench.start()
    bench.events.clear()
    (bench.root / "shop/cart.py").touch()
    bench.session.observe(frozenset({"shop/cart.py", "nothing/here.py"}))
    bench.session.predict(lambda: False)
    assert bench.events == []


@pytest.mark.parametrize(
    ("encoding", "newline"), [("utf-8", "\r\n"), ("utf-8-sig", "\n"), ("latin-1", "\n"), ("utf-16", "\r\n")]
)
def test_encoding_newlines_and_mode_stay(bench: Bench, encoding: str, newline: str) -> None:
    text = "# é\nfrom shop.cart import total\nx = total([])".replace("\n", newline)
    target = bench.root / "shop/odd.py"
    target.write_bytes(text.encode(encoding))
    target.chmod(0o754)
    suggestion = bench.start().renamed()
    bench.session.accept(suggestion.id, "all")
    assert target.read_bytes() == text.replace("total", "amount").encode(encoding)
    assert target.stat().st_mode & 0o777 == 0o754


def test_a_broken_database_shows_but_refuses(bench: Bench) -> None:
    bench.settings.data_dir.mkdir(parents=True, exist_ok=True)
    (bench.settings.data_dir / FILE).write_bytes(b"not a database" * 500)
    suggestion = bench.start().renamed()
    assert [f.title for f in bench.of(Failed)] == ["Database problem"], "said once"
    before = {path: bench.text(path) for path in FILES}
    bench.session.accept(suggestion.id, "all")
    assert len(bench.of(Refused)) == 6 and "damaged" in bench.of(Refused)[0].reason
    assert not bench.of(Applied) and {path: bench.text(path) for path in FILES} == before
    (bench.settings.data_dir / FILE).unlink()
    bench.session.accept(suggestion.id, "all")
    assert len(bench.last(Applied).actions) == 6, "once it is mended the same suggestion can be taken"
    assert len(bench.log()) == 6


def test_a_database_that_was_taken_away_is_made_anew(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    for file in bench.settings.data_dir.glob(f"{FILE}*"):
        file.unlink()
    bench.session.accept(suggestion.id, "all")
    assert bench.of(Applied) and len(bench.log()) == 6


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    (bench.root / "shop").chmod(0o555)
    bench.session.accept(suggestion.id, "all")
    (bench.root / "shop").chmod(0o755)
    assert bench.of(Refused) and not bench.of(Applied)
    assert "total([1, 2])" in bench.text("tests/test_cart.py"), "all or nothing"


def test_a_read_only_file_is_refused_with_all_the_rest(bench: Bench) -> None:
    suggestion = bench.start().renamed()
    (bench.root / "shop/till.py").chmod(0o444)
    bench.session.accept(suggestion.id, "all")
    assert bench.of(Refused) and not bench.of(Applied)
    assert bench.text("tests/test_cart.py") == FILES["tests/test_cart.py"]
    (bench.root / "shop/till.py").chmod(0o644)
    bench.session.accept(suggestion.id, "all")
    assert bench.of(Applied)


def test_snooze(bench: Bench) -> None:
    bench.start().session.snooze(5)
    silence = bench.save("shop/cart.py", RENAMED)
    assert isinstance(silence, Silence) and silence.reason.startswith("snoozed")
    bench.session.snooze(0)
    bench.save("shop/cart.py", FILES["shop/cart.py"])
    assert isinstance(bench.save("shop/cart.py", RENAMED.replace("amount", "price")), Suggestion)


def test_a_missing_model_is_told_and_rules_decide(bench: Bench) -> None:
    import dataclasses

    settings = dataclasses.replace(bench.settings, model=bench.root / "none.gguf")
    bench.start(Session(bench.root, settings, bench.events.append, lambda *_: None))
    assert bench.last(Ready).model.name == "structure"
    assert bench.of(Failed)
    assert isinstance(bench.renamed(), Suggestion)


def test_a_failure_nobody_foresaw_still_answers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.start()

    def broken(*_: object) -> tuple[Site, ...]:
        raise ZeroDivisionError

    monkeypatch.setattr("engine.intents.Proposals", broken)
    with pytest.raises(ZeroDivisionError):
        bench.save("shop/cart.py", RENAMED)
    assert [silence.reason for silence in bench.of(Silence)] == ["something went wrong"]


def test_close_answers_what_is_open(bench: Bench) -> None:
    bench.start()
    bench.write("shop/cart.py", RENAMED)
    bench.session.observe(frozenset({"shop/cart.py"}))
    bench.session.close()
    assert [silence.reason for silence in bench.of(Silence)] == ["closed"]
    bench.session.observe(frozenset({"shop/cart.py"}))


def test_a_start_can_be_interrupted(bench: Bench) -> None:
    bench.session.interrupt()
    bench.session.start()
    assert not bench.of(Ready)
    bench.session.close()
    bench.session.close()


def test_the_watcher_alone_is_enough(bench: Bench) -> None:
    """Without `touched` the session observes by itself, on the watcher's thread."""
    heard: queue.Queue[Event] = queue.Queue()
    bench.start(Session(bench.root, bench.settings, heard.put, structure_only=True))
    assert isinstance(heard.get(timeout=20), Ready)
    bench.write("shop/cart.py", RENAMED)
    assert isinstance(heard.get(timeout=20), Saved)
    bench.session.predict(lambda: False)
    assert isinstance(heard.get(timeout=20), Suggestion)


def test_latency_has_its_stages(bench: Bench) -> None:
    latency = bench.start().renamed().latency
    assert latency.total >= latency.sites > 0 and latency.verify > 0


def test_a_scenario_can_be_switched_off(bench: Bench) -> None:
    bench.start(bench.opened(replace(bench.settings, without=("rename", "repeat"))))
    answer = bench.save("shop/cart.py", RENAMED)
    assert isinstance(answer, Silence) and answer.reason == "nothing follows from this edit"
