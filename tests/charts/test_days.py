"""The axis of days: ticks that fit a week and sixty years, and what it keeps free for labels."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.charts import days, style

WIDE = 6.1


def drawn(first: date, last: date) -> tuple[list[date], list[str]]:
    sheet = style.Sheet()
    axes = sheet.axes(0, 0, WIDE, 1)
    days.put_days(axes, first, last, WIDE, True)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    return [date.fromordinal(round(x)) for x in axes.get_xticks()], labels


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (7, "3 Jan 2016"),
        (60, "10 Jan 2016"),
        (400, "Jan 2016"),
        (3 * 365, "Jul 2016"),
        (12 * 365, "2018"),
        (60 * 365, "2020"),
    ],
)
def test_ticks_are_days_months_or_years_as_the_span_asks(span: int, words: str) -> None:
    first = date(2016, 1, 1)
    ticks, labels = drawn(first, first + timedelta(days=span))
    assert words in labels
    assert 4 <= len(ticks) <= 14


@given(st.dates(date(1951, 1, 1), date(2030, 1, 1)), st.integers(0, 70 * 365))
def test_ticks_are_even_named_once_and_do_not_meet(first: date, span: int) -> None:
    low, high = days.edges([first, first + timedelta(days=span)], WIDE)
    ticks, labels = drawn(low, high)
    assert len(set(labels)) == len(labels) >= 2
    assert all(low <= tick <= high for tick in ticks)
    per_day = WIDE / (high - low).days
    for (a, b), (one, other) in zip(pairwise(ticks), pairwise(labels), strict=True):
        taken = sum(style.width_of(words, style.SMALL) for words in (one, other)) / 2
        assert (b - a).days * per_day > taken


@given(st.dates(date(1951, 1, 1), date(2030, 1, 1)), st.integers(0, 70 * 365))
def test_the_days_keep_off_both_ends(first: date, span: int) -> None:
    last = first + timedelta(days=span)
    low, high = days.edges([last, first], WIDE, before=0.6, after=0.4)
    per_day = WIDE / (high - low).days
    assert (first - low).days * per_day >= 0.6 * 0.75  # whole years on both sides press them a bit
    assert (high - last).days * per_day >= 0.4 * 0.75
