"""What `ripple doctor` looks at: each check gives findings, none raises."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.config import Settings


class State(StrEnum):
    """How a finding stands."""

    OK = "ok"
    NOTE = "note"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `hint` is the next step where something is missing."""

    name: str
    state: State
    detail: str
    hint: str = ""


OFFICIAL: Final = ("python", "javascript", "typescript", "tsx", "java", "go", "rust")
WATCHES: Final = Path("/proc/sys/fs/inotify/max_user_watches")
FEW_WATCHES: Final = 16_384


def findings(env: dict[str, str] | None = None) -> Iterator[Finding]:
    """All checks, in order; what needs the settings is left out where they are not understood."""
    from engine.config import Settings

    yield _python()
    try:
        settings = Settings.load(os.environ if env is None else env)
    except EngineError as problem:
        yield _missing("settings", problem)
    else:
        known = settings.config_file if settings.config_file.is_file() else "defaults (no file)"
        yield Finding("settings", State.OK, str(known))
        for check in (_data_folder, _database, _model, _adapter, _threads, _servers):
            yield from _tried(check, settings)
    yield _grammars()
    yield _long_tail()
    yield _watching()
    yield _git()
    yield _trainer()


def _tried(check: Callable[[Settings], Finding], settings: Settings) -> Iterator[Finding]:
    try:
        yield check(settings)
    except EngineError as problem:
        yield _missing(check.__name__.strip("_").replace("_", " "), problem)


def _missing(name: str, problem: EngineError) -> Finding:
    return Finding(name, State.MISSING, problem.message, problem.hint)


def _python() -> Finding:
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"
    if sys.version_info < (3, 11):  # noqa: UP036  the one place that says it in words
        return Finding("python", State.MISSING, detail, "Ripple needs Python 3.11 or newer.")
    return Finding("python", State.OK, detail)


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    free = shutil.disk_usage(folder).free // 2**20
    mode = folder.stat().st_mode & 0o777
    detail = f"{folder}, mode {mode:04o}, {free:,} MB free"
    if not os.access(folder, os.W_OK):
        hint = "Change its permissions, or set RIPPLE_DATA_DIR."
        return Finding("data folder", State.MISSING, f"{detail}, not writable", hint)
    if mode & 0o077:
        return Finding("data folder", State.NOTE, detail, f"Others may read it: chmod 700 {folder}")
    return Finding("data folder", State.OK, detail)


def _database(settings: Settings) -> Finding:
    from engine.store import FILE, Store

    with closing(Store(settings.data_dir / FILE)) as store:
        return Finding("database", State.OK, store.check())


def _model(settings: Settings) -> Finding:
    """Load the model as a session would."""
    from engine.model.predictor import EMBEDDED, STRUCTURE, open_predictor

    notices: list[str] = []
    with closing(open_predictor(settings, notices.append)) as predictor:
        info = predictor.info
    build = _version("llama-cpp-python") or "not installed"
    if info == STRUCTURE:
        hint = "Rules alone decide until then; reinstall Ripple, or name a model with --model."
        return Finding("model", State.MISSING, f"{' '.join(notices)} (llama-cpp-python {build})", hint)
    path = settings.model or EMBEDDED
    asked = f", asked as {info.format} (settings: model_format)" if info.format else ""
    detail = f"{info.name}{asked}, {path.stat().st_size / 2**20:.1f} MB, sha256 {info.sha256[:16]}, {path}"
    return Finding("model", State.OK, f"{detail} (llama-cpp-python {build})")


def _adapter(settings: Settings) -> Finding:
    """The adapter that the model decides with; without one, and with a damaged one, it decides alone."""
    from app.adapter_table import adapters_of, base_of, when
    from engine.model.library import Library

    try:
        adapters = adapters_of(settings, base_of(settings, Library(settings.data_dir)))
        path, kept = adapters.current(), adapters.all()
    except EngineError as problem:
        return Finding("adapter", State.NOTE, problem.message, problem.hint)
    if path is None:
        hint = "`ripple nightly run` trains one from your decisions." if not kept else ""
        return Finding("adapter", State.OK, f"none in use, {len(kept)} kept", hint)
    at = next((when(one.at) for one in kept if one.current), "an unknown day")
    return Finding("adapter", State.OK, f"{path.stem} of {at}, {len(kept)} kept")


def _threads(settings: Settings) -> Finding:
    import psutil

    cores = f"{psutil.cpu_count(logical=False)} cores, {psutil.cpu_count()} logical"
    try:
        from engine.model.runtime import thread_count
    except (ImportError, OSError, RuntimeError):
        return Finding("threads", State.NOTE, cores, "llama.cpp cannot be loaded, so none compute.")
    return Finding("threads", State.OK, f"{thread_count(settings.threads)} compute ({cores})")


def _servers(settings: Settings) -> Finding:
    """The language servers that a session in this folder would start."""
    from engine.lsp import find

    if not settings.lsp:
        return Finding("language servers", State.OK, "switched off")
    found = find(Path.cwd(), settings.lsp_servers)
    if not found:
        hint = (
            "With basedpyright, ruff, gopls, rust-analyzer or others on PATH, Ripple mends what they report."
        )
        return Finding("language servers", State.NOTE, "none found for this folder", hint)
    return Finding("language servers", State.OK, ", ".join(f"{one.name} ({one.command[0]})" for one in found))


def _grammars() -> Finding:
    from engine.syntax.grammars import grammar

    missing = [name for name in OFFICIAL if grammar(name) is None]
    if missing:
        hint = f"pip install {' '.join(f'tree-sitter-{name}' for name in missing)}"
        return Finding("grammars", State.MISSING, f"without {', '.join(missing)}", hint)
    return Finding("grammars", State.OK, ", ".join(OFFICIAL))


def _long_tail() -> Finding:
    version = _version("tree-sitter-languages")
    if version is None:
        hint = "It has wheels up to Python 3.12; without it fewer languages are known."
        return Finding("more languages", State.NOTE, "tree-sitter-languages is not installed", hint)
    return Finding("more languages", State.OK, f"tree-sitter-languages {version}")


def _watching() -> Finding:
    if not WATCHES.is_file():
        return Finding("watching", State.OK, f"native on {platform.system()}")
    watches = int(WATCHES.read_text(encoding="ascii"))
    detail = f"inotify, {watches:,} folders at most"
    if watches < FEW_WATCHES:
        hint = "Large projects are polled instead; raise it: sudo sysctl fs.inotify.max_user_watches=524288"
        return Finding("watching", State.NOTE, detail, hint)
    return Finding("watching", State.OK, detail)


def _git() -> Finding:
    git = shutil.which("git")
    if git is None:
        return Finding("git", State.NOTE, "not found", "Only training from a repository's history needs it.")
    return Finding("git", State.OK, git)


def _trainer() -> Finding:
    """What a night needs, and `ripple train`."""
    from app.extras import install
    from app.night_process import NEEDED

    found = {name: _version(name) for name in NEEDED}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        hint = f"Nights and `ripple train` need the extra `train`: {install('train')}"
        return Finding("trainer", State.NOTE, f"without {', '.join(missing)}", hint)
    return Finding("trainer", State.OK, ", ".join(f"{name} {version}" for name, version in found.items()))


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
