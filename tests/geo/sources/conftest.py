"""Fixtures of the gate: the real files, where they are at hand."""

from tests.real import real

__all__ = ["real"]
