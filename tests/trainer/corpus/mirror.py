"""A Debian mirror on this machine: packages are made, indexed and served, and connections can be cut."""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def archive(files: Mapping[str, str], mode: str = "w:gz") -> bytes:
    """A tar of texts."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return out.getvalue()


@dataclass
class Mirror:
    """What is served by path, what of it is cut after so many bytes, and what was asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    stanzas: list[str] = field(default_factory=list)
    cut: dict[str, int] = field(default_factory=dict)
    """Once; the next time the file comes whole."""
    ranges: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Paths, each with the range of bytes."""

    def add(self, name: str, original: Mapping[str, str], copyright_text: str, **more: str) -> str:
        """A source package; the path of its .orig.tar."""
        folder = f"pool/main/x/{name}"
        parts = {
            f"{name}_1.0.orig.tar.xz": archive(original, "w:xz"),
            f"{name}_1.0-1.debian.tar.xz": archive({"debian/copyright": copyright_text}, "w:xz"),
        }
        rows = [f" {hashlib.sha256(data).hexdigest()} {len(data)} {path}" for path, data in parts.items()]
        fields = {"Package": name, "Version": "1.0-1", "Directory": folder, **more}
        self.stanzas.append(
            "\n".join([*(f"{key}: {value}" for key, value in fields.items()), "Checksums-Sha256:", *rows])
        )
        self.files |= {f"{folder}/{path}": data for path, data in parts.items()}
        self.index()
        return f"{folder}/{name}_1.0.orig.tar.xz"

    def index(self) -> None:
        """Write the index and the release anew."""
        data = lzma.compress("\n\n".join(self.stanzas).encode() + b"\n")
        self.files["dists/trixie/main/source/Sources.xz"] = data
        digest = hashlib.sha256(data).hexdigest()
        self.files["dists/trixie/InRelease"] = (
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nMD5Sum:\n 00 1 main/x\n"
            f"SHA256:\n {digest} {len(data)} main/source/Sources.xz\n"
        ).encode()


@contextmanager
def serving(mirror: Mirror) -> Iterator[tuple[Mirror, str]]:
    """The mirror, and its address on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, wanted = self.path.lstrip("/"), self.headers.get("Range", "")
            mirror.asked.append((path, wanted))
            if path not in mirror.files:
                self.send_error(404)
                return
            data = mirror.files[path]
            begin = int(wanted[6:].split("-")[0]) if wanted and mirror.ranges else 0
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin:][: mirror.cut.pop(path, len(data))])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield mirror, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
