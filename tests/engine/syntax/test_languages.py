"""Java and Rust: what differs from the other languages is in their queries, and the queries are right."""

from __future__ import annotations

from tests.engine.syntax.projects import Memory

JAVA = {
    "src/main/java/a/b/Base.java": (
        "package a.b;\n"
        "public abstract class Base<T> implements Shape {\n"
        "    protected int total = 0;\n"
        "    Base(int total) { this.total = total; }\n"
        "    public int area() { return compute() + total; }\n"
        "    protected int compute() { int kept = total; return kept; }\n"
        "}\n"
    ),
    "src/main/java/a/b/Shape.java": "package a.b;\ninterface Shape { int area(); }\n",
    "src/main/java/c/Sub.java": (
        "package c;\n"
        "import a.b.Base;\n"
        "import java.util.List;\n"
        "class Sub extends Base<String> {\n"
        "    Sub() { super(3); total = compute(); }\n"
        "    @Override protected int compute() { return super.compute() + 1; }\n"
        "    int all(List<Base> bases) { int total = 0; for (Base base : bases) { total += base.area(); } "
        "return total; }\n"
        "    void make() { var other = new Sub(); other.compute(); }\n"
        "}\n"
    ),
    "src/test/java/a/b/BaseTest.java": (
        "package a.b;\nclass BaseTest { void run(Shape one) { one.area(); } }\n"
    ),
}
RUST = {
    "src/lib.rs": (
        "mod shop;\n"
        "pub mod util;\n"
        "use shop::price::{Kind as K, Price};\n"
        "use crate::{shop::price::Total, util::round};\n"
        "pub fn bill(prices: &[Price], start: i64) -> i64 {\n"
        "    let mut sum = start;\n"
        "    for price in prices { sum += price.worth(); }\n"
        "    let other = Price::new(1);\n"
        '    println!("{} {}", sum, other.amount);\n'
        "    if let K::Net = other.kind { round(sum); }\n"
        "    util::round(sum) + crate::util::round(1)\n"
        "}\n"
    ),
    "src/util.rs": "pub fn round(x: i64) -> i64 { x }\n",
    "src/shop/mod.rs": "pub mod price;\n",
    "src/shop/price.rs": (
        "pub enum Kind { Net, Gross }\n"
        "pub trait Total { fn sum(&self) -> i64; fn twice(&self) -> i64 { self.sum() * 2 } }\n"
        "pub struct Price { pub amount: i64, pub kind: Kind }\n"
        "impl Price {\n"
        "    pub fn new(amount: i64) -> Self { Self { amount, kind: Kind::Net } }\n"
        "    pub fn worth(&self) -> i64 { self.amount + 1 }\n"
        "}\n"
        "impl Total for Price {\n"
        "    fn sum(&self) -> i64 { self.worth() + self.twice() }\n"
        "}\n"
    ),
}


def sure(files: dict[str, str], path: str, old: str, new: str) -> set[str]:
    """File name and line of each place that structure alone would change."""
    project = Memory(files)
    sites = project.change(path, old, new)
    return {
        f"{site.path.rpartition('/')[2]}:{project.files[site.path].count(chr(10), 0, site.start) + 1}"
        for site in sites
        if site.rule >= 0.5
    }


def test_java_fields_are_seen_by_bare_names_also_in_subclasses() -> None:
    found = sure(JAVA, "src/main/java/a/b/Base.java", "int total = 0;\n    Base", "int sum = 0;\n    Base")
    assert found == {"Base.java:4", "Base.java:5", "Base.java:6", "Sub.java:5"}


def test_java_methods_follow_overrides_supers_and_receivers() -> None:
    found = sure(JAVA, "src/main/java/a/b/Base.java", "protected int compute", "protected int reckon")
    assert found == {"Base.java:5", "Sub.java:5", "Sub.java:6", "Sub.java:8"}


def test_java_overrides_reach_the_interface() -> None:
    found = sure(JAVA, "src/main/java/a/b/Base.java", "public int area", "public int surface")
    assert {"Shape.java:2", "Sub.java:7", "BaseTest.java:2"} <= found


def test_java_classes_follow_imports_and_constructors() -> None:
    found = sure(JAVA, "src/main/java/a/b/Base.java", "class Base<T>", "class Root<T>")
    assert found == {"Base.java:4", "Sub.java:2", "Sub.java:4", "Sub.java:7"}


def test_java_locals_stay_in_their_method() -> None:
    assert sure(JAVA, "src/main/java/a/b/Base.java", "int kept", "int held") == {"Base.java:6"}


def test_rust_functions_follow_paths_and_nested_imports() -> None:
    assert sure(RUST, "src/util.rs", "fn round", "fn near") == {"lib.rs:4", "lib.rs:10", "lib.rs:11"}


def test_rust_types_follow_impls() -> None:
    found = sure(RUST, "src/shop/price.rs", "struct Price", "struct Cost")
    assert found == {"price.rs:4", "price.rs:8", "lib.rs:3", "lib.rs:5", "lib.rs:8"}


def test_rust_methods_are_held_by_their_type() -> None:
    assert sure(RUST, "src/shop/price.rs", "fn worth", "fn value") == {"price.rs:9", "lib.rs:7"}
    assert sure(RUST, "src/shop/price.rs", "fn new", "fn make") == {"lib.rs:8"}


def test_rust_traits_hold_their_implementations() -> None:
    assert sure(RUST, "src/shop/price.rs", "fn sum(&self) -> i64;", "fn all(&self) -> i64;") == {
        "price.rs:2",
        "price.rs:9",
    }


def test_rust_variants_and_aliases() -> None:
    assert sure(RUST, "src/shop/price.rs", "{ Net,", "{ Clear,") == {"price.rs:5", "lib.rs:10"}


def test_rust_locals_are_found_inside_macros() -> None:
    assert sure(RUST, "src/lib.rs", "let mut sum", "let mut all") == {
        "lib.rs:7",
        "lib.rs:9",
        "lib.rs:10",
        "lib.rs:11",
    }
