"""What a model's header must say before llama.cpp loads it; nothing heavy is needed to ask."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.errors import ModelProblem, UnknownFormat
from engine.model import header
from engine.model import vocabulary as v
from engine.types import PromptFormat

ARCHITECTURES: Final = ("qwen2", "qwen3", "llama")
UNKNOWN: Final = f"Say how it is asked: `model_format` is one of {', '.join(PromptFormat)}."
FOREIGN: Final = "Take `model` out of the settings to use the embedded model."


def spoken(head: header.Header, file_name: str, told: str = "") -> PromptFormat | None:
    """How a model is asked: None in Ripple's own prompt, else as told, as its names or its tokens suggest."""
    from engine.model import formats

    if head.number(v.PROMPT_KEY) is not None:
        return None
    if told:
        return PromptFormat(told)
    named = [head.text(key) or "" for key in ("general.name", "general.basename", "general.finetune")]
    fills_in = any(key.startswith("tokenizer.ggml.") and "fim" in key for key in head.metadata)
    return formats.guess([*named, file_name], fills_in)


def check(path: Path, told: str = "", file_name: str = "") -> tuple[header.Header, PromptFormat | None]:
    """The header of a model that this version can ask, and how (None: in Ripple's own prompt).

    `file_name` is the one that the file will have, where it lies under another. Raises ModelProblem.
    """
    head = check_foreign(path)
    speaks = spoken(head, file_name or path.name, told)
    if speaks is not None:
        return head, speaks
    if head.number(v.PROMPT_KEY) is None:
        raise UnknownFormat(
            f"{path} was not trained for Ripple's prompt, and its names do not tell how it is asked.",
            f"Say it with --format: one of {', '.join(PromptFormat)}.",
        )
    return check_model(path), None


def check_foreign(path: Path) -> header.Header:
    """The header of any model; llama.cpp itself will say if it cannot run it. Raises ModelProblem."""
    head = header.read(path)
    if head.text("general.type") == "adapter":
        raise ModelProblem(f"{path} is an adapter, not a model.", FOREIGN, "Not a model")
    return head


def check_model(path: Path) -> header.Header:
    """The header of a model that this version can run. Raises ModelProblem."""
    head = check_foreign(path)
    architecture = head.text("general.architecture")
    if architecture not in ARCHITECTURES:
        raise ModelProblem(f"{path} has the architecture {architecture!r}.", FOREIGN, "A foreign model")
    version = head.number(v.PROMPT_KEY)
    if version is None:
        raise ModelProblem(f"{path} was not trained for Ripple's prompt.", UNKNOWN, "A foreign model")
    if version not in v.PROMPTS:
        raise ModelProblem(
            f"{path} speaks version {version} of the prompt, this is version {v.PROMPT_VERSION}.",
            FOREIGN,
            "A model of another version",
        )
    size = len(v.SPECIALS)
    controls = head.array("tokenizer.ggml.token_type")[:size]
    if not v.fits(head.array("tokenizer.ggml.tokens")[:size]) or controls != [3] * size:
        raise ModelProblem(f"{path} has other control tokens than Ripple's.", FOREIGN, "A foreign model")
    return head


def check_adapter(path: Path, base_sha256: str, base: header.Header) -> header.Header:
    """The header of an adapter that was trained on this very base. Raises ModelProblem."""
    head = header.read(path)
    if head.text("general.type") != "adapter" or head.text("adapter.type") != "lora":
        raise ModelProblem(f"{path} is not a LoRA adapter.", "Choose a file that training has made.")
    same = head.text("general.architecture") == base.text("general.architecture")
    if not same or head.text("ripple.base_sha256") != base_sha256:
        raise ModelProblem(
            f"The adapter {path} was trained on another model.",
            "Train a new one, or go back to the model it belongs to.",
            "The adapter does not fit",
        )
    return head
