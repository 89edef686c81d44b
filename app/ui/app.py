"""The terminal app: what happens on a key and when the session speaks. The screens draw what is seen."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from textual.app import SystemCommand
from textual.screen import Screen

from app.demo_guide import Guide, Step, make_first_edit
from app.foreign import safe
from app.night_process import Progress
from app.ui.board import Board
from app.ui.grace import Clock, Grace
from app.ui.keys import KEYS, Moment, keymap, palette, usable
from app.ui.messages import Counted, Explained, LookedAround, NightOver, NightSaid, SessionSaid
from app.ui.night_host import LOOK_SECONDS, NightHost
from app.ui.port import OpenSession
from app.ui.screens.help import HelpScreen, key_table
from app.ui.screens.main import MainScreen
from app.ui.screens.why import WhyScreen
from app.ui.texts import Texts
from app.ui.theme import other, theme_for
from app.ui.widgets.chain import ChainList
from app.ui.widgets.editor import NewTextEditor
from app.ui.widgets.status import night_words
from app.ui.wording import ending, model_name
from engine.config import Settings
from engine.types import Failed, ModelChanged, Refused, Rejected, Saved, Suggestion

if TYPE_CHECKING:
    from app.ui.screens.nights import NightsScreen


class RippleApp(NightHost):
    """Shows what follows from the last save, and takes the person's decision to the session."""

    TITLE = "Ripple"
    CSS_PATH = "app.tcss"
    BINDINGS = KEYS

    def __init__(
        self,
        root: Path,
        settings: Settings,
        open_session: OpenSession,
        *,
        guide: Guide | None = None,
        clock: Clock = time.monotonic,
        env: Mapping[str, str] = os.environ,
    ) -> None:
        super().__init__(open_session, settings)
        self.guide, self.clock = guide, clock
        self.board = Board(root)
        self.texts = Texts(root)
        self.grace = Grace(settings.grace_ms, clock)
        self.snoozed_until = 0.0
        self.saved_at = self.looked_at = clock()
        self.theme = theme_for(env)
        self.main = MainScreen(guide)
        self.nights: NightsScreen | None = None
        self.set_keymap(keymap(settings.keys))

    def get_default_screen(self) -> Screen[None]:
        """The main screen; only panels lie above it."""
        return self.main

    def on_main_screen_composed(self) -> None:
        """Start the session, and the clock of the countdown."""
        self.set_interval(1.0, self.tick)
        self.draw()
        self.start_session()

    # What the session and the widgets say.

    def on_session_said(self, message: SessionSaid) -> None:
        """Take an event in, then draw."""
        if not self.screen_stack:
            return  # the app is closing
        event, before = message.event, self.board.suggestion
        told = isinstance(event, Refused) and event.reason in self.board.refused.values()
        self.board.follow(event)
        if self.guide is not None:
            self.guide.follow(event, open_chain=bool(self.board.open_actions))
        match event:
            case Saved() if self.session is not None:
                self.saved_at = self.clock()
                self.board.offered = 0
                self.predict(self.session)
            case Suggestion() if before is None or before.id != event.id:
                self.begin_chain()
            case Rejected() if self.board.suggestion is None and self.guide is not None:
                self.guide.rejected()
            case Refused(reason=reason) if not told:
                self.notify(safe(reason), title="Not applied", severity="warning", markup=False)
            case ModelChanged() if self.board.suggestion is not None or self.screen is not self.main:
                self.notify(self.board.outcome, markup=False)
            case Failed(title=title, message=text, hint=hint):
                self.notify(
                    safe(f"{text} {hint}".strip()), title=safe(title), severity="warning", markup=False
                )
        same = (
            before is not None and self.board.suggestion is not None and before.id == self.board.suggestion.id
        )
        self.main.show_chain(self.board, same=same, fresh=self.grace.active)
        self.draw()

    def begin_chain(self) -> None:
        """A new suggestion starts the moment in which keys sleep; a longer chain of the same one does not."""
        self.texts.forget()
        self.main.editor.display = False
        self.grace.start()
        self.set_timer(self.grace.seconds + 0.01, self.end_grace)

    def end_grace(self) -> None:
        """Wake the deciding keys, unless a newer suggestion has put them to sleep again."""
        self.main.show_fresh(self.grace.active)
        self.refresh_bindings()

    def on_chain_list_selected(self, message: ChainList.Selected) -> None:
        """Show the selected action's diff."""
        self.main.show_action(
            message.action, len(self.main.chain.actions), self.texts.of(message.action.path)
        )
        self.refresh_bindings()

    def on_new_text_editor_saved(self, message: NewTextEditor.Saved) -> None:
        """Accept the action with the person's own text."""
        self.main.chain.focus()
        if self.session is not None and self.board.suggestion is not None:
            self.carry_out(
                partial(self.session.correct, self.board.suggestion.id, message.number, message.text)
            )

    def on_new_text_editor_cancelled(self) -> None:
        """Back to the list."""
        self.main.chain.focus()

    def on_counted(self, message: Counted) -> None:
        """What an earlier run applied can be taken back too."""
        self.board.undoable = message.undoable
        self.refresh_bindings()

    def on_night_said(self, message: NightSaid) -> None:
        """Show how far the night is."""
        self.board.follow_night(message.progress)
        self.draw()

    def on_night_over(self, message: NightOver) -> None:
        """Say how the night ended; its adapter, if it has one, is taken up by itself."""
        self.board.follow_night(None)
        if self.nights is not None and self.nights.is_attached:
            self.nights.action_read()
        title, text, failed = ending(message.code, message.words, message.record)
        severity: Literal["warning", "information"] = "warning" if failed else "information"
        self.notify(safe(text), title=title, severity=severity, timeout=20, markup=False)
        self.draw()

    def on_looked_around(self, message: LookedAround) -> None:
        """Show a night that is at work elsewhere, or offer one."""
        self.board.look(message.outlook)
        self.draw()

    def on_explained(self, message: Explained) -> None:
        """Show the panel."""
        self.push_screen(WhyScreen(message.why))

    # What the person wants.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what cannot be done now."""
        started = self.board.model is not None
        first_edit = self.guide is not None and self.guide.step is Step.EDIT
        moment = Moment(
            started=started,
            open=bool(self.board.open_actions),
            shown=self.board.suggestion is not None,
            fresh=self.grace.active,
            busy=self.busy,
            editing=self.main.is_mounted and self.main.editor.display,
            undoable=self.board.undoable > 0,
            first_edit=first_edit,
            adapted=self.board.model is not None and self.board.model.adapter is not None,
        )
        return usable(action, moment)

    def accept(self, actions: Literal["all"] | Sequence[int]) -> None:
        """Take actions of the open suggestion to the session."""
        if self.session is not None and self.board.suggestion is not None:
            self.carry_out(partial(self.session.accept, self.board.suggestion.id, actions))

    def action_accept_all(self) -> None:
        """Accept the whole chain."""
        self.accept("all")

    def action_accept_to_here(self) -> None:
        """Accept up to and including the selected action."""
        self.accept(self.main.chain.up_to_selected())

    def action_edit(self) -> None:
        """Open the selected action's new text for correction."""
        action = self.main.chain.selected
        if action in self.board.open_actions:
            self.main.editor.open(action)

    def action_leave_out(self) -> None:
        """Reject the selected action alone."""
        action = self.main.chain.selected
        if (
            self.session is not None
            and self.board.suggestion is not None
            and action in self.board.open_actions
        ):
            self.carry_out(partial(self.session.reject, self.board.suggestion.id, [action.n]))

    def action_reject(self) -> None:
        """Reject the chain."""
        if self.session is not None and self.board.suggestion is not None:
            self.carry_out(partial(self.session.reject, self.board.suggestion.id))
            self.board.reject()
            if self.guide is not None:
                self.guide.rejected()
            self.draw()

    def action_next(self) -> None:
        """Select the next action."""
        self.main.chain.move(1)

    def action_previous(self) -> None:
        """Select the previous action."""
        self.main.chain.move(-1)

    def action_diff_down(self) -> None:
        """Scroll the diff."""
        self.main.diff.scroll_down(animate=False)

    def action_diff_up(self) -> None:
        """Scroll the diff back."""
        self.main.diff.scroll_up(animate=False)

    def action_undo(self) -> None:
        """Take back what was applied last."""
        if self.session is not None:
            self.carry_out(self.session.undo)

    def action_roll_back(self) -> None:
        """Go back to the adapter before."""
        if self.session is not None:
            self.carry_out(self.session.roll_back)

    def action_why(self) -> None:
        """Ask why."""
        if self.session is not None:
            self.ask(self.session)

    def action_train(self) -> None:
        """Begin a night, or stop the one that was begun here."""
        if self.board.ours:
            self.stop_night()
        elif self.board.night:
            self.notify("Another night is at work; N shows what becomes of it.", markup=False)
        else:
            self.board.follow_night(Progress("begun", None, ""))
            self.run_night()
        self.draw()

    def action_nights(self) -> None:
        """Show the nights; what draws curves is loaded now."""
        from app.ui.screens.nights import NightsScreen

        self.nights = NightsScreen(self.settings.data_dir)
        self.push_screen(self.nights)
        self.call_after_refresh(self.draw)

    def action_snooze(self) -> None:
        """Fall asleep for some minutes, or wake."""
        if self.session is not None:
            minutes = 0 if self.snoozed else self.settings.snooze_minutes
            self.snoozed_until = self.clock() + minutes * 60
            self.carry_out(partial(self.session.snooze, minutes))
            self.draw()

    def action_first_edit(self) -> None:
        """Make the guide's first edit, as an editor would."""
        if self.guide is not None:
            self.carry_out(partial(make_first_edit, self.guide.root))

    def action_keys(self) -> None:
        """Show all keys."""
        self.push_screen(HelpScreen(key_table(self.screen.active_bindings.values(), self.get_key_display)))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette offers what the keys offer now, and the theme."""
        yield SystemCommand(
            "Light or dark", "Change the theme", partial(setattr, self, "theme", other(self.theme))
        )
        yield from palette(self.main.active_bindings.values(), self.run_action)

    @property
    def snoozed(self) -> float:
        """Seconds left of the snooze, 0 when awake."""
        return max(0.0, self.snoozed_until - self.clock())

    def tick(self) -> None:
        """Draw the countdown of a snooze, and its end; take up what adapter is current now."""
        if self.session is not None and self.session.outdated:
            self.refresh_model(self.session)
        if self.clock() - self.looked_at >= LOOK_SECONDS:
            self.looked_at = self.clock()
            self.look_around(self.looked_at - self.saved_at)
        if self.snoozed_until:
            self.draw()
            self.snoozed_until = self.snoozed_until if self.snoozed else 0.0

    def draw(self) -> None:
        """Draw all but the chain, which is drawn when it changes."""
        self.main.show_board(self.board, self.snoozed)
        if self.nights is not None and self.nights.is_attached:
            model = model_name(self.board.model) if self.board.model else ""
            self.nights.show_now(model, night_words(self.board))
        self.refresh_bindings()
