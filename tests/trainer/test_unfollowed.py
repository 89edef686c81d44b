"""The scenario `quiet`: small edits in six languages that are sound, varied and the same for a seed."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice

import pytest

from tests.trainer.trees import TREES
from trainer.simulate.scenarios import available, maker
from trainer.simulate.store.soundness import objection
from trainer.simulate.tree import LANGUAGES, Tree
from trainer.simulate.unfollowed import trajectories


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(language: str) -> None:
    tree = Tree("o/n", language, TREES[language])
    made = list(islice(trajectories(tree, random.Random(1)), 200))
    kinds = Counter(chain.kind for chain in made if not objection(chain, tree))
    assert sum(kinds.values()) > 180
    assert {"quiet/number", "quiet/local_added", "quiet/function_added", "quiet/comment_added"} <= set(kinds)
    assert all(chain.quiet and chain.language == language for chain in made)
    again = list(islice(trajectories(Tree("o/n", language, TREES[language]), random.Random(1)), 200))
    assert made == again


def test_a_tree_with_nothing_in_it_ends() -> None:
    assert list(trajectories(Tree("o/n", "python", {}), random.Random(1))) == []
    assert list(trajectories(Tree("o/n", "go", {"a.go": "package a\n"}), random.Random(1))) == []


def test_the_registry() -> None:
    assert "quiet" in available()
    assert maker("quiet") is trajectories
    with pytest.raises(KeyError):
        maker("nonsense")
