"""A replacement learnt from examples: literal tokens and holes on the left, their rewriting on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.intents.lexer import KEYWORDS, Token, lex

NAME, LITERAL, ARG, ARGS = "name", "literal", "arg", "args"
OPENERS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(OPENERS.values())
DEFINERS = frozenset(
    ("def", "class", "function", "func", "fn", "fun", "struct", "interface", "enum", "trait", "type", "macro")
)
_BUDGET = 4_000
"""Matching steps for one start: a guard against patterns with many lazy holes."""


@dataclass(frozen=True, slots=True)
class Lit:
    """A token that must stand as it is."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A place that binds one name, one literal, one argument (`arg`) or any arguments (`args`)."""

    index: int
    kind: str
    seen: frozenset[str]
    """What the examples had there."""


Element = Lit | Hole


@dataclass(frozen=True, slots=True)
class Keep:
    """A stretch that stays."""

    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch that is replaced; `new` mixes text with the indexes of holes."""

    elements: tuple[Element, ...]
    new: tuple[str | int, ...]
    lead: bool
    """The whitespace before is replaced too."""
    trail: bool
    """The whitespace after is replaced too."""
    sticks_right: bool
    """An insertion stands directly before the next token rather than directly after the last one."""


Part = Keep | Change


@dataclass(frozen=True, slots=True)
class Template:
    """Left and right side of a replacement in one."""

    parts: tuple[Part, ...]
    shape: str
    """The lexical family of the examples."""
    dotted: bool
    """The token before the pattern was a dot."""
    flat: tuple[tuple[Element, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        flat = tuple((element, at) for at, part in enumerate(self.parts) for element in part.elements)
        object.__setattr__(self, "flat", flat)

    @property
    def literals(self) -> tuple[Lit, ...]:
        """The tokens of the left side that must stand as they are."""
        return tuple(element for element, _ in self.flat if isinstance(element, Lit))

    @property
    def pure_insertion(self) -> bool:
        """True when nothing is taken away."""
        return not any(isinstance(part, Change) and part.elements for part in self.parts)

    def right(self) -> tuple[Element, ...]:
        """The elements of the right side."""
        holes = {element.index: element for element, _ in self.flat if isinstance(element, Hole)}
        result: list[Element] = []
        for part in self.parts:
            if isinstance(part, Keep):
                result.extend(part.elements)
                continue
            for piece in part.new:
                if isinstance(piece, int):
                    result.append(holes[piece])
                else:
                    result.extend(Lit(t.text, t.kind) for t in significant(lex(piece, self.shape)))
        return tuple(result)


@dataclass(frozen=True, slots=True)
class Match:
    """One place where the left side stands."""

    start: int
    end: int
    old: str
    new: str
    first: int
    """The token at which the pattern begins."""
    last: int
    """One after the token at which it ends."""
    familiar: bool
    """Every hole holds something that an example held."""


def significant(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without whitespace, newlines and comments."""
    return [token for token in tokens if token.kind not in ("space", "newline", "comment")]


def telling(lit: Lit) -> bool:
    """True for a token that says something: a name of three letters or more, or a string."""
    if lit.kind == "name":
        return len(lit.text) >= 3 and lit.text not in KEYWORDS
    return lit.kind == "string" and len(lit.text) >= 6


def matches(template: Template, text: str, tokens: Sequence[Token], anchor: int) -> Iterator[Match]:
    """Where the left side stands around the token `anchor`, which is the template's anchor word."""
    at = anchor_index(template)
    fixed = not any(isinstance(element, Hole) for element, _ in template.flat[:at])
    starts = (anchor - at,) if fixed else range(anchor, max(-1, anchor - at - 12), -1)
    for first in starts:
        if first < 0 or not _may_begin(template, tokens, first):
            continue
        found = _match(tuple(e for e, _ in template.flat), tokens, first)
        if found is None or found.spans[at] != (anchor, anchor + 1):
            continue
        made = _render(template, text, tokens, found, first)
        if made is not None and not _stands_already(template, tokens, made):
            yield made
            return


def anchor_index(template: Template) -> int:
    """The place, among the left side's elements, of the word by which a text is searched."""
    best, best_rank = 0, (-1, 0)
    for at, (element, _) in enumerate(template.flat):
        if isinstance(element, Lit):
            rank = (len(element.text) if telling(element) else 0, -at)
            best, best_rank = (at, rank) if rank > best_rank else (best, best_rank)
    return best


def _may_begin(template: Template, tokens: Sequence[Token], first: int) -> bool:
    element = template.flat[0][0]
    if first == 0 or not (isinstance(element, Lit) and element.kind == "name"):
        return True
    before = tokens[first - 1].text
    return (before == ".") == template.dotted and before not in DEFINERS


@dataclass
class _State:
    spans: list[tuple[int, int]]
    bound: dict[int, str]
    budget: int = _BUDGET


def _match(elements: Sequence[Element], tokens: Sequence[Token], first: int) -> _State | None:
    state = _State([(0, 0)] * len(elements), {})
    return state if _step(elements, 0, tokens, first, state) else None


def _step(elements: Sequence[Element], k: int, tokens: Sequence[Token], i: int, state: _State) -> bool:
    state.budget -= 1
    if state.budget < 0:
        return False
    if k == len(elements):
        return True
    element = elements[k]
    if isinstance(element, Lit):
        if i >= len(tokens) or tokens[i].text != element.text:
            return False
        state.spans[k] = (i, i + 1)
        return _step(elements, k + 1, tokens, i + 1, state)
    for j in _hole_ends(element.kind, tokens, i):
        value = " ".join(token.text for token in tokens[i:j])
        known = state.bound.get(element.index)
        if known is not None and known != value:
            continue
        state.bound[element.index] = value
        state.spans[k] = (i, j)
        if _step(elements, k + 1, tokens, j, state):
            return True
        if known is None:
            del state.bound[element.index]
    return False


def _hole_ends(kind: str, tokens: Sequence[Token], i: int) -> Iterator[int]:
    if kind == ARGS:
        yield i
    if i >= len(tokens):
        return
    if kind in (NAME, LITERAL):
        token = tokens[i]
        plain = token.kind == "name" and token.text not in KEYWORDS
        if plain if kind == NAME else token.kind in ("number", "string"):
            yield i + 1
        return
    depth = 0
    for j in range(i, min(len(tokens), i + 160)):
        text = tokens[j].text
        if text in OPENERS:
            depth += 1
        elif text in CLOSERS:
            depth -= 1
        if depth < 0 or (depth == 0 and (text == ";" or (kind == ARG and text == ","))):
            return
        if depth == 0:
            yield j + 1


def _stands_already(template: Template, tokens: Sequence[Token], made: Match) -> bool:
    if not template.pure_insertion:
        return False
    right = template.right()
    for first in range(max(0, made.first - len(right)), made.first + 1):
        found = _match(right, tokens, first)
        if found is not None and found.spans[-1][1] >= made.last and found.spans[-1][1] > first:
            return True
    return False


def _render(
    template: Template, text: str, tokens: Sequence[Token], found: _State, first: int
) -> Match | None:
    texts = _bound_texts(template, text, tokens, found)
    reach = [_reach(template, tokens, found, at, first) for at in range(len(template.parts))]
    changes = [at for at, part in enumerate(template.parts) if isinstance(part, Change)]
    start, end = reach[changes[0]][0], reach[changes[-1]][1]
    base = min(token.start for token in tokens[first : first + 1]) if first < len(tokens) else start
    written: list[str] = []
    cursor = start
    for at in changes:
        low, high = reach[at]
        if low < cursor:
            return None
        part = template.parts[at]
        assert isinstance(part, Change)
        new = "".join(texts[piece] if isinstance(piece, int) else piece for piece in part.new)
        if not part.elements and low and _empty_before(template, found, at):
            new = new.removeprefix(",").lstrip() if new.startswith(",") else new
        written.extend((text[cursor:low], new))
        cursor = high
    last = max((span[1] for span in found.spans), default=first)
    old, new = text[start:end], "".join(written)
    start, old, new = _grown(text, tokens, start, old, new)
    holes = {element.index: element for element, _ in template.flat if isinstance(element, Hole)}
    familiar = all(value in holes[index].seen for index, value in found.bound.items())
    if old == new or base < 0:
        return None
    return Match(start, start + len(old), old, new, first, last, familiar)


def _bound_texts(template: Template, text: str, tokens: Sequence[Token], found: _State) -> dict[int, str]:
    texts: dict[int, str] = {}
    for at, (element, _) in enumerate(template.flat):
        low, high = found.spans[at]
        if isinstance(element, Hole):
            texts[element.index] = text[tokens[low].start : tokens[high - 1].end] if high > low else ""
    return texts


def _empty_before(template: Template, found: _State, at: int) -> bool:
    """True when the part before the change ends with an `args` hole that bound nothing."""
    k = sum(len(part.elements) for part in template.parts[:at])
    if k == 0 or not isinstance(template.flat[k - 1][0], Hole):
        return False
    low, high = found.spans[k - 1]
    return low == high


def _reach(
    template: Template, tokens: Sequence[Token], found: _State, at: int, first: int
) -> tuple[int, int]:
    """The offsets that a part covers in the text."""
    k = sum(len(part.elements) for part in template.parts[:at])
    part = template.parts[at]
    low = found.spans[k - 1][1] if k else first
    high = found.spans[k + len(part.elements) - 1][1] if part.elements else low
    start = tokens[low].start if low < len(tokens) else tokens[-1].end
    end = tokens[high - 1].end if high > low else start
    before = tokens[low - 1].end if low else start
    after = tokens[high].start if high < len(tokens) else end
    if isinstance(part, Keep):
        return start, end
    if high > low:
        return (before if part.lead else start), (after if part.trail else end)
    if part.lead or part.trail:
        return before, start
    where = start if (part.sticks_right and low < len(tokens)) or low == 0 else before
    return where, where


def _grown(text: str, tokens: Sequence[Token], start: int, old: str, new: str) -> tuple[int, str, str]:
    """A pure insertion grown by one neighbour, so that there is something that can be checked to stand."""
    if old.strip():
        while _open(old) > 0 and text[start + len(old) : start + len(old) + 1] in CLOSERS:
            closer = text[start + len(old)]
            old, new = old + closer, new + closer
        return start, old, new
    end = start + len(old)
    left = next((t for t in tokens if t.end == start), None)
    right = next((t for t in tokens if t.start == end), None)
    beside = [token for token in (right, left) if token is not None]
    named = [token for token in beside if token.kind in ("name", "number", "string")]
    if not beside:
        return start, old, new
    chosen = (named or beside)[0]
    if chosen is right:
        return start, old + chosen.text, new + chosen.text
    return chosen.start, chosen.text + old, chosen.text + new


def _open(text: str) -> int:
    return sum(map(text.count, OPENERS)) - sum(map(text.count, CLOSERS))
