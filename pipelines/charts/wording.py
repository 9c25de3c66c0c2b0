"""How a claim is said in words on a chart and in its alt text.

Every phrase about a number, a window or a scope is made here, so that picture, alt text and
briefing say it alike. Words of a source stand between quotation marks and nowhere else.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from schemas import vocab

if TYPE_CHECKING:
    from pipelines.charts.rows import Row

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOT_STATED = "not stated"
"""What a card says of a publisher that the document does not name."""

HEDGES = {
    "plain": "",
    "about": "about ",
    "nearly": "nearly ",
    "at_least": "at least ",
    "more_than": "more than ",
    "at_most": "at most ",
    "up_to": "up to ",
    "less_than": "less than ",
    "between": "",
    "vague": "",
}
"""The hedging word printed before a number, by qualifier."""

DEATHS = {
    "indirect": "indirect deaths only",
    "direct_and_indirect": "indirect deaths included",
    "excess": "excess deaths",
}
"""What is said of the deaths counted, where it is not direct or unstated."""

_COUNT_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {"idps": "internally displaced people", "mse": "multiple systems estimation"}
_ROLES = {"now_in": "now in ", "came_from": "came from "}
_UP_FROM, _DOWN_FROM = {"at_least", "more_than"}, {"at_most", "up_to", "less_than"}


def grouped(number: int) -> str:
    """Digits in groups of three."""
    return f"{number:,}"


def count_word(n: int) -> str:
    """Small numbers as words."""
    return _COUNT_WORDS[n] if n < len(_COUNT_WORDS) else grouped(n)


def plural(n: int, noun: str) -> str:
    """A number with its noun."""
    return f"{grouped(n)} {noun}" if n == 1 else f"{grouped(n)} {noun}s"


def listed(items: Sequence[str]) -> str:
    """Items as a list in a sentence."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def word(code: str) -> str:
    """A word of the vocabulary for reading."""
    return _WORDS.get(code, code.replace("_", " "))


def day(when: date) -> str:
    """A day, the same in every locale."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def published(row: Row) -> str:
    """Its day of publication."""
    return day(row.published_on) if row.published_on else "day not known"


def edge(earliest: date | None, latest: date | None) -> str:
    """One end of a window: a day, a month, a year, or between two days; '' where unstated."""
    if earliest is None or latest is None:
        known = earliest or latest
        return day(known) if known else ""
    if earliest == latest:
        return day(earliest)
    last_of_month = calendar.monthrange(latest.year, latest.month)[1]
    if earliest.day == 1 and latest.day == last_of_month and earliest.year == latest.year:
        if earliest.month == latest.month:
            return month(earliest)
        if (earliest.month, latest.month) == (1, 12):
            return str(earliest.year)
    return f"between {day(earliest)} and {day(latest)}"


def month(when: date) -> str:
    """A month and its year."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def window(row: Row) -> str:
    """The window of a claim, as exact as it is known."""
    start = edge(row.start_earliest, row.start_latest)
    end = edge(row.end_earliest, row.end_latest)
    if not start and not end:
        return "window not stated"
    if start == end:
        return start
    if not start:
        return f"until {end}, start not stated"
    if not end:
        return f"from {start}, end not stated"
    if start.startswith("between"):
        return f"start {start}; end {end}"
    return span(start, end)


def span(start: str, end: str) -> str:
    """'19 Sep 2016' and '6 Oct 2016' as '19 Sep to 6 Oct 2016': what both share is said once."""
    first, last = start.split(" "), end.split(" ")
    while (
        len(first) > 1 and len(first) == len(last) and first[-1] == end.split(" ")[len(first) - 1]
    ):
        first, last = first[:-1], last[:-1]
    return f"{' '.join(first)} to {end}"


def number(row: Row) -> str:
    """The figure as its source hedged it: 'more than 600', 'about 470,000', '10 to 20'."""
    if row.best is not None and (row.low is None or row.high is None or row.low == row.high):
        return HEDGES[row.qualifier] + (row.best_display or grouped(row.best))
    if row.is_bound:
        return _bound(row)
    if row.low is None or row.high is None:
        return range_words(row)
    low, high = row.low_display or grouped(row.low), row.high_display or grouped(row.high)
    ends = f"{low} to {high}"
    if row.best is None:
        return ends
    return f"{row.best_display or grouped(row.best)} ({ends})"


def _bound(row: Row) -> str:
    """A bound in its own words; the printed digits are one off the end for the strict words."""
    if row.low is not None and row.qualifier in _UP_FROM:
        return HEDGES[row.qualifier] + grouped(row.low - (row.qualifier == "more_than"))
    if row.high is not None and row.qualifier in _DOWN_FROM:
        return HEDGES[row.qualifier] + grouped(row.high + (row.qualifier == "less_than"))
    return range_words(row)


def range_words(row: Row) -> str:
    """What low, best and high commit to, an open end said as open."""
    low = row.low_display or (grouped(row.low) if row.low is not None else "")
    high = row.high_display or (grouped(row.high) if row.high is not None else "")
    if row.best is None and row.high is None:
        return f"{low} or more, no upper end"
    if row.best is None and row.low is None:
        return f"{high} or fewer, no lower end"
    parts = [f"best {row.best_display or grouped(row.best)}"] if row.best is not None else []
    if row.low is not None:
        parts.insert(0, f"low {low}")
    if row.high is not None:
        parts.append(f"high {high}")
    return ", ".join(parts)


def counted(row: Row) -> str:
    """What is counted: 'killed', 'displaced (lost their homes)', 'households'."""
    words = word(row.metric)
    if row.term and row.term != row.metric:
        words += f" ({word(row.term)})"
    return words if row.unit == "people" else f"{words}, in {row.unit}"


def whom(row: Row) -> str:
    """Whose number it is: population, nationality, deaths counted."""
    people = "all people" if row.population == "all" else word(row.population)
    if row.nationality:
        people = row.nationality if row.population == "all" else f"{people}, {row.nationality}"
    extra = DEATHS.get(row.deaths_counted)
    return f"{people}, {extra}" if extra else people


def where(row: Row) -> str:
    """The place, what it is where nothing happened there, and the territory within it."""
    place = row.place or "place not stated"
    if row.territory:
        is_said = place.casefold() in row.territory.casefold()
        place = row.territory if is_said else f"{row.territory}, {place}"
    return _ROLES.get(row.place_role, "") + place


def limits(row: Row) -> list[str]:
    """What narrows the claim within its question, in the source's words."""
    said = [f"only: “{row.restriction}”"] if row.restriction else []
    return [*said, f"covers: “{row.coverage}”"] if row.coverage else said


def who(row: Row) -> str:
    """Who said it, and whom they credit."""
    return f"{row.speaker}, crediting {row.origin}" if row.origin else row.speaker


def publisher(row: Row) -> str:
    """Who published the document."""
    is_named = row.publisher and row.publisher != NOT_STATED
    return row.publisher if is_named else "publisher not stated"


def carrier(row: Row) -> str:
    """Who printed it, where that is not the speaker."""
    if not row.publisher or row.publisher in (row.speaker, NOT_STATED):
        return ""
    return f"in {row.publisher}"


class HasKind(Protocol):
    """A claim or an answer: something with a kind of range."""

    @property
    def range_kind(self) -> str:
        """A word of the vocabulary; '' for a best figure alone."""


def range_caption(rows: Sequence[HasKind]) -> str:
    """What kinds of range stand on the chart, in the words of the vocabulary."""
    kinds = sorted({r.range_kind for r in rows if r.range_kind})
    if not kinds:
        return "Range kind: none; every number here is a best figure alone."
    said = "; ".join(f"{kind} ({vocab.RANGE_KINDS[kind].rstrip('.').lower()})" for kind in kinds)
    alone = "; the others are best figures alone" if any(not r.range_kind for r in rows) else ""
    return f"Range kind: {said}{alone}."


def left_out_caption(left_out: Mapping[str, int]) -> str:
    """What of the scope is not drawn; '' where nothing is left out."""
    if not left_out:
        return ""
    said = ", ".join(f"{n:,} {reason}" for reason, n in left_out.items())
    return f"Left out of the picture: {said}."
