"""The simulated imports: sound in every language, and the truth of small trees written out by hand."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import islice

import pytest

from trainer.simulate import scenarios
from trainer.simulate.imported import Imported, cut
from trainer.simulate.imports import trajectories, unused
from trainer.simulate.source import apply
from trainer.simulate.store.soundness import objection
from trainer.simulate.tree import Tree

FILES: Mapping[str, Mapping[str, str]] = {
    "python": {
        "shop/a.py": "import os\nfrom pathlib import Path, PurePath\n\n\ndef one(x):\n    print(x)\n"
        "    print(Path(x))\n    return PurePath(x)\n\n\ndef two(x):\n    y = os.sep\n"
        "    print(os.sep)\n    return y\n",
        "shop/b.py": "import json\nfrom pathlib import Path\n\n\ndef three(x):\n    # a small note about it\n"
        "    print(json.dumps(x))\n    return Path(x)\n",
    },
    "javascript": {
        "src/a.js": "import { join, sep } from 'node:path';\nimport { area } from './b';\n\n"
        "export function one(x) {\n  console.log(x);\n  console.log(area);\n"
        "  console.log(join(x));\n  return sep;\n}\n",
        "src/b.js": "import { sep } from 'node:path';\n\nexport const area = 1;\nexport function two(x) {\n"
        "  console.log(x);\n  console.log(sep);\n}\n",
    },
    "typescript": {
        "src/a.ts": "import { join, sep } from 'node:path';\nimport { area } from './b';\n\n"
        "export function one(x: string) {\n  console.log(x);\n  console.log(area);\n  console.log(join(x));\n"
        "  return sep;\n}\n",
        "src/b.ts": "import { sep } from 'node:path';\n\nexport const area = 1;\n"
        "export function two(x: string) {\n"
        "  console.log(x);\n  console.log(sep);\n}\n",
    },
    "java": {
        "src/main/java/a/One.java": "package a;\n\nimport java.util.List;\nimport java.util.Map;\n\n"
        "class One {\n"
        "    int x;\n    List<String> all;\n    Map<String, String> map;\n}\n",
        "src/main/java/a/Two.java": "package a;\n\nimport java.util.List;\n\nclass Two {\n    int x;\n"
        "    List<String> all;\n}\n",
    },
    "go": {
        "one.go": 'package shop\n\nimport (\n\t"fmt"\n\t"strings"\n)\n\nfunc one(x string) {\n'
        "\tfmt.Println(x)\n"
        "\tfmt.Println(x)\n\t_ = strings.ToUpper(x)\n}\n",
    },
    "rust": {
        "src/price.rs": "use std::collections::{BTreeMap, HashMap};\nuse std::path::PathBuf;\n\n"
        "pub fn one(x: u8) -> u8 {\n"
        "    let a: HashMap<u8, u8> = todo!();\n    let b: BTreeMap<u8, u8> = todo!();\n"
        "    let c = PathBuf::new();\n    x\n}\n",
    },
}


@pytest.mark.parametrize("language", sorted(FILES))
def test_chains_are_sound_and_the_same_for_a_seed(language: str) -> None:
    tree = Tree("t", language, FILES[language])
    found = list(islice(trajectories(tree, random.Random(3)), 60))
    assert {chain.kind.split("/")[0] for chain in found} >= {"missing", "unused", "quiet"}
    assert not [reason for chain in found if (reason := objection(chain, tree))]
    assert sum(chain.quiet for chain in found) * 5 >= len(found)
    assert found == list(islice(trajectories(tree, random.Random(3)), 60))


@pytest.mark.parametrize("language", sorted(FILES))
def test_a_missing_import_ends_as_the_real_file(language: str) -> None:
    tree = Tree("t", language, FILES[language])
    for chain in islice(trajectories(tree, random.Random(5)), 40):
        if chain.kind.startswith("missing"):
            (path,) = chain.before
            assert chain.end()[path] == tree.texts[path]
            assert chain.before[path] != tree.texts[path]


def test_what_is_cut_of_a_statement() -> None:
    text = FILES["rust"]["src/price.rs"]
    imported = Imported(Tree("t", "rust", FILES["rust"]))
    first, second = imported.statements("src/price.rs")
    one = cut(text, first, [first.items[0]])
    assert one is not None and apply(text, [one]).startswith("use std::collections::HashMap;\n")
    whole = cut(text, second, second.items)
    assert whole is not None and "PathBuf;" not in apply(text, [whole])


def test_a_name_with_two_meanings_is_left_alone() -> None:
    tree = Tree("t", "python", {"a.py": "from pathlib import Path\n\n\ndef f(Path):\n    return Path\n"})
    assert not Imported(tree).used("a.py")


def test_a_name_that_nothing_knows_cannot_be_missing() -> None:
    text = "from strange import Thing\n\n\ndef f():\n    print(1)\n    print(Thing)\n"
    tree = Tree("t", "python", {"a.py": text})
    chains = islice(trajectories(tree, random.Random(1)), 20)
    assert not [chain for chain in chains if chain.kind.startswith("missing")]


def test_the_registry() -> None:
    assert scenarios.maker("import") is trajectories


def test_lines_on_which_others_rest_are_not_deleted() -> None:
    text = (
        "import functools\nimport json\nimport os\n\n\n"
        "@functools.cache\ndef first(a):\n    print(a)\n    return json.loads(a)\n"
        "\n\ndef second():\n    print(1)\n    os.sync()\n"
    )
    tree = Tree("o/n", "python", {"a.py": text, "b.py": "import functools, json, os\n" + "x = 1\n" * 9})
    imported = Imported(tree)
    rng = random.Random(3)
    made = [draft for _ in range(60) if (draft := unused(imported, "a.py", rng)) is not None]
    assert {draft.steps[0].old for draft in made} == {"import os\n"}
