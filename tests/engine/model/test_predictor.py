"""The predictors: whom they trust, how they read the model, and what they fall back to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.config import Settings
from engine.model import predictor as module
from engine.model import prompt
from engine.model import vocabulary as v
from engine.model.agreement import HEARD
from engine.model.llama import LEAST, OWN_TOKENS, LlamaPredictor
from engine.model.predictor import Decisions, StructurePredictor, open_predictor
from engine.model.runtime import Runtime, Stopped
from engine.types import IntentKind, ModelInfo, Site
from tests.engine.model.test_prompt import decode, edit, encode, site
from tests.engine.model.tiny_gguf import write_adapter, write_model

TEXT = "total = 1\n" + "print(total)\n" * 60
EDIT = edit("sum = 1\n", TEXT, (0, "sum", 0, "total"))


def go() -> bool:
    return False


def sites(count: int, draft: str | None = "total") -> list[Site]:
    return [replace(site(16 + 13 * n, "sum", draft), rule=0.9) for n in range(count)]


class Script:
    """A runtime that answers what a test says, at the positions asked for."""

    def __init__(
        self,
        said: dict[int, float],
        text: str = "",
        calibration: str | None = None,
        n_ctx: int = 2048,
        prompt_version: int = v.PROMPT_VERSION,
    ):
        self.prompt_version = prompt_version
        self.info = ModelInfo("script", "0" * 64)
        self.n_ctx = n_ctx
        self.said = said
        """Logit of yes against no, by label."""
        self.text = [*encode(text), v.STOP]
        self.calibration = calibration
        self.evals: list[tuple[int, ...]] = []

    encode = staticmethod(encode)
    decode = staticmethod(decode)

    def metadata(self, key: str) -> str | None:
        return self.calibration

    def eval(self, ids: Sequence[int], logits_at: Sequence[int], should_stop: object) -> np.ndarray:
        if callable(should_stop) and should_stop():
            raise Stopped
        self.evals.append(tuple(ids))
        assert len(ids) <= self.n_ctx
        rows = np.zeros((len(logits_at), 400), np.float32)
        for row, at in zip(rows, logits_at, strict=True):
            if ids[at] == v.ASK:
                row[v.YES] = self.said.get(v.LABELS.index(ids[at - 1]), -9.0)
            else:
                answer = list(ids).index(v.ANSWER)
                row[self.text[min(at - answer - 1, len(self.text) - 1)]] = 12.0
        return rows


def decide(script: Script, chosen: Sequence[Site]) -> list[Decisions]:
    return list(LlamaPredictor(script).decide([EDIT], chosen, lambda _: TEXT, go))  # type: ignore[arg-type]


def test_structure_trusts_its_rules() -> None:
    chosen = [*sites(2), replace(sites(1)[0], draft=None)]
    (only,) = StructurePredictor().decide([EDIT], chosen, lambda _: TEXT, go)
    assert [(c.new, c.p) for c in only.candidates] == [("total", 0.9), ("total", 0.9)]
    assert list(StructurePredictor().decide([EDIT], [], lambda _: TEXT, go)) == []
    assert list(StructurePredictor().decide([EDIT], chosen, lambda _: TEXT, lambda: True)) == []


def test_p_is_the_calibrated_logit() -> None:
    script = Script({0: 2.0, 1: -2.0}, "total", json.dumps({"rename": {"a": 0.5, "b": 1.0}}))
    unsure = [replace(site, rule=0.6) for site in sites(3)]
    (only,) = decide(script, unsure)
    assert [round(c.p, 3) for c in only.candidates] == [0.881, 0.5, 0.029]


def test_the_sure_places_of_a_rename_agree() -> None:
    (only,) = decide(Script({0: 5.0, 1: 5.0, 2: -1.0}, "total"), sites(3))
    assert all(c.p > 0.8 for c in only.candidates)


@pytest.mark.parametrize("version", v.PROMPTS)
def test_the_model_is_asked_with_the_prompt_of_its_training(version: int) -> None:
    script = Script({0: 5.0}, "total", prompt_version=version)
    chosen = sites(20)
    decisions = decide(script, chosen)
    assert [len(d.candidates) for d in decisions] == [16, 4]
    assert [c.site for d in decisions for c in d.candidates] == chosen
    for decision, part in zip(decisions, prompt.windows(chosen), strict=True):
        parts = prompt.pieces([EDIT], part, lambda _: TEXT)
        parts = prompt.summed(parts, [site.rule for site in part]) if version > 1 else parts
        assert decision.prompt_ids == tuple(prompt.flatten(parts, encode)[0])
        assert decision.prompt == prompt.render(parts)
        assert decision.prompt_ids in script.evals


def test_an_improbable_draft_loses_its_p() -> None:
    sure, doubted = Script({0: 5.0}, "total"), Script({0: 5.0}, "other")
    assert decide(sure, sites(1))[0].candidates[0].p > 0.99
    assert decide(doubted, sites(1))[0].candidates[0].p < 0.05


def test_drafts_are_fed_as_the_chain_of_training() -> None:
    script = Script({0: 5.0, 2: 5.0}, "total")
    chosen = [*sites(2), replace(sites(3)[2], draft="sum_total")]
    (only,) = decide(script, chosen)
    chain = prompt.encode_answer([(0, "total"), (2, "sum_total")], encode)
    assert script.evals[-1] == (*only.prompt_ids, *chain[:-1])


def test_a_model_may_turn_the_check_of_drafts_off() -> None:
    script = Script({0: 5.0}, "other", json.dumps({"chain": {"floor": None}}))
    assert decide(script, sites(1))[0].candidates[0].p > 0.99
    assert len(script.evals) == 1


def test_equal_replacements_are_checked_once_a_save() -> None:
    script = Script({label: 5.0 for label in range(16)}, "total")
    decide(script, sites(40))
    assert sum(v.ANSWER in ids for ids in script.evals) == 1


def test_nothing_is_fed_behind_the_window_where_nothing_passes() -> None:
    script = Script({}, "total")
    (only,) = decide(script, sites(5))
    assert all(c.p < LEAST for c in only.candidates)
    assert len(script.evals) == 1


def test_the_model_writes_where_structure_has_no_draft() -> None:
    script = Script({0: 5.0, 1: -5.0}, "grand total")
    (only,) = decide(script, sites(2, None))
    assert [(c.new, c.p > 0.9) for c in only.candidates] == [("grand total", True)]


def test_a_text_that_does_not_end_or_changes_nothing_is_dropped() -> None:
    endless, same = Script({0: 5.0}, "x" * (OWN_TOKENS + 1)), Script({0: 5.0}, "sum")
    assert decide(endless, sites(1, None))[0].candidates == ()
    assert decide(same, sites(1, None))[0].candidates == ()


def test_windows_too_long_for_the_context_are_halved() -> None:
    script = Script({label: 5.0 for label in range(16)}, "total", n_ctx=500)
    decisions = decide(script, sites(16))
    assert len(decisions) > 1
    assert sum(len(d.candidates) for d in decisions) == 16


def test_a_newer_save_ends_the_decisions(runtime: Runtime) -> None:
    found: list[Decisions] = []
    for decisions in LlamaPredictor(runtime).decide(
        [EDIT], [replace(s, rule=0.6) for s in sites(60)], lambda _: TEXT, lambda: len(found) == 2
    ):
        found.append(decisions)
    assert len(found) == 2


def test_the_real_runtime_decides_about_every_site(runtime: Runtime) -> None:
    chosen = [replace(one, rule=0.6) for one in sites(40)]
    decisions = list(LlamaPredictor(runtime).decide([EDIT], chosen, lambda _: TEXT, go))
    found = [candidate for d in decisions for candidate in d.candidates]
    assert [candidate.site for candidate in found] == chosen
    assert all(0 <= candidate.p <= 1 for candidate in found)
    assert all(d.prompt_ids and d.prefill_ms > 0 for d in decisions)
    again = list(LlamaPredictor(runtime).decide([EDIT], chosen, lambda _: TEXT, go))
    assert [c.p for d in again for c in d.candidates] == pytest.approx([c.p for c in found], abs=0.02)


def test_a_large_rename_asks_about_its_first_places_only() -> None:
    script = Script({label: 2.0 for label in range(16)}, "total")
    chosen = sites(HEARD + 8)
    decisions = decide(script, chosen)
    assert [bool(d.prompt_ids) for d in decisions] == [True, True, False]
    assert [c.site for d in decisions for c in d.candidates] == chosen
    assert {round(c.p, 3) for d in decisions for c in d.candidates} == {0.881}


def test_text_and_files_that_are_gone_do_not_break_the_prompt(runtime: Runtime) -> None:
    chosen = [replace(sites(1)[0], path="gone.py"), replace(sites(1)[0], start=10_000)]
    (only,) = LlamaPredictor(runtime).decide([], chosen, lambda path: None if path == "gone.py" else TEXT, go)
    assert len(only.candidates) == 2


def test_an_adapter_brings_its_own_calibration(runtime: Runtime, tmp_path: Path) -> None:
    predictor = LlamaPredictor(runtime)
    predictor.set_adapter(write_adapter(tmp_path / "night.gguf", runtime.info.sha256))
    assert predictor.info.adapter == "night"
    predictor.set_adapter(None)
    assert predictor.info.adapter is None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, cache_dir=tmp_path, config_file=tmp_path / "config.toml")


@pytest.fixture
def notices() -> Iterator[list[str]]:
    yield []


def test_a_good_model_is_opened(settings: Settings, notices: list[str], tiny_path: Path) -> None:
    opened = open_predictor(replace(settings, model=tiny_path), notices.append)
    assert opened.info.name == "tiny" and len(opened.info.sha256) == 64
    assert notices == []
    opened.close()


@pytest.mark.parametrize("broken", ["missing", "truncated", "foreign", "text"])
def test_without_a_usable_model_structure_decides(
    settings: Settings, notices: list[str], tiny_path: Path, tmp_path: Path, broken: str
) -> None:
    path = tmp_path / "model.gguf"
    if broken == "truncated":
        path.write_bytes(tiny_path.read_bytes()[:-100])
    elif broken == "foreign":
        write_model(path, prompt_version=None)
    elif broken == "text":
        path.write_text("hello")
    opened = open_predictor(replace(settings, model=path), notices.append)
    assert opened.info.name == "structure"
    assert len(notices) == 1 and "Structure alone decides" in notices[0]


@pytest.mark.model
@pytest.mark.skipif(not module.EMBEDDED.is_file(), reason="no model has been trained into this copy")
def test_the_embedded_model_is_one_of_ours(
    settings: Settings, notices: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert module.EMBEDDED.stat().st_size <= 40 * 2**20
    opened = open_predictor(settings, notices.append)
    chosen = sites(3)
    (only,) = opened.decide([EDIT], chosen, lambda _: TEXT, go)
    opened.close()
    assert [candidate.site for candidate in only.candidates] == chosen
    assert notices == [] and "not understood" not in caplog.text


def test_a_copy_without_a_model_says_so(
    settings: Settings, notices: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EMBEDDED", tmp_path / "none.gguf")
    assert open_predictor(settings, notices.append).info.name == "structure"
    assert "structure alone decides" in notices[0]


def test_a_broken_llama_cpp_is_no_crash(
    settings: Settings, notices: list[str], tiny_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "engine.model.llama", None)
    assert open_predictor(replace(settings, model=tiny_path), notices.append).info.name == "structure"
    assert "llama.cpp cannot be loaded" in notices[0]


def test_without_a_model_llama_cpp_is_not_loaded() -> None:
    import subprocess
    import sys

    code = "import engine.model.predictor, sys; assert not {'llama_cpp', 'numpy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_rule_decides_where_the_model_was_not_trained() -> None:
    taught = json.dumps(
        {"rename": {"a": 1.0, "b": 0.0}, "default": {"a": 1.0, "b": 0.0}, "chain": {"floor": None}}
    )
    renames = sites(20)
    calls = [
        replace(one, start=one.start + 5, old="(", intent=IntentKind.SIGNATURE, rule=0.7) for one in renames
    ]
    mixed = [one for pair in zip(renames, calls, strict=True) for one in pair]
    script = Script({n: 3.0 for n in range(16)}, calibration=taught)
    made = [candidate for decisions in decide(script, mixed) for candidate in decisions.candidates]
    assert [candidate.site for candidate in made] == mixed
    assert {c.p for c in made if c.by_rule} == {0.7}
    assert all(c.by_rule == (c.site.intent is IntentKind.SIGNATURE) for c in made)
    assert sum(ids.count(v.ASK) for ids in script.evals) == len(renames)


def test_the_rule_is_believed_as_far_as_the_calibration_says() -> None:
    taught = json.dumps({"rename": {"a": 1.0, "b": 0.0}, "import": {"a": 0.0, "b": -1.0, "c": 1.0}})
    script = Script({}, calibration=taught)
    (only,) = decide(script, [replace(one, intent=IntentKind.IMPORT, rule=0.5) for one in sites(2)])
    assert [(c.by_rule, round(c.p, 3)) for c in only.candidates] == [(True, 0.269)] * 2
    assert not script.evals


def test_without_a_known_intent_the_model_is_not_asked() -> None:
    taught = json.dumps({"rename": {"a": 1.0, "b": 0.0}})
    script = Script({}, calibration=taught)
    (only,) = decide(script, [replace(one, intent=IntentKind.IMPORT) for one in sites(2)])
    assert [c.by_rule for c in only.candidates] == [True, True]
    assert not script.evals
