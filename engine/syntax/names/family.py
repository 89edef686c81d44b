"""Classes downward: who names a class among its bases, and which types fulfil an interface unasked."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.syntax.border import find_word
from engine.syntax.document import Document, Mention
from engine.syntax.forms import Class, Function
from engine.syntax.names.meaning import Meaning
from engine.syntax.names.resolve import Entity
from engine.syntax.nodes import text_of

MOST_FILES = 400
MOST_MENTIONS = 1_200
"""Places where a base's name stands that are looked at."""
MOST_TYPES = 60
_FIRST = re.compile(r"[\"']?(\.+|[\w@-]+)")
_HOME = frozenset({"crate", "super", "self", ".", ".."})
"""How imports from the project itself begin, besides the names of its folders."""
_RESULT_NAME = re.compile(r"^[^\W\d]\w*\s+(?=\S)")
_TYPE_WORD = re.compile(r"(?:func|chan|map|interface|struct)\b")
"""Words that begin a type of Go and are no name in front of one."""
_HEAD = re.compile(
    rb"\b(?:class|interface|extends|implements|impl|trait|enum|record)\b(?:(?!:\s*\n)[^{};])*$"
)
_OWN = frozenset({b"class", b"interface", b"trait", b"enum", b"record"})
"""What stands right before a class's own name."""
HEAD_BYTES = 400
"""How long a class's head may be before a base."""
_LAST_WORD = re.compile(r"([^\W\d][\w$]*)\s*(?:[<\[(].*)?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Member:
    """A method, with the file that it stands in."""

    path: str
    function: Function


@dataclass(frozen=True, slots=True)
class Kin:
    """A class or type below another one."""

    path: str
    name: str
    type: Class | None
    """None for a type that is no class: a function or a map with methods."""
    base: str
    """How it names the other among its bases; empty where it fulfils an interface without naming it."""
    members: tuple[Member, ...]

    @property
    def end(self) -> int:
        """Where it ends in its file, if it is a class."""
        return -1 if self.type is None else self.type.end


def _in_heads(data: bytes, word: bytes) -> Iterator[int]:
    """Where a word stands behind what begins the head of a class, but for the class's own name."""
    for at in find_word(data, word):
        found = _HEAD.search(data, max(0, at - HEAD_BYTES), at)
        if found is not None and found.group().strip() not in _OWN:
            yield at


def _overrides(below: Class, type_: Class) -> bool:
    """Whether a class's members show whose they are: all of an impl block's, most of the base's."""
    own, asked = {one.name for one in below.methods}, {one.name for one in type_.methods}
    return bool(own) and (own <= asked if below.kind == "impl" else len(own & asked) * 2 > len(asked))


def last_word(base: str) -> str:
    """The name of a base as it is written: `module.Base[int]` names Base."""
    found = _LAST_WORD.search(base)
    return found.group(1) if found else ""


class Family:
    """Looks downward from classes of one project."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._project = meaning.project
        self._defined: dict[str, list[tuple[str, int]]] = {}

    def heirs(self, path: str, type_: Class) -> tuple[Kin, ...]:
        """The classes that name this one among their bases, wherever they are, its own file's first."""
        entity = self._entity(path, type_)
        places = islice(self._heads(path, type_.name), MOST_MENTIONS)
        kin = (self._heir(document, at, name, type_, entity) for document, at, name in places)
        return tuple(one for one in kin if one is not None)

    def _heads(self, path: str, word: str) -> Iterator[tuple[Document, int, str]]:
        """Where a class's name stands in the heads of others (bytes), its own file first, and how it is
        called there."""
        home = self._project.document(path)
        paths = sorted(self._project.files_with(word), key=lambda one: (one != path, one))
        for other in paths[:MOST_FILES] if home is not None else ():
            document = self._project.document(other)
            if document is None or home is None or document.grammar.imports != home.grammar.imports:
                continue
            for name in self._names(document, word):
                for at in _in_heads(document.data, name.encode("utf-8", "surrogatepass")):
                    yield document, at, name

    def bases(self, path: str, type_: Class) -> Iterator[tuple[str, Class]]:
        """The classes of the project that a class names as its bases, with their files."""
        document = self._project.document(path)
        for base in type_.bases if document is not None else ():
            name = last_word(base)
            at = -1 if document is None else _place_of(base, type_, document.border.text)
            found = (
                self._named(path, at + base.rfind(name, 0, _bracket(base)), name)
                if name and at >= 0
                else None
            )
            if found is not None and found != (path, type_):
                yield found

    def _named(self, path: str, start: int, name: str) -> tuple[str, Class] | None:
        """The class that a name at a character offset stands for, or the only one of the name."""
        document = self._project.document(path)
        target = self._meaning.target(path, start)
        if document is None or target is None or document.grammar.is_word(name):
            return None
        entity = target[1][0] if target[1] else None
        held = self._meaning.resolver.defs(entity) if entity is not None else []
        if entity is not None and held and held[0].role.startswith("import."):
            followed = self._imported(held[0])
            if followed is None and not self._unread(document, entity):
                return None
            entity = followed
            held = self._meaning.resolver.defs(entity) if entity is not None else []
        places = self._classes(name) if entity is None else [(entity.path, one.start) for one in held]
        if len(places) != 1:
            return None
        home = self._project.document(places[0][0])
        type_ = home.shapes.class_at(home.border.to_chars(places[0][1])) if home is not None else None
        return None if type_ is None else (places[0][0], type_)

    def _classes(self, name: str) -> list[tuple[str, int]]:
        """Where the project defines classes of a name: file and byte offset."""
        if name not in self._defined:
            self._defined[name] = [
                (path, item[2])
                for path in self._project.files_with(name)
                for item in self._project.facts(path)[0]
                if item[:2] == (name, "class")
            ]
        return self._defined[name]

    def _imported(self, mention: Mention) -> Entity | None:
        found = self._meaning.resolver.imported(mention)
        return found if isinstance(found, Entity) else None

    def is_above(self, path: str, name: str) -> bool:
        """Whether it seems that some class names this one among its bases; cheap, and right about a no."""
        return any(True for _ in self._heads(path, name))

    def _names(self, document: Document, name: str) -> list[str]:
        """The name, and others under which the file imports it."""
        found = [name]
        if name.encode("utf-8", "surrogatepass") + b" as " in document.data:
            for mention in document.mentions(name):
                alias = mention.part("alias") if mention.role == "import.source" else None
                if alias is not None:
                    found.append(text_of(alias))
        return found

    def _heir(
        self, document: Document, at: int, name: str, type_: Class, entity: Entity | None
    ) -> Kin | None:
        start = document.border.to_chars(at)
        below = next(iter(document.shapes.heirs(start, start + 1)), None)
        if below is None:
            return None
        base = next((whole(one, below, document) for one in below.bases if last_word(one) == name), "")
        if not base or below.kind == "struct":  # an embedded type is no base that asks for anything
            return None
        mention = document.classify(at, at + len(name.encode("utf-8", "surrogatepass")), name)
        if not self._means(document, mention, type_, entity, below):
            return None
        members = tuple(Member(document.path, one) for one in below.methods)
        return Kin(document.path, below.name, below, base, members)

    def _means(
        self, document: Document, mention: Mention, type_: Class, entity: Entity | None, below: Class
    ) -> bool:
        """Whether a base's name stands for the class; where nothing says so, whether it is the only one."""
        entities = self._meaning.entities(document, mention)
        if not entities or entity is None:
            return len(self._classes(type_.name)) == 1
        if entity in entities or any(self._imports(document, one, entity) for one in entities):
            return True
        known = self._unread(document, entities[0]) or _overrides(below, type_)
        return known and len(self._classes(type_.name)) == 1

    def _imports(self, document: Document, alias: Entity, entity: Entity) -> bool:
        """Whether a name of the file is only another one for the class."""
        if alias.path != document.path:
            return False
        defs = self._meaning.resolver.defs(alias)
        return any(
            one.role.startswith("import.") and self._meaning.resolver.imported(one) == entity for one in defs
        )

    def _unread(self, document: Document, entity: Entity) -> bool:
        """Whether a name is imported along a path of the project that cannot be followed."""
        if entity.path != document.path:
            return False
        for mention in self._meaning.resolver.defs(entity):
            node = mention.part("prefix") or mention.part("module")
            first = _FIRST.match(text_of(node)) if node is not None else None
            if mention.role.startswith("import.") and first is not None:
                return first.group(1) in _HOME or self._is_folder(first.group(1))
        return False

    def _is_folder(self, name: str) -> bool:
        return any(f"/{name}/" in f"/{path}" for path in self._project.modules.paths)

    def _entity(self, path: str, type_: Class) -> Entity | None:
        found = self._meaning.target(path, type_.name_start)
        return found[1][0] if found is not None and found[1] else None

    # -- types that fulfil an interface without naming it

    def fulfilling(self, path: str, wanted: Sequence[Function]) -> tuple[Kin, ...]:
        """The types that have all these methods with the same parameters, the file's own first."""
        home = self._project.document(path)
        rarest = min(wanted, key=lambda one: len(self._project.files_with(one.name)), default=None)
        if home is None or rarest is None:
            return ()
        held = self._by_type(home, rarest)
        for one in wanted:
            if one is not rarest and held:
                also = self._by_type(home, one)
                held = {key: members for key, members in held.items() if key in also}
        types = (self._type(home, *key) for key in held)
        found = [one for one in types if one is not None]
        return tuple(sorted(found, key=lambda one: (one.path != path, one.path, one.end))[:MOST_TYPES])

    def _by_type(self, home: Document, wanted: Function) -> dict[tuple[str, str], str]:
        """The folders and names of the types that have such a method beside them."""
        held: dict[tuple[str, str], str] = {}
        for path, document in self._alike(home, wanted.name):
            for fact, kind, at, _, _ in self._project.facts(path)[0]:
                if (fact, kind) != (wanted.name, "method"):
                    continue
                function = document.shapes.function_at(document.border.to_chars(at))
                if function is None or function.is_abstract or not function.owner:
                    continue
                if same_call(function, wanted):
                    held[posixpath.dirname(path), function.owner] = path
        return held

    def _alike(self, home: Document, name: str) -> Iterator[tuple[str, Document]]:
        """The files of the same language in which a name stands."""
        for path in self._project.files_with(name)[:MOST_FILES]:
            document = self._project.document(path)
            if document is not None and document.grammar is home.grammar:
                yield path, document

    def type_(self, path: str, name: str) -> Kin | None:
        """A type of a file's folder with the methods that stand beside it."""
        home = self._project.document(path)
        return None if home is None else self._type(home, posixpath.dirname(path), name)

    def _type(self, home: Document, folder: str, name: str) -> Kin | None:
        own: Class | None = None
        where = ""
        members: list[Member] = []
        for path, document in self._alike(home, name):
            if posixpath.dirname(path) != folder:
                continue
            for fact, kind, at, _, _ in self._project.facts(path)[0]:
                start = document.border.to_chars(at)
                if (fact, kind) == (name, "class") and own is None:
                    own, where = document.shapes.class_at(start), path
                elif kind == "method" and self._may_be_of(document, at, name):
                    function = document.shapes.function_at(start)
                    if function is not None and function.owner == name and not function.is_abstract:
                        members.append(Member(path, function))
        if own is None and not members:
            return None
        return Kin(where or members[0].path, name, own, "", tuple(members))

    def _may_be_of(self, document: Document, at: int, name: str) -> bool:
        """Whether a type's name stands before a method's on its line."""
        line = document.data.rfind(b"\n", 0, at) + 1
        return name.encode("utf-8", "surrogatepass") in document.data[line:at]


def whole(base: str, type_: Class, document: Document) -> str:
    """A base with its type arguments, also where the grammar keeps those beside it."""
    text = document.border.text
    at = _place_of(base, type_, text)
    end, depth = at + len(base), 0
    if at < 0 or text[end : end + 1] != "<":
        return base
    for here in range(end, type_.body_start):
        depth += (text[here] == "<") - (text[here] == ">" and text[here - 1] not in "-=")
        if depth == 0:
            return text[at : here + 1]
    return base


def _place_of(base: str, type_: Class, text: str) -> int:
    """Where a base stands in a class's head: behind the class's name, in an impl block before it, or -1."""
    pattern = re.compile(rf"(?<![\w$.]){re.escape(base)}(?![\w$])")
    behind = pattern.search(text, type_.name_start + len(type_.name), type_.body_start)
    found = behind or pattern.search(text, type_.start, type_.name_start)
    return found.start() if found else -1


def _bracket(base: str) -> int:
    """Where the arguments of a base begin, or its end."""
    found = re.search(r"[<\[(]", base)
    return found.start() if found else len(base)


def same_call(one: Function, other: Function) -> bool:
    """Whether two methods take and give the same, however types are qualified and parameters called."""
    left, right = ([_bare(parameter.type) for parameter in side.parameters] for side in (one, other))
    return left == right and _gives(one) == _gives(other)


def _gives(function: Function) -> list[str]:
    return [_bare(one) for one in result_types(function.returns)]


def _bare(type_: str) -> str:
    """A type without the packages of its names."""
    return re.sub(r"\s+", "", re.sub(r"\b\w+\.", "", type_)).replace("interface{}", "any")


def result_types(returns: str) -> list[str]:
    """The types of a list of results, without the names that some of them bear."""
    text = returns.strip()
    if not (text.startswith("(") and text.endswith(")")):
        return [text] if text else []
    parts = top_level(text[1:-1])
    return [one if _TYPE_WORD.match(one) else _RESULT_NAME.sub("", one, count=1) for one in parts]


def top_level(text: str) -> list[str]:
    """The entries of a list at its commas that no bracket holds."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "([{<") - (char in ")]}" or (char == ">" and text[at - 1 : at] not in ("-", "=")))
        if char == "," and depth <= 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, last] if (last := text[start:].strip()) else parts
