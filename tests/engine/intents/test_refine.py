from __future__ import annotations

from engine.intents import refine
from engine.intents.context import Context
from engine.intents.types.annotation import change_of
from engine.syntax.grammars import grammar
from engine.types import IntentKind, Relation, Site, Trigger
from tests.engine.syntax.projects import Memory


def refined(files: dict[str, str], path: str, old: str, new: str) -> tuple[Memory, tuple[Site, ...]]:
    """Save with `old` exchanged for `new` (it must stand there), and what follows from the type."""
    project = Memory(files)
    before = project.files[path]
    assert old in before
    recent = tuple(project.edits)
    edit = project.save(path, before.replace(old, new, 1))
    return project, refine.propose(Context(edit, recent, project.index))


def after(files: dict[str, str], path: str, old: str, new: str) -> dict[str, str]:
    """The files after every site that structure alone would show."""
    project, sites = refined(files, path, old, new)
    return project.applied(sites)


BOX = {
    "box.py": (
        "from base import Base\n"
        "class Shape: ...\n"
        "class Circle(Shape): ...\n"
        "class Box(Base):\n"
        "    def __init__(self, shape: Shape, n: int = 0) -> None:\n"
        "        self._shape: Shape = shape\n"
        "    @property\n"
        "    def shape(self) -> Shape:\n"
        "        return self._shape\n"
        "    @shape.setter\n"
        "    def shape(self, value: Shape) -> None:\n"
        "        self._shape = value\n"
        "    def near(self, on: Shape) -> Shape:\n"
        "        round_one = cast(Circle, self._shape)\n"
        "        return on\n"
        "def other(shape: Shape) -> Shape:\n"
        "    return shape\n"
        "def use(box: Box) -> None:\n"
        "    held: Shape = box.shape\n"
    ),
    "base.py": "from box import Shape\nclass Base:\n    def near(self, on: Shape) -> Shape: ...\n",
}


def test_a_constructor_parameter_goes_to_field_property_setter_and_local() -> None:
    made = after(BOX, "box.py", "shape: Shape, n", "shape: Circle, n")
    assert made["box.py"] == BOX["box.py"].replace("shape: Shape, n", "shape: Circle, n").replace(
        "_shape: Shape", "_shape: Circle"
    ).replace("def shape(self) -> Shape", "def shape(self) -> Circle").replace(
        "value: Shape", "value: Circle"
    ).replace("cast(Circle, self._shape)", "self._shape").replace("held: Shape", "held: Circle")
    assert made["base.py"] == BOX["base.py"]


def test_an_override_follows_its_base_and_the_base_its_override() -> None:
    made = after(BOX, "base.py", "on: Shape", "on: Circle")
    assert "def near(self, on: Circle) -> Circle:" in made["box.py"]
    _, sites = refined(BOX, "box.py", "on: Shape", "on: Circle")
    above = [site for site in sites if site.path == "base.py"]
    assert above and all(site.relation is Relation.OVERRIDES for site in above)


def test_sites_say_what_they_are() -> None:
    _, sites = refined(BOX, "box.py", "shape: Shape, n", "shape: Circle, n")
    assert all(site.intent is IntentKind.REFINE and site.trigger is Trigger.TYPE_CHANGED for site in sites)
    assert sites[0].why == "field `_shape` holds the value of `shape`, now `Circle`"


def test_what_may_no_longer_be_missing_loses_default_and_guards() -> None:
    files = {
        "a.py": (
            "class Box:\n"
            "    def __init__(self, shape: Shape | None = None) -> None:\n"
            "        if shape is None:\n"
            "            raise ValueError()\n"
            "        self._shape: Shape | None = shape\n"
            "    def get(self) -> Shape | None:\n"
            "        assert self._shape is not None\n"
            "        return self._shape\n"
        )
    }
    assert after(files, "a.py", "shape: Shape | None", "shape: Shape")["a.py"] == (
        "class Box:\n"
        "    def __init__(self, shape: Shape) -> None:\n"
        "        self._shape: Shape = shape\n"
        "    def get(self) -> Shape:\n"
        "        return self._shape\n"
    )


def test_one_becomes_many() -> None:
    files = {
        "a.py": (
            "class Box:\n"
            "    def __init__(self, shape: Shape, n: int = 0) -> None:\n"
            "        self._shape: Shape = shape\n"
            "def use(one: Shape, many: list[Shape]) -> None:\n"
            "    Box(one)\n    Box(shape=one)\n    Box(many)\n    Box([one], 2)\n"
        ),
        "b.py": "from a import Box\nBox(make())\n",
    }
    made = after(files, "a.py", "shape: Shape, n", "shape: list[Shape], n")
    assert "_shape: list[Shape]" in made["a.py"]
    assert "    Box([one])\n    Box(shape=[one])\n    Box(many)\n    Box([one], 2)\n" in made["a.py"]
    assert made["b.py"].endswith("Box([make()])\n")


def test_a_constructor_of_the_old_class() -> None:
    files = {"a.py": "def f():\n    shape: Shape = Shape(1)\n    other: Shape = Shape(2)\n    g(shape)\n"}
    made = after(files, "a.py", "shape: Shape", "shape: Circle")
    assert made["a.py"].startswith("def f():\n    shape: Circle = Circle(1)\n    other: Shape = Shape(2)")


def test_java_field_constructor_getter_setter_and_cast() -> None:
    files = {
        "A.java": (
            "class A {\n"
            "    private List<Foo> all = new ArrayList<>();\n"
            "    private Bar bar = new Bar();\n"
            "    A(List<Foo> all) { this.all = Objects.requireNonNull(all); }\n"
            "    List<Foo> getAll() { return all; }\n"
            "    void setAll(List<Foo> given) { this.all = given; }\n"
            "    void run(Bar other) { List<Foo> mine = getAll(); ((Baz) bar).go(); }\n"
            "}\n"
        )
    }
    made = after(files, "A.java", "A(List<Foo>", "A(ArrayList<Foo>")["A.java"]
    assert made.count("ArrayList<Foo>") == 5 and "List<Foo> " in made
    made = after(files, "A.java", "private Bar", "private Baz")["A.java"]
    assert "Baz bar = new Baz();" in made and "bar.go();" in made and "run(Bar other)" in made


def test_typescript_parameter_field_accessor_and_optional_chain() -> None:
    files = {
        "a.ts": (
            "class Box {\n"
            "  constructor(public shape: Shape, at?: Foo) { this._at = at; at?.go() }\n"
            "  private _at?: Foo\n"
            "  get at(): Foo { return this._at! }\n"
            "  getShape(): Shape { return this.shape }\n"
            "  set(given: Shape) { this.shape = given; const mine: Shape = this.getShape() }\n"
            "}\n"
        )
    }
    made = after(files, "a.ts", "public shape: Shape", "public shape: Circle")["a.ts"]
    assert made.count("Circle") == 4 and "Shape =" not in made
    made = after(files, "a.ts", "at?: Foo)", "at: Foo)")["a.ts"]
    assert "at.go()" in made and "private _at: Foo" in made and "return this._at }" in made


def test_go_struct_constructor_getter_and_arguments() -> None:
    files = {
        "a.go": (
            "package a\n"
            "type T struct {\n\tfoo *Foo\n\tbar Bar\n}\n"
            "func New(foo *Foo, bar Bar) (*T, error) { return &T{foo: foo, bar: bar}, nil }\n"
            "func (t *T) Foo() *Foo { return t.foo }\n"
            "func (t *T) SetFoo(given *Foo) { t.foo = given }\n"
            "func use(t *T, bar Bar) { var mine *Foo = t.Foo(); New(mine, bar) }\n"
        )
    }
    made = after(files, "a.go", "New(foo *Foo", "New(foo *Baz")["a.go"]
    assert made.count("*Baz") == 5 and "*Foo" not in made
    listed = after(files, "a.go", ", bar Bar) (", ", bar []Bar) (")["a.go"]
    assert "bar []Bar\n" in listed and "New(mine, []Bar{bar})" in listed


def test_rust_struct_new_getter_keeps_its_reference_and_some_goes() -> None:
    files = {
        "a.rs": (
            "struct T { foo: Foo, bar: Option<Bar> }\n"
            "impl T {\n"
            "    fn new(foo: Foo, bar: Option<Bar>) -> Self { Self { foo, bar } }\n"
            "    fn foo(&self) -> &Foo { &self.foo }\n"
            "    fn set_foo(&mut self, given: Foo) { self.foo = given; }\n"
            "    fn go(&self) { self.bar.unwrap().go(); }\n"
            "}\n"
            "fn f(foo: Foo, bar: Bar) { T::new(foo, Some(bar)); let x: Foo = Foo::new(1); }\n"
        )
    }
    made = after(files, "a.rs", "new(foo: Foo", "new(foo: Baz")["a.rs"]
    assert "{ foo: Baz," in made and "-> &Baz {" in made and "given: Baz" in made and "fn f(foo: Foo" in made
    made = after(files, "a.rs", ", bar: Option<Bar>)", ", bar: Bar)")["a.rs"]
    assert "bar: Bar }" in made and "self.bar.go()" in made and "T::new(foo, bar)" in made
    assert "let x: Baz = Baz::new(1)" in after(files, "a.rs", "let x: Foo", "let x: Baz")["a.rs"]


def test_nothing_follows() -> None:
    for old, new in (
        ("on: Shape) -> Shape:\n        round", "on:  Shape) -> Shape:\n        round"),
        ("n: int = 0", "n: float = 0"),
        ("def other(shape: Shape) -> Shape:", "def other(shape: Shape, more: int) -> Shape:"),
        ("class Circle(Shape)", "class Circle(Round)"),
    ):
        assert refined(BOX, "box.py", old, new)[1] == ()


def test_what_was_done_by_hand_is_passed_by() -> None:
    project = Memory(BOX)
    text = BOX["box.py"].replace("_shape: Shape", "_shape: Circle")
    project.save("box.py", text)
    edit = project.save("box.py", text.replace("shape: Shape, n", "shape: Circle, n"))
    sites = refine.propose(Context(edit, project.edits[:1], project.index))
    assert any("def shape(self)" in project.line(site) for site in sites)
    assert not any("_shape: Circle" in project.line(site) for site in sites)


def test_changes_know_lists_and_optionals() -> None:
    python, rust = grammar("python"), grammar("rust")
    assert python is not None and rust is not None
    for old, new, kind, form in (
        ("Foo", "list[Foo]", "wrap", "list"),
        ("t.Optional[Foo]", "Foo", "unwrap", "optional"),
        ("Foo", "Foo | None", "wrap", "optional"),
        ("Foo", "Bar", "swap", ""),
    ):
        change = change_of(old, new, python.wraps)
        assert change is not None and (change.kind, change.wrap[0]) == (kind, form)
    change = change_of("Foo", "Bar", python.wraps)
    assert change is not None
    assert change.of("Optional[Foo]") == ("Optional[Bar]", 0.9)
    assert change.of('"Foo"') == ('"Bar"', 0.97)
    assert change.of("list[Foo]") is None and change.of("Food") is None
    assert change_of("dict[str,Foo]", "dict[str, Foo]", python.wraps) is None
    some = change_of("Foo", "Option<Foo>", rust.wraps)
    assert some is not None and some.value("a") == "Some(a)" and some.value("Some(a)") is None


def test_a_call_over_several_lines_follows_like_any_other() -> None:
    files = {
        "box.ts": "export class Box {\n  put(x: string): void {}\n}\n",
        "use.ts": (
            'import { Box } from "./box"\n\nconst b = new Box()\nb.put("a")\nb\n  .put("b")\nconst c = 1\n'
        ),
    }
    project = Memory(files)
    text = files["box.ts"]
    edit = project.save("box.ts", text.replace("x: string", "x: string[]"))
    found = refine.propose(Context(edit, (), project.index))
    assert {(site.old, site.draft) for site in found} >= {('"a"', '["a"]'), ('"b"', '["b"]')}
    assert all("\n" not in site.why for site in found)


def test_arithmetic_hands_no_type_on() -> None:
    java = {
        "A.java": "class A { double sum() { double all = 0; for (T one : many) { all += one.worth; }"
        " return all; } }\nclass T { double worth; }\n"
    }
    go = {
        "a.go": "package a\n\ntype T struct {\n\tworth int\n}\n\nfunc sum(one T) int {\n\tvar all int\n"
        "\tall += one.worth\n\treturn all\n}\n"
    }
    for files, old, new in ((java, "double worth", "Money worth"), (go, "worth int", "worth Money")):
        (path,) = files
        assert after(files, path, old, new)[path] == files[path].replace(old, new)


def test_a_literal_stays_what_it_is() -> None:
    files = {
        "A.java": "class A {\n    static final int MOST = 9;\n    private int limit = MOST;\n"
        "    int limit() { return limit; }\n}\n"
    }
    made = after(files, "A.java", "private int limit", "private Limit limit")["A.java"]
    assert "static final int MOST" in made
    assert "Limit limit()" in made


def test_an_interface_far_away_is_found_among_many_users_of_its_methods_name() -> None:
    users = {
        f"b/U{number}.java": f"class U{number} {{ int n; void use(V v, int n) {{ v.head(n); }} }}\n"
        + "// x\n" * 4_000
        for number in range(30)
    }
    files = {
        "a/P.java": "package a;\nimport z.V;\nclass P implements V { public void head(int depth) {} }\n",
        "z/V.java": "package z;\npublic interface V { void head(int depth); }\n",
        **users,
    }
    assert "head(long depth)" in after(files, "a/P.java", "int depth", "long depth")["z/V.java"]


def test_a_result_that_is_wrapped_is_wrapped_where_it_is_returned() -> None:
    rust = {
        "src/lib.rs": "pub struct T;\npub struct S { t: T }\nimpl S {\n    fn make(&self) -> T {\n"
        "        let t: T = T::new();\n        t\n    }\n    fn field(&self) -> T {\n        self.t\n    }\n"
        "    fn other(&self) {\n        let x: T = self.make();\n        x.go();\n    }\n}\n"
    }
    for name in ("make", "field"):
        for new in ("Result<T, Error>", "io::Result<T>", "Option<T>"):
            made = after(rust, "src/lib.rs", f"fn {name}(&self) -> T", f"fn {name}(&self) -> {new}")
            assert made["src/lib.rs"] == rust["src/lib.rs"].replace(
                f"fn {name}(&self) -> T", f"fn {name}(&self) -> {new}"
            )
    script = {
        "a.ts": "class T {}\nclass S {\n  t: T;\n  get(): T { return this.t; }\n"
        "  use() { const x: T = this.get(); }\n}\n"
    }
    made = after(script, "a.ts", "get(): T", "get(): Promise<T>")
    assert made["a.ts"] == script["a.ts"].replace("get(): T", "get(): Promise<T>")
    many = after(script, "a.ts", "get(): T", "get(): T[]")["a.ts"]
    assert "const x: T[]" in many and "  t: T;" in many
