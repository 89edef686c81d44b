"""Families made from a tree's own classes: a base with members of a class, the class, one that passes on."""

from __future__ import annotations

import random
import re
from typing import Final

from engine.syntax.forms import Class, Function
from trainer.simulate.overriding.keeping import handed_on
from trainer.simulate.overriding.kinship import Families, Family, Kid, Scene
from trainer.simulate.source import Change, above, apply
from trainer.simulate.tree import Tree

MOST: Final = 5
"""Members of a class that its base gets."""
UNTYPED: Final = ("python", "javascript", "typescript")
"""Languages in which a member that gives something need not say so in its head."""
_HIDDEN = re.compile(r"^(?:_|#|constructor$|__)")
_WORDS = re.compile(r"\b(?:public|async|pub(?:\([^)]*\))?)\s+")
_KINDS: Final = {"go": ("struct",), "rust": ("impl",)}
_DEMAND: Final = {
    "python": "raise NotImplementedError",
    "javascript": 'throw new Error("not implemented");',
}


def made(tree: Tree, families: Families, rng: random.Random) -> tuple[Scene, Family] | None:
    """A class of the tree under a base that is made for it; None for a bad draw."""
    path = families.home(rng)
    types = [
        one
        for one in tree.shapes(path).classes()
        if _is_plain(tree, path, one)
        and one.name not in families.below
        and not families.is_contract(path, one)
    ]
    type_ = rng.choice(types) if types else None
    members = _members(tree, path, type_) if type_ is not None else []
    if type_ is None or len(members) < 2:
        return None
    start = rng.randrange(max(1, len(members) - MOST + 1))
    members = members if tree.language == "rust" else members[start : start + MOST]
    base, proxy = tree.invented(type_.name, rng), tree.invented(type_.name, rng)
    if base == proxy:
        return None
    text = tree.texts[path]
    lead = text[text.rfind("\n", 0, type_.start) + 1 : type_.start]
    if lead.strip():
        return None
    changes = [
        Change(above(text, type_.start), "", _contract(tree, path, base, members, lead)),
        *_below(tree, path, type_, base),
    ]
    if rng.random() < 0.5 and (other := _proxy(tree, path, base, proxy, members, lead)):
        changes.append(Change(type_.end, "", other))
    scene = Scene(tree, {path: apply(text, changes)})
    return _found(scene, families, path, base, (type_.name, proxy))


def _is_plain(tree: Tree, path: str, type_: Class) -> bool:
    """Whether a class has no base, no type parameters, and a name of its own."""
    if (
        type_.kind not in _KINDS.get(tree.language, ("class",))
        or type_.bases
        or "abstract" in type_.modifiers
    ):
        return False
    behind = tree.texts[path][type_.name_start + len(type_.name) : type_.body_start]
    plain = not re.search(r"[<\[(]", behind) and type_.name.isidentifier()
    if tree.language == "rust":
        plain = plain and re.match(r"impl\s+\w+\s*\{", tree.texts[path][type_.start :]) is not None
    return plain and not any(word.startswith(("#[", "export")) for word in type_.modifiers)


def _members(tree: Tree, path: str, type_: Class) -> list[Function]:
    """The members that a base may have: public, plain, each name once."""
    if tree.language == "go":
        folder = path.rpartition("/")[0]
        places = tree_methods(tree, path, type_.name, folder)
        found = places
    else:
        found = list(type_.methods)
    names = [one.name for one in found]
    text = tree.texts[path]
    good = [
        one
        for one in found
        if names.count(one.name) == 1
        and not _HIDDEN.match(one.name)
        and one.name.isidentifier()
        and one.body_start >= 0
        and not _strange(tree, text, one)
    ]
    if tree.language == "rust" and len(good) < len(found):
        return []
    return good if len(good) <= 30 else []


def tree_methods(tree: Tree, path: str, name: str, folder: str) -> list[Function]:
    """The methods of a Go type that has all of them in one file; none otherwise."""
    families = re.compile(rf"^func \((?:\w+[ \t]+)?\*?{name}\)[ \t]+(\w+)\(", re.MULTILINE)
    elsewhere = any(
        families.search(text)
        for other, text in tree.texts.items()
        if other != path and other.rpartition("/")[0] == folder
    )
    if elsewhere:
        return []
    found = (tree.shapes(path).function_at(match.start(1)) for match in families.finditer(tree.texts[path]))
    return [one for one in found if one is not None]


def _strange(tree: Tree, text: str, one: Function) -> bool:
    """Whether a member cannot stand in a base as it is."""
    words = set(one.modifiers) - {"public", "async", "pub", "@Override"}
    if tree.language == "rust":
        words -= {word for word in words if word.startswith("pub")}
        if not any(parameter.kind == "self" for parameter in one.parameters):
            return True
    if words or any(parameter.kind == "pattern" for parameter in one.parameters):
        return True
    if tree.language == "java" and ("public" not in one.modifiers or "@Override" in one.modifiers):
        return True
    if tree.language == "typescript" and any(parameter.default for parameter in one.parameters):
        return True
    if tree.language == "python" and not any(parameter.kind == "self" for parameter in one.parameters):
        return True
    head = text[one.start : one.body_start]
    return "#" in head or "//" in head or "/*" in head


def _signature(tree: Tree, path: str, one: Function) -> str:
    text = tree.texts[path]
    start = one.name_start if tree.language == "go" else one.start
    head = _WORDS.sub("", text[start : one.body_start].removeprefix("@Override")).strip()
    head = head if tree.language != "typescript" else head.removeprefix("async ")
    return head.removesuffix(":").rstrip()


def _unit(text: str, language: str) -> str:
    return "\t" if language == "go" or "\n\t" in text else "  " if re.search(r"\n  \S", text) else "    "


def _contract(tree: Tree, path: str, base: str, members: list[Function], lead: str) -> str:
    """The base's text with the blank lines behind it."""
    language, text = tree.language, tree.texts[path]
    unit = _unit(text, language)
    inner = lead + unit
    heads = [_signature(tree, path, one) for one in members]
    match language:
        case "python":
            body = "\n\n".join(f"{inner}{head}:\n{inner}{unit}{_DEMAND[language]}" for head in heads)
            return f"{lead}class {base}:\n{body}\n\n\n"
        case "javascript":
            body = "\n\n".join(
                f"{inner}{head} {{\n{inner}{unit}{_DEMAND[language]}\n{inner}}}" for head in heads
            )
            return f"{lead}class {base} {{\n{body}\n{lead}}}\n\n"
        case "go":
            body = "\n".join(f"{inner}{head}" for head in heads)
            return f"type {base} interface {{\n{body}\n}}\n\n"
        case "rust":
            body = "\n\n".join(f"{inner}{head};" for head in heads)
            return f"{lead}trait {base} {{\n{body}\n{lead}}}\n\n"
    gap = "\n\n" if language == "java" else "\n"
    body = gap.join(f"{inner}{head};" for head in heads)
    return f"{lead}interface {base} {{\n{body}\n{lead}}}\n\n"


def _below(tree: Tree, path: str, type_: Class, base: str) -> list[Change]:
    """The class names its base."""
    text = tree.texts[path]
    end = type_.name_start + len(type_.name)
    match tree.language:
        case "python":
            return [Change(end, "", f"({base})")]
        case "javascript":
            return [Change(end, "", f" extends {base}")]
        case "rust":
            public = [
                (one.start, re.match(r"pub(?:\([^)]*\))?\s+", text[one.start :])) for one in type_.methods
            ]
            plain = [Change(at, found.group(), "") for at, found in public if found]
            return [Change(type_.name_start, "", f"{base} for "), *plain]
        case "go":
            return []
    return [Change(end, "", f" implements {base}")]


def _proxy(tree: Tree, path: str, base: str, name: str, members: list[Function], lead: str) -> str:
    """A second class below the base, that hands everything on; nothing where that cannot be written."""
    language = tree.language
    if any(one.name in ("inner", "__call__") or one.body_start < 0 for one in members):
        return ""
    unit = _unit(tree.texts[path], language)
    inner = lead + unit
    bodies = []
    for one in members:
        head = _signature(tree, path, one)
        call = f"inner.{one.name}({handed_on(one)})"
        waits = "await " if "async" in one.modifiers and language != "rust" else ""
        gives = one.returns.strip() not in ("", "void", "None", "()") or language in UNTYPED
        gives = gives and one.returns.strip() not in ("void", "None")
        returns = f"return {waits}" if gives else waits
        match language:
            case "python":
                bodies.append(f"{inner}{head}:\n{inner}{unit}{returns}self.{call}")
            case "go":
                bodies.append(f"func (p *{name}) {head} {{\n\t{returns}p.{call}\n}}")
            case "rust":
                bodies.append(f"{inner}{head} {{\n{inner}{unit}self.{call}\n{inner}}}")
            case "java":
                call = f"{inner}{unit}{returns}this.{call};"
                bodies.append(f"{inner}@Override\n{inner}public {head} {{\n{call}\n{inner}}}")
            case _:
                waiting = "async " if waits and language == "typescript" else ""
                bodies.append(f"{inner}{waiting}{head} {{\n{inner}{unit}{returns}this.{call};\n{inner}}}")
    text = "\n\n".join(bodies)
    match language:
        case "python":
            maker = f"{inner}def __init__(self, inner):\n{inner}{unit}self.inner = inner\n\n"
            return f"\n\n\n{lead}class {name}({base}):\n{maker}{text}"
        case "go":
            return f"\n\ntype {name} struct {{\n\tinner {base}\n}}\n\n{text}"
        case "rust":
            held = f"{lead}struct {name} {{\n{inner}inner: Box<dyn {base}>,\n{lead}}}"
            return f"\n\n{held}\n\n{lead}impl {base} for {name} {{\n{text}\n{lead}}}"
        case "java":
            head, maker = f"implements {base}", f"{inner}private {base} inner;\n\n"
        case "javascript":
            lines = f"{inner}{unit}super();\n{inner}{unit}this.inner = inner;\n"
            head, maker = f"extends {base}", f"{inner}constructor(inner) {{\n{lines}{inner}}}\n\n"
        case _:
            head, maker = f"implements {base}", f"{inner}constructor(private inner: {base}) {{}}\n\n"
    return f"\n\n{lead}class {name} {head} {{\n{maker}{text}\n{lead}}}"


def _found(
    scene: Scene, families: Families, path: str, base: str, names: tuple[str, ...]
) -> tuple[Scene, Family] | None:
    """The family as it reads in the new text."""
    shapes = scene.shapes(path)
    types = shapes.classes()
    upper = next((one for one in types if one.name == base), None)
    if upper is None or scene.tree.document(path).errors() < _errors(scene, path):
        return None
    kids: list[Kid] = []
    for name in names:
        if scene.tree.language == "go":
            methods = tuple(
                (path, one) for one in shapes.functions() if one.owner == name and one.body_start >= 0
            )
            kids += [Kid(path, name, None, methods)] if methods else []
        else:
            kids += [
                Kid(path, name, one, tuple((path, each) for each in one.methods))
                for one in types
                if one.name == name and base in one.bases
            ]
    whole = kids and not _fulfilled(families, upper, names)
    return (scene, Family(path, upper, tuple(kids))) if whole else None


def _fulfilled(families: Families, base: Class, names: tuple[str, ...]) -> bool:
    """Whether a Go type of another name has all methods of the base by chance."""
    wanted = {one.name for one in base.methods}
    others = (methods for (_, name), methods in families.types.items() if name not in names)
    return families.tree.language == "go" and any(wanted <= methods.keys() for methods in others)


def _errors(scene: Scene, path: str) -> int:
    from trainer.simulate.tree import parsed

    return parsed(path, scene.text(path)).errors()
