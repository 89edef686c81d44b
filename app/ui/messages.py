"""What threads tell the interface; handlers on its own loop change widgets."""

from __future__ import annotations

from textual.message import Message

from app.night_offer import Outlook
from app.night_process import Progress
from engine.nights import Night
from engine.types import Event, Suggestion, Why


class SessionSaid(Message):
    """The session emitted an event."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """A longer chain replaces a shorter one of the same suggestion that nobody has looked at yet."""
        return (
            isinstance(message, SessionSaid)
            and isinstance(self.event, Suggestion)
            and isinstance(message.event, Suggestion)
            and self.event.id == message.event.id
        )


class Counted(Message):
    """The session said how much undo could take back."""

    def __init__(self, undoable: int) -> None:
        super().__init__()
        self.undoable = undoable


class NightSaid(Message):
    """The night that was started here has come further."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress

    def can_replace(self, message: Message) -> bool:
        """Of a burst only the last is shown; what is no progress is not lost."""
        return isinstance(message, NightSaid) and bool(self.progress.step and message.progress.step)


class NightOver(Message):
    """It has ended: with this code, this last word, and this record if it left any."""

    def __init__(self, code: int, words: str, record: Night | None) -> None:
        super().__init__()
        self.code = code
        self.words = words
        self.record = record


class LookedAround(Message):
    """It was looked whether a night is at work or should be offered."""

    def __init__(self, outlook: Outlook) -> None:
        super().__init__()
        self.outlook = outlook


class Explained(Message):
    """The session answered why it is silent."""

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why
