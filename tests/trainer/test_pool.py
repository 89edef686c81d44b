"""Work shared out among processes: all of it comes back, and none goes on when its parent is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from trainer.pool import each

PARENT = """
import sys, time
from pathlib import Path
from trainer.pool import each

def slow(path):
    Path(path).touch()
    time.sleep(60)

if __name__ == "__main__":
    list(each(slow, sys.argv[1:], 2))
"""


def test_everything_comes_back_from_one_process_and_from_several() -> None:
    assert sorted(each(abs, [-1, -2, 3], 1)) == [1, 2, 3]
    assert sorted(each(abs, [-1, -2, 3], 2)) == [1, 2, 3]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent_in_the_middle_of_a_job(tmp_path: Path, end: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    begun = [tmp_path / "a", tmp_path / "b"]
    parent = subprocess.Popen(
        [sys.executable, str(script), *map(str, begun)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    workers: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + 20
        while not all(one.exists() for one in begun):
            assert time.monotonic() < deadline, "no worker began"
            time.sleep(0.05)
        workers = psutil.Process(parent.pid).children(recursive=True)
        assert len(workers) >= 2
        parent.send_signal(end)
        parent.wait(10)
        assert psutil.wait_procs(workers, timeout=10)[1] == []
    finally:
        for one in workers:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        parent.kill()
