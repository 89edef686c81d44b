"""An import that joins a statement which stands there already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.intents.importing.habits import Habits
from engine.intents.importing.merging import Merging
from engine.intents.importing.nesting import ITSELF, Nester
from engine.intents.importing.order import ITEM_ORDERS, SORTED, WELL_SORTED, best_item_order
from engine.intents.importing.origins import Source
from engine.intents.importing.style import Put, Style
from engine.syntax.linking.imports import List, Statement


class Joiner:
    """Adds names to the lists of one file's imports."""

    def __init__(self, style: Style, merging: Merging, habits: Habits) -> None:
        self.style = style
        self.merging = merging
        self.habits = habits
        self.nester = Nester(style, merging)
        self.text = style.text
        self.forms = style.forms

    def join(self, source: Source, own: Sequence[Statement]) -> Put | None:
        """Where the import fits into one of these statements, or None."""
        if source.kind not in {"name", "default"} or (source.renamed and not self.forms.joins_alias):
            return None
        same = [
            one
            for one in own
            if one.module == source.module and not one.public and self._mergeable(one, source)
        ]
        if source.kind == "default":
            return self._default_before(source, same)
        if self.forms.between == "::":
            return self._nested(source, own)
        if not same or self.style.splits(own):
            return None
        chosen = max(same, key=lambda one: (one.type_only == source.type_only, len(one.items)))
        if source.type_only and not chosen.type_only:
            source = replace(source, marked=True)
        item = self.style.item(source, chosen.type_only)
        if chosen.lists:
            return self._into(chosen.lists[0], item, source=source)
        named = [one for one in chosen.items if one.kind == "name"]
        if named and not self.style.braces:
            spans = tuple((one.start, one.end) for one in named)
            return self._into(List(chosen.module, spans[0][0], spans[-1][1], spans), item, chosen, source)
        if chosen.items and chosen.items[0].kind == "default" and not chosen.require and not chosen.type_only:
            end = chosen.items[0].end
            return Put(end, "", f", {{ {item} }}")
        return None

    def _mergeable(self, statement: Statement, source: Source) -> bool:
        if any(item.kind in {"module", "all"} for item in statement.items):
            return False
        if statement.items and not self.forms.joins_alias and all(item.renamed for item in statement.items):
            return False
        if statement.type_only and not (source.type_only or source.typeable):
            return False
        marked = statement.type_only or not source.type_only or self.style.marks
        return marked and not self.style.line_before(self.style.line(statement.start)).lstrip().startswith(
            "#["
        )

    def _default_before(self, source: Source, same: Sequence[Statement]) -> Put | None:
        """A default import in front of the names that the same module gives already."""
        for one in same:
            if one.lists and not one.require and not any(item.kind == "default" for item in one.items):
                return Put(one.lists[0].start - 1, "", f"{source.local}, ")
        return None

    def _nested(self, source: Source, own: Sequence[Statement]) -> Put | None:
        """A place in the tree of paths that one of the statements is."""
        fit = [one for one in own if not one.public and self._mergeable(one, source)]
        found = self.nester.branch(source, fit)
        if found is None:
            return None
        branch, words = found
        last = self.style.item(source, False)
        item = "::".join([*words[:-1], last if words[-1] == source.name else words[-1]])
        if branch.list is not None:
            return self._into(branch.list, item)
        old = self.text[branch.start : branch.end]
        names = self._sorted_items([old.removeprefix("::") or ITSELF, item])
        return Put(branch.start, old, "::{" + ", ".join(names) + "}")

    def _sorted_items(self, names: list[str]) -> list[str]:
        order, _ = self._item_order()
        return sorted(names, key=lambda name: (name != ITSELF, ITEM_ORDERS[order](name)))

    def _item_order(self) -> tuple[str, float]:
        lists = [list(self._names(one)) for one in self.style.own]
        if sum(map(len, lists)) < 6:
            lists += [names for one in self.style.beside for names in _listed(one)]
        return best_item_order(lists, self.forms.item_orders)

    def _names(self, statement: Statement) -> Iterator[str]:
        if statement.lists:
            for inner in statement.lists:
                yield from (self.text[start:end] for start, end in inner.members)
        else:
            yield from (item.name for item in statement.items)

    def _into(
        self, inner: List, item: str, whole: Statement | None = None, source: Source | None = None
    ) -> Put:
        """One more member of a list, where the list's order wants it."""
        text, members = self.text, inner.members
        if not members:
            return Put(inner.start, "", f" {item} " if self.style.braces else item)
        names = [text[start:end] for start, end in members]
        order, broken = (
            best_item_order([names], self.forms.item_orders) if len(names) > 3 else self._item_order()
        )
        key = ITEM_ORDERS[order]
        at = len(names)
        if source is not None and (broken > WELL_SORTED or len(names) < 2):
            at = self._by_habit(names, item, source, order)
        elif broken <= SORTED:
            at = next((n for n, name in enumerate(names) if key(name) > key(item) and name != ITSELF), at)
        at = 0 if item == ITSELF else at
        first_gap = text[inner.start : members[0][0]]
        gap = text[members[0][1] : members[1][0]] if len(members) > 1 else first_gap
        if at and len(members) > 1:
            gap = text[members[at - 1][1] : members[min(at, len(members) - 1)][0]] or gap
        separator = ", "
        if "\n" in gap:
            start = members[min(at, len(members) - 1)][0]
            separator = "," + self.style.newline + self._indent(start)
        if at < len(members):
            return Put(members[at][0], "", item + separator)
        put = Put(members[-1][1], "", separator + item)
        return self._wrapped(whole, names, item, put) if whole is not None and "\n" not in gap else put

    def _by_habit(self, names: Sequence[str], item: str, source: Source, order: str) -> int:
        """Where a name goes in a list that nothing sorts."""
        key = ITEM_ORDERS[order]
        lists = [names, *(list(self._names(one)) for one in self.style.own)]
        bare = [name.removeprefix("type ").split(" as ")[-1] for name in names]
        return self.habits.item(bare, source, [[key(name) for name in one] for one in lists], [key(item)])

    def _wrapped(self, whole: Statement, names: Sequence[str], item: str, put: Put) -> Put:
        """The list in brackets, a line for each, where one line would be too long."""
        longest = max(
            self.forms.width, *(len(line) for one in self.style.own for line in one.text.splitlines())
        )
        if len(whole.text) + len(put.new) <= longest or "(" in whole.text or "\\" in whole.text:
            return put
        start = whole.items[0].start
        step = self.style.newline + " " * 4
        return Put(
            start,
            self.text[start : whole.end],
            "(" + "".join(f"{step}{one}," for one in (*names, item)) + self.style.newline + ")",
        )

    def _indent(self, at: int) -> str:
        line = self.text.rfind("\n", 0, at) + 1
        return self.text[line : line + len(self.text[line:at]) - len(self.text[line:at].lstrip())]


def _listed(statement: Statement) -> Iterator[list[str]]:
    """The lists of a statement of another file, as they are written there."""
    for inner in statement.lists:
        yield [
            statement.text[start - statement.start : end - statement.start] for start, end in inner.members
        ]
    if not statement.lists:
        yield [item.name for item in statement.items]
