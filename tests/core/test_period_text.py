"""The periods of running text, by the document's day; each line of a table is one form."""

from __future__ import annotations

import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.period import Window
from pipelines.core.period_text import Period, read_dates


def find_periods(
    text: str, published_on: date | None = None, conflict_start: str | None = None
) -> list[Period]:
    return list(read_dates(text, published_on, conflict_start).periods)


DAY = date(2016, 10, 6)
"""A Thursday."""
WAR = "2011-03"


def days(text: str, published: date | None = DAY, start: str | None = WAR) -> str:
    """The four days of the one period of a text, "-" for each that is empty."""
    (period,) = find_periods(text, published, start)
    assert text[period.start : period.end] == period.surface
    window = period.window
    four = (window.start_earliest, window.start_latest, window.end_earliest, window.end_latest)
    return " ".join(str(day) if day else "-" for day in four)


FORMS = """
since | killed since 2011 | 2011-01-01 2011-12-31 2016-10-06 2016-10-06
since | Since 19 September, 12 died | 2016-09-19 2016-09-19 2016-10-06 2016-10-06
since | killed since September 22 | 2016-09-22 2016-09-22 2016-10-06 2016-10-06
since | since Monday | 2016-10-03 2016-10-03 2016-10-06 2016-10-06
since | since yesterday | 2016-10-05 2016-10-05 2016-10-06 2016-10-06
since | since last week | 2016-09-26 2016-10-02 2016-10-06 2016-10-06
since | since last year | 2015-01-01 2015-12-31 2016-10-06 2016-10-06
since | since July | 2016-07-01 2016-07-31 2016-10-06 2016-10-06
since | since early 2016 | 2016-01-01 2016-04-30 2016-10-06 2016-10-06
since | since the start of 2016 | 2016-01-01 2016-01-01 2016-10-06 2016-10-06
since | since the beginning of the year | 2016-01-01 2016-01-01 2016-10-06 2016-10-06
since | since at least 2013 | 2013-01-01 2013-12-31 2016-10-06 2016-10-06
since | since the war began | 2011-03-01 2011-03-31 2016-10-06 2016-10-06
since | since the conflict started | 2011-03-01 2011-03-31 2016-10-06 2016-10-06
since | since the outbreak of the civil war | 2011-03-01 2011-03-31 2016-10-06 2016-10-06
since | since the conflict began in March 2012 | 2012-03-01 2012-03-31 2016-10-06 2016-10-06
since | since the truce collapsed on 19 September | 2016-09-19 2016-09-19 2016-10-06 2016-10-06
since | since protests erupted in March 2011 | 2011-03-01 2011-03-31 2016-10-06 2016-10-06
since | since the U.S. army struck in March 2015 | 2015-03-01 2015-03-31 2016-10-06 2016-10-06
since | since the army, led by X, advanced on 3 May | 2016-05-03 2016-05-03 2016-10-06 2016-10-06
since | since the war in Syria began in March 2011 | 2011-03-01 2011-03-31 2016-10-06 2016-10-06
since | since a truce was declared on 12 September | 2016-09-12 2016-09-12 2016-10-06 2016-10-06
since | Since the truce, many died in May 2016 | 2016-05-01 2016-05-31 2016-05-01 2016-05-31
since | Since the truce 40 died in May 2016 | 2016-05-01 2016-05-31 2016-05-01 2016-05-31
began | the war, which began in March 2011, has killed | 2011-03-01 2011-03-31 2016-10-06 2016-10-06
began | the war began in March 2011 and killed | 2011-03-01 2011-03-31 2011-03-01 2011-03-31
event | the toll from Monday's blast | 2016-10-03 2016-10-03 2016-10-03 2016-10-03
event | the toll from Monday rose | 2016-10-03 2016-10-03 2016-10-03 2016-10-03
event | from Monday on | 2016-10-03 2016-10-03 - -
between | between 7 and 14 March | 2016-03-07 2016-03-07 2016-03-14 2016-03-14
between | between 24 November and 30 December | 2015-11-24 2015-11-24 2015-12-30 2015-12-30
between | between December 2015 and January 2016 | 2015-12-01 2015-12-31 2016-01-01 2016-01-31
between | between January and 5 March | 2016-01-01 2016-01-31 2016-03-05 2016-03-05
between | between Monday and Wednesday | 2016-10-03 2016-10-03 2016-10-05 2016-10-05
between | between 2011 and 2015 | 2011-01-01 2011-12-31 2015-01-01 2015-12-31
between | displaced between3 and 24 August | 2016-08-03 2016-08-03 2016-08-24 2016-08-24
from | from 18 to 22 June 2014 | 2014-06-18 2014-06-18 2014-06-22 2014-06-22
from | from March to May 2016 | 2016-03-01 2016-03-31 2016-05-01 2016-05-31
from | from 2012 until 2014 | 2012-01-01 2012-12-31 2014-01-01 2014-12-31
from | 30 September to 2 October | 2016-09-30 2016-09-30 2016-10-02 2016-10-02
dash | 30 September-2 October | 2016-09-30 2016-09-30 2016-10-02 2016-10-02
dash | 30 September – 2 October 2015 | 2015-09-30 2015-09-30 2015-10-02 2015-10-02
dash | 07 November - 07 November | 2015-11-07 2015-11-07 2015-11-07 2015-11-07
dash | 31 December - 02 January | 2015-12-31 2015-12-31 2016-01-02 2016-01-02
dash | March 7-14, 2016 | 2016-03-07 2016-03-07 2016-03-14 2016-03-14
dash | in 2014-15 | 2014-01-01 2014-12-31 2015-01-01 2015-12-31
list | 17 and 18 May | 2016-05-17 2016-05-17 2016-05-18 2016-05-18
list | on Monday and Tuesday | 2016-10-03 2016-10-03 2016-10-04 2016-10-04
list | in late July and early August | 2016-07-21 2016-07-31 2016-08-01 2016-08-10
past | in the past 10 days | 2016-09-26 2016-09-26 2016-10-06 2016-10-06
past | in the past 24 hours | 2016-10-05 2016-10-05 2016-10-06 2016-10-06
past | over the past three weeks | 2016-09-09 2016-09-15 2016-10-06 2016-10-06
past | over the last two months | 2016-07-07 2016-08-06 2016-10-06 2016-10-06
past | over the past year | 2014-10-07 2015-10-06 2016-10-06 2016-10-06
past | in the past five years | 2011-03-01 2011-10-06 2016-10-06 2016-10-06
past | in nearly five years of war | 2011-03-01 2011-10-06 2016-10-06 2016-10-06
past | in the five-year war | 2011-03-01 2011-10-06 2016-10-06 2016-10-06
this | this year | 2016-01-01 2016-01-01 2016-10-06 2016-10-06
this | so far this year | 2016-01-01 2016-01-01 2016-10-06 2016-10-06
this | this week | 2016-10-03 2016-10-03 2016-10-06 2016-10-06
this | earlier this month | 2016-10-01 2016-10-06 2016-10-01 2016-10-06
this | so far in 2016 | 2016-01-01 2016-01-01 2016-10-06 2016-10-06
last | last month | 2016-09-01 2016-09-30 2016-09-01 2016-09-30
last | last week | 2016-09-26 2016-10-02 2016-09-26 2016-10-02
last | last Tuesday | 2016-10-04 2016-10-04 2016-10-04 2016-10-04
last | last Thursday | 2016-09-29 2016-09-29 2016-09-29 2016-09-29
last | late last year | 2015-09-01 2015-12-31 2015-09-01 2015-12-31
last | last October | 2015-10-01 2015-10-31 2015-10-01 2015-10-31
day | on Monday | 2016-10-03 2016-10-03 2016-10-03 2016-10-03
day | on Thursday | 2016-10-06 2016-10-06 2016-10-06 2016-10-06
day | on Monday night | 2016-10-03 2016-10-03 2016-10-03 2016-10-03
day | on Monday, 3 October | 2016-10-03 2016-10-03 2016-10-03 2016-10-03
day | yesterday | 2016-10-05 2016-10-05 2016-10-05 2016-10-05
day | today | 2016-10-06 2016-10-06 2016-10-06 2016-10-06
day | overnight | 2016-10-05 2016-10-06 2016-10-05 2016-10-06
day | two days ago | 2016-10-04 2016-10-04 2016-10-04 2016-10-04
day | over the weekend | 2016-10-01 2016-10-01 2016-10-02 2016-10-02
day | on 19 September 2016 | 2016-09-19 2016-09-19 2016-09-19 2016-09-19
day | on Sept. 19, 2016 | 2016-09-19 2016-09-19 2016-09-19 2016-09-19
day | the 3rd of May 2016 | 2016-05-03 2016-05-03 2016-05-03 2016-05-03
day | on 2016-09-19 | 2016-09-19 2016-09-19 2016-09-19 2016-09-19
day | on 28/7/2012 | 2012-07-28 2012-07-28 2012-07-28 2012-07-28
day | on 7/28/2012 | 2012-07-28 2012-07-28 2012-07-28 2012-07-28
day | on 18August | 2016-08-18 2016-08-18 2016-08-18 2016-08-18
month | in March 2011 | 2011-03-01 2011-03-31 2011-03-01 2011-03-31
month | in August | 2016-08-01 2016-08-31 2016-08-01 2016-08-31
month | inAugust 2015 | 2015-08-01 2015-08-31 2015-08-01 2015-08-31
month | in late March 2015 | 2015-03-21 2015-03-31 2015-03-21 2015-03-31
month | in mid-August | 2016-08-11 2016-08-20 2016-08-11 2016-08-20
month | in the first week of May 2016 | 2016-05-01 2016-05-01 2016-05-07 2016-05-07
year | during 2015 | 2015-01-01 2015-12-31 2015-01-01 2015-12-31
year | in early 2015 | 2015-01-01 2015-04-30 2015-01-01 2015-04-30
year | in mid-2014 | 2014-05-01 2014-08-31 2014-05-01 2014-08-31
year | in the first half of 2016 | 2016-01-01 2016-01-01 2016-06-30 2016-06-30
year | duringthe firsthalf of 2016 | 2016-01-01 2016-01-01 2016-06-30 2016-06-30
year | in the first quarter of this year | 2016-01-01 2016-01-01 2016-03-31 2016-03-31
year | in Q3 2015 | 2015-07-01 2015-07-01 2015-09-30 2015-09-30
year | in the first nine months of 2016 | 2016-01-01 2016-01-01 2016-09-30 2016-09-30
year | in the year to March 2016 | 2015-03-01 2015-04-01 2016-03-01 2016-03-31
year | in the 1990s | 1990-01-01 1999-12-31 1990-01-01 1999-12-31
back | in the 24 hours to midnight | 2016-10-05 2016-10-05 2016-10-05 2016-10-06
back | in the 24 hours to Monday | 2016-10-02 2016-10-02 2016-10-03 2016-10-03
until | as of 30 September | - - 2016-09-30 2016-09-30
until | by Monday | - - 2016-10-03 2016-10-03
until | by the end of 2015 | - - 2015-12-31 2015-12-31
until | until yesterday | - - 2016-10-05 2016-10-05
words | during Ramadan | - - - -
words | in 24 hours | - - - -
words | in three days of fighting | - - - -
words | in recent weeks | - - - -
words | the previous day | - - - -
words | in the summer of 2015 | - - - -
words | since fighting erupted | - - - -
words | on 03/04/2012 | - - - -
"""
TABLE = [tuple(part.strip() for part in line.split("|")) for line in FORMS.strip().splitlines()]


@pytest.mark.parametrize(("form", "text", "expected"), TABLE)
def test_periods_count_from_the_documents_day(form: str, text: str, expected: str) -> None:
    assert days(text) == expected, form


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(TABLE) >= 80


@pytest.mark.parametrize(
    "text", [text for form, text, _ in TABLE if form in ("this", "past", "back")]
)
def test_without_the_documents_day_words_stay_and_days_go(text: str) -> None:
    if "2016" not in text and "1990" not in text:
        assert days(text, published=None) == "- - - -"


@pytest.mark.parametrize(
    "text", ["on Monday", "since 19 September", "in May", "since the war began"]
)
def test_nothing_is_counted_from_today(text: str) -> None:
    assert days(text, published=None) == "- - - -"


def test_past_years_start_no_earlier_than_the_conflict() -> None:
    assert days("in the past five years", start=None).startswith("2010-10-07 2011-10-06")
    assert days("in the past five years", start="2014-01").startswith("2010-10-07")
    assert days("since the war began", start=None) == "- - - -"


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("since 19 September", ("period_end_from_document",)),
        ("on 19 August", ()),
        ("in December", ("period_year_inferred",)),
        ("in February", ("period_year_inferred",)),
        ("in February 2016", ()),
        ("last March", ("period_year_inferred",)),
        ("on 03/04/2012", ("ambiguous_date",)),
        ("on 03/04/12", ("ambiguous_date",)),
    ],
)
def test_what_is_inferred_is_in_doubt(text: str, doubts: tuple[str, ...]) -> None:
    (period,) = find_periods(text, DAY, WAR)
    assert period.doubts == doubts


def test_another_date_of_the_text_settles_slashed_days() -> None:
    text = "The camp was hit on 28/7/2012. It was hit again on 3/8/2012."
    second = find_periods(text, DAY)[1]
    assert (second.window.start_earliest, second.doubts) == (date(2012, 8, 3), ())


@pytest.mark.parametrize(
    "text",
    [
        "2000 injured", "in 2000 homes", "a total of 2016 people", "may kill 12", "march on",
        "Mar the day", "the 2005 Bali bombings", "a 9-year-old girl", "M23 rebels", "after 3 March",
        "GENEVA (6 October 2016) - More", "Kabul, Oct 5 (Reuters) - At", "Geneva, 6 October 2016",
        "6 October 2016 – Some",
    ],
)  # fmt: skip
def test_what_is_no_period(text: str) -> None:
    assert find_periods(text, DAY) == []


def test_a_date_that_is_no_period_is_still_a_date() -> None:
    text = "killed 12 after 3 March"
    assert [text[a:b] for a, b in read_dates(text, DAY).dates] == ["after 3 March"]


@pytest.mark.parametrize(
    "text", ["Aleppo, 6 October: 12 died", "On Monday - 12 died", "3 October 2016 – 12 died"]
)
def test_a_day_that_opens_a_line_is_not_always_that_of_filing(text: str) -> None:
    assert len(find_periods(text, DAY)) == 1


def test_the_clause_of_an_anchor_is_no_date() -> None:
    text = "since twelve people were killed on Monday"
    read = read_dates(text, DAY)
    assert [period.surface for period in read.periods] == [text]
    assert [text[a:b] for a, b in read.dates] == ["on Monday"]


def test_dates_are_known_without_the_documents_day() -> None:
    text = "displaced between 7 and 14 March and on Monday"
    assert read_dates(text).dates == read_dates(text, DAY, WAR).dates


def test_a_figure_after_a_date_is_no_part_of_it() -> None:
    text = "On March 7 and 12 people died."
    (period,) = find_periods(text, DAY)
    assert period.surface == "On March 7"


@given(st.text(max_size=200), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_any_text_gives_ordered_periods(text: str, published: date) -> None:
    last = 0
    for period in find_periods(text, published, WAR):
        assert last <= period.start < period.end <= len(text)
        last = period.end


_PIECES = [text for _, text, _ in TABLE]


@given(
    st.lists(
        st.sampled_from([*_PIECES, "and", "to", "-", "12 people died", ", ", ". "]), max_size=8
    )
)
def test_forms_in_any_order_give_sound_windows(pieces: list[str]) -> None:
    text = " ".join(pieces)
    read = read_dates(text, DAY, WAR)
    for period in read.periods:
        window: Window = period.window
        assert text[period.start : period.end] == period.surface
        if window.start_earliest and window.start_latest:
            assert window.start_earliest <= window.start_latest
        if window.end_earliest and window.end_latest:
            assert window.end_earliest <= window.end_latest
    spans = sorted(read.dates)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 6))
def test_a_weekday_lies_in_the_week_before(published: date, weekday: int) -> None:
    name = (date(2024, 1, 1) + timedelta(weekday)).strftime("%A")
    (period,) = find_periods(f"on {name}", published)
    first = period.window.start_earliest
    assert first and first.weekday() == weekday and 0 <= (published - first).days < 7


@pytest.mark.parametrize(
    "unit",
    [
        "since since ",
        "Monday Monday ",
        "2016-",
        "May ",
        ", ",
        "A",
        "1/",
        "in five ",
        "the ",
        "since the war on Monday ",
        "A, B, ",
        "war which began in 2011 ",
        "Geneva, 6 October ",
        "led a, ",
    ],
)
def test_a_long_repetition_is_read_in_a_while(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    begun = time.process_time()
    read_dates(text, DAY, WAR)
    assert time.process_time() - begun < 3
