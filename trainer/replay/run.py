"""A replay over many commits: chosen, shared out among processes, kept as they come, taken up again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

import engine
import trainer
from engine.config import Settings
from engine.model.predictor import EMBEDDED, Predictor, StructurePredictor, open_predictor
from trainer.fingerprint import fingerprint
from trainer.pool import each
from trainer.replay.developer import Developer, repeated
from trainer.replay.minds import Both, Engine, Ground, Mind, Repeat, Told
from trainer.replay.playing import Play
from trainer.replay.points import MODEL, Played, played
from trainer.repository import LARGEST, Commit, Repository, Walk

RIPPLE: Final = 0.3
"""The tier "ripple": at least this share of a commit's later changed tokens repeats what was replaced."""
MOST_STRETCHES: Final = 40
"""Stretches of the largest commit that is played."""
BLOCK: Final = 8
"""Commits that one process plays in a row: neighbours share most of their files."""


class NoModel(Exception):
    """There is no model to ask, and why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be played."""

    git: Path
    commits: int
    settings: Settings
    kept: Path
    """The folder in which finished commits are kept."""
    since: str | None = None
    ripple: bool = False
    workers: int = 1


def chosen(plan: Plan) -> list[Commit]:
    """The newest usable commits, newest first. Raises CalledProcessError where there is no repository."""
    repository = Repository(plan.git, "")
    found = []
    try:
        for commit in repository.plain(plan.since):
            before, after = texts_of(repository, commit)
            kept = replace(commit, paths=tuple(after))
            stretches = len(Developer(before, after).open)
            if not 2 <= stretches <= MOST_STRETCHES or (plan.ripple and repeated(before, after) < RIPPLE):
                continue
            found.append(kept)
            if len(found) == plan.commits:
                break
    finally:
        repository.close()
    return found


def texts_of(repository: Repository, commit: Commit) -> tuple[dict[str, str], dict[str, str]]:
    """The texts of a commit's files before and after it; those that vanish or are huge are left out."""
    before, after = {}, {}
    for path in commit.paths:
        old, new = repository.text(commit.parent, path), repository.text(commit.sha, path)
        if new is not None and new != old and max(len(old or ""), len(new)) < LARGEST:
            before[path], after[path] = old or "", new
    return before, after


def run(plan: Plan, arm: str, commits: Sequence[Commit], done: Callable[[], object]) -> list[Played]:
    """Play the commits with one arm, in their order; what is kept is read. Raises OSError, NoModel."""
    plan.kept.mkdir(parents=True, exist_ok=True)
    store = Store(plan, arm)
    found = {one.sha: one for one in store.read()}
    for one in found.values():
        if any(commit.sha == one.sha for commit in commits):
            done()
    missing = [commit for commit in commits if commit.sha not in found]
    blocks = [missing[at : at + BLOCK] for at in range(0, len(missing), BLOCK)]
    for one in _all(plan, arm, blocks):
        store.add(one)
        found[one.sha] = one
        done()
    return [found[commit.sha] for commit in commits]


class Store:
    """The finished commits of one arm, a line of JSON each; a torn last line is dropped."""

    def __init__(self, plan: Plan, arm: str) -> None:
        settings = plan.settings
        shown = (
            settings.threshold,
            settings.structure_threshold,
            settings.max_actions,
            settings.without,
            settings.docs,
            settings.model_format,
        )
        model = _digest(settings.model or EMBEDDED) if arm in MODEL else ""
        key = f"{fingerprint(engine, trainer)}:{plan.git.resolve()}:{arm}:{shown}:{model}"
        self.path = plan.kept / f"{arm}-{sha256(key.encode()).hexdigest()[:16]}.jsonl"

    def read(self) -> Iterator[Played]:
        """What was kept."""
        if not self.path.exists():
            return
        for line in self.path.read_text(encoding="utf-8").split("\n"):
            try:
                yield played(json.loads(line))
            except (ValueError, TypeError, KeyError):
                continue

    def add(self, one: Played) -> None:
        """Keep one more."""
        with self.path.open("a", encoding="utf-8") as out:
            out.write("\n" * self._torn() + json.dumps(one.raw(), ensure_ascii=False) + "\n")

    def _torn(self) -> bool:
        """Whether the last line was not written to its end."""
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        with self.path.open("rb") as file:
            file.seek(-1, 2)
            return file.read(1) != b"\n"


def _digest(model: Path) -> str:
    """The hash of a model's file; raises NoModel where it cannot be read."""
    try:
        with model.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NoModel(f"{model} cannot be read: {error.strerror or error}.") from error


def _all(plan: Plan, arm: str, blocks: Sequence[Sequence[Commit]]) -> Iterator[Played]:
    if plan.workers <= 1:
        for block in blocks:
            yield from _block(plan, arm, block)
        return
    for found in each(partial(_listed, plan, arm), blocks, plan.workers):
        yield from found


def _listed(plan: Plan, arm: str, block: Sequence[Commit]) -> list[Played]:
    return list(_block(plan, arm, block))


def _block(plan: Plan, arm: str, block: Sequence[Commit]) -> Iterator[Played]:
    repository = Repository(plan.git, "")
    predictor = _predictor(plan.settings, arm)
    walk = Walk(plan.git.name, repository)
    try:
        for commit in block:
            world = walk.go(commit.parent)
            _, after = texts_of(repository, commit)
            ground = Ground(world.index.root, world)
            told = Told() if arm == "told" else None
            mind = _mind(arm, ground, predictor, plan.settings, told)
            yield Play(world, mind, commit, Developer.over(world, after), told=told).run()
            world.show({})
            world.settle()
    finally:
        predictor.close()
        repository.close()


def _predictor(settings: Settings, arm: str) -> Predictor:
    """The model of the settings, or structure alone; raises NoModel."""
    if arm not in MODEL:
        return StructurePredictor()
    notices: list[str] = []
    predictor = open_predictor(settings, notices.append)
    if notices:
        raise NoModel(notices[0])
    return predictor


def _mind(
    arm: str, ground: Ground, predictor: Predictor, settings: Settings, told: Told | None = None
) -> Mind:
    match arm:
        case "repeat":
            return Repeat(ground)
        case "both":
            return Both(Engine(ground, predictor, settings), Repeat(ground))
        case _:
            return Engine(ground, predictor, settings, told)
