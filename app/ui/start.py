"""Open the terminal app on a project."""

from __future__ import annotations

from pathlib import Path

from app.demo_guide import Guide
from app.ui.app import RippleApp
from engine.config import Settings
from engine.session import Session


def run(root: Path, settings: Settings, *, guided: bool = False, structure_only: bool = False) -> int:
    """Run until the person leaves; `guided` shows the sample project's guide. Returns the exit status."""
    app = RippleApp(
        root.resolve(),
        settings,
        lambda emit: Session(root, settings, emit, structure_only=structure_only),
        guide=Guide(root) if guided else None,
    )
    app.run()
    return app.return_code or 0
