"""A model file in memory, as it is asked: in Ripple's own prompt, or in a published format of its own."""

from __future__ import annotations

from pathlib import Path

from engine.config import Settings
from engine.model import header
from engine.model.checks import spoken
from engine.model.formats import FORMATS
from engine.model.llama import LlamaPredictor
from engine.model.rewrite import RewritePredictor
from engine.model.runtime import Runtime


def opened(path: Path, threads: int = 0, gpu_layers: int = 0, told: str = "") -> Runtime:
    """The model, with the context that its prompts need; `told` is the format that the settings name.

    Raises ModelProblem.
    """
    head = header.read(path)
    speaks = spoken(head, path.name, told)
    if speaks is None:
        return Runtime(path, threads, gpu_layers)
    wanted = FORMATS[speaks].n_ctx
    trained = head.number(f"{head.text('general.architecture')}.context_length") or wanted
    return Runtime(path, threads, gpu_layers, min(wanted, trained), speaks)


def chosen(settings: Settings, embedded: Path) -> Runtime:
    """The settings' model, else the embedded one. Raises ModelProblem."""
    told = "" if settings.model is None else settings.model_format
    return opened(settings.model or embedded, settings.threads, settings.gpu_layers, told)


def asking(runtime: Runtime, free: bool = True) -> LlamaPredictor | RewritePredictor:
    """Who asks it; without `free`, a model with a format of its own is not asked."""
    speaks = runtime.info.format
    return LlamaPredictor(runtime) if speaks is None else RewritePredictor(runtime, FORMATS[speaks], free)
