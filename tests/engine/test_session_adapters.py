"""The adapter that decides: taken up at the start, swapped between predictions, rolled back, or told of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.config import Settings
from engine.model.adapters import Adapters
from engine.model.library import digest
from engine.session import Session
from engine.types import Applied, Event, Failed, ModelChanged, Ready, Suggestion
from tests.engine.model.tiny_gguf import Shape, write_adapter, write_model

CART = "def total(items):\n    return sum(items)\n\n\ndef paid(items):\n    return total(items) == 0\n"
SURE = '{"default": {"a": 0.0, "b": 3.0}, "chain": {"floor": null}}'
"""A calibration by which everything is sure, whatever a random model says."""
SAME = Shape()


class Bench:
    """A project with a model of random weights, its adapters, and what the session said."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        (self.root / "cart.py").write_text(CART)
        self.folder = folder
        self.model = write_model(folder / "tiny.gguf", calibration=SURE)
        self.settings = Settings.load({"RIPPLE_DATA_DIR": str(folder / "data"), "RIPPLE_LSP": "0",
                                       "RIPPLE_CACHE_DIR": str(folder / "cache"),
                                       "RIPPLE_MODEL": str(self.model)})  # fmt: skip
        self.adapters = Adapters(self.settings.data_dir, digest(self.model))
        self.events: list[Event] = []
        self.session = Session(self.root, self.settings, self.events.append, lambda paths, burst: None)

    def night(self, number: int, shape: Shape = SAME) -> Path:
        file = write_adapter(self.folder / f"{number}.gguf", self.adapters.base_sha256, shape, seed=number)
        return self.adapters.publish(file)

    def start(self) -> Ready:
        self.session.start()
        return self.last(Ready)

    def rename(self) -> Suggestion:
        (self.root / "cart.py").write_text(CART.replace("def total", "def amount"))
        self.session.observe(frozenset({"cart.py"}))
        self.session.predict(lambda: False)
        return self.last(Suggestion)

    def last(self, kind: type) -> object:
        return next(event for event in reversed(self.events) if isinstance(event, kind))

    def names(self) -> list[str | None]:
        return [event.model.adapter for event in self.events if isinstance(event, ModelChanged)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.session.close()


def test_the_start_takes_the_current_adapter_up(bench: Bench) -> None:
    path = bench.night(1)
    assert bench.start().model.adapter == path.stem
    assert bench.names() == [], "Ready says it"
    assert not bench.session.outdated


def test_without_any_the_model_decides_as_it_is(bench: Bench) -> None:
    assert bench.start().model.adapter is None
    bench.session.refresh()
    assert bench.names() == []


@pytest.mark.parametrize("damage", ["gone", "cut", "pointer", "shape"])
def test_one_that_cannot_be_used_is_told_once_and_the_model_decides(bench: Bench, damage: str) -> None:
    path = bench.night(1, Shape(width=64) if damage == "shape" else SAME)
    if damage == "gone":
        path.unlink()
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-64])
    if damage == "pointer":
        (bench.adapters.folder / "current.json").write_text("{")
    assert bench.start().model.adapter is None
    assert bench.rename().actions
    told = [event for event in bench.events if isinstance(event, Failed)]
    assert len(told) == 1
    assert "without an adapter" in told[0].message
    assert told[0].hint


def test_a_running_session_swaps_and_keeps_the_suggestion(bench: Bench) -> None:
    bench.start()
    shown = bench.rename()
    path = bench.night(1)
    assert bench.session.outdated
    bench.session.refresh()
    assert bench.names() == [path.stem]
    bench.session.refresh()
    assert bench.names() == [path.stem], "told once"
    bench.session.accept(shown.id, "all")
    assert bench.last(Applied).suggestion == shown.id


def test_the_next_prediction_swaps_by_itself(bench: Bench) -> None:
    bench.start()
    path = bench.night(1)
    shown = bench.rename()
    at = [type(event) for event in bench.events]
    assert at.index(ModelChanged) < at.index(Suggestion)
    assert bench.session._desk.chain.answer.model.adapter == path.stem, "logged with what decided"
    assert shown.actions


def test_a_prediction_under_way_ends_with_what_it_began_with(bench: Bench) -> None:
    bench.start()
    (bench.root / "cart.py").write_text(CART.replace("def total", "def amount"))
    bench.session.observe(frozenset({"cart.py"}))
    inside, go_on = threading.Event(), threading.Event()
    decide = bench.session._thinker.predictor.decide

    def slow(*arguments):
        inside.set()
        assert go_on.wait(10)
        yield from decide(*arguments)

    bench.session._thinker.predictor.decide = slow
    thread = threading.Thread(target=bench.session.predict, args=(lambda: False,))
    thread.start()
    assert inside.wait(10)
    path = bench.night(1)
    bench.session.refresh()
    assert bench.names() == [], "nothing waits, nothing swaps"
    go_on.set()
    thread.join(10)
    assert bench.names() == [path.stem], "the end of the prediction swaps"
    assert bench.session._desk.chain.answer.model.adapter is None
    kinds = [type(event) for event in bench.events]
    assert kinds.index(Suggestion) < kinds.index(ModelChanged)


def test_roll_back_goes_one_back_at_once(bench: Bench) -> None:
    first, second = bench.night(1), bench.night(2)
    assert bench.start().model.adapter == second.stem
    shown = bench.rename()
    bench.session.roll_back()
    bench.session.roll_back()
    bench.session.roll_back()
    assert bench.names() == [first.stem, None]
    assert bench.session._desk.chain_of(shown.id) is not None


def test_what_cannot_be_taken_up_while_running_leaves_the_model_alone(bench: Bench) -> None:
    first = bench.night(1)
    assert bench.start().model.adapter == first.stem
    bench.night(2).unlink()
    bench.session.refresh()
    assert bench.names() == [None], "the one before was not asked for either"
    assert bench.last(Failed).title == "The adapter is missing"
    bench.session.roll_back()
    assert bench.names() == [None, first.stem]


def test_rules_alone_have_no_adapter(bench: Bench) -> None:
    bench.session = Session(bench.root, bench.settings, bench.events.append, lambda *_: None, True)
    bench.night(1)
    assert bench.start().model.adapter is None
    bench.session.refresh()
    bench.session.roll_back()
    assert "no adapter" in bench.last(Failed).message


def test_a_foreign_model_takes_adapters_too(tmp_path: Path) -> None:
    from engine.model import formats
    from engine.model.rewrite import RewritePredictor
    from engine.model.runtime import Runtime
    from engine.session.adapting import Adapting
    from engine.types import PromptFormat

    path = write_model(tmp_path / "tiny.gguf", prompt_version=None)
    runtime = Runtime(path, speaks=PromptFormat.TEXT)
    predictor = RewritePredictor(runtime, formats.FORMATS[PromptFormat.TEXT])
    adapters = Adapters(tmp_path, runtime.info.sha256)
    adapting = Adapting(tmp_path, predictor)
    published = adapters.publish(write_adapter(tmp_path / "night.gguf", runtime.info.sha256))
    (told,) = adapting.follow()
    assert told.model.adapter == published.stem
    predictor.close()
