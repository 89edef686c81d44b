"""Renames through modules: Rust's paths, use trees and macros, Java's packages, Go's literals."""

from __future__ import annotations

import pytest

from tests.engine.syntax.projects import Memory

RUST = {
    "Cargo.toml": '[package]\nname = "my-shop"\n',
    "src/lib.rs": "pub mod cart;\npub mod deep;\npub use cart::{Cart, fill};\n",
    "src/cart.rs": (
        "pub struct Cart { pub size: u32 }\npub enum Kind { Small, Large }\n"
        'impl Cart { pub fn grow(&self) -> u32 { println!("{}", self.grow()); self.size } }\n'
        "pub fn fill(c: &Cart) -> u32 { c.size }\n"
        "mod tests {\n    use super::*;\n"
        "    fn t(c: Cart) { assert_eq!(super::fill(&c), c.grow()); assert!(c.size > 0); }\n"
        "}\n"
    ),
    "src/deep/mod.rs": (
        "pub mod inner;\n"
        "use crate::{cart::{self, Kind::{self, Small as Tiny}, fill as pour},\n"
        "    deep::inner::run};\n"
        "fn f(c: &crate::cart::Cart) { "
        "crate::cart::fill(c); cart::fill(c); pour(c); run(Kind::Small, Tiny); }\n"
    ),
    "src/deep/inner.rs": (
        "use super::super::cart::fill;\nuse crate::cart::Kind::*;\n"
        "pub fn run(a: crate::cart::Kind) { fill(todo!()); match a { Small => 1, Large => 2 }; }\n"
    ),
    "src/main.rs": "fn main() { my_shop::cart::fill(&my_shop::Cart { size: 1 }); }\n",
    "tests/common.rs": "pub fn help() {}\n",
    "tests/all.rs": "mod common;\nuse my_shop::fill;\n#[test]\nfn t() { common::help(); fill(c); }\n",
}


@pytest.mark.parametrize(
    ("path", "old", "new", "counts"),
    [
        (
            "src/cart.rs",
            "fn fill(",
            "fn load(",
            {
                "src/lib.rs": 1,
                "src/cart.rs": 2,
                "src/deep/mod.rs": 3,
                "src/deep/inner.rs": 2,
                "src/main.rs": 1,
                "tests/all.rs": 2,
            },
        ),
        (
            "src/cart.rs",
            "struct Cart",
            "struct Bag",
            {"src/lib.rs": 1, "src/cart.rs": 4, "src/deep/mod.rs": 1, "src/main.rs": 1},
        ),
        ("src/cart.rs", "fn grow(", "fn rise(", {"src/cart.rs": 3}),
        ("src/cart.rs", "pub size", "pub width", {"src/cart.rs": 4, "src/main.rs": 1}),
        (
            "src/cart.rs",
            "{ Small",
            "{ Tiny2",
            {"src/cart.rs": 1, "src/deep/mod.rs": 2, "src/deep/inner.rs": 1},
        ),
        ("tests/common.rs", "fn help", "fn aid", {"tests/common.rs": 1, "tests/all.rs": 1}),
        ("src/deep/inner.rs", "fn run", "fn start", {"src/deep/inner.rs": 1, "src/deep/mod.rs": 2}),
    ],
)
def test_rust(path: str, old: str, new: str, counts: dict[str, int]) -> None:
    project = Memory(RUST)
    changed = project.applied(project.change(path, old, new))
    word = new.split()[-1].strip("(")
    assert {one: text.count(word) for one, text in changed.items() if word in text} == counts


def test_a_second_binding_in_rust_is_another_variable() -> None:
    text = "fn f(size: u32) -> u32 {\n    let a = size;\n    let size = size + a;\n    size * 2\n}\n"
    project = Memory({"src/lib.rs": text})
    changed = project.applied(project.change("src/lib.rs", "let size =", "let width ="))["src/lib.rs"]
    assert changed == text.replace("let size", "let width").replace("size * 2", "width * 2")
    project = Memory({"src/lib.rs": text})
    changed = project.applied(project.change("src/lib.rs", "f(size", "f(width"))["src/lib.rs"]
    assert changed == text.replace("f(size", "f(width").replace("= size", "= width")


JAVA = {
    "src/main/java/org/shop/Cart.java": (
        "package org.shop;\n\npublic class Cart {\n    public static int LIMIT = 1;\n"
        "    public static int size() { return LIMIT; }\n    public static class Item { int weight; }\n}\n"
    ),
    "src/test/java/org/other/Uses.java": (
        "package org.other;\n\nimport static org.shop.Cart.LIMIT;\nimport static org.shop.Cart.size;\n"
        "import org.shop.Cart.Item;\n\nclass Uses {\n    int f(Item i) { return size() + LIMIT; }\n"
        "    Object g() { return new org.shop.Cart(); }\n}\n"
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [("LIMIT = 1", "MOST = 1", 2), ("int size()", "int total()", 2), ("class Item", "class Thing", 2)],
)
def test_java_members_are_imported(old: str, new: str, count: int) -> None:
    project = Memory(JAVA)
    home, user = JAVA
    changed = project.applied(project.change(home, old, new))
    word = new.replace("()", "").split()[-1] if "=" not in new else "MOST"
    assert changed[user].count(word) == count


def test_java_classes_follow_in_full_names() -> None:
    project = Memory(JAVA)
    changed = project.applied(project.change(next(iter(JAVA)), "class Cart", "class Bag"))
    assert "Cart" not in changed["src/test/java/org/other/Uses.java"]


def test_go_keys_of_structs_without_a_name() -> None:
    text = (
        'package a\n\nimport "testing"\n\ntype T struct {\n'
        '\tname string `json:"name"`\n}\n\nfunc TestX(t *testing.T) {\n'
        "\tfor _, c := range []struct {\n\t\tname string\n\t\twant int\n\t}{\n"
        '\t\t{name: "a", want: 1},\n\t} {\n'
        '\t\tt.Log(c.name, T{name: "x"}.name)\n\t}\n\t_ = []*T{{name: "y"}}\n}\n'
    )
    project = Memory({"a_test.go": text})
    changed = project.applied(project.change("a_test.go", "\t\tname string", "\t\tlabel string"))["a_test.go"]
    assert changed.count("label") == 3 and '{label: "a"' in changed and "c.label, T{name" in changed
    project = Memory({"a_test.go": text})
    changed = project.applied(project.change("a_test.go", "\tname string `", "\tlabel string `"))["a_test.go"]
    assert changed.count("label") == 4 and 'json:"name"' in changed and '{{label: "y"}}' in changed


OVERLOADS = {
    "src/Base.java": "interface Shape { int size(int n); int size(); }\n",
    "src/Box.java": (
        "class Box implements Shape {\n    @Override public int size(int n) { return size() + n; }\n"
        "    @Override public int size() { return size(1) + this.size(2); }\n"
        '    int size(String s) { return size("x") + size(); }\n'
        "    int size(int n, String... more) { return size(n); }\n}\n"
    ),
    "src/Uses.java": (
        'class Uses {\n    int f(Box b, Shape s) { return b.size(3) + s.size(4) + b.size("a") + s.size(); }\n'
        '    int g(Box b) { return b.size(1, "a", "b"); }\n}\n'
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("public int size()", "public int total()", (1, 3, 1)),
        ("int size(String", "int total(String", (0, 2, 1)),
        ("public int size(int", "public int total(int", (1, 4, 2)),
    ],
)
def test_java_overloads_are_told_apart(old: str, new: str, counts: tuple[int, int, int]) -> None:
    project = Memory(OVERLOADS)
    changed = project.applied(project.change("src/Box.java", old, new))
    assert tuple(text.count("total(") for text in changed.values()) == counts
