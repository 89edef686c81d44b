"""Licences that training may read, and what metadata says of a package's licence."""

from __future__ import annotations

import re
from email.parser import HeaderParser
from typing import Final

ALLOWED: Final = (
    "MIT",
    "BSD",
    "Apache",
    "ISC",
    "PSF",
    "Python Software Foundation",
    "Zlib",
    "Unlicense",
    "0BSD",
)
_REFUSED = re.compile(r"\b(A?GPL|LGPL|GNU|MPL|Mozilla|EPL|CC-BY|proprietary)", re.IGNORECASE)

_NAMES = """
expat mit bsd-2-clause bsd-3-clause 0bsd apache-2.0 isc zlib unlicense psf-2 psf-2.0 python-2.0
"""
_SHORT: Final = frozenset(_NAMES.split())
"""Debian's short names of the same, in lower case."""
_EXCEPTION = re.compile(r"\s+with\s+\S.*?\s+exception\b|\s+with\s+\S+-exception\b", re.IGNORECASE)


def is_permissive(licence: str) -> bool:
    """Whether a licence as metadata states it is one that training may read."""
    if _REFUSED.search(licence):
        return False
    return any(re.search(rf"\b{re.escape(name)}", licence, re.IGNORECASE) for name in ALLOWED)


def allows(expression: str) -> bool:
    """Whether a licence in Debian's terms lets itself be read under one that is allowed.

    `A or B` leaves the choice, `and` binds closer than `or`, and a comma parts more than both (copyright
    format 1.0, section 7.2). An exception only adds to what may be done. Unknown names do not pass.
    """
    plain = _EXCEPTION.sub("", expression.strip())
    return any(
        all(
            any(
                all(name.strip().lower() in _SHORT for name in re.split(r"\s+and\s+", choice))
                for choice in re.split(r"\s+or\s+", part)
            )
            for part in re.split(r",\s*(?:and\s+)?", choices)
        )
        for choices in re.split(r",\s*or\s+", plain)
    )


def licence_of(metadata: str) -> str:
    """The licence in a wheel's METADATA: expression first, then classifiers, then the field's first line."""
    headers = HeaderParser().parsestr(metadata)
    if expression := headers.get("License-Expression"):
        return expression.strip()
    marks = [
        line.split("::")[-1].strip()
        for line in headers.get_all("Classifier", [])
        if line.startswith("License")
    ]
    marks = [mark for mark in marks if mark != "OSI Approved"]
    if marks:
        return " / ".join(marks)
    field = (headers.get("License") or "").strip()
    return field.splitlines()[0][:60] if field else "unknown"
