"""The adapters of a model as rows and as lines, and which model's they are."""

from __future__ import annotations

import time
from dataclasses import dataclass

from engine.config import Settings
from engine.errors import ModelProblem
from engine.model.adapters import Adapter, Adapters
from engine.model.library import EMBEDDED, Library, decides, digest
from engine.model.predictor import EMBEDDED as EMBEDDED_FILE

DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Base:
    """The model that adapters belong to."""

    name: str
    sha256: str


def base_of(settings: Settings, library: Library) -> Base:
    """The model of these settings; one that is listed is not read. Raises ModelProblem, FileProblem."""
    if settings.model is None:
        if not EMBEDDED_FILE.is_file():
            raise ModelProblem(
                "No model comes with this copy of Ripple, so there are no adapters.",
                "`ripple model add FILE`, then `ripple model use NAME`.",
            )
        return Base(EMBEDDED, digest(EMBEDDED_FILE))
    for known in library.all():
        if decides(settings, known) and not known.state:
            return Base(known.name, known.sha256)
    return Base(settings.model.name, digest(settings.model))


def adapters_of(settings: Settings, base: Base) -> Adapters:
    """The adapters of a base model."""
    return Adapters(settings.data_dir, base.sha256)


def kept(adapters: Adapters) -> tuple[tuple[Adapter, ...], str]:
    """Those that are kept, and the name of the one that runs, "" for none or DAMAGED."""
    try:
        found = adapters.all()
    except ModelProblem:
        return (), DAMAGED
    return found, next((one.name for one in found if one.current), "")


def lines(adapters: tuple[Adapter, ...]) -> list[str]:
    """One line each, the one that runs with a star."""
    return [
        f"{'*' if one.current else ' '} {one.name}  {one.size / 2**20:,.1f} MB  {when(one.at)}"
        for one in adapters
    ]


def when(at: float) -> str:
    """A time as the person's clock showed it."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
