"""Partial ISO dates, their refusals, and the periods of running text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.period import DateFault, Window, date_spans, find_periods, partial_day, window

DAY = date(2016, 10, 6)


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        (" 2016-09-19 ", date(2016, 9, 19), date(2016, 9, 19)),
    ],
)
def test_a_partial_date_is_a_window(cell: str, first: date, last: date) -> None:
    assert partial_day(cell) == (first, last)


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("03/04/2024", "date.ambiguous", None),
        ("3-4-2024", "date.ambiguous", None),
        ("12.5.2016", "date.ambiguous", None),
        ("25/12/2016", "date.format", "2016-12-25"),
        ("03/03/2024", "date.format", "2024-03-03"),
        ("2016-02-30", "date.impossible", None),
        ("2016-13", "date.impossible", None),
        ("31/31/2016", "date.impossible", None),
        ("0999", "date.impossible", None),
        ("3000", "date.impossible", None),
        ("19/9/16", "date.two_digit_year", None),
        ("19 Sept 16", "date.two_digit_year", None),
        ("42643", "date.serial_number", "2016-09-30"),
        ("42643.5", "date.serial_number", "2016-09-30"),
        ("1437-12-18", "date.other_calendar", None),
        ("2559", "date.other_calendar", None),
        ("١٤٣٧", "date.other_calendar", None),
        ("17 Ramadan 1437", "date.other_calendar", None),
        ("19 سبتمبر 2016", "date.other_calendar", None),
        ("19 Sept 2016", "date.format", "2016-09-19"),
        ("September 19, 2016", "date.format", "2016-09-19"),
        ("Sept 2016", "date.format", "2016-09"),
        ("30 Feb 2016", "date.impossible", None),
        ("2016/09/19", "date.format", "2016-09-19"),
        ("20160919", "date.format", "2016-09-19"),
        ("２０１６", "date.format", "2016"),
        ("2016–09–19", "date.format", "2016-09-19"),
        ("\u200e2016-09-19", "date.format", "2016-09-19"),
        ("2016-09-19T23:00:00+03:00", "date.time_zone", "2016-09-19"),
        ("2016-09-19 00:00", "date.time_zone", "2016-09-19"),
        ("autumn", "date.format", None),
        ("", "date.format", None),
    ],
)
def test_what_is_no_iso_date_is_refused_with_its_reason(
    cell: str, code: str, suggestion: str | None
) -> None:
    with pytest.raises(DateFault) as caught:
        partial_day(cell)
    assert (caught.value.code, caught.value.suggestion) == (code, suggestion)
    if suggestion:
        assert suggestion in caught.value.fix


@given(st.text(max_size=40))
def test_any_cell_is_a_window_or_a_fault(cell: str) -> None:
    try:
        first, last = partial_day(cell)
    except DateFault as fault:
        assert fault.code.startswith("date.")
        if fault.suggestion:
            partial_day(fault.suggestion)
    else:
        assert first <= last


@given(st.dates(date(1600, 1, 1), date(2200, 12, 31)))
def test_an_iso_day_is_itself(day: date) -> None:
    assert partial_day(day.isoformat()) == (day, day)


def test_a_window_of_two_cells() -> None:
    read = window("2011-03", "2016")
    assert read == Window(date(2011, 3, 1), date(2011, 3, 31), date(2016, 1, 1), date(2016, 12, 31))
    assert window("", None) == Window()
    assert window("2016", "2016-03").end_latest == date(2016, 3, 31)


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(DateFault) as caught:
        window("2016-09", "2016-08-31")
    assert caught.value.code == "date.reversed"


def days(text: str, published: date | None = DAY, start: str | None = None) -> list[str]:
    (period,) = find_periods(text, published, start)
    assert text[period.start : period.end] == period.surface
    return [str(day or "") for day in vars(period.window).values()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Since 19 September, 12 died", "2016-09-19 2016-09-19 2016-10-06 2016-10-06"),
        ("killed since September 22", "2016-09-22 2016-09-22 2016-10-06 2016-10-06"),
        ("since 2011", "2011-01-01 2011-12-31 2016-10-06 2016-10-06"),
        ("between 7 and 14 March", "2016-03-07 2016-03-07 2016-03-14 2016-03-14"),
        ("between 24 November and 30 December", "2015-11-24 2015-11-24 2015-12-30 2015-12-30"),
        ("between December 2015 and January 2016", "2015-12-01 2015-12-31 2016-01-01 2016-01-31"),
        ("from 18 to 22 June 2014", "2014-06-18 2014-06-18 2014-06-22 2014-06-22"),
        ("in March 2011", "2011-03-01 2011-03-31 2011-03-01 2011-03-31"),
        ("during 2015", "2015-01-01 2015-12-31 2015-01-01 2015-12-31"),
        ("the first half of 2016", "2016-01-01 2016-01-01 2016-06-30 2016-06-30"),
        ("on Monday", "2016-10-03 2016-10-03 2016-10-03 2016-10-03"),
        ("on Thursday", "2016-10-06 2016-10-06 2016-10-06 2016-10-06"),
        ("yesterday", "2016-10-05 2016-10-05 2016-10-05 2016-10-05"),
        ("on 28/7/2012", "2012-07-28 2012-07-28 2012-07-28 2012-07-28"),
        ("this year", "2016-01-01 2016-01-01 2016-10-06 2016-10-06"),
        ("last month", "2016-09-01 2016-09-01 2016-09-30 2016-09-30"),
        ("in the past 24 hours", "2016-10-05 2016-10-05 2016-10-06 2016-10-06"),
        ("over the past three weeks", "2016-09-09 2016-09-15 2016-10-06 2016-10-06"),
    ],
)
def test_periods_of_text_count_from_the_documents_day(text: str, expected: str) -> None:
    assert days(text) == expected.split()


def test_as_of_gives_the_end_alone() -> None:
    assert days("as of 30 September") == ["", "", "2016-09-30", "2016-09-30"]


def test_past_years_start_no_earlier_than_the_conflict() -> None:
    bounded = days("in the past five years", start="2011-03")
    assert bounded == ["2011-03-01", "2011-10-06", "2016-10-06", "2016-10-06"]
    assert days("in the past five years")[0] == "2010-10-07"
    assert days("in the past five years", start="2014-01")[0] == "2010-10-07"


@pytest.mark.parametrize("text", ["on Monday", "since 19 September", "this year", "in May"])
def test_without_a_documents_day_relative_periods_have_no_days(text: str) -> None:
    assert days(text, published=None) == ["", "", "", ""]


def test_an_ambiguous_date_has_no_days() -> None:
    assert days("on 03/04/2012") == ["", "", "", ""]


@pytest.mark.parametrize("text", ["2000 injured", "may kill 12", "march on", "Mar the day"])
def test_what_is_no_period(text: str) -> None:
    assert find_periods(text, DAY) == []


def test_numbers_of_dates_are_known_without_a_documents_day() -> None:
    text = "displaced between 7 and 14 March"
    assert any(text[a:b] == "between 7 and 14 March" for a, b in date_spans(text))


@given(st.text(max_size=200), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_any_text_gives_ordered_periods(text: str, published: date) -> None:
    last = 0
    for period in find_periods(text, published, "2011-03"):
        assert last <= period.start < period.end <= len(text)
        last = period.end
        window_ = period.window
        if window_.start_earliest and window_.start_latest:
            assert window_.start_earliest <= window_.start_latest


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 6))
def test_a_weekday_lies_in_the_week_before(published: date, weekday: int) -> None:
    name = (date(2024, 1, 1) + timedelta(weekday)).strftime("%A")
    (period,) = find_periods(f"on {name}", published)
    first = period.window.start_earliest
    assert first and first.weekday() == weekday and 0 <= (published - first).days < 7
