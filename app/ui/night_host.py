"""The app's part in the nights: it offers one, runs it as a process, and says how far it is."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import datetime
from typing import Final

from textual import work

from app.night_offer import Outlook, outlook
from app.night_process import NightProcess, NoTrainer, Progress, check_trainer
from app.ui.host import SessionHost
from app.ui.messages import LookedAround, NightOver, NightSaid
from app.ui.port import OpenSession
from engine import nights
from engine.config import Settings

LOOK_SECONDS: Final = 15.0
"""How often it is looked whether a night is at work or should be offered."""


class NightHost(SessionHost):
    """Owns the night that the person has started here."""

    def __init__(self, open_session: OpenSession, settings: Settings) -> None:
        super().__init__(open_session)
        self.settings = settings
        self.night: NightProcess | None = None

    def on_mount(self) -> None:
        """Hear of a terminal that is closed: the night would be left without anybody to listen."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.hang_up)

    def hang_up(self) -> None:
        """The terminal is gone: ask the night to stop, then go the way that one always goes."""
        if self.night is not None:
            self.night.ask_to_stop()
        asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGHUP)

    @work(thread=True, exit_on_error=False, group="night")
    def run_night(self) -> None:
        """Run a night to its end, and say how it ended, in every case."""
        said, code, begun = Progress("begun", None, ""), 1, time.time()
        try:
            check_trainer()
            self.night = NightProcess(self.settings.data_dir, heard=True)
            for said in self.night.progress():
                self.post_message(NightSaid(said))
            code = self.night.wait()
        except NoTrainer as problem:
            said = Progress("", None, f"{problem.message} {problem.hint}")
        finally:
            if self.night is not None:
                self.night.stop()
                self.night = None
            ours = (one for one in nights.nights(self.settings.data_dir) if (one.ended or 0) >= begun)
            self.post_message(NightOver(code, said.words, next(ours, None)))

    @work(thread=True, exit_on_error=False, group="look", exclusive=True)
    def look_around(self, idle: float) -> None:
        """See whether a night is at work elsewhere, or should be offered."""
        seen = Outlook() if self.night is not None else outlook(self.settings, idle, datetime.now())
        self.post_message(LookedAround(seen))

    @work(thread=True, exit_on_error=False, group="stop-night")
    def stop_night(self) -> None:
        """End the night; it goes on from there when it is started again."""
        if self.night is not None:
            self.night.stop()

    def on_unmount(self) -> None:
        """What was started here ends with the app."""
        if self.night is not None:
            self.night.stop()
