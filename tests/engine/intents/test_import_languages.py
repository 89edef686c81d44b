"""Automatic import in the other languages."""

from __future__ import annotations

from tests.engine.intents.test_imports import change, moved, shown
from tests.engine.syntax.projects import Memory

TYPESCRIPT = {
    "src/shapes.ts": "export class Shape {}\nexport interface Point { x: number }\n"
    "export function area(s: Shape) { return 1 }\n",
    "src/paint.ts": "import { area, Shape } from './shapes'\nimport type { Point } from './shapes'\n\n"
    "export const p = (q: Point) => area(new Shape())\n",
    "src/view.tsx": "export default function View() { return <p/> }\n",
    "src/main.ts": "import { readFile } from 'node:fs/promises'\n\n"
    "import { area } from './shapes'\n\nreadFile(area)\n",
}


def test_typescript_value_joins_the_list() -> None:
    text = shown(Memory(TYPESCRIPT), "src/main.ts", ("readFile(area)", "readFile(area, new Shape())"))
    assert "import { area, Shape } from './shapes'\n" in text


def test_typescript_type_only_import() -> None:
    files = {**TYPESCRIPT, "src/types.ts": "import { area } from './shapes'\n\nexport const one = area\n"}
    text = shown(Memory(files), "src/types.ts", ("one = area", "one = (p: Point) => area"))
    assert "import type { Point } from './shapes'\n" in text


def test_tsx_default_component() -> None:
    files = {
        **TYPESCRIPT,
        "src/app.tsx": "import { area } from './shapes'\n\nexport const App = () => <div>{area}</div>\n",
    }
    text = shown(Memory(files), "src/app.tsx", ("{area}", "{area}<View/>"))
    assert "import View from './view'\n" in text


def test_typescript_name_leaves_its_list() -> None:
    project = Memory(TYPESCRIPT)
    text = shown(project, "src/paint.ts", ("area(new Shape())", "area(q)"))
    assert text.startswith("import { area } from './shapes'\n")


def test_typescript_side_effect_import_stays() -> None:
    project = Memory(
        {"a.ts": "import './polyfill'\nimport { x } from './x'\n\nx()\ny()\n", "x.ts": "export const x = 1\n"}
    )
    assert shown(project, "a.ts", ("x()\n", "")) == "import './polyfill'\n\ny()\n"


def test_typescript_globals_need_no_import() -> None:
    project = Memory({**TYPESCRIPT, "src/g.ts": "export const a = 1\n"})
    assert not change(
        project, "src/g.ts", ("a = 1", "a = new Map<string, Promise<number>>(Object.entries({}))")
    )


def test_javascript_require_style() -> None:
    files = {
        "lib/util.js": "function pad(x) { return x }\nmodule.exports = { pad }\n",
        "lib/a.js": "var path = require('path');\nvar { pad } = require('./util');\n\npad(path);\n",
        "lib/b.js": "var fs = require('fs');\n\nfs.close();\n",
    }
    text = shown(Memory(files), "lib/b.js", ("fs.close();", "fs.close(pad(path.sep));"))
    assert "var path = require('path');\n" in text
    assert "var { pad } = require('./util');\n" in text


def test_javascript_modules_with_endings() -> None:
    files = {
        "src/util.js": "export const pad = 1;\n",
        "src/deep/a.js": 'import { one } from "../one.js";\n\nexport const a = one;\n',
        "src/one.js": "export const one = 1;\n",
    }
    text = shown(Memory(files), "src/deep/a.js", ("a = one", "a = one + pad"))
    assert 'import { one } from "../one.js";\nimport { pad } from "../util.js";\n' in text


JAVA = {
    "src/main/java/a/b/Base.java": "package a.b;\n\npublic class Base {}\n",
    "src/main/java/c/Use.java": "package c;\n\nimport java.util.Map;\n\nimport a.b.Base;\n\n"
    "class Use {\n    Map<String, Base> all;\n}\n",
    "src/main/java/c/Main.java": "package c;\n\nimport java.util.Map;\n\n"
    "class Main {\n    Map<String, String> all;\n}\n",
    "src/main/java/c/Beside.java": "package c;\n\nclass Beside {}\n",
}


def test_java_library_and_own_groups() -> None:
    text = shown(
        Memory(JAVA),
        "src/main/java/c/Main.java",
        ("> all;", "> all;\n    List<Base> list;\n    Beside beside;"),
    )
    assert "import java.util.List;\nimport java.util.Map;\n\nimport a.b.Base;\n" in text
    assert "Beside;" not in text.split("class")[0]


def test_java_package_wildcard_binds() -> None:
    files = {
        **JAVA,
        "src/main/java/c/W.java": "package c;\n\nimport java.util.*;\n\nclass W {\n    int x;\n}\n",
    }
    assert not change(Memory(files), "src/main/java/c/W.java", ("int x;", "List<String> x;"))


def test_java_foreign_wildcard_bound_what_was_used_before() -> None:
    other = "package c;\n\nimport org.wire.Channel;\n\nclass %s {\n    Channel one;\n}\n"
    own = "package c;\n\n%s\n\nclass W {\n    Channel x;\n}\n"
    files = {f"src/main/java/c/{name}.java": other % name for name in ("A", "B")}
    path = "src/main/java/c/W.java"
    used = Memory({**files, path: own % "import org.pipes.*;"})
    assert not change(used, path, ("Channel x;", "Channel x;\n    Channel y;"))
    new = Memory({**files, path: own.replace("Channel", "int") % "import org.pipes.*;"})
    assert "import org.wire.Channel;\n" in shown(new, path, ("int x;", "Channel x;"))
    bare = Memory({**files, path: own % "import org.pipes.Pipe;"})
    assert "import org.wire.Channel;\n" in shown(bare, path, ("Channel x;", "Channel x;\n    Channel y;"))


def test_java_static_import_like_elsewhere() -> None:
    files = {
        "src/test/java/c/ATest.java": "package c;\n\nimport static org.junit.Assert.assertEquals;\n\n"
        "import org.junit.Test;\n\nclass ATest {\n    @Test void a() { assertEquals(1, 1); }\n}\n",
        "src/test/java/c/BTest.java": "package c;\n\nimport org.junit.Test;\n\n"
        "class BTest {\n    @Test void b() { }\n}\n",
    }
    text = shown(Memory(files), "src/test/java/c/BTest.java", ("{ }", "{ assertEquals(2, 2); }"))
    assert "import static org.junit.Assert.assertEquals;\n\nimport org.junit.Test;\n" in text


def test_java_unused_import_leaves() -> None:
    text = shown(Memory(JAVA), "src/main/java/c/Use.java", ("Map<String, Base> all;", "Base all;"))
    assert "java.util" not in text


GO = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "price/price.go": "package price\n\nfunc New() int { return 1 }\n",
    "main.go": 'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/shop/price"\n)\n\n'
    "func main() {\n\tfmt.Println(price.New())\n}\n",
    "other.go": 'package main\n\nimport "fmt"\n\nfunc other() {\n\tfmt.Println(1)\n}\n',
    "bare.go": "package main\n\nfunc bare() {\n}\n",
}


def test_go_package_goes_into_its_group() -> None:
    text = shown(Memory(GO), "main.go", ("price.New()", "price.New(), strings.ToUpper(os.Args[0])"))
    assert '(\n\t"fmt"\n\t"os"\n\t"strings"\n\n\t"example.com/shop/price"\n)' in text


def test_go_single_import_becomes_a_block() -> None:
    text = shown(Memory(GO), "other.go", ("Println(1)", 'Println(price.New(), errors.New("x"))'))
    assert text.startswith('package main\n\nimport (\n\t"errors"\n\t"fmt"\n')
    assert '\t"example.com/shop/price"\n' in text


def test_go_first_import() -> None:
    text = shown(Memory(GO), "bare.go", ("bare() {\n", "bare() {\n\tfmt.Println()\n"))
    assert text.startswith('package main\n\nimport "fmt"\n\nfunc bare')


def test_go_last_use() -> None:
    text = shown(Memory(GO), "other.go", ("\tfmt.Println(1)\n", ""))
    assert text == "package main\n\nfunc other() {\n}\n"


RUST = {
    "Cargo.toml": '[package]\nname = "shop"\n',
    "src/lib.rs": "pub mod price;\npub mod util;\n",
    "src/price.rs": "pub struct Price;\npub struct Total;\n",
    "src/util.rs": "use std::path::PathBuf;\n\nuse crate::price::Price;\n\n"
    "pub fn one(p: Price) -> PathBuf { todo!() }\n",
    "src/more.rs": "use std::collections::{BTreeMap, HashSet};\nuse std::fmt::Display;\n\n"
    "use crate::price::{Price, Total};\n\n"
    "fn f(a: BTreeMap<Price, Total>, b: HashSet<u8>, c: &dyn Display) {}\n",
}


def test_rust_single_path_becomes_a_list() -> None:
    text = shown(Memory(RUST), "src/util.rs", ("p: Price", "p: Price, t: Total, q: &Path"))
    assert "use std::path::{Path, PathBuf};\n" in text
    assert "use crate::price::{Price, Total};\n" in text


def test_rust_list_is_sorted() -> None:
    text = shown(Memory(RUST), "src/more.rs", ("b: HashSet<u8>", "b: HashSet<u8>, d: HashMap<u8, u8>"))
    assert "use std::collections::{BTreeMap, HashMap, HashSet};\n" in text


def test_rust_prelude_and_derives_need_nothing() -> None:
    project = Memory(RUST)
    assert not change(
        project,
        "src/price.rs",
        ("pub struct Price;", "#[derive(Debug, Clone, Hash)]\npub struct Price(Vec<String>);"),
    )


def test_rust_name_leaves_a_list_and_traits_stay() -> None:
    text = shown(Memory(RUST), "src/more.rs", ("b: HashSet<u8>, ", ""))
    assert "use std::collections::{BTreeMap};\n" in text or "use std::collections::BTreeMap;\n" in text
    sites = change(Memory(RUST), "src/more.rs", (", c: &dyn Display", ""))
    assert all(site.rule < 0.5 for site in sites)


def test_typescript_importers_follow_a_definition_that_moved() -> None:
    files = {
        "src/a.ts": "export const x = 1\n\nexport function price(n: number) {\n  return n\n}\n",
        "src/deep/b.ts": "export const y = 2\n\n",
        "src/one.ts": "import { price, x } from './a'\nimport { y } from './deep/b'\n\nprice(x + y)\n",
    }
    texts = moved(files, "src/a.ts", "src/deep/b.ts", "export function price(n: number) {\n  return n\n}\n")
    assert texts["src/one.ts"].startswith("import { x } from './a'\nimport { price, y } from './deep/b'\n")


def test_java_and_rust_importers_follow_a_definition_that_moved() -> None:
    line = "pub struct Total;\n"
    texts = moved({**RUST, "src/kinds.rs": "pub struct Kind;\n"}, "src/price.rs", "src/kinds.rs", line)
    assert "use crate::kinds::Total;\nuse crate::price::Price;\n" in texts["src/more.rs"]


CRATES = {
    "one/Cargo.toml": '[package]\nname = "one"\n',
    "one/src/lib.rs": "pub mod deep;\nmod shop;\n",
    "one/src/deep/mod.rs": "mod inner;\npub use self::inner::Thing;\nfn hidden() {}\n",
    "one/src/deep/inner.rs": "pub struct Thing;\n",
    "one/src/deep/user.rs": "use std::{\n    ffi::OsStr,\n    io::Read,\n};\n\nfn f(a: &OsStr, b: Read) {}\n",
    "one/src/shop.rs": "use crate::deep::Thing;\n\nfn g(t: Thing) {}\n",
    "two/Cargo.toml": '[package]\nname = "two"\n',
    "two/src/lib.rs": "use std::path::PathBuf;\n\nfn h(p: PathBuf) {}\n",
}


def test_rust_path_inside_of_a_list_opens() -> None:
    text = shown(Memory(CRATES), "one/src/deep/user.rs", ("b: Read", "b: Read, c: OsString"))
    assert "    ffi::{OsStr, OsString},\n" in text


def test_rust_private_names_of_modules_around_are_seen() -> None:
    text = shown(Memory(CRATES), "one/src/deep/user.rs", ("{}", "{ hidden() }"))
    assert "use crate::deep::hidden;\n" in text or "use super::hidden;\n" in text


def test_rust_module_that_passes_a_name_on_is_its_place() -> None:
    project = Memory({**CRATES, "one/src/other.rs": "use std::fmt::Debug;\n\nfn k(d: &dyn Debug) {}\n"})
    text = shown(project, "one/src/other.rs", ("d: &dyn Debug", "d: &dyn Debug, t: Thing"))
    assert "use crate::deep::Thing;\n" in text


def test_rust_crate_that_the_manifest_does_not_name_is_out_of_reach() -> None:
    assert not change(Memory(CRATES), "two/src/lib.rs", ("p: PathBuf", "p: PathBuf, t: Thing"))


def test_rust_crate_that_only_tests_ask_for_is_in_reach() -> None:
    asked = '[package]\nname = "two"\n\n[dev-dependencies]\none = { path = "../one" }\n'
    project = Memory({**CRATES, "two/Cargo.toml": asked})
    text = shown(project, "two/src/lib.rs", ("p: PathBuf", "p: PathBuf, t: Thing"))
    assert "use one::deep::Thing;\n" in text


def test_rust_module_inside_of_a_file_sees_only_its_own() -> None:
    held = "pub struct Pen;\n\nmod tests {\n    use std::fmt::Debug;\n\n    fn f(a: &dyn Debug) {}\n}\n"
    project = Memory({**CRATES, "one/src/pens.rs": held, "one/src/uses.rs": "use crate::pens::Pen;\n"})
    text = shown(project, "one/src/pens.rs", ("a: &dyn Debug", "a: &dyn Debug, t: Thing"))
    assert "    use crate::deep::Thing;\n" in text


def test_rust_names_inside_of_macros_are_defined() -> None:
    held = (
        "use std::fmt::Debug;\n\nmacro_only! {\n    pub struct Thing { a: u8 }\n}\n\nfn f(a: &dyn Debug) {}\n"
    )
    project = Memory({**CRATES, "one/src/held.rs": held})
    assert not change(project, "one/src/held.rs", ("a: &dyn Debug", "a: &dyn Debug, t: Thing"))


def test_rust_statements_share_what_other_files_share() -> None:
    apart = "use clap::Args;\nuse clap::Parser;\n\nfn f(a: Args, p: Parser) {}\n"
    files = {"src/a.rs": apart, "src/b.rs": apart, "src/c.rs": "use clap::Args;\n\nfn f(a: Args) {}\n"}
    text = shown(Memory(files), "src/c.rs", ("a: Args", "a: Args, p: Parser"))
    assert text.startswith("use clap::Args;\nuse clap::Parser;\n")


JAVA_TESTS = {
    "src/org/shop/One.java": "package org.shop;\n\nimport org.junit.Test;\n\n"
    "class One { @Test void f() { same(1); } }\n",
    "src/org/shop/Two.java": "package org.shop;\n\nimport static org.junit.Assert.same;\n\n"
    "class Two { void f() { same(1); } }\n",
    "src/org/shop/Three.java": "package org.shop;\n\nimport static org.junit.Assert.*;\n\n"
    "class Three { void f() { other(1); } }\n",
    "src/org/shop/Four.java": "package org.shop;\n\nimport com.acme.Box;\nimport java.util.List;\n"
    "import java.util.Map;\nimport java.util.Set;\n\nclass Four { Box b; List a; Map m; Set s; }\n",
}


def test_java_wildcard_of_the_module_brings_the_name_already() -> None:
    assert not change(Memory(JAVA_TESTS), "src/org/shop/Three.java", ("other(1);", "other(1); same(2);"))


def test_java_imports_sorted_as_one_whatever_their_kinds() -> None:
    text = shown(Memory(JAVA_TESTS), "src/org/shop/Four.java", ("Box b;", "@Test Box b;"))
    assert "import java.util.Set;\nimport org.junit.Test;\n" in text


def test_rust_wildcard_of_another_package_brings_nothing_of_this_one() -> None:
    held = "use pyo3::prelude::*;\n\nfn f(a: Arc<u8>) {}\n\nfn g() {}\n"
    files = {"src/held.rs": held, "src/one.rs": "use std::sync::Arc;\n\nfn h(a: Arc<u8>) {}\n"}
    text = shown(Memory(files), "src/held.rs", ("fn g()", "fn g(b: Arc<u8>)"))
    assert "use std::sync::Arc;\n" in text


def test_a_macro_without_a_path_needs_no_import() -> None:
    macro = "macro_rules! abort {\n    ($x:expr) => { panic!($x) };\n}\n"
    files = {
        "src/lib.rs": "#[macro_use]\nmod macros;\nmod user;\n",
        "src/macros.rs": macro,
        "src/user.rs": "fn run() {}\n",
    }
    called = ("fn run() {}", 'fn run() {\n    abort!("late");\n}')
    assert not change(Memory(files), "src/user.rs", called)
    files["src/macros.rs"] += "pub(crate) use abort;\n"
    assert "use crate::macros::abort;" in shown(Memory(files), "src/user.rs", called)
