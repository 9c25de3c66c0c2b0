"""A relation between two scopes, on one axis or together, with its reason and what would settle it.

How the relations on the axes make one together belongs here; what is compared does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

ANY: Final = "*"
"""In a scope that somebody asks about: this axis is left open, and everything is inside it."""

INVERSE: Final = {"inside": "contains", "contains": "inside"}

RELATED: Final = ("equal", "inside", "contains", "overlaps", "touching", "disjoint", "unknown")
"""The relations by the bit that each has in a mask of axes (schemas.vocab says what they mean)."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How a stands to b on one axis, or together, and why."""

    relation: str
    axis: str | None = None
    reason: str | None = None
    would_settle: str | None = None

    @property
    def inverse(self) -> Relation:
        """How b stands to a."""
        return Relation(
            INVERSE.get(self.relation, self.relation),
            self.axis,
            _swapped(self.reason),
            _swapped(self.would_settle),
        )

    @property
    def is_within(self) -> bool:
        """Whether all that a counts is counted by b."""
        return self.relation in ("equal", "inside")

    @property
    def may_share(self) -> bool:
        """Whether one person may be counted in both, as far as is known."""
        return self.relation != "disjoint"


EQUAL: Final = Relation("equal")


def _swapped(words: str | None) -> str | None:
    """A reason read from the other side: A and B change places."""
    if words is None:
        return None
    return words.replace("{a}", "\0").replace("{b}", "{a}").replace("\0", "{b}")


def worded(words: str | None, a: str, b: str) -> str | None:
    """A reason with names for its two sides, which it writes as {a} and {b}."""
    return None if words is None else words.replace("{a}", a).replace("{b}", b)


# Together


def together(axes: Iterable[Relation]) -> Relation:
    """The relation that follows from those on every axis.

    Disjoint on one axis is disjoint. Windows that touch share one day at most, whatever else they
    share. Else one unknown axis leaves it unknown. Inside on some axes and equal on the others is
    inside; inside on one and containing on another overlaps.
    """
    first: dict[str, Relation] = {}
    mask = 0
    for one in axes:
        first.setdefault(one.relation, one)
        mask |= 1 << RELATED.index(one.relation)
    verdict = VERDICTS[mask]
    if verdict == "overlaps" and "overlaps" not in first:
        # In the order of the axes, so that it reads the same from both sides.
        return mixed(*(one for word, one in first.items() if word in INVERSE))
    return first.get(verdict, EQUAL)


def mixed(one: Relation, other: Relation) -> Relation:
    """Inside on one axis and containing on another: the two overlap."""
    return Relation("overlaps", one.axis, f"{one.reason}, while {other.reason}")


def _verdict(mask: int) -> str:
    held = {word for bit, word in enumerate(RELATED) if mask >> bit & 1}
    for word in ("disjoint", "touching", "unknown", "overlaps"):
        if word in held:
            return word
    if {"inside", "contains"} <= held:
        return "overlaps"
    return next(iter(held - {"equal"}), "equal")


VERDICTS: Final = tuple(_verdict(mask) for mask in range(1 << len(RELATED)))
"""The relation together, by the mask of the relations on the axes."""


def of_any(a: Any, b: Any, axis: str) -> Relation | None:
    """The relation on an axis that one side leaves open; None where neither does."""
    if b == ANY:
        return Relation("inside", axis, f"{axis} is left open by {{b}}")
    if a == ANY:
        return Relation("contains", axis, f"{axis} is left open by {{a}}")
    return None
