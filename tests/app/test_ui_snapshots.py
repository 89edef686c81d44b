"""How the states look; `pytest tests/app/test_ui_snapshots.py --snapshot-update` draws them anew."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine import nights
from engine.records import Decided
from engine.store import FILE, Store
from engine.types import IntentKind, Verdict, Why
from tests.app.fakes import Stage, make_stage, sample_chain, silence
from tests.app.sample_nights import ALL, AT
from tests.engine.test_store import EDIT, answer

NARROW, WIDE = (60, 34), (140, 34)


@pytest.fixture(autouse=True)
def same_place(monkeypatch, tmp_path):
    """The status line names the project's folder: give it the same name everywhere."""
    monkeypatch.setattr("app.ui.widgets.status.home_path", lambda root: f"~/projects/{root.name}")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")


async def chain(stage: Stage) -> None:
    await stage.open_chain()
    stage.app.end_grace()
    await stage.press("n", "n")


async def awake(stage: Stage) -> None:
    await stage.until(lambda: stage.app.board.model)


async def fresh(stage: Stage) -> None:
    await stage.answer(sample_chain(stage.root))


async def silent(stage: Stage) -> None:
    await stage.answer(silence("3 places were considered, none sure enough (p at most 0.31)"))
    stage.session.explained = Why(
        "e1",
        "3 places were considered, none sure enough (p at most 0.31)",
        (
            "library/receipts.py:12 late_fee → overdue_fine (p 0.31, same name): p 0.31 is below 0.50",
            "library/desk.py:11 late_fee → overdue_fine (p 0.12, in a docstring): p 0.12 is below 0.50",
        ),
    )
    await stage.press("w")
    await stage.until(lambda: stage.app.screen is not stage.app.main)


async def editing(stage: Stage) -> None:
    await chain(stage)
    await stage.press("e")
    stage.app.main.editor.cursor_blink = False


async def snoozed(stage: Stage) -> None:
    await awake(stage)
    await stage.press("z")
    stage.clock.now += 48
    stage.app.tick()


async def partly(stage: Stage) -> None:
    await chain(stage)
    await stage.press("space")
    await stage.until(lambda: stage.app.board.taken)


async def left_out(stage: Stage) -> None:
    await partly(stage)
    await stage.press("n", "n", "x")
    await stage.until(lambda: stage.app.board.left_out)


async def nights_screen(stage: Stage) -> None:
    await stage.pilot.press("N")
    await stage.until(lambda: getattr(stage.app.screen, "gathered", None))


async def offered(stage: Stage) -> None:
    stage.app.board.offered = 34
    stage.app.draw()


CASES = [
    ("wide", WIDE, chain, {}),
    ("narrow", NARROW, chain, {}),
    ("light", WIDE, chain, {"env": {"COLORFGBG": "0;15"}}),
    ("fresh", WIDE, fresh, {}),
    ("partly", WIDE, partly, {}),
    ("left out", WIDE, left_out, {}),
    ("left out, narrow", NARROW, left_out, {}),
    ("empty", WIDE, awake, {}),
    ("guide", NARROW, awake, {"guided": True}),
    ("why", WIDE, silent, {}),
    ("editing", NARROW, editing, {}),
    ("snoozed", NARROW, snoozed, {}),
    ("offered", NARROW, offered, {}),
]


@pytest.fixture
def utc():
    """Dates as they are told in Greenwich."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def recorded(folder: Path) -> None:
    """A fortnight of decisions, and three nights."""
    for night in ALL:
        nights.write(folder, night)
    with closing(Store(folder / FILE)) as store:
        for day in range(14):
            at = AT - 86_400 * (13 - day)
            for n in range(6):
                reason = "nothing follows" if (day + n) % 3 == 0 else None
                edit = replace(EDIT, id=f"e{day}-{n}", at=at, by="ripple" if n == 2 else "person")
                one = replace(
                    answer(f"s{day}-{n}", count=0 if reason else 2, edit=edit), at=at, reason=reason
                )
                kind = (IntentKind.RENAME, IntentKind.IMPORT)[n % 2]
                actions = tuple(replace(a, intent=kind, p=0.5 + 0.08 * n) for a in one.actions)
                taken = Verdict.ACCEPTED if (day * 5 + n) % 14 < day else Verdict.REJECTED
                store.decide(replace(one, actions=actions), [Decided(a.n, taken) for a in actions], at)


@pytest.mark.parametrize(
    ("size", "scene", "changes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_looks(snap_compare, tmp_path, size, scene, changes):
    stage = make_stage(tmp_path, **changes)

    async def play(pilot) -> None:
        stage.pilot = pilot
        await stage.until(lambda: stage.app.board.model)
        await scene(stage)
        await pilot.pause()
        await asyncio.sleep(0.05)
        await pilot.pause()

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize(
    ("size", "filled"),
    [((140, 50), True), ((60, 90), True), ((60, 34), False)],
    ids=["wide", "narrow", "none"],
)
def test_nights_look(snap_compare, tmp_path, utc, size, filled):
    if filled:
        recorded(tmp_path)
    stage = make_stage(tmp_path)

    async def play(pilot) -> None:
        stage.pilot = pilot
        await stage.until(lambda: stage.app.board.model)
        await nights_screen(stage)
        await pilot.pause()
        await asyncio.sleep(0.05)
        await pilot.pause()

    assert snap_compare(stage.app, terminal_size=size, run_before=play)
