"""Households become people, only with a stated size and its source; nothing else is converted."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from pipelines.figures.ranges import Committed

PEOPLE: Final = "people"
HOUSEHOLDS: Final = "households"


def stated_size(unit: str, size: float | None, source: str | None) -> Decimal | None:
    """People a household, where a count of households comes with a size and its source."""
    if unit != HOUSEHOLDS or not size or not source:
        return None
    return Decimal(repr(float(size))).normalize()


def in_people(range_: Committed, size: Decimal) -> Committed:
    """The range of a count of households as people.

    An end that falls between two people is moved outward, so that it claims no more than the words
    and the size do; the best is the nearest whole number.
    """
    return replace(
        range_,
        low=_times(range_.low, size, ROUND_FLOOR),
        best=_times(range_.best, size, ROUND_HALF_UP),
        high=_times(range_.high, size, ROUND_CEILING),
        rule_id=f"{range_.rule_id}|households*{size:f}",
    )


def reading_in_people(
    value: int | None, reading: tuple[int | None, int | None], size: Decimal
) -> tuple[int | None, int | None]:
    """The reading range of a count of households as people, rounded inward around the value."""
    centre = _times(value, size, ROUND_HALF_UP)
    low = _times(reading[0], size, ROUND_CEILING)
    high = _times(reading[1], size, ROUND_FLOOR)
    if centre is None or low is None or high is None:
        return None, None
    return min(low, centre), max(high, centre)


def point_in_people(value: int | None, size: Decimal) -> int | None:
    """The printed number of households as people, to the nearest."""
    return _times(value, size, ROUND_HALF_UP)


def _times(count: int | None, size: Decimal, rounding: str) -> int | None:
    if count is None:
        return None
    return int((count * size).to_integral_value(rounding=rounding))
