"""Which language a file is written in, and the parser and queries of each language."""

from __future__ import annotations

import ctypes
import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Literal

from tree_sitter import Language, Parser, Query

QUERIES = Path(__file__).parent / "queries"

ModuleStyle = Literal["dotted", "relative", "folder", "crate", "package", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """How a language differs from the others where a word or a yes says it."""

    ordered: bool = False
    """Whether a local is seen only after its declaration."""
    embeds: bool = False
    """Whether a base is a field that bears the name of its type."""
    checked: bool = False
    """Whether a compiler holds an override to the name that its base declares."""
    named: bool = False
    """Whether a call may give arguments by their names."""
    this: str = ""
    """The word for the instance, where no parameter names it."""
    makers: tuple[str, ...] = ()
    """What a class calls its constructor."""
    eponymous: bool = False
    """Whether a constructor bears the name of its class."""
    runner: str = ""
    """What a class calls the method that a call of its instance runs."""
    awaits: tuple[str, str] = ("", "")
    """What stands before and behind a call that is waited for."""
    tries: str = ""
    """What stands behind a call whose failure is handed on."""
    overloads: bool = False
    """Whether a class may have several methods of one name, told apart by their parameters."""
    structural: bool = False
    """Whether a type fulfils an interface by its methods alone."""
    scatters: bool = False
    """Whether single members of a type can be imported by their names."""
    shadows: bool = False
    """Whether a local may be declared again in the same scope, as another variable."""
    spaces: bool = False
    """Whether a type and a value may bear the same name and be different things."""


@dataclass(frozen=True, slots=True)
class Spec(Traits):
    """One line of the language table."""

    module: str
    function: str
    extensions: tuple[str, ...]
    imports: ModuleStyle
    queries: tuple[str, ...]
    """Folders of queries, general first; a later folder adds to the earlier ones."""


SPECS: dict[str, Spec] = {
    "python": Spec(
        "tree_sitter_python",
        "language",
        (".py", ".pyi", ".pyw"),
        "dotted",
        ("python",),
        named=True,
        makers=("__init__", "__new__"),
        runner="__call__",
        awaits=("await ", ""),
    ),
    "javascript": Spec(
        "tree_sitter_javascript",
        "language",
        (".js", ".jsx", ".mjs", ".cjs"),
        "relative",
        ("ecmascript", "javascript", "jsx"),
        this="this",
        makers=("constructor",),
        awaits=("await ", ""),
    ),
    "typescript": Spec(
        "tree_sitter_typescript",
        "language_typescript",
        (".ts", ".mts", ".cts"),
        "relative",
        ("ecmascript", "typescript"),
        checked=True,
        spaces=True,
        this="this",
        makers=("constructor",),
        awaits=("await ", ""),
    ),
    "tsx": Spec(
        "tree_sitter_typescript",
        "language_tsx",
        (".tsx",),
        "relative",
        ("ecmascript", "typescript", "jsx"),
        checked=True,
        spaces=True,
        this="this",
        makers=("constructor",),
        awaits=("await ", ""),
    ),
    "java": Spec(
        "tree_sitter_java",
        "language",
        (".java",),
        "package",
        ("java",),
        checked=True,
        this="this",
        eponymous=True,
        overloads=True,
    ),
    "go": Spec(
        "tree_sitter_go",
        "language",
        (".go",),
        "folder",
        ("go",),
        ordered=True,
        embeds=True,
        checked=True,
        structural=True,
    ),
    "rust": Spec(
        "tree_sitter_rust",
        "language",
        (".rs",),
        "crate",
        ("rust",),
        ordered=True,
        checked=True,
        shadows=True,
        scatters=True,
        awaits=("", ".await"),
        tries="?",
    ),
}

# Served by the shared library of tree-sitter-languages where it is installed: identifiers and parse errors.
LONG_TAIL: dict[str, tuple[str, ...]] = {
    "bash": (".sh", ".bash"),
    "c": (".c", ".h"),
    "c_sharp": (".cs",),
    "cpp": (".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"),
    "css": (".css",),
    "elixir": (".ex", ".exs"),
    "elm": (".elm",),
    "erlang": (".erl", ".hrl"),
    "haskell": (".hs",),
    "html": (".html", ".htm"),
    "json": (".json",),
    "julia": (".jl",),
    "kotlin": (".kt", ".kts"),
    "lua": (".lua",),
    "ocaml": (".ml",),
    "perl": (".pl", ".pm"),
    "php": (".php",),
    "r": (".r", ".R"),
    "ruby": (".rb", ".rake"),
    "scala": (".scala", ".sc"),
    "sql": (".sql",),
    "toml": (".toml",),
    "yaml": (".yaml", ".yml"),
}

_EXTENSIONS: dict[str, str] = {
    **{ext: name for name, exts in LONG_TAIL.items() for ext in exts},
    **{ext: name for name, spec in SPECS.items() for ext in spec.extensions},
}


def language_of(path: str) -> str | None:
    """The language of a file by its name, or None where no grammar is known."""
    name = path.rstrip("/").rpartition("/")[2]
    dot = name.rfind(".")
    return _EXTENSIONS.get(name[dot:]) if dot > 0 else None


@dataclass(frozen=True, slots=True)
class Grammar(Traits):
    """A language that is ready to parse; the queries are None where none are written (the long tail)."""

    name: str
    language: Language
    imports: ModuleStyle
    locals: Query | None
    types: Query | None
    facts: Query | None
    wildcards: Query | None
    shapes: Query | None
    flows: Query | None
    wraps: tuple[tuple[str, str, str], ...]
    """How types and values are wrapped: kind, the type around $T, the value around $x or nothing."""
    words: frozenset[str]
    """Keywords and built-in names."""
    familiar: frozenset[str]
    """Member names of the language's own library: an unknown receiver is more likely of that kind."""
    zeros: tuple[tuple[str, str], ...] = ()
    """What stands for a value that nobody has given yet: patterns of types, and texts."""
    tasks: frozenset[str] = frozenset()
    """Functions that take something to wait for, and wait for it themselves."""
    binders: frozenset[str] = frozenset()
    """What takes a function with its first arguments: functions, and (with a dot) members of the function."""
    failing: str = ""
    """The type of an error that is given beside a result, and the statements that take and hand it on."""
    library: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Methods of the library's containers and wrappers: what a call gives (same, element, many)."""

    def is_word(self, name: str) -> bool:
        """Whether a bare name is a word of the language or one of its built-in names."""
        return name in self.words

    def is_familiar(self, name: str) -> bool:
        """Whether a member of this name is more likely the language's own than the project's."""
        return name in self.familiar or (name.startswith("__") and name.endswith("__"))

    def is_maker(self, name: str, owner: str) -> bool:
        """Whether a function of this name is the constructor of the class that it stands in."""
        return bool(owner) and (name in self.makers or (self.eponymous and name == owner))

    def zero(self, type_: str) -> str:
        """What stands for a value of this type that nobody has given yet."""
        plain = "".join(type_.split())
        for pattern, text in self.zeros:
            if re.fullmatch(pattern, plain):
                return text.replace("$0", type_.strip())
        return ""

    def parser(self) -> Parser:
        """A fresh parser; parsers are not shared between threads."""
        return Parser(self.language)


@cache
def grammar(name: str) -> Grammar | None:
    """The grammar of a language, or None where it is not installed."""
    spec = SPECS.get(name)
    if spec is None:
        language = _long_tail(name)
        return (
            None
            if language is None
            else Grammar(
                name, language, "none", None, None, None, None, None, None, (), frozenset(), frozenset()
            )
        )
    try:
        module = importlib.import_module(spec.module)
    except ImportError:
        return None
    language = Language(getattr(module, spec.function)())
    familiar = _text(spec, "members.txt").split()
    return Grammar(
        name,
        language,
        spec.imports,
        _query(language, spec, "locals.scm"),
        _query(language, spec, "types.scm"),
        _query(language, spec, "facts.scm"),
        _query(language, spec, "imports.scm"),
        _query(language, spec, "shapes.scm"),
        _query(language, spec, "flows.scm"),
        _wraps(_text(spec, "wraps.txt")),
        frozenset(_text(spec, "globals.txt").split()),
        frozenset(familiar),
        tuple(_zeros(_text(spec, "zeros.txt"))),
        frozenset(_text(spec, "tasks.txt").split()),
        frozenset(_text(spec, "binders.txt").split()),
        _text(spec, "failing.txt"),
        _library(_text(spec, "giving.txt")),
        **{one.name: getattr(spec, one.name) for one in fields(Traits)},
    )


def data_of(language: str, file: str) -> str:
    """What a file of a language's query folders says, general first; empty where there is none."""
    spec = SPECS.get(language)
    return "" if spec is None else _text(spec, file)


def table_of(language: str, file: str) -> dict[str, str]:
    """The lines "key value" of such a file, without comments."""
    pairs = (line.partition(" ")[::2] for line in data_of(language, file).splitlines())
    return {key: value for key, value in pairs if key and not key.startswith("#")}


def _library(text: str) -> Mapping[str, str]:
    """From a method's name to what its call gives; each line says that of many names."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        gives, _, names = line.partition(":")
        found.update(dict.fromkeys(names.split(), gives))
    return found


def _zeros(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        pattern, tab, zero = line.partition("\t")
        if tab and not line.startswith("# "):
            yield pattern, zero


def _text(spec: Spec, file: str) -> str:
    paths = (QUERIES / folder / file for folder in spec.queries)
    return "\n".join(path.read_text("utf-8") for path in paths if path.is_file())


def _wraps(text: str) -> tuple[tuple[str, str, str], ...]:
    """The lines of wraps.txt: kind, type and value, parted by blanks."""
    lines = (line.split() for line in text.splitlines())
    return tuple((line[0], line[1], line[2] if len(line) > 2 else "") for line in lines if len(line) > 1)


def _query(language: Language, spec: Spec, file: str) -> Query | None:
    source = _text(spec, file)
    return Query(language, source) if source.strip() else None


@cache
def outline(name: str) -> Query | None:
    """The patterns of shapes.scm that find functions and classes, alone: each is a line that names one."""
    known, lines = grammar(name), data_of(name, "shapes.scm").splitlines()
    source = "\n".join(line for line in lines if "@function.name" in line or "@class.name" in line)
    return Query(known.language, source) if known is not None and source else None


@cache
def _shared_library() -> ctypes.CDLL | None:
    """The shared library inside tree-sitter-languages, or None."""
    for folder in sys.path:
        found = sorted(Path(folder).glob("tree_sitter_languages/languages.*")) if folder else []
        for path in found:
            if path.suffix in {".so", ".dylib", ".dll"}:
                try:
                    return ctypes.CDLL(str(path))
                except OSError:
                    return None
    return None


def _long_tail(name: str) -> Language | None:
    """A language of the long tail, its C pointer wrapped in the capsule that tree-sitter expects."""
    library = _shared_library() if name in LONG_TAIL else None
    function = getattr(library, f"tree_sitter_{name}", None) if library is not None else None
    if function is None:
        return None
    function.restype = ctypes.c_void_p
    wrap = ctypes.pythonapi.PyCapsule_New
    wrap.restype = ctypes.py_object
    wrap.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    try:
        return Language(wrap(function(), b"tree_sitter.Language", None))
    except ValueError:  # an ABI that this tree-sitter no longer reads
        return None
