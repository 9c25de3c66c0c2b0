import pandas as pd
import pytest

from pipelines.core.ids import finding_id

LATER = {"published_on": "2016-10-01", "document_id": "d2"}
CHILDREN = {"population": "children", "number": 106}
END = {"end_earliest": "2016-10-02", "end_latest": "2016-10-02"}
SUBTOTALS = (
    {"number": 338},
    {"number": 342} | LATER | END,
    CHILDREN | {"part_of": "a"},
    CHILDREN | {"part_of": "b"} | LATER | END,
)
JUNE = {"start_earliest": "2016-06-01", "start_latest": "2016-06-01"} | {
    "end_earliest": "2016-06-30",
    "end_latest": "2016-06-30",
}
UNREAD = {"review_status": "pending", "counts": False}


def _found(made, kind):
    table = made["estimates/findings"]
    return [row for row in table.to_dict("records") if row["finding_type"] == kind]


def test_a_repeat_is_found_and_names_the_kept_claim_first(answers_of):
    made = answers_of({}, LATER | {"repeat_of": "a", "counts": False})
    (found,) = _found(made, "repeat")
    assert found["claim_ids"] == ["a", "b"]
    assert found["finding_id"] == finding_id("repeat", ["a", "b"])
    assert (found["severity"], found["status"]) == ("info", "open")
    assert found["question_id"] == made["estimates/questions"]["question_id"].iloc[0]
    assert "338" in found["message"]
    assert found["would_settle"]


def test_possible_repeats_say_whether_the_numbers_are_equal(answers_of):
    perhaps = LATER | {"possible_repeat_of": "a", "speaker": "SOHR"}
    (equal,) = _found(answers_of({}, perhaps), "possible_repeat")
    assert "no stated credit" in equal["message"]
    assert pd.isna(equal["size"])
    (rounded,) = _found(answers_of({}, perhaps | {"number": 340}), "possible_repeat")
    assert "only after rounding" in rounded["message"]
    assert rounded["size"] == 2


def test_an_unchanged_part_of_a_whole_that_moved_is_found(answers_of):
    (found,) = _found(answers_of(*SUBTOTALS), "unchanged_subtotal")
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
def test_one_thing_different_is_no_unchanged_subtotal(answers_of, at, change):
    changed = list(SUBTOTALS)
    changed[at] = changed[at] | change
    assert not _found(answers_of(*changed), "unchanged_subtotal")


def test_an_inverted_range_is_found_with_its_numbers_as_printed(answers_of):
    row = {"value_low": 500, "value_high": 900, "rule_id": "range_inverted:best_only"}
    (found,) = _found(answers_of(row), "range_inverted")
    assert "low 500, value 338, high 900" in found["message"]
    assert not _found(answers_of(row | UNREAD), "range_inverted")
    assert not _found(answers_of({}), "range_inverted")


PART = {"part_of": "a", "number": 200}
APART = [
    ({}, JUNE),
    ({}, {"place_id": "SY0201"}),
    ({}, {"deaths_counted": "indirect"}),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_parts_that_share_nobody_and_exceed_their_whole_are_found(answers_of, one, other):
    (found,) = _found(answers_of({}, PART | one, PART | other), "parts_differ")
    assert sorted(found["claim_ids"]) == ["a", "b", "c"]
    assert found["claim_ids"][0] == "a"
    assert found["size"] == 400 - 338
    assert found["severity"] == "warning"


@pytest.mark.parametrize(
    ("place_id", "is_found"), [("SY0200/centre", False), ("SY0201/centre", True)]
)
def test_places_below_the_second_level_may_overlap(answers_of, place_id, is_found):
    outskirts = {"place_id": "SY0200/centre-and-outskirts"}
    made = answers_of({}, PART | outskirts, PART | {"place_id": place_id})
    assert bool(_found(made, "parts_differ")) is is_found


def test_parts_of_a_combined_metric_share_nobody(answers_of):
    whole = {"metric": "killed_or_injured"}
    parts = (PART, PART | {"metric": "injured", "deaths_counted": None})
    assert _found(answers_of(whole, *parts), "parts_differ")
    overlapping = (PART | whole, PART)
    assert not _found(answers_of(whole, *overlapping), "parts_differ")


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
def test_classes_part_a_whole_only_where_a_source_says_so(answers_of, facts, is_found):
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
    made = answers_of({}, *parts, populations=populations)
    assert bool(_found(made, "parts_differ")) is is_found


def test_one_part_may_exceed_its_whole(answers_of):
    assert _found(answers_of({}, PART | {"number": 339}), "parts_differ")
    assert not _found(answers_of({}, PART | {"number": 338}), "parts_differ")


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ({}, {}),  # nothing shows that the two share nobody
        ({}, {"restriction": "found later"}),
        ({}, {"territory": "rebel-held areas"}),
        ({}, {"place_id": "SY02"}),
        ({}, {"place_id": None}),
        ({}, {"place_id": "not in the gazetteer"}),
        ({}, {"place_id": "SY0201", "measure": "ever"}),
        ({}, {"place_id": "SY0201", "measure": "unstated", "place_role": "came_from"}),
        ({}, JUNE | {"measure": "unstated"}),
        ({}, JUNE | {"document_id": "d2"}),
        ({}, JUNE | {"part_of": None}),
        ({}, JUNE | UNREAD),
        ({}, JUNE | {"number": 138}),
        ({}, JUNE | {"best": None, "high": 200}),
        (UNREAD, JUNE),
        ({"best": None, "low": 338, "qualifier": "at_least"}, JUNE),
        ({"reading_high": 400}, JUNE),
    ],
)
def test_parts_that_may_share_people_or_fit_are_not_found(answers_of, whole, part):
    assert not _found(answers_of(whole, PART, PART | part), "parts_differ")


def test_parts_count_where_they_repeat(answers_of):
    repeated = PART | JUNE | {"repeat_of": "d", "counts": False}
    earlier = PART | JUNE | {"part_of": None, "document_id": "d0", "published_on": "2016-07-01"}
    assert _found(answers_of({}, PART, repeated, earlier), "parts_differ")


def test_a_resolution_settles_a_finding_while_its_values_stand(answers_of):
    claims = ({}, LATER | {"repeat_of": "a", "counts": False})
    (found,) = _found(answers_of(*claims), "repeat")
    decision = {
        "finding_id": found["finding_id"],
        "rests_on": found["rests_on"],
        "status": "explained",
        "type": "repeat",
        "reason": "The bulletin was re-issued.",
        "by": "r1",
        "on": "2026-11-05",
    }
    (settled,) = _found(answers_of(*claims, resolutions=[decision]), "repeat")
    assert (settled["status"], settled["settled_by"]) == ("explained", "r1")
    assert settled["settled_on"] == pd.Timestamp("2026-11-05")
    assert settled["settled_reason"] == "The bulletin was re-issued."

    moved = ({"number": 340}, claims[1] | {"number": 340})
    (reopened,) = _found(answers_of(*moved, resolutions=[decision]), "repeat")
    assert reopened["finding_id"] == found["finding_id"]
    assert reopened["status"] == "open"
    assert "5 November 2026 by r1" in reopened["message"]

    (other,) = _found(
        answers_of(*claims, resolutions=[decision | {"type": "raised_later"}]), "repeat"
    )
    assert other["status"] == "open"


def test_a_finding_rests_on_values_and_not_on_the_day_of_recording(answers_of):
    (found,) = _found(answers_of(*SUBTOTALS), "unchanged_subtotal")
    again = [row | {"recorded_on": "2027-01-01"} for row in SUBTOTALS]
    (same,) = _found(answers_of(*again), "unchanged_subtotal")
    assert same["rests_on"] == found["rests_on"]


def test_a_message_names_who_said_it_and_when(answers_of):
    first = {"speaker": "AFP", "origin": "SOHR", "published_on": None}
    row = {"value_low": 500, "rule_id": "range_inverted:best_only"}
    (found,) = _found(answers_of(first | row), "range_inverted")
    assert "a (338; AFP, crediting SOHR; day of publication not known)" in found["message"]


def test_ranges_without_a_printed_number_have_no_size(answers_of):
    ends = {"value": None, "best": None, "low": 10, "qualifier": "between", "rule_id": "between"}
    perhaps = LATER | {"possible_repeat_of": "a", "speaker": "SOHR"}
    (found,) = _found(
        answers_of(ends | {"high": 20}, perhaps | ends | {"high": 21}), "possible_repeat"
    )
    assert pd.isna(found["size"])


def test_nothing_side_by_side_is_no_finding(answers_of):
    assert answers_of({}, {"number": 400, "speaker": "SOHR"})["estimates/findings"].empty
