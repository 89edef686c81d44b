"""The command line: help everywhere, exit codes, and each command on a database as sessions leave it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from app.cli import cli, main
from engine import nights
from engine.config import Settings
from engine.errors import FileProblem, StoreProblem
from engine.records import Considered, Decided, Kept, SiteFate
from engine.session.places import Places
from engine.store import FILE, Store
from engine.types import Verdict
from tests.engine.model.tiny_gguf import write_model
from tests.engine.test_store import EDIT, answer


class Terminal:
    """What a command sees of `sys` where somebody sits at it."""

    class Stream:
        def isatty(self) -> bool:
            return True

    stdin = stdout = Stream()


NARROW = 78
"""What click leaves of a terminal of 80 columns."""


def run(*args: str, given: str | None = None) -> Result:
    return CliRunner().invoke(cli, args, input=given, prog_name="ripple")


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize(("name", "command"), [("", cli), *commands()], ids=lambda one: one if one else "-")
def test_every_command_and_option_has_a_help_line(name: str, command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"
    arguments = [*name.split(), "--help"]
    result = CliRunner().invoke(cli, arguments, prog_name="ripple", terminal_width=NARROW)
    assert result.exit_code == 0
    assert "..." not in result.output.partition("Commands:")[2], "a command's first sentence is cut short"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    return (tmp_path / "shop").resolve()


@pytest.fixture
def recorded(project: Path) -> Path:
    """A database with decisions about two projects."""
    store = Store(Settings.load().data_dir / FILE)
    decided = [Decided(1, Verdict.ACCEPTED), Decided(2, Verdict.CORRECTED, "sum_of_all")]
    store.decide(answer(root=str(project)), decided, 1_700_000_000.0, "{}")
    other = answer("z-s1", root="/elsewhere", edit=replace(EDIT, id="z-e1"))
    store.decide(other, [Decided(1, Verdict.MADE_BY_HAND)], 1_700_000_001.0)
    store.close()
    return project


def test_log_is_a_table(recorded: Path) -> None:
    result = run("log")
    assert result.exit_code == 0
    head, *rows = result.output.splitlines()
    assert head.split() == ["when", "verdict", "where", "change", "p", "intent"]
    assert [row.split("  ")[1].strip() for row in rows] == ["made by hand", "corrected", "accepted"]
    assert "shop/src/b.py:3" in rows[1] and "total → sum_of_all" in rows[1] and "0.93" in rows[1]


def test_log_tells_guesses_and_what_nobody_said(recorded: Path) -> None:
    with closing(Store(Settings.load().data_dir / FILE)) as store:
        guessed = answer("g-s1", root="/third", edit=replace(EDIT, id="g-e1"), count=1)
        guessed = replace(guessed, actions=(replace(guessed.actions[0], guess=True),))
        store.decide(guessed, [Decided(1, Verdict.ACCEPTED)], 1_700_000_002.0)
        store.note("g-s1", [Decided(1, Verdict.UNDONE, later=True)], at=1_700_000_003.0)
    newest, before, *_ = run("log", "--project", "/third").output.splitlines()[1:]
    assert "undone later" in newest and newest.endswith("rename, a guess")
    assert "accepted  " in before
    newest, before = (json.loads(line) for line in run("log", "--json", "--limit", "2").output.splitlines())
    assert (newest["later"], newest["guess"], before["later"], before["guess"]) == (True, True, False, True)


def test_what_later_saves_told_is_exported_and_forgotten(recorded: Path) -> None:
    with closing(Store(Settings.load().data_dir / FILE)) as store:
        store.note("z-s1", kept=[Kept(1, "1h", 0.5, 8.0)], fates=[SiteFate(0, True, "amount", 9.0)])
    rows = [json.loads(line) for line in run("log", "export", "--project", "/elsewhere").stdout.splitlines()]
    told = {row["table"]: row for row in rows}
    assert (told["kept"]["horizon"], told["kept"]["share"]) == ("1h", 0.5)
    assert (told["fates"]["fate"], told["fates"]["new"]) == ("made", "amount")
    said = run("forget", "/elsewhere", "--yes").output
    assert "1 look at what was kept" in said and "1 place that was followed" in said


def test_log_of_one_project_and_with_a_limit(recorded: Path) -> None:
    assert len(run("log", "--project", str(recorded)).output.splitlines()) == 3
    assert len(run("log", "--limit", "1").output.splitlines()) == 2
    assert run("log", "--limit", "0").exit_code == 2


def test_log_as_json(recorded: Path) -> None:
    rows = [json.loads(line) for line in run("log", "--json").output.splitlines()]
    assert [(row["verdict"], row["corrected_to"]) for row in rows] == [
        *(("made_by_hand", None), ("corrected", "sum_of_all"), ("accepted", None))
    ]


def test_a_log_of_names_that_no_terminal_should_read(project: Path) -> None:
    named = answer(root=str(project / "a\nb"), count=1)
    odd = Considered("src/\udcff.py", 0, "total", "amount", "rename", 0.2, None)
    named = replace(named, actions=(replace(named.actions[0], path="\x1b[2J.py"),), considered=(odd,))
    with closing(Store(Settings.load().data_dir / FILE)) as store:
        store.decide(named, [Decided(1, Verdict.ACCEPTED)], 1_700_000_000.0, "{}")
    _, row = run("log").output.splitlines()
    assert "a␊b/␛[2J.py:3" in row
    exported = [json.loads(line) for line in run("log", "export").output.splitlines()]
    (told,) = [row for row in exported if row["table"] == "suggestions"]
    assert told["considered"][0]["path"] == "src/\udcff.py"


def test_an_empty_log_says_so_on_stderr() -> None:
    result = run("log")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing was decided yet" in result.stderr


def test_export_to_stdout_and_to_a_file(recorded: Path, tmp_path: Path) -> None:
    lines = run("log", "export").stdout.splitlines()
    assert {json.loads(line)["table"] for line in lines} >= {"projects", "edits", "suggestions", "decisions"}
    target = tmp_path / "out.jsonl"
    result = run("log", "export", "--project", str(recorded), "-o", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert 0 < len(rows) < len(lines)
    assert {row["root"] for row in rows if row["table"] == "projects"} == {str(recorded)}


def test_export_to_where_nothing_can_be_written(recorded: Path, tmp_path: Path) -> None:
    result = run("log", "export", "-o", str(tmp_path / "nowhere/out.jsonl"))
    assert isinstance(result.exception, FileProblem)
    assert "cannot be written: No such file or directory" in result.exception.message


def test_forget_names_what_there_was(recorded: Path, tmp_path: Path) -> None:
    assert run("forget", str(tmp_path / "never"), "--yes").output == "Nothing was recorded of it.\n"
    said = run("forget", str(recorded), "--yes").output
    assert "1 edit, 1 suggestion, 2 actions, 2 decisions, 1 change that could be undone." in said


def test_a_slip_in_a_commands_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("watc")
    assert result.exit_code == 2 and "Did you mean `watch`?" in result.output
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docter").mkdir()
    assert "Did you mean" not in run("docter").output, "a folder of that name is watched"


def test_forget_asks_and_forgets_all_of_a_project(recorded: Path) -> None:
    places = Places.of(recorded, Settings.load())
    places.journal.mkdir(parents=True)
    (places.journal / "1.done").write_bytes(b"before")
    places.index.parent.mkdir(parents=True)
    places.index.write_bytes(b"index")
    refused = run("forget", str(recorded), given="n\n")
    assert refused.exit_code == 1 and places.journal.exists()
    result = run("forget", str(recorded), given="y\n")
    assert result.exit_code == 0 and "2 decisions" in result.output
    assert not places.journal.exists() and not places.index.exists()
    assert len(run("log").output.splitlines()) == 2


def test_forget_deletes_what_a_night_wrote_down_and_waits_for_one_at_work(recorded: Path) -> None:
    data_dir = Settings.load().data_dir
    nights.write(data_dir, nights.Night("one", 1.0, "ab"))
    tuples = nights.folder(data_dir, "one") / "tuples.jsonl.gz"
    tuples.write_text("code")
    with nights.locked(data_dir):
        assert isinstance(run("forget", str(recorded), "--yes").exception, FileProblem)
    assert tuples.exists() and len(run("log").output.splitlines()) > 2
    assert run("forget", str(recorded), "--yes").exit_code == 0
    assert not tuples.exists() and len(nights.nights(data_dir)) == 1


def test_forget_everything(recorded: Path) -> None:
    adapters = Settings.load().data_dir / "adapters" / "ab"
    adapters.mkdir(parents=True)
    result = run("forget", "--all", "--yes")
    assert not adapters.parent.exists()
    assert result.exit_code == 0 and "3 decisions" in result.output
    assert run("log", "export").stdout == ""


@pytest.mark.parametrize(
    "args",
    [
        ("forget",),
        ("forget", ".", "--all"),
        ("watch", "no/such/folder"),
        ("no/such/folder",),
        ("watch", "--threshold", "1.5"),
        ("watch", "--model", "none.gguf"),
        ("log", "--nonsense"),
        ("--nonsense",),
        ("watch", "."),
    ],
    ids=" ".join,
)
def test_what_is_not_understood_ends_with_2(args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert "Error" in result.stderr


def test_a_problem_is_a_title_a_sentence_and_a_next_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(path: Path) -> Store:
        raise StoreProblem("It is damaged.", "Move it away.")

    monkeypatch.setattr("engine.store.Store", broken)
    monkeypatch.setattr(sys, "argv", ["ripple", "log"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert capsys.readouterr().err.splitlines() == ["Database problem: It is damaged.", "Move it away."]


def test_a_settings_file_that_is_not_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("threshold = [")
    monkeypatch.setenv("RIPPLE_CONFIG_FILE", str(tmp_path / "bad.toml"))
    command = [sys.executable, "-m", "app", "log"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent.parent)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Settings problem: ") and "Traceback" not in result.stderr


def test_watch_is_the_default_and_gets_its_options(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    served: list[tuple[Path, Settings, bool]] = []

    def serve(root: Path, settings: Settings, structure_only: bool) -> int:
        served.append((root, settings, structure_only))
        return 0

    monkeypatch.setattr("app.json_front.serve", serve)
    monkeypatch.chdir(project)
    model = project / "own.gguf"
    model.write_bytes(b"GGUF")
    for args in (
        (str(project), "--json"),
        ("--json",),
        ("watch", "--json", str(project)),
        ("watch", "--json"),
    ):
        assert run(*args).exit_code == 0, args
    assert {root for root, _, _ in served} == {project}
    assert run("--json", "--structure-only", "--threshold", "0.8", "--model", "own.gguf").exit_code == 0
    _, settings, structure_only = served[-1]
    assert structure_only
    assert (settings.threshold, settings.structure_threshold, settings.model) == (0.8, 0.8, model)


def test_version() -> None:
    result = run("--version")
    assert result.exit_code == 0 and result.output.startswith("ripple, version ")


def test_doctor_names_everything_it_looked_at() -> None:
    result = run("doctor", "--help")
    result = run("doctor")
    for name in ("python", "data folder", "database", "model", "grammars", "watching", "threads", "git"):
        assert f" {name} " in result.output
    assert result.exit_code == (1 if "✗" in result.output else 0)


def test_doctor_lists_the_language_servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "none found for this folder" in run("doctor").output
    ruff = Path(".venv/bin/ruff")
    ruff.parent.mkdir(parents=True)
    ruff.touch(mode=0o755)
    assert "✓ language servers" in run("doctor").output
    monkeypatch.setenv("RIPPLE_LSP", "0")
    assert "switched off" in run("doctor").output


def test_doctor_knows_all_that_a_night_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.diagnosis._version", lambda name: None if name == "peft" else "1.0")
    shown = run("doctor").output
    assert "! trainer          without peft\n" in shown
    assert "Nights and `ripple train` need the extra `train`: pip install" in shown


def test_doctor_finds_what_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (Settings.load().data_dir / FILE).write_bytes(b"no database" * 400)
    monkeypatch.setenv("RIPPLE_MODEL", str(tmp_path / "missing.gguf"))
    result = run("doctor")
    assert result.exit_code == 1
    assert result.output.count("✗") == 2
    assert "Move the file away" in result.output and "missing.gguf" in result.output


def test_doctor_says_how_a_foreign_model_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write_model(tmp_path / "zeta-2.gguf", prompt_version=None, specials=("<a>", "<b>", "<c>"))
    monkeypatch.setenv("RIPPLE_MODEL", str(path))
    assert "asked as zeta-2 (" in run("doctor").output
    monkeypatch.setenv("RIPPLE_MODEL_FORMAT", "sweep-v1")
    assert "asked as sweep-v1 (" in run("doctor").output


def test_doctor_with_settings_that_are_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIPPLE_THRESHOLD", "lots")
    result = run("doctor")
    assert result.exit_code == 1 and "✗ settings" in result.output and "✓ grammars" in result.output


def test_train_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("train", "pretrain")
    assert result.exit_code == 1
    assert "pip install 'ripple-next-edit[train]'" in result.stderr


def test_train_hands_over(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def trainer(command: list[str], check: bool) -> subprocess.CompletedProcess[bytes]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    monkeypatch.setattr("subprocess.run", trainer)
    assert run("train", "pretrain", "--minutes", "5").exit_code == 3
    assert ran == [[sys.executable, "-P", "-m", "trainer", "pretrain", "--minutes", "5"]]


def test_the_demo_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, recorded: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("app.commands.demo.sys", Terminal())
    seen: list[Path] = []

    def decide(root: Path, settings: Settings, *, structure_only: bool, guide: object) -> None:
        seen.append(root)
        with closing(Store(settings.data_dir / FILE)) as store:
            made = answer("demo", root=str(root), edit=replace(EDIT, id="demo"))
            store.decide(made, [Decided(1, Verdict.ACCEPTED)], 1.0, "{}")
        raise SystemExit(0)

    monkeypatch.setattr("app.commands.watch.open_terminal", decide)
    result = run("demo")
    assert result.exit_code == 0 and "The sample is gone" in result.output
    assert not seen[0].exists() and not seen[0].parent.exists()
    projects = {json.loads(line)["project"] for line in run("log", "--json").output.splitlines()}
    assert projects and str(seen[0]) not in projects, "a night learns nothing of it"


def test_the_demo_without_a_terminal() -> None:
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-m", "app", "demo"]
    result = subprocess.run(
        command, capture_output=True, text=True, cwd=root, stdin=subprocess.DEVNULL, timeout=100
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "+ def overdue_fine(" in result.stdout
    assert "call of `late_fee`" in result.stdout
    assert (
        "+++ b/library/desk.py" in result.stdout
        and "+    return overdue_fine(loan, today) > 0" in result.stdout
    )
    assert result.stdout.count("  accepted  ") >= 7
    assert "rows" in result.stdout
