"""Totals of registers: by country, origin and year, of each release and edition."""

from __future__ import annotations

from typing import Any

import pytest

import schemas
from pipelines.core.relation import Facts
from pipelines.estimates.register_totals import country_of, register_totals
from schemas.estimates import RegisterTotals
from schemas.raw import Places, Populations, Territories

STOCK = {
    "metric": "refugees",
    "measure": "stock",
    "deaths_counted": None,
    "basis": "registered",
    "place_role": "now_in",
}
YEAR_END = "2022-12-31"


@pytest.fixture(scope="module")
def gazetteer() -> Any:
    places = [
        {"place_id": "UKR/luhansk", "name": "Luhansk", "level": 1, "parent_id": "UKR"},
        {"place_id": "SY02", "name": "Aleppo", "level": 1, "parent_id": "SYR"},
        *({"place_id": at, "name": at, "level": 0} for at in ("UKR", "SYR", "COL", "TUR", "LBN")),
    ]
    table = schemas.frame(Places, [place | {"gazetteer": "g"} for place in places])
    empty = schemas.frame(Territories, []), schemas.frame(Populations, [])
    return Facts.of(table, *empty).gazetteer


@pytest.fixture
def totals(register_parts: Any, tmp_path: Any, gazetteer: Any) -> Any:
    def make(
        files: dict[tuple[str, str], list[Any]], covers: Any = None, editions: str = "one"
    ) -> list[dict[str, Any]]:
        cards = [
            {"source_id": source, "release": release}
            | {"facts": {"covers": found} if (found := (covers or {}).get(release)) else {}}
            for source, release in files
        ]
        entries = register_parts.hold(tmp_path, files, editions)
        table = register_totals(entries, register_parts.cards(*cards), gazetteer)
        assert schemas.judge(RegisterTotals, table).empty
        plain = table.astype(object).where(table.notna(), None)
        rows = plain.to_dict("records")
        return sorted(rows, key=lambda row: (row["release"], row["year"], row["place_id"] or ""))

    return make


def sums(rows: list[dict[str, Any]], **where: Any) -> list[tuple[Any, ...]]:
    return [
        (row["place_id"], row["year"], row["sum_low"], row["sum_best"], row["sum_high"])
        for row in rows
        if all(row[name] == value for name, value in where.items())
    ]


def test_entries_are_added_by_country_and_year(totals, register_parts):
    entry = register_parts.entry
    rows = totals(
        {
            ("ged", "19.1"): [
                entry("1", 5, low=4, high=9, place="UKR/luhansk"),
                entry("2", 7),
                entry("3", 1, "2015-01-01", low=1, high=2),
                entry("4", 11, place="SY02"),
            ]
        }
    )
    assert sums(rows) == [
        (None, 2014, 22, 23, 27),
        ("SYR", 2014, 11, 11, 11),
        ("UKR", 2014, 11, 12, 16),
        (None, 2015, 1, 1, 2),
        ("UKR", 2015, 1, 1, 2),
    ]
    assert {row["stands"] for row in rows} == {True}
    assert [row["n_entries"] for row in rows] == [3, 1, 2, 1, 1]


def test_numbers_out_of_order_are_added_as_printed_and_counted(totals, register_parts):
    entry = register_parts.entry
    rows = totals(
        {
            ("ged", "19.1"): [
                entry("1", 5, low=6, high=9, doubts=["range_inverted"]),
                entry("2", 5, low=1, high=4, doubts=["range_inverted"]),
                entry("3", 5, low=5, high=5),
            ]
        }
    )
    assert sums(rows, place_id="UKR") == [("UKR", 2014, 12, 15, 18)]
    assert {row["n_inverted"] for row in rows} == {2}


@pytest.mark.parametrize(
    "change",
    [
        {"adds_up": False},
        {"adds_up": None},
        {"modality": "projected"},
        {"part_of": "ged/19.1/1#killed"},
        {"review_status": "rejected", "reviewed_by": "r", "reviewed_on": "2026-11-01"},
    ],
)
def test_what_does_not_add_up_is_in_no_total(totals, register_parts, change):
    entry = register_parts.entry
    rows = totals({("ged", "19.1"): [entry("1", 5), entry("2", 7, **change)]})
    assert {row["sum_best"] for row in rows} == {5}


def test_a_sum_is_open_where_an_entry_is(totals, register_parts):
    entry = register_parts.entry
    rows = totals({("ged", "19.1"): [entry("1", 5), entry("2", 7, qualifier="more_than")]})
    assert sums(rows, place_id="UKR") == [("UKR", 2014, 13, None, None)]


def test_what_is_counted_unlike_is_not_added(totals, register_parts):
    entry = register_parts.entry
    changes = [{}, {"basis": "modelled"}, {"population": "civilians"}, {"restriction": "x"}]
    changes += [{"cause": "disaster"}, {"metric": "injured", "deaths_counted": None}]
    rows = totals(
        {("ged", "19.1"): [entry(str(n), 1, **change) for n, change in enumerate(changes)]}
    )
    assert len(sums(rows, place_id="UKR", sum_best=1)) == len(changes)


def test_refugees_are_added_by_host_and_by_origin(totals, register_parts):
    entry = register_parts.entry
    crossed = [("1", 3, "TUR", "SYR"), ("2", 5, "LBN", "SYR"), ("3", 7, "TUR", "UKR")]
    rows = totals(
        {
            ("unhcr", "2023"): [
                entry(name, value, YEAR_END, place=host, from_place_id=origin, **STOCK)
                for name, value, host, origin in crossed
            ]
        }
    )
    found = {(row["place_id"], row["place_role"]): row["sum_best"] for row in rows}
    assert found == {
        (None, "now_in"): 15,
        ("LBN", "now_in"): 5,
        ("TUR", "now_in"): 10,
        ("SYR", "came_from"): 8,
        ("UKR", "came_from"): 7,
    }


def test_origins_that_a_table_gives_itself_are_not_added_to_those_of_its_hosts(
    totals, register_parts
):
    entry = register_parts.entry
    came_from = STOCK | {"place_role": "came_from"}
    rows = totals(
        {
            ("unhcr", "2023"): [
                entry("1", 3, YEAR_END, place="TUR", from_place_id="SYR", **STOCK),
                entry("2", 4, YEAR_END, place="SYR", **came_from),
            ]
        }
    )
    assert {(row["place_id"], row["place_role"]): row["sum_best"] for row in rows} == {
        (None, "now_in"): 3,
        (None, "came_from"): 4,
        ("TUR", "now_in"): 3,
        ("SYR", "came_from"): 4,
    }


def test_people_on_two_days_of_a_year_are_not_added(totals, register_parts):
    entry = register_parts.entry
    rows = totals(
        {
            ("unhcr", "2023"): [
                entry("1", 3, "2022-06-30", **STOCK),
                entry("2", 4, YEAR_END, **STOCK),
            ]
        }
    )
    assert sorted(row["sum_best"] for row in rows if row["place_id"]) == [3, 4]


# What stands


def of_releases(register_parts: Any) -> dict[tuple[str, str], list[Any]]:
    entry = register_parts.entry
    return {
        ("ged", "19.1"): [entry("1", 5), entry("2", 6, place="COL"), entry("3", 7, "2016-01-01")],
        ("ged", "20.1"): [entry("1", 6)],
    }


@pytest.mark.parametrize(
    ("covers", "standing"),
    [
        (None, set()),
        ({"countries": ["UKR"]}, {("COL", 2014)}),
        ({"years": ["2014"]}, {("UKR", 2016), (None, 2016)}),
        (
            {"countries": ["UKR"], "years": ["2014"]},
            {("COL", 2014), ("UKR", 2016), (None, 2016)},
        ),
        (
            {"countries": ["SYR"]},
            {("UKR", 2014), ("COL", 2014), (None, 2014)} | {("UKR", 2016), (None, 2016)},
        ),
    ],
)
def test_a_total_stands_unless_something_newer_speaks_of_it(
    totals, register_parts, covers, standing
):
    rows = totals(of_releases(register_parts), {"20.1": covers} if covers else {})
    old = {(r["place_id"], r["year"]) for r in rows if r["stands"] and r["release"] == "19.1"}
    assert old == standing
    assert all(row["stands"] for row in rows if row["release"] == "20.1")


def test_each_edition_in_a_file_has_its_totals_and_the_last_stands(totals, register_parts):
    entry = register_parts.entry
    rows = totals(
        {
            ("idmc", "r"): [
                entry(name, value, YEAR_END, edition_key=key, edition=key, **STOCK)
                for name, value, key in (
                    ("a", 1, "2023-04-26"),
                    ("b", 2, "2023-04-26"),
                    ("a", 4, "2024-06-17"),
                )
            ]
        },
        editions="snapshots",
    )
    found = [
        (str(row["edition"])[:10], row["sum_best"], row["stands"])
        for row in sorted(rows, key=lambda row: row["edition"])
        if row["place_id"] is None
    ]
    assert found == [("2023-04-26", 3, False), ("2024-06-17", 4, True)]


def test_no_register_has_no_totals(totals, gazetteer):
    assert totals({}) == []


def test_the_country_of_a_place_that_a_register_names_itself(gazetteer):
    assert country_of("UKR/luhansk", gazetteer) == "UKR"
    assert country_of("UKR/luhansk/stanytsia", gazetteer) == "UKR"
    assert country_of("SY02/aleppo-city", gazetteer) == "SYR"
    assert country_of("XKX/pristina", gazetteer) == "XKX"
