"""Simulated type refinements that change how a value is written: casts, what may be missing, one and many."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from engine.syntax.forms import Argument, Call, Function, Parameter
from trainer.simulate.refining.exchange import known_classes
from trainer.simulate.refining.retyping import Draft, Work, ordered
from trainer.simulate.refining.spots import body_of
from trainer.simulate.source import Change, apply
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
_OPTIONAL: Final = re.compile(
    r"^(?:(?:t\.|typing\.)?Optional\[(?P<inner>.+)\]|(?P<left>.+) \| None)$", re.DOTALL
)


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
    if text[start - 1] == "(" and text.startswith(").", start + len(cast_)):
        return path, Change(start - 1, f"({cast_})", name)
    return path, Change(start, cast_, name)


def _made_casts(
    work: Work, rng: random.Random, path: str, function: Function, parameter: Parameter
) -> Draft | None:
    """The same where a member of the parameter is used without a cast: the text before has one."""
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
    new = rng.choice(pool)
    if new == parameter.type:
        return None
    chosen = sorted(rng.sample(uses, min(len(uses), rng.choice((1, 1, 2)))))
    written = _CASTS[language].format(type=new, name=parameter.name)
    changes = [Change(at, parameter.name, written) for at in chosen]
    before, back = undone(work.tree.texts[path], changes)
    steps = [(path, change) for change in back]
    trigger = Change(parameter.type_start, parameter.type, new)
    return Draft("cast/made", path, (trigger,), ordered(path, trigger.start, steps), {path: before})


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, at) + 1 : len(text) if end < 0 else end]


def required(work: Work, rng: random.Random) -> Draft | None:
    """A parameter that might be missing no longer may: its default and the guards against it go."""
    drawn = work.confined(rng)
    if drawn is None or work.tree.language not in _GUARDS:
        return None
    path, function, parameter = drawn
    name = re.escape(parameter.name)
    if re.search(rf"\b{name}\b\s*(?:[!?=]|is\b)|[!(]{name}\b", work.body(path, function)):
        return None
    mine = _python_required if work.tree.language == "python" else _script_required
    return mine(work, rng, path, function, parameter)


def _python_required(
    work: Work, rng: random.Random, path: str, function: Function, parameter: Parameter
) -> Draft | None:
    match = _OPTIONAL.match(parameter.type)
    earlier = function.parameters[: function.parameters.index(parameter)]
    free = parameter.keyword_only or not any(one.default for one in earlier)
    if match is None or parameter.default not in ("", "None") or not (free or not parameter.default):
        return None
    guard = _guard(work, rng, path, function, parameter.name)
    if guard is None:
        return None
    before, steps, shift = guard
    new = match["inner"] or match["left"]
    trigger = Change(parameter.type_start, parameter.type, new)
    if parameter.default:
        text = work.tree.texts[path]
        old = text[parameter.type_end : parameter.default_end]
        steps.insert(0, (path, Change(parameter.type_end, old, "")))
    if not steps:
        return None
    return Draft(
        "required/default" if not shift else "required/guard", path, (trigger,), tuple(steps), {path: before}
    )


def _script_required(
    work: Work, rng: random.Random, path: str, function: Function, parameter: Parameter
) -> Draft | None:
    earlier = function.parameters[: function.parameters.index(parameter)]
    if not parameter.optional or any(one.optional or one.default for one in earlier):
        return None
    guard = _guard(work, rng, path, function, parameter.name)
    text = work.tree.texts[path]
    mark = text.find("?", parameter.name_start, parameter.type_start)
    if guard is None or mark < 0 or not guard[1]:
        return None
    before, steps, _ = guard
    return Draft("required/guard", path, (Change(mark, "?", ""),), tuple(steps), {path: before})


def _guard(
    work: Work, rng: random.Random, path: str, function: Function, name: str
) -> tuple[str, list[Step], int] | None:
    """The text with a guard at the top of the function, and the step that takes it away."""
    text = work.tree.texts[path]
    start = function.body_start
    first = re.compile(r"\{?\s*\n(?P<indent>[ \t]+)(?=\S)").match(text, start)
    if work.tree.language == "python":
        line = text.rfind("\n", 0, start) + 1
        if text[line:start].strip() or text[start] in "\"'r":
            return None
        at, indent = line, text[line:start]
    elif first is not None:
        at, indent = first.start("indent"), first["indent"]
    else:
        return None
    if rng.random() < 0.2 and work.tree.language == "python":
        return text, [], 0
    unit = "\t" if "\t" in indent else "  " if work.tree.language == "typescript" else "    "
    guard = rng.choice(_GUARDS[work.tree.language]).format(name=name, i="\0", text='"missing"')
    lines = guard.replace("\0\0", indent + unit).replace("\0", indent)
    made = indent + lines
    return apply(text, [Change(at, "", made)]), [(path, Change(at, made, ""))], len(made)


def wrapped(work: Work, rng: random.Random) -> Draft | None:
    """A parameter takes many, or one that may be missing: every call says so."""
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
    calls = _calls(work, path, function)
    form = rng.choice(_FORMS[language])
    steps: list[Step] = []
    for where, call in calls or ():
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
    trigger = Change(parameter.type_start, parameter.type, form.type.format(t=parameter.type))
    return Draft("wrapped", path, (trigger,), ordered(path, trigger.start, steps))


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
