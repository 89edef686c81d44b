"""What goes over the wire, in plain words: from lsprotocol's types to ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter

Span = tuple[int, int, int, int]
"""First line and unit, last line and unit, as the server counts."""
Edits = tuple[tuple[str, Span, str], ...]
"""Path, where, new text."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One diagnostic as it came."""

    span: Span
    severity: int
    """1 error, 2 warning, 3 information, 4 hint."""
    code: str
    source: str
    message: str
    raw: types.Diagnostic
    """Handed back when its fixes are asked for."""


@dataclass(frozen=True, slots=True)
class Published:
    """Everything that a server complains of in one file."""

    path: str
    version: int | None
    """Of the text that was looked at, where the server says so."""
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """The server has begun or ended something that takes long."""

    title: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A code action that is nothing but text edits."""

    title: str
    preferred: bool
    edits: Edits


CAPABILITIES = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(
        position_encodings=[
            types.PositionEncodingKind.Utf32,
            types.PositionEncodingKind.Utf8,
            types.PositionEncodingKind.Utf16,
        ]
    ),
    text_document=types.TextDocumentClientCapabilities(
        synchronization=types.TextDocumentSyncClientCapabilities(did_save=True),
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            version_support=True,
            data_support=True,
            tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
        ),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix])
            ),
            resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
            data_support=True,
            is_preferred_support=True,
            disabled_support=True,
        ),
    ),
    window=types.WindowClientCapabilities(work_done_progress=True),
    workspace=types.WorkspaceClientCapabilities(
        configuration=True,
        workspace_folders=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
    ),
)
"""Text edits only: no server of ours makes, moves or runs anything on our behalf."""


_ALONE: Final = Lock()
"""lsprotocol fills its tables when first asked, and two servers may start at once."""


def converter() -> Converter:
    """pygls's converter, which of what a server can do takes only what we use.

    The rest is as long as the protocol, and one odd entry in it would cost the whole handshake.
    """
    with _ALONE:
        made: Converter = default_converter()  # type: ignore[no-untyped-call]  # pygls has no hint there
    made.register_structure_hook(types.InitializeResult, lambda value, _: _handshake(value))

    def actions(value: dict[str, object], _: object) -> types.CodeActionResponse:
        """Those with an edit; lsprotocol takes each that has a command beside it for a mere command."""
        items = value.get("result")
        plain = [
            {key: part for key, part in item.items() if key != "command"}
            for item in (items if isinstance(items, list) else ())
            if isinstance(item, dict) and not isinstance(item.get("command"), str)
        ]
        found = [made.structure(item, types.CodeAction) for item in plain]
        return types.CodeActionResponse(id=str(value.get("id")), result=found)

    made.register_structure_hook(types.CodeActionResponse, actions)
    return made


def _handshake(value: dict[str, dict[str, object]]) -> types.InitializeResult:
    can = value.get("capabilities") or {}
    actions = can.get("codeActionProvider")
    resolves = isinstance(actions, dict) and bool(actions.get("resolveProvider"))
    encoding = can.get("positionEncoding")
    return types.InitializeResult(
        types.ServerCapabilities(
            position_encoding=encoding if isinstance(encoding, str) else "utf-16",
            code_action_provider=types.CodeActionOptions(resolve_provider=resolves),
        )
    )


def complaint(one: types.Diagnostic, server: str) -> Complaint:
    """A diagnostic; one without a severity is taken as an error."""
    severity = int(one.severity) if one.severity is not None else 1
    code = "" if one.code is None else str(one.code)
    return Complaint(span(one.range), severity, code, one.source or server, one.message, one)


def progress(value: object) -> tuple[str, str]:
    """The kind and the title of a word about work that takes long."""
    kind, title = (
        value.get(name, "") if isinstance(value, dict) else getattr(value, name, "")
        for name in ("kind", "title")
    )
    return str(kind), str(title)


def span(where: types.Range) -> Span:
    """A range."""
    return where.start.line, where.start.character, where.end.line, where.end.character


def edits(edit: types.WorkspaceEdit, path_of: Callable[[str], str | None]) -> Edits | None:
    """The text edits of a code action; None where it makes files, or edits what is not the project's."""
    found: list[tuple[str, Span, str]] = []
    for uri, changes in _groups(edit):
        path = path_of(uri)
        if path is None:
            return None
        for one in changes:
            if not isinstance(one, types.TextEdit | types.AnnotatedTextEdit):
                return None
            found.append((path, span(one.range), one.new_text))
    return tuple(found) or None


def _groups(edit: types.WorkspaceEdit) -> Iterable[tuple[str, Iterable[object]]]:
    if edit.document_changes is None:
        yield from (edit.changes or {}).items()
        return
    for change in edit.document_changes:
        if isinstance(change, types.TextDocumentEdit):
            yield change.text_document.uri, change.edits
        else:
            yield "", ()


def section(settings: dict[str, object], name: str) -> object:
    """A part of the settings by its dotted name; None where there is none."""
    value: object = settings
    for part in name.split(".") if name else ():
        value = value.get(part) if isinstance(value, dict) else None
    return value
