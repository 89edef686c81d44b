"""Calls that are only found by how a language's modules, traits and macros hold together."""

from __future__ import annotations

from engine.intents import propose, signature
from engine.intents.context import Context
from engine.types import Distance
from tests.engine.intents.test_signature import after, change
from tests.engine.syntax.projects import Memory


def test_what_a_script_exports_as_a_whole() -> None:
    files = {
        "index.js": "const Agent = require('./lib/agent')\nmodule.exports.Agent = Agent\n",
        "lib/agent.js": "class Agent {\n  open (a, b) {}\n}\nmodule.exports = Agent\n",
        "lib/pool.js": "class Pool {\n  shut (a) {}\n}\nmodule.exports = { Basin: Pool }\n",
        "test/a.js": "const { Agent } = require('..')\nconst agent = new Agent()\nagent.open(1, 2)\n",
        "test/b.js": "const Agent = require('../lib/agent')\nnew Agent().open(3, 4)\n",
        "test/c.js": "const { Basin } = require('../lib/pool')\nnew Basin().shut(5)\n",
        "test/d.js": "const { Agent } = require('agents')\nconst own = new Agent()\nown.open(6, 7)\n",
    }
    found = after(files, "lib/agent.js", "open (a, b)", "open (b)")
    assert found["test/a.js"].endswith("agent.open(2)\n")
    assert found["test/b.js"].endswith(".open(4)\n")
    assert found["test/d.js"].endswith(".open(6, 7)\n")
    assert after(files, "lib/pool.js", "shut (a)", "shut ()")["test/c.js"].endswith(".shut()\n")


def test_a_module_of_functions_is_still_one() -> None:
    files = {
        "utils.js": "exports.pad = pad\nfunction pad (text, width) {}\n",
        "a.js": "const utils = require('./utils')\nutils.pad('x', 3)\n",
    }
    assert after(files, "utils.js", "(text, width)", "(text)")["a.js"].endswith("utils.pad('x')\n")


def test_what_a_module_imports_is_not_what_it_exports() -> None:
    files = {
        "src/all.ts": 'export * from "./user"\nexport * from "./maker"\n',
        "src/user.ts": 'import { make } from "./all"\nexport const one = () => make(1, 2)\n',
        "src/maker.ts": "export function make(a: number, b: number) {}\n",
        "src/other.ts": 'import { make } from "./all"\nmake(3, 4)\n',
    }
    found = after(files, "src/maker.ts", "a: number, b: number", "b: number")
    assert "make(2)" in found["src/user.ts"]
    assert "make(4)" in found["src/other.ts"]


RUST = {
    "src/lib.rs": "pub mod walk;\npub mod own;\nmod user;\n",
    "src/walk.rs": """pub trait Walking {
    fn walk_with(&self, step: u32, limit: u32) -> u32 {
        step + limit
    }
}
""",
    "src/own.rs": """use crate::walk::Walking;

pub struct Path {
    pub size: u32,
}

impl Walking for Path {}
""",
    "src/user.rs": """use crate::{own::Path, {walk::Walking}};

fn typed(path: Path) -> u32 {
    path.walk_with(1, 2)
}

fn foreign(list: Vec<u32>) -> u32 {
    list.iter().walk_with(3, 4)
}
""",
}


def test_a_trait_gives_its_methods_to_what_implements_it() -> None:
    found = after(
        RUST,
        "src/walk.rs",
        "step: u32, limit: u32) -> u32 {\n        step + ",
        "limit: u32) -> u32 {\n        ",
    )
    assert "path.walk_with(2)" in found["src/user.rs"]
    assert "list.iter().walk_with(4)" in found["src/user.rs"]


def test_a_list_inside_of_a_list_imports_too() -> None:
    files = {
        "src/lib.rs": "mod user;\npub fn first_of(a: u32, b: u32) -> u32 {\n    b\n}\n",
        "src/user.rs": "use crate::{{first_of}};\n\nfn run() -> u32 {\n    first_of(1, 2)\n}\n",
    }
    assert "first_of(2)" in after(files, "src/lib.rs", "a: u32, b", "b")["src/user.rs"]


def test_locals_that_a_macro_holds() -> None:
    files = {
        "src/a.rs": """struct Task;

impl Task {
    fn poll_all(&self) {}
}

wrapped! {
    impl Other {
        fn go(&self, limit: u32) {
            self.task.poll_all();
        }

        fn stay(&self) {
            self.task.poll_all();
        }
    }
}
""",
    }
    found = after(files, "src/a.rs", "poll_all(&self) {}", "poll_all(&self, limit: u32) {}")["src/a.rs"]
    assert found.count("self.task.poll_all(limit);") == 1
    assert found.count("self.task.poll_all(0);") == 1


def test_a_variable_is_not_there_in_its_own_making() -> None:
    files = {
        "a.rs": "fn bare() -> u32 {\n    1\n}\n\nfn run() {\n    let limit = bare();\n    show(limit);\n}\n"
    }
    assert "let limit = bare(0);" in after(files, "a.rs", "bare() ->", "bare(limit: u32) ->")["a.rs"]


def test_a_function_that_fails_now_is_mended_inside_by_the_person() -> None:
    top = "fn top() -> Result<u32, String> {\n    Ok(depth(1))\n}\n"
    text = "fn depth(n: u32) -> u32 {\n    depth(n)\n}\n\n" + top
    project = Memory({"a.rs": text})
    found = project.applied(change(project, "a.rs", "-> u32", "-> Result<u32, String>"))["a.rs"]
    assert "    depth(n)\n" in found
    assert "Ok(depth(1)?)" in found


def test_both_of_a_function_that_the_build_chooses_from() -> None:
    text = """struct Clock;

impl Clock {
    #[cfg(unix)]
    fn tick_on(&mut self) {
        self.now();
    }

    #[cfg(windows)]
    fn tick_on(&mut self) {}

    fn run(&mut self) {
        self.tick_on();
    }
}
"""
    files = {"a.rs": text}
    found = after(files, "a.rs", "tick_on(&mut self) {\n", "tick_on(&mut self, count: u32) {\n")["a.rs"]
    assert "tick_on(&mut self, count: u32) {}" in found
    assert "self.tick_on(0);" in found


def test_a_line_below_the_head_that_looks_like_one_above_it() -> None:
    text = """pub struct Ping { a: u8 }

impl Ping {
    fn poll_ping(&mut self, cx: &mut Context<'_>) {
        if let Some((_, estimator)) = &mut self.ping {
            estimator.poll(cx);
        }
    }

    fn run(&mut self, cx: &mut Context<'_>) {
        self.poll_ping(cx);
    }
}
"""
    old = "poll_ping(&mut self, cx: &mut Context<'_>) {\n"
    new = "poll_ping(&mut self) {\n        let cx: &mut Context<'_> = todo!();\n"
    assert "self.poll_ping();" in after({"a.rs": text}, "a.rs", old, new)["a.rs"]


def test_a_second_function_of_the_name_is_no_change_of_the_first() -> None:
    text = "class A {\n  void put(int a, int b) { b = a; }\n\n  void go() { put(1, 2); }\n}\n"
    new = "void put(int a) { a = 1; }\n\n  void put(int a, int b)"
    assert change(Memory({"A.java": text}), "A.java", "void put(int a, int b)", new) == ()


def test_a_call_that_is_short_gets_what_comes_first() -> None:
    files = {"a.js": "function put (text, loud) {}\nput('a')\nput('b', true)\n"}
    assert "put(undefined, 'a')" in after(files, "a.js", "(text, loud)", "(place, text, loud)")["a.js"]
    assert "put('a')" in after(files, "a.js", "(text, loud)", "(text, loud, place)")["a.js"]


def test_types_are_written_where_they_must_be() -> None:
    text = "class A {\n  stop() {}\n}\n\nclass B extends A {\n  override stop() {}\n}\n"
    old = text.replace("A {\n  stop()", "A {\n  stop(): void")
    found = after({"a.ts": old}, "a.ts", "stop(): void", "stop(limit: number): void")["a.ts"]
    assert "override stop(limit: number)" in found


def test_how_far_a_call_is_from_a_later_save() -> None:
    project = Memory(
        {
            "a.py": "def send(a, b):\n    return b\n",
            "b.py": "from a import send\n\nsend(1, 2)\n" + "\n" * 40 + "send(3, 4)\nsend(5, 6)\n",
        }
    )
    project.save("a.py", "def send(b):\n    return b\n")
    recent = tuple(project.edits)
    edit = project.save("b.py", project.files["b.py"].replace("send(3, 4)", "send(4)"))
    sites = signature.propose(Context(edit, recent, project.index))
    told = {project.files["b.py"].count("\n", 0, site.start): site.distance for site in sites}
    assert told == {2: Distance.SAME_FILE, 44: Distance.NEAR}


def test_a_class_without_a_name_inherits() -> None:
    text = """class Walker {
  int step(int size) { return 1; }
}

class Maker {
  Walker make() {
    return new Walker() {
      int all() {
        return step(2);
      }
    };
  }
}
"""
    assert "return step();" in after({"A.java": text}, "A.java", "step(int size)", "step()")["A.java"]


def test_a_method_of_a_type_that_a_macro_writes() -> None:
    text = """make_enum! { Shape }

impl Shape {
    pub fn paint_on(&self, size: u32) {}
}

fn run(list: Vec<Shape>, other: &Canvas) {
    list[0].paint_on(1);
    other.paint_on(2, 3);
}
"""
    found = after({"a.rs": text}, "a.rs", "&self, size: u32", "&self")["a.rs"]
    assert "list[0].paint_on();" in found
    assert "other.paint_on(2, 3);" in found


def test_a_parameter_that_became_a_local_was_not_renamed() -> None:
    text = """function find(middle: Record<string, string[]>, path: string): string[] | undefined {
  for (const k of Object.keys(middle).sort()) {
    if (build(k).test(path)) {
      return [...middle[k]]
    }
  }
  return undefined
}
"""
    project = Memory({"a.ts": text})
    gone = text.replace("middle: Record<string, string[]>, ", "")
    saved = gone.replace("undefined {\n", "undefined {\n  let middle: Record<string, string[]> = {}\n", 1)
    edit = project.save("a.ts", saved)
    assert not [site for site in propose(edit, (), project.index) if site.rule >= 0.5]
