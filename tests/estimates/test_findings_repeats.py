"""One figure given twice: repeats, possible repeats, unchanged sub-totals."""

from __future__ import annotations

import pytest

LATER = {"published_on": "2016-10-01", "document_id": "d2"}
CHILDREN = {"population": "children", "number": 106}
END = {"end_earliest": "2016-10-02", "end_latest": "2016-10-02"}
SUBTOTALS = (
    {"number": 338},
    {"number": 342} | LATER | END,
    CHILDREN | {"part_of": "a"},
    CHILDREN | {"part_of": "b"} | LATER | END,
)
UNREAD = {"review_status": "pending", "counts": False}


def test_a_repeat_is_found_and_names_the_kept_claim_first(findings_of, held_of):
    changes = ({}, LATER | {"repeat_of": "a", "counts": False})
    (found,) = findings_of("repeat", *changes)
    assert found["claim_ids"] == ["a", "b"]
    assert (found["severity"], found["size"]) == ("info", None)
    assert found["question_id"] == held_of(*changes).by_claim["a"]["question_id"]
    assert "338" in found["message"]
    assert found["would_settle"]


def test_possible_repeats_say_whether_the_numbers_are_equal(findings_of):
    perhaps = LATER | {"possible_repeat_of": "a", "speaker": "SOHR"}
    (equal,) = findings_of("possible_repeat", {}, perhaps)
    assert "no stated credit" in equal["message"]
    assert equal["size"] is None
    (rounded,) = findings_of("possible_repeat", {}, perhaps | {"number": 340})
    assert "only after rounding" in rounded["message"]
    assert rounded["size"] == 2


def test_ranges_without_a_printed_number_have_no_size(findings_of):
    ends = {"value": None, "best": None, "qualifier": "between", "rule_id": "between"}
    first = ends | {"low": 10, "high": 20, "value_low": 10, "value_high": 20}
    second = ends | {"low": 10, "high": 21, "value_low": 10, "value_high": 21}
    perhaps = LATER | {"possible_repeat_of": "a", "speaker": "SOHR"}
    (found,) = findings_of("possible_repeat", first, perhaps | second)
    assert found["size"] is None
    assert "a (10 to 20; WHO; " in found["message"]


def test_an_unchanged_part_of_a_whole_that_moved_is_found(findings_of):
    (found,) = findings_of("unchanged_subtotal", *SUBTOTALS)
    assert found["claim_ids"] == ["c", "d", "a", "b"]
    assert found["size"] == 4


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (0, {"number": 342}),
        (0, UNREAD),
        (2, {"number": 107}),
        (2, UNREAD),
        (2, {"part_of": None}),
        (2, {"population": "women"}),
        (2, {"coverage": "functioning hospitals"}),
        (3, {"end_latest": "2016-10-03"}),
        (3, {"entry_of": "ucdp/24.1"}),
    ],
)
def test_one_thing_different_is_no_unchanged_subtotal(findings_of, at, change):
    changed = list(SUBTOTALS)
    changed[at] = changed[at] | change
    assert not findings_of("unchanged_subtotal", *changed)
