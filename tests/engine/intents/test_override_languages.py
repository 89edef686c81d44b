"""Overrides in every language but Python."""

from __future__ import annotations

from tests.engine.intents.test_override import code, gained

TYPESCRIPT = {
    "base.ts": """
        export abstract class Base<T> {
          abstract run(item: T): void
        }

        export interface Sink {
          write(data: string): Promise<number>
        }
    """,
    "kids.ts": """
        import { Base, Sink } from './base'

        export class Marked extends Base<string> {
          protected override run(item: string): void {
            console.log('run', item)
          }
        }

        export class Plain extends Base<number> {}

        class Null implements Sink {
          write = async (data: string) => 3
        }

        class Proxy implements Sink {
          constructor(private readonly inner: Sink) {}

          write(data: string): Promise<number> {
            return this.inner.write(data)
          }
        }
    """,
}


def test_typescript_abstract_member_comes() -> None:
    found = gained(
        TYPESCRIPT,
        "base.ts",
        "item: T): void\n",
        "item: T): void\n  protected abstract many<U>(all: T[], ...rest: U[]): T | undefined\n",
    )
    body = "    throw new Error('Method not implemented.')\n  }\n"
    text = found["kids.ts"]
    assert f"  protected override many<U>(all: string[], ...rest: U[]): string | undefined {{\n{body}" in text
    assert (
        f"Base<number> {{\n  protected many<U>(all: number[], ...rest: U[]): number | undefined {{\n{body}}}"
        in text
    )


def test_typescript_interface_member_comes() -> None:
    found = gained(
        TYPESCRIPT,
        "base.ts",
        "Promise<number>\n",
        "Promise<number>\n  size?: number\n  hint?(x: number): void\n  flush(force: boolean): void\n",
    )
    text = found["kids.ts"]
    assert text.count("flush(force: boolean): void {") == 2
    assert "    this.inner.flush(force)\n" in text
    assert "hint" not in text
    assert "override flush" not in text


def test_typescript_marked_override_goes_with_its_base() -> None:
    found = gained(TYPESCRIPT, "base.ts", "\n  abstract run(item: T): void", "")
    assert "class Marked extends Base<string> {}" in found["kids.ts"]
    assert "Base<number> {}" in found["kids.ts"]


def test_tsx_and_typescript_are_one_project() -> None:
    files = {
        "base.ts": "export interface View {\n  title(): string;\n}\n",
        "page.tsx": (
            "import { View } from './base';\n\nexport class Page implements View {\n"
            '  title(): string {\n    return "page";\n  }\n\n'
            "  render() {\n    return <b>{this.title()}</b>;\n  }\n}\n"
        ),
    }
    found = gained(files, "base.ts", "string;\n", "string;\n  icon(): string;\n")
    icon = '  icon(): string {\n    throw new Error("Method not implemented.");\n  }\n\n'
    assert f'    return "page";\n  }}\n\n{icon}  render' in found["page.tsx"]


def test_javascript_body_that_throws_is_a_demand() -> None:
    files = {
        "base.js": (
            "class Node {\n  render(out) {\n    throw new Error('not implemented');\n  }\n\n"
            "  size() {\n    return 0;\n  }\n}\n\nmodule.exports = { Node };\n"
        ),
        "kid.js": (
            "const { Node } = require('./base');\n\nclass Text extends Node {\n  render(out) {\n"
            "    out.push(this.text);\n  }\n}\n"
        ),
    }
    found = gained(
        files,
        "base.js",
        "  size()",
        "  clone(deep = false) {\n    throw new Error('not implemented');\n  }\n\n  size()",
    )
    assert found["kid.js"].endswith(
        "  }\n\n  clone(deep = false) {\n    throw new Error('not implemented');\n  }\n}\n"
    )


JAVA = {
    "src/main/java/p/Store.java": """
        package p;

        public interface Store<T> {
            T get(String key);

            default T or(String key, T other) {
                return other;
            }
        }
    """,
    "src/main/java/p/Files.java": """
        package p;

        class Files implements Store<byte[]> {
            private int count;

            @Override
            public byte[] get(final String key) {
                return null;
            }

            static class Inner {
            }
        }
    """,
    "src/main/java/q/Empty.java": """
        package q;

        import p.Store;

        class Empty implements Store<String> {
        }
    """,
    "src/main/java/p/Half.java": """
        package p;

        abstract class Half<T> implements Store<T> {
        }
    """,
    "src/main/java/p/Whole.java": """
        package p;

        class Whole extends Half<String> {
            @Override
            public String get(String key) {
                return key;
            }
        }
    """,
}


def test_java_interface_member_comes() -> None:
    found = gained(
        JAVA,
        "src/main/java/p/Store.java",
        "    default T or",
        "    /** Stores. */\n    <R extends T> void put(String key, Map<T, R> all) throws IOException;\n\n"
        "    default T or",
    )
    assert set(found) == {f"src/main/java/{name}.java" for name in ("p/Files", "q/Empty", "p/Whole")}
    stub = (
        "    @Override\n"
        "    public <R extends {0}> void put(String key, Map<{0}, R> all) throws IOException {{\n"
        "        throw new UnsupportedOperationException();\n    }}\n"
    )
    assert "        return null;\n    }\n\n" + stub.format("byte[]") in found["src/main/java/p/Files.java"]
    assert "Store<String> {\n" + stub.format("String") + "}" in found["src/main/java/q/Empty.java"]


def test_java_overloads_are_members_of_their_own() -> None:
    path = "src/main/java/p/Store.java"
    found = gained(
        JAVA, path, "    T get(String key);\n", "    T get(String key);\n\n    T get(int number);\n"
    )
    assert "public byte[] get(int number) {" in found["src/main/java/p/Files.java"]
    assert gained(JAVA, path, "    T get(String key);\n", "    T get(Object key);\n") == {}
    assert gained(JAVA, path, "    T get(", "    static int count() { return 1; }\n\n    T get(") == {}


def test_java_marked_overrides_go_with_their_base() -> None:
    found = gained(JAVA, "src/main/java/p/Store.java", "    T get(String key);\n\n", "")
    assert found["src/main/java/p/Files.java"] == code(
        """
        package p;

        class Files implements Store<byte[]> {
            private int count;

            static class Inner {
            }
        }
        """
    )
    assert "class Whole extends Half<String> {}" in found["src/main/java/p/Whole.java"]


def test_java_a_class_that_takes_up_an_interface() -> None:
    path = "src/main/java/q/Empty.java"
    found = gained(JAVA, path, "class Empty", "class Other implements Store<Integer> {}\n\nclass Empty")
    assert (
        "class Other implements Store<Integer> {\n    @Override\n    public Integer get(String key) {"
        in found[path]
    )


GO = {
    "go.mod": "module example.com/m\n",
    "a/store.go": """
        package a

        type Store interface {
            Get(key string) (string, error)
            Close() error
        }

        type memory struct{}

        func (m *memory) Get(key string) (string, error) {
            return "", nil
        }

        func (m *memory) Close() error { return nil }

        type other struct{}

        func (o other) Close() error { return nil }
    """,
    "b/wrap.go": """
        package b

        import "example.com/m/a"

        type wrap struct{ inner a.Store }

        func (w wrap) Get(k string) (value string, err error) {
            return w.inner.Get(k)
        }

        func (w wrap) Close() error {
            return w.inner.Close()
        }
    """,
}
GO = {path: code(text).replace("    ", "\t") for path, text in GO.items()}


def test_go_types_that_had_all_methods_get_the_new_one() -> None:
    found = gained(
        GO,
        "a/store.go",
        "\tClose() error\n",
        "\tList(o *Options, names ...string) ([]string, error)\n\tClose() error\n",
    )
    head = "List(o *{}Options, names ...string) ([]string, error) {{\n\t"
    assert (
        'return "", nil\n}\n\nfunc (m *memory) ' + head.format("") + 'panic("not implemented")\n}\n'
        in found["a/store.go"]
    )
    assert (
        "func (w wrap) " + head.format("a.") + "return w.inner.List(o, names...)\n}\n\nfunc (w wrap) Close"
        in found["b/wrap.go"]
    )
    assert "func (o other) List" not in found["a/store.go"]


def test_go_nothing_follows_a_method_of_a_type() -> None:
    assert (
        gained(GO, "a/store.go", "type other", "func (m *memory) Len() int { return 0 }\n\ntype other") == {}
    )


RUST = {
    "src/lib.rs": "pub mod draw;\npub mod shapes;\n",
    "src/draw.rs": """
        pub trait Draw<T> {
            fn draw(&self, at: T) -> u8;

            fn clear(&mut self) {}
        }
    """,
    "src/shapes.rs": """
        use crate::draw::Draw;

        struct Dot;

        impl Draw<u8> for Dot {
            fn draw(&self, at: u8) -> u8 {
                at + 1
            }
        }

        impl<D: Draw<u8>> Draw<u8> for &D {
            fn draw(&self, at: u8) -> u8 {
                (**self).draw(at)
            }
        }

        struct Fill;

        impl Draw<i32> for Fill {}
    """,
}


def test_rust_trait_member_comes() -> None:
    found = gained(
        RUST,
        "src/draw.rs",
        "-> u8;\n",
        "-> u8;\n\n    fn erase<'a>(&'a self, at: T) -> Option<&'a str>\n    where\n        T: Copy;\n",
    )
    text = found["src/shapes.rs"]
    head = "    fn erase<'a>(&'a self, at: {0}) -> Option<&'a str>\n    where\n        {0}: Copy\n    {{\n"
    head += "        "
    assert "at + 1\n    }\n\n" + head.format("u8") + "todo!()\n    }\n}" in text
    assert head.format("u8") + "(**self).erase(at)\n    }\n}" in text
    assert "for Fill {\n" + head.format("i32") + "todo!()\n    }\n}" in text


def test_rust_default_body_that_goes_is_a_demand() -> None:
    found = gained(RUST, "src/draw.rs", "fn clear(&mut self) {}", "fn clear(&mut self);")
    assert found["src/shapes.rs"].count("fn clear(&mut self) {\n        todo!()") == 2


def test_rust_what_left_the_trait_leaves_the_impls() -> None:
    found = gained(RUST, "src/draw.rs", "    fn draw(&self, at: T) -> u8;\n\n", "")
    assert "fn draw" not in found["src/shapes.rs"]
    assert "impl Draw<u8> for Dot {}" in found["src/shapes.rs"]


def test_rust_new_impl_gets_what_the_trait_demands() -> None:
    found = gained(
        RUST, "src/shapes.rs", "struct Fill;", "struct Line;\n\nimpl Draw<u64> for Line {}\n\nstruct Fill;"
    )
    assert (
        "for Line {\n    fn draw(&self, at: u64) -> u8 {\n        todo!()\n    }\n}" in found["src/shapes.rs"]
    )


def test_java_a_wider_access_is_followed_and_a_narrower_is_not() -> None:
    files = {
        "p/Base.java": (
            "package p;\n\nabstract class Base {\n    protected int a() { return 1; }\n\n"
            "    int b() { return 1; }\n}\n"
        ),
        "p/Kid.java": (
            "package p;\n\nclass Kid extends Base {\n    @Override\n    protected int a() { return 2; }\n\n"
            "    @Override\n    int b() { return 2; }\n}\n"
        ),
    }
    wide = gained(files, "p/Base.java", "protected int a", "public int a")
    assert wide == {"p/Kid.java": files["p/Kid.java"].replace("protected int a", "public int a")}
    bare = gained(files, "p/Base.java", "    int b", "    public int b")
    assert bare == {"p/Kid.java": files["p/Kid.java"].replace("    int b", "    public int b")}
    assert gained(files, "p/Base.java", "protected int a", "private int a") == {}


def test_typescript_a_wider_access_is_followed() -> None:
    files = {
        "base.ts": "export class Base {\n  protected a(): number {\n    return 1;\n  }\n}\n",
        "kid.ts": (
            "import { Base } from './base';\n\nclass Kid extends Base {\n"
            "  protected override a(): number {\n    return 2;\n  }\n}\n"
        ),
    }
    found = gained(files, "base.ts", "protected a", "public a")
    assert found == {"kid.ts": files["kid.ts"].replace("protected override", "public override")}


def test_rust_impls_behind_a_path_that_cannot_be_followed_lose_what_left() -> None:
    files = {
        "src/lib.rs": "pub trait Draw {\n    fn draw(&self) -> u8;\n\n    fn clear(&self);\n}\n",
        "examples/dot.rs": (
            "use painter::Draw;\n\nstruct Dot;\n\n"
            "impl Draw for Dot {\n    fn draw(&self) -> u8 {\n        1\n    }\n\n"
            "    fn clear(&self) {\n        wipe();\n    }\n}\n"
        ),
    }
    found = gained(files, "src/lib.rs", "    fn draw(&self) -> u8;\n\n", "")
    assert "fn draw" not in found["examples/dot.rs"]
    assert "fn clear" in found["examples/dot.rs"]
