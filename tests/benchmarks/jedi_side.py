"""Runs inside jedi's own virtual environment: reads names as JSON lines, answers with their references.

The time is that of jedi as it comes. Its limit of 30 parsed files is lifted afterwards for the answer itself.
"""

import json
import sys
import time
from pathlib import Path

import jedi
from jedi.inference import references

AS_IT_COMES = references._PARSED_FILE_LIMIT


def main() -> None:
    """One answer for each line: the references in the project, and how long they took."""
    root = Path(sys.argv[1]).resolve()
    project = jedi.Project(str(root), load_unsafe_extensions=False)
    for line in sys.stdin:
        asked = json.loads(line)
        began = time.perf_counter()
        problem = None
        try:
            references._PARSED_FILE_LIMIT = AS_IT_COMES
            places = find(root, project, asked)
            spent = (time.perf_counter() - began) * 1000
            references._PARSED_FILE_LIMIT = 5_000
            if not asked.get("quick"):
                places = find(root, project, asked)
        except Exception as raised:  # noqa: BLE001 - whatever jedi stumbles over is reported, not hidden
            places, problem, spent = None, repr(raised), 0.0
        print(json.dumps({"places": places, "ms": spent, "problem": problem}), flush=True)


def find(root, project, asked):
    """The references of the name at a line (from 1) and column (from 0), as [path, line, column]."""
    script = jedi.Script(path=str(root / asked["path"]), project=project)
    found = script.get_references(asked["line"], asked["column"], scope="project", include_builtins=False)
    paths = [(name, Path(name.module_path).resolve()) for name in found if name.module_path is not None]
    return [
        [str(path.relative_to(root)), name.line, name.column]
        for name, path in paths
        if path.is_relative_to(root)
    ]


main()
