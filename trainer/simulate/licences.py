"""The licence of a source tree: what its metadata states, else what its licence file says."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

UNKNOWN: Final = "unknown"

_LICENCE_FILE: Final = re.compile(r"(?i)licen[cs]e|copying")
_TEXTS: Final = (
    ("AGPL-3.0", "GNU AFFERO GENERAL PUBLIC LICENSE"),
    ("LGPL", "GNU LESSER GENERAL PUBLIC LICENSE"),
    ("GPL", "GNU GENERAL PUBLIC LICENSE"),
    ("MPL-2.0", "Mozilla Public License"),
    ("EPL", "Eclipse Public License"),
    ("Apache-2.0", "Apache License"),
    ("MIT", "Permission is hereby granted, free of charge"),
    ("BSD-3-Clause", "Neither the name"),
    ("BSD-2-Clause", "Redistribution and use in source and binary forms"),
    ("ISC", "Permission to use, copy, modify, and/or distribute"),
    ("Unlicense", "This is free and unencumbered software"),
    ("PSF-2.0", "PYTHON SOFTWARE FOUNDATION LICENSE"),
    ("Zlib", "provided 'as-is', without any express or implied"),
)
"""A sentence by which each licence is known, the stricter first."""


def of_folder(folder: Path) -> str:
    """The licence of a folder's project, by the files at its top."""
    wanted = (path for path in folder.glob("*") if is_telling(path.name) and path.is_file())
    return of_files({path.name: _text(path) for path in wanted})


def is_telling(name: str) -> bool:
    """Whether a file at the top of a project may say its licence."""
    return name in ("pyproject.toml", "package.json", "Cargo.toml") or _LICENCE_FILE.match(name) is not None


def of_files(files: Mapping[str, str]) -> str:
    """The licence as an SPDX name where these files tell it, else UNKNOWN."""
    stated = _pyproject(files) or _package(files) or _cargo(files)
    if stated:
        return stated
    found = [of_text(text) for name, text in sorted(files.items()) if _LICENCE_FILE.match(name)]
    return " OR ".join(dict.fromkeys(filter(None, found))) or UNKNOWN


def of_text(text: str) -> str:
    """The licence that a text is, or nothing."""
    flat = " ".join(text.split())
    return next((name for name, mark in _TEXTS if mark.lower() in flat.lower()), "")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _entry(table: object, *keys: str) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _pyproject(files: Mapping[str, str]) -> str:
    stated = _entry(_toml(files.get("pyproject.toml", "")), "project", "license")
    stated = _entry(stated, "text") if isinstance(stated, dict) else stated
    return stated.strip() if isinstance(stated, str) and len(stated) < 60 else ""


def _cargo(files: Mapping[str, str]) -> str:
    table = _toml(files.get("Cargo.toml", ""))
    stated = _entry(table, "package", "license") or _entry(table, "workspace", "package", "license")
    return stated.replace("/", " OR ") if isinstance(stated, str) else ""


def _package(files: Mapping[str, str]) -> str:
    try:
        stated = _entry(json.loads(files.get("package.json") or "{}"), "license")
    except json.JSONDecodeError:
        return ""
    return stated if isinstance(stated, str) else ""
