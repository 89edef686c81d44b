"""From the running program to a tuple: a chain that is taken, corrected, turned down and made by hand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.model.predictor import EMBEDDED
from engine.store import Store
from tests.ripple_process import RippleProcess
from trainer.preferences import collect

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not EMBEDDED.is_file(), reason="no embedded model"),
]

CORE = 'def load_items(path):\n    """Read them."""\n    return open(path)\n'
USES = (
    "from core import load_items\n\n\ndef first():\n    x = 1\n    return load_items('a'), x\n"
    "\n\ndef second():\n    a = 3\n    return load_items('b'), a\n"
)


def answered(ripple: RippleProcess) -> dict:
    """The final answer to the person's next save."""
    while ripple.wait("saved")["by"] != "person":
        continue
    return ripple.answer()


def test_one_chain_becomes_the_tuple_that_its_decisions_say(tmp_path: Path) -> None:
    project = tmp_path / "shop"
    project.mkdir()
    (project / "core.py").write_text(CORE)
    (project / "uses.py").write_text(USES)
    with RippleProcess(project) as ripple:
        base = ripple.wait("ready")["model"]["sha256"]
        ripple.save("core.py", CORE.replace("load_items", "read_items"))
        chain = answered(ripple)
        assert [one["new"] for one in chain["actions"]] == ["read_items"] * 3
        ripple.send(do="accept", suggestion=chain["id"], actions=[1])
        ripple.wait("applied")
        ripple.send(do="correct", suggestion=chain["id"], action=2, new="fetch_items")
        ripple.wait("applied")
        ripple.send(do="reject", suggestion=chain["id"])
        ripple.send(do="why")
        ripple.wait("why")
        ripple.save("uses.py", (project / "uses.py").read_text().replace("load_items", "read_items"))
        answered(ripple)
        ripple.send(do="quit")
        ripple.end()
    store = Store(ripple.database)
    found = collect(store.told(), base, time.time())
    store.close()
    one = next(one for one in found.preferences if one.path == "core.py")
    texts = [[choice.text for choice in chain] for chain in (*one.accepted, *one.rejected)]
    assert texts == [["read_items", "fetch_items", "read_items"], ["read_items"] * 3]
    assert [choice.label for choice in one.accepted[0]] == [0, 1, 2] and one.signal == "corrected"
    assert [site.place.split(":")[0] for site in one.sites[0]] == ["uses.py"] * 3
    said = [(told.right, told.signal) for told in found.outcomes if told.prompt == one.prompts[0]]
    assert said == [(True, "accepted"), (False, "corrected"), (True, "made_by_hand")]
