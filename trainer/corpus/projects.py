"""Which projects are fetched from where, and which never are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from trainer.repositories import KNOWN

STDLIB: Final = "python-stdlib"

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

_GO = """
golang-github-alecthomas-kong golang-github-charmbracelet-lipgloss golang-github-emicklei-go-restful
golang-github-go-chi-chi golang-github-go-playground-validator-v10 golang-github-google-go-cmp
golang-github-gorilla-mux golang-github-gorilla-websocket golang-github-jmoiron-sqlx
golang-github-labstack-echo golang-github-miekg-dns golang-github-pelletier-go-toml.v2
golang-github-prometheus-client-golang golang-github-rs-zerolog golang-github-spf13-afero
golang-github-spf13-cobra golang-github-spf13-viper golang-github-valyala-fasthttp
golang-github-yuin-goldmark golang-go.uber-zap
"""
_RUST = """
rust-anyhow rust-bytes rust-chrono rust-crossterm rust-h2 rust-hashbrown rust-http rust-indexmap
rust-itertools rust-mio rust-nom rust-petgraph rust-rayon rust-regex rust-syn rust-toml-edit rust-tower
rust-winnow
"""
_JAVA = """
assertj-core commons-beanutils commons-configuration2 commons-csv commons-io commons-pool2 guice
httpcomponents-client httpcomponents-core jackson-core jackson-databind javapoet jcommander jsoup
libcommons-cli-java libcommons-codec-java libcommons-collections4-java libcommons-net-java
libgoogle-gson-java libjoda-time-java libokhttp-java objenesis okio picocli
"""
DEBIAN = tuple((_GO + _RUST + _JAVA).split())
"""Debian's names of source packages in Go, Rust and Java."""

_MEASURED = """
aiohttp attrs axios black celery django express flask jinja2 marshmallow networkx pydantic pytest
redux requests rich scrapy starlette typer werkzeug zod
"""
MEASURED = frozenset(_MEASURED.split())
"""Projects kept for measuring, or whose repositories are read: never fetched here."""

_AROUND = re.compile(r"^(?:rust-|node-|python-|golang-(?:github-)?|lib)|(?:-java|[-.]v\d+)$")
"""What Debian puts around a project's own name."""
_REPOSITORY = re.compile(r"github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?(?:/|$)", re.IGNORECASE)


def is_repository(name: str, addresses: Iterable[str] = ()) -> bool:
    """Whether a Debian package is a project that is known as a repository, whatever split that is of.

    `addresses` are its homepage and the like; where they do not tell, the name does.
    """
    known = {repository.lower() for repository in KNOWN}
    found = {match[1].lower() for address in addresses if (match := _REPOSITORY.search(address))}
    bare = _AROUND.sub("", name).lower()
    names = {one.split("/")[1] for one in known} | {one.replace("/", "-") for one in known} | MEASURED
    return bool(known & found) or bare in names
