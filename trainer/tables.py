"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence


def share(part: int, whole: int) -> str:
    """A quotient in two decimals, or a dash where nothing was counted."""
    return f"{part / whole:.2f}" if whole else "-"


def aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as a table, the first of them its head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
