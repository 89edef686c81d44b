"""`python -m tests.benchmarks NAME [--json out] [--work folder] [--model]`: prints a table, writes JSON."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
from pathlib import Path

NAMES = (
    "rename_python",
    "rename_typescript",
    "rename_go",
    "speed",
    "quiet",
    "drafts",
    "scenarios",
    "latency",
    "fuzz",
    "imports",
    "replay",
    "pairs",
    "swap",
    "own",
    "tastes",
    "likes",
)


def main() -> int:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", type=Path, help="where the figures are written")
    parser.add_argument("--work", type=Path, help="cache folder for projects and tools (default: temporary)")
    parser.add_argument("--model", action="store_true", help="let the embedded model decide, too")
    parser.add_argument("--seed", type=int, default=7, help="seed of the samples")
    parser.add_argument("--limit", type=int, default=150, help="about how many samples are taken")
    parser.add_argument("--projects", nargs="*", help="other projects than the benchmark's own")
    parser.add_argument("--scenario", nargs="*", help="scenarios: only these")
    parser.add_argument(
        "--show",
        type=int,
        default=0,
        help="scenarios: print that many chains that went wrong; fuzz: the longest saves",
    )
    parser.add_argument("--kinds", action="store_true", help="scenarios: a table by variant, too")
    parser.add_argument("--plot", type=Path, help="replay: where the curves are drawn, as SVG")
    options = parser.parse_args()
    if options.work is None:
        options.work = Path(tempfile.gettempdir()) / "ripple-benchmarks"
    options.work.mkdir(parents=True, exist_ok=True)
    benchmark = importlib.import_module(f"tests.benchmarks.{options.name}")
    figures = benchmark.run(options)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
