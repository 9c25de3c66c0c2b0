"""Sources of one tier that answer one question with numbers that do not meet."""

from __future__ import annotations

import pytest

OTHER = {"document_id": "d2", "speaker": "SOHR"}
NO_BEST = {"best": None, "reading_low": None, "reading_high": None}
ACTORS = [
    {"actor_id": "un", "name": "UN", "kind": "un_agency", "citation": "c"},
    {"actor_id": "who", "name": "WHO", "parent_id": "un", "kind": "un_agency", "citation": "c"},
]


def test_sources_apart_are_found_the_lesser_first(findings_of):
    (found,) = findings_of("sources_apart", {"number": 400}, OTHER)
    assert found["claim_ids"] == ["b", "a"]
    assert found["size"] == 62
    assert "18.3 % above it" in found["message"]


@pytest.mark.parametrize(
    "other",
    [
        {"number": 354},  # a ratio under 1.05
        {"number": 400, "reading_low": 330},
        {"number": 400, "speaker": "WHO"},
        {"number": 400, "origin": "WHO"},
        {"number": 400, "basis": "mse"},
        {"number": 400, "population": "civilians"},
        {"number": 400, "coverage": "functioning hospitals"},
        {"number": 400, "part_of": "a"},
        {"number": 400, "entry_of": "r/1"},
        {"number": 400, "counts": False, "repeat_of": "a"},
        NO_BEST | {"value": 300, "low": 300, "qualifier": "at_least"},
        NO_BEST | {"value": 400, "high": 400, "qualifier": "at_most"},
    ],
)
def test_what_is_not_apart(findings_of, other):
    assert not findings_of("sources_apart", {}, OTHER | other)


@pytest.mark.parametrize(
    "other",
    [
        {"number": 356},
        NO_BEST | {"value": 400, "low": 400, "qualifier": "at_least"},
        NO_BEST | {"value": 300, "high": 300, "qualifier": "at_most"},
        {"number": 400, "low": 380, "high": 420, "value_low": 380, "value_high": 420},
        {"number": 400, "basis": "unstated"},
    ],
)
def test_what_is_apart(findings_of, other):
    assert findings_of("sources_apart", {}, OTHER | other)


def test_a_body_and_a_part_of_it_are_not_held_against_each_other(findings_of):
    un = {"number": 400, "speaker": "UN", "speaker_id": "un", "document_id": "d2"}
    assert not findings_of("sources_apart", {"speaker_id": "who"}, un, actors=ACTORS)
    assert findings_of("sources_apart", {}, un, actors=ACTORS)


def test_of_each_origin_its_latest_publication_is_looked_at(findings_of):
    corrected = OTHER | {"published_on": "2016-11-01"}
    assert not findings_of("sources_apart", {}, OTHER | {"number": 400}, corrected)
