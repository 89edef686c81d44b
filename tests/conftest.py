"""Every test runs in a home, a folder and a network of its own: empty, temporary and closed."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.lsp.table import TABLE

os.environ.setdefault("OMP_NUM_THREADS", "1")
"""Before torch is loaded: two of its threads on two busy cores wait for each other, fifteen times as long."""


@pytest.fixture(autouse=True)
def own_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, plain_path: str
) -> Path:
    """A temporary HOME with its XDG folders, which is also the working folder; no RIPPLE_* variables.

    But for the one that turns guesses off, which chance would bring.
    """
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("RIPPLE_")]:
        monkeypatch.delenv(name)
    for name, folder in (("HOME", ""), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"),
                         ("XDG_CACHE_HOME", "cache"), ("XDG_STATE_HOME", "state")):  # fmt: skip
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.setenv("RIPPLE_EXPLORE", "0")
    monkeypatch.setenv("PATH", plain_path)
    monkeypatch.chdir(home)
    return home


@pytest.fixture(scope="session")
def plain_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """PATH without language servers: a test talks to those that it brings.

    A folder that holds one among other programs is replaced by links to those others.
    """
    servers = {command[0] for server in TABLE for command in server.commands}
    folders: list[str] = []
    for folder in filter(None, os.environ.get("PATH", "").split(os.pathsep)):
        if any((Path(folder) / program).exists() for program in servers):
            links = tmp_path_factory.mktemp("programs")
            for program in Path(folder).iterdir():
                if program.name not in servers:
                    (links / program.name).symlink_to(program)
            folder = str(links)
        folders.append(folder)
    return os.pathsep.join(folders)


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only sockets inside the machine's own file system (asyncio's wake-up pair) can be connected."""

    def refuse(self: socket.socket, address: object) -> None:
        if self.family == getattr(socket, "AF_UNIX", None):
            return connect(self, address)
        raise AssertionError(f"a test reached for the network: {address}")

    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    yield
