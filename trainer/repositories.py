"""The repositories whose trees and histories Ripple learns from, and those that it is only measured on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from trainer.repository import Repository

Split = Literal["train", "valid", "test"]

_LIST: Final = """
train Textualize/rich MIT
train aio-libs/aiohttp Apache-2.0
train apache/commons-lang Apache-2.0
train celery/celery BSD-3-Clause
train clap-rs/clap MIT
train colinhacks/zod MIT
train date-fns/date-fns MIT
valid encode/starlette BSD-3-Clause
train expressjs/express MIT
train gin-gonic/gin MIT
train gohugoio/hugo Apache-2.0
train google/guava Apache-2.0
train marshmallow-code/marshmallow MIT
train networkx/networkx BSD-3-Clause
train pallets/flask BSD-3-Clause
train pallets/jinja BSD-3-Clause
train pallets/werkzeug BSD-3-Clause
train psf/black MIT
train pydantic/pydantic MIT
train pytest-dev/pytest MIT
train python-attrs/attrs MIT
valid reduxjs/redux MIT
train scrapy/scrapy BSD-3-Clause
train serde-rs/serde MIT
valid sharkdp/bat MIT
valid sirupsen/logrus MIT
train stretchr/testify MIT
train tokio-rs/tokio MIT
train vuejs/core MIT
test  axios/axios MIT
test  fastapi/typer MIT
test  mockito/mockito MIT
test  psf/requests Apache-2.0
test  sharkdp/fd MIT
test  urfave/cli MIT
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a repository."""

    split: Split
    licence: str


def _read(lines: str) -> dict[str, Known]:
    splits = {str(split): split for split in get_args(Split)}
    rows = (line.split() for line in lines.split("\n") if line)
    return {name: Known(splits[split], licence) for split, name, licence in rows}


KNOWN: Final[Mapping[str, Known]] = _read(_LIST)
"""By owner/name. `train` is learnt from; no weight sees `valid`, which tells how a run goes and what a chance
is worth; `test` is only ever measured on, for the figures of the README. trpc/trpc is none of them, for
TypeScript is measured on it."""


def split_of(name: str) -> Split | None:
    """The split of a repository by its name (owner/name); None for one that is in none."""
    known = KNOWN.get(name)
    return known.split if known else None


def clones(folder: Path) -> dict[str, Path]:
    """The git directories in a folder, by owner/name: bare, with a work tree, or below `repo`."""
    found = ((path.name.replace("+", "/"), git_of(path)) for path in sorted(folder.iterdir()))
    return {name: git for name, git in found if git is not None}


def git_of(clone: Path) -> Path | None:
    """The git directory of a clone: bare, with a work tree, or below `repo`; None where there is none."""
    places = (clone / ".git", clone / "repo", clone)
    return next((git for git in places if (git / "HEAD").is_file()), None)


def describe(folder: Path) -> str:
    """The part of CORPUS.md about repositories: which commits were read, by the newest one of each clone."""
    lines = ["", "## Histories", "", "| repository | licence | newest commit | split |", "|---|---|---|---|"]
    for name, git in clones(folder).items():
        if known := KNOWN.get(name):
            repository = Repository(git, "")
            try:
                lines.append(f"| {name} | {known.licence} | `{repository.newest()}` | {known.split} |")
            finally:
                repository.close()
    return "\n".join(lines) + "\n"
