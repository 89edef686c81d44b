"""Result lists, and types that fulfil an interface unasked."""

from __future__ import annotations

import pytest

from engine.syntax.names.family import Family, result_types
from engine.syntax.names.references import References
from tests.engine.syntax.projects import Memory


@pytest.mark.parametrize(
    ("returns", "types"),
    [
        ("", []),
        ("int", ["int"]),
        ("(int, error)", ["int", "error"]),
        ("(n int, err error)", ["int", "error"]),
        ("(chan int, error)", ["chan int", "error"]),
        ("(func(int) error, error)", ["func(int) error", "error"]),
        ("(done chan int, m map[string]int)", ["chan int", "map[string]int"]),
    ],
)
def test_results_without_the_names_that_they_bear(returns: str, types: list[str]) -> None:
    assert result_types(returns) == types


def test_a_type_that_is_nowhere_is_none() -> None:
    project = Memory({"a/a.go": "package a\n\nfunc f() { Client() }\n"})
    assert Family(References(project.index.view())).type_("a/a.go", "Client") is None
