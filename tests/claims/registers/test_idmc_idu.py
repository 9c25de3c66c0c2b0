"""IDMC's updates: the same claims from JSON and CSV, the right days, and what is in doubt."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.claims.registers.idmc_idu import tables

FIXTURES = Path(__file__).parent / "fixtures"
CSV = FIXTURES / "idmc_idu.csv"
COMPARED = "SELECT * EXCLUDE (file, document_id) FROM claims ORDER BY claim_id"
SAMPLES = ("idmc_idu.json", "ind_idmc_idu_events.csv")


@pytest.fixture
def updates(read: Any) -> Any:
    return read(tables, [CSV])


def changed(**cells: str) -> dict[str, bytes]:
    """The first update of the fixture with cells of it changed."""
    row = next(csv.DictReader(io.StringIO(CSV.read_text(encoding="utf-8")))) | cells
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    return {"updates.csv": text.getvalue().encode()}


def test_an_update_counts_movements_of_one_event(updates: Any) -> None:
    claim = updates.claim("/11#internal_displacements")
    assert (claim["value"], claim["unit"], claim["measure"]) == (1200, "movements", "flow")
    assert (claim["cause"], claim["hazard_or_weapon"], claim["term"]) == (
        "disaster",
        "Flood",
        "sheltered",
    )
    assert (claim["place_id"], claim["place_role"]) == ("NPL", "happened_in")
    assert claim["restriction"] == "Nepal: Flood - Hills - 07/11/2023"
    assert (claim["speaker"], claim["origin"]) == ("IDMC", "district office")
    assert claim["quote"] == (
        "Nepal: 1,200 displacements (in relief camp), 07 November - 09 November. "
        "A total of 1200 people slept in relief camps, according to the district office."
    )
    assert claim["stated_on"] == date(2023, 11, 10)
    assert claim["doubts"] == []


def test_updates_do_not_add_up(updates: Any) -> None:
    assert updates.rows("SELECT DISTINCT adds_up, entry_of FROM claims") == [
        (False, "register/2026-09-01")
    ]


def test_json_and_csv_give_the_same_claims(read: Any, updates: Any) -> None:
    from_json = read(tables, [FIXTURES / "idmc_idu.json"])
    assert from_json.rows(COMPARED) == updates.rows(COMPARED)
    assert len(updates.rows(COMPARED)) == 3


def test_idmcs_qualifiers(updates: Any) -> None:
    assert updates.rows("SELECT record_id, qualifier, cause FROM claims ORDER BY 1") == [
        ("11", "plain", "disaster"),
        ("12", "more_than", "disaster"),
        ("13", "about", "conflict"),
    ]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2023-11-06T11:00:00.000Z", date(2023, 11, 7)),
        ("2023-06-12T12:00:00.000Z", date(2023, 6, 13)),
        ("2023-11-06T22:00:00Z", date(2023, 11, 7)),
        ("2023-11-07T00:00:00.000Z", date(2023, 11, 7)),
        ("2023-11-07T05:00:00.000Z", date(2023, 11, 7)),
        ("2023-11-07T15:31:07.120Z", date(2023, 11, 7)),
        ("2023-11-07", date(2023, 11, 7)),
        ("2023-12-31T11:00:00.000Z", date(2024, 1, 1)),
    ],
)
def test_a_local_midnight_in_utc_is_its_day(read: Any, instant: str, day: date) -> None:
    cells = dict.fromkeys(("displacement_start_date", "displacement_end_date"), instant)
    claim = read(tables, changed(**cells)).claim("#internal_displacements")
    assert {claim["start_earliest"], claim["end_latest"]} == {day}


def test_a_text_with_other_days_is_a_doubt(updates: Any) -> None:
    claim = updates.claim("/13#internal_displacements")
    assert (claim["start_earliest"], claim["end_latest"]) == (date(2023, 5, 2), date(2023, 5, 4))
    assert claim["period_as_written"] == "02 May - 05 May"
    assert claim["doubts"] == ["day_differs_from_text"]


def test_households_are_not_made_of_people_nor_people_of_households(updates: Any) -> None:
    claim = updates.claim("/12#internal_displacements")
    assert (claim["value"], claim["unit"]) == (9, "movements")
    assert claim["doubts"] == ["households_in_text"]
    assert "household_size" not in claim
    assert updates.one("SELECT count(*) FROM claims WHERE unit = 'households'") == 0


def test_an_update_older_than_what_it_tells_has_no_day_of_saying(updates: Any) -> None:
    assert "stated_on" not in updates.claim("/12#internal_displacements")


def test_days_out_of_order_are_put_in_order_and_doubted(read: Any) -> None:
    cells = {"displacement_start_date": "2023-11-09", "displacement_end_date": "2023-11-07"}
    claim = read(tables, changed(**cells)).claim("#internal_displacements")
    assert (claim["start_latest"], claim["end_earliest"]) == (date(2023, 11, 7), date(2023, 11, 9))
    assert "dates_reversed" in claim["doubts"]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("qualifier", "many", "enum.qualifier"),
        ("displacement_type", "Weather", "enum.displacement_type"),
        ("displacement_start_date", "06/11/2023", "date.not_a_day"),
        ("figure", "1,200", "number.ambiguous_separator"),
        ("id", "", "missing.id"),
    ],
)
def test_a_broken_cell_sets_its_update_aside(
    read: Any, column: str, cell: str, reason: str
) -> None:
    found = read(tables, changed(**{column: cell}))
    assert found.faults == [(2, column, reason)]


def test_the_newer_service_names_sources_places_and_roles(read: Any) -> None:
    update = {
        "id": 21,
        "iso3": "SDN",
        "country": "Sudan",
        "role": "Triangulation",
        "displacement_type": "Conflict",
        "qualifier": "total",
        "figure": 40,
        "displacement_date": "2026-01-05",
        "displacement_start_date": "2026-01-05",
        "displacement_end_date": "2026-01-06",
        "event_id": 3,
        "event_name": "Sudan: a town",
        "event_codes": "",
        "sources": "A local group",
        "source_url": "https://example.org",
        "locations_name": "The town",
        "locations_coordinates": "1.0, 2.0",
        "locations_accuracy": "Town/Village",
        "locations_type": "Origin",
        "displacement_occurred": None,
        "standard_popup_text": "",
        "created_at": "2026-01-09",
    }
    claim = read(tables, {"idus.json": json.dumps([update]).encode()}).claim(
        "/21#internal_displacements"
    )
    assert claim["note"] == "Triangulation"
    assert (claim["origin"], claim["place_as_written"]) == ("A local group", "The town, Sudan")
    assert (claim["start_earliest"], claim["end_latest"]) == (date(2026, 1, 5), date(2026, 1, 6))
    assert "quote" not in claim


def test_the_claims_keep_the_rules_of_their_table(updates: Any) -> None:
    assert updates.judged() == []


# The samples, in place


@pytest.mark.parametrize("name", SAMPLES)
def test_every_update_of_india_is_a_claim(name: str, read: Any, shared: Path) -> None:
    path = shared / "data" / "idmc_idu" / name
    plain = pd.read_csv(path) if name.endswith(".csv") else pd.read_json(path)
    found = read(tables, [path])
    assert found.accounts == {name: (len(plain), len(plain), 0, 0, len(plain))}
    assert dict(found.rows("SELECT CAST(record_id AS BIGINT), value FROM claims")) == dict(
        zip(plain["id"], plain["figure"], strict=True)
    )
    assert found.one("SELECT CAST(sum(value) AS BIGINT) FROM claims") == 112_759
    assert dict(found.rows("SELECT cause, count(*) FROM claims GROUP BY 1")) == {
        "conflict": 6,
        "disaster": 107,
    }
    assert dict(found.rows("SELECT qualifier, count(*) FROM claims GROUP BY 1")) == {
        "plain": 100,
        "about": 10,
        "more_than": 3,
    }


def test_the_days_of_india_are_those_of_its_texts(read: Any, shared: Path) -> None:
    found = read(tables, [shared / "data" / "idmc_idu" / SAMPLES[1]])
    assert found.one("SELECT count(*) FROM claims WHERE period_as_written IS NULL") == 0
    assert (
        found.one(
            "SELECT count(*) FROM claims WHERE period_as_written <> "
            "strftime(start_earliest, '%d %B') || ' - ' || strftime(end_latest, '%d %B')"
        )
        == 0
    )
    assert dict(found.rows("SELECT unnest(doubts), count(*) FROM claims GROUP BY 1")) == {
        "households_in_text": 39
    }


def test_both_samples_of_india_give_the_same_claims(read: Any, shared: Path) -> None:
    of_json, of_csv = (
        read(tables, [shared / "data" / "idmc_idu" / name]).rows(COMPARED) for name in SAMPLES
    )
    assert of_json == of_csv
