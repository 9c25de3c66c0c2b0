"""When: partial ISO days of sheets, and the periods that running text names.

Both end in a `Window`: four days between which something starts and ends. A partial date is a
window, never its first day; a relative period counts from the document's day, never from today.
What is not clear is refused (in a cell) or left without days (in text), never guessed.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from pipelines.core.number_words import UNITS
from pipelines.core.numerals import CONTROL, fold

FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 2200
_OTHER_CALENDAR_YEARS: Final = (range(1300, 1500), range(2400, 2700))
"""Years that are today's in the Islamic, the Persian and the Buddhist calendar."""
_SPREADSHEET_DAY_0: Final = date(1899, 12, 30)
_SPREADSHEET_DAYS: Final = range(20_000, 80_000)

MONTHS: Final = tuple(name.lower() for name in calendar.month_name[1:])
WEEKDAYS: Final = tuple(name.lower() for name in calendar.day_name)
_MONTH: Final = (
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
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s-]*({_MONTH})[\s,-]*(\d+)", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"({_MONTH})\s*(\d{{1,2}})(?:st|nd|rd|th)?[\s,]+(\d+)", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"({_MONTH})[\s,-]*(\d{{4}})", re.IGNORECASE)


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


# Running text


@dataclass(frozen=True)
class Period:
    """A period named in a text: `text[start:end] == surface`.

    `runs` says how it stands to the document: a "counter" runs from an anchor to the document's
    day, a "span" has its own ends, "until" gives only the day on which a reading was taken.
    """

    start: int
    end: int
    surface: str
    window: Window
    runs: Literal["counter", "span", "until"]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Point:
    """A day, month or year in a text; `first` and `last` are None where it cannot be settled."""

    start: int
    end: int
    first: date | None
    last: date | None
    has_year: bool
    kind: Literal["day", "month", "year"]


_POINT = re.compile(
    rf"""
    (?<![\d.,/-])(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?![\d/-])
  | (?<![\d.,/-])(?P<numeric>\d{{1,2}}[/.]\d{{1,2}}[/.](?:19|20)\d{{2}})(?![\d/-])
  | (?<![\d.,])(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?(?<![^\W\d_])(?P<m1>{_MONTH})
    (?:,?\s*(?P<y1>(?:19|20)\d{{2}})(?!\d))?
  | (?<![^\W\d_])(?P<m2>{_MONTH})\s*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%])(?![.,]\d)
    (?:,?\s+(?P<y2>(?:19|20)\d{{2}})(?!\d))?
  | (?<![^\W\d_])(?P<m3>{_MONTH}),?\s*(?P<y3>(?:19|20)\d{{2}})(?!\d)
  | (?<![^\W\d_])(?P<m4>january|february|march|april|may|june|july|august|september|october|
    november|december)(?!\w)
  | (?<!\w)(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?!\w)
  | (?<!\w)(?P<near>[Tt]oday|[Yy]esterday)(?!\w)(?!['’])
  | (?<![\w.,$€£-])(?P<y4>(?:19|20)\d{{2}})(?![\w-]|[.,]\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|during|throughout|between|from|until|till|to|through|by|before|after|early|"
    r"late|mid|of|and|year|end\s+of|half\s+of|quarter\s+of)|[-–(])\s*$",
    re.IGNORECASE,
)
_ANY_DAY = date(2000, 12, 31)
"""Where only the words matter: a leap year's last day, so that every day of a month exists."""
_LEAD = 32
"""Characters before a point in which its preposition is looked for."""


def find_periods(
    text: str, published_on: date | None = None, conflict_start: str | None = None
) -> list[Period]:
    """The periods that a text names, in order, without overlaps.

    Parameters
    ----------
    text
        One sentence, or any text.
    published_on
        The document's day. Without it relative forms ("on Monday", "19 September" without a
        year, "this year") keep their words and have no days.
    conflict_start
        Partial ISO date from the document's card; it bounds "in the past five years" (see
        `_past`).
    """
    found = [
        *_relative(text, published_on, conflict_start),
        *_named(text, published_on),
    ]
    found.sort(key=lambda p: (p.start, -p.end))
    kept: list[Period] = []
    for period in found:
        if not kept or period.start >= kept[-1].end:
            kept.append(period)
    return kept


def date_spans(text: str) -> list[tuple[int, int]]:
    """Where dates stand, whether or not they can be resolved: numbers in them count no people."""
    spans = {(p.start, p.end) for p in _points(text, _ANY_DAY)}
    spans |= {(p.start, p.end) for p in find_periods(text, _ANY_DAY)}
    return sorted(spans)


def _points(text: str, published_on: date | None) -> list[_Point]:
    found = []
    for match in _POINT.finditer(text):
        if match["y4"] and not _YEAR_BEFORE.search(
            text[max(0, match.start() - _LEAD) : match.start()]
        ):
            continue
        if match["m4"] in ("may", "march", "MAY", "MARCH"):
            continue  # verbs first; a month has a capital letter and is not shouted
        point = _point(match, published_on)
        if point:
            found.append(point)
    return found


def _point(match: re.Match[str], published_on: date | None) -> _Point | None:
    start, end = match.span()
    if match["numeric"]:
        first, last = _numeric_days(match["numeric"]) or (None, None)
        return _Point(start, end, first, last, True, "day")
    if match["iso"]:
        days = _days_or_none(match["iso"])
        return _Point(start, end, days[0], days[1], True, "day") if days else None
    if match["weekday"] or match["near"]:
        day = _relative_day((match["weekday"] or match["near"]).lower(), published_on)
        return _Point(start, end, day, day, True, "day")
    day_text = match["d1"] or match["d2"]
    month_text = match["m1"] or match["m2"] or match["m3"] or match["m4"]
    year_text = match["y1"] or match["y2"] or match["y3"] or match["y4"]
    if day_text and not 1 <= int(day_text) <= 31:
        return None
    if not month_text:
        days = _days_or_none(year_text)
        return _Point(start, end, days[0], days[1], True, "year") if days else None
    month = _month_number(month_text)
    kind: Literal["day", "month"] = "day" if day_text else "month"
    if year_text:
        days = _month_days(int(year_text), month, day_text)
    else:
        days = _latest_before(month, day_text, published_on)
    first, last = days or (None, None)
    return _Point(start, end, first, last, bool(year_text), kind)


def _numeric_days(text: str) -> tuple[date, date] | None:
    """The one day that 28/7/2012 can be; None where there are two or none."""
    match = _NUMERIC.fullmatch(text)
    assert match is not None
    suggestion = _numeric_fault(text, *match.groups()).suggestion
    return _days_or_none(suggestion) if suggestion else None


def _days_or_none(iso: str) -> tuple[date, date] | None:
    try:
        return partial_day(iso)
    except DateFault:
        return None


def _month_days(year: int, month: int, day: str | None) -> tuple[date, date] | None:
    return _days_or_none(f"{year:04}-{month:02}" + (f"-{int(day):02}" if day else ""))


def _latest_before(
    month: int, day: str | None, published_on: date | None
) -> tuple[date, date] | None:
    """The latest such day or month that had begun by the document's day."""
    if published_on is None:
        return None
    for year in (published_on.year, published_on.year - 1):
        days = _month_days(year, month, day)
        if days and days[0] <= published_on:
            return days
    return None


def _relative_day(word: str, published_on: date | None) -> date | None:
    """Today, yesterday, or the latest such weekday, the document's own day included."""
    if published_on is None:
        return None
    if word in ("today", "yesterday"):
        return published_on - timedelta(word == "yesterday")
    back = (published_on.weekday() - WEEKDAYS.index(word)) % 7
    return published_on - timedelta(back)


_SINCE = re.compile(
    r"\bsince\s+(?:the\s+)?(?:(?:early|mid|late|start\s+of|beginning\s+of)[\s-]+)?$", re.I
)
_UNTIL = re.compile(
    r"\b(?:as\s+of|as\s+at|as\s+on|until|till|up\s+to|through|by)\s+(?:the\s+)?"
    r"(?:(?:early|mid|late|end\s+of)[\s-]+)?$",
    re.I,
)
_AT = re.compile(
    r"\b(?:in|on|during|throughout|of|for|over|late|early|mid|around|at)\s*-?\s*(?:the\s+)?"
    r"(?:(?:early|mid|late|end\s+of|start\s+of|beginning\s+of|month\s+of|year)[\s-]+)?$",
    re.I,
)
_BETWEEN = re.compile(r"\b(?:between|from)\s*(?:the\s+)?(?:(?:early|mid|late)[\s-]+)?$", re.I)
_JOIN = re.compile(r"\s*(?:and|to|until|till|through|[-–—])\s*(?:(?:early|mid|late)[\s-]+)?", re.I)
_DAY_JOINED = re.compile(
    r"(?:\b(between|from|on)\s*)?(?<![\d.,])(\d{1,2})(?:st|nd|rd|th)?\s*(?:and|to|[-–—])\s*$", re.I
)
_PART_OF_YEAR = re.compile(
    r"\b(?:in|during|over)?\s*(?:the\s+)?(first|second|third|fourth|last)\s*(half|quarter)\s+of\s+$",
    re.I,
)


def _named(text: str, published_on: date | None) -> Iterator[Period]:
    """Periods made of named days, months and years."""
    points = _points(text, published_on)
    done = -1
    for at, point in enumerate(points):
        if point.start < done:
            continue
        lead = text[max(0, point.start - _LEAD) : point.start]
        offset = point.start - len(lead)
        following = points[at + 1] if at + 1 < len(points) else None
        if following and _JOIN.fullmatch(text[point.end : following.start]):
            between = _BETWEEN.search(lead)
            dashed = re.fullmatch(r"\s*[-–—]\s*", text[point.end : following.start])
            if between or dashed:
                start = offset + between.start() if between else point.start
                yield _span(text, start, following.end, _with_year_of(point, following), following)
                done = following.end
                continue
        if point.kind == "day" and (joined := _DAY_JOINED.search(lead)) and point.first:
            opening = _same_month(point, int(joined[2]))
            if opening:
                yield _span(text, offset + joined.start(), point.end, opening, point)
                continue
        if point.kind == "year" and (part := _PART_OF_YEAR.search(lead)) and point.first:
            first, last = _part_of_year(point.first.year, part[1].lower(), part[2].lower())
            yield _period(text, offset + part.start(), point.end, Window(first, first, last, last))
        elif since := _SINCE.search(lead):
            yield _since(text, offset + since.start(), point, published_on)
        elif until := _UNTIL.search(lead):
            window_ = Window(None, None, point.first, point.last)
            yield _period(text, offset + until.start(), point.end, window_, "until")
        else:
            at_match = _AT.search(lead)
            start = offset + at_match.start() if at_match else point.start
            yield _span(text, start, point.end, point, point)


def _period(
    text: str,
    start: int,
    end: int,
    window_: Window,
    runs: Literal["counter", "span", "until"] = "span",
    doubts: tuple[str, ...] = (),
) -> Period:
    while text[start].isspace():
        start += 1
    return Period(start, end, text[start:end], window_, runs, doubts)


def _span(text: str, start: int, end: int, first: _Point, last: _Point) -> Period:
    window_ = Window(first.first, first.last, last.first, last.last)
    if first.first is None or last.last is None or last.last < first.first:
        window_ = UNSTATED
    return _period(text, start, end, window_)


def _since(text: str, start: int, point: _Point, published_on: date | None) -> Period:
    """From a named point to the document's day, which the text does not name."""
    if point.first is None or (published_on and published_on < point.first):
        return _period(text, start, point.end, UNSTATED, "counter")
    if published_on is None:
        return _period(text, start, point.end, Window(point.first, point.last), "counter")
    latest = min(point.last or point.first, published_on)
    window_ = Window(point.first, latest, published_on, published_on)
    return _period(text, start, point.end, window_, "counter", ("period_end_from_document",))


def _with_year_of(first: _Point, last: _Point) -> _Point:
    """The opening of a range, in the year of its end where it names none of its own."""
    month_source = first.first
    if first.has_year or last.last is None or month_source is None:
        return first
    day = str(month_source.day) if first.kind == "day" else None
    for year in (last.last.year, last.last.year - 1):
        days = _month_days(year, month_source.month, day)
        if days and days[0] <= last.last:
            return _Point(first.start, first.end, *days, True, first.kind)
    return first


def _same_month(point: _Point, day: int) -> _Point | None:
    """The bare day of "between 7 and 14 March"."""
    assert point.first is not None
    try:
        opening = point.first.replace(day=day)
    except ValueError:
        return None
    if opening >= point.first:
        return None
    return _Point(point.start, point.end, opening, opening, True, "day")


def _part_of_year(year: int, which: str, part: str) -> tuple[date, date]:
    months = 6 if part == "half" else 3
    last_one = 12 // months
    number = {"first": 1, "second": 2, "third": 3, "fourth": 4}.get(which, last_one)
    number = min(number, last_one)
    return date(year, months * (number - 1) + 1, 1), _month_end(year, months * number)


_COUNTED_PAST = re.compile(
    r"\b(?:(?:in|over|during|within|for|of|across)\s+)?(?:the\s+)?(?:past|last|previous)\s+"
    r"(?:(?P<n>\d{1,3}|[a-z]+)\s+)?(?P<unit>hour|day|week|month|year|decade)s?\b",
    re.I,
)
_THIS = re.compile(
    r"\b(?:(?:so\s+far|earlier|later|already)\s+)?this\s+(?P<unit>week|month|year)\b", re.I
)


def _relative(text: str, published_on: date | None, conflict_start: str | None) -> Iterator[Period]:
    for match in _COUNTED_PAST.finditer(text):
        word = (match["n"] or "one").lower()
        number = int(word) if word.isdigit() else UNITS.index(word) if word in UNITS else None
        window_ = UNSTATED
        bare_last = match["n"] is None and "last" in match.group().lower()
        if published_on and bare_last and match["unit"].lower() != "hour":
            window_ = _last_unit(match["unit"].lower(), published_on)
        elif published_on and number:
            window_ = _past(number, match["unit"].lower(), published_on, conflict_start)
        runs: Literal["counter", "span"] = "span" if bare_last else "counter"
        yield _period(text, *match.span(), window_, runs)
    for match in _THIS.finditer(text):
        window_ = UNSTATED
        if published_on:
            first = _first_of(match["unit"].lower(), published_on)
            window_ = Window(first, first, published_on, published_on)
        yield _period(text, *match.span(), window_, "counter")


def _past(number: int, unit: str, published_on: date, conflict_start: str | None) -> Window:
    """ "In the past five years", from the document's day.

    Five full units lie behind, and a sixth does not: the window starts after the day six units
    back and no later than the day five units back. Where the conflict began in between (a fact
    of the card), it starts no earlier than the conflict did: for a document of 2016-10-06 and a
    conflict that began in 2011-03, on some day from 2011-03-01 to 2011-10-06. Days and hours
    are exact. It ends on the document's day.
    """
    latest = _back(published_on, number, unit)
    earliest = latest if unit in ("day", "hour") else _back(published_on, number + 1, unit)
    if earliest < latest:
        earliest += timedelta(1)
    began = _days_or_none(conflict_start) if conflict_start else None
    if began and earliest < began[0] <= latest:
        earliest = began[0]
    return Window(earliest, latest, published_on, published_on)


def _back(day: date, number: int, unit: str) -> date:
    """The day that lies so many units before, or the last day of its month."""
    if unit == "hour":
        return _days_back(day, -(-number // 24))
    if unit in ("day", "week"):
        return _days_back(day, number * (7 if unit == "week" else 1))
    months = number * {"month": 1, "year": 12, "decade": 120}[unit]
    index = day.year * 12 + day.month - 1 - months
    year, month = max(index // 12, 1), index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _days_back(day: date, days: int) -> date:
    return day - timedelta(days)


def _first_of(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(day.weekday())
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _last_unit(unit: str, published_on: date) -> Window:
    """ "Last week", "last month": the whole calendar unit before the document's."""
    if unit == "day":
        day = _days_back(published_on, 1)
        return Window(day, day, day, day)
    if unit == "decade":
        return UNSTATED
    end = _first_of(unit, published_on) - timedelta(1)
    first = _first_of(unit, end)
    return Window(first, first, end, end)
