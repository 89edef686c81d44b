"""A correction teaches at once: the next draft of its kind comes with the person's text."""

from pathlib import Path

import pytest

from engine.types import Suggestion
from tests.engine.test_session import Bench, Slow

API = "def fetch(url):\n    return url\n\n\ndef send(url):\n    return url\n"
CALLS = """from api import fetch, send


def both(url, tries, wait):
    fetch(url)
    fetch(url)
    send(url)
    send(url)
"""


@pytest.fixture
def shop(tmp_path: Path):
    root = tmp_path / "shop"
    root.mkdir()
    (root / "api.py").write_text(API)
    (root / "calls.py").write_text(CALLS)
    bench = Bench(root.resolve())
    yield bench.start()
    bench.session.close()


def test_a_corrected_argument_is_drafted_as_corrected(shop: Bench) -> None:
    first = shop.save("api.py", API.replace("fetch(url)", "fetch(url, tries)"))
    assert isinstance(first, Suggestion)
    assert [action.new for action in first.actions] == [", tries", ", tries"]
    for action in first.actions:
        shop.session.correct(first.id, action.n, ", tries=tries")
    shop.answer()
    second = shop.save("api.py", shop.text("api.py").replace("send(url)", "send(url, wait)"))
    assert isinstance(second, Suggestion)
    assert [action.new for action in second.actions] == [", wait=wait", ", wait=wait"]
    assert second.actions[0].why.endswith("as you corrected it before")


def test_what_was_taught_outlives_the_session(shop: Bench) -> None:
    first = shop.save("api.py", API.replace("fetch(url)", "fetch(url, tries)"))
    assert isinstance(first, Suggestion)
    for action in first.actions:
        shop.session.correct(first.id, action.n, ", tries=tries")
    shop.restart()
    second = shop.save("api.py", shop.text("api.py").replace("send(url)", "send(url, wait)"))
    assert isinstance(second, Suggestion)
    assert {action.new for action in second.actions} == {", wait=wait"}


def test_what_is_put_right_in_a_later_save_teaches_too(shop: Bench) -> None:
    first = shop.save("api.py", API.replace("fetch(url)", "fetch(url, tries)"))
    assert isinstance(first, Suggestion)
    shop.session.accept(first.id, "all")
    shop.answer()
    shop.later(5)
    shop.save("calls.py", shop.text("calls.py").replace(", tries)\n    f", ", tries=tries)\n    f"))
    shop.later(5)
    shop.save("calls.py", shop.text("calls.py").replace("fetch(url, tries)", "fetch(url, tries=tries)"))
    shop.later(30)
    second = shop.save("api.py", shop.text("api.py").replace("send(url)", "send(url, wait)"))
    assert isinstance(second, Suggestion)
    assert {action.new for action in second.actions} == {", wait=wait"}


def test_the_model_is_asked_about_both_texts_and_one_place_is_changed_once(shop: Bench) -> None:
    first = shop.save("api.py", API.replace("fetch(url)", "fetch(url, tries)"))
    assert isinstance(first, Suggestion)
    for action in first.actions:
        shop.session.correct(first.id, action.n, ", tries=tries")
    shop.answer()
    shop.session._thinker.predictor = Slow(p=0.9)
    second = shop.save("api.py", shop.text("api.py").replace("send(url)", "send(url, wait)"))
    assert isinstance(second, Suggestion)
    assert [action.new for action in second.actions] == [", wait=wait", ", wait=wait"]
    (told,) = (one for one in shop.told() if one.suggestion == second.id)
    left = [(one.new, one.left_out) for one in told.considered if one.left_out is not None]
    assert left == [(", wait", "a surer one covers the same text")] * 2
