"""Calibration: from the logit of <|yes|> against <|no|> to the chance that an action is right.

A model brings its parameters in the GGUF metadata key `ripple.calibration`, as JSON:
`{"rename": {"a": 1.2, "b": -0.3, "c": 0.4}, ..., "default": {"a": 1.0, "b": 0.0}, "chain": {"floor": -3.0}}`.
An intent with a = 0 is one that only the rule decides, and how far it is to be believed. One of an adapter
may have `"shifts": {"<|node:docstring|>": -1.4}` besides: what decisions say of places with that fact.
`chain.floor` is the mean log-probability per token below which a draft counts as doubted; null means never.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.model import vocabulary as v
from engine.types import IntentKind

KEY: Final = "ripple.calibration"
FLOOR: Final = -4.0
SUREST: Final = (0.02, 0.98)
_EDGE: Final = 1e-6

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """p = 1 / (1 + exp(-(a * logit + b + c * odds(rule) + the shifts of the site's facts)))."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    """The weight of what structure alone thinks: two opinions are better than one."""
    shifts: Mapping[int, float] = field(default_factory=dict)
    """In nats, by fact token: "never in docstrings" is a shift of <|node:docstring|> far below 0."""

    def apply(self, logit: float, rule: float = 0.5, facts: Iterable[int] = ()) -> float:
        """The probability, 0 to 1, for a logit, for how sure the rule is, and for a site's fact tokens."""
        x = self.a * logit + self.b + self.c * odds(rule)
        if self.shifts:
            x += sum(self.shifts.get(fact, 0.0) for fact in facts)
        return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@dataclass(frozen=True, slots=True)
class Calibration:
    """One sigmoid per intent, and how much the chain may doubt a draft."""

    by_intent: Mapping[IntentKind, Sigmoid] = field(default_factory=dict)
    default: Sigmoid = field(default_factory=Sigmoid)
    floor: float | None = FLOOR

    def p(self, intent: IntentKind, logit: float, rule: float = 0.5, facts: Iterable[int] = ()) -> float:
        """The calibrated chance that an action of this intent is right, at a site with these fact tokens."""
        return self.by_intent.get(intent, self.default).apply(logit, rule, facts)

    def hears(self, intent: IntentKind) -> bool:
        """Whether the model is asked about an intent; one that does not say is asked about all.

        Of the others only the rule is heard: those that are not named, or have a = 0.
        """
        one = self.by_intent.get(intent)
        return not self.by_intent or (one is not None and one.a != 0)

    def ruled(self, intent: IntentKind, rule: float) -> float:
        """The chance of an action of which only the rule is heard."""
        one = self.by_intent.get(intent)
        return rule if one is None else one.apply(0.0, rule)

    def doubt(self, logprob: float, tokens: int) -> float:
        """The factor by which the chain lowers p: 1 above the floor, e-fold less per nat below."""
        if self.floor is None or tokens == 0:
            return 1.0
        return math.exp(min(0.0, logprob / tokens - self.floor))


def odds(rule: float) -> float:
    """The logarithm of a rule's odds; no rule counts as surer than 49 to 1."""
    held = min(max(rule, SUREST[0]), SUREST[1])
    return math.log(held / (1 - held))


def logit(p: float) -> float:
    """The logarithm of a chance's odds; finite at 0 and 1, too."""
    held = min(max(p, _EDGE), 1 - _EDGE)
    return math.log(held / (1 - held))


def parse(text: str | None) -> Calibration:
    """The calibration that a model brings; the identity where it has none or one that is not understood."""
    if not text:
        return Calibration()
    try:
        raw = json.loads(text)
        floor = raw.pop("chain", {"floor": FLOOR})["floor"]
        sigmoids = {name: _sigmoid(value) for name, value in raw.items()}
        floor = None if floor is None else float(floor)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("the model's calibration is not understood (%r): taken as it comes", error)
        return Calibration()
    kinds = {kind: sigmoids[kind.value] for kind in IntentKind if kind.value in sigmoids}
    return Calibration(kinds, sigmoids.get("default", Sigmoid()), floor)


def _sigmoid(raw: Mapping[str, Any]) -> Sigmoid:
    """A fact that this version does not know is left out: no site has it."""
    shifts = {v.IDS[name]: float(shift) for name, shift in raw.get("shifts", {}).items() if name in v.IDS}
    return Sigmoid(float(raw["a"]), float(raw["b"]), float(raw.get("c", 0.0)), shifts)


def dump(calibration: Calibration) -> str:
    """The JSON that `parse` reads back; the trainer writes it into the model."""
    raw: dict[str, dict[str, object]] = {
        kind.value: {"a": one.a, "b": one.b, "c": one.c} for kind, one in calibration.by_intent.items()
    }
    for kind, one in calibration.by_intent.items():
        if one.shifts:
            raw[kind.value]["shifts"] = {v.SPECIALS[fact]: shift for fact, shift in one.shifts.items()}
    default = calibration.default
    raw["default"] = {"a": default.a, "b": default.b, "c": default.c}
    raw["chain"] = {"floor": calibration.floor}
    return json.dumps(raw, sort_keys=True)
