"""Members in TypeScript whose receiver only a type tells: type parameters, callbacks, patterns, literals."""

from __future__ import annotations

import pytest

from tests.engine.syntax.projects import Memory

TYPES = """\
export interface Item { label: string; parent?: Item }
export interface Box<T> { value: T; each(run: (one: T, n: number) => void): void }
export interface Rack { items: Item[]; byName: Record<string, Item>; loose: { [k: string]: Item } }
export interface Made<T> { new (label: string): T; (): T }
export type Pick1<T extends Item = Item> = { held: T };
export function boxed<T>(value: T): Box<T> { return null as any }
export function first<T>(list: T[], test: (one: T) => boolean): T { return list[0] }
export declare const ItemMade: Made<Item>;
"""
USES = [
    "const a = (b: Box<Item>) => b.value.label;",
    "boxed(null as Item).value.label;",
    "boxed<Item>(x).each(one => one.label);",
    "const c = (r: Rack) => r.items.filter(i => i.label).map(i => i.label);",
    "const d = ({ items: [head] }: Rack) => head.label;",
    "const e = (r: Rack) => { for (const { label } of r.items) label; };",
    "const f = (r: Rack) => r.byName.x.label;",
    "const g = (r: Rack) => r.loose['x'].label;",
    "new ItemMade('x').label;",
    "ItemMade().label;",
    "const h = (p: Pick1) => p.held.label;",
    "const i = (r: Rack) => first(r.items, one => !!one.label).label;",
    "const j: Rack = { items: [{ label: 'x' }], byName: { x: { label: 'y' } }, loose: {} };",
    "const k = (x: Rack['items']) => x[0].label;",
    "const l = (x: ReturnType<typeof plain>) => x.label;",
    "const m: (one: Item) => void = one => one.label;",
    "const n: (r: Rack) => (one: Item) => void = r => one => one.label;",
    "const o = { get(this: Item) { return this.label } };",
    "class Sub<T extends Item> { constructor(private own: T) {} run() { return this.own.label } }",
    "const q = ({ parent: { label } }: Item) => label;",
]


@pytest.mark.parametrize("use", USES)
def test_a_use_of_a_typed_member_follows(use: str) -> None:
    head = "import { ItemMade, boxed, first } from './types';\n"
    head += (
        "import type { Box, Item, Made, Pick1, Rack } from './types';\nfunction plain(): Item { return x }\n"
    )
    other = "export interface Other { label: number }\nexport const o = (x: Other) => x.label;\n"
    project = Memory({"types.ts": TYPES, "other.ts": other, "use.ts": head + use + "\n"})
    changed = project.applied(project.change("types.ts", "{ label: string;", "{ title: string;"))
    line = changed["use.ts"].splitlines()[3]
    mentions = use.count("label") - ("; label" in use) - (") => label;" in use) - ("r.items) label" in use)
    assert line.count("title") >= 1, line
    assert "{ title: label }" in line or line.count("title") == mentions, line
    assert changed["other.ts"] == other


def test_a_type_parameter_is_no_member() -> None:
    text = "interface Box<Held> { Held: number; own: Held }\nfunction f(b: Box<string>) { return b.Held }\n"
    project = Memory({"m.ts": text})
    changed = project.applied(project.change("m.ts", "Box<Held>", "Box<Kept>"))["m.ts"]
    assert changed == text.replace("Box<Held>", "Box<Kept>").replace("own: Held", "own: Kept")


def test_a_type_and_a_value_of_one_name_are_told_apart() -> None:
    text = (
        "interface Shape { area: number }\nconst Shape = { area: 'x' };\n"
        "const f = (s: Shape) => s.area;\nShape.area;\n"
    )
    project = Memory({"m.ts": text})
    changed = project.applied(project.change("m.ts", "{ area: number", "{ size: number"))["m.ts"]
    assert "s.size;\nShape.area;" in changed


def test_a_type_exchanged_for_one_that_others_import_renames_no_class() -> None:
    files = {
        "a/Slow.java": "package a;\nclass Slow { Slow in; Slow(Slow in) { this.in = in; } }\n",
        "a/U.java": "package a;\nimport java.io.InputStream;\nclass U { InputStream in; Slow slow; }\n",
    }
    project = Memory(files)
    sites = project.change("a/Slow.java", "Slow in;", "InputStream in;")
    assert all(site.rule < 0.5 for site in sites)
