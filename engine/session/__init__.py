"""The facade that both front ends use: saves and decisions in, events out."""

from engine.session.session import Session

__all__ = ["Session"]
