"""Sockets for tests that bring a server of their own."""

from __future__ import annotations

import socket

import pytest


def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing but this machine be connected."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: tuple[str, int]) -> None:
        assert address[0] == "127.0.0.1", f"a test reached for the network: {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
