"""When two claims are so alike that they may be one figure: what repeats and sub-totals rest on.

RULES.md, Repeats: equal on every axis of the question, restriction and coverage but the window's
end, the ends at most three days apart. The stages figures and estimates read it alike from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.names import folded

DAYS_APART: Final = 3
"""Most days between the ends of two windows that may be one."""

NOT_STATED: Final = "not stated"
"""What a card writes for a publisher that the document does not name."""

UNNAMED_SPEAKER: Final = "publisher not stated"
"""What a claim's speaker says where nobody is named, neither in the words nor on the card."""

_ENDS: Final = ("end_earliest", "end_latest")
_AXES_BUT_END: Final = tuple(name for name in QUESTION_COLUMNS if name not in _ENDS)

Row = Mapping[str, Any]


def scope_key(row: Row) -> tuple[Any, ...]:
    """What alike claims share: every axis but the window's end, restriction and coverage."""
    limits = (folded(row["restriction"] or ""), folded(row["coverage"] or ""))
    return (*(row[name] for name in _AXES_BUT_END), *limits)


def window_end(row: Row) -> tuple[int | None, int | None]:
    """First and last day on which the window may end, as day numbers; None where unstated."""
    return _ordinal(row["end_earliest"]), _ordinal(row["end_latest"])


def ends_near(a: tuple[int | None, int | None], b: tuple[int | None, int | None]) -> bool:
    """Whether two window ends are at most three days apart; two unstated ends are."""
    for one, other in zip(a, b, strict=True):
        if (one is None) != (other is None):
            return False
        if one is not None and other is not None and abs(one - other) > DAYS_APART:
            return False
    return True


def _ordinal(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def known_on(row: Row) -> date | None:
    """The day of a claim's publication; of a table's value the day of the edition it is from."""
    day: date | None = row["edition"] or row["published_on"]
    return day


def publication_order(row: Row) -> tuple[date, str]:
    """A key that sorts claims by publication, then by id; claims without a day come last."""
    return known_on(row) or date.max, row["claim_id"]


def printed_numbers(row: Row) -> tuple[int | None, int | None, int | None]:
    """The numbers as printed, whatever the hedging word."""
    return row["value"], row["value_low"], row["value_high"]


def body_key(actor_id: str | None, name: str) -> str:
    """A key that is equal for one body: its actor id, else its name however it is spelt."""
    return f"actor {actor_id}" if actor_id else f"name {folded(name)}"


def speaker_key(row: Row) -> str:
    """Who said it. Two unnamed speakers are known to be one only within one document."""
    key = body_key(row["speaker_id"], row["speaker"])
    if row["source_type"] == "anonymous" or row["speaker"] == UNNAMED_SPEAKER:
        return f"{key} in {row['document_id']}"
    return key


def source_key(row: Row) -> str:
    """Whose number it is: the origin, else the speaker."""
    return body_key(row["origin_id"], row["origin"]) if row["origin"] else speaker_key(row)
