"""Saves as editors make them, through the real watcher; waits end when the report comes, not by the clock."""

from __future__ import annotations

import errno
import random
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from watchdog.events import FileMovedEvent, FileOpenedEvent

from engine import watch
from engine.config import Settings
from engine.ignore import Ignore
from engine.settle import Debouncer
from engine.watch import Watcher


class Reports:
    """What the watcher said, for tests that wait for it."""

    def __init__(self):
        self.calls = []
        self.notices = []
        self.news = threading.Condition()

    def touched(self, paths, burst):
        with self.news:
            self.calls.append((paths, burst))
            self.news.notify_all()

    def notice(self, text):
        with self.news:
            self.notices.append(text)
            self.news.notify_all()

    def wait_for(self, *paths, timeout=10):
        """Waits until all these paths were reported, and returns everything reported so far."""
        with self.news:
            assert self.news.wait_for(lambda: set(paths) <= self.paths, timeout), f"only {self.paths} came"
            return self.paths

    @property
    def paths(self):
        return {path for paths, _ in self.calls for path in paths}


@pytest.fixture
def reports():
    return Reports()


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1\n")
    return folder


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "data", tmp_path / "cache", tmp_path / "config.toml")


@pytest.fixture(params=["native", "polling"])
def watching(request, root, settings, reports, monkeypatch):
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(watch, "ROOT_SECONDS", 0.05)
    settings = replace(settings, polling=request.param == "polling")
    watcher = Watcher(root, Ignore(root), reports.touched, reports.notice, settings)
    watcher.start()
    yield watcher
    watcher.stop()


def in_place(path):
    path.write_text("x = 2\n")


def atomic(path):
    temporary = path.with_name(f".{path.name}.tmp~")
    temporary.write_text("x = 2\n")
    temporary.replace(path)


def backup_and_rename(path):
    backup = path.with_name(path.name + "~")
    path.rename(backup)
    path.write_text("x = 2\n")
    backup.unlink()


def by_strange_temporary(path):
    temporary = path.with_name("sedX2b81")
    temporary.write_text("x = 2\n")
    temporary.replace(path)


@pytest.mark.parametrize("save", [in_place, atomic, backup_and_rename, by_strange_temporary])
def test_every_way_of_saving_is_one_report(root, watching, reports, save):
    save(root / "a.py")
    reports.wait_for("a.py")
    (root / "last.py").write_text("x\n")
    reports.wait_for("last.py")
    assert sum("a.py" in paths for paths, _ in reports.calls) == 1
    assert reports.paths <= {"a.py", "last.py", "sedX2b81"}
    assert not any(burst for _, burst in reports.calls)


def test_created_deleted_and_moved_files(root, watching, reports):
    (root / "new.py").write_text("y\n")
    reports.wait_for("new.py")
    reports.calls.clear()
    (root / "new.py").rename(root / "newer.py")
    reports.wait_for("new.py", "newer.py")
    reports.calls.clear()
    (root / "newer.py").unlink()
    reports.wait_for("newer.py")


def test_new_folders_are_watched(root, watching, reports):
    (root / "pkg" / "deep").mkdir(parents=True)
    (root / "pkg" / "deep" / "b.py").write_text("b\n")
    reports.wait_for("pkg/deep/b.py")
    reports.calls.clear()
    atomic(root / "pkg" / "deep" / "b.py")
    reports.wait_for("pkg/deep/b.py")


def test_a_moved_folder_is_reported_at_both_ends_as_a_burst(root, watching, reports):
    (root / "pkg" / "deep").mkdir(parents=True)
    (root / "pkg" / "deep" / "b.py").write_text("b\n")
    reports.wait_for("pkg/deep/b.py")
    reports.calls.clear()
    (root / "pkg").rename(root / "lib")
    reports.wait_for("pkg/deep/b.py", "lib/deep/b.py")
    reports.calls.clear()
    in_place(root / "lib" / "deep" / "b.py")
    assert reports.wait_for("lib/deep/b.py") == {"lib/deep/b.py"}


def test_a_folder_moved_in_from_elsewhere_and_out_again(root, watching, reports, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "c.py").write_text("c\n")
    (tmp_path / "other").rename(root / "other")
    reports.wait_for("other/c.py")
    reports.calls.clear()
    (root / "other").rename(tmp_path / "other")
    reports.wait_for("other/c.py")
    (tmp_path / "other" / "c.py").write_text("seen by nobody\n")
    reports.calls.clear()
    in_place(root / "a.py")
    assert reports.wait_for("a.py") == {"a.py"}


def test_deleted_folders(root, watching, reports):
    (root / "pkg").mkdir()
    (root / "pkg" / "b.py").write_text("b\n")
    reports.wait_for("pkg/b.py")
    reports.calls.clear()
    shutil.rmtree(root / "pkg")
    reports.wait_for("pkg/b.py")


def test_a_project_whose_folder_went_is_watched_again_when_it_is_back(root, watching, reports):
    shutil.rmtree(root)
    with reports.news:
        assert reports.news.wait_for(lambda: reports.notices, 10)
    assert reports.notices == [f"{root} is gone. It is watched again as soon as it is back."]
    fresh = root.with_name("fresh")
    fresh.mkdir()
    (fresh / "b.py").write_text("x = 1\n")
    fresh.rename(root)
    reports.wait_for("b.py")
    reports.calls.clear()
    (root / "b.py").write_text("x = 2\n")
    reports.wait_for("b.py")


def test_a_project_that_was_moved_away(root, watching, reports):
    root.rename(root.with_name("elsewhere"))
    with reports.news:
        assert reports.news.wait_for(lambda: reports.notices, 10)
    root.mkdir()
    (root / "c.py").write_text("x = 1\n")
    reports.wait_for("c.py")
    assert len(reports.notices) == 1


def test_a_folder_that_another_program_stands_in_and_one_that_takes_its_place(root, watching, reports):
    with subprocess.Popen(["sleep", "60"], cwd=root) as stands:
        fresh = root.with_name("fresh")
        fresh.mkdir()
        (fresh / "d.py").write_text("x = 1\n")
        shutil.rmtree(root)
        fresh.rename(root)
        reports.wait_for("d.py")
        reports.calls.clear()
        (root / "d.py").write_text("x = 2\n")
        reports.wait_for("d.py")
        stands.kill()


def test_what_is_ignored_is_not_reported(root, watching, reports):
    for name in ("node_modules/x/index.js", ".git/HEAD", ".env", "a.py~", "app.min.js", "logo.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x\n")
    (root / "big.py").write_text("x = 1\n" * 200_000)
    in_place(root / "a.py")
    reports.wait_for("a.py")
    (root / "last.py").write_text("x\n")
    assert reports.wait_for("last.py") == {"a.py", "last.py"}


def test_rules_changed_while_watching_hold(root, watching, reports):
    (root / "gen").mkdir()
    (root / "gen" / "g.py").write_text("g\n")
    reports.wait_for("gen/g.py")
    (root / ".gitignore").write_text("gen/\n")
    reports.wait_for(".gitignore")
    reports.calls.clear()
    in_place(root / "gen" / "g.py")
    in_place(root / "a.py")
    reports.wait_for("a.py")
    reports.calls.clear()
    (root / ".gitignore").write_text("# nothing\n")
    reports.wait_for(".gitignore")
    (root / "gen" / "h.py").write_text("h\n")
    reports.wait_for("gen/h.py")


def test_a_branch_switch_is_one_burst(root, settings, reports):
    watcher = Watcher(root, Ignore(root), reports.touched, reports.notice, settings)
    watcher.start()
    names = {f"pkg{i % 40}/f{i}.py" for i in range(2000)}
    for folder in {name.split("/")[0] for name in names}:
        (root / folder).mkdir()
    for name in sorted(names):
        (root / name).write_text("x = 1\n")
    reports.wait_for(*names, timeout=30)
    watcher.stop()
    bursts = [paths for paths, burst in reports.calls if burst]
    assert len(bursts) <= 3
    assert sum(map(len, bursts)) >= 1900


def test_nothing_is_reported_after_stop(root, settings, reports):
    watcher = Watcher(root, Ignore(root), reports.touched, reports.notice, settings)
    watcher.start()
    watcher.stop()
    in_place(root / "a.py")
    assert reports.calls == []
    watcher.stop()


def test_a_listener_that_fails_is_told_of_the_next_save(root, settings, reports):
    def fail_once(paths, burst):
        reports.touched(paths, burst)
        if len(reports.calls) == 1:
            raise RuntimeError("a bug")

    watcher = Watcher(root, Ignore(root), fail_once, reports.notice, settings)
    watcher.start()
    in_place(root / "a.py")
    with reports.news:
        assert reports.news.wait_for(lambda: reports.notices, 10)
    assert "a.py" in reports.notices[0]
    (root / "b.py").write_text("b")
    reports.wait_for("b.py")
    watcher.stop()


def shake(root, dice, step):
    """One random thing that people and programs do to files and folders."""
    files = [path for path in root.rglob("*") if path.is_file()] or [root / "a.py"]
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    file, folder, other = dice.choice(files), dice.choice(folders), dice.choice(folders)
    free = other / f"d{dice.randrange(4)}"
    match dice.randrange(9):
        case 2 if file.exists():
            atomic(file)
        case 3 if file.exists():
            backup_and_rename(file)
        case 4 if file.exists():
            file.rename(folder / f"m{dice.randrange(6)}.py")
        case 5:
            file.unlink(missing_ok=True)
        case 6:
            (folder / f"d{dice.randrange(4)}" / "deep").mkdir(parents=True, exist_ok=True)
        case 7 if folder != root and not free.exists() and not free.is_relative_to(folder):
            folder.rename(free)
        case 8 if folder != root and dice.random() < 0.3:
            shutil.rmtree(folder)
        case _:
            (folder / f"f{dice.randrange(6)}.py").write_text(f"{step}\n")


@pytest.mark.parametrize("seed", range(4))
def test_whoever_looks_at_what_is_reported_knows_the_tree(root, settings, seed):
    mirror = {"a.py": "x = 1\n"}
    news = threading.Condition()

    def look(paths, burst):
        with news:
            for path in paths:
                try:
                    mirror[path] = (root / path).read_text()
                except OSError:
                    mirror.pop(path, None)
            news.notify_all()

    def tree():
        return {
            path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()
        }

    watcher = Watcher(root, Ignore(root), look, print, replace(settings, burst_window_ms=60))
    watcher.start()
    dice = random.Random(seed)
    for step in range(250):
        shake(root, dice, step)
        if dice.random() < 0.1:
            time.sleep(0.02)
    with news:
        assert news.wait_for(lambda: mirror == tree(), 20), (sorted(mirror), sorted(tree()))
    watcher.stop()


def test_a_move_out_of_the_project_is_told_from_its_end_inside(root, settings):
    seen = []
    watcher = Watcher(root, Ignore(root), lambda *report: None, print, settings)
    watcher.touched = lambda rel, finished=True: seen.append(rel)
    source = watch._Observed(root, Ignore(root), watcher, None)
    source.on_any_event(FileMovedEvent(str(root / "a.py"), str(root.parent / "a.py")))
    source.on_any_event(FileMovedEvent(str(root.parent / "b.py"), str(root / "b.py")))
    source.on_any_event(FileOpenedEvent(str(root / "a.py")))
    assert seen == ["a.py", "b.py"]


linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux")


@linux
def test_ignored_folders_get_no_watch(root, settings, reports):
    for name in ("node_modules/a/b", ".git/objects/00", "pkg/sub", ".venv/lib"):
        (root / name).mkdir(parents=True)
    watcher = Watcher(root, Ignore(root), reports.touched, reports.notice, settings)
    watcher.start()
    assert set(watcher._source._watches) == {"", "pkg", "pkg/sub"}
    watcher.stop()


@linux
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_without_watches_left_it_polls_and_says_so(root, settings, reports, monkeypatch, number):
    def refuse(self, *arguments):
        raise OSError(number, "inotify watch limit reached")

    monkeypatch.setattr(watch, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(watch.InotifyFD, "add_callback", refuse)
    watcher = Watcher(root, Ignore(root), reports.touched, reports.notice, settings)
    watcher.start()
    assert len(reports.notices) == 1
    assert "polled" in reports.notices[0] and "fs.inotify" in reports.notices[0]
    in_place(root / "a.py")
    reports.wait_for("a.py")
    watcher.stop()


@linux
def test_running_out_of_watches_later_falls_back_too(root, settings, reports, monkeypatch):
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.05)
    watcher = Watcher(root, Ignore(root), reports.touched, reports.notice, settings)
    watcher.start()

    def refuse(self, *arguments):
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr(watch.InotifyFD, "add_callback", refuse)
    (root / "pkg").mkdir()
    with reports.news:
        assert reports.news.wait_for(lambda: reports.notices, 10)
    in_place(root / "a.py")
    reports.wait_for("a.py")
    watcher.stop()


@linux
def test_lost_events_mean_that_everything_is_looked_at(root, settings, reports):
    (root / "pkg").mkdir()
    (root / "pkg" / "b.py").write_text("b\n")
    watcher = Watcher(root, Ignore(root), reports.touched, reports.notice, settings)
    watcher.start()
    watcher._source.on_queue_overflow()
    reports.wait_for("a.py", "pkg/b.py")
    assert reports.calls[0][1]
    watcher.stop()


class Clock:
    """The debouncer's time, moved by hand."""

    def __init__(self, settings, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr("engine.settle.time.monotonic", lambda: self.now)
        self.debouncer = Debouncer(settings, lambda paths, burst: None)

    def add(self, *rels, after_ms=0, **how):
        self.now += after_ms / 1000
        self.debouncer.add(rels, **how)
        return self

    def ready(self, after_ms):
        """What is delivered at this moment, if anything."""
        self.now += after_ms / 1000
        at = self.debouncer._ready_at()
        return self.debouncer._take(self.now) if at is not None and at <= self.now else None


@pytest.fixture
def clock(settings, monkeypatch):
    return Clock(settings, monkeypatch)


def test_a_save_settles_after_the_debounce(clock):
    clock.add("a").add("a", after_ms=20)
    assert clock.ready(24) is None
    assert clock.ready(2) == ({"a"}, False)
    assert clock.ready(1000) is None


def test_a_file_still_open_gets_more_time_until_it_is_closed(clock):
    clock.add("a", finished=False)
    assert clock.ready(100) is None
    clock.add("a")
    assert clock.ready(26) == ({"a"}, False)


def test_a_file_that_is_never_closed_is_looked_at_in_the_end(clock):
    clock.add("a", finished=False)
    assert clock.ready(151) == ({"a"}, False)
    for _ in range(9):
        clock.add("log", after_ms=110, finished=False)
    assert clock.ready(121) == ({"log"}, False)


def test_one_slow_file_does_not_hold_up_another(clock):
    clock.add("slow", finished=False).add("a")
    assert clock.ready(26) == ({"a"}, False)
    assert clock.ready(130) == ({"slow"}, False)


def test_more_files_than_the_limit_within_the_window_are_a_burst(clock):
    for n in range(21):
        clock.add(f"f{n}", after_ms=1)
    assert clock.ready(30) is None
    clock.add("f99", after_ms=200)
    assert clock.ready(399) is None
    assert clock.ready(2) == ({*(f"f{n}" for n in range(21)), "f99"}, True)


def test_as_many_as_the_limit_are_saves(clock):
    for n in range(20):
        clock.add(f"f{n}", after_ms=1)
    paths, burst = clock.ready(30)
    assert len(paths) == 20 and not burst


def test_saves_spread_over_time_are_no_burst(clock):
    for n in range(60):
        clock.add(f"f{n}", after_ms=50)
        assert clock.ready(26) == ({f"f{n}"}, False)


def test_one_file_saved_often_is_no_burst(clock):
    for _ in range(100):
        clock.add("a", after_ms=1)
    assert clock.ready(30) == ({"a"}, False)


def test_a_burst_without_end_comes_in_parts(clock):
    for n in range(2000):
        clock.add(f"f{n}", after_ms=10)
        if (found := clock.ready(0)) and found[1]:
            break
    assert found[1] and len(found[0]) > 900


def test_a_single_file_after_a_burst_is_a_save_again(clock):
    for n in range(50):
        clock.add(f"f{n}")
    assert clock.ready(401)[1]
    clock.add("a")
    assert clock.ready(26) == ({"a"}, False)


def test_what_nobody_edited_is_a_burst_however_few(clock):
    clock.add("pkg/a", burst=True)
    assert clock.ready(26) is None
    assert clock.ready(400) == ({"pkg/a"}, True)
