"""What must not be loaded: checked in a fresh interpreter, so that deferred imports count too."""

import subprocess
import sys

import pytest

FORBIDDEN = {
    "engine.session": {
        "torch",
        "transformers",
        "textual",
        "rich",
        "pygls",
        "lsprotocol",
        "huggingface_hub",
    },  # click comes along with sqlite-utils
    "app.cli": {
        "torch",
        "transformers",
        "textual",
        "llama_cpp",
        "tree_sitter",
        "sqlite_utils",
        "huggingface_hub",
    },
    "app.json_front": {"torch", "transformers", "textual", "huggingface_hub"},
    "app.ui.app": {"torch", "transformers", "huggingface_hub"},
}


@pytest.mark.parametrize("module", sorted(FORBIDDEN))
def test_heavy_libraries_stay_out(module: str) -> None:
    code = f"import sys, {module}; print(' '.join(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not FORBIDDEN[module] & set(result.stdout.split())
