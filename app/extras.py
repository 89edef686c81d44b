"""How what Ripple can do without is installed."""

from __future__ import annotations


def install(extra: str) -> str:
    """The command that adds an extra of pyproject.toml."""
    return f"pip install 'ripple-next-edit[{extra}]' (in a checkout: .venv/bin/pip install -e '.[{extra}]')"
