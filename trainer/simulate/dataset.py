"""From the corpus to files of training examples: every project under its own index, all scenarios mixed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from trainer import corpus
from trainer.examples import Example, World, examples, is_plain, write
from trainer.simulate import quiet, rename, repeat
from trainer.simulate.source import Source
from trainer.simulate.story import Case
from trainer.simulate.symbols import Symbols

MIX = {"rename": 0.5, "repeat": 0.26, "quiet": 0.24}
"""The share of drawn decision points by scenario; a third of renames and repeats are quiet as well."""
PLAIN_KEPT = 0.4
"""The share kept of windows that the rules alone settle."""
_LEAST = 40


@dataclass(frozen=True, slots=True)
class Yield:
    """What one project gave."""

    name: str
    examples: list[Example]
    counts: Mapping[str, int]
    """How many points gave examples, were silent, and how many windows were dropped as plain."""


def build(
    corpus_dir: Path,
    out_dir: Path,
    seed: int,
    limit: int,
    workers: int = 1,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Write {train,valid,test}.jsonl.gz with about `limit` windows in all; the number of windows by file."""
    items = corpus.projects(corpus_dir)
    common = corpus.common_names(corpus_dir)
    weight = {item.name: min(item.files, 120) ** 0.5 for item in items}
    total = sum(weight.values())
    jobs = [
        (corpus_dir, item, common, seed, max(_LEAST, int(limit * weight[item.name] / total)))
        for item in items
    ]
    split = {item.name: item.split for item in items}
    found: dict[str, list[Example]] = {"train": [], "valid": [], "test": []}
    for made in _run(jobs, workers):
        found[split[made.name]] += made.examples
        say(f"{made.name}: {len(made.examples)} windows, {dict(made.counts)}")
    out_dir.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, windows in found.items():
        random.Random(f"{seed}:{name}").shuffle(windows)
        written[name] = write(out_dir / f"{name}.jsonl.gz", windows)
    return written


Job = tuple[Path, corpus.Project, frozenset[str], int, int]


def _run(jobs: list[Job], workers: int) -> Iterator[Yield]:
    if workers <= 1:
        yield from map(_project, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_project, jobs)


def _project(job: Job) -> Yield:
    """The examples of one project, the same for the same seed."""
    folder, project, common, seed, quota = job
    source = load(folder, project)
    rng = random.Random(f"{seed}:{project.name}")
    world = World(source, folder / project.folder)
    found: list[Example] = []
    counts: Counter[str] = Counter()
    for number, case in enumerate(islice(mixed(source, common, rng), quota * 6)):
        made = examples(case, world, f"{project.name}:{number}", rng)
        counts["points" if made else "silent"] += 1
        for example in made:
            if is_plain(example) and rng.random() >= PLAIN_KEPT:
                counts["plain"] += 1
            else:
                found.append(example)
        if len(found) >= quota:
            break
    return Yield(project.name, found, counts)


def load(folder: Path, project: corpus.Project) -> Source:
    """A project's texts in its main language."""
    texts = corpus.texts(folder, project)
    languages = Counter(corpus.language_of(path) for path in texts)
    main = languages.most_common(1)[0][0]
    return Source(
        project.name, main, {path: text for path, text in texts.items() if corpus.language_of(path) == main}
    )


def mixed(source: Source, common: frozenset[str], rng: random.Random) -> Iterator[Case]:
    """Decision points of all scenarios in their shares, for as long as any scenario has some."""
    symbols = Symbols(source, common)
    streams: dict[str, Iterator[Case]] = {
        "rename": rename.cases(source, symbols.shared(), symbols.locals(rng, 600), rng),
        "repeat": repeat.cases(source, rng),
        "quiet": quiet.cases(source, rng),
    }
    while streams:
        name = rng.choices(list(streams), [MIX[key] for key in streams])[0]
        case = next(streams[name], None)
        if case is None:
            del streams[name]
        else:
            yield case
