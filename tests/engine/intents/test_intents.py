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
