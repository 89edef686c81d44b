"""The client against a server that does everything right, and against servers that do not."""

from __future__ import annotations

import json
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine.config import Settings
from engine.diagnostics import Replacement
from engine.diff import saved
from engine.lsp import Found, Servers
from engine.lsp import servers as servers_module
from engine.lsp import worker as worker_module
from engine.lsp.table import Check, Server
from engine.types import Edit

FAKE = Path(__file__).parent / "fake_server.py"
PATIENCE = 20.0


class Listening:
    """Servers over one folder, with everything they say."""

    def __init__(self, root: Path, *modes: str, start: bool = True) -> None:
        self.root = root
        command = shlex.join([sys.executable, str(FAKE), *modes])
        settings = Settings(root, root, root / "none", lsp_servers=("none", f".py={command}"))
        self.texts: dict[str, str] = {}
        self.lates: list[str] = []
        self.notices: list[str] = []
        self.servers = Servers(root, settings, self.texts.get, self.lates.append, self.notices.append)
        self.count = 0

    def save(self, path: str, after: str) -> Edit:
        before = self.texts.get(path, "")
        self.texts[path] = after
        self.count += 1
        edit = saved(path, before, after, self.count)
        self.servers.saved(edit)
        return edit

    def said(self, edit: Edit, seconds: float = PATIENCE) -> list[str]:
        found = self.servers.wait(edit.id, time.perf_counter() + seconds)
        return [edit.after[one.start : one.end] for one in found]

    def told(self, method: str) -> list[dict]:
        """What the servers were told by a notification."""
        log = self.root / ".cache/told"
        lines = log.read_text().splitlines() if log.exists() else []
        return [params for name, params in map(json.loads, lines) if name == method]

    @property
    def starts(self) -> list[int]:
        log = self.root / ".cache/starts"
        return [int(line) for line in log.read_text().split()] if log.exists() else []


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[..., Listening]]:
    made: list[Listening] = []

    def start(*modes: str) -> Listening:
        made.append(Listening(tmp_path, *modes))
        return made[-1]

    yield start
    for one in made:
        one.servers.close()
        assert not [pid for pid in one.starts if psutil.pid_exists(pid)], "a server is left over"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lsp-")]


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_nothing_is_started_before_a_save(listen: Callable[..., Listening]) -> None:
    one = listen()
    one.servers.changed("a.py", "x")
    edit = one.save("a.txt", "bad_name")
    assert one.said(edit) == []
    assert one.starts == []


@pytest.mark.parametrize("mode", ["utf-8", "utf-16", "utf-32", "versionless", "resolve"])
def test_a_new_complaint_and_its_fix(listen: Callable[..., Listening], mode: str) -> None:
    one = listen(mode)
    one.texts["a.py"] = "old = bad_before\n"
    edit = one.save("a.py", 'x = 1  # é\r\nold = bad_before\n"😀é", bad_name\n')
    (found,) = one.servers.wait(edit.id, time.perf_counter() + PATIENCE)
    assert edit.after[found.start : found.end] == "bad_name"
    assert (found.code, found.severity, found.family) == ("F821", "error", "name")
    (fix,) = found.fixes
    assert fix.changes == (Replacement("a.py", found.start, "bad_name", "good_name"),)
    assert fix.preferred


def test_what_was_there_before_is_not_new_wherever_it_moves(listen: Callable[..., Listening]) -> None:
    one = listen()
    one.texts["a.py"] = "def a():\n    bad_a\n\n\ndef b():\n    bad_b\n"
    edit = one.save("a.py", "import x\n\n\ndef b():\n    bad_b\n\n\ndef a():\n    bad_a\n    bad_a\n")
    assert one.said(edit) == ["bad_a"]
    edit = one.save("a.py", edit.after.replace("bad_b", "bad_b + 1"))
    assert one.said(edit) == []


def test_edits_of_ripple_are_not_asked_about_but_known(listen: Callable[..., Listening]) -> None:
    one = listen()
    one.texts["a.py"] = "x\n"
    assert one.said(one.save("a.py", "x\ny\n")) == []
    one.texts["a.py"] = "x\ny\nbad_written\n"
    one.servers.changed("a.py", one.texts["a.py"])
    edit = one.save("a.py", "x\ny\nbad_written\nbad_typed\n")
    assert one.said(edit)[-1] == "bad_typed"


@pytest.mark.parametrize("mode", ["outside", "resource"])
def test_only_text_edits_of_the_project_are_taken(listen: Callable[..., Listening], mode: str) -> None:
    one = listen(mode)
    edit = one.save("a.py", "bad_name\n")
    (found,) = one.servers.wait(edit.id, time.perf_counter() + PATIENCE)
    assert found.fixes == ()


def test_a_late_word_is_told_once(listen: Callable[..., Listening]) -> None:
    one = listen("late=0.4")
    edit = one.save("a.py", "bad_name\n")
    began = time.perf_counter()
    assert one.servers.wait(edit.id, began + 0.1) == ()
    assert time.perf_counter() - began < 2
    assert until(lambda: one.lates)
    assert one.lates == [edit.id]
    (found,) = one.servers.wait(edit.id, time.perf_counter())
    assert found.message == "Undefined name `bad_name`"


def test_a_word_about_an_older_save_is_not_told(listen: Callable[..., Listening]) -> None:
    one = listen("late=0.3")
    first = one.save("a.py", "bad_name\n")
    one.servers.wait(first.id, time.perf_counter())
    second = one.save("a.py", "bad_name\nbad_other\n")
    assert set(one.said(second)) == {"bad_name", "bad_other"}  # the first got no answer of its own
    assert one.lates == []


def test_a_crash_is_mended_once(listen: Callable[..., Listening]) -> None:
    one = listen("crash once")
    assert one.said(one.save("a.py", "bad_name\n")) == []
    assert one.said(one.save("a.py", "bad_name\nbad_other\n")) == ["bad_other"]
    assert len(one.starts) == 2
    assert one.notices == []


def test_a_server_that_crashes_again_is_left_alone(listen: Callable[..., Listening]) -> None:
    one = listen("crash")
    for number in range(4):
        assert one.said(one.save("a.py", f"bad_{number}\n")) == []
        until(lambda: one.servers.account("x"), 0.1)
    assert len(one.starts) == 2
    assert len(one.notices) == 1
    assert "left alone" in one.notices[0]


@pytest.mark.parametrize("mode", ["dead", "garbage"])
def test_what_is_no_server_is_left_alone_without_a_word(listen: Callable[..., Listening], mode: str) -> None:
    one = listen(mode)
    edit = one.save("a.py", "bad_name\n")
    assert one.said(edit) == []
    assert until(lambda: len(one.starts) == 2)
    assert one.said(one.save("a.py", "bad_name\n\n")) == []
    assert len(one.starts) == 2
    assert one.notices == []
    assert "left alone" in one.servers.account(f"e{one.count}")[1][0]


def test_one_message_that_cannot_be_read_is_passed_over(listen: Callable[..., Listening]) -> None:
    one = listen("broken")
    assert one.said(one.save("a.py", "bad_name\n")) == ["bad_name"]


def test_a_server_that_says_nothing_is_not_waited_for(
    listen: Callable[..., Listening], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "HUNG", 0.2)
    one = listen("deaf")
    for number in range(6):
        edit = one.save("a.py", f"x = {number}\nbad_{number}\n")
        began = time.perf_counter()
        assert one.servers.wait(edit.id, began + 0.05) == ()
        assert time.perf_counter() - began < 2
        time.sleep(0.3)
    assert until(lambda: len(one.starts) == 2)
    assert len(one.notices) == 1


def test_closing_does_not_wait_for_a_mute_server(listen: Callable[..., Listening]) -> None:
    one = listen("mute")
    one.save("a.py", "bad_name\n")
    assert until(lambda: one.starts)
    began = time.monotonic()
    one.servers.close()
    assert time.monotonic() - began < 8


def test_a_server_that_will_not_end_is_ended(listen: Callable[..., Listening]) -> None:
    one = listen("stubborn")
    assert one.said(one.save("a.py", "bad_name\n")) == ["bad_name"]
    began = time.monotonic()
    one.servers.close()
    assert time.monotonic() - began < 8
    assert not psutil.pid_exists(one.starts[0])


def test_one_switch_turns_it_off(tmp_path: Path) -> None:
    command = shlex.join([sys.executable, str(FAKE)])
    settings = Settings(tmp_path, tmp_path, tmp_path / "none", lsp=False, lsp_servers=(f".py={command}",))
    servers = Servers(tmp_path, settings, {}.get, print, print)
    servers.saved(saved("a.py", "", "bad_name"))
    assert servers.wait("e1", time.perf_counter() + 1) == ()
    servers.close()
    assert not (tmp_path / ".cache/starts").exists()


def test_a_newer_text_of_a_file_that_is_gone_is_no_trouble(listen: Callable[..., Listening]) -> None:
    one = listen()
    assert one.said(one.save("a.py", "bad_name\n")) == ["bad_name"]
    one.servers.changed("a.py", None)
    one.servers.changed("b.py", "x\n")
    one.servers.changed("c.py", None)
    one.texts.clear()
    assert one.said(one.save("a.py", "bad_again\n")) == ["bad_again"]


def test_a_file_without_a_text_is_closed_but_not_called_gone_while_it_is_there(
    listen: Callable[..., Listening],
) -> None:
    one = listen()
    assert one.said(one.save("a.py", "bad_name\n")) == ["bad_name"]
    (one.root / "a.py").write_text("x\n" * 10)  # too large by now, or ignored: nobody reads it any more
    one.servers.changed("a.py", None)
    one.servers.changed("b.py", None)
    assert until(lambda: len(one.told("workspace/didChangeWatchedFiles")) == 2)
    assert len(one.told("textDocument/didClose")) == 1
    changes = [told["changes"][0] for told in one.told("workspace/didChangeWatchedFiles")]
    assert [(Path(change["uri"]).name, change["type"]) for change in changes] == [("a.py", 2), ("b.py", 3)]


def test_a_server_that_is_installed_meanwhile_is_found(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, tmp_path / "none", lsp_servers=("none", ".py=own-server"))
    servers = Servers(tmp_path, settings, {}.get, print, print)
    own = tmp_path / ".venv/bin/own-server"
    for number, text in enumerate(("bad_name", "bad_name = bad_other")):
        edit = saved("a.py", "", text, number)
        servers.saved(edit)
        assert len(servers.wait(edit.id, time.perf_counter() + PATIENCE)) == 2 * number
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(FAKE))}\n")
        own.chmod(0o755)
    (pid,) = map(int, (tmp_path / ".cache/starts").read_text().split())
    own.unlink()
    servers.saved(edit)
    assert servers.wait(edit.id, time.perf_counter() + PATIENCE) == ()
    assert until(lambda: not psutil.pid_exists(pid)), "what is gone is ended"
    servers.close()


def test_a_server_hears_of_a_new_python(listen: Callable[..., Listening], tmp_path: Path) -> None:
    one = listen()
    assert one.said(one.save("a.py", "bad_name\n")) == ["bad_name"]
    assert one.told("workspace/didChangeConfiguration") == [{"settings": {}}]
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert one.said(one.save("a.py", "bad_name\nbad_other\n")) == ["bad_other"]
    told = one.told("workspace/didChangeConfiguration")[1:]
    assert told == [{"settings": {"python": {"pythonPath": str(python)}}}]
    assert len(one.starts) == 1


def known(
    monkeypatch: pytest.MonkeyPatch, *modes: str, versioned: bool = False, check: Check | None = None
) -> None:
    """The fake server is one of the table, of those that are silent about clean files."""
    server = Server("fake", (), {".py": "python"}, silent=True, versioned=versioned, check=check)
    found = Found(server, (sys.executable, str(FAKE), *modes))
    monkeypatch.setattr(servers_module, "find", lambda root, wanted: (found,))
    monkeypatch.setattr(worker_module, "QUIET", 0.4)


def test_silence_about_a_clean_file_is_a_word(
    listen: Callable[..., Listening], monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, "silent")
    monkeypatch.setattr(worker_module, "HUNG", 0.3)
    one = listen()
    one.texts["a.py"] = "x = 1\n"
    began = time.monotonic()
    assert one.said(one.save("a.py", "x = 1\nbad_name\n")) == ["bad_name"]
    assert time.monotonic() - began < worker_module.BASELINE / 2
    for number in range(3):  # it is silent, and no server that hangs
        one.save("a.py", f"x = {number}\n")
        time.sleep(0.4)
    assert one.said(one.save("a.py", "bad_again\n")) == ["bad_again"]
    assert len(one.starts) == 1


def test_a_server_that_works_is_no_silent_one(
    listen: Callable[..., Listening], monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, "silent", "late=1.2", "works")
    one = listen()
    one.texts["a.py"] = "bad_before\n"
    assert one.said(one.save("a.py", "bad_before\nbad_name\n")) == ["bad_name"]


def test_a_word_about_the_file_on_disk_is_none_about_an_open_text(
    listen: Callable[..., Listening], monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, "disk", versioned=True)
    one = listen()
    one.texts["a.py"] = "x = 1\n"
    (one.root / "a.py").write_text("bad_name\n")
    assert one.said(one.save("a.py", "bad_name\n")) == ["bad_name"]


def test_a_slow_check_of_the_disk(listen: Callable[..., Listening], monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says before one has come to its end is not news, but in the text that was written."""
    known(monkeypatch, "check", check=Check("checking", frozenset({"slow"})))
    one = listen()
    one.texts["a.py"] = "slow_old\nx = 1\n"
    text = "slow_old\nx = 1\nslow_new\n"
    (one.root / "a.py").write_text(text)
    edit = one.save("a.py", text)
    assert until(lambda: one.said(edit) == ["slow_new"])
    assert until(lambda: (one.root / ".cache/checked").exists())
    time.sleep(0.3)
    (one.root / "a.py").write_text("y = 1\n" + text + "slow_far\n")
    edit = one.save("a.py", "y = 1\n" + text + "slow_far\n")
    assert until(lambda: one.said(edit) == ["slow_far"])
