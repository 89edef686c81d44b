"""The keys that can be used now, as many as the width holds."""

from __future__ import annotations

from textual.binding import ActiveBinding
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static

LAST = "keys"
"""The action whose key is always shown: it leads to all the others."""


def keys_text(shown: list[tuple[ActiveBinding, str]], width: int) -> Content:
    """Bindings with the names of their keys on one line; what cannot be used now is dim and goes first."""
    items = [(active, _item(active, key)) for active, key in shown]

    def too_wide() -> bool:
        return sum(item.cell_length + 2 for _, item in items) > width

    while too_wide() and (spare := [pair for pair in items if not pair[0].enabled]):
        items.remove(spare[-1])
    while too_wide() and (spare := [pair for pair in items if pair[0].binding.action != LAST]):
        items.remove(spare[-1])
    return Content.assemble(" ", Content("  ").join(item for _, item in items))


def _item(active: ActiveBinding, key: str) -> Content:
    """One key and what it does, to be clicked as well."""
    if not active.enabled:
        return Content.styled(f"{key} {active.binding.description}", "dim")
    what = Content(active.binding.description)
    if active.node is active.node.app:
        what = what.stylize(Style.from_meta({"@click": f"app.{active.binding.action}"}))
    return Content.assemble((key, "bold $text-accent"), " ", what)


class KeyBar(Static):
    """The last line of the screen."""

    def __init__(self) -> None:
        super().__init__(id="keys", markup=False)

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self.draw)
        self.draw(self.screen)

    def on_resize(self, event: Resize) -> None:
        """Another width holds other keys."""
        self.draw(self.screen)

    def draw(self, screen: Screen[object]) -> None:
        """Draw the line anew, unless a panel lies over the screen."""
        if not self.is_attached or self.app.screen_stack[-1:] != [screen]:
            return
        shown: dict[str, tuple[ActiveBinding, str]] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.show:
                shown.setdefault(active.binding.action, (active, self.app.get_key_display(active.binding)))
        self.update(keys_text(list(shown.values()), self.app.size.width))
