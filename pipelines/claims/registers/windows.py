"""The window of a figure in a register, as SQL for the four days of a claim.

What belongs here: windows that several registers use. A day is SQL of the type DATE.
"""

from __future__ import annotations

from pipelines.claims.tables.spec import Expression, RowFault

FIRST_YEAR = 1900
LAST_YEAR = 2199


def window(first: str, last: str) -> dict[str, Expression]:
    """From a known day to a known day; a stock has the same day twice."""
    return four_days((first, first), (last, last))


def four_days(start: tuple[str, str], end: tuple[str, str]) -> dict[str, Expression]:
    """Between the days on which the window may start, and those on which it may end."""
    return {
        "start_earliest": start[0],
        "start_latest": start[1],
        "end_earliest": end[0],
        "end_latest": end[1],
    }


def first_day(year: str) -> str:
    """The first of January; NULL where the year is empty."""
    return f"TRY_CAST({year} || '-01-01' AS DATE)"


def last_day(year: str) -> str:
    """The last of December; NULL where the year is empty."""
    return f"TRY_CAST({year} || '-12-31' AS DATE)"


def year_fault(column: str = "year") -> RowFault:
    """A number that is no year of these registers is set aside."""
    return RowFault(
        broken=f'"{column}" NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}',
        column=column,
        reason="date.impossible",
        message=f"The year is not between {FIRST_YEAR} and {LAST_YEAR}.",
        fix="Check the year against the producer's file.",
    )
