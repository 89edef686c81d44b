"""Where a missing name can come from, the likeliest first.

What the project does elsewhere weighs most: how the files near this one import the same name. Then come the
project's own definitions, then the standard library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.intents.importing.likeness import Likeness
from engine.intents.importing.origins import Origins, Source, nearness
from engine.syntax.document import Document
from engine.syntax.index import Index
from engine.syntax.linking.imports import TOP, Item, Statement
from engine.syntax.linking.library import Imports
from engine.syntax.linking.spelling import Origin, Speller
from engine.syntax.names.unresolved import Missing, is_type_only

MOST_FILES = 100
"""Files with the name that are asked, the nearest first."""
ENOUGH = 40
"""After so many the rest is not asked if they all import it in one way."""
KNOWN_MODULE = 3.0
"""What it weighs that the file imports from the module already."""
BESIDE_EVIDENCE = 0.15
"""What is left of definitions and libraries where the project shows how it imports the name."""
UNANIMOUS, ONCE, UNSEEN = 0.97, 0.92, 0.86
"""How sure the best source is without a rival: seen several times, once, never."""
BARE = 0.55
"""What is left of a module that is not followed by a member, where several files import it, else less."""
SEVERAL = 3
NEARER = 3.0
"""How much more a definition weighs that is nearer than what others import."""
UNSUITED = 0.01
"""What is left where the member that follows belongs to the other of two things with one name."""
PASSED_BY = 0.1
"""What is left of a package, or of modules behind it, where the file imports other names the other way."""
ELSEWHERE = 0.25
"""What is left of how another crate imports the name."""
AROUND = 0.1
"""What is left of a package that the file belongs to itself: importing from it would be a circle."""
TWIN = 3.0
"""How much more it weighs what a file imports whose path differs from this one's in one word."""
MOST_PLAIN = 16
"""Imports that are not marked as types of which it is asked whether they should be."""
ITSELF = 0.02
"""What is left of the name of the package around the file."""
PLAIN = 0.55
"""What is left of a short lower-case name that may as well be a variable."""
CALLED = 0.75
"""The same, where it is called."""
WILD = 0.5
"""What is left where a wildcard import may bring the name in, or most projects have it without any."""


@dataclass(slots=True)
class _Tally:
    source: Source
    origin: Origin
    weight: float = 0.0
    texts: Counter[str] = field(default_factory=Counter)
    """How its module is written, with a slash at the end or without."""
    files: int = 0
    inner: int = 0
    typed: int = 0
    marked: int = 0
    seen: list[str] = field(default_factory=list)
    written: dict[str, list[Statement]] = field(default_factory=dict)
    """The statements that bring in nothing else, by how they are written."""


_Key = tuple[str, str, str]


def sources(
    missing: Missing,
    index: Index,
    document: Document,
    known: Imports,
    speller: Speller,
    own: Sequence[Statement],
    beside: Sequence[Statement] = (),
) -> list[Source]:
    """The ways to import the name, the likeliest first, each with how sure it is.

    `own` are the imports of the file, `beside` those of files in the same folder.
    """
    if missing.member and not missing.called and speller.is_crate(missing.name):
        return []
    search = _Search(missing, index, document, known, speller, own, beside)
    return search.ranked()


def _doors(index: Index, path: str, shown: Sequence[Statement]) -> dict[str, str]:
    """The project's files that some imports lead to, with the text of the first that does."""
    doors: dict[str, str] = {}
    for module in dict.fromkeys(one.module for one in shown if one.module):
        found = index.modules.resolve("relative", path, module)
        if found is not None:
            doors.setdefault(found, module)
    return doors


class _Search:
    def __init__(
        self,
        missing: Missing,
        index: Index,
        document: Document,
        known: Imports,
        speller: Speller,
        own: Sequence[Statement],
        beside: Sequence[Statement],
    ) -> None:
        self.missing = missing
        self.index = index
        self.path = document.path
        self.style = document.grammar.imports
        self.known = known
        self.speller = speller
        self.tallies: dict[_Key, _Tally] = {}
        doors = _doors(index, self.path, (*own, *beside)) if self.style == "relative" else {}
        modules = dict.fromkeys(one.module for one in own if one.module)
        others = dict.fromkeys(one.module for one in beside if one.module)
        self.search = Origins(missing, index, known, speller, tuple(modules), tuple(others), doors)
        self.likeness = Likeness(index, self.path, self.style)
        self.wild = {item.module for one in own for item in one.items if item.kind == "all"}
        self.silent = 0
        self.single = False
        self.document = document
        self.own = own
        self.origins = {
            speller.origin(self.path, item.module)
            for one in own
            for item in one.items
            if item.module and item.kind != "module"
        }

    def ranked(self) -> list[Source]:
        """Everything that was found, weighed."""
        self._evidence()
        shown = max(
            (self._closeness(tally.origin) for tally in self.tallies.values() if tally.weight), default=-1.0
        )
        for source, origin, weight in (*self.search.defined(bool(self.tallies)), *self.search.standard()):
            near = self._closeness(origin)
            factor = 1.0 if shown < 0 else NEARER if origin.own and near > shown else BESIDE_EVIDENCE
            self._count(source, origin, weight * factor * (AROUND if self.speller.is_beyond(origin) else 1.0))
        self._suited()
        self._through()
        for tally in self.tallies.values():
            if tally.weight and tally.origin in self.origins:
                tally.weight += KNOWN_MODULE if tally.files or shown < 0 else KNOWN_MODULE * BESIDE_EVIDENCE
                tally.weight *= KNOWN_MODULE if tally.files else 1.0
        total = sum(tally.weight for tally in self.tallies.values())
        self._same()
        best = sorted(
            self.tallies.values(), key=lambda one: (-one.weight, one.source.module, one.source.name)
        )
        if best and best[0].source.module in self.wild:
            return []  # everything that this module has is there already
        return [self._weighed(one, self._share(one, total)) for one in best if one.weight > 0]

    def _through(self) -> None:
        """Modules against packages around them that pass the name on: the file's other imports tell."""
        doors, name = self.speller.doors, self.missing.name
        if self.style != "dotted" or len(self.tallies) < 2 or doors.passed_by is None:
            return
        ways = [one for one in self.tallies.values() if one.origin.own and one.source.kind == "name"]
        behind = [one for one in ways if doors.is_behind(one.origin.key, name)]
        plain = [one for one in ways if doors.is_door(one.origin.key, name)]
        for tally in plain if doors.passed_by and behind else behind if plain else ():
            tally.weight *= PASSED_BY

    def _same(self) -> None:
        """Whether the project defines the name once: then all its modules that have it pass the same on."""
        self.single = len(self.search.definers) == 1

    def _share(self, tally: _Tally, total: float) -> float:
        """How much speaks for one source; ways to the same thing do not speak wholly against each other."""
        share = tally.weight / total
        shared = self.style == "relative"  # packages of a workspace are foreign to each other
        if not (self.single and (shared or tally.source.own) and tally.source.name == self.missing.name):
            return share
        same = [
            one.weight
            for one in self.tallies.values()
            if (shared or one.source.own) and one.source.name == tally.source.name
        ]
        return (share + sum(same) / total) / 2

    def _closeness(self, origin: Origin) -> float:
        """How near a module of the project stands to the file; of others nothing is known."""
        if not origin.own or self.style not in {"dotted", "relative"}:
            return 0.0
        return nearness(origin.key if not origin.key.endswith("/") else origin.key + "x", self.path)

    def _suited(self) -> None:
        """A module and a thing in it with one name: the member that follows tells which is meant."""
        name, member = self.missing.name, self.missing.member.split(".")[0]
        library = self.known.library
        if name not in library.exporters or name not in library.modules:
            return
        whole = bool(member) and library.holds(name, member)
        for tally in self.tallies.values():
            if (tally.source.kind == "module") != whole:
                tally.weight *= UNSUITED

    def _weighed(self, tally: _Tally, share: float) -> Source:
        missing, source = self.missing, tally.source
        certain = UNANIMOUS if tally.files > 1 else ONCE if tally.files else UNSEEN
        rule = certain * share
        if source.kind == "module" and not missing.member:
            rule *= BARE if tally.files >= SEVERAL else BARE * BARE
        plain = missing.name.islower() and len(missing.name) < 8
        alone = not missing.called and not missing.member
        if plain and alone and (tally.files < SEVERAL or self.style != "relative"):
            rule *= CALLED if source.own else PLAIN
        elif plain and not tally.files and not source.own and source.kind != "module":
            rule *= CALLED
        if not tally.files and source.own and not self._reachable(source, tally):
            rule *= PLAIN
        if (missing.maybe or missing.name in self.known.ambient) and not tally.files:
            rule *= WILD
        if self.style == "relative" and self.speller.is_beyond(tally.origin):
            rule *= 1.0 if any(map(self.speller.is_together, tally.seen)) else WILD
        asked = tally.files + self.silent
        if self.silent > 2 and tally.files < 0.25 * asked and tally.origin not in self.origins:
            rule *= WILD
        typed = "type.name" in self.known.forms.templates and missing.type_only
        typed = typed and (2 * tally.typed >= tally.files or self._marks_types)
        return replace(
            source,
            module=tally.texts.most_common(1)[0][0],
            rule=round(rule, 4),
            typeable=missing.type_only,
            seen=tuple(tally.seen),
            example=max(tally.written.values(), key=len)[0] if tally.written else source.example,
            inner=tally.inner / tally.files if tally.files else -1.0,
            type_only=typed,
            marked=typed and 2 * tally.marked > tally.typed,
            why=self._why(tally),
        )

    @cached_property
    def _marks_types(self) -> bool:
        """Whether the file marks imports of types, and leaves none of those it has unmarked."""
        plain = [
            item.local
            for one in self.own
            for item in one.items
            if not one.type_only and not item.type_only and item.kind not in {"all", "effect"}
        ]
        if not any(one.type_only or any(item.type_only for item in one.items) for one in self.own):
            return False
        return not any(is_type_only(self.document, name) for name in plain[:MOST_PLAIN])

    def _reachable(self, source: Source, tally: _Tally) -> bool:
        """Whether a definition of the project stands where this file surely can import from."""
        if self.style != "dotted" or source.module.startswith("."):
            return True
        return tally.origin.key.split("/")[0] == self.path.split("/")[0] or self.speller.is_installed(
            tally.origin
        )

    def _why(self, tally: _Tally) -> str:
        name, module = self.missing.name, tally.source.module
        if tally.files:
            how = f"{tally.files} other files import" if tally.files > 1 else f"{tally.seen[0]} imports"
            return f"`{name}` is not imported; {how} it from {module}"
        if tally.source.own:
            return f"`{name}` is not imported; {module} defines it"
        if self.known.library.exports(module, name) or module in self.known.library.modules:
            return f"`{name}` is not imported; it belongs to the standard library"
        return f"`{name}` is not imported; {module} has it"

    def _count(self, source: Source, origin: Origin, weight: float) -> _Tally:
        key = (source.kind, source.module.rstrip("/"), source.name)
        tally = self.tallies.setdefault(key, _Tally(source, origin))
        tally.weight += weight
        tally.texts[source.module] += 1
        return tally

    # -- what other files do

    def _evidence(self) -> None:
        name = self.missing.name
        spelled: dict[tuple[Origin, str, bool], str | None] = {}
        ambient = name in self.known.ambient
        for number, path in enumerate(self._nearest()):
            if number > ENOUGH and len(self.tallies) == 1 and not ambient:
                break
            found = False
            for statement in self.index.imports(path, name):
                for item in statement.items:
                    if item.local != name or not self._fits(item):
                        continue
                    found = True
                    like = self.likeness.of(path, item)
                    if like is not None:
                        origin = self.speller.origin(self.path, like.module)
                        source = Source(
                            item.kind, like.module, like.name, name, origin.own, 0.0, "", example=statement
                        )
                        self._note(source, origin, path, statement, item, TWIN if like.twin else 1.0)
                        continue
                    if statement.public and self.style == "crate":
                        self._passed_on(path, statement, item)
                    inside, module = self.speller.origin(path, item.module), item.module
                    origin = self.speller.door(inside, path, item.name)
                    key = (origin, item.name, module.endswith("/"))
                    if origin != inside:
                        module = "" if origin.own else origin.key
                    if key not in spelled:
                        spelled[key] = self.speller.spell(origin, path, module)
                    text = spelled[key]
                    if text is not None:
                        source = Source(
                            item.kind, text, item.name, name, origin.own, 0.0, "", example=statement
                        )
                        factor = TWIN if self.likeness.is_twin(path, item) else 1.0
                        self._note(source, origin, path, statement, item, factor)
            if ambient and not found and not any(one[0] == name for one in self.index.facts(path)[0]):
                self.silent += 1

    def _passed_on(self, path: str, statement: Statement, item: Item) -> None:
        """A module that passes a name on is a place to import it from."""
        origin = self.speller.origin_of(path)
        text = self.speller.spell(origin, self.path, "")
        if text is not None:
            source = Source("name", text, item.local, item.local, True, 0.0, "", example=statement)
            factor = 1.0 if "::" in origin.key else ELSEWHERE  # a crate's own front is for others
            self._note(source, origin, path, replace(statement, public=False), item, factor)

    def _note(
        self,
        source: Source,
        origin: Origin,
        path: str,
        statement: Statement,
        item: Item,
        factor: float = 1.0,
    ) -> None:
        weight = factor * (1.0 + 4.0 * nearness(path, self.path)) ** 2 * (0.3 + self._closeness(origin))
        if self.speller.is_around(origin, item.name) or self.speller.is_beyond(origin):
            weight *= AROUND
        if self.speller.is_itself(origin):
            weight *= ITSELF
        if statement.public:
            weight *= 0.3
        if self.style == "crate" and not self.speller.together(path):
            weight *= ELSEWHERE
        tally = self._count(source, origin, weight)
        tally.files += 1
        tally.inner += statement.holder != TOP
        tally.typed += statement.type_only or item.type_only
        tally.marked += item.type_only
        tally.seen.append(path)
        if len(statement.items) == 1:
            tally.written.setdefault(statement.text, []).append(statement)

    def _nearest(self) -> list[str]:
        return self.search.files[:MOST_FILES]

    def _fits(self, item: Item) -> bool:
        """Whether an import of this kind can be what the use wants."""
        if item.kind in {"all", "effect"} or (item.local == "_" and self.style != "relative"):
            return False
        if self.style == "crate" and not item.module:
            return False  # a crate by its own name needs no import
        if item.kind == "static":
            return self.missing.called or not self.missing.member
        if item.kind == "module" and self.missing.called and self.style != "relative":
            return False
        if item.kind == "module" and self.style == "dotted" and item.module != item.local:
            rest = item.module.split(".", 1)
            whole = item.module.split(".")[0] == item.local and len(rest) == 2
            return not whole or f"{self.missing.member}.".startswith(f"{rest[1]}.")
        return item.kind != "module" or bool(self.missing.member) or self.style in {"relative", "dotted"}
