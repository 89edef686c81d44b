"""Which choices of training are worth it: variants of one run, at equal tokens, on the same held-out windows.

Each variant differs from the first in one thing. What it decided is kept, so the comparison goes on where it
was stopped, and all figures are made anew from the decisions.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from engine.files import write_atomic
from engine.model import vocabulary as v
from trainer import export, plain, storage
from trainer.measures import Floats
from trainer.model import Ripple, Shape
from trainer.pretrain import Ended, Plan, Run, decide, done
from trainer.rows import Batch, Row, batches, padded_length
from trainer.stopping import Stop
from trainer.tokenizer import CodeTokenizer
from trainer.writing import bits_per_byte, exact_texts

AVERAGED: Final = 0.999
"""The decay of the weights' running average; less at first, or it would remember the random start."""
MEASURED: Final = 4
"""Points of a run's curve."""
CURVE_ROWS: Final = 200
_FACTS: Final = range(v.IDS["<|intent:rename|>"], v.IDS["<|intent:free|>"] + 1)
_SPARE: Final = len(v.SPECIALS) - 1


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of training."""

    name: str
    width: int = 256
    layers: int = 4
    share: float = 1.0
    """Of the tokens that the others read."""
    answer_weight: float = 0.0
    plateau: float = 0.0
    """The first share of the run, in which the rate stays."""
    facts: bool = True
    """False: every fact token is the same spare."""
    quiet: float | None = None
    """The share of windows after which nothing follows; None leaves it as it is."""
    simulated_first: bool = False
    code: float = 0.0
    """The share of plain code among the tokens."""
    code_first: bool = False
    """Before all windows, not among them."""
    seed: int = 1


SIZES: Final = {128: "1.8 M parameters", 256: "5.3 M parameters", 384: "10 M parameters"}
"""Widths, and what models of 4 blocks have with them."""


def variants(width: int = 256) -> tuple[Variant, ...]:
    """The first is how it is done, at this width; each other one differs from it in one thing."""
    first = Variant("as it is", width)
    others = (
        replace(first, name="another seed", seed=2),
        replace(first, name="no facts", facts=False),
        replace(first, name="quiet 20 %", quiet=0.2),
        replace(first, name="quiet 60 %", quiet=0.6),
        replace(first, name="plateau 65 %", plateau=0.65),
        replace(first, name="simulated first", simulated_first=True),
        replace(first, name="chain 0.05", answer_weight=0.05),
        replace(first, name="plain code 10 %", code=0.1),
        replace(first, name="plain code 30 %", code=0.3),
        replace(first, name="plain code first", code=0.3, code_first=True),
        replace(first, name="chain 0.05, plain code 30 %", answer_weight=0.05, code=0.3),
        replace(first, name="half the tokens", share=0.5),
        replace(first, name="twice the tokens", share=2.0),
    )
    return first, *others, *(replace(first, name=SIZES[one], width=one) for one in SIZES if one != width)


@dataclass(frozen=True, slots=True)
class Terms:
    """What all variants have in common."""

    budget: int
    """Padded tokens."""
    rate: float = 1e-3
    threads: int = 1
    compiled: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a variant came to."""

    variant: Variant
    terms: Terms
    windows: int
    """Held-out windows that were decided."""
    parameters: int
    tokens: int
    seconds: float
    curve: list[dict[str, float]]
    raw: list[Floats] = field(repr=False)
    """The logits of each window's asks by the last weights."""
    averaged: list[Floats] = field(repr=False)
    """And by the averaged ones."""
    code: float | None = None
    """Bits per byte of held-out plain code; None where it was not measured."""
    exact: float | None = None
    """The share of the answers' texts that are written exactly."""


class Averaging(Run):
    """A run whose weights are averaged beside it."""

    def __init__(self, folder: Path, shape: Shape, plan: Plan, say: Callable[[str], None]) -> None:
        super().__init__(folder, shape, plan, say)
        self.average = [parameter.detach().clone() for parameter in self.model.parameters()]

    def step(self, batch: Batch) -> tuple[float, float, Tensor]:
        """One optimizer step, and one of the average."""
        found = super().step(batch)
        steps = self.progress.steps
        decay = min(AVERAGED, (1 + steps) / (10 + steps))
        with torch.no_grad():
            for mean, parameter in zip(self.average, self.model.parameters(), strict=True):
                mean.lerp_(parameter, 1 - decay)
        return found

    def averaged(self) -> Ripple:
        """A model with the averaged weights."""
        model = Ripple(self.model.shape)
        with torch.no_grad():
            for parameter, mean in zip(model.parameters(), self.average, strict=True):
                parameter.copy_(mean)
        return model.eval()


def without_facts(rows: Sequence[Row]) -> list[Row]:
    """The rows with one spare token in the place of every fact."""
    out = []
    for row in rows:
        ids = row.ids.copy()
        ids[(ids >= _FACTS.start) & (ids < _FACTS.stop)] = _SPARE
        out.append(replace(row, ids=ids))
    return out


def with_quiet(rows: Sequence[Row], share: float, rng: random.Random) -> list[Row]:
    """As many of the rows as can be had with that share of quiet ones."""
    quiet = [row for row in rows if row.quiet]
    loud = [row for row in rows if not row.quiet]
    most = min(len(quiet) / share, len(loud) / (1 - share))
    return rng.sample(quiet, int(most * share)) + rng.sample(loud, int(most * (1 - share)))


def supply(
    variant: Variant, rows: Sequence[Row], terms: Terms, tokens: int, code: Sequence[Row] = ()
) -> Iterator[Batch]:
    """The variant's batches of about `tokens` padded tokens, shuffled anew in every epoch."""
    windows = _windows(variant, rows, terms, tokens)
    some = plain.endless(code, tokens, variant.seed)
    if variant.code_first:
        return plain.first(windows, some, variant.code * variant.share * terms.budget)
    return plain.mixed(windows, some, variant.code)


def _windows(variant: Variant, rows: Sequence[Row], terms: Terms, tokens: int) -> Iterator[Batch]:
    rng = random.Random(variant.seed)
    some = list(rows) if variant.quiet is None else with_quiet(rows, variant.quiet, rng)
    some = some if variant.facts else without_facts(some)
    if not variant.simulated_first:
        for epoch in range(100):
            yield from batches(some, tokens, variant.seed + epoch)
        return
    read, drawn = 0, []
    for row in rng.sample(some, len(some)):
        read += padded_length(len(row.ids))
        drawn.append(row)
        if read > variant.share * terms.budget:
            break
    for simulated in (True, False):
        yield from batches([row for row in drawn if is_simulated(row) == simulated], tokens, variant.seed)
    yield from batches([row for row in drawn if not is_simulated(row)], tokens, variant.seed + 1)


def is_simulated(row: Row) -> bool:
    """Whether the window is of a simulated chain, not of a history."""
    return not row.scenario.startswith("history")


@dataclass(frozen=True, slots=True)
class Material:
    """What variants are trained and measured on."""

    learnt: Sequence[Row]
    held: Sequence[Row]
    tokenizer: CodeTokenizer
    code: Sequence[Row] = ()
    """Plain code to train on."""
    held_code: Sequence[Row] = ()


def train(
    variant: Variant, terms: Terms, material: Material, folder: Path, say: Callable[[str], None], stop: Stop
) -> Outcome:
    """Train the variant and decide the held-out windows. Raises Ended where it was stopped."""
    tokenizer, held = material.tokenizer, material.held
    torch.compiler.reset()
    shape = _shape(variant, len(tokenizer.tokens))
    plan = Plan(
        minutes=0,
        budget=round(variant.share * terms.budget),
        rate=terms.rate,
        plateau=variant.plateau,
        answer_weight=variant.answer_weight,
        threads=terms.threads,
        device="cpu",
        compiled=terms.compiled,
        seed=variant.seed,
        measured_rows=CURVE_ROWS,
    )
    run = Averaging(folder / "run", shape, plan, say)
    asked = list(held) if variant.facts else without_facts(held)
    began = time.monotonic()
    for batch in supply(variant, material.learnt, terms, plan.tokens, material.code):
        if stop.asked:
            raise Ended(f"Stopped by {stop.said}.", "What is measured is kept: the same command goes on.")
        before = int(MEASURED * done(plan, run.progress))
        run.step(batch)
        run.progress.seconds = time.monotonic() - began
        after = int(MEASURED * done(plan, run.progress))
        if after > before:
            run.measure(asked)
        if after == MEASURED:
            break
    return Outcome(
        variant,
        terms,
        len(asked),
        run.model.size(),
        run.progress.tokens,
        round(run.progress.seconds, 1),
        run.progress.curve,
        decide(run.model, asked, torch.device("cpu"))[0],
        decide(run.averaged(), asked, torch.device("cpu"))[0],
        bits_per_byte(run.model, material.held_code, tokenizer.tokens) if material.held_code else None,
        _share(exact_texts(run.model, asked)),
    )


def latencies(outcomes: Sequence[Outcome], material: Material) -> dict[int, float]:
    """Median milliseconds of a window of median length by width: llama.cpp, one thread, all in one go.

    It does not depend on what the weights are.
    """
    found = {}
    with tempfile.TemporaryDirectory(prefix="ripple-compare-") as scratch:
        for one in {outcome.variant.width: outcome.variant for outcome in outcomes}.values():
            file = Path(scratch) / f"{one.width}.gguf"
            model = Ripple(_shape(one, len(material.tokenizer.tokens)))
            export.write_gguf(file, model, material.tokenizer, largest=storage.LARGEST)
            found[one.width] = storage.latency(file, material.held)
    return found


def _share(part: tuple[int, int]) -> float | None:
    return part[0] / part[1] if part[1] else None


def _shape(variant: Variant, tokens: int) -> Shape:
    heads = variant.width // 64
    return Shape(tokens, variant.width, variant.layers, 3 * variant.width, heads, max(1, heads // 2))


def keep(outcome: Outcome, folder: Path) -> None:
    """Write an outcome in one step. Raises FileProblem."""
    whole = BytesIO()
    known = {
        name: value for name, value in asdict(replace(outcome, raw=[], averaged=[])).items() if value != []
    }
    np.savez_compressed(
        whole,
        about=np.array(json.dumps(known | {"curve": outcome.curve})),
        sizes=np.array([len(one) for one in outcome.raw]),
        raw=np.concatenate(outcome.raw),
        averaged=np.concatenate(outcome.averaged),
    )
    write_atomic(_path(folder, outcome.variant), whole.getvalue())


def kept(folder: Path, variant: Variant, terms: Terms, windows: int) -> Outcome | None:
    """What is kept of a variant, where it was made on the same terms."""
    path = _path(folder, variant)
    if not path.is_file():
        return None
    with np.load(path) as stored:
        known = json.loads(str(stored["about"]))
        if known["variant"] != asdict(variant):
            return None
        ends = np.cumsum(stored["sizes"])[:-1]
        raw, averaged = (np.split(stored[name], ends) for name in ("raw", "averaged"))
    names = {field.name for field in fields(Outcome)}
    found = Outcome(
        **{name: value for name, value in known.items() if name in names}
        | {
            "variant": variant,
            "terms": Terms(**known["terms"]),
            "raw": raw,
            "averaged": averaged,
        }
    )
    same = (found.terms.budget, found.terms.rate, found.windows)
    return found if same == (terms.budget, terms.rate, windows) else None


def _path(folder: Path, variant: Variant) -> Path:
    return folder / f"{variant.name.replace(' ', '-').replace('%', 'percent')}.npz"
