"""What Attest refuses to work out, and the words in which it refuses.

A refusal names what it is about, why, and what would settle it; it is an answer, not a fault. The
SQL macros of a release refuse in the same words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FOUND_COUNTS: Final = ("identified", "tallied")
"""Bases of counts of what somebody found: floors, whose change may be a change in reporting."""

REPORTING_CAPTION: Final = (
    "These are counts of what was found. A change in them may be a change in reporting."
)
"""The standing caption of every chart and table that sets such counts side by side."""


@dataclass
class Refusal(Exception):
    """Something that is not worked out, with the reason."""

    reason: str
    would_settle: str | None = None
    pair: tuple[str, str] | None = None
    """The two claims that it is about, where it is about two."""
    others: list[Refusal] = field(default_factory=list)
    """Further refusals of the same request."""

    def __str__(self) -> str:
        pair = f" ({self.pair[0]} and {self.pair[1]})" if self.pair else ""
        settle = f" What would settle it: {self.would_settle}." if self.would_settle else ""
        return f"refused: {self.reason}{pair}.{settle}"


class SumRefused(Refusal):
    """Claims that are not added up."""


class TrendRefused(Refusal):
    """A change, ranking or rate over counts of what was found."""
