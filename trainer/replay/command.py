"""`ripple replay`: what Ripple would have written of a repository's last commits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Final

import click

from trainer.replay.points import BASELINES, MODEL

SEPARATELY: Final = "replays"


@click.command()
@click.argument("repo", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path())
@click.option(
    "--commits", type=click.IntRange(1), default=60, show_default=True, help="Newest usable commits."
)
@click.option("--since", metavar="DATE", help="Only commits after this date, as git understands it.")
@click.option(
    "--tier",
    type=click.Choice(["all", "ripple"]),
    default="all",
    show_default=True,
    help="ripple: only commits that repeat a replacement.",
)
@click.option(
    "--baseline",
    "arms",
    multiple=True,
    type=click.Choice([*MODEL[1:], *BASELINES]),
    help="A row beside the model's; may be repeated.",
)
@click.option("--no-model", is_flag=True, help="Only the baselines.")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="The least p that the model's actions are shown at."
)
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes; each loads the model."
)
@click.option(
    "--json", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures here, too."
)
@click.option("--examples/--no-examples", default=True, help="Show the best and the worst suggestions.")
def replay(  # noqa: PLR0913 - one parameter for each option
    repo: Path, commits: int, since: str | None, tier: str, arms: tuple[str, ...], no_model: bool,
    threshold: float | None, workers: int, out: Path | None, examples: bool,
) -> None:  # fmt: skip
    """Play the last commits of REPO as edits, and tell how much of them Ripple would have written.

    A simulated developer writes the first stretch of each commit, accepts what is right, ends a chain at the
    first wrong action, and writes the next stretch by hand. A run that was stopped goes on where it was.
    """
    from concurrent.futures.process import BrokenProcessPool
    from dataclasses import replace

    from engine.config import Settings
    from trainer.pool import ENDED
    from trainer.replay import report
    from trainer.replay.run import NoModel, Plan, chosen, run

    if shutil.which("git") is None:
        raise click.ClickException("The history is read with git, which is not on PATH.")
    settings = Settings.load()
    if threshold is not None:
        settings = replace(settings, threshold=threshold)
    plan = Plan(repo, commits, settings, settings.cache_dir / SEPARATELY, since, tier == "ripple", workers)
    wanted = [*([] if no_model else ["model"]), *arms]
    if not wanted:
        raise click.UsageError("With --no-model, name a --baseline.")
    try:
        found = chosen(plan)
        if not found:
            raise click.ClickException(
                f"{repo} has no commit of at least two stretches in a language that Ripple knows."
            )
        played = {}
        for arm in wanted:
            with click.progressbar(length=len(found), label=f"{arm:>9}", file=sys.stderr) as bar:
                played[arm] = run(plan, arm, found, partial(bar.update, 1))
    except subprocess.CalledProcessError as error:
        reason = (error.stderr or "").strip().splitlines()[-1:] or [str(error)]
        raise click.ClickException(f"git cannot read {repo}: {reason[0]}") from error
    except NoModel as error:
        raise click.ClickException(f"{error} Use --no-model with a --baseline.") from error
    except BrokenProcessPool as error:
        raise click.ClickException(ENDED) from error
    except OSError as error:
        raise click.ClickException(
            f"Nothing can be kept in {plan.kept}: {error.strerror or error}"
        ) from error
    click.echo(report.tables(played))
    click.echo("\n" + report.plot(played))
    if examples:
        click.echo("\n" + report.examples(played[wanted[0]]))
    if out is not None:
        try:
            out.write_text(
                json.dumps(report.as_json(played), indent=1, allow_nan=False) + "\n", encoding="utf-8"
            )
        except OSError as error:
            raise click.ClickException(f"{out} cannot be written: {error.strerror or error}") from error
