"""Replacements that developers make in many places: each recipe finds its places in one file."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from engine.align import Block, trimmed
from trainer.simulate.names import renamed
from trainer.simulate.source import RESERVED, Change, Source


@dataclass(frozen=True)
class Recipe:
    """A pattern over one line and what each match becomes."""

    name: str
    pattern: re.Pattern[str]
    rewrite: Callable[[re.Match[str]], str | None]
    group: str = ""
    """The named group that tells places apart (receiver or argument), if there is one."""
    anchor: str = ""
    """A word without which the pattern fits nowhere."""


@dataclass(frozen=True)
class Spot:
    """A place where a recipe fits."""

    path: str
    change: Change
    key: str
    """What the place has in the recipe's group."""
    span: tuple[int, int]
    """The whole match."""


_ARG = r"(?:[^(),\n\"'\[\]{}]|\([^()\n]*\)|\[[^\[\]\n]*\]|\"[^\"\n]*\"|'[^'\n]*')+?"
_LETTER = re.compile(r"[A-Za-z_$]")
_VALUES = ("None", "True", "False", "0", "1", "{}", "self", "timeout", "config", "strict")

_FIXED: tuple[tuple[str, str, str], ...] = (
    ("path_join", r"os\.path\.join\((?P<g>[\w.]+), (?P<b>[^(),\n]+)\)", r"Path(\g<g>) / \g<b>"),
    ("path_exists", r"os\.path\.(?:exists|isfile)\((?P<g>[\w.]+)\)", r"Path(\g<g>).exists()"),
    ("is_none", r"(?P<g>[\w.]+) == None\b", r"\g<g> is None"),
    ("empty", r"\blen\((?P<g>[\w.]+)\) == 0", r"not \g<g>"),
    ("keys", r"\bin (?P<g>[\w.]+)\.keys\(\)", r"in \g<g>"),
    ("super", r"\bsuper\((?P<g>\w+), self\)", r"super()"),
    ("dict", r"\bdict\(\)", r"{}"),
    ("list", r"\blist\(\)", r"[]"),
    ("optional", r"\bOptional\[(?P<g>[\w.]+)\]", r"\g<g> | None"),
    ("typing_list", r"\bList\[(?P<g>[\w.]+)\]", r"list[\g<g>]"),
    ("typing_dict", r"\bDict\[(?P<g>[\w.]+), (?P<b>[\w.]+)\]", r"dict[\g<g>, \g<b>]"),
    ("isinstance", r"\bisinstance\((?P<g>[\w.]+), str\)", r"isinstance(\g<g>, (str, bytes))"),
    ("logger", r"\blogging\.(?P<g>\w+)\(", r"logger.\g<g>("),
    ("print", r"\bprint\((?P<g>[^()\n]+)\)", r"log.info(\g<g>)"),
    ("equals", r"\bassertEquals?\(", r"assert_equal("),
    ("get", r"\b(?P<g>[a-z_]\w*)\[(?P<b>\"\w+\"|'\w+')\](?! *=[^=])", r"\g<g>.get(\g<b>)"),
    ("get_default", r"\b(?P<g>[a-z_]\w*)\.get\((?P<b>[^(),\n]+)\)", r"\g<g>.get(\g<b>, None)"),
    ("strict_equal", r"(?P<g>[\w.]+) == (?P<b>[\w.\"']+)(?=[ )])", r"\g<g> === \g<b>"),
    ("var", r"^(?P<i>\s*)var (?=\w)", r"\g<i>const "),
    ("let", r"\blet (?=\w+ =)", r"const "),
    ("raise", r"\braise ValueError\(", r"raise ConfigError("),
    ("format", r"(?P<q>\"[^\"\n{}]*%s[^\"\n%{}]*\") % (?P<g>[\w.]+)$", r"\g<q>.format(\g<g>)"),
    ("encode", r"(?P<g>\b[\w.]+)\.encode\(\)", r'\g<g>.encode("utf-8")'),
    ("open", r"\bopen\((?P<g>[\w.]+)\)", r'open(\g<g>, encoding="utf-8")'),
    ("undefined", r"(?P<g>[\w.]+) === undefined", r"\g<g> == null"),
    ("has_own", r"(?P<g>[\w.]+)\.hasOwnProperty\((?P<b>[\w.]+)\)", r"Object.hasOwn(\g<g>, \g<b>)"),
)


_SCRIPT = frozenset({"strict_equal", "var", "let", "undefined", "has_own"})
"""Fixed recipes that make sense in JavaScript and TypeScript only."""


def _expand(template: str, match: re.Match[str]) -> str:
    return match.expand(template)


@lru_cache(maxsize=1)
def _fixed() -> tuple[Recipe, ...]:
    made = []
    for name, pattern, template in _FIXED:
        compiled = re.compile(pattern, re.MULTILINE)
        made.append(Recipe(name, compiled, partial(_expand, template), "g" if "?P<g>" in pattern else ""))
    return tuple(made)


def draw(source: Source, path: str, rng: random.Random) -> Recipe | None:
    """A recipe that fits a file at least twice, or None after a few attempts."""
    text = source.texts[path]
    if rng.random() < 0.3:
        scripted = source.language != "python"
        fitting = [
            recipe
            for recipe in _fixed()
            if (recipe.name in _SCRIPT) <= scripted and len(recipe.pattern.findall(text)) >= 2
        ]
        if fitting:
            return rng.choice(fitting)
    makers = (
        _call,
        _call,
        _argument,
        _argument,
        _wrap,
        _property,
        _literal,
        _prefix,
        _receiver,
        _drop,
        _swap,
        _await,
    )
    for _ in range(4):
        recipe = rng.choice(makers)(source, text, rng)
        if recipe is not None and len(recipe.pattern.findall(text)) >= 2:
            return recipe
    return None


def spots(recipe: Recipe, source: Source, paths: Iterable[str]) -> list[Spot]:
    """Where the recipe fits, outside comments and whole strings."""
    found: list[Spot] = []
    for path in paths:
        text = source.texts[path]
        last = 0
        if recipe.anchor not in text:
            continue
        for match in recipe.pattern.finditer(text):
            new = recipe.rewrite(match)
            if new is None or new == match.group() or match.start() < last or _imports(text, match.start()):
                continue
            first = _LETTER.search(text, match.start(), match.end())
            code = first is not None and first.start() in source.code_starts(path)
            if not code and recipe.name != "literal":
                continue
            key = match.groupdict().get(recipe.group) or "" if recipe.group else ""
            found.append(Spot(path, _trimmed(match.start(), match.group(), new), key, match.span()))
            last = match.end()
    return found


def _imports(text: str, offset: int) -> bool:
    """Whether an offset stands on a line that imports."""
    return (
        text[text.rfind("\n", 0, offset) + 1 : offset + 8]
        .lstrip()
        .startswith(("from ", "import ", "export "))
    )


def doubtful(
    recipe: Recipe, source: Source, paths: Iterable[str], places: Iterable[Spot]
) -> list[tuple[str, int]]:
    """Where the recipe's word stands though the pattern does not fit: whether it follows is not known."""
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for spot in places:
        taken[spot.path].append(spot.span)
    allowed = set(paths)
    return [
        (token.path, token.start)
        for token in source.tokens.get(recipe.anchor, ())
        if token.path in allowed and not any(low <= token.start < high for low, high in taken[token.path])
    ]


def _trimmed(start: int, old: str, new: str) -> Change:
    """The change without what both sides share at their ends, cut at word borders."""
    a, b = re.findall(r"\w+|\W", old), re.findall(r"\w+|\W", new)
    i, i_end, j, j_end = trimmed(a, b, Block(0, len(a), 0, len(b)))
    return Change(start + sum(map(len, a[:i])), "".join(a[i:i_end]), "".join(b[j:j_end]))


def _frequent(pattern: str, text: str, rng: random.Random, least: int = 3) -> str | None:
    counts = Counter(re.findall(pattern, text))
    names = [
        name for name, count in counts.items() if least <= count <= 40 and name.split(".")[-1] not in RESERVED
    ]
    return rng.choice(sorted(names)) if names else None


def _tail(name: str) -> str:
    return name.split(".")[-1]


def _word(text: str) -> str:
    return max(re.findall(r"[A-Za-z_]\w*", text), key=len, default="")


def _call(source: Source, text: str, rng: random.Random) -> Recipe | None:
    name = _frequent(r"\.(\w{3,})\(", text, rng)
    if name is None:
        return None
    other = rng.choice(_called(source)) if rng.random() < 0.5 else renamed(name, source, rng)
    pattern = re.compile(rf"(?P<g>[\w.\])]+)\.{re.escape(name)}\(")
    return Recipe("call", pattern, lambda m: f"{m['g']}.{other}(", "g", name) if other != name else None


@lru_cache(maxsize=8)
def _called_names(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name not in RESERVED]


def _called(source: Source) -> list[str]:
    counts = Counter(
        name for text in list(source.texts.values())[:40] for name in re.findall(r"\.([a-z]\w{2,})\(", text)
    )
    return _called_names(tuple(name for name, _ in counts.most_common(200))) or ["get"]


def _argument(source: Source, text: str, rng: random.Random) -> Recipe | None:
    name = _frequent(r"\b([A-Za-z_][\w.]*\w)\(", text, rng, 2)
    if name is None:
        return None
    key = rng.choice(_called(source))
    value = rng.choice((key, key, *_VALUES))
    extra = f"{key}={value}" if source.language == "python" and rng.random() < 0.8 else value
    first = rng.random() < 0.2
    pattern = re.compile(
        rf"(?<!def )(?<!class )(?<![\w.]){re.escape(name)}\((?P<g>{_ARG})?(?P<rest>(?:, ?{_ARG})*)\)"
    )

    def rewrite(match: re.Match[str]) -> str | None:
        inside = (match["g"] or "") + (match["rest"] or "")
        parts = [extra, inside] if first else [inside, extra]
        return f"{name}({', '.join(part for part in parts if part)})"

    return Recipe("argument", pattern, rewrite, "g", _tail(name))


def _wrap(source: Source, text: str, rng: random.Random) -> Recipe | None:
    name = _frequent(r"\b((?:self|[a-z]\w+)\.[a-z_]\w+)\b(?![\w.(]| =[^=])", text, rng)
    if name is None:
        return None
    outer = rng.choice(("str", "list", "bool", "len", "repr", "Path", rng.choice(_called(source))))
    pattern = re.compile(rf"(?<![\w.]){re.escape(name)}\b(?![\w.(]| =[^=])")
    return Recipe("wrap", pattern, lambda _: f"{outer}({name})", anchor=_tail(name))


def _property(source: Source, text: str, rng: random.Random) -> Recipe | None:
    name = _frequent(r"\.([a-z_]\w{2,})\b(?![\w(]| =[^=])", text, rng)
    if name is None:
        return None
    new = rng.choice(
        (f"{name}()", f"get_{name}()", f"{name}.value", f"_{name}", f"{name}.{rng.choice(_called(source))}()")
    )
    pattern = re.compile(rf"(?P<g>[\w\])]+)\.{re.escape(name)}\b(?![\w(]| =[^=])")
    return Recipe("property", pattern, lambda m: f"{m['g']}.{new}", "g", name)


def _literal(source: Source, text: str, rng: random.Random) -> Recipe | None:
    literal = _frequent(r"(?<![\w\"'])(\"[\w .:/-]{2,24}\"|'[\w .:/-]{2,24}')(?![\"'])", text, rng)
    if literal is None:
        return None
    quote, body = literal[0], literal[1:-1]
    new = rng.choice(
        (
            body.upper(),
            body.replace("_", "-"),
            body + "s",
            "x-" + body,
            body.capitalize(),
            body[:-1],
            body + "_v2",
        )
    )
    if rng.random() < 0.3:
        replacement = re.sub(r"\W+", "_", body).upper().strip("_")
        replacement = replacement if replacement.isidentifier() else f"{quote}{new}{quote}"
    else:
        replacement = f"{quote}{new}{quote}"
    pattern = re.compile(rf"(?:(?P<g>[\w.]+)(?:\(|\[|=| == | = ))?{re.escape(literal)}")
    return Recipe("literal", pattern, lambda m: m.group().replace(literal, replacement), "g", _word(body))


def _prefix(source: Source, text: str, rng: random.Random) -> Recipe | None:
    if rng.random() < 0.5:
        name = _frequent(r"\b([a-z]\w+)\.\w+\(", text, rng)
        if name is None or name == "self":
            return None
        pattern = re.compile(rf"(?<![\w.]){re.escape(name)}\.(?P<g>\w+)\(")
        return Recipe("unprefix", pattern, lambda m: f"{m['g']}(", "g", name)
    name = _frequent(r"(?<![\w.])([A-Za-z_]\w{2,})\(", text, rng)
    if name is None:
        return None
    owner = rng.choice(("self", rng.choice(_called(source)), "utils", "core", "types"))
    pattern = re.compile(rf"(?<!def )(?<!class )(?<!function )(?<![\w.]){re.escape(name)}\((?P<g>[\w.]*)")
    return Recipe("prefix", pattern, lambda m: f"{owner}.{m.group()}", "g", name)


def _receiver(source: Source, text: str, rng: random.Random) -> Recipe | None:
    name = _frequent(r"\b((?:self|this)\.[a-z_]\w+)\.\w+", text, rng)
    if name is None:
        return None
    owner, _, attribute = name.partition(".")
    new = rng.choice(
        (
            f"{owner}.{renamed(attribute, source, rng)}",
            attribute,
            f"{owner}.{rng.choice(_called(source))}.{attribute}",
        )
    )
    pattern = re.compile(rf"(?<![\w.]){re.escape(name)}\.(?P<g>\w+)")
    return Recipe("receiver", pattern, lambda m: f"{new}.{m['g']}", "g", attribute)


def _drop(source: Source, text: str, rng: random.Random) -> Recipe | None:
    keyword = _frequent(r", (\w+=[\w.]+)[,)]", text, rng, 2)
    if keyword is None:
        return None
    if rng.random() < 0.5:
        pattern = re.compile(rf"(?P<g>\w+)\((?P<a>[^()\n]*?), {re.escape(keyword)}(?=[,)])")
        return Recipe("drop", pattern, lambda m: f"{m['g']}({m['a']}", "g", keyword.split("=")[0])
    key, _, value = keyword.partition("=")
    new = rng.choice([item for item in _VALUES if item != value])
    pattern = re.compile(rf"(?P<g>\w+)\((?P<a>[^()\n]*?)\b{re.escape(keyword)}(?=[,)])")
    return Recipe("revalue", pattern, lambda m: f"{m['g']}({m['a']}{key}={new}", "g", key)


def _swap(source: Source, text: str, rng: random.Random) -> Recipe | None:
    name = _frequent(r"\b([A-Za-z_][\w.]*\w)\([^(),\n]+, [^(),\n]+\)", text, rng, 2)
    if name is None:
        return None
    new = rng.choice((name, renamed(name.split(".")[-1], source, rng)))
    style = rng.choice(("swap", "method", "keyword"))
    pattern = re.compile(
        rf"(?<!def )(?<!class )(?<![\w.]){re.escape(name)}\((?P<g>[^(),\n=]+), (?P<b>[^(),\n=]+)\)"
    )
    key = rng.choice(_called(source))

    def rewrite(match: re.Match[str]) -> str | None:
        a, b = match["g"], match["b"]
        if style == "method" and re.fullmatch(r"[\w.]+", a):
            return f"{a}.{new.split('.')[-1]}({b})"
        return f"{new}({a}, {key}={b})" if style == "keyword" else f"{new}({b}, {a})"

    return Recipe("swap", pattern, rewrite, "g", _tail(name))


def _await(source: Source, text: str, rng: random.Random) -> Recipe | None:
    name = _frequent(r"(?<!await )\b([a-z_][\w.]*\w)\(", text, rng, 3)
    if name is None:
        return None
    word = rng.choice(
        ("await ", "not ", "yield from ", "bool(")
        if source.language == "python"
        else ("await ", "!", "void ")
    )
    if word == "bool(":
        return None
    pattern = re.compile(rf"(?<!def )(?<!class )(?<!await )(?<![\w.]){re.escape(name)}\((?P<g>[\w.]*)")
    return Recipe("await", pattern, lambda m: word + m.group(), "g", _tail(name))


def by_key(places: Sequence[Spot]) -> dict[str, list[Spot]]:
    """Places grouped by what they have in the recipe's group."""
    groups: dict[str, list[Spot]] = defaultdict(list)
    for spot in places:
        groups[spot.key].append(spot)
    return dict(groups)
