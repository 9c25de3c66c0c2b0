"""A finding before anybody has settled it: what every kind of finding gives, and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Row = Mapping[str, Any]

STRENGTH: Final = (
    "identified",
    "registered",
    "tallied",
    "survey",
    "mse",
    "modelled",
    "judgement",
    "extrapolated",
    "machine_coded",
    "unstated",
)
"""Bases, the strongest first."""


def strength(rows: Sequence[Row]) -> tuple[int, ...]:
    """A key that sorts sets of claims: pairs before larger sets, there the strongest basis first.

    A set is as strong as the weakest of its bases, then as the next.
    """
    return (len(rows), *sorted((STRENGTH.index(row["basis"]) for row in rows), reverse=True))


@dataclass(frozen=True)
class Found:
    """One finding before anybody has settled it."""

    finding_type: str
    severity: str
    claims: Sequence[Row]
    """The claims it rests on, the earlier or the whole first; its question is the first one's."""
    message: str
    would_settle: str
    size: int | None = None
    beyond: str = ""
    """Digest of what it rests on beside these claims, where it is about more than it lists."""
