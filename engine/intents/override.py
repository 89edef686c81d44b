"""A member came to, or left, a class that others stand below, or a class took up a base: the overrides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from engine.intents.context import Context
from engine.intents.members.fitting import fitted
from engine.intents.members.follow import follow_suit
from engine.intents.members.promises import Turn, claim_of, code_of, is_contract, key_of, turns
from engine.intents.members.seat import Seat, seat_for, span_of
from engine.intents.members.stub import MOST_OF, Promise, Scribe
from engine.intents.order import ordered
from engine.syntax.conventions import Conventions, conventions
from engine.syntax.forms import Class, Function
from engine.syntax.names.family import Family, Kin, Member, last_word
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

DEMANDED = 0.85
"""A member that the base leaves to those below."""
FULFILLED = 0.75
"""The same for a type that had all methods of an interface without naming it."""
LIKELY = 0.55
"""A member that the base has itself, in a class that overrides most of the others."""
UNLIKELY = 0.3
ORPHAN = {"compiled": 0.9, "marked": 0.85, "upward": 0.8}
"""An override of a member that left the base: it cannot stay, says so, or only calls what is gone."""
ALTERED = 0.8
"""An override of a member that bears other words now."""
FEW = 3
"""Overrides from which a class's habit is read."""
MOST_ALIKE = 8
"""Types with the only method of an interface: more have it by chance."""
DEPTH = 5
"""How many classes may stand between a base and those that write its members."""
MOST = 120
"""Classes below one base that are looked at, and classes of one edit that take up bases."""


def propose(context: Context) -> tuple[Site, ...]:
    """The overrides that follow from the edit, at the edit first."""
    rules = conventions(context.edit.path)
    if rules is None or not context.edit.hunks:
        return ()
    search = _Search(context, rules)
    for turn in turns(context, rules, search.family):
        search.follow(turn)
    search.complete()
    return ordered(search.sites(), context.edit, context.index)


@dataclass(slots=True)
class _Written:
    """Members that go to one seat."""

    seat: Seat
    members: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rule: float = 1.0
    base: str = ""
    home: str = ""


class _Search:
    """Goes downward from what changed and gathers the sites."""

    def __init__(self, context: Context, rules: Conventions) -> None:
        self._context = context
        self._index = context.index
        self._rules = rules
        self.family = Family(context.references)
        self._scribe = Scribe(context.index, rules)
        self._written: dict[tuple[str, int], _Written] = {}
        self._others: list[Site] = []
        self._heirs: dict[tuple[str, int], tuple[Kin, ...]] = {}
        self._lower: dict[tuple[str, int, frozenset[str], int], tuple[tuple[Kin, bool], ...]] = {}

    # -- a base changed

    def follow(self, turn: Turn) -> None:
        """The overrides of what came to a class, and the orphans of what left it."""
        edit, rules = self._context.edit, self._rules
        # what left counts as a sign of whose members a class has, where its base is hard to follow
        self._of(edit.path, replace(turn.type, methods=(*turn.type.methods, *turn.left)))
        claims = [(one, claim_of(one, turn.type, edit.after, edit.path, rules)) for one in turn.came]
        came = [
            Promise(edit.path, edit.after, turn.type, one, claim) for one, claim in claims if claim != "own"
        ]
        if rules.structural:
            self._fulfil(turn, came)
            return
        for promise in came:
            if promise.claim == "demanded":
                self._demand(promise)
            else:
                self._offer(promise)
        for old, new in turn.altered:
            self._alter(old, new, turn.type)
        for function in turn.left:
            claim = claim_of(function, turn.before or turn.type, edit.before, edit.path, rules)
            if claim != "own":
                self._orphan(function, turn.type)

    def _demand(self, promise: Promise) -> None:
        below = self._below(promise.path, promise.type)
        writing = [kin for kin, contract in below if not contract]
        writers = {_id(kin) for kin in writing}
        for kin in writing:
            if not self._has(kin, promise) and not self._inherits(kin, promise, writers):
                self._write(promise, kin, writing, DEMANDED)

    def _offer(self, promise: Promise) -> None:
        """A member with a body: only where the class overrides most of what it need not."""
        edit, rules = self._context.edit, self._rules
        others = [
            one.name
            for one in promise.type.methods
            if one.name != promise.function.name
            and claim_of(one, promise.type, edit.after, edit.path, rules) == "offered"
        ]
        if len(others) < FEW:
            return
        heirs = self._of(promise.path, promise.type)
        for kin in heirs:
            names = {one.function.name for one in kin.members}
            habit = sum(name in names for name in others) >= max(FEW, MOST_OF * len(others))
            if habit and not self._has(kin, promise):
                self._write(promise, kin, heirs, LIKELY)

    def _fulfil(self, turn: Turn, came: Sequence[Promise]) -> None:
        """The types that had all methods of an interface get the new ones."""
        wanted = list(self._wanted(self._context.edit.path, turn.before or turn.type, DEPTH))
        if not wanted or not came:
            return
        kins = self.family.fulfilling(self._context.edit.path, wanted)
        rule = FULFILLED
        if len(wanted) == 1:
            document = self._context.after
            familiar = document is not None and document.grammar.is_familiar(wanted[0].name)
            rule = UNLIKELY if familiar or len(kins) > MOST_ALIKE else LIKELY
        for promise in came:
            for kin in kins:
                if not self._has(kin, promise):
                    self._write(promise, kin, kins, rule)

    def _wanted(self, path: str, type_: Class, depth: int) -> Iterator[Function]:
        """The methods of an interface and of those that it embeds."""
        yield from type_.methods
        for where, base in self.family.bases(path, type_) if depth else ():
            yield from self._wanted(where, base, depth - 1)

    def _of(self, path: str, type_: Class) -> tuple[Kin, ...]:
        key = (path, type_.start)
        if key not in self._heirs:
            self._heirs[key] = self.family.heirs(path, type_)[:MOST]
        return self._heirs[key]

    def _below(self, path: str, type_: Class, depth: int = DEPTH) -> tuple[tuple[Kin, bool], ...]:
        """The classes below one, each with whether it leaves members to its own subclasses, and theirs."""
        key = (path, type_.start, frozenset(one.name for one in type_.methods), depth)
        found = self._lower.get(key)
        if found is None:
            found = self._lower[key] = tuple(self._lowered(path, type_, depth))
        return found

    def _lowered(self, path: str, type_: Class, depth: int) -> Iterator[tuple[Kin, bool]]:
        for kin in self._of(path, type_):
            text = self._index.text_of(kin.path)
            if kin.type is None or text is None:
                continue
            contract = is_contract(kin.type, text, kin.path, self._rules, {one.name for one in type_.methods})
            yield (kin if depth == DEPTH else replace(kin, base="")), contract
            if contract and depth > 1 and not self._rules.direct:
                yield from self._below(kin.path, kin.type, depth - 1)

    def _has(self, kin: Kin, promise: Promise) -> bool:
        """Whether a class defines a member itself already, as a method or in another way."""
        function = promise.function
        same = [one.function for one in kin.members if one.function.name == function.name]
        if self._rules.overloads:
            wanted = [self._type(one.type, promise, kin) for one in function.parameters]
            return any([_plain(one.type) for one in other.parameters] == wanted for other in same)
        accessors = key_of(function, self._rules)
        if any(key_of(one, self._rules) == accessors for one in same):
            return True
        text = self._index.text_of(kin.path)
        if text is None or kin.type is None or self._rules.outside or same:
            return False
        body = text[kin.type.body_start : kin.type.body_end]
        held = rf"^[ \t]*(?:[\w]+[ \t]+)*{re.escape(function.name)}[?!]?[ \t]*[=:;]"
        return re.search(held, body, re.MULTILINE) is not None

    def _type(self, type_: str, promise: Promise, kin: Kin) -> str:
        below = self._index.text_of(kin.path) or ""
        return _plain(fitted(type_, promise.path, promise.text, promise.type, kin, below, self._rules))

    def _inherits(self, kin: Kin, promise: Promise, writers: set[tuple[str, int]]) -> bool:
        """Whether another base has the member for this class, or will write it."""
        if kin.type is not None and all(last_word(base) == promise.type.name for base in kin.type.bases):
            return False
        return any(
            (path, type_.start) in writers or self._gives(path, type_, promise.function.name)
            for path, type_ in self._above(kin.path, kin.type, promise.type)
        )

    def _gives(self, path: str, type_: Class, name: str) -> bool:
        text = self._index.text_of(path) or ""
        return any(
            one.name == name and claim_of(one, type_, text, path, self._rules) == "offered"
            for one in type_.methods
        )

    def _above(
        self, path: str, type_: Class | None, without: Class, depth: int = DEPTH
    ) -> Iterator[tuple[str, Class]]:
        """The bases of a class and theirs, but for one."""
        for where, base in self.family.bases(path, type_) if type_ is not None and depth else ():
            if (base.name, base.start) != (without.name, without.start):
                yield where, base
                yield from self._above(where, base, without, depth - 1)

    # -- a class took up a base

    def complete(self) -> None:
        """What the classes still lack whose bases the edit has written."""
        for type_, known in islice(self._taken_up(), MOST):
            self._complete(type_, known)

    def _taken_up(self) -> Iterator[tuple[Class, set[str]]]:
        """The classes that may lack something, each with the bases that it had before."""
        context, edit = self._context, self._context.edit
        for hunk in edit.hunks:
            if context.shapes_after is None or not hunk.new.strip():
                continue
            old: tuple[Class, ...] | None = None
            for type_ in context.shapes_after.heirs(hunk.new_start, hunk.new_end):
                own = {one.name for one in type_.methods}
                if is_contract(type_, edit.after, edit.path, self._rules, own) or type_.kind == "struct":
                    continue
                if old is None:
                    before = context.shapes_before
                    old = () if before is None else before.heirs(hunk.start, hunk.end)
                known = {base for one in old if one.name == type_.name for base in one.bases}
                if any(one.bases == type_.bases for one in old):
                    continue
                yield type_, known

    def _complete(self, type_: Class, known: set[str]) -> None:
        edit = self._context.edit
        members = tuple(Member(edit.path, one) for one in type_.methods)
        for base in (one for one in type_.bases if one not in known):
            kin = Kin(edit.path, type_.name, type_, base, members)
            alone = replace(type_, bases=(base,))
            asked: dict[tuple[str, ...], Promise] = {}
            for path, upper in self.family.bases(edit.path, alone):
                asked |= self._asked(path, upper, DEPTH)
            for promise in asked.values():
                if not self._has(kin, promise):
                    below = kin if last_word(base) == promise.type.name else replace(kin, base="")
                    self._write(promise, below, (), DEMANDED)

    def _asked(self, path: str, type_: Class, depth: int) -> dict[tuple[str, ...], Promise]:
        """What a class and its bases leave to a subclass, the uppermost first."""
        asked: dict[tuple[str, ...], Promise] = {}
        for where, base in self.family.bases(path, type_) if depth and not self._rules.direct else ():
            asked |= self._asked(where, base, depth - 1)
        text = self._index.text_of(path) or ""
        for one in type_.methods:
            claim = claim_of(one, type_, text, path, self._rules)
            if claim == "demanded":
                asked[key_of(one, self._rules)] = Promise(path, text, type_, one, claim)
            else:
                asked.pop(key_of(one, self._rules), None)
        return asked

    # -- writing and deleting

    def _write(self, promise: Promise, kin: Kin, cousins: Iterable[Kin], rule: float) -> None:
        order = [one.name for one in promise.type.methods]
        seat = seat_for(promise.function.name, order, kin, self._index, self._rules)
        text = self._index.text_of(kin.path)
        if seat is None or text is None:
            return
        held = self._written.setdefault((seat.path, seat.start), _Written(seat))
        if promise.function.name in held.names and not self._rules.overloads:
            return
        held.members.append(self._scribe.write(promise, kin, text, cousins))
        held.names.append(promise.function.name)
        held.rule = min(held.rule, rule)
        held.base, held.home = promise.type.name, promise.path

    def _orphan(self, function: Function, type_: Class) -> None:
        """The overrides of a member that left its base, unless another base than these has it."""
        path = self._context.edit.path
        nowhere = replace(type_, start=-1)
        for _, base in self._above(path, type_, nowhere):
            if any(one.name == function.name for one in base.methods):
                return
        key = key_of(function, self._rules)
        below = [kin for kin, _ in self._below(path, type_)]
        doomed = {_id(kin) for kin in below}
        for kin in below:
            for member in kin.members:
                if key_of(member.function, self._rules) != key:
                    continue
                above = (
                    base
                    for where, base in self._above(kin.path, kin.type, type_)
                    if (where, base.start) not in doomed
                )
                if not any(one.name == function.name for base in above for one in base.methods):
                    self._delete(member, kin, type_)

    def _delete(self, member: Member, kin: Kin, type_: Class) -> None:
        text = self._index.text_of(member.path)
        if text is None or kin.type is None:
            return
        start, end, draft = span_of(text, member.function, kin.type, self._rules)
        why = f"override of `{member.function.name}`, which left `{type_.name}` in {self._context.edit.path}"
        self._others.append(
            self._site(
                member.path,
                start,
                text[start:end],
                draft,
                Trigger.MEMBER_REMOVED,
                self._doom(member, text),
                why,
            )
        )

    def _doom(self, member: Member, text: str) -> float:
        """How sure it is that an override goes with what it overrides."""
        rules, function = self._rules, member.function
        if rules.compiled:
            return ORPHAN["compiled"]
        if any(rules.marked.search(word) for word in function.modifiers):
            return ORPHAN["marked"]
        code = code_of(text, function, member.path).removeprefix("return ").removeprefix("await ")
        call = rules.upward.format(name=function.name, arguments="") if rules.upward else ""
        alone = bool(call) and code.startswith(call[:-1]) and code.rstrip(";").endswith(")")
        return ORPHAN["upward"] if alone and ";" not in code.rstrip(";") else UNLIKELY

    def _alter(self, old: Function, new: Function, type_: Class) -> None:
        """The overrides of a member that is seen by others now, or has another decorator."""
        name, home = new.name, self._context.edit.path
        for kin, _ in self._below(home, type_):
            for member in kin.members:
                same = member.function.name == name and len(member.function.parameters) == len(old.parameters)
                text = self._index.text_of(member.path) if same else None
                for change in follow_suit(text, member.function, old, new, self._rules) if text else ():
                    why = f"override of `{name}`, as it is now in `{type_.name}` in {home}"
                    self._others.append(
                        self._site(member.path, *change, Trigger.MEMBER_CHANGED, ALTERED, why)
                    )

    def _site(
        self, path: str, start: int, old: str, draft: str, trigger: Trigger, rule: float, why: str
    ) -> Site:
        context = self._context
        distance = context.distances.of(context.edit.hunks[0].new_start, path, start)
        return Site(
            path, start, old, draft, IntentKind.OVERRIDE, NodeKind.MEMBER, Relation.OVERRIDES, distance,
            trigger, rule, why,
        )  # fmt: skip

    def sites(self) -> Iterator[Site]:
        """Everything that was found."""
        for held in self._written.values():
            text = self._index.text_of(held.seat.path) or ""
            newline = "\r\n" if "\r\n" in text else "\n"
            names = ", ".join(f"`{name}`" for name in held.names)
            where = "" if held.home == held.seat.path else f" in {held.home}"
            why = f"{names} of `{held.base}`{where}"
            draft = held.seat.text(held.members, newline)
            yield self._site(
                held.seat.path, held.seat.start, held.seat.old, draft, Trigger.MEMBER_ADDED, held.rule, why
            )
        yield from self._others


def _id(kin: Kin) -> tuple[str, int]:
    return kin.path, -1 if kin.type is None else kin.type.start


def _plain(type_: str) -> str:
    """A type's own word, to tell overloads apart."""
    return re.sub(r"<.*>|\s|\b(?:final)\b", "", type_, flags=re.DOTALL).rpartition(".")[2]
