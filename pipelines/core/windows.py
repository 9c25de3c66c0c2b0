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
    """The four days of a window as numbers. An edge that is not stated may be any day.

    An asked window may be left open (`ANY`) at its start, at its end, or at both.
    """
    open_start, open_end = row["start_earliest"] == ANY, row["end_earliest"] == ANY
    return (
        -LIMITLESS if open_start else edge_day(row["start_earliest"], -NEVER),
        -LIMITLESS if open_start else edge_day(row["start_latest"], NEVER),
        LIMITLESS if open_end else edge_day(row["end_earliest"], -NEVER),
        LIMITLESS if open_end else edge_day(row["end_latest"], NEVER),
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
    stated_start = (a_s != -NEVER) & (a_t != NEVER)
    stated_end = (a_e != -NEVER) & (a_f != NEVER)
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


_WITHIN: Final = sum(1 << WINDOWS.index(word) - 1 for word in ("inside", "equal"))


def is_in_window(a: Days, b: Days) -> Any:
    """Whether window a lies within b with certainty, as days alone; of ints or arrays."""
    return window_mask(a, b) & _WITHIN > 0


def of_window(a: Days, b: Days) -> Relation:
    """When, as days alone."""
    known = WINDOW_RELATIONS.get(WINDOWS[WINDOW_OF_MASK[window_mask(a, b)]])
    return known or window_unknown(a, b)


def window_unknown(a: Days, b: Days) -> Relation:
    """What leaves two windows unknown: the loosest of the edges that it turns on."""
    weights, share = unknown_weights(a, b)
    return WINDOW_UNKNOWNS[max(range(4), key=lambda n: weights[n]) + 4 * bool(share)]


def unknown_weights(a: Days, b: Days) -> tuple[tuple[Any, Any, Any, Any], Any]:
    """How much the relation turns on each edge, and whether some day is surely shared.

    The edges are the first and last day of a, then of b; of equal ones the first is named. Ints,
    or arrays of them.
    """
    a_s, a_t, a_e, a_f = a
    b_s, b_t, b_e, b_f = b
    starts_settled = (a_t < b_s) | (b_t < a_s) | ((a_s == b_s) & (a_t == b_t) & (a_s > -NEVER))
    ends_settled = (a_f < b_e) | (b_f < a_e) | ((a_e == b_e) & (a_f == b_f) & (a_f < NEVER))
    # Both settled, and still unknown: whether the first to end does so before the other starts.
    both = starts_settled & ends_settled
    a_first = both & (a_t < b_s)
    b_first = both & (b_t < a_s)
    starts, ends = starts_settled ^ True, ends_settled ^ True
    weights = (
        (starts | b_first) * (a_t - a_s + 1),
        (ends | a_first) * (a_f - a_e + 1),
        (starts | a_first) * (b_t - b_s + 1),
        (ends | b_first) * (b_f - b_e + 1),
    )
    return weights, (a_t <= b_e) & (b_t <= a_e)


def _edge_unknown(side: str, which: str, column: str, share: bool) -> Relation:
    edge = f"the {which} day of {side}"
    reason = f"{edge} is not known closely enough"
    if share:
        reason = f"they share days; whether one holds the other turns on {edge}"
    settles = f"{edge}: column {column} of its claims, or data/raw/corrections.csv"
    return Relation("unknown", "window", reason, settles)


WINDOW_UNKNOWNS: Final = tuple(
    _edge_unknown(side, which, column, share)
    for share in (False, True)
    for side in ("{a}", "{b}")
    for which, column in (("first", "period_start"), ("last", "period_end"))
)
"""Which edge is not known closely enough: first and last day of a, then of b; then the same for
windows that surely share days."""

WINDOW_REASONS: Final = {
    "overlaps": "the windows of {a} and {b} share some days",
    "touching": "the windows of {a} and {b} share one day at most",
    "disjoint": "the windows of {a} and {b} share no day",
    "contains": "the window of {b} lies within that of {a}",
    "inside": "the window of {a} lies within that of {b}",
}


WINDOW_RELATIONS: Final = {
    word: Relation(word, "window", reason) for word, reason in WINDOW_REASONS.items()
} | {"equal": EQUAL}


# A stock is of one day


STOCKS_OF_TWO_DAYS: Final = Relation(
    "overlaps", "window", "stocks of two days: many of the same people may be counted in both"
)
STOCK_DAY_UNKNOWNS: Final = tuple(
    Relation(
        "unknown",
        "window",
        f"the day of {side}, which counts people on a day, is not known closely enough",
        f"the day of {side}: columns period_start and period_end of its claims, or "
        "data/raw/corrections.csv",
    )
    for side in ("{a}", "{b}")
)


def of_stock_days(a: Days, b: Days) -> Relation:
    """Two stocks: of one day, of two, or that is unknown. An open window holds every day."""
    if is_open(a) or is_open(b):
        return of_window(a, b)
    if a == b:
        return EQUAL
    if (a[3] < b[0]) | (b[3] < a[0]):
        return STOCKS_OF_TWO_DAYS
    return stock_day_unknown(a, b)


def stock_day_unknown(a: Days, b: Days) -> Relation:
    """The looser of two days that may be one."""
    return STOCK_DAY_UNKNOWNS[int(b[3] - b[0] > a[3] - a[0])]


def is_open(days: Days) -> Any:
    """Whether an asked window is open at an end."""
    return (days[0] == -LIMITLESS) | (days[3] == LIMITLESS)


def is_stated(days: Days) -> Any:
    """Whether all four days are stated."""
    s, t, e, f = days
    return (s > -NEVER) & (t < NEVER) & (e > -NEVER) & (f < NEVER)


def are_same_days(a: Days, b: Days) -> bool:
    """Whether two windows are stated, and the very same."""
    return bool(a == b and is_stated(a))


def common_days(a: Days, b: Days) -> tuple[int, int]:
    """The days that two windows may share; those of both where they share none."""
    first, last = max(a[0], b[0]), min(a[3], b[3])
    return (first, last) if first <= last else (min(a[0], b[0]), max(a[3], b[3]))
