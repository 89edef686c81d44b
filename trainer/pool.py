"""Work shared out among processes."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Final, TypeVar

Job = TypeVar("Job")
Made = TypeVar("Made")

ENDED: Final = (
    "A worker was ended from outside, perhaps for want of memory. What is finished is kept: "
    "run this again, with fewer --workers."
)
"""What a person is told where a BrokenProcessPool was raised."""


def each(make: Callable[[Job], Made], jobs: Sequence[Job], workers: int) -> Iterator[Made]:
    """What is made of each job, as it comes; in this process for one worker. Raises BrokenProcessPool."""
    if workers <= 1 or len(jobs) < 2:
        yield from map(make, jobs)
        return
    fresh = multiprocessing.get_context("spawn")  # arrow has threads, which a fork would lose
    with ProcessPoolExecutor(workers, mp_context=fresh, initializer=_with_parent) as pool:
        waiting = [pool.submit(make, job) for job in jobs]
        try:
            for one in as_completed(waiting):
                yield one.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _with_parent() -> None:
    """Have this worker end as soon as the process that started it is gone, however that was ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.join,), daemon=True).start()


def _end_after(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
