"""What the benchmarks share: tables, figures, downloads."""

from __future__ import annotations

import math
import shutil
import statistics
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print an aligned table."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def share(part: float, whole: float) -> float | None:
    """A quotient, or None where nothing was counted."""
    return round(part / whole, 4) if whole else None


def median(values: Sequence[float]) -> float | None:
    """The median in two decimals, or None of nothing."""
    return round(statistics.median(values), 2) if values else None


def percentile(values: Sequence[float], at: float) -> float | None:
    """The value below which a share `at` of the values lies (nearest rank)."""
    ranked = sorted(values)
    return round(ranked[max(0, math.ceil(at * len(ranked)) - 1)], 2) if ranked else None


def sdist(name: str, work: Path) -> Path:
    """The unpacked source distribution of a PyPI project, downloaded once."""
    target = work / "python" / name
    if not target.is_dir():
        down = work / "sdists"
        pip = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            ":all:",
            "-d",
            str(down),
        ]
        found = sorted(down.glob(f"{name}-*.tar.gz"))
        if not found:
            subprocess.run([*pip, name], check=True, stderr=subprocess.DEVNULL)
            found = sorted(down.glob(f"{name}-*.tar.gz"))
        with tarfile.open(found[-1]) as archive:
            archive.extractall(target.with_name(name + ".part"), filter="data")
        (inner,) = target.with_name(name + ".part").iterdir()
        inner.rename(target)
        target.with_name(name + ".part").rmdir()
    return target


def npm(packages: Sequence[str], folder: Path) -> Path:
    """A folder with these npm packages installed, without running any script."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [one for one in packages if not (folder / "node_modules" / one.rpartition("@")[0]).is_dir()]
    if missing:
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
        subprocess.run(
            [*command, *packages], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    return folder / "node_modules"


def checkout(name: str, origin: str, commit: str, work: Path) -> Path:
    """The files of one commit of a Git repository, without its history."""
    target = work / "git" / name
    if not target.is_dir():
        part = target.with_name(name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        if "://" in origin:
            bare = str(part / "bare")
            subprocess.run(["git", "clone", "-q", "--bare", origin, bare], check=True)
            origin = bare
        command = ["git", "--git-dir", origin, "archive", "--format=tar", "-o", str(part / "all.tar"), commit]
        subprocess.run(command, check=True)
        with tarfile.open(part / "all.tar") as archive:
            archive.extractall(part / "tree", filter="data")
        (part / "tree").rename(target)
        shutil.rmtree(part)
    return target
