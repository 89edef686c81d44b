"""A language server in a few lines: `bad_x` is an undefined name, and `good_x` is what it should have been.

python fake_server.py [MODE..]: utf-8, utf-16, utf-32 choose the encoding; the others misbehave in some way.
"""

import json
import os
import re
import sys
import time
from pathlib import Path

MODES = set(sys.argv[1:])
WIDTH = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
ENCODING = next((mode for mode in MODES if mode in WIDTH), "utf-16")
TEXTS: dict[str, str] = {}
PENDING: dict[str, dict] = {}


def option(name: str, default: float = 0.0) -> float:
    return next((float(mode.partition("=")[2]) for mode in MODES if mode.startswith(name + "=")), default)


def send(**message: object) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


def receive() -> dict | None:
    length = 0
    while line := sys.stdin.buffer.readline():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        elif not line.strip():
            return json.loads(sys.stdin.buffer.read(length))
    return None


def position(text: str, offset: int) -> dict:
    codec, width = WIDTH[ENCODING]
    lines = re.split(r"\r\n|\n|\r", text[:offset])
    return {"line": len(lines) - 1, "character": len(lines[-1].encode(codec)) // width}


def where(text: str, start: int, end: int) -> dict:
    return {"start": position(text, start), "end": position(text, end)}


def complaints(text: str, kind: str = "bad") -> list[dict]:
    return [
        {"range": where(text, *found.span()), "severity": 1, "code": "F821",
         "source": "fake" if kind == "bad" else kind,
         "message": f"Undefined name `{found.group()}`", "data": found.group()}
        for found in re.finditer(rf"\b{kind}_\w+", text)
    ]  # fmt: skip


def on_disk(uri: str) -> str:
    return Path(uri.removeprefix("file://")).read_text()


def progress(kind: str, title: str = "") -> None:
    value = {"kind": kind, "title": title} if title else {"kind": kind}
    send(method="$/progress", params={"token": "work", "value": value})


def check(uri: str, version: int) -> None:
    """Look at the file on disk, and speak of it as of the open text."""
    progress("begin", "checking all")
    found = [*complaints(TEXTS[uri]), *complaints(on_disk(uri), "slow")]
    send(
        method="textDocument/publishDiagnostics",
        params={"uri": uri, "version": version, "diagnostics": found},
    )
    progress("end")
    if version > 1:
        Path(".cache/checked").touch()


def publish(uri: str, version: int) -> None:
    if "works" in MODES:
        progress("begin", "loading")
    time.sleep(option("late"))
    if "works" in MODES:
        progress("end")
    if "disk" in MODES and version == 1:
        params = {"uri": uri, "diagnostics": complaints(on_disk(uri))}
        send(method="textDocument/publishDiagnostics", params=params)
        time.sleep(0.3)
    if "silent" in MODES and not complaints(TEXTS[uri]):
        return
    if "deaf" in MODES and version > 1:
        return
    params = {"uri": uri, "version": version, "diagnostics": complaints(TEXTS[uri])}
    if "versionless" in MODES:
        del params["version"]
    send(method="textDocument/publishDiagnostics", params=params)
    if "check" in MODES:
        check(uri, version)


def actions(params: dict) -> list[dict]:
    uri = params["textDocument"]["uri"]
    found = []
    for complaint in params["context"]["diagnostics"]:
        name = complaint["data"]
        edit = {"range": complaint["range"], "newText": "good_" + name[4:]}
        changes: dict = {
            "documentChanges": [{"textDocument": {"uri": uri, "version": None}, "edits": [edit]}]
        }
        if "outside" in MODES:
            changes = {"changes": {uri: [edit], "file:///etc/hosts": [edit]}}
        if "resource" in MODES:
            changes["documentChanges"].append({"kind": "create", "uri": uri + ".new"})
        ignore = {
            "range": {"start": edit["range"]["end"], "end": edit["range"]["end"]},
            "newText": "  # noqa",
        }
        found.append(
            {"title": "Disable for this line", "kind": "quickfix", "edit": {"changes": {uri: [ignore]}}}
        )
        found.append({"title": f"Change to good_{name[4:]}", "kind": "quickfix", "isPreferred": True})
        if "resolve" in MODES:
            PENDING[name] = changes
            found[-1]["data"] = name
        else:
            found[-1]["edit"] = changes
    return found


def answer(message: dict) -> object:
    match message["method"]:
        case "initialize":
            provider = {"resolveProvider": True} if "resolve" in MODES else True
            capabilities = {
                "positionEncoding": ENCODING,
                "codeActionProvider": provider,
                "odd": {"x": [None]},
            }
            return {"capabilities": capabilities}
        case "textDocument/codeAction":
            return actions(message["params"])
        case "codeAction/resolve":
            action = message["params"]
            return {**action, "edit": PENDING[action["data"]]}
    return None


def told(method: str, params: dict) -> None:
    with Path(".cache/told").open("a") as log:
        log.write(json.dumps([method, params]) + "\n")
    match method:
        case "textDocument/didOpen":
            item = params["textDocument"]
            TEXTS[item["uri"]] = item["text"]
            publish(item["uri"], item["version"])
        case "textDocument/didChange":
            item = params["textDocument"]
            TEXTS[item["uri"]] = params["contentChanges"][0]["text"]
            if "crash" in MODES or ("crash once" in MODES and not Path(".cache/crashed").exists()):
                Path(".cache/crashed").touch()
                os._exit(3)
            publish(item["uri"], item["version"])
        case "exit" if "stubborn" not in MODES:
            sys.exit(0)


def main() -> None:
    Path(".cache").mkdir(exist_ok=True)
    with Path(".cache/starts").open("a") as log:
        log.write(f"{os.getpid()}\n")
    if "dead" in MODES:
        sys.exit(2)
    if "garbage" in MODES:
        sys.stdout.write("this is no server\n" * 1000)
        sys.stdout.flush()
    if "stubborn" in MODES:
        import signal

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        message = receive()
        if message is None:
            if "stubborn" in MODES:
                time.sleep(60)
            return
        if "mute" in MODES:
            continue
        if "id" in message and "method" in message:
            if message["method"] == "shutdown" and "stubborn" in MODES:
                continue
            send(id=message["id"], result=answer(message))
            if message["method"] == "initialize":
                send(id="mine", method="workspace/configuration", params={"items": [{"section": "python"}]})
                send(id="odd", method="window/oddRequest", params={})
                if "broken" in MODES:
                    sys.stdout.buffer.write(b'Content-Length: 9\r\n\r\n{"json": ')
                    sys.stdout.buffer.flush()
        elif "method" in message:
            told(message["method"], message.get("params") or {})


main()
