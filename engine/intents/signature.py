"""A function takes or returns something else than before: its calls, its overrides, its documentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from engine.intents.calls import awaiting, documented, failing, parameters
from engine.intents.calls.arguments import Gains, choose
from engine.intents.calls.binding import Adapting, Choice, Style, bind
from engine.intents.calls.callers import Caller, Searched, search
from engine.intents.calls.changed import Changed, changed
from engine.intents.calls.difference import Difference, can_omit
from engine.intents.calls.lists import Replacement, listed, rewritten
from engine.intents.carried import written
from engine.intents.context import Context
from engine.intents.order import ordered
from engine.syntax.document import Document
from engine.syntax.forms import Function, Parameter
from engine.types import IntentKind, NodeKind, Relation, Site, Trigger

GUESSED = 0.6
"""Below it an argument is a placeholder, which is no help where another one goes at the same time."""
OVERLOADED = 0.2
"""How sure a call is that another function of the same name would take as well, or that gets a placeholder
for what it gave."""


def propose(context: Context) -> tuple[Site, ...]:
    """The places that follow from every function whose head was changed."""
    sites: dict[tuple[str, int], Site] = {}
    for one in changed(context):
        for site in _Ripple(context, one).sites():
            known = sites.get((site.path, site.start))
            if known is None or known.rule < site.rule:
                sites[site.path, site.start] = site
    return ordered(sites.values(), context.edit, context.index)


@dataclass(frozen=True, slots=True)
class _Reason:
    """What a site says of the change that it follows from."""

    trigger: Trigger
    words: str


class _Ripple:
    """The sites of one changed function."""

    def __init__(self, context: Context, one: Changed) -> None:
        self._context = context
        self._changed = one
        self._function = one.function
        self._spans: dict[str, tuple[tuple[int, int], ...]] = {}
        self._gains: Gains = {}

    def sites(self) -> Iterator[Site]:
        """Its documentation, its relatives, its calls."""
        document = self._context.index.document(self._changed.path)
        if document is None:
            return
        yield from self._documentation(document)
        if not any(_reaches_out(one, document) for one in self._changed.differences):
            return
        found = search(self._context, self._changed)
        yield from self._relatives(found, document)
        for caller in found.callers:
            yield from self._call(caller, found)

    # -- beside the function

    def _documentation(self, document: Document) -> Iterator[Site]:
        for difference in self._changed.differences:
            changes = documented.entries(document, self._function, difference)
            for change, rule in changes:
                yield self._site(
                    self._changed.path,
                    change,
                    NodeKind.DOCSTRING,
                    Relation.SAME_SCOPE,
                    rule,
                    self._reason(difference),
                    "documentation of",
                )
            if changes:
                return

    def _relatives(self, found: Searched, origin: Document) -> Iterator[Site]:
        """Overrides and declarations get the same change of their own lists, return types and modifiers."""
        gains = {self._changed.path: [self._gain(self._function)]}
        for relative in found.relatives:
            function = relative.function
            gains.setdefault(relative.path, []).append(self._gain(function))
            if self._written(relative.path, function.list_start, function.list_end):
                continue
            for difference in self._changed.differences:
                changes = parameters.adapted(relative.document, function, difference, origin)
                for change in changes:
                    yield self._site(
                        relative.path,
                        change,
                        NodeKind.PARAMETER,
                        Relation.OVERRIDES,
                        relative.rule,
                        self._reason(difference),
                        "declaration of" if function.is_abstract else "override of",
                    )
                if changes:
                    break
        self._gains = {path: tuple(items) for path, items in gains.items()}

    def _gain(self, function: Function) -> tuple[int, int, frozenset[str]]:
        """What can be named in the body of a function that gets the new parameters."""
        new = {one.after[number].name for one in self._changed.differences for number in one.added}
        return function.body_start, function.body_end, frozenset(new)

    # -- calls

    def _call(self, caller: Caller, found: Searched) -> Iterator[Site]:
        """What a call gives, and what is done with what it gives back."""
        arguments = self._arguments(caller, found)
        if arguments is not None:
            yield arguments
        if caller.partial:
            return
        latest = self._changed.differences[0]
        function, start = self._function, caller.call.start
        inside = caller.path == self._changed.path and function.body_start <= start < function.body_end
        changes = list(awaiting.changes(caller.document, caller.call, latest, inside))
        failed = failing.change(caller.document, caller.call, latest) if arguments is None else None
        if failed is not None:
            changes.append((failed, failing.RULE))
        for change, rule in changes:
            rule = min(rule, caller.rule)
            reason = self._reason(latest)
            yield self._site(caller.path, change, NodeKind.CALL, caller.relation, rule, reason, "call of")

    def _arguments(self, caller: Caller, found: Searched) -> Site | None:
        """The change of a call's list, by the latest state of the head that it fitted."""
        grammar = caller.document.grammar
        style = Style(grammar.named, not grammar.named and not grammar.checked, caller.partial)
        call, text = caller.call, caller.document.border.text
        for difference in self._changed.differences:
            adapting = Adapting(call, difference, style, partial(self._fill, caller), caller.skip)
            wanted = adapting.wanted(self._written(caller.path, call.list_start, call.list_end))
            if wanted is None:
                continue
            spans = [(one.start, one.end) for one in call.arguments]
            change = rewritten(listed(text, call.list_start, call.list_end, spans), wanted.items)
            if change is None:
                continue
            rule = min(caller.rule, wanted.rule)
            if difference.added and difference.removed and wanted.rule < GUESSED:
                rule = min(rule, OVERLOADED)
            if any(bind(call.arguments, one, style, caller.skip) for one in found.overloads):
                rule = min(rule, OVERLOADED)
            reason = self._reason(difference)
            node = NodeKind.ARGUMENT
            return self._site(caller.path, change, node, caller.relation, rule, reason, "call of")
        return None

    def _fill(self, caller: Caller, parameter: Parameter) -> Choice:
        """The text for a new parameter at a call."""
        meaning = self._context.references
        return choose(meaning, caller.document, caller.call.start, parameter, self._gains)

    def _written(self, path: str, first: int, last: int) -> bool:
        """Whether some of a stretch was written since the head was changed, or with it."""
        if path not in self._spans:
            self._spans[path] = written(path, self._changed.edits)
        return any(start <= last and first <= end for start, end in self._spans[path])

    # -- sites

    def _reason(self, difference: Difference) -> _Reason:
        after, before = difference.after, difference.before
        if difference.added and difference.removed:
            return _Reason(Trigger.PARAMETER_CHANGED, "its parameters changed")
        if difference.added:
            names = ", ".join(f"`{after[number].name or after[number].text}`" for number in difference.added)
            return _Reason(Trigger.PARAMETER_ADDED, f"which takes {names}")
        if difference.removed:
            names = ", ".join(f"`{before[one].name or before[one].text}`" for one in difference.removed)
            return _Reason(Trigger.PARAMETER_REMOVED, f"which no longer takes {names}")
        if difference.became:
            return _Reason(Trigger.RETURN_CHANGED, f"which became {difference.became}")
        if difference.list_changed or difference.given_default:
            return _Reason(Trigger.PARAMETER_CHANGED, "whose parameters changed")
        return _Reason(Trigger.RETURN_CHANGED, "which returns something else")

    def _site(
        self,
        path: str,
        change: Replacement,
        node: NodeKind,
        relation: Relation,
        rule: float,
        reason: _Reason,
        what: str,
    ) -> Site:
        edit = self._context.edit
        at = edit.hunks[0].new_start if edit.hunks else 0  # the head may have changed in an earlier save
        at = self._function.name_start if self._changed.path == edit.path else at
        name = self._function.name
        shown = (
            f"{self._function.owner}.{name}"
            if self._function.owner and name != self._function.owner
            else name
        )
        return Site(
            path=path,
            start=change.start,
            old=change.old,
            draft=change.new,
            intent=IntentKind.SIGNATURE,
            node=node,
            relation=relation,
            distance=self._context.distances.of(at, path, change.start),
            trigger=reason.trigger,
            rule=round(rule, 4),
            why=f"{what} `{shown}`, {reason.words} in {self._changed.path}",
        )


def _reaches_out(difference: Difference, document: Document) -> bool:
    """Whether anything beside the function itself may have to follow."""
    if difference.removed or difference.is_reordered or difference.required or difference.named_only:
        return True
    if difference.became or (difference.given_default and difference.new.owner):
        return True
    hands_on = document.grammar.tries or document.grammar.failing
    if difference.returns_changed and (difference.new.owner or hands_on):
        return True
    if not difference.added:
        return False
    silent = all(can_omit(difference.after[number]) for number in difference.added)
    last = max((n for n, old in enumerate(difference.origin) if old is not None), default=-1)
    behind = all(n > last or difference.after[n].keyword_only for n in difference.added)
    return not (silent and behind) or bool(difference.new.owner)
