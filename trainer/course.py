"""The training loop of an alignment: a step is a batch of tuples with some replay and some of the quiet set.

The reference is the same model without the adapter, computed once. What is learnt in step n depends on the
seed and n alone, so a run that goes on from its checkpoint learns what it would have learnt.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from engine.errors import EngineError, FileProblem
from engine.files import write_atomic
from trainer import checkpoints, lora
from trainer.actionrl import terms
from trainer.batches import links_of, parcels, points_of, rows_of
from trainer.curriculum import AlignPlan, Material
from trainer.lessons import Lesson
from trainer.policy import log_probs
from trainer.stopping import Stop
from trainer.tally import REPLAY, TUPLE, Tally, described

STEPS: Final = "steps.jsonl"
CHECKPOINT: Final = "checkpoint.pt"
CLIP: Final = 1.0

Say = Callable[[str], None]


class Stopped(EngineError):
    """The run was asked to end before it was over."""

    title = "The run was stopped"


@dataclass(slots=True)
class Progress:
    """Where a run stands."""

    steps: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Seat:
    """A lesson in a step."""

    lesson: Lesson
    reference: Tensor
    """[N]: log-probabilities of its points without the adapter; empty for replay."""
    role: int
    """TUPLE, REPLAY or QUIET."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a step's sums are divided by."""

    seats: tuple[int, ...]
    """Lessons by role."""
    protected: int
    """Points of shared prefixes and of the quiet set."""
    shared: int
    """Points of shared prefixes alone."""


class Course:
    """One run in one folder."""

    def __init__(
        self, base: Path, found: Material, plan: AlignPlan, passes: lora.Passes, folder: Path, say: Say
    ) -> None:
        torch.set_num_threads(plan.threads)
        self.plan = plan
        self.folder = folder
        self.tuned = lora.load(base, plan.seed, passes.recomputed)
        self.progress = Progress()
        self._found = found
        self._tokens = passes.tokens
        self._say = say
        self._trained = [one for one in self.tuned.peft.parameters() if one.requires_grad]
        self._optimizer = torch.optim.AdamW(self._trained, lr=plan.rate, betas=(0.9, 0.95), weight_decay=0.0)
        self._half = not plan.exact and fast_half()
        self._length = plan.length(len(found.tuples))
        self._identity = {"base": _digest(base), "material": found.sha256, "plan": _kept(plan)}
        referred = [*found.tuples, *found.quiet]
        beside = [[referred[number] for number in numbers] for numbers in parcels(referred, self._tokens)]
        self._beside = {id(one): some for some in beside for one in some}
        self._references: dict[int, Tensor] = {}
        self._none = torch.zeros(0)

    def run(self, stop: Stop) -> None:
        """Train to the end of the plan. Raises Stopped, once a checkpoint is written, and FileProblem."""
        self._resume()
        saved = time.monotonic()
        try:
            while not self.over:
                began = time.monotonic()
                figures = self.step(stop)
                taken = time.monotonic() - began
                self.progress.steps += 1
                self.progress.seconds += taken
                self._note(figures, taken)
                if time.monotonic() - saved >= self.plan.checkpoint_seconds:
                    self._save()
                    saved = time.monotonic()
        except _Asked:
            self._save()
            raise Stopped(
                f"Stopped by {stop.said} after {self.progress.steps} of {self._length} steps.",
                "The same command goes on from there.",
            ) from None
        self._save()

    @property
    def over(self) -> bool:
        """Whether the steps are done, or the minutes over."""
        return self._share() >= 1.0

    def step(self, stop: Stop) -> dict[str, float | None]:
        """One step of the optimizer; its figures. Raises _Asked between two passes."""
        seats = self._seats(stop)
        totals = Totals(
            tuple(sum(one.role == role for one in seats) for role in range(3)),
            sum(len(one.lesson.prefix) for one in seats if one.role != REPLAY),
            sum(len(one.lesson.prefix) for one in seats if one.role == TUPLE),
        )
        tally = Tally()
        for numbers in parcels([one.lesson for one in seats], self._tokens):
            _look(stop)
            mine = sorted((seats[number] for number in numbers), key=lambda one: one.role)
            self._pass(mine, totals, tally)
        norm = torch.nn.utils.clip_grad_norm_(self._trained, CLIP)
        rate = self._rate()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return {**tally.figures(), "gradient": round(float(norm), 4), "rate": round(rate, 8)}

    def _pass(self, seats: Sequence[Seat], totals: Totals, tally: Tally) -> None:
        """Add a pass's part of the loss to the gradients; the seats are in order of their roles."""
        lessons = [one.lesson for one in seats]
        found = self._log_probs(lessons)
        weights = self.plan.weighed
        loss = found.new_zeros(())
        sizes = [sum(len(one.lesson.points) for one in seats if one.role == role) for role in range(3)]
        for role, part in enumerate(found.split_with_sizes(sizes)):
            mine = [one for one in seats if one.role == role]
            if not mine:
                continue
            some = [one.lesson for one in mine]
            known = part.detach() if role == REPLAY else torch.cat([one.reference for one in mine])
            made = terms(part, known, links_of(some), weights, totals.seats[role])
            if role == REPLAY:
                loss = loss + weights.replay * made.anchor
            else:
                loss = loss + weights.preference * made.preference + weights.alpha * made.anchor
                loss = loss + weights.protect * made.drift.sum() / max(1, totals.protected)
                if role == TUPLE:
                    loss = loss + weights.hold * made.fall.sum() / max(1, totals.shared)
            with torch.no_grad():
                tally.count(role, part, known, some, made)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        tally.loss += float(loss.detach())
        tally.tokens += sum(len(row.ids) for row in rows_of(lessons))

    def _log_probs(self, lessons: Sequence[Lesson]) -> Tensor:
        """Of all points of the lessons [N], in float32; the matrices in bfloat16 where that is fast."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):
            return log_probs(self.tuned.model, rows_of(lessons), points_of(lessons))

    def _seats(self, stop: Stop) -> list[Seat]:
        """The lessons of the step that comes next. Raises _Asked."""
        plan, found, at = self.plan, self._found, self.progress.steps
        wanted = (
            (found.tuples, plan.batch),
            (found.replay, plan.replay_batch),
            (found.quiet, plan.quiet_batch),
        )
        seats = []
        for role, (lessons, count) in enumerate(wanted):
            for number in _turns(len(lessons), at * count, count, f"{plan.seed}:{role}"):
                one = lessons[number]
                seats.append(Seat(one, self._none if role == REPLAY else self._reference(one, stop), role))
        return seats

    def _reference(self, one: Lesson, stop: Stop) -> Tensor:
        """Its log-probabilities without the adapter, computed once, when they are first needed.

        They are computed in one pass with the same others always, so that they do not depend on the order.
        """
        if id(one) not in self._references:
            _look(stop)
            some = self._beside[id(one)]
            with torch.no_grad(), self.tuned.peft.disable_adapter():
                parts = self._log_probs(some).split_with_sizes([len(each.points) for each in some])
            self._references |= {id(each): part for each, part in zip(some, parts, strict=True)}
        return self._references[id(one)]

    def _share(self) -> float:
        """How much of the run is over, by steps or by time."""
        return max(self.progress.steps / self._length, self.progress.seconds / (60 * self.plan.minutes))

    def _rate(self) -> float:
        """The learning rate: linear warm-up, then a cosine to 0 at the run's end, or the same throughout."""
        rate = self.plan.rate * min(1.0, (self.progress.steps + 1) / max(1, self.plan.warmup))
        return rate if self.plan.constant else rate * 0.5 * (1 + math.cos(math.pi * min(1.0, self._share())))

    def _note(self, figures: dict[str, float | None], taken: float) -> None:
        """Write the step's line, and say one now and then. Raises FileProblem."""
        step = self.progress.steps
        speed = {"tokens_per_second": round((figures["tokens"] or 0) / max(taken, 1e-9))}
        line = {"step": step, "seconds": round(self.progress.seconds, 2), **figures, **speed}
        try:
            with (self.folder / STEPS).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise FileProblem(
                f"{self.folder / STEPS}: {error.strerror}.", "Make room on the disk."
            ) from error
        if step % 10 == 0 or self.over:
            self._say(f"step {step} of {self._length}: " + described(line))

    def _save(self) -> None:
        """Write the checkpoint in one step. Raises FileProblem."""
        state = {
            "shape": self._identity,
            "weights": [one.detach() for one in self._trained],
            "optimizers": [self._optimizer.state_dict()],
            "progress": asdict(self.progress),
        }
        checkpoints.write(self.folder / CHECKPOINT, state)

    def _resume(self) -> None:
        """Go on from the checkpoint, if it is of this base, material and plan; else begin anew."""
        path = self.folder / CHECKPOINT
        if path.exists():
            try:
                state = checkpoints.read(path, "cpu")
            except FileProblem as problem:
                self._say(f"{problem.message} The run begins anew.")
            else:
                if state["shape"] == self._identity:
                    self._take_up(state)
        lines = _lines(self.folder / STEPS, self.progress.steps)
        write_atomic(self.folder / STEPS, "".join(lines).encode())

    def _take_up(self, state: checkpoints.State) -> None:
        with torch.no_grad():
            for one, known in zip(self._trained, state["weights"], strict=True):
                one.copy_(known)
        self._optimizer.load_state_dict(state["optimizers"][0])
        self.progress = Progress(**state["progress"])
        self._say(f"goes on behind step {self.progress.steps}")


class _Asked(Exception):
    """The run is to stop now."""


def fast_half() -> bool:
    """Whether this processor multiplies bfloat16 faster than float32."""
    known = torch.cpu.get_capabilities()
    return any(known.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


def _look(stop: Stop) -> None:
    if stop.asked:
        raise _Asked


def _turns(count: int, start: int, wanted: int, seed: str) -> list[int]:
    """The next `wanted` of `count` things from the place `start` of an endless row of shuffles."""
    out: list[int] = []
    for place in range(start, start + min(wanted, count) if count else start):
        epoch, at = divmod(place, count)
        out.append(_shuffled(count, f"{seed}:{epoch}")[at])
    return out


@lru_cache(maxsize=8)
def _shuffled(count: int, seed: str) -> tuple[int, ...]:
    order = list(range(count))
    random.Random(seed).shuffle(order)
    return tuple(order)


def _lines(path: Path, steps: int) -> list[str]:
    """The figures of the steps that count, one line each; a damaged line ends them."""
    if not path.exists():
        return []
    out: list[str] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[:steps]:
        try:
            known = json.loads(line)
        except ValueError:
            break
        out.append(json.dumps(known) + "\n")
    return out


def _digest(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept(plan: AlignPlan) -> str:
    """What of a plan must stay the same for a run to go on."""
    free = {"threads", "memory", "tokens", "checkpoint_seconds", "name", "minutes", "now"}
    return json.dumps(
        {name: value for name, value in asdict(plan).items() if name not in free}, sort_keys=True
    )
