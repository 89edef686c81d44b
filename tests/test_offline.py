"""The program opens no network socket: seen from outside, and from inside by Python's audit events."""

import shlex
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from app.demo_guide import FIRST_EDIT, SAMPLE
from tests.ripple_process import RippleProcess

FAKE = Path(__file__).parent / "engine/lsp/fake_server.py"

AUDITED = """
import sys

def hook(event, arguments):
    if event.startswith("socket.") and event not in {"socket.gethostname"}:
        print("NETWORK", event, arguments, file=sys.stderr, flush=True)
    if event in {"urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect"}:
        print("NETWORK", event, arguments, file=sys.stderr, flush=True)

sys.addaudithook(hook)
from app.cli import main
main()
"""


NIGHT = AUDITED.replace("from app.cli import main\nmain()", "from trainer.commands import main\nmain()")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return root


def work(ripple: RippleProcess) -> None:
    """Everything a session does: index, model, predict, accept, undo, explain."""
    ripple.wait("ready")
    text = (ripple.project / FIRST_EDIT.path).read_text()
    ripple.save(FIRST_EDIT.path, text.replace(FIRST_EDIT.line, FIRST_EDIT.changed))
    suggestion = ripple.answer()
    ripple.send(do="accept", suggestion=suggestion["id"], actions="all")
    ripple.wait("applied")
    ripple.answer()
    ripple.send(do="undo")
    ripple.wait("undone")
    ripple.send(do="why")
    ripple.wait("why")


def test_no_audit_event_speaks_of_a_socket(project: Path) -> None:
    with RippleProcess(project, wrapper=("-c", AUDITED)) as ripple:
        work(ripple)
        ripple.send(do="quit")
        assert ripple.end() == 0
        assert "NETWORK" not in ripple.stderr()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program finds a language server for Python."""
    command = shlex.join([sys.executable, str(FAKE)])
    monkeypatch.setenv("RIPPLE_LSP_SERVERS", f".py={command}")
    monkeypatch.setenv("RIPPLE_LSP_WAIT_MS", "15000")


@pytest.mark.usefixtures("server")
def test_language_servers_are_spoken_to_over_pipes_alone(project: Path) -> None:
    with RippleProcess(project, "--structure-only", wrapper=("-c", AUDITED)) as ripple:
        ripple.wait("ready")
        ripple.save("extra.py", "bad_name\n")
        answer = ripple.answer()
        assert [action["new"] for action in answer.get("actions", ())] == ["good_name"], answer
        (started,) = psutil.Process(ripple.process.pid).children()
        assert psutil.Process(ripple.process.pid).net_connections(kind="all") == []
        ripple.send(do="quit")
        assert ripple.end() == 0
        assert not started.is_running()
        assert "NETWORK" not in ripple.stderr()


@pytest.mark.usefixtures("server")
def test_a_server_ends_with_a_program_that_is_killed(project: Path) -> None:
    with RippleProcess(project, "--structure-only") as ripple:
        ripple.wait("ready")
        ripple.save("extra.py", "bad_name\n")
        ripple.answer()
        (started,) = psutil.Process(ripple.process.pid).children()
        ripple.kill()
        _, alive = psutil.wait_procs([started], timeout=10)
        assert alive == []


def test_the_hook_would_have_seen_one(project: Path) -> None:
    code = AUDITED.replace("from app.cli", "import socket; socket.socket().close()\nfrom app.cli")
    with RippleProcess(project, "--structure-only", wrapper=("-c", code)) as ripple:
        ripple.wait("ready")
        assert "NETWORK socket.__new__" in ripple.stderr()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.train
def test_a_night_opens_no_socket(project: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", NIGHT, "nightly", "--data-dir", str(tmp_path / "data")]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=project, timeout=100)
    assert "no data" in ended.stdout + ended.stderr, "it came as far as collecting"
    assert "NETWORK" not in ended.stderr


def test_no_socket_is_seen_from_outside(project: Path) -> None:
    seen: list[object] = []
    with RippleProcess(project) as ripple:
        done = threading.Event()
        observer = threading.Thread(target=watch_sockets, args=(ripple.process.pid, seen, done))
        observer.start()
        work(ripple)
        done.set()
        observer.join()
        assert psutil.Process(ripple.process.pid).children() == []
    looks = seen.pop()
    assert isinstance(looks, int) and looks > 10
    assert seen == []


def watch_sockets(pid: int, seen: list[object], done: threading.Event) -> None:
    """Note every socket the process has, looking again and again; last, how often it was looked."""
    process, looks = psutil.Process(pid), 0
    descriptors = Path(f"/proc/{pid}/fd")
    while not done.is_set():
        seen += process.net_connections(kind="all")
        for descriptor in descriptors.iterdir():
            try:
                target = descriptor.readlink()
            except OSError:
                continue
            if str(target).startswith("socket:"):
                seen.append(target)
        looks += 1
        time.sleep(0.005)
    seen.append(looks)
