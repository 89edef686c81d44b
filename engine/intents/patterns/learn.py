"""From an example to templates: the replacement is widened until it says where it belongs."""

from __future__ import annotations

from collections.abc import Sequence

from engine.intents.lexer import KEYWORDS, Token, lex
from engine.intents.patterns.example import Changed, Entry, Example, balanced_core
from engine.intents.patterns.template import (
    ARG,
    ARGS,
    CLOSERS,
    OPENERS,
    Change,
    Element,
    Hole,
    Keep,
    Lit,
    Part,
    Template,
    significant,
    telling,
)

_WORDS = "await new not typeof yield go defer raise throw return delete void * & ! - + ..."
_PREFIXES = frozenset(_WORDS.split())


def widened(example: Example) -> list[Template]:
    """Templates of one example: the one inside its call, if it is at home there, and the narrow one."""
    core = balanced_core(example.entries)
    if core is None:
        return []
    entries = example.entries
    ranges = [_in_call(entries, *core)] if _at_argument(entries, *core) else []
    ranges.append(_narrow(entries, *core))
    templates: list[Template] = []
    for found in ranges:
        if found is None:
            continue
        low, high = found
        parts = _parts(entries, low, high)
        dotted = low > 0 and _text(entries[low - 1]) == "."
        if parts is not None:
            templates.append(Template(parts, example.shape, dotted))
    return templates


def _text(entry: Entry | None = None) -> str:
    return entry.text if isinstance(entry, Token) else ""


def _at_argument(entries: Sequence[Entry], low: int, high: int) -> bool:
    """True when the change is an argument, or part of one that is not telling by itself."""
    before = _text(entries[low - 1]) if low else ""
    after = _text(entries[high]) if high < len(entries) else ""
    changes = [entry for entry in entries[low:high] if isinstance(entry, Changed)]
    if any(c.new.lstrip().startswith(",") or (c.old and c.old[0].text == ",") for c in changes):
        return True
    if before in ("(", ",") and after in (")", ",", "="):
        return True
    told = any(telling(Lit(t.text, t.kind)) and t.kind == "name" for c in changes for t in c.old)
    return not told and _prefixed(entries, low, high) is None


def _prefixed(entries: Sequence[Entry], low: int, high: int) -> tuple[int, int] | None:
    """A change that only puts words such as `await` before a call: widened over the call's name."""
    changes = [entry for entry in entries[low:high] if isinstance(entry, Changed)]
    if len(changes) != 1 or high - low != 1:
        return None
    words = [t.text for t in significant(lex(changes[0].new, "c"))] + [t.text for t in changes[0].old]
    if not words or not all(word in _PREFIXES for word in words):
        return None
    end = high
    while end < len(entries) and _is_name(entries[end]):
        end += 1
        if end < len(entries) and _text(entries[end]) == ".":
            end += 1
            continue
        break
    if end > high and end < len(entries) and _text(entries[end]) == "(":
        return low, end + 1
    return None


def _is_name(entry: Entry) -> bool:
    return isinstance(entry, Token) and entry.kind == "name" and entry.text not in KEYWORDS


def _in_call(entries: Sequence[Entry], low: int, high: int) -> tuple[int, int] | None:
    """The change with the call, index or literal around it, from its name to the closing bracket."""
    depth = 0
    start = low - 1
    while start >= 0:
        text = _text(entries[start])
        if text in CLOSERS:
            depth += 1
        elif text in OPENERS:
            if depth == 0:
                break
            depth -= 1
        start -= 1
    if start < 1 or not _is_name(entries[start - 1]):
        return None
    end, depth = high, 0
    while end < len(entries):
        text = _text(entries[end])
        if text in OPENERS:
            depth += 1
        elif text in CLOSERS:
            if depth == 0:
                return start - 1, end + 1
            depth -= 1
        end += 1
    return None


def _narrow(entries: Sequence[Entry], low: int, high: int) -> tuple[int, int]:
    """The change with the neighbours that say what it is: a dot before, a bracket after."""
    prefixed = _prefixed(entries, low, high)
    if prefixed is not None:
        return prefixed
    changes = [entry for entry in entries[low:high] if isinstance(entry, Changed)]
    told = sum(telling(Lit(t.text, t.kind)) for c in changes for t in c.old)
    kept = sum(telling(Lit(e.text, e.kind)) for e in entries[low:high] if isinstance(e, Token))
    if low and _text(entries[low - 1]) == ".":
        low -= 1
        if not told and low and _is_name(entries[low - 1]):
            low -= 1
    elif not told and not kept and low:
        low -= 2 if _text(entries[low - 1]) in ("=", ":", "(") and low > 1 else 1
    if high < len(entries) and (_text(entries[high]) in ("(", ".") or (not told and not kept)):
        high += 1
    return low, high


def _parts(entries: Sequence[Entry], low: int, high: int) -> tuple[Part, ...] | None:
    builder = _Builder()
    at = low
    while at < high:
        entry = entries[at]
        if isinstance(entry, Changed):
            builder.change(entry)
            at += 1
            continue
        close = _plain_group(entries, at, high) if entry.text in OPENERS else None
        if close is not None:
            builder.group(entries[at : close + 1])
            at = close + 1
            continue
        builder.token(entry)
        at += 1
    return builder.done()


def _plain_group(entries: Sequence[Entry], at: int, high: int) -> int | None:
    """Where the bracket at `at` closes, when nothing changes inside."""
    depth = 0
    for place in range(at, high):
        if isinstance(entries[place], Changed):
            return None
        text = _text(entries[place])
        depth += (text in OPENERS) - (text in CLOSERS)
        if depth == 0:
            return place
    return None


class _Builder:
    """Turns entries into parts: inside brackets whole arguments that stay become holes."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.kept: list[Element] = []
        self.run: list[Token] = []
        self.depth = 0
        self.holes = 0
        self.run_after_change = False
        self.last_change: Changed | None = None

    def token(self, token: Token) -> None:
        """A kept token."""
        if token.text in OPENERS:
            self.flush(literal=True)
            self.lit(token)
            self.depth += 1
        elif token.text in CLOSERS:
            self.flush()
            self.squeeze_right()
            if self.run_after_change and self.last_change and _text(*self.last_change.old[:1]) == ",":
                self.hole(ARGS, "")
            self.lit(token)
            self.depth -= 1
        elif self.depth and token.text == ",":
            self.flush()
            self.lit(token)
        elif self.depth:
            self.run.append(token)
        else:
            self.lit(token)

    def group(self, tokens: Sequence[Entry]) -> None:
        """A kept bracket group with nothing changed inside."""
        plain = [token for token in tokens if isinstance(token, Token)]
        if self.depth:
            self.run.extend(plain)
            return
        self.lit(plain[0])
        seen = " ".join(token.text for token in plain[1:-1])
        self.hole(ARGS, seen)
        self.lit(plain[-1])

    def change(self, changed: Changed) -> None:
        """A replaced stretch."""
        self.flush(literal=bool(self.run) and not _parts_left(changed))
        if self.depth and changed.new.lstrip().startswith(",") and not changed.old:
            self.squeeze_left()
        if self.kept or not self.parts:
            self.parts.append(Keep(tuple(self.kept)))
            self.kept = []
        old = tuple(Lit(token.text, token.kind) for token in changed.old)
        raw = changed.raw_old
        lead = raw[:1].isspace()
        trail = raw[-1:].isspace() and bool(changed.old)
        self.parts.append(Change(old, (changed.new,), lead, trail, changed.sticks_right))
        self.last_change = changed
        self.run_after_change = True

    def done(self) -> tuple[Part, ...] | None:
        """The parts, or None where there are none."""
        self.flush(literal=True)
        if self.kept:
            self.parts.append(Keep(tuple(self.kept)))
        parts = tuple(part for part in self.parts if isinstance(part, Change) or part.elements)
        return parts if any(part.elements for part in parts) else None

    def lit(self, token: Token) -> None:
        """A token that must stand."""
        self.kept.append(Lit(token.text, token.kind))
        self.run_after_change = False

    def hole(self, kind: str, seen: str) -> None:
        """A new hole."""
        self.kept.append(Hole(self.holes, kind, frozenset((seen,))))
        self.holes += 1
        self.run_after_change = False

    def flush(self, literal: bool = False) -> None:
        """Ends the run of kept tokens: one hole, or its tokens where it touches a change in an argument."""
        run, self.run = self.run, []
        if not run:
            return
        touching = self.run_after_change and self.last_change is not None
        if touching and self.last_change is not None:
            literal = literal or not _parts_right(self.last_change)
        if literal or not _closed(run):
            for token in run:
                self.lit(token)
        else:
            self.hole(ARG, " ".join(token.text for token in run))

    def squeeze_left(self) -> None:
        """Before an argument added at the end: all arguments so far are one hole."""
        opener = max(
            (at for at, e in enumerate(self.kept) if isinstance(e, Lit) and e.text in OPENERS), default=-1
        )
        rest = self.kept[opener + 1 :]
        if opener >= 0 and rest and all(isinstance(e, Hole) or e.text == "," for e in rest):
            seen = " ".join(_seen(e) for e in rest)
            del self.kept[opener + 1 :]
            self.hole(ARGS, seen)

    def squeeze_right(self) -> None:
        """After the last change: all further arguments are one hole."""
        if (
            not self.parts
            or len(self.kept) < 2
            or not isinstance(self.kept[0], Lit)
            or self.kept[0].text != ","
        ):
            return
        if all(isinstance(e, Hole) or e.text == "," for e in self.kept):
            seen = " ".join(_seen(e) for e in self.kept)
            self.kept = []
            self.hole(ARGS, seen)


def _parts_left(changed: Changed) -> bool:
    """Whether the change begins where an argument before it ends, rather than adding to it (`x[0]`)."""
    new = significant(lex(changed.new, "c"))[:1]
    if not changed.old:
        return all(token.text == "," or token.text in CLOSERS for token in new)
    return all(_edge(token) and token.text not in OPENERS for token in (*changed.old[:1], *new))


def _parts_right(changed: Changed) -> bool:
    """Whether the change ends where an argument behind it begins."""
    new = significant(lex(changed.new, "c"))[-1:]
    if not changed.old:
        return all(token.text in ",=" or token.text in OPENERS for token in new)
    return all(_edge(token) and token.text not in CLOSERS for token in (*changed.old[-1:], *new))


def _edge(token: Token) -> bool:
    return token.kind == "op" and token.text != "."


def _closed(run: Sequence[Token]) -> bool:
    """True when a run of tokens is a whole expression rather than half of one."""
    return run[-1].kind != "op" or run[-1].text in CLOSERS


def _seen(element: Element) -> str:
    return element.text if isinstance(element, Lit) else next(iter(element.seen))
