"""How one written type was exchanged for another, and what that makes of other types and values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["swap", "wrap", "unwrap"]
Wrap = tuple[str, str, str]
"""Kind, the type around $T, the value around $x."""

_WORD = re.compile(r"[^\W\d]\w*")
_FRONT = re.compile(r"""(?:&(?:\s*'\w+)?(?:\s*mut\b)?|\*|["'])\s*""")
HOLDER: Wrap = ("holder", "", "")
"""One type is an argument of the other, of which no more is known."""
SAME, AROUND, INSIDE = 1.0, 0.97, 0.9
"""How much a type says that is the old one, that has a reference or quotes around it, that has it inside."""
_HOLDING = """
Optional Union Option Final ClassVar Readonly Required None null undefined typing t mut readonly
"""
_HOLDERS = frozenset(_HOLDING.split())


@dataclass(frozen=True, slots=True)
class TypeChange:
    """An annotation before and after an edit."""

    old: str
    new: str
    kind: ChangeKind
    wrap: Wrap = ("", "", "")
    """How the one is made of the other: a list of it, an optional of it."""

    @property
    def is_list(self) -> bool:
        """Whether one of the two is a collection of the other."""
        return self.wrap[0] == "list"

    @property
    def now_required(self) -> bool:
        """Whether what might be missing is now always there."""
        return self.kind == "unwrap" and self.wrap[0] == "optional"

    @property
    def word(self) -> str:
        """A word that a text must have in which the old type is written."""
        words = [one for one in _WORD.findall(self.old) if one not in _HOLDERS]
        return max(words, key=len, default="")

    def of(self, text: str) -> tuple[str, float] | None:
        """What another annotation becomes, and how sure that is; None where it says something else."""
        if glued(text) == glued(self.old):
            return self.new, SAME
        front, core, back = parted(text)
        old_front, old_core, _ = parted(self.old)
        new_front, new_core, _ = parted(self.new)
        if glued(core) == glued(old_core) and glued(old_front) == glued(new_front):
            return front + new_core + back, AROUND
        if self.kind == "swap":
            return self._inside(text, old_core, new_core)
        return None

    def _inside(self, text: str, old: str, new: str) -> tuple[str, float] | None:
        """The old type as the one thing that may be missing: `Optional[Old]`, `Old | None`."""
        found = list(re.finditer(rf"(?<![\w.]){re.escape(old)}(?![\w.])", text))
        if len(found) != 1:
            return None
        rest = text[: found[0].start()] + text[found[0].end() :]
        if not set(_WORD.findall(rest)) <= _HOLDERS or re.search(r"[^\s\w\[\]<>|&'\".]", rest):
            return None
        return text[: found[0].start()] + new + text[found[0].end() :], INSIDE

    def made(self, text: str) -> str | None:
        """What a constructed class becomes: `Old` or `Old<..>` of a swap."""
        if self.kind != "swap":
            return None
        _, old, _ = parted(self.old)
        _, new, _ = parted(self.new)
        if glued(text) == glued(old):
            return new
        (head, arguments), (old_head, old_arguments), (new_head, new_arguments) = map(_head, (text, old, new))
        if head == old_head and arguments in ("", "<>"):
            return new_head + arguments if new_head != old_head else None
        if old_arguments and arguments == old_arguments and new_arguments and old_head == new_head:
            return head + new_arguments
        return None

    def value(self, text: str) -> str | None:
        """What a value of the old type becomes where it is written out; None where that is unknown."""
        form = self.wrap[2].replace("_", " ")
        if not form:
            return None
        single = self.old if self.kind == "wrap" else self.new
        if self.kind == "wrap":
            if _fits(form, text) is not None:
                return None
            return form.replace("$T", parted(single)[1]).replace("$x", text)
        return _fits(form, text)


def change_of(old: str, new: str, wraps: Iterable[Wrap]) -> TypeChange | None:
    """The change between two annotations; None where they say the same."""
    if glued(old) == glued(new) or not old.strip() or not new.strip():
        return None
    for wrap in wraps:
        if glued(_filled(wrap[1], new) or "") == glued(old):
            return TypeChange(old, new, "wrap", wrap)
        if glued(_filled(wrap[1], old) or "") == glued(new):
            return TypeChange(old, new, "unwrap", wrap)
    if _holds(new, old):
        return TypeChange(old, new, "wrap", HOLDER)
    if _holds(old, new):
        return TypeChange(old, new, "unwrap", HOLDER)
    return TypeChange(old, new, "swap")


def _holds(outer: str, inner: str) -> bool:
    """Whether a type has another as one of its arguments: `Arc<Old>`, `Final[Old]`."""
    left, found, right = glued(outer).partition(glued(inner))
    return bool(found) and left.endswith(("<", "[", ",")) and right.startswith((">", "]", ","))


def _filled(form: str, text: str) -> str | None:
    """The single type that a text wraps in this form, or None."""
    left, _, right = form.partition("$T")
    squeezed = glued(text)
    squeezed = re.sub(r"^(?:\w+\.)+(?=\w+\[)", "", squeezed) if left.endswith("[") else squeezed
    if len(squeezed) > len(left) + len(right) and squeezed.startswith(left) and squeezed.endswith(right):
        inner = squeezed[len(left) : len(squeezed) - len(right)]
        return inner if _balanced(inner) else None
    return None


def _fits(form: str, text: str) -> str | None:
    """The value inside a text of this form, or None."""
    pattern = re.escape(form).replace(r"\$T", r"[\w.<>\[\]]+").replace(r"\$x", "(.+)").replace(r"\ ", r"\s*")
    found = re.fullmatch(pattern, text.strip(), re.DOTALL)
    return found[1] if found and _balanced(found[1]) and "," not in _flat(found[1]) else None


def _flat(text: str) -> str:
    """The text without what stands in brackets."""
    while (shorter := re.sub(r"[(\[{<][^()\[\]{}<>]*[)\]}>]", "", text)) != text:
        text = shorter
    return text


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in "([{<") - (char in ")]}>")
        if depth < 0:
            return False
    return depth == 0


def parted(text: str) -> tuple[str, str, str]:
    """A type without what only says how it is held: references, pointers, quotes."""
    found = _FRONT.match(text)
    if found is None:
        return "", text, ""
    front = found.group()
    back = front[-1] if front[-1] in "\"'" and text.endswith(front[-1]) and len(text) > 2 else ""
    return front, text[len(front) : len(text) - len(back)], back


def _head(text: str) -> tuple[str, str]:
    """A type's name and its arguments."""
    found = re.match(r"[^<\[]*", text)
    head = found.group() if found else text
    return head.strip(), glued(text[len(head) :])


def glued(text: str) -> str:
    """A type without blanks, except between two words, and without a trailing comma."""
    squeezed = re.sub(r"(?<!\w) | (?!\w)", "", re.sub(r"\s+", " ", text.strip()))
    return re.sub(r",([\])>])", r"\1", squeezed)
