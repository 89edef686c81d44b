"""One running server: the handshake, its documents, what it says of them, and its end."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.io_ import run
from pygls.lsp.client import LanguageClient
from pygls.uris import to_fs_path

from engine.lsp import wire
from engine.lsp.positions import Encoding
from engine.lsp.process import Process
from engine.lsp.table import Found, interpreter
from engine.lsp.wire import Complaint, Offer, Progress, Published

START: Final = 60.0
"""Seconds that a server has to say what it can do; one in Java may need half of them."""
ANSWER: Final = 10.0
"""Seconds that it has for its fixes of one save, all of them together."""
GLANCE: Final = 0.05
"""Seconds after which it is asked again whether they are still wanted."""
LAST_WORDS: Final = 0.5
MOST_ERRORS: Final = 20
"""Messages that cannot be read before a server is given up."""

_LOGGER = logging.getLogger("pygls")
_LOGGER.addHandler(logging.NullHandler())
_LOGGER.propagate = False  # what a server does wrong is ours to tell, not the terminal's to show

T = TypeVar("T")


class ServerGone(Exception):
    """The server has ended, does not answer or does not speak the protocol."""


class _Client(LanguageClient):
    """pygls's client over a process of ours: its own would open sockets to its child."""

    errors = 0

    def serve(self, process: Process) -> None:
        """Handle what comes in until it ends; raises OSError."""
        run(self._stop_event, process.output, self.protocol, _LOGGER, self._count)

    def speak(self, process: Process) -> None:
        """Send to this process."""
        self.protocol.set_writer(process)

    def _count(self, error: Exception, _: object) -> None:
        self.errors += 1
        if self.errors > MOST_ERRORS:
            raise OSError("it sends what cannot be read") from error

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Requests that we do not serve are answered by pygls; no more is to be done."""


@dataclass(frozen=True, slots=True)
class _Until:
    """How long an answer is waited for."""

    moment: float
    """By time.monotonic."""
    wanted: Callable[[], bool] = lambda: True
    """Whether anybody still waits."""


class Connection:
    """A started server; `heard` and `ended` are called on its reading thread."""

    def __init__(
        self,
        found: Found,
        root: Path,
        heard: Callable[[Published | Progress], None],
        ended: Callable[[], None],
    ) -> None:
        """Starts the process; raises OSError."""
        self.name = found.name
        self.encoding: Encoding = "utf-16"
        self._root = root
        self._server = found.server
        self._heard = heard
        self._tell_end = ended
        self._pending: set[Future[object]] = set()
        self._ended = threading.Event()
        self._works: dict[int | str, str] = {}
        """What it works at, by its own word: the title of each piece of work."""
        self._resolves = False
        self._client = _Client("ripple", "1", converter_factory=wire.converter)
        self._serve_requests()
        self._process = Process(found.command, root)
        self._client.speak(self._process)
        self._reading = threading.Thread(target=self._read, name=f"lsp-{found.name}", daemon=True)
        self._reading.start()

    @property
    def alive(self) -> bool:
        """Whether it still speaks."""
        return not self._ended.is_set()

    @property
    def busy(self) -> bool:
        """Whether it works at something, by its own word."""
        return bool(self._works)

    def begin(self, seconds: float = START) -> None:
        """Shake hands; raises ServerGone."""
        uri = self._root.as_uri()
        params = types.InitializeParams(
            process_id=os.getpid(),
            client_info=types.ClientInfo("ripple"),
            root_uri=uri,
            root_path=str(self._root),
            workspace_folders=[types.WorkspaceFolder(uri, self._root.name)],
            capabilities=wire.CAPABILITIES,
            initialization_options=dict(self._server.options),
        )
        can = self._result(self._client.initialize(params), seconds).capabilities
        encoding = str(getattr(can.position_encoding, "value", can.position_encoding))
        self.encoding = cast(Encoding, encoding) if encoding in {"utf-8", "utf-32"} else "utf-16"
        actions = can.code_action_provider
        self._resolves = isinstance(actions, types.CodeActionOptions) and bool(actions.resolve_provider)
        self._client.initialized(types.InitializedParams())
        self.configure()

    def configure(self) -> None:
        """Hand over the settings, which name the Python of the project's environment."""
        settings = types.DidChangeConfigurationParams(self._configuration())
        self._client.workspace_did_change_configuration(settings)

    def open(self, path: str, language: str, text: str, version: int) -> None:
        """Hand a file over."""
        item = types.TextDocumentItem(self._uri(path), language, version, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, path: str, text: str, version: int) -> None:
        """A file that is open has a new text, and is saved."""
        uri = self._uri(path)
        document = types.VersionedTextDocumentIdentifier(version, uri)
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self._client.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))
        saved = types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri), text)
        self._client.text_document_did_save(saved)

    def close(self, path: str) -> None:
        """A file is of no more interest."""
        identifier = types.TextDocumentIdentifier(self._uri(path))
        self._client.text_document_did_close(types.DidCloseTextDocumentParams(identifier))

    def touched(self, path: str, there: bool) -> None:
        """A file on disk is new or changed, or it is gone."""
        kind = types.FileChangeType.Changed if there else types.FileChangeType.Deleted
        events = [types.FileEvent(self._uri(path), kind)]
        self._client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    def offers(
        self, path: str, complaints: Sequence[Complaint], wanted: Callable[[], bool]
    ) -> list[list[Offer]]:
        """What the server would write against each complaint; nothing where it does not say so in time."""
        until = _Until(time.monotonic() + ANSWER, wanted)
        document = types.TextDocumentIdentifier(self._uri(path))
        kinds = [types.CodeActionKind.QuickFix]
        asked = [
            self._client.text_document_code_action(
                types.CodeActionParams(document, one.raw.range, types.CodeActionContext([one.raw], kinds))
            )
            for one in complaints
        ]
        return [list(self._offers(self._answer(future, until), until)) for future in asked]

    def answers(self, path: str, wanted: Callable[[], bool]) -> bool:
        """Whether it still answers what it is asked."""
        start = types.Position(0, 0)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(self._uri(path)),
            types.Range(start, start),
            types.CodeActionContext([], [types.CodeActionKind.QuickFix]),
        )
        until = _Until(time.monotonic() + ANSWER, wanted)
        asked = self._client.text_document_code_action(params)
        self._try(asked, until)
        return asked.done() and not asked.cancelled()

    def cut(self) -> None:
        """End what is being waited for, from another thread; `end` must still follow."""
        self._process.kill()

    def end(self) -> None:
        """Say good-bye, then make sure."""
        if self.alive:
            self._try(self._client.shutdown(None), _Until(time.monotonic() + LAST_WORDS))
            self._client.exit(None)
        self._process.end()
        self._reading.join(LAST_WORDS)

    # -- what it says

    def _read(self) -> None:
        try:
            self._client.serve(self._process)
        except (OSError, ValueError):  # the pipe is closed or carries something else; `_reason` tells
            return
        finally:
            self._ended.set()
            for future in tuple(self._pending):
                future.cancel()
            self._tell_end()

    def _serve_requests(self) -> None:
        """What servers ask or tell of their own accord."""
        serves: dict[str, Callable[..., object]] = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: self._published,
            types.PROGRESS: self._worked,
            types.WORKSPACE_CONFIGURATION: self._asked_settings,
            types.CLIENT_REGISTER_CAPABILITY: _nothing,
            types.CLIENT_UNREGISTER_CAPABILITY: _nothing,
            types.WINDOW_WORK_DONE_PROGRESS_CREATE: _nothing,
            types.WINDOW_SHOW_MESSAGE_REQUEST: _nothing,
        }
        for method, answer in serves.items():
            self._client.feature(method)(partial(answer))  # pygls writes on it, which methods do not allow

    def _published(self, params: types.PublishDiagnosticsParams) -> None:
        path = self._path(params.uri)
        if path is not None:
            complaints = tuple(wire.complaint(one, self.name) for one in params.diagnostics)
            self._heard(Published(path, params.version, complaints))

    def _worked(self, params: types.ProgressParams) -> None:
        kind, title = wire.progress(params.value)
        if kind == "begin":
            self._works[params.token] = title
            self._heard(Progress(title, False))
        elif kind == "end" and params.token in self._works:
            self._heard(Progress(self._works.pop(params.token), True))

    def _asked_settings(self, params: types.ConfigurationParams) -> list[object]:
        settings = self._configuration()
        return [wire.section(settings, item.section or "") for item in params.items]

    def _configuration(self) -> dict[str, object]:
        python = interpreter(self._root)
        own: dict[str, object] = {"python": {"pythonPath": python}} if python else {}
        return {**own, **self._server.settings}

    def _offers(self, actions: Iterable[types.Command | types.CodeAction], until: _Until) -> Iterable[Offer]:
        for action in actions:
            if not isinstance(action, types.CodeAction) or action.disabled is not None:
                continue
            whole: types.CodeAction | None = action
            if action.edit is None and self._resolves and action.data is not None:
                whole = self._try(self._client.code_action_resolve(action), until)
            if whole is None or whole.edit is None:
                continue
            edits = wire.edits(whole.edit, self._path)
            if edits is not None:
                yield Offer(whole.title, bool(whole.is_preferred), edits)

    # -- inside

    def _uri(self, path: str) -> str:
        return (self._root / path).as_uri()

    def _path(self, uri: str) -> str | None:
        """The project's file that a URI names, or None."""
        name = to_fs_path(uri)
        if not name or not Path(name).is_relative_to(self._root):
            return None
        return Path(name).relative_to(self._root).as_posix()

    def _result(self, future: Future[T], seconds: float) -> T:
        """What was asked for; raises ServerGone."""
        pending = cast("Future[object]", future)
        self._pending.add(pending)
        try:
            if not self.alive:
                raise ServerGone(self._reason())
            return future.result(max(seconds, 0))
        except TimeoutError:
            raise ServerGone(f"it does not answer within {seconds:.0f} s") from None
        except CancelledError:
            raise ServerGone(self._reason()) from None
        except JsonRpcException as error:
            raise ServerGone(f"it refuses: {error.message}") from None
        finally:
            self._pending.discard(pending)

    def _answer(
        self, future: Future[Sequence[types.Command | types.CodeAction] | None], until: _Until
    ) -> Sequence[types.Command | types.CodeAction]:
        return self._try(future, until) or ()

    def _try(self, future: Future[T], until: _Until) -> T | None:
        """The same by a moment, or None."""
        while True:
            try:
                return self._result(future, min(GLANCE, until.moment - time.monotonic()))
            except ServerGone:
                late = time.monotonic() >= until.moment or not until.wanted()
                if late or future.done() or not self.alive:
                    return None

    def _reason(self) -> str:
        self._reading.join(LAST_WORDS)
        code = self._process.code
        return "it does not speak the protocol" if code is None else f"it ended with exit code {code}"


def _nothing(params: object) -> None:
    """The answer to what needs none."""
