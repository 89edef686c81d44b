"""What goes over the wire is read by one converter for each server."""

import threading
import time

import pytest

from engine.lsp import wire


def test_two_servers_that_start_at_once_fill_the_tables_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside, most = 0, 0
    real = wire.default_converter

    def slow() -> object:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.02)
        inside -= 1
        return real()

    monkeypatch.setattr(wire, "default_converter", slow)
    threads = [threading.Thread(target=wire.converter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
