"""From a claim's words to low, best and high, and to the reading range of its printed digits.

The meaning of each hedging word is `numbers.ends`; here it is named by a rule id, and the cases
stand that one word does not settle: a register's own ends, and ends that are out of order.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipelines.core.numbers import (
    NumberFault,
    ends,
    marks,
    printed_unit,
    read_number,
    reading_range,
)

RULE_OF_QUALIFIER: Final = {
    "plain": "plain",
    "about": "about",
    "nearly": "nearly",
    "at_least": "at_least:x",
    "more_than": "more_than:x+1",
    "at_most": "at_most:x",
    "up_to": "up_to:x",
    "less_than": "less_than:x-1",
    "between": "between",
    "vague": "vague:band",
}
"""Rule id of a claim whose hedging word alone settles its range."""

POINTS: Final = ("plain", "about", "nearly")
"""Hedging words that give a best figure, and ends only where a register states them."""

TWO_ENDS: Final = ("between", "vague")
"""Hedging words that give two ends, of which a source may have printed one alone."""

MASKED: Final = "small_count_masked"
"""The doubt of a register's number that stands for any from 1 up to it, to protect people."""

MASKED_RULE: Final = "register:masked"


@dataclass(frozen=True, slots=True)
class Committed:
    """What a claim's words commit to, in its own unit. None is an open end, never 0."""

    low: int | None
    best: int | None
    high: int | None
    range_kind: str | None
    rule_id: str


def is_inverted(value: int | None, low: int | None, high: int | None) -> bool:
    """Whether low, value and high as printed are out of order."""
    given = [number for number in (low, value, high) if number is not None]
    return given != sorted(given)


def committed(
    qualifier: str,
    value: int | None,
    value_low: int | None,
    value_high: int | None,
    modality: str = "stated",
    *,
    masked: bool = False,
) -> Committed:
    """Low, best and high of a claim, with the kind of range and the rule that made it.

    `masked` says that a register puts the number in the place of smaller ones.
    """
    if is_inverted(value, value_low, value_high):
        return Committed(None, value, None, None, "range_inverted:best_only")
    if qualifier in TWO_ENDS and (value_low is None or value_high is None):
        # One end was printed: the other stays open.
        kind = _kind(qualifier, value_low, value_high)
        return Committed(value_low, value, value_high, kind, f"{qualifier}:one_end")
    if qualifier == "less_than" and value == 0:
        return Committed(None, None, None, None, "less_than:no_count")
    low, best, high = ends(qualifier, value, value_low, value_high)
    rule = _rule(qualifier, low, high, modality)
    if masked and qualifier in POINTS:
        rule = MASKED_RULE
    return Committed(low, best, high, _kind(qualifier, low, high), rule)


def _kind(qualifier: str, low: int | None, high: int | None) -> str | None:
    if low is None and high is None:
        return None
    if qualifier == "vague":
        return "vague"
    return "bound" if low is None or high is None else "stated"


def _rule(qualifier: str, low: int | None, high: int | None, modality: str) -> str:
    if modality == "none_reported":
        return "none_reported"
    if qualifier in POINTS and not (low is None and high is None):
        return "register:stated"
    return RULE_OF_QUALIFIER[qualifier]


def reading(
    value: int | None, value_as_written: str | None, *, masked: bool = False
) -> tuple[int | None, int | None]:
    """Least and greatest number that the printed digits could be rounded from, or stand for.

    The printed unit is read from the number as written; where that gives another value (as after a
    correction), from the trailing zeros of the value.
    """
    if value is None:
        return None, None
    if masked:
        return 1, value
    unit = _unit_as_written(value_as_written, value) if value_as_written else None
    return reading_range(value, printed_unit(value) if unit is None else unit)


@lru_cache(maxsize=65536)
def _unit_as_written(written: str, value: int) -> int | None:
    try:
        number = read_number(written, marks([written]), in_text=True)
    except NumberFault:
        return None
    return number.printed_unit if number.value == value else None
