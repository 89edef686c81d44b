"""Actions inside the windows that a model of the person's own writes anew, in the tokens of its answers.

An answer says a window's whole text; the actions of a chain are where that text differs from the window's
own. So an action is the tokens, behind the prompt and the answer up to them, by which the answer with it
differs from the answer without: from the first differing token, at which the model leaves what stands there
(that names the site), to the end of the difference. `end` is to go on with what stands there, where another
chain leaves it. Answers are written by the formats themselves (engine/model/formats/contract.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from engine.diff import replaced
from engine.model.formats import FORMATS
from engine.model.formats.contract import Part, Prompt, Window
from engine.records import Written
from engine.types import PromptFormat
from trainer.lessons import Action, Lesson, Said, Sides, joined
from trainer.packing import Builder
from trainer.preference.context import located
from trainer.tuples import END, Asked, Chain, Choice, Preference

Speak = Callable[[Sequence[Part]], Sequence[int]]
"""The tokens of an answer's parts."""

COPIED: Final = 16
"""Tokens of an answer in front of a divergence, evenly spread, that are not to become less likely."""
IMITATED: Final = 48
"""Tokens of an accepted answer, evenly spread, that are imitated in replay."""
IMITATION: Final = 0.1
"""Weight of an accepted answer's tokens in replay, against a window whose decisions are all known."""


@dataclass(frozen=True)
class WindowForm:
    """Chains as what is written for their windows (see above)."""

    speak: Speak
    windows: tuple[Written, ...]
    sites: tuple[tuple[Asked, ...], ...]
    touched: tuple[tuple[int, int], ...]
    """For each window where any of the tuple's chains changes it, from and to, with plain newlines."""
    ordered: bool = False
    _said: dict[tuple[int, Chain], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, preference: Preference, speak: Speak) -> WindowForm:
        """The form for a tuple's windows. Raises ValueError where they do not hold what its chains change."""
        if len(preference.windows) != len(preference.prompts):
            raise ValueError("a tuple has one window for each of its prompts")
        touched = []
        for number, window in enumerate(preference.windows):
            chains = (*preference.accepted, *preference.rejected)
            chosen = {one for chain in chains for one in chain if one != END and one.window == number}
            spans = [_span(window, preference.sites[number][one.label]) for one in chosen]
            touched.append(
                (min((low for low, _ in spans), default=0), max((high for _, high in spans), default=0))
            )
        return cls(speak, preference.windows, preference.sites, tuple(touched))

    def action(self, builder: Builder, path: Chain, choice: Choice) -> Action:
        """The tokens by which the answer with the choice differs from the one without."""
        said = self.said(choice.window, (*path, choice))
        return Action(self._text(builder, choice.window, said, self.difference(path, choice)), 1)

    def end(self, builder: Builder, path: Chain, others: Sequence[Choice]) -> Action:
        """What stands there, at each place where the others leave it."""
        points: dict[int, None] = {}
        for other in others:
            plain, (first, _) = self.said(other.window, path), self.difference(path, other)
            at = self._grown(builder, other.window, plain[:first])
            points[builder.point(other.window, at, plain[first])] = None
        return Action(tuple(points), len(points))

    def apart(self, builder: Builder, path: Chain, one: Said, two: Said) -> Sides:
        """Where the two answers differ."""
        window = one[0].window
        texts = [self.said(window, (*path, choice)) for choice, _ in (one, two)]
        plus, minus = (
            self._text(builder, window, said, parting(other, said))
            for said, other in (texts, reversed(texts))
        )
        return plus, minus

    def kept(self, builder: Builder, path: Chain, choices: Sequence[Choice]) -> Iterable[int]:
        """Some of the answer that all of these choices go on from."""
        for window in sorted({one.window for one in choices if one != END}):
            plain = self.said(window, path)
            first = min(self.difference(path, one)[0] for one in choices if one.window == window)
            yield from self._some(builder, window, plain, first, COPIED)

    def imitated(self, builder: Builder, chain: Chain) -> tuple[int, ...]:
        """Some of the tokens of a whole answer, but for those at which it leaves a known site as it stands.

        To go on there is what a bare rejection says, and that is not to be learnt.
        """
        points: list[int] = []
        path = tuple(one for one in chain if one != END)
        for window in range(len(self.windows)):
            said = self.said(window, path)
            left = {at for span in self._left(window, path) for at in range(*span)}
            points += self._some(builder, window, said, len(said), IMITATED, left)
        return tuple(points)

    def _left(self, window: int, path: Chain) -> Iterator[tuple[int, int]]:
        """Where an answer has what stands at the sites that it leaves alone."""
        plain, taken = self.said(window, path), {one.label for one in path if one.window == window}
        for label, site in enumerate(self.sites[window]):
            if label in taken or site.draft is None:
                continue
            with suppress(ValueError):  # it is no site of the window, or another one stands in its way
                form = self._reaching(window, _span(self.windows[window], site))
                if form.said(window, path) == plain:  # else it is in no block that is written
                    yield parting(form.said(window, (*path, Choice(window, label, site.draft))), plain)

    def said(self, window: int, chain: Chain) -> list[int]:
        """The answer for a window with a chain's changes. Raises ValueError where they are not to be had."""
        mine = tuple(one for one in chain if one.window == window)
        if (window, mine) not in self._said:
            known = self.windows[window]
            changes = [(*self._place(one), one.text) for one in mine]
            text = replaced(known.old, ((start, old, new) for start, old, new in changes))
            old = _plain(known.old)
            prompt = Prompt(
                Window(known.path, known.start, known.start + len(old), old), (), (known.stop,), 0
            )
            format_ = FORMATS[PromptFormat(known.format)]
            self._said[window, mine] = list(
                self.speak(format_.write(prompt, _plain(text), self.touched[window]))
            )
        return self._said[window, mine]

    def difference(self, path: Chain, choice: Choice) -> tuple[int, int]:
        """From which token to which the answer with a choice differs from the one without; never empty."""
        plain, said = self.said(choice.window, path), self.said(choice.window, (*path, choice))
        if plain == said:
            raise ValueError("an action changes nothing")
        return parting(plain, said)

    def _reaching(self, window: int, span: tuple[int, int]) -> WindowForm:
        """The form for answers that may change this stretch of a window as well."""
        low, high = self.touched[window]
        if low <= span[0] and span[1] <= high:
            return self
        touched = list(self.touched)
        touched[window] = min(low, span[0]), max(high, span[1])
        return replace(self, touched=tuple(touched), _said={})

    def _place(self, choice: Choice) -> tuple[int, str]:
        start, old = located(self.sites[choice.window][choice.label].place)
        return start - self.windows[choice.window].start, old

    def _text(
        self, builder: Builder, window: int, said: Sequence[int], span: tuple[int, int]
    ) -> tuple[int, ...]:
        """The points of these tokens of an answer."""
        at = self._grown(builder, window, said[: span[0]])
        return builder.text(window, at, said[span[0] : span[1]])

    def _grown(self, builder: Builder, window: int, tokens: Sequence[int]) -> int:
        """The position of the last of these tokens behind the window's prompt."""
        at = builder.ends[window]
        for token in tokens:
            at = builder.grow(window, at, token)
        return at

    def _some(
        self,
        builder: Builder,
        window: int,
        said: Sequence[int],
        end: int,
        most: int,
        without: Collection[int] = (),
    ) -> Iterable[int]:
        """Points of at most so many of the first `end` tokens of an answer."""
        chosen = {number * end // most for number in range(most)} if end > most else set(range(end))
        chosen.difference_update(without)
        at = builder.ends[window]
        for number, token in enumerate(said[:end]):
            if number in chosen:
                yield builder.point(window, at, token)
            at = builder.grow(window, at, token)


def imitation(preference: Preference, form: WindowForm, weight: float) -> Lesson | None:
    """The accepted answers as supervised replay: most of what is written is what stood there."""
    builder = Builder([list(ids) for ids in preference.prompts])
    groups = [(form.imitated(builder, chain), IMITATION * weight) for chain in preference.accepted]
    return joined(builder, groups, ()) if any(points for points, _ in groups) else None


def parting(one: Sequence[int], two: Sequence[int]) -> tuple[int, int]:
    """From which token to which `two` differs from `one`; at least one token, that behind a deletion."""
    shorter = min(len(one), len(two))
    first = next((at for at in range(shorter) if one[at] != two[at]), shorter - 1)
    last = next((at for at in range(shorter - first) if one[-1 - at] != two[-1 - at]), shorter - first)
    return first, max(first + 1, len(two) - last)


def _span(window: Written, asked: Asked) -> tuple[int, int]:
    """Where a site stands in a window with plain newlines. Raises ValueError where it does not."""
    start, old = located(asked.place)
    at = start - window.start
    if at < 0 or not window.old.startswith(old, at):
        raise ValueError(f"{asked.place!r} does not stand in its window")
    low = len(_plain(window.old[:at]))
    return low, low + len(_plain(old))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
