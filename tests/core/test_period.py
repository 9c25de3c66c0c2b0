"""Partial ISO dates and their refusals."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.period import DateFault, Window, partial_day, window


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
