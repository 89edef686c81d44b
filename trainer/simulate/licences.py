"""The licence of a source tree: what its metadata states, else what its licence file says."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Final

UNKNOWN: Final = "unknown"

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
    """The licence as an SPDX name where it can be told, else UNKNOWN."""
    stated = _pyproject(folder) or _package(folder) or _cargo(folder)
    if stated:
        return stated
    files = sorted(path for path in folder.glob("*") if re.match(r"(?i)licen[cs]e|copying", path.name))
    found = [name for path in files if path.is_file() and (name := of_text(_text(path)))]
    return " OR ".join(dict.fromkeys(found)) or UNKNOWN


def of_text(text: str) -> str:
    """The licence that a text is, or nothing."""
    flat = " ".join(text.split())
    return next((name for name, mark in _TEXTS if mark.lower() in flat.lower()), "")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _entry(table: object, *keys: str) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _pyproject(folder: Path) -> str:
    stated = _entry(_toml(folder / "pyproject.toml"), "project", "license")
    stated = _entry(stated, "text") if isinstance(stated, dict) else stated
    return stated.strip() if isinstance(stated, str) and len(stated) < 60 else ""


def _cargo(folder: Path) -> str:
    table = _toml(folder / "Cargo.toml")
    stated = _entry(table, "package", "license") or _entry(table, "workspace", "package", "license")
    return stated.replace("/", " OR ") if isinstance(stated, str) else ""


def _package(folder: Path) -> str:
    try:
        stated = _entry(json.loads(_text(folder / "package.json") or "{}"), "license")
    except json.JSONDecodeError:
        return ""
    return stated if isinstance(stated, str) else ""
