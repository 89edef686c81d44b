"""Which servers are found, and what their complaints are about."""

from pathlib import Path

import pytest

from engine.diagnostics import Family
from engine.lsp.families import SUPPRESSES, family_of
from engine.lsp.table import find


def program(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def test_the_projects_own_programs_go_first(tmp_path: Path) -> None:
    root, path = tmp_path / "root", tmp_path / "bin"
    program(path, "ruff")
    own = program(root / ".venv/bin", "ruff")
    program(root / "node_modules/.bin", "typescript-language-server")
    found = find(root, path=str(path))
    assert [one.name for one in found] == ["ruff", "typescript"]
    assert found[0].command == (str(own), "server")


def test_basedpyright_goes_before_pyright(tmp_path: Path) -> None:
    program(tmp_path, "pyright-langserver")
    assert [one.name for one in find(tmp_path, path=str(tmp_path))] == ["pyright"]
    program(tmp_path, "basedpyright-langserver")
    assert [one.name for one in find(tmp_path, path=str(tmp_path))] == ["basedpyright"]


def test_a_server_without_its_kind_of_project_is_left_out(tmp_path: Path) -> None:
    program(tmp_path, "gopls")
    program(tmp_path, "rust-analyzer")
    assert find(tmp_path, path=str(tmp_path)) == ()
    (tmp_path / "go.mod").touch()
    assert [one.name for one in find(tmp_path, path=str(tmp_path))] == ["gopls"]


def test_the_setting_names_and_adds(tmp_path: Path) -> None:
    for name in ("ruff", "basedpyright-langserver", "solargraph"):
        program(tmp_path, name)
    names = [one.name for one in find(tmp_path, ("ruff",), str(tmp_path))]
    assert names == ["ruff"]
    found = find(tmp_path, (".rb=solargraph stdio", "odd=", "=x", ".x='"), str(tmp_path))
    assert [one.name for one in found] == ["solargraph", "basedpyright", "ruff"]
    assert found[0].command[1:] == ("stdio",)
    assert found[0].server.languages == {".rb": "rb"}


@pytest.mark.parametrize(
    ("code", "message", "family"),
    [
        ("F821", "Undefined name `x`", Family.NAME),
        ("2304", "Cannot find name 'x'.", Family.NAME),
        ("reportAttributeAccessIssue", '"x" is unknown import symbol', Family.IMPORT),
        ("reportAttributeAccessIssue", 'Cannot access attribute "x"', Family.MEMBER),
        ("6133", "'x' is declared but its value is never read.", Family.UNUSED_VARIABLE),
        ("E0004", "non-exhaustive patterns: `A` not covered", Family.MATCH),
        ("E0308", "mismatched types expected `i32`, found `()`", Family.RETURN),
        ("E0308", "mismatched types expected `i32`, found `&str`", None),
        ("", "Expected expression", Family.SYNTAX),
        ("", 'Import "x" could not be resolved', None),
        ("I001", "Import block is un-sorted", None),
    ],
)
def test_families(code: str, message: str, family: Family | None) -> None:
    assert family_of(code, message) is family


@pytest.mark.parametrize("text", ["  # noqa: F821\n", "  # pyright: ignore[x]", "// @ts-ignore\n"])
def test_what_only_hides_is_known(text: str) -> None:
    assert SUPPRESSES.search(text)
