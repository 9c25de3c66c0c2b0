"""Findings as records: their ids, guards, decisions, order and words."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.ids import finding_id
from pipelines.estimates.findings import KINDS, findings
from pipelines.estimates.findings.record import rests_on
from pipelines.estimates.found import STRENGTH, strength
from pipelines.estimates.held import hold
from schemas.vocab import BASES

LATER = {"published_on": "2016-10-01", "document_id": "d2"}
END = {"end_earliest": "2016-10-30", "end_latest": "2016-10-30"}
AGAIN = LATER | {"repeat_of": "a", "counts": False}
DECISION = {"status": "explained", "type": "repeat", "by": "r1", "on": "2026-11-05"} | {
    "reason": "The bulletin was re-issued."
}


def test_nothing_side_by_side_is_no_finding(held_of):
    held = held_of({}, {"number": 400, "speaker": "SOHR", "basis": "mse"})
    assert findings(held, [], []) == []


def test_a_resolution_settles_a_finding_while_its_values_stand(findings_of):
    (found,) = findings_of("repeat", {}, AGAIN)
    assert found["status"] == "open"
    decision = DECISION | {name: found[name] for name in ("finding_id", "rests_on")}
    (settled,) = findings_of("repeat", {}, AGAIN, resolutions=[decision])
    assert (settled["status"], settled["settled_by"]) == ("explained", "r1")
    assert settled["settled_on"] == date(2026, 11, 5)
    assert settled["settled_reason"] == "The bulletin was re-issued."

    moved = ({"number": 340}, AGAIN | {"number": 340})
    (reopened,) = findings_of("repeat", *moved, resolutions=[decision])
    assert reopened["finding_id"] == found["finding_id"]
    assert reopened["status"] == "open"
    assert "5 November 2026 by r1" in reopened["message"]

    other = decision | {"type": "raised_later"}
    (unsettled,) = findings_of("repeat", {}, AGAIN, resolutions=[other])
    assert unsettled["status"] == "open"


def test_a_finding_rests_on_values_and_not_on_the_day_of_recording(findings_of):
    (found,) = findings_of("repeat", {}, AGAIN)
    day = {"recorded_on": "2027-01-01"}
    (same,) = findings_of("repeat", day, AGAIN | day)
    assert same["rests_on"] == found["rests_on"]


def test_the_guard_does_not_look_at_the_order_of_claims(held_of):
    rows = held_of({}, AGAIN).rows
    assert rests_on(rows) == rests_on(list(reversed(rows)))
    assert rests_on(rows) != rests_on(rows[:1])


def test_a_message_names_who_said_it_and_when(findings_of):
    row = {"speaker": "AFP", "origin": "SOHR", "published_on": None} | {
        "value_low": 500,
        "rule_id": "range_inverted:best_only",
    }
    (found,) = findings_of("range_inverted", row)
    assert "a (338; AFP, crediting SOHR; day of publication not known)" in found["message"]


def test_a_message_suspects_our_reading_first_and_the_figure_last(findings_of):
    weak = {"seen_in": "copy", "doubts": ["ambiguous_separator"]}
    (found,) = findings_of("repeat", weak, AGAIN)
    looked = found["message"].partition("Looked at, in this order: ")[2]
    order = ("our reading", "scope", "date", "definition", "then the figure")
    assert sorted(order, key=looked.index) == list(order)
    assert "a: seen in a copy, doubt 'ambiguous_separator'" in looked


def test_an_analysts_note_is_quoted(findings_of):
    (found,) = findings_of("repeat", {"note": "the page was moved"}, AGAIN)
    assert found["message"].endswith("Note on a: “the page was moved”.")


def test_pairs_come_before_larger_sets_and_the_strongest_basis_first(findings_of):
    far = {"place_id": "SYR"}
    found = findings_of(
        "repeat",
        {},
        AGAIN,
        far | {"basis": "identified"},
        far | AGAIN | {"basis": "identified", "repeat_of": "c"},
    )
    assert [one["claim_ids"] for one in found] == [["c", "d"], ["a", "b"]]


@given(st.lists(st.sampled_from(STRENGTH), min_size=1, max_size=4))
def test_a_larger_set_is_never_before_a_smaller_one(bases):
    rows = [{"basis": basis} for basis in bases]
    assert strength(rows) < strength([*rows, {"basis": "identified"}])
    assert strength(rows) == strength(rows[::-1])


def test_every_basis_has_its_strength():
    assert set(STRENGTH) == set(BASES)


def test_the_order_of_claims_does_not_matter(held_of):
    changes = ({}, AGAIN, {"place_id": "SYR", "number": 5}, END | LATER | {"number": 100})
    held = held_of(*changes)
    shuffled = hold(reversed(held.rows), held.facts, held.actors)
    assert findings(held, [], []) == findings(shuffled, [], []) != []


def test_ids_are_those_of_type_and_claims(findings_of):
    (found,) = findings_of("repeat", {}, AGAIN)
    assert found["finding_id"] == finding_id("repeat", ["a", "b"])
    assert len(set(KINDS)) == len(KINDS)
