"""Corrections and reviews: applied with their guards, refused where they do not fit."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.claims.overlays import apply_overlays
from pipelines.claims.reading import Record
from pipelines.claims.review.queue import rests_on
from schemas import raw
from schemas.claims import Claims, Overlays

ID = "office/2016-12-31/r1#killed"
WHO = {"reason": "as printed in table 2", "by": "r2", "on": "2017-01-05"}


def correction(**changes: Any) -> Record:
    return {"claim_id": ID, "column": "value", "was": "600", "becomes": "60", **WHO, **changes}


def review(decision: str, **changes: Any) -> Record:
    return {"claim_id": ID, "decision": decision, **WHO, **changes}


def overlay(model: schemas.Model, *rows: Record) -> pd.DataFrame:
    """The table of an overlay whose rows stand in that order, below its header."""
    return schemas.frame(model, [{"line": at, **row} for at, row in enumerate(rows, start=2)])


def applied(
    desk: Any, *rows: Record, claim: Record | None = None
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The good claim after overlays, and the outcome and message of each of their rows."""
    claims = [desk.one_claim(**(claim or {}))]
    corrections = overlay(raw.Corrections, *(r for r in rows if "decision" not in r))
    reviews = overlay(raw.Reviews, *(r for r in rows if "decision" in r))
    before = json.dumps(claims, default=str)
    after, outcomes = apply_overlays(claims, corrections, reviews, desk.gazetteer, desk.actors)
    assert json.dumps(claims, default=str) == before
    assert schemas.judge(Claims, schemas.frame(Claims, after)).empty
    assert schemas.judge(Overlays, schemas.frame(Overlays, outcomes)).empty
    return after[0], [(o["outcome"], o["message"] or "") for o in outcomes]


def outcome(desk: Any, row: Record) -> str:
    """What became of one row that changes nothing."""
    claim, outcomes = applied(desk, row)
    assert claim == desk.one_claim()
    return f"{outcomes[0][0]}: {outcomes[0][1]}"


def test_a_correction_stands_beside_the_machine_value(desk: Any) -> None:
    claim, outcomes = applied(desk, correction())
    assert outcomes == [("applied", "")]
    assert claim["value"] == 60
    assert json.loads(claim["machine_values"]) == {"value": 600}
    assert (claim["review_status"], claim["reviewed_by"], claim["reviewed_on"]) == (
        "corrected",
        "r2",
        date(2017, 1, 5),
    )


def test_a_correction_no_longer_applies_where_the_value_changed(desk: Any) -> None:
    found = outcome(desk, correction(was="700"))
    assert found.startswith("guard_failed: value is '600', and the correction rests on '700'")


def test_an_overlay_of_no_claim_says_so(desk: Any) -> None:
    found = outcome(desk, review("accept", claim_id=ID.replace("r1", "r7")))
    assert found.startswith("claim_missing: ") and f"'{ID}'" in found


@pytest.mark.parametrize(
    ("column", "was", "becomes", "read"),
    [
        ("value", "600", "more than 700", 700),
        ("value", "600", "1,234", 1234),
        ("metric", "killed", "killed_or_injured", "killed_or_injured"),
        ("qualifier", "more_than", "at_least", "at_least"),
        ("population", "civilians", "children", "children"),
        ("nationality", "", "Syrians", "Syrians"),
        ("start_earliest", "2016-09-19", "2016-09-01", date(2016, 9, 1)),
        ("stated_on", "2016-10-06", "", None),
        ("derived_from", "", "A; B", ["A", "B"]),
        ("note", "", "a\nb", "a\nb"),
        ("household_size", "", "", None),
        ("territory", "", "rebel-held areas", "rebel-held areas"),
        ("place_id", "SY02", "SYR", "SYR"),
        ("from_place_id", "", "SYR", "SYR"),
        ("part_of", "", ID, ID),
    ],
)
def test_columns_are_read_as_in_a_sheet(
    desk: Any, column: str, was: str, becomes: str, read: Any
) -> None:
    claim, outcomes = applied(desk, correction(column=column, was=was, becomes=becomes))
    assert outcomes == [("applied", "")]
    assert claim[column] == read


@pytest.mark.parametrize(
    ("column", "was", "becomes", "said"),
    [
        ("claim_id", ID, "x", "no column that a person corrects"),
        ("quote", "", "x", "no column that a person corrects"),
        ("valu", "", "x", "Did you mean 'value'?"),
        ("value", "600", "450.000", "number.ambiguous_separator"),
        ("value", "600", "at least 7", "says at_least"),
        ("value", "600", "dozens", "says vague"),
        ("value", "600", "", "breaks a rule"),
        ("metric", "killed", "killd", "enum.metric"),
        ("metric", "killed", "injured", "breaks a rule"),
        ("unit", "people", "movements", "breaks a rule"),
        ("qualifier", "more_than", "between", "breaks a rule"),
        ("speaker", "SOHR", "", "breaks a rule"),
        ("end_latest", "2016-10-06", "2016-10", "date.partial"),
        ("end_latest", "2016-10-06", "2016-09-01", "breaks a rule"),
        ("place_id", "SY02", "XX", "no place_id"),
        ("part_of", "", "x", "no claim_id"),
        ("place_as_written", "Aleppo governorate", "Аleppo", "place.lookalike"),
    ],
)
def test_what_does_not_fit_is_refused(
    desk: Any, column: str, was: str, becomes: str, said: str
) -> None:
    found = outcome(desk, correction(column=column, was=was, becomes=becomes))
    assert found.startswith("refused: ") and said in found


def test_what_follows_from_a_column_follows(desk: Any) -> None:
    row = correction(column="place_as_written", was="Aleppo governorate", becomes="Syria")
    assert applied(desk, row)[0]["place_id"] == "SYR"
    away, _ = applied(desk, {**row, "becomes": "Nowhere"})
    assert away["place_id"] is None and away["doubts"] == ["place_unresolved"]
    assert json.loads(away["machine_values"]) == {
        "place_as_written": "Aleppo governorate",
        "place_id": "SY02",
    }
    blank, _ = applied(desk, {**row, "becomes": ""})
    assert blank["place_id"] is None
    found, _ = applied(
        desk,
        correction(column="place_id", was="", becomes="SYR"),
        claim={"place": "Nowhere", "from_place": "Nowhere"},
    )
    assert found["doubts"] == ["from_place_unresolved"]
    said, _ = applied(desk, correction(column="origin", was="", becomes="United Nations"))
    assert said["origin_id"] == "un"


def test_reviews_decide_in_the_order_of_their_days(desk: Any) -> None:
    assert applied(desk, review("accept"))[0]["review_status"] == "accepted"
    assert applied(desk, review("reject"))[0]["review_status"] == "rejected"
    later = {**review("accept"), "on": "2017-02-01", "by": "r3"}
    claim, _ = applied(desk, later, review("reject"))
    assert (claim["review_status"], claim["reviewed_by"]) == ("accepted", "r3")


def test_a_corrected_claim_stays_corrected_when_accepted(desk: Any) -> None:
    rows = [
        review("correct", column="value", becomes="60"),
        review("correct", column="value", becomes="66", on="2017-01-06"),
        review("accept", on="2017-01-07"),
    ]
    claim, outcomes = applied(desk, *rows)
    assert [kind for kind, _ in outcomes] == ["applied"] * 3
    assert claim["review_status"] == "corrected" and claim["value"] == 66
    assert json.loads(claim["machine_values"]) == {"value": 600}
    assert claim["reviewed_on"] == date(2017, 1, 7)


def test_a_review_that_corrects_badly_is_refused(desk: Any) -> None:
    assert outcome(desk, review("correct", column="value", becomes="x")).startswith("refused")


def test_days_and_lists_in_machine_values_and_lines_of_the_file(desk: Any) -> None:
    claim, _ = applied(
        desk,
        correction(column="end_latest", was="2016-10-06", becomes="2016-10-07"),
        correction(column="derived_from", was="A; B", becomes="C"),
        claim={"derived_from": "A;B"},
    )
    assert json.loads(claim["machine_values"]) == {
        "derived_from": ["A", "B"],
        "end_latest": "2016-10-06",
    }


def test_each_row_has_its_line(desk: Any) -> None:
    corrections = overlay(raw.Corrections, correction(), correction(column="note", was=""))
    reviews = overlay(raw.Reviews, review("accept", on="2018-01-01"), review("reject"))
    # A staged table comes back in the order of its columns, not of its file.
    reviews = reviews.iloc[::-1]
    _, outcomes = apply_overlays(
        [desk.one_claim()], corrections, reviews, desk.gazetteer, desk.actors
    )
    assert [(o["overlay"], o["row"]) for o in outcomes] == [
        ("corrections.csv", 2),
        ("corrections.csv", 3),
        ("reviews.csv", 3),
        ("reviews.csv", 2),
    ]


def test_corrections_of_one_claim_by_one_person_on_one_day_are_one_decision(desk: Any) -> None:
    rows = [
        review("correct", column="value", becomes="60"),
        review("correct", column="qualifier", becomes="plain"),
    ]
    for given in (rows, rows[::-1]):
        claim, outcomes = applied(desk, *given)
        assert [kind for kind, _ in outcomes] == ["applied"] * 2
        assert (claim["value"], claim["qualifier"]) == (60, "plain")
        assert json.loads(claim["machine_values"]) == {"qualifier": "more_than", "value": 600}
    spoiled = [*rows, review("correct", column="unit", becomes="movements")]
    claim, outcomes = applied(desk, *spoiled)
    assert [kind for kind, _ in outcomes] == ["refused"] * 3
    assert claim == desk.one_claim()


def test_another_day_or_person_decides_for_itself(desk: Any) -> None:
    rows = [
        review("correct", column="value", becomes="60"),
        review("correct", column="unit", becomes="movements", on="2017-01-06"),
        review("correct", column="unit", becomes="movements", by="r3"),
    ]
    claim, outcomes = applied(desk, *rows)
    assert sorted(kind for kind, _ in outcomes) == ["applied", "refused", "refused"]
    assert claim["value"] == 60


def test_a_review_applies_only_to_the_reading_that_it_rests_on(desk: Any) -> None:
    seen = rests_on(desk.one_claim(), {})
    claim, outcomes = applied(desk, review("accept", rests_on=seen))
    assert outcomes == [("applied", "")] and claim["reviewed_by"] == "r2"
    found = outcome(desk, review("reject", rests_on="seen-000000000000"))
    assert found.startswith("guard_failed: ") and f"'{seen}' now" in found
    # A correction by us is no change of the source: what the reviewer saw still stands.
    rows = (correction(), review("accept", rests_on=seen))
    assert [kind for kind, _ in applied(desk, *rows)[1]] == ["applied"] * 2


LATER = {"by": "r3", "on": "2017-02-01"}


@pytest.mark.parametrize(
    ("earlier", "later", "is_overruled"),
    [
        (review("accept"), review("accept", **LATER), False),
        (review("accept"), review("reject", **LATER), True),
        (review("reject"), review("accept", **LATER), True),
        (review("accept"), review("correct", column="value", becomes="6", **LATER), True),
        (review("correct", column="value", becomes="6"), review("accept", **LATER), False),
        (review("correct", column="value", becomes="6"), review("reject", **LATER), True),
        (
            review("correct", column="value", becomes="6"),
            review("correct", column="value", becomes="7", **LATER),
            True,
        ),
        (
            review("correct", column="value", becomes="6"),
            review("correct", column="note", becomes="7", **LATER),
            False,
        ),
        (review("accept"), review("reject", on="2017-02-01"), False),
    ],
)
def test_two_people_who_decide_differently_are_reported(
    desk: Any, earlier: Record, later: Record, is_overruled: bool
) -> None:
    claim, outcomes = applied(desk, earlier, later)
    assert [kind for kind, _ in outcomes] == ["overruled" if is_overruled else "applied", "applied"]
    assert claim["reviewed_on"] == date(2017, 2, 1)
    if is_overruled:
        assert "r3 decided otherwise on 2017-02-01 (line 3" in outcomes[0][1]


def test_whoever_changes_their_mind_is_no_longer_overruled(desk: Any) -> None:
    rows = [review("accept"), review("reject", **LATER), review("reject", on="2017-03-01")]
    assert [kind for kind, _ in applied(desk, *rows)[1]] == ["applied"] * 3
