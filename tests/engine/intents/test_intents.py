from __future__ import annotations

from itertools import pairwise

from engine.intents import propose
from engine.types import IntentKind
from tests.engine.syntax.projects import Memory


def test_no_two_sites_overlap_and_rename_goes_first() -> None:
    project = Memory(
        {
            "m.py": "def load(path):\n    return open(path)\n\n\nload('a')\nload('b')\nload('c')\n",
            "n.py": "from m import load\n\nload('d')\n",
        }
    )
    text = project.files["m.py"]
    edit = project.save("m.py", text.replace("def load", "def read").replace("load('a')", "read('a')"))
    sites = propose(edit, (), project.index)
    spans = sorted((site.path, site.start, site.end) for site in sites)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))
    renamed = {(site.path, site.start) for site in sites if site.intent is IntentKind.RENAME}
    assert len(renamed) >= 4


def test_an_edit_without_meaning_proposes_nothing() -> None:
    project = Memory({"m.py": "x = 1\n"})
    edit = project.save("m.py", "x = 1\n\n")
    assert propose(edit, (), project.index) == ()


def test_a_chain_mixes_intents_at_the_edit_first_then_outward() -> None:
    project = Memory(
        {
            "shop/__init__.py": "",
            "shop/price.py": "from dataclasses import dataclass\n\n\ndef cost(item):\n    return item.net\n",
            "shop/till.py": (
                "from shop.price import cost\n\n\ndef close(items, rate):\n"
                "    return sum(cost(item) for item in items)\n"
            ),
            "shop/tax.py": "from pathlib import Path\n\nfrom shop.price import cost\n\nx = cost(Path())\n",
        }
    )
    text = project.files["shop/price.py"]
    new = text.replace(
        "def cost(item):\n    return item.net", "def price(item, rate):\n    return Path(item.net)"
    )
    edit = project.save("shop/price.py", new)
    sites = [site for site in propose(edit, (), project.index) if site.rule >= 0.5]
    made = [(site.path, site.intent, site.old, site.draft) for site in sites]
    assert ("shop/till.py", IntentKind.RENAME, "cost", "price") in made
    assert ("shop/till.py", IntentKind.SIGNATURE, "", ", rate") in made
    assert ("shop/price.py", IntentKind.IMPORT, "", "from pathlib import Path\n") in made
    paths = [site.path for site in sites]
    assert paths == sorted(paths, key=paths.index), "one file after the other"
    assert paths[0] == "shop/price.py"
    after = project.applied(tuple(sites))["shop/till.py"]
    assert "from shop.price import price" in after and "sum(price(item, rate) for item" in after
