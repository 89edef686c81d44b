"""A session with a model of the person's own: it is asked after every save, and shown beside the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.diff import saved
from engine.model.formats import FORMATS
from engine.model.rewrite import RewritePredictor
from engine.session import Session, session
from engine.types import IntentKind, PromptFormat, Silence, Suggestion, Verdict
from tests.engine.model.dictated import Dictated
from tests.engine.test_session import FILES, RENAMED, Bench

NOTE = "def paid(items):\n    return True\n\n\ndef open_since(items):\n    return 1\n"
EDITED = NOTE.replace("return True", "return bool(items)")


def answer(before: str, after: str, old: str, new: str, path: str = "shop/note.py") -> str:
    edit = saved(path, before, after)
    prompt = FORMATS[PromptFormat.ZETA_2].ask([edit], {path: after}.get)
    assert prompt is not None and old in prompt.window.text
    return prompt.window.text.replace(old, new).rstrip("\n") + "\n>>>>>>> UPDATED\n"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    root = tmp_path / "project"
    for path, text in {**FILES, "shop/note.py": NOTE}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    bench = Bench(root.resolve())
    yield bench
    bench.session.close()


def start(bench: Bench, runtime: Dictated, monkeypatch: pytest.MonkeyPatch) -> Bench:
    asked = RewritePredictor(runtime, FORMATS[PromptFormat.ZETA_2])  # type: ignore[arg-type]
    monkeypatch.setattr(session, "open_predictor", lambda settings, notice: asked)
    quiet = lambda paths, burst: None  # noqa: E731
    return bench.start(Session(bench.root, bench.settings, bench.events.append, quiet))


def test_the_model_is_asked_where_no_rule_knows_anything(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(bench, Dictated(answer(NOTE, EDITED, "return 1", "return bool(1)")), monkeypatch)
    shown = bench.save("shop/note.py", EDITED)
    assert isinstance(shown, Suggestion) and shown.final
    assert [(one.intent, one.old, one.new) for one in shown.actions] == [
        (IntentKind.FREE, "1", "bool(1)"),
    ] or [one.new for one in shown.actions] == ["bool(", ")"]
    bench.session.accept(shown.id, "all")
    assert bench.text("shop/note.py") == EDITED.replace("return 1", "return bool(1)")
    assert {verdict for _, verdict in bench.log()} == {Verdict.ACCEPTED}


def test_what_the_rules_know_is_shown_while_the_model_writes(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = FILES["shop/cart.py"]
    text = answer(before, RENAMED, "def paid", "def is_paid", "shop/cart.py")
    start(bench, Dictated(text), monkeypatch)
    shown = bench.save("shop/cart.py", RENAMED)
    first, last = bench.of(Suggestion)
    assert (first.final, last.final) == (False, True) and shown is last
    assert first.actions == last.actions[: len(first.actions)]
    assert {one.intent for one in first.actions} == {IntentKind.RENAME}
    assert [one.new for one in last.actions if one.intent is IntentKind.FREE] == ["is_paid"]


def test_what_the_model_is_not_sure_of_is_not_shown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    text = answer(NOTE, EDITED, "open_since", "unpaid_since")
    start(bench, Dictated(text, doubts={"unpaid_since": 0.2}), monkeypatch)
    silence = bench.save("shop/note.py", EDITED)
    assert isinstance(silence, Silence)
    assert silence.reason == "1 place was considered, none sure enough (p at most 0.20)"


def test_silence_where_nothing_changes(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    start(bench, Dictated("NO_EDITS\n"), monkeypatch)
    silence = bench.save("shop/note.py", EDITED)
    assert isinstance(silence, Silence) and silence.reason == "nothing follows from this edit"
