"""The demo without a terminal: the first edit, the chain, what accepting it did, what was logged."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from app.commands.log import table
from app.demo_guide import FIRST_EDIT, make_first_edit
from engine import files
from engine.config import Settings
from engine.diff import unified
from engine.errors import FileProblem
from engine.session import Session
from engine.store import FILE, Store
from engine.types import Applied, Event, Failed, Ready, Refused, Saved, Silence, Suggestion

PATIENCE: Final = 60.0
"""Seconds to wait for each event."""

Say = Callable[[str], None]


class Stage:
    """A session whose events can be waited for."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._heard: list[Event] = []
        self._news = threading.Condition()
        self.session = Session(root, settings, self._hear)

    def _hear(self, event: Event) -> None:
        with self._news:
            self._heard.append(event)
            self._news.notify()

    def wait(self, *kinds: type) -> Event | None:
        """The next event of these kinds; None if it does not come."""
        with self._news:
            if not self._news.wait_for(lambda: any(isinstance(e, kinds) for e in self._heard), PATIENCE):
                return None
            while not isinstance(event := self._heard.pop(0), kinds):
                pass
            return event

    def answer(self) -> Event | None:
        """The answer to the save just noticed."""
        self.wait(Saved)
        self.session.predict(lambda: False)
        while isinstance(event := self.wait(Suggestion, Silence), Suggestion) and not event.final:
            pass
        return event


def play(root: Path, say: Say) -> int:
    """Play the demo on the sample copied to `root`, in a home of its own; the exit code."""
    home = Path(tempfile.mkdtemp(prefix="ripple-home-"))
    own = {"RIPPLE_DATA_DIR": str(home), "RIPPLE_CACHE_DIR": str(home), "RIPPLE_EXPLORE": "0"}
    settings = Settings.load({**os.environ, **own})
    stage = Stage(root, settings)
    try:
        before = texts(root)
        stage.session.start()
        done = _scenes(stage, root, before, say)
    finally:
        stage.session.close()
    if done:
        with closing(Store(settings.data_dir / FILE)) as store:
            rows = store.log(str(root))
        say(f"\nLogged, {len(rows)} rows:\n{table(rows)}")
    shutil.rmtree(home)
    shutil.rmtree(root.parent)
    return 0 if done else 1


def _scenes(stage: Stage, root: Path, before: dict[str, str], say: Say) -> bool:
    ready = stage.wait(Ready)
    if isinstance(ready, Ready):
        say(f"Watching {ready.files} files, {ready.symbols} symbols; {ready.model.name} decides.\n")
    say(f"The first edit, as your editor would save it: {FIRST_EDIT.path}")
    say(f"- {FIRST_EDIT.line}\n+ {FIRST_EDIT.changed}\n")
    make_first_edit(root)
    answer = stage.answer()
    if not isinstance(answer, Suggestion):
        say(f"Nothing was predicted: {answer.reason if isinstance(answer, Silence) else 'no answer came'}")
        return False
    say(f"What follows, predicted in {answer.latency.total:.0f} ms:")
    for action in answer.actions:
        place = f"{action.path}:{action.range.start.line + 1}"
        say(f"{action.n:>3}. {place:<28} {action.old} → {action.new}  p {action.p:.2f}  {action.why}")
    stage.session.accept(answer.id, "all")
    applied = stage.wait(Applied, Refused, Failed)
    if not isinstance(applied, Applied):
        say(f"It was not applied: {applied}")
        return False
    stage.answer()
    count = f"{len(applied.actions)} edits in {len(applied.paths)} files"
    say(f"\nAccepted: {count}. The project now differs by:\n")
    after = texts(root)
    changed = [path for path in sorted(after) if before[path] != after[path]]
    say("".join(unified(before[path], after[path], path) for path in changed))
    return True


def texts(root: Path) -> dict[str, str]:
    """Every text file of a small project, by relative path."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            try:
                found[path.relative_to(root).as_posix()] = files.read(path).text
            except FileProblem:
                continue
    return found
