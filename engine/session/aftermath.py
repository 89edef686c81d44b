"""What later saves tell: of the text that was accepted, and of the places that Ripple left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.diff import hunks
from engine.head import Commits
from engine.records import DAY, Answer
from engine.session.log import Log
from engine.session.project import Project
from engine.session.unwritten import ANSWERS, Unwritten
from engine.session.written import FOLLOWED, MOST, Writings, Written, resumed
from engine.trace import Stretch
from engine.types import Edit, Hunk

if TYPE_CHECKING:
    from engine.session.chain import Chain, Offer


class Aftermath:
    """Follows the edits of a project for what they say of earlier answers. The session's lock guards it."""

    def __init__(self, project: Project, log: Log, names: Iterator[str]) -> None:
        self._project = project
        self._names = names
        self._log = log
        self._writings = Writings(log, Commits(project.root), project.text)
        self._unwritten = Unwritten(log)

    def resume(self) -> None:
        """Go on with what earlier runs wrote, and with the places that their last answers left alone."""
        found = (resumed(one, self._project.text(one.path)) for one in self._log.followed(FOLLOWED, MOST))
        self._writings.add(one for one in found if one is not None)
        for told in self._log.told(DAY, 4 * ANSWERS):
            self._unwritten.resume(told, self._project.text)
        self.look()

    def answered(self, answer: Answer) -> None:
        """Watch the places that a complete answer considered."""
        self._unwritten.watch(answer)

    def wrote(
        self,
        chain: Chain,
        offers: Sequence[Offer],
        texts: Mapping[int, str],
        made: Mapping[str, Sequence[Hunk]],
    ) -> None:
        """Follow the text that accepting these offers has just written by these hunks."""
        at = self._log.now()
        starts = {
            (path, hunk.start, hunk.old): hunk.new_start for path, each in made.items() for hunk in each
        }
        self._writings.add(
            Written(
                suggestion=chain.id,
                n=offer.action.n,
                path=offer.action.path,
                old=offer.action.old,
                new=texts[offer.action.n],
                at=at,
                place=Stretch(
                    starts[offer.action.path, offer.start, offer.action.old], texts[offer.action.n]
                ),
                own=texts[offer.action.n] != offer.action.new,
                moot=lambda: chain.moot,
            )
            for offer in offers
        )

    def follow(self, edit: Edit) -> None:
        """Take an edit in; what was due before it must have been looked at."""
        self._writings.follow(edit)
        self._unwritten.follow(edit)

    def look(self, ending: bool = False) -> None:
        """Log what is due by now; when the session is `ending`, all that is known."""
        now = self._log.now()
        self._writings.look(now, ending)
        self._unwritten.look(now, ending)

    def before(self) -> dict[str, str | None]:
        """The texts, as they stand, of the files that something is followed in."""
        paths = self._writings.paths | self._unwritten.paths
        return {path: self._project.text(path) for path in paths}

    def reread(self, before: Mapping[str, str | None]) -> None:
        """Files changed without an edit, by a branch switch or the like; these were their texts.

        What was changed is logged, since the places of older answers are found through it; it is no one's
        word about them.
        """
        for path, old in before.items():
            new = self._project.text(path)
            if old is not None and new is not None and old != new:
                self._log.edit(
                    Edit(next(self._names), path, old, new, hunks(old, new), "person", self._log.now())
                )
        changed = [path for path, old in before.items() if old != self._project.text(path)]
        self._writings.reread(changed)
        self._unwritten.forget(changed)
