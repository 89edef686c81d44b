"""Simulated renames in six languages: one symbol gets another name, and every mention of it follows.

Before the developer begins, an unrelated symbol often gets the symbol's name: only structure tells which
mentions follow. A fifth of the chains are quiet: a rename that this save completes, a use that was changed to
another name that exists, a new definition whose name is only similar.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from posixpath import dirname

from trainer.simulate.named import Named
from trainer.simulate.order import LATE
from trainer.simulate.roles import Place
from trainer.simulate.scoped import Scoped
from trainer.simulate.source import Change, Moved, apply, style
from trainer.simulate.trajectory import Step, Trajectory
from trainer.simulate.tree import Tree

_LOCAL = frozenset({"local", "parameter"})
_BARE = frozenset({"function", "class", "variable"})
_MEMBERS = frozenset({"method", "family", "field"})
_FAILURES = 400
"""Draws in a row without a chain after which a tree is given up."""
_TRIES = 40
_CONSTANTS = {
    "python": "{name} = {value}\n",
    "javascript": "const {name} = {value};\n",
    "typescript": "const {name} = {value};\n",
    "java": "\n    static final int {name} = {value};\n",
    "go": "const {name} = {value}\n",
    "rust": "const {name}: u32 = {value};\n",
}
"""A definition of its own that can stand at the end of a file; in Java at the end of its class."""


def trajectories(tree: Tree, rng: random.Random) -> Iterator[Trajectory]:
    """Chains without end, drawn from the symbols of one tree; ends where the tree has none."""
    symbols = Scoped(tree)
    aliases = list(symbols.aliases())
    failures = 0
    while failures < _FAILURES:
        draw = rng.random()
        if draw < 0.2:
            made = _quiet(symbols, rng)
        else:
            symbol = _symbol(symbols, aliases, rng)
            made = None if symbol is None else _renamed(symbols, symbol, rng)
        if made is None or made.problem():
            failures += 1
            continue
        failures = 0
        yield made


def _symbol(symbols: Scoped, aliases: list[Named], rng: random.Random) -> Named | None:
    draw = rng.random()
    if draw < 0.05 and aliases:
        return rng.choice(aliases)
    tries = (
        symbols.local if draw < 0.35 else symbols.attribute if draw < 0.45 else symbols.shared
        for _ in range(_TRIES)
    )
    return next((symbol for find in tries if (symbol := find(rng)) is not None), None)


class _World:
    """The tree as it was before the trigger: perhaps with other symbols under the same name."""

    def __init__(self, tree: Tree, made: dict[str, list[Change]]) -> None:
        self._tree = tree
        self._moved = {path: Moved(changes) for path, changes in made.items()}
        self.texts = {path: apply(tree.texts[path], changes) for path, changes in made.items()}

    def at(self, place: Place) -> int:
        """Where a place of the tree stands."""
        return self._moved[place.path](place.start) if place.path in self._moved else place.start

    def change(self, symbol: Named, place: Place, new: str) -> tuple[str, Change]:
        """A place of the tree renamed."""
        return place.path, Change(self.at(place), symbol.name, symbol.text(place, new))

    def before(self, paths: Iterable[str]) -> dict[str, str]:
        """The texts of these files, and of all that differ from the tree."""
        return {**{path: self._tree.texts[path] for path in paths}, **self.texts}


def _trajectory(
    tree: Tree,
    kind: str,
    before: dict[str, str],
    trigger: tuple[str, list[Change]],
    steps: Sequence[Step] = (),
    spoken: Sequence[Step] = (),
) -> Trajectory:
    turns = dict.fromkeys(spoken, LATE)
    return tree.chain("rename", kind, before, (trigger[0], sorted(trigger[1])), steps, turns=turns)


def _renamed(symbols: Scoped, symbol: Named, rng: random.Random) -> Trajectory | None:
    """The symbol under a new name: first at its declaration or at a use, then everywhere."""
    tree = symbols.tree
    twin = _twin(symbols, symbol, rng) if rng.random() < 0.4 else None
    made: dict[str, list[Change]] = defaultdict(list)
    if twin is not None:
        for place in twin.places:
            made[place.path].append(Change(place.start, twin.name, twin.text(place, symbol.name)))
    world = _World(tree, made)
    new = tree.invented(symbol.name, rng)
    first, how = _first(symbol, rng)
    if not first:
        return None
    changes = [world.change(symbol, place, new)[1] for place in first]
    steps = [world.change(symbol, place, new) for place in symbol.places if place not in first]
    spoken = [world.change(symbol, place, new) for place in symbols.spoken(symbol) if place not in first]
    kind = f"{symbol.kind}/{how}" + (f"/twin_{twin.kind}" if twin is not None else "")
    before = world.before(symbol.paths)
    return _trajectory(tree, kind, before, (first[0].path, changes), [*steps, *spoken], spoken)


def _first(symbol: Named, rng: random.Random) -> tuple[list[Place], str]:
    """The places of the first save, and what they are."""
    home = symbol.declared[0] if len(symbol.declared) == 1 else rng.choice(symbol.declared)
    plain = [
        place
        for place in symbol.places
        if (place.path, place.start) not in symbol.pairs and not place.defines and place.role != "import"
    ]
    draw = rng.random()
    if draw < 0.12 and len(plain) > 1 and symbol.kind != "alias":
        return [rng.choice(plain)], "use"
    near = [place for place in plain if place.path == home.path and place != home]
    if draw < 0.3 and near and len(symbol.places) > 2:
        some = rng.sample(near, rng.randint(1, min(3, len(near))))
        if len(some) + 1 < len(symbol.places):
            return [home, *some], "declaration_and_uses"
    return [home], "declaration"


def _twin(symbols: Scoped, symbol: Named, rng: random.Random) -> Named | None:
    """Another symbol that can bear the same name without meaning the same anywhere."""
    for _ in range(25):
        other = symbols.local(rng) if rng.random() < 0.4 else symbols.shared(rng)
        if other is None or other.name == symbol.name or len(other.places) > 30 or other.kind == "alias":
            continue
        if style(other.name) == style(symbol.name) and _apart(symbols, symbol, other):
            return other
    return None


def _apart(symbols: Scoped, one: Named, other: Named) -> bool:
    """Whether the second can be called like the first and both still mean what they meant."""
    if other.kind in _LOCAL:
        return one.kind != "alias" and _fits(symbols, other, one) and _free(symbols, other, one.name)
    if one.kind in _LOCAL:
        return _fits(symbols, one, other)
    if symbols.tree.language == "java" or one.kind == "alias":
        return False
    kinds = {one.kind in _BARE, other.kind in _BARE}
    if kinds == {True, False}:
        return _distinct(symbols, one, other)
    if kinds == {False}:
        typed = symbols.tree.language not in {"python", "javascript"}
        return typed and not one.paths & other.paths and "family" not in {one.kind, other.kind}
    return not {dirname(path) for path in one.paths} & {dirname(path) for path in other.paths} and not any(
        "*" in line for path in one.paths | other.paths for line in _imports(symbols.tree.texts[path])
    )


def _imports(text: str) -> Iterator[str]:
    return (
        line
        for line in text.splitlines()
        if "import" in line or line.lstrip().startswith(("use ", "pub use"))
    )


def _fits(symbols: Scoped, local: Named, other: Named) -> bool:
    """Whether no mention of the other symbol, except as a member, stands where the local is seen."""
    if local.region is None:
        return False
    path, start, end = local.region
    inside = [one for one in other.places if one.path == path and start <= one.start < end]
    if symbols.tree.language == "java":
        return not inside
    return all(one.role == "member" and one.path == path for one in inside) and (
        other.region is None or other.region[0] != path or other.region[2] <= start or other.region[1] >= end
    )


def _free(symbols: Scoped, local: Named, name: str) -> bool:
    """Whether a local can take a name: no bare mention of it stands where the local is seen."""
    if local.region is None:
        return False
    path, start, end = local.region
    return all(
        one.role in {"member", "key", "keyword"}
        for one in symbols.places(name)
        if one.path == path and start <= one.start < end
    ) and (symbols.tree.language != "python" or all(one.path == path for one in local.places))


def _distinct(symbols: Scoped, one: Named, other: Named) -> bool:
    """Whether a bare name and a member's name cannot be taken for each other."""
    bare = one if one.kind in _BARE else other
    return not any(place.role in {"member", "key"} for place in bare.places) and not one.paths & other.paths


# -- quiet


def _quiet(symbols: Scoped, rng: random.Random) -> Trajectory | None:
    make = rng.choices((_completed, _exchanged, _similar), (40, 35, 25))[0]
    made = (make(symbols, rng) for _ in range(_TRIES))
    return next((chain for chain in made if chain is not None), None)


def _completed(symbols: Scoped, rng: random.Random) -> Trajectory | None:
    """All mentions but the last few are renamed already; this save renames these."""
    symbol = symbols.local(rng) if rng.random() < 0.4 else symbols.shared(rng)
    if symbol is None or len(symbol.places) < 2:
        return None
    new = symbols.tree.invented(symbol.name, rng)
    path = rng.choice(symbol.places).path
    here = [place for place in symbol.places if place.path == path]
    last = here if len(symbol.places) > len(here) and rng.random() < 0.5 else here[-1:]
    made: dict[str, list[Change]] = defaultdict(list)
    for place in (*symbol.places, *symbols.spoken(symbol)):
        if place not in last:
            made[place.path].append(Change(place.start, symbol.name, symbol.text(place, new)))
    world = _World(symbols.tree, made)
    changes = [world.change(symbol, place, new)[1] for place in last]
    return _trajectory(symbols.tree, "quiet/completed", world.before(symbol.paths), (path, changes))


def _exchanged(symbols: Scoped, rng: random.Random) -> Trajectory | None:
    """One use now names another symbol of the same kind that is known in the file."""
    symbol = symbols.shared(rng)
    if symbol is None:
        return None
    home = symbol.declared[0].path
    uses = [
        place
        for place in symbol.places
        if place.role == "ref" or (place.role == "member" and symbol.kind in _MEMBERS and place.path == home)
    ]
    if not uses:
        return None
    use = rng.choice(uses)
    if sum(place.path == use.path and place.role == use.role for place in symbol.places) < 2:
        return None  # an import that nothing uses any more goes
    text = symbols.tree.texts[use.path]
    for _ in range(20):
        other = symbols.shared(rng)
        if other is None or other.kind != symbol.kind or other.name == symbol.name:
            continue
        if symbol.kind in _MEMBERS and not _beside(symbols, symbol, other):
            continue
        if any(
            place.path == use.path and (place.defines or place.role == "import") for place in other.places
        ):
            change = Change(use.start, symbol.name, other.name)
            return _trajectory(symbols.tree, "quiet/exchanged", {use.path: text}, (use.path, [change]), [])
    return None


def _beside(symbols: Scoped, one: Named, other: Named) -> bool:
    """Whether two members are declared in the same class, as far as can be seen."""
    first, second = one.declared[0], other.declared[0]
    if symbols.tree.language == "go" and one.kind != "field":
        return False
    owner = first.inside(symbols.kinds.classes)
    return first.path == second.path and owner is not None and owner == second.inside(symbols.kinds.classes)


def _similar(symbols: Scoped, rng: random.Random) -> Trajectory | None:
    """A new constant appears, whose name is much like that of a symbol of the same file."""
    form = _CONSTANTS.get(symbols.tree.language)
    symbol = symbols.shared(rng)
    if form is None or symbol is None:
        return None
    path = symbol.declared[0].path
    text = symbols.tree.texts[path]
    name = symbols.tree.invented(symbol.name, rng)
    written = form.format(name=name, value=rng.randint(2, 99))
    end = text.rfind("}") if symbols.tree.language == "java" else len(text)
    gap = "" if text[:end].endswith("\n\n") else "\n" if text[:end].endswith("\n") else "\n\n"
    change = Change(end, "", gap + written)
    return _trajectory(symbols.tree, "quiet/similar_name", {path: text}, (path, [change]))
