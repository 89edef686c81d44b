"""A process is killed while it applies, again and again: files are old or new, and change sets are whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

from engine.apply import Applier

KILLS = 60
FILES = 6

CHILD = """
import sys
from pathlib import Path
from engine.apply import Applier, FileChange
from engine.files import sha256

root, journal, log = map(Path, sys.argv[1:4])
applier = Applier(journal)
names = [f"pkg{i % 2}/f{i}.py" for i in range(int(sys.argv[4]))]
print("ready", flush=True)
generation = int((root / names[0]).read_bytes().split()[0])
undo = None
with log.open("ab", buffering=0) as decisions:
    while True:
        if generation % 5 == 4 and undo:
            applier.undo(undo)
            generation, undo = generation - 1, None
            continue
        changes = []
        for name in names:
            data = (root / name).read_bytes()
            changes.append(FileChange(name, sha256(data), b"%d " % (generation + 1) + data.split(b" ", 1)[1]))
        applied = applier.prepare(root, changes)
        applier.write(applied)
        decisions.write(applied.record.encode() + b"\\n")
        applier.commit(applied.record)
        generation, undo = generation + 1, applied.record
"""


def test_sixty_kills_leave_every_change_set_whole(tmp_path):
    root, journal, log = tmp_path / "project", tmp_path / "journal", tmp_path / "log"
    bodies = {}
    for i in range(FILES):
        path = root / f"pkg{i % 2}" / f"f{i}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        bodies[path] = b"x = 1\n" * random.Random(i).randrange(1, 4000)
        path.write_bytes(b"0 " + bodies[path])
    log.touch()
    dice = random.Random(7)
    interrupted = finished = 0
    for _ in range(KILLS):
        kill_after(dice.uniform(0.0, 0.06), root, journal, log)
        generations = set()
        for path, body in bodies.items():
            generation, rest = path.read_bytes().split(b" ", 1)
            assert rest == body, "a file is neither old nor new"
            generations.add(int(generation))
        assert max(generations) - min(generations) <= 1
        logged = set(log.read_text().split())
        torn = len(generations) > 1
        notes = Applier(journal).recover(root, logged=lambda record, logged=logged: record in logged)
        after = {int(path.read_bytes().split(b" ", 1)[0]) for path in bodies}
        assert len(after) == 1, "a change set is half done"
        assert not torn or notes
        interrupted += torn
        finished += any(note.startswith("Finished") for note in notes)
        assert not list(journal.glob("*.open"))
        assert not [path for path in root.rglob("*") if path.name.endswith("~")]
    assert interrupted >= 5, "the kills never met a change set half way"


def kill_after(seconds, root, journal, log):
    """Starts the child, waits until it applies, and kills it after this time."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), str(journal), str(log), str(FILES)],
        stdout=subprocess.PIPE, env=environment,
    )  # fmt: skip
    with child:
        assert child.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        assert child.poll() is None, "the child ended by itself"
        child.send_signal(signal.SIGKILL)
