"""SIGKILL during accepts: files are old or new, what was acknowledged is logged, the next start tidies up."""

import json
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.ripple_process import RippleProcess
from tests.test_end_to_end import applied_to

KILLS = 26
"""For each of the two projects that are worked on at the same time."""
PLAY = 3.0
"""The kill comes within this many times the duration of an accept that nobody disturbs."""


def project_at(root: Path, name: str) -> Path:
    project = root / name
    (project / "pkg").mkdir(parents=True)
    for path, text in state("name_0").items():
        (project / path).write_text(text)
    return project


def state(name: str) -> dict[str, str]:
    """The project with its one function called so everywhere."""
    uses = "".join(f"x{n} = {name}({n})\n" for n in range(6))
    return {
        "pkg/__init__.py": "",
        "pkg/a.py": f"def {name}(n):\n    return n\n\n\n{uses}",
        **{f"pkg/{one}.py": f"from pkg.a import {name}\n\n{uses}" for one in "bcde"},
    }


def texts(project: Path) -> dict[str, str]:
    return {path: (project / path).read_text() for path in state("")}


def logged(database: Path, suggestion: str) -> set[int]:
    with closing(sqlite3.connect(database, timeout=10)) as conn:
        rows = conn.execute(
            "SELECT a.n FROM decisions d JOIN actions a ON a.id = d.action"
            " WHERE a.suggestion = ? AND d.verdict = 'accepted'",
            (suggestion,),
        )
        return {row[0] for row in rows}


def settle(ripple: RippleProcess, name: str) -> None:
    """Bring every file to this state, as a person with an editor would."""
    now = texts(ripple.project)
    for path, text in state(name).items():
        if now[path] != text:
            ripple.save(path, text)
            ripple.answer()


def offered(ripple: RippleProcess, number: int) -> dict:
    """Begin to rename from this number to the next; the suggestion."""
    text = state(f"name_{number}")["pkg/a.py"]
    ripple.save("pkg/a.py", text.replace(f"def name_{number}(", f"def name_{number + 1}("))
    suggestion = ripple.answer()
    assert suggestion["event"] == "suggestion", suggestion
    return suggestion


def undisturbed(ripple: RippleProcess) -> float:
    """Seconds that the first rename's accept takes."""
    suggestion = offered(ripple, 0)
    started = time.monotonic()
    ripple.send(do="accept", suggestion=suggestion["id"], actions="all")
    ripple.wait("applied")
    took = time.monotonic() - started
    ripple.answer()
    return took


def kill_during_accept(ripple: RippleProcess, number: int, delay: float) -> tuple[dict, dict, dict, bool]:
    """The suggestion, the texts before and after it, and whether it was acknowledged before the kill."""
    settle(ripple, f"name_{number}")
    suggestion = offered(ripple, number)
    before = texts(ripple.project)
    after = {
        path: applied_to(old, [a for a in suggestion["actions"] if a["path"] == path])
        for path, old in before.items()
    }
    assert after == state(f"name_{number + 1}")
    ripple.send(do="accept", suggestion=suggestion["id"], actions="all")
    time.sleep(delay)
    ripple.kill()
    return suggestion, before, after, acknowledged(ripple, suggestion["id"])


def acknowledged(ripple: RippleProcess, suggestion: str) -> bool:
    try:
        return ripple.wait("applied", timeout=5)["suggestion"] == suggestion
    except EOFError:
        return False


def killed_during_undo(ripple: RippleProcess, delay: float, before: dict, after: dict) -> RippleProcess:
    """Kill while it takes back; the next start has done so wholly, or not begun."""
    time.sleep(delay)
    ripple.kill()
    for path, text in texts(ripple.project).items():
        assert text in (before[path], after[path]), f"{path} is neither old nor new"
    ripple = RippleProcess(ripple.project, "--structure-only")
    ripple.wait("ready")
    assert texts(ripple.project) in (before, after), "half taken back"
    return ripple


def torture(project: Path, seed: int, outcomes: Counter) -> None:
    chance = random.Random(seed)
    ripple = RippleProcess(project, "--structure-only")
    ripple.wait("ready")
    longest = PLAY * undisturbed(ripple)
    for number in range(1, KILLS + 1):
        suggestion, before, after, told = kill_during_accept(ripple, number, chance.uniform(0, longest))
        for path, text in texts(project).items():
            assert text in (before[path], after[path]), f"{path} is neither old nor new"
        rows = logged(ripple.database, suggestion["id"])
        everything = {action["n"] for action in suggestion["actions"]}
        assert rows in (set(), everything), "half a decision"
        if told:
            assert rows == everything, "an acknowledged decision is not in the database"
        ripple = RippleProcess(project, "--structure-only")
        ripple.wait("ready")
        assert texts(project) == (after if rows else before), "the next start did not finish or undo it"
        if rows:
            ripple.send(do="undo")
            if number % 2:
                ripple = killed_during_undo(ripple, chance.uniform(0, longest), before, after)
            else:
                ripple.wait("undone")
                assert texts(project) == before, "what was finished can be taken back"
        outcomes["told" if told else "logged" if rows else "undone"] += 1
        settle(ripple, f"name_{number + 1}")
    assert not list(project.rglob(".ripple-*")), "temporary files were left behind"
    ripple.send(do="quit")
    assert ripple.end() == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_fifty_kills(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    outcomes: Counter = Counter()
    problems: list[BaseException] = []

    def work(name: str, seed: int) -> None:
        try:
            torture(project_at(tmp_path, name), seed, outcomes)
        except BaseException as problem:  # noqa: BLE001  raised again below, by the test's own thread
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(f"p{seed}", seed)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    record_property("outcomes", json.dumps(outcomes))
    assert outcomes.total() == 2 * KILLS >= 50
    print(outcomes)
