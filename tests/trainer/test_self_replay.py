"""Histories become tuples: what was shown wrongly, what is known in its place, and what silence missed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.config import Settings
from engine.model import vocabulary as v
from engine.model.predictor import Decisions
from engine.model.prompt import TextOf
from engine.records import Answer, Considered, Decided, Written
from engine.store import FILE, Store
from engine.types import (
    Action,
    Candidate,
    Distance,
    Edit,
    Hunk,
    IntentKind,
    Latency,
    ModelInfo,
    NodeKind,
    Position,
    Range,
    Relation,
    Site,
    Trigger,
    Verdict,
)
from tests.trainer.rewriting import speak
from tests.trainer.test_histories import commit, git
from trainer import tuple_commands
from trainer.commands import main
from trainer.lessons import lesson
from trainer.preference import clones
from trainer.preference.context import chosen_between
from trainer.replay.run import Plan, chosen
from trainer.repository import Repository
from trainer.rewriting import WindowForm
from trainer.secrets import Scrubber
from trainer.self_replay import Ended, History, made_at, tuples
from trainer.tuples import END, Choice, Outcome, Preference, read, read_outcomes

NAMES = "def old_name():\n    return 1\n\n\na = old_name()\n\n\nb = old_name()\n\n\nc = old_name()\n"


class Fake:
    """Asks about all sites in one window; `chance` says how likely each is."""

    info = ModelInfo("fake", "f" * 64)

    def __init__(
        self, chance: Callable[[Site], float] = lambda site: 0.9, asked: bool = True, text: bool = False
    ) -> None:
        self._chance = chance
        self._asked = asked
        self._text = [len(v.SPECIALS)] * text

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, should_stop: Callable[[], bool]
    ) -> Iterator[Decisions]:
        part = list(sites)[: v.WINDOW]
        prompt = [v.RIPPLE]
        for label in range(len(part)):
            prompt += [v.SITE, v.OLD, *self._text, v.NEW, v.REST, v.LABELS[label], v.ASK]
        made = (
            Candidate(site, site.draft or "", self._chance(site), label=label if self._asked else None)
            for label, site in enumerate(part)
        )
        yield Decisions(tuple(made), prompt_ids=tuple(prompt) if self._asked else ())

    def close(self) -> None:
        pass


class Writes(Fake):
    """Writes the edited file anew, with all uses of the old name replaced."""

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, should_stop: Callable[[], bool]
    ) -> Iterator[Decisions]:
        path, text = edits[-1].path, text_of(edits[-1].path) or ""
        at = [n for n in range(len(text)) if text.startswith("old_name", n)]
        made = (
            Candidate(
                Site(
                    path, start, "old_name", None, IntentKind.FREE, NodeKind.OTHER, Relation.TEXTUAL,
                    Distance.NEAR, Trigger.TEXT, 0.0, "the model wrote it",
                ),
                "new_name", 0.9, label=n,
            )
            for n, start in enumerate(at)
        )  # fmt: skip
        said = text.replace("old_name", "new_name").rstrip("\n")
        written = Written("text", path, 0, text, said, "\n```", True)
        yield Decisions(tuple(made), prompt_ids=tuple(text.encode()), written=written)


def replaced(*kept: int) -> str:
    """NAMES with the function renamed, but for its occurrences of these numbers."""
    parts = NAMES.split("old_name")
    names = ["old_name" if number in kept else "new_name" for number in range(len(parts) - 1)]
    return "".join(part + name for part, name in zip(parts, names, strict=False)) + parts[-1]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "clones" / "pallets+flask"
    folder.mkdir(parents=True)
    git(folder, "init", "-q")
    return folder


def settings(tmp_path: Path, **more: object) -> Settings:
    return Settings(tmp_path / "data", tmp_path / "cache", tmp_path / "config.toml", **more)  # type: ignore[arg-type]


def history(root: Path, tmp_path: Path) -> History:
    here = settings(tmp_path, without=(IntentKind.REPEAT,))
    commits = chosen(Plan(root, 10, here, tmp_path / "kept"))
    return History(root, "o/shop", tuple(reversed(commits)), here)


def play(root: Path, tmp_path: Path, fake: Fake) -> tuple[list[Preference], list[Outcome]]:
    found = [one for _, some in tuples(history(root, tmp_path), fake) for one in some]
    return (
        [one for one in found if isinstance(one, Preference)],
        [one for one in found if isinstance(one, Outcome)],
    )


def test_what_a_model_wrote_by_itself_is_told_in_its_answers(root: Path, tmp_path: Path) -> None:
    """Its second use is wrong: the file keeps the old name there."""
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    found, outcomes = play(root, tmp_path, Writes())
    first = found[0]
    assert outcomes == [], "nothing calibrates how sure it is of its own text"
    assert first.windows[0].old.encode() == bytes(first.prompts[0]) and first.signal == "history"
    assert first.accepted == ((Choice(0, 0, "new_name"), Choice(0, 2, "new_name")),)
    assert first.rejected == (tuple(Choice(0, n, "new_name") for n in range(3)),)
    made = lesson(first, WindowForm.of(first, speak), 1.0)
    assert made is not None
    minus = bytes(made.points.token[made.minus[0]].tolist())
    assert minus == b"n", "the token at which the answer leaves what stays there"


def test_what_is_right_further_on_stands_in_the_place_of_the_first_wrong_action(
    root: Path, tmp_path: Path
) -> None:
    """The second of three uses keeps its name: the first is the prefix, the third what should have come."""
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    first, *_ = play(root, tmp_path, Fake())[0]
    one, two, three = (Choice(0, label, "new_name") for label in range(3))
    assert first.accepted == ((one, three),) and first.rejected == ((one, two, three),)
    assert [asked.place for asked in first.sites[0]] == [
        f"core.py:{at}:old_name" for at in range(len(NAMES)) if NAMES.startswith("old_name", at) and at > 4
    ]
    assert first.prompts[0].count(v.ASK) == 3 and first.signal == "history"
    assert (first.model, first.project, first.path) == ("f" * 64, "o/shop", "core.py")


def test_a_right_place_that_was_held_back_stands_there_where_none_was_shown(
    root: Path, tmp_path: Path
) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    last = NAMES.rindex("old_name")
    first, *_ = play(root, tmp_path, Fake(lambda site: 0.1 if site.start >= last else 0.9))[0]
    assert first.accepted[0][-1] == Choice(0, 2, "new_name")
    assert first.rejected[0][-1] == Choice(0, 1, "new_name")


def test_another_text_at_the_place_is_a_correction(root: Path, tmp_path: Path) -> None:
    """The second use gets a name of its own: the tuple sets the person's text against the draft."""
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Own", {"core.py": replaced(2).replace("b = old_name", "b = own_name")})
    first, *_ = play(root, tmp_path, Fake())[0]
    assert first.accepted == ((Choice(0, 0, "new_name"), Choice(0, 1, "own_name")),)
    assert first.rejected[0][1] == Choice(0, 1, "new_name")


def test_the_end_is_right_where_the_file_is_left_alone(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "All but one", {"core.py": replaced(3)})
    first, *_ = play(root, tmp_path, Fake())[0]
    one, two, three = (Choice(0, label, "new_name") for label in range(3))
    assert first.accepted == ((one, two, END),) and first.rejected == ((one, two, three),)


def test_nothing_known_in_its_place_is_no_tuple(root: Path, tmp_path: Path) -> None:
    """The only place shown is wrong, and the developer goes on in the file with something else."""
    commit(root, "start", {"core.py": NAMES})
    later = replaced(1, 2, 3).replace("c = ", "c = 1 + 2 + ")
    commit(root, "The definition only", {"core.py": later})
    preferences, outcomes = play(root, tmp_path, Fake())
    assert not [one for one in preferences if one.path == "core.py" and one.rejected]
    assert outcomes and not any(one.right for one in outcomes if one.intent == "rename")


def test_a_silent_answer_that_missed_something_is_a_tuple_against_the_end(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Rename", {"core.py": replaced()})
    first, *_ = play(root, tmp_path, Fake(lambda site: 0.3))[0]
    assert first.accepted == ((Choice(0, 0, "new_name"),),) and first.rejected == ((END,),)


def test_a_chain_that_is_right_to_its_end_is_an_anchor(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Rename", {"core.py": replaced()})
    preferences, outcomes = play(root, tmp_path, Fake())
    (one,) = preferences
    assert one.accepted == (tuple(Choice(0, label, "new_name") for label in range(3)),) and not one.rejected
    assert [(one.right, one.label, one.signal) for one in outcomes] == [
        (True, label, "history") for label in range(3)
    ]
    assert all(one.prompt == preferences[0].prompts[0] for one in outcomes)


def test_what_no_model_was_asked_about_has_outcomes_only(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    preferences, outcomes = play(root, tmp_path, Fake(asked=False))
    assert not preferences
    assert outcomes and {(one.prompt, one.label) for one in outcomes} == {((), None)}


def test_a_replay_ends_when_it_is_asked_to(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Rename", {"core.py": replaced()})
    with pytest.raises(Ended):
        list(tuples(history(root, tmp_path), Fake(), random.Random(1), lambda: True))


def test_tuples_bear_the_time_of_their_commit(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Rename", {"core.py": replaced()})
    here = history(root, tmp_path)
    repository = Repository(root, "")
    try:
        at = made_at(repository, here.commits[0])
    finally:
        repository.close()
    assert at > 1.7e9 and {one.at for one in play(root, tmp_path, Fake())[0]} == {at}


def job(root: Path, tmp_path: Path) -> clones.Job:
    return clones.Job(root, "pallets/flask", 10, settings(tmp_path), tmp_path / "out")


def player() -> clones.Player:
    return clones.Player(Fake(), Scrubber(lambda ids: ""))


def test_a_clone_is_played_once(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    (made,) = clones.run([job(root, tmp_path)], player(), lambda one: None)
    assert made.corrected == 1 and made.tuples == len(list(read(job(root, tmp_path).path)))
    assert made.outcomes == len(list(read_outcomes(job(root, tmp_path).outcomes)))
    assert clones.table([made]).splitlines()[-1].split()[:2] == ["all", "1"]

    def again(*arguments: object) -> None:
        raise AssertionError("played again")

    monkeypatch.setattr(clones, "tuples", again)
    assert clones.make(job(root, tmp_path), player()) == made
    commit(root, "One more", {"core.py": NAMES})
    with pytest.raises(AssertionError):
        clones.make(job(root, tmp_path), player())


def test_what_holds_a_secret_is_not_written(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    scrubber = Scrubber(lambda ids: "key = 'AKIAIOSFODNN7EXAMPLE'")
    hidden = clones.Player(Fake(text=True), scrubber)
    (made,) = clones.run([job(root, tmp_path)], hidden, lambda one: None)
    assert made.tuples == made.outcomes == 0 and scrubber.dropped["AWS Access Key"] > 1


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def fake(settings: Settings) -> Iterator[clones.Player]:
        yield player()

    monkeypatch.setattr(tuple_commands, "_player", fake)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["tuples", *map(str, arguments)])


@pytest.mark.usefixtures("played")
def test_the_command_makes_files_and_a_table(root: Path, tmp_path: Path) -> None:
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Most", {"core.py": replaced(2)})
    result = run("--clones", root.parent, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "pallets+flask.jsonl.gz").is_file() and "pallets/flask  1" in result.output
    result = run("--clones", root.parent, "--split", "test")
    assert result.exit_code == 2 and "split test" in result.output
    result = run("--out", tmp_path / "out")
    assert result.exit_code == 2 and "--decisions" in result.output


@pytest.mark.usefixtures("played")
def test_the_command_reads_the_log_of_decisions(tmp_path: Path) -> None:
    settings = Settings.load()
    place = Considered("a.py", 10, "old", "new", "rename", 0.8, None, 0, 0, 0.9)
    spot = Range(Position(0, 10), Position(0, 13))
    action = Action(1, "a.py", 10, spot, "old", "new", IntentKind.RENAME, 0.8, "")
    edit = Edit("e", "a.py", "x", "y", (Hunk(0, "x", 0, "y"),), "person", time.time())
    answer = Answer(
        "s", "/p", edit, "", time.time(), ModelInfo("fake", "f" * 64), 0.4, Latency(), None,
        ((v.RIPPLE, v.ASK),), "", (place,), (action,), ("line",), (0,),
    )  # fmt: skip
    store = Store(settings.data_dir / FILE)
    store.decide(answer, [Decided(1, Verdict.ACCEPTED)], time.time())
    store.close()
    result = run("--decisions", "--out", tmp_path / "out")
    assert result.exit_code == 0 and "accepted  1" in result.output, result.output
    (one,) = read(tmp_path / "out" / "decisions.jsonl.gz")
    assert one.accepted == ((Choice(0, 0, "new"),),) and one.project == "/p"
    (told,) = read_outcomes(tmp_path / "out" / "decisions.outcomes.gz")
    assert told.right and told.prompt == one.prompts[0]


def test_what_is_missed_again_after_a_later_save_is_said_once(root: Path, tmp_path: Path) -> None:
    """The last use stays unlikely after every save; there is one tuple of it."""
    commit(root, "start", {"core.py": NAMES})
    commit(root, "Rename", {"core.py": replaced()})
    last = NAMES.rindex("old_name")
    preferences, outcomes = play(root, tmp_path, Fake(lambda site: 0.3 if site.start >= last else 0.1))
    said = [(one.accepted, one.rejected, [asked.place for asked in one.sites[0]]) for one in preferences]
    assert len(said) < len(outcomes) and len({chosen_between(one) for one in preferences}) == len(said)
