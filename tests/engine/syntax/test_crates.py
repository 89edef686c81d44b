"""Which crate a file of Rust belongs to, what libraries a project has, and what each is called."""

from __future__ import annotations

import pytest

from engine.syntax.linking.crates import Crates
from engine.syntax.linking.manifests import crate_of
from engine.syntax.linking.modules import Modules

FILES = {
    "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
    "crates/a-b/Cargo.toml": '[package]\nversion = "1.0.0"\nname = "a-b"\n',
    "crates/a-b/src/lib.rs": "mod tests;\nmod parts;\n",
    "crates/a-b/src/parts.rs": "",
    "crates/a-b/src/tests/mod.rs": "mod deep;\n",
    "crates/a-b/src/tests/deep.rs": "",
    "crates/a-b/src/bin/tool.rs": "",
    "crates/a-b/tests/whole.rs": "",
    "crates/a-b/tests/common/mod.rs": "",
    "crates/named/Cargo.toml": '[package]\nname = "named"\n[lib]\nname = "other"\npath = "code/lib.rs"\n',
    "crates/named/code/lib.rs": "",
    "crates/tool/Cargo.toml": '[package]\nname = "tool"\n',
    "crates/tool/src/main.rs": "",
}


@pytest.fixture
def crates() -> Crates:
    return Crates(Modules(FILES, FILES.get))


def test_libraries_are_called_as_their_manifests_say(crates: Crates) -> None:
    assert crates.libraries == {"a_b": "crates/a-b/src", "other": "crates/named/code"}


@pytest.mark.parametrize(
    ("path", "root", "words"),
    [
        ("crates/a-b/src/lib.rs", "crates/a-b/src", []),
        ("crates/a-b/src/parts.rs", "crates/a-b/src", ["parts"]),
        ("crates/a-b/src/tests/deep.rs", "crates/a-b/src", ["tests", "deep"]),
        ("crates/a-b/src/bin/tool.rs", "crates/a-b/src/bin", []),
        ("crates/a-b/tests/whole.rs", "crates/a-b/tests", []),
        ("crates/a-b/tests/common/mod.rs", "crates/a-b/tests", ["common"]),
    ],
)
def test_the_crate_of_a_file(crates: Crates, path: str, root: str, words: list[str]) -> None:
    assert (crates.root(path), crates.words(path)) == (root, words)


def test_a_module_called_tests_sees_the_crate_around_it() -> None:
    modules = Modules(FILES, FILES.get)
    assert modules.resolve("crate", "crates/a-b/src/tests/deep.rs", "crate::parts") == (
        "crates/a-b/src/parts.rs"
    )
    assert modules.resolve("crate", "crates/a-b/tests/whole.rs", "crate::common") == (
        "crates/a-b/tests/common/mod.rs"
    )
    assert modules.resolve("crate", "crates/a-b/tests/whole.rs", "a_b::parts") == "crates/a-b/src/parts.rs"


@pytest.mark.parametrize("text", [None, "", "[package", "[package]\nname = 3\n", "package = 1\n"])
def test_a_manifest_without_a_name(text: str | None) -> None:
    assert crate_of(text)[0] == ""
