"""Simulation: lexing, scopes, which words are one symbol; every case is consistent and repeatable."""

from __future__ import annotations

import random
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diff import apply_hunks
from trainer.simulate import quiet, recipes, rename, repeat
from trainer.simulate.names import is_free, renamed
from trainer.simulate.scopes import read
from trainer.simulate.source import Change, Moved, Source, apply, join_name, split_name, words
from trainer.simulate.story import Case, Story
from trainer.simulate.symbols import Symbol, Symbols

SHAPES = '''"""Shapes; area_of is the one that counts."""
import os


class BaseShape:
    """What all shapes share."""

    def __init__(self, side_length, color="red"):
        self.side_length = side_length
        self.color = color

    def compute_area(self, scale_factor=1):
        # compute_area may be slow for a big message
        result = self.side_length * scale_factor
        return result


def area_of(shape, digits):
    """Area of one shape.

    :param shape: the shape
    """
    message = f"{shape} is rounded to {digits}"
    logging.info(message)
    return round(shape.compute_area(scale_factor=digits), digits)


def first_text(items):
    for shape in items:
        yield os.path.join(shape, "a")
        yield os.path.join(shape.folder, "b")
        yield os.path.join(items, "c")
'''
USES = """from shapes import BaseShape, area_of


def report(shapes):
    total_area = 0
    for digits in range(3):
        total_area += area_of(BaseShape(digits), digits)
        log(total_area, 10)
        log(digits, 10)
    return total_area


# the message says what came out of area_of
"""
SCRIPT = """import { loadThing } from './load';
// loadThing reads `it`
export class ThingReader {
  private currentThing = loadThing("a");
  readEverything(count: number) {
    return `${this.readEverything(count)} ${loadThing('b')}`;
  }
}
const reader = new ThingReader();
reader.readEverything(3);
"""


@pytest.fixture(scope="module")
def source() -> Source:
    return Source("demo", "python", {"shapes.py": SHAPES, "pkg/uses.py": USES})


def symbol(source: Source, name: str) -> Symbol:
    return next(s for s in Symbols(source, frozenset()).shared() if s.name == name)


def here(source: Source, places: tuple[tuple[str, int], ...], name: str) -> bool:
    return all(source.texts[path].startswith(name, start) for path, start in places)


def test_words_know_where_they_stand() -> None:
    found = {(w.name, w.kind) for w in words('x = f"a {b}" + "c"  # d\n', "python")}
    assert found == {("x", "code"), ("a", "string"), ("b", "template"), ("c", "string"), ("d", "comment")}
    found = {(w.name, w.kind) for w in words("let x = `a ${b}` // c\n/* d */ 'e'", "typescript")}
    expected = {("let", "code"), ("x", "code"), ("a", "string"), ("b", "template"), ("c", "comment")}
    assert found == expected | {("d", "comment"), ("e", "string")}


@given(st.text("ab \n", max_size=40), st.data())
def test_moved_offsets_point_at_the_same_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    changes = [
        Change(low, text[low:high], data.draw(st.sampled_from(["", "xyz", "q"]))) for low, high in pairs
    ]
    after, moved = apply(text, changes), Moved(changes)
    for offset in range(len(text)):
        if not any(low <= offset < high for low, high in pairs) and offset not in {low for low, _ in pairs}:
            assert after[moved(offset)] == text[offset]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("max_size", ["max", "size"]),
        ("readHTTPBody", ["read", "http", "body"]),
        ("_Private", ["private"]),
        ("MAX_SIZE", ["max", "size"]),
    ],
)
def test_names_come_apart_and_together(name: str, parts: list[str]) -> None:
    assert split_name(name) == parts
    assert join_name(parts, name).lower().replace("_", "") == name.lower().replace("_", "")


@pytest.mark.parametrize(
    ("like", "joined"),
    [("a_b", "new_name"), ("aB", "newName"), ("Ab", "NewName"), ("_x", "_new_name"), ("AB", "NEW_NAME")],
)
def test_new_names_keep_the_style(like: str, joined: str) -> None:
    assert join_name(["new", "name"], like) == joined


def test_new_names_are_free(source: Source) -> None:
    rng = random.Random(0)
    for name in ("compute_area", "BaseShape", "digits", "total_area"):
        for _ in range(50):
            assert is_free(renamed(name, source, rng), name, source)


def test_scopes_bind_names_to_their_function() -> None:
    text = "x = 1\ndef f(x):\n    def g():\n        return x\n    return g\ndef h():\n    return x\n"
    by_line = {text.count("\n", 0, item.start): item for item in read(text) if item.name == "x"}
    assert by_line[0].binding == by_line[6].binding == -1
    assert by_line[1].binding == by_line[3].binding > 0
    assert by_line[1].role == "parameter"


def test_scopes_count_characters_not_bytes() -> None:
    text = 'def f(größe):\n    s = "ä" + größe\n    return s\n'
    assert [text[item.start :][:5] for item in read(text) if item.name == "größe"] == ["größe", "größe"]


def test_a_method_is_its_definition_its_uses_and_its_mentions(source: Source) -> None:
    found = symbol(source, "compute_area")
    assert (found.kind, len(found.declarations), len(found.uses), len(found.mentions)) == ("method", 1, 1, 1)
    assert here(source, (*found.declarations, *found.uses, *found.mentions), "compute_area")


def test_a_function_is_found_across_files(source: Source) -> None:
    found = symbol(source, "area_of")
    assert {path for path, _ in found.places} == {"shapes.py", "pkg/uses.py"}
    assert len(found.places) == 5


def test_a_name_with_two_meanings_is_no_symbol(source: Source) -> None:
    names = {s.name for s in Symbols(source, frozenset()).shared()}
    assert "digits" not in names and "side_length" not in names and "scale_factor" not in names
    assert "area_of" not in {s.name for s in Symbols(source, frozenset({"area_of"})).shared()}


def test_a_parameter_takes_keywords_strings_and_documentation_along(source: Source) -> None:
    found = {(s.name, s.span): s for s in Symbols(source, frozenset()).locals(random.Random(0), 100)}
    scale = next(s for (name, _), s in found.items() if name == "scale_factor")
    assert len(scale.uses) == 2 and not scale.unclear
    shape = next(s for (name, _), s in found.items() if name == "shape" and s.kind == "parameter")
    assert len(shape.mentions) == 1 and len(shape.uses) == 2
    assert len(shape.unclear) == 2, "the words `one shape`, `the shape` may or may not mean the parameter"


def test_a_constructor_is_called_by_the_name_of_its_class() -> None:
    text = "class Box:\n    def __init__(self, lid_size):\n        lid_size()\n\n\n"
    text += "Box(lid_size=1)\nOther(lid_size=2)\n"
    source = Source("demo", "python", {"a.py": text})
    (found,) = [s for s in Symbols(source, frozenset()).locals(random.Random(0), 9) if s.name == "lid_size"]
    assert sorted(text[start - 4 : start] for _, start in found.uses) == ["    ", "Box("]
    assert len(found.unclear) == 1, "nobody knows what Other takes"


def test_classes_that_inherit_are_one_family() -> None:
    text = "class A:\n    pass\nclass B(A, x.C):\n    pass\nclass D[T](object):\n    def m(self): pass\n"
    families = Source("demo", "python", {"a.py": text}).families
    assert families["A"] == families["B"] == families["C"] != families.get("D", "D")
    script = Source("demo", "typescript", {"a.ts": "export class A extends B {\n  m() {}\n}\n"})
    assert script.family_at("a.ts", 30) == script.families["B"] == script.families["A"]


def test_script_symbols_are_bare_or_dotted() -> None:
    source = Source("demo", "typescript", {"a.ts": SCRIPT})
    found = {s.name: s for s in Symbols(source, frozenset()).shared()}
    assert len(found["readEverything"].uses) == 2
    assert found["ThingReader"].kind == "class"
    assert "loadThing" not in found, "declared elsewhere"


def check(case: Case, source: Source) -> None:
    edit = case.edit
    assert apply_hunks(edit.before, edit.hunks) == edit.after == case.present[edit.path]
    assert edit.before != edit.after
    for path, changes in case.remaining.items():
        text = case.present.get(path, source.texts[path])
        assert all(text.startswith(change.old, change.start) for change in changes)
        assert all(a.end <= b.start for a, b in pairwise(changes))
    for path, stretches in case.unclear.items():
        assert all(
            0 <= start <= end <= len(case.present.get(path, source.texts[path])) for start, end in stretches
        )


def drawn(source: Source, scenario: str, seed: int, count: int = 150) -> list[Case]:
    rng = random.Random(seed)
    symbols = Symbols(source, frozenset())
    if scenario == "rename":
        return list(islice(rename.cases(source, symbols.shared(), symbols.locals(rng, 100), rng), count))
    return list(islice((repeat if scenario == "repeat" else quiet).cases(source, rng), count))


@pytest.mark.parametrize("scenario", ["rename", "repeat", "quiet"])
def test_cases_are_consistent_and_the_same_for_a_seed(scenario: str) -> None:
    source = Source("demo", "python", {"shapes.py": SHAPES * 2, "pkg/uses.py": USES * 6})
    if scenario == "rename":
        source = Source("demo", "python", {"shapes.py": SHAPES, "pkg/uses.py": USES})
    cases = drawn(source, scenario, 3)
    assert len(cases) == 150
    for case in cases:
        check(case, source)
    assert cases == drawn(source, scenario, 3)
    assert cases != drawn(source, scenario, 4)


def test_a_finished_rename_leaves_no_old_place(source: Source) -> None:
    done = [case for case in drawn(source, "rename", 1, 300) if case.scenario.endswith("complete")]
    assert done and not any(case.remaining for case in done)


def test_a_rename_carried_out_changes_the_symbol_and_its_twins_never(source: Source) -> None:
    for case in drawn(source, "rename", 2, 300):
        if "/twin/" not in case.scenario or case.unclear:
            continue
        old, new = (
            next((change.old, change.new) for items in case.remaining.values() for change in items)
            if (case.remaining)
            else (case.edit.hunks[0].old, case.edit.hunks[0].new)
        )
        texts = {path: case.present.get(path, text) for path, text in source.texts.items()}
        final = {path: apply(text, case.remaining.get(path, ())) for path, text in texts.items()}
        left = sum(word.name == old for text in final.values() for word in words(text, "python"))
        made = sum(word.name == new for text in final.values() for word in words(text, "python"))
        assert left > 0, "the twin keeps its name"
        assert made > 1


def test_nothing_remains_after_a_quiet_edit(source: Source) -> None:
    assert not any(case.remaining for case in drawn(source, "quiet", 5))


def test_a_recipe_finds_its_places_and_what_it_cannot_judge() -> None:
    text = "a = os.path.join(x, 'y')\nb = os.path.join(\n    z, 'w')\n# os.path.join(q, 'r')\n"
    source = Source("demo", "python", {"a.py": text})
    recipe = next(r for r in recipes._fixed() if r.name == "path_join")
    (spot,) = recipes.spots(recipe, source, ["a.py"])
    assert apply(text, [spot.change]).startswith("a = Path(x) / 'y'\n")
    assert spot.key == "x"
    named = recipes.Recipe("call", recipe.pattern, recipe.rewrite, "g", "join")
    assert len(recipes.doubtful(named, source, ["a.py"], [spot])) == 2


def test_a_story_moves_its_plan_along() -> None:
    source = Source("demo", "python", {"a.py": "one two one\n"})
    story = Story(source, {"a.py": [Change(4, "two", "between")]})
    assert story.at("a.py", 8) == 12
    story.plan("a.py", Change(0, "one", "first"))
    story.plan("a.py", Change(12, "one", "first"))
    story.do("a.py", [Change(0, "one", "first")])
    case = story.case("demo")
    assert case.edit.after == "first between one\n"
    assert case.remaining == {"a.py": (Change(14, "one", "first"),)}


def test_a_mention_that_is_left_alone_begins_nothing() -> None:
    source = Source("one", "python", {"a.py": "# total_area is the sum\nx = 1\n"})
    symbol = Symbol("variable", "total_area", (), (), (("a.py", 2),))
    assert rename._act(Story(source), symbol, random.Random(1)) == ""
