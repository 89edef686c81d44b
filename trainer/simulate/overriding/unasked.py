"""Edits to bases and classes after which nobody has to write an override."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from engine.syntax.blocks.leaves import leaves
from engine.syntax.forms import Class, Function
from trainer.simulate.overriding.keeping import behind, lead_of, removal
from trainer.simulate.overriding.kinship import Family, Scene
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Trajectory

if TYPE_CHECKING:
    from trainer.simulate.override import Workshop

_HELPERS: Final = {
    "python": ("def {name}(self):\n{i}return {value}", "@staticmethod\ndef {name}():\n{i}return {value}"),
    "javascript": ("{name}() {{\n{i}return {value};\n}}", "static {name}() {{\n{i}return {value};\n}}"),
    "typescript": (
        "private {name}() {{\n{i}return {value};\n}}",
        "static {name}() {{\n{i}return {value};\n}}",
    ),
    "java": (
        "private Object {name}() {{\n{i}return {value};\n}}",
        "static Object {name}() {{\n{i}return {value};\n}}",
    ),
}
_OPTIONAL: Final = {
    "typescript": "{name}?(): void;",
    "java": "default Object {name}() {{\n{i}return {value};\n}}",
    "rust": "fn {name}(&self) -> u32 {{\n{i}{number}\n}}",
}
_PLAIN: Final = {
    **dict.fromkeys(("javascript", "typescript"), "{name}() {{\n{i}return {value};\n}}"),
    "python": "def {name}(self):\n{i}return {value}",
    "java": "public Object {name}() {{\n{i}return {value};\n}}",
    "go": "func {name}() any {{\n{i}return {value}\n}}",
    "rust": "fn {name}(&self) -> u32 {{\n{i}{number}\n}}",
}
_BRINGS = re.compile(
    r"^[ \t]*(?:import|from|use|pub use)\b[^\n]*|^[^\n]*\brequire\([^\n]*"
    r"|^[ \t]+(?:\w+ )?\"[^\"\n]*\"$|^[ \t]+[\w, ]+,$",
    re.MULTILINE,
)
"""Lines that may bring names in."""
_WORD = re.compile(r"\w+")
_MARK: Final = {"python": "#"}
Variant = Callable[["Workshop"], "Trajectory | None"]


def quiet(shop: Workshop) -> Trajectory | None:
    """One of the variants by chance; None for a bad draw."""
    return shop.rng.choice(_VARIANTS)(shop)


def _drawn(shop: Workshop) -> tuple[Scene, Family, str, Function] | None:
    """A contract's text and one of its members that stands alone on its lines."""
    drawn = shop.contract(made=shop.rng.random() < 0.4)
    if drawn is None or not drawn[1].base.methods:
        return None
    scene, family = drawn
    text = scene.text(family.path)
    one = shop.rng.choice(family.base.methods)
    return (scene, family, text, one) if lead_of(text, one) else None


def helper(shop: Workshop) -> Trajectory | None:
    """A member with a body appears in a base: private, static, or one that nobody needs to override."""
    drawn = _drawn(shop)
    if drawn is None:
        return None
    scene, family, text, one = drawn
    interface = family.base.kind == "interface"
    phrases = (_OPTIONAL.get(shop.tree.language),) if interface else _HELPERS.get(shop.tree.language, (None,))
    phrase = shop.rng.choice(phrases)
    if phrase is None:
        return None
    change = behind(text, one, _filled(shop, phrase, text))
    return shop.chain("quiet/helper", scene, (family.path, change), [])


def comment(shop: Workshop) -> Trajectory | None:
    """A comment appears above a member of a base."""
    drawn = _drawn(shop)
    if drawn is None or not shop.tree.prose:
        return None
    scene, family, text, one = drawn
    mark = _MARK.get(shop.tree.language, "//")
    words = " ".join(shop.rng.choice(shop.tree.prose) for _ in range(4))
    start = text.rfind("\n", 0, one.start) + 1
    change = Change(start, "", f"{lead_of(text, one)}{mark} {words}\n")
    return shop.chain("quiet/comment", scene, (family.path, change), [])


def body(shop: Workshop) -> Trajectory | None:
    """A number or a text in the body of a base's member changes."""
    family = shop.families.any(shop.rng)
    if family is None:
        return None
    scene = shop.families.scene
    bodies = [one for one in family.base.methods if one.body_start >= 0]
    if not bodies:
        return None
    one = shop.rng.choice(bodies)
    numbers = [
        found
        for found in leaves(shop.tree.document(family.path), "number", one.body_start, one.body_end)
        if found[1].isdigit()
    ]
    if not numbers:
        return None
    at, old = shop.rng.choice(numbers)
    return shop.chain("quiet/body", scene, (family.path, Change(at, old, str(int(old) + 1))), [])


def loner(shop: Workshop) -> Trajectory | None:
    """A member appears in a class that nothing stands below."""
    found = _loner(shop)
    if found is None:
        return None
    path, one = found
    text = shop.tree.texts[path]
    head = re.match(r"func\s*\([^)]*\)", text[one.start : one.name_start])
    new = _filled(shop, _PLAIN[shop.tree.language], text)
    new = new.replace("func", head.group(), 1) if head else new
    return shop.chain("quiet/loner", shop.families.scene, (path, behind(text, one, new)), [])


def gone(shop: Workshop) -> Trajectory | None:
    """A member leaves a class that nothing stands below; what it used is used elsewhere too."""
    found = _loner(shop)
    if found is None:
        return None
    path, one = found
    text = shop.tree.texts[path]
    change = removal(text, one.start, one)
    if not used_elsewhere(text, change):
        return None
    return shop.chain("quiet/gone", shop.families.scene, (path, change), [])


def unmarked(shop: Workshop) -> Trajectory | None:
    """A member leaves a base where no override says that it is one: each may go on alone."""
    family = shop.families.any(shop.rng)
    if family is None or shop.tree.language == "rust" or not family.base.methods:
        return None
    scene, one = shop.families.scene, shop.rng.choice(family.base.methods)
    text = scene.text(family.path)
    below = [
        (path, other)
        for kid in (*family.kids, *family.between)
        for path, other in kid.methods
        if other.name == one.name
    ]
    once = sum(other.name == one.name for other in family.base.methods) == 1
    told = any("verride" in word for _, other in below for word in other.modifiers)
    upward = any("super" in scene.code(path, other) for path, other in below)
    change = removal(text, one.start, one)
    if not below or not once or told or upward or not used_elsewhere(text, change):
        return None
    return shop.chain("quiet/unmarked", scene, (family.path, change), [])


def used_elsewhere(text: str, gone: Change) -> bool:
    """Whether the file still uses all that it imports without what goes."""
    rest = text[: gone.start] + text[gone.end :]
    kept = Counter(_WORD.findall(rest))
    brought = {word for line in _BRINGS.findall(rest) for word in _WORD.findall(line)}
    return all(kept[word] != 1 for word in brought & set(_WORD.findall(gone.old)))


def _loner(shop: Workshop) -> tuple[str, Function] | None:
    path = shop.rng.choice(shop.tree.paths)
    lonely = {at for where, at in shop.families.loners if where == path}
    functions = [
        one
        for type_ in shop.tree.shapes(path).classes()
        if type_.name_start in lonely or (type_.kind == "impl" and not type_.bases)
        for one in type_.methods
        if _alone(shop, type_, one)
    ]
    if shop.tree.language == "go":
        functions = [one for one in shop.tree.shapes(path).functions() if one.owner and one.body_start >= 0]
    return (path, shop.rng.choice(functions)) if functions else None


def _alone(shop: Workshop, type_: Class, one: Function) -> bool:
    named_once = sum(other.name == one.name for other in type_.methods) == 1
    return named_once and len(type_.methods) > 1 and not shop.tree.makes(one)


def _filled(shop: Workshop, phrase: str, text: str) -> str:
    unit = "\t" if "\n\t" in text else "  " if re.search(r"\n  \S", text) else "    "
    name = shop.tree.invented(shop.tree.common(shop.rng), shop.rng)
    return phrase.format(
        name=name, i=unit, value=shop.tree.literal(shop.rng), number=shop.tree.literal(shop.rng, "number")
    )


_VARIANTS: Final[tuple[Variant, ...]] = (helper, helper, comment, body, loner, loner, gone, unmarked)
