"""Change sets are written in full or not at all, and taken back in full or not at all."""

from __future__ import annotations

import stat

import pytest

from engine.apply import Applier, FileChange
from engine.errors import FileProblem, StaleFile
from engine.files import sha256


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    (folder / "pkg").mkdir(parents=True)
    for name in ("a.py", "b.py", "pkg/c.py"):
        (folder / name).write_bytes(b"old " + name.encode() + b"\r\n")
    return folder


@pytest.fixture
def applier(tmp_path):
    return Applier(tmp_path / "journal")


def changes(root, *names, content=b"new"):
    return [
        FileChange(name, sha256((root / name).read_bytes()), content + b" " + name.encode()) for name in names
    ]


def contents(root):
    return {path.name: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_change_set_is_written_and_taken_back(root, applier):
    before = contents(root)
    applied = applier.apply(root, changes(root, "a.py", "pkg/c.py"))
    assert applied.paths == ("a.py", "pkg/c.py")
    assert contents(root) == {**before, "a.py": b"new a.py", "c.py": b"new pkg/c.py"}
    assert applier.undo(applied) == ("a.py", "pkg/c.py")
    assert contents(root) == before


def test_undo_survives_a_restart_and_may_be_repeated(root, applier, tmp_path):
    before = contents(root)
    record = applier.apply(root, changes(root, "a.py")).record
    again = Applier(tmp_path / "journal")
    assert again.recover(root) == []
    assert again.undo(record) == ("a.py",)
    assert again.undo(record) == ("a.py",)
    assert contents(root) == before


def test_undo_goes_back_in_steps(root, applier):
    first = applier.apply(root, changes(root, "a.py", content=b"first"))
    second = applier.apply(root, changes(root, "a.py", content=b"second"))
    with pytest.raises(StaleFile):
        applier.undo(first)
    applier.undo(second)
    assert (root / "a.py").read_bytes() == b"first a.py"
    applier.undo(first)
    assert (root / "a.py").read_bytes() == b"old a.py\r\n"


def test_a_file_changed_since_keeps_everything_as_it_is(root, applier):
    applied = applier.apply(root, changes(root, "a.py", "b.py"))
    (root / "b.py").write_bytes(b"typed on")
    with pytest.raises(StaleFile, match=r"b\.py changed since") as caught:
        applier.undo(applied)
    assert "a.py" not in caught.value.message
    assert caught.value.hint
    assert (root / "a.py").read_bytes() == b"new a.py"
    assert (root / "b.py").read_bytes() == b"typed on"


def test_a_stale_file_is_refused_before_anything_is_written(root, applier, tmp_path):
    wanted = changes(root, "a.py", "b.py")
    (root / "b.py").write_bytes(b"typed on")
    before = contents(root)
    with pytest.raises(StaleFile, match=r"b\.py has changed"):
        applier.apply(root, wanted)
    assert contents(root) == before
    assert not list((tmp_path / "journal").glob("*.open"))


def test_a_file_that_changes_while_writing_puts_the_others_back(root, applier, tmp_path):
    prepared = applier.prepare(root, changes(root, "a.py", "b.py", "pkg/c.py"))
    (root / "pkg/c.py").write_bytes(b"saved by the editor just now")
    before = contents(root)
    with pytest.raises(StaleFile, match=r"c\.py has changed"):
        applier.write(prepared)
    assert contents(root) == before
    assert list((tmp_path / "journal").iterdir()) == []


def test_a_read_only_file_puts_the_others_back(root, applier):
    (root / "b.py").chmod(0o444)
    before = contents(root)
    with pytest.raises(FileProblem, match="read-only"):
        applier.apply(root, changes(root, "a.py", "b.py"))
    assert contents(root) == before


def test_what_was_written_but_not_logged_is_put_back(root, applier, tmp_path):
    before = contents(root)
    prepared = applier.prepare(root, changes(root, "a.py", "b.py"))
    applier.write(prepared)
    crashed(applier)
    notes = Applier(tmp_path / "journal").recover(root, logged=lambda record: False)
    assert notes == ["Took back a change that was interrupted: a.py, b.py."]
    assert contents(root) == before
    assert Applier(tmp_path / "journal").recover(root) == []


def test_of_many_files_a_message_names_the_first(root, applier, tmp_path):
    names = [f"many{number}.py" for number in range(40)]
    for name in names:
        (root / name).write_bytes(b"x = 1\n")
    prepared = applier.prepare(root, changes(root, *names))
    applier.write(prepared)
    crashed(applier)
    (note,) = Applier(tmp_path / "journal").recover(root, logged=lambda record: False)
    assert note.endswith("many3.py, many4.py and 35 more.")


def test_what_was_logged_is_finished_and_can_be_undone(root, applier, tmp_path):
    before = contents(root)
    prepared = applier.prepare(root, changes(root, "a.py", "b.py"))
    (root / "a.py").write_bytes(b"new a.py")
    crashed(applier)
    again = Applier(tmp_path / "journal")
    notes = again.recover(root, logged=lambda record: record == prepared.record)
    assert notes == ["Finished a change that was interrupted: b.py."]
    assert contents(root) == {**before, "a.py": b"new a.py", "b.py": b"new b.py"}
    again.undo(prepared.record)
    assert contents(root) == before


def test_recovery_leaves_what_a_person_wrote_after_the_crash(root, applier, tmp_path):
    applier.write(applier.prepare(root, changes(root, "a.py", "b.py")))
    crashed(applier)
    (root / "b.py").write_bytes(b"typed on")
    notes = Applier(tmp_path / "journal").recover(root)
    assert notes[0] == "Took back a change that was interrupted: a.py."
    assert notes[1] == "Changed after a change was interrupted, and left as it is: b.py."
    assert (root / "b.py").read_bytes() == b"typed on"


def test_recovery_leaves_a_running_process_and_other_projects_alone(root, applier, tmp_path):
    applier.write(applier.prepare(root, changes(root, "a.py")))
    other = Applier(tmp_path / "journal")
    assert other.recover(root) == []
    assert (root / "a.py").read_bytes() == b"new a.py"
    crashed(applier)
    assert other.recover(tmp_path) == []
    assert (root / "a.py").read_bytes() == b"new a.py"


def test_an_interrupted_undo_is_finished(root, applier, tmp_path, monkeypatch):
    before = contents(root)
    applied = applier.apply(root, changes(root, "a.py", "b.py"))

    def killed(self, prepared):
        (root / "a.py").write_bytes(before["a.py"])
        raise KeyboardInterrupt

    monkeypatch.setattr(Applier, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        applier.undo(applied)
    monkeypatch.undo()
    crashed(applier)
    assert Applier(tmp_path / "journal").recover(root) == ["Finished a change that was interrupted: b.py."]
    assert contents(root) == before


def test_temporary_files_of_a_killed_writer_are_removed(root, applier, tmp_path):
    applier.write(applier.prepare(root, changes(root, "a.py")))
    crashed(applier)
    (root / ".ripple-a.pyxyz.tmp~").write_bytes(b"half")
    (root / "notes.tmp~").write_bytes(b"not ours")
    Applier(tmp_path / "journal").recover(root)
    assert not (root / ".ripple-a.pyxyz.tmp~").exists()
    assert (root / "notes.tmp~").exists()


@pytest.mark.parametrize("path", ["../outside.py", "/etc/hostname", "link.py"])
def test_nothing_outside_the_project_is_written(root, applier, tmp_path, path):
    outside = tmp_path / "outside.py"
    outside.write_bytes(b"mine")
    (root / "link.py").symlink_to(outside)
    with pytest.raises(FileProblem, match="outside"):
        applier.apply(root, [FileChange(path, sha256(b"mine"), b"yours")])
    assert outside.read_bytes() == b"mine"


def test_the_journal_is_private_and_can_be_emptied(root, applier, tmp_path):
    record = applier.apply(root, changes(root, "a.py")).record
    journal = tmp_path / "journal"
    assert stat.S_IMODE(journal.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in journal.iterdir())
    assert applier.forget(tmp_path) == 0
    assert applier.forget(root) == 1
    assert list(journal.iterdir()) == []
    with pytest.raises(FileProblem, match="not in the journal"):
        applier.undo(record)


def test_a_damaged_record_is_refused(root, applier, tmp_path):
    record = applier.apply(root, changes(root, "a.py")).record
    file = tmp_path / "journal" / f"{record}.done"
    file.write_bytes(file.read_bytes()[:-2])
    with pytest.raises(FileProblem, match="not in the journal"):
        applier.undo(record)
    assert (root / "a.py").read_bytes() == b"new a.py"


def test_mode_and_link_survive(root, applier):
    (root / "a.py").chmod(0o755)
    (root / "alias.py").symlink_to("a.py")
    applied = applier.apply(root, changes(root, "alias.py"))
    assert (root / "alias.py").is_symlink()
    assert (root / "a.py").read_bytes() == b"new alias.py"
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == 0o755
    applier.undo(applied)
    assert (root / "a.py").read_bytes() == b"old a.py\r\n"


def crashed(applier):
    """What the kernel does for a killed process: its locks are gone."""
    for record in list(applier._held):
        applier._release(record)
