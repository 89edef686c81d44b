"""Which candidates may be shown: what cannot be applied, breaks the syntax or annoys is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path, PurePosixPath

from engine.diff import carried, replaced, tokenize
from engine.types import Candidate, Edit, Hunk, IntentKind

GONE = "its file is gone"
OUTSIDE = "it lies outside the project"
CHANGED = "the text there has changed"
SAME = "it changes nothing"
TAKES_BACK = "it would take back what you just did"
REJECTED = "you turned it down here before"
OVERLAPS = "a surer one covers the same text"
BREAKS = "it would break the syntax of its file"

_KEYWORDS = frozenset(
    """
    False None True and as assert async await break class continue def del elif else except finally for
    from global if import in is lambda nonlocal not or pass raise return try while with yield match case
    type print exec _ abstract arguments boolean byte catch char const constructor debugger declare
    default delete do double enum eval export extends final float function get goto implements infer
    instanceof int interface keyof let long module namespace native never new null of package permits
    private protected public readonly record require sealed set short static strictfp super switch symbol
    synchronized this throw throws transient typeof undefined unique unknown var void volatile when any
    bigint object number string satisfies using accessor asserts out override chan defer fallthrough func
    go map range select struct become box crate dyn extern false fn impl loop macro mod move mut priv pub
    ref self Self trait true union unsafe unsized use virtual where begin end then done elsif ensure next
    nil redo rescue retry undef unless until
    """.split()  # noqa: SIM905 (words read better as words)
)
"""Words that are no mere names in some language."""

_PARSES = 48
"""How many texts of one file may be parsed to find the actions that break it."""

Dropped = list[tuple[Candidate, str]]


def check(
    candidates: Sequence[Candidate],
    *,
    text_of: Callable[[str], str | None],
    root: Path,
    recent: Sequence[Edit],
    rejected: Callable[[str, str, str, str, int], bool],
    errors: Callable[[str, str], int | None],
    shown: Collection[Candidate] = (),
) -> tuple[list[Candidate], Dropped]:
    """The candidates that hold, in the given order, and those that do not, each with a reason for the person.

    `text_of` gives a file's present text; `rejected(path, old, new, line, nth)` says what was turned down
    before, which is not asked of what is `shown` already; `errors(path, text)` counts parse errors, None for
    a language without a grammar.
    """
    paths = {candidate.site.path for candidate in candidates}
    texts = {path: text_of(path) if _inside(root, path) else None for path in paths}
    guarded = {path: _just_done(path, text, recent) for path, text in texts.items() if text is not None}
    on_table = frozenset(shown)
    reasons: dict[int, str] = {}
    for number, candidate in enumerate(candidates):
        path, text = candidate.site.path, texts[candidate.site.path]
        if text is None:
            reasons[number] = GONE if _inside(root, path) else OUTSIDE
        elif reason := _objection(
            candidate, text, guarded[path], _never if candidate in on_table else rejected
        ):
            reasons[number] = reason
    _drop_overlaps(candidates, reasons)
    for path, text in texts.items():
        mine = [
            n for n, candidate in enumerate(candidates) if n not in reasons and candidate.site.path == path
        ]
        if mine and text is not None:
            reasons |= dict.fromkeys(_breaking(path, text, mine, candidates, errors), BREAKS)
    kept = [candidate for number, candidate in enumerate(candidates) if number not in reasons]
    return kept, [(candidates[number], reasons[number]) for number in sorted(reasons)]


def line_of(text: str, start: int) -> str:
    """The line that an offset stands on, stripped: the place by which a rejection is remembered."""
    end = text.find("\n", start)
    return text[text.rfind("\n", 0, start) + 1 : len(text) if end < 0 else end].strip()


def nth_of(text: str, start: int, old: str) -> int:
    """Which of the same texts on its line a place is, from 0; for an insertion, how far along the line."""
    return text[text.rfind("\n", 0, start) + 1 : start].lstrip().count(old)


def _never(*_: object) -> bool:
    return False


def _inside(root: Path, path: str) -> bool:
    """Whether a relative path names something below the root, links followed."""
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts or not path:
        return False
    return (root / path).resolve().is_relative_to(root.resolve())


def _objection(
    candidate: Candidate,
    text: str,
    guarded: Iterable[tuple[int, int, str]],
    rejected: Callable[[str, str, str, str, int], bool],
) -> str | None:
    """Why one candidate by itself cannot be shown, or None."""
    site = candidate.site
    if site.start < 0 or site.end > len(text) or text[site.start : site.end] != site.old:
        return CHANGED
    if candidate.new == site.old:
        return SAME
    if any(
        _restores(candidate, text, start, end, old) or _unwrites(candidate, start, end)
        for start, end, old in guarded
    ):
        return TAKES_BACK
    stands = line_of(text, site.start), nth_of(text, site.start, site.old)
    if rejected(site.path, site.old, candidate.new, *stands):
        return REJECTED
    return None


def _just_done(path: str, text: str, recent: Sequence[Edit]) -> list[tuple[int, int, str]]:
    """What the person's recent edits wrote and still stands: start, end, and the text before."""
    edits = [edit for edit in recent if edit.path == path]
    found: list[tuple[int, int, str]] = []
    for number, edit in enumerate(edits):
        if edit.by != "person":
            continue
        for hunk in edit.hunks:
            start = _followed(hunk, edits[number + 1 :])
            if start is not None and text[start : start + len(hunk.new)] == hunk.new:
                found.append((start, start + len(hunk.new), hunk.old))
    return found


def _followed(hunk: Hunk, later: Iterable[Edit]) -> int | None:
    """Where the text that a hunk wrote stands after later edits, or None if they changed it."""
    start, end = hunk.new_start, hunk.new_end
    for edit in later:
        moved = carried(start, end, edit.hunks)
        if moved is None:
            return None
        start, end = moved, end + moved - start
    return start


def _restores(candidate: Candidate, text: str, start: int, end: int, old: str) -> bool:
    """Whether the candidate turns the text at start..end, with what it covers around it, back into `old`."""
    site = candidate.site
    if site.end < start or end < site.start:
        return False
    low, high = min(site.start, start), max(site.end, end)
    written = text[low : site.start] + candidate.new + text[site.end : high]
    return written == text[low:start] + old + text[end:high]


def _unwrites(candidate: Candidate, start: int, end: int) -> bool:
    """Whether lines within start..end are to go because like ones went elsewhere: they have moved here."""
    site, lines = candidate.site, candidate.site.old.strip()
    if site.intent is not IntentKind.REPEAT or candidate.new.strip() or "\n" not in site.old or not lines:
        return False
    low = site.start + site.old.index(lines)
    return start <= low and low + len(lines) <= end


def _drop_overlaps(candidates: Sequence[Candidate], reasons: dict[int, str]) -> None:
    """Of candidates that cover the same text keeps the surest, of equals the first."""
    taken: dict[str, list[tuple[int, int]]] = {}
    open_ = (number for number in range(len(candidates)) if number not in reasons)
    for number in sorted(open_, key=lambda number: -candidates[number].p):
        site = candidates[number].site
        spans = taken.setdefault(site.path, [])
        if any(_overlap(site.start, site.end, start, end) for start, end in spans):
            reasons[number] = OVERLAPS
        else:
            spans.append((site.start, site.end))


def _overlap(start: int, end: int, other: int, other_end: int) -> bool:
    if start == end or other == other_end:
        return (start, end) == (other, other_end) or other < start < other_end or start < other < end
    return start < other_end and other < end


def _breaking(
    path: str,
    text: str,
    numbers: Sequence[int],
    candidates: Sequence[Candidate],
    errors: Callable[[str, str], int | None],
) -> list[int]:
    """Those of one file's candidates that add parse errors to what the surer ones make of it."""
    if all(_name_for_name(candidates[number], text) for number in numbers):
        return []
    before = errors(path, text)
    if before is None:
        return []
    parses = 0

    def sound(chosen: Sequence[int]) -> bool:
        nonlocal parses
        parses += 1
        changes = ((candidates[n].site.start, candidates[n].site.old, candidates[n].new) for n in chosen)
        return parses <= _PARSES and (errors(path, replaced(text, changes)) or 0) <= before

    def grown(base: list[int], group: Sequence[int]) -> list[int]:
        """`base` with those of the group that are sound beside it, found by halves."""
        if sound([*base, *group]):
            return [*base, *group]
        if len(group) == 1:
            return base
        half = len(group) // 2
        return grown(grown(base, group[:half]), group[half:])

    surest_first = sorted(numbers, key=lambda number: -candidates[number].p)
    kept = set(grown([], surest_first))
    return [number for number in numbers if number not in kept]


def _name_for_name(candidate: Candidate, text: str) -> bool:
    """Whether one plain name takes another's place, which no grammar minds: parsing can be spared.

    Not so beside a quote (string prefixes), after < or / (the two tags of an element), a backslash or a word.
    """
    site = candidate.site
    names = (site.old, candidate.new)
    if not all(name.isidentifier() and len(tokenize(name)) == 1 and name not in _KEYWORDS for name in names):
        return False
    before, after = text[max(site.start - 1, 0) : site.start], text[site.end : site.end + 1]
    if any(beside.isalnum() or beside == "_" for beside in (before, after)):
        return False
    return before not in tuple("</\\#@'") and after not in tuple("'\"`")
