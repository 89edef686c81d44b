"""Functions of a tree whose every call is known for certain, with what each call gives to which parameter."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from functools import cached_property

from engine.syntax.forms import Call, Function, Parameter
from trainer.simulate.named import Named, Symbols
from trainer.simulate.roles import Place
from trainer.simulate.signing.listing import Spans, whole
from trainer.simulate.tree import Tree

MOST_CALLS = 40
STEP = 3
"""Functions that are looked at for each that is drawn."""
_CHOSEN = ("function", "method", "family")
_HANDED_ON = re.compile(r"\s*\.\s*(?:call|apply|bind)\b")
_TAKEN = re.compile(r"\bpartial(?:method)?\(\s*\Z")
_IN_MACRO = frozenset({"token_tree", "macro_invocation"})


@dataclass(frozen=True)
class Definition:
    """One place where the function is declared."""

    path: str
    function: Function

    @cached_property
    def given(self) -> tuple[Parameter, ...]:
        """What a call gives: all parameters but the receiver and separators."""
        return tuple(one for one in self.function.parameters if one.kind not in {"self", "separator"})

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where the entries of the list stand, the receiver and separators among them."""
        return [(one.start, one.end) for one in self.function.parameters]


@dataclass(frozen=True)
class Use:
    """One call, with the numbers of the arguments by the number of their parameter."""

    path: str
    call: Call
    inside: Function | None
    """The innermost function with a name around it."""
    gives: dict[int, int] = field(hash=False, default_factory=dict)
    spans: Spans = field(hash=False, default=())
    """Where the arguments stand, with the comments that belong to them."""


@dataclass(frozen=True, eq=False)
class Callable:
    """A function with all its definitions (one, or a family of overrides) and calls."""

    name: str
    kind: str
    """function, method, family or constructor."""
    definitions: tuple[Definition, ...]
    """The base of a family first."""
    uses: tuple[Use, ...]

    @property
    def head(self) -> Definition:
        """The definition that a person would change first."""
        return self.definitions[0]


class Callables:
    """Draws functions of one tree; what is known of a name is kept."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.symbols = Symbols(tree)
        self._known: dict[str, Callable | None] = {}
        self._unread: list[str] | None = None
        self._waiting: list[tuple[str, Function]] = []
        self._seen: set[int] = set()
        self._found: dict[bool, list[Callable]] = {True: [], False: []}

    def draw(self, rng: random.Random, called: bool = True) -> Callable | None:
        """One of the functions that were found so far; a few more files' worth are looked for meanwhile."""
        if self._unread is None:
            self._unread = rng.sample(self.tree.paths, len(self.tree.paths))
        if self._unread and not self._waiting:
            path = self._unread.pop()
            functions = self.tree.shapes(path).functions()
            self._waiting = [(path, one) for one in rng.sample(functions, len(functions))]
        for path, function in self._waiting[:STEP]:
            found = self.of(function.name, path, function)
            if found is not None and id(found) not in self._seen:
                self._seen.add(id(found))
                self._found[bool(found.uses)].append(found)
        del self._waiting[:STEP]
        return rng.choice(self._found[called]) if self._found[called] else None

    def of(self, name: str, path: str, function: Function) -> Callable | None:
        """The function of a name, if it is certain."""
        key = name if not self.tree.makes(function) else f"{path}:{function.name_start}"
        if key not in self._known:
            self._known[key] = self._constructor(path, function) if key != name else self._plain(name)
        return self._known[key]

    def _plain(self, name: str) -> Callable | None:
        symbol = self.symbols.unique(name)
        if symbol is None:
            places = self.tree.words.get(name, ())
            if len(places) != 1 or self.tree.mentions[name] != 1:
                return None
            function = self.tree.shapes(places[0].path).function_at(places[0].start)
            return (
                None
                if function is None
                else Callable(name, "function", (Definition(places[0].path, function),), ())
            )
        if symbol.kind not in _CHOSEN or len(symbol.places) > MOST_CALLS:
            return None
        declared = [one for one in symbol.places if one.defines]
        if len(declared) > 1 and len(symbol.declared) > 1 and not self.tree.grammar.checked:
            return None  # siblings below a class that does not have it
        roots = self.symbols.roots(tuple(declared)) if len(declared) > 1 else ()
        declared.sort(key=lambda one: one not in roots)
        definitions = [self._definition(one) for one in declared]
        uses = self._uses(symbol, [one for one in symbol.places if not one.defines])
        if uses is None or any(one is None for one in definitions):
            return None
        known = tuple(one for one in definitions if one is not None)
        if len({len(one.given) for one in known}) != 1:
            return None
        words = {word for one in known for modifier in one.function.modifiers for word in modifier.split()}
        if len(known) > 1 and words & {"private", "static", "staticmethod"}:
            return None  # one hides the other
        return self._bound(Callable(name, symbol.kind, known, tuple(uses)))

    def _definition(self, one: Place) -> Definition | None:
        function = self.tree.shapes(one.path).function_at(one.start)
        return None if function is None else Definition(one.path, function)

    def _uses(self, symbol: Named, places: list[Place]) -> list[Use] | None:
        """The calls among the mentions; None where some mention may be a call in disguise."""
        found: list[Use] = []
        for one in places:
            call = self.tree.shapes(one.path).call_at(one.start)
            if call is not None:
                found.append(Use(one.path, call, self.tree.around(one.path, call.start)))
            elif one.role != "import" and (
                symbol.kind != "function"
                or any(node.type in _IN_MACRO for node in one.nodes)
                or self._is_disguised(one, symbol.name)
            ):
                return None
        return found

    def _is_disguised(self, one: Place, name: str) -> bool:
        """Whether a mention is given arguments though it is not called there: `f.call(this, a)`."""
        text = self.tree.texts[one.path]
        behind = _HANDED_ON.match(text, one.start + len(name))
        return behind is not None or _TAKEN.search(text, max(0, one.start - 40), one.start) is not None

    def _bound(self, found: Callable) -> Callable | None:
        """With what each call gives to which parameter; None where one does not fit or cannot be known."""
        uses: list[Use] = []
        for use in found.uses:
            gives = gives_of(found.head, use.call, self.tree.language == "javascript")
            if gives is None:
                return None
            spans = whole(self.tree.texts[use.path], [(one.start, one.end) for one in use.call.arguments])
            uses.append(Use(use.path, use.call, use.inside, gives, spans))
        return Callable(found.name, found.kind, found.definitions, tuple(uses))

    def _constructor(self, path: str, function: Function) -> Callable | None:
        """A constructor of a class that nothing inherits from and that has only this one."""
        tree = self.tree
        symbol = self.symbols.unique(function.owner)
        if symbol is None or symbol.kind != "class" or len(symbol.places) > MOST_CALLS:
            return None
        made = next(
            (
                one
                for one in tree.shapes(path).classes(function.name_start, function.name_start + 1)
                if one.name == function.owner and one.methods
            ),
            None,
        )
        if made is None or sum(self.tree.makes(one) for one in made.methods) != 1:
            return None
        body = tree.texts[path][made.body_start : made.body_end]
        if re.search(
            r"\bcls\(|type\(self\)|__class__\(|new this\b|this\.constructor|\bSelf\b|\bthis\(", body
        ):
            return None
        found: list[Use] = []
        for one in symbol.places:
            if one.defines or one.role == "import" or self._names_constructor(one, function):
                continue
            call = tree.shapes(one.path).call_at(one.start)
            if call is not None:
                found.append(Use(one.path, call, self.tree.around(one.path, call.start)))
            elif self._is_base(one) or any(node.type in _IN_MACRO for node in one.nodes):
                return None
        return self._bound(
            Callable(function.owner, "constructor", (Definition(path, function),), tuple(found))
        )

    def _names_constructor(self, one: Place, function: Function) -> bool:
        return one.start == function.name_start

    def _is_base(self, one: Place) -> bool:
        """Whether a mention stands in the head of a class."""
        return any(
            other.name_start < one.start < other.body_start
            for other in self.tree.shapes(one.path).classes(one.start, one.start + 1)
        )


def gives_of(definition: Definition, call: Call, lenient: bool) -> dict[int, int] | None:
    """The number of the argument for the number of each parameter; None where that is not plain to see."""
    if any(one.spread for one in call.arguments) or any(
        one.kind in {"rest", "keywords", "pattern"} for one in definition.given
    ):
        return None
    function = definition.function
    owner = call.callee[: -len(call.name)].rstrip(".:").split("<")[0]
    owner = re.split(r"\.|::", owner)[-1]
    with_self = any(one.kind == "self" for one in function.parameters)
    if function.owner and owner == function.owner and with_self and "classmethod" not in function.modifiers:
        return None
    row = [n for n, one in enumerate(definition.given) if not one.keyword_only]
    found: dict[int, int] = {}
    for number, argument in enumerate(call.arguments):
        if argument.keyword:
            named = [n for n, one in enumerate(definition.given) if one.name == argument.keyword]
            if not named or named[0] in found:
                return None
            found[named[0]] = number
        elif row:
            found[row.pop(0)] = number
        else:
            return None
    missing = [
        n for n, one in enumerate(definition.given) if n not in found and not one.default and not one.optional
    ]
    return None if missing and not lenient else found
