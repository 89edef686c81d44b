"""Whether all that a value passes by is known: a chain is only told where nothing else may follow."""

from __future__ import annotations

import re
from typing import Final

from engine.syntax.forms import Class, Function
from trainer.simulate.refining.spots import Field, body_of, methods_of
from trainer.simulate.tree import Tree

ENDS: Final = {"python": r"[ \t]*(?:#[^\n]*)?$", "go": r"[ \t]*(?:[,}]|$)", "java": r"\s*;"}
END: Final = r"\s*(?:;|,|$|\})"
_AFTER: Final = {
    language: re.compile(rf"(?:\.clone\(\)|\?)?{ENDS.get(language, END)}", re.MULTILINE)
    for language in ("python", "typescript", "java", "go", "rust")
}
_FRONT: Final = re.compile(
    r"(?:(?<![=!<>+\-*/|&%^~])=|\breturn\b|\bor\b|\|\||\?\?|[\w)]:|=>)[ \t]*(?:await )?(?:&(?:mut )?|\*)?$"
)
_CHAIN: Final = re.compile(r"(?:\w|\)|\])(?:\?\.|!\.|\.|::)$")
_HELD: Final = re.compile(r"[\w\])(.?!:]*$")
_RECEIVED: Final = re.compile(
    r"(?:[ \t]*:[ \t]*[^=\n]+?)?[ \t]*=(?![=>])"
    r"(?![ \t]*(?:[\d\"'`\[{(-]|None\b|null\b|nil\b|[tT]rue\b|[fF]alse\b|undefined\b))"
)
_CHOSEN: Final = re.compile(r"[ \t]*=[ \t]*\([^\n]*\)[ \t]*\?[^.?]")
"""One of two values, by a condition in parentheses."""
_KEY: Final = re.compile(r":(?![=:])(?![ \t]*[\d\"'`{(-])")
_TAIL: Final = re.compile(r"\s*\}")
_OPENS: Final = re.compile(r"[{;}]\s*(?:&(?:mut )?)?$")


def leaks(language: str, body: str, name: str) -> int:
    """How often the value of a name goes on as it is: returned, or written to another name."""
    end = ENDS.get(language, END)
    name = re.escape(name)
    front = r"(?:\breturn\b[ \t]*|(?<![=!<>])=[ \t]*&?|\w:[ \t]*&?(?=\w+[ \t]*[,\n}]))"
    found = len(re.findall(rf"{front}{name}(?:\.clone\(\))?{end}", body, re.MULTILINE))
    found += len(
        re.findall(
            rf"\b(?:or|\|\||\?\?|else|[ \t][?:])[ \t]+{name}{end}|={name}\b[ \t]*[,)]", body, re.MULTILINE
        )
    )
    found += len(re.findall(rf"(?:=|return)[ \t]*{name}[ \t]+(?:or|if|\|\||\?\?|\?)", body))
    found += len(re.findall(rf"requireNonNull\w*\({name}\b|=>[ \t]*{name}\b(?![.(\[])", body))
    found += len(re.findall(rf"[{{,][ \t\n]*{name}[ \t\n]*(?=[,}}])", body))
    return found + bool(re.search(rf"(?:^|[;{{}}\n])\s*&?(?:mut )?{name}\s*\}}\s*\Z", body))


def exits(language: str, body: str) -> list[str]:
    """What stands behind each `return`, and in Rust at the end."""
    found = [match[1].strip() for match in re.finditer(r"\breturn\b[ \t]*([^;\n}]*)", body)]
    tail = re.search(r"(?:^|[;{}\n])\s*([^;{}\n]+)\s*\}\s*\Z", body) if language == "rust" else None
    return [*found, tail[1].strip()] if tail else found


def is_closed(tree: Tree, path: str, found: Class, one: Field) -> bool:
    """Whether the places of a field are all that its value comes from and goes to."""
    count = 0
    for where, start in tree.words.get(one.name, ()):
        if where == path or one.type in tree.texts[where]:
            near = where == path or re.search(rf"\b{re.escape(found.name)}\b", tree.texts[where]) is not None
            count += _flows(tree, where, start, one.name, near)
    return count == _explained(tree, path, found, one)


def gives(tree: Tree, name: str) -> int:
    """How often the result of a function (or the value of a property) goes to a name or out of a function."""
    count = 0
    needs_call = tree.language not in ("python", "typescript")
    for path, start in tree.words.get(name, ()):
        text = tree.texts[path]
        end = start + len(name)
        if text.startswith("(", end):
            end = closing(text, end)
        elif needs_call:
            continue
        left = text[text.rfind("\n", 0, start) + 1 : start]
        if text[end - 1] != ")" and not _CHAIN.search(left):
            continue
        front = left[: len(left) - len((_HELD.search(left) or [""])[0])]
        count += bool(_FRONT.search(front) and _AFTER[tree.language].match(text, end))
    return count


def closing(text: str, start: int) -> int:
    """Behind the parenthesis that closes the one at `start`."""
    depth = 0
    for number in range(start, min(len(text), start + 2_000)):
        depth += (text[number] == "(") - (text[number] == ")")
        if depth == 0:
            return number + 1
    return start


def _flows(tree: Tree, path: str, start: int, name: str, near: bool) -> int:
    """Whether a value is written where its field's name stands, or goes to another name: 1, or 0.

    `near` says that the file speaks of the class, and may hold one that inherits the field.
    """
    text, language = tree.texts[path], tree.language
    end = start + len(name)
    left = text[text.rfind("\n", 0, start) + 1 : start]
    held = _CHAIN.search(left) is not None
    if language in ("go", "rust") and not held:
        return int(_in_literal(language, text, start, end) and not _is_parameter(tree, path, start))
    if not held and (language != "java" or not near or _is_local(tree, path, start, name)):
        return 0
    if not near and left.endswith("this."):
        return 0
    if _RECEIVED.match(text, end) or _CHOSEN.match(text, end):
        return 1
    front = left[: len(left) - len((_HELD.search(left) or [""])[0])] if held else left
    if _FRONT.search(front) and _AFTER[language].match(text, end):
        return 1
    whole = text[max(0, start - 60) : start]
    opens = _OPENS.search(whole[: len(whole) - (len(left) - len(front))]) if language == "rust" else None
    return int(bool(opens and _TAIL.match(text, end)))


def _in_literal(language: str, text: str, start: int, end: int) -> bool:
    """Whether a bare name is a field that is set in a literal, or declared where that looks the same."""
    if _KEY.match(text, end):
        return language == "rust" or not text[:start].rstrip(" \t").endswith("case")
    before, after = text[max(0, start - 40) : start].rstrip(), text[end : end + 40].lstrip()
    return language == "rust" and before[-1:] in ("{", ",") and after[:1] in ("}", ",")


def _is_local(tree: Tree, path: str, start: int, name: str) -> bool:
    """Whether a bare name is a parameter or a local of the function around it, or stands in none."""
    around = [one for one in functions_at(tree, path, start) if one.body_start >= 0]
    if not around or not around[-1].body_start <= start < around[-1].body_end:
        return True
    if any(one.name == name for function in around for one in function.parameters):
        return True
    body = tree.texts[path][around[-1].body_start : around[-1].body_end]
    return bool(re.search(rf"(?<!return)(?<!throw)(?<=[\w>\]]) {re.escape(name)}\s*(?:=[^=]|;|:)", body))


def functions_at(tree: Tree, path: str, start: int) -> list[Function]:
    """The functions around a place, outer ones first."""
    return [one for one in tree.shapes(path).functions() if one.start <= start < one.end]


def _is_parameter(tree: Tree, path: str, start: int) -> bool:
    return any(
        one.name_start == start for function in functions_at(tree, path, start) for one in function.parameters
    )


def _explained(tree: Tree, path: str, found: Class, one: Field) -> int:
    """How many flows the places of a field stand for."""
    methods = methods_of(tree, path, found)
    count = 0
    for spot in one.spots:
        function = next((f for f in methods if _has(f, spot.start)), None)
        if spot.role == "parameter" and function is not None:
            count += sum(p.type_start == spot.start and not p.is_field for p in function.parameters)
        elif spot.role == "result" and function is not None:
            count += len(exits(tree.language, body_of(tree, path, function)[1]))
        elif spot.role == "made" or (spot.role == "field" and tree.language == "rust"):
            count += 1
    return count


def _has(function: Function, start: int) -> bool:
    return start == function.returns_start or any(start == p.type_start for p in function.parameters)
