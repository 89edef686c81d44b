"""What becomes of answers: right ones, malformed ones, cut off ones, and ones that mean no edit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.diff import saved
from engine.model.formats import FORMATS
from engine.model.formats.contract import Prompt, Stretch, Window, cut, settled
from engine.model.formats.zeta21 import borders
from engine.types import PromptFormat
from tests.engine.model.formats.story import PATH, edits, text_of

OLD, NEW = "item.weight * count", "item.weight * count / 1000"
CURSORS = {
    PromptFormat.ZETA_1: "<|user_cursor_is_here|>",
    PromptFormat.ZETA_2: "<|user_cursor|>",
    PromptFormat.ZETA_21: "<|user_cursor|>",
    PromptFormat.SWEEP_1: "<|cursor|>",
    PromptFormat.SWEEP_2: "<|cursor|>",
}
REST = [one for one in PromptFormat if one is not PromptFormat.ZETA_21]


def asked(name: PromptFormat) -> Prompt:
    prompt = FORMATS[name].ask(edits(), text_of)
    assert prompt is not None
    return prompt


def said(name: PromptFormat, region: str) -> str:
    """A region as a model of this format gives it, up to its stop string."""
    match name:
        case PromptFormat.ZETA_1:
            return f"<|editable_region_start|>\n{region}\n"
        case PromptFormat.ZETA_2:
            return region + "\n"
        case PromptFormat.ZETA_21:
            return f"<|marker_1|>{region}\n<|marker_{len(borders(asked(name).window.text))}|>"
        case PromptFormat.SWEEP_1:
            return f"\n{region}\n"
        case _:
            return region


def text_after(name: PromptFormat, answer: str, finished: bool = True) -> str | None:
    rewrite = FORMATS[name].read(asked(name), answer, finished)
    return None if rewrite is None else rewrite.text


@pytest.mark.parametrize("name", PromptFormat)
def test_a_changed_region_is_read(name: PromptFormat) -> None:
    old = asked(name).window.text
    assert text_after(name, said(name, old.replace(OLD, NEW))) == old.replace(OLD, NEW)


def wrote(name: PromptFormat, text: str, touched: tuple[int, int]) -> str:
    """The answer for a text up to its end mark, which must come first at its end."""
    prompt = asked(name)
    said = "".join(
        part if isinstance(part, str) else part.text for part in FORMATS[name].write(prompt, text, touched)
    )
    stop = prompt.stops[0]
    assert said.endswith(stop) and said.index(stop) == len(said) - len(stop)
    return said.removesuffix(stop)


@pytest.mark.parametrize("name", PromptFormat)
def test_an_answer_that_is_written_reads_as_its_text(name: PromptFormat) -> None:
    old = asked(name).window.text
    for swap in ((OLD, NEW), (" * count", ""), ("return total", "return total\n\n\n# more")):
        assert swap[0] in old
        new, at = old.replace(swap[0], swap[1], 1), old.index(swap[0])
        for touched in ((at, at + len(swap[0])), (0, len(old))):
            assert text_after(name, wrote(name, new, touched)) == new
    body = old.rstrip("\n")
    last = body + "  # the end" + old[len(body) :]
    assert text_after(name, wrote(name, last, (len(old), len(old)))) == last
    assert text_after(name, wrote(name, old, (0, len(old)))) is None, "nothing changes"


def test_zeta_21_writes_the_blocks_that_are_touched() -> None:
    old = asked(PromptFormat.ZETA_21).window.text
    places = borders(old)
    at = places[2] + 1
    assert (
        wrote(PromptFormat.ZETA_21, old, (at, at)) == f"<|marker_3|>{old[places[2] : places[3]]}<|marker_4|>"
    )


@pytest.mark.parametrize("name", PromptFormat)
def test_each_part_of_the_text_is_found_in_the_answer(name: PromptFormat) -> None:
    prompt = asked(name)
    answer = said(name, prompt.window.text.replace(OLD, NEW))
    rewrite = FORMATS[name].read(prompt, answer, True)
    assert rewrite is not None
    at = rewrite.text.index(NEW)
    assert [answer[start:end] for start, end in rewrite.origins(at, at + len(NEW))] == [NEW]


@pytest.mark.parametrize("name", PromptFormat)
def test_an_unchanged_region_is_no_edit(name: PromptFormat) -> None:
    assert text_after(name, said(name, asked(name).window.text)) is None


@pytest.mark.parametrize("name", PromptFormat)
@pytest.mark.parametrize("change", [str.rstrip, lambda text: text + "\n\n"], ids=["fewer", "more"])
def test_newlines_at_the_end_are_no_edit(name: PromptFormat, change: Callable[[str], str]) -> None:
    assert text_after(name, said(name, change(asked(name).window.text))) is None


@pytest.mark.parametrize("name", PromptFormat)
def test_blank_lines_at_the_end_of_the_window_stay(name: PromptFormat) -> None:
    before = "def a():\n    return 1\n" + "\n" * 40
    edit = saved("a.py", before, before.replace("1", "2"))
    prompt = FORMATS[name].ask([edit], {"a.py": edit.after}.get)
    assert prompt is not None
    answer = said(name, "def a():\n    return 3").replace("_6|>", f"_{len(borders(prompt.window.text))}|>")
    rewrite = FORMATS[name].read(prompt, answer, True)
    assert rewrite is not None
    assert rewrite.text == prompt.window.text.replace("2", "3")


@pytest.mark.parametrize("name", PromptFormat)
@pytest.mark.parametrize("answer", ["", "\n", "  \n\n"])
def test_an_empty_answer_deletes_nothing(name: PromptFormat, answer: str) -> None:
    assert text_after(name, answer) is None
    assert text_after(name, said(name, answer)) is None


@pytest.mark.parametrize("name", PromptFormat)
def test_an_answer_that_was_cut_off_is_none(name: PromptFormat) -> None:
    whole = said(name, asked(name).window.text.replace(OLD, NEW))
    assert text_after(name, whole[: len(whole) // 2], finished=False) is None
    assert text_after(name, whole, finished=False) is None


@pytest.mark.parametrize("name", CURSORS)
def test_cursor_markers_are_taken_out(name: PromptFormat) -> None:
    old = asked(name).window.text
    mark = CURSORS[name]
    answer = said(
        name, old.replace(OLD, f"item.weight{mark} * count / 1000").replace("def is", f"{mark}def is")
    )
    assert text_after(name, answer) == old.replace(OLD, NEW)


@pytest.mark.parametrize("name", [PromptFormat.ZETA_2, PromptFormat.ZETA_21])
@pytest.mark.parametrize("answer", ["NO_EDITS", "NO_EDITS\n"])
def test_no_edits_is_no_edit(name: PromptFormat, answer: str) -> None:
    assert text_after(name, answer) is None


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (PromptFormat.ZETA_1, "I would change the following:\nx = 1\n"),
        (PromptFormat.ZETA_1, "<|editable_region_start|>\na\n<|editable_region_start|>\nb\n"),
        (PromptFormat.ZETA_1, "<|editable_region_start|>\n<|start_of_file|>\nx\n"),
        (PromptFormat.ZETA_21, "x = 1\n"),
        (PromptFormat.ZETA_21, "<|marker_1|>x = 1\n"),
        (PromptFormat.ZETA_21, "<|marker_2|><|marker_2|>"),
        (PromptFormat.ZETA_21, "<|marker_3|>x = 1\n<|marker_2|>"),
        (PromptFormat.ZETA_21, "<|marker_1|>x = 1\n<|marker_9|>"),
        (PromptFormat.ZETA_21, "<|marker_0|>x = 1\n<|marker_2|>"),
        (PromptFormat.ZETA_21, "<|marker_x|>x = 1\n<|marker_2|>"),
        (PromptFormat.SWEEP_2, "<|fim_middle|>x = 1\n"),
        (PromptFormat.SWEEP_2, "x = 1\n" * 60),
    ],
)
def test_a_malformed_answer_is_none(name: PromptFormat, answer: str) -> None:
    assert text_after(name, answer) is None


def test_zeta_2_1_writes_only_the_blocks_it_names() -> None:
    prompt = asked(PromptFormat.ZETA_21)
    places = borders(prompt.window.text)
    old = prompt.window.text
    block = old[places[3] : places[4]]
    answer = f"<|marker_4|>{block.replace(OLD, NEW)}<|marker_5|>"
    assert text_after(PromptFormat.ZETA_21, answer) == old.replace(OLD, NEW)
    two = f"<|marker_4|>{block.replace(OLD, NEW)}<|marker_5|>{old[places[4] : places[5]]}<|marker_6|>"
    assert text_after(PromptFormat.ZETA_21, two) == old.replace(OLD, NEW)


@pytest.mark.parametrize("name", PromptFormat)
def test_sweeps_word_about_the_missing_newline_is_no_code(name: PromptFormat) -> None:
    if name not in (PromptFormat.SWEEP_1, PromptFormat.SWEEP_2):
        return
    new = asked(name).window.text.replace(OLD, NEW)
    assert text_after(name, said(name, new) + " No newline at end of file") == new


MARKS = {
    PromptFormat.ZETA_1: "<|editable_region_end|>",
    PromptFormat.ZETA_2: "'<[fim-middle]>'",
    PromptFormat.ZETA_21: "<|marker_3|>",
    PromptFormat.SWEEP_1: "'</s>'",
    PromptFormat.SWEEP_2: "<|file_sep|>",
}


@pytest.mark.parametrize("name", MARKS)
def test_a_window_that_holds_a_marker_is_not_asked_about(name: PromptFormat) -> None:
    told = edits()
    evil = told[1].after.replace("self.items = []", f"self.items = []  # {MARKS[name]}")
    edit = saved(PATH, told[1].before, evil)
    near = saved(PATH, evil, evil.replace("item, count)", "item, count=1)"))
    assert FORMATS[name].ask([edit, near], {PATH: near.after}.get) is None


def test_a_conflict_in_the_file_is_not_asked_about_in_zeta_2() -> None:
    before = "a = 1\n=======\nb = 1\n"
    edit = saved("a.py", before, before.replace("a = 1", "a = 2"))
    assert FORMATS[PromptFormat.ZETA_2].ask([edit], {"a.py": edit.after}.get) is None
    apart = saved("a.py", "a = 1\n# ======= here\n", "a = 2\n# ======= here\n")
    assert FORMATS[PromptFormat.ZETA_2].ask([apart], {"a.py": apart.after}.get) is not None


def test_fences_in_the_window_do_not_end_a_plain_answer() -> None:
    before = "a\n```\ncode\n```\n"
    edit = saved("a.md", before, before.replace("a\n", "b\n"))
    prompt = FORMATS[PromptFormat.TEXT].ask([edit], {"a.md": edit.after}.get)
    assert prompt is not None
    assert prompt.stops == ("\n````",) and "\n````\n" in prompt.text


@pytest.mark.parametrize("name", PromptFormat)
def test_what_cannot_be_asked_is_not(name: PromptFormat) -> None:
    format_ = FORMATS[name]
    gone = saved("a.py", "x = 1\n", "x = 2\n")
    huge = saved("a.py", "x = 1\n", "x = '" + "y" * 1_000_000 + "'\n")
    assert format_.ask([], {}.get) is None
    assert format_.ask([saved("a.py", "x\n", "x\n")], {"a.py": "x\n"}.get) is None
    assert format_.ask([gone], {"a.py": "x = 3\n"}.get) is None
    assert format_.ask([gone], {}.get) is None
    assert format_.ask([huge], {"a.py": huge.after}.get) is None


@pytest.mark.parametrize("name", PromptFormat)
@pytest.mark.parametrize("after", ["x", "\n", "x = 1", "é🎉\n", "\n\nx\n\n\n", " "])
def test_tiny_files_are_asked_about_or_not_but_never_break(name: PromptFormat, after: str) -> None:
    edit = saved("a.py", "", after)
    prompt = FORMATS[name].ask([edit], {"a.py": after}.get)
    assert prompt is None or after[prompt.window.start : prompt.window.end] == prompt.window.text


def test_markers_are_cut_out_and_places_kept() -> None:
    assert cut("ab<c>d<e>", 1, 9, "<c>", "<e>") == [Stretch("b", 1), Stretch("d", 5)]
    window = Window("a", 0, 5, "ab\n\n\n")
    rewrite = settled(window, [Stretch("x", 3), Stretch("\n", 9)])
    assert rewrite is not None
    assert rewrite.stretches == (Stretch("x", 3), Stretch("\n\n\n", None))
