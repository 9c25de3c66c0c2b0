"""Ids: stable, readable, the same for the same columns however they are typed."""

from __future__ import annotations

from datetime import date

import pandas as pd

from pipelines.core import ids

ROW = {
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "cause": "conflict",
    "place_id": "SY02",
    "start_earliest": date(2016, 9, 19),
}


def test_record_and_text_ids_read_as_the_contract_says() -> None:
    assert ids.record_claim_id("s", "r", "7", "killed") == "s/r/7#killed"
    assert ids.record_claim_id("s", "r", "7", "killed", "deaths_b") == "s/r/7#killed.deaths_b"
    made = ids.text_claim_id("s/r/a.txt", "killed", 1, "more than 600")
    assert made == "s/r/a.txt#killed@1-4fdb22e0"


def test_a_text_id_survives_other_white_space() -> None:
    assert ids.text_claim_id("d", "killed", 1, "more\n  than 600") == ids.text_claim_id(
        "d", "killed", 1, "more than 600"
    )


def test_a_question_id_does_not_depend_on_how_empties_and_days_are_typed() -> None:
    typed = ROW | {
        "nationality": pd.NA,
        "end_latest": pd.NaT,
        "start_earliest": pd.Timestamp("2016-09-19"),
    }
    assert ids.question_id(ROW) == ids.question_id(typed)
    assert len(ids.question_id(ROW)) == 12


def test_every_axis_makes_another_question() -> None:
    for name in ids.QUESTION_COLUMNS:
        other = date(2001, 1, 1) if "est" in name and name[:3] in ("sta", "end") else "other"
        assert ids.question_id(ROW | {name: other}) != ids.question_id(ROW), name


def test_basis_is_no_part_of_a_question() -> None:
    assert ids.question_id(ROW | {"basis": "tallied"}) == ids.question_id(ROW)


def test_a_finding_id_does_not_depend_on_order() -> None:
    assert ids.finding_id("repeat", ["a", "b"]) == ids.finding_id("repeat", ["b", "a"])
    assert ids.finding_id("repeat", ["a", "b"]) != ids.finding_id("repeat", ["ab"])
