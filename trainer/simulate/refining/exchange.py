"""Which type another is exchanged for: a subclass, a class that the file knows, a standard type."""

from __future__ import annotations

import random
import re
from typing import Final

from engine.syntax.grammars import grammar
from engine.syntax.linking.imports import TOP, statements
from trainer.simulate.tree import Tree

_STANDARD: Final = {
    "python": "str bytes int float bool object",
    "typescript": "string number boolean bigint unknown Date",
    "java": "String Integer Long Object CharSequence Number",
    "go": "string int int64 uint32 float64 []byte",
    "rust": "String u32 u64 usize i64 f64",
}
_HEADS: Final = {
    "python": ("list Sequence tuple Iterable set", "dict Mapping MutableMapping", "List Sequence Set"),
    "typescript": ("Array ReadonlyArray Set ReadonlySet", "Map WeakMap ReadonlyMap", "Promise PromiseLike"),
    "java": (
        "List ArrayList Collection LinkedList Iterable",
        "Map HashMap TreeMap ConcurrentMap",
        "Set HashSet TreeSet",
        "Supplier Callable",
    ),
    "go": (),
    "rust": ("Vec VecDeque BTreeSet HashSet", "HashMap BTreeMap", "Rc Arc Box", "RefCell Mutex RwLock"),
}
_CLASS: Final = re.compile(
    r"^(?P<indent>[ \t]*)"
    r"(?:export\s+|default\s+|pub(?:\([^)]*\))?\s+|public\s+|private\s+|protected\s+|static\s+|final\s+"
    r"|abstract\s+)*(?:class|interface|struct|enum|trait|type)\s+(?P<name>[A-Z]\w+)"
    r"(?P<bases>[^{:\n]*)",
    re.MULTILINE,
)
_NAME: Final = re.compile(r"(?<![\w$])[A-Z][a-z]\w+\b")
_HEAD: Final = re.compile(r"^(?P<head>\w+)(?P<rest>[<\[].*)$", re.DOTALL)
_SIMPLE: Final = re.compile(r"^(?P<front>[*&]*)(?P<name>\w+)$")
_TYPING: Final = """
Any Callable ClassVar Dict Final FrozenSet Generic Iterable Iterator List Literal Mapping NamedTuple Never
NewType NoReturn Optional Protocol Self Sequence Set Tuple Type TypeVar Union
Override Test BeforeEach AfterEach
"""
_NO_CLASS: Final = frozenset(_TYPING.split())
"""Names that a file imports beside classes."""
_IMPORTED: Final = frozenset({"Collection", "Sequence", "MutableMapping", "Deque", "Counter"})
_ERRORS: Final = re.compile(r"(?:Error|Exception|Warning|Test|Tests)$")


def is_standard(language: str, name: str) -> bool:
    """Whether a type needs no import."""
    known = grammar(language)
    return name in _STANDARD[language].split() or bool(
        known and known.is_word(name) and name not in _NO_CLASS and name not in _IMPORTED
    )


def known_classes(tree: Tree, path: str) -> dict[str, str]:
    """The classes that a file defines or imports, with what stands behind their names."""
    text = tree.texts[path]
    nested = tree.language == "java"
    found = {
        match["name"]: match["bases"] for match in _CLASS.finditer(text) if nested or not match["indent"]
    }
    for statement in statements(tree.document(path)) if tree.language != "go" else ():
        names = (item.local for item in statement.items if statement.holder == TOP)
        if "static" not in statement.text.split()[:2]:
            found.update({name: found.get(name, "") for name in names if _NAME.fullmatch(name)})
    return {
        name: bases for name, bases in found.items() if not _ERRORS.search(name) and name not in _NO_CLASS
    }


def exchanged(tree: Tree, paths: list[str], old: str, rng: random.Random) -> str:
    """A type that may stand for the old one in all these files; empty where none is at hand."""
    ways = [_by_head, _by_class, _by_class, _by_standard]
    if not _SIMPLE.match(old):
        ways = [_by_head, _by_head, _by_inner]
    rng.shuffle(ways)
    for way in ways:
        new = way(tree, paths, old, rng)
        if new and new != old:
            return new
    return ""


def _by_class(tree: Tree, paths: list[str], old: str, rng: random.Random) -> str:
    """A class that all the files know; a subclass where there is one."""
    simple = _SIMPLE.match(old)
    if simple is None or old in ("None", "bool", "boolean", "void"):
        return ""
    known = [known_classes(tree, path) for path in paths]
    shared = [
        name
        for name in known[0]
        if all(name in one for one in known) and name != simple["name"] and name in tree.written_types
    ]
    below = [name for name in shared if re.search(rf"\b{re.escape(simple['name'])}\b", known[0][name])]
    pool = below or shared
    return simple["front"] + rng.choice(sorted(pool)) if pool else ""


def _by_standard(tree: Tree, paths: list[str], old: str, rng: random.Random) -> str:
    simple = _SIMPLE.match(old)
    if simple is None:
        return ""
    pool = [one for one in _STANDARD[tree.language].split() if one != simple["name"]]
    return rng.choice(pool)


def _by_head(tree: Tree, paths: list[str], old: str, rng: random.Random) -> str:
    """Another collection of the same things."""
    match = _HEAD.match(old)
    if match is None:
        return ""
    for group in _HEADS[tree.language]:
        names = group.split()
        if match["head"] in names:
            return rng.choice([one for one in names if one != match["head"]]) + match["rest"]
    return ""


def _by_inner(tree: Tree, paths: list[str], old: str, rng: random.Random) -> str:
    """The same holder with another class in it."""
    names = list(re.finditer(r"\b[A-Za-z_]\w+\b(?![<\[])", old))
    if not names:
        return ""
    last = names[-1]
    if last.group() in ("None", "null", "undefined") or old[: last.start()].endswith((".", "'", "::")):
        return ""
    pick = _by_class if rng.random() < 0.5 else _by_standard
    new = pick(tree, paths, last.group(), rng)
    return old[: last.start()] + new + old[last.end() :] if new else ""
