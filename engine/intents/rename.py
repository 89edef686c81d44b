"""A declaration or a use was renamed: every place that must follow.

The world is looked at as if the renaming had not happened yet: in the texts, the new name is put back to the
old one at the places that the person (or an accepted chain) has changed. There the binding resolves, and what
refers to it and still stands is a site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.diff import carried, replaced
from engine.intents.heads import Renamed, exchanged
from engine.intents.importing import moved
from engine.intents.order import Distances, ordered
from engine.intents.unrenamed import Exchanges, is_code
from engine.syntax.document import PRIVATE, Mention
from engine.syntax.index import Index
from engine.syntax.names.found import Reference
from engine.syntax.names.references import References
from engine.syntax.names.resolve import Entity
from engine.types import Edit, Hunk, IntentKind, NodeKind, Relation, Site, Trigger

MAX_RENAMES = 6
"""Different renames in one edit; more is a rewrite."""
CONFLICT = 0.45
"""What is left of a rule where the new name is taken in the same scope."""
KNOWN_USE = 0.15
"""What is left where a use was changed to another name that already means something."""
UNKNOWN_USE = 0.85
"""What is left where only a use was changed, to a name that may as well be defined later."""
REWORKED = 0.5
"""What is left where only a use was changed, and more on its line with it."""
PASSED_BY = 0.45
"""What is left of a definition that still stands while its uses have another name, and of texts about it."""
BEGUN = 0.75
"""How sure a reference must be to count as renamed already."""
IMPORTERS = 60
"""Files with the new name whose imports are looked through for it."""
MOST_ENTITIES = 3
_MADE = frozenset({"def.function", "def.method", "def.class", "def.alias", "def.outside", "def.property"})
WHAT = {
    NodeKind.DECLARATION: "declaration of",
    NodeKind.PARAMETER: "parameter",
    NodeKind.REFERENCE: "use of",
    NodeKind.CALL: "call of",
    NodeKind.ATTRIBUTE: "attribute",
    NodeKind.KEYWORD: "keyword argument",
    NodeKind.IMPORT: "import of",
    NodeKind.TYPE: "type",
    NodeKind.EXPORT: "export of",
    NodeKind.DOCSTRING: "docstring mention of",
    NodeKind.COMMENT: "comment mention of",
}


@dataclass(frozen=True, slots=True)
class Rename:
    """One identifier written for another, at one or more places of an edit."""

    old: str
    new: str
    starts: tuple[int, ...]
    """Offsets in the text after the edit."""


def propose(
    edit: Edit, recent: Sequence[Edit], index: Index, heads: Iterable[Renamed] = ()
) -> tuple[Site, ...]:
    """The sites of every rename in the edit, in the order in which a careful person would go through them.

    `heads` are functions with another name that no hunk shows by itself.
    """
    sites: dict[tuple[str, int], Site] = {}
    doubts = Exchanges(edit, index.document(edit.path))
    for rename in _with_heads(renames(edit.hunks), heads):
        if doubts.is_none(rename.old, rename.new, rename.starts):
            continue
        for site in _follow(edit, rename, recent, index, doubts):
            sites.setdefault((site.path, site.start), site)
    for site in moved.follow(edit, index):
        sites.setdefault((site.path, site.start), site)
    return ordered(sites.values(), edit, index)


def renames(hunks: Iterable[Hunk]) -> tuple[Rename, ...]:
    """Identifier-for-identifier replacements among the hunks; nothing if the edit renames too many things."""
    places: dict[tuple[str, str], list[int]] = {}
    for hunk in hunks:
        for old, new, start in exchanged(hunk):
            places.setdefault((old, new), []).append(start)
    if len(places) > MAX_RENAMES:
        return ()
    olds, news = ({pair[side] for pair in places} for side in (0, 1))
    return tuple(
        Rename(old, new, tuple(starts))
        for (old, new), starts in places.items()
        if not (old in news and new in olds)  # else they only changed places
    )


def _with_heads(found: tuple[Rename, ...], heads: Iterable[Renamed]) -> Iterator[Rename]:
    """The renames, and those of functions that are not among them."""
    known = {rename.old for rename in found} | {rename.new for rename in found}
    yield from found
    for old, new in heads:
        if known.isdisjoint((old.name, new.name)):
            yield Rename(old.name, new.name, (new.name_start,))


def _follow(
    edit: Edit, rename: Rename, recent: Sequence[Edit], index: Index, doubts: Exchanges
) -> Iterator[Site]:
    done = _done(edit, rename, recent, index)
    going_on = sum(map(len, done.values())) > len(rename.starts)
    world = _World(edit, rename, index, done)
    if _may_go_on(edit, rename, world) and (begun := _begun(world, rename)):
        for path, starts in begun.items():
            done[path] = tuple(sorted({*done.get(path, ()), *starts}))
        world, going_on = _World(edit, rename, index, done), True
    search, distances = world.search, Distances(edit)
    for entity in world.entities if len(world.entities) <= MOST_ENTITIES else ():
        names = [mention for mention, found in world.touched if entity in found]
        left = doubts.left(rename.old, rename.new, rename.starts, names)
        if not left or _stays(world, edit, entity, names, going_on):
            continue
        new = _as_marked(entity.name, rename.new)
        swapped = None if going_on else _swapped(search, names, new)
        trigger = Trigger.USE if swapped else _trigger(search, entity, names, new, going_on)
        used = trigger is not Trigger.DECLARATION and not swapped
        reworked = used and doubts.is_reworked(rename.old, rename.new, rename.starts)
        if reworked and trigger is Trigger.USE and _is_known(search, names[0], new):
            trigger = Trigger.USE_KNOWN
        factor = _factor(search, swapped or entity, new, trigger) * left
        if trigger in {Trigger.USE, Trigger.USE_UNKNOWN} and reworked:
            factor *= REWORKED
        found = search.inside(swapped) if swapped else search.find(entity, touched=names[0])
        stands = going_on and any(world.present(one) is not None for one in search.definitions(entity))
        for reference in found:
            start = world.forward(reference.path, reference.start)
            if start is not None:
                placed = replace(reference, path=world.place(reference.path))
                meant = reference.node is NodeKind.DECLARATION or reference.relation is Relation.TEXTUAL
                rule = factor * (PASSED_BY if stands and meant else 1.0)
                yield _site(distances, edit.path, rename, placed, start, trigger, rule)


class _World:
    """The project as it would be if the places that bear the new name already still had the old one."""

    def __init__(self, edit: Edit, rename: Rename, index: Index, done: dict[str, tuple[int, ...]]) -> None:
        size = len(rename.new) - len(rename.old)
        self._moves = {path: _Moves(starts, size) for path, starts in done.items()}
        texts = {path: _reverted(index, edit, path, starts, rename) for path, starts in done.items()}
        self._places = {edit.moved_from: edit.path} if edit.moved_from else {}
        """A moved file's former path, where this world has it, with the present one."""
        home = edit.moved_from or edit.path
        texts[home] = texts.pop(edit.path, None)
        view = index.view(
            {path: text for path, text in texts.items() if text is not None},
            moved=(home, edit.path) if edit.moved_from else None,
        )
        self.search = References(view)
        mentions = [self.search.target(home, self.back(edit.path, start)) for start in rename.starts]
        self.touched = [one for one in mentions if one is not None and is_code(one[0])]
        """What the person renamed, with what it may refer to."""
        self.entities = tuple(dict.fromkeys(entity for _, found in self.touched for entity in found))

    def present(self, mention: Mention) -> int | None:
        """Where a mention stands in the present, in characters; None for a place that is renamed already."""
        document = self.search.project.document(mention.path)
        return (
            None if document is None else self.forward(mention.path, document.border.to_chars(mention.start))
        )

    def place(self, path: str) -> str:
        """Where a file of this world is in the present."""
        return self._places.get(path, path)

    def back(self, path: str, offset: int) -> int:
        """A present offset in this world."""
        return self._moves[path].back(offset) if path in self._moves else offset

    def forward(self, path: str, offset: int) -> int | None:
        """An offset of this world in the present; None for a place that is renamed already."""
        path = self.place(path)
        return self._moves[path].forward(offset) if path in self._moves else offset


def _may_go_on(edit: Edit, rename: Rename, world: _World) -> bool:
    """Whether the edit may be a step of a rename whose beginning nobody saw: the old name is nothing that the
    language brings along, nothing binds it any more, and nothing else was written in the same save."""
    document = world.search.project.document(edit.path) if world.touched and not world.entities else None
    if document is None or document.grammar.is_word(rename.old):
        return False
    return all((rename.old, rename.new) in {pair[:2] for pair in exchanged(hunk)} for hunk in edit.hunks)


def _begun(world: _World, rename: Rename) -> dict[str, list[int]]:
    """Places of a rename that began before anything that is remembered: nothing binds the old name any more,
    and the new one means something where it was written."""
    search = world.search
    first = world.touched[0][0]
    document = search.project.document(first.path)
    if document is None or first.role == "ref.type":
        return {}  # a type that nothing binds comes from a library rather than from a rename
    entities = search.entities_as(document, first, rename.new)
    found: dict[str, list[int]] = {}
    for entity in entities[:1]:
        for reference in search.find(entity):
            start = world.forward(reference.path, reference.start)
            if reference.rule >= BEGUN and start is not None:
                found.setdefault(reference.path, []).append(start)
    return found


def _stays(world: _World, edit: Edit, entity: Entity, names: list[Mention], going_on: bool) -> bool:
    """Whether the old name goes on meaning what it meant: it is an import that was left alone, or the edit
    itself writes a definition of it beside the one that looks renamed."""
    definitions = world.search.definitions(entity)
    if definitions and all(one.role.startswith("import.") for one in definitions):
        alone = not going_on or all(world.present(one) is not None for one in definitions)
        return alone and not any(one.role.startswith("import.") for one in names)
    if going_on:
        return False
    given = all(one.role == "def.parameter" for one in names)
    made = _MADE | {"def.variable"} if given else _MADE  # a local in the place of a parameter that is gone
    for one in definitions:
        start = world.present(one) if one.path == edit.path and one.role in made else None
        if start is not None and any(hunk.new_start <= start < hunk.new_end for hunk in edit.hunks):
            return True
    return False


def _as_marked(old: str, new: str) -> str:
    """The new name as it is looked up: a private member's mark belongs to it."""
    return PRIVATE + new if old.startswith(PRIVATE) else new


def _swapped(search: References, names: list[Mention], new: str) -> Entity | None:
    """The binding of an import that now brings in something else, which exists: only its own file follows."""
    for mention in names:
        module = search.resolver.module_of(mention) if mention.role == "import.name" else None
        if module is not None and search.resolver.export(module, new) is not None:
            scope = search.resolver.scope_of(mention)
            return None if scope is None else Entity(mention.path, scope, mention.name)
    return None


def _draft(rename: Rename, reference: Reference) -> str:
    """The new name; a shorthand property is written out, because only one of its two meanings changes."""
    match reference.short:
        case "key":
            return f"{rename.new}: {rename.old}"
        case "value":
            return f"{rename.old}: {rename.new}"
    return rename.new


def _site(
    distances: Distances,
    path: str,
    rename: Rename,
    reference: Reference,
    start: int,
    trigger: Trigger,
    factor: float,
) -> Site:
    what = WHAT.get(reference.node, "mention of")
    return Site(
        path=reference.path,
        start=start,
        old=rename.old,
        draft=_draft(rename, reference),
        intent=IntentKind.RENAME,
        node=reference.node,
        relation=reference.relation,
        distance=distances.of(rename.starts[0], reference.path, start),
        trigger=trigger,
        rule=round(reference.rule * factor, 4),
        why=f"{what} `{rename.old}`, renamed in {path}",
    )


def _trigger(search: References, entity: Entity, names: list[Mention], new: str, going_on: bool) -> Trigger:
    """Whether a definition was renamed, or only a use, and whether the new name means something there."""
    defs = {(one.path, one.start) for one in _definitions(search, entity)}
    if any((one.path, one.start) in defs for one in names):
        return Trigger.DECLARATION
    document = search.project.document(names[0].path)
    if going_on or document is None:
        return Trigger.USE
    known = search.known(document, names[0], new) or _is_visible(search, names[0], new)
    return Trigger.USE_KNOWN if known else Trigger.USE_UNKNOWN


def _is_known(search: References, name: Mention, new: str) -> bool:
    document = search.project.document(name.path)
    return document is not None and search.known(document, name, new)


def _is_visible(search: References, name: Mention, new: str) -> bool:
    """Whether the new name is something that another file defines or imports."""
    if name.role in {"member", "def.member", "keyword"}:
        return False
    project = search.project
    paths = project.files_with(new)
    return any(item[0] == new for path in paths for item in project.facts(path)[0]) or any(
        item.local == new
        for path in paths[:IMPORTERS]
        for one in project.imports(path, new)
        for item in one.items
    )


def _definitions(search: References, entity: Entity) -> list[Mention]:
    """Where the binding is declared: its first definition, and every function, class and parameter."""
    found = search.definitions(entity)
    return [
        one
        for number, one in enumerate(found)
        if number == 0 or one.role not in {"def.variable", "def.member"}
    ]


def _factor(search: References, entity: Entity, new: str, trigger: Trigger) -> float:
    if trigger is Trigger.USE_KNOWN:
        return KNOWN_USE
    if trigger is Trigger.USE_UNKNOWN:
        return UNKNOWN_USE
    taken = bool(search.definitions(entity._replace(name=new)))
    return CONFLICT if taken else 1.0


def _done(edit: Edit, rename: Rename, recent: Sequence[Edit], index: Index) -> dict[str, tuple[int, ...]]:
    """Where this rename has been written already, in this edit and in those before it, in present offsets."""
    places: dict[str, set[int]] = {edit.path: set(rename.starts)}
    edits = [*recent, edit]
    for number, earlier in enumerate(edits[:-1]):
        for hunk in earlier.hunks:
            for old, new, start in exchanged(hunk):
                if (old, new) == (rename.old, rename.new):
                    at = _carried(start, edits[number + 1 :], earlier.path)
                    text = edit.after if earlier.path == edit.path else index.text_of(earlier.path)
                    if at is not None and text is not None and text.startswith(new, at):
                        places.setdefault(earlier.path, set()).add(at)
    return {path: tuple(sorted(starts)) for path, starts in places.items()}


def _carried(offset: int, edits: Sequence[Edit], path: str) -> int | None:
    """An offset after one edit, in the text after all the later ones; None where it was rewritten."""
    for edit in edits:
        at = carried(offset, offset + 1, edit.hunks) if edit.path == path else offset
        if at is None:
            return None
        offset = at
    return offset


def _reverted(index: Index, edit: Edit, path: str, starts: Sequence[int], rename: Rename) -> str | None:
    text = edit.after if path == edit.path else index.text_of(path)
    if text is None:
        return None
    try:
        return replaced(text, [(start, rename.new, rename.old) for start in starts])
    except ValueError:
        return None


class _Moves:
    """Offsets between the present text and the one in which the renamed places have their old name."""

    def __init__(self, starts: Sequence[int], size: int) -> None:
        self._starts = sorted(starts)
        self._size = size

    def back(self, offset: int) -> int:
        """A present offset in the reverted text."""
        return offset - self._size * sum(1 for start in self._starts if start < offset)

    def forward(self, offset: int) -> int | None:
        """An offset of the reverted text in the present one; None for a place that is renamed already."""
        shift = 0
        for start in self._starts:
            if start + shift == offset:
                return None
            if start + shift > offset:
                break
            shift -= self._size
        return offset - shift
