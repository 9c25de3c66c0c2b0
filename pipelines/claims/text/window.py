"""When: which of the periods that a sentence names belongs to a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.core.period import MONTHS, WEEKDAYS, Period

_SAYING: Final = re.compile(
    r"\b(?:said|says|announced|stated|warned|added|declared|told\s+\S+(?:\s+\S+)?|"
    r"(?:bulletin|figures|report|statement|update)\s+(?:issued|published|released))\s+$",
    re.IGNORECASE,
)
_DAY_OR_MONTH: Final = re.compile(
    rf"(?:(?:on|in|late|early)\s+)*(?:\d|today\b|yesterday\b|{'|'.join((*WEEKDAYS, *MONTHS))})",
    re.IGNORECASE,
)
_LONGEST_SAYING: Final = 60


def is_of_saying(text: str, period: Period) -> bool:
    """Whether a day or month tells when a figure was said ("the UN said in August 2016").

    It follows the verb of saying directly. It is no window: the deaths may lie years before.
    """
    before = text[max(0, period.start - _LONGEST_SAYING) : period.start]
    return bool(_DAY_OR_MONTH.match(period.surface) and _SAYING.search(before))


def period_for(
    number: tuple[int, int], first_number: int, next_number: int, found: Sequence[Period]
) -> Period | None:
    """The period of the number at `number` among those of its sentence, or None.

    The first one after it; else one that opens the sentence, before its first figure, and so bears
    on all of them. A period in an earlier clause, after another figure, bears on that one only.
    """
    after = [p for p in found if p.start >= number[1]]
    own = [p for p in after if p.start < next_number]
    leading = [p for p in found if p.end <= first_number]
    if own:
        return own[0]
    if leading:
        return leading[-1]
    return after[0] if after else None


def measure_of(metric: str, period: Period | None, *, counter: bool, stock: bool) -> str:
    """A word of `schemas.vocab.MEASURES` that suits the metric.

    A toll, and events since an anchor, are cumulative; events in a span of days are a flow; those
    who are displaced or sheltered on a day are a stock. All else is unstated.
    """
    if metric in ("idps",):
        return "stock" if stock else "unstated"
    if counter or (period is not None and period.runs == "counter"):
        return "cumulative"
    if stock:
        return "stock"
    return "flow" if period is not None and period.runs == "span" else "unstated"
