"""What threads tell the interface; handlers on its own loop change widgets."""

from __future__ import annotations

from textual.message import Message

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


class Explained(Message):
    """The session answered why it is silent."""

    def __init__(self, why: Why) -> None:
        super().__init__()
        self.why = why
