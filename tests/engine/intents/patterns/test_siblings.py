"""Siblings: what an inserted line teaches, and beside which lines another one would come."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diff import apply_hunks, hunks, replaced, saved
from engine.intents.order import WEAK
from engine.intents.patterns.beside import Place, insertion, places
from engine.intents.patterns.siblings import lessons
from engine.intents.repeat import propose
from engine.syntax.index import Index
from engine.types import Candidate, Edit, Site
from engine.verify import check
from tests.engine.intents.patterns.test_echo import Texts


def written(text: str, found: list[Place]) -> str:
    """A text with all its places written."""
    for start, old, new in sorted({insertion(place, text) for place in found}, reverse=True):
        assert text.startswith(old, start)
        text = text[:start] + new + text[start + len(old) :]
    return text


def grown(before: str, line: str, beneath: str) -> str:
    """A text with one more line beneath another."""
    assert before.count(beneath) == 1
    return before.replace(beneath, beneath + "\n" + line)


PYTHON = """\
class Theme:
    def __init__(self, font, style, width):
        self.font = font
        self.style = style
        self.width = width

    def copied(self):
        return Theme(
            font=self.font,
            style=self.style,
            width=self.width,
        )
"""
TYPESCRIPT = """\
interface Theme {
  font: string;
  style: string;
  width: number;
}
export const initial = {
  font: theme.font,
  style: theme.style,
  width: theme.width,
};
"""
GO = """\
type Theme struct {
	Font      string
	TextStyle string
	Width     int
}

func New(font, textStyle string, width int) Theme {
	return Theme{
		Font:      font,
		TextStyle: textStyle,
		Width:     width,
	}
}
"""
RUST = """\
mod font;
mod style;
mod width;

pub use font::Font;
pub use style::Style;
pub use width::Width;
"""
JAVA = """\
enum Kind {
    FONT,
    STYLE,
    WIDTH,
}
class Names {
    String of(Kind kind) {
        switch (kind) {
            case FONT:
                return "font";
            case STYLE:
                return "style";
            case WIDTH:
                return "width";
        }
    }
}
"""


@pytest.mark.parametrize(
    ("path", "before", "line", "beneath", "expected"),
    [
        pytest.param(
            "a.py",
            PYTHON,
            "        self.line_height = line_height",
            "        self.style = style",
            "            style=self.style,\n            line_height=self.line_height,\n            width",
            id="a keyword",
        ),
        pytest.param(
            "a.ts",
            TYPESCRIPT,
            "  lineHeight: string;",
            "  style: string;",
            "  style: theme.style,\n  lineHeight: theme.lineHeight,\n  width",
            id="a property",
        ),
        pytest.param(
            "a.go",
            GO,
            "\tDark      string",
            "\tTextStyle string",
            "\t\tTextStyle: textStyle,\n\t\tDark:      dark,\n\t\tWidth",
            id="an aligned field",
        ),
        pytest.param(
            "a.rs",
            RUST,
            "mod line_height;",
            "mod style;",
            "pub use style::Style;\npub use line_height::LineHeight;\npub use width",
            id="a module",
        ),
        pytest.param(
            "A.java",
            JAVA,
            "    HEIGHT,",
            "    STYLE,",
            '"style";\n            case HEIGHT:\n                return "height";\n            case WIDTH',
            id="a case with what hangs on it",
        ),
    ],
)
def test_beside_its_sibling_elsewhere(path: str, before: str, line: str, beneath: str, expected: str) -> None:
    after = grown(before, line, beneath)
    found = list(places(saved(path, before, after), (), Texts({path: after})))
    assert expected in written(after, [one for one in found if one.lesson.name[-1] == "style"])


def test_what_came_above_comes_above() -> None:
    before = "class A:\n    style: int\n    width: int\n\nA(\n    style=style,\n    width=width,\n)\n"
    after = before.replace("    style: int\n", "    height: int\n    style: int\n")
    found = list(places(saved("a.py", before, after), (), Texts({"a.py": after})))
    assert "A(\n    height=height,\n    style=style,\n" in written(after, found)


def test_several_come_together() -> None:
    after = grown(TYPESCRIPT, "  dark: string;\n  light: string;", "  style: string;")
    found = list(places(saved("a.ts", TYPESCRIPT, after), (), Texts({"a.ts": after})))
    found = [one for one in found if one.lesson.name == ("style",)]
    assert "  style: theme.style,\n  dark: theme.dark,\n  light: theme.light,\n  width" in written(
        after, found
    )


def test_the_same_line_is_taken_word_for_word() -> None:
    head = "def f(\n    style: str,\n    width: int,\n): ...\n\n\n"
    before = head + head.replace("f(", "g(")
    after = before.replace("    style: str,\n", "    style: str,\n    dark: bool = False,\n", 1)
    found = list(places(saved("a.py", before, after), (), Texts({"a.py": after})))
    assert [one.new for one in found if one.told == "same"] == [("    dark: bool = False,",)]


@pytest.mark.parametrize(
    ("path", "name", "spelt"),
    [
        ("b.py", "Style", "LineHeight = 1"),
        ("b.py", "STYLE", "LINE_HEIGHT = 1"),
        ("b.py", "style", "line_height = 1"),
        ("b.py", "the_style", "the_line_height = 1"),
        ("b.py", "theStyle", "theLineHeight = 1"),
        ("b.ts", "style", "lineHeight = 1"),
    ],
)
def test_every_place_keeps_its_spelling(path: str, name: str, spelt: str) -> None:
    edited = "a." + path.split(".")[1]
    before = "font = 0\nStyle = 1\nwidth = 2\n"
    after = grown(before, "LineHeight = 1", "Style = 1")
    other = f"font = 0\n{name} = 1\nwidth = 2\n"
    index = Texts({edited: after, path: other})
    index.files_with = lambda _: [path]  # type: ignore[method-assign]
    found = [one for one in places(saved(edited, before, after), (), index) if one.path == path]
    assert [one.new for one in found if one.lesson.behind] == [(spelt,)]


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param("a.md", "- style\n\n- style\n", "- style\n- height\n\n- style\n", id="prose"),
        pytest.param(
            "a.py", "import style\nstyle()\n", "import style\nimport height\nstyle()\n", id="an import"
        ),
        pytest.param(
            "a.py", "i = 1\n\n\n\n\nf(i)\n", "i = 1\nj = 1\n\n\n\n\nf(i)\n", id="a name of a letter"
        ),
        pytest.param("a.py", "a: str\n\n\n\n\nb: str\n", "a: str\na: int\n\n\n\n\nb: str\n", id="a type"),
        pytest.param("a.py", "style = 1\n", "style = 1\nheight()\n", id="no sibling"),
        pytest.param(
            "a.py",
            "style = 1\nf(style)\nf(height)\n",
            "style = 1\nheight = 1\nf(style)\nf(height)\n",
            id="it stands there",
        ),
        pytest.param(
            "a.py",
            "style = 1\n\n\n\n\n# style = 1\n",
            "style = 1\nheight = 1\n\n\n\n\n# style = 1\n",
            id="a comment",
        ),
        pytest.param(
            "a.py",
            'style = 1\n\n\n\n\ns = """\nstyle = 1\n"""\n',
            'style = 1\nheight = 1\n\n\n\n\ns = """\nstyle = 1\n"""\n',
            id="a text",
        ),
    ],
)
def test_nothing_comes(path: str, before: str, after: str) -> None:
    assert not list(places(saved(path, before, after), (), Texts({path: after})))


def test_windows_line_ends_stay() -> None:
    before = "style = 1\r\nwidth = 1\r\n\r\n\r\n\r\n\r\nstyle = 2\r\nwidth = 2\r\n"
    after = before.replace("style = 1\r\n", "style = 1\r\nheight = 1\r\n")
    found = list(places(saved("a.py", before, after), (), Texts({"a.py": after})))
    found = [one for one in found if one.lesson.behind]
    assert written(after, found).endswith("style = 2\r\nheight = 2\r\nwidth = 2\r\n")


def test_a_lesson_is_counted() -> None:
    first = saved("b.py", "style = 1\n", "style = 1\nheight = 1\n", 1)
    after = grown(TYPESCRIPT.replace("  ", "").replace(";", ""), "height: string", "style: string")
    second: Edit = saved("a.py", after.replace("height: string\n", ""), after, 2)
    found = list(places(second, (first,), Texts({"a.py": after})))
    assert {one.times for one in found if one.lesson.name == ("style",)} == {2}


NAMES = st.sampled_from(["style", "text_style", "fontStyle", "width", "Style", "LINE_WIDTH", "height"])
LINES = st.builds(
    lambda shape, one, indent: "    " * indent + shape.format(one),
    st.sampled_from(
        ["{0} = {0}", "{0}={0},", "self.{0}", '"{0}",', "if {0}:", "f({0})", "", "{0}: str", ")"]
    ),
    NAMES,
    st.integers(0, 2),
)


@given(st.lists(LINES, min_size=1, max_size=12), LINES, st.data())
def test_what_was_written_is_not_offered_again(lines: list[str], new: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines)))
    before = "".join(line + "\n" for line in lines)
    after = "".join(line + "\n" for line in (*lines[:at], new, *lines[at:]))
    edit = saved("a.py", before, after)
    for lesson in lessons(edit):
        found = [one for one in places(edit, (), Texts({"a.py": after})) if one.lesson == lesson]
        for place in found:
            text = written(after, [place])
            again = Edit("e2", "a.py", before, text, edit.hunks, "person", 2.0)
            assert place.line.text not in [
                one.line.text
                for one in places(again, (), Texts({"a.py": text}))
                if one.line.number == place.line.number and one.lesson.key == lesson.key
            ]


def offered(path: str, before: str, after: str, **others: str) -> list[Site]:
    files = {key.replace("__", "."): text for key, text in others.items()}
    sites = propose(saved(path, before, after), (), Texts({path: after, **files}))
    return [site for site in sites if site.why.startswith("beside")]


def test_a_sibling_in_a_run_of_its_family_is_sure() -> None:
    after = grown(PYTHON, "        self.height = height", "        self.style = style")
    sites = offered("a.py", PYTHON, after)
    assert [(site.old, site.draft) for site in sites if site.rule >= WEAK] == [
        (",", ",\n            height=self.height,")
    ]


def test_a_sibling_alone_is_not() -> None:
    after = grown(PYTHON, "        self.height = height", "        self.style = style")
    other = "from a import Theme\n\n\ndef shown(theme):\n    style = theme.style\n    return [style]\n"
    sites = offered("a.py", PYTHON, after, b__py=other)
    assert not [site for site in sites if site.path == "b.py" and site.rule >= WEAK]


def test_one_name_comes_once_to_a_place() -> None:
    after = grown(PYTHON, "        self.height = height", "        self.style = style")
    sites = offered("a.py", PYTHON, after)
    assert len([site for site in sites if "height=self.height" in (site.draft or "")]) == 1


def test_what_is_offered_keeps_the_syntax_and_can_be_undone(tmp_path: Path) -> None:
    after = grown(PYTHON, "        self.height = height", "        self.style = style")
    (tmp_path / "a.py").write_text(after, encoding="utf-8")
    index = Index(tmp_path, {"a.py": after}.get, None)
    index.build(["a.py"])
    edit = saved("a.py", PYTHON, after)
    found = [Candidate(site, site.draft or "", site.rule) for site in propose(edit, (), index)]
    kept, dropped = check(
        found,
        text_of=index.text_of,
        root=tmp_path,
        recent=(edit,),
        rejected=lambda *_: False,
        errors=index.errors,
    )
    assert found and not dropped
    text = replaced(after, [(one.site.start, one.site.old, one.new) for one in kept])
    assert apply_hunks(text, hunks(text, after)) == after
    again = [
        Candidate(site, site.draft or "", site.rule)
        for site in propose(edit_of(text, edit), (), index_of(text, tmp_path))
    ]
    assert not [one for one in again if one.site.why.startswith("beside") and one.site.rule >= WEAK]


def edit_of(text: str, edit: Edit) -> Edit:
    """The same edit in a text that has more by now."""
    return Edit("e2", edit.path, edit.before, text, edit.hunks, "person", 2.0)


def index_of(text: str, root: Path) -> Index:
    index = Index(root, {"a.py": text}.get, None)
    index.build(["a.py"])
    return index
