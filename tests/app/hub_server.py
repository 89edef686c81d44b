"""A hub on this machine: what fetching a model asks, and how answers go wrong."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What is published, and what goes wrong."""

    repository: str = "owner/models"
    files: dict[str, bytes] = field(default_factory=dict)
    sha256: str = ""
    """What is stated of every file, where it is not the truth."""
    without_checksum: bool = False
    cut_at: int = 0
    """Bytes after which the connection is closed, once; then the server fails until `mended`."""
    ignores_ranges: bool = False
    failing: bool = False
    ranges: list[str] = field(default_factory=list)
    """The Range header of each download, "" where there was none."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def mended(self) -> None:
        self.cut_at, self.failing = 0, False

    def about(self) -> bytes:
        siblings = [
            {"rfilename": name, "size": len(data)}
            | (
                {}
                if self.without_checksum
                else {"lfs": {"size": len(data), "sha256": self.sha256 or digest(data), "pointerSize": 130}}
            )
            for name, data in self.files.items()
        ]
        card = {"license": "apache-2.0"}
        return json.dumps(
            {"id": self.repository, "sha": COMMIT, "siblings": siblings, "cardData": card}
        ).encode()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == f"/api/models/{hub.repository}":
                self.answer(200, hub.about())
            elif path.startswith(f"/{hub.repository}/resolve/{COMMIT}/"):
                self.file(hub.files[path.rpartition("/")[2]])
            else:
                self.answer(404, b"{}", ("X-Error-Code", "RepoNotFound"))

        def file(self, data: bytes) -> None:
            asked = self.headers.get("Range", "")
            hub.ranges.append(asked)
            if hub.failing:
                return self.answer(500, b"broken")
            match = re.fullmatch(r"bytes=(\d+)-", asked)
            start = int(match[1]) if match and not hub.ignores_ranges else 0
            body, headers = data[start:], []
            if start:
                headers.append(("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}"))
            self.answer(206 if start else 200, body, *headers, cut=hub.cut_at)
            hub.failing = bool(hub.cut_at)

        def answer(self, code: int, body: bytes, *headers: tuple[str, str], cut: int = 0) -> None:
            self.send_response(code)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[:cut] if cut else body)
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
