"""A tiny model on disk, made once, and open runtimes that are closed again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.model.runtime import Runtime
from tests.engine.model.tiny_gguf import write_model


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def runtime(tiny_path: Path) -> Iterator[Runtime]:
    opened = Runtime(tiny_path)
    yield opened
    opened.close()
