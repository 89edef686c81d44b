"""The stand-ins, for every test of the schedulers."""

from tests.app.schedule.programs import machine

__all__ = ["machine"]
