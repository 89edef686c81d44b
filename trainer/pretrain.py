"""Train the model on example files: yes or no at each <|ask|>, the chain after <|answer|>, and plain code.

Float32 weights under bfloat16 autocast, Muon for the matrices of the blocks and AdamW for the rest. The
learning rate warms up and falls to 0 along a cosine by the time that has passed, so a run ends when its
minutes are over however busy the machine is; or by the tokens that were read, so that runs can be compared.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import EngineError, FileProblem
from engine.files import write_atomic
from engine.model.vocabulary import NO, YES
from trainer import checkpoints
from trainer.measures import auc, precision_recall, sigmoid
from trainer.model import Ripple, Shape
from trainer.pace import Pace
from trainer.plain import endless, mixed
from trainer.rows import LENGTHS, Batch, Row, batches, collate, padded_length
from trainer.stopping import Stop

TOGETHER: Final = 4096
"""Padded tokens that are decided at once."""

Supply = Callable[[], Sequence[Row]]
"""Gives the rows that exist now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how a run trains."""

    minutes: float
    budget: int = 0
    """Padded tokens after which the run ends; 0: it ends with its minutes."""
    rate: float = 1e-3
    warmup: int = 60
    """Steps until the learning rate is reached."""
    plateau: float = 0.0
    """The first share of the run, below 1, in which the learning rate stays before it falls."""
    tokens: int = 4096
    """Padded tokens in a step."""
    answer_weight: float = 0.05
    """At 0.3 the chain's gradient in the blocks is larger than the decisions', and they learn slowly."""
    code: float = 0.0
    """The share of the padded tokens that is plain code, in batches of its own."""
    decay: float = 0.05
    threads: int = 0
    """0 leaves torch's choice."""
    device: str = "auto"
    compiled: bool = True
    seed: int = 1
    checkpoint_minutes: float = 4.0
    measure_minutes: float = 5.0
    measured_rows: int = 400


@dataclass(slots=True)
class Progress:
    """Where a run stands; saved with every checkpoint."""

    seconds: float = 0.0
    steps: int = 0
    tokens: int = 0
    epoch: int = 0
    batches: int = 0
    """Of windows, read in this epoch."""
    curve: list[dict[str, float]] = field(default_factory=list)


def losses(model: Ripple, hidden: Tensor, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
    """hidden [B, T, width] -> mean loss of the decisions, mean loss of the chain, and the ask logits [A].

    A decision is the two-way softmax of <|yes|> against <|no|>. Of plain code the second loss is that of all
    its tokens.
    """
    flat = hidden.reshape(-1, hidden.shape[-1])
    device = flat.device
    pair = torch.tensor([YES, NO], device=device)
    two = model.logits(flat[torch.from_numpy(batch.asks).to(device)], pair).float()
    decided = two[:, 0] - two[:, 1]
    truth = torch.from_numpy(batch.labels).to(device).float()
    decision = decided.new_zeros(())
    if not batch.is_code:
        decision = F.binary_cross_entropy_with_logits(decided, truth)
    if not len(batch.writes):
        return decision, decision.new_zeros(()), decided
    chain = model.logits(flat[torch.from_numpy(batch.writes).to(device)]).float()
    written = torch.from_numpy(batch.written).to(device)
    return decision, F.cross_entropy(chain, written), decided


def done(plan: Plan, progress: Progress) -> float:
    """The share of the run that is behind it, 0 to 1: of its tokens where it has a budget, of its minutes."""
    used = progress.tokens / plan.budget if plan.budget else progress.seconds / (60 * plan.minutes)
    return min(1.0, used)


def rate_at(plan: Plan, progress: Progress) -> float:
    """The learning rate: linear warm-up by steps, then a cosine to 0, after a plateau if planned."""
    fallen = max(0.0, done(plan, progress) - plan.plateau) / (1 - plan.plateau)
    warm = min(1.0, (progress.steps + 1) / plan.warmup)
    return plan.rate * warm * 0.5 * (1 + math.cos(math.pi * fallen))


def optimizers_for(model: Ripple, plan: Plan) -> tuple[torch.optim.Optimizer, ...]:
    """Muon, its steps as large as AdamW's, for the matrices of the blocks; AdamW for all else."""
    matrices = [p for p in model.blocks.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() != 2]
    rest = [
        {"params": [model.token_embd.weight], "weight_decay": plan.decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return (
        torch.optim.Muon(
            matrices, lr=plan.rate, momentum=0.95, weight_decay=plan.decay, adjust_lr_fn="match_rms_adamw"
        ),
        torch.optim.AdamW(rest, lr=plan.rate, betas=(0.9, 0.95), fused=True),
    )


def device_of(name: str) -> torch.device:
    """The device for "auto", "cpu" or "cuda"."""
    return torch.device(("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name)


def autocast(device: torch.device) -> AbstractContextManager[None]:
    """bfloat16 where it is fast: everywhere this model trains."""
    return torch.autocast(device.type, torch.bfloat16)


class Ended(EngineError):
    """The run ended before its minutes were over."""

    title = "The run ended early"


def _is_lost(error: RuntimeError) -> bool:
    """Whether the error says that the accelerator is gone, or has no memory left."""
    return isinstance(error, torch.AcceleratorError | torch.OutOfMemoryError) or "CUDA" in str(error)


class Run:
    """One training run in one folder: checkpoint.pt, curve.json."""

    def __init__(self, folder: Path, shape: Shape, plan: Plan, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.plan = plan
        self.say = say
        self.device = device_of(plan.device)
        if plan.threads:
            torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        self.model = Ripple(shape).to(self.device)
        self.optimizers = optimizers_for(self.model, plan)
        self.progress = Progress()
        self._kept: Progress | None = None
        """Where the run stood at the last checkpoint."""
        if plan.compiled:
            torch._dynamo.config.recompile_limit = 4 * len(LENGTHS)
            for block in self.model.blocks:
                block.compile(dynamic=False)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def checkpoint(self) -> Path:
        """The file that holds weights, optimizer and progress."""
        return self.folder / "checkpoint.pt"

    def resume(self) -> bool:
        """Go on from the checkpoint, where there is one. Raises FileProblem where it is of no use."""
        if not self.checkpoint.exists():
            return False
        state = checkpoints.read(self.checkpoint, self.device)
        if Shape(**state["shape"]) != self.model.shape:
            raise FileProblem(
                f"{self.checkpoint} holds a model of another size: {Shape(**state['shape'])}.",
                "Name the same size, or begin again with --afresh.",
                "Other checkpoint",
            )
        self.model.load_state_dict(state["weights"])
        for one, known in zip(self.optimizers, state["optimizers"], strict=True):
            one.load_state_dict(known)
        self.progress = Progress(**state["progress"])
        self._kept = replace(self.progress)
        return True

    def save(self) -> None:
        """Write the checkpoint and the curve, each in one step. Raises Ended where that fails."""
        state = {
            "shape": asdict(self.model.shape),
            "weights": self.model.state_dict(),
            "optimizers": [one.state_dict() for one in self.optimizers],
            "progress": asdict(self.progress),
        }
        try:
            checkpoints.write(self.checkpoint, state)
            self._kept = replace(self.progress)
            write_atomic(self.folder / "curve.json", json.dumps(self.progress.curve, indent=1).encode())
        except FileProblem as problem:
            raise Ended(f"The checkpoint cannot be written. {problem.message}", self._next()) from problem

    def step(self, batch: Batch) -> tuple[float, float, Tensor]:
        """One optimizer step; the two losses and the ask logits."""
        rate = rate_at(self.plan, self.progress)
        for one in self.optimizers:
            for group in one.param_groups:
                group["lr"] = rate
        with autocast(self.device):
            hidden = self.model(torch.from_numpy(batch.ids).to(self.device))
            decision, chain, decided = losses(self.model, hidden, batch)
        loss = decision + (1.0 if batch.is_code else self.plan.answer_weight) * chain
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for one in self.optimizers:
            one.step()
            one.zero_grad(set_to_none=True)
        self.progress.steps += 1
        self.progress.tokens += batch.ids.size
        return float(decision.detach()), float(chain.detach()), decided.detach()

    def train(
        self, supply: Supply, measured: Supply, stop: Stop | None = None, code: Sequence[Row] = ()
    ) -> None:
        """Train until the plan's minutes, or its tokens, are used up, measuring and saving on the way.

        Both supplies are asked anew, for every epoch and every measure: examples may be made meanwhile.
        `code` is the plain code of which the plan's share is read.
        Raises Ended where the run was stopped, the disk is full or the GPU is gone; a checkpoint is kept.
        """
        try:
            self._train(supply, measured, Stop() if stop is None else stop, code)
        except RuntimeError as error:
            if not _is_lost(error):
                raise
            reason = str(error).strip().split("\n", 1)[0]
            raise Ended(
                f"The GPU is gone or out of memory: {reason}", f"{self._next()} On --device cpu it goes, too."
            ) from error

    def _train(self, supply: Supply, measured: Supply, stop: Stop, code: Sequence[Row]) -> None:
        pace = Pace()
        last_saved = last_measured = self.progress.seconds
        for batch in self._stream(supply, code):
            began = time.monotonic()
            decision, chain, decided = self.step(batch)
            pace.add(decision, chain, decided.cpu().numpy(), batch)
            self.progress.seconds += time.monotonic() - began
            self.progress.batches += not batch.is_code
            if stop.asked:
                self.save()
                raise Ended(f"Stopped by {stop.said}.", self._next())
            if self.progress.steps % 50 == 0:
                self.say(f"{self._stand()}  {pace.line()}")
                pace = Pace()
            if self.progress.seconds - last_measured >= 60 * self.plan.measure_minutes:
                self.measure(measured())
                last_measured = self.progress.seconds
            if self.progress.seconds - last_saved >= 60 * self.plan.checkpoint_minutes:
                self.save()
                last_saved = self.progress.seconds
        self.measure(measured())
        self.save()

    def _stand(self) -> str:
        """How far the run has come."""
        plan, progress = self.plan, self.progress
        end = f"{plan.budget / 1e6:.1f} M tokens" if plan.budget else f"{plan.minutes:.0f} min"
        return (
            f"{progress.seconds / 60:6.1f} min of {end}  step {progress.steps}  "
            f"epoch {progress.epoch}  {progress.tokens / 1e6:.2f} M tokens"
        )

    def _next(self) -> str:
        """What there is to go on from."""
        if self._kept is None:
            return "No checkpoint was written yet."
        return f"The checkpoint of minute {self._kept.seconds / 60:.1f} is kept: the same command goes on."

    def measure(self, rows: Sequence[Row]) -> None:
        """Decide held-out rows and note the figures in the curve."""
        began = time.monotonic()
        rows = rows[: self.plan.measured_rows]
        logits, chain_right = decide(self.model, rows, self.device)
        labels = np.concatenate([row.labels for row in rows])
        rules = np.concatenate([row.rules for row in rows])
        flat = np.concatenate(logits)
        precision, recall = precision_recall(sigmoid(flat), labels)
        rule_precision, rule_recall = precision_recall(rules, labels)
        point = {
            "minutes": round(self.progress.seconds / 60, 2),
            "tokens": float(self.progress.tokens),
            "auc": auc(flat, labels),
            "auc_rule": auc(rules, labels),
            "accuracy": float(((flat > 0) == labels).mean()),
            "loss": float(np.mean(np.logaddexp(0, np.where(labels, -flat, flat)))),
            "precision": precision,
            "recall": recall,
            "rule_precision": rule_precision,
            "rule_recall": rule_recall,
            "chain_token_accuracy": chain_right,
        }
        self.progress.curve.append(point)
        figures = " ".join(f"{name} {value:.4f}" for name, value in point.items() if name != "tokens")
        self.say(f"held out ({len(labels)} asks, {time.monotonic() - began:.0f} s): {figures}")

    def _stream(self, supply: Supply, code: Sequence[Row]) -> Iterator[Batch]:
        plain = endless(code, self.plan.tokens, self.plan.seed + self.progress.steps)
        share = self.plan.code if code else 0.0
        while True:
            windows = batches(supply(), self.plan.tokens, self.plan.seed + self.progress.epoch)
            for batch in mixed(windows[self.progress.batches :], plain, share):
                if done(self.plan, self.progress) >= 1.0:
                    return
                yield batch
            self.progress.epoch, self.progress.batches = self.progress.epoch + 1, 0


@torch.no_grad()
def decide(
    model: Ripple, rows: Sequence[Row], device: torch.device, half: bool = True
) -> tuple[list[NDArray[np.float64]], float]:
    """The logit of yes against no at each ask of each row, and the share of chain tokens predicted right.

    Runs uncompiled: rows of like length go together, in shapes that training never sees.
    """
    out: list[NDArray[np.float64]] = [np.empty(0)] * len(rows)
    right = written = 0
    for numbers in alike(rows):
        batch = collate([rows[n] for n in numbers], padded_length(len(rows[numbers[0]].ids)))
        with (
            torch.compiler.set_stance("force_eager"),
            torch.autocast(device.type, torch.bfloat16, enabled=half),
        ):
            hidden = model(torch.from_numpy(batch.ids).to(device))
            _, _, decided = losses(model, hidden, batch)
            if len(batch.writes):
                chain = model.logits(hidden.flatten(0, 1)[torch.from_numpy(batch.writes).to(device)])
                right += int((chain.argmax(-1).cpu() == torch.from_numpy(batch.written)).sum())
                written += len(batch.written)
        ends = np.cumsum([len(rows[n].asks) for n in numbers])[:-1]
        for n, one in zip(numbers, np.split(decided.cpu().double().numpy(), ends), strict=True):
            out[n] = one
    return out, right / max(1, written)


def alike(rows: Sequence[Row]) -> Iterator[list[int]]:
    """The numbers of the rows, by padded length and a few at a time."""
    by_length: dict[int, list[int]] = {}
    for n, row in enumerate(rows):
        by_length.setdefault(padded_length(len(row.ids)), []).append(n)
    for length, numbers in by_length.items():
        count = max(1, TOGETHER // length)
        yield from (numbers[at : at + count] for at in range(0, len(numbers), count))


def load(path: Path, device: str = "cpu") -> tuple[Ripple, Progress]:
    """The model of a checkpoint, ready to decide. Raises FileProblem."""
    state = checkpoints.read(path, device)
    model = Ripple(Shape(**state["shape"])).to(device)
    model.load_state_dict(state["weights"])
    return model.eval(), Progress(**state["progress"])
