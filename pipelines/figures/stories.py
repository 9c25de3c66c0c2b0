"""Claims of reprints that give a figure of their story again.

A document that prints another's story again carries its figures, whoever speaks in it. Equal are
the axes of the question, restriction and coverage, the hedging word and every number; and the
window, or the words for it: "in the past week" is read against the day of each paper, and means the
week of the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.likeness import ends_near, publication_order, window_end
from pipelines.core.names import folded
from schemas.models import columns
from schemas.parts import Window

Row = Mapping[str, Any]
Numbers = tuple[Any, ...]
Order = tuple[date, bool, str]
"""Day of publication; whether the document is a reprint; id."""

_WINDOW: Final = tuple(columns(Window))
_STARTS: Final = ("start_earliest", "start_latest")
_AXES: Final = tuple(name for name in QUESTION_COLUMNS if name not in _WINDOW)
_NUMBERS: Final = ("qualifier", "point", "low", "best", "high")


def order_of(row: Row) -> Order:
    """The order of publication; of one day the first printing before its reprints."""
    day, claim_id = publication_order(row)
    return day, row["is_reprint"], claim_id


def printed_before(
    rows: Iterable[Row], printed: Mapping[str, Numbers], standing: set[str]
) -> dict[str, list[Order]]:
    """For each claim of a story the earlier ones that it gives again, up to one that stands.

    Parameters
    ----------
    rows
        Claims that count or once did; `story` is the first printing of the story that a claim's
        document prints, None where no other document does.
    printed
        The printed numbers of those claims, by claim id.
    standing
        Ids of the claims that were neither withdrawn nor replaced.
    """
    alike: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["story"] is not None:
            alike[_key(row)].append(row)
    found: dict[str, list[Order]] = {}
    for given in alike.values():
        in_order = sorted(given, key=order_of)
        for at, row in enumerate(in_order):
            same = (one for one in in_order[:at] if _is_same(row, one, printed))
            if earlier := _until_one_stands(same, standing):
                found[row["claim_id"]] = [order_of(one) for one in earlier]
    return found


def _until_one_stands(rows: Iterable[Row], standing: set[str]) -> list[Row]:
    found = []
    for row in rows:
        found.append(row)
        if row["claim_id"] in standing:
            break
    return found


def _is_same(a: Row, b: Row, printed: Mapping[str, Numbers]) -> bool:
    """Whether two claims of one story with equal numbers are one figure.

    Parts of wholes that differ are not: a part may have stayed the same by chance.
    """
    wholes = {printed[one["part_of"]] for one in (a, b) if one["part_of"] in printed}
    return a["document_id"] != b["document_id"] and len(wholes) < 2 and _is_one_window(a, b)


def _key(row: Row) -> tuple[Any, ...]:
    limits = (folded(row["restriction"] or ""), folded(row["coverage"] or ""))
    return (row["story"], *(row[name] for name in (*_AXES, *_NUMBERS)), *limits)


def _is_one_window(a: Row, b: Row) -> bool:
    if folded(a["period_as_written"] or "") == folded(b["period_as_written"] or ""):
        return True
    starts = all(a[name] == b[name] for name in _STARTS)
    return starts and ends_near(window_end(a), window_end(b))
