"""The text of an override: the base's signature, the marker, and a body as the class around it has them."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.intents.lexer import lex, shape_of
from engine.intents.members.fitting import fitted
from engine.intents.members.promises import Claim, code_of
from engine.syntax.conventions import Conventions
from engine.syntax.forms import Class, Function
from engine.syntax.index import Index
from engine.syntax.names.family import Kin

HINTED_FILES = 16
"""Files that are looked through for the project's own not-implemented statement."""
MOST_OF = 0.6
_WORD = re.compile(r"[^\W\d]\w*")
_KNOWN = re.compile(r"\b(?:return|pass|null|None|nil|undefined|true|True|false|False|None)\b")
"""Words of a body that says the same whatever its parameters are."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A member of a base that is to be written below it."""

    path: str
    text: str
    """Of its file."""
    type: Class
    function: Function
    claim: Claim


class Scribe:
    """Writes overrides in the manner of one project."""

    def __init__(self, index: Index, rules: Conventions) -> None:
        self._index = index
        self._rules = rules
        self._stubs: dict[tuple[str, str], str] = {}

    def write(self, promise: Promise, kin: Kin, text: str, cousins: Iterable[Kin]) -> str:
        """The member for a class below, indented for its file, without the first line's indentation."""
        rules = self._rules
        indent, unit = layout(text, kin, rules)
        head = self._head(promise, kin, text).replace("\n", "\n" + indent)
        marks = "".join(f"{mark}\n{indent}" for mark in self._marks(promise, kin, text))
        body = self._body(promise, kin, text, cousins)
        if rules.closes and not body:
            return f"{marks}{head} {rules.opens}{rules.closes}"
        lines = "".join(f"\n{indent}{unit}{line}" for line in body.split("\n"))
        opens = rules.opens if rules.opens == ":" else " " + rules.opens
        opens = f"\n{indent}{rules.opens}" if rules.lowered.search(head) else opens
        closes = f"\n{indent}{rules.closes}" if rules.closes else ""
        return f"{marks}{head}{opens}{lines}{closes}"

    # -- the head

    def _head(self, promise: Promise, kin: Kin, text: str) -> str:
        """The signature as an override bears it, its further lines relative to its first."""
        rules, function = self._rules, promise.function
        words, rest = _parts(promise.text, function, promise.path, rules)
        words = (
            re.sub(rf"\b(?:{'|'.join(sorted(rules.dropped))})\b\s*", "", words) if rules.dropped else words
        )
        access = re.match(r"\w*", words)
        open_ = access is not None and access.group() in rules.access
        if rules.added and promise.type.kind == "interface" and not open_:
            words = f"{rules.added} {words}"
        if rules.marker_is_word and self._is_marked(promise, kin):
            first, _, others = words.partition(" ") if open_ else ("", "", words)
            words = " ".join(word for word in (first, rules.marker, others) if word)
        words = words.strip()
        head = (
            f"{words}{'' if words.endswith('*') else ' '}{function.name}{rest}"
            if words
            else function.name + rest
        )
        head = fitted(head, promise.path, promise.text, promise.type, kin, text, rules)
        outside = rules.outside.format(receiver=_receiver(kin, self._index)) + " " if rules.outside else ""
        line = promise.text.rfind("\n", 0, function.start) + 1
        own = promise.text[line : function.start]
        return outside + (head.replace("\n" + own, "\n") if own and own.isspace() else head)

    def _marks(self, promise: Promise, kin: Kin, text: str) -> Iterator[str]:
        """The lines before the head: the marker, decorators that stay, attributes that siblings carry."""
        rules = self._rules
        if rules.marker and not rules.marker_is_word and self._is_marked(promise, kin):
            yield self._own_marker(kin, text)
        for word in promise.function.modifiers:
            if rules.kept.search(word):
                yield word if word.startswith("@") else f"@{word}"
        siblings = [one.function for one in kin.members if not rules.own.search(one.function.name)]
        carried = Counter(
            word for one in siblings for word in set(one.modifiers) if rules.carried.search(word)
        )
        yield from (word for word, count in carried.items() if count > 1 and count == len(siblings))

    def _own_marker(self, kin: Kin, text: str) -> str:
        """The marker as the class writes it: `@typing.override` where it says so."""
        for one in kin.members:
            for word in one.function.modifiers:
                if self._rules.marked.search(word):
                    return word if word.startswith("@") else f"@{word}"
        found = re.search(r"@(?:\w+\.)*" + self._rules.marker.lstrip("@") + r"\b", text)
        return found.group() if found else self._rules.marker

    def _is_marked(self, promise: Promise, kin: Kin) -> bool:
        """Whether the override bears the language's marker, as its siblings do."""
        rules = self._rules
        asked = {one.name for one in promise.type.methods}
        siblings = [one.function for one in kin.members if one.function.name in asked]
        marked = [any(rules.marked.search(word) for word in one.modifiers) for one in siblings]
        if rules.marker_always:
            return not marked or sum(marked) * 2 >= len(marked)
        if marked:
            return sum(marked) * 2 > len(marked)
        return any(rules.marked.search(word) for one in kin.members for word in one.function.modifiers)

    # -- the body

    def _body(self, promise: Promise, kin: Kin, text: str, cousins: Iterable[Kin]) -> str:
        """What the override does: as its siblings, as its cousins, as the base, or nothing yet."""
        rules, function = self._rules, promise.function
        asked = {one.name for one in promise.type.methods} - {function.name}
        siblings = [
            (one.function, self._code(one.path, one.function))
            for one in kin.members
            if one.function.name in asked and not rules.own.search(one.function.name)
        ]
        passed = self._passing_on(promise, siblings)
        if passed:
            return passed
        common = self._common(function, siblings)
        if common is not None:
            return common
        there = [
            self._code(one.path, one.function)
            for cousin in cousins
            for one in cousin.members
            if one.function.name == function.name
        ]
        if there and len(set(there)) == 1 and (rules.unwritten.fullmatch(there[0]) or len(there) > 1):
            return there[0]
        if promise.claim == "offered" and rules.upward and function.body_start >= 0:
            call = rules.upward.format(name=function.name, arguments=passed_on(function, False, rules.spread))
            return _in_style(self._given(function, call) + rules.ends, text, kin.path)
        return self.stub(promise, kin.path, text)

    def _common(self, function: Function, siblings: list[tuple[Function, str]]) -> str | None:
        """What all siblings do, if it is nothing yet, or the same short thing for the same kind of result."""
        rules = self._rules
        codes = {code for _, code in siblings}
        code = next(iter(codes)) if len(codes) == 1 else ""
        if code and (rules.unwritten.fullmatch(code) or rules.placeholder.search(code)):
            return code
        alike = [code for one, code in siblings if one.returns.split() == function.returns.split()]
        short = len(alike) > 1 and len(set(alike)) == 1 and not _WORD.search(_KNOWN.sub("", alike[0]))
        return alike[0] if short else None

    def _code(self, path: str, function: Function) -> str:
        text = self._index.text_of(path)
        return "" if text is None else code_of(text, function, path)

    def _passing_on(self, promise: Promise, siblings: list[tuple[Function, str]]) -> str:
        """The call that most siblings make of their own kind: `self.inner.name(a, b)`, with this name."""
        rules, function = self._rules, promise.function
        ways: Counter[tuple[str, bool, str]] = Counter()
        for one, code in siblings:
            found = re.fullmatch(
                rf"(?:return )?(?:await )?(?P<to>[\w.$*&?!:]*(?:\(\*+\w+\)|\(\))?[\w.$?!]*)(?P<dot>\.)"
                rf"{re.escape(one.name)}\((?P<arguments>.*)\)(?P<ends>;?)",
                code,
            )
            if not found or (found["to"].startswith("super") and promise.claim == "demanded"):
                continue
            for keywords in (False, True):
                if found["arguments"].replace(" ", "") == passed_on(one, keywords, rules.spread).replace(
                    " ", ""
                ):
                    ways[found["to"] + found["dot"], keywords, found["ends"]] += 1
                    break
        if not ways:
            return ""
        (to, keywords, ends), count = ways.most_common(1)[0]
        if count < MOST_OF * len(siblings):
            return ""
        call = f"{to}{function.name}({passed_on(function, keywords, rules.spread)})"
        returning = any(code.startswith("return ") for _, code in siblings)
        return (self._given(function, call) if returning else call) + ends

    def _given(self, function: Function, call: str) -> str:
        """A call whose result the override gives back, if there is one."""
        call = f"await {call}" if "async" in function.modifiers else call
        returns = function.returns.strip()
        nothing = returns in self._rules.void or (self._rules.structural and not returns)
        return call if nothing else f"return {call}"

    def stub(self, promise: Promise, path: str, text: str) -> str:
        """The not-implemented statement of the base, of the file, of the project, or of the language."""
        rules = self._rules
        own = code_of(promise.text, promise.function, promise.path)
        if rules.demanding.search(own) and rules.unwritten.fullmatch(own):
            return own
        key = (path, promise.path)
        if key not in self._stubs:
            self._stubs[key] = _in_style(self._usual(text, promise.text) or rules.stub, text, path)
        return self._stubs[key]

    def _usual(self, *texts: str) -> str:
        rules = self._rules
        for text in texts:
            found = _statements(text, rules)
            if found:
                return found.most_common(1)[0][0]
        return self._everywhere

    @cached_property
    def _everywhere(self) -> str:
        """The not-implemented statement that the project has most often, or nothing."""
        rules = self._rules
        project: Counter[str] = Counter()
        for hint in rules.hints:
            for path in self._index.files_with(hint)[:HINTED_FILES]:
                text = self._index.text_of(path) or ""
                if posixpath.splitext(path)[1] and shape_of(path) != "prose":
                    project.update(_statements(text, rules))
        return project.most_common(1)[0][0] if project else ""


def passed_on(function: Function, keywords: bool, spread: str = "") -> str:
    """The arguments that hand a member's own parameters on."""
    found: list[str] = []
    for one in function.parameters:
        match one.kind:
            case "rest" | "keywords":
                stars = re.match(r"\*+|\.\.\.", one.text)
                found.append(f"{stars.group()}{one.name}" if stars else one.name + spread)
            case "plain" | "pattern" if one.name:
                found.append(f"{one.name}={one.name}" if keywords or one.keyword_only else one.name)
    return ", ".join(found)


def layout(text: str, kin: Kin, rules: Conventions) -> tuple[str, str]:
    """The indentation of a class's members, and what one more level adds to it."""
    unit = _unit(text)
    if rules.outside:
        return "", unit
    for one in kin.members:
        start = text.rfind("\n", 0, one.function.start) + 1
        if not text[start : one.function.start].strip():
            return text[start : one.function.start], unit
    start = text.rfind("\n", 0, kin.type.start if kin.type else 0) + 1
    outer = re.match(r"[ \t]*", text[start:])
    return (outer.group() if outer else "") + unit, unit


def _unit(text: str) -> str:
    """What the file indents by: a tab, or the smallest step in blanks that is frequent."""
    leads = re.findall(r"^([ \t]+)\S", text[:60_000], re.MULTILINE)
    if not leads:
        return "    "
    if sum(lead[0] == "\t" for lead in leads) * 2 > len(leads):
        return "\t"
    small = Counter(len(lead) for lead in leads if len(lead) in (2, 3, 4, 8))
    return " " * next((size for size in (2, 3, 4, 8) if small[size] * 8 > sum(small.values())), 4)


def _parts(text: str, function: Function, path: str, rules: Conventions) -> tuple[str, str]:
    """The words before a member's name, and what stands behind it up to the body."""
    words = rules.before.sub("", text[function.start : function.name_start], count=1).strip()
    end = function.body_start if function.body_start >= 0 else function.end
    tail = text[function.name_start + len(function.name) : end]
    tokens = [token for token in lex(tail, shape_of(path)) if token.kind != "comment"]
    rest = "".join(token.text for token in tokens).rstrip()
    rest = rest.removesuffix("=>").rstrip().removesuffix(rules.opens).rstrip().rstrip(";,").rstrip()
    return words, rest.removeprefix("?")


def _receiver(kin: Kin, index: Index) -> str:
    """How a type's methods write their receiver: as most of them do, else by the type's first letter."""
    seen: Counter[str] = Counter()
    for one in kin.members:
        text = index.text_of(one.path) or ""
        found = re.match(r"\w+\s*\(([^)]*)\)", text[one.function.start : one.function.name_start])
        if found:
            seen[found.group(1)] += 1
    return seen.most_common(1)[0][0] if seen else f"{kin.name[:1].lower()} *{kin.name}"


def _statements(text: str, rules: Conventions) -> Counter[str]:
    """The not-implemented statements of a text."""
    if not any(hint in text for hint in rules.hints):
        return Counter()
    return Counter(found.group() for found in rules.unwritten.finditer(text))


def _in_style(statement: str, text: str, path: str) -> str:
    """A statement with the quotes and line ends that a script uses."""
    if shape_of(path) != "web":
        return statement
    if text.count("'") > text.count('"') and "'" not in statement:
        statement = statement.replace('"', "'")
    return statement if ends_in(text, ";") else statement.removesuffix(";")


def ends_in(text: str, mark: str) -> bool:
    """Whether statements end in a mark where they may go without it."""
    return text.count(mark + "\n") * 8 >= text.count("\n")
