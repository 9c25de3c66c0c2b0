"""Over time: a counter that fell, a figure raised later, a newer figure that existed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.estimates.extent import least, most
from pipelines.estimates.findings.counters import Reading, _falls

OCTOBER = {"end_earliest": "2016-10-31", "end_latest": "2016-10-31"}
LATER = {"published_on": "2016-11-05", "document_id": "d2"}
NEXT = OCTOBER | LATER
NOVEMBER = {"end_earliest": "2016-11-30", "end_latest": "2016-11-30"}
LAST = NOVEMBER | {"published_on": "2016-12-05", "document_id": "d3"}
NO_BEST = {"best": None, "reading_low": None, "reading_high": None}
STOCK = {"metric": "idps", "measure": "stock", "deaths_counted": None, "place_role": "now_in"} | {
    "start_earliest": "2016-09-29",
    "start_latest": "2016-09-29",
}


def at_least(number):
    return NO_BEST | {"value": number, "low": number, "qualifier": "at_least"}


# A counter that fell


def test_a_counter_that_fell_is_found_with_its_difference(findings_of):
    (found,) = findings_of("counter_fell", {}, NEXT | {"number": 300})
    assert found["claim_ids"] == ["a", "b"]
    assert found["size"] == 38
    assert "at least 338, then at most 300" in found["message"]
    assert "one speaker, WHO" in found["message"]
    assert "whole of it" not in found["message"]


def test_a_note_on_a_fall_is_not_taken_for_the_whole_reason(findings_of):
    note = {"note": "its civilians then included others"}
    (found,) = findings_of("counter_fell", note, NEXT | {"number": 300})
    assert "nothing here shows that it is the whole of it" in found["message"]
    assert "“its civilians then included others”" in found["message"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"number": 338}),
        ({}, {"number": 339}),
        ({}, at_least(300)),  # a bound that is lower is no fall
        (NO_BEST | {"high": 338, "qualifier": "at_most"}, {"number": 300}),
        ({}, {"number": 300, "reading_high": 340}),  # within the rounding
        ({"reading_low": 290}, {"number": 300}),
        ({}, {"number": 300, "speaker": "SOHR"}),
        ({}, {"number": 300, "basis": "judgement"}),
        ({"series": "one"}, {"number": 300, "series": "other"}),
        ({}, {"number": 300, "measure": "flow"}),
        ({"measure": "flow"}, {"number": 300, "measure": "flow"}),
        ({}, {"number": 300, "population": "civilians"}),
        ({}, {"number": 300, "restriction": "by air strikes"}),
        ({}, {"number": 300, "start_earliest": "2016-09-20", "start_latest": "2016-09-20"}),
        ({}, {"number": 300, "end_earliest": "2016-09-29"}),  # perhaps the same last day
        ({}, {"number": 300, "end_earliest": None, "end_latest": None}),
        ({}, {"number": 300, "entry_of": "r/1"}),
        ({}, {"number": 300, "review_status": "pending", "counts": False}),
        ({}, {"number": 300, "source_type": "anonymous"}),
    ],
)
def test_what_is_no_fall(findings_of, first, second):
    assert not findings_of("counter_fell", first, NEXT | second)


def test_an_earlier_day_raised_after_the_later_one_was_published_is_no_fall(findings_of):
    revised = {"number": 400, "published_on": "2016-12-05", "document_id": "d3"}
    assert not findings_of("counter_fell", {}, NEXT | {"number": 350}, revised)
    assert findings_of("raised_later", {}, NEXT | {"number": 350}, revised)
    (found,) = findings_of("counter_fell", {}, NEXT | {"number": 300}, revised)
    assert found["claim_ids"] == ["a", "b"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"series": "s", "speaker": "WHO"}, {"series": "s", "speaker": "MSF", "basis": "survey"}),
        ({"series": "s"}, {}),
        ({}, {"series": "s"}),
        (at_least(338), {}),
        ({}, NO_BEST | {"value": 300, "high": 299, "qualifier": "less_than"}),
        ({"measure": "ever"}, {"measure": "ever"}),
        ({"end_earliest": "2016-09-01", "end_latest": "2016-09-30"}, {}),
    ],
)
def test_what_is_a_fall(findings_of, first, second):
    assert findings_of("counter_fell", first, NEXT | {"number": 300} | second)


def test_of_one_window_the_later_publication_is_the_later_reading(findings_of):
    assert findings_of("counter_fell", {}, LATER | {"number": 300})
    assert not findings_of("counter_fell", {}, {"number": 300, "document_id": "d2"})


def test_a_reading_between_hides_no_fall(findings_of):
    (found,) = findings_of("counter_fell", {}, NEXT | at_least(250), LAST | {"number": 300})
    assert found["claim_ids"] == ["a", "c"]


def test_a_fall_is_told_once(findings_of):
    (found,) = findings_of(
        "counter_fell", {}, NEXT | {"number": 300}, LAST | {"number": 310, "series": None}
    )
    assert found["claim_ids"] == ["a", "b"]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8))
def test_falls_are_falls_and_a_counter_that_rises_has_none(numbers):
    def reading(at: int, number: int) -> Reading:
        day = date(2016, 1, at + 1)
        row = {"claim_id": str(at), "low": None, "best": number, "high": None}
        row |= {"reading_low": number, "reading_high": number, "edition": None}
        row |= {"end_earliest": day, "end_latest": day, "published_on": day}
        return Reading(row, (row,))

    found = list(_falls([reading(at, number) for at, number in enumerate(numbers)]))
    assert all(most(after.row) < least(before.row) for before, after in found)
    assert bool(found) is (numbers != sorted(numbers))


# A figure raised later


def test_a_figure_raised_later_for_the_same_window_is_found(findings_of):
    (found,) = findings_of("raised_later", {}, LATER | {"number": 342})
    assert found["claim_ids"] == ["a", "b"]
    assert found["size"] == 4


def test_parts_that_add_up_raise_a_figure(findings_of):
    """59,648 in January; in June 59,648 and 6,347 found since, parts of a longer count."""
    june = LATER | {"part_of": "b"}
    later_months = NOVEMBER | {"start_earliest": "2016-10-01", "start_latest": "2016-10-01"}
    changes = (
        {"number": 59648, "series": "documented"},
        NOVEMBER | LATER | {"number": 92901, "series": "documented"},
        june | {"number": 59648, "repeat_of": "a", "counts": False},
        june | {"number": 6347, "restriction": "found since"},
        june | later_months | {"number": 26906},
    )
    (found,) = findings_of("raised_later", *changes)
    assert found["claim_ids"] == ["a", "c", "d"]
    assert found["size"] == 6347
    assert "65,995 (59,648 + 6,347, exact arithmetic" in found["message"]
    no_partition = [*changes[:4], changes[4] | {"number": 26900}]
    assert not findings_of("raised_later", *no_partition)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"published_on": "2016-09-29"}),
        ({}, {"published_on": None}),
        ({}, {"number": 330}),
        ({}, {"reading_low": 338}),
        (at_least(338), {}),
        ({}, {"end_latest": "2016-10-01"}),
        ({}, {"speaker": "SOHR"}),
        ({}, {"basis": "judgement"}),
        ({}, {"coverage": "functioning hospitals"}),
        ({"series": "one"}, {"series": "other"}),
    ],
)
def test_what_is_not_raised(findings_of, first, second):
    assert not findings_of("raised_later", first, LATER | {"number": 342} | second)


def test_an_edition_is_the_day_of_a_tables_value(findings_of):
    first, second = {"edition": "2020-01-01"}, {"edition": "2021-01-01", "number": 342}
    assert findings_of("raised_later", STOCK | first, STOCK | second)
    assert not findings_of("raised_later", STOCK | second, STOCK | second | {"number": 338})


# A newer figure that existed

OLD = LATER | {"document_id": "d9", "published_on": "2016-12-01", "speaker": "AFP"}


def test_a_newer_figure_that_existed_by_the_day_is_found(findings_of):
    (found,) = findings_of("newer_figure_existed", OLD, NEXT | {"number": 400})
    assert found["claim_ids"] == ["a", "b"]
    assert found["size"] == 62
    assert found["message"].startswith("By 1 December 2016, when a ")


@pytest.mark.parametrize(
    "newer",
    [
        {"published_on": "2016-12-02"},  # not yet
        {"published_on": None},
        {"end_earliest": "2016-09-29"},  # perhaps the same day
        {"measure": "flow"},
        {"population": "civilians"},
        {"coverage": "functioning hospitals"},
        {"counts": False, "review_status": "pending"},
    ],
)
def test_what_is_no_newer_figure(findings_of, newer):
    assert not findings_of("newer_figure_existed", OLD, NEXT | newer)


def test_a_document_that_gives_the_newer_figure_too_is_left_alone(findings_of):
    both = OLD | NEXT | {"document_id": "d9", "published_on": "2016-12-01"}
    assert not findings_of("newer_figure_existed", OLD, both, NEXT)


def test_stocks_are_compared_by_scope_whatever_their_first_day(findings_of):
    """A stock's window is one day: its first day moves with its last."""
    newer = STOCK | NEXT | {"start_earliest": "2016-10-31", "start_latest": "2016-10-31"}
    assert findings_of("newer_figure_existed", STOCK | OLD, newer)


def test_of_newer_figures_that_of_the_same_source_is_named(findings_of):
    own = NEXT | {"speaker": "AFP", "number": 400}
    (found,) = findings_of("newer_figure_existed", OLD, LAST | {"published_on": "2016-12-01"}, own)
    assert found["claim_ids"] == ["a", "c"]
