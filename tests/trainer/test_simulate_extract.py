"""Simulated extractions: sound in six languages, the same for a seed, with quiet ones among them."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice

import pytest

from tests.trainer.trees import TREES
from trainer.simulate.extract import trajectories
from trainer.simulate.scenarios import maker
from trainer.simulate.store.soundness import objection
from trainer.simulate.tree import LANGUAGES, Tree

MORE = {
    "python": "def sizes(box, name):\n    show(box.width * 2 + 1)\n    if box.width * 2 + 1 > 30:\n"
    '        show("the widest one")\n    box = name\n    return box.width * 2 + 1, "the widest one"\n',
    "java": "class Sizes {\n    int sizes(Box box, String name) {\n        show(box.width * 2 + 1);\n"
    '        if (box.width * 2 + 1 > 30) {\n            show("the widest one");\n        }\n'
    "        box = name;\n"
    '        show("the widest one");\n        return box.width * 2 + 1;\n    }\n}\n',
    "go": "package shop\n\nfunc sizes(box Box, name string) int {\n\tshow(box.width*2 + 1)\n"
    '\tif box.width*2+1 > 30 {\n\t\tshow("the widest one")\n\t}\n\tbox = name\n\tshow("the widest one")\n'
    "\treturn box.width*2 + 1\n}\n",
    "rust": "fn sizes(box: Box, name: &str) -> u32 {\n    show(box.width * 2 + 1);\n"
    '    if box.width * 2 + 1 > 30 {\n        show("the widest one");\n    }\n    box = name;\n'
    '    show("the widest one");\n    box.width * 2 + 1\n}\n',
}
_SCRIPT = (
    "function sizes(box, name) {\n  show(box.width * 2 + 1);\n  if (box.width * 2 + 1 > 30) {\n"
    '    show("the widest one");\n  }\n  box = name;\n  show("the widest one");\n'
    "  return box.width * 2 + 1;\n}\n"
)
FILES = {
    "python": "s.py",
    "java": "Sizes.java",
    "go": "s.go",
    "rust": "s.rs",
    "javascript": "s.js",
    "typescript": "s.ts",
}


def tree_of(language: str) -> Tree:
    return Tree("o/n", language, {**TREES[language], FILES[language]: MORE.get(language, _SCRIPT)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(language: str) -> None:
    tree = tree_of(language)
    made = list(islice(trajectories(tree, random.Random(1)), 150))
    sound = [chain for chain in made if not objection(chain, tree)]
    assert len(sound) > 130
    kinds = Counter(chain.kind for chain in sound)
    assert {"variable", "variable/until_bound", "constant", "quiet/trivial_value"} <= set(kinds)
    assert sum(chain.quiet for chain in sound) >= len(sound) / 5
    assert all(chain.quiet == chain.kind.startswith("quiet/") for chain in sound)
    assert made == list(islice(trajectories(tree_of(language), random.Random(1)), 150))


def test_the_variants_with_a_function() -> None:
    text = (
        "def twice(n):\n    return n * 2\n\n\ndef show(box):\n    size = box.width - 1\n"
        "    print(size, box)\n"
        "    for one in box:\n        print(one.width - 1, twice(size))\n    return twice(size + 1) ** 2\n"
    )
    tree = Tree("o/n", "python", {"m.py": text})
    made = {chain.kind: chain for chain in islice(trajectories(tree, random.Random(3)), 600)}
    assert {"inline_function", "inline_variable", "function_block", "function_expression"} <= {
        kind.split("/")[0] for kind in made
    }
    inlined = made["inline_function"].end()["m.py"]
    assert "print(one.width - 1, size * 2)" in inlined and "return ((size + 1) * 2) ** 2" in inlined
    assert "def twice" not in inlined


def test_a_variable_ends_where_a_name_is_bound_anew() -> None:
    tree = tree_of("python")
    chains = islice(trajectories(tree, random.Random(2)), 800)
    wanted = (one for one in chains if one.kind == "variable/until_bound" and len(one.steps) == 2)
    chain = next(one for one in wanted if "= box.width * 2 + 1" in one.trigger[1][0].new)
    name = chain.steps[0][1].new
    assert f"    {name} = box.width * 2 + 1\n    show({name})\n    if {name} > 30:" in chain.end()["s.py"]
    assert "return box.width * 2 + 1" in chain.end()["s.py"]


def test_a_tree_with_nothing_in_it_ends() -> None:
    assert list(trajectories(Tree("o/n", "python", {}), random.Random(1))) == []
    assert list(trajectories(Tree("o/n", "go", {"a.go": "package a\n"}), random.Random(1))) == []


def test_the_registry() -> None:
    assert maker("extract") is trajectories
