"""Checkpoints on disk: written in one step, so that the last good one outlives a full disk or a power cut."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import torch

from engine.errors import FileProblem
from engine.files import write_atomic

State = dict[str, Any]
"""What torch saves: shape, weights, optimizers and progress."""


def write(path: Path, state: State) -> None:
    """Write a checkpoint. Raises FileProblem; the one before is then still there."""
    whole = io.BytesIO()  # torch's own writer says no more of a full disk than that it failed
    torch.save(state, whole)
    write_atomic(path, whole.getvalue())


def read(path: Path, device: torch.device | str) -> State:
    """Read a checkpoint onto a device. Raises FileProblem where it is damaged, or none of ours."""
    try:
        state = torch.load(path, map_location=device, weights_only=True)
    except (OSError, EOFError, RuntimeError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise FileProblem(
            f"{path} cannot be read as a checkpoint.", "Begin again with --afresh.", "Damaged checkpoint"
        ) from error
    if not isinstance(state, dict) or not {"shape", "weights", "optimizers", "progress"} <= state.keys():
        raise FileProblem(
            f"{path} is no checkpoint of this version.", "Begin again with --afresh.", "Other checkpoint"
        )
    return state
