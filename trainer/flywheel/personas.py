"""Four people, each with a taste that no training data had: what they write after the same first edit.

A taste turns the steps of a simulated chain into what this person does instead. What the engine then offers
is judged against that by the usual measure, so a taste is never told to anything that learns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.intents.lexer import KEYWORDS, zones
from trainer.simulate.source import Change
from trainer.simulate.trajectory import Step, Trajectory
from trainer.simulate.tree import Tree

Taste = Callable[[Trajectory, Tree], Sequence[Step]]
"""The steps of this person, with offsets in the texts before the trigger."""

_NAME: Final = re.compile(r"[^\W\d]\w*")
_DOMAIN: Final = {"NotImplementedError": "TodoError", "...": "UNSET"}
"""The words of the person with domain names, for what a draft has there."""
_SHORTEST: Final = 3
_ARGUMENT: Final = re.compile(r"(?P<lead>(?:, )?)(?P<value>[^,=()\s]+)")


@dataclass(frozen=True, slots=True)
class Persona:
    """A person, and what they work on."""

    name: str
    says: str
    taste: Taste
    mostly: tuple[str, ...]
    """Scenarios of most of the person's edits."""
    rewrites: Callable[[Change, Trajectory, str], Change]
    """What the person makes of a drafted change; the text of its file is given."""
    concerns: Callable[[Trajectory, Tree], bool]
    """Whether the taste shows in a chain."""


def _as_it_is(change: Change, chain: Trajectory, text: str) -> Change:
    return change


def taught(chain: Trajectory, steps: Iterable[Step]) -> Trajectory:
    """The chain with the steps of a person."""
    return replace(chain, steps=tuple(steps))


def _text(chain: Trajectory, tree: Tree, path: str) -> str:
    texts = chain.after() if chain.inside else chain.before
    return texts.get(path) or tree.texts.get(path, "")


def _in_words(chain: Trajectory, tree: Tree, path: str, change: Change) -> bool:
    """Whether a step stands in a comment or a string."""
    return zones(_text(chain, tree, path), path).kind(change.start) is not None


def _code_alone(chain: Trajectory, tree: Tree) -> list[Step]:
    return [(path, one) for path, one in chain.steps if not _in_words(chain, tree, path, one)]


def _spoken_of(chain: Trajectory, tree: Tree) -> bool:
    """Whether a name that the trigger takes away stands in comments or strings of the files it touches."""
    path, changes = chain.trigger
    names = {name for one in changes for name in _NAME.findall(one.old) if len(name) >= _SHORTEST}
    for where in {path, *(where for where, _ in chain.steps)}:
        text = _text(chain, tree, where)
        known = zones(text, where)
        for name in names:
            if any(known.kind(match.start()) for match in re.finditer(rf"\b{re.escape(name)}\b", text)):
                return True
    return False


def _no_imports(chain: Trajectory, tree: Tree) -> list[Step]:
    return [(path, one) for path, one in chain.steps if not _imports(chain, tree, path, one)]


def _imports(chain: Trajectory, tree: Tree, path: str, change: Change) -> bool:
    text = _text(chain, tree, path)
    start = text.rfind("\n", 0, change.start) + 1
    line = text[start : text.find("\n", change.end)]
    said = f"{change.old}{change.new}" if not change.old or not change.new else line
    return chain.scenario == "import" or bool(re.match(r"\s*(from|import)\b", said))


def _named(chain: Trajectory, tree: Tree) -> list[Step]:
    """What a call gets at its end is given by the name of the one new parameter."""
    return [(path, _by_name(one, chain, _text(chain, tree, path))) for path, one in chain.steps]


def _by_name(change: Change, chain: Trajectory, text: str) -> Change:
    """Only a last argument: behind a named one none may stand without a name."""
    name, match = _parameter(chain), _ARGUMENT.fullmatch(change.new)
    if name is None or change.old or match is None or text[change.end : change.end + 1] != ")":
        return change
    return replaced_with(change, f"{match['lead']}{name}={match['value']}")


def replaced_with(change: Change, new: str) -> Change:
    """The change with another new text."""
    return Change(change.start, change.old, new)


def _parameter(chain: Trajectory) -> str | None:
    """The one name that the trigger brings into a head."""
    if not chain.kind.startswith("parameter_added"):
        return None
    brought = [name for one in chain.trigger[1] for name in _NAME.findall(one.new) if name not in KEYWORDS]
    gone = {name for one in chain.trigger[1] for name in _NAME.findall(one.old)}
    new = [name for name in dict.fromkeys(brought) if name not in gone]
    return new[0] if new else None


def _domain(chain: Trajectory, tree: Tree) -> list[Step]:
    """What is not written yet is named as this person's projects name it."""
    return [(path, _in_domain(one, chain, "")) for path, one in chain.steps]


def _in_domain(change: Change, chain: Trajectory, text: str) -> Change:
    made = change.new
    for old, new in _DOMAIN.items():
        made = re.sub(rf"(?<![\w.]){re.escape(old)}(?![\w.])", new, made)
    return replaced_with(change, made)


def _differs(taste: Taste) -> Callable[[Trajectory, Tree], bool]:
    """Whether a person of this taste makes other steps than the chain has."""
    return lambda chain, tree: tuple(taste(chain, tree)) != chain.steps


NOBODY: Final = Persona(
    "nobody",
    "has no taste of their own",
    lambda chain, tree: chain.steps,
    (),
    _as_it_is,
    lambda chain, tree: False,
)
"""Whoever does what the chains say."""

PERSONAS: Final = {
    one.name: one
    for one in (
        Persona(
            "code-alone",
            "renames, but never in comments, docstrings or strings",
            _code_alone,
            ("rename",),
            _as_it_is,
            _spoken_of,
        ),
        Persona("named", "gives arguments by name", _named, ("signature",), _by_name, _differs(_named)),
        Persona(
            "domain",
            "has words of the domain for what is not written yet",
            _domain,
            ("override", "fix", "signature"),
            _in_domain,
            _differs(_domain),
        ),
        Persona(
            "no-imports",
            "leaves every import to another tool",
            _no_imports,
            ("import", "mixed"),
            _as_it_is,
            _differs(_no_imports),
        ),
    )
}
