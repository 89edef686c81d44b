"""The lines of the JSON front end: commands as they come in, events as they go out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from app.foreign import json_line
from engine.errors import EngineError
from engine.types import (
    Action,
    Applied,
    Event,
    Failed,
    ModelChanged,
    ModelInfo,
    Position,
    Ready,
    Refused,
    Rejected,
    Saved,
    Silence,
    Suggestion,
    Undone,
    Why,
    Withdrawn,
)

Json = Mapping[str, object]


class NotUnderstood(EngineError):
    """A line that is no command."""

    title = "Not understood"


@dataclass(frozen=True, slots=True)
class Accept:
    """Write actions of a suggestion."""

    suggestion: str
    actions: Literal["all"] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Correct:
    """Write one action with another text."""

    suggestion: str
    action: int
    new: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Close a suggestion, or leave actions out of it."""

    suggestion: str
    actions: Literal["all"] | tuple[int, ...] = "all"


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what was applied last."""


@dataclass(frozen=True, slots=True)
class AskWhy:
    """Account for the last answer."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End."""


Command = Accept | Correct | Reject | Undo | AskWhy | Quit

KNOWN = "accept, correct, reject, undo, why, quit"


def parse(line: bytes) -> Command:
    """The command of a line; raises NotUnderstood."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood(
            f"This line is not JSON: {_shown(line)}", "Send one JSON object a line."
        ) from error
    if not isinstance(said, dict):
        raise NotUnderstood(f"This line is no JSON object: {_shown(line)}", "Send one JSON object a line.")
    match said.get("do"):
        case "accept":
            return Accept(_text(said, "suggestion"), _numbers(said))
        case "correct":
            return Correct(_text(said, "suggestion"), _number(said.get("action")), _text(said, "new"))
        case "reject":
            return Reject(_text(said, "suggestion"), _numbers(said) if "actions" in said else "all")
        case "undo":
            return Undo()
        case "why":
            return AskWhy()
        case "quit":
            return Quit()
        case other:
            raise NotUnderstood(f"There is no command {json.dumps(other)[:80]}.", f'"do" is one of {KNOWN}.')


def render(event: Event) -> bytes:
    """The line of an event, without its end."""
    return json_line(_fields(event)).encode()


def _fields(event: Event) -> Json:
    match event:
        case Ready(files=files, symbols=symbols, index_ms=index_ms, model=model, model_ms=model_ms):
            counts = {"files": files, "symbols": symbols, "index_ms": index_ms}
            return {"event": "ready", **counts, "model": _model(model), "model_ms": model_ms}
        case Saved():
            return {"event": "saved", **asdict(event)}
        case Suggestion(id=name, edit=edit, final=final, latency=latency, actions=actions):
            head = {"event": "suggestion", "id": name, "edit": edit, "final": final}
            return {**head, "latency_ms": asdict(latency), "actions": [_action(a) for a in actions]}
        case Silence(edit=edit, reason=reason, latency=latency):
            return {"event": "silent", "edit": edit, "reason": reason, "latency_ms": asdict(latency)}
        case Applied():
            return {"event": "applied", **asdict(event)}
        case Refused():
            return {"event": "refused", **asdict(event)}
        case Withdrawn():
            return {"event": "withdrawn", **asdict(event)}
        case Rejected():
            return {"event": "rejected", **asdict(event)}
        case Undone():
            return {"event": "undone", **asdict(event)}
        case Failed():
            return {"event": "error", **asdict(event)}
        case Why():
            return {"event": "why", **asdict(event)}
        case ModelChanged(model=model):
            return {"event": "model", **_model(model)}


def _model(model: ModelInfo) -> dict[str, object]:
    """The model; its prompt format only where it is not Ripple's own."""
    return {name: value for name, value in asdict(model).items() if name != "format" or value}


def _action(action: Action) -> Json:
    """An action; `guess` only where it is one."""
    said: dict[str, object] = {
        "n": action.n,
        "path": action.path,
        "range": {"start": _position(action.range.start), "end": _position(action.range.end)},
        "old": action.old,
        "new": action.new,
        "intent": action.intent.value,
        "p": action.p,
        "why": action.why,
    }
    return {**said, "guess": True} if action.guess else said


def _position(position: Position) -> Json:
    return {"line": position.line, "character": position.character}


def _text(said: Json, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise NotUnderstood(f'"{said["do"]}" needs "{name}", a string.', "Nothing was changed.")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotUnderstood(
            f"{json.dumps(value)[:80]} is not the number of an action.", "Nothing was changed."
        )
    return value


def _numbers(said: Json) -> Literal["all"] | tuple[int, ...]:
    value = said.get("actions")
    if value == "all":
        return "all"
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return tuple(_number(one) for one in value)
    problem = f'"{said["do"]}" needs "actions": "all" or a list of numbers.'
    raise NotUnderstood(problem, "Nothing was changed.")


def _shown(line: bytes) -> str:
    return line[:80].decode("utf-8", "replace").strip()
