"""The lines where a sibling is handled, and what would be inserted beside each of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from engine.intents.patterns.kin import LONGEST, Pair, exchanged, holds, names, outline, pieces, spellings
from engine.intents.patterns.lines import Line, Lines, lines_of
from engine.intents.patterns.nearby import MAX_FILES, Texts, others
from engine.intents.patterns.siblings import BESIDE, Lesson, lessons
from engine.intents.subwords import words
from engine.types import Edit

NEAR: Final = 6
"""Lines around a place in which what would be inserted may stand already."""
COMMON: Final = 80
"""Places of one sibling; what is more common is no member of a family."""
_VALUES: Final = frozenset(
    """
    None True False null nil undefined true false str string String bool boolean int Integer float double long
    short byte bytes char number object any void
    """.split()  # noqa: SIM905 (words read better as words)
)
"""Values, and types of values: another member of a family mostly has another."""
_STRING: Final = re.compile(r"([\"'`])(.*?)\1")
_COLUMN: Final = re.compile(r"(\S+)( +)(?=\S)")


Told = Literal["same", "names", "part"]
"""How much of the new lines the example tells: the line is the very one of the example; it holds nothing new
but the names that are exchanged; it holds something that the example leaves open."""
Fit = Literal["between", "edge"]
"""The line on the other side of the new ones is as in the example, and the lines above and below are both of
the family, or one of them. Where neither is, or that line is another, hardly anything is ever inserted."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the sibling with what hangs on it, what would come beside it, and what is known of it."""

    path: str
    line: Line
    last: Line
    """The last line of the element; the same where it has but one."""
    new: tuple[str, ...]
    """The lines that would come, with their indentation."""
    lesson: Lesson
    times: int
    """How often the lesson was given so far."""
    told: Told
    fit: Fit


def insertion(place: Place, text: str) -> tuple[int, str, str]:
    """Start, old and new text of what a place would become, with the word at its border to be checked."""
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = ending.join(place.new)
    if place.lesson.behind:
        word = pieces(place.last.text[-LONGEST:])[-1]
        return place.last.end - len(word), word, word + ending + lines
    indent, word = place.line.indent, pieces(place.line.text)[0]
    return place.line.start, word, lines[len(indent) :] + ending + indent + word


def places(edit: Edit, recent: Sequence[Edit], index: Texts) -> Iterator[Place]:
    """Every line beside which siblings could be inserted as in this edit; `recent` came before it."""
    own = lessons(edit)
    if not own:
        return
    past = Counter(one.key for earlier in recent for one in lessons(earlier))
    for lesson in own:
        for text, element in _elements(_standing(lesson, edit, index)):
            fit = _fit(lesson, text, element)
            if fit is None or _handled(lesson, text, element) or text.in_words(element[0]):
                continue
            place = _place(lesson, text, element, fit, 1 + past[lesson.key])
            if not _written(place, text):
                yield place


def _elements(found: Sequence[tuple[Lines, Line]]) -> Iterator[tuple[Lines, list[Line]]]:
    """The elements that begin with these lines, in their order; none that lies in another."""
    covered = "", -1
    for text, line in found:
        if text.path == covered[0] and line.number <= covered[1]:
            continue
        element = text.element(line)
        if element is not None:
            covered = text.path, element[-1].number
            yield text, element


def _standing(lesson: Lesson, edit: Edit, index: Texts) -> list[tuple[Lines, Line]]:
    """The lines that have the sibling's name, the edited file's first; none where they are too many."""
    found: list[tuple[Lines, Line]] = []
    old = lesson.pairs[0].old
    pattern = re.compile("|".join(map(re.escape, spellings(old))))
    for path, whole in ((edit.path, edit.after), *_others(lesson, edit.path, index)):
        starts = [match.start() for match in pattern.finditer(whole)]
        text = lines_of(whole, path)
        for number in dict.fromkeys(map(text.number, starts)):
            line = text.line(number)
            if len(line.text) <= LONGEST and holds(line.text, old):
                found.append((text, line))
                if len(found) > COMMON:
                    return []
    return found


def _others(lesson: Lesson, path: str, index: Texts) -> Iterator[tuple[str, str]]:
    """Other files that have the sibling's name, however it is written."""
    seen: set[str] = set()
    for name in dict.fromkeys((*spellings(lesson.name), *spellings(lesson.pairs[0].old))):
        for other, text in others([name], path, index) if name.isidentifier() else ():
            if other not in seen and len(seen) < MAX_FILES:
                seen.add(other)
                yield other, text


def _handled(lesson: Lesson, text: Lines, element: Sequence[Line]) -> bool:
    """Whether one of the new names stands in an element or near it already."""
    near = (*element, *text.around(element[0].number, element[-1].number, BESIDE))
    return any(holds(line.text, pair.new) for line in near for pair in lesson.pairs)


def _written(place: Place, text: Lines) -> bool:
    """Whether the first line that would come stands a little farther away."""
    new = pieces(place.new[0])
    return any(pieces(line.text) == new for line in text.around(place.line.number, place.last.number, NEAR))


def _place(lesson: Lesson, text: Lines, element: Sequence[Line], fit: Fit, times: int) -> Place:
    line = element[0]
    around = text.around(line.number, line.number, BESIDE)
    level = [other for other in around if other.indent == line.indent]
    same = len(element) == 1 and line.text == lesson.line
    return Place(
        path=text.path,
        line=line,
        last=element[-1],
        new=tuple(_new(lesson, element, level)),
        lesson=lesson,
        times=times,
        told="same" if same else "part" if _open(lesson, element, level) else "names",
        fit=fit,
    )


def _open(lesson: Lesson, element: Sequence[Line], level: Sequence[Line]) -> bool:
    """Whether an element holds what may be another in the new one: a value, a type, a name of its own."""
    old, shape = lesson.pairs[0].old, outline(element[0].text)
    likes = {piece for other in level if outline(other.text) == shape for piece in pieces(other.text)}
    said = {piece for line in element for piece in pieces(line.text) if piece[0].isalnum()}
    own = {piece for piece in said if holds(piece, old)}
    if not any(words(piece) == lesson.name for piece in own):
        return True
    if any(not holds(one[2], old) for line in element for one in _STRING.finditer(line.text)):
        return True
    return any(
        piece in _VALUES or piece[0].isdigit() or piece not in likes for piece in said - own - lesson.kept
    )


def _fit(lesson: Lesson, text: Lines, element: Sequence[Line]) -> Fit | None:
    """How much the lines around an element are those around the sibling in the example; None for hardly."""
    above, below = (names(text.line(n).text) for n in (element[0].number - 1, element[-1].number + 1))
    kin = sum(not lesson.family.isdisjoint(said) for said in (above, below))
    beyond = below if lesson.behind else above
    if not kin or (lesson.beyond.isdisjoint(beyond) and (lesson.beyond or beyond)):
        return None
    return "between" if kin == 2 else "edge"


def _new(lesson: Lesson, element: Sequence[Line], level: Sequence[Line]) -> Iterator[str]:
    """The lines that would come: those of the example where it tells them, else with the names exchanged."""
    line, (old, told) = element[0], lesson.told
    if len(element) == 1 and line.text.endswith(old):
        yield from (line.indent + line.text[: len(line.text) - len(old)] + one for one in told)
        return
    for pair in lesson.pairs:
        yield from _copied(element, (pair, *lesson.more), level)


def _copied(element: Sequence[Line], pairs: Sequence[Pair], level: Sequence[Line]) -> Iterator[str]:
    """The lines of an element with names exchanged, as far in as they are."""
    for line in element:
        new = line.text
        for pair in pairs:
            new = exchanged(new, pair)[0]
        yield line.indent + _aligned(line.text, new, [other.text for other in level])


def _aligned(old: str, new: str, level: Sequence[str]) -> str:
    """A line whose second column begins where that of the old one does, if those around have it there."""
    one, other = _COLUMN.match(old), _COLUMN.match(new)
    if one is None or other is None:
        return new
    columns = [match for text in level if (match := _COLUMN.match(text))]
    if len(one[2]) > 1 or any(len(match[2]) > 1 and match.end() == one.end() for match in columns):
        return other[1] + " " * max(1, one.end() - len(other[1])) + new[other.end() :]
    return new
