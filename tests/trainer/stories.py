"""Examples of a made-up task for the trainer's tests: rename the names that match, leave comments alone."""

from __future__ import annotations

import random

from engine.model import prompt
from engine.types import Distance, Edit, Hunk, IntentKind, NodeKind, Relation, Site, Trigger

NAMES = ("total", "price", "count", "user", "index", "value", "name", "result")


def story(rng: random.Random) -> dict[str, object]:
    """One example: `old` became `new`; other names and comments are not to be touched."""
    old, new, other = rng.sample(NAMES, 3)
    lines = [f"{rng.choice((old, other))} = {rng.choice(NAMES)}({n})" for n in range(6)]
    text = "\n".join([f"def {new}():", *lines])
    hunk = Hunk(4, old, 4, new)
    edit = Edit(
        "e1", "app/shop.py", text.replace(f"def {new}", f"def {old}", 1), text, (hunk,), "person", 0.0
    )
    sites, labels = [], []
    at = 0
    for line in text.split("\n"):
        word = line.split(" ")[0]
        if word in (old, other):
            node = rng.choice((NodeKind.REFERENCE, NodeKind.COMMENT))
            sites.append(_site(at, word, new, node))
            labels.append(int(word == old and node is NodeKind.REFERENCE))
        at += len(line) + 1
    return {
        "pieces": prompt.pieces([edit], sites, lambda _: text),
        "labels": labels,
        "answer": [[n, new] for n, right in enumerate(labels) if right],
        "rules": [0.5] * len(sites),
        "scenario": "rename",
        "language": "python",
        "source": rng.choice(("one", "two")),
        "point": str(rng.random()),
        "quiet": not any(labels),
    }


def _site(start: int, old: str, new: str, node: NodeKind) -> Site:
    return Site(
        path="app/shop.py",
        start=start,
        old=old,
        draft=new,
        intent=IntentKind.RENAME,
        node=node,
        relation=Relation.SAME_SCOPE,
        distance=Distance.NEAR,
        trigger=Trigger.DECLARATION,
        rule=0.5,
        why="made up",
    )
