"""The nights: a list, everything about the selected one, and curves of how Ripple fares."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app import night_table
from app.foreign import safe
from app.gathered import Gathered, gather
from app.ui.widgets.curves import ConfidenceCurve, DayCurve, IntentCurve
from engine.nights import Night, NightOutcome

EMPTY = """\
No night yet.

t trains one now, from your decisions and your projects' histories; `ripple nightly install` has one \
begun every night. What it makes is published only if it proves better."""
BESIDE = 120
"""Columns from which on the account and the curves stand side by side, and no line of figures is broken."""
SIGNS = {NightOutcome.PUBLISHED: "●", NightOutcome.KEPT: "○", NightOutcome.FAILED: "✗"}


class NightsScreen(ModalScreen[None]):
    """Covers everything, so that keys of the main screen decide nothing unseen."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (BESIDE, "-wide")]  # noqa: RUF012 - Textual types it as an instance's
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,N", "dismiss", "Close", id="nights-close"),
        Binding("j", "move(1)", "Next", id="nights-next"),
        Binding("k", "move(-1)", "Previous", id="nights-previous"),
        Binding("pagedown,shift+down", "scroll(1)", "Down", id="nights-down", priority=True),
        Binding("pageup,shift+up", "scroll(-1)", "Up", id="nights-up", priority=True),
        Binding("b", "app.roll_back", "Back", id="nights-back"),
        Binding("t", "app.train", "Train", id="nights-train"),
        Binding("r", "read", "Read again", id="nights-read"),
    ]

    class Read(Message):
        """Everything was read."""

        def __init__(self, gathered: Gathered) -> None:
            super().__init__()
            self.gathered = gathered

    def __init__(self, data_dir: Path) -> None:
        super().__init__()
        self.data_dir = data_dir
        self.gathered: Gathered | None = None
        self.list = OptionList(id="nights-list", markup=False)
        self.list.border_title = "Nights"
        self.told = Static(id="nights-told", markup=False)
        self.days, self.intents, self.confidence = DayCurve(), IntentCurve(), ConfidenceCurve()

    def compose(self) -> ComposeResult:
        """The list and the account at the left, the curves at the right; one below the other where narrow."""
        yield Static(id="nights-now", markup=False)
        with Container(id="nights"):
            with VerticalScroll(id="nights-left", can_focus=False):
                yield self.list
                yield self.told
            with VerticalScroll(id="nights-right", can_focus=False):
                yield self.days
                yield self.intents
                yield self.confidence
        yield Static(
            " Esc closes  ↑ ↓ another night  PgDn scrolls  t trains now  b adapter before  r reads again",
            id="nights-keys",
            markup=False,
        )

    def on_mount(self) -> None:
        """Read, off the loop."""
        self.action_read()

    def show_now(self, model: str, night: str) -> None:
        """Name the model that decides, and the night at work if there is one."""
        self.query_one("#nights-now", Static).update(Content(" · ".join(filter(None, [f" {model}", night]))))

    @work(thread=True, exit_on_error=False, group="nights", exclusive=True)
    def action_read(self) -> None:
        """Read everything again."""
        self.post_message(self.Read(gather(self.data_dir)))

    def on_nights_screen_read(self, message: Read) -> None:
        """Draw all of it; the selection stays on its night."""
        before = self.selected
        self.gathered = message.gathered
        self.list.clear_options()
        self.list.add_options(Option(_line(night), id=night.id) for night in self.gathered.nights)
        self.list.display = bool(self.gathered.nights)
        ids = [night.id for night in self.gathered.nights]
        if ids:
            self.list.highlighted = ids.index(before.id) if before is not None and before.id in ids else 0
            self.list.focus()
        self.days.show(self.gathered.diary.days)
        self.intents.show(self.gathered.diary)
        self.show_night()

    def on_option_list_option_highlighted(self) -> None:
        """Another night."""
        self.show_night()

    def action_move(self, step: int) -> None:
        """Select the next or the previous night."""
        if self.list.option_count:
            last = self.list.option_count - 1
            self.list.highlighted = max(0, min(last, (self.list.highlighted or 0) + step))

    def action_scroll(self, step: int) -> None:
        """Scroll whatever is longer than the screen: the whole where narrow, the account where wide."""
        for name in ("#nights", "#nights-left"):
            part = self.query_one(name)
            part.scroll_relative(y=step * (part.size.height - 2), animate=False)

    @property
    def selected(self) -> Night | None:
        """The night that is told of."""
        if self.gathered is None or self.list.highlighted is None:
            return None
        return next(iter(self.gathered.nights[self.list.highlighted :]), None)

    def show_night(self) -> None:
        """Draw what is told of the selected night, and its calibration."""
        if self.gathered is None:
            return
        night = self.selected
        lines = night_table.details(night) if night is not None else EMPTY.split("\n")
        first, *rest = [safe(line) for line in lines]
        problem = [Content(""), Content.styled(safe(self.gathered.problem), "$text-error")]
        told = [Content.styled(first, "bold"), *map(Content, rest)]
        self.told.update(Content("\n").join([*told, *(problem if self.gathered.problem else [])]))
        self.confidence.show(night, self.gathered.diary)


def _line(night: Night) -> Content:
    """A night in the list."""
    sign = SIGNS.get(night.outcome, "·")
    words = f" {night_table.outcome(night):<10}"
    change = night.figures.get("preference")
    gain = f"  {100 * (change.after - change.before):+.1f}" if change else ""
    return Content.assemble(
        (sign, "bold $text-success" if night.outcome is NightOutcome.PUBLISHED else ""),
        f" {night_table.when(night)}",
        (words, "bold"),
        f"{night.counted():>5} pairs",
        (gain, "dim"),
    )
