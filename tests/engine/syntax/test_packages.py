"""Imports by the name of a package of the same project, and by the aliases of a tsconfig."""

from __future__ import annotations

import pytest

from engine.syntax.linking.modules import Modules
from engine.syntax.linking.spelling import Origin, Speller
from tests.engine.syntax.projects import Memory

FILES = {
    "package.json": '{"name": "root", "private": true}',
    "tsconfig.json": (
        '{\n  // aliases\n  "compilerOptions": {\n    "baseUrl": ".",\n'
        '    "paths": {"@lib/*": ["packages/lib/src/*"],},\n  },\n}\n'
    ),
    "packages/lib/package.json": '{"name": "@x/lib", "main": "dist/lib.js"}',
    "packages/lib/src/index.ts": 'export { total } from "./sum";\n',
    "packages/lib/src/sum.ts": "export function total() {}\n",
    "packages/old/package.json": "{broken",
    "app/a.ts": (
        'import { total } from "@x/lib";\nimport { total as other } from "@lib/sum";\n'
        'import { total as third } from "@x/lib/sum";\nimport fs from "fs";\ntotal(); other(fs); third();\n'
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "path"),
    [
        ("@x/lib", "packages/lib/src/index.ts"),
        ("@x/lib/sum", "packages/lib/src/sum.ts"),
        ("@lib/sum", "packages/lib/src/sum.ts"),
        ("packages/lib/src/sum", "packages/lib/src/sum.ts"),
        ("fs", None),
        ("@y/lib", None),
        ("@x/lib/none", None),
    ],
)
def test_where_a_name_leads(module: str, path: str | None) -> None:
    modules = Modules(FILES, FILES.get)
    assert modules.resolve("relative", "app/a.ts", module) == path


def test_a_new_manifest_is_seen() -> None:
    texts = dict(FILES)
    modules = Modules([path for path in texts if path != "packages/lib/package.json"], texts.get)
    assert modules.resolve("relative", "app/a.ts", "@x/lib") is None
    modules.add("packages/lib/package.json")
    assert modules.resolve("relative", "app/a.ts", "@x/lib") == "packages/lib/src/index.ts"
    modules.discard("packages/lib/package.json")
    assert modules.resolve("relative", "app/a.ts", "@x/lib") is None


def test_a_rename_reaches_the_importers() -> None:
    project = Memory(FILES)
    assert project.lines(project.change("packages/lib/src/sum.ts", "total", "add")) == {
        'packages/lib/src/index.ts: export { total } from "./sum";',
        'app/a.ts: import { total } from "@x/lib";',
        'app/a.ts: import { total as other } from "@lib/sum";',
        'app/a.ts: import { total as third } from "@x/lib/sum";',
        "app/a.ts: total(); other(fs); third();",
    }


def test_a_manifest_that_says_something_else_is_read_again() -> None:
    project = Memory(FILES)
    modules = project.index.modules
    assert modules.resolve("relative", "app/a.ts", "@x/lib") == "packages/lib/src/index.ts"
    project.save("packages/lib/package.json", '{"name": "@x/other", "main": "dist/lib.js"}')
    assert modules.resolve("relative", "app/a.ts", "@x/lib") is None
    assert modules.resolve("relative", "app/a.ts", "@x/other") == "packages/lib/src/index.ts"


def test_a_go_module_that_is_renamed_is_read_again() -> None:
    project = Memory({"go.mod": "module a.com/x\n", "sub/s.go": "package sub\n", "m.go": "package m\n"})
    modules = project.index.modules
    assert modules.resolve("folder", "m.go", "a.com/x/sub") == "sub/"
    project.save("go.mod", "module a.com/y\n")
    assert modules.resolve("folder", "m.go", "a.com/x/sub") is None
    assert modules.resolve("folder", "m.go", "a.com/y/sub") == "sub/"


def test_a_package_is_called_by_its_own_name_not_its_authors() -> None:
    files = {
        "package.json": '{"dependencies": {"@x/lib": "*"}}',
        "lib/package.json": '{"author": {"name": "Ann"}, "name": "@x/lib"}',
        "lib/src/sum.ts": "export function total() {}\n",
        "app/package.json": "{}",
        "app/a.ts": "",
        "web/package.json": "{}",
        "web/b.ts": 'import { total } from "@x/lib";\n',
    }
    index = Memory(files).index
    speller = Speller(index, "app/a.ts", ())
    assert speller.door(Origin(True, "lib/src/sum.ts"), "lib/src/a.ts", "total") == Origin(False, "@x/lib")
