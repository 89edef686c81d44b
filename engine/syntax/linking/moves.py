"""Where the project names a module by its file: what must follow when the file is moved."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.syntax.document import Document, Mention
from engine.syntax.index import Index, View
from engine.syntax.linking.modules import SUFFIXES, module_name
from engine.syntax.names.classes import Value
from engine.syntax.names.references import References
from engine.syntax.names.resolve import ModuleEntity

QUOTED = re.compile(r"(?P<mark>['\"`])(?P<path>[^'\"`\n\\]{1,200})(?P=mark)")
DOTTED = re.compile(r"[\w.]*$")
_PROSE = frozenset({"comment", "docstring", "string", "word"})


@dataclass(frozen=True, slots=True)
class Naming:
    """One place that names the module; offsets are characters."""

    path: str
    start: int
    old: str
    new: str
    imports: bool
    """Whether it stands in an import, else it is a use of the module's name."""


def namings(index: Index, old: str, new: str, text: str) -> Iterator[Naming]:
    """Every place of the project that names a file as it was called before, with what it is called now."""
    view = index.view({old: text}, moved=(old, new))
    search = References(view)
    own = search.project.document(old)
    if own is None:
        return
    match own.grammar.imports:
        case "relative":
            yield from _quoted(view, old, new)
        case "dotted" | "crate":
            yield from _worded(search, view, old, new)


# -- paths in quotes


def _quoted(view: View, old: str, new: str) -> Iterator[Naming]:
    word = module_name(old)
    for path in view.files_with(word):
        document = view.document(path)
        if document is None or path == old or document.grammar.imports != "relative":
            continue
        text = document.border.text
        for match in QUOTED.finditer(text):
            named = match["path"]
            if word in named and view.modules.resolve("relative", path, named) == old:
                draft = _relative(path, named, old, new)
                if draft is not None and draft != named:
                    yield Naming(path, match.start("path"), named, draft, imports=True)


def _relative(importer: str, named: str, old: str, new: str) -> str | None:
    """The path as the importer writes it, for the new file: with or without suffix, an alias or none."""
    before, after = posixpath.splitext(old)[0], posixpath.splitext(new)[0]
    ending = posixpath.splitext(named)[1]
    kept = ending if ending in SUFFIXES["relative"] else ""
    bare = named.removesuffix(kept) if kept else named
    if posixpath.basename(after) == "index" and posixpath.basename(bare) != "index" and not kept:
        after = posixpath.dirname(after)
    head, slash, last = bare.rpartition("/")
    if posixpath.dirname(before) == posixpath.dirname(after) and last == posixpath.basename(before):
        return head + slash + posixpath.basename(after) + kept
    if not named.startswith("."):  # through an alias, which may not lead to the other folder
        return None
    found = posixpath.relpath(after, posixpath.dirname(importer) or ".")
    return (found if found.startswith(".") else f"./{found}") + kept


# -- paths of names


def _worded(search: References, view: View, old: str, new: str) -> Iterator[Naming]:
    word, now = module_name(old), module_name(new)
    beside = _folder(old) == _folder(new)
    for path in view.files_with(word):
        document = view.document(path)
        if document is None or path == old:
            continue
        for mention in document.mentions(word) if beside and word != now else ():
            if _names(search, document, mention, old):
                start = document.border.to_chars(mention.start)
                yield Naming(path, start, word, now, mention.role.startswith("import."))
        if not beside and document.grammar.imports == "dotted":
            yield from _absolute(view, document, old, new)


def _folder(path: str) -> str:
    """The folder that a module is in: that of a package's own file is outside of the package."""
    folder, file = posixpath.split(path)
    inside = posixpath.splitext(file)[0] in {"__init__", "mod"}
    return posixpath.dirname(folder) if inside else folder


def _names(search: References, document: Document, mention: Mention, old: str) -> bool:
    """Whether a word stands for the module."""
    if mention.role in _PROSE or mention.node is None:
        return False
    node = mention.node
    named = mention.role in {"import.name", "import.root", "import.source"}
    if named and search.resolver.imported(mention) == ModuleEntity(old):
        return True
    outer = node.parent
    if outer is not None and outer.child_by_field_name("name") == node and outer.child_by_field_name("path"):
        node = outer
    style = document.grammar.imports
    if mention.role.startswith(("import.", "path")) or style == "crate":
        if style == "crate":
            return search.resolver.module_at(document, node) == old
        before = document.data[max(0, mention.start - 200) : mention.start].decode("utf-8", "replace")
        head = DOTTED.search(before)
        path = (head.group() if head is not None else "") + mention.name
        return search.project.modules.resolve(style, document.path, path) == old
    return Value("module", old) in search.module_value(document, mention)


def _absolute(view: View, document: Document, old: str, new: str) -> Iterator[Naming]:
    """Full names of a module of Python that went to another package."""
    before, after = _stem(old), _stem(new)
    text = document.border.text
    for match in re.finditer(r"^[ \t]*(?:from|import)[ \t]+(?P<name>\w+(?:\.\w+)+)", text, re.MULTILINE):
        named = match["name"]
        if view.modules.resolve("dotted", document.path, named) != old:
            continue
        tail = named.replace(".", "/")
        root = before.removesuffix(tail)
        if before.endswith(tail) and after.startswith(root):
            yield Naming(
                document.path,
                match.start("name"),
                named,
                after.removeprefix(root).replace("/", "."),
                imports=True,
            )


def _stem(path: str) -> str:
    return posixpath.splitext(path)[0].removesuffix("/__init__")
