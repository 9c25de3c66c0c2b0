"""People in need: overlapping sectors, groups of people, P-codes, and what is no figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.claims.registers.hpc_needs import tables

FIXTURES = Path(__file__).parent / "fixtures"
FACTS = {"year": "2024", "country": "AFG"}


def fixture(name: str) -> list[Path]:
    return [FIXTURES / f"hpc_{name}.csv"]


def scopes(found: Any) -> list[tuple[Any, ...]]:
    return list(
        found.rows(
            "SELECT metric, value, unit, population, restriction, place_id FROM claims "
            "ORDER BY place_id, value DESC"
        )
    )


GLOBAL = [
    ("people_in_need", 500, "people", "girls", None, "AF01"),
    ("people_in_need", 70, "households", "all", "Health", "AF01"),
    ("people_in_need", 50, "people", "girls", "Children - Female - IDP", "AF01"),
    ("people_in_need", 30, "people", "idps", "Old Town", "AF01"),
    ("people_in_need", 300, "people", "all", "Protection (overall); Non-Displaced", "AF0101"),
    ("people_in_need", 20000, "people", "all", None, "AFG"),
    ("people_in_need", 16000, "people", "all", "Food Security", "AFG"),
    ("affected", 120, "people", "elderly", "Refugee Response", "SD01001"),
    ("people_in_need", 90, "people", "elderly", "Refugee Response", "SD01001"),
]


def test_a_sector_and_a_group_limit_a_figure(read: Any) -> None:
    found = read(tables, fixture("global"), FACTS)
    assert scopes(found) == GLOBAL
    assert found.accounts == {"hpc_global.csv": (9, 8, 0, 1, 9)}
    assert found.rows("SELECT DISTINCT adds_up, speaker, place_role FROM claims") == [
        (False, "OCHA", "now_in")
    ]


def test_the_national_layout_takes_its_country_from_the_card(read: Any) -> None:
    found = read(tables, fixture("national"), FACTS)
    assert scopes(found) == [row for row in GLOBAL if row[5].startswith("AF")]


def test_the_year_is_the_cards_and_the_day_is_some_day_of_it(read: Any) -> None:
    found = read(tables, fixture("global"), FACTS)
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    window = "start_earliest, start_latest, end_earliest, end_latest, measure, period_as_written"
    assert found.rows(f"SELECT DISTINCT {window} FROM claims") == [
        (first, last, first, last, "stock", "2024")
    ]


def test_without_a_year_the_period_is_not_stated(read: Any) -> None:
    found = read(tables, fixture("global"))
    assert found.rows("SELECT DISTINCT start_earliest, end_latest FROM claims") == [(None, None)]
    assert (
        found.one(
            "SELECT count(*) FROM claims WHERE NOT list_contains(doubts, 'period_not_stated')"
        )
        == 0
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"year": "2024"}, "card.country"),
        ({"year": "2024", "country": "Afganistan"}, "card.country"),
        ({"year": "24", "country": "AFG"}, "card.year"),
    ],
)
def test_what_the_card_must_say_is_asked_for(read: Any, facts: dict[str, str], reason: str) -> None:
    found = read(tables, fixture("national"), facts)
    assert {line[2] for line in found.faults} == {reason}
    assert found.file["quarantined"] == found.file["rows_in"]
    assert "card's facts" in found.reading.quarantine[0]["fix"]


def test_a_place_that_is_not_told_by_code_is_doubted(read: Any) -> None:
    found = read(tables, fixture("global"), FACTS)
    assert found.rows(
        "SELECT value, place_as_written FROM claims WHERE 'place_coarser' IN doubts"
    ) == [(30, "Old Town, Kabul, AFG")]
    made = {place["place_id"]: place["name"] for place in found.reading.places}
    assert made == {"AF01": "Kabul", "AF0101": "Kabul", "SD01001": "Jebel Awlia"}


def test_the_standardised_file_gives_one_status_a_row(read: Any) -> None:
    found = read(tables, fixture("hapi"))
    assert scopes(found) == [
        ("people_in_need", 70, "people", "men", "Health", "AF0101"),
        ("people_in_need", 20000, "people", "all", None, "AFG"),
        ("affected", 120, "people", "elderly", "sector not stated", "SD01001"),
    ]
    assert found.accounts == {"hpc_hapi.csv": (7, 3, 2, 2, 3)}
    assert found.faults == [
        (7, "population_status", "enum.population_status"),
        (8, "reference_period_end", "date.reversed"),
    ]


def test_the_providers_own_names_and_remarks_are_kept(read: Any) -> None:
    found = read(tables, fixture("hapi"))
    assert found.rows(
        "SELECT place_as_written, note, doubts FROM claims WHERE note IS NOT NULL ORDER BY value"
    ) == [
        ("Ville, Kaboul, AFG", "Rounded value", ["source_warning"]),
        ("Jebel Awlia, Khartoum, SDN", "No cluster for entity 7454", ["source_error"]),
    ]
    assert found.one("SELECT start_earliest FROM claims WHERE value = 70") == date(2024, 1, 5)


@pytest.mark.parametrize(
    ("category", "population", "restriction"),
    [
        ("", "all", None),
        ("total", "all", None),
        ("Female Children", "girls", None),
        ("Children - Male", "boys", None),
        ("Adult - Male - Refugees", "men", "Adult - Male - Refugees"),
        ("IDPs", "idps", None),
        ("IDP - Total", "idps", None),
        ("Refugees - Total", "refugees", None),
        ("Female", "all", "Female"),
        ("IDP hosting communities", "all", "IDP hosting communities"),
        ("Non-IDP", "all", "Non-IDP"),
        ("Total - Border / EC", "all", "Total - Border / EC"),
        ("People with Disabilities", "all", "People with Disabilities"),
    ],
)
def test_a_category_is_a_class_of_people_or_a_restriction(
    read: Any, category: str, population: str, restriction: str | None
) -> None:
    head = fixture("global")[0].read_text(encoding="utf-8").splitlines()[0]
    row = f"AFG,,,,,Final caseload,ALL,{category},,7,,,,"
    found = read(tables, {"hpc.csv": f"{head}\n{row}\n".encode()}, FACTS)
    assert scopes(found) == [("people_in_need", 7, "people", population, restriction, "AFG")]


def test_a_number_that_is_none_sets_its_row_aside(read: Any) -> None:
    text = fixture("global")[0].read_text(encoding="utf-8").replace(",20000,", ",about 20000,")
    found = read(tables, {"hpc.csv": text.encode()}, FACTS)
    assert found.faults == [(2, "In Need", "number.not_a_number")]


# The samples

NATIONAL = "restriction IS NULL AND population = 'all' AND length(place_id) = 3"


@pytest.fixture
def samples(shared: Path) -> Path:
    return shared / "data" / "ocha_humanitarian_needs"


@pytest.mark.parametrize(
    ("name", "facts", "needs"),
    [
        ("hpc_hno_2024", FACTS, {"AFG": 23666389, "SDN": 24786370}),
        ("afg_hpc_needs_api_2024", FACTS, {"AFG": 23666389}),
        ("sdn_hpc_needs_api_2021", {"year": "2021", "country": "SDN"}, {"SDN": 24786370}),
    ],
)
def test_the_programme_cycle_as_published(
    read: Any, samples: Path, name: str, facts: dict[str, str], needs: dict[str, int]
) -> None:
    path = samples / f"{name}.csv"
    found = read(tables, [path], facts)
    assert (
        dict(
            found.rows(
                f"SELECT place_id, value FROM claims WHERE {NATIONAL} AND metric = 'people_in_need'"
            )
        )
        == needs
    )
    ((rows, filled, in_need, affected),) = duckdb.execute(
        'SELECT count(*), count(coalesce("In Need", "Affected")), count("In Need"), '
        f"count(\"Affected\") FROM read_csv('{path}', all_varchar = true)"
    ).fetchall()
    assert found.accounts[path.name] == (rows, filled, 0, rows - filled, in_need + affected)


def test_the_standardised_file_as_published(read: Any, samples: Path) -> None:
    path = samples / "hdx_hapi_humanitarian_needs_global_2024.csv"
    found = read(tables, [path])
    assert dict(
        found.rows(
            f"SELECT place_id, value FROM claims WHERE {NATIONAL} AND metric = 'people_in_need'"
        )
    ) == {"AFG": 23666389, "SDN": 24786370}
    ((rows, read_rows),) = duckdb.execute(
        "SELECT count(*), count(*) FILTER (population_status IN ('INN', 'AFF')) "
        f"FROM read_csv('{path}', all_varchar = true)"
    ).fetchall()
    assert found.accounts[path.name] == (rows, read_rows, 0, rows - read_rows, read_rows)


def test_both_ways_of_publishing_give_the_same_national_figures(read: Any, samples: Path) -> None:
    names = ("hpc_hno_2024.csv", "hdx_hapi_humanitarian_needs_global_2024.csv")
    found = read(tables, [samples / name for name in names], FACTS)
    figures = f"SELECT metric, place_id, value FROM claims WHERE {NATIONAL} AND file = "
    assert found.rows(f"{figures} '{names[0]}' ORDER BY ALL") == found.rows(
        f"{figures} '{names[1]}' ORDER BY ALL"
    )
