"""What a register says to a scope: which entries are added, which are left out, and of when."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest

import schemas
from pipelines.core.relation import Facts
from pipelines.estimates.asking import Asked
from pipelines.estimates.register_answers import Speaking, places, readings, speaking
from schemas.claims import Claims
from schemas.raw import Places, Populations, Territories

STOCK = {"metric": "refugees", "measure": "stock", "deaths_counted": None, "place_role": "now_in"}
GED = Speaking("ged", "ged/19.1", None, date(2019, 6, 1), "UCDP")
UNHCR = Speaking("unhcr", "unhcr/2023", None, date(2023, 6, 14), "UNHCR")
LAST = "2022-12-31"


@pytest.fixture(scope="module")
def gazetteer() -> Any:
    rows = [
        {"place_id": "UKR/luhansk", "name": "Luhansk", "level": 1, "parent_id": "UKR"},
        *({"place_id": at, "name": at, "level": 0} for at in ("UKR", "SYR", "TUR")),
    ]
    table = schemas.frame(Places, [row | {"gazetteer": "g"} for row in rows])
    empty = schemas.frame(Territories, []), schemas.frame(Populations, [])
    return Facts.of(table, *empty).gazetteer


@pytest.fixture
def said(register_parts: Any, tmp_path: Any, gazetteer: Any) -> Any:
    def make(files: Any, *editions: Speaking, **asked: Any) -> list[dict[str, Any]]:
        entries = register_parts.hold(tmp_path, files)
        scope = Asked(**({"metric": "killed", "place_id": "UKR"} | asked)).row()
        claims = entries.relation(Claims)
        with duckdb.connect() as connection:
            return readings(connection, claims, scope, editions or (GED,), gazetteer)

    return make


def test_entries_within_the_scope_are_added_and_those_across_its_edge_are_not(said, register_parts):
    entry = register_parts.entry
    across = {"start_earliest": "2014-12-30", "start_latest": "2014-12-30"}
    rows = [
        entry("1", 5, low=4, high=9),
        entry("2", 7, place="UKR/luhansk"),
        entry("3", 11, "2015-01-02", **across),
        entry("4", 13, place="SYR"),
        entry("5", 17, "2013-01-01"),
        entry("6", 19, place=None),
    ]
    (row,) = said({("ged", "19.1"): rows}, start="2014", end="2014")
    assert (row["low"], row["best"], row["high"]) == (11, 12, 16)
    assert row["entries_in_words"] == (
        "a sum over 2 entries of ged/19.1; 2 more may lie inside only in part, or are placed less "
        "exactly, and are left out"
    )
    assert (row["start_earliest"], row["end_latest"]) == (date(2014, 1, 1), date(2014, 12, 31))
    assert (row["basis"], row["speaker"], row["entry_of"]) == ("tallied", "UCDP", None)


def test_an_entry_that_is_placed_less_exactly_is_left_out_below(said, register_parts):
    entry = register_parts.entry
    rows = [entry("1", 5), entry("2", 7, place="UKR/luhansk")]
    (row,) = said({("ged", "19.1"): rows}, place_id="UKR/luhansk")
    assert row["best"] == 7
    assert "1 more" in row["entries_in_words"]
    assert "1 entry" in row["entries_in_words"]


@pytest.mark.parametrize(
    "change",
    [
        {"adds_up": False},
        {"replaced_by": "ged/20.1/2#killed"},
        {"withdrawn_on": "2020-06-01"},
        {"modality": "projected"},
        {"coverage": "two hospitals"},
        {"territory": "rebel-held areas"},
    ],
)
def test_only_entries_that_stand_and_add_up_are_added(said, register_parts, change):
    entry = register_parts.entry
    (row,) = said({("ged", "19.1"): [entry("1", 5), entry("2", 7, **change)]})
    assert row["best"] == 5


def test_what_is_counted_unlike_is_answered_apart(said, register_parts):
    entry = register_parts.entry
    rows = [entry("1", 5), entry("2", 7, population="civilians"), entry("3", 9, basis="modelled")]
    found = said({("ged", "19.1"): rows})
    assert sorted(row["best"] for row in found) == [5, 7, 9]
    assert len({row["claim_id"] for row in found}) == 3


@pytest.mark.parametrize(
    ("axes", "numbers"),
    [
        ({"cause": "disaster"}, []),
        ({"cause": "conflict"}, [5]),
        ({"territory": "x"}, []),
        ({"nationality": "Syrians"}, []),
        ({"deaths_counted": "direct"}, [5]),
    ],
)
def test_a_named_axis_is_kept_to(said, register_parts, axes, numbers):
    found = said({("ged", "19.1"): [register_parts.entry("1", 5)]}, **axes)
    assert [row["best"] for row in found] == numbers


def test_two_registers_are_never_added(said, register_parts):
    entry = register_parts.entry
    other = Speaking("idmc", "idmc/1", None, date(2023, 1, 1), "IDMC")
    files = {("ged", "19.1"): [entry("1", 5)], ("idmc", "1"): [entry("1", 6)]}
    assert sorted(row["best"] for row in said(files, GED, other)) == [5, 6]


def test_a_total_whose_ends_are_out_of_order_has_its_best_alone(said, register_parts):
    entry = register_parts.entry
    (row,) = said({("ged", "19.1"): [entry("1", 5, low=6, high=9)]})
    assert (row["low"], row["best"], row["high"], row["range_kind"]) == (None, 5, None, None)
    assert row["doubts"] == ["range_inverted"]


# People on a day


def crossed(register_parts: Any) -> Any:
    entry = register_parts.entry
    return {
        ("unhcr", "2023"): [
            entry("1", 3, LAST, place="TUR", from_place_id="SYR", **STOCK),
            entry("2", 4, LAST, place="TUR", from_place_id="UKR", **STOCK),
            entry("3", 5, "2021-12-31", place="TUR", from_place_id="SYR", **STOCK),
        ]
    }


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"place_id": "TUR", "end": LAST}, [("now_in", 7)]),
        ({"place_id": "TUR", "end": "2021-12-31"}, [("now_in", 5)]),
        ({"place_id": "TUR", "end": "2020-12-31"}, []),
        ({"place_id": "TUR"}, [("now_in", 7)]),
        ({"place_id": "SYR", "end": LAST}, [("came_from", 3)]),
        ({"place_id": "SYR", "end": LAST, "place_role": "now_in"}, []),
        ({"place_id": "TUR", "end": LAST, "from_place_id": "SYR"}, [("now_in", 3)]),
        ({"place_id": "TUR", "start": "2021-01-01", "end": LAST}, []),
    ],
)
def test_people_on_a_day_are_those_of_the_asked_or_the_latest_day(
    said, register_parts, asked, numbers
):
    found = said(crossed(register_parts), UNHCR, metric="refugees", **asked)
    assert [(row["place_role"], row["best"]) for row in found] == numbers


# Which releases speak


@pytest.fixture
def marts() -> Any:
    totals = [
        ("ged", "19.1", "ged/19.1", None, "COL"),
        ("ged", "20.1", "ged/20.1", None, "UKR"),
        ("idmc", "r", "idmc/r", "2023-06-14", "SYR"),
        ("idmc", "r", "idmc/r", "2024-06-17", "SYR"),
    ]
    names = ["source_id", "release", "entry_of", "edition", "place_id"]
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.register("totals", pd.DataFrame(totals, columns=names))
        connection.execute(
            "CREATE TABLE marts.register_totals AS SELECT * REPLACE (CAST(edition AS DATE) AS "
            "edition), 'killed' AS metric FROM totals"
        )
        connection.execute(
            "CREATE TABLE marts.sources AS SELECT 'ged' AS source_id, 'U' AS "
            "producer UNION ALL SELECT 'idmc', 'I'"
        )
        yield connection


def of_releases(marts: Any, covers: str | None) -> None:
    marts.execute(
        "CREATE OR REPLACE TABLE marts.releases AS FROM (VALUES ('ged', '19.1', DATE '2019-06-01', "
        "CAST(NULL AS VARCHAR)), ('ged', '20.1', DATE '2020-06-01', ?), ('idmc', 'r', "
        "DATE '2024-07-01', NULL)) AS r(source_id, release, published_on, covers)",
        [covers],
    )
    marts.execute("ALTER TABLE marts.releases ADD COLUMN date_accessed DATE")


@pytest.mark.parametrize(
    ("covers", "day", "spoken"),
    [
        (None, None, {("ged/20.1", None), ("idmc/r", "2024-06-17")}),
        (None, "2019-12-31", {("ged/19.1", None)}),
        (None, "2023-12-31", {("ged/20.1", None), ("idmc/r", "2023-06-14")}),
        ('{"countries": ["UKR"]}', "2020-12-31", {("ged/20.1", None), ("ged/19.1", None)}),
        (None, "2018-01-01", set()),
    ],
)
def test_the_newest_known_speaks_and_with_it_what_it_does_not_cover(marts, covers, day, spoken):
    of_releases(marts, covers)
    found = speaking(marts, date.fromisoformat(day) if day else None)
    assert {(one.entry_of, one.edition and one.edition.isoformat()) for one in found} == spoken


def test_the_countries_of_which_registers_hold_figures(marts):
    of_releases(marts, None)
    assert places(marts, speaking(marts, None)) == {"killed": ("SYR", "UKR")}
    assert places(marts, ()) == {}
