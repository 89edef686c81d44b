"""Renames that reach what belongs together by its shape: Go's interfaces, attributes of components."""

from __future__ import annotations

import pytest

from tests.engine.syntax.projects import Memory

GO = {
    "go.mod": "module x\n",
    "a.go": (
        "package a\n\ntype Runner interface {\n\tRun(n int) error\n\tStop()\n}\n\ntype Fast struct{}\n\n"
        "func (f *Fast) Run(n int) error { return nil }\nfunc (f *Fast) Stop() {}\n\ntype Half struct{}\n\n"
        "func (h Half) Run(n int) error { return nil }\n\ntype Wrap struct {\n\tRunner\n}\n\n"
        "func use(r Runner, f *Fast, h Half, w Wrap) {\n\tr.Run(1)\n\tf.Run(2)\n\th.Run(3)\n\tw.Run(4)\n}\n"
    ),
}


@pytest.mark.parametrize(
    ("old", "lines"),
    [
        ("\tRun(n int)", {"Exec(n", "Fast) Exec", "r.Exec", "f.Exec", "w.Exec"}),
        ("(f *Fast) Run(", {"Exec(n", "Fast) Exec", "r.Exec", "f.Exec", "w.Exec"}),
        ("(h Half) Run(", {"Half) Exec", "h.Exec"}),
    ],
)
def test_types_that_fulfil_an_interface_follow_it(old: str, lines: set[str]) -> None:
    project = Memory(GO)
    text = project.applied(project.change("a.go", old, old.replace("Run", "Exec")))["a.go"]
    assert text.count("Exec") == len(lines) and all(line in text for line in lines)


TYPED = {
    "Button.tsx": (
        "export interface Props { label: string; onPress?: () => void }\n"
        "export function Button({ label, onPress }: Props) { return <b onClick={onPress}>{label}</b>; }\n"
        "export const Card = (props: Props) => <i>{props.label}</i>;\n"
    ),
    "App.tsx": (
        "import { Button, Card } from './Button';\n"
        "export const App = () => <div><Button label='a'></Button><Card label='b' /><p label='c' /></div>;\n"
    ),
}


def test_attributes_of_typed_components_follow() -> None:
    project = Memory(TYPED)
    texts = project.applied(project.change("Button.tsx", "{ label: string", "{ title: string"))
    assert "<Button title='a'></Button><Card title='b' /><p label='c' />" in texts["App.tsx"]
    assert "Button({ title: label, onPress }: Props)" in texts["Button.tsx"]
    assert "{props.title}" in texts["Button.tsx"]


def test_a_component_follows_in_both_tags() -> None:
    project = Memory(TYPED)
    texts = project.applied(project.change("Button.tsx", "function Button", "function Push"))
    assert "<Push label='a'></Push>" in texts["App.tsx"] and "import { Push, Card }" in texts["App.tsx"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Button({ label,", "Button({ title,", "<Button title='a' size={1} /><Card label='b' />"),
        ("size = 0 }", "width = 0 }", "<Button label='a' width={1} /><Card label='b' />"),
        ("({ label })", "({ title })", "<Button label='a' size={1} /><Card title='b' />"),
    ],
)
def test_attributes_follow_a_parameter_that_is_taken_apart(old: str, new: str, expected: str) -> None:
    project = Memory(
        {
            "b.jsx": (
                "export function Button({ label, size = 0 }) { return <b size={size}>{label}</b>; }\n"
                "export const Card = ({ label }) => <i>{label}</i>;\n"
            ),
            "app.jsx": (
                "import { Button, Card } from './b';\n"
                "export const App = () => <div><Button label='a' size={1} /><Card label='b' /></div>;\n"
            ),
        }
    )
    assert expected in project.applied(project.change("b.jsx", old, new))["app.jsx"]
