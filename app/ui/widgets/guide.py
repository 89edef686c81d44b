"""The guide through the sample project."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from app.demo_guide import Guide


class GuideBanner(Static):
    """One step at a time: what to do now."""

    def __init__(self, guide: Guide) -> None:
        super().__init__(id="guide", markup=False)
        self.guide = guide

    def on_mount(self) -> None:
        """Begin with the first step."""
        self.show()

    def show(self) -> None:
        """Draw the step anew."""
        self.border_title = Content(self.guide.title)
        self.update(Content(self.guide.text))
