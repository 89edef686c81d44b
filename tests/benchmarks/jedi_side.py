"""Runs inside jedi's own virtual environment: reads names as JSON lines, answers with their references."""

import json
import sys
import time
from pathlib import Path

import jedi


def main() -> None:
    """One answer for each line: the references in the project, and how long they took."""
    root = Path(sys.argv[1]).resolve()
    project = jedi.Project(str(root), load_unsafe_extensions=False)
    for line in sys.stdin:
        asked = json.loads(line)
        began = time.perf_counter()
        try:
            script = jedi.Script(path=str(root / asked["path"]), project=project)
            found = script.get_references(
                asked["line"], asked["column"], scope="project", include_builtins=False
            )
            places = [
                [str(Path(name.module_path).resolve().relative_to(root)), name.line, name.column]
                for name in found
                if name.module_path is not None and Path(name.module_path).resolve().is_relative_to(root)
            ]
        except Exception as problem:  # noqa: BLE001 - whatever jedi stumbles over is reported, not hidden
            places, found = None, repr(problem)
        spent = (time.perf_counter() - began) * 1000
        problem = found if places is None else None
        print(json.dumps({"places": places, "ms": spent, "problem": problem}), flush=True)


main()
