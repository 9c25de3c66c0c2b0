"""Exact arithmetic inside one document: partitions, sums of parts, documented rests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from pipelines.core.interval import Interval
from pipelines.estimates.arithmetic import arithmetic, less, summed
from pipelines.estimates.partitions import partitions_of
from schemas.estimates import Arithmetic

PART = {"part_of": "a"}
WEST, EAST = {"place_id": "SY0201"}, {"place_id": "SY0200/centre"}
OCTOBER = {"start_earliest": "2016-10-01", "start_latest": "2016-10-01"} | {
    "end_earliest": "2016-10-31",
    "end_latest": "2016-10-31",
}
NO_BEST = {"best": None, "reading_low": None, "reading_high": None}


@pytest.fixture
def made_of(held_of):
    """The records of arithmetic over such claims, by kind, judged good."""

    def make(*changes, **others):
        made = arithmetic(held_of(*changes, **others))
        assert schemas.judge(Arithmetic, schemas.frame(Arithmetic, made)).empty
        return {record["kind"]: record for record in made}

    return make


def ends(record):
    return tuple(record[name] for name in ("low", "best", "high", "range_kind"))


def test_parts_that_sum_exactly_are_a_partition(made_of, held_of):
    changes = ({"number": 32}, *(PART | {"number": n} for n in (6, 22, 4)))
    made = made_of(*changes)
    assert made.keys() == {"partition"}
    record = made["partition"]
    assert record["statement"].startswith("6 + 22 + 4 = 32: ")
    assert (record["whole_claim_id"], record["claim_ids"]) == ("a", ["b", "c", "d"])
    assert record["question_id"] == held_of(*changes).by_claim["a"]["question_id"]
    assert record["document_id"] == "d1"
    assert ends(record) == (None, 32, None, None)
    assert partitions_of(held_of(*changes).rows).keys() == {"b", "c", "d"}


def test_a_bounded_whole_is_parted_by_its_printed_number(made_of):
    whole = NO_BEST | {"value": 32, "low": 32, "qualifier": "at_least"}
    record = made_of(whole, PART | {"number": 10}, PART | {"number": 22})["partition"]
    assert ends(record) == (None, 32, None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 21},
        {"number": 23},
        {"document_id": "d2"},
        {"part_of": None},
        {"counts": False, "review_status": "pending"},
        {"metric": "injured", "deaths_counted": None},
        {"unit_of_claim": "households"},
        {"value": None},
    ],
)
def test_what_is_no_partition(made_of, change):
    made = made_of({"number": 32}, PART | {"number": 10}, PART | {"number": 22} | change)
    assert "partition" not in made


def test_one_part_is_no_partition(made_of):
    assert made_of({"number": 32}, PART | {"number": 32}) == {}


def test_killed_and_injured_part_a_combined_number(made_of):
    whole = {"metric": "killed_or_injured", "number": 32}
    injured = {"metric": "injured", "deaths_counted": None, "number": 22}
    assert "partition" in made_of(whole, PART | {"number": 10}, PART | injured)


def test_parts_of_one_question_add_up_for_it(made_of, held_of):
    changes = (
        {"number": 92901},
        PART | {"number": 59648},
        PART | {"number": 6347, "restriction": "found since"},
        PART | OCTOBER | {"number": 26906},
    )
    record = made_of(*changes)["sum_of_parts"]
    assert record["claim_ids"] == ["b", "c"]
    assert record["statement"].startswith("59,648 + 6,347 = 65,995: ")
    assert "only 'found since'" not in record["statement"]
    assert record["question_id"] == held_of(*changes).by_claim["b"]["question_id"]
    assert ends(record) == (None, 65995, None, None)


def test_another_part_that_may_speak_to_the_question_makes_the_sum_the_least(made_of):
    unknown = {"start_earliest": None, "start_latest": None, "number": 22}
    parts = (PART | {"number": 4}, PART | {"number": 6}, PART | unknown)
    record = made_of({"number": 32}, *parts)["sum_of_parts"]
    assert ends(record) == (10, None, None, "bound")
    assert record["statement"].endswith("so this is the least.")


def test_parts_that_all_share_the_question_are_the_partition_alone(made_of):
    parts = (PART | {"number": 10, "basis": "mse"}, PART | {"number": 22})
    assert made_of({"number": 32}, *parts).keys() == {"partition"}


def test_a_lesser_sum_leaves_a_documented_rest(made_of):
    record = made_of({"number": 338}, PART | WEST | {"number": 100}, PART | {"number": 38})
    record = record["documented_rest"]
    assert record["statement"].startswith("338 - 100 - 38 = 200: ")
    assert ends(record) == (None, 200, None, None)
    assert record["question_id"] is None


def test_parts_that_may_share_people_are_not_both_taken_away(made_of):
    parts = (PART | {"number": 106, "population": "children"}, PART | {"number": 90})
    record = made_of({}, *parts)["documented_rest"]
    assert record["claim_ids"] == ["b"]
    assert record["best"] == 232
    assert "not taken away: 1." in record["statement"]


def test_parts_that_reach_the_whole_leave_no_rest(made_of):
    assert made_of({}, PART | {"number": 338}) == {}
    assert made_of({}, PART | {"number": 400}) == {}


RANGE = {"low": None, "best": None, "high": None, "range_kind": None}


def number(low=None, best=None, high=None, range_kind=None):
    return RANGE | {"low": low, "best": best, "high": high, "range_kind": range_kind}


@pytest.mark.parametrize(
    ("whole", "part", "rest"),
    [
        (number(best=100), number(best=30), Interval(None, 70, None, None)),
        (number(low=100), number(best=30), Interval(70, None, None, "bound")),
        (number(low=100), number(low=30), None),  # the part may be all of it
        (number(best=100), number(low=30), Interval(None, None, 70, "bound")),
        (number(best=100), number(high=30), Interval(70, None, None, "bound")),
        (number(high=100), number(best=30), Interval(None, None, 70, "bound")),
        (number(low=90, high=110), number(low=20, high=40), Interval(50, None, 90, "stated")),
        (number(90, 100, 110), number(20, 30, 40), Interval(50, 70, 90, "stated")),
        (number(90, 100, 110), number(best=30), Interval(60, 70, 80, "stated")),
        (number(best=100), number(24, None, 99, "vague"), Interval(1, None, 76, "vague")),
        (number(best=100), number(24, None, 120), Interval(None, None, 76, "bound")),
        (number(best=30), number(best=30), None),
        (number(best=20), number(best=30), None),
        (number(high=20), number(low=30), None),
    ],
)
def test_what_a_part_leaves(whole, part, rest):
    assert less(whole, [part]) == rest


def test_open_ends_stay_open_in_a_sum():
    assert summed([number(low=10), number(best=5)]) == Interval(15, None, None, "bound")
    assert summed([number(low=10), number(high=5)]) == Interval(None, None, None, None)
    assert summed([number(4, 5, 6), number(best=5)]) == Interval(9, 10, 11, "stated")
    assert summed([number(24, None, 99, "vague"), number(best=1)]).kind == "vague"


COUNTS = st.integers(0, 50)


@st.composite
def stated(draw):
    """A range with both ends, and a true number within it."""
    low, true, high = sorted(draw(st.tuples(COUNTS, COUNTS, COUNTS)))
    return number(low, None, high, "stated"), true


@given(st.lists(stated(), min_size=1, max_size=3), stated())
def test_ends_hold_whatever_the_true_numbers_are(parts, rest):
    rows, true = [row for row, _ in parts], sum(number for _, number in parts)
    sum_ = summed(rows)
    assert sum_.low <= true <= sum_.high
    whole = number(sum_.low + rest[0]["low"], None, sum_.high + rest[0]["high"], "stated")
    left = less(whole, rows)
    if left is not None:
        assert left.low is None or left.low <= rest[1]
        assert left.high is None or rest[1] <= left.high
