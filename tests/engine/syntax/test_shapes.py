from __future__ import annotations

from engine.syntax.document import Document
from engine.syntax.grammars import grammar
from engine.syntax.shapes import Shapes


def shapes(language: str, text: str) -> Shapes:
    known = grammar(language)
    assert known is not None
    return Document("x", text, known).shapes


PYTHON = """@d
async def f(x, a, /, b: int = 1, *args, c, d: str, **kw) -> int:
    super().f(a, *b, k=1, **z)


@dataclass
class A(B, metaclass=M):
    @property
    def m(self, q): ...
    @staticmethod
    def s(a): f(1)
"""


def test_a_python_function_with_every_kind_of_parameter() -> None:
    found = shapes("python", PYTHON).functions()
    f, m, s = found
    assert (f.name, f.returns, f.modifiers, f.owner) == ("f", "int", ("d", "async"), "")
    assert PYTHON[f.list_start : f.list_end] == "x, a, /, b: int = 1, *args, c, d: str, **kw"
    assert [one.kind for one in f.parameters] == ["plain"] * 2 + ["separator", "plain", "rest"] + [
        "plain"
    ] * 2 + ["keywords"]
    assert [one.name for one in f.parameters if one.keyword_only] == ["c", "d"]
    assert (f.parameters[3].type, f.parameters[3].default) == ("int", "1")
    assert [one.kind for one in m.parameters] == ["self", "plain"]
    assert (m.owner, m.modifiers) == ("A", ("property",))
    assert [one.kind for one in s.parameters] == ["plain"]


def test_python_calls_and_classes() -> None:
    found = shapes("python", PYTHON)
    first, second = found.calls("f")
    assert first.callee == "super().f"
    assert [(a.text, a.keyword, a.spread) for a in first.arguments] == [
        ("a", "", False),
        ("*b", "", True),
        ("k=1", "k", False),
        ("**z", "", True),
    ]
    assert PYTHON[second.list_start : second.list_end] == "1"
    (only,) = found.classes()
    assert (only.name, only.bases, [one.name for one in only.methods]) == ("A", ("B",), ["m", "s"])
    assert PYTHON[only.start :].startswith("@dataclass")


def test_a_range_finds_what_it_overlaps() -> None:
    found = shapes("python", PYTHON)
    at = PYTHON.index("def m")
    assert [one.name for one in found.functions(at, at + 3)] == ["m"]
    assert [one.name for one in found.classes(at, at + 3)] == ["A"]
    assert found.function_at(PYTHON.index("m(self")) is not None
    assert found.function_at(at) is None


def test_typescript() -> None:
    text = (
        "export class A<T> extends B<T> implements C { @d() private async m(a: number, b?: string, c = 1, "
        "...r: any[]): Promise<void> { new X(1, ...a) } f = (a: number) => a; "
        "constructor(private y: string) { super(y) } }\n"
        "interface I extends J { m(a: number): void }\nexport const g = async (a) => {};\nconst k = a => 1\n"
        "abstract class Q { abstract z(): void }\n"
    )
    found = shapes("typescript", text)
    by_name = {(one.owner, one.name): one for one in found.functions()}
    m = by_name["A", "m"]
    assert m.modifiers == ("@d()", "private", "async")
    assert m.returns == "Promise<void>"
    assert [(p.name, p.optional, p.default, p.kind) for p in m.parameters] == [
        ("a", False, "", "plain"),
        ("b", True, "", "plain"),
        ("c", False, "1", "plain"),
        ("r", False, "", "rest"),
    ]
    assert by_name["A", "constructor"].parameters[0].is_field
    assert by_name["I", "m"].is_abstract
    assert by_name["Q", "z"].modifiers == ("abstract",)
    assert text[by_name["", "g"].start :].startswith("export const g")
    assert [p.name for p in by_name["", "k"].parameters] == ["a"]
    assert [(c.name, c.kind, c.bases) for c in found.classes()] == [
        ("A", "class", ("B", "C")),
        ("I", "interface", ("J",)),
        ("Q", "abstract", ()),
    ]
    assert [c.callee for c in (*found.calls("X"), *found.calls("super"))] == ["X", "super"]


def test_javascript() -> None:
    text = (
        "class A extends B { static async m(a, {b}, c = 1) { f(1) } }\nmodule.exports.g = function (a) {}\n"
    )
    found = shapes("javascript", text)
    m, g = found.functions()
    assert (m.owner, m.modifiers) == ("A", ("static", "async"))
    assert [p.kind for p in m.parameters] == ["plain", "pattern", "plain"]
    assert (g.name, [p.name for p in g.parameters]) == ("g", ["a"])


def test_java() -> None:
    text = (
        "class A extends B implements C { @Override public <T> int m(final int a, String... b) { super.m(2); "
        "new X<>(3); } A(int x) { this(1); } } interface I extends K { void m(int a); default void z() {} } "
        "enum E { V(1); void x() {} }"
    )
    found = shapes("java", text)
    m, made, abstract, _, _ = found.functions()
    assert (m.returns, m.modifiers) == ("int", ("@Override", "public"))
    assert [(p.type, p.name, p.kind) for p in m.parameters] == [
        ("int", "a", "plain"),
        ("String", "b", "rest"),
    ]
    assert (made.name, made.returns) == ("A", "")
    assert abstract.is_abstract
    assert [c.bases for c in found.classes()] == [("B", "C"), ("K",), ()]
    assert [found.calls(name)[-1].callee for name in ("m", "X", "this", "V")] == [
        "super.m",
        "X<>",
        "this",
        "V",
    ]


def test_go() -> None:
    text = (
        "package a\nfunc (s *T) F(a, b int, c ...string) (x int, err error) { s.g(a, b...) }\n"
        "type I interface { M(x int) error; N }\ntype S struct { A int; B }\n"
    )
    found = shapes("go", text)
    f, m = found.functions()
    assert (f.owner, f.returns) == ("T", "(x int, err error)")
    assert [(p.name, p.type, p.text) for p in f.parameters] == [
        ("a", "int", "a"),
        ("b", "int", "b int"),
        ("c", "string", "c ...string"),
    ]
    assert (m.owner, m.is_abstract) == ("I", True)
    assert [(c.name, c.kind, c.bases) for c in found.classes()] == [
        ("I", "interface", ("N",)),
        ("S", "struct", ("B",)),
    ]
    assert found.calls("g")[0].arguments[1].spread


def test_rust() -> None:
    text = (
        "#[a]\npub async fn f(&self, mut b: &str) -> R<T> { x.y::<A>(1, b); S::new(1) }\n"
        "impl<T> Tr for S<T> { #[inline]\n fn f(&self) {} }\ntrait A: B { fn g(&self, x: u8) -> u8; }\n"
    )
    found = shapes("rust", text)
    f, inner, g = found.functions()
    assert f.modifiers == ("#[a]", "pub", "async")
    assert [(p.name, p.kind) for p in f.parameters] == [("", "self"), ("b", "plain")]
    assert (inner.owner, inner.modifiers, g.owner, g.is_abstract) == ("S", ("#[inline]",), "A", True)
    assert [(c.name, c.kind, c.bases) for c in found.classes()] == [
        ("S", "impl", ("Tr",)),
        ("A", "interface", ("B",)),
    ]
    assert [c.callee for c in (*found.calls("y"), *found.calls("new"))] == ["x.y::<A>", "S::new"]


def test_offsets_are_characters() -> None:
    text = "# ünï\ndef f(ä):\n    g('é', 1)\n"
    found = shapes("python", text)
    (f,) = found.functions()
    assert text[f.name_start : f.name_start + 1] == "f"
    assert text[f.list_start : f.list_end] == "ä"
    (g,) = found.calls("g")
    assert [text[a.start : a.end] for a in g.arguments] == ["'é'", "1"]
    assert found.call_at(text.index("g(")) == g


def test_broken_text_is_no_reason_to_fail() -> None:
    for text in ("def f(a,", "class", "class A(:\n def", "f(", "", "def f(a, b=\n\n"):
        found = shapes("python", text)
        found.functions()
        found.classes()
        found.calls("f")
