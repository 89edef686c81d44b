"""The predictor for a model of the person's own that writes a window of the edited file anew.

What it wrote is compared with the window, and each difference is offered by itself, as small as the tokens
that differ; what structure proposes is offered beside it, as sure as its rules.

p is the geometric mean of the probabilities that the model gave the tokens of a difference (of the token
behind it, where something is deleted). It is not calibrated: greedy text is sure of itself, and such p's lie
high. A difference that goes back towards what stood there before the person's recent edits is dropped, and so
is the whole answer where it is such an earlier state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from engine.diff import apply_hunks, hunks, placed, together, token_distance
from engine.intents.order import WEAK, Distances
from engine.model import decoding
from engine.model.formats.contract import Format, Prompt, Rewrite, Window
from engine.model.formats.history import earlier
from engine.model.predictor import Decisions, ShouldStop, by_rule
from engine.model.prompt import TextOf
from engine.model.runtime import Runtime, Stopped
from engine.model.speech import said
from engine.records import Written
from engine.types import (
    Candidate,
    Edit,
    Hunk,
    IntentKind,
    ModelInfo,
    NodeKind,
    Relation,
    Site,
    Trigger,
)

WHY = "{name} wrote the lines around your edit anew"


class RewritePredictor:
    """Asks a foreign model in its own format; without `free`, the rules alone decide."""

    def __init__(self, runtime: Runtime, format_: Format, free: bool = True) -> None:
        self._runtime = runtime
        self._format = format_
        self._free = free
        self._last: tuple[Prompt, decoding.Answer] | None = None
        """What was asked last, which language servers may make one ask again."""

    @property
    def info(self) -> ModelInfo:
        """Which model decides."""
        return self._runtime.info

    def set_adapter(self, path: Path | None) -> None:
        """Write with this LoRA adapter from now on, None for none. Raises ModelProblem."""
        self._runtime.set_adapter(path)
        self._last = None

    def close(self) -> None:
        """Free the model."""
        self._runtime.close()

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: TextOf, should_stop: ShouldStop
    ) -> Iterator[Decisions]:
        """First what the rules say, then what the model wrote that is not in their way."""
        if should_stop():
            return
        ruled = by_rule(sites)
        if ruled:
            yield Decisions(ruled, more=self._free)
        if not self._free:
            return
        try:
            written = self._written(edits, text_of, should_stop)
        except Stopped:
            return
        if written is not None:
            sure = [one.site for one in ruled if one.p >= WEAK]
            free = [one for one in written.candidates if not any(_meet(one.site, site) for site in sure)]
            yield replace(written, candidates=tuple(free))

    def _written(self, edits: Sequence[Edit], text_of: TextOf, should_stop: ShouldStop) -> Decisions | None:
        """What the model makes of the newest edit; None where it cannot be asked."""
        started = perf_counter()
        plain = [_plain(edit) for edit in edits]
        text = text_of(edits[-1].path) if edits else None
        if text is None or _mixed(text):
            return None
        asked = self._asked(plain, text_of)
        if asked is None:
            return None
        prompt, ids = asked
        encoded = read = perf_counter()
        if self._last is None or self._last[0] != prompt:
            self._runtime.eval(ids, [len(ids) - 1], should_stop)
            read = perf_counter()
            answer = decoding.write(self._runtime, ids, prompt.stops, prompt.limit, should_stop)
            self._last = (prompt, answer)
        answer = self._last[1]
        rewrite = self._format.read(prompt, answer.text, answer.finished)
        found = _candidates(plain, prompt.window, rewrite, answer, self.info.name) if rewrite else ()
        return Decisions(
            candidates=tuple(_placed(one, text) for one in found),
            written=self._noted(prompt, answer, text),
            prompt_ms=1000 * (encoded - started),
            prefill_ms=1000 * (read - encoded),
            decode_ms=1000 * (perf_counter() - read),
            prompt_ids=tuple(ids),
            prompt=prompt.text,
        )

    def _noted(self, prompt: Prompt, answer: decoding.Answer, text: str) -> Written:
        """What was written, for the log."""
        window = prompt.window
        start, old = _in_file(window.start, window.text, text)
        name = self._format.name.value
        return Written(name, window.path, start, old, answer.text, prompt.stops[0], answer.finished)

    def _asked(self, edits: Sequence[Edit], text_of: TextOf) -> tuple[Prompt, list[int]] | None:
        """The prompt and its tokens, with less history where all does not fit."""

        def plain_of(path: str) -> str | None:
            text = text_of(path)
            return None if text is None else text.replace("\r\n", "\n")

        for known in (edits, edits[-1:]):
            prompt = self._format.ask(known, plain_of)
            if prompt is None:
                return None
            ids = [*self._runtime.begin(), *said(self._runtime, prompt.parts)]
            if len(ids) + min(prompt.limit, len(prompt.window.text) // 2 + 64) <= self._runtime.n_ctx:
                return prompt, ids
        return None


def _candidates(
    edits: Sequence[Edit], window: Window, rewrite: Rewrite, answer: decoding.Answer, name: str
) -> Iterator[Candidate]:
    """What differs between a window and its new text; nothing where that is an earlier state or no text."""
    old, new = window.text, rewrite.text
    if answer.spoilt(list(rewrite.origins(0, len(new)))):
        return
    states = earlier(edits, window.path, window.start, window.end)
    if any(_alike(new, state) for state in states if not _alike(state, old)):
        return
    pasts = [_Past(old, state) for state in states]
    edited, distances = edits[-1].hunks[-1].new_end, Distances(edits[-1])
    changes = ((hunk.start, hunk.old, hunk.new) for hunk in hunks(old, new))
    number = 0
    for hunk in placed(together(old, changes, _is_punctuation)):
        if _blank(hunk, old) or any(past.undone_by(hunk) for past in pasts):
            continue
        spans = list(rewrite.origins(hunk.new_start, max(hunk.new_end, hunk.new_start + 1)))
        site = Site(
            path=window.path,
            start=window.start + hunk.start,
            old=hunk.old,
            draft=None,
            intent=IntentKind.FREE,
            node=NodeKind.OTHER,
            relation=Relation.TEXTUAL,
            distance=distances.of(edited, window.path, window.start + hunk.start),
            trigger=Trigger.TEXT,
            rule=0.0,
            why=WHY.format(name=name),
        )
        yield Candidate(site, hunk.new, answer.chance(spans), label=number)
        number += 1


def _is_punctuation(between: str) -> bool:
    """Whether a text within a line holds no part of a word."""
    return "\n" not in between and not any(sign.isalnum() or sign == "_" for sign in between)


def _blank(hunk: Hunk, text: str) -> bool:
    """Whether only blanks at the end of a line, or blank lines, come or go."""
    if (hunk.old + hunk.new).strip():
        return False
    return "\n" in hunk.old + hunk.new or text[hunk.end : hunk.end + 1] in ("", "\n")


class _Past:
    """An earlier state of a text, and the way back to it."""

    def __init__(self, text: str, state: str) -> None:
        self._text = text
        self._state = state
        self._places = hunks(text, state)
        self._way = token_distance(text, state)

    def undone_by(self, hunk: Hunk) -> bool:
        """Whether a hunk is a step, token by token, on a shortest way from the text to the state."""
        if not any(one.start <= hunk.end and hunk.start <= one.end for one in self._places):
            return False
        after = apply_hunks(self._text, [hunk])
        return token_distance(after, self._state) == self._way - token_distance(self._text, after)


def _alike(a: str, b: str) -> bool:
    """Whether two texts are the same but for blank lines."""
    return [line for line in a.split("\n") if line.strip()] == [
        line for line in b.split("\n") if line.strip()
    ]


def _meet(one: Site, other: Site) -> bool:
    """Whether two places touch."""
    return one.path == other.path and one.start <= other.end and other.start <= one.end


def _mixed(text: str) -> bool:
    """Whether a text has newlines of both kinds, which a model would make one."""
    return 0 < text.count("\r\n") != text.count("\n")


def _plain(edit: Edit) -> Edit:
    """The edit with plain newlines."""
    if "\r\n" not in edit.before and "\r\n" not in edit.after:
        return edit
    before, after = edit.before.replace("\r\n", "\n"), edit.after.replace("\r\n", "\n")
    return replace(edit, before=before, after=after, hunks=hunks(before, after))


def _placed(candidate: Candidate, text: str) -> Candidate:
    """The candidate with the newlines of its file, and its place there."""
    if "\r\n" not in text:
        return candidate
    start, old = _in_file(candidate.site.start, candidate.site.old, text)
    site = replace(candidate.site, start=start, old=old)
    return replace(candidate, site=site, new=candidate.new.replace("\n", "\r\n"))


def _in_file(start: int, old: str, text: str) -> tuple[int, str]:
    """A stretch of a text with plain newlines, as it stands in the text of the file."""
    if "\r\n" not in text:
        return start, old
    return start + text.replace("\r\n", "\n").count("\n", 0, start), old.replace("\n", "\r\n")
