"""The JSON front end: every line in and out as it is documented, and a process that ends when it should."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.json_lines import Accept, AskWhy, Correct, NotUnderstood, Quit, Reject, Undo, parse, render
from engine.model.adapters import Adapters
from engine.records import Told
from engine.store import Store
from engine.types import (
    Action,
    Applied,
    Failed,
    IntentKind,
    Latency,
    ModelChanged,
    ModelInfo,
    Position,
    Range,
    Ready,
    Refused,
    Rejected,
    Saved,
    Silence,
    Suggestion,
    Undone,
    Why,
    Withdrawn,
)
from tests.engine.model.tiny_gguf import Shape, write_adapter
from tests.ripple_process import RippleProcess

ACTION = Action(
    *(1, "src/a.py", 0, Range(Position(0, 0), Position(0, 5)), "total", "größe"),
    *(IntentKind.RENAME, 0.93, "call of `total`, renamed in src/b.py"),
)
LATENCY = {
    "total": 1.5,
    "index": 0.0,
    "sites": 0.0,
    "prompt": 0.0,
    "prefill": 0.0,
    "decode": 0.0,
    "verify": 0.0,
}
LINES = {
    Ready(3, 5, 1.5, ModelInfo("tiny", "ab", None), 2.5): {
        **{"event": "ready", "files": 3, "symbols": 5, "index_ms": 1.5},
        **{"model": {"name": "tiny", "sha256": "ab", "adapter": None}, "model_ms": 2.5},
    },
    Saved("e1", "a.py", "person"): {"event": "saved", "edit": "e1", "path": "a.py", "by": "person"},
    Suggestion("s1", "e1", True, Latency(total=1.5), (ACTION,)): {
        **{"event": "suggestion", "id": "s1", "edit": "e1", "final": True, "latency_ms": LATENCY},
        "actions": [
            {
                **{"n": 1, "path": "src/a.py", "old": "total", "new": "größe", "intent": "rename", "p": 0.93},
                "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
                "why": "call of `total`, renamed in src/b.py",
            }
        ],
    },
    Silence("e1", "superseded", Latency(total=1.5)): {
        **{"event": "silent", "edit": "e1", "reason": "superseded", "latency_ms": LATENCY}
    },
    Applied("s1", (1, 2), ("a.py",)): {
        **{"event": "applied", "suggestion": "s1", "actions": [1, 2], "paths": ["a.py"]}
    },
    Refused("s1", 2, "no"): {"event": "refused", "suggestion": "s1", "action": 2, "reason": "no"},
    Withdrawn("s1", (2,), "a.py is gone"): {
        **{"event": "withdrawn", "suggestion": "s1", "actions": [2], "reason": "a.py is gone"}
    },
    Rejected("s1", (2,)): {"event": "rejected", "suggestion": "s1", "actions": [2]},
    Undone("s1", (1,), ("a.py",)): {"event": "undone", "suggestion": "s1", "actions": [1], "paths": ["a.py"]},
    Failed("T", "M", "H"): {"event": "error", "title": "T", "message": "M", "hint": "H"},
    ModelChanged(ModelInfo("tiny", "ab", "0a1b2c3d4e5f")): {
        **{"event": "model", "name": "tiny", "sha256": "ab", "adapter": "0a1b2c3d4e5f"}
    },
    Why("e1", "r", ("d",)): {"event": "why", "edit": "e1", "reason": "r", "details": ["d"]},
}


@pytest.mark.parametrize("event", LINES, ids=lambda event: type(event).__name__)
def test_events_as_documented(event: object) -> None:
    line = render(event)
    assert json.loads(line) == LINES[event]
    assert b"\n" not in line


def test_a_guess_says_so_and_other_actions_say_nothing_of_it() -> None:
    shown = next(event for event in LINES if isinstance(event, Suggestion))
    guess = replace(shown, actions=(replace(shown.actions[0], guess=True),))
    assert json.loads(render(guess))["actions"][0]["guess"] is True
    assert "guess" not in json.loads(render(shown))["actions"][0]


def test_text_is_utf_8_whatever_it_holds() -> None:
    assert "größe".encode() in render(next(event for event in LINES if isinstance(event, Suggestion)))
    assert json.loads(render(Saved("e1", "odd\udcff.py", "person")))["path"] == "odd\udcff.py"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ('{"do":"accept","suggestion":"s1","actions":"all"}', Accept("s1", "all")),
        ('{"do":"accept","suggestion":"s1","actions":[2,1]}', Accept("s1", (2, 1))),
        ('{"do":"correct","suggestion":"s1","action":1,"new":"x"}', Correct("s1", 1, "x")),
        ('{"do":"reject","suggestion":"s1"}', Reject("s1")),
        ('{"do":"reject","suggestion":"s1","actions":"all"}', Reject("s1")),
        ('{"do":"reject","suggestion":"s1","actions":[3,1]}', Reject("s1", (3, 1))),
        ('{"do":"undo"}', Undo()),
        ('{"do":"why"}', AskWhy()),
        ('{"do":"quit"}', Quit()),
    ],
)
def test_commands_as_documented(line: str, command: object) -> None:
    assert parse(line.encode()) == command


MALFORMED = [
    b"",
    b"accept",
    b"[]",
    b"null",
    b'"quit"',
    b"\xff\xfe",
    b'{"do":"dance"}',
    b'{"do":["quit"]}',
    b'{"suggestion":"s1"}',
    b'{"do":"accept","suggestion":"s1"}',
    b'{"do":"accept","actions":"all"}',
    b'{"do":"accept","suggestion":1,"actions":"all"}',
    b'{"do":"accept","suggestion":"s1","actions":[]}',
    b'{"do":"accept","suggestion":"s1","actions":[true]}',
    b'{"do":"accept","suggestion":"s1","actions":["1"]}',
    b'{"do":"accept","suggestion":"s1","actions":[1.5]}',
    b'{"do":"accept","suggestion":"s1","actions":"some"}',
    b'{"do":"correct","suggestion":"s1","action":1}',
    b'{"do":"correct","suggestion":"s1","new":"x"}',
    b'{"do":"reject"}',
    b'{"do":"reject","suggestion":"s1","actions":null}',
    b'{"do":"reject","suggestion":"s1","actions":[]}',
    b'{"do":"reject","suggestion":"s1","actions":2}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("line", MALFORMED, ids=lambda line: line[:40])
def test_what_is_not_understood_says_what_to_send(line: bytes) -> None:
    with pytest.raises(NotUnderstood) as problem:
        parse(line)
    assert problem.value.hint


@pytest.fixture
def ripple(tmp_path: Path) -> Iterator[RippleProcess]:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("def total():\n    return 1\n\n\nx = total()\n")
    with RippleProcess(project, "--structure-only") as process:
        process.wait("ready")
        yield process


def test_malformed_lines_change_nothing_and_the_session_goes_on(ripple: RippleProcess) -> None:
    before = (ripple.project / "a.py").read_bytes()
    ripple.save("a.py", "def amount():\n    return 1\n\n\nx = total()\n")
    saved = (ripple.project / "a.py").read_bytes()
    suggestion = ripple.answer()
    for line in MALFORMED:
        ripple.send(line + b"\n")
        assert ripple.wait("error", "applied", "undone")["event"] == "error"
    assert (ripple.project / "a.py").read_bytes() == saved != before
    ripple.send(do="accept", suggestion=suggestion["id"], actions="all")
    assert ripple.wait("applied", "refused", "error")["event"] == "applied"
    assert ripple.answer()["event"] == "silent"
    ripple.send(do="undo")
    assert ripple.wait("undone", "error")["event"] == "undone"
    assert (ripple.project / "a.py").read_bytes() == saved
    ripple.send(do="why")
    assert ripple.wait("why")["reason"] == "chain complete"


def test_one_edit_is_left_out_and_a_kill_right_after_loses_nothing(ripple: RippleProcess) -> None:
    """The person's decision is on the disk when it is told; the rest is as undecided as before."""
    text = "def amount():\n    return 1\n\n\nx = total()\ny = total()\n"
    ripple.save("a.py", "def total():\n    return 1\n\n\nx = total()\ny = total()\n")
    ripple.answer()
    ripple.save("a.py", text)
    shown = ripple.answer()
    assert [action["range"]["start"]["line"] for action in shown["actions"]] == [4, 5]
    ripple.send(do="reject", suggestion=shown["id"], actions=[9])
    assert "no action 9" in ripple.wait("error", "rejected")["message"]
    ripple.send(do="reject", suggestion=shown["id"], actions=[1])
    assert ripple.wait("error", "rejected") == {
        "event": "rejected",
        "suggestion": shown["id"],
        "actions": [1],
    }
    ripple.kill()
    with closing(Store(ripple.database)) as store:
        assert [(row.n, row.verdict, row.later) for row in store.log()] == [(1, "rejected", False)]
        assert store.check()
        told = [one for one in store.told() if isinstance(one, Told)][-1]
    assert [action.outcome and action.outcome.verdict for action in told.actions] == ["rejected", None]
    (ripple.project / "a.py").write_text(text.replace("def amount", "def total"))
    with RippleProcess(ripple.project, "--structure-only") as again:
        again.wait("ready")
        again.save("a.py", text)
        (other,) = again.answer()["actions"]
        assert other["range"]["start"]["line"] == 5
        again.send(do="accept", suggestion=again.events[-1]["id"], actions="all")
        assert again.wait("applied", "refused", "error")["actions"] == [1]
    assert (ripple.project / "a.py").read_text() == text.replace("y = total", "y = amount")


def test_quit(ripple: RippleProcess) -> None:
    ripple.send(do="quit")
    assert ripple.end() == 0


def test_the_end_of_stdin_is_the_end(ripple: RippleProcess) -> None:
    assert ripple.process.stdin is not None
    ripple.process.stdin.close()
    assert ripple.end() == 0


def test_a_last_line_without_its_end_is_obeyed(ripple: RippleProcess) -> None:
    ripple.send(b'{"do":"why"}')
    assert ripple.process.stdin is not None
    ripple.process.stdin.close()
    assert ripple.wait("why")["reason"]
    assert ripple.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly(ripple: RippleProcess, number: signal.Signals) -> None:
    ripple.process.send_signal(number)
    assert ripple.end() == 0
    assert "Traceback" not in ripple.stderr()


def test_a_reader_that_went_away_ends_it(ripple: RippleProcess) -> None:
    """The pipe of the fixture is being read, so another process gets one that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    args = ripple.process.args
    assert isinstance(args, list)
    with subprocess.Popen(args, stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.PIPE) as other:
        os.close(writing)
        assert other.wait(30) == 0
        assert other.stderr is not None
        assert b"Traceback" not in other.stderr.read()


def test_stdout_carries_events_only_whatever_prints(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    noisy = "import os, app.cli as c, engine.session.session as s; w = s.Session.start\n" + (
        "s.Session.start = lambda self: (print('noise'), os.write(1, b'more noise'), w(self))\nc.main()"
    )
    with RippleProcess(tmp_path / "project", "--structure-only", wrapper=("-c", noisy)) as process:
        assert process.wait("ready") == process.events[0]
        assert "more noise" in process.stderr()


@pytest.mark.model
def test_an_adapter_that_is_published_is_taken_up_and_the_suggestion_stays(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "cart.py").write_text("def total(items):\n    return sum(items)\n\n\nprint(total([1]))\n")
    with RippleProcess(project) as ripple:
        model = ripple.wait("ready")["model"]
        assert model["adapter"] is None
        ripple.save("cart.py", "def amount(items):\n    return sum(items)\n\n\nprint(total([1]))\n")
        shown = ripple.answer()
        assert shown["event"] == "suggestion"
        adapters = Adapters(ripple.database.parent, model["sha256"])
        path = adapters.publish(write_adapter(tmp_path / "night.gguf", model["sha256"], Shape(256, 4)))
        assert ripple.wait("model") == {"event": "model", **model, "adapter": path.stem}
        ripple.send(do="accept", suggestion=shown["id"], actions="all")
        assert ripple.wait("applied")["suggestion"] == shown["id"]
        adapters.rollback()
        assert ripple.wait("model")["adapter"] is None
