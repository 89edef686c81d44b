"""`ripple nights`: the table, one night, JSON, and what it says where there is none."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from app.cli import cli
from app.night_table import details, table
from engine import nights
from engine.config import Settings
from engine.nights import parsed
from tests.app.sample_nights import ALL, KEPT, NO_DATA, PUBLISHED, UNFINISHED


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["nights", *args], prog_name="ripple")


def record() -> None:
    for night in ALL:
        nights.write(Settings.load().data_dir, night)


def test_without_a_night_it_says_what_to_do() -> None:
    result = run()
    assert result.exit_code == 0 and result.stdout == ""
    assert "`ripple nightly run`" in result.stderr and "`ripple nightly install`" in result.stderr
    assert json.loads(run("--json").stdout) == []


def test_the_table_has_every_night_newest_first() -> None:
    record()
    lines = run().stdout.splitlines()
    assert lines[0].split()[:5] == ["night", "outcome", "pairs", "min", "loss"]
    assert [line.split()[0] for line in lines[1::2]] == [PUBLISHED.id, KEPT.id, NO_DATA.id]
    assert [line.strip() for line in lines[2::2]] == [PUBLISHED.reason, KEPT.reason, NO_DATA.reason]
    published, kept = lines[1], lines[3]
    assert "212" in published and "0.693 → 0.412" in published and "60.5 → 68.6" in published
    assert published.endswith(PUBLISHED.adapter)
    assert KEPT.adapter not in kept, "it was not published"
    assert len(run("--limit", "1").stdout.splitlines()) == 3


def test_one_night_is_told_in_full() -> None:
    record()
    said = run("2026-11-25").stdout
    for part in (
        PUBLISHED.reason,
        "212 pairs to learn from, 43 held out",
        "125 of decisions, 87 of histories",
        "history 87, rejected 61, made_by_hand 40, corrected 24",
        "left out: another model 11, secret 2",
        "18.4 minutes: collect 1.2",
        "loss 0.693 → 0.412 in 260 steps",
        "1,534 MB",
        "adapter 0a1b2c3d4e5f, before it 99aa88bb77cc",
        "+8.1 [+2.3 +14.0]",
        "on yesterday    65.1   68.6  +3.5",
        "import          20.0   45.0  +25.0 [+10.0 +40.0]",
    ):
        assert part in said, part
    assert run("1999").exit_code == 2


def test_lines_fit_a_narrow_pane() -> None:
    assert max(len(line) for line in details(PUBLISHED)[1:] if not line.startswith(("18.4", "  "))) <= 58


def test_unfinished_and_empty_records_are_told_too() -> None:
    assert "unfinished, in step train" in table([UNFINISHED])[1]
    told = details(PUBLISHED)
    taste = next(at for at, line in enumerate(told) if line.startswith("your taste"))
    assert told[taste + 1 : taste + 3] == [
        "rename                     71.0   66.0         58",
        "  docstring                64.0   18.0         14",
    ]
    assert details(NO_DATA)[0].startswith("no data: 9 tuples")
    assert details(UNFINISHED)[2] == "0 pairs to learn from, 0 held out"


def test_json_is_the_record(tmp_path) -> None:
    record()
    first, *_ = json.loads(run("--json").stdout)
    assert parsed(json.dumps(first)) == PUBLISHED
