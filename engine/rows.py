"""The store's rows as records, and token ids as the store keeps them."""

from __future__ import annotations

import json
import struct
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Final

from engine.records import (
    DAY,
    AppliedSet,
    Confidence,
    Considered,
    Correction,
    Day,
    Diary,
    Followed,
    Horizon,
    IntentShare,
    Kept,
    LoggedDecision,
    SiteFate,
    Told,
    ToldAction,
    ToldDecision,
    ToldEdit,
    Written,
)
from engine.types import Hunk, ModelInfo, Verdict

Row = Mapping[str, object]

JSON: Final = frozenset({"hunks", "prompt_lengths", "considered", "latency", "written"})
"""Columns that hold JSON."""
_HORIZONS: Final[Mapping[str, Horizon]] = {"5m": "5m", "1h": "1h", "commit": "commit"}


def sayable(values: Sequence[object] | Mapping[str, object]) -> list[object] | dict[str, object]:
    """Values of a statement whose texts are UTF-8: what is none, as in some files' names, is written out."""
    if isinstance(values, Mapping):
        return {name: _sayable(value) for name, value in values.items()}
    return [_sayable(value) for value in values]


def _sayable(value: object) -> object:
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def packed(prompts: Sequence[Sequence[int]]) -> bytes:
    """Token ids as 4 bytes each, little-endian, all windows one after the other."""
    return b"".join(struct.pack(f"<{len(ids)}I", *ids) for ids in prompts)


def unpacked(blob: object) -> list[int]:
    """The token ids of all windows; raises TypeError, struct.error."""
    if not isinstance(blob, bytes):
        raise TypeError(f"prompt_ids is {type(blob).__name__}, not bytes")
    return list(struct.unpack(f"<{len(blob) // 4}I", blob))


def applied_set(row: Row) -> AppliedSet:
    """A set that can be taken back."""
    return AppliedSet(
        id=int(str(row["id"])),
        suggestion=str(row["suggestion"]),
        actions=tuple(json.loads(str(row["actions"]))),
        record=str(row["record"]),
    )


def correction(row: Row) -> Correction:
    """A draft that was taken, with what stands for it."""
    hunks = json.loads(str(row["hunks"]))
    return Correction(
        intent=str(row["intent"]),
        path=str(row["path"]),
        draft=str(row["draft"]),
        new=str(row["new"]),
        changes=tuple((str(hunk["old"]), str(hunk["new"])) for hunk in hunks),
    )


def logged(row: Row) -> LoggedDecision:
    """A line of the view decision_log."""
    return LoggedDecision(
        at=float(str(row["at"])),
        project=str(row["project"]),
        path=str(row["path"]),
        line=int(str(row["line"])),
        intent=str(row["intent"]),
        old=str(row["old"]),
        new=str(row["new"]),
        p=float(str(row["p"])),
        verdict=Verdict(str(row["verdict"])),
        corrected_to=_text(row["corrected_to"]),
        model=str(row["model"]),
        adapter=_text(row["adapter"]),
        suggestion=str(row["suggestion"]),
        n=int(str(row["n"])),
        guess=row["guess"] == 1,
        later=row["later"] == 1,
    )


def told(
    row: Row,
    actions: Iterable[Row],
    decisions: Sequence[Row],
    kept: Sequence[Row],
    fates: Iterable[Row],
    saves: Saves,
) -> Told:
    """One answer with what followed; raises ValueError, KeyError, TypeError, struct.error on damaged rows."""
    ids = unpacked(row["prompt_ids"])
    lengths = [int(length) for length in json.loads(str(row["prompt_lengths"]))]
    if sum(lengths) != len(ids):
        raise ValueError(f"{len(ids)} prompt tokens, but prompts of {lengths}")
    starts = [sum(lengths[:n]) for n in range(len(lengths))]
    asked = edit({**row, "id": row["edit"], "at": row["edit_at"]})
    sites = considered(row["considered"])
    return Told(
        suggestion=str(row["id"]),
        project=str(row["root"]),
        edit=asked,
        at=float(str(row["at"])),
        reason=_text(row["reason"]),
        model=ModelInfo(str(row["model"]), str(row["sha256"]), _text(row["adapter"])),
        threshold=float(str(row["threshold"])),
        prompts=tuple(
            tuple(ids[start : start + length]) for start, length in zip(starts, lengths, strict=True)
        ),
        considered=sites,
        actions=tuple(_action(one, decisions, kept) for one in actions),
        fates=tuple(
            SiteFate(int(str(one["site"])), one["fate"] == "made", _text(one["new"]), float(str(one["at"])))
            for one in fates
        ),
        later=saves.between([asked.path, *(one.path for one in sites)], asked.at, asked.at + DAY),
        written=tuple(Written(**one) for one in json.loads(str(row["written"]))),
    )


def followed(row: Row, saves: Saves) -> Followed:
    """A written action, with the saves of its file; raises ValueError, KeyError, TypeError."""
    return Followed(
        suggestion=str(row["suggestion"]),
        n=int(str(row["n"])),
        path=str(row["path"]),
        start=int(str(row["start"])),
        old=str(row["old"]),
        new=str(row["new"]),
        context=str(row["context"]),
        at=float(str(row["at"])),
        own=row["own"] == 1,
        settled=row["settled"] == 1,
        looked=tuple(_HORIZONS[name] for name in str(row["looked"] or "").split(",") if name),
        edits=saves.between([str(row["path"])], float(str(row["edit_at"])), inf),
    )


def edit(row: Row) -> ToldEdit:
    """A save with its hunks."""
    by = row["by"]
    if by not in ("person", "ripple"):
        raise ValueError(f"an edit by {by!r}")
    return ToldEdit(
        id=str(row["id"]),
        path=str(row["path"]),
        by="person" if by == "person" else "ripple",
        at=float(str(row["at"])),
        hunks=tuple(Hunk(**one) for one in json.loads(str(row["hunks"]))),
    )


class Saves:
    """The saves of one project, looked up many times; a damaged row is told of where it matters."""

    def __init__(self, found: Iterable[Row]) -> None:
        self._at: dict[str, list[float]] = defaultdict(list)
        self._edits: dict[str, list[ToldEdit | None]] = defaultdict(list)
        for row in found:
            path = str(row["path"])
            self._at[path].append(float(str(row["at"])))
            try:
                self._edits[path].append(edit(row))
            except (ValueError, KeyError, TypeError):
                self._edits[path].append(None)

    def between(self, paths: Iterable[str], after: float, until: float) -> tuple[ToldEdit, ...]:
        """The saves of these files in a span of time, in its order; raises ValueError on a damaged one."""
        spans = (
            self._edits[path][bisect_right(at, after) : bisect_right(at, until)]
            for path in set(paths)
            if (at := self._at.get(path))
        )
        found = [one for span in spans for one in span]
        if None in found:
            raise ValueError("a later save cannot be read")
        return tuple(sorted((one for one in found if one), key=lambda one: (one.at, one.path)))


def considered(value: object) -> tuple[Considered, ...]:
    """The sites that were decided about; rows of older versions lack what came later."""
    return tuple(Considered(**one) for one in json.loads(str(value)))


def _action(row: Row, decisions: Sequence[Row], kept: Sequence[Row]) -> ToldAction:
    n = int(str(row["n"]))
    return ToldAction(
        n=n,
        path=str(row["path"]),
        start=int(str(row["start"])),
        old=str(row["old"]),
        new=str(row["new"]),
        intent=str(row["intent"]),
        p=float(str(row["p"])),
        context=str(row["context"]),
        site=None if row["site"] is None else int(str(row["site"])),
        guess=row["guess"] == 1,
        propensity=1.0 if row["propensity"] is None else float(str(row["propensity"])),
        shown_at=_number(row["shown_at"]),
        closed_at=_number(row["closed_at"]),
        decisions=tuple(
            ToldDecision(
                Verdict(str(one["verdict"])), _text(one["new"]), float(str(one["at"])), one["later"] == 1
            )
            for one in decisions
            if one["n"] == n
        ),
        kept=tuple(
            Kept(n, _HORIZONS[str(one["horizon"])], float(str(one["share"])), float(str(one["at"])))
            for one in kept
            if one["n"] == n
        ),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def diary(days: Iterable[Row], intents: Iterable[Row], confidence: Iterable[Row]) -> Diary:
    """The diary, from days with the newest first."""
    return Diary(
        tuple(map(_day, reversed(tuple(days)))),
        tuple(IntentShare(str(r["intent"]), int(str(r["shown"])), _share(r["acceptance"])) for r in intents),
        tuple(Confidence(float(str(r["p"])), float(str(r["share"])), int(str(r["n"]))) for r in confidence),
    )


def _day(row: Row) -> Day:
    return Day(
        day=str(row["day"]),
        shown=int(str(row["shown"])),
        acceptance=_share(row["acceptance"]),
        saves=int(str(row["saves"])),
        activity=_share(row["activity"]),
        generation=_share(row["generation"]),
    )


def _share(value: object) -> float | None:
    return None if value is None else float(str(value))
