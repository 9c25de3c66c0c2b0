"""Low, best and high as written for reading: in Python for tables in hand, in SQL for large ones.

How a number is shown in a published range belongs here, once for both. What somebody published is
shown as it is; only a range that a model of ours gave is rounded, to what its width bears.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from schemas.rules import literal, quoted

OPEN: Final = "open"
"""What stands for an end that a range leaves open."""

_ENDS: Final = ("low", "high")


_STEPS_IN_A_HALF: Final = 10
"""A derived range is shown in steps of which at least so many fit into its half-width."""


def rounded(
    low: float | None, best: float | None, high: float | None
) -> tuple[int | None, int | None, int | None]:
    """A range of our own making, rounded to its half-width: never what somebody published.

    Digits below (high - low) / 20 say nothing and go: the low end is rounded down, the high end up,
    the best to the nearest, all to one power of ten. A range with an open end is not rounded
    further than to whole numbers, its low end down and its high end up.

    >>> rounded(281_417.2, 306_887.0, 338_020.9)
    (281000, 307000, 339000)
    >>> rounded(600.4, None, None)
    (600, None, None)
    """
    step = 1
    if low is not None and high is not None and high - low > 2 * _STEPS_IN_A_HALF:
        step = 10 ** math.floor(math.log10((high - low) / (2 * _STEPS_IN_A_HALF)))
    return (
        None if low is None else math.floor(low / step) * step,
        None if best is None else round(best / step) * step,
        None if high is None else math.ceil(high / step) * step,
    )


def displays(rows: pd.DataFrame) -> dict[str, pd.Series[str]]:
    """The display columns of a table of ranges.

    Numbers have grouped digits; an end that a range leaves open is 'open', and empty where there is
    a best alone.
    """
    found = {f"{end}_display": _end(rows, end) for end in _ENDS}
    return found | {"best_display": _text(_number(best) for best in rows["best"])}


def displays_sql() -> dict[str, str]:
    """The same columns as SQL over the columns low, best, high and range_kind."""
    found = {
        f"{end}_display": f"CASE WHEN {quoted(end)} IS NULL AND range_kind IS NOT NULL "
        f"THEN {literal(OPEN)} ELSE {_grouped(end)} END"
        for end in _ENDS
    }
    return found | {"best_display": _grouped("best")}


def _end(rows: pd.DataFrame, end: str) -> pd.Series[str]:
    return _text(
        OPEN if pd.isna(number) and pd.notna(kind) else _number(number)
        for number, kind in zip(rows[end], rows["range_kind"], strict=True)
    )


def _text(values: Iterable[str | None]) -> pd.Series[str]:
    return pd.Series(list(values), dtype="string")


def _number(number: Any) -> str | None:
    return None if pd.isna(number) else f"{int(number):,}"


def _grouped(column: str) -> str:
    number = quoted(column)
    # Most numbers need no comma, and format() takes its time.
    return (
        f"CASE WHEN {number} < 1000 THEN CAST({number} AS VARCHAR) "
        f"ELSE format('{{:,}}', {number}) END"
    )
