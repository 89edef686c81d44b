"""The entries that a function's documentation has for its parameters, in whatever style it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.intents.calls.difference import Difference
from engine.intents.calls.lists import Replacement
from engine.syntax.document import Document
from engine.syntax.forms import Function, Parameter

GONE, NEW = 0.85, 0.55
REACH = 8_000
"""Characters before a function in which its documentation begins."""
_DOCSTRING = re.compile(r"(?:\s|#[^\n]*\n|[{:])*[rRuUbB]{0,2}(\"\"\"|''')")
_BLOCK = re.compile(r"/\*\*(?:(?!\*/).)*\*/\s*\Z", re.DOTALL)
_RUST = re.compile(r"(?:^[^\S\n]*///[^\n]*\n)+[^\S\n]*\Z", re.MULTILINE)
_SECTION = re.compile(r"(?:Args|Arguments|Param(?:eter)?s|Keyword Arg(?:ument)?s|Other Parameters):?\s*$")
_DASHES = re.compile(r"-{3,}\s*$")


@dataclass(frozen=True, slots=True)
class _Form:
    """How one style begins an entry."""

    pattern: str
    """Groups: lead, type with what is around it, close (what ends the head), said (the description)."""
    headline: str = ""
    """What kind of headline says that these are parameters: "plain" or "dashed"; nothing where none must."""


_FORMS = (
    _Form(
        r"(?P<lead>\s*:(?:param|parameter|arg|argument|keyword|type)\s+)(?P<type>[^:\n]*\s)?\\?\*{0,2}%s(?P<close>\s*:[^\S\n]*)(?P<said>.*)",
    ),
    _Form(
        r"(?P<lead>\s*(?:/\*)?\*\s*@param\s+)(?P<type>\{.*?\}\s*)?\[?%s(?:=[^\]\n]*\])?\]?(?P<close>(?:\s+-)?\s*)(?P<said>.*)",
    ),
    _Form(r"(?P<lead>\s*///?\s*[*-]\s+)(?P<type>)`%s`(?P<close>\s*[-:]?\s*)(?P<said>.*)"),
    _Form(
        r"(?P<lead>\s+)\\?\*{0,2}%s(?P<type>\s*\([^)\n]*\))?(?P<close>\s*:[^\S\n]+|:$)(?P<said>.*)", "plain"
    ),
    _Form(r"(?P<lead>\s*)\\?\*{0,2}%s(?P<close>\s*:\s*|\s*$)(?P<type>.*)(?P<said>)", "dashed"),
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    section: int
    """The number of the line that heads its section of parameters, or -1."""
    headline: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" \t"))


@dataclass(frozen=True, slots=True)
class _Entry:
    """The lines that speak of one parameter, by their numbers."""

    first: int
    last: int
    form: int
    head: re.Match[str]


def entries(
    document: Document, function: Function, difference: Difference
) -> tuple[tuple[Replacement, float], ...]:
    """The entries that go and those that come, each with how sure it is; none where there is no such list."""
    if not (difference.added or difference.removed):
        return ()
    text = document.border.text
    span = _span(text, function)
    lines = _lines(text, *span) if span is not None else []
    if not lines:
        return ()
    found = [
        (change, GONE) for number in difference.removed for change in _gone(lines, difference.before[number])
    ]
    for number in difference.added:
        change = _new(lines, difference, number)
        if change is not None:
            found.append((change, NEW))
    return tuple(found)


def _span(text: str, function: Function) -> tuple[int, int] | None:
    """Where the documentation stands: first in the body, else right before the function."""
    if function.body_start >= 0:
        inside = _DOCSTRING.match(text, function.body_start)
        if inside is not None:
            end = text.find(inside.group(1), inside.end())
            return (inside.end(), end) if 0 <= end <= function.body_end else None
    low = max(0, function.start - REACH)
    before = text[low : function.start]
    at = before.rfind("/**")
    found = _BLOCK.match(before, at) if at >= 0 else None
    found = found or (
        _RUST.search(before) if before.rstrip(" \t").endswith("\n") and "///" in before else None
    )
    return None if found is None else (low + found.start(), low + found.end())


def _lines(text: str, start: int, end: int) -> list[_Line]:
    """The lines, each with the section that it is in."""
    start = (
        text.rfind("\n", 0, start) + 1 if not text[text.rfind("\n", 0, start) + 1 : start].strip() else start
    )
    found: list[_Line] = []
    section, dashed = -1, False
    at = start
    for number, one in enumerate(text[start:end].splitlines(keepends=True)):
        line = _Line(at, one, -1)
        at += len(one)
        if _SECTION.match(one.strip()):
            section, dashed = number, False
        elif section >= 0 and number == section + 1 and _DASHES.match(one.strip()):
            dashed = True
        elif section >= 0 and one.strip():
            head = found[section]
            ends = _DASHES.match(one.strip()) is not None if dashed else line.indent <= head.indent
            section = -1 if ends else section
        inside = section >= 0 and number != section
        found.append(_Line(line.start, one, section if inside else -1, "dashed" if dashed else "plain"))
    return found


def _find(lines: list[_Line], name: str) -> Iterator[_Entry]:
    """The entries of a parameter."""
    for number, line in enumerate(lines):
        if name not in line.text:
            continue
        for kind, form in enumerate(_FORMS):
            if form.headline and (line.section < 0 or line.headline != form.headline):
                continue
            head = re.match(form.pattern % (re.escape(name) + r"(?![\w$])") + r"\s*$", line.text)
            if head is not None:
                yield _Entry(number, _last(lines, number), kind, head)
                break


def _last(lines: list[_Line], first: int) -> int:
    """The last line of an entry: what goes on is set in deeper."""
    last = first
    base = _depth(lines[first].text)
    for number in range(first + 1, len(lines)):
        text = lines[number].text
        bare = text.strip().lstrip("/*").strip()
        if not bare or bare.startswith(("@", ":")) or _depth(text) <= base or text.strip() == "*/":
            break
        last = number
    return last


def _depth(text: str) -> int:
    """How far in the words of a line begin, after the stars or slashes of a comment."""
    marks = re.match(r"\s*(?:/\*\*|\*(?!\*)|///?)?\s*(?:[*-]\s)?", text)
    return (
        0 if marks is None else len(marks.group()) if marks.group().strip() in {"", "*", "///", "//"} else 4
    )


def _gone(lines: list[_Line], parameter: Parameter) -> Iterator[Replacement]:
    """Delete the entries of a parameter; the headline too where nothing stays below it."""
    for entry in _find(lines, parameter.name) if parameter.name else ():
        first, last = entry.first, entry.last
        section = lines[first].section
        if section >= 0:
            rest = [n for n, one in enumerate(lines) if one.section == section and not first <= n <= last]
            if not any(lines[n].text.strip() and not _DASHES.match(lines[n].text.strip()) for n in rest):
                first = section
                while first and not lines[first - 1].text.strip():
                    first -= 1
        old = "".join(one.text for one in lines[first : last + 1])
        if old.endswith("\n"):
            yield Replacement(lines[first].start, old, "")


def _new(lines: list[_Line], difference: Difference, number: int) -> Replacement | None:
    """An entry like the ones beside it; None where it is there, or the neighbours have none."""
    parameter = difference.after[number]
    if not parameter.name or next(_find(lines, parameter.name), None) is not None:
        return None
    order = [*range(number - 1, -1, -1), *range(number + 1, len(difference.after))]
    for other in order:
        near = list(_find(lines, difference.after[other].name)) if difference.after[other].name else []
        if not near:
            continue
        entry = near[-1] if other < number else near[0]
        text = _like(lines, near[0], parameter)
        at = lines[entry.last].end if other < number else lines[entry.first].start
        return Replacement(at, "", text) if lines[entry.last].text.endswith("\n") else None
    return None


def _like(lines: list[_Line], entry: _Entry, parameter: Parameter) -> str:
    """The entry of a parameter in the form of another one's; what it means is the person's to say."""
    head = entry.head
    shape = head["type"] or ""
    end = re.search(r"\r?\n$", lines[entry.first].text)
    if shape.strip():
        kind = parameter.type or ("*" if "{" in shape else "")
        inner = re.search(r"[^\s{}()]+(?:[^{}()]*[^\s{}()])?", shape)
        shape = shape[: inner.start()] + kind + shape[inner.end() :] if kind and inner is not None else ""
    form = _FORMS[entry.form]
    lead, close = head["lead"], head["close"].rstrip().removesuffix("-").rstrip()
    name = f"`{parameter.name}`" if "`%s`" in form.pattern else parameter.name
    if form.headline == "dashed":
        written = f"{lead}{name} : {shape}" if shape else f"{lead}{name}"
    elif form.headline:
        written = f"{lead}{name}{shape}{close}"
    else:
        written = f"{lead}{shape}{name}{close}"
    return written + ("" if end is None else end.group())
