"""The app's threads: each is a call into the session, whose outcome comes back as a message."""

from __future__ import annotations

from collections.abc import Callable

from textual import work
from textual.app import App
from textual.worker import Worker, WorkerState, get_current_worker

from app.ui.messages import Counted, Explained, SessionSaid
from app.ui.port import OpenSession, SessionPort
from engine.errors import EngineError
from engine.types import Event, Failed


class SessionHost(App[None]):
    """Owns the session and runs its calls off the interface's loop."""

    def __init__(self, open_session: OpenSession) -> None:
        super().__init__()
        self.open_session = open_session
        self.session: SessionPort | None = None
        self.busy = False
        """A decision is being carried out."""

    def emit(self, event: Event) -> None:
        """Take an event from any thread."""
        self.post_message(SessionSaid(event))

    @work(thread=True, exit_on_error=False, group="start")
    def start_session(self) -> None:
        """Open the database, index, load the model, watch."""
        self.session = self.open_session(self.emit)
        self.session.start()
        self.post_message(Counted(self.session.undoable()))

    @work(thread=True, exit_on_error=False, group="predict", exclusive=True)
    def predict(self, session: SessionPort) -> None:
        """Answer the newest save; a newer one ends this."""
        worker = get_current_worker()
        session.predict(lambda: worker.is_cancelled)

    @work(thread=True, exit_on_error=False, group="refresh", exclusive=True)
    def refresh_model(self, session: SessionPort) -> None:
        """Take up the adapter that is current."""
        session.refresh()

    @work(thread=True, exit_on_error=False, group="ask")
    def ask(self, session: SessionPort) -> None:
        """Ask the session why."""
        self.post_message(Explained(session.why()))

    @work(thread=True, exit_on_error=False, group="decide")
    def decide(self, call: Callable[[], object]) -> None:
        """Carry a decision out."""
        call()

    def carry_out(self, call: Callable[[], object]) -> None:
        """One decision at a time: the deciding keys sleep until it is done."""
        self.busy = True
        self.refresh_bindings()
        self.decide(call)

    def refresh_bindings(self) -> None:
        """Grey keys or wake them, unless a timer or a worker outlives the screens."""
        if self.screen_stack:
            super().refresh_bindings()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The one place where a failure in a thread becomes something that a person sees."""
        if event.worker.group == "decide" and event.worker.is_finished:
            self.busy = False
            self.refresh_bindings()
        if event.state is WorkerState.ERROR:
            match event.worker.error:
                case EngineError() as error:
                    self.emit(Failed(error.title, error.message, error.hint))
                case error:
                    self.emit(Failed("Something went wrong", repr(error), "Please report this; q leaves."))

    def on_unmount(self) -> None:
        """Let the session go."""
        if self.session is not None:
            self.session.close()
