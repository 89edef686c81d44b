"""Simulated type refinements that change how a value is written: casts, what may be missing, one and many."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from engine.syntax.forms import Argument, Call, Function, Parameter
from trainer.simulate.refining.exchange import is_standard, known_classes
from trainer.simulate.refining.retyping import Draft, Work, ordered
from trainer.simulate.refining.spots import body_of
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, undone

_CASTS: Final = {
    "python": "cast({type}, {name})",
    "typescript": "({name} as {type})",
    "java": "(({type}) {name})",
    "go": "{name}.({type})",
}
_REAL: Final = {
    "java": r"\((?P<type>[A-Z]\w+)\) (?P<name>[a-z]\w*)\b(?![\w.(\[])",
    "rust": r"(?P<name>\b[a-z]\w*) as (?P<type>usize|u64|u32|i64|f64|f32|i32)\b",
    "typescript": r"(?P<name>\b[a-z]\w*) as (?P<type>[A-Z]\w+)\b(?![<\[.])",
}
_GUARDS: Final = {
    "python": (
        "if {name} is None:\n{i}{i}raise ValueError({text})\n",
        "if {name} is None:\n{i}{i}return\n",
        "assert {name} is not None\n",
    ),
    "typescript": (
        "if (!{name}) {{\n{i}{i}throw new Error({text})\n{i}}}\n",
        "if ({name} === undefined) {{\n{i}{i}return\n{i}}}\n",
    ),
}
_OPTIONAL: Final = re.compile(r"\w+(?P<bar> \| None)\b|\b(?P<head>(?:t\.|typing\.)?Optional)\[")
"""How a file writes that something may be missing."""
_MISSING: Final = re.compile(r"\b(?:None|Optional|null|undefined|any|Any|object|unknown)\b")


_BOUND: Final = re.compile(r"\s*:?=(?!=)")


@dataclass(frozen=True, slots=True)
class Form:
    """A type around another, and how a value of it is written."""

    type: str
    value: str


_FORMS: Final = {
    "python": (Form("list[{t}]", "[{x}]"), Form("Sequence[{t}]", "[{x}]"), Form("List[{t}]", "[{x}]")),
    "typescript": (Form("{t}[]", "[{x}]"), Form("Array<{t}>", "[{x}]"), Form("readonly {t}[]", "[{x}]")),
    "java": (Form("List<{t}>", "List.of({x})"), Form("Optional<{t}>", "Optional.of({x})")),
    "go": (Form("[]{t}", "[]{t}{{{x}}}"),),
    "rust": (Form("Vec<{t}>", "vec![{x}]"), Form("Option<{t}>", "Some({x})")),
}


def cast(work: Work, rng: random.Random) -> Draft | None:
    """A parameter gets the type that it is cast to wherever it is used: the casts go."""
    drawn = work.confined(rng)
    if drawn is None:
        return None
    path, function, parameter = drawn
    text = work.tree.texts[path]
    start, body = body_of(work.tree, path, function)
    if parameter.default or parameter.optional or parameter.is_field:
        return None
    form = _REAL.get(work.tree.language, "")
    found = [one for one in re.finditer(form, body) if form and one["name"] == parameter.name]
    if found and len({one["type"] for one in found}) == 1:
        new = found[0]["type"]
        steps = [_uncast(path, text, start + one.start(), one.group(), one["name"]) for one in found]
        trigger = Change(parameter.type_start, parameter.type, new)
        return (
            Draft("cast/real", path, (trigger,), ordered(path, trigger.start, steps))
            if new != parameter.type
            else None
        )
    return _made_casts(work, rng, path, function, parameter)


def _uncast(path: str, text: str, start: int, cast_: str, name: str) -> Step:
    """The cast goes, with parentheses that are around nothing else and before a member."""
    if text[start - 1] == "(" and text.startswith((").", ")["), start + len(cast_)):
        return path, Change(start - 1, f"({cast_})", name)
    return path, Change(start, cast_, name)


def _made_casts(
    work: Work, rng: random.Random, path: str, function: Function, parameter: Parameter
) -> Draft | None:
    """The same where a member of the parameter is used: the text before casts it to its type."""
    language = work.tree.language
    start, body = body_of(work.tree, path, function)
    uses = [
        start + match.start()
        for match in re.finditer(rf"(?<![\w.\"'&*]){re.escape(parameter.name)}\.(?=[a-zA-Z])", body)
        if "\n" in body[: match.start()] and not re.search(r"[\"'`#]|//|\*", _line(body, match.start()))
    ]
    pool = sorted(known_classes(work.tree, path)) if language in _CASTS else []
    if not uses or not pool or not re.fullmatch(r"[\w.\[\]<>]+", parameter.type):
        return None
    other = rng.choice(pool)
    if other == parameter.type:
        return None
    chosen = sorted(rng.sample(uses, min(len(uses), rng.choice((1, 1, 2)))))
    written = _CASTS[language].format(type=parameter.type, name=parameter.name)
    changes = [Change(at, parameter.name, written) for at in chosen]
    typed = Change(parameter.type_start, parameter.type, other)
    before, (trigger, *steps) = undone(work.tree.texts[path], [typed, *changes])
    ways = ordered(path, trigger.start, [(path, step) for step in steps])
    return Draft("cast/made", path, (trigger,), ways, {path: before})


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, at) + 1 : len(text) if end < 0 else end]


def required(work: Work, rng: random.Random) -> Draft | None:
    """A parameter that might be missing no longer may: its default and the guards against it go.

    Backward: the tree has it required, the text before has it optional.
    """
    drawn = work.confined(rng)
    if drawn is None or work.tree.language not in _GUARDS:
        return None
    path, function, parameter = drawn
    name = re.escape(parameter.name)
    if re.search(rf"\b{name}\b\s*(?:[!?=]|is\b)|[!(]{name}\b", work.body(path, function)):
        return None
    if parameter.default or parameter.optional or _MISSING.search(parameter.type):
        return None
    later = function.parameters[function.parameters.index(parameter) + 1 :]
    last = all(one.default or one.optional or one.keyword_only or one.kind != "plain" for one in later)
    made = _made_optional(
        work.tree.language, work.tree.texts[path], parameter, parameter.keyword_only or last
    )
    guard = _guard(work, rng, path, function, parameter.name)
    if not made or (guard is None and len(made) < 2):
        return None
    before, (trigger, *steps) = undone(work.tree.texts[path], [*made, *([guard] if guard else [])])
    kind = "required/guard" if guard else "required/default"
    return Draft(kind, path, (trigger,), tuple((path, step) for step in steps), {path: before})


def _made_optional(language: str, text: str, parameter: Parameter, last: bool) -> list[Change]:
    """What makes a parameter one that may be missing, first its type; nothing where the file shows no way."""
    if language != "python":
        end = parameter.name_start + len(parameter.name)
        return [Change(end, "", "?")] if last and text.startswith(":", end) else []
    form = _OPTIONAL.search(text)
    if form is None:
        return []
    new = f"{parameter.type} | None" if form["bar"] else f"{form['head']}[{parameter.type}]"
    typed = Change(parameter.type_start, parameter.type, new)
    return [typed, Change(parameter.type_end, "", " = None")] if last else [typed]


def _guard(work: Work, rng: random.Random, path: str, function: Function, name: str) -> Change | None:
    """A guard at the top of a function."""
    text = work.tree.texts[path]
    start = function.body_start
    first = re.compile(r"\{?\s*\n(?P<indent>[ \t]+)(?=\S)").match(text, start)
    if work.tree.language == "python":
        line = text.rfind("\n", 0, start) + 1
        if text[line:start].strip() or text[start] in "\"'r" or rng.random() < 0.2:
            return None
        at, indent = line, text[line:start]
    elif first is not None:
        at, indent = first.start("indent"), first["indent"]
    else:
        return None
    unit = "\t" if "\t" in indent else "  " if work.tree.language == "typescript" else "    "
    guard = rng.choice(_GUARDS[work.tree.language]).format(name=name, i="\0", text='"missing"')
    return Change(at, "", indent + guard.replace("\0\0", indent + unit).replace("\0", indent))


def wrapped(work: Work, rng: random.Random) -> Draft | None:
    """A parameter takes many, or one that may be missing: every call says so. Backward it takes one again."""
    drawn = work.confined(rng)
    if drawn is None:
        return None
    path, function, parameter = drawn
    language = work.tree.language
    simple = re.fullmatch(r"[A-Za-z]\w+", parameter.type)
    if (
        not simple
        or parameter.default
        or parameter.optional
        or parameter.is_field
        or function.name.startswith("__")
    ):
        return None
    form = rng.choice(_FORMS[language])
    outer = Change(parameter.type_start, parameter.type, form.type.format(t=parameter.type))
    text = work.tree.texts[path]
    if not all(is_standard(language, one) or one in text for one in re.findall(r"[A-Z]\w+", form.type)):
        return None
    steps: list[Step] = []
    for where, call in _calls(work, path, function) or ():
        argument = _given(function, parameter, call)
        if argument is None or call.callee.startswith("super"):
            return None
        value = argument.text if not argument.keyword else re.sub(r"^\w+\s*=\s*", "", argument.text)
        if re.match(r"[\[&*]|vec!|Some\b|None$|null$|nil$|List\.|Optional\.|\[\]|undefined$", value):
            return None
        new = form.value.format(x=value, t=parameter.type)
        steps.append((where, Change(argument.end - len(value), value, new)))
    if not steps or len(steps) > 30:
        return None
    return Draft("wrapped", path, (outer,), ordered(path, outer.start, steps), reversible=True)


def _calls(work: Work, path: str, function: Function) -> list[tuple[str, Call]] | None:
    """Every call of a function whose name stands nowhere but at its definition and in calls and imports."""
    name = function.name
    if len(work.families.functions(name)) != 1:
        return None
    found: list[tuple[str, Call]] = []
    places = work.tree.words.get(name, ())
    if any(_BOUND.match(work.tree.texts[where], start + len(name)) for where, start in places):
        return None
    for where in dict.fromkeys(place.path for place in places):
        found += [(where, call) for call in work.tree.shapes(where).calls(name)]
    if not function.owner and any(work.is_foreign(call.callee) for _, call in found):
        return None
    inner = [(call.start, call.end) for _, call in found]
    nested = any(one[0] < other[0] < one[1] for one in inner for other in inner) and len(inner) > 1
    return None if nested or len(places) > 40 else found


def _given(function: Function, parameter: Parameter, call: Call) -> Argument | None:
    """The argument that a call gives for the parameter; None where that is not plain."""
    plain = [one for one in function.parameters if one.kind != "self"]
    if any(one.spread for one in call.arguments) or any(
        one.kind not in ("plain", "separator") for one in plain
    ):
        return None
    named = next((one for one in call.arguments if one.keyword == parameter.name), None)
    if named is not None:
        return named
    plain = [one for one in plain if one.kind == "plain"]
    place = plain.index(parameter)
    free = [one for one in call.arguments if not one.keyword]
    if len(call.arguments) > len(plain) or place >= len(free) or parameter.keyword_only:
        return None
    return free[place]
