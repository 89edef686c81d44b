"""Whatever is written, in every language: no exception, no hang, nothing outside, no new parse error."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine import verify
from engine.diff import replaced, tokenize
from engine.intents import propose
from engine.model.predictor import by_rule
from engine.types import Candidate, Edit, Site
from tests.engine.syntax.projects import Memory

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.txt"))
LONGEST = 1.0
"""Seconds of processor time that one save may take."""
SOON = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=(
        Phase.explicit,
        Phase.generate,
    ),  # a seed cannot be made simpler, and tracing costs more than the save
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@cache
def sample(path: Path) -> tuple[str, str]:
    """The path in the project, and the text."""
    return f"app/{path.stem}", path.read_text(encoding="utf-8")


def project(path: str, text: str) -> Memory:
    """The sample beside a second file of its language that uses the same names, and a stranger."""
    folder, _, name = path.rpartition("/")
    return Memory(
        {path: text, f"{folder}/other_{name}": text, "app/util.py": "def helper(a):\n    return a\n"}
    )


def examine(memory: Memory, edit: Edit) -> None:
    """Propose for the edit, verify, apply: the promises hold."""
    began = time.process_time()
    sites = propose(edit, tuple(memory.edits[:-1]), memory.index)
    took = time.process_time() - began
    assert took < LONGEST, f"{took:.2f} s"
    for site in sites:
        stands(memory, site)
    kept, _ = verify.check(
        by_rule(sites),
        text_of=memory.files.get,
        root=Path("/no/such/folder"),
        recent=memory.edits,
        rejected=lambda *_: False,
        errors=memory.index.errors,
    )
    sound(memory, kept)


def stands(memory: Memory, site: Site) -> None:
    assert site.path in memory.files, "an action outside the project"
    assert memory.files[site.path][site.start : site.end] == site.old
    assert 0.0 <= site.rule <= 1.0
    assert site.why and "\n" not in site.why


def sound(memory: Memory, kept: list[Candidate]) -> None:
    for path in {one.site.path for one in kept}:
        text = memory.files[path]
        after = replaced(text, [(c.site.start, c.site.old, c.new) for c in kept if c.site.path == path])
        assert (memory.index.errors(path, after) or 0) <= (memory.index.errors(path, text) or 0)


Twist = Callable[[str, random.Random], str]


def truncated(text: str, rng: random.Random) -> str:
    return text[: rng.randrange(len(text) + 1)]


def headless(text: str, rng: random.Random) -> str:
    return text[rng.randrange(len(text) + 1) :]


def hole(text: str, rng: random.Random) -> str:
    start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[:start] + text[end:]


def swapped(text: str, rng: random.Random) -> str:
    tokens = tokenize(text)
    if len(tokens) > 1:
        for _ in range(rng.randint(1, 4)):
            a, b = rng.randrange(len(tokens)), rng.randrange(len(tokens))
            tokens[a], tokens[b] = tokens[b], tokens[a]
    return "".join(tokens)


def doubled(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    start, end = sorted(rng.randrange(len(lines) + 1) for _ in range(2))
    return "".join([*lines[:end], *lines[start:end], *lines[end:]])


def dropped(text: str, rng: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    gone = {rng.randrange(len(lines)) for _ in range(rng.randint(1, 3))} if lines else set()
    return "".join(line for n, line in enumerate(lines) if n not in gone)


def noisy(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) + 1)
    return (
        text[:at]
        + "".join(rng.choice("()[]{}<>:;,.'\"`\\\n\r\t #@é\u2028\U0001f600\ud800\x00") for _ in range(4))
        + text[at:]
    )


def renamed(text: str, rng: random.Random) -> str:
    names = sorted({one for one in tokenize(text) if one.isidentifier() and len(one) > 2})
    return (
        text.replace(rng.choice(names), rng.choice([*names, "fresh_name"]), rng.choice([1, 1, -1]))
        if names
        else text
    )


TWISTS: tuple[Twist, ...] = (truncated, headless, hole, swapped, doubled, dropped, noisy, renamed)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@SOON
@given(seed=st.integers(0, 2**32), first=st.sampled_from(TWISTS), second=st.sampled_from(TWISTS))
def test_two_saves_of_any_kind(path: Path, seed: int, first: Twist, second: Twist) -> None:
    name, text = sample(path)
    rng = random.Random(seed)
    memory = project(name, text)
    for twist in (first, second):
        before = memory.files[name]
        after = twist(before, rng)
        if after != before:
            examine(memory, memory.save(name, after))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@SOON
@given(seed=st.integers(0, 2**32), twist=st.sampled_from(TWISTS))
def test_a_broken_file_is_mended(path: Path, seed: int, twist: Twist) -> None:
    name, text = sample(path)
    broken = twist(text, random.Random(seed))
    if broken != text:
        memory = project(name, broken)
        examine(memory, memory.save(name, text))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_sound(path: Path) -> None:
    name, text = sample(path)
    memory = project(name, text)
    assert memory.index.errors(name, text) == 0
