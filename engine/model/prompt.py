"""The one prompt, for training and for inference: recent edits, then the labelled sites, then the chain.

    { <|file|> path <|edit|> <|h2|> before <|old|> old <|new|> new <|rest|> after { <|hunk|> before ... } }
    { <|file|> path SUMMARY <|site|> before <|old|> old <|new|> draft <|rest|> after FACTS <|sK|> <|ask|> }
    <|answer|> { <|sK|> new text <|/|> } <|end|>

with one <|ripple|> in front. The edits are the same for all windows of one save, so their part of the KV
cache is reused. A path is given only where it differs from the one before it; <|same|> stands for the old
text and the draft of the site before. The facts stand right before the question. The summary, in front of
the first site alone, says how many sites the window has (the label of its last one), and how sure structure
is of them on average and at the most: a question sees what stands before it and nothing else. What an
<|ask|> decides is read from the logits there and never fed back, so one pass scores all sites of a window.
Trimming counts UTF-8 bytes, not tokens: a prompt does not depend on the tokenizer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.model import vocabulary as v
from engine.types import Edit, Hunk, Site

Piece = str | int
"""User text, or the id of a control token."""

Encode = Callable[[str], list[int]]
Decode = Callable[[list[int]], str]
TextOf = Callable[[str], str | None]

EDITS: Final = 4
HUNKS: Final = 3
OLDER_HUNKS: Final = 2
CONTEXT: Final = 40
"""Bytes of the line that are shown on each side of a site or hunk."""
OLDER_CONTEXT: Final = 20
CHANGED: Final = 80
"""Bytes of an old or new text that are shown; the middle of a longer one is cut out."""
OLDER_CHANGED: Final = 48
_SNAP: Final = 16


@dataclass(frozen=True, slots=True)
class Window:
    """One prompt, tokenised: up to 16 sites behind the edits."""

    ids: tuple[int, ...]
    asks: tuple[int, ...]
    """Where in `ids` each site's <|ask|> stands."""
    sites: tuple[Site, ...]


def windows(sites: Sequence[Site], size: int = v.WINDOW) -> list[tuple[Site, ...]]:
    """Cut the sites, in their order, into windows of at most `size`."""
    return [tuple(sites[at : at + size]) for at in range(0, len(sites), size)]


def pieces(edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf) -> list[Piece]:
    """The prompt of one window, up to the last <|ask|>; edits run from the oldest to the newest."""
    out, path = _edits(edits)
    previous: Site | None = None
    for label, site in enumerate(sites):
        if _short_path(site.path) != path:
            path = _short_path(site.path)
            out += [v.FILE, path]
        out += _site(site, previous, text_of)
        out += [*v.facts(site), v.LABELS[label], v.ASK]
        previous = site
    return [piece for piece in out if piece != ""]


def summed(parts: Sequence[Piece], rules: Sequence[float]) -> list[Piece]:
    """A window's prompt with the summary of its sites, whose rules are given."""
    at = list(parts).index(v.SITE)
    sure = (v.RULES[v.rule_bucket(rule)] for rule in (sum(rules) / len(rules), max(rules)))
    return [*parts[:at], v.LABELS[len(rules) - 1], *sure, *parts[at:]]


def answer_pieces(chain: Sequence[tuple[int, str]]) -> list[Piece]:
    """The chain that follows a window: (label, new text) for each action, in order."""
    out: list[Piece] = [v.ANSWER]
    for label, new in chain:
        out += [v.LABELS[label], new, v.STOP]
    return [piece for piece in [*out, v.END] if piece != ""]


def flatten(parts: Sequence[Piece], encode: Encode) -> tuple[list[int], list[int]]:
    """Token ids, and the indices of the <|ask|>s among them; `encode` must not parse control tokens."""
    ids: list[int] = []
    asks: list[int] = []
    for piece in parts:
        if isinstance(piece, str):
            ids += encode(piece)
            continue
        if piece == v.ASK:
            asks.append(len(ids))
        ids.append(piece)
    return ids, asks


def encode_window(edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, encode: Encode) -> Window:
    """Tokenise the prompt of one window."""
    ids, asks = flatten(pieces(edits, sites, text_of), encode)
    return Window(tuple(ids), tuple(asks), tuple(sites))


def encode_answer(chain: Sequence[tuple[int, str]], encode: Encode) -> list[int]:
    """Tokenise a chain, from <|answer|> to <|end|>."""
    return flatten(answer_pieces(chain), encode)[0]


def decode_answer(ids: Sequence[int], decode: Decode) -> list[tuple[int, str]]:
    """Read a chain back; an action that is malformed or not finished is left out."""
    chain: list[tuple[int, str]] = []
    label: int | None = None
    text: list[int] = []
    for token in ids:
        if token in v.LABELS:
            label, text = token - v.LABELS[0], []
        elif token == v.STOP and label is not None:
            chain.append((label, decode(text)))
            label = None
        elif token == v.END:
            break
        elif token < len(v.SPECIALS):
            label = None
        else:
            text.append(token)
    return chain


def render(parts: Sequence[Piece]) -> str:
    """The prompt as a person reads it: control tokens by name, text as it stands."""
    return "".join(piece if isinstance(piece, str) else v.SPECIALS[piece] for piece in parts)


def fits_draft(draft: str) -> bool:
    """Whether a draft stands in the prompt in full, so that the chain can be expected to repeat it."""
    return _size(draft) <= CHANGED


def _edits(edits: Sequence[Edit]) -> tuple[list[Piece], str]:
    """The edits' part of the prompt, and the last path it names."""
    out: list[Piece] = [v.RIPPLE]
    path = ""
    recent = [edit for edit in edits if edit.hunks][-EDITS:]
    for edit in recent:
        newest = edit is recent[-1]
        if _short_path(edit.path) != path:
            path = _short_path(edit.path)
            out += [v.FILE, path]
        out += [v.EDIT, v.HUNKS[min(len(edit.hunks), 3) - 1]]
        for n, hunk in enumerate(edit.hunks[: HUNKS if newest else OLDER_HUNKS]):
            out += [v.HUNK] if n else []
            out += _hunk(edit, hunk, newest)
    return out, path


def _hunk(edit: Edit, hunk: Hunk, newest: bool) -> list[Piece]:
    """One hunk in the line it stands in, as the line reads now."""
    context, changed = (CONTEXT, CHANGED) if newest else (OLDER_CONTEXT, OLDER_CHANGED)
    before, after = _line_around(edit.after, hunk.new_start, hunk.new_end, context)
    change = [v.OLD, *_clip(hunk.old, changed), v.NEW, *_clip(hunk.new, changed), v.REST]
    return [before, *change, after]


def _site(site: Site, previous: Site | None, text_of: TextOf) -> list[Piece]:
    """One site up to its facts."""
    before, after = _line_around(text_of(site.path) or "", site.start, site.end, CONTEXT)
    out: list[Piece] = [v.SITE, before]
    if previous is not None and (previous.old, previous.draft) == (site.old, site.draft):
        return [*out, v.SAME, after]
    draft = [v.NONE] if site.draft is None else _clip(site.draft, CHANGED)
    return [*out, v.OLD, *_clip(site.old, CHANGED), v.NEW, *draft, v.REST, after]


def _short_path(path: str) -> str:
    """The last two parts of a path."""
    return _last("/".join(path.split("/")[-2:]), 2 * CONTEXT)


def _line_around(text: str, start: int, end: int, limit: int) -> tuple[str, str]:
    """What stands on the line before `start`, without its indentation, and after `end`, each trimmed."""
    line_start = max(text.rfind("\n", 0, start) + 1, start - 4 * limit)
    before = text[line_start:start].lstrip()
    line_end = text.find("\n", end, end + 4 * limit)
    after = text[end : line_end if line_end >= 0 else end + 4 * limit].rstrip("\r")
    return _last(before, limit), _first(after, limit)


def _clip(text: str, limit: int) -> list[Piece]:
    """The text, with the middle cut out where it is longer than `limit` bytes."""
    if _size(text) <= limit:
        return [text]
    return [_first(text, limit // 2), v.CUT, _last(text, limit // 2)]


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _first(text: str, limit: int) -> str:
    """At most the first `limit` bytes, not ending inside a word where that can be had cheaply."""
    head = text[:limit]
    if not head.isascii():
        head = head.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")
    if len(head) == len(text) or not _inside_word(text, len(head)):
        return head
    end = len(head)
    while end > max(0, len(head) - _SNAP) and _inside_word(text, end):
        end -= 1
    return head if end == 0 or _inside_word(text, end) else head[:end]


def _last(text: str, limit: int) -> str:
    """At most the last `limit` bytes, not beginning inside a word where that can be had cheaply."""
    tail = text[-limit:]
    if not tail.isascii():
        tail = tail.encode("utf-8", "replace")[-limit:].decode("utf-8", "ignore")
    start = len(text) - len(tail)
    if start == 0 or not _inside_word(text, start):
        return tail
    begin = start
    while begin < min(len(text), start + _SNAP) and _inside_word(text, begin):
        begin += 1
    return tail if begin == len(text) or _inside_word(text, begin) else text[begin:]


def _inside_word(text: str, at: int) -> bool:
    """Whether a cut at `at` would split an identifier or number."""
    return 0 < at < len(text) and _wordish(text[at - 1]) and _wordish(text[at])


def _wordish(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())
