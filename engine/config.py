"""The settings of one run: defaults, then the TOML file, then RIPPLE_* variables."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import platformdirs

from engine.errors import SettingsProblem
from engine.types import IntentKind, PromptFormat

APP = "ripple"
PLACES = ("data_dir", "cache_dir", "config_file")
"""Settings that say where things lie: from the environment only, never from the file that lies there."""


@dataclass(frozen=True)
class Settings:
    """Everything a person may set; the three places are required, the rest has defaults."""

    data_dir: Path
    cache_dir: Path
    config_file: Path
    model: Path | None = None
    """A GGUF of the person's own; None is the embedded one."""
    model_format: str = ""
    """How such a model is asked, by a name of PromptFormat ("sweep" is the newer of two); "" guesses."""
    threads: int = 0
    """0 is one less than the physical cores, at least one."""
    gpu_layers: int = 0
    threshold: float = 0.45
    """The least `p` at which an action is shown."""
    structure_threshold: float = 0.5
    """The same, where no model decides and `p` is the rule's confidence."""
    explore: float = 0.05
    """How often a place a little under the threshold is shown as a guess instead of nothing; 0 is never."""
    max_actions: int = 200
    ignore: tuple[str, ...] = ()
    """Patterns in .gitignore's language, added to what is ignored anyway."""
    burst_files: int = 20
    """More files than this within `burst_window_ms` are a branch switch, not edits."""
    burst_window_ms: int = 400
    debounce_ms: int = 25
    grace_ms: int = 400
    """Keys do nothing this long after a suggestion appears."""
    snooze_minutes: int = 5
    keys: tuple[str, ...] = ()
    """Keys of the terminal app mapped anew, as "accept-all=f2" or "next=n,ctrl+n"; `?` shows the actions."""
    polling: bool = False
    """Watch by polling even where the system can notify."""
    docs: bool = True
    """Touch comments and docstrings."""
    without: tuple[str, ...] = ()
    """Scenarios that are switched off, by the names of IntentKind: "rename", "import", ..."""
    lsp: bool = True
    """Listen to the language servers that this machine has."""
    lsp_servers: tuple[str, ...] = ()
    """Those to use by name (all, where none is named), and others as ".rb=solargraph stdio"."""
    nightly_offer: bool = True
    """Offer a night in the terminal app when nothing was saved for a while."""
    nightly_minutes: int = 45
    """The longest that a night may take."""
    nightly_memory: int = 4
    """GB that a night may hold; a bigger model of the person's own needs more."""
    lsp_wait_ms: int = 150
    """The longest that an answer waits for a server; what it says later is taken up then."""

    @classmethod
    def load(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """The settings of this environment; makes the folders (mode 0700). Raises SettingsProblem."""
        data_dir = _place(env, "RIPPLE_DATA_DIR", "XDG_DATA_HOME", platformdirs.user_data_path)
        cache_dir = _place(env, "RIPPLE_CACHE_DIR", "XDG_CACHE_HOME", platformdirs.user_cache_path)
        config_dir = _place(env, "RIPPLE_CONFIG_DIR", "XDG_CONFIG_HOME", platformdirs.user_config_path)
        config_file = Path(env.get("RIPPLE_CONFIG_FILE") or config_dir / "config.toml").expanduser()
        own, written = _from_env(env), _from_file(config_file)
        if "model" in own:
            written.pop("model_format", None)  # it speaks of the model that is named beside it
        values = {**written, **own}
        for folder in (data_dir, cache_dir):
            _make_private(folder)
        return _build(data_dir, cache_dir, config_file, values)


_KINDS = {field.name: str(field.type) for field in fields(Settings) if field.name not in PLACES}
"""Each setting's type as it is written above: "int", "float", "bool", "str", "Path | None" and so on."""

_LEAST = {
    "gpu_layers": -1,
    "max_actions": 1,
    "burst_files": 1,
    "burst_window_ms": 10,
    "debounce_ms": 1,
    "nightly_minutes": 1,
    "nightly_memory": 1,
}
"""The least value of whole-number settings; 0 for those not named."""

_FORMATS = {"": "", "sweep": PromptFormat.SWEEP_2.value, **{one.value: one.value for one in PromptFormat}}
"""What `model_format` may say, and what it means; the one setting that is plain text."""

_SWITCH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("0", "false", "no", "off", ""), False
)


def _place(env: Mapping[str, str], own: str, xdg: str, default: Callable[[str], Path]) -> Path:
    """A folder: Ripple's own variable, else the XDG one, else the platform's below HOME."""
    if env.get(own):
        return Path(env[own]).expanduser().absolute()
    if env.get(xdg) and Path(env[xdg]).is_absolute():
        return Path(env[xdg]) / APP
    path = default(APP)
    if env.get("HOME") and path.is_relative_to(Path.home()):
        return Path(env["HOME"]) / path.relative_to(Path.home())
    return path


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise SettingsProblem(
            f"{folder} cannot be used: {error.strerror}.",
            "Set RIPPLE_DATA_DIR and RIPPLE_CACHE_DIR to folders that you can write to.",
        ) from error


def _from_file(path: Path) -> dict[str, object]:
    """The settings file's values; a file that is not there sets nothing."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsProblem(
            f"{path} is not readable as TOML: {error}.", "Correct or remove the file."
        ) from error
    return {name: _checked(name, value, str(path)) for name, value in raw.items()}


def _from_env(env: Mapping[str, str]) -> dict[str, object]:
    """The values of RIPPLE_<SETTING> variables; others that begin with RIPPLE_ are none of ours."""
    values: dict[str, object] = {}
    for name, kind in _KINDS.items():
        variable = f"RIPPLE_{name.upper()}"
        if variable in env:
            values[name] = _checked(name, _parsed(env[variable], kind), variable)
    return values


def _parsed(text: str, kind: str) -> object:
    """A variable's text as its setting's type, or the text itself where it does not fit."""
    text = text.strip()
    try:
        match kind:
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "bool":
                return _SWITCH.get(text.lower(), text)
            case "tuple[str, ...]":
                return [part for part in text.split(os.pathsep) if part]
            case _:
                return text
    except ValueError:
        return text


def _checked(name: str, value: object, source: str) -> object:
    """The value as the dataclass wants it, or SettingsProblem that names the setting and its source."""
    kind = _KINDS.get(name)
    if kind is None:
        near = difflib.get_close_matches(name, _KINDS, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else f"Known settings: {', '.join(sorted(_KINDS))}."
        raise SettingsProblem(f"{source} sets `{name}`, which is not a setting.", hint)
    match kind, value:
        case "bool", bool():
            return value
        case "int", int() if not isinstance(value, bool) and value >= _LEAST.get(name, 0):
            return value
        case "float", int() | float() if not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        case "str", str() if value.lower() in _FORMATS:
            return _FORMATS[value.lower()]
        case "Path | None", str():
            return Path(value).expanduser().absolute() if value else None
        case "tuple[str, ...]", list() if all(isinstance(item, str) for item in value):
            if name == "without" and not set(value) <= set(IntentKind):
                raise SettingsProblem(
                    f"{source} switches off {', '.join(sorted(set(value) - set(IntentKind)))}.",
                    f"The scenarios are {', '.join(IntentKind)}.",
                )
            return tuple(value)
    raise SettingsProblem(f"{source} sets `{name}` to {value!r}.", f"`{name}` must be {_wanted(name, kind)}.")


def _wanted(name: str, kind: str) -> str:
    match kind:
        case "int":
            return f"a whole number, at least {_LEAST.get(name, 0)}"
        case "float":
            return "a number from 0 to 1"
        case "bool":
            return "true or false"
        case "str":
            return f"one of {', '.join(one for one in _FORMATS if one)}"
        case "tuple[str, ...]":
            return "a list of patterns"
        case _:
            return "a path"


def _build(data_dir: Path, cache_dir: Path, config_file: Path, values: Mapping[str, object]) -> Settings:
    plain = Settings(data_dir, cache_dir, config_file)
    return Settings(**{**{field.name: getattr(plain, field.name) for field in fields(Settings)}, **values})
