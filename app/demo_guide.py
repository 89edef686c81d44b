"""The bundled sample project and its guide: copy it, make the first edit, take the person through it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from engine.errors import FileProblem
from engine.files import encode, read, write_atomic
from engine.types import Applied, Event, Silence, Suggestion, Undone

SAMPLE = Path(__file__).parent / "sample"
NAME = "library"
"""The folder the sample is copied to, and the name the interface gives it."""


@dataclass(frozen=True, slots=True)
class FirstEdit:
    """The rename that the sample project invites to."""

    path: str
    old: str
    new: str
    line: str
    """The line to change, as it stands in the sample."""

    @property
    def changed(self) -> str:
        """The line after the edit."""
        return self.line.replace(self.old, self.new)


FIRST_EDIT = FirstEdit(
    path="library/fees.py",
    old="late_fee",
    new="overdue_fine",
    line="def late_fee(loan: Loan, today: date) -> Decimal:",
)


def copy_sample(parent: Path | None = None) -> Path:
    """Copy the sample into a new folder (a temporary one without `parent`) and return the project's root."""
    folder = parent or Path(tempfile.mkdtemp(prefix="ripple-"))
    root = folder / NAME
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return root.resolve()


def make_first_edit(root: Path, edit: FirstEdit = FIRST_EDIT) -> None:
    """Save the first edit into the project as an editor would; FileProblem where its line is gone."""
    target = root / edit.path
    file = read(target)
    if edit.line not in file.text:
        raise FileProblem(
            f"{edit.path} no longer holds the line `{edit.line}`.",
            hint="Rename something else in your editor, or start again with `ripple demo`.",
        )
    text = file.text.replace(edit.line, edit.changed, 1)
    write_atomic(target, encode(text, file), file.mode)


class Step(Enum):
    """Where the person stands in the guide."""

    EDIT = 1
    ACCEPT = 2
    UNDO = 3
    DONE = 4


TEXTS = {
    Step.EDIT: (
        "Make the first edit",
        "Press g and Ripple makes it for you, or do it in any editor and save:\n"
        f"{FIRST_EDIT.path}: rename {FIRST_EDIT.old} to {FIRST_EDIT.new} where it is defined.",
    ),
    Step.ACCEPT: (
        "Ripple found what follows",
        "Press Tab to accept all of it, Space all up to the selected one; x leaves one out. n and p move.",
    ),
    Step.UNDO: (
        "Done, in every file at once",
        "Press u to take it all back.",
    ),
    Step.DONE: (
        "That is all there is to it",
        "On your own project: ripple PATH, in a terminal beside your editor. q leaves, ? shows all keys.",
    ),
}


class Guide:
    """Follows what happens in the sample project and says what to do next."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.step = Step.EDIT

    @property
    def title(self) -> str:
        """The step's headline, with its number."""
        title = TEXTS[self.step][0]
        return title if self.step is Step.DONE else f"Step {self.step.value} of 3: {title}"

    @property
    def text(self) -> str:
        """What to do now."""
        return TEXTS[self.step][1]

    def follow(self, event: Event, *, open_chain: bool) -> None:
        """Move on (or back) with what the session tells; `open_chain`: something is still to be decided."""
        match event, self.step:
            case Suggestion(), Step.EDIT:
                self.step = Step.ACCEPT
            case Silence(), Step.ACCEPT if not open_chain:
                self.step = Step.EDIT
            case Applied(), Step.ACCEPT if not open_chain:
                self.step = Step.UNDO
            case Undone(), Step.UNDO:
                self.step = Step.DONE
            case _:
                pass

    def rejected(self) -> None:
        """The person has seen a rejection instead; what was rejected is not offered again."""
        if self.step is Step.ACCEPT:
            self.step = Step.DONE
