"""The control tokens: their order here is their id in every Ripple model, so a new one takes a spare's place.

User text never becomes one of these: prompts name them by id, and text is tokenised without special parsing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.types import Distance, IntentKind, NodeKind, Relation, Site, Trigger

PROMPT_VERSION: Final = 2
"""Written into a model's metadata as `ripple.prompt`."""
PROMPT_KEY: Final = "ripple.prompt"
PROMPTS: Final = (1, 2)
"""The versions that are spoken; a model of another one is refused. The first has no summary of the sites."""

WINDOW: Final = 16
"""How many sites one window holds, and how many labels there are."""

RULE_BUCKETS: Final = 8

_STRUCTURE: Final = (
    "<|pad|>",
    "<|text|>",  # begins a plain document (language modelling only)
    "<|ripple|>",  # begins a prompt
    "<|file|>",  # a path follows, up to the next control token
    "<|edit|>",  # begins an edit
    "<|h1|>",  # how many hunks that edit has: 1, 2, 3 or more
    "<|h2|>",
    "<|h3|>",
    "<|hunk|>",  # begins a further hunk of the same edit
    "<|site|>",  # begins a site
    "<|old|>",
    "<|new|>",
    "<|rest|>",  # the rest of the line follows
    "<|same|>",  # old and draft are those of the site before
    "<|none|>",  # structure has no draft
    "<|cut|>",  # the middle of a long text was left out
    "<|ask|>",  # the next token would be <|yes|> or <|no|>; it is read, never fed
    "<|yes|>",
    "<|no|>",
    "<|answer|>",  # begins the chain
    "<|/|>",  # ends the new text of one action
    "<|end|>",  # ends the chain
)

_FACTS: Final = (
    "<|intent:rename|>",
    "<|intent:repeat|>",
    "<|intent:signature|>",
    "<|intent:extract|>",
    "<|intent:refine|>",
    "<|intent:override|>",
    "<|intent:fix|>",
    "<|intent:import|>",
    "<|node:declaration|>",
    "<|node:parameter|>",
    "<|node:reference|>",
    "<|node:call|>",
    "<|node:attribute|>",
    "<|node:keyword|>",
    "<|node:import|>",
    "<|node:type|>",
    "<|node:export|>",
    "<|node:docstring|>",
    "<|node:comment|>",
    "<|node:string|>",
    "<|node:other|>",
    "<|relation:same_scope|>",
    "<|relation:inner_scope|>",
    "<|relation:same_class|>",
    "<|relation:typed|>",
    "<|relation:imported|>",
    "<|relation:unique|>",
    "<|relation:ambiguous|>",
    "<|relation:shadowed|>",
    "<|relation:textual|>",
    "<|distance:same_line|>",
    "<|distance:near|>",
    "<|distance:same_file|>",
    "<|distance:same_folder|>",
    "<|distance:far|>",
    "<|trigger:declaration|>",
    "<|trigger:use|>",
    "<|trigger:use_unknown|>",
    "<|trigger:use_known|>",
    "<|trigger:text|>",
    "<|trigger:pattern|>",
    "<|trigger:pattern_again|>",
    *(f"<|r{bucket}|>" for bucket in range(RULE_BUCKETS)),
)

_LATER_FACTS: Final = (
    "<|node:argument|>",
    "<|node:statement|>",
    "<|node:expression|>",
    "<|node:member|>",
    "<|relation:overrides|>",
    "<|relation:duplicate|>",
    "<|trigger:parameter_added|>",
    "<|trigger:parameter_removed|>",
    "<|trigger:parameter_changed|>",
    "<|trigger:return_changed|>",
    "<|trigger:extracted|>",
    "<|trigger:inlined|>",
    "<|trigger:type_changed|>",
    "<|trigger:member_added|>",
    "<|trigger:member_changed|>",
    "<|trigger:member_removed|>",
    "<|trigger:name_missing|>",
    "<|trigger:name_unused|>",
    "<|trigger:diagnostic|>",
    "<|intent:free|>",
)
"""Facts that took the place of spares; an older model has spares there and never learnt these."""

_LABELS: Final = tuple(f"<|s{label}|>" for label in range(WINDOW))
_ROOM: Final = 32
"""Tokens behind the first facts: later facts, then spares."""
_SPARES: Final = tuple(f"<|spare{n}|>" for n in range(len(_LATER_FACTS), _ROOM))

SPECIALS: Final[tuple[str, ...]] = (*_STRUCTURE, *_LABELS, *_FACTS, *_LATER_FACTS, *_SPARES)
"""All control tokens; a token's index is its id."""

IDS: Final[dict[str, int]] = {token: index for index, token in enumerate(SPECIALS)}

PAD: Final = IDS["<|pad|>"]
TEXT: Final = IDS["<|text|>"]
RIPPLE: Final = IDS["<|ripple|>"]
FILE: Final = IDS["<|file|>"]
EDIT: Final = IDS["<|edit|>"]
HUNKS: Final = (IDS["<|h1|>"], IDS["<|h2|>"], IDS["<|h3|>"])
HUNK: Final = IDS["<|hunk|>"]
SITE: Final = IDS["<|site|>"]
OLD: Final = IDS["<|old|>"]
NEW: Final = IDS["<|new|>"]
REST: Final = IDS["<|rest|>"]
SAME: Final = IDS["<|same|>"]
NONE: Final = IDS["<|none|>"]
CUT: Final = IDS["<|cut|>"]
ASK: Final = IDS["<|ask|>"]
YES: Final = IDS["<|yes|>"]
NO: Final = IDS["<|no|>"]
ANSWER: Final = IDS["<|answer|>"]
STOP: Final = IDS["<|/|>"]
END: Final = IDS["<|end|>"]
LABELS: Final = tuple(IDS[token] for token in _LABELS)

INTENTS: Final = {kind: IDS[f"<|intent:{kind}|>"] for kind in IntentKind}
NODES: Final = {kind: IDS[f"<|node:{kind}|>"] for kind in NodeKind}
RELATIONS: Final = {kind: IDS[f"<|relation:{kind}|>"] for kind in Relation}
DISTANCES: Final = {kind: IDS[f"<|distance:{kind}|>"] for kind in Distance}
TRIGGERS: Final = {kind: IDS[f"<|trigger:{kind}|>"] for kind in Trigger}
RULES: Final = tuple(IDS[f"<|r{bucket}|>"] for bucket in range(RULE_BUCKETS))


def rule_bucket(rule: float) -> int:
    """The bucket, 0 to 7, of a rule's confidence from 0 to 1."""
    return max(0, min(RULE_BUCKETS - 1, int(rule * RULE_BUCKETS)))


def fits(tokens: Sequence[object]) -> bool:
    """Whether a model's control tokens are these, but for spares that have become facts since."""
    return len(tokens) == len(SPECIALS) and all(
        one == own or str(one).startswith("<|spare") for one, own in zip(tokens, SPECIALS, strict=True)
    )


FACTS: Final = 6
"""Fact tokens of a site; in a prompt they stand before its label and its <|ask|>."""


def facts_at(ids: Sequence[int], ask: int) -> tuple[int, ...]:
    """The fact tokens of the site whose <|ask|> has this index in a prompt."""
    return tuple(ids[max(0, ask - 1 - FACTS) : ask - 1])


def facts(site: Site) -> tuple[int, ...]:
    """The fact tokens of a site, one per property, always in the same order."""
    return (
        INTENTS[site.intent],
        TRIGGERS[site.trigger],
        NODES[site.node],
        RELATIONS[site.relation],
        DISTANCES[site.distance],
        RULES[rule_bucket(site.rule)],
    )
