"""A class that only bears the name of a base, with one below it: what becomes of the base is not for it."""

from __future__ import annotations

import random
from typing import Final

from trainer.simulate.overriding.kinship import Family
from trainer.simulate.tree import Tree

_SCRIPT = """class {base} {{
  {own}() {{
    return {value};
  }}
}}

class {below} extends {base} {{}}
"""
_TEXTS: Final = {
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "python": """class {base}:
    def {own}(self):
        return {value}


class {below}({base}):
    pass
""",
    "java": """package {own};

interface {base} {{
    int {own}();
}}

class {below} implements {base} {{
    public int {own}() {{
        return {number};
    }}
}}
""",
    "rust": """trait {base} {{
    fn {own}(&self) -> u32;
}}

struct {below};

impl {base} for {below} {{
    fn {own}(&self) -> u32 {{
        {number}
    }}
}}
""",
}


def written(tree: Tree, family: Family, rng: random.Random) -> dict[str, str] | None:
    """A file beside the base's (in Java, in a package of its own) with a class of its name; None in Go."""
    text = _TEXTS.get(tree.language)
    if text is None:
        return None
    own, below = tree.invented(tree.common(rng), rng), tree.invented(family.base.name, rng)
    folder, _, file = family.path.rpartition("/")
    ending = file.rpartition(".")[2]
    inside = [folder, own] if tree.language == "java" else [folder]
    stem = below if tree.language == "java" else own
    path = "/".join([*filter(None, inside), f"{stem}.{ending}"])
    if path in tree.texts or own == below:
        return None
    number = str(rng.randrange(2, 90))
    value = tree.literal(rng)
    return {path: text.format(base=family.base.name, below=below, own=own, value=value, number=number)}
