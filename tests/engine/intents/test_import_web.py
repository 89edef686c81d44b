"""Automatic import in JavaScript and TypeScript: which of several modules, and what it is called here."""

from __future__ import annotations

import pytest

from engine.intents.order import WEAK
from tests.engine.intents.test_imports import change, shown
from tests.engine.syntax.projects import Memory


def first(text: str) -> str:
    """The first line of a file."""
    return text.split("\n", 1)[0]


@pytest.mark.parametrize("name", ["rootReducer", "reducer"])
def test_the_same_words_lead_to_this_files_own_module(name: str) -> None:
    files = {
        "shop/index.js": f"import {name} from './reducers'\n\n{name}()\n",
        "shop/reducers/index.js": "export default function () {}\n",
        "list/reducers/index.js": "export default function () {}\n",
        "list/index.js": "start()\n",
    }
    text = shown(Memory(files), "list/index.js", ("start()", f"start({name}.all)"))
    assert first(text) == f"import {name} from './reducers'"


def test_a_twin_shows_what_its_own_module_is() -> None:
    names = ("add", "sub", "mul", "div")
    files = {
        f"fp/{one}/index.ts": f'import {{ {one} as fn }} from "../../{one}/index.ts";\n\nwrap(fn);\n'
        for one in names
    }
    files |= {f"{one}/index.ts": f"export function {one}() {{}}\n" for one in names}
    files["fp/div/index.ts"] = "start();\n"
    text = shown(Memory(files), "fp/div/index.ts", ("start();", "wrap(fn);"))
    assert first(text) == 'import { div as fn } from "../../div/index.ts";'


def test_a_twin_is_no_excuse_for_another_file_of_the_name() -> None:
    files = {
        "Footer.spec.js": "import Footer from './Footer'\n\nFooter()\n",
        "Footer.js": "export default function Footer() {}\n",
        "Main.js": "export default function Main() {}\n",
        "Main.spec.js": "start()\n",
    }
    assert (
        first(shown(Memory(files), "Main.spec.js", ("start()", "start(Footer)")))
        == "import Footer from './Footer'"
    )


def test_an_alias_of_a_config_as_this_file_uses_it() -> None:
    files = {
        "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
        "src/ui/button.ts": "export const Button = 1;\n",
        "src/ui/link.ts": "export const Link = 1;\n",
        "src/app/a.ts": 'import { Link } from "@/ui/link";\n\nstart(Link);\n',
        "src/lib/b.ts": 'import { Link } from "../ui/link";\n\nstart(Link);\n',
    }
    project = Memory(files)
    aliased = shown(project, "src/app/a.ts", ("start(Link)", "start(Link, Button)"))
    assert 'import { Button } from "@/ui/button";\n' in aliased
    plain = shown(project, "src/lib/b.ts", ("start(Link)", "start(Link, Button)"))
    assert 'import { Button } from "../ui/button";\n' in plain


def test_a_package_is_not_imported_by_its_own_name_from_inside() -> None:
    files = {
        "package.json": '{"name": "shop"}',
        "src/price.ts": "export function price() {}\n",
        "src/index.ts": "export * from './price'\n",
        "src/cart.ts": "export const cart = 1\n",
        **{f"test/{one}.ts": "import { price } from 'shop'\n\nprice()\n" for one in "abc"},
        "test/d.ts": "import { cart } from 'shop'\n\ncart()\n",
    }
    project = Memory(files)
    assert (
        first(shown(project, "src/cart.ts", ("cart = 1", "cart = price()")))
        == "import { price } from './price'"
    )
    assert (
        first(shown(project, "test/d.ts", ("cart()", "cart(price())")))
        == "import { cart, price } from 'shop'"
    )


def test_what_passes_everything_on_is_asked_where_the_file_imports_from_it() -> None:
    files = {
        "core/index.ts": "export * from './nodes'\n",
        "core/nodes.ts": "export function walk() {}\nexport function skip() {}\n",
        "lib/a.ts": "import { skip } from '../core'\n\nskip()\n",
    }
    text = shown(Memory(files), "lib/a.ts", ("skip()", "skip(walk())"))
    assert first(text) == "import { skip, walk } from '../core'"


@pytest.mark.parametrize(
    ("name", "module"), [("cookieSession", "cookie-session"), ("etag", "etag"), ("Koa", "koa")]
)
def test_a_package_that_the_manifest_asks_for(name: str, module: str) -> None:
    files = {
        "package.json": '{"dependencies": {"cookie-session": "1", "etag": "1", "koa": "1"}}',
        "lib/a.js": "var path = require('path');\n\npath.join();\n",
    }
    text = shown(Memory(files), "lib/a.js", ("path.join();", f"path.join({name}());"))
    assert f"var {name} = require('{module}');\n" in text


def test_a_file_that_bears_the_name_gives_its_default() -> None:
    files = {
        "lib/site.js": "exports.index = function () {};\n",
        "lib/a.js": "var path = require('path');\n\npath.join();\n",
    }
    text = shown(Memory(files), "lib/a.js", ("path.join();", "path.join(site.index);"))
    assert "var site = require('./site');\n" in text


def test_modules_of_node_as_the_files_beside_write_them() -> None:
    files = {
        "lib/b.js": 'import fs from "node:fs";\n\nfs.close();\n',
        "lib/c.js": 'import os from "node:os";\n\nos.cpus();\n',
        "lib/a.js": "start();\n",
    }
    text = shown(Memory(files), "lib/a.js", ("start();", "start(util.inspect);"))
    assert first(text) == 'import util from "node:util";'


def test_a_file_with_its_own_ending_keeps_it() -> None:
    files = {
        "lib/a.js": 'import { one } from "./one.js";\n\none();\n',
        "lib/one.js": "export const one = 1;\n",
        "lib/two.cjs": "exports.two = 1;\n",
    }
    text = shown(Memory(files), "lib/a.js", ("one();", "one(two());"))
    assert 'import { two } from "./two.cjs";\n' in text


def test_odd_manifests_do_no_harm() -> None:
    files = {
        "package.json": '{"name": 3, "dependencies": ["x"]}',
        "tsconfig.json": '{"compilerOptions": {"paths": {"*": "x", "@": [1], "a*": ["*b*"]}}}',
        "a.ts": "start();\n",
        "b.ts": "export const two = 1;\n",
    }
    assert change(Memory(files), "a.ts", ("start();", "start(two());"))


def test_names_in_an_unsorted_list_as_other_files_order_them() -> None:
    line = "import { createStore, applyMiddleware } from 'redux'\n\ncreateStore(applyMiddleware())\n"
    files = {"a.js": line, "b.js": line, "c.js": "import { applyMiddleware } from 'redux'\n\nstart()\n"}
    text = shown(Memory(files), "c.js", ("start()", "createStore(applyMiddleware())"))
    assert first(text) == "import { createStore, applyMiddleware } from 'redux'"


def test_names_in_an_unsorted_list_as_their_module_defines_them() -> None:
    files = {
        "kinds.js": "".join(f"export const {one} = 1\n" for one in ("SHOW", "HIDE", "EDIT", "ADD")),
        "a.js": "import { SHOW, HIDE, ADD } from './kinds'\n\nstart(SHOW, HIDE, ADD)\n",
    }
    text = shown(Memory(files), "a.js", ("ADD)", "ADD, EDIT)"))
    assert first(text) == "import { SHOW, HIDE, EDIT, ADD } from './kinds'"


def test_statements_that_nothing_sorts_as_other_files_order_them() -> None:
    lines = {
        "zoo": "import zoo from './zoo'\n",
        "ant": "import { ant } from './ant'\n",
        "mid": "import mid from './mid'\n",
        "bee": "import { bee } from './bee'\n",
    }
    modules = {f"{one}.js": f"export default 1\nexport const {one} = 1\n" for one in lines}
    order = ("zoo", "ant", "mid", "bee")
    whole = "".join(lines[one] for one in order) + "\nzoo(ant, mid, bee)\n"
    files = {**modules, "x.js": whole, "y.js": whole}
    files["c.js"] = "".join(lines[one] for one in order if one != "mid") + "\nstart()\n"
    text = shown(Memory(files), "c.js", ("start()", "zoo(ant, mid, bee)"))
    assert text.startswith("".join(lines[one] for one in order))


def test_the_first_import_goes_below_the_heading_of_the_imports() -> None:
    files = {
        "a.js": "'use strict'\n\n/**\n * Module dependencies.\n */\n\nmodule.exports = 1;\n",
        "b.js": "'use strict'\n\nvar path = require('path');\n\npath.join();\n",
    }
    text = shown(Memory(files), "a.js", ("exports = 1;", "exports = path.join();"))
    assert text.startswith(
        "'use strict'\n\n/**\n * Module dependencies.\n */\n\nvar path = require('path');\n"
    )


def test_an_underscore_is_a_name_like_others() -> None:
    files = {
        "code.ts": "export const _ = 1\nexport const nil = 2\n",
        "a.ts": "import { _ } from './code'\n\nstart(_)\n",
        "b.ts": "import { nil } from './code'\n\nstart(nil)\n",
    }
    text = shown(Memory(files), "b.ts", ("start(nil)", "start(nil, _`a`)"))
    assert first(text) == "import { _, nil } from './code'"


def test_what_a_file_only_passes_on_is_not_bound_in_it() -> None:
    files = {
        "types.ts": "export interface Schema {}\n",
        "a.ts": "export { Schema } from './types'\n\nexport const a = 1\n",
    }
    text = shown(Memory(files), "a.ts", ("a = 1", "a = (one: Schema) => one"))
    assert "import type { Schema } from './types'\n" in text or "import { Schema } from './types'\n" in text


def test_an_alias_where_the_package_uses_it_and_nothing_near_shows_any() -> None:
    files = {
        "package.json": '{"name": "docs"}',
        "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./*"]}}}',
        "loaders/stars.ts": "export function fetchStars() {}\n",
        "loaders/pages.ts": "export function pages() {}\n",
        "app/a.ts": 'import { pages } from "@/loaders/pages";\n\npages();\n',
        "lib/b.ts": "start();\n",
    }
    text = shown(Memory(files), "lib/b.ts", ("start();", "start(fetchStars());"))
    assert first(text) == 'import { fetchStars } from "@/loaders/stars";'


def test_a_package_is_named_only_for_what_it_passes_on() -> None:
    files = {
        "package.json": '{"name": "root", "dependencies": {"@x/core": "1"}}',
        "core/package.json": '{"name": "@x/core"}',
        "core/src/index.ts": "export { walk } from './walk'\n",
        "core/src/walk.ts": "export function walk() {}\nexport function hidden() {}\n",
        "core/test/walk.ts": "import { walk, hidden } from '../src/walk'\n\nwalk(hidden)\n",
        "dom/package.json": '{"name": "@x/dom", "dependencies": {"@x/core": "1"}}',
        "dom/a.ts": "export const a = 1\n",
    }
    project = Memory(files)
    assert first(shown(project, "dom/a.ts", ("a = 1", "a = walk()"))) == "import { walk } from '@x/core'"
    assert "'@x/core'" not in shown(Memory(files), "dom/a.ts", ("a = 1", "a = hidden()"))


def test_a_file_that_ends_statements_in_two_ways_follows_others_of_the_import() -> None:
    files = {
        **{f"{one}.js": "var path = require('path')\n\npath.join()\n" for one in "abc"},
        "d.js": "var fs = require('fs');\nvar os = require('os')\n\nfs.close(os);\n",
    }
    text = shown(Memory(files), "d.js", ("fs.close(os);", "fs.close(os, path.join());"))
    assert "var path = require('path')\n" in text


@pytest.mark.parametrize(("plain", "marked"), [("B", False), ("make", True)])
def test_a_file_that_marks_all_its_types_marks_the_next(plain: str, marked: bool) -> None:
    files = {
        "one.ts": "export class A {}\nexport class B {}\nexport function make() {}\n",
        "two.ts": "export class Two {}\n",
        "use.ts": "import { Two } from './two'\n\nnew Two()\n",
        "again.ts": "import { Two } from './two'\n\nnew Two()\n",
        "a.ts": f"import type {{ A }} from './one'\nimport {{ {plain} }} from './one'\n\n"
        "export const a = (one: A, two: B) => make()\n",
    }
    text = shown(Memory(files), "a.ts", ("two: B)", "two: B, three: Two)"))
    assert ("import type { Two } from './two'\n" in text) == marked


def test_twins_in_other_folders_tell_which_of_several_modules_is_meant() -> None:
    names = ("mssql", "mysql", "oracle")
    files = {
        f"db/{one}/query/{one}-compiler.js": (
            "const Compiler = require('../../../query/compiler');\n\nCompiler();\n"
        )
        for one in names
    }
    files |= {
        f"db/{one}/index.js": f"const Compiler = require('./query/{one}-compiler');\n\nCompiler();\n"
        for one in names
    }
    files["query/compiler.js"] = "module.exports = class Compiler {};\n"
    project = Memory(
        {**files, "db/mysql/query/mysql-compiler.js": "start();\n", "db/oracle/index.js": "start();\n"}
    )
    text = shown(project, "db/mysql/query/mysql-compiler.js", ("start();", "start(Compiler);"))
    assert first(text) == "const Compiler = require('../../../query/compiler');"
    text = shown(project, "db/oracle/index.js", ("start();", "start(Compiler);"))
    assert first(text) == "const Compiler = require('./query/oracle-compiler');"


def test_what_most_projects_have_without_an_import_is_not_imported_first() -> None:
    files = {"a.js": "'use strict'\n\nvar path = require('node:path')\n\npath.join(1)\n"}
    added = ("path.join(1)", "path.join(new TextEncoder().encode('a'))")
    assert all(one.rule < WEAK for one in change(Memory(files), "a.js", added))
    files["b.js"] = "var { TextEncoder } = require('node:util')\n\nnew TextEncoder()\n"
    assert "require('node:util')" in shown(Memory(files), "a.js", added)
