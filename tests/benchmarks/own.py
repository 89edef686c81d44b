"""What a night costs with a bigger model of a person's own: memory as estimated and as taken, time a tuple.

On models with random weights in the shapes of published ones, stored in F16, each in a process of its own;
prompts of 1,500 tokens and answers of 350, as Ripple's own question (`text`) has them, one correction each.
--limit says how many tuples (at most 8) make the one step, --projects which of the models.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import gguf

from tests.benchmarks.common import table
from tests.engine.model.tiny_gguf import Shape, write_model

SHAPES = {
    "0.13B": Shape(576, 30, 1536, 9, 3, 49_152, 8192),  # SmolLM-135M
    "0.49B": Shape(896, 24, 4864, 14, 2, 151_936, 8192),  # Qwen2.5-Coder-0.5B
}
ALLOWED = {"0.13B": (16, 4), "0.49B": (8,)}
"""GB, so much that a pass keeps all that its gradient needs, and so little that blocks are computed again."""
PROMPT, WINDOW = 1500, 350
KEYS = ("estimated_gb", "taken_gb", "seconds", "tokens")


def run(options: Namespace) -> dict[str, object]:
    """Measure each shape."""
    found: dict[str, object] = {}
    rows = []
    for name in options.projects or SHAPES:
        shape = SHAPES[name]
        with tempfile.TemporaryDirectory(dir=options.work) as folder:
            base = write_model(
                Path(folder) / "coder.gguf", shape, quant=gguf.GGMLQuantizationType.F16, prompt_version=None
            )
            for allowed in ALLOWED[name]:
                bounds = [str(min(options.limit, 8)), str(allowed)]
                command = [sys.executable, "-m", "tests.benchmarks.own", str(base), *bounds]
                told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                one = found[f"{name}, {allowed} GB"] = json.loads(told.splitlines()[-1])
                rows.append((name, allowed, *(one[key] for key in KEYS)))
    heads = ("model", "GB allowed", "estimated", "taken", "seconds a tuple", "tokens a tuple")
    table("one step of alignment on the CPU", heads, rows)
    return found


def measure(base: Path, count: int, allowed: int) -> dict[str, object]:
    """One step over so many tuples, with the reference and both comparisons with llama.cpp."""
    from engine.model.opening import opened
    from tests.trainer.rewriting import rewriting, swaps, window
    from trainer import align, course, lora
    from trainer.curriculum import AlignPlan
    from trainer.stopping import Stop
    from trainer.tuples import Choice

    runtime = opened(base, threads=1)
    text = "".join(f"{n} = {n}\n" for n in range(WINDOW // 6))[:WINDOW] + "last = 1\n"
    here = window(text)
    sites, (wrong,) = swaps(("last", "least"), written=here)
    tuples = []
    for number in range(count):
        prompt = runtime.encode(f"{number:05} " * (PROMPT // 6))
        made = rewriting(sites, [(Choice(0, 0, "latest"),)], [(wrong,)], here)
        tuples.append(replace(made, prompts=(tuple(prompt),), model=runtime.info.sha256))
    runtime.close()
    plan = AlignPlan(steps=1, epochs=99, batch=count, replay_batch=count, memory=allowed * 10**9)
    needs: list[lora.Memory] = []
    estimate = lora.estimate
    lora.estimate = lambda *sizes: needs.append(estimate(*sizes)) or needs[-1]
    said: list[str] = []
    began = time.perf_counter()
    folder = base.parent / f"run-{allowed}"
    try:
        align.align(base, tuples, [], plan, folder, said.append, Stop())
    finally:
        lora.estimate = estimate
        sys.stderr.write("\n".join(said) + "\n")
    (line,) = [json.loads(line) for line in (folder / course.STEPS).read_text().splitlines()]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "estimated_gb": round(needs[-1].total / 1e9, 2),
        "taken_gb": round(peak / 1e9, 2),
        "seconds": round(line["seconds"] / count, 1),
        "tokens": round(line["tokens"] / count),
        "whole": round(time.perf_counter() - began, 1),
        "said": said,
    }


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), *map(int, sys.argv[2:]))))
