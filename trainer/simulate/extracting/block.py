"""A run of statements becomes a function; the run becomes a call of it."""

from __future__ import annotations

import random
import re
import textwrap
from dataclasses import dataclass
from typing import Final

from engine.syntax.blocks.leaves import leaves
from engine.syntax.blocks.pieces import kinds_inside, runs, tokens
from engine.syntax.forms import Function
from engine.syntax.occurrences import occurrences
from trainer.simulate.extracting.header import (
    SELVES,
    called,
    locals_at,
    parameter_names,
    returned,
    site_of,
    type_of,
    written,
)
from trainer.simulate.extracting.text import bound, called_anew, has_word, made, newline
from trainer.simulate.extracting.variable import function_in
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

MOST: Final = 5
"""Statements of a run."""
_LEAVES = re.compile(
    r"return|yield|await|break|continue|goto|fallthrough|try_expression|throw|raise|global|nonlocal|defer|go_statement"
    r"|function_definition|function_item|class_|method_def|function_declaration|import|labeled"
)
_SIGNS = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?:#|//)[^\n]*|[\w\s]+")
"""What two runs may differ in that are the same but for names, literals, blanks and comments."""
DECLARED: Final = {
    "python": r"^{name}(?:: [^=\n]+)? = ",
    "javascript": r"^(?:const|let|var) {name} = ",
    "typescript": r"^(?:const|let|var) {name}(?:: [^=\n]+)? = ",
    "java": r"^(?:final )?[\w<>\[\], ?]+ {name} = ",
    "go": r"^{name} := ",
    "rust": r"^let (?:mut )?{name}(?:: [^=\n]+)? = ",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """A run of statements, what it takes in and what it leaves behind."""

    start: int
    end: int
    statements: tuple[tuple[int, int, str], ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    words: frozenset[str]


def block(tree: Tree, rng: random.Random) -> Trajectory | None:
    """A function for a run of statements, in front of the function that holds it."""
    path = rng.choice(tree.paths)
    around = function_in(tree, path, rng)
    if around is None:
        return None
    cut = _cut(tree, path, around, rng)
    if cut is None:
        return None
    text = tree.texts[path]
    site = site_of(tree, path, around, cut.words)
    if site is None or _twice(tree, path, cut):
        return None
    inputs = [one for one in cut.inputs if one != site.own]
    given = parameter_names(tree, inputs, cut.words, rng)
    names = dict(zip(inputs, given, strict=True))
    call = called(tree, site, name := called_anew(tree, tree.common(rng), rng), inputs)
    ending = _ending(tree, path, around, cut, call, names)
    if ending is None:
        return None
    body, new = ending
    kinds = {given: type_of(around, old) for old, given in names.items()}
    definition = written(tree, path, site, name, kinds, body, bool(cut.outputs))
    end = _with_return(text, cut, around.body_end) if cut.outputs else cut.end
    if end != cut.end:
        whole = text[cut.end : end].strip()
        word, semicolon = "return " if "return" in whole else "", ";" if whole.endswith(";") else ""
        new = f"{word}{call}{semicolon}"
    step = Change(cut.start, text[cut.start : end], new)
    kind = "function_block/result" if cut.outputs else "function_block"
    return made(tree, kind, path, [definition], [step])


def _cut(tree: Tree, path: str, around: Function, rng: random.Random) -> Cut | None:
    """A run that may be cut out of a function."""
    document, text = tree.document(path), tree.texts[path]
    found = [run for run in runs(document, around.body_start, around.body_end) if len(run.statements) > 2]
    if not found:
        return None
    run = rng.choice(found)
    size = rng.randrange(2, min(MOST, len(run.statements) - 1) + 1)
    first = rng.randrange(len(run.statements) - size + 1)
    chosen = run.statements[first : first + size]
    start, end = chosen[0][0], chosen[-1][1]
    whole = text[start:end]
    if tree.around(path, start) != around or not text[around.body_start : start].strip("{ \t\r\n"):
        return None
    if len(whole) > 1_200 or any(_LEAVES.search(kind) for kind in kinds_inside(document, start, end)):
        return None
    if any("\n" in word for _, word in leaves(document, "text", start, end)):
        return None
    if (
        '"""' in whole
        or "'''" in whole
        or "`" in whole
        or text[end : text.find("\n", end) % (len(text) + 1)].strip(" ;")
    ):
        return None
    parts = tokens(document, start, end)
    words = frozenset(word for word, _, _ in parts)
    names = list(dict.fromkeys(word for word, is_name, _ in parts if is_name and word not in SELVES))
    new = [name for name in names if _bound(tree, path, name, start, end)]
    if any(has_word(text[around.list_start : start], name) for name in new):
        return None
    outputs = [name for name in new if has_word(text[end : around.body_end], name)]
    inputs = [name for name in locals_at(tree, path, start, names) if name not in new]
    if bound(document, text, inputs, start, end) == "bound" or "async " in whole:
        return None
    if tree.language == "rust" and chosen[-1][2] not in ("expression_statement", "let_declaration"):
        return None
    if tree.language == "rust" and chosen[-1] == run.statements[-1] and not whole.endswith(";"):
        return None
    if len(outputs) > (2 if tree.language in ("python", "go") else 1) or len(inputs) > 4:
        return None
    if tree.language in ("java", "go", "rust") and len(words) < 6:
        return None
    return Cut(start, end, chosen, tuple(inputs), tuple(outputs), words)


def _bound(tree: Tree, path: str, name: str, start: int, end: int) -> bool:
    return any(one.defines and start <= one.start < end for one in occurrences(tree.document(path), name))


def _twice(tree: Tree, path: str, cut: Cut) -> bool:
    """Whether a run of the same tokens but for names stands elsewhere in the file."""
    document = tree.document(path)

    def shape(start: int, end: int) -> tuple[str, ...]:
        return tuple(
            "" if is_name or word[0].isdigit() or word[0] in "\"'" else word
            for word, is_name, _ in tokens(document, start, end)
        )

    text = tree.texts[path]
    own, signs = shape(cut.start, cut.end), _SIGNS.sub("", text[cut.start : cut.end])
    size = len(cut.statements)
    length = cut.end - cut.start
    for run in runs(document):
        for at in range(len(run.statements) - size + 1):
            start, end = run.statements[at][0], run.statements[at + size - 1][1]
            same = [one[2] for one in run.statements[at : at + size]] == [one[2] for one in cut.statements]
            near = same and start != cut.start and length / 2 < end - start < length * 2
            if near and _SIGNS.sub("", text[start:end]) == signs and shape(start, end) == own:
                return True
    return False


def _ending(
    tree: Tree, path: str, around: Function, cut: Cut, call: str, names: dict[str, str]
) -> tuple[list[str], str] | None:
    """The lines of the new function's body, and what takes the run's place."""
    text = tree.texts[path]
    end = newline(text)
    lines = _lines(tree, path, cut, names)
    semicolon = (
        ";"
        if text[cut.start : cut.end].rstrip().endswith(";") or ";" + end in text[cut.start : cut.end]
        else ""
    )
    if not cut.outputs:
        return lines, call + semicolon
    leads = [_lead(tree, text, cut, name) for name in cut.outputs]
    if any(lead is None for lead in leads):
        return None
    lead = leads[0] or ""
    if len(leads) == 2:
        if tree.language == "go" and leads != [f"{name} := " for name in cut.outputs]:
            return None
        lead = f"{', '.join(cut.outputs)} {'=' if tree.language == 'python' else ':='} "
    elif not (
        _bound(tree, path, cut.outputs[0], cut.end, around.body_end)
        or bound(tree.document(path), text, cut.outputs, cut.end, around.body_end) == "bound"
        or f"&mut {cut.outputs[0]}" in text[cut.end : around.body_end]
    ):
        lead = re.sub(
            r"^let mut ", "let ", re.sub(r"^let (?!mut )", "const ", lead) if _script(tree) else lead
        )
    result = returned(tree, text, ", ".join(cut.outputs))
    return [*lines, result], f"{lead}{call}{semicolon}"


def _with_return(text: str, cut: Cut, last: int) -> int:
    """The end of the `return` after a run that gives back what it leaves behind, or of the run."""
    names = ",\\s*".join(map(re.escape, cut.outputs))
    gap = r"(?:\s|(?:#|//)[^\n]*\n)*"
    match = re.compile(rf"{gap}(?:return\s+)?\(?{names}\)?;?(?=\s*(?:[\n}}]|#|//|$))").match(
        text, cut.end, last
    )
    return match.end() if match is not None else cut.end


def _script(tree: Tree) -> bool:
    return tree.language in ("javascript", "typescript")


def _lead(tree: Tree, text: str, cut: Cut, name: str) -> str | None:
    """How a name that the run leaves behind is declared by one of its own statements."""
    form = re.compile(DECLARED[tree.language].replace("{name}", re.escape(name)))
    for start, end, _ in cut.statements:
        match = form.match(text[start:end])
        if match is not None:
            return f"{name} = " if tree.language == "python" else match[0]
    return None


def _lines(tree: Tree, path: str, cut: Cut, names: dict[str, str]) -> list[str]:
    """The run with its inputs called as the parameters are, without the indentation that it had."""
    text = tree.texts[path]
    pieces, at = [], cut.start
    for word, is_name, start in tokens(tree.document(path), cut.start, cut.end):
        if is_name and names.get(word, word) != word:
            pieces += [text[at:start], names[word]]
            at = start + len(word)
    whole = "".join((*pieces, text[at : cut.end]))
    line = text.rfind("\n", 0, cut.start) + 1
    return textwrap.dedent(text[line : cut.start] + whole).splitlines()
