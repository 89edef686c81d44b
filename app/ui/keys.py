"""The keys and when each can be used. Every binding has an id, so that a person may map it to another key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from textual.app import SystemCommand
from textual.binding import ActiveBinding, Binding, BindingType

from engine.errors import SettingsProblem


def _key(
    keys: str, action: str, name: str, what: str, *, show: bool = True, display: str | None = None
) -> Binding:
    """A binding whose id is its action's name."""
    return Binding(
        keys,
        action,
        name,
        tooltip=what,
        show=show,
        key_display=display,
        id=action.partition("(")[0].replace("_", "-"),
    )


KEYS: list[BindingType] = [
    _key("tab,enter", "accept_all", "Accept", "Accept the whole chain"),
    _key("space", "accept_to_here", "To here", "Accept all edits up to and with the selected one"),
    _key("x", "leave_out", "Leave out", "Leave the selected edit out; the rest stays open"),
    _key("escape", "reject", "Reject", "Reject the chain"),
    _key("e", "edit", "Edit", "Change the selected edit's new text, then accept it"),
    _key("n,j,down", "next", "Next", "Select the next edit", show=False),
    _key("p,k,up", "previous", "Previous", "Select the previous edit", show=False),
    _key("shift+down", "diff_down", "Diff down", "Scroll the diff down", show=False),
    _key("shift+up", "diff_up", "Diff up", "Scroll the diff up", show=False),
    _key("u", "undo", "Undo", "Take back what was applied last"),
    _key("w", "why", "Why", "Say why it is silent, or why it shows this"),
    _key("b", "roll_back", "Back", "Go back to the adapter before, or to the model as it is", show=False),
    _key("N", "nights", "Nights", "Show the nights: what was learnt, and how Ripple fares", show=False),
    _key("t", "train", "Train", "Train a night now from what was decided; again to stop it", show=False),
    _key("z", "snooze", "Snooze", "Be silent for some minutes; again to wake"),
    _key("g", "first_edit", "First edit", "Make the first edit of the guide"),
    _key("question_mark", "keys", "Keys", "Show all keys", display="?"),
    _key("q,ctrl+c", "quit", "Quit", "Leave", show=False),
]

NAMES = frozenset(binding.id for binding in KEYS if isinstance(binding, Binding) and binding.id)
"""What an entry of the setting `keys` may name."""

DECIDING = frozenset({"accept_all", "accept_to_here", "leave_out", "edit", "reject"})
"""Actions that decide about the open suggestion: asleep while it is new, and while another decision runs."""
MOVING = frozenset({"next", "previous", "diff_down", "diff_up"})


@dataclass(frozen=True, slots=True)
class Moment:
    """What decides whether a key can be used."""

    started: bool
    open: bool
    """Something is still to be decided."""
    shown: bool
    """A chain is on the screen, decided or not."""
    fresh: bool
    """It came up so recently that a key may have been meant for the editor."""
    busy: bool
    """A decision is being carried out."""
    editing: bool
    undoable: bool
    first_edit: bool
    """The guide waits for its first edit."""
    adapted: bool
    """An adapter decides."""


def usable(action: str, moment: Moment) -> bool | None:
    """Whether an action can be used: False hides its key, None shows it greyed."""
    if moment.editing and (action in DECIDING or action in MOVING):
        return False
    match action:
        case name if name in DECIDING:
            return True if moment.open and not moment.fresh and not moment.busy else None
        case name if name in MOVING:
            return True if moment.shown else None
        case "undo":
            return True if moment.undoable and not moment.busy else None
        case "roll_back":
            return True if moment.adapted and not moment.busy else None
        case "why" | "snooze" | "train":
            return True if moment.started else None
        case "first_edit":
            return moment.first_edit and moment.started
        case _:
            return True


def keymap(entries: Iterable[str]) -> dict[str, str]:
    """The setting `keys` as Textual's map from a binding's id to its keys; raises SettingsProblem."""
    mapped: dict[str, str] = {}
    for entry in entries:
        name, _, keys = (part.strip() for part in entry.partition("="))
        if name not in NAMES or not keys:
            raise SettingsProblem(
                f"`keys` holds `{entry}`, which maps no action to a key.",
                f"Write it like accept-all=f2; the actions are {', '.join(sorted(NAMES))}.",
            )
        mapped[name] = keys
    return mapped


def palette(
    bindings: Iterable[ActiveBinding], run: Callable[[str], Awaitable[bool]]
) -> Iterator[SystemCommand]:
    """The command palette's entries: what the keys can do now, each once."""
    seen: set[str] = set()
    for active in bindings:
        binding = active.binding
        if active.enabled and binding.id in NAMES and binding.action not in seen:
            seen.add(binding.action)
            yield SystemCommand(
                binding.tooltip, f"Key: {binding.key_display or binding.key}", partial(run, binding.action)
            )
