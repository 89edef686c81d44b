"""Rows for the model: a prompt and the trie of what may follow it in one row of tokens.

Every token names its parent in the row. A token sees the prompt and its own ancestors (block mask), and its
position is its depth: each branch is computed as if it stood alone behind the prompt, and the prompt once.
Branches that begin alike share their tokens. Equal to a row per chain, as tests show; compare prefix sharing
(Wang et al. 2024, "Accelerating Direct Preference Optimization with Prefix Sharing").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FULL: Final = -1
"""As a point's other token: the probability is taken over the whole vocabulary."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One row of tokens."""

    ids: Ints
    """[T]"""
    parents: Ints
    """[T], each smaller than its own index; -1 for the first."""

    @property
    def branches(self) -> bool:
        """Whether the row is more than one chain of tokens."""
        return bool((self.parents != np.arange(len(self.ids)) - 1).any())

    @property
    def depths(self) -> Ints:
        """[T]: how many tokens stand before each on its own branch."""
        out = np.zeros(len(self.ids), np.int64)
        for index, parent in enumerate(self.parents.tolist()):
            out[index] = out[parent] + 1 if parent >= 0 else 0
        return out

    @property
    def sees(self) -> Bools:
        """[T, T]: whether the token of a line attends to that of a column: to itself and its ancestors."""
        count = len(self.ids)
        out = np.zeros((count, count), np.bool_)
        for index, parent in enumerate(self.parents.tolist()):
            if parent >= 0:
                out[index] = out[parent]
            out[index, index] = True
        return out


def linear(ids: Sequence[int]) -> Packed:
    """A row that is one chain."""
    return Packed(np.asarray(ids, np.int64), np.arange(len(ids), dtype=np.int64) - 1)


@dataclass(frozen=True, slots=True)
class Points:
    """Probabilities that are read from rows: of `token` behind position `at`."""

    row: Ints
    """[N]"""
    at: Ints
    """[N]: the position predicted from."""
    token: Ints
    """[N]"""
    other: Ints
    """[N]: the one token that the softmax is against, or FULL."""

    def __len__(self) -> int:
        return len(self.row)


@dataclass(slots=True)
class Builder:
    """Grows the rows of one tuple, and collects what is to be read from them; nothing stands there twice."""

    rows: list[list[int]]
    """The token ids, row by row; at first the prompts."""
    ends: tuple[int, ...] = field(init=False)
    """Where the last token of each prompt stands."""
    _parents: list[list[int]] = field(init=False)
    _grown: dict[tuple[int, int, int], int] = field(init=False, default_factory=dict)
    _points: dict[tuple[int, int, int, int], int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.ends = tuple(len(row) - 1 for row in self.rows)
        self._parents = [list(range(-1, len(row) - 1)) for row in self.rows]

    def grow(self, row: int, at: int, token: int) -> int:
        """The position of a token behind `at`, which is added where it does not stand there yet."""
        known = self._grown.get((row, at, token))
        if known is None:
            known = self._grown[row, at, token] = len(self.rows[row])
            self.rows[row].append(token)
            self._parents[row].append(at)
        return known

    def point(self, row: int, at: int, token: int, other: int = FULL) -> int:
        """The number of a probability that is to be read."""
        return self._points.setdefault((row, at, token, other), len(self._points))

    def text(self, row: int, at: int, tokens: Sequence[int]) -> tuple[int, ...]:
        """The points of tokens that follow `at` one by one."""
        out = []
        for number, token in enumerate(tokens):
            out.append(self.point(row, at, token))
            if number + 1 < len(tokens):
                at = self.grow(row, at, token)
        return tuple(out)

    @property
    def said(self) -> list[tuple[int, int]]:
        """Each point's token and the other."""
        return [(token, other) for _, _, token, other in self._points]

    def finish(self) -> tuple[tuple[Packed, ...], Points]:
        """The rows that something is read from, without the tokens behind the last such place."""
        points = np.asarray(list(self._points), np.int64).reshape(-1, 4)
        used = np.unique(points[:, 0])
        rows = []
        for row in used.tolist():
            ids, parents = self.rows[row], self._parents[row]
            plain = parents == list(range(-1, len(ids) - 1))
            end = int(points[points[:, 0] == row, 1].max()) + 1 if plain else len(ids)
            rows.append(Packed(np.asarray(ids[:end], np.int64), np.asarray(parents[:end], np.int64)))
        return tuple(rows), Points(np.searchsorted(used, points[:, 0]), *points[:, 1:].T.copy())
