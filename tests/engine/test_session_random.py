"""Random sequences of saves and decisions: whatever happens in whatever order, the promises hold."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.config import Settings
from engine.records import Told
from engine.session import Session
from engine.session.outside import Outside
from engine.store import FILE, Store
from engine.types import Applied, Event, Failed, Refused, Saved, Silence, Suggestion, Undone

NAMES = ("total", "amount", "price", "fee")
PATHS = ("pkg/a.py", "pkg/b.py", "pkg/c.py", "pkg/d.py")
SEEDS = range(6)
STEPS = 40
STEPS_OF_A_DAY = (
    *("rename", "rename", "line", "hand", "accept", "accept", "part", "part", "correct", "reject"),
    *("leave", "leave"),
    *("undo", "undo", "stale", "delete", "restore", "burst", "restart", "nothing", "pause", "edit", "edit"),
)


class Player:
    """Does random things and checks after each that nothing was broken."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chance = root, random.Random(seed)
        self.settings = replace(Settings.load(), explore=0.5, structure_threshold=0.85)
        self.time = 1_700_000_000.0
        self.events: list[Event] = []
        self.offered: dict[str, Suggestion] = {}
        self.name = "total"
        for path in PATHS:
            self.write(path, self.content(path, self.name))
        self.open()

    def open(self) -> None:
        outside = Outside(self.now, self.chance.random)
        self.session = Session(self.root, self.settings, self.hear, lambda *_: None, True, outside)
        self.session.start()

    def now(self) -> float:
        self.time += 0.001
        return self.time

    def hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Suggestion):
            self.offered[event.id] = event
            for action in event.actions:
                lines = self.text(action.path).splitlines(keepends=True)
                place = action.range.start
                assert "".join(lines[place.line :])[place.character :].startswith(action.old), (
                    "a range is wrong"
                )
                assert action.old != action.new

    def content(self, path: str, name: str) -> str:
        if path == PATHS[0]:
            return f"def {name}(n):\n    return n\n\n\nx = {name}(1) + {name}(2)\n"
        return (
            f"from pkg.a import {name}\n\n\ndef use_{path[4]}():\n    y = {name}(3)\n    return {name}(y)\n"
        )

    def text(self, path: str) -> str:
        return (self.root / path).read_text()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def step(self) -> None:
        before = {path: self.text(path) for path in PATHS if (self.root / path).exists()}
        seen = len(self.events)
        self.unnoticed = ""
        getattr(self, f"do_{self.chance.choice(STEPS_OF_A_DAY)}")()
        if self.chance.random() < 0.8:
            self.session.predict(lambda: False)
        self.followed()
        new = self.events[seen:]
        if any(isinstance(event, Refused) for event in new):
            assert not any(isinstance(event, Applied) for event in new), "in full or not at all"
        for event in new:
            touched = {
                path for path in before if (self.root / path).exists() and before[path] != self.text(path)
            }
            if isinstance(event, Applied):
                assert touched - {self.unnoticed} == set(event.paths)
            if isinstance(event, Undone):
                assert touched <= set(event.paths), "a file that stands as before already stays so"

    def followed(self) -> None:
        """Whatever is followed stands where it is thought to stand."""
        after = self.session._desk.aftermath
        spots = [one for each in after._unwritten._spots.values() for one in each]
        for one in (*after._writings._all, *spots):
            text = self.session._project.text(one.path)
            if text is not None:
                assert text[one.place.start : one.place.end] == one.place.text

    def do_pause(self) -> None:
        self.time += self.chance.choice([0.5, 8, 30, 400, 4000])

    def do_edit(self) -> None:
        """Anything at all is written anywhere."""
        path = self.existing()
        text = self.text(path)
        start = self.chance.randint(0, len(text))
        end = min(len(text), start + self.chance.choice([0, 0, 1, 5, 20]))
        new = self.chance.choice(["", "\n", ", x", "total", "amount(1)\n", "self."])
        self.save(path, text[:start] + new + text[end:])

    def do_rename(self) -> None:
        if (self.root / PATHS[0]).exists():
            new = self.chance.choice(NAMES)
            text = self.text(PATHS[0])
            old = text.split("(")[0].removeprefix("def ")
            self.save(PATHS[0], text.replace(f"def {old}(", f"def {new}("))

    def do_line(self) -> None:
        path = self.existing()
        where = self.chance.choice(["top", "end"])
        line = f"# note {self.chance.randrange(100)}\n"
        self.save(path, line + self.text(path) if where == "top" else self.text(path) + line)

    def do_hand(self) -> None:
        path = self.existing()
        self.save(path, self.text(path).replace(*self.chance.sample(NAMES, 2), 1))

    def do_accept(self) -> None:
        self.session.accept(self.some_suggestion(), "all")

    def do_part(self) -> None:
        name = self.some_suggestion()
        numbers = [action.n for action in self.offered[name].actions] if name in self.offered else [1]
        self.session.accept(name, self.chance.sample(numbers, min(len(numbers), self.chance.randint(1, 3))))

    def do_correct(self) -> None:
        self.session.correct(self.some_suggestion(), self.chance.randint(1, 4), self.chance.choice(NAMES))

    def do_reject(self) -> None:
        self.session.reject(self.some_suggestion())

    def do_leave(self) -> None:
        """One edit is left out."""
        name, n = self.some_suggestion(), self.chance.randint(1, 4)
        self.session.reject(name, [n])

    def do_undo(self) -> None:
        self.session.undo()

    def do_stale(self) -> None:
        """A save that the session has not noticed when the decision comes."""
        path = self.unnoticed = self.existing()
        self.write(path, self.text(path) + "# unnoticed\n")
        self.session.accept(self.some_suggestion(), "all")
        self.session.observe(frozenset({path}))

    def do_delete(self) -> None:
        path = self.existing()
        if path != PATHS[0]:
            (self.root / path).unlink()
            self.session.observe(frozenset({path}))

    def do_restore(self) -> None:
        for path in PATHS:
            if not (self.root / path).exists():
                self.save(path, self.content(path, self.chance.choice(NAMES)))

    def do_burst(self) -> None:
        for path in PATHS:
            self.write(path, self.content(path, self.chance.choice(NAMES)))
        self.session.observe(frozenset(PATHS), True)

    def do_restart(self) -> None:
        self.session.close()
        self.open()

    def do_nothing(self) -> None:
        self.session.observe(frozenset(PATHS))

    def existing(self) -> str:
        return self.chance.choice([path for path in PATHS if (self.root / path).exists()])

    def some_suggestion(self) -> str:
        newest = list(self.offered)[-3:]
        return newest[-1] if newest and self.chance.random() < 0.8 else self.chance.choice([*newest, "none"])

    def save(self, path: str, text: str) -> None:
        self.write(path, text)
        self.session.observe(frozenset({path}))


@pytest.fixture(params=SEEDS)
def player(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Player]:
    player = Player((tmp_path / "project").resolve(), request.param)
    yield player
    player.session.close()


def test_promises(player: Player) -> None:
    for _ in range(STEPS):
        player.step()
    player.session.close()
    saved = [event.edit for event in player.events if isinstance(event, Saved)]
    answers = Counter(
        event.edit
        for event in player.events
        if isinstance(event, Silence) or (isinstance(event, Suggestion) and event.final)
    )
    assert answers == Counter(saved), "every save gets exactly one final answer"
    applied = Counter((e.suggestion, n) for e in player.events if isinstance(e, Applied) for n in e.actions)
    undone = Counter((e.suggestion, n) for e in player.events if isinstance(e, Undone) for n in e.actions)
    assert max(applied.values(), default=1) == 1 and undone <= applied
    with closing(Store(player.settings.data_dir / FILE)) as store:
        rows = store.log(str(player.root))
        told = list(store.told(0.0, str(player.root)))
    assert all(isinstance(one, Told) for one in told) and len(told) == len(answers)
    kept = Counter((one.suggestion, a.n, k.horizon) for one in told for a in one.actions for k in a.kept)
    assert max(kept.values(), default=1) == 1
    assert {(name, n) for name, n, _ in kept} <= set(applied), "what was not written is not kept"
    for one in told:
        for guess in (action for action in one.actions if action.guess):
            assert len(one.actions) == 1 and guess.p < one.threshold and guess.propensity == 0.5
    logged = Counter(
        (row.suggestion, row.n)
        for row in rows
        if row.verdict.value in {"accepted", "corrected"} and not row.later
    )
    assert logged == applied
    said = [row for row in rows if not row.later]
    assert (
        undone <= Counter((row.suggestion, row.n) for row in said if row.verdict.value == "undone") <= applied
    )
    first = Counter(
        (row.suggestion, row.n) for row in said if row.verdict.value not in {"undone", "made_by_hand"}
    )
    assert max(first.values(), default=1) == 1, "an action is decided once"
    titles = {event.title for event in player.events if isinstance(event, Failed)}
    assert titles <= {"Nothing to act on", "The file has changed", "File problem"}
