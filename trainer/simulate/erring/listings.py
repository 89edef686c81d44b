"""How each language goes through the variants of an enumeration: matches, switches, chains, tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of arms as text; {f} a function, {x} its parameter, {e} the type, {v} a variant, {b} a body."""

    name: str
    head: str
    arm: str
    tail: str
    rest: str
    """The arm for all others; in a list with one nothing is missing."""
    first: str = ""
    """The first arm, where that is written in another way."""
    values: bool = False
    """Whether a body is a value, which cannot be left to be written."""
    body: str = ""
    """What a body does with its value, where not as in the language's other lists."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The lists of a language, and the enumeration that they go through where a tree has none."""

    enumeration: str
    entry: str
    closing: str
    listings: tuple[Listing, ...]
    stub: str
    call: str
    """A call of a function whose name holds the variant's; {s} in the language's spelling."""
    body: str = "{b}"
    """What a body does with its value."""


_PYTHON: Final = Writing(
    "\n\nclass {e}(enum.Enum):\n",
    '    {v} = "{v}"\n',
    "",
    (
        Listing(
            "match",
            "\n\ndef {f}({x}):\n    match {x}:\n",
            "        case {e}.{v}:\n            {b}\n",
            "",
            "        case _:\n            {b}\n",
        ),
        Listing(
            "chain",
            "\n\ndef {f}({x}):\n",
            "    elif {x} is {e}.{v}:\n        {b}\n",
            "",
            "    else:\n        {b}\n",
            first="    if {x} is {e}.{v}:\n        {b}\n",
        ),
        Listing("table", "\n\n{f} = {{\n", "    {e}.{v}: {b},\n", "}}\n", "", values=True),
    ),
    "raise NotImplementedError",
    "{f}_{s}({x})",
    "return {b}",
)
_TYPESCRIPT: Final = Writing(
    "\nexport enum {e} {{\n",
    "  {v},\n",
    "}}\n",
    (
        Listing(
            "switch",
            "\nexport function {f}({x}: {e}) {{\n  switch ({x}) {{\n",
            "    case {e}.{v}:\n      {b}\n",
            "  }}\n}}\n",
            "    default:\n      {b}\n",
        ),
        Listing(
            "table",
            "\nexport const {f}: Record<{e}, unknown> = {{\n",
            "  [{e}.{v}]: {b},\n",
            "}};\n",
            "",
            values=True,
        ),
    ),
    'throw new Error("Method not implemented.");',
    "{f}{s}({x})",
    "return {b};",
)
_JAVA: Final = Writing(
    "public enum {e} {{\n",
    "    {v},\n",
    "    ;\n}}\n",
    (
        Listing(
            "switch",
            "class {c} {{\n    Object {f}({e} {x}) {{\n        switch ({x}) {{\n",
            "            case {v}:\n                {b}\n",
            "        }}\n        throw new IllegalStateException();\n    }}\n}}\n",
            "            default:\n                {b}\n",
        ),
        Listing(
            "rules",
            "class {c} {{\n    void {f}({e} {x}) {{\n        switch ({x}) {{\n",
            "            case {v} -> {b}\n",
            "        }}\n    }}\n}}\n",
            "            default -> {b}\n",
            body="System.out.println({b});",
        ),
    ),
    "throw new UnsupportedOperationException();",
    "{f}{s}({x})",
    "return {b};",
)
_GO: Final = Writing(
    "\ntype {e} int\n\nconst (\n\t{first} {e} = iota\n",
    "\t{v}\n",
    ")\n",
    (
        Listing(
            "switch",
            "\nfunc {f}({x} {e}) any {{\n\tswitch {x} {{\n",
            "\tcase {v}:\n\t\t{b}\n",
            '\t}}\n\tpanic("unreachable")\n}}\n',
            "\tdefault:\n\t\t{b}\n",
        ),
        Listing("table", "\nvar {f} = map[{e}]any{{\n", "\t{v}: {b},\n", "}}\n", "", values=True),
    ),
    'panic("not implemented")',
    "{f}{s}({x})",
    "return {b}",
)
_RUST: Final = Writing(
    "\npub enum {e} {{\n",
    "    {v},\n",
    "}}\n",
    (
        Listing(
            "match",
            "\nfn {f}({x}: {e}) {{\n    match {x} {{\n",
            "        {e}::{v} => {b},\n",
            "    }}\n}}\n",
            "        _ => {b},\n",
        ),
        Listing(
            "self",
            "\nimpl {e} {{\n    fn {f}(&self) {{\n        match self {{\n",
            "            Self::{v} => {b},\n",
            "        }}\n    }}\n}}\n",
            "            _ => {b},\n",
        ),
    ),
    "todo!()",
    "{f}_{s}({x})",
)
WRITINGS: Final = {
    "python": _PYTHON,
    "typescript": _TYPESCRIPT,
    "java": _JAVA,
    "go": _GO,
    "rust": _RUST,
}
"""JavaScript has no enumerations, so that nothing can be told to be one."""
