"""The simulated type refinements: sound in every language, and the truth of one tree written out by hand."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from trainer.simulate.refine import trajectories
from trainer.simulate.refining.closed import leaks
from trainer.simulate.refining.families import Families
from trainer.simulate.refining.spots import fields
from trainer.simulate.store.soundness import objection
from trainer.simulate.trajectory import Trajectory
from trainer.simulate.tree import Tree

PYTHON = {
    "shop/shapes.py": """from shop.base import Base


class Shape:
    pass


class Circle(Shape):
    pass


class Box(Base):
    def __init__(self, shape: Shape, count: int = 0) -> None:
        self._shape: Shape = shape
        self.count = count

    def shape(self) -> Shape:
        return self._shape

    def put(self, given: Shape) -> None:
        self._shape = given

    def near(self, other: Shape, names: dict[str, int]) -> bool:
        return other.far(self.count)


def total(shape: Shape, start: int | None = None) -> int:
    made = Circle()
    made.go()
    return shape.size() + 1


def use() -> None:
    print(total(make()))
    kept: float = 1.0
    print(kept + 1)
""",
    "shop/base.py": """from shop.shapes import Shape


class Base:
    def near(self, other: Shape, names: dict[str, int]) -> bool:
        raise NotImplementedError
""",
}
TYPESCRIPT = {
    "src/box.ts": """export class Shape {}
export class Circle extends Shape {}
export class Box {
  private shape: Shape;
  constructor(shape: Shape, at?: Shape) {
    this.shape = shape;
    at.go();
  }
  getShape(): Shape {
    return this.shape;
  }
}
export function total(shape: Shape, names: Map<string, number>): number {
  const made = new Circle();
  made.go();
  return shape.size();
}
total(make(), names);
""",
}
JAVA = {
    "src/Box.java": """import java.util.List;
import java.util.Optional;

class Shape {
    List<Shape> all() { return null; }
    Optional<Shape> one() { return null; }
}
class Circle extends Shape {}
class Box {
    private Shape shape;
    Box(Shape shape, Map<String, Integer> names) {
        this.shape = shape;
    }
    Shape getShape() {
        return shape;
    }
    int total(Shape other) {
        Circle made = new Circle();
        made.go();
        return other.size();
    }
    int use() {
        return total(make());
    }
}
""",
}
GO = {
    "box.go": """package box

type Shape struct{}
type Circle struct{}

type Box struct {
	shape *Shape
}

func New(shape *Shape) *Box {
	return &Box{shape: shape}
}

func (b *Box) Shape() *Shape {
	return b.shape
}

func total(shape Shape, names map[string]int) int {
	made := Circle{}
	made.go()
	return shape.size()
}

func use() int {
	return total(make()) + 1
}
""",
}
RUST = {
    "src/lib.rs": """pub struct Shape;
pub struct Circle;
pub struct Box {
    shape: Shape,
}

impl Box {
    pub fn new(shape: Shape) -> Self {
        Box { shape }
    }

    pub fn shape(&self) -> &Shape {
        &self.shape
    }
}

fn total(shape: Shape, names: HashMap<String, u32>) -> u32 {
    let made = Circle::new();
    made.go();
    shape.size() + 1
}

fn using() -> u32 {
    total(make()) + 1
}
""",
}
TREES = {"python": PYTHON, "typescript": TYPESCRIPT, "java": JAVA, "go": GO, "rust": RUST}
KINDS = {
    "python": {"field_flow", "override_flow", "construct", "cast", "required", "wrapped", "quiet"},
    "typescript": {"field_flow", "construct", "cast", "required", "wrapped", "quiet"},
    "java": {"field_flow", "construct", "cast", "wrapped", "quiet"},
    "go": {"field_flow", "construct", "cast", "wrapped", "quiet"},
    "rust": {"field_flow", "construct", "wrapped", "quiet"},
}


def tree(language: str) -> Tree:
    return Tree("some/project", language, TREES[language])


def chains(language: str, count: int = 120, seed: int = 1) -> list[Trajectory]:
    return list(islice(trajectories(tree(language), random.Random(seed)), count))


@pytest.mark.parametrize("language", TREES)
def test_every_variant_of_the_language_is_there_and_sound(language: str) -> None:
    found = chains(language)
    assert {chain.kind.split("/")[0] for chain in found} >= KINDS[language]
    for chain in found:
        assert objection(chain, tree(language)) == "", chain
        assert chain.quiet == chain.kind.startswith("quiet/")
    assert sum(chain.quiet for chain in found) >= len(found) / 5


@pytest.mark.parametrize("language", TREES)
def test_the_same_seed_gives_the_same_chains(language: str) -> None:
    assert chains(language, 30) == chains(language, 30)
    assert chains(language, 30) != chains(language, 30, seed=2)


def test_a_language_without_written_types_has_no_chains() -> None:
    script = Tree("some/project", "javascript", {"a.js": "function f(a) { return a }\n"})
    assert list(trajectories(script, random.Random(0))) == []


@pytest.mark.parametrize(
    ("language", "path", "roles"),
    [
        ("python", "shop/shapes.py", ["parameter", "field", "result", "parameter"]),
        ("typescript", "src/box.ts", ["field", "parameter", "result"]),
        ("java", "src/Box.java", ["field", "parameter", "result"]),
        ("go", "box.go", ["field", "parameter", "result"]),
        ("rust", "src/lib.rs", ["field", "parameter", "result"]),
    ],
)
def test_the_places_of_a_field(language: str, path: str, roles: list[str]) -> None:
    source = tree(language)
    found = [
        held
        for one in source.shapes(path).classes()
        for held in fields(source, path, one)
        if "shape" in held.name
    ]
    assert [[spot.role for spot in one.spots] for one in found] == [roles]
    for spot in found[0].spots:
        assert source.texts[path].startswith(spot.text, spot.start) and "Shape" in spot.text


def test_relatives_are_found_by_the_names_of_bases() -> None:
    source = tree("python")
    families = Families(source)
    box = families.defined("Box")[0][1]
    assert [path for path, _ in families.relatives("shop/shapes.py", box, "near") or ()] == ["shop/base.py"]
    assert families.relatives("shop/shapes.py", box, "shape") == []


@pytest.mark.parametrize(
    ("language", "body", "count"),
    [
        ("python", "    self.x = x\n    return x.y\n", 1),
        ("python", "    y = x or 3\n", 1),
        ("python", "    return f(x)\n", 0),
        ("java", "this.x = x; return x;", 2),
        ("typescript", "return { x, y }", 1),
        ("go", "\tt.x = x\n\treturn &T{y: x}\n", 2),
        ("rust", "{\n    f(x);\n    x\n}", 1),
    ],
)
def test_a_value_that_goes_on_as_it_is(language: str, body: str, count: int) -> None:
    assert leaks(language, body, "x") == count


NEAR = {
    "pkg/shapes.py": (
        "class Shape:\n    pass\n\n\nclass Circle(Shape):\n    pass\n\n\ndef f(a: Circle) -> Circle: ...\n"
    ),
    "pkg/base.py": (
        "from pkg.shapes import Circle, Shape\n\n\nclass Base:\n    def near(self, on: Shape) -> int:\n"
        "        raise NotImplementedError\n\n\nprint(Shape, Circle, Circle)\n"
    ),
    "pkg/box.py": (
        "from pkg.base import Base\nfrom pkg.shapes import Circle\nfrom pkg.shapes import Shape\n\n\n"
        "class Box(Base):\n    def near(self, on: Shape) -> int:\n        return on.size\n\n\n"
        "print(Circle, Circle)\n"
    ),
}


def test_python_chains_end_in_the_tree_and_bring_its_imports() -> None:
    source = Tree("some/project", "python", NEAR)
    found = [one for one in islice(trajectories(source, random.Random(2)), 200) if "override" in one.kind]
    assert {one.kind.rpartition("/")[2] for one in found} == {"imported"}
    for one in found:
        assert one.end() == {path: NEAR[path] for path in one.end()}, one
        brought = [(path, change.new) for path, change in one.steps if "import" in change.new]
        assert brought == [("pkg/box.py", "from pkg.shapes import Shape\n")]


@pytest.mark.parametrize("language", TREES)
def test_a_cast_that_goes_names_the_type_that_comes(language: str) -> None:
    for chain in chains(language):
        if chain.kind == "cast/made":
            (trigger,) = chain.trigger[1]
            assert all(trigger.new in change.old for _, change in chain.steps)
            assert {path: text for path, text in chain.end().items()}.items() <= TREES[language].items()
