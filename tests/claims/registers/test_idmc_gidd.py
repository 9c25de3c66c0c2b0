"""IDMC's yearly figures: stock and movements, conflict and disaster, and the days of disasters."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pipelines.claims.registers.idmc_gidd import tables

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def conflict(read: Any) -> Any:
    return read(tables, [FIXTURES / "idmc_conflict.csv"])


@pytest.fixture
def disasters(read: Any) -> Any:
    return read(tables, [FIXTURES / "idmc_disasters.csv"])


def days(claim: dict[str, Any]) -> list[str]:
    names = ("start_earliest", "start_latest", "end_earliest", "end_latest")
    return [f"{claim[name]:%m-%d}" for name in names]


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# Country-years


def test_people_at_the_years_end_and_movements_in_it_are_two_claims(conflict: Any) -> None:
    stock, flow = conflict.claim("SYR/2022#idps"), conflict.claim("SYR/2022#internal_displacements")
    assert (stock["measure"], stock["unit"], stock["value"]) == ("stock", "people", 6865)
    assert days(stock) == ["12-31"] * 4
    assert (flow["measure"], flow["unit"], flow["value"]) == ("flow", "movements", 171)
    assert days(flow) == ["01-01", "01-01", "12-31", "12-31"]
    assert {stock["cause"], flow["cause"]} == {"conflict"}
    assert (stock["place_role"], flow["place_role"]) == ("now_in", "happened_in")


def test_the_tag_row_is_no_record_and_missing_is_not_zero(conflict: Any) -> None:
    assert conflict.accounts == {"idmc_conflict.csv": (5, 4, 0, 1, 5)}


def test_a_nought_is_a_claim_where_the_card_says_that_it_is_reported(read: Any) -> None:
    reported = read(tables, [FIXTURES / "idmc_conflict.csv"], {"zeros": "reported"})
    assert reported.claim("AFG/2022#internal_displacements")["value"] == 0
    assert reported.one("SELECT count(*) FROM claims") == 6


def test_disputed_land_keeps_its_figure_and_its_code(conflict: Any) -> None:
    assert conflict.claim("XKX/2022#idps")["place_id"] == "XKX"
    abyei = conflict.claim("AB9/2022#internal_displacements")
    assert "place_id" not in abyei
    assert (abyei["place_as_written"], abyei["doubts"]) == ("AB9", ["place_unresolved"])


def test_the_workbook_of_2020_has_both_causes_under_the_same_ids(read: Any) -> None:
    book = workbook(
        (
            *("ISO3", "Name", "Year", "Conflict Stock Displacement"),
            *("Conflict New Displacements", "Disaster New Displacements"),
        ),
        ("#country+code", "#country+name", "#date+year", "#affected", "#affected", "#affected"),
        ("SYR", "Syria", 2018, 6100, 1600, 28),
        ("TZA", "Tanzania", 2011, None, None, 22),
        *[(None,) * 6] * 5,
    )
    found = read(tables, {"book.xlsx": book})
    assert found.accounts == {"book.xlsx": (2, 2, 0, 0, 4)}
    assert found.rows("SELECT claim_id, cause, value FROM claims ORDER BY 1") == [
        ("register/2026-09-01/SYR/2018#idps", "conflict", 6100),
        ("register/2026-09-01/SYR/2018#internal_displacements", "conflict", 1600),
        ("register/2026-09-01/SYR/2018#internal_displacements.disaster", "disaster", 28),
        ("register/2026-09-01/TZA/2011#internal_displacements.disaster", "disaster", 22),
    ]


def test_the_raw_figure_is_read_and_not_the_rounded_one(read: Any) -> None:
    words = [
        f"{cause} {what}"
        for cause in ("Conflict", "Disaster")
        for what in ("Stock Displacement", "Internal Displacements")
    ]
    header = [name for word in words for name in (word, f"{word} (Raw)")]
    book = workbook(
        ("ISO3", "Name", "Year", *header),
        ("SYR", "Syria", 2022, 6900, 6865, 170, 171, None, None, 30, 28),
    )
    found = read(tables, {"book.xlsx": book})
    assert sorted(row[0] for row in found.rows("SELECT value FROM claims")) == [28, 171, 6865]


@pytest.mark.parametrize("year", ["1600", "22", "4000"])
def test_a_number_that_is_no_year_is_set_aside(read: Any, year: str) -> None:
    text = f"iso3,country_name,year,new_displacement,total_displacement\nSYR,Syria,{year},1,2\n"
    found = read(tables, {"conflict.csv": text.encode()})
    assert found.faults == [(2, "year", "date.impossible")]


# Disasters


def test_a_disaster_between_two_days(disasters: Any) -> None:
    key = "PHL/2023/Philippines: Flood - 03/02/2023/2023-02-03"
    flow, stock = disasters.claim(f"{key}#internal_displacements"), disasters.claim(f"{key}#idps")
    assert days(flow) == ["02-03", "02-03", "02-09", "02-09"]
    assert (flow["value"], flow["unit"], flow["cause"]) == (1200, "movements", "disaster")
    assert flow["hazard_or_weapon"] == "Flood"
    assert flow["note"] == "Philippines: Flood - 03/02/2023; FL-2023-1-PHL, X-9"
    assert (stock["value"], days(stock)) == (30, ["12-31"] * 4)


@pytest.mark.parametrize(
    ("name", "window", "doubts"),
    [
        ("Storm - 14/02/2023", ["02-01", "02-28", "02-27", "03-05"], []),
        ("Storm - 30/12/2022", ["01-01", "01-01", "01-04", "01-04"], []),
        ("Flood - 06/05/2023", ["05-06", "05-06", "05-06", "12-31"], ["date_accuracy_unstated"]),
        ("Flood - 02/08/2023", ["01-01", "01-01", "12-31", "12-31"], ["dates_unusable"]),
    ],
    ids=["a month to a week", "clipped to its year", "no last day", "ends before it begins"],
)
def test_the_days_of_a_disaster(
    disasters: Any, name: str, window: list[str], doubts: list[str]
) -> None:
    (claim_id,) = disasters.rows(
        f"SELECT claim_id FROM claims WHERE contains(claim_id, '{name}') AND measure = 'flow'"
    )[0]
    claim = disasters.claim(claim_id)
    assert (days(claim), claim["doubts"]) == (window, doubts)
    assert claim["end_latest"].year == 2023


def test_records_without_an_id_are_told_apart_and_all_counted(disasters: Any) -> None:
    assert disasters.rows(
        "SELECT record_id, value FROM claims WHERE place_id = 'BEN' ORDER BY record_id"
    ) == [
        ("BEN/2023/Benin: Flood - 01/01/2023/2023-01-01", 15),
        ("BEN/2023/Benin: Flood - 01/01/2023/2023-01-01/2", 20),
        ("BEN/2023/Benin: Flood - 01/01/2023/2023-01-01/3", 20),
    ]


def test_an_unknown_accuracy_is_set_aside(disasters: Any) -> None:
    assert disasters.faults == [(10, "start_date_accuracy", "date.accuracy")]
    assert disasters.accounts == {"idmc_disasters.csv": (9, 8, 1, 0, 9)}


def test_totals_of_countries_and_disasters_are_registers_apart(read: Any) -> None:
    files = [FIXTURES / "idmc_conflict.csv", FIXTURES / "idmc_disasters.csv"]
    assert read(tables, files).rows("SELECT DISTINCT entry_of FROM claims ORDER BY 1") == [
        ("register/2026-09-01/country_years",),
        ("register/2026-09-01/disasters",),
    ]


def test_the_claims_keep_the_rules_of_their_table(read: Any) -> None:
    files = [FIXTURES / "idmc_conflict.csv", FIXTURES / "idmc_disasters.csv"]
    assert read(tables, files).judged() == []


# The samples, in place


def independent(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows and the two columns of figures, by pandas alone."""
    plain = pd.read_csv(path, dtype=str)
    plain = plain[~plain["iso3"].str.startswith("#")]
    figures = plain[["new_displacement", "total_displacement"]].fillna("0").astype(float)
    return plain, figures.astype("int64")


@pytest.mark.parametrize(
    "name",
    ["conflict_country_year.csv", "conflict_country_year_2024-06.csv", "disaster_events.csv.gz"],
)
def test_every_row_of_a_sample_is_accounted_for(name: str, read: Any, shared: Path) -> None:
    path = shared / "data" / "idmc_gidd" / name
    plain, figures = independent(path)
    filled = figures != 0
    with_claims = int(filled.any(axis=1).sum())
    found = read(tables, [path])
    assert found.accounts == {
        name: (len(plain), with_claims, 0, len(plain) - with_claims, int(filled.sum().sum()))
    }
    by_year = figures.groupby(plain["year"].astype(int)).sum()
    for column, metric in (
        ("new_displacement", "internal_displacements"),
        ("total_displacement", "idps"),
    ):
        sums = found.rows(
            "SELECT year(end_latest), CAST(sum(value) AS BIGINT) FROM claims "
            f"WHERE metric = '{metric}' GROUP BY 1"
        )
        expected = by_year[column]
        assert dict(sums) == expected[expected > 0].to_dict()
    assert found.one("SELECT count(DISTINCT claim_id) = count(*) FROM claims")


CONFLICT = {
    2009: (6_501_489, 24_951_626),
    2010: (2_891_777, 24_982_500),
    2011: (3_530_820, 22_441_651),
    2012: (6_554_521, 26_386_478),
    2013: (8_157_015, 33_341_220),
    2014: (11_284_776, 37_877_384),
    2015: (8_919_554, 40_455_779),
    2016: (8_303_381, 38_917_813),
    2017: (11_797_964, 39_426_065),
    2018: (10_782_121, 40_558_446),
    2019: (8_544_868, 44_603_144),
    2020: (9_767_648, 47_078_055),
    2021: (14_353_656, 52_086_980),
    2022: (28_380_673, 61_243_034),
    2023: (20_545_403, 67_000_982),
    2024: (20_058_987, 73_505_422),
}
DISASTERS = {
    2015: 19_192_530,
    2016: 24_426_712,
    2017: 18_681_791,
    2018: 17_471_431,
    2019: 25_251_266,
    2020: 30_987_448,
    2021: 23_701_460,
    2022: 32_571_985,
    2023: 26_790_940,
    2024: 45_762_169,
}
BY_YEAR = (
    "SELECT year(end_latest), "
    "CAST(sum(value) FILTER (metric = 'internal_displacements') AS BIGINT), "
    "CAST(sum(value) FILTER (metric = 'idps') AS BIGINT) FROM claims GROUP BY 1"
)


def test_the_published_sums_of_the_world(read: Any, shared: Path) -> None:
    folder = shared / "data" / "idmc_gidd"
    conflict = read(tables, [folder / "conflict_country_year.csv"]).rows(BY_YEAR)
    assert {row[0]: row[1:] for row in conflict} == CONFLICT
    earlier = read(tables, [folder / "conflict_country_year_2024-06.csv"]).rows(BY_YEAR)
    assert {row[0]: row[1:] for row in earlier}[2022] == (28_328_571, 62_476_118)
    disasters = {
        row[0]: row[1] for row in read(tables, [folder / "disaster_events.csv.gz"]).rows(BY_YEAR)
    }
    assert {year: disasters[year] for year in DISASTERS} == DISASTERS


def test_no_window_of_a_disaster_is_out_of_order_or_leaves_its_year(
    read: Any, shared: Path
) -> None:
    found = read(tables, [shared / "data" / "idmc_gidd" / "disaster_events.csv.gz"])
    assert (
        found.one(
            "SELECT count(*) FROM claims WHERE start_earliest > start_latest "
            "OR end_earliest > end_latest OR start_earliest > end_latest "
            "OR year(start_earliest) <> year(end_latest)"
        )
        == 0
    )
    unusable = "SELECT count(*) FROM claims WHERE list_contains(doubts, 'dates_unusable')"
    assert found.one(unusable) == 566


def test_the_workbooks_of_2020(read: Any, shared: Path) -> None:
    folder = shared / "data" / "idmc_gidd"
    names = ("idmc_disaster_all_dataset.xlsx", "idmc_displacement_all_dataset.xlsx")
    found = read(tables, [folder / name for name in names], published_on=date(2020, 6, 1))
    assert found.accounts == {names[0]: (6, 5, 0, 1, 5), names[1]: (6, 6, 0, 0, 10)}
    assert found.rows(
        "SELECT cause, metric, CAST(sum(value) AS BIGINT) FROM claims "
        f"WHERE file = '{names[1]}' GROUP BY ALL ORDER BY ALL"
    ) == [
        ("conflict", "idps", 3_249_000),
        ("conflict", "internal_displacements", 496_000),
        ("disaster", "internal_displacements", 485_400),
    ]
