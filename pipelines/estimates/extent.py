"""The least and the most that a claim can stand for, the rounding of its digits included.

A best figure stands for what its printed digits could be rounded from; an end that the words leave
open stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]


def least(row: Row) -> int | None:
    """What must be at least: the low, else the least that a best figure's digits stand for."""
    low: int | None = row["low"]
    return row["reading_low"] if low is None and row["best"] is not None else low


def most(row: Row) -> int | None:
    """What can be at most: the high, else the most that a best figure's digits stand for."""
    high: int | None = row["high"]
    return row["reading_high"] if high is None and row["best"] is not None else high


def difference(a: Row, b: Row) -> int | None:
    """How far two printed numbers are apart, where both are given and differ."""
    if a["value"] is None or b["value"] is None or a["claim_unit"] != b["claim_unit"]:
        return None
    return abs(a["value"] - b["value"]) or None
