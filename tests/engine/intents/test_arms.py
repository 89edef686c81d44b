"""A variant came to an enumeration: the arms that follow, in every language."""

from __future__ import annotations

import pytest

from engine.intents.context import Context
from engine.intents.errors import arms
from engine.intents.errors.casing import common, filled, pattern
from engine.types import Edit, Site
from tests.engine.syntax.projects import Memory

RUST = {
    "src/lib.rs": "mod color;\nmod paint;\n",
    "src/color.rs": """pub enum Color {
    Red,
    Green,
}

impl Color {
    fn name(&self) -> &str {
        match self {
            Color::Red => "red",
            Color::Green => "green",
        }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Red => 3,
            Self::Green => 8
        }
    }
}
""",
    "src/paint.rs": """use crate::color::Color::{self, *};

fn mix(color: Color) {
    match color {
        Red => mix_red(),
        Green => mix_green(),
    }
    match color {
        Red => 1,
        _ => 2,
    };
}
""",
}
JAVA = {
    "a/Color.java": "package a;\n\npublic enum Color {\n    RED,\n    GREEN;\n}\n",
    "a/Paint.java": """package a;

class Paint {
    String name(Color color) {
        switch (color) {
            case RED:
                return "red";
            case GREEN:
                return "green";
            default:
                throw new IllegalStateException();
        }
    }

    int code(Color color) {
        return switch (color) {
            case RED -> 3;
            case GREEN -> 8;
        };
    }

    int some(Color color) {
        return switch (color) {
            case RED -> 3;
            case GREEN -> 8;
            default -> 1;
        };
    }
}
""",
}
TYPESCRIPT = {
    "color.ts": 'export enum Color {\n  Red,\n  Green,\n}\nexport type Size = "big" | "small";\n',
    "paint.ts": """import { Color, Size } from "./color";

export function name(color: Color): string {
  switch (color) {
    case Color.Red:
      return "red";
    case Color.Green:
      return "green";
  }
}

export const same = { [Color.Red]: 1, [Color.Green]: 1 };

function draw(size: Size) {
  switch (size) {
    case "big":
      return big();
    case "small":
      return small();
    default:
      return assertNever(size);
  }
}

const widths: Record<Size, string> = {
  big: "is-big",
  small: "is-small",
};
""",
}
GO = {
    "paint/color.go": "package paint\n\ntype Color int\n\nconst (\n\tRed Color = iota\n\tGreen\n)\n",
    "paint/paint.go": """package paint

func name(color Color) string {
\tswitch color {
\tcase Red:
\t\treturn "red"
\tcase Green:
\t\treturn "green"
\tdefault:
\t\tpanic("no such color")
\t}
}

var names = map[Color]string{
\tRed:   "Red",
\tGreen: "Green",
}
""",
}
PYTHON = {
    "color.py": "from enum import Enum\n\n\nclass Color(Enum):\n    RED = 1\n    GREEN = 2\n",
    "paint.py": """from color import Color


def name(color):
    match color:
        case Color.RED:
            return "red"
        case Color.GREEN:
            return "green"


def mix(color):
    if color is Color.RED:
        return mix_red()
    elif color is Color.GREEN:
        return mix_green()
    raise ValueError(color)


def some(color):
    if color is Color.RED:
        return 1
    elif color is Color.GREEN:
        return 2
    else:
        return 3


NAMES = {
    Color.RED: "is-red",
    Color.GREEN: "is-green",
}
CODES = {Color.RED: 3, Color.GREEN: 8}
""",
}


def proposed(memory: Memory, edit: Edit, recent: tuple[Edit, ...] = ()) -> list[Site]:
    return list(arms.propose(Context(edit, recent, memory.index)))


def written(files: dict[str, str], path: str, old: str, new: str) -> list[tuple[str, str, float]]:
    """Path, draft and rule of what follows a change."""
    memory = Memory(files)
    assert old in files[path]
    sites = proposed(memory, memory.save(path, files[path].replace(old, new, 1)))
    for path, text in memory.applied(tuple(sites)).items():
        assert memory.index.errors(path, text) == 0
    return [(site.path, site.draft or "", site.rule) for site in sites]


CASES = {
    "rust": (
        RUST,
        ("src/color.rs", "    Green,\n", "    Green,\n    DarkBlue,\n"),
        [
            ("src/color.rs", '\n            Color::DarkBlue => "dark_blue",', arms.SURE),
            ("src/color.rs", ",\n            Self::DarkBlue => todo!()", arms.UNWRITTEN),
            ("src/paint.rs", "\n        DarkBlue => mix_dark_blue(),", arms.SURE),
        ],
    ),
    "java": (
        JAVA,
        ("a/Color.java", "    RED,\n", "    RED,\n    BLUE,\n"),
        [
            ("a/Paint.java", '\n            case BLUE:\n                return "blue";', arms.SURE),
            (
                "a/Paint.java",
                "\n            case BLUE -> throw new UnsupportedOperationException();",
                arms.UNWRITTEN,
            ),
        ],
    ),
    "typescript enum": (
        TYPESCRIPT,
        ("color.ts", "  Green,\n", "  Green,\n  Blue,\n"),
        [
            ("paint.ts", '\n    case Color.Blue:\n      return "blue";', arms.SURE),
            ("paint.ts", ", [Color.Blue]: 1", arms.SURE),
        ],
    ),
    "typescript texts": (
        TYPESCRIPT,
        ("color.ts", '"small"', '"small" | "tiny"'),
        [
            ("paint.ts", '\n    case "tiny":\n      return tiny();', arms.SURE),
            ("paint.ts", ',\n  tiny: "is-tiny"', arms.SURE),
        ],
    ),
    "go": (
        GO,
        ("paint/color.go", "\tGreen\n", "\tGreen\n\tBlue\n"),
        [
            ("paint/paint.go", '\n\tcase Blue:\n\t\treturn "blue"', arms.SURE),
            ("paint/paint.go", ',\n\tBlue: "Blue"', arms.SURE),
        ],
    ),
    "python": (
        PYTHON,
        ("color.py", "    GREEN = 2\n", "    GREEN = 2\n    BLUE = 3\n"),
        [
            ("paint.py", '\n        case Color.BLUE:\n            return "blue"', arms.SURE),
            ("paint.py", "\n    elif color is Color.BLUE:\n        return mix_blue()", arms.SURE),
            ("paint.py", ',\n    Color.BLUE: "is-blue"', arms.SURE),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_list_of_all_others_gets_its_arm(case: str) -> None:
    files, (path, old, new), expected = CASES[case]
    assert written(files, path, old, new) == expected


def test_an_arm_stands_where_its_variant_stands() -> None:
    memory = Memory(RUST)
    text = RUST["src/color.rs"]
    sites = proposed(memory, memory.save("src/color.rs", text.replace("    Red,\n", "    Blue,\n    Red,\n")))
    after = memory.applied(tuple(sites))["src/color.rs"]
    assert 'match self {\n            Color::Blue => "blue",\n            Color::Red =>' in after


def test_what_a_variant_carries_is_left_open() -> None:
    found = written(
        RUST, "src/color.rs", "    Green,\n", "    Green,\n    Mix(u8, u8),\n    Named { x: u8 },\n"
    )
    assert (
        found[0][1] == "\n            Color::Mix(..) => todo!(),\n            Color::Named { .. } => todo!(),"
    )


SHAPES = """enum Shape {
    Disc(f32),
    Ball(f32),
}

fn area(s: Shape) -> f32 {
    match s {
        Shape::Disc(size) => disc_area(size),
        Shape::Ball(size) => ball_area(size),
    }
}
"""


def test_the_same_carried_is_taken_apart_the_same_way() -> None:
    found = written({"a.rs": SHAPES}, "a.rs", "    Ball(f32),\n", "    Ball(f32),\n    Cube(f32),\n")
    assert found == [("a.rs", "\n        Shape::Cube(size) => cube_area(size),", arms.SURE)]


def test_the_person_goes_on_by_hand_and_the_rest_is_offered() -> None:
    memory = Memory(PYTHON)
    first = memory.save("color.py", PYTHON["color.py"] + "    BLUE = 3\n")
    done = '            return "green"\n'
    own = done + '        case Color.BLUE:\n            return "azure"\n'
    second = memory.save("paint.py", PYTHON["paint.py"].replace(done, own))
    drafts = [site.draft or "" for site in proposed(memory, second, (first,))]
    assert [draft.split()[0] for draft in drafts] == ["elif", ","]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("color.py", "GREEN = 2", "BLUE = 2"),  # a rename
        ("color.py", "    GREEN = 2\n", ""),
        ("color.py", "GREEN = 2", "GREEN = 3"),
        ("paint.py", "case Color.GREEN", "case Color.BLUE"),
    ],
)
def test_nothing_comes_to_the_enumeration(path: str, old: str, new: str) -> None:
    assert written(PYTHON, path, old, new) == []


def test_another_enumeration_with_the_same_names_is_left_alone() -> None:
    files = {**PYTHON, "other.py": PYTHON["color.py"]}
    files["paint.py"] = files["paint.py"].replace("from color", "from other")
    assert written(files, "color.py", "    GREEN = 2\n", "    GREEN = 2\n    BLUE = 3\n") == []


def test_a_name_in_other_spellings() -> None:
    text = 'darkRed(DARK_RED, "dark-red", dark_red, DarkRedShape, darkredder)'
    plain = filled(pattern(text, "DarkRed"), "LightBlue")
    assert plain == 'lightBlue(LIGHT_BLUE, "light-blue", light_blue, LightBlueShape, darkredder)'
    assert pattern("a + b", "a").parts == ("", " + b")


def test_one_word_takes_the_spelling_of_the_others() -> None:
    both = common([pattern('"red"', "RED"), pattern('"darkRed"', "DARK_RED")])
    assert both is not None
    assert filled(both, "LIGHT_BLUE") == '"lightBlue"'
    assert common([pattern('"dark-red"', "DARK_RED"), pattern('"darkRed"', "DARK_RED")]) is None


@pytest.mark.parametrize(("mentions", "count"), [("", 0), ("from a import Kind\n\n", 1)])
def test_texts_elsewhere_that_only_spell_the_variants(mentions: str, count: int) -> None:
    kinds = "import enum\n\n\nclass Kind(enum.Enum):\n    foo = 1\n    baz = 2\n"
    memory = Memory({"a.py": kinds, "b.py": mentions + 'TABLE = {"foo": 1, "baz": 1}\n'})
    edit = memory.save("a.py", kinds + "    bar = 3\n")
    assert len(list(arms.propose(Context(edit, (), memory.index)))) == count
