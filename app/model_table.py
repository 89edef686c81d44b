"""The models as rows and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from app.adapter_table import kept
from engine.config import Settings
from engine.model.adapters import Adapter, Adapters
from engine.model.library import Known, Library, Origin, decides, embedded
from engine.model.predictor import EMBEDDED

Row = dict[str, str | int | bool | list[dict[str, object]]]


def as_rows(settings: Settings, library: Library) -> list[Row]:
    """All models, the embedded one first; last the one that the settings name, if it was never added."""
    own = embedded(EMBEDDED)
    models = [*([own] if own else []), *library.all()]
    rows = [
        _row(settings, one, settings.model is None if one is own else decides(settings, one))
        for one in models
    ]
    if settings.model is not None and not any(row["used"] for row in rows):
        size = settings.model.stat().st_size if settings.model.is_file() else 0
        format_ = settings.model_format or "by its names"
        unlisted = Known("(settings)", settings.model, Origin.ADDED, format_, size, "")
        rows.append(_row(settings, unlisted, True))
    return rows


def adapters_in_use(settings: Settings, rows: Sequence[Row]) -> tuple[Adapter, ...]:
    """Those kept of the model in use, newest first."""
    used = next((str(row["sha256"]) for row in rows if row["used"]), "")
    return kept(Adapters(settings.data_dir, used))[0] if used else ()


def _row(settings: Settings, known: Known, used: bool) -> Row:
    adapters, current = kept(Adapters(settings.data_dir, known.sha256)) if known.sha256 else ((), "")
    return {
        "used": used,
        "name": known.name,
        "size": known.size,
        "format": known.format,
        "origin": known.origin.value,
        "state": known.state,
        "sha256": known.sha256,
        "licence": known.licence,
        "source": known.source,
        "path": str(known.path),
        "adapter": current,
        "adapters": [{**asdict(one), "path": str(one.path)} for one in adapters],
    }


def table(rows: Sequence[Row]) -> list[str]:
    """Aligned lines for a person, the head first."""
    cells = [("", "name", "size", "format", "origin", "sha256", "adapter", "path")]
    for row in rows:
        state = f" ({row['state']})" if row["state"] else ""
        size = f"{int(str(row['size'])) / 2**20:,.1f} MB"
        sign = "*" if row["used"] else ""
        names = (str(row["name"]), size, str(row["format"]), str(row["origin"]))
        adapter = str(row["adapter"]) or "–"
        cells.append((sign, *names, str(row["sha256"])[:12], adapter, f"{row['path']}{state}"))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
