"""How figures, paths and states read on the screen: pure functions of plain values, widths in cells."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from textual.content import Content

from app.foreign import safe
from engine.nights import Night, NightOutcome
from engine.types import Action, ModelInfo

STRUCTURE = "structure"
"""The name a ModelInfo carries where no model decides."""

SHORT = 7
"""Characters of an adapter's name, as of a commit's."""


def percent(p: float) -> str:
    """A chance as whole percent; only a certainty reads 100."""
    return "100%" if p >= 1 else f"{min(round(p * 100), 99)}%"


def bar(p: float, width: int) -> tuple[str, str]:
    """The filled and the empty part of a bar, told apart by shape and not by colour alone."""
    filled = max(0, min(width, round(p * width)))
    return "━" * filled, "╌" * (width - filled)


def fit(text: str, width: int) -> str:
    """One line of text cut to the width, with an ellipsis where something is missing."""
    flat = safe(" ".join(text.split()))
    content = Content(flat)
    if content.cell_length <= width:
        return content.plain
    return content.truncate(max(width, 1), ellipsis=True).plain


def short_path(path: str, width: int) -> str:
    """A path cut to the width from the left: the file's name stays as long as anything does."""
    path = safe(path)
    if Content(path).cell_length <= width:
        return path
    parts = PurePosixPath(path).parts
    for start in range(1, len(parts)):
        tail = "/".join(("…", *parts[start:]))
        if Content(tail).cell_length <= width:
            return tail
    name = parts[-1] if parts else path
    if Content(name).cell_length <= width:
        return name
    while Content(name).cell_length > max(width - 1, 0):
        name = name[1:]
    return "…" + name


def place(action: Action, width: int) -> str:
    """Where an action stands: path and line (from 1), the path shortened to what is left."""
    line = f":{action.range.start.line + 1}"
    return short_path(action.path, max(width - len(line), 4)) + line


def duration(ms: float) -> str:
    """Milliseconds as a person reads them."""
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def countdown(seconds: float) -> str:
    """Time left as minutes and seconds, rounded up."""
    whole = max(0, -int(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def chain_title(actions: tuple[Action, ...], left_out: int = 0) -> str:
    """How much follows: "9 edits in 7 files, 1 left out"."""
    files = len({action.path for action in actions})
    guess = "a guess: " if any(action.guess for action in actions) else ""
    less = f", {left_out} left out" if left_out else ""
    return f"{guess}{count(len(actions), 'edit')} in {count(files, 'file')}{less}"


def kind(action: Action) -> str:
    """What an action means, and that it is a guess where it is one."""
    return f"{action.intent}, a guess" if action.guess else action.intent.value


def model_name(model: ModelInfo) -> str:
    """The model and its adapter, or that structure alone decides."""
    if model.name == STRUCTURE:
        return "structure only"
    return f"{model.name} + {short_name(model.adapter)}" if model.adapter else model.name


def short_name(adapter: str) -> str:
    """An adapter's name as long as `ripple model rollback --to` needs it."""
    return safe(adapter[:SHORT])


def home_path(path: Path, home: Path | None = None) -> str:
    """A folder as a shell would show it, with ~ for the home folder."""
    home = home or Path.home()
    if path != home and path.is_relative_to(home):
        return "~/" + path.relative_to(home).as_posix()
    return path.as_posix()


def ending(code: int, words: str, record: Night | None) -> tuple[str, str, bool]:
    """How a night that was run here ended: a title, a sentence, and whether it is a failure."""
    if record is not None:
        failed = record.outcome is NightOutcome.FAILED
        return f"Night: {record.outcome}", f"{record.reason} N shows it.", failed
    if code < 0:
        return "Night: stopped", "The next one goes on from there.", False
    return "Night: not trained", words or f"The trainer ended with code {code}.", True
