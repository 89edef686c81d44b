"""A preference tuple as the model meets it: rows of tokens, and which of their probabilities are compared.

An action is a run of points (trainer/packing.py), the first `decision` of which name its site. Two forms:

- AskForm, Ripple's own models: the decision is <|yes|> against <|no|> at the site's <|ask|>. <|yes|> means
  the draft that stands in the prompt; another text is <|no|> there and the text itself behind <|answer|>.
  `end` is <|no|> at every ask that the other side takes. Decisions are never fed back, so they have no order.
- ChainForm, models that write chains: <|sK|> text <|/|> behind the shared prefix, `end` is <|end|>.

Models of a person's own, which write windows anew, have a third (trainer/rewriting.py).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.model import vocabulary as v
from trainer.packing import Builder, Ints, Packed, Points
from trainer.trie import divergences, steps
from trainer.tuples import END, Asked, Chain, Choice, Preference, bare

Encode = Callable[[str], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Action:
    """One action's points in the order of its tokens."""

    points: tuple[int, ...]
    decision: int
    """How many of them name the site."""


Said = tuple[Choice, Action]
Sides = tuple[tuple[int, ...], tuple[int, ...]]
"""The points that count of an accepted and of a rejected action."""


class Form(Protocol):
    """How actions are said in tokens."""

    @property
    def ordered(self) -> bool:
        """Whether a chain's order is the model's own choice."""

    def action(self, builder: Builder, path: Chain, choice: Choice) -> Action:
        """What says `choice` behind the actions of `path`."""

    def end(self, builder: Builder, path: Chain, others: Sequence[Choice]) -> Action:
        """What says that nothing follows `path`, where `others` go on."""

    def apart(self, builder: Builder, path: Chain, one: Said, two: Said) -> Sides:
        """Two actions for one place, from the first differing token to the end of the difference."""

    def kept(self, builder: Builder, path: Chain, choices: Sequence[Choice]) -> Iterable[int]:
        """Points of the shared prefix beside its actions: what these choices all go on from."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A tuple, ready for the loss; N points, P pairs, A accepted actions at BDP nodes."""

    rows: tuple[Packed, ...]
    points: Points
    plus: Ints
    """[2, .]: (point, pair), what counts of a pair's accepted action."""
    minus: Ints
    """[2, .]: (point, pair), what counts of its rejected action."""
    owner: Ints
    """[P]: the accepted action of a pair."""
    share: NDArray[np.float32]
    """[A]: w_v / |P_v|, the node's weight by its number of accepted actions."""
    anchor: Ints
    """[2, .]: (point, accepted action), all tokens of an accepted action."""
    prefix: Ints
    """[.]: the points of the shared prefixes."""


def lesson(preference: Preference, form: Form, weight: float) -> Lesson | None:
    """The tuple with its BDP nodes; None where its chains do not part.

    Without any rejected chain the accepted actions are there for the anchor alone.
    """
    if not preference.rejected:
        return taught(preference, form, weight)
    nodes = divergences(preference.accepted, preference.rejected, _same(preference), form.ordered)
    builder = Builder([list(ids) for ids in preference.prompts])
    made = _Making(form, builder, preference)
    for node in nodes:
        for at, choice in enumerate(node.path):
            made.prefix.update(form.action(builder, node.path[:at], choice).points)
        made.prefix.update(form.kept(builder, node.path, (*node.accepted, *node.rejected)))
        accepted = [(one, _said(form, builder, node.path, one, node.rejected)) for one in node.accepted]
        rejected = [(one, _said(form, builder, node.path, one, node.accepted)) for one in node.rejected]
        made.add(node.path, accepted, rejected, weight)
    return made.lesson() if nodes else None


def taught(preference: Preference, form: Form, weight: float) -> Lesson | None:
    """The accepted chains alone, every action of them: plain imitation. None where there is none."""
    builder = Builder([list(ids) for ids in preference.prompts])
    made = _Making(form, builder, preference)
    every = [one for one in steps(preference.accepted, _same(preference)) if one[1] != END]
    made.add((), [(choice, form.action(builder, path, choice)) for path, choice in every], [], weight)
    return made.lesson() if every else None


def joined(
    builder: Builder, imitated: Sequence[tuple[tuple[int, ...], float]], kept: Sequence[int]
) -> Lesson:
    """A lesson without pairs: points to imitate, in groups with their weights, and points to keep."""
    rows, points = builder.finish()
    return Lesson(
        rows,
        points,
        _pairs([]),
        _pairs([]),
        np.zeros(0, np.int64),
        np.asarray([weight for _, weight in imitated], np.float32),
        _pairs([(point, number) for number, (group, _) in enumerate(imitated) for point in group]),
        np.asarray(kept, np.int64),
    )


@dataclass(frozen=True, slots=True)
class AskForm:
    """Yes or no at each <|ask|> (see above); `encode` must not parse control tokens."""

    encode: Encode | None
    """None for a model whose own texts are not read: its decisions are all there is to learn."""
    asks: tuple[tuple[int, ...], ...]
    """Where in each prompt its sites are asked about, by label."""
    sites: tuple[tuple[Asked, ...], ...]
    ordered: bool = False

    @classmethod
    def of(cls, preference: Preference, encode: Encode | None) -> AskForm:
        """The form for a tuple's prompts. Raises ValueError where they do not ask about its sites."""
        asks = tuple(
            tuple(at for at, token in enumerate(ids) if token == v.ASK) for ids in preference.prompts
        )
        if [len(one) for one in asks] != [len(one) for one in preference.sites]:
            raise ValueError("a tuple's prompts have one <|ask|> for each of its sites")
        return cls(encode, asks, preference.sites)

    def action(self, builder: Builder, path: Chain, choice: Choice) -> Action:
        """Yes to the site's draft; no and the text where it has another, yes and the text where none."""
        ask = self.asks[choice.window][choice.label]
        draft = self.sites[choice.window][choice.label].draft
        if draft is not None and bare(draft) == bare(choice.text):
            return Action((builder.point(choice.window, ask, v.YES, v.NO),), 1)
        says = (v.YES, v.NO) if draft is None else (v.NO, v.YES)
        decision = builder.point(choice.window, ask, *says)
        if self.encode is None:
            return Action((decision,), 1)
        at = builder.grow(choice.window, builder.ends[choice.window], v.ANSWER)
        at = builder.grow(choice.window, at, v.LABELS[choice.label])
        text = builder.text(choice.window, at, [*self.encode(choice.text), v.STOP])
        return Action((decision, *text), 1)

    def end(self, builder: Builder, path: Chain, others: Sequence[Choice]) -> Action:
        """No at every ask that the others take."""
        points = tuple(
            builder.point(one.window, self.asks[one.window][one.label], v.NO, v.YES) for one in others
        )
        return Action(points, len(points))

    def apart(self, builder: Builder, path: Chain, one: Said, two: Said) -> Sides:
        """Where their points differ."""
        return parted(builder, one[1], two[1])

    def kept(self, builder: Builder, path: Chain, choices: Sequence[Choice]) -> Iterable[int]:
        """Nothing: decisions are not fed back."""
        return ()


@dataclass(frozen=True, slots=True)
class ChainForm:
    """Chains as text behind each prompt, one for each window; `encode` must not parse control tokens."""

    encode: Encode
    ordered: bool = True

    def action(self, builder: Builder, path: Chain, choice: Choice) -> Action:
        """Label, text and end mark behind the actions of the path that stand in the same window."""
        at = self._tip(builder, path, choice.window)
        return Action(builder.text(choice.window, at, self._tokens(choice)), 1)

    def end(self, builder: Builder, path: Chain, others: Sequence[Choice]) -> Action:
        """<|end|> in every window in which the others go on."""
        windows = sorted({one.window for one in others})
        points = tuple(builder.point(one, self._tip(builder, path, one), v.END) for one in windows)
        return Action(points, len(points))

    def apart(self, builder: Builder, path: Chain, one: Said, two: Said) -> Sides:
        """Where their points differ."""
        return parted(builder, one[1], two[1])

    def kept(self, builder: Builder, path: Chain, choices: Sequence[Choice]) -> Iterable[int]:
        """Nothing: a chain is its actions."""
        return ()

    def _tip(self, builder: Builder, path: Chain, window: int) -> int:
        """Where the last token of the path stands in a window's row."""
        at = builder.grow(window, builder.ends[window], v.ANSWER)
        for choice in path:
            for token in self._tokens(choice) if choice.window == window else ():
                at = builder.grow(window, at, token)
        return at

    def _tokens(self, choice: Choice) -> list[int]:
        return [v.LABELS[choice.label], *self.encode(choice.text), v.STOP]


class _Making:
    """Collects the pairs of a tuple's nodes."""

    def __init__(self, form: Form, builder: Builder, preference: Preference) -> None:
        self.prefix: set[int] = set()
        self._form = form
        self._builder = builder
        self._preference = preference
        self._plus: list[tuple[int, int]] = []
        self._minus: list[tuple[int, int]] = []
        self._anchor: list[tuple[int, int]] = []
        self._owner: list[int] = []
        self._share: list[float] = []

    def add(
        self,
        path: Chain,
        accepted: Sequence[Said],
        rejected: Sequence[Said],
        weight: float,
    ) -> None:
        """One node: every accepted action against every rejected one."""
        for choice, action in accepted:
            number = len(self._share)
            self._share.append(weight / len(accepted))
            self._anchor += [(point, number) for point in action.points]
            for other, wrong in rejected:
                plus, minus = action.points, wrong.points[: wrong.decision]
                if self._preference.place_of(choice) == self._preference.place_of(other):
                    plus, minus = self._form.apart(self._builder, path, (choice, action), (other, wrong))
                self._plus += [(point, len(self._owner)) for point in plus]
                self._minus += [(point, len(self._owner)) for point in minus]
                self._owner.append(number)

    def lesson(self) -> Lesson:
        """What was collected."""
        rows, points = self._builder.finish()
        return Lesson(
            rows,
            points,
            _pairs(self._plus),
            _pairs(self._minus),
            np.asarray(self._owner, np.int64),
            np.asarray(self._share, np.float32),
            _pairs(self._anchor),
            np.asarray(sorted(self.prefix), np.int64),
        )


def parted(builder: Builder, one: Action, two: Action) -> Sides:
    """Two actions at one place: from the first differing token, which counts, to the difference's end."""
    said = builder.said
    first, last = 0, 0
    shorter = min(len(one.points), len(two.points))
    while first < shorter and one.points[first] == two.points[first]:
        first += 1
    while last < shorter - first and said[one.points[-1 - last]] == said[two.points[-1 - last]]:
        last += 1
    plus, minus = (points[first : max(first + 1, len(points) - last)] for points in (one.points, two.points))
    return plus, minus


def _said(form: Form, builder: Builder, path: Chain, choice: Choice, others: Chain) -> Action:
    return form.end(builder, path, others) if choice == END else form.action(builder, path, choice)


def _same(preference: Preference) -> Callable[[Choice], Hashable]:
    """Two choices are the same action where place and text are, blanks aside."""
    return lambda choice: (preference.place_of(choice), bare(choice.text))


def _pairs(pairs: Sequence[tuple[int, int]]) -> Ints:
    return np.asarray(pairs, np.int64).reshape(-1, 2).T.copy()
