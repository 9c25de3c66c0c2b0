"""What the collection holds of a credited body: the check, and the finding that it makes."""

from __future__ import annotations

import pytest

import schemas
from pipelines.estimates.attribution import attribution_checks, checks
from schemas.estimates import AttributionChecks

ACTORS = [
    {"actor_id": "un", "name": "United Nations", "other_names": ["UN"], "citation": "c"},
    {"actor_id": "who", "name": "WHO", "parent_id": "un", "citation": "c"},
    {"actor_id": "envoy", "name": "The envoy", "speaks_for": "un", "citation": "c"},
    {"actor_id": "sohr", "name": "SOHR", "citation": "c"},
]
CREDITING = {
    "speaker": "AFP",
    "origin": "UN estimates",
    "origin_id": "un",
    "published_on": "2016-10-06",
    "document_id": "article",
}
HELD = {"speaker": "WHO", "speaker_id": "who"}
OTHER = HELD | {"number": 400}


@pytest.fixture
def check_of(held_of):
    """The check of the first claim, judged good."""

    def make(*changes):
        made = attribution_checks(checks(held_of(*changes, actors=ACTORS)))
        assert schemas.judge(AttributionChecks, schemas.frame(AttributionChecks, made)).empty
        return next((record for record in made if record["claim_id"] == "a"), None)

    return make


@pytest.mark.parametrize(
    ("held", "outcome"),
    [
        (HELD, "same_figure_held"),
        (OTHER, "other_figure_held"),
        ({"speaker": "The envoy", "speaker_id": "envoy"}, "same_figure_held"),
        ({"speaker": "Reuters", "origin": "UN", "origin_id": "un"}, "same_figure_held"),
        ({"speaker": "SOHR", "speaker_id": "sohr"}, "nothing_held"),
        (HELD | {"metric": "injured"}, "nothing_held"),
        (HELD | {"published_on": "2016-10-06"}, "same_figure_held"),
        (HELD | {"published_on": "2016-10-07"}, "nothing_held"),
        (HELD | {"published_on": "2016-01-01", "edition": "2020-01-01"}, "nothing_held"),
        (HELD | {"published_on": None}, "nothing_held"),
        (HELD | {"document_id": "article"}, "nothing_held"),
        (HELD | {"review_status": "pending", "counts": False}, "nothing_held"),
        (HELD | {"repeat_of": "x", "counts": False}, "same_figure_held"),
        (HELD | {"qualifier": "at_least", "best": None, "low": 338}, "same_figure_held"),
        (HELD | {"low": 300, "high": 400, "value_low": 300, "value_high": 400}, "same_figure_held"),
        (OTHER | {"reading_low": 300, "reading_high": 500}, "other_figure_held"),
        (HELD | {"unit_of_claim": "households"}, "other_figure_held"),
        (HELD | {"place_id": "SY0201"}, "same_figure_held"),
    ],
)
def test_the_outcome(check_of, held, outcome):
    assert check_of(CREDITING, held)["outcome"] == outcome


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ({"origin": "the ministry", "origin_id": None}, "'the ministry' is not in data/raw/actors"),
        ({"published_on": None}, "no day of publication"),
    ],
)
def test_what_cannot_be_looked_for_is_not_checked(check_of, findings_of, claim, why):
    found = check_of(CREDITING | claim, HELD)
    assert found["outcome"] == "not_checked"
    assert why in found["looked_at"]
    assert found["held_claim_ids"] == found["same_claim_ids"] == []
    assert not findings_of("attribution_check", CREDITING | claim, HELD, actors=ACTORS)


def test_beyond_the_budget_a_claim_is_not_checked_and_says_so(held_of):
    held = held_of(CREDITING, HELD, OTHER, actors=ACTORS)
    assert [check.outcome for check in checks(held, credits=3)] == ["same_figure_held"]
    (check,) = checks(held, credits=2)
    assert check.outcome == "not_checked"
    assert check.looked_at.startswith("not checked: ")


def test_a_claim_that_credits_nobody_has_no_check(check_of):
    assert check_of(CREDITING | {"origin": None, "origin_id": None}, HELD) is None


def test_ends_are_the_figure_of_a_claim_without_a_value(check_of):
    ends = {"value": None, "best": None, "low": 10, "qualifier": "between", "value_low": 10}
    first = CREDITING | ends | {"high": 20, "value_high": 20}
    assert check_of(first, HELD | ends | {"value_high": 20})["outcome"] == "same_figure_held"
    assert check_of(first, HELD | ends | {"value_high": 21})["outcome"] == "other_figure_held"
    assert check_of(first, HELD)["outcome"] == "other_figure_held"


def test_what_was_looked_at_is_said(check_of):
    said = check_of(CREDITING, HELD, OTHER)["looked_at"]
    assert said == (
        "in this collection, 2 claims of this metric said by or credited to United Nations or a "
        "part of it, in documents published up to 6 October 2016, the claim's own document apart"
    )
    assert "no claim of this metric" in check_of(CREDITING)["looked_at"]
    assert ", 1 claim of this metric" in check_of(CREDITING, HELD)["looked_at"]


def test_the_nearest_scope_stands_first(check_of):
    def end(day):
        return {"end_earliest": day, "end_latest": day}

    found = check_of(
        CREDITING,
        OTHER | {"place_id": "SY0201"},  # b: elsewhere
        OTHER | {"place_role": "came_from"},  # c: another role
        OTHER | {"place_id": "SYR"} | end("2016-09-29"),  # d: around it
        OTHER | end("2016-09-25"),  # e: its own place
        OTHER | end("2016-09-30"),  # f: its own place, a nearer end
        OTHER | {"place_id": None},  # g: a place not resolved
        OTHER | {"territory": "rebel-held areas"},  # h: inside it
    )
    assert found["held_claim_ids"][:2] == ["f", "e"]
    assert set(found["held_claim_ids"][2:4]) == {"d", "h"}
    assert set(found["held_claim_ids"][4:]) == {"b", "c", "g"}


def test_a_claim_without_a_last_day_is_as_late_as_its_publication(check_of):
    late, early = ({"end_earliest": day, "end_latest": day} for day in ("2016-10-01", "2016-09-01"))
    open_end = {"end_earliest": None, "end_latest": None}
    found = check_of(CREDITING | open_end, OTHER | early, OTHER | late)
    assert found["held_claim_ids"] == ["c", "b"]


# The finding


def test_other_figures_are_listed_with_who_when_and_scope(findings_of):
    far = OTHER | {"place_id": "SY0201", "number": 777}
    (found,) = findings_of(
        "attribution_check",
        CREDITING,
        OTHER | {"restriction": "by air strikes"},
        far,
        actors=ACTORS,
    )
    assert found["severity"] == "notice"
    assert found["claim_ids"] == ["a", "b"]
    assert (
        "400 (WHO; published 29 September 2016; People killed in Aleppo city, 23 September 2016 to "
        "29 September 2016 (running total; direct deaths; conflict), only 'by air strikes')"
    ) in found["message"]
    assert "777" not in found["message"]
    assert "Of other scopes or beyond these: 1." in found["message"]
    assert "In this collection, 2 claims of this metric" in found["message"]


@pytest.mark.parametrize(
    ("held", "words"),
    [(HELD, "The figure is held."), ({"speaker": "SOHR"}, "No figure of that body")],
)
def test_what_needs_no_look_is_only_told(findings_of, held, words):
    (found,) = findings_of("attribution_check", CREDITING, held, actors=ACTORS)
    assert found["severity"] == "info"
    assert words in found["message"]


def test_the_very_figure_is_listed_also_from_another_scope(findings_of):
    elsewhere = HELD | {"place_id": "SY0201"}
    (found,) = findings_of("attribution_check", CREDITING, OTHER, elsewhere, actors=ACTORS)
    assert found["claim_ids"] == ["a", "b", "c"]
    assert "killed in Manbij" in found["message"]


def test_a_long_list_is_cut_and_counted(findings_of):
    many = [OTHER | {"number": 400 + n} for n in range(15)]
    (found,) = findings_of("attribution_check", CREDITING, *many, actors=ACTORS)
    assert len(found["claim_ids"]) == 13
    assert "Of other scopes or beyond these: 3." in found["message"]


def test_a_figure_of_another_country_is_not_the_one_credited(check_of):
    """The register of the tests knows no such country: its country is the place itself."""
    record = check_of(CREDITING, HELD | {"place_id": "YEM"})
    assert record["outcome"] == "nothing_held"
    assert record["held_claim_ids"] == ["b"]
    assert record["same_claim_ids"] == []
    assert record["looked_at"].endswith("; 1 more of other countries")
