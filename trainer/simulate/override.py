"""Scenario `override`: a member comes to a base or leaves it, or a class takes up a base; the rest follows.

Who must write the member is known from names that the tree has once; what is written is the base's signature
with the body that a developer begins with: what all its siblings do, else not implemented.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from engine.syntax.forms import Class, Function
from trainer.simulate.imported import Imported, cut, is_ordinary
from trainer.simulate.imports import PASSING
from trainer.simulate.overriding import contracts, twins, unasked
from trainer.simulate.overriding.keeping import Wanted, done, lead_of, override, place, removal
from trainer.simulate.overriding.kinship import Families, Family, Kid, Scene, last
from trainer.simulate.source import Change, Moved, above, apply
from trainer.simulate.trajectory import Step, Trajectory, undone
from trainer.simulate.tree import Tree

TRIES: Final = 300
"""Vain attempts in a row after which a tree is given up."""
QUIET: Final = 0.28
MADE: Final = 0.45
"""How often a family is made from a class of the tree rather than found there."""
DONE: Final = 0.15
"""How often one of the overrides is there before the base's member."""
TWINS: Final = 0.2
"""How often another class of the base's name stands elsewhere, with one below it."""
LONELY: Final = 3
"""Types with the only method of an interface: with so many it says little."""
_NONE: Final = Change(-1, "", "")
_ROOTS = frozenset({"ABC", "object", "Protocol", "Generic", "Send", "Sync", "Sized"})


class Workshop:
    """One tree with its families, and the chance that picks from them."""

    def __init__(self, tree: Tree, rng: random.Random) -> None:
        self.tree = tree
        self.rng = rng
        self.families = Families(tree)
        self.imported = Imported(tree)

    def chain(self, kind: str, scene: Scene, trigger: tuple[str, Change], steps: list[Step]) -> Trajectory:
        """A chain over a scene, its own file first; only the texts that it touches are kept."""
        path, change = trigger
        paths = {path, *scene.texts, *(where for where, _ in steps)}
        before = {where: scene.text(where) for where in sorted(paths)}
        return self.tree.chain("override", kind, before, (path, (change,)), steps)

    def contract(self, made: bool) -> tuple[Scene, Family] | None:
        """A base that leaves members to those below it, of the tree or made from one of its classes."""
        if made:
            return contracts.made(self.tree, self.families, self.rng)
        family = self.families.contract(self.rng)
        return None if family is None else (self.families.scene, family)

    def demanded(self, scene: Scene, family: Family) -> list[Function]:
        """The members of a base that must be written below, in order."""
        base = family.base
        return [one for one in base.methods if self.families.is_demanded(scene, family.path, base, one)]


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains without end, of all variants at random, as long as the tree has what they need."""
    shop = Workshop(tree, rng)
    while tree.paths:
        makers = {unasked.quiet: 1.0} if rng.random() < QUIET else _KINDS
        for _ in range(TRIES):
            found = rng.choices(list(makers), list(makers.values()))[0](shop)
            if found is not None:
                yield found
                break
        else:
            return


def came(shop: Workshop) -> Trajectory | None:
    """A new abstract member appears in a base: everyone below writes it."""
    made = shop.rng.random() < MADE
    drawn = shop.contract(made)
    if drawn is None:
        return None
    scene, family = drawn
    models = [one for one in shop.demanded(scene, family) if _usable(scene, family, one)]
    if not models:
        return None
    model, after = shop.rng.choice(models), shop.rng.choice(models)
    name = shop.tree.invented(model.name, shop.rng)
    trigger = added(scene, family, model, after, name)
    if trigger is None:
        return None
    earlier = [one.name for one in family.base.methods if one.start <= after.start]
    steps = [_step(scene, Wanted(family, model, family.path, name), kid, earlier) for kid in family.kids]
    known = [step for step in steps if step is not None]
    if len(known) < len(steps):
        return None
    how = "made" if made else "found"
    start = (family.path, trigger)
    if len(known) > 1 and shop.rng.random() < DONE:
        scene, start, known = _by_hand(shop, scene, start, known)
        how = "partial"
    elif shop.rng.random() < TWINS and (twin := twins.written(shop.tree, family, shop.rng)):
        scene = Scene(shop.tree, {**scene.texts, **twin})
        how = "twin"
    return shop.chain(f"came/{family.base.kind}/{how}", scene, start, known)


def _by_hand(shop: Workshop, scene: Scene, start: Step, steps: list[Step]) -> tuple[Scene, Step, list[Step]]:
    """The same where one of the overrides was written before the base has the member."""
    path, done_first = steps.pop(shop.rng.randrange(len(steps)))
    moved = Moved([done_first])

    def after(step: Step) -> Step:
        where, change = step
        return (where, Change(moved(change.start), change.old, change.new)) if where == path else step

    texts = {**scene.texts, path: apply(scene.text(path), [done_first])}
    return Scene(shop.tree, texts), after(start), [after(step) for step in steps]


def added(scene: Scene, family: Family, model: Function, after: Function, name: str) -> Change | None:
    """A member like another one, under a new name, behind a third."""
    text = scene.text(family.path)
    lead = lead_of(text, after)
    if not lead:
        return None
    own = text[model.start : model.name_start] + name + text[model.name_start + len(model.name) : model.end]
    ends = ";" if text[model.end : model.end + 1] == ";" else ""
    gap = "\n\n" if "\n\n" in text[family.base.body_start : family.base.body_end] else "\n"
    return Change(done(text, after.end), "", gap + lead + own + ends)


def _step(scene: Scene, wanted: Wanted, kid: Kid, earlier: list[str]) -> Step | None:
    head = scene.text(wanted.path)[wanted.function.start : wanted.function.end]
    foreign = scene.tree.language == "go" and kid.path.rpartition("/")[0] != wanted.path.rpartition("/")[0]
    if foreign and re.search(r"(?<![\w.])[A-Z]\w*(?!\w*\()", head[len(wanted.function.name) :]):
        return None
    written = override(scene, wanted, kid)
    return None if written is None else place(scene, earlier, kid, written)


def _usable(scene: Scene, family: Family, model: Function) -> bool:
    """Whether a member can be the model of another: named once, without the base's type parameters."""
    base, text = family.base, scene.text(family.path)
    if sum(one.name == model.name for one in base.methods) > 1 or not model.name.isidentifier():
        return False
    if model.name.startswith("__") or any(one.kind == "pattern" for one in model.parameters):
        return False
    if scene.tree.language == "go" and not _fits(family):
        return False
    head = text[base.name_start + len(base.name) : base.body_start]
    parameters = re.findall(
        r"[<,\[]\s*(?:in |out |const )?('?\w+)", head.split("implements")[0].split("extends ")[0]
    )
    parameters += [
        name for one in base.bases for name in re.findall(r"(?:Generic|Protocol)\[([\w, ]+)\]", one)
    ]
    words = {word for entry in parameters for word in re.findall(r"'?\w+", entry)}
    signature = text[model.start : model.body_start if model.body_start >= 0 else model.end]
    return not words & set(re.findall(r"'?\w+", signature)) and "?" not in signature[: signature.find("(")]


def _fits(family: Family) -> bool:
    """Whether the types below a Go interface have its methods as it has them."""
    if len(family.base.methods) == 1 and len(family.kids) >= LONELY:
        return False
    for kid in family.kids:
        own = {one.name: one for _, one in kid.methods}
        for one in family.base.methods:
            other = own[one.name]
            if _types(one) != _types(other) or _bare(one.returns) != _bare(other.returns):
                return False
    return True


def _types(function: Function) -> list[str]:
    return [_bare(one.type) for one in function.parameters]


def _bare(type_: str) -> str:
    return re.sub(r"\b\w+\.|\s", "", type_).replace("interface{}", "any")


def returned(shop: Workshop) -> Trajectory | None:
    """A member whose overrides are all predictable was taken out of base and classes; it comes back."""
    drawn = shop.contract(made=shop.rng.random() < MADE)
    if drawn is None:
        return None
    scene, family = drawn
    models = [one for one in shop.demanded(scene, family) if _usable(scene, family, one)]
    shop.rng.shuffle(models)
    for model in models:
        kids = [(kid, *found) for kid in family.kids for found in kid.methods if found[1].name == model.name]
        if len(kids) == len(family.kids) and all(_predictable(scene, family, model, *one) for one in kids):
            return _taken(shop, scene, family, model, [(path, one) for _, path, one in kids])
    return None


def _predictable(
    scene: Scene, family: Family, model: Function, kid: Kid, path: str, function: Function
) -> bool:
    """Whether an override's text follows from the base and from its siblings."""
    written = override(scene, Wanted(family, model, family.path, model.name), kid)
    return written is not None and written.split() == scene.text(path)[function.start : function.end].split()


def _taken(
    shop: Workshop, scene: Scene, family: Family, model: Function, overrides: list[tuple[str, Function]]
) -> Trajectory | None:
    """The chain that begins without a member and its overrides."""
    gone: dict[str, list[Change]] = {}
    for path, one in [(family.path, model), *overrides]:
        text = scene.text(path)
        start, end = len(text[: one.start].rstrip()), done(text, one.end)
        gone.setdefault(path, []).append(Change(start, text[start:end], ""))
    for path, changes in gone.items():
        changes += _left_over(shop, scene, path, changes)
    taken = {path: undone(scene.text(path), changes) for path, changes in gone.items()}
    back = [(path, change) for path, (_, changes) in taken.items() for change in changes]
    texts = {path: text for path, (text, _) in taken.items()}
    return shop.chain("returned", Scene(shop.tree, {**scene.texts, **texts}), back[0], back[1:])


def _left_over(shop: Workshop, scene: Scene, path: str, changes: list[Change]) -> list[Change]:
    """What takes out the imports that only members which go have used, where they can be guessed again."""
    if scene.text(path) != shop.tree.texts.get(path) or PASSING.search(path):
        return []
    text = scene.text(path)
    found: dict[int, Change] = {}
    for one in shop.imported.used(path):
        idle = all(any(gone.start <= line < gone.end for gone in changes) for line in one.lines)
        known = idle and not one.mentioned and shop.imported.is_knowable(one)
        if known and shop.imported.is_in_order(one) and is_ordinary(text, one.statement):
            change = cut(text, one.statement, [one.item])
            found[one.statement.start] = change if change and one.statement.start not in found else _NONE
    return [change for change in found.values() if change != _NONE]


def left(shop: Workshop) -> Trajectory | None:
    """A member leaves a base; what overrides it and says so, or cannot stay, goes too."""
    family = shop.families.any(shop.rng)
    if family is None or any(last(base) not in _ROOTS for base in family.base.bases):
        return None
    scene = shop.families.scene
    members = [
        one for one in family.base.methods if sum(two.name == one.name for two in family.base.methods) == 1
    ]
    if not members:
        return None
    model = shop.rng.choice(members)
    steps: list[Step] = []
    for kid in (*family.kids, *family.between):
        for path, one in kid.methods:
            if one.name != model.name:
                continue
            alone = kid.type is not None and len(kid.type.bases) == 1
            if not alone or not _goes(kid, one) or len(one.parameters) != len(model.parameters):
                return None
            steps.append((path, removed(scene.text(path), one)))
    if not steps:
        return None
    trigger = removed(scene.text(family.path), model)
    gone = [(family.path, trigger), *steps]
    if not all(unasked.used_elsewhere(scene.text(path), change) for path, change in gone):
        return None
    return shop.chain("left", scene, (family.path, trigger), steps)


def _goes(kid: Kid, function: Function) -> bool:
    marked = any(re.fullmatch(r"@?(?:\w+\.)*[oO]verride", word) for word in function.modifiers)
    return marked or (kid.type is not None and kid.type.kind == "impl")


def removed(text: str, function: Function) -> Change:
    """A member goes with the comment lines right above it."""
    start = above(text, function.start)
    if start > text.rfind("\n", 0, function.start):
        start = function.start
    start += len(text) - start - len(text[start:].lstrip())
    return removal(text, start, function)


def taken_up(shop: Workshop) -> Trajectory | None:
    """A class names a base: it gets all that the base leaves to it."""
    tree, rng = shop.tree, shop.rng
    if tree.language in ("go", "rust") or not shop.families.loners:
        return None
    drawn = shop.contract(made=rng.random() < MADE)
    if drawn is None:
        return None
    scene, family = drawn
    knowing = {place.path for place in tree.words.get(family.base.name, ())}
    near = [
        one
        for one in shop.families.loners
        if one[0] not in scene.texts
        and (one[0] in knowing or tree.language == "java")
        and _seen(scene, one[0], family)
    ]
    if not near:
        return None
    path, at = rng.choice(near)
    type_ = shop.families.scene.type_at(path, at)
    wanted = shop.demanded(scene, family)
    if type_ is None or not _free(scene, path, type_, family, wanted):
        return None
    word = " extends " if family.base.kind != "interface" else " implements "
    head = f"({family.base.name})" if tree.language == "python" else word + family.base.name
    kid = Kid(path, type_.name, type_, ())
    texts = [override(scene, Wanted(family, one, family.path, one.name), kid) for one in wanted]
    if not texts or any(text is None for text in texts):
        return None
    written = "\n\n".join(text for text in texts if text)
    methods = tuple((path, one) for one in type_.methods)
    step = place(scene, (), replace(kid, methods=methods), written)
    trigger = Change(type_.name_start + len(type_.name), "", head)
    return shop.chain("taken_up", scene, (path, trigger), [step])


def _seen(scene: Scene, path: str, family: Family) -> bool:
    """Whether the name of a base means it in a file: there, where it is imported, in Java's same package."""
    beside = scene.tree.language == "java" and path.rpartition("/")[0] == family.path.rpartition("/")[0]
    if scene.text(family.path)[: family.base.start].rpartition("\n")[2]:
        return False
    if path == family.path or beside or family.base.name not in scene.text(path):
        return path == family.path or beside
    imported = rf"^(?:import|from)\b[^\n]*\b{family.base.name}\b"
    return re.search(imported, scene.text(path), re.MULTILINE) is not None


def _free(scene: Scene, path: str, type_: Class, family: Family, wanted: list[Function]) -> bool:
    """Whether a class can take up a base: it has none, and none of its members."""
    if type_.bases or type_.kind != "class" or "abstract" in type_.modifiers:
        return False
    if any(last(base) not in _ROOTS for base in family.base.bases) or not all(
        _usable(scene, family, one) for one in wanted
    ):
        return False
    behind = scene.text(path)[type_.name_start + len(type_.name) : type_.body_start]
    names = {one.name for one in type_.methods} & {one.name for one in family.base.methods}
    return not re.search(r"[<\[(]", behind) and not names and type_.name != family.base.name


_KINDS: Final[dict[Callable[[Workshop], Trajectory | None], float]] = {
    came: 6,
    returned: 1.5,
    left: 2,
    taken_up: 2,
}
