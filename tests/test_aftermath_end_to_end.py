"""The real program: what a person makes of accepted text is in the log once the program ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.demo_guide import FIRST_EDIT, SAMPLE
from tests.ripple_process import RippleProcess


def test_a_correction_by_hand_is_logged_when_the_program_ends(tmp_path: Path) -> None:
    project = tmp_path / "library"
    shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    with RippleProcess(project, "--structure-only") as ripple:
        ripple.wait("ready")
        target = project / FIRST_EDIT.path
        ripple.save(FIRST_EDIT.path, target.read_text().replace(FIRST_EDIT.line, FIRST_EDIT.changed))
        suggestion = ripple.answer()
        ripple.send(do="accept", suggestion=suggestion["id"], actions="all")
        ripple.wait("applied")
        ripple.answer()
        one = next(
            a for a in suggestion["actions"] if a["path"] != FIRST_EDIT.path and a["new"].isidentifier()
        )
        lines = (project / one["path"]).read_text().splitlines(keepends=True)
        number = one["range"]["start"]["line"]
        own = one["new"] + "_by_hand"
        lines[number] = lines[number].replace(one["new"], own, 1)
        ripple.save(one["path"], "".join(lines))
        ripple.answer()
        ripple.send(do="quit")
        assert ripple.end() == 0
        environment = {**os.environ, "RIPPLE_DATA_DIR": str(ripple.database.parent)}
    command = [sys.executable, "-m", "app", "log", "--json"]
    shown = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    rows = [json.loads(line) for line in shown.stdout.splitlines()]
    corrected = [row for row in rows if row["verdict"] == "corrected"]
    assert [(row["n"], row["corrected_to"], row["later"]) for row in corrected] == [(one["n"], own, True)]
