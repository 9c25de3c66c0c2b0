"""How two windows of four days stand to each other.

Two windows that both start on "some day of March 2011" are read as starting on one day. The
comparison is written once for single windows and for arrays of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pipelines.core.verdict import ANY, EQUAL, Relation

Row = Mapping[str, Any]


NEVER: Final = 10**7
"""Beyond every day: an edge that is not stated may lie anywhere up to here."""
LIMITLESS: Final = 10**8

Days = tuple[Any, Any, Any, Any]
"""Start earliest and latest, end earliest and latest as day numbers: ints, or arrays of them."""

WINDOWS: Final = ("unknown", "overlaps", "touching", "disjoint", "contains", "inside", "equal")
WINDOW_OF_MASK: Final = tuple(
    max((bit + 1 for bit in range(6) if mask >> bit & 1), default=0) for mask in range(64)
)
"""Index into `WINDOWS` by what holds of two windows: the strongest of it."""


def days_of(row: Row) -> Days:
    """The four days of a window as numbers. An edge that is not stated may be any day."""
    if row["start_earliest"] == ANY:
        return (-LIMITLESS, -LIMITLESS, LIMITLESS, LIMITLESS)
    return (
        edge_day(row["start_earliest"], -NEVER),
        edge_day(row["start_latest"], NEVER),
        edge_day(row["end_earliest"], -NEVER),
        edge_day(row["end_latest"], NEVER),
    )


def edge_day(day: date | None, otherwise: int) -> int:
    """The number of a day; `otherwise` where it is not stated."""
    return otherwise if day is None else day.toordinal()


def window_mask(a: Days, b: Days) -> Any:
    """What is certain of two windows, as bits in the order of `WINDOWS[1:]`; ints or arrays.

    An edge that both give in the same words (one day, or the same days between which it lies) is
    one edge; an edge that neither states is not known to be one.
    """
    a_s, a_t, a_e, a_f = a
    b_s, b_t, b_e, b_f = b
    same_start = (a_s == b_s) & (a_t == b_t)
    same_end = (a_e == b_e) & (a_f == b_f)
    stated_start = (a_s > -NEVER) & (a_t < NEVER)
    stated_end = (a_e > -NEVER) & (a_f < NEVER)
    one_start, one_end = same_start & stated_start, same_end & stated_end
    a_starts_first, b_starts_first = one_start | (a_t <= b_s), one_start | (b_t <= a_s)
    a_ends_last, b_ends_last = one_end | (b_f <= a_e), one_end | (a_f <= b_e)
    equal = same_start & same_end
    inside, contains = b_starts_first & b_ends_last, a_starts_first & a_ends_last
    disjoint = (a_f < b_s) | (b_f < a_s)
    touching = (a_f == b_s) | (b_f == a_s)
    share = (a_t < b_e) & (b_t < a_e)
    overlaps = share & (((a_t < b_s) & (a_f < b_e)) | ((b_t < a_s) & (b_f < a_e)))
    return overlaps * 1 + touching * 2 + disjoint * 4 + contains * 8 + inside * 16 + equal * 32


def of_window(a: Days, b: Days) -> Relation:
    """When, as days alone."""
    known = _WINDOW_RELATIONS.get(WINDOWS[WINDOW_OF_MASK[window_mask(a, b)]])
    return known or window_unknown(a, b)


def window_unknown(a: Days, b: Days) -> Relation:
    """The edge that leaves two windows unknown: one that is not stated, or the loosest one."""
    edges = []
    for side, days in (("{a}", a), ("{b}", b)):
        edges.append((days[1] - days[0], f"the first day of {side}", "period_start"))
        edges.append((days[3] - days[2], f"the last day of {side}", "period_end"))
    loosest = max(range(4), key=lambda n: edges[n][0])
    return WINDOW_UNKNOWNS[loosest]


WINDOW_UNKNOWNS: Final = tuple(
    Relation(
        "unknown",
        "window",
        f"the {which} day of {side} is not known closely enough",
        f"the {which} day of {side}: column {column} of its claims, or data/raw/corrections.csv",
    )
    for side in ("{a}", "{b}")
    for which, column in (("first", "period_start"), ("last", "period_end"))
)
"""Which edge is not known closely enough: first and last day of a, then of b."""

WINDOW_REASONS: Final = {
    "overlaps": "the windows of {a} and {b} share some days",
    "touching": "the windows of {a} and {b} share one day at most",
    "disjoint": "the windows of {a} and {b} share no day",
    "contains": "the window of {b} lies within that of {a}",
    "inside": "the window of {a} lies within that of {b}",
}


_WINDOW_RELATIONS: Final = {
    word: Relation(word, "window", reason) for word, reason in WINDOW_REASONS.items()
} | {"equal": EQUAL}


def are_same_days(a: Days, b: Days) -> bool:
    """Whether two windows are stated, and the very same."""
    return a == b and -NEVER not in a and NEVER not in a


def common_days(a: Days, b: Days) -> tuple[int, int]:
    """The days that two windows may share; those of both where they share none."""
    first, last = max(a[0], b[0]), min(a[3], b[3])
    return (first, last) if first <= last else (min(a[0], b[0]), max(a[3], b[3]))
