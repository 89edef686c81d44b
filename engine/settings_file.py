"""The settings file changed for the person: single lines are written, all else stays as it was typed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine import files
from engine.errors import SettingsProblem


def change(path: Path, values: Mapping[str, str]) -> bool:
    """Give text settings new values in the file, atomically; whether anything had to be written.

    An empty value takes a setting back, and is written only where the file has the setting. Comments, order,
    newline style and other settings stay. The file is made where there is none. Raises SettingsProblem,
    FileProblem; the file is then as it was.
    """
    present = files.read(path) if path.exists() else None
    text = present.text if present else ""
    changed = text
    for name, value in values.items():
        changed = _set(changed, name, value, path)
    if changed == text:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.problem(path.parent, error) from error
    mode, expected = (present.mode, present.sha256) if present else (0o600, None)
    files.write_atomic(path, changed.encode("utf-8"), mode, expected)
    return True


def _set(text: str, name: str, value: str, path: Path) -> str:
    """The text with the setting; of all candidates, the first that changes nothing else."""
    before = _parsed(text, path)
    if before.get(name, "") == value:
        return text
    for candidate in _candidates(text, name, value):
        try:
            if tomllib.loads(candidate.removeprefix("\ufeff")) == {**before, name: value}:
                return candidate
        except tomllib.TOMLDecodeError:
            continue
    raise SettingsProblem(
        f"`{name}` cannot be changed in {path} without touching something else.",
        f"Change it by hand: {name} = {_quoted(value)}",
    )


def _parsed(text: str, path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsProblem(
            f"{path} is not readable as TOML: {error}.", "Correct or remove the file."
        ) from error


def _candidates(text: str, name: str, value: str) -> Iterator[str]:
    """The text with what may be the setting's line replaced, or with one added below or above."""
    key = re.escape(name)
    keys = rf"""(?:{key}|"{key}"|'{key}')"""
    strings = r"""(?:"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*')"""
    line = re.compile(rf"^(?P<key>\ufeff?[ \t]*{keys}[ \t]*=[ \t]*){strings}", re.MULTILINE)
    for match in line.finditer(text):
        yield text[: match.start()] + match["key"] + _quoted(value) + text[match.end() :]
    newline = "\r\n" if "\r\n" in text else "\n"
    added = f"{name} = {_quoted(value)}{newline}"
    yield (text if not text or text.endswith("\n") else text + newline) + added
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    yield mark + added + text.removeprefix(mark)


def _quoted(value: str) -> str:
    """As a TOML string; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)
