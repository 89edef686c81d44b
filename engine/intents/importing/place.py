"""Where an import goes in a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from engine.intents.importing.habits import MOST_VOTES, Habits, shared
from engine.intents.importing.join import Joiner
from engine.intents.importing.merging import Merging
from engine.intents.importing.order import ORDERS, WELL_SORTED, Line, best_order, line_of, module_kind
from engine.intents.importing.origins import Source
from engine.intents.importing.scope import Scoping, inside
from engine.intents.importing.style import Put, Style
from engine.syntax.index import Index
from engine.syntax.linking.imports import TOP, Span, Statement, header_end
from engine.syntax.names.unresolved import Missing

FEW = 4
"""Statements that show too little of a file's order."""
MIXED = 0.35
"""The share of turns to an earlier kind of module from which on kinds do not matter."""
_ATTACHED = re.compile(r"[ \t]*(?:#|//)")


@dataclass(slots=True)
class _Section:
    """Neighbouring statements that are sorted among themselves."""

    statements: list[Statement]
    lines: list[Line]

    @property
    def kinds(self) -> set[int]:
        """The kinds of modules in it."""
        return {line.kind for line in self.lines}


class Placer:
    """Places imports in one file."""

    def __init__(self, style: Style, index: Index) -> None:
        self.style = style
        self.index = index
        self.habits = Habits(style, index)
        self.joiner = Joiner(style, Merging(style, index.imports), self.habits)
        self.scoping = Scoping(style, index)
        self.text = style.text
        self.known = style.known
        self.forms = style.forms
        self.speller = style.speller
        self.own = style.own
        self.newline = style.newline

    def place(self, source: Source, missing: Missing) -> Put | None:
        """Where and how the import is written."""
        holder = self.scoping.holder(source, missing)
        own = [one for one in self.own if one.holder == holder]
        source = inside(source, holder, missing, own, self.speller)
        if holder != TOP and not own:
            return self._opening(holder, self.style.render(source))
        joined = self.joiner.join(source, own) if self.forms.joins else None
        return joined or self._placed(source, own)

    def _placed(self, source: Source, own: Sequence[Statement]) -> Put | None:
        sections = list(self._sections(own))
        block = own[0].block != TOP if own else False
        text = self.style.render(source, block)
        line = Line(
            source.module, source.kind != "module", source.name or source.local, text,
            module_kind(self.speller, self.known, source.module), source.kind == "static", source.type_only,
        )  # fmt: skip
        if not sections:
            return self._first(text)
        if own and not block and "block" in self.forms.templates:
            return self._as_block(source, own[-1])
        order, broken = self._order(sections)
        section = self._section(sections, line)
        if section is None:
            voted = self._voted(own, source)
            if voted is not None:
                return self._between(sections, own, voted, text)
            if not self._mixes:
                return self._new_section(sections, line, text)
            section = max(sections, key=lambda one: len(one.lines))
        at = self._position(section, line, order, broken, source)
        if at < len(section.statements):
            return self._before(section.statements[at], text)
        return self._behind(section.statements[-1], text)

    def _order(self, sections: Sequence[_Section]) -> tuple[str, float]:
        groups = [one.lines for one in sections]
        if sum(map(len, groups)) - len(groups) < 3:
            beside = [
                [
                    line_of(statement, module_kind(self.speller, self.known, statement.module))
                    for statement in run
                ]
                for one in self.style.others
                for _, run in groupby(
                    one, lambda statement: module_kind(self.speller, self.known, statement.module)
                )
            ]
            order, broken = best_order(groups, self.forms.orders)
            others, _ = best_order(beside, self.forms.orders) if not broken else (order, 0.0)
            same = best_order(groups, (others,))[1]
            return (others, same) if same <= broken else (order, broken)
        return best_order(groups, self.forms.orders)

    def _position(self, section: _Section, line: Line, order: str, broken: float, source: Source) -> int:
        key = ORDERS[order]
        own, own_broken = best_order([section.lines], self.forms.orders)
        if own_broken < best_order([section.lines], (order,))[1] and len(section.lines) > 2:
            key, order, broken = ORDERS[own], own, own_broken
        if broken <= WELL_SORTED and len(self.own) >= FEW:
            return sum(1 for one in section.lines if key(one) <= key(line))
        return self.habits.place(section.statements, section.lines, source, line, order)

    @cached_property
    def _mixes(self) -> bool:
        """Whether files here sort their imports without regard to the kinds of modules."""
        files = [
            [module_kind(self.speller, self.known, one.module) for one in run] for run in self.style.others
        ]
        turns = [(a, b) for kinds in files for a, b in pairwise(kinds) if a != b]
        if sum(a > b for a, b in turns) <= MIXED * len(turns):
            return False
        lines = [[line_of(one, 0) for one in run] for run in self.style.others]
        return best_order(lines, self.forms.orders)[1] < WELL_SORTED

    def _between(
        self,
        sections: Sequence[_Section],
        own: Sequence[Statement],
        at: int,
        text: str,
    ) -> Put:
        """A section of its own where other files have it; inside of another where they mix."""
        begins = {id(one.statements[0]) for one in sections}
        gap = self.newline if self.forms.grouped else ""
        if at == 0:
            return self._before(own[0], text, gap_after=gap)
        if at < len(own) and id(own[at]) not in begins:
            return self._before(own[at], text)
        return self._behind(own[at - 1], text, gap_before=gap)

    def _voted(self, statements: Sequence[Statement], source: Source) -> int | None:
        """The place that suits best how other files order this import and those that stand here."""
        votes = [0] * len(statements)
        places = {item.local: n for n, one in enumerate(statements) for item in one.items}
        for path in source.seen[:MOST_VOTES]:
            theirs = self.index.imports(path)
            at = next(
                (n for n, one in enumerate(theirs) if any(i.local == source.local for i in one.items)), None
            )
            if at is None:
                continue
            for n, one in enumerate(theirs):
                for item in one.items if n != at else ():
                    if item.local in places:
                        votes[places[item.local]] += 1 if n < at else -1
        if not any(votes):
            return None
        kinds = [module_kind(self.speller, self.known, one.module) for one in statements]
        kind = module_kind(self.speller, self.known, source.module)

        def suits(at: int) -> tuple[int, int, int]:
            amiss = sum(one > kind for one in kinds[:at]) + sum(one < kind for one in kinds[at:])
            return sum(votes[:at]) - sum(votes[at:]), -amiss, at

        return max(range(len(votes) + 1), key=suits)

    def _sections(self, own: Sequence[Statement]) -> Iterator[_Section]:
        """Statements with nothing between them; of those the blocks of one kind, if there are such."""
        run: list[Statement] = []
        for one in own:
            if run and self.text[run[-1].end : one.start].strip(" \t\r;").count("\n") != 1:
                yield from self._by_kind(run)
                run = []
            run.append(one)
        if run:
            yield from self._by_kind(run)

    def _by_kind(self, run: Sequence[Statement]) -> Iterator[_Section]:
        lines = [line_of(one, module_kind(self.speller, self.known, one.module)) for one in run]
        marks = [(line.static, line.kind) for line in lines]
        changes = [n for n in range(1, len(marks)) if marks[n] != marks[n - 1]]
        back = any(b < a for (_, a), (_, b) in pairwise(marks))
        whole = not self.forms.grouped or (
            len({static for static, _ in marks}) == 1 and not best_order([lines], self.forms.orders)[1]
        )
        if len(changes) + 1 != len(set(marks)) or (back and whole):
            yield _Section(list(run), lines)  # sorted as one, whatever the kinds
            return
        for start, end in zip([0, *changes], [*changes, len(run)], strict=True):
            yield _Section(list(run[start:end]), lines[start:end])

    def _section(self, sections: Sequence[_Section], line: Line) -> _Section | None:
        fit = [
            one for one in sections if any((a.kind, a.static) == (line.kind, line.static) for a in one.lines)
        ]
        if not fit:
            mixed = [
                one
                for one in sections
                if len(one.kinds) > 1 and any(a.static == line.static for a in one.lines)
            ]
            return max(mixed, key=lambda one: len(one.lines)) if mixed else None

        def closeness(one: _Section) -> tuple[int, int, int]:
            near = max(shared(a.module, line.module) for a in one.lines)
            typed = sum(a.type_only == line.type_only for a in one.lines)
            return near, typed > 0, sum(a.kind == line.kind for a in one.lines)

        return max(fit, key=closeness)

    def _new_section(self, sections: Sequence[_Section], line: Line, text: str) -> Put:
        mark = (line.static != self._static_first(sections), line.kind)
        first = self._static_first(sections)
        before = [one for one in sections if (one.lines[0].static != first, max(one.kinds)) < mark]
        gap = self.newline if self.forms.grouped else ""
        if before:
            return self._behind(before[-1].statements[-1], text, gap_before=gap)
        return self._before(sections[0].statements[0], text, gap_after=gap)

    def _static_first(self, sections: Sequence[_Section]) -> bool:
        """Whether static imports stand before the others."""
        marks = [line.static for one in sections for line in one.lines]
        if len(set(marks)) < 2:
            marks = [one.static for one in self.style.beside]
        return bool(marks) and marks[0]

    def _before(self, statement: Statement, text: str, gap_after: str = "") -> Put:
        line = self.text.rfind("\n", 0, statement.start) + 1
        indent = self.text[line : statement.start]
        if indent.strip():
            return Put(statement.start, "", text + self.newline)
        line = self._above(line)
        return Put(line, "", indent + text + self.newline + gap_after)

    def _above(self, line: int) -> int:
        """The line on which a statement begins with its attributes and comments; a licence is not its own."""
        at = line
        while at > 0 and _ATTACHED.match(self.style.line_before(at)):
            at = self.text.rfind("\n", 0, at - 1) + 1
        return at if at > 0 else line

    def _behind(self, statement: Statement, text: str, gap_before: str = "") -> Put:
        start = self.text.rfind("\n", 0, statement.start) + 1
        indent = self.text[start : statement.start]
        indent = indent if not indent.strip() else ""
        end = self.text.find("\n", statement.end)
        if end < 0:
            return Put(len(self.text), "", gap_before + self.newline + indent + text)
        return Put(end + 1, "", gap_before + indent + text + self.newline)

    def _opening(self, holder: Span, text: str) -> Put:
        """The first import of a block, on a line of its own before what the block begins with."""
        at = (
            holder[0] + len(self.text[holder[0] : holder[1]]) - len(self.text[holder[0] : holder[1]].lstrip())
        )
        line = self.style.line(at)
        indent = self.text[line:at] if not self.text[line:at].strip() else ""
        return Put(line if indent else at, "", indent + text + 2 * self.newline)

    def _as_block(self, source: Source, statement: Statement) -> Put:
        """A single import and the new one, in a block."""
        entry = statement.text.split(None, 1)[1] if " " in statement.text else statement.text
        modules = {entry: statement.module, self.style.render(source, True): source.module}
        kinds = {one: module_kind(self.speller, self.known, module) for one, module in modules.items()}
        lines = sorted(modules, key=lambda one: (kinds[one], modules[one]))
        gap = self.newline if len(set(kinds.values())) > 1 else ""
        both = f"{self.newline}{gap}".join(f"\t{one}" for one in lines)
        whole = self.forms.templates["block.whole"].replace("\\n", self.newline)
        return Put(statement.start, statement.text, whole.replace("{lines}", both))

    def _first(self, text: str) -> Put:
        """The first import of a file: below its licence, its docstring, its package."""
        at, header = header_end(self.style.document)
        after = self.text[at:]
        gap = self.newline if after.strip() and after[:1] not in {"\n", "\r"} else ""
        return Put(at, "", (self.newline if header else "") + text + self.newline + gap)
