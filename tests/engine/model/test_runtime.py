"""The runtime: what it refuses, what it keeps in the KV cache, and when it stops."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import ModelProblem
from engine.model import runtime as module
from engine.model import vocabulary as v
from engine.model.checks import check_model
from engine.model.runtime import BATCH, Runtime, Stopped, thread_count
from tests.engine.model.tiny_gguf import Shape, write_adapter, write_model

TEXT = len(v.SPECIALS)


def prompt(length: int, seed: int = 0) -> list[int]:
    return [int(token) for token in np.random.default_rng(seed).integers(TEXT, TEXT + 256, length)]


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal up to what the F16 cache and another cut into batches may change."""
    return bool(np.abs(a - b).max() < 0.02)


def test_a_reused_prefix_gives_the_logits_of_a_fresh_evaluation(runtime: Runtime) -> None:
    head, first, second = prompt(300), prompt(80, 1), prompt(120, 2)
    runtime.eval(head + first, [379])
    reused = runtime.eval(head + second, [300, 350, 419])
    runtime.reset()
    fresh = runtime.eval(head + second, [300, 350, 419])
    assert close(reused, fresh)
    assert fresh.std() > 0.1 and not close(fresh[0], fresh[1])


def test_logits_are_asked_for_again_inside_what_is_cached(runtime: Runtime) -> None:
    ids = prompt(100)
    first = runtime.eval(ids, [40, 99])
    again = runtime.eval(ids, [40, 99])
    shorter = runtime.eval(ids[:60], [40])
    assert close(first, again)
    assert close(first[:1], shorter)


def test_only_what_is_new_is_evaluated(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[int] = []
    feed = Runtime._feed
    monkeypatch.setattr(
        Runtime, "_feed", lambda self, part, *rest: (fed.append(len(part)), feed(self, part, *rest))
    )
    ids = prompt(BATCH + 44)
    runtime.eval(ids, [len(ids) - 1])
    runtime.eval([*ids, 130], [len(ids)])
    assert fed == [BATCH, 44, 1]


def test_rows_do_not_depend_on_how_batches_are_cut(runtime: Runtime) -> None:
    ids = prompt(3 * BATCH)
    at = [0, BATCH - 1, BATCH, 2 * BATCH + 5, 3 * BATCH - 1]
    rows = runtime.eval(ids, at)
    for row, index in enumerate(at):
        runtime.reset()
        assert close(rows[row], runtime.eval(ids[: index + 1], [index])[0])


def test_user_text_never_becomes_a_control_token(runtime: Runtime) -> None:
    text = "total <|s0|> <|ask|> <|end|>"
    ids = runtime.encode(text)
    assert all(token >= TEXT for token in ids)
    assert runtime.decode(ids) == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.text())
def test_text_survives_tokenising(runtime: Runtime, text: str) -> None:
    ids = runtime.encode(text)
    assert all(token >= TEXT for token in ids)
    assert runtime.decode(ids) == text


@pytest.mark.parametrize(
    "text", ["", "  x", "a , b . c ' s ? ! 'm 've n't", "x \r\n\ty", "\x00\u2028 漢字🎉", " "]
)
def test_spaces_are_not_cleaned_up(runtime: Runtime, text: str) -> None:
    assert runtime.decode(runtime.encode(text)) == text


def test_cancellation_is_looked_at_before_every_batch(runtime: Runtime) -> None:
    answers = iter([False, False, True])
    ids = prompt(4 * BATCH)
    with pytest.raises(Stopped):
        runtime.eval(ids, [len(ids) - 1], lambda: next(answers))
    assert next(answers, None) is None
    after = runtime.eval(ids, [len(ids) - 1])
    runtime.reset()
    assert close(after, runtime.eval(ids, [len(ids) - 1]))


def test_two_threads_share_one_runtime(runtime: Runtime) -> None:
    prompts = [prompt(200, seed) for seed in range(4)]
    expected = [runtime.eval(ids, [199]) for ids in prompts]
    wrong: list[int] = []

    def work(index: int) -> None:
        for _ in range(5):
            if not close(runtime.eval(prompts[index], [199]), expected[index]):
                wrong.append(index)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_prompt_longer_than_the_context_is_refused(runtime: Runtime) -> None:
    with pytest.raises(ModelProblem, match="does not fit"):
        runtime.eval(prompt(runtime.n_ctx + 1), [0])


def test_an_adapter_changes_the_logits_and_drops_the_cache(runtime: Runtime, tmp_path: Path) -> None:
    adapter = write_adapter(tmp_path / "night.gguf", runtime.info.sha256)
    ids = prompt(100)
    base = runtime.eval(ids, [99])
    runtime.set_adapter(adapter)
    adapted = runtime.eval(ids, [99])
    assert runtime.info.adapter == "night"
    assert not close(base, adapted)
    runtime.reset()
    assert close(adapted, runtime.eval(ids, [99]))
    longer = runtime.eval([*ids, 130], [100])
    runtime.set_adapter(None)
    assert runtime.info.adapter is None
    without = runtime.eval([*ids, 130], [100])
    assert not close(longer, without)
    runtime.reset()
    assert close(without, runtime.eval([*ids, 130], [100]))


def test_an_adapter_of_another_base_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    base = runtime.eval(prompt(50), [49])
    with pytest.raises(ModelProblem, match="another model"):
        runtime.set_adapter(write_adapter(tmp_path / "other.gguf", "0" * 64))
    assert runtime.info.adapter is None
    assert close(base, runtime.eval(prompt(50), [49]))


def test_an_adapter_of_another_shape_is_refused(runtime: Runtime, tmp_path: Path) -> None:
    path = write_adapter(tmp_path / "wide.gguf", runtime.info.sha256, Shape(width=64))
    with pytest.raises(ModelProblem, match="cannot be loaded"):
        runtime.set_adapter(path)
    assert runtime.info.adapter is None


def test_a_model_is_no_adapter(runtime: Runtime, tiny_path: Path) -> None:
    with pytest.raises(ModelProblem, match="not a LoRA adapter"):
        runtime.set_adapter(tiny_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem) as problem:
        Runtime(tmp_path / "none.gguf")
    assert problem.value.title == "Model not found"


@pytest.mark.parametrize("data", [b"", b"GG", b"PK\x03\x04 not a model", "größe".encode()])
def test_a_file_that_is_no_gguf_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with pytest.raises(ModelProblem, match="not a GGUF"):
        Runtime(path)


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.1, 0.5, 0.9, 0.9999])
def test_a_truncated_file_is_told(tiny_path: Path, tmp_path: Path, share: float) -> None:
    data = tiny_path.read_bytes()
    path = tmp_path / "model.gguf"
    path.write_bytes(data[: max(4, int(len(data) * share))])
    with pytest.raises(ModelProblem) as problem:
        Runtime(path)
    assert problem.value.title == "The model file is truncated"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.integers(4, 4000), st.binary(min_size=1, max_size=12))
def test_a_damaged_header_never_breaks_the_reader(
    tiny_path: Path, tmp_path: Path, at: int, noise: bytes
) -> None:
    data = bytearray(tiny_path.read_bytes())
    data[at : at + len(noise)] = noise
    path = tmp_path / "model.gguf"
    path.write_bytes(data)
    with contextlib.suppress(ModelProblem):
        check_model(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prompt_version": None}, "not trained for Ripple"),
        ({"prompt_version": 99}, "version 99"),
        ({"architecture": "gpt2"}, "architecture 'gpt2'"),
        ({"control": False}, "other control tokens"),
        ({"specials": v.SPECIALS[1:]}, "other control tokens"),
        ({"specials": (v.SPECIALS[1], v.SPECIALS[0], *v.SPECIALS[2:])}, "other control tokens"),
    ],
)
def test_a_foreign_model_is_told(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = write_model(tmp_path / "foreign.gguf", **change)  # type: ignore[arg-type]
    with pytest.raises(ModelProblem, match=message) as problem:
        Runtime(path)
    assert problem.value.hint


def test_a_model_whose_tensors_are_missing_does_not_load(tmp_path: Path) -> None:
    path = write_model(tmp_path / "odd.gguf", architecture="llama")
    data = path.read_bytes().replace(b"blk.1.ffn_down", b"blk.1.ffn_nowd")
    path.write_bytes(data)
    with pytest.raises(ModelProblem, match="cannot load"):
        Runtime(path)


@pytest.mark.parametrize(
    ("cores", "wanted", "threads"),
    [(1, 0, 1), (2, 0, 1), (2, 2, 1), (2, 8, 1), (8, 0, 7), (8, 3, 3), (8, 8, 7)],
)
def test_threads_are_never_all_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, wanted: int, threads: int
) -> None:
    monkeypatch.setattr(module, "_cores", lambda: cores)
    assert thread_count(wanted) == threads


def test_the_context_computes_with_these_threads(runtime: Runtime) -> None:
    assert module.llama.llama_n_threads(runtime._context) == runtime.threads == thread_count()
    assert module.llama.llama_n_threads_batch(runtime._context) == runtime.threads


def test_llama_cpp_writes_nothing_but_log_records(
    tiny_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "engine.model.runtime")
    Runtime(tiny_path).close()
    assert capfd.readouterr() == ("", "")
    assert any("llama" in record.message for record in caplog.records)


def test_the_hash_is_that_of_the_file(runtime: Runtime, tiny_path: Path) -> None:
    assert runtime.info.sha256 == hashlib.sha256(tiny_path.read_bytes()).hexdigest()
    assert runtime.info.name == "tiny"


def test_closing_twice_is_harmless(tiny_path: Path) -> None:
    opened = Runtime(tiny_path)
    opened.close()
    opened.close()


def test_a_process_may_end_while_the_model_computes(tiny_path: Path) -> None:
    code = (
        "import sys, threading, time, pathlib\n"
        "from engine.model.runtime import Runtime\n"
        "runtime = Runtime(pathlib.Path(sys.argv[1]))\n"
        "def work():\n"
        "    while True:\n"
        "        runtime.eval([130] * 900, [899])\n"
        "        runtime.reset()\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tiny_path)], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
