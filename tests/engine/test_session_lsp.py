"""A session that listens to a language server: in time, too late, not at all."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.config import Settings
from engine.session import Session
from engine.store import FILE, Store
from engine.types import Applied, Event, Failed, Saved, Silence, Suggestion, Verdict

FAKE = Path(__file__).parent / "lsp" / "fake_server.py"
PATIENCE = 20.0
FILES = {"a.py": "value = 1\n", "b.py": "from a import value\n\nprint(value)\n"}


class Desk:
    """A project, its session with a fake server, and what the session said."""

    def __init__(self, root: Path, *modes: str, **settings: object) -> None:
        self.root = root
        for path, text in FILES.items():
            (root / path).write_text(text)
        command = shlex.join([sys.executable, str(FAKE), *modes])
        plain = replace(Settings.load(), lsp_servers=("none", f".py={command}"))
        self.events: list[Event] = []
        quiet = lambda paths, burst: None  # noqa: E731  the tests say themselves when a file was touched
        self.session = Session(
            root, replace(plain, **settings), self.events.append, quiet, structure_only=True
        )
        self.session.start()

    def save(self, path: str, text: str) -> Suggestion | Silence:
        (self.root / path).write_text(text)
        self.session.observe(frozenset({path}))
        self.session.predict(lambda: False)
        return self.of(Suggestion, Silence)[-1]

    def of(self, *kinds: type) -> list:
        return [event for event in list(self.events) if isinstance(event, kinds)]

    def later(self, count: int) -> list:
        """Wait until there are so many answers."""
        end = time.monotonic() + PATIENCE
        while len(self.of(Suggestion, Silence)) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.of(Suggestion, Silence)

    def verdicts(self, suggestion: Suggestion) -> set[Verdict]:
        """All that was logged about the actions of a suggestion."""
        self.session.close()
        with closing(Store(self.session.settings.data_dir / FILE)) as store:
            return {row.verdict for row in store.log() if row.suggestion == suggestion.id}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def open_desk(*modes: str, **settings: object) -> Desk:
        made.append(Desk(tmp_path, *modes, **settings))
        return made[-1]

    yield open_desk
    for one in made:
        one.session.close()


def drafts(suggestion: Suggestion) -> list[tuple[str, str]]:
    return [(action.old, action.new) for action in suggestion.actions]


def test_a_word_within_the_budget_is_part_of_the_answer(desk: Callable[..., Desk]) -> None:
    one = desk(lsp_wait_ms=15_000)
    answer = one.save("a.py", "value = 1\nbad_name\n")
    assert isinstance(answer, Suggestion)
    assert drafts(answer) == [("bad_name", "good_name")]
    assert answer.actions[0].intent == "fix"
    assert "fake_server" not in answer.actions[0].why.split(":")[1]
    assert any("Undefined name `bad_name` (F821)" in line for line in one.session.why().details)


def test_a_late_word_brings_a_further_suggestion(desk: Callable[..., Desk]) -> None:
    one = desk("late=0.3", lsp_wait_ms=50)
    began = time.perf_counter()
    first = one.save("a.py", "value = 1\nbad_name\n")
    assert time.perf_counter() - began < 5
    assert isinstance(first, Silence)
    assert any(": starting" in line or "running" in line for line in one.session.why().details)
    _, second = one.later(2)
    assert (second.edit, second.final, drafts(second)) == (first.edit, True, [("bad_name", "good_name")])
    assert len(one.of(Saved)) == 1
    one.session.accept(second.id, "all")
    assert isinstance(one.of(Applied)[0], Applied)
    assert (one.root / "a.py").read_text() == "value = 1\ngood_name\n"


def test_a_chain_that_is_open_is_kept_in_the_further_suggestion(desk: Callable[..., Desk]) -> None:
    one = desk("late=0.3", lsp_wait_ms=50)
    first = one.save("a.py", "amount = 1\nbad_name\n")
    assert isinstance(first, Suggestion)
    shown = drafts(first)
    assert ("value", "amount") in shown
    _, second = one.later(2)
    assert second.id != first.id
    assert sorted(drafts(second)) == sorted([*shown, ("bad_name", "good_name")])
    one.session.accept(second.id, "all")
    assert (one.root / "b.py").read_text() == "from a import amount\n\nprint(amount)\n"
    assert one.verdicts(first) == {Verdict.SUPERSEDED}  # nobody made by hand what the second wrote
    assert one.verdicts(second) == {Verdict.ACCEPTED}


def test_nothing_is_said_twice(desk: Callable[..., Desk]) -> None:
    one = desk("late=0.2", lsp_wait_ms=1)
    one.save("a.py", "value = 1\nbad_name\n")
    assert len(one.later(2)) == 2
    one.session._hear(one.of(Saved)[-1].edit)
    assert len(one.of(Suggestion, Silence)) == 2


def test_a_word_about_an_older_save_changes_nothing(desk: Callable[..., Desk]) -> None:
    one = desk("late=0.5", lsp_wait_ms=1)
    one.save("a.py", "value = 1\nbad_name\n")
    one.save("b.py", FILES["b.py"] + "\n\n")
    time.sleep(2)
    assert one.of(Suggestion) == []
    assert len(one.of(Silence)) == 2


def test_what_ripple_writes_is_no_news_to_the_server(desk: Callable[..., Desk]) -> None:
    one = desk(lsp_wait_ms=15_000)
    first = one.save("a.py", "value = 1\nbad_name\n")
    assert isinstance(first, Suggestion)
    one.session.accept(first.id, "all")
    one.session.predict(lambda: False)
    answer = one.save("a.py", "value = 1\ngood_name\nbad_other\n")
    assert isinstance(answer, Suggestion)
    assert drafts(answer) == [("bad_other", "good_other")]


def test_a_rejected_fix_is_not_offered_again(desk: Callable[..., Desk]) -> None:
    one = desk(lsp_wait_ms=15_000)
    first = one.save("a.py", "value = 1\nbad_name\n")
    assert isinstance(first, Suggestion)
    one.session.reject(first.id)
    one.save("a.py", "value = 1\n")
    assert isinstance(one.save("a.py", "value = 1\nbad_name\n"), Silence)


def test_a_server_that_fails_again_and_again_is_one_notice(desk: Callable[..., Desk]) -> None:
    one = desk("crash", lsp_wait_ms=3_000)
    for number in range(4):
        assert isinstance(one.save("a.py", f"value = 1\nbad_{number}\n"), Silence)
    assert [event.title for event in one.of(Failed)] == ["Language server"]


def test_off_is_off(desk: Callable[..., Desk]) -> None:
    one = desk(lsp=False)
    assert isinstance(one.save("a.py", "value = 1\nbad_name\n"), Silence)
    assert not (one.root / ".cache").exists()


def test_the_switch_of_the_environment() -> None:
    home = Path.cwd()
    off = Settings.load({"HOME": str(home), "RIPPLE_LSP": "0", "RIPPLE_LSP_SERVERS": "ruff:gopls"})
    assert (off.lsp, off.lsp_servers) == (False, ("ruff", "gopls"))
