"""Independent judges of Python renames: where jedi finds references, and what rope would rename.

Where they and a chain differ, they find less: jedi ends at a parameter that its function assigns anew, both
at a member of what nothing types; rope refuses some names that it cannot resolve.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import jedi
from jedi.inference import references
from rope.base.exceptions import RopeError
from rope.base.project import Project
from rope.refactor.rename import Rename

from engine.diff import LineStarts, hunks
from engine.syntax.blocks.leaves import leaves
from engine.types import Position
from trainer.simulate.store.workshop import Workshop
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Place, parsed

STUMBLES: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RecursionError, SyntaxError,
    TypeError, ValueError,
)  # fmt: skip
"""What jedi and rope raise on code that they cannot follow."""
references._PARSED_FILE_LIMIT = 5_000  # jedi stops after 30 files otherwise, and a project has more


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of one chain."""

    judge: str
    chain: Trajectory
    confirmed: int
    """Places of the chain that the judge finds, too."""
    missed: tuple[Place, ...]
    """Places of the chain that the judge does not find."""
    extra: tuple[Place, ...]
    """Places that the judge finds and the chain does not have."""
    problem: str = ""
    """Why the judge could not say anything."""

    @property
    def agrees(self) -> bool:
        """Whether judge and chain have the same places."""
        return not (self.missed or self.extra or self.problem)


def is_rename(chain: Trajectory) -> bool:
    """Whether all that changes in a chain is one name, that is: whether the judges can speak of it."""
    return bool(chain.steps) and _names(chain) is not None


def _names(chain: Trajectory) -> tuple[str, str] | None:
    changes = [*chain.trigger[1], *(change for _, change in chain.steps)]
    pairs = {(change.old, change.new) for change in changes}
    (pair,) = pairs if len(pairs) == 1 else (("", ""),)
    return pair if pair[0].isidentifier() and pair[1].isidentifier() else None


def places(chain: Trajectory, code: Iterable[Place]) -> set[Place]:
    """Where the chain renames something in code: judges do not read comments and strings."""
    path, changes = chain.trigger
    mine = {Place(path, change.start) for change in changes}
    mine |= {Place(where, change.start) for where, change in chain.steps}
    return mine & set(code)


def jedi_verdict(chain: Trajectory, shop: Workshop, code: set[Place]) -> Verdict:
    """Compare with the references that jedi finds from the trigger, in the texts before it."""
    shop.show(chain.before)
    path, changes = chain.trigger
    text = chain.before[path]
    at = LineStarts(text).position(changes[0].start)
    own = [str(shop.folder / name) for name in _sources(shop)]
    project = jedi.Project(str(shop.folder), load_unsafe_extensions=False, added_sys_path=own)
    try:
        script = jedi.Script(
            text, path=shop.folder / path, project=project, environment=jedi.InterpreterEnvironment()
        )
        found = script.get_references(at.line + 1, at.character, scope="project", include_builtins=False)
        named = [(shop.relative(one.module_path), one.line, one.column, one.name) for one in found]
    except STUMBLES as error:
        return Verdict("jedi", chain, 0, (), (), f"jedi: {error!r}")
    lines: dict[str, LineStarts] = {}
    theirs: set[Place] = set()
    for where, line, column, name in named:
        if where is None or line is None or column is None or name != changes[0].old:
            continue
        present = chain.before.get(where, shop.tree.texts.get(where, ""))
        starts = lines.setdefault(where, LineStarts(present))
        theirs.add(Place(where, starts.offset(Position(line - 1, column))))
    return _verdict("jedi", chain, places(chain, code), theirs)


def rope_verdict(chain: Trajectory, shop: Workshop, code: set[Place]) -> Verdict:
    """Compare with the files that rope would write to rename what the trigger renames."""
    shop.show(chain.before)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rope warns of its own code
        return _asked(chain, shop, code)


def _asked(chain: Trajectory, shop: Workshop, code: set[Place]) -> Verdict:
    path, changes = chain.trigger
    project = Project(str(shop.folder), ropefolder=None, source_folders=_sources(shop))
    try:
        rename = Rename(project, project.get_file(path), changes[0].start + 1)
        theirs = {
            Place(where, hunk.start)
            for change in rename.get_changes(changes[0].new).changes
            if (where := shop.relative(change.resource.real_path)) is not None
            for hunk in hunks(change.resource.read(), change.new_contents)
        }
    except (RopeError, *STUMBLES) as error:
        return Verdict("rope", chain, 0, (), (), f"rope: {error!r}")
    finally:
        project.close()
    return _verdict("rope", chain, places(chain, code), theirs & code)


def _sources(shop: Workshop) -> list[str]:
    """The folders beside the root from which packages are imported."""
    return ["src"] if any(path.startswith("src/") for path in shop.tree.texts) else []


def _verdict(judge: str, chain: Trajectory, mine: set[Place], theirs: set[Place]) -> Verdict:
    missed, extra = sorted(mine - theirs), sorted(theirs - mine)
    return Verdict(judge, chain, len(mine & theirs), tuple(missed), tuple(extra))


def code_places(chain: Trajectory, shop: Workshop) -> set[Place]:
    """Where the chain's old name stands in code, in the texts before it."""
    name = chain.trigger[1][0].old
    texts = {
        **{place.path: shop.tree.texts[place.path] for place in shop.tree.words.get(name, ())},
        **chain.before,
    }
    return {
        Place(path, start)
        for path, text in texts.items()
        for start, word in leaves(parsed(path, text), "name")
        if word == name
    }
