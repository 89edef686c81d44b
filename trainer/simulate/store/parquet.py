"""Chains as Parquet files that `datasets` reads: one row a chain, with the texts that it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import Features, List, Value

from trainer.simulate.source import Change
from trainer.simulate.store.labelled import Draft, Labelled
from trainer.simulate.trajectory import Trajectory

BATCH: Final = 64
"""Rows that are held before they are written."""
_TEXT: Final = Value("string")
_PLACE: Final = {"start": Value("int32"), "old": _TEXT, "new": _TEXT}
COLUMNS: Final = {
    "scenario": _TEXT,
    "kind": _TEXT,
    "language": _TEXT,
    "repository": _TEXT,
    "licence": _TEXT,
    "trigger": {"path": _TEXT, "changes": List(_PLACE)},
    "steps": List({"path": _TEXT, **_PLACE}),
    "inside": Value("bool"),
    "before": List({"path": _TEXT, "text": _TEXT}),
}
LABELS: Final = {
    "labels": {
        "steps": List(Value("bool")),
        "drafts": List(
            {
                "path": _TEXT,
                **_PLACE,
                "intent": _TEXT,
                "rule": Value("float32"),
                "made": Value("bool"),
            }
        ),
    }
}
"""What histories add: which steps the engine proposed, and what it proposed; offsets after the trigger."""


Row = dict[str, object]


def write(path: Path, chains: Iterable[Trajectory]) -> int:
    """Write chains; the file appears when it is whole. How many there were."""
    return _write(path, COLUMNS, map(_row, chains))


def write_labelled(path: Path, chains: Iterable[Labelled]) -> int:
    """The same for chains with labels."""
    return _write(path, {**COLUMNS, **LABELS}, map(_labelled_row, chains))


def read(path: Path) -> Iterator[Trajectory]:
    """The chains of a file."""
    yield from map(_chain, _rows(path))


def read_labelled(path: Path) -> Iterator[Labelled]:
    """The chains of a file of a history."""
    for row in _rows(path):
        labels = row["labels"]
        drafts = tuple(
            Draft(one["path"], _change(one), one["intent"], one["rule"], one["made"])
            for one in labels["drafts"]
        )
        yield Labelled(_chain(row), tuple(labels["steps"]), drafts)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH):
            yield from batch.to_pylist()


def _write(path: Path, columns: Mapping[str, object], rows: Iterable[Row]) -> int:
    schema = cast("pa.Schema", Features(dict(columns)).arrow_schema)
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for batch in _batches(rows):
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                count += len(batch)
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return count


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    every = iter(rows)
    while batch := list(islice(every, BATCH)):
        yield batch


def _row(chain: Trajectory) -> Row:
    path, changes = chain.trigger
    return {
        "scenario": chain.scenario,
        "kind": chain.kind,
        "language": chain.language,
        "repository": chain.repository,
        "licence": chain.licence,
        "trigger": {"path": path, "changes": [change._asdict() for change in changes]},
        "steps": [{"path": where, **change._asdict()} for where, change in chain.steps],
        "inside": chain.inside,
        "before": [{"path": name, "text": text} for name, text in sorted(chain.before.items())],
    }


def _labelled_row(one: Labelled) -> Row:
    drafts = [
        {
            "path": draft.path,
            **draft.change._asdict(),
            "intent": draft.intent,
            "rule": draft.rule,
            "made": draft.made,
        }
        for draft in one.drafts
    ]
    return {**_row(one.chain), "labels": {"steps": list(one.steps), "drafts": drafts}}


def _chain(row: Mapping[str, object]) -> Trajectory:
    trigger = cast("Mapping[str, object]", row["trigger"])
    changes = cast("Sequence[Mapping[str, object]]", trigger["changes"])
    steps = cast("Sequence[Mapping[str, object]]", row["steps"])
    texts = cast("Sequence[Mapping[str, str]]", row["before"])
    return Trajectory(
        str(row["scenario"]),
        str(row["kind"]),
        str(row["language"]),
        str(row["repository"]),
        str(row["licence"]),
        {text["path"]: text["text"] for text in texts},
        (str(trigger["path"]), tuple(map(_change, changes))),
        tuple((str(step["path"]), _change(step)) for step in steps),
        bool(row["inside"]),
    )


def _change(entry: Mapping[str, object]) -> Change:
    return Change(cast("int", entry["start"]), str(entry["old"]), str(entry["new"]))
