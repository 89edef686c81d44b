"""New names as a developer would choose them: related to the old one, or out of the project's own words."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from trainer.simulate.source import RESERVED, join_name, split_name

_PREFIXES = (
    "get",
    "set",
    "is",
    "has",
    "new",
    "old",
    "raw",
    "base",
    "default",
    "max",
    "min",
    "num",
    "to",
    "make",
    "load",
)
_SUFFIXES = (
    "name",
    "id",
    "list",
    "map",
    "path",
    "key",
    "value",
    "index",
    "size",
    "type",
    "info",
    "data",
    "count",
    "func",
)
_SWAPS = {
    "get": "fetch", "fetch": "load", "make": "build", "build": "create", "create": "make",
    "data": "payload", "value": "item", "item": "entry", "key": "name", "name": "label",
    "path": "location", "file": "document", "text": "content", "msg": "message", "message": "text",
    "func": "function", "fn": "callback", "cb": "callback", "args": "arguments", "kwargs": "options",
    "opts": "options", "config": "settings", "settings": "config", "idx": "index", "index": "position",
    "num": "count", "count": "total", "size": "length", "length": "size", "len": "length",
    "obj": "target", "cls": "klass", "err": "error", "error": "problem", "exc": "error",
    "result": "outcome", "res": "result", "ret": "result", "tmp": "scratch", "parse": "read",
    "read": "load", "write": "emit", "check": "validate", "validate": "verify", "handle": "process",
    "process": "handle", "start": "begin", "end": "stop", "stop": "end", "node": "element",
    "parent": "owner", "child": "node", "url": "address", "host": "server", "user": "account",
    "request": "query", "response": "reply", "conn": "connection", "ctx": "context",
    "env": "environment", "dir": "folder", "info": "details", "type": "kind", "kind": "type",
}  # fmt: skip


def candidate(name: str, texts: Mapping[str, str], rng: random.Random) -> str:
    """A name that a developer might think of instead of `name`; it may be in use."""
    return _related(name, rng) if rng.random() < 0.5 else _foreign(name, texts, rng)


def numbered(name: str, is_free: Callable[[str], bool]) -> str:
    """The name with the first number that makes it free: the last resort."""
    number = 2
    while not is_free(f"{name}{number}"):
        number += 1
    return f"{name}{number}"


def _related(name: str, rng: random.Random) -> str:
    parts = split_name(name) or ["value"]
    ways = [
        lambda: [*parts, rng.choice(_SUFFIXES)],
        lambda: [rng.choice(_PREFIXES), *parts],
        lambda: [_SWAPS.get(part, part) for part in parts],
        lambda: parts[:-1] or [parts[0] + "s"],
        lambda: parts[1:] or [*parts, "value"],
        lambda: [*parts[:-1], _number(parts[-1])],
        lambda: [_SWAPS.get(parts[0], parts[0]), *parts[1:]],
        lambda: [*parts[1:], parts[0]] if len(parts) > 1 else [*parts, rng.choice(_SUFFIXES)],
    ]
    return join_name(rng.choice(ways)(), name)


def _foreign(name: str, texts: Mapping[str, str], rng: random.Random) -> str:
    pool = list(texts)
    text = texts[rng.choice(pool)]
    at = rng.randrange(max(1, len(text) - 4000))
    parts = [part for part in split_name(text[at : at + 4000]) if 2 < len(part) < 11 and part not in RESERVED]
    if not parts:
        return _related(name, rng)
    count = rng.choice((1, 1, 2, 2, 2, 3))
    chosen = list(dict.fromkeys(rng.choice(parts) for _ in range(count)))
    if rng.random() < 0.3:
        chosen = [*chosen, *split_name(name)[-1:]]
    return join_name(chosen, name)


def _number(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word + "s"
