"""The cells of the signature scenario: what a list does in every language, and documentation."""

from __future__ import annotations

import pytest

from tests.engine.intents.test_signature import after

TYPESCRIPT = {
    "a.ts": """export interface Store {
  load(key: string): Promise<string>;
}

export class Disk implements Store {
  constructor(private path: string) {}
  /**
   * Loads.
   * @param key - The key.
   */
  async load(key: string): Promise<string> {
    return read(this.path, key);
  }
}

export class Sub extends Disk {
  constructor(path: string, private limit: number) {
    super(path);
  }
}

export function read(path: string, key: string): string {
  return path + key;
}

export const list = (path: string): string[] => [read(path, "x")];
""",
    "b.ts": """import { Disk, Store, read } from "./a";

async function main(store: Store, limit: number) {
  const disk = new Disk("x");
  await store.load("a");
  read("p", disk.path).trim();
}
""",
}


def test_typescript_interfaces_take_implementations_along() -> None:
    files = after(TYPESCRIPT, "a.ts", "  load(key: string)", "  load(key: string, limit: number)")
    assert "async load(key: string, limit: number): Promise<string> {" in files["a.ts"]
    assert 'store.load("a", limit);' in files["b.ts"]


def test_typescript_implementations_take_interfaces_along() -> None:
    files = after(TYPESCRIPT, "a.ts", "async load(key: string)", "async load()")
    assert "\n  load(): Promise<string>;" in files["a.ts"]
    assert "   * Loads.\n   */" in files["a.ts"]
    assert "store.load();" in files["b.ts"]


def test_typescript_constructors() -> None:
    files = after(TYPESCRIPT, "a.ts", "private path: string", "private path: string, limit: number")
    assert "super(path, limit);" in files["a.ts"]
    assert 'new Disk("x", limit);' in files["b.ts"]


def test_typescript_swapped_parameters() -> None:
    files = after(TYPESCRIPT, "a.ts", "(path: string, key: string)", "(key: string, path: string)")
    assert "read(key, this.path)" in files["a.ts"]
    assert '[read("x", path)]' in files["a.ts"]
    assert 'read(disk.path, "p")' in files["b.ts"]


def test_typescript_async_is_awaited_where_that_can_be_done() -> None:
    files = after(TYPESCRIPT, "a.ts", "export function read", "export async function read")
    assert "return await read(this.path, key);" in files["a.ts"]
    assert '=> [read(path, "x")];' in files["a.ts"]
    assert '(await read("p", disk.path)).trim();' in files["b.ts"]


def test_tsx_and_javascript_follow_too() -> None:
    text = "function f(a) {}\n\nfunction g(b) {\n  f(1);\n}\n"
    for path in ("a.tsx", "a.js", "a.jsx", "a.mjs"):
        assert "f(1, b);" in after({path: text}, path, "f(a)", "f(a, b)")[path]


JAVASCRIPT = {
    "a.js": """class A {
  constructor(app) {
    this.app = app;
  }
  handle(req, res) {
    return done(req, res);
  }
}
function done(req, res, next) {
  next(req);
}
function outer(req, res, next, timeout) {
  done(req, res, next);
  done(req);
  return new A(app).handle(req, res);
}
"""
}


def test_javascript_calls_that_leave_out_more_stay_as_they_are() -> None:
    text = after(JAVASCRIPT, "a.js", "done(req, res, next) {", "done(req, res, next, timeout) {")["a.js"]
    assert "done(req, res, next, timeout);\n  done(req);" in text
    assert "return done(req, res);" in text


def test_javascript_removed_and_constructor() -> None:
    text = after(JAVASCRIPT, "a.js", "done(req, res, next) {", "done(req, next) {")["a.js"]
    assert "done(req, next);" in text
    text = after(JAVASCRIPT, "a.js", "constructor(app)", "constructor(app, timeout)")["a.js"]
    assert "new A(app, timeout)" in text


def test_javascript_async() -> None:
    text = (
        "function f() {}\n\nasync function g() {\n"
        "  f();\n  [1].map(() => f());\n  await Promise.all([f()]);\n}\n"
    )
    made = after({"a.js": text}, "a.js", "function f", "async function f")["a.js"]
    assert "  await f();\n  [1].map(() => f());\n  await Promise.all([f()]);" in made
    text = made.replace("[1].map(() => f());\n  ", "")
    assert "  f();\n" in after({"a.js": text}, "a.js", "async function f", "function f")["a.js"]


JAVA = {
    "p/A.java": """package p;

public abstract class A {
    private int size;

    public A(int size) {
        this.size = size;
    }

    /**
     * Runs.
     *
     * @param x  the x
     * @return the sum
     */
    public int run(int x) {
        return x;
    }

    static String join(String a, String b) {
        return a + b;
    }

    int twice() {
        return run(1) + this.run(2);
    }
}
""",
    "p/B.java": """package p;

class B extends A {
    private final int limit = 3;

    B() {
        super(3);
    }

    @Override
    public int run(int x) {
        A.join("a", "b");
        return super.run(x);
    }

    static void main(A a) {
        a.run(3);
    }
}
""",
}


def test_java_methods_take_overrides_and_documentation_along() -> None:
    files = after(JAVA, "p/A.java", "public int run(int x)", "public int run(int x, int limit)")
    assert "return run(1, 0) + this.run(2, 0);" in files["p/A.java"]
    assert "@param x  the x\n     * @param limit\n     * @return" in files["p/A.java"]
    assert "public int run(int x, int limit) {" in files["p/B.java"]
    assert "return super.run(x, limit);" in files["p/B.java"]
    files = after(JAVA, "p/A.java", "public int run(int x)", "public int run()")
    assert "public int run() {" in files["p/B.java"]
    assert "@param" not in files["p/A.java"]


def test_java_constructors_and_swapped_parameters() -> None:
    files = after(JAVA, "p/A.java", "public A(int size)", "public A(int size, String name)")
    assert 'super(3, "");' in files["p/B.java"]
    files = after(JAVA, "p/A.java", "join(String a, String b)", "join(String b, String a)")
    assert 'A.join("b", "a");' in files["p/B.java"]


def test_java_overloads_make_a_call_unsure() -> None:
    text = (
        "class A {\n    void f(int a) {}\n    void f(String b) {}\n    void g() {\n        f(1);\n    }\n}\n"
    )
    made = after({"A.java": text}, "A.java", "void f(int a)", "void f(int a, int c)")["A.java"]
    assert "        f(1);" in made


GO = {
    "a/a.go": """package a

import "context"

type Disk struct {
	timeout int
}

func (d *Disk) Run(name string) error {
	return helper(name, 3)
}

func helper(name string, n int) error {
	return nil
}

func New(path string) *Disk {
	return &Disk{}
}

func use(ctx context.Context, d *Disk) {
	d.Run("x")
	New("p").Run("y")
	helper("a", 1)
}
"""
}


def test_go_functions_methods_and_what_makes_things() -> None:
    text = after(GO, "a/a.go", "Run(name string)", "Run(ctx context.Context, name string)")["a/a.go"]
    assert 'd.Run(ctx, "x")' in text
    assert 'New("p").Run(ctx, "y")' in text
    text = after(GO, "a/a.go", "helper(name string, n int)", "helper(name string, n, timeout int)")["a/a.go"]
    assert "helper(name, 3, d.timeout)" in text
    assert 'helper("a", 1, d.timeout)' in text
    text = after(GO, "a/a.go", "New(path string)", "New(path string, c context.Context)")["a/a.go"]
    assert 'New("p", ctx).Run("y")' in text
    text = after(GO, "a/a.go", "helper(name string, n int)", "helper(n int, name string)")["a/a.go"]
    assert "helper(3, name)" in text
    assert "helper()" in after(GO, "a/a.go", "helper(name string, n int)", "helper()")["a/a.go"]


GO_ERRORS = """package a

func read(name string) []byte {
	return nil
}

func load(name string) (*Disk, error) {
	data := read(name)
	if len(read(name)) > 0 {
		more := read("x")
		use(more)
	}
	return parse(data)
}

func plain(name string) {
	data := read(name)
	use(data)
}
"""


def test_go_errors_are_handed_on_where_the_caller_can_fail() -> None:
    text = after({"a/a.go": GO_ERRORS}, "a/a.go", "string) []byte {", "string) ([]byte, error) {")["a/a.go"]
    handed = "\tdata, err := read(name)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n"
    assert handed in text
    assert '\t\tmore, err := read("x")\n\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n' in text
    assert "if len(read(name)) > 0 {" in text
    assert "func plain(name string) {\n\tdata := read(name)\n" in text


GO_INTERFACES = {
    "a/a.go": """package a

type Runner interface {
	Run(name string) error
	Stop()
}

type Disk struct{}

func (d *Disk) Run(name string) error { return nil }

func (d *Disk) Stop() {}

type Half struct{}

func (h Half) Run(name string) error { return nil }

func use(r Runner, d *Disk, h Half, limit int) {
	r.Run("x")
	d.Run("y")
	h.Run("z")
}
"""
}


def test_go_interfaces_and_the_types_that_fulfil_them() -> None:
    text = after(GO_INTERFACES, "a/a.go", "\tRun(name string)", "\tRun(name string, limit int)")["a/a.go"]
    assert "func (d *Disk) Run(name string, limit int) error" in text
    assert "func (h Half) Run(name string) error" in text, "it has not all methods"
    assert 'r.Run("x", limit)\n\td.Run("y", limit)\n\th.Run("z")' in text
    old = "(d *Disk) Run(name string)"
    text = after(GO_INTERFACES, "a/a.go", old, "(d *Disk) Run()")["a/a.go"]
    assert "\tRun() error" in text
    assert 'r.Run()\n\td.Run()\n\th.Run("z")' in text


RUST = {
    "src/lib.rs": """pub trait Runner {
    fn run(&self, name: &str) -> u32;
}

pub struct Disk {
    limit: u32,
}

impl Disk {
    pub fn new(limit: u32) -> Self {
        Disk { limit }
    }
    fn inner(&self, name: &str) -> u32 {
        helper(name, self.limit)
    }
}

impl Runner for Disk {
    fn run(&self, name: &str) -> u32 {
        self.inner(name)
    }
}

/// Helps.
///
/// # Arguments
///
/// * `name` - The name.
/// * `limit` - The limit.
fn helper(name: &str, limit: u32) -> u32 {
    limit
}

fn go(r: &dyn Runner, title: String) -> Result<u32, String> {
    let d = Disk::new(3);
    r.run("x");
    Ok(helper("z", 4))
}
"""
}


def test_rust_traits_take_implementations_along() -> None:
    old = "fn run(&self, name: &str) -> u32;"
    text = after(RUST, "src/lib.rs", old, old.replace("name: &str", "name: &str, n: u32"))
    assert "fn run(&self, name: &str, n: u32) -> u32 {" in text["src/lib.rs"]
    assert 'r.run("x", 0);' in text["src/lib.rs"]


def test_rust_associated_functions_removed_and_swapped_parameters() -> None:
    text = after(RUST, "src/lib.rs", "new(limit: u32)", "new(limit: u32, name: String)")["src/lib.rs"]
    assert "Disk::new(3, String::new());" in text
    text = after(RUST, "src/lib.rs", "helper(name: &str, limit: u32)", "helper(name: &str)")["src/lib.rs"]
    assert "helper(name)" in text
    assert "* `limit`" not in text
    text = after(RUST, "src/lib.rs", "helper(name: &str, limit: u32)", "helper(limit: u32, name: &str)")
    assert "helper(self.limit, name)" in text["src/lib.rs"]


def test_rust_failures_are_handed_on_where_the_caller_can_fail() -> None:
    old, new = "limit: u32) -> u32 {\n    limit", "limit: u32) -> Result<u32, String> {\n    limit"
    text = after(RUST, "src/lib.rs", old, new)["src/lib.rs"]
    assert 'Ok(helper("z", 4)?)' in text
    assert "helper(name, self.limit)\n" in text


def test_rust_calls_inside_of_macros() -> None:
    text = RUST["src/lib.rs"] + (
        '\n#[test]\nfn t() {\n    assert_eq!(helper("a,b", 1), 1);\n    dbg!(Disk::new(3).inner("x"));\n}\n'
    )
    made = after({"src/lib.rs": text}, "src/lib.rs", "helper(name: &str, limit: u32)", "helper(limit: u32)")
    assert "assert_eq!(helper(1), 1);" in made["src/lib.rs"]
    made = after({"src/lib.rs": text}, "src/lib.rs", "new(limit: u32)", "new(limit: u32, deep: bool)")
    assert 'dbg!(Disk::new(3, false).inner("x"));' in made["src/lib.rs"]


def test_rust_async() -> None:
    text = "fn f() {}\n\nasync fn g() {\n    f();\n}\n\nfn h() {\n    f();\n}\n"
    made = after({"src/lib.rs": text}, "src/lib.rs", "fn f()", "async fn f()")["src/lib.rs"]
    assert "f().await;\n}\n\nfn h() {\n    f();" in made


PYTHON_ASYNC = """def f():
    pass


async def g():
    f()
    f().x
    asyncio.run(f())
    lambda: f()
"""


def test_python_async() -> None:
    text = after({"a.py": PYTHON_ASYNC}, "a.py", "def f", "async def f")["a.py"]
    assert "    await f()\n    (await f()).x\n    asyncio.run(f())\n    lambda: f()\n" in text


GOOGLE = """    F.

    Args:
        a: The a.
            More.
        b: The b.
        new_one:
"""
SPHINX = """    F.

    :param int a: the a
    :param b: the b
    :param new_one:
    :returns: it
"""
NUMPY = """    F.

    Parameters
    ----------
    a : int
        The a.
    b : int
        The b.
    new_one : str

    Returns
    -------
    int
"""
ENTRIES = {
    GOOGLE: "        new_one:\n",
    SPHINX: "    :param new_one:\n",
    NUMPY: "    new_one : str\n",
}


@pytest.mark.parametrize("docs", ENTRIES, ids=["google", "sphinx", "numpy"])
def test_docstrings_of_every_style(docs: str) -> None:
    new = "f(a, b, new_one: str)" if docs == NUMPY else "f(a, b, new_one)"
    with_it = f'def {new}:\n    """\n{docs}    """\n'
    without = with_it.replace(new, "f(a, b)").replace(ENTRIES[docs], "")
    assert after({"a.py": without}, "a.py", "f(a, b)", new)["a.py"] == with_it
    assert after({"a.py": with_it}, "a.py", new, "f(a, b)")["a.py"] == without


def test_the_last_entry_takes_its_headline_along() -> None:
    text = 'def f(a):\n    """F.\n\n    Args:\n        a: The a.\n\n    Returns:\n        It.\n    """\n'
    files = after({"a.py": text}, "a.py", "f(a)", "f()")
    assert files["a.py"] == 'def f():\n    """F.\n\n    Returns:\n        It.\n    """\n'
