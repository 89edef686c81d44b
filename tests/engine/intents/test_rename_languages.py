"""Renames in Go, TypeScript and JavaScript."""

from __future__ import annotations

import pytest

from tests.engine.syntax.projects import Memory

GO = {
    "go.mod": "module example.com/x\n\ngo 1.22\n",
    "a.go": (
        'package a\n\nimport "example.com/x/sub"\n\ntype T struct {\n\tName string\n\tsub.Base\n}\n\n'
        "func (t *T) Run(n int) int {\n\tif n := n + 1; n > 2 {\n\t\treturn n\n\t}\n"
        '\tt.Name = "x"\n\treturn n + helper(t)\n}\n\nfunc main() {\n\tv := T{Name: "k"}\n\tv.Run(1)\n'
        "\tsub.Do(v.Name)\n\tv.Base.Stop()\n\tv.Stop()\n}\n"
    ),
    "b.go": "package a\n\nfunc helper(t *T) int { return len(t.Name) }\n",
    "sub/s.go": "package sub\n\ntype Base struct{}\n\nfunc (b Base) Stop() {}\n\nfunc Do(s string) {}\n",
}


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("b.go", "helper(t", "assist(t", {"a.go: return n + helper(t)"}),
        (
            "a.go",
            "Name string",
            "Title string",
            {
                'a.go: t.Name = "x"',
                'a.go: v := T{Name: "k"}',
                "a.go: sub.Do(v.Name)",
                "b.go: func helper(t *T) int { return len(t.Name) }",
            },
        ),
        ("a.go", "Run(n", "Exec(n", {"a.go: v.Run(1)"}),
        ("a.go", "(n int", "(m int", {"a.go: if n := n + 1; n > 2 {", "a.go: return n + helper(t)"}),
        ("sub/s.go", "Do(", "Act(", {"a.go: sub.Do(v.Name)"}),
        ("sub/s.go", "Stop()", "Halt()", {"a.go: v.Base.Stop()", "a.go: v.Stop()"}),
        (
            "sub/s.go",
            "type Base",
            "type Root",
            {"sub/s.go: func (b Base) Stop() {}", "a.go: sub.Base", "a.go: v.Base.Stop()"},
        ),
    ],
)
def test_go(path: str, old: str, new: str, expected: set[str]) -> None:
    project = Memory(GO)
    assert project.lines(project.change(path, old, new)) == expected


TYPESCRIPT = {
    "m.ts": (
        "export interface Opts { name: string; depth?: number }\n"
        "export class K<T> {\n"
        "  constructor(private opts: Opts, public size = 1) {}\n"
        "  run(x: number): K<T> { return this.opts.name ? this : new K(this.opts) }\n"
        "}\n"
        "export function make(o: Opts) { const { name, depth } = o; return new K(o); }\n"
        'export const cfg: Opts = { name: "a" };\n'
        "const dflt = 1;\n"
        "export default dflt;\n"
    ),
    "n.ts": (
        'import dd, { K, make as mk, type Opts } from "./m";\n'
        'import * as ns from "./m.js";\n'
        'export { make } from "./m";\n'
        'const k = mk({ name: "z" });\n'
        "k.run(1).size;\n"
        "const q: K<string> = ns.make(ns.cfg);\n"
        "q.run(dd);\n"
        "function f({ name }: Opts) { return name; }\n"
    ),
}


@pytest.mark.parametrize("suffix", ["ts", "tsx"])
def test_typescript_exports_and_members(suffix: str) -> None:
    files = {path.replace(".ts", f".{suffix}"): text for path, text in TYPESCRIPT.items()}
    m, n = f"m.{suffix}", f"n.{suffix}"
    project = Memory(files)
    assert project.lines(project.change(m, "make(", "build(")) == {
        f'{n}: import dd, {{ K, make as mk, type Opts }} from "./m";',
        f'{n}: export {{ make }} from "./m";',
        f"{n}: const q: K<string> = ns.make(ns.cfg);",
    }
    project = Memory(files)
    assert project.lines(project.change(m, "run(x", "exec(x")) == {f"{n}: k.run(1).size;", f"{n}: q.run(dd);"}
    project = Memory(files)
    assert project.lines(project.change(m, "size = 1", "count = 1")) == {f"{n}: k.run(1).size;"}
    project = Memory(files)
    assert len(project.change(m, "opts: Opts, p", "options: Opts, p")) == 2


def test_a_shorthand_property_is_written_out() -> None:
    project = Memory(TYPESCRIPT)
    sites = project.change("m.ts", "{ name: string", "{ title: string")
    texts = project.applied(sites)
    assert "const { title: name, depth } = o" in texts["m.ts"]
    assert 'cfg: Opts = { title: "a" }' in texts["m.ts"]
    assert 'mk({ title: "z" })' in texts["n.ts"]
    assert "function f({ title: name }: Opts) { return name; }" in texts["n.ts"]
    project = Memory({"m.ts": "const name = 1;\nexport const o = { name, x: name };\n"})
    sites = project.change("m.ts", "const name", "const title")
    assert project.applied(sites)["m.ts"] == "const title = 1;\nexport const o = { name: title, x: title };\n"


def test_javascript_blocks_hoisting_and_classes() -> None:
    project = Memory(
        {
            "m.js": (
                "const { helper } = require('./h');\n"
                "function f(a) {\n  var x = a;\n  if (a) { let x = 2; x++; }\n"
                "  { var y = x; }\n  return x + y;\n}\n"
                "class C { constructor() { this.n = 1; } get() { return this.n; } }\n"
                "helper(new C().n, f);\n"
            ),
            "h.js": "function helper() {}\nmodule.exports = { helper };\n",
        }
    )
    assert project.lines(project.change("m.js", "var x", "var z")) == {
        "m.js: { var y = x; }",
        "m.js: return x + y;",
    }
    assert project.lines(project.change("m.js", "this.n = 1", "this.k = 1")) == {
        "m.js: class C { constructor() { this.k = 1; } get() { return this.n; } }",
        "m.js: helper(new C().n, f);",
    }
    assert "m.js: helper(new C().n, f);" in project.lines(
        project.change("h.js", "function helper", "function aid")
    )


@pytest.mark.parametrize("suffix", ["ts", "js"])
def test_private_members_bear_a_mark(suffix: str) -> None:
    path = f"m.{suffix}"
    text = (
        "class Box {\n  #size = 1;\n  size = 2;\n"
        "  grow() { this.#size++; return this.size + this.#twice(); }\n"
        "  #twice() { return this.#size * 2; }\n}\nnew Box().size;\n"
    )
    project = Memory({path: text})
    changed = project.applied(project.change(path, "#size = 1", "#count = 1"))[path]
    assert changed.count("#count") == 3 and "#size" not in changed
    assert changed.count("this.size") == 1 and "new Box().size" in changed
    project = Memory({path: text})
    changed = project.applied(project.change(path, "  size = 2", "  width = 2"))[path]
    assert changed.count("width") == 3 and changed.count("#size") == 3
    project = Memory({path: text})
    assert "this.#double()" in project.applied(project.change(path, "#twice() {", "#double() {"))[path]
