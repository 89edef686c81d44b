"""The README's picture: the real app on the sample project, with the chain that follows from its first edit.

    python -m tests.screenshot

writes app/ui/accept.svg anew; a test compares what the picture says with what the app shows.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from html import unescape
from pathlib import Path

from app.demo_guide import copy_sample, make_first_edit
from app.ui.app import RippleApp
from engine.config import Settings
from engine.session import Session

PICTURE = Path(__file__).parent.parent / "app" / "ui" / "accept.svg"
SIZE = (120, 26)
SELECTED = "library/letters.py"
"""The file whose action is selected."""
CELL = 12.2
"""Units of the picture that a character is wide."""
PATIENCE = 2000
"""Hundredths of a second to wait for something."""


async def take(folder: Path, *, structure_only: bool = False) -> str:
    """The moment in which the chain can be accepted, as SVG; `folder` becomes the person's home."""
    root = copy_sample(folder)
    settings = Settings.load(
        {
            "HOME": str(folder),
            "RIPPLE_DATA_DIR": str(folder / "data"),
            "RIPPLE_CACHE_DIR": str(folder / "cache"),
            "RIPPLE_CONFIG_FILE": str(folder / "config.toml"),
        }
    )
    app = RippleApp(
        root, settings, lambda emit: Session(root, settings, emit, structure_only=structure_only), env={}
    )
    async with app.run_test(size=SIZE) as pilot:

        async def until(true) -> None:
            for _ in range(PATIENCE):
                await pilot.pause(0.01)
                if true():
                    return
            raise AssertionError("the app never got there")

        await until(lambda: app.board.model)
        make_first_edit(root)
        await until(lambda: app.board.suggestion and app.board.suggestion.final and not app.grace.active)
        app.end_grace()
        while app.main.chain.selected.path != SELECTED:
            await pilot.press("n")
        app.clear_notifications()
        app.main.status.show(app.board, 0)
        await pilot.pause(0.1)
        return app.export_screenshot(title="Ripple", simplify=True)


def text_of(svg: str) -> str:
    """What a picture says, line by line, each text at its column."""
    lines: dict[float, str] = {}
    found = re.findall(r'<text [^>]*?x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>', svg)
    for x, y, text in sorted((float(x), float(y), unescape(text)) for x, y, text in found):
        lines[y] = lines.get(y, "").ljust(round(x / CELL)) + text.replace("\xa0", " ")
    return "\n".join(lines[y] for y in sorted(lines))


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory(prefix="ripple-") as folder:
        os.environ["HOME"] = str(Path(folder).resolve())  # the status line shortens it to ~
        PICTURE.write_text(asyncio.run(take(Path(folder).resolve())), encoding="utf-8")
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
