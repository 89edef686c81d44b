"""Nights of made-up steps over a tiny model, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.config import Settings
from engine.model.adapters import Adapters
from engine.nights import Night
from tests.engine.model.tiny_gguf import write_adapter, write_model
from trainer import nightly
from trainer.night.desk import Desk, Plan
from trainer.nightly import Step
from trainer.stopping import Stop


def settings(folder: Path) -> Settings:
    """Settings of a home in this folder, with a tiny model of its own."""
    model = folder / "tiny.gguf"
    if not model.exists():
        write_model(model)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return Settings(data, folder / "cache", folder / "config.toml", model=model)


def silent(step: str, share: float | None, words: str) -> None:
    """Hears progress and says nothing."""


def run(folder: Path, steps: list[Step], stop: Stop | None = None, **bounds: float) -> Night:
    return nightly.run(Plan(settings(folder), **bounds), steps, silent, stop or Stop())  # type: ignore[arg-type]


def step(name: str, does: Callable[[Desk], str] = lambda desk: "done") -> Step:
    return Step(name, does)


def writes(desk: Desk) -> str:
    """Make an adapter, another one each night."""
    number = len(list((desk.plan.data_dir / "nights").iterdir()))
    write_adapter(desk.home / "adapter.gguf", desk.night.base, seed=number)
    return "made"


def publishes(desk: Desk) -> str:
    """Publish it for real."""
    path = Adapters(desk.plan.data_dir, desk.night.base).publish(desk.home / "adapter.gguf")
    desk.note(replace(desk.night, adapter=path.stem))
    return "published"


def whole(folder: Path) -> bool:
    """Whether what is current, if anything is, has the content that its name says."""
    model = settings(folder).model
    assert model is not None
    base = hashlib.sha256(model.read_bytes()).hexdigest()
    current = Adapters(settings(folder).data_dir, base).current()
    return current is None or hashlib.sha256(current.read_bytes()).hexdigest().startswith(current.stem)
