"""A model of the person's own: what it wrote becomes small places, beside what structure proposes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.config import Settings
from engine.diff import replaced, saved
from engine.errors import ModelProblem
from engine.model import predictor as module
from engine.model import rewrite
from engine.model.formats import FORMATS, guess
from engine.model.predictor import Decisions, open_predictor
from engine.model.rewrite import RewritePredictor
from engine.model.runtime import Runtime
from engine.types import Candidate, Edit, IntentKind, PromptFormat
from engine.verify import check
from tests.engine.model.dictated import Dictated
from tests.engine.model.formats.story import PATH, edits, text_of
from tests.engine.model.test_prompt import site
from tests.engine.model.tiny_gguf import write_model

EDITS = edits()
TEXT = EDITS[-1].after
ZETA = FORMATS[PromptFormat.ZETA_2]


def go() -> bool:
    return False


def answer_for(*swaps: tuple[str, str], told: Sequence[Edit] = EDITS) -> str:
    """The window of Zeta 2 with these exchanges, and its end marker."""
    prompt = ZETA.ask(told, {edit.path: edit.after for edit in told}.get)
    assert prompt is not None
    text = prompt.window.text
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return text.rstrip("\n") + "\n>>>>>>> UPDATED\n"


def decide(runtime: Dictated, told: Sequence[Edit] = EDITS, sites=(), free: bool = True) -> list[Decisions]:  # type: ignore[no-untyped-def]
    speaks = runtime.info.format
    assert speaks is not None
    asked = RewritePredictor(runtime, FORMATS[speaks], free)  # type: ignore[arg-type]
    return list(asked.decide(told, sites, {edit.path: edit.after for edit in told}.get, go))


def written(runtime: Dictated, told: Sequence[Edit] = EDITS) -> tuple[Candidate, ...]:
    (only,) = decide(runtime, told)
    return only.candidates


def applied(candidates: Sequence[Candidate], text: str) -> str:
    return replaced(text, ((one.site.start, one.site.old, one.new) for one in candidates))


def test_each_difference_is_a_place_of_its_own() -> None:
    swaps = (("item.weight * count", "item.mass * count"), ("def weight", "def mass"))
    found = written(Dictated(answer_for(*swaps)))
    assert [(one.site.old, one.new) for one in found] == [("weight", "mass"), ("weight", "mass")]
    assert applied(found, TEXT) == TEXT.replace("item.weight * count", "item.mass * count").replace(
        "def weight", "def mass"
    )
    assert {(one.site.intent, one.by_rule, one.site.path) for one in found} == {
        (IntentKind.FREE, False, PATH)
    }
    assert all("dictated" in one.site.why for one in found)


def test_what_only_punctuation_divides_is_one_place() -> None:
    (only,) = written(Dictated(answer_for(("desk.pay(cart.owner, amount)", "bank.take(cart.owner, amount)"))))
    assert (only.site.old, only.new) == ("desk.pay", "bank.take")


@pytest.mark.parametrize("speaks", PromptFormat)
def test_every_format_leads_from_an_edit_to_a_place(speaks: PromptFormat) -> None:
    prompt = FORMATS[speaks].ask(EDITS, text_of)
    assert prompt is not None
    new = prompt.window.text.replace("item.weight", "item.mass")
    heads = {
        PromptFormat.ZETA_1: "<|editable_region_start|>\n",
        PromptFormat.ZETA_21: "<|marker_1|>",
        PromptFormat.SWEEP_1: "\n",
    }
    ends = {PromptFormat.ZETA_21: "<|marker_6|>"}
    answer = heads.get(speaks, "") + new + ends.get(speaks, "\n" + prompt.stops[0])
    found = written(Dictated(answer, speaks))
    assert [(one.site.old, one.new) for one in found] == [("weight", "mass")]
    assert applied(found, TEXT) == TEXT.replace("item.weight", "item.mass")


def test_p_is_that_of_the_differences_own_tokens() -> None:
    runtime = Dictated(
        answer_for(("item.weight", "item.mass"), ("desk.pay", "bank.pay")),
        doubts={"mass": 0.3, "bank": 0.6, "checkout": 0.01},
    )
    assert [round(one.p, 2) for one in written(runtime)] == [0.3, 0.6]


def test_p_of_a_deletion_is_that_of_what_follows_it() -> None:
    runtime = Dictated(answer_for((" is below one", ""), told=[one()]), doubts={".'''": 0.4})
    (only,) = written(runtime, [one()])
    assert (only.site.old, only.new, round(only.p, 2)) == (" is below one", "", 0.4)


def one() -> Edit:
    return saved("a.py", "x = 1\n'''A text is below one.'''\n", "x = 2\n'''A text is below one.'''\n")


def test_the_prompt_is_logged_as_it_was_asked() -> None:
    runtime = Dictated(answer_for(("item.weight", "item.mass")))
    (only,) = decide(runtime)
    prompt = ZETA.ask(EDITS, text_of)
    assert prompt is not None
    assert only.prompt == prompt.text
    assert list(only.prompt_ids) == runtime.prompt
    assert runtime.prompt[0] == runtime.special("<[fim-suffix]>")


def test_what_was_written_is_logged_as_it_was_written() -> None:
    answer = answer_for(("item.weight", "item.mass"), ("desk.pay", "bank.pay"))
    (only,) = decide(Dictated(answer))
    written = only.written
    assert written is not None
    assert (written.format, written.path, written.finished) == ("zeta-2", PATH, True)
    assert written.said + written.stop + "\n" == answer
    assert TEXT.startswith(written.old, written.start) and [one.label for one in only.candidates] == [0, 1]
    (nothing,) = decide(Dictated("NO_EDITS\n"))
    assert nothing.candidates == () and nothing.written is not None and nothing.written.said == "NO_EDITS\n"


def test_a_stretch_is_logged_with_the_newlines_of_its_file() -> None:
    before, after = "a\r\nx = 1\r\ny\r\n", "a\r\nx = 2\r\ny\r\n"
    runtime = Dictated("a\nx = 2\nz\n>>>>>>> UPDATED\n")
    (only,) = decide(runtime, [saved("a.txt", before, after)])
    assert only.written is not None and only.written.old in after and "\r\n" in only.written.old
    (one,) = only.candidates
    assert after.startswith(one.site.old, one.site.start) and (one.site.old, one.new) == ("y", "z")


def test_the_rules_come_first_and_keep_their_places() -> None:
    runtime = Dictated(answer_for(("item.weight", "item.mass"), ("desk.pay", "bank.pay")))
    at = TEXT.index("weight * count")
    sure = replace(site(at, "weight", "heft", PATH), rule=0.8)
    first, second = decide(runtime, sites=[sure, replace(sure, start=0, old="from", draft=None)])
    assert first.more and [(one.new, one.p, one.by_rule) for one in first.candidates] == [("heft", 0.8, True)]
    assert not second.more and [one.new for one in second.candidates] == ["bank"]
    (_, beside) = decide(runtime, sites=[replace(sure, rule=0.2)])
    assert [one.new for one in beside.candidates] == ["mass", "bank"]


def test_switched_off_the_rules_alone_decide() -> None:
    runtime = Dictated(answer_for(("item.weight", "item.mass")))
    sure = replace(site(0, "from", "x", PATH), rule=0.8)
    (only,) = decide(runtime, sites=[sure], free=False)
    assert (only.more, runtime.evals) == (False, 0)
    assert decide(runtime, free=False) == []


def test_the_whole_answer_is_dropped_where_it_is_an_earlier_state() -> None:
    swaps = (("from shop.tax import RATE\n\n", ""), (" * (1 + RATE)", ""))
    assert written(Dictated(answer_for(*swaps))) == ()


def test_a_difference_that_takes_the_edit_back_is_dropped_alone() -> None:
    found = written(Dictated(answer_for((" * (1 + RATE)", ""), ("item.weight", "item.mass"))))
    assert [(one.site.old, one.new) for one in found] == [("weight", "mass")]
    half = written(Dictated(answer_for(("from shop.tax import RATE\n", ""), ("item.weight", "item.mass"))))
    assert [one.new for one in half] == ["mass"]


def test_blanks_at_the_end_of_lines_are_no_place() -> None:
    found = written(Dictated(answer_for(("total = 0\n", "total = 0  \n\n"), ("item.weight", "item.mass"))))
    assert [one.new for one in found] == ["mass"]
    (deeper,) = written(Dictated(answer_for(("        return not", "            return not"))))
    assert deeper.new.isspace() and applied([deeper], TEXT) == TEXT.replace(
        "        return not", "            return not"
    )


def test_files_with_other_newlines_keep_them() -> None:
    windows = [
        replace(edit, before=edit.before.replace("\n", "\r\n"), after=edit.after.replace("\n", "\r\n"))
        for edit in EDITS
    ]
    windows = [saved(edit.path, edit.before, edit.after, n) for n, edit in enumerate(windows)]
    new = "        total = 0\n        count = len(self.items)\n"
    runtime = Dictated(answer_for(("        total = 0\n", new), ("item.weight", "item.mass")))
    found = written(runtime, windows)
    text = windows[-1].after
    assert b"\r" not in bytes(one for one in runtime.prompt if one < 256)
    assert applied(found, text) == (
        TEXT.replace("        total = 0\n", new).replace("item.weight", "item.mass").replace("\n", "\r\n")
    )
    mixed = saved("a.py", "a\r\nb\n", "a\r\nc\n")
    assert decide(Dictated("x"), [mixed]) == []


def test_what_was_written_passes_verification(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    found = written(Dictated(answer_for(("item.weight", "item.mass"), ("desk.pay(", "desk.pay((("))))
    kept, dropped = check(
        found,
        text_of=text_of,
        root=tmp_path,
        recent=EDITS,
        rejected=lambda *_: False,
        errors=lambda path, text: abs(text.count("(") - text.count(")")),
    )
    assert [one.new for one in kept] == ["mass"]
    assert len(dropped) == 1


@pytest.mark.parametrize("answer", ["", "NO_EDITS\n", ">>>>>>> UPDATED\n", "no end " * 2000])
def test_no_answer_is_no_place(answer: str) -> None:
    (only,) = decide(Dictated(answer))
    assert only.candidates == () and only.prompt


def test_a_control_token_in_the_code_spoils_the_answer() -> None:
    (only,) = decide(Dictated(answer_for(("item.weight", "item.{<[fim-middle]>}mass"))))
    assert only.candidates == ()
    behind = FORMATS[PromptFormat.SWEEP_2].ask(EDITS, text_of)
    assert behind is not None
    new = behind.window.text.replace("item.weight", "item.mass")
    found = written(Dictated(new + "\n{<|file_sep|>}x", PromptFormat.SWEEP_2))
    assert [one.new for one in found] == ["mass"]


def test_stopping_ends_it() -> None:
    runtime = Dictated(answer_for(("item.weight", "item.mass")))
    asked = RewritePredictor(runtime, ZETA)  # type: ignore[arg-type]
    assert list(asked.decide(EDITS, [], text_of, lambda: True)) == []
    answers = iter([False, False, True])
    assert list(asked.decide(EDITS, [], text_of, lambda: next(answers))) == []


def test_the_same_question_is_not_asked_twice() -> None:
    runtime = Dictated(answer_for(("item.weight", "item.mass")))
    asked = RewritePredictor(runtime, ZETA)  # type: ignore[arg-type]
    (first,) = asked.decide(EDITS, [], text_of, go)
    evals = runtime.evals
    (again,) = asked.decide(EDITS, [], text_of, go)
    assert (again.candidates, runtime.evals) == (first.candidates, evals)


def test_a_small_context_sees_less_history_or_is_not_asked() -> None:
    long = saved("other.py", "x = 1\n" * 100, "y = 1\n" * 100, 0)
    told = [long, *EDITS]
    whole = Dictated(answer_for(("item.weight", "item.mass")))
    assert written(whole, told)
    tight = Dictated(answer_for(("item.weight", "item.mass")), n_ctx=len(whole.prompt) - 200)
    (only,) = decide(tight, told)
    assert "other.py" in "".join(map(chr, whole.prompt)) and "other.py" not in only.prompt
    assert decide(Dictated("x", n_ctx=500), told) == []


def test_nothing_to_answer_is_no_question() -> None:
    assert decide(Dictated("x"), [saved("a.py", "x\n", "x\n")]) == []
    asked = RewritePredictor(Dictated("x"), ZETA)  # type: ignore[arg-type]
    assert list(asked.decide([], [], text_of, go)) == []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, tmp_path, tmp_path / "config.toml", model=tmp_path / "other.gguf")


@pytest.fixture
def foreign(settings: Settings) -> Iterator[Path]:
    assert settings.model is not None
    yield write_model(settings.model, prompt_version=None, specials=("<|file_sep|>", "<[fim-middle]>", "<x>"))


@pytest.mark.parametrize("speaks", PromptFormat)
def test_a_foreign_model_is_opened_in_the_format_that_is_named(
    settings: Settings, foreign: Path, speaks: PromptFormat
) -> None:
    notices: list[str] = []
    opened = open_predictor(replace(settings, model_format=speaks.value), notices.append)
    try:
        assert notices == [] and opened.info.format is speaks
        for decisions in opened.decide(EDITS[-1:], [], text_of, go):
            assert all(0 <= one.p <= 1 for one in decisions.candidates)
    finally:
        opened.close()


def test_a_model_that_says_nothing_is_refused_with_what_to_do(settings: Settings, foreign: Path) -> None:
    notices: list[str] = []
    assert open_predictor(settings, notices.append).info.name == "structure"
    assert "model_format" in notices[0] and "zeta-2" in notices[0]


def test_a_models_file_may_say_its_format(settings: Settings, foreign: Path) -> None:
    named = foreign.rename(foreign.with_name("sweepai-sweep-next-edit-0.5b.q8_0.gguf"))
    opened = open_predictor(replace(settings, model=named), lambda notice: pytest.fail(notice))
    assert opened.info.format is PromptFormat.SWEEP_2
    opened.close()


def test_free_text_can_be_switched_off(settings: Settings, foreign: Path) -> None:
    off = replace(settings, model_format="zeta-2", without=("free",))
    opened = open_predictor(off, lambda notice: pytest.fail(notice))
    assert list(opened.decide(EDITS, [], text_of, go)) == []
    opened.close()


def test_ripples_own_models_are_asked_in_ripples_way(settings: Settings, tiny_path: Path) -> None:
    own = replace(settings, model=tiny_path, model_format="zeta-2")
    opened = open_predictor(own, lambda notice: pytest.fail(notice))
    assert opened.info.format is None
    opened.close()


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        ("Zeta", PromptFormat.ZETA_1),
        ("zed-industries_zeta-Q4_K_M.gguf", PromptFormat.ZETA_1),
        ("Zeta 2", PromptFormat.ZETA_2),
        ("zed-industries_zeta-2-Q4_1.gguf", PromptFormat.ZETA_2),
        ("zeta2.1-q4", PromptFormat.ZETA_21),
        ("Zeta 2.1", PromptFormat.ZETA_21),
        ("sweep-next-edit-1.5b.q8_0.v2.gguf", PromptFormat.SWEEP_1),
        ("sweep-next-edit-v2-7B", PromptFormat.SWEEP_2),
        ("sweep-next-edit-0.5b.q8_0.gguf", PromptFormat.SWEEP_2),
        ("Qwen2.5 Coder 1.5B", PromptFormat.TEXT),
        ("CodeLlama", PromptFormat.TEXT),
        ("Llama 3.2 1B", None),
        ("Some Encoder 1B", None),
    ],
)
def test_names_say_the_format(name: str, speaks: PromptFormat | None) -> None:
    assert guess([name], fills_in=False) is speaks


def test_a_model_that_fills_in_code_is_a_code_model() -> None:
    assert guess(["Granite 3B"], fills_in=True) is PromptFormat.TEXT


def test_control_tokens_of_the_template_are_found_and_those_in_code_are_not(foreign: Path) -> None:
    runtime = Runtime(foreign, n_ctx=512, speaks=PromptFormat.SWEEP_2)
    try:
        assert runtime.special("<|file_sep|>") == 0
        assert runtime.special("<|cursor|>") is None
        assert 0 not in runtime.encode("<|file_sep|>")
        assert runtime.info.format is PromptFormat.SWEEP_2
    finally:
        runtime.close()


def test_an_adapter_is_no_foreign_model(tmp_path: Path) -> None:
    from tests.engine.model.tiny_gguf import write_adapter

    path = write_adapter(tmp_path / "night.gguf", "0" * 64)
    with pytest.raises(ModelProblem, match="adapter"):
        Runtime(path, speaks=PromptFormat.TEXT)


def test_the_embedded_model_is_never_a_foreign_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_model(settings.data_dir / "embedded.gguf", prompt_version=None)
    monkeypatch.setattr(module, "EMBEDDED", path)
    notices: list[str] = []
    plain = replace(settings, model=None, model_format="text")
    assert open_predictor(plain, notices.append).info.name == "structure"
    assert "not trained for Ripple" in notices[0]


WINDOW_LINES = st.lists(
    st.sampled_from(["", "}", "  x = 1", "def f(a, b):", "    return a + b", "é = '漢'", "\t"]),
    min_size=1,
    max_size=25,
)


@given(WINDOW_LINES, WINDOW_LINES, st.integers(0, 24), st.sampled_from(["\n", "\r\n"]))
@hypothesis_settings(deadline=None, max_examples=150)
def test_whatever_it_writes_the_places_stand_in_the_text(
    lines: list[str], new: list[str], at: int, newline: str
) -> None:
    before = newline.join(lines)
    lines.insert(min(at, len(lines)), "total = 7")
    edit = saved("a.py", before, newline.join(lines))
    runtime = Dictated("\n".join(new) + "\n>>>>>>> UPDATED\n")
    for decisions in decide(runtime, [edit]):
        assert all(one.site.old != one.new for one in decisions.candidates)
        applied(decisions.candidates, edit.after)  # raises where places overlap or do not stand there
        assert all(0 <= one.p <= 1 for one in decisions.candidates)


TEXTS = st.lists(
    st.sampled_from(
        ["<|marker_1|>", "<|marker_2|>", "<|marker_", "|>", "\n", "x = 1\n", "<|editable_region_start|>",
         "<|user_cursor|>", "<|user_cursor_is_here|>", "<|start_of_file|>", "NO_EDITS", "=======\n", "é", " "]
    ),
    max_size=12,
)  # fmt: skip


@given(TEXTS, st.booleans(), st.sampled_from(PromptFormat))
def test_no_answer_breaks_a_format(parts: list[str], finished: bool, speaks: PromptFormat) -> None:
    prompt = FORMATS[speaks].ask(EDITS, text_of)
    assert prompt is not None
    answer = "".join(parts)
    written = FORMATS[speaks].read(prompt, answer, finished)
    if written is not None:
        assert finished and written.text.strip() and written.text != prompt.window.text
        for stretch in written.stretches:
            at = stretch.at
            assert at is None or answer[at : at + len(stretch.text)] == stretch.text


def test_the_names_of_the_reason_are_the_models() -> None:
    assert rewrite.WHY.format(name="Zeta 2").startswith("Zeta 2 wrote")
