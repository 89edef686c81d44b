"""Nights in the terminal: their screen, the offer, and a night that is run, heard and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from textual.widgets import OptionList

from app import night_offer
from app.night_offer import ENOUGH, IDLE_SECONDS, on_mains, outlook
from app.ui.screens.nights import NightsScreen
from app.ui.wording import ending
from engine import nights
from engine.nights import Compared, Night, NightOutcome
from engine.records import Decided
from engine.store import FILE, Store
from engine.types import Verdict
from tests.app.fakes import MODEL, READY, Stage, on_stage, settings
from tests.app.sample_nights import ALL, AT, BASE, KEPT, NO_DATA, PUBLISHED, UNFINISHED
from tests.engine.test_store import EDIT, answer

NOW = datetime.fromtimestamp(AT + 3 * 86_400)


def decide(folder: Path, count: int, at: float, verdict: Verdict = Verdict.ACCEPTED) -> None:
    """Decisions, each about a suggestion of its own."""
    with closing(Store(folder / FILE)) as store:
        for n in range(count):
            name = f"{verdict}-{at}-{n}"
            one = replace(answer(name, count=1, edit=replace(EDIT, id=f"e-{name}", at=at)), at=at)
            store.decide(one, [Decided(1, verdict)], at)


async def opened(stage: Stage) -> NightsScreen:
    await stage.pilot.press("N")
    await stage.until(lambda: isinstance(stage.app.screen, NightsScreen) and stage.app.screen.gathered)
    await stage.pilot.pause()
    return stage.app.screen


async def test_the_screen_tells_of_every_night(tmp_path):
    for night in ALL:
        nights.write(tmp_path, night)
    async with on_stage(tmp_path, size=(140, 50)) as stage:
        screen = await opened(stage)
        assert screen.query_one(OptionList).option_count == 3
        for part in ("published", "212 pairs", "+8.1 [+2.3 +14.0]", "before", "after"):
            assert part in stage.seen(), part
        await stage.press("down")
        assert screen.selected == KEPT
        assert KEPT.reason in stage.seen()
        await stage.press("j", "j")
        assert screen.selected == NO_DATA
        await stage.press("k", "r")
        await stage.until(lambda: screen.selected == KEPT, "reading again keeps the selection")
        await stage.press("escape")
        assert stage.app.screen is stage.app.main


@pytest.mark.parametrize("width", [60, 100, 119, 120])
async def test_no_line_of_figures_is_broken(tmp_path, width):
    one = Compared(0.0331, 0.0312, -0.104, -0.186, 18242)
    nights.write(tmp_path, replace(PUBLISHED, figures={"generation": one}))
    async with on_stage(tmp_path, size=(width, 60)) as stage:
        await opened(stage)
        (line,) = [line for line in stage.seen().splitlines() if "generation" in line and "3.1" in line]
        assert "[-10.4 -18.6]" in line and "18242" in line


async def test_without_a_night_it_says_what_to_do(tmp_path):
    async with on_stage(tmp_path) as stage:
        await opened(stage)
        assert "No night yet." in stage.seen() and "`ripple nightly install`" in stage.seen()
        assert "nothing was decided yet" in stage.seen()


async def test_days_are_drawn_from_the_log_even_without_a_night(tmp_path):
    decide(tmp_path, 3, time.time() - 86_400)
    decide(tmp_path, 2, time.time(), Verdict.REJECTED)
    async with on_stage(tmp_path, size=(140, 50)) as stage:
        await opened(stage)
        seen = stage.seen()
        assert "acceptance" in seen and "rename (5)" in seen and "taken" in seen


async def test_a_damaged_database_leaves_the_nights(tmp_path):
    nights.write(tmp_path, KEPT)
    (tmp_path / FILE).write_bytes(b"no database" * 400)
    async with on_stage(tmp_path) as stage:
        await opened(stage)
        assert KEPT.reason in stage.seen() and "Move the file away" in stage.seen().replace("\n", " ")


async def test_no_key_decides_behind_the_screen(tmp_path):
    ready = replace(READY, model=replace(MODEL, adapter="0a1b2c3d4e5f"))
    async with on_stage(tmp_path, ready=ready) as stage:
        await stage.open_chain()
        await opened(stage)
        await stage.press("tab", "space", "enter", "u", "e")
        assert stage.decided() == []
        assert "ripple-7m + 0a1b2c3" in stage.seen()
        await stage.press("b")
        assert stage.decided() == [("roll_back",)]
        await stage.until(lambda: "ripple-7m + " not in stage.seen())
        await stage.until(lambda: "in place of" in stage.seen(), "the toast names what to go forward to")
        await stage.press("q")
        assert stage.app.screen is stage.app.main, "q closes the screen and not the app"


TRAINER = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
print("train: 42% step 42 of 100", flush=True)
print("something else", flush=True)
while not __import__("pathlib").Path(sys.argv[3], "go").exists():
    time.sleep(0.01)
"""


@pytest.fixture
def trainer(tmp_path, monkeypatch) -> Path:
    """A stand-in for the trainer that works until a file named `go` stands in the data folder."""
    for package in ("app", "trainer"):
        (tmp_path / "stand-in" / package).mkdir(parents=True)
        (tmp_path / "stand-in" / package / "__init__.py").touch()
    (tmp_path / "stand-in" / "trainer" / "__main__.py").write_text(TRAINER)
    monkeypatch.setattr("app.__file__", str(tmp_path / "stand-in" / "app" / "__init__.py"))
    monkeypatch.setattr("app.night_process.NEEDED", ("json",))
    monkeypatch.setattr(night_offer, "NEEDED", ("json",))
    return tmp_path


async def test_a_night_is_run_while_everything_else_works(trainer):
    async with on_stage(trainer) as stage:
        await stage.press("t")
        await stage.until(lambda: "night: train 42%" in stage.seen())
        await stage.open_chain()
        await stage.press("tab")
        assert stage.decided() == [("accept", "s1", "all")]
        nights.write(trainer, replace(PUBLISHED, ended=time.time() + 5))
        (trainer / "go").touch()
        await stage.until(lambda: "Night: published" in stage.seen())
        assert "Better on held-out decisions" in stage.seen() and "night: " not in stage.seen()
        assert stage.app.night is None


async def test_the_screen_follows_a_night_that_is_begun_from_it(trainer):
    async with on_stage(trainer) as stage:
        screen = await opened(stage)
        await stage.press("t")
        await stage.until(lambda: "ripple-7m · night: train 42%" in stage.seen())
        nights.write(trainer, replace(KEPT, ended=time.time() + 5))
        (trainer / "go").touch()
        await stage.until(lambda: screen.selected and screen.selected.id == KEPT.id)
        assert "night: " not in stage.seen()


async def test_the_same_key_stops_it(trainer):
    async with on_stage(trainer) as stage:
        await stage.press("t")
        await stage.until(lambda: "night: train 42%" in stage.seen())
        await stage.press("t")
        await stage.until(lambda: stage.app.night is None and not stage.app.board.ours)
        await stage.until(lambda: "Night: not trained" in stage.seen())
        assert "something else" in stage.seen()


async def test_leaving_the_app_ends_the_night(trainer):
    async with on_stage(trainer) as stage:
        await stage.press("t")
        await stage.until(lambda: "night: train 42%" in stage.seen())
        night = stage.app.night
    assert not night.alive


async def test_a_terminal_that_is_closed_ends_the_night(trainer, monkeypatch):
    killed: list[int] = []
    kill = os.kill

    def died(pid: int, number: int) -> None:
        if pid == os.getpid():
            killed.append(number)
        else:
            kill(pid, number)

    async with on_stage(trainer) as stage:
        await stage.press("t")
        await stage.until(lambda: "night: train 42%" in stage.seen())
        monkeypatch.setattr("os.kill", died)
        kill(os.getpid(), signal.SIGHUP)
        await stage.until(lambda: stage.app.night is None)
        assert killed == [signal.SIGHUP], "and then what always happens"


async def test_without_the_extra_it_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setattr("app.night_process.NEEDED", ("no_such_package",))
    async with on_stage(tmp_path) as stage:
        await stage.press("t")
        await stage.until(lambda: "pip install" in stage.seen())
        assert "Night: not trained" in stage.seen() and not stage.app.board.ours


async def test_an_idle_app_offers_a_night_and_a_save_takes_it_back(trainer, monkeypatch):
    decide(trainer, ENOUGH, 100.0)
    monkeypatch.setattr(night_offer, "on_mains", lambda: True)
    async with on_stage(trainer) as stage:
        stage.clock.now += IDLE_SECONDS - 100
        stage.app.tick()
        await asyncio.sleep(0.05)
        await stage.pilot.pause()
        assert "trains a night" not in stage.seen()
        stage.clock.now += 120
        stage.app.tick()
        await stage.until(lambda: "20 new decisions to learn from: t trains a night now." in stage.seen())
        assert "t trains a night · ready" in stage.seen()
        stage.session.save()
        await stage.until(lambda: "trains a night" not in stage.seen())


async def test_a_night_at_work_elsewhere_is_shown_and_not_begun_twice(trainer):
    nights.write(trainer, UNFINISHED)
    async with on_stage(trainer) as stage:
        with nights.locked(trainer):
            stage.clock.now += 20
            stage.app.tick()
            await stage.until(lambda: "night: train" in stage.seen())
            await stage.press("t")
            await stage.until(lambda: "Another night is at work" in stage.seen())
            assert stage.app.night is None
        stage.clock.now += 20
        stage.app.tick()
        await stage.until(lambda: "night: train" not in stage.seen())


def offered(folder: Path, idle: float = IDLE_SECONDS, mains: bool = True, **changes) -> int:
    return outlook(settings(folder, **changes), idle, NOW, lambda: mains).offered


def test_when_a_night_is_offered(trainer):
    assert offered(trainer) == 0, "nothing to learn from"
    decide(trainer, ENOUGH, AT)
    assert offered(trainer) == ENOUGH
    assert offered(trainer, idle=IDLE_SECONDS - 1) == 0
    assert offered(trainer, mains=False) == 0
    assert offered(trainer, nightly_offer=False) == 0
    nights.write(trainer, replace(NO_DATA, started=AT + 60))
    assert offered(trainer) == ENOUGH, "a night without enough data has learnt nothing"
    nights.write(trainer, replace(KEPT, started=AT + 60))
    assert offered(trainer) == 0, "these were learnt from"
    decide(trainer, ENOUGH + 1, AT + 90, Verdict.REJECTED)
    assert offered(trainer) == ENOUGH + 1
    nights.write(trainer, replace(NO_DATA, id="today", started=NOW.timestamp() - 3600))
    assert offered(trainer) == 0, "one a day"


def test_without_the_trainer_none_is_offered(tmp_path, monkeypatch):
    decide(tmp_path, ENOUGH, AT)
    monkeypatch.setattr(night_offer, "NEEDED", ("no_such_package",))
    assert offered(tmp_path) == 0


def test_a_database_that_cannot_be_read_offers_nothing(trainer):
    (trainer / FILE).write_bytes(b"no database" * 400)
    assert offered(trainer) == 0


@pytest.mark.parametrize(("plugged", "mains"), [(True, True), (False, False), (None, True)])
def test_mains_power(monkeypatch, plugged, mains):
    battery = type("Battery", (), {"power_plugged": plugged})
    monkeypatch.setattr("psutil.sensors_battery", lambda: battery, raising=False)
    assert on_mains() is mains


def test_a_machine_without_a_battery_is_on_mains(monkeypatch):
    monkeypatch.setattr("psutil.sensors_battery", lambda: None, raising=False)
    assert on_mains()
    monkeypatch.delattr("psutil.sensors_battery")
    assert on_mains()


def test_how_a_night_ended_is_said():
    assert ending(0, "", PUBLISHED) == ("Night: published", f"{PUBLISHED.reason} N shows it.", False)
    failed = Night("x", 0.0, BASE, NightOutcome.FAILED, "The disk is full.", 1.0)
    assert ending(1, "", failed) == ("Night: failed", "The disk is full. N shows it.", True)
    assert ending(-9, "", None)[0] == "Night: stopped"
    assert ending(1, "Another night is at work.", None) == (
        "Night: not trained",
        "Another night is at work.",
        True,
    )
    assert "code 3" in ending(3, "", None)[1]
