"""Source trees from the package indexes, under permissive licences; all of them train.

Nothing fetched is committed; `describe` writes CORPUS.md, which names every archive by its hash.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

_PYTHON = """
alembic altair anyio apscheduler arrow asgiref astroid babel beautifulsoup4 blinker bokeh boltons
bottle cachetools cattrs cherrypy click cloudpickle cookiecutter coverage dask dateparser distlib
dnspython docutils dramatiq dulwich factory-boy faker falcon fastapi filelock fire flake8 fsspec
gunicorn h11 h2 hatchling httpcore httpie httpx huey hypothesis importlib-metadata invoke ipython
isort jedi joblib jsonschema jupyter-client kombu lark loguru mako markdown mistune mitmproxy mkdocs
mongoengine more-itertools moto mypy nbconvert nltk nox oauthlib openpyxl packaging parso passlib
peewee pendulum pip platformdirs pluggy poetry-core prettytable prompt-toolkit pycodestyle pygments
pyjwt pyparsing pyramid python-dateutil pyyaml rq rsa ruamel.yaml setuptools simpy sphinx sqlalchemy
sympy tenacity tomlkit toolz tornado tox tqdm traitlets trio twisted urllib3 uvicorn virtualenv
waitress watchfiles websockets whoosh wtforms xarray zeroconf
"""
PYTHON = tuple(_PYTHON.split())
"""Python projects. Those that the benchmarks measure on are not among them."""

_NPM = """
ajv effect eslint ethers fastify immer koa mobx mocha rxjs three typeorm undici viem webpack
@tanstack/query-core
"""
NPM = tuple(_NPM.split())
"""npm packages that ship their sources; trpc is not among them, for TypeScript is measured on it."""

_MEASURED = """
aiohttp attrs axios black celery django express flask jinja2 marshmallow networkx pydantic pytest
redux requests rich scrapy starlette typer werkzeug zod
"""
MEASURED = frozenset(_MEASURED.split())
"""Projects kept for measuring: never fetched here."""

ALLOWED = ("MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "Zlib", "Unlicense", "0BSD")
_REFUSED = re.compile(r"\b(A?GPL|LGPL|GNU|MPL|Mozilla|EPL|CC-BY|proprietary)", re.IGNORECASE)
_ENDINGS = frozenset({".py", ".ts", ".tsx", ".js", ".mjs"})
_SKIPPED = """
_vendor vendor vendored _vendored third_party extern node_modules dist cjs esm _esm _cjs build
_types " "site-packages lib2to3 idlelib turtledemo test es5 lib-esm lib.esm lib.commonjs browser
fonts examples
"""
_SKIPPED_FOLDERS = frozenset(_SKIPPED.split())
_MAX_FILE = 120_000
_MAX_FILES = 260


@dataclass(frozen=True, slots=True)
class Project:
    """One source tree: where it came from, what may be done with it, and where it lies."""

    name: str
    version: str
    licence: str
    sha256: str
    """Of the archive; of all files in order for the standard library."""
    origin: str
    files: int
    folder: str


def is_permissive(licence: str) -> bool:
    """Whether a licence as metadata states it is one that training may read."""
    if _REFUSED.search(licence):
        return False
    return any(re.search(rf"\b{re.escape(name)}", licence, re.IGNORECASE) for name in ALLOWED)


def licence_of(metadata: str) -> str:
    """The licence in a wheel's METADATA: expression first, then classifiers, then the field's first line."""
    headers = HeaderParser().parsestr(metadata)
    if expression := headers.get("License-Expression"):
        return expression.strip()
    marks = [
        line.split("::")[-1].strip()
        for line in headers.get_all("Classifier", [])
        if line.startswith("License")
    ]
    marks = [mark for mark in marks if mark != "OSI Approved"]
    if marks:
        return " / ".join(marks)
    field = (headers.get("License") or "").strip()
    return field.splitlines()[0][:60] if field else "unknown"


def is_source(path: str) -> bool:
    """Whether a path inside an archive is source text worth reading."""
    pure = PurePosixPath(path)
    if pure.suffix not in _ENDINGS or path.endswith((".d.ts", ".min.js", ".bundle.js")):
        return False
    return not _SKIPPED_FOLDERS.intersection(pure.parts[:-1])


def fetch(folder: Path, names: Sequence[str] | None, say: Callable[[str], None]) -> list[Project]:
    """Download, check and unpack the corpus; a project already there is kept. Returns what there is."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = folder / "corpus.json"
    known = (
        {item["name"]: Project(**item) for item in json.loads(ledger.read_text())} if ledger.exists() else {}
    )
    wanted = (
        list(names) if names is not None else ["python-stdlib", *PYTHON, *("npm:" + name for name in NPM)]
    )
    for name in wanted:
        if name in known or name.removeprefix("npm:") in MEASURED:
            continue
        try:
            project = _fetch_one(folder, name)
        except (subprocess.SubprocessError, OSError, LookupError, ValueError) as problem:
            say(f"skipped {name}: {problem}")
            continue
        known[name] = project
        say(f"{name} {project.version} ({project.licence}): {project.files} files")
        ledger.write_text(json.dumps([asdict(item) for item in known.values()], indent=1))
    return list(known.values())


def describe(items: Iterable[Project]) -> str:
    """The text of CORPUS.md."""
    lines = [
        "# What the embedded model was trained on",
        "",
        "Source trees under permissive licences, fetched from the package indexes; none of it is kept here.",
        "",
        "| project | version | licence | origin | files | sha256 of the archive |",
        "|---|---|---|---|---|---|",
    ]
    for item in sorted(items, key=lambda project: project.name):
        cells = (
            item.name,
            item.version,
            item.licence,
            item.origin,
            item.files,
            f"`{item.sha256}`",
        )
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _fetch_one(folder: Path, name: str) -> Project:
    if name == "python-stdlib":
        members: Iterable[tuple[str, bytes]] = _standard_library()
        version, licence, origin, digest = platform.python_version(), "PSF-2.0", "this interpreter", ""
    else:
        archive = _npm(folder, name[4:]) if name.startswith("npm:") else _wheel(folder, name)
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        if name.startswith("npm:"):
            version, licence, members = _read_npm(archive)
            origin = "npm"
        else:
            version, licence, members = _read_wheel(archive)
            origin = "PyPI"
    if not is_permissive(licence):
        raise ValueError(f"licence {licence!r} is not on the list")
    target = "src/" + re.sub(r"[^\w.-]", "_", name)
    kept = _thin(members)
    if not kept:
        raise LookupError("no source files inside")
    checksum = hashlib.sha256()
    for path, data in kept:
        place = folder / target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        checksum.update(data)
    digest = digest or checksum.hexdigest()
    return Project(name, version, licence, digest, origin, len(kept), target)


def _thin(members: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """At most _MAX_FILES files of usual size, folder by folder so that references stay inside the tree."""
    good = sorted((path, data) for path, data in members if 200 < len(data) <= _MAX_FILE)
    return good[:_MAX_FILES]


def _standard_library() -> Iterator[tuple[str, bytes]]:
    root = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root).as_posix()
        if is_source(relative):
            yield relative, path.read_bytes()


def _wheel(folder: Path, name: str) -> Path:
    archives = folder / "archives" / name
    archives.mkdir(parents=True, exist_ok=True)
    if not any(archives.glob("*.whl")):
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary=:all:",
            "-d",
            str(archives),
        ]
        subprocess.run([*command, name], check=True, capture_output=True, timeout=120)
    return next(archives.glob("*.whl"))


def _npm(folder: Path, name: str) -> Path:
    archives = folder / "archives" / ("npm-" + name.replace("/", "-"))
    archives.mkdir(parents=True, exist_ok=True)
    if not any(archives.glob("*.tgz")):
        subprocess.run(
            ["npm", "pack", "--silent", name], cwd=archives, check=True, capture_output=True, timeout=120
        )
    return next(archives.glob("*.tgz"))


def _read_wheel(archive: Path) -> tuple[str, str, list[tuple[str, bytes]]]:
    with zipfile.ZipFile(archive) as wheel:
        entry = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = wheel.read(entry).decode("utf-8", "replace")
        version = str(HeaderParser().parsestr(metadata)["Version"])
        members = [(name, wheel.read(name)) for name in wheel.namelist() if is_source(name) and _safe(name)]
    return version, licence_of(metadata), members


def _read_npm(archive: Path) -> tuple[str, str, list[tuple[str, bytes]]]:
    members: list[tuple[str, bytes]] = []
    with tarfile.open(archive) as package:
        manifest = package.extractfile("package/package.json")
        if manifest is None:
            raise LookupError("no package.json")
        about = json.load(manifest)
        for member in package.getmembers():
            name = member.name.partition("/")[2]
            if member.isfile() and is_source(name) and _safe(name):
                stream = package.extractfile(member)
                if stream is not None:
                    members.append((name, stream.read()))
    return str(about["version"]), str(about.get("license", "unknown")), members


def _safe(name: str) -> bool:
    pure = PurePosixPath(name)
    return not pure.is_absolute() and ".." not in pure.parts
