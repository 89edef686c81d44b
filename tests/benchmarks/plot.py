"""Acceptance against activity as a picture: a panel for each tier, a line for each arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Curve = Sequence[tuple[float, float, float]]
"""(threshold, activity, acceptance)"""

WIDTH, HEIGHT, LEFT, TOP, GAP = 360, 240, 48, 40, 56
COLOURS = {
    "model": "#2a7de1",
    "told": "#7b5bd6",
    "structure": "#e08a1e",
    "repeat": "#999999",
    "both": "#4a9f5b",
}


def svg(panels: Mapping[str, Mapping[str, Curve]]) -> str:
    """The picture; points at which less than one save in a hundred is answered are left out."""
    parts = []
    for number, (name, arms) in enumerate(panels.items()):
        left = LEFT + number * (WIDTH + GAP)
        most = max((activity for curve in arms.values() for _, activity, _ in curve), default=1.0) or 1.0
        parts.append(_frame(name, left, most))
        for place, (arm, curve) in enumerate(arms.items()):
            line = sorted((activity, acceptance) for _, activity, acceptance in curve if activity >= 0.01)
            points = " ".join(f"{left + WIDTH * x / most:.1f},{TOP + HEIGHT * (1 - y):.1f}" for x, y in line)
            colour = COLOURS.get(arm, "#000000")
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
            at = TOP + 16 + 16 * place
            parts.append(
                f'<text x="{left + WIDTH - 8}" y="{at}" text-anchor="end" fill="{colour}">'
                f"{escape(arm)}</text>"
            )
    width = LEFT + len(panels) * (WIDTH + GAP)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{TOP + HEIGHT + 48}"'
    style = 'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#ffffff"/>'
    return f"{head} {style}\n" + "\n".join(parts) + "\n</svg>\n"


def _frame(name: str, left: float, most: float) -> str:
    lines = [
        f'<text x="{left}" y="{TOP - 14}" font-weight="bold">{escape(name)}</text>',
        f'<rect x="{left}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#bbbbbb"/>',
        f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle">'
        "activity: saves after which something is shown</text>",
    ]
    for step in range(5):
        share = step / 4
        y = TOP + HEIGHT * (1 - share)
        x = left + WIDTH * share
        lines.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{share:.2f}</text>')
        lines.append(f'<text x="{x}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{share * most:.2f}</text>')
    return "\n".join(lines)
