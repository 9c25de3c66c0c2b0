"""A table's rows as plain Python values, for the stages that go claim by claim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

Record = dict[str, Any]
"""One row: missing values are None, days are `datetime.date`, lists stay lists."""


def records(table: pd.DataFrame, names: Iterable[str]) -> list[Record]:
    """The named columns of each row, in the table's order."""
    wanted = list(names)
    held = [_plain(table[name]) for name in wanted]
    return [dict(zip(wanted, values, strict=True)) for values in zip(*held, strict=True)]


def _plain(column: pd.Series[Any]) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days: list[Any] = column.to_numpy("datetime64[D]").astype(object).tolist()
        return days
    values = column.astype(object)
    return values.where(column.notna(), None).tolist()
