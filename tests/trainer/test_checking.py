"""The independent judges: they agree with what is right and object to what is not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from trainer.commands import main
from trainer.simulate.source import Change
from trainer.simulate.store import checking, judges, typed
from trainer.simulate.store.workshop import Workshop
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Place, Tree

CORE = "def load_items(path: str) -> str:\n    # load_items reads\n    return path\n\n\nload_items('a')\n"
USES = (
    "from core import load_items\n\nprint(load_items('b'))\n\n\ndef f(load_items):\n    return load_items\n"
)
TREE = Tree("o/n", "python", {"core.py": CORE, "uses.py": USES})


def starts(path: str, count: int) -> list[int]:
    text, found, at = TREE.texts[path], [], -1
    while len(found) < count:
        at = text.index("load_items", at + 1)
        found.append(at)
    return found


def rename(*steps: tuple[str, int]) -> Trajectory:
    made = tuple((path, Change(at, "load_items", "read_items")) for path, at in steps)
    first = ("core.py", (Change(4, "load_items", "read_items"),))
    return Trajectory("rename", "function", "python", "o/n", "MIT", dict(TREE.texts), first, made)


COMMENT, CALL = starts("core.py", 3)[1:]
IMPORT, USE, PARAMETER = starts("uses.py", 3)
WHOLE = rename(("core.py", COMMENT), ("core.py", CALL), ("uses.py", IMPORT), ("uses.py", USE))
JUDGES = (judges.jedi_verdict, judges.rope_verdict)


@pytest.mark.parametrize("judge", JUDGES)
def test_they_agree_with_a_whole_rename(judge: object, tmp_path: Path) -> None:
    shop = Workshop(tmp_path, TREE)
    verdict = judge(WHOLE, shop, judges.code_places(WHOLE, shop))  # type: ignore[operator]
    assert verdict.problem == ""
    assert verdict.agrees
    assert verdict.confirmed == 4


@pytest.mark.parametrize("judge", JUDGES)
def test_they_find_a_package_under_src(judge: object, tmp_path: Path) -> None:
    uses = "from app.core import load_items\n\nprint(load_items('b'))\n"
    tree = Tree("o/n", "python", {"src/app/core.py": CORE, "tests/test_core.py": uses})
    steps = [("src/app/core.py", at) for at in starts("core.py", 3)[1:]]
    steps += [("tests/test_core.py", at) for at in (uses.index("load"), uses.rindex("load"))]
    made = tuple((path, Change(at, "load_items", "read_items")) for path, at in steps)
    first = ("src/app/core.py", (Change(4, "load_items", "read_items"),))
    chain = Trajectory("rename", "function", "python", "o/n", "MIT", dict(tree.texts), first, made)
    shop = Workshop(tmp_path, tree)
    assert judge(chain, shop, judges.code_places(chain, shop)).agrees  # type: ignore[operator]


@pytest.mark.parametrize("judge", JUDGES)
def test_they_object_to_what_is_forgotten_and_what_is_too_much(judge: object, tmp_path: Path) -> None:
    shop = Workshop(tmp_path, TREE)
    wrong = rename(("core.py", CALL), ("uses.py", IMPORT), ("uses.py", PARAMETER))
    verdict = judge(wrong, shop, judges.code_places(wrong, shop))  # type: ignore[operator]
    assert not verdict.agrees
    assert verdict.extra == (Place("uses.py", USE),)
    assert verdict.missed == (Place("uses.py", PARAMETER),)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_judge_that_stumbles_says_so(judge: object, tmp_path: Path) -> None:
    shop = Workshop(tmp_path, TREE)
    nowhere = Trajectory(
        "rename", "x", "python", "o/n", "", {"core.py": CORE}, ("core.py", (Change(0, "def", "fed"),)), ()
    )
    verdict = judge(nowhere, shop, set())  # type: ignore[operator]
    assert verdict.problem or not verdict.confirmed


def test_only_renames_of_one_name_are_asked_about() -> None:
    assert judges.is_rename(WHOLE)
    assert not judges.is_rename(rename())
    mixed = Trajectory(
        "rename",
        "x",
        "python",
        "o/n",
        "",
        {"core.py": CORE},
        WHOLE.trigger,
        (("core.py", Change(0, "def", "x")),),
    )
    assert not judges.is_rename(mixed)


def test_the_workshop_puts_things_back(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, TREE)
    shop.show({"core.py": "x = 1\n", "new.py": "y = 2\n"})
    assert (tmp_path / "core.py").read_text() == "x = 1\n"
    shop.show({"core.py": CORE})
    assert (tmp_path / "core.py").read_text() == CORE
    assert not (tmp_path / "new.py").exists()
    assert shop.relative(tmp_path / "core.py") == "core.py"
    assert shop.relative("/elsewhere/core.py") is None
    assert shop.relative(None) is None


def test_folders_of_modules_are_packages_in_the_workshop(tmp_path: Path) -> None:
    tree = Tree("o/n", "python", {"src/app/deep/core.py": CORE, "run.py": "x = 1\n"})
    Workshop(tmp_path, tree)
    made = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("__init__.py"))
    assert made == ["src/app/__init__.py", "src/app/deep/__init__.py"]


def signature(*steps: tuple[str, Change]) -> Trajectory:
    trigger = ("core.py", (Change(CORE.index(") ->"), "", ", mode: str"),))
    return Trajectory("signature", "added", "python", "o/n", "", dict(TREE.texts), trigger, steps)


@pytest.mark.slow
def test_the_type_checker_sees_what_is_forgotten(tmp_path: Path) -> None:
    here = ("core.py", Change(CORE.index("'a'") + 3, "", ", 'r'"))
    there = ("uses.py", Change(USES.index("'b'") + 3, "", ", 'r'"))
    wrong = ("uses.py", Change(USES.index("'b'") + 3, "", ", mode"))
    chains = [signature(here), signature(here, there), signature(here, wrong)]
    half, whole, broken = typed.check(chains, TREE, tmp_path)
    assert whole.added == ()
    assert half.by_steps == ()  # it is the trigger's own error that nobody put right
    assert [message for _, _, message in broken.by_steps] == ['"mode" is not defined']
    ((path, _, message),) = half.added
    assert path == "uses.py"  # which the half chain does not even touch
    assert "mode" in message


@pytest.mark.slow
def test_an_error_of_the_tree_is_no_error_of_a_chain(tmp_path: Path) -> None:
    wrong = "def f(x: int) -> str:\n    return x\n\n\nf(1)\n"
    tree = Tree("o/n", "python", {"a.py": wrong})
    before = {"a.py": wrong.replace("x: int", "x: str")}
    hidden = Trajectory(
        "refine", "x", "python", "o/n", "", before, ("a.py", (Change(9, "str", "int"),)),
        (("a.py", Change(wrong.index("f(1)"), "f(1)", "f(2)")),),
    )  # fmt: skip
    (found,) = typed.check([hidden], tree, tmp_path)
    assert found.added == ()


def test_a_type_checker_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 1, stdout="", stderr="no node here")
    monkeypatch.setattr("trainer.simulate.store.typed.subprocess.run", lambda *_, **__: done)
    with pytest.raises(typed.NoAnswer, match="no node here"):
        typed.check([signature()], TREE, tmp_path)


def test_the_table_counts_agreement() -> None:
    def one(agrees: bool | None) -> checking.Checked:
        return checking.Checked("rename", "jedi", agrees, 3, 1, 0, True, "core.py:1 is doubtful")

    said = checking.table([one(True), one(False), one(None)])
    assert said.splitlines()[1].split() == ["rename", "jedi", "2", "0.50", "1.00", "0.750", "0", "1"]
    assert said.count("doubtful") == 2


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    source = tmp_path / "o+n"
    Workshop(source, TREE)
    arguments = ["--out", str(tmp_path / "out"), "--limit", "30", "--scenario", "rename", "--check", "4"]
    result = CliRunner().invoke(main, ["simulate", str(source), *arguments])
    assert result.exit_code == 0, result.output
    rows = [line.split() for line in result.output.splitlines()]
    assert ["rename", "jedi", "4"] in [row[:3] for row in rows]
    assert ["rename", "rope", "4"] in [row[:3] for row in rows]


def test_a_check_without_its_tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.chain_commands.importlib.util.find_spec", lambda name: None)
    (tmp_path / "empty").mkdir()
    result = CliRunner().invoke(
        main, ["simulate", str(tmp_path / "empty"), "--out", str(tmp_path / "out"), "--check", "1"]
    )
    assert result.exit_code == 1
    assert "ripple-next-edit[dev]" in result.output
