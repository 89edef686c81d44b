"""The predictor that asks the model.

Each place is asked about behind the part of the edit that makes its intent (see views.py).
One pass over a window reads, at each <|ask|>, how far <|yes|> stands above <|no|>; calibrated, and agreed
upon among the places of one rename, that is p.
The drafts of the sites that pass a low bar are then fed behind <|answer|> as speculative tokens, in one
batch: a draft that the model finds improbable (below the calibration's floor, mean log-probability per
token) has its p lowered. Equal replacements are checked once a save. A site without a draft gets the
model's own text, token by token; its p is multiplied by the geometric mean of the tokens' probabilities.
Intents that the model's calibration does not name were not in its training: there the rule decides, believed
as far as the calibration says (engine/model/calibrate.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np

from engine.model import calibrate, prompt
from engine.model import vocabulary as v
from engine.model.agreement import Agreement, key_of, only_hears, split
from engine.model.predictor import Decisions, ShouldStop, by_rule
from engine.model.runtime import Logits, Runtime, Stopped
from engine.model.views import Views
from engine.types import Candidate, Edit, ModelInfo, Site

LEAST: Final = 0.2
"""Below this p a site's text is not looked at."""
OWN_TOKENS: Final = 48
"""Tokens of a text that the model writes by itself."""
OWN_TEXTS: Final = 4
"""Such texts in one window: each costs a pass per token."""
CHAIN_ROOM: Final = 256
"""Tokens of the context that are kept for the chain."""


@dataclass(slots=True)
class _Save:
    """What the windows of one save have in common."""

    views: Views
    text_of: prompt.TextOf
    should_stop: ShouldStop
    doubts: dict[tuple[str, str], float] = field(default_factory=dict)
    """The factor on p that the chain gave a replacement (old, draft)."""
    agreement: Agreement = field(default_factory=Agreement)


class LlamaPredictor:
    """Decides with a Ripple model in llama.cpp."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._calibration = calibrate.parse(runtime.metadata(calibrate.KEY))
        self._summed = runtime.prompt_version > 1

    @property
    def info(self) -> ModelInfo:
        """Which model decides, and with which adapter."""
        return self._runtime.info

    def set_adapter(self, path: Path | None) -> None:
        """Decide with this LoRA adapter from now on, None for none. Raises ModelProblem."""
        self._runtime.set_adapter(path)
        self._calibration = calibrate.parse(self._runtime.metadata(calibrate.KEY))

    def close(self) -> None:
        """Free the model."""
        self._runtime.close()

    def decide(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: prompt.TextOf, should_stop: ShouldStop
    ) -> Iterator[Decisions]:
        """Decide about all sites, window by window, in their order; ends early once `should_stop` says so.

        The many sure places of a large rename come last: they follow those that were asked about.
        """
        save = _Save(Views(edits), text_of, should_stop)
        asked, carried = split([site for site in sites if self._knows(site)])
        ruled = _Ruled(sites, self._calibration)
        try:
            for part in prompt.windows(asked):
                before = ruled.before(part[-1])
                alike = save.views.apart(part)
                found = (one for group in alike for one in self._decide_part(save, group))
                for number, decisions in enumerate(found):
                    yield ruled.merged(before, decisions) if number == 0 else decisions
        except Stopped:
            return
        if carried and not should_stop():
            yield Decisions(tuple(_carry(save, site) for site in carried))
        rest = ruled.before(None)
        if rest and not should_stop():
            yield Decisions(rest)

    def _knows(self, site: Site) -> bool:
        """Whether the model was trained on the site's intent."""
        return self._calibration.hears(site.intent)

    def _decide_part(self, save: _Save, sites: Sequence[Site]) -> Iterator[Decisions]:
        """Decide about one window; about its halves, or with less history, where that is too long."""
        start = perf_counter()
        edits = save.views.of(sites[0])
        parts = self._prompt(edits, sites, save.text_of)
        ids, asks = prompt.flatten(parts, self._runtime.encode)
        if len(ids) + CHAIN_ROOM > self._runtime.n_ctx:
            if len(sites) > 1:
                yield from self._decide_part(save, sites[: len(sites) // 2])
                yield from self._decide_part(save, sites[len(sites) // 2 :])
                return
            parts = self._prompt(edits[-1:], sites, save.text_of)
            ids, asks = prompt.flatten(parts, self._runtime.encode)
        encoded = perf_counter()
        rows = self._runtime.eval(ids, asks, save.should_stop)
        scored = perf_counter()
        alone = [
            self._calibration.p(site.intent, float(row[v.YES] - row[v.NO]), site.rule, v.facts(site))
            for site, row in zip(sites, rows, strict=True)
        ]
        hearing = {number for number, site in enumerate(sites) if only_hears(site)}
        chances = save.agreement.settle([key_of(site) for site in sites], alone, hearing)
        candidates = self._candidates(save, ids, sites, chances)
        yield Decisions(
            candidates=tuple(candidates),
            prompt_ms=1000 * (encoded - start),
            prefill_ms=1000 * (scored - encoded),
            decode_ms=1000 * (perf_counter() - scored),
            prompt_ids=tuple(ids),
            prompt=prompt.render(parts),
        )

    def _prompt(
        self, edits: Sequence[Edit], sites: Sequence[Site], text_of: prompt.TextOf
    ) -> list[prompt.Piece]:
        """The prompt of a window in the model's version."""
        parts = prompt.pieces(edits, sites, text_of)
        return prompt.summed(parts, [site.rule for site in sites]) if self._summed else parts

    def _candidates(
        self, save: _Save, ids: list[int], sites: Sequence[Site], chances: Sequence[float]
    ) -> list[Candidate]:
        """The sites with a text, their p lowered where the chain doubts the text."""
        self._check_drafts(save, ids, sites, chances)
        candidates: list[Candidate] = []
        own = 0
        for label, (site, p) in enumerate(zip(sites, chances, strict=True)):
            if site.draft is not None:
                doubt = save.doubts.get((site.old, site.draft), 1.0)
                candidates.append(Candidate(site, site.draft, p * doubt, label=label))
            elif p >= LEAST and own < OWN_TEXTS:
                own += 1
                written = self._write(ids, label, save.should_stop)
                if written is not None and written[0] != site.old:
                    candidates.append(Candidate(site, written[0], p * written[1], label=label))
        return candidates

    def _check_drafts(
        self, save: _Save, ids: list[int], sites: Sequence[Site], chances: Sequence[float]
    ) -> None:
        """Feed the window's new drafts as one chain, and note how far the model doubts each."""
        if self._calibration.floor is None:
            return
        chain = [*ids, v.ANSWER]
        spans: list[tuple[tuple[str, str], int, int]] = []
        for label, (site, p) in enumerate(zip(sites, chances, strict=True)):
            if p < LEAST or site.draft is None or not prompt.fits_draft(site.draft):
                continue
            change = (site.old, site.draft)
            text = [v.LABELS[label], *self._runtime.encode(site.draft), v.STOP]
            if change in save.doubts or len(chain) + len(text) > len(ids) + CHAIN_ROOM:
                continue
            save.doubts[change] = 1.0
            spans.append((change, len(chain), len(chain) + len(text) - 1))
            chain += text
        if not spans:
            return
        at = [index for _, first, last in spans for index in range(first, last)]
        rows = self._runtime.eval(chain, at, save.should_stop)
        scores = _log_softmax(rows)[np.arange(len(at)), [chain[index + 1] for index in at]]
        done = 0
        for change, first, last in spans:
            count = last - first
            save.doubts[change] = self._calibration.doubt(float(scores[done : done + count].sum()), count)
            done += count

    def _write(self, ids: list[int], label: int, should_stop: ShouldStop) -> tuple[str, float] | None:
        """The model's own text for a site, and its probability per token; None where it does not end."""
        chain = [*ids, v.ANSWER, v.LABELS[label]]
        start = len(chain)
        total = 0.0
        for _ in range(OWN_TOKENS):
            scores = _log_softmax(self._runtime.eval(chain, [len(chain) - 1], should_stop))[0]
            token = int(scores.argmax())
            total += float(scores[token])
            if token == v.STOP:
                text = chain[start:]
                return self._runtime.decode(text), float(np.exp(total / (len(text) + 1)))
            if token < len(v.SPECIALS):
                return None
            chain.append(token)
        return None


class _Ruled:
    """The sites that the model does not decide about; they keep their places among the others."""

    def __init__(self, sites: Sequence[Site], calibration: calibrate.Calibration) -> None:
        self._calibration = calibration
        self._at = {site: number for number, site in enumerate(sites)}
        self._left = [site for site in sites if not calibration.hears(site.intent)]

    def before(self, site: Site | None) -> tuple[Candidate, ...]:
        """Those in front of a site that were not given out yet; all of them for None."""
        end = len(self._at) if site is None else self._at[site]
        found = [one for one in self._left if self._at[one] < end]
        self._left = self._left[len(found) :]
        return tuple(
            replace(one, p=self._calibration.ruled(one.site.intent, one.p)) for one in by_rule(found)
        )

    def merged(self, ruled: Sequence[Candidate], decisions: Decisions) -> Decisions:
        """A window's decisions with these among them, in the order of the chain."""
        both = (*ruled, *decisions.candidates)
        return replace(decisions, candidates=tuple(sorted(both, key=lambda one: self._at[one.site])))


def _carry(save: _Save, site: Site) -> Candidate:
    """A place of a large rename, as likely as those of it that were asked about."""
    draft = site.draft or ""
    return Candidate(
        site, draft, save.agreement.spoken(key_of(site)) * save.doubts.get((site.old, draft), 1.0)
    )


def _log_softmax(rows: Logits) -> Logits:
    """Log-probabilities of each row."""
    shifted = rows - rows.max(axis=1, keepdims=True)
    result: Logits = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return result
