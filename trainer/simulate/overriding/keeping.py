"""How a developer keeps a base's promise: the override as it is written first, and where it goes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.syntax.forms import Class, Function
from engine.syntax.linking.library import imports_of
from trainer.simulate.overriding.kinship import Family, Kid, Scene
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step

_SCRIPT = (
    r"throw new \w*Error\((?P<q>['\"`])[^'\"`\n]{0,20}\b[Nn]ot (?:yet )?implemented[^'\"`\n]{0,12}(?P=q)\);?"
)
_UNWRITTEN: Final = {
    "python": r"raise NotImplementedError(?:\(\))?(?=\s*$)",
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "java": r"throw new UnsupportedOperationException\("
    r"(?:\"[^\"\n]{0,20}[Nn]ot (?:yet )?(?:implemented|supported)[^\"\n]{0,12}\")?\);",
    "go": r"panic\(\""
    r"(?:not (?:yet )?implemented|unimplemented|implement me|not supported|TODO[^\"\n]{0,12})\"\)",
    "rust": r"\b(?:todo|unimplemented)!\(\)",
}
_HINTS: Final = {
    **dict.fromkeys(("javascript", "typescript"), "mplemented"),
    "python": "NotImplementedError",
    "java": "UnsupportedOperationException",
    "go": "panic(",
    "rust": "!()",
}
"""What stands in every such statement."""
_USUAL: Final = {
    "python": "raise NotImplementedError",
    "javascript": 'throw new Error("Method not implemented.");',
    "typescript": 'throw new Error("Method not implemented.");',
    "java": "throw new UnsupportedOperationException();",
    "go": 'panic("not implemented")',
    "rust": "todo!()",
}
_DROPPED = re.compile(r"\b(?:abstract|override|default|declare|pub(?:\([^)]*\))?)\s+")
_MARKS = re.compile(r"(?:(?:@[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?|#\[[^\]\n]*\])\s*)+")
_SHARED: Final = ("go", "java")
"""Languages in which the files of a folder see each other's names."""
_STAYS = frozenset({"property", "classmethod", "staticmethod", "cached_property"})
_PASSES = re.compile(
    r"(?P<returns>return )?(?:await )?(?P<to>[\w.$*&()!?]+)\.(?P<name>[\w$]+)\((?P<arguments>.*)\);?"
)
_DONE = re.compile(r"[ \t]*[;,]?[ \t]*(?://[^\n]*|#[^\n]*)?(?=\n|\Z)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A member that those below a base must write."""

    family: Family
    function: Function
    """As it stands in the base."""
    path: str
    name: str
    """How it is called below."""


def unwritten(language: str) -> re.Pattern[str]:
    """A not-implemented statement."""
    return re.compile(_UNWRITTEN[language], re.MULTILINE)


def override(scene: Scene, wanted: Wanted, kid: Kid) -> str | None:
    """The text of the override, not indented; None where two developers would not write the same."""
    language = scene.tree.language
    body = _body(scene, wanted, kid)
    if body is None or not _is_named(scene, wanted, kid):
        return None
    head = _head(scene, wanted, kid)
    if language == "python":
        return f"{head}:\n    {body}"
    return f"{head} {{\n    {body}\n}}"


def _is_named(scene: Scene, wanted: Wanted, kid: Kid) -> bool:
    """Whether everything that the signature names means something in the file that it comes to."""
    home, path, known = wanted.path, kid.path, imports_of(scene.tree.language)
    beside = scene.tree.language in _SHARED and home.rpartition("/")[0] == path.rpartition("/")[0]
    if home == path or beside or known is None:
        return True
    head = wanted.function
    written = " ".join([head.returns, *(f"{one.type} {one.default}" for one in head.parameters)])
    text = scene.text(path)
    return all(
        name in known.library.builtins or re.search(rf"(?<![.\w]){name}\b", text)
        for name in re.findall(r"(?<![.\w])[^\W\d]\w*", written)
    )


def _head(scene: Scene, wanted: Wanted, kid: Kid) -> str:
    text, function, language = scene.text(wanted.path), wanted.function, scene.tree.language
    words = text[function.start : function.name_start]
    marks = _MARKS.match(words)
    words = " ".join(_DROPPED.sub("", words[marks.end() if marks else 0 :]).split())
    end = function.body_start if function.body_start >= 0 else function.end
    behind = text[function.name_start + len(function.name) : end]
    behind = re.sub(r"//[^\n]*|#[^\n]*|/\*.*?\*/", "", behind, flags=re.DOTALL).rstrip()
    behind = (
        behind.removesuffix("{").rstrip().rstrip(":;").rstrip()
        if language != "python"
        else behind.removesuffix(":")
    )
    lines = [
        f"@{word}" for word in function.modifiers if word in _STAYS or re.fullmatch(r"\w+\.setter", word)
    ]
    marked = _marked(scene, wanted, kid)
    if language == "java":
        words = (
            words
            if wanted.family.base.kind != "interface" or "public" in words.split()
            else f"public {words}"
        )
        lines = ["@Override"] if marked else []
    elif language == "python" and marked:
        lines = [f"@{marked}", *lines]
    elif marked:
        first, _, rest = words.partition(" ")
        open_ = first in ("public", "protected")
        words = " ".join(filter(None, (first if open_ else "", "override", rest if open_ else words)))
    before = f"func ({_receiver(scene, kid)}) " if language == "go" else ""
    return "\n".join([*lines, f"{before}{words} {wanted.name}{behind}".strip()])


def _receiver(scene: Scene, kid: Kid) -> str:
    seen: Counter[str] = Counter()
    for path, one in kid.methods:
        found = re.match(r"func\s*\(([^)]*)\)", scene.text(path)[one.start : one.name_start])
        seen[found.group(1) if found else ""] += 1
    return seen.most_common(1)[0][0]


def siblings(wanted: Wanted, kid: Kid) -> list[tuple[str, Function]]:
    """What the class already overrides of the base."""
    names = {one.name for one in wanted.family.base.methods} - {wanted.name}
    return [(path, one) for path, one in kid.methods if one.name in names]


def _marked(scene: Scene, wanted: Wanted, kid: Kid) -> str:
    """The marker that the override bears, as its siblings bear it; nothing where it bears none."""
    found = [
        next((word for word in one.modifiers if re.fullmatch(r"@?(?:\w+\.)*[oO]verride", word)), "")
        for _, one in siblings(wanted, kid)
    ]
    if scene.tree.language == "java":
        return "" if found and sum(map(bool, found)) * 2 < len(found) else "@Override"
    bearing = [word for word in found if word]
    return bearing[0] if len(bearing) * 2 > len(found) else ""


def _body(scene: Scene, wanted: Wanted, kid: Kid) -> str | None:
    codes = [(one, scene.code(path, one)) for path, one in siblings(wanted, kid) if not scene.tree.makes(one)]
    stub = stub_of(scene, wanted, kid)
    passing = [way for one, code in codes if (way := passes_on(one, code)) is not None]
    if passing:
        if len(passing) < len(codes) or len(set(passing)) > 1 or passing[0].startswith("super"):
            return None
        ends = ";" if codes[0][1].endswith(";") else ""
        call = f"{passing[0]}.{wanted.name}({handed_on(wanted.function)})"
        call = f"await {call}" if "async" in wanted.function.modifiers else call
        return (f"return {call}" if _gives(scene, wanted) and scene.tree.language != "rust" else call) + ends
    texts = [code for _, code in codes]
    if len(set(texts)) == 1 and (
        unwritten(scene.tree.language).fullmatch(texts[0]) or texts[0] in ("pass", "...")
    ):
        return texts[0]
    if len(texts) > 1 and len(set(texts)) < len(texts):
        return None
    return stub


def _gives(scene: Scene, wanted: Wanted) -> bool:
    returns = wanted.function.returns.strip()
    return returns not in ("void", "None", "()") and not (scene.tree.language == "go" and not returns)


def passes_on(function: Function, code: str) -> str | None:
    """To what a member hands its own parameters on, as they are."""
    found = _PASSES.fullmatch(code)
    if not found or found["name"] != function.name:
        return None
    same = found["arguments"].replace(" ", "") == handed_on(function).replace(" ", "")
    return found["to"] if same else None


def handed_on(function: Function) -> str:
    """A member's parameters as the arguments of a call."""
    found = []
    for one in function.parameters:
        if one.kind in ("rest", "keywords"):
            stars = re.match(r"\*+|\.\.\.", one.text)
            go = "" if stars or not re.match(r"\w+ \.\.\.", one.text) else "..."
            found.append(f"{stars.group() if stars else ''}{one.name}{go}")
        elif one.kind == "plain" and one.name:
            found.append(f"{one.name}={one.name}" if one.keyword_only else one.name)
    return ", ".join(found)


def stub_of(scene: Scene, wanted: Wanted, kid: Kid) -> str:
    """The not-implemented statement of the base itself, else of the file, the project, the language."""
    language = scene.tree.language
    pattern = unwritten(language)
    own = scene.code(wanted.path, wanted.function)
    if pattern.fullmatch(own):
        return own
    for path in (kid.path, wanted.path):
        text = scene.text(path)
        found = Counter(one.group() for one in pattern.finditer(text)) if _HINTS[language] in text else None
        if found:
            return _styled(found.most_common(1)[0][0], scene.text(kid.path), language)
    return _styled(scene.tree.commonest(pattern) or _USUAL[language], scene.text(kid.path), language)


def _styled(statement: str, text: str, language: str) -> str:
    if language not in ("javascript", "typescript"):
        return statement
    if text.count("'") > text.count('"'):
        statement = statement.replace('"', "'")
    return statement if text.count(";\n") * 8 >= text.count("\n") else statement.removesuffix(";")


def place(scene: Scene, earlier: Sequence[str], kid: Kid, written: str) -> Step:
    """The step that puts an override behind that of what precedes it in the base, else at the class's end."""
    for name in reversed(earlier):
        found = [(path, one) for path, one in kid.methods if one.name == name]
        if found:
            path, one = found[-1]
            return path, behind(scene.text(path), one, written)
    if kid.methods or kid.type is None:
        path, one = kid.methods[-1]
        return path, behind(scene.text(path), one, written)
    return kid.path, first(scene.text(kid.path), kid.type, written, scene.tree.language)


def done(text: str, end: int) -> int:
    """The end of a member with its semicolon and the comment on its last line."""
    found = _DONE.match(text, end)
    return found.end() if found else end


def behind(text: str, function: Function, written: str) -> Change:
    """A text as the next member behind one."""
    return Change(done(text, function.end), "", "\n\n" + indented(written, lead_of(text, function)))


def lead_of(text: str, function: Function) -> str:
    """The indentation of a member; empty where something stands before it on its line."""
    lead = text[text.rfind("\n", 0, function.start) + 1 : function.start]
    return lead if lead.isspace() else ""


def removal(text: str, start: int, function: Function) -> Change:
    """A member goes, from a place at or before its beginning."""
    end = done(text, function.end)
    return Change(start, text[start:end], "")


def indented(written: str, lead: str) -> str:
    """A text with every line moved to an indentation."""
    return "\n".join(lead + line for line in written.split("\n"))


def first(text: str, type_: Class, written: str, language: str) -> Change:
    """The first member of a class."""
    line = text[text.rfind("\n", 0, type_.start) + 1 :]
    lead = line[: len(line) - len(line.lstrip())]
    unit = "\t" if language == "go" else "  " if re.search(r"\n  \S", text) else "    "
    new = indented(written, lead + unit)
    if language != "python":
        inner = text[type_.body_start + 1 : type_.body_end - 1]
        if not inner.strip():
            return Change(type_.body_start + 1, inner, f"\n{new}\n{lead}")
        return Change(type_.body_start + 1 + len(inner.rstrip()), "", f"\n\n{new}")
    body = text[type_.body_start : type_.body_end]
    last_line = body.rpartition("\n")[2]
    if last_line.strip() in ("pass", "..."):
        start = type_.body_end - len(last_line.lstrip())
        if text[:start].rstrip(" ").endswith(":"):
            return Change(start, last_line.strip(), f"\n{new}")
        return Change(start, last_line.strip(), new.lstrip())
    return Change(type_.body_end, "", f"\n\n{new}")
