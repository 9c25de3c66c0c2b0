"""The range that every figure and estimate is: low, best and high, and what kind of range it is."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.vocab import RANGE_KINDS


@dataclass(frozen=True)
class Interval:
    """low <= best <= high in people, and what kind of range it is. None is an open end, never 0.

    Raises
    ------
    ValueError
        If the numbers are negative or out of order, or the kind is not one of `RANGE_KINDS`.
    """

    low: int | None
    best: int | None
    high: int | None
    kind: str | None

    def __post_init__(self) -> None:
        given = [number for number in (0, self.low, self.best, self.high) if number is not None]
        if given != sorted(given):
            raise ValueError(
                f"not an ordered range of counts: low {self.low}, best {self.best}, "
                f"high {self.high}"
            )
        if self.kind is not None and self.kind not in RANGE_KINDS:
            raise ValueError(
                f"unknown kind of range {self.kind!r}; known: {', '.join(RANGE_KINDS)}"
            )

    def display(self) -> str:
        """Say the range in words: "601 or more", "40 or fewer", "650 (500 to 700)".

        Thousands are parted by commas. An open end is said to be open.
        """
        ends = self._display_ends()
        if self.best is None:
            return ends or "not known"
        best = f"{self.best:,}"
        return f"{best} ({ends})" if ends and not self.low == self.best == self.high else best

    def _display_ends(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:,}" if self.low == self.high else f"{self.low:,} to {self.high:,}"
        if self.low is not None:
            return f"{self.low:,} or more"
        return f"{self.high:,} or fewer" if self.high is not None else ""
