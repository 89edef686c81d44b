"""`ripple doctor`: what is found and what is missing."""

from __future__ import annotations

import sys

import click


@click.command()
def doctor() -> None:
    """Check what Ripple needs and say what is missing.

    Ends with code 1 if it is something essential.
    """
    from app.diagnosis import State, findings

    signs = {State.OK: "✓", State.NOTE: "!", State.MISSING: "✗"}
    missing = 0
    for finding in findings():
        missing += finding.state is State.MISSING
        click.echo(f"{signs[finding.state]} {finding.name:<16} {finding.detail}")
        if finding.hint:
            click.echo(f"  {'':<16} {finding.hint}")
    if missing:
        click.echo(f"\n{missing} of these must be put right first.", err=True)
        sys.exit(1)
