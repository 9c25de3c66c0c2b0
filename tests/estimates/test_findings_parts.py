"""Inside one document: parts that exceed their whole, ranges out of order."""

from __future__ import annotations

import pytest

JUNE = {"start_earliest": "2016-06-01", "start_latest": "2016-06-01"} | {
    "end_earliest": "2016-06-30",
    "end_latest": "2016-06-30",
}
UNREAD = {"review_status": "pending", "counts": False}
PART = {"part_of": "a", "number": 200}
APART = [
    ({}, JUNE),
    ({}, {"place_id": "SY0201"}),
    ({}, {"deaths_counted": "indirect"}),
]
AT_LEAST = {"best": None, "reading_low": None, "reading_high": None, "qualifier": "at_least"}


def test_an_inverted_range_is_found_with_its_numbers_as_printed(findings_of):
    row = {"value_low": 500, "value_high": 900, "rule_id": "range_inverted:best_only"}
    (found,) = findings_of("range_inverted", row)
    assert "low 500, value 338, high 900" in found["message"]
    assert not findings_of("range_inverted", row | UNREAD)
    assert not findings_of("range_inverted", {})


@pytest.mark.parametrize(("one", "other"), APART)
def test_parts_that_share_nobody_and_exceed_their_whole_are_found(findings_of, one, other):
    (found,) = findings_of("parts_differ", {}, PART | one, PART | other)
    assert sorted(found["claim_ids"]) == ["a", "b", "c"]
    assert found["claim_ids"][0] == "a"
    assert found["size"] == 400 - 338
    assert found["severity"] == "warning"


def test_every_set_of_parts_that_share_nobody_is_looked_for(findings_of):
    """The greatest part may share people with the two that exceed the whole together."""
    greatest = PART | {"number": 300, "start_earliest": "2016-06-01", "start_latest": "2016-06-01"}
    (found,) = findings_of("parts_differ", {}, greatest, PART, PART | JUNE)
    assert sorted(found["claim_ids"]) == ["a", "c", "d"]
    assert found["size"] == 400 - 338


@pytest.mark.parametrize(
    ("place_id", "is_found"), [("SY0200/centre", False), ("SY0201/centre", True)]
)
def test_places_below_the_second_level_may_overlap(findings_of, place_id, is_found):
    outskirts = {"place_id": "SY0200/centre-and-outskirts"}
    found = findings_of("parts_differ", {}, PART | outskirts, PART | {"place_id": place_id})
    assert bool(found) is is_found


def test_parts_of_a_combined_metric_share_nobody(findings_of):
    whole = {"metric": "killed_or_injured"}
    parts = (PART, PART | {"metric": "injured", "deaths_counted": None})
    assert findings_of("parts_differ", whole, *parts)
    assert not findings_of("parts_differ", whole, PART | whole, PART)


@pytest.mark.parametrize(
    ("facts", "is_found"),
    [
        ([], False),
        ([("civilians", "s"), ("combatants", "s")], True),
        ([("civilians", None), ("combatants", None)], True),
        ([("civilians", "s"), ("combatants", "other")], False),
        ([("civilians", "s")], False),
    ],
)
def test_classes_part_a_whole_only_where_a_source_says_so(findings_of, facts, is_found):
    populations = [
        {
            "population": population,
            "relation": "part_of",
            "whole": "all",
            "source_id": source,
            "citation": "c",
        }
        for population, source in facts
    ]
    parts = (PART | {"population": "civilians"}, PART | {"population": "combatants"})
    found = findings_of("parts_differ", {}, *parts, populations=populations)
    assert bool(found) is is_found


def test_one_part_may_exceed_its_whole(findings_of):
    assert findings_of("parts_differ", {}, PART | {"number": 339})
    assert not findings_of("parts_differ", {}, PART | {"number": 338})


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ({}, {}),  # nothing shows that the two share nobody
        ({}, {"restriction": "found later"}),
        ({}, {"territory": "rebel-held areas"}),
        ({}, {"place_id": "SY02"}),
        ({}, {"place_id": None}),
        ({}, {"place_id": "not in the gazetteer"}),
        ({}, JUNE | {"document_id": "d2"}),
        ({}, JUNE | {"part_of": None}),
        ({}, JUNE | UNREAD),
        ({}, JUNE | {"number": 138}),
        ({}, JUNE | {"best": None, "high": 200}),
        (UNREAD, JUNE),
        (AT_LEAST | {"low": 338}, JUNE),
        ({"reading_high": 400}, JUNE),
    ],
)
def test_parts_that_may_share_people_or_fit_are_not_found(findings_of, whole, part):
    assert not findings_of("parts_differ", whole, PART, PART | part)


def test_one_person_may_be_displaced_in_two_places_of_one_country(findings_of):
    displaced = {"metric": "displaced", "measure": "ever", "deaths_counted": None}
    elsewhere = displaced | {"place_id": "SY0201"}
    assert not findings_of("parts_differ", displaced, PART | displaced, PART | elsewhere)


def test_parts_that_sum_to_a_whole_show_nothing_of_a_whole_that_they_exceed(findings_of):
    """Parts without an axis between them fit a whole that says less than their sum."""
    less_than = {"number": 400, "best": None, "high": 399, "qualifier": "less_than"}
    assert not findings_of("parts_differ", less_than, PART, PART)


def test_parts_count_where_they_repeat(findings_of):
    repeated = PART | JUNE | {"repeat_of": "d", "counts": False}
    earlier = PART | JUNE | {"part_of": None, "document_id": "d0", "published_on": "2016-07-01"}
    assert findings_of("parts_differ", {}, PART, repeated, earlier)
