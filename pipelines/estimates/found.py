"""A finding before anybody has settled it: what every kind of finding gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


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
