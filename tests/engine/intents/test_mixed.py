"""Saves that mean several things: what follows from each of them, in one order, without conflicts."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import verify
from engine.diff import placed, replaced
from engine.intents import propose
from engine.session.anchor import Moved, fate
from engine.types import Candidate, IntentKind, NodeKind, Site
from tests.engine.syntax.projects import Memory

JAVA = {
    "a/Timer.java": """class Timer {
    private void prepare(final Plan plan) {
        service.schedule(plan, 1);
    }

    void one(Service service, Plan plan) {
        prepare(plan);
    }
}
""",
    "a/Reader.java": "class Reader {\n    Reader() {\n    }\n}\n",
    "a/Deep.java": "class Deep extends Reader {\n}\n",
    "a/Use.java": "class Use {\n    Reader r = new Reader();\n    Deep d = new Deep();\n}\n",
}
PYTHON = {
    "shop/prices.py": '''"""Prices."""


class Shelf:
    def __init__(self, owner):
        self.owner = owner


def price_of(item):
    """Say the price."""
    return item


def report(rate):
    return price_of("tea"), price_of("milk")


def first():
    return Shelf("me")
''',
    "shop/desk.py": "from shop.prices import price_of, Shelf\n\nprint(price_of(1), Shelf(2))\n",
    "shop/rates.py": "class Rate:\n    pass\n",
    "shop/audit.py": "from shop.rates import Rate\n\nprint(Rate())\n",
}


def save(project: Memory, path: str, *changes: tuple[str, str]) -> list[Site]:
    """Save a file with each old text, which stands once, replaced; what is shown without a model."""
    text = project.files[path]
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    edit = project.save(path, text)
    return [one for one in propose(edit, (), project.index) if one.draft is not None and one.rule >= 0.5]


def test_a_class_and_its_constructor_in_one_save() -> None:
    project = Memory(PYTHON)
    sites = save(project, "shop/prices.py", ("class Shelf", "class Rack"), ("owner):", "owner, limit):"))
    done = project.applied(tuple(sites))
    assert done["shop/desk.py"] == (
        "from shop.prices import price_of, Rack\n\nprint(price_of(1), Rack(2, ...))\n"
    )
    assert 'Rack("me", ...)' in done["shop/prices.py"]


def test_a_constructor_that_is_called_like_its_class() -> None:
    project = Memory(JAVA)
    sites = save(
        project, "a/Reader.java", ("class Reader", "class Scanner"), ("Reader() {", "Scanner(int size) {")
    )
    done = project.applied(tuple(sites))
    assert "Scanner r = new Scanner(0);" in done["a/Use.java"]
    assert done["a/Deep.java"] == "class Deep extends Scanner {\n}\n"


def test_a_head_that_is_broken_into_lines_and_renamed() -> None:
    project = Memory(JAVA)
    head = "private void arrange(final Service service,\n            final Plan plan)"
    sites = save(project, "a/Timer.java", ("private void prepare(final Plan plan)", head))
    assert "        arrange(service, plan);\n" in project.applied(tuple(sites))["a/Timer.java"]


def test_a_head_over_broken_lines_whose_body_changed_a_little() -> None:
    project = Memory(JAVA)
    head = "private void arrange() {\n        Plan plan = null;"
    sites = save(project, "a/Timer.java", ("private void prepare(final Plan plan) {", head))
    assert "        arrange();\n" in project.applied(tuple(sites))["a/Timer.java"]


FAMILY = {
    "a/Base.java": """abstract class Base {
    abstract Task start(
            Plan plan, Clock clock);
    Task run(Plan plan) {
        return begin(plan);
    }
}
""",
    "a/Low.java": """class Low extends Base {
    @Override
    Task start(Plan plan, Clock clock) {
        return null;
    }

    @Override
    Task run(Plan plan) {
        return super.run(plan);
    }
}
""",
}


def test_a_member_with_another_name_and_another_list_is_the_same_to_those_below() -> None:
    project = Memory(FAMILY)
    sites = save(project, "a/Base.java", ("Task run(Plan plan)", "Task walk(Plan plan, int speed)"))
    low = project.applied(tuple(sites))["a/Low.java"]
    assert "Task walk(Plan plan, int speed) {\n        return super.walk(plan, speed);" in low
    assert "run" not in low


def test_a_member_without_a_body_whose_lines_were_broken_anew() -> None:
    project = Memory(FAMILY)
    head = "abstract Task begin(\n            Plan plan)"
    sites = save(project, "a/Base.java", ("abstract Task start(\n            Plan plan, Clock clock)", head))
    low = project.applied(tuple(sites))["a/Low.java"]
    assert "Task begin(Plan plan) {" in low
    assert low.count("@Override") == 2


@pytest.mark.parametrize(
    "new",
    [
        "private void arrange(final Plan plan) {\n        service.schedule(plan, 2);",
        "private void arrange(final Service s,\n            final Plan plan) {\n        s.schedule(plan, 9);",
    ],
)
def test_another_body_is_another_function_unless_the_name_alone_was_exchanged(new: str) -> None:
    project = Memory(JAVA)
    old = "private void prepare(final Plan plan) {\n        service.schedule(plan, 1);"
    sites = save(project, "a/Timer.java", (old, new))
    renames = [one.draft for one in sites if one.intent is IntentKind.RENAME]
    assert renames == ([] if "Service s" in new else ["arrange"])


def test_what_the_edit_needs_comes_first_and_texts_last() -> None:
    project = Memory(PYTHON)
    changes = (("price_of(item)", "cost_of(item, rate: Rate)"), ("Say the price", "Say `price_of` it"))
    sites = save(project, "shop/prices.py", *changes)
    kinds = [(one.path, one.intent) for one in sites]
    assert kinds[0] == ("shop/prices.py", IntentKind.IMPORT)
    assert sites[-1].node is NodeKind.DOCSTRING
    paths = [path for path, _ in kinds[:-1]]
    assert paths == sorted(paths, reverse=True)
    assert set(paths) == {"shop/prices.py", "shop/desk.py"}
    done = project.applied(tuple(sites))
    assert "from shop.rates import Rate\n" in done["shop/prices.py"]
    assert 'return cost_of("tea", rate), cost_of("milk", rate)' in done["shop/prices.py"]


def test_only_one_of_two_changes_ripples() -> None:
    project = Memory(PYTHON)
    sites = save(
        project, "shop/prices.py", ("price_of(item)", "cost_of(item)"), ("report(rate)", "report(rate=1)")
    )
    assert {(one.old, one.draft) for one in sites} == {("price_of", "cost_of")}


# -- places of different intents beside each other

LANGUAGES = {
    "a.py": ("def {name}({given}):\n    return 0\n\n\n", "x{n} = {call}\n"),
    "a.js": ("function {name}({given}) {{\n  return 0;\n}}\n\n", "const x{n} = {call};\n"),
    "a.ts": ("function {name}({given}) {{\n  return 0;\n}}\n\n", "const x{n} = {call};\n"),
    "a.go": ("package a\n\nfunc {name}({given}) int {{\n\treturn 0\n}}\n\n", "var x{n} = {call}\n"),
    "a.rs": ("fn {name}({given}) -> u32 {{\n    0\n}}\n\n", "fn x{n}() -> u32 {{ {call} }}\n"),
    "A.java": (
        "class A {{\n    static int {name}({given}) {{\n        return 0;\n    }}\n\n",
        "    int x{n} = {call};\n",
    ),
}
TYPED = {
    "a.py": "{name}",
    "a.js": "{name}",
    "a.ts": "{name}: number",
    "a.go": "{name} int",
    "a.rs": "{name}: u32",
    "A.java": "int {name}",
}


MOST_LEAVES = 20
"""Values inside of one call, so that all calls stay below the sites that are shown at the most."""


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, str, str, str, int]:
    """A file with nested calls of one function, its new name, the file saved so, and how much it takes."""
    path = draw(st.sampled_from(sorted(LANGUAGES)))
    head, line = LANGUAGES[path]
    count = draw(st.integers(0, 3))

    def call(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(*[values] * count).map(lambda given: f"measured({', '.join(given)})")

    leaves = st.sampled_from(["1", "22"])
    values = st.recursive(leaves, call, max_leaves=MOST_LEAVES) if count else leaves
    lines = draw(st.lists(call(values), min_size=1, max_size=4))
    names = [TYPED[path].format(name=f"p{number}") for number in range(count)]
    changed = list(names)
    how = draw(st.sampled_from(["add", "remove", "swap"]))
    if how == "swap" and count > 1:
        changed[:2] = changed[1::-1]
    elif how == "remove" and count:
        changed.pop(draw(st.integers(0, count - 1)))
    else:
        changed.insert(draw(st.integers(0, count)), TYPED[path].format(name="extra"))
    body = "".join(line.format(n=number, call=call) for number, call in enumerate(lines))
    tail = "}\n" if path.endswith(".java") else ""
    new = draw(st.sampled_from(["measuredAll", "size", "measure"]))
    before = head.format(name="measured", given=", ".join(names)) + body + tail
    after = head.format(name=new, given=", ".join(changed)) + body + tail
    return path, new, before, after, len(changed)


@settings(max_examples=60, deadline=None)
@given(stories(), st.randoms(use_true_random=False))
def test_places_beside_and_inside_each_other_do_not_conflict(
    story: tuple[str, str, str, str, int], chance: random.Random
) -> None:
    path, name, before, after, count = story
    project = Memory({path: before})
    edit = project.save(path, after)
    sites = [one for one in propose(edit, (), project.index) if one.draft is not None and one.rule >= 0.5]
    candidates = [Candidate(one, one.draft or "", one.rule, True) for one in sites]
    kept, dropped = verify.check(
        candidates,
        text_of=project.files.get,
        root=Path("/no/such/folder"),
        recent=(edit,),
        rejected=lambda *_: False,
        errors=project.index.errors,
    )
    assert dropped == []
    whole = replaced(after, [(one.site.start, one.site.old, one.new) for one in kept])
    assert project.index.errors(path, whole) == 0
    assert not re.search(r"\bmeasured\b", whole)
    project.save(path, whole)
    document = project.index.document(path)
    assert document is not None
    calls = document.shapes.calls(name)
    assert calls, "an argument that goes may take calls along"
    assert {len(one.arguments) for one in calls} == {count}
    assert one_by_one(after, kept, chance) == whole


def test_what_is_put_in_front_of_a_name_and_the_name_can_be_taken_in_any_order() -> None:
    project = Memory({"a.py": "def load(a):\n    return a\n\n\nasync def run():\n    return load(load(1))\n"})
    sites = save(project, "a.py", ("def load(a)", "async def fetch(a)"))
    chain = [Candidate(one, one.draft or "", one.rule) for one in sites]
    assert sites == sorted(sites, key=lambda one: (one.start, one.end)), "what comes before stands before"
    starts = [one.start for one in sites]
    assert len(set(starts)) < len(starts), "a name and what comes before it begin at the same place"
    ends = {one_by_one(project.files["a.py"], chain, random.Random(seed)) for seed in range(24)}
    assert {text.splitlines()[-1].strip() for text in ends} == {"return await fetch(await fetch(1))"}


def one_by_one(text: str, chain: list[Candidate], chance: random.Random) -> str:
    """The text after the offers were taken one by one, in any order; none may be lost on the way."""
    left = [(one.site.start, one.site.old, one.new) for one in chain]
    chance.shuffle(left)
    while left:
        taken = left.pop()
        hunks = placed([taken])
        after = replaced(text, [taken])
        moved = [(fate(start, old, new, text, after, hunks, own=True), old, new) for start, old, new in left]
        assert all(isinstance(where, Moved) for where, _, _ in moved)
        left = [(where.start, old, new) for where, old, new in moved if isinstance(where, Moved)]
        text = after
    return text
