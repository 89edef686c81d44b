"""Every place that a binding is referred to from, across the project, and how sure that is."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from tree_sitter import Node

from engine.syntax.document import MODULE, PRIVATE, Document, Mention
from engine.syntax.linking.modules import module_name
from engine.syntax.names.classes import Value
from engine.syntax.names.found import (
    CERTAIN,
    FAMILIAR,
    KEYWORD_RULE,
    UNBOUND,
    VAGUE,
    VAGUE_WORD,
    Found,
    Reference,
    telling,
    text_rule,
)
from engine.syntax.names.meaning import PASSED, Meaning
from engine.syntax.names.members import MemberSearch
from engine.syntax.names.overloads import Overloads
from engine.syntax.names.resolve import Entity
from engine.syntax.nodes import text_of
from engine.syntax.occurrences import kind_of
from engine.types import Relation

WORK = 200_000
"""How much is spent on files that need not have to do with the binding, in microseconds of an idle core.
It is counted in mentions and bytes, so that the same question always gets the same answer."""
TYPED = 3
"""How much more is spent in a language whose receivers have types that say more."""
KEYWORD_FILES = 300
PER_NAME, PER_MEMBER, PER_BYTE = 40.0, 150.0, 0.12
"""Of a mention that scopes decide, of one whose receiver must be known, of a byte that is parsed."""


class References(Meaning):
    """Finds the references of one binding after another."""

    _work: float = WORK
    _wanted: Callable[[str], bool] | None = None

    def find(
        self,
        entity: Entity,
        work: float = WORK,
        wanted: Callable[[str], bool] | None = None,
        touched: Mention | None = None,
    ) -> list[Reference]:
        """Every place that refers to the binding, with those of which it is only likely.

        `work` is spent as WORK says; of other files than the binding's own, those that are `wanted` are read.
        Of several methods of one name, only the one is meant that was `touched`.
        """
        self._work, self._wanted = work, wanted
        document = self.project.document(entity.path)
        if document is None:
            return []
        scope = None if entity.scope == MODULE else document.scope(entity.scope)
        if scope is not None and scope.is_class:
            found = self._members(entity)
            if document.grammar.overloads and touched is not None:
                self._tell_apart(found, Overloads(self, entity, touched))
        elif entity.scope == MODULE and not self.resolver.defs(entity):
            found = self._unbound(document, entity)
        elif entity.scope == MODULE:
            found = self._globals(entity)
        else:
            found = self._locals(document, entity)
        return self._with_texts(entity, found)

    def _tell_apart(self, found: Found, overloads: Overloads) -> None:
        if overloads.several:
            judged = [(one, overloads.trust(one[0])) for one in found.sure]
            found.sure = [
                (mention, relation, min(rule, trust))
                for (mention, relation, rule), trust in judged
                if trust > 0
            ]
            found.open = [one for one in found.open if overloads.trust(one) == 1]
            found.vague = [one for one in found.vague if overloads.trust(one) == 1]

    def inside(self, entity: Entity) -> list[Reference]:
        """The places in a binding's own file that are bound by it, whatever it brings in from elsewhere."""
        document = self.project.document(entity.path)
        found = self._locals(document, entity) if document is not None else Found()
        return [self._reference(*one) for one in found.sure]

    def _locals(self, document: Document, entity: Entity) -> Found:
        found = Found()
        parameter = False
        for mention in document.mentions(entity.name):
            if self.plain(mention) and self.resolver.scope_of(mention) == entity.scope:
                self._add(found, mention, entity)
                part = mention.part("pattern") if mention.role == "def.short" else None
                handed = part is not None and _is_parameter(part)
                parameter = parameter or handed or mention.role in {"def.parameter", "def.self"}
        if parameter:
            self._keywords(entity, found)
        return found

    def _unbound(self, document: Document, entity: Entity) -> Found:
        """The same bare name elsewhere in a file that does not parse, bound by nothing that could be read."""
        found = Found()
        for mention in document.mentions(entity.name):
            if self.plain(mention) and self.resolver.scope_of(mention) is None:
                found.sure.append((mention, Relation.UNIQUE, UNBOUND))
        return found

    def _keywords(self, entity: Entity, found: Found) -> None:
        """Keyword arguments of calls of the function that the parameter belongs to."""
        callers = self._callable_names(entity)
        files: set[str] = set()
        for caller in callers:
            files.update(self.project.files_with(caller))
        for path in sorted(files & set(self.project.files_with(entity.name)))[:KEYWORD_FILES]:
            other = self.project.document(path)
            for mention in other.mentions(entity.name) if other is not None else ():
                if other is None or mention.role not in PASSED:
                    continue
                if entity in self.keyword_entities(other, mention):
                    relation = Relation.SAME_SCOPE if path == entity.path else Relation.IMPORTED
                    found.sure.append((mention, relation, KEYWORD_RULE))

    def _callable_names(self, entity: Entity) -> list[str]:
        """The name of the function around a parameter; for a constructor the names of its class."""
        for name, kind, start, _, container in self.project.facts(entity.path)[0]:
            if kind in {"function", "method"} and entity.scope[0] <= start < entity.scope[1]:
                special = kind == "method" and name.startswith("__") and name.endswith("__")
                names = [container, "super", "cls"] if special else [name]
                return names + (self._aliases(names[0]) if kind == "function" or special else [])
        document = self.project.document(entity.path)
        scope = document.scope(entity.scope) if document is not None else None
        holder = scope.node.parent if scope is not None else None
        called = holder.child_by_field_name("name") if holder is not None else None  # const name = () => ...
        return [] if called is None else [text_of(called), *self._aliases(text_of(called))]

    def _aliases(self, name: str) -> list[str]:
        """Other names under which files import this one."""
        found: set[str] = set()
        for path in self.project.files_with(name)[:KEYWORD_FILES]:
            document = self.project.document(path)
            for mention in document.mentions(name) if document is not None else ():
                alias = mention.part("alias") if mention.role == "import.source" else None
                if alias is not None:
                    found.add(text_of(alias))
        return sorted(found)

    def _candidates(
        self,
        name: str,
        hint: str,
        home: str,
        found: Found,
        price: float = PER_NAME,
        family: frozenset[str] = frozenset(),
    ) -> Iterator[tuple[Document, Mention]]:
        """Mentions in all files: those of the family first, those with the hint (the class's or module's
        name), those that are near."""
        files = self.project.files_with(name)
        hinted = family.union(self.project.files_with(hint)) if hint else family
        folder = posixpath.dirname(home)

        def rank(path: str) -> tuple[bool, bool, bool, bool]:
            return path != home, path not in family, path not in hinted, not path.startswith(folder)

        document = self.project.document(home)
        typed = document is not None and document.grammar.checked
        work = self._work * TYPED if typed else self._work
        spent = 0.0
        for path in sorted(files, key=lambda path: (*rank(path), path)):
            if spent > (2 * work if path in hinted else work):
                found.complete = False
                break
            if self._wanted is not None and path != home and not self._wanted(path):
                continue
            document = self.project.document(path)
            if document is not None:
                mentions = document.mentions(name)
                spent += len(document.data) * PER_BYTE + len(mentions) * price
                for mention in mentions:
                    yield document, mention

    def _globals(self, entity: Entity) -> Found:
        found = Found()
        stem = module_name(entity.path)
        for document, mention in self._candidates(entity.name, stem, entity.path, found):
            if mention.role in {"member", "keyword.field"}:
                if self._through_module(document, mention, entity) or self._embedded(
                    document, mention, entity
                ):
                    found.sure.append((mention, Relation.IMPORTED, CERTAIN[Relation.IMPORTED]))
            elif (self.plain(mention) or mention.role == "import.source") and (
                self.resolver.entity(mention) == entity
            ):
                self._add(found, mention, entity)
        return found

    def _through_module(self, document: Document, mention: Mention, entity: Entity) -> bool:
        return any(
            value.kind == "module" and self.resolver.export(value.path, mention.name) == entity
            for value in self.receiver(document, mention)
        )

    def _embedded(self, document: Document, mention: Mention, entity: Entity) -> bool:
        """Whether the mention is a field that embeds the type, and so bears its name."""
        if not document.grammar.embeds:
            return False
        owner = mention.part("owner")
        values = self.inference.value(document, owner) if owner else self.receiver(document, mention)
        types = set(self.inference.entity(entity))
        return any(
            base in types
            for value in values
            if value.kind in {"class", "instance"}
            for base in self.inference.family(value)[1:]
        )

    def _add(self, found: Found, mention: Mention, entity: Entity) -> None:
        relation = Relation.IMPORTED
        if mention.path == entity.path:
            inner = mention.scopes[0].key if mention.scopes else MODULE
            relation = Relation.SAME_SCOPE if inner == entity.scope else Relation.INNER_SCOPE
        found.sure.append((mention, relation, CERTAIN[relation]))

    def _members(self, entity: Entity) -> Found:
        found = Found()
        hint = self._scope_name(entity)
        start = Value("class", entity.path, entity.scope)
        family = frozenset(one.path for one in self.inference.family(start))
        mentions = self._candidates(entity.name, hint, entity.path, found, PER_MEMBER, family)
        MemberSearch(self, entity, mentions).run(found)
        return found

    def _scope_name(self, entity: Entity) -> str:
        """The name of the class that a member is bound in."""
        start, end = entity.scope
        for name, kind, at, _, _ in self.project.facts(entity.path)[0]:
            if kind == "class" and start <= at < end:
                return name
        return ""

    def _with_texts(self, entity: Entity, found: Found) -> list[Reference]:
        document = self.project.document(entity.path)
        scope = document.scope(entity.scope) if document is not None else None
        member = scope is not None and scope.is_class
        result = {
            (mention.path, mention.start): self._reference(mention, relation, rule, member)
            for mention, relation, rule in found.sure
        }
        familiar = document is not None and document.grammar.is_familiar(entity.name)
        relation = (
            Relation.UNIQUE
            if found.complete and found.strangers == 0 and not familiar
            else Relation.AMBIGUOUS
        )
        rule = FAMILIAR if familiar else CERTAIN[relation]
        for mention in found.open:
            result.setdefault((mention.path, mention.start), self._reference(mention, relation, rule))
        for mention in found.vague:
            less = rule * (VAGUE if telling(mention.name) else VAGUE_WORD)
            result.setdefault((mention.path, mention.start), self._reference(mention, relation, less))
        inner = entity.scope != MODULE and not member
        for mention in self._texts(entity, {path for path, _ in result} | {entity.path}):
            rule = text_rule(self.project.document(mention.path), mention, inner)
            result.setdefault((mention.path, mention.start), self._reference(mention, Relation.TEXTUAL, rule))
        return sorted(result.values(), key=lambda one: (one.path, one.start))

    def _texts(self, entity: Entity, paths: set[str]) -> Iterator[Mention]:
        """Comments and docstrings that say the name: in the files of the code, inside a local's function."""
        local = entity.scope != MODULE
        document = self.project.document(entity.path)
        scope = document.scope(entity.scope) if document is not None and local else None
        inside = local and (scope is None or not scope.is_class)
        for path in sorted({entity.path} if inside else paths):
            other = self.project.document(path)
            for mention in other.mentions(entity.name) if other is not None else ():
                if mention.role not in {"comment", "docstring"}:
                    continue
                if not inside or entity.scope[0] <= mention.start < entity.scope[1]:
                    yield mention

    def _reference(
        self, mention: Mention, relation: Relation, rule: float, of_member: bool = False
    ) -> Reference:
        document = self.project.document(mention.path)
        assert document is not None  # it gave the mention
        to_chars = document.border.to_chars
        short = ("key" if of_member else "value") if mention.role.endswith(".short") else ""
        return Reference(
            mention.path,
            to_chars(mention.start) + mention.name.startswith(PRIVATE),
            to_chars(mention.end),
            kind_of(mention),
            relation,
            rule,
            mention.is_def,
            mention.role,
            short,
        )


def _is_parameter(pattern: Node) -> bool:
    """Whether a pattern takes apart what a function is given."""
    outer = pattern.parent
    return outer is not None and ("parameter" in outer.type or outer.type == "assignment_pattern")
