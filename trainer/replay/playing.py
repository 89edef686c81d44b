"""One commit, played: the developer saves, the engine answers, what is right is accepted."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from engine.diff import carried, hunks, replaced, token_distance, unified
from engine.history import MERGE_SECONDS, History
from engine.session.thinking import Question, Thought
from engine.syntax.grammars import language_of
from engine.types import Candidate, Edit, Site
from trainer.examples import Labelled, World
from trainer.measures import delta_chrf
from trainer.replay.developer import Developer, repeated
from trainer.replay.minds import Mind, Told
from trainer.replay.points import Played, Point, Weighed
from trainer.repository import Commit
from trainer.simulate.source import RESERVED, Change
from trainer.simulate.trajectory import moved

PAUSE: Final = 4 * MERGE_SECONDS
"""Seconds between two saves: no two of them are one edit."""
WEIGHED: Final = 60
"""Considered places of one point that are noted; those that are shown come first."""
TURNS: Final = 8
"""How often the engine is asked again after its whole chain was accepted."""
LONGEST: Final = 4000
"""Characters of a diff that is kept for people."""
NOTED: Final = 64
"""Places of one point whose truth is handed to `note`."""
Note = Callable[[Question, Sequence[Labelled]], None]
"""Hears of every question, and of the truth about what was considered."""
_NAME = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and what the developer made of it; the accepted beginning of the chain is written by now."""

    question: Question
    thought: Thought
    rights: tuple[bool, ...]
    """For each action of the chain whether it is right behind those that were accepted."""
    accepted: int
    """How many were, from the first."""
    right: Callable[[Candidate], bool]
    """Whether another candidate is right, as things stand now."""
    goes_on: Callable[[str], bool]
    """Whether more is to be written in a file."""
    instead: Callable[[Candidate], str]
    """What the developer writes at a candidate's place, "" where that is not this place's alone."""


Heard = Callable[[Judged], None]
"""Hears of every answer once it is judged."""


class Play:
    """One commit over one project in memory, by a developer who has its texts before and after."""

    def __init__(
        self,
        world: World,
        mind: Mind,
        commit: Commit,
        developer: Developer,
        note: Note | None = None,
        heard: Heard | None = None,
        told: Told | None = None,
    ) -> None:
        self._told = told
        self._world = world
        self._mind = mind
        self._note = note
        self._heard = heard
        self._commit = commit
        before = dict(developer.texts)
        self._tier = repeated(before, developer.after)
        self._developer = developer
        self._history = History()
        self._clock = 0.0
        self._points: list[Point] = []
        for path, text in before.items():
            self._history.load(path, text)

    @property
    def stretches(self) -> int:
        """Stretches that are still to be written."""
        return len(self._developer.open)

    def run(self) -> Played:
        """Play it to its end."""
        developer, by_hand, stretches, total = self._developer, -1, 0, 0
        while (save := developer.next()) is not None:
            edit = self._save(*save)
            by_hand += 1
            if by_hand == 0:
                stretches, total = len(developer.open), developer.left()
            if edit is not None:
                self._turns(edit)
        return Played(
            self._commit.sha, self._commit.subject, self._tier, stretches, by_hand, total, tuple(self._points)
        )

    def _save(self, path: str, text: str, by: str = "person") -> Edit | None:
        self._clock += PAUSE
        self._developer.took(path, text)
        edit = self._history.observe(path, text, "ripple" if by == "ripple" else "person", self._clock)
        self._world.show(self._developer.texts)
        return edit

    def _turns(self, edit: Edit) -> None:
        """The questions that one save asks: the save itself, then what follows from each accepted chain."""
        recent = self._history.recent()
        if not recent or recent[-1].id != edit.id:
            return
        question = Question(recent[-1], edit, recent[:-1], time.perf_counter())
        for _ in range(TURNS):
            thought = self._mind.answer(question)
            ms = (time.perf_counter() - question.since) * 1000
            accepted = self._judge(question, thought, ms)
            if not accepted or len(accepted) < len(thought.kept):
                return
            question = self._next(question, edit)

    def _next(self, asked: Question, said: Edit) -> Question:
        """What follows now from the person's edit; as a session asks it after a whole chain."""
        base = asked.edit
        after = self._developer.texts[base.path]
        edits = [edit for edit in self._history.recent() if edit.by == "ripple" and edit.path != base.path]
        known = {edit.id for edit in asked.recent}
        edited = replace(base, after=after, hunks=hunks(base.before, after))
        recent = (*asked.recent, *(edit for edit in edits if edit.id not in known))
        return Question(edited, replace(said, by="ripple"), recent, time.perf_counter())

    def _judge(self, question: Question, thought: Thought, ms: float) -> list[Candidate]:
        """Note a point; the actions that were accepted, which are written."""
        developer = self._developer
        if self._note is not None:
            sites = [replace(one.site, draft=one.new) for one in thought.considered[:NOTED]]
            self._note(question, [developer.label(site) for site in sites])
        open_, follows = len(developer.open), self._names_follow(question.edit)
        wanted = {path: developer.changes(path) for path in dict.fromkeys(c.site.path for c in thought.kept)}
        texts = {path: self._world.text_of(path) or "" for path in wanted}
        others = [one for one in thought.considered if one not in thought.kept][:WEIGHED]
        hidden = [self._weighed(one, developer.wants(one), question) for one in others]
        shown: list[Weighed] = []
        accepted: list[Candidate] = []
        over = False
        for one in thought.kept:
            now = self._placed(one, accepted)
            right = developer.wants(now)
            if self._told is not None and not over:
                self._tell(self._told, now, right)
            over = over or not right
            shown.append(replace(self._weighed(now, right, question), shown=True, accepted=not over))
            if not over:
                text = developer.texts[now.site.path]
                self._save(now.site.path, replaced(text, [(now.site.start, now.site.old, now.new)]), "ripple")
                accepted.append(one)
        weighed = (*shown, *hidden[: max(0, WEIGHED - len(shown))])
        pictures = _pictures(texts, thought.kept, wanted) if thought.kept else (None, "", "")
        self._points.append(
            Point(
                question.edit.path,
                language_of(question.edit.path) or "",
                question.said.by,
                open_,
                follows or any(one.right for one in weighed),
                round(ms, 2),
                weighed,
                *pictures,
            )
        )
        if self._heard is not None:
            rights = tuple(one.right for one in shown)
            self._heard(
                Judged(
                    question,
                    thought,
                    rights,
                    len(accepted),
                    lambda one: self._still_right(one, accepted),
                    lambda path: bool(developer.changes(path)),
                    lambda one: self._instead(self._placed(one, accepted).site),
                )
            )
        return accepted

    def _tell(self, told: Told, one: Candidate, right: bool) -> None:
        """Have the engine know what the developer says of an action."""
        if right:
            told.took(one)
        else:
            told.refused(one, self._developer.texts.get(one.site.path, ""))

    def _still_right(self, one: Candidate, accepted: Sequence[Candidate]) -> bool:
        """Whether a candidate is right behind what was accepted, if its text still stands."""
        now = self._placed(one, accepted)
        text = self._developer.texts.get(now.site.path, "")
        return text.startswith(now.site.old, now.site.start) and self._developer.wants(now)

    def _instead(self, site: Site) -> str:
        """What the developer writes at a site; "" where its text is gone or others are changed with it."""
        if not self._developer.texts.get(site.path, "").startswith(site.old, site.start):
            return ""
        return self._developer.label(replace(site, draft=None)).new

    def _placed(self, candidate: Candidate, accepted: Sequence[Candidate]) -> Candidate:
        """Where an action of a chain stands after those before it were written."""
        site = candidate.site
        made = [
            Change(one.site.start, one.site.old, one.new) for one in accepted if one.site.path == site.path
        ]
        start = moved(Change(site.start, site.old, candidate.new), made).start
        return replace(candidate, site=replace(site, start=start))

    def _weighed(self, one: Candidate, right: bool, question: Question) -> Weighed:
        size = token_distance(one.site.old, one.new)
        back = self._back(one, question)
        place = right or self._developer.touches(one.site)
        return Weighed(
            one.site.intent.value,
            round(one.p, 4),
            round(one.site.rule, 4),
            right,
            False,
            False,
            size,
            back,
            place,
        )

    def _back(self, one: Candidate, question: Question) -> int:
        """Tokens by which an action turns what the person's last edits wrote back into what stood there."""
        text, site = self._developer.texts.get(one.site.path, ""), one.site
        found = 0
        edits = [edit for edit in (*question.recent, question.edit) if edit.path == site.path]
        for number, edit in enumerate(edits):
            if edit.by != "person":
                continue
            later = [hunk for after in edits[number + 1 :] for hunk in after.hunks]
            for hunk in edit.hunks:
                start = carried(hunk.new_start, hunk.new_end, later)
                if start is None or site.end < start or start + len(hunk.new) < site.start:
                    continue
                low, high = min(start, site.start), max(start + len(hunk.new), site.end)
                now = text[low:high]
                then = text[low:start] + hunk.old + text[start + len(hunk.new) : high]
                written = text[low : site.start] + one.new + text[site.end : high]
                found += max(0, token_distance(now, then) - token_distance(written, then))
        return found

    def _names_follow(self, edit: Edit) -> bool:
        """Whether a name that the edit brought in or took away stands in what is still to be written."""
        old = {name for hunk in edit.hunks for name in _NAME.findall(hunk.old)}
        new = {name for hunk in edit.hunks for name in _NAME.findall(hunk.new)}
        names = (old ^ new) - RESERVED
        if not names:
            return False
        return any(
            not names.isdisjoint(_NAME.findall(change.old)) or not names.isdisjoint(_NAME.findall(change.new))
            for stretch in self._developer.open
            for change in stretch.changes
        )


def _pictures(
    texts: dict[str, str], kept: Sequence[Candidate], wanted: dict[str, list[Change]]
) -> tuple[float, str, str]:
    """deltaChrF of what was shown against what the commit has in these files, and both as diffs."""
    predicted = [
        (
            texts[path],
            replaced(texts[path], [(c.site.start, c.site.old, c.new) for c in kept if c.site.path == path]),
        )
        for path in wanted
    ]
    expected = [(texts[path], replaced(texts[path], changes)) for path, changes in wanted.items()]
    said = "".join(unified(*pair, path, 1) for path, pair in zip(wanted, predicted, strict=True))
    true = "".join(unified(*pair, path, 1) for path, pair in zip(wanted, expected, strict=True))
    return delta_chrf(predicted, expected), said[:LONGEST], true[:LONGEST]
