"""What of a mixed save the model is shown with a place: a rename sees the exchanged names alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.diff import hunks
from engine.model import prompt
from engine.model.llama import LlamaPredictor
from engine.model.views import Views, names_alone
from engine.types import Edit, Hunk, IntentKind
from tests.engine.model.test_predictor import Script, go
from tests.engine.model.test_prompt import encode, site

BEFORE = "def total(items):\n    return sum(items)\n\n\nprint(total([]))\nlast = total([1])\n"


def edit(*changes: tuple[str, str]) -> Edit:
    after = BEFORE
    for old, new in changes:
        after = after.replace(old, new, 1)
    return Edit("e1", "src/pkg/a.py", BEFORE, after, hunks(BEFORE, after), "person", 0.0)


PURE = edit(("total(items)", "price(items)"))
MIXED = edit(("total(items)", "price(items, tax)"), ("return sum", "return tax + sum"))


def test_a_mixed_edit_is_seen_as_the_pure_rename_that_is_in_it() -> None:
    assert len(MIXED.hunks) == 3
    seen = names_alone(MIXED)
    assert (seen.before, seen.after, seen.hunks) == (PURE.before, PURE.after, PURE.hunks)


@pytest.mark.parametrize(
    "whole",
    [
        PURE,
        edit(("total(items)", "price(items)"), ("total([])", "price([])")),
        edit(("total(items)", "price(goods)"), ("sum(items)", "sum(goods)")),
        edit(("total(items)", "total(items, tax)")),
        edit(("last = ", "")),
    ],
)
def test_what_is_a_rename_alone_or_none_stays_what_it_is(whole: Edit) -> None:
    assert names_alone(whole) is whole


def test_offsets_go_along_with_what_is_left_out() -> None:
    seen = names_alone(edit(("def total", "# the sum\ndef total"), ("total([1])", "price([1])")))
    assert [(hunk.old, hunk.new) for hunk in seen.hunks] == [("total", "price")]
    (hunk,) = seen.hunks
    assert hunk.start == hunk.new_start == BEFORE.index("total([1])")
    assert seen.after == BEFORE.replace("last = total", "last = price")


def test_a_name_that_lines_broken_anew_hide_is_seen_all_the_same() -> None:
    wrapped = edit(("total(items)", "price(\n    tax, rate,\n    items\n)"), ("def ", "async def "))
    assert not any(hunk.old == "total" for hunk in hidden(wrapped).hunks)
    seen = names_alone(hidden(wrapped), "total", "price")
    assert (seen.after, seen.hunks) == (PURE.after, PURE.hunks)
    assert names_alone(hidden(wrapped), "sum", "price") == hidden(wrapped)
    assert names_alone(hidden(wrapped), "total", "price: total") == hidden(wrapped)


def hidden(whole: Edit) -> Edit:
    """The same edit in one hunk, as lines that do not pair have it."""
    (first, last) = (whole.hunks[0], whole.hunks[-1])
    old = whole.before[first.start : last.end]
    new = whole.after[first.new_start : last.new_end]
    return replace(whole, hunks=(Hunk(first.start, old, first.new_start, new),))


def test_only_the_newest_edit_and_only_renames_are_seen_so() -> None:
    views = Views([MIXED, MIXED])
    rename = site(0, "total", "price")
    repeat = replace(rename, intent=IntentKind.REPEAT)
    assert views.of(rename) == (MIXED, names_alone(MIXED))
    assert views.of(repeat) == (MIXED, MIXED)
    assert views.apart([rename, repeat, rename]) == [[rename, rename], [repeat]]
    assert Views([PURE]).apart([rename, repeat, rename]) == [[rename, repeat, rename]]


def test_the_model_reads_the_pure_rename_and_answers_in_order() -> None:
    at = [MIXED.after.index("total([])"), MIXED.after.index("total([1])")]
    renames = [site(start, "total", "price") for start in at]
    again = replace(renames[0], start=at[1] - 7, old="last", intent=IntentKind.REPEAT)
    taught = json.dumps(
        {
            "rename": {"a": 1.0, "b": 0.0},
            "repeat": {"a": 1.0, "b": 0.0},
            "default": {"a": 1.0, "b": 0.0},
            "chain": {"floor": None},
        }
    )
    script = Script({n: 3.0 for n in range(16)}, calibration=taught)
    predictor = LlamaPredictor(script)  # type: ignore[arg-type]
    made = list(predictor.decide([MIXED], [renames[0], again, renames[1]], lambda _: MIXED.after, go))
    assert [c.site for decisions in made for c in decisions.candidates] == [*renames, again]
    text_of = {"src/pkg/a.py": MIXED.after}.get
    pure = prompt.summed(prompt.pieces([names_alone(MIXED)], renames, text_of), [s.rule for s in renames])
    whole = prompt.summed(prompt.pieces([MIXED], [again], text_of), [again.rule])
    assert [list(ids) for ids in script.evals] == [prompt.flatten(one, encode)[0] for one in (pure, whole)]


def test_an_exchange_that_hides_in_another_one_takes_its_place() -> None:
    before = (
        "def alpha(x):\n    total = x + 1\n    total = total * 2\n    return total\n\n\nq = 3\nz = beta\n"
    )
    body = "    total = x + 1\n    total = total * 2\n    return total\n"
    after = f"def beta(x):\n    return x\n\n\ndef gamma(x):\n{body}\n\nq = 3\nz = alpha\n"
    swapped = Edit("e1", "a.py", before + "log(1)\n", after, hunks(before + "log(1)\n", after), "person", 0.0)
    seen = names_alone(swapped, "alpha", "gamma")
    assert "def gamma(x)" in seen.after and len(seen.hunks) == len({hunk.start for hunk in seen.hunks})
