"""When: the `Window` of four days, and the partial ISO days of sheets (text: core.period_text).

A partial date is a window, never its first day. What is not clear is refused, never guessed.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pipelines.core.numerals import CONTROL, fold

FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 2200
_OTHER_CALENDAR_YEARS: Final = (range(1300, 1500), range(2400, 2700))
"""Years that are today's in the Islamic, the Persian and the Buddhist calendar."""
_SPREADSHEET_DAY_0: Final = date(1899, 12, 30)
_SPREADSHEET_DAYS: Final = range(20_000, 80_000)

MONTHS: Final = tuple(name.lower() for name in calendar.month_name[1:])
WEEKDAYS: Final = tuple(name.lower() for name in calendar.day_name)
MONTH: Final = (
    rf"(?:(?:{'|'.join(MONTHS)})(?![^\W\d_])|"
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?![^\W\d_])\.?)"
)


class DateFault(ValueError):
    """A cell that is no day: `code` (date.*), `message`, `fix`, and the day it may mean."""

    def __init__(self, code: str, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.suggestion = suggestion
        self.fix = (
            f"write {suggestion} if that is the day meant"
            if suggestion
            else "write the day as YYYY-MM-DD, or YYYY-MM or YYYY where no more is known"
        )


@dataclass(frozen=True)
class Window:
    """The four days between which something starts and ends; None is unstated."""

    start_earliest: date | None = None
    start_latest: date | None = None
    end_earliest: date | None = None
    end_latest: date | None = None


UNSTATED: Final = Window()


# Cells


def partial_day(text: str) -> tuple[date, date]:
    """First and last day of an ISO date, which may be partial: 2016, 2016-09, 2016-09-19.

    Raises DateFault with one of the codes date.ambiguous, date.impossible, date.two_digit_year,
    date.serial_number, date.other_calendar, date.time_zone, date.format; the fix names the day
    that may be meant where there is only one.
    """
    cell = text.strip()
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", cell)
    if not match:
        raise _fault_of(cell)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    _check_year(year, cell)
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), _month_end(year, month)
        return date(year, month, day), date(year, month, day)
    except ValueError:
        raise DateFault("date.impossible", f"{cell} is no day of the calendar") from None


def window(period_start: str | None, period_end: str | None) -> Window:
    """The window of two cells, each a partial ISO date or empty.

    Raises DateFault, also with date.reversed where the end lies before the start.
    """
    start = partial_day(period_start) if period_start and period_start.strip() else (None, None)
    end = partial_day(period_end) if period_end and period_end.strip() else (None, None)
    if start[0] and end[1] and end[1] < start[0]:
        raise DateFault(
            "date.reversed", f"the end {period_end} lies before the start {period_start}"
        )
    return Window(*start, *end)


def _check_year(year: int, cell: str) -> None:
    if any(year in years for years in _OTHER_CALENDAR_YEARS):
        raise DateFault(
            "date.other_calendar", f"{cell}: the year {year} looks like one of another calendar"
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateFault(
            "date.impossible", f"{cell}: the year {year} is outside {FIRST_YEAR} to {LAST_YEAR}"
        )


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


_OTHER_CALENDARS = re.compile(
    r"\b(?:a\.?h\.?|b\.?e\.?|muharram|safar|rabi|jumada|rajab|sha'?ban|ramadan|shawwal|dhu)\b",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})")
_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\s*\d{1,2}(?::?\d{2}){0,2}.*")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s-]*({MONTH})[\s,-]*(\d+)", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"({MONTH})\s*(\d{{1,2}})(?:st|nd|rd|th)?[\s,]+(\d+)", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"({MONTH})[\s,-]*(\d{{4}})", re.IGNORECASE)


def _fault_of(cell: str) -> DateFault:
    """Why a cell is no partial ISO date, and the one day it may mean."""
    folded = "".join(str(unicodedata.digit(c, "")) or c for c in cell)
    bare = "".join(c for c in fold(cell) if c != CONTROL)  # dashes for hyphens, hidden characters
    if bare != cell and (iso := _iso_or_none(bare)):
        return _unusual(cell, iso)
    if folded != cell:
        if re.match(r"\d{4}", folded):
            try:
                _check_year(int(folded[:4]), cell)
            except DateFault as fault:
                return fault
        return _unusual(cell, _iso_or_none(folded))
    if match := _WITH_TIME.fullmatch(cell):
        day = _iso_or_none(match[1])
        return DateFault("date.time_zone", f"{cell} is a time, and a day is wanted", day)
    if match := re.fullmatch(r"(\d{5,6})(?:\.\d+)?", cell):
        days = int(match[1])
        if days in _SPREADSHEET_DAYS:
            day = (_SPREADSHEET_DAY_0 + timedelta(days)).isoformat()
            return DateFault("date.serial_number", f"{cell} is a spreadsheet's day number", day)
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", cell):
        return _unusual(cell, _iso_or_none("-".join(match.groups())))
    if match := _NUMERIC.fullmatch(cell):
        return _numeric_fault(cell, *match.groups())
    if _OTHER_CALENDARS.search(cell) or any(ord(c) > 0x36F and c.isalpha() for c in cell):
        return DateFault("date.other_calendar", f"{cell} is written in another calendar or script")
    return _worded_fault(cell)


def _unusual(cell: str, suggestion: str | None) -> DateFault:
    return DateFault("date.format", f"{cell} is not written as YYYY-MM-DD", suggestion)


def _iso_or_none(text: str) -> str | None:
    try:
        partial_day(text)
    except DateFault:
        return None
    return text


def _numeric_fault(cell: str, first: str, second: str, third: str) -> DateFault:
    if len(first) == 4:
        try:
            _check_year(int(first), cell)
            day = date(int(first), int(second), int(third))
        except DateFault as fault:
            return fault
        except ValueError:
            return DateFault("date.impossible", f"{cell} is no day of the calendar")
        return _unusual(cell, day.isoformat())
    if len(third) != 4:
        return DateFault("date.two_digit_year", f"{cell}: the year has not four digits")
    days = set()
    for day_part, month_part in ((first, second), (second, first)):
        try:
            _check_year(int(third), cell)
            days.add(date(int(third), int(month_part), int(day_part)))
        except DateFault as fault:
            return fault
        except ValueError:
            continue
    if not days:
        return DateFault("date.impossible", f"{cell} is no day of the calendar")
    if len(days) > 1:
        either = " or ".join(day.isoformat() for day in sorted(days))
        return DateFault("date.ambiguous", f"{cell} can be {either}")
    return _unusual(cell, days.pop().isoformat())


def _worded_fault(cell: str) -> DateFault:
    day: str | None = None
    year = ""
    if match := _DAY_MONTH.fullmatch(cell):
        number, name, year = match.groups()
        day = f"{year}-{_month_number(name):02}-{int(number):02}"
    elif match := _MONTH_DAY.fullmatch(cell):
        name, number, year = match.groups()
        day = f"{year}-{_month_number(name):02}-{int(number):02}"
    elif match := _MONTH_YEAR.fullmatch(cell):
        name, year = match.groups()
        day = f"{year}-{_month_number(name):02}"
    if day and len(year) != 4:
        return DateFault("date.two_digit_year", f"{cell}: the year has not four digits")
    if day and not _iso_or_none(day):
        try:
            partial_day(day)
        except DateFault as fault:
            return DateFault(fault.code, f"{cell} is no day of the calendar")
    return _unusual(cell, day)


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))
