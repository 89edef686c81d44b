"""The simulated overrides: sound in every language, and what follows written out by hand for one family."""

from __future__ import annotations

import random
import textwrap
from itertools import islice

import pytest

from trainer.simulate.override import removed, trajectories
from trainer.simulate.overriding.keeping import handed_on
from trainer.simulate.overriding.kinship import Families
from trainer.simulate.store.soundness import objection
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree


def code(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


PYTHON = {
    "shop/store.py": """
        class Store:
            def get(self, key: str, limit: int = 10) -> str:
                raise NotImplementedError

            def close(self) -> None:
                print("closed", 1)
    """,
    "shop/files.py": """
        from shop.store import Store


        class Files(Store):
            def get(self, key: str, limit: int = 10) -> str:
                return open(key).read(limit)


        class Cached(Store):
            def __init__(self, inner: Store) -> None:
                self.inner = inner

            def get(self, key: str, limit: int = 10) -> str:
                return self.inner.get(key, limit)


        class Basket:
            def add(self, item: str) -> int:
                self.items.append(item)
                return len(self.items)

            def total(self, tax: float) -> float:
                return sum(self.items) * tax
    """,
}
TYPESCRIPT = {
    "store.ts": """
        export interface Store {
          get(key: string, limit?: number): string;
        }

        export abstract class Shape {
          abstract area(scale: number): number;

          name(): string {
            return "shape";
          }
        }
    """,
    "files.ts": """
        import { Store, Shape } from "./store";

        export class Files implements Store {
          get(key: string, limit?: number): string {
            return read(key).slice(0, limit);
          }
        }

        export class Dot extends Shape {
          override area(scale: number): number {
            return 0 * scale;
          }
        }

        export class Basket {
          items: string[] = [];

          add(item: string): number {
            return this.items.push(item);
          }

          total(tax: number): number {
            return this.items.length * tax;
          }
        }
    """,
}
JAVASCRIPT = {
    "basket.js": """
        class Basket {
          add(item) {
            this.items.push(item);
            return 1;
          }

          total(tax, ...rest) {
            return this.items.length * tax;
          }
        }

        class Shape {
          area() {
            return 2;
          }
        }

        class Dot extends Shape {}
    """,
}
JAVA = {
    "p/Store.java": """
        package p;

        public interface Store {
            String get(String key, int limit);

            default int size() {
                return 1;
            }
        }
    """,
    "p/Files.java": """
        package p;

        public class Files implements Store {
            @Override
            public String get(String key, int limit) {
                return read(key, limit);
            }
        }
    """,
    "p/Basket.java": """
        package p;

        public class Basket {
            public int add(String item) {
                return items.push(item);
            }

            public int total(double tax) {
                return items.size() * 2;
            }
        }
    """,
}
GO = {
    "store.go": """
        package shop

        type Store interface {
            Get(key string, limit int) (string, error)
            Close() error
        }

        type files struct{}

        func (f *files) Get(key string, limit int) (string, error) {
            return read(key, limit)
        }

        func (f *files) Close() error {
            return nil
        }
    """,
    "basket.go": """
        package shop

        type Basket struct {
            items []string
        }

        func (b *Basket) Add(item string) int {
            b.items = append(b.items, item)
            return len(b.items)
        }

        func (b *Basket) Total(tax float64) float64 {
            return float64(len(b.items)) * tax
        }
    """,
}
RUST = {
    "src/store.rs": """
        pub trait Store {
            fn get(&self, key: &str, limit: usize) -> String;

            fn size(&self) -> usize {
                1
            }
        }
    """,
    "src/files.rs": """
        use crate::store::Store;

        pub struct Files;

        impl Store for Files {
            fn get(&self, key: &str, limit: usize) -> String {
                read(key, limit)
            }
        }

        pub struct Basket {
            items: Vec<String>,
        }

        impl Basket {
            pub fn add(&mut self, item: String) -> usize {
                self.items.push(item);
                self.items.len()
            }

            pub fn total(&self, tax: usize) -> usize {
                self.items.len() * tax
            }
        }
    """,
}
TREES = {
    "python": PYTHON,
    "typescript": TYPESCRIPT,
    "javascript": JAVASCRIPT,
    "java": JAVA,
    "go": GO,
    "rust": RUST,
}
KINDS = {
    "python": {"came/class/found", "came/class/made", "taken_up"},
    "typescript": {"came/interface/found", "came/abstract/found", "came/interface/made", "left", "taken_up"},
    "javascript": {"came/class/made"},
    "java": {"came/interface/found", "came/interface/made", "left", "taken_up"},
    "go": {"came/interface/found", "came/interface/made"},
    "rust": {"came/interface/found", "came/interface/made", "left"},
}


def tree_of(language: str) -> Tree:
    def layout(text: str) -> str:
        return code(text).replace("    ", "\t") if language == "go" else code(text)

    return Tree("shop/shop", language, {path: layout(text) for path, text in TREES[language].items()})


def chains(language: str, count: int = 120, seed: int = 1) -> list[Trajectory]:
    return list(islice(trajectories(tree_of(language), random.Random(seed)), count))


@pytest.mark.parametrize("language", TREES)
def test_every_chain_is_sound(language: str) -> None:
    tree = tree_of(language)
    found = chains(language)
    assert len(found) == 120
    assert not [(one.kind, reason) for one in found if (reason := objection(one, tree))]
    quiet = [one for one in found if one.kind.startswith("quiet/")]
    assert all(one.quiet == (one in quiet) for one in found)
    assert len(quiet) > len(found) / 5
    assert {one.kind for one in found} >= KINDS[language]


@pytest.mark.parametrize("language", TREES)
def test_the_same_seed_makes_the_same_chains(language: str) -> None:
    assert chains(language, 20, 5) == chains(language, 20, 5)
    assert chains(language, 20, 5) != chains(language, 20, 6)


def test_a_member_that_comes_is_written_by_everyone_below() -> None:
    chain = next(one for one in chains("python") if one.kind == "came/class/found")
    name = chain.trigger[1][0].new.split("def ")[1].split("(")[0]
    head = f"    def {name}(self, key: str, limit: int = 10) -> str:\n        "
    assert chain.trigger[1][0].new == f"\n\n{head}raise NotImplementedError"
    text = chain.end()["shop/files.py"]
    assert f".read(limit)\n\n{head}raise NotImplementedError\n" in text
    assert f"self.inner.get(key, limit)\n\n{head}return self.inner.{name}(key, limit)\n" in text
    assert len(chain.steps) == 2


def test_a_made_contract_is_kept_by_the_class_and_by_what_passes_on() -> None:
    made = [one for one in chains("typescript", 200) if one.kind == "came/interface/made"]
    whole = next(one for one in made if len(one.steps) == 2)
    end = whole.end()["files.ts"]
    assert "this.inner." in end
    assert "Not implemented" in end or "not implemented" in end


def test_what_leaves_takes_its_marked_overrides_along() -> None:
    chain = next(one for one in chains("java") if one.kind == "left" and "get" in one.trigger[1][0].old)
    ((path, change),) = chain.steps
    assert path == "p/Files.java"
    assert change.old.startswith("@Override\n") and change.old.endswith("}") and change.new == ""


def test_a_member_goes_with_its_comment() -> None:
    text = "class A {\n    int x;\n\n    /**\n     * Says.\n     */\n    void a() {\n    } // done\n}\n"
    tree = Tree("a/a", "java", {"A.java": text})
    (function,) = tree.shapes("A.java").functions()
    assert removed(text, function).old == text[text.index("/**") : text.index("\n}\n")]


def test_families_are_those_whose_names_leave_no_doubt() -> None:
    texts = {path: code(text) for path, text in PYTHON.items()}
    twins = Tree("a/a", "python", {**texts, "other.py": "class Store:\n    pass\n"})
    assert Families(twins).names == ()
    families = Families(tree_of("python"))
    family = families.family("Store")
    assert family is not None
    assert [kid.name for kid in family.kids] == ["Files", "Cached"]


def test_parameters_are_handed_on_as_they_are_taken() -> None:
    text = "def f(self, a, b=1, *rest, c, **more):\n    pass\n"
    (function,) = (
        Tree("a/a", "python", {"a.py": "class A:\n    " + text.replace("\n", "\n    ")})
        .shapes("a.py")
        .functions()
    )
    assert handed_on(function) == "a, b, *rest, c=c, **more"


def test_a_copied_signature_names_what_its_file_knows() -> None:
    store = (
        "from shop.keys import Key\n\n\nclass Store:\n    def get(self, key: Key) -> str:\n"
        "        raise NotImplementedError\n\n\nprint(Store, Key)\n"
    )
    files = (
        "from shop.store import Store\n\n\nclass Files(Store):\n    def get(self, key) -> str:\n"
        "        return open(key).read()\n\n    def rest(self):\n        return 1\n"
    )
    keys = "class Key:\n    def __init__(self, text):\n        self.text = text\n"
    found = {}
    for name, text in (
        ("without", files),
        ("with", files.replace("Store\n\n", "Store\nfrom shop.keys import Key\n\n", 1)),
    ):
        tree = Tree("o/n", "python", {"shop/store.py": store, "shop/files.py": text, "shop/keys.py": keys})
        chains = islice(trajectories(tree, random.Random(1)), 120)
        found[name] = [chain for chain in chains if chain.kind == "came/class/found"]
    assert found["with"] and not found["without"]


@pytest.mark.parametrize(
    ("path", "language", "text"),
    [
        ("A.java", "java", "abstract class A { abstract int f(); }\n/** A class of its own. */\n"
         "public static final class B extends A { int f() { return 1; } }\n"),
        ("a.ts", "typescript", "abstract class A { abstract f(): number }\n// a class of its own\n"
         "export class B extends A { f() { return 1; } }\n"),
    ],
)  # fmt: skip
def test_a_comment_is_no_head_of_a_class(path: str, language: str, text: str) -> None:
    family = Families(Tree("o/n", language, {path: text})).family("A")
    assert family is not None and [kid.name for kid in family.kids] == ["B"]
