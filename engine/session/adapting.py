"""Which adapter decides: the one that is current on the disk, taken up between two predictions."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ModelProblem
from engine.model.adapters import Adapters, Stamp
from engine.model.predictor import Adaptable, Predictor
from engine.types import Event, Failed, ModelChanged

PLAIN = "The model decides without an adapter."


class Adapting:
    """Keeps a predictor at the adapter that its model's pointer names. Not thread-safe."""

    def __init__(self, data_dir: Path, predictor: Predictor) -> None:
        self._predictor = predictor
        self._adapters: Adapters | None = None
        self._seen: Stamp | None = None
        if isinstance(predictor, Adaptable):
            self._adapters = Adapters(data_dir, predictor.info.sha256)

    @property
    def outdated(self) -> bool:
        """Whether the pointer has changed since it was followed: one stat, from any thread."""
        return self._adapters is not None and self._adapters.stamp() != self._seen

    def follow(self) -> tuple[Event, ...]:
        """Take up what is current, and what to tell of it; only while no prediction is under way.

        An adapter that cannot be used is told once, and the model decides without one.
        """
        if self._adapters is None or not isinstance(self._predictor, Adaptable) or not self.outdated:
            return ()
        before, self._seen = self._predictor.info, self._adapters.stamp()
        told: tuple[Event, ...] = ()
        try:
            self._predictor.set_adapter(self._adapters.current())
        except ModelProblem as problem:
            self._predictor.set_adapter(None)
            told = (Failed(problem.title, f"{problem.message} {PLAIN}", problem.hint),)
        after = self._predictor.info
        return told if after == before else (*told, ModelChanged(after))

    def roll_back(self) -> None:
        """Make the one before current, or none; `follow` takes it up. Raises ModelProblem, FileProblem."""
        if self._adapters is None:
            raise ModelProblem("No model decides, so there is no adapter to go back from.")
        self._adapters.rollback()
