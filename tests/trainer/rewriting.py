"""Tuples of models that write windows anew, for tests: a byte is a token, a stop string too."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model import speech
from engine.model.formats.contract import Part
from engine.records import Written
from tests.engine.model.dictated import SIZE, Dictated
from trainer.tuples import Asked, Chain, Choice, Preference

TEXT = "alpha = 1\nbeta = 2\ngamma = 3\n"
PROMPT = tuple(b"these lines, please:\n")
TOKENS = SIZE
STOPS = {
    "text": "\n```",
    "zeta-1": "<|editable_region_end|>",
    "zeta-2": ">>>>>>> UPDATED",
    "zeta-2.1": "<[end▁of▁sentence]>",
    "sweep-v1": "<|file_sep|>",
    "sweep-v2": "<|endoftext|>",
}


def speak(parts: Sequence[Part]) -> list[int]:
    """The tokens of an answer."""
    return speech.said(Dictated(""), parts)


def window(text: str = TEXT, format_: str = "text", start: int = 100) -> Written:
    """A stretch of a.py that begins at offset 100."""
    return Written(format_, "a.py", start, text, text.rstrip("\n"), STOPS[format_], True)


def swaps(*pairs: tuple[str, str], written: Written | None = None) -> tuple[tuple[Asked, ...], Chain]:
    """Sites where these old texts stand, and the chain that puts the new ones there."""
    here = written or window()
    sites, chain = [], []
    for label, (old, new) in enumerate(pairs):
        sites.append(Asked(new, 0.0, "free", f"a.py:{here.start + here.old.index(old)}:{old}"))
        chain.append(Choice(0, label, new))
    return tuple(sites), tuple(chain)


def rewriting(
    sites: Sequence[Asked],
    accepted: Sequence[Chain],
    rejected: Sequence[Chain],
    written: Written | None = None,
) -> Preference:
    """A tuple over one window."""
    return Preference(
        prompts=(PROMPT,),
        sites=(tuple(sites),),
        accepted=tuple(accepted),
        rejected=tuple(rejected),
        weight=1.0,
        at=0.0,
        project="p",
        path="a.py",
        signal="rejected",
        model="0" * 64,
        windows=(written or window(),),
    )
