"""The engine is tested with the reader of registers' own tests: files in, claims to ask of."""

from tests.claims.registers.conftest import read, world

__all__ = ["read", "world"]
