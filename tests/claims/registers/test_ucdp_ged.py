"""UCDP's events, in every layout of its releases, against the totals published from them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipelines.claims.registers.ucdp_ged import tables
from schemas.claims import Events

FIXTURE = Path(__file__).parent / "fixtures" / "ged.csv"
HEADER, *LINES = FIXTURE.read_text(encoding="utf-8").splitlines()


def changed(line: int, **cells: str) -> bytes:
    """The fixture with cells of one line changed."""
    rows = pd.read_csv(FIXTURE, dtype="str", keep_default_na=False)
    for name, cell in cells.items():
        rows.loc[line, name] = cell
    return rows.to_csv(index=False).encode()


def test_low_best_and_high_are_kept_as_stated(read: Any) -> None:
    found = read(tables, [FIXTURE])
    assert found.accounts == {"ged.csv": (3, 3, 0, 0, 3)}
    assert found.judged() == []
    claim = found.claim("9001#killed")
    expected = {
        "value": 10,
        "value_low": 8,
        "value_high": 14,
        "value_as_written": "10",
        "metric": "killed",
        "measure": "flow",
        "deaths_counted": "direct",
        "cause": "conflict",
        "basis": "tallied",
        "speaker": "UCDP",
        "place_id": "SY02",
        "place_role": "happened_in",
        "place_as_written": "Made district, Aleppo governorate, Syria",
        "derived_from": ["Daily", "Wire"],
        "entry_of": "register/2026-09-01",
        "adds_up": True,
        "doubts": [],
    }
    assert {name: claim[name] for name in expected} == expected


def test_an_event_on_some_day_of_a_month_has_four_days(read: Any) -> None:
    found = read(tables, [FIXTURE])
    days = "start_earliest, start_latest, end_earliest, end_latest"
    in_october = [date(2016, 10, 1), date(2016, 10, 31), date(2016, 10, 1), date(2016, 10, 31)]
    assert found.rows(f"SELECT {days} FROM claims WHERE record_id = '9002'") == [tuple(in_october)]
    over_two_days = [date(2016, 10, 5), date(2016, 10, 5), date(2016, 10, 6), date(2016, 10, 6)]
    assert found.rows(f"SELECT {days} FROM claims WHERE record_id = '9003'") == [
        tuple(over_two_days)
    ]


def test_a_best_of_nought_beside_a_high_is_a_figure(read: Any) -> None:
    claim = read(tables, [FIXTURE]).claim("9002#killed")
    assert (claim["value_low"], claim["value"], claim["value_high"]) == (0, 0, 30)
    assert claim["place_id"] == "MMR/elsewhere-province"


def test_a_range_out_of_order_is_kept_as_printed_and_flagged(read: Any) -> None:
    claim = read(tables, [FIXTURE]).claim("9003#killed")
    assert (claim["value_low"], claim["value"], claim["value_high"]) == (2, 3, 2)
    assert claim["doubts"] == ["place_unresolved", "range_inverted"]


def test_the_table_beside_the_claims_holds_what_ucdp_codes(read: Any) -> None:
    found = read(tables, [FIXTURE])
    entries = found.entries
    with duckdb.connect() as connection:
        rows = connection.execute(f"FROM {entries.relation(Events)} ORDER BY record_id").df()
    assert rows["claim_id"].tolist() == [
        f"register/2026-09-01/{number}#killed" for number in (9001, 9002, 9003)
    ]
    first = rows.iloc[0].to_dict()
    assert (first["deaths_a"], first["deaths_b"], first["deaths_civilians"]) == (4, 3, 2)
    assert (first["type_of_violence"], first["dyad"]) == (
        "1",
        "Government of Freedonia - F-Rebels",
    )
    assert rows["country"].tolist()[:2] == ["SYR", "MMR"]
    assert rows["country"].isna().tolist() == [False, False, True]
    assert rows["n_sources"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"best": ""}, ("best", "missing.best")),
        ({"best": "1.234"}, ("best", "number.ambiguous_separator")),
        ({"low": "-3"}, ("low", "number.negative")),
        ({"date_end": "2016-09-30"}, ("date_start", "date.reversed")),
        ({"date_start": "1/10/2016"}, ("date_start", "date.not_a_day")),
        ({"id": ""}, ("id", "missing.id")),
        ({"deaths_civilians": "some"}, ("deaths_civilians", "number.not_a_number")),
        ({"best": "11"}, ("best", "range.parts_differ")),
        ({"date_end": "2026-09-03"}, ("date_end", "date.future")),
        ({"year": "2015"}, ("year", "date.conflict")),
        ({"type_of_violence": "9"}, ("type_of_violence", "enum.unknown")),
        ({"latitude": "-91.5"}, ("latitude", "number.too_large")),
    ],
)
def test_one_thing_wrong_sets_the_event_aside(
    read: Any, cells: dict[str, str], fault: tuple[str, str]
) -> None:
    found = read(tables, {"ged.csv": changed(0, **cells)})
    assert found.accounts["ged.csv"] == (3, 2, 1, 0, 2)
    assert [told[1:] for told in found.faults] == [fault]


def test_a_float_id_is_the_same_event(read: Any) -> None:
    found = read(tables, {"ged.csv": changed(0, id="9001.0")})
    assert found.claim("/9001#killed")["record_id"] == "9001"


def test_a_misspelt_column_is_named_with_the_nearest(read: Any) -> None:
    found = read(tables, {"ged.csv": FIXTURE.read_bytes().replace(b",best,", b",bestt,")})
    assert found.file["reason"] == "file.missing_column"
    assert "'best'" in found.file["message"]
    assert "Did you mean 'bestt'?" in found.file["message"]


# The real releases

COUNTRIES = Path("data") / "ucdp_ged_countries"
KNOWN = {
    "ukr_ged191": (993, 6_088, 6_632, 7_481, 18),
    "ukr_ged201": (1_167, 6_246, 6_875, 7_728, 19),
    "ukr_ged221": (2_989, 7_424, 7_882, 8_804, 13),
    "col_ged191": (4_632, 26_988, 27_617, 33_073, 54),
    "mmr_bgd_ged191": (3_194, 19_808, 20_936, 30_686, 6),
}
SUMS = """SELECT count(*), sum(value_low)::BIGINT, sum(value)::BIGINT, sum(value_high)::BIGINT,
    count(*) FILTER (list_contains(doubts, 'range_inverted')) FROM claims"""


@pytest.mark.parametrize("name", KNOWN)
def test_every_release_keeps_its_sums_and_its_inverted_ranges(
    read: Any, shared: Path, name: str
) -> None:
    found = read(tables, [shared / COUNTRIES / f"{name}.csv.gz"])
    assert found.one(SUMS) == KNOWN[name]
    n = KNOWN[name][0]
    assert found.accounts == {f"{name}.csv.gz": (n, n, 0, 0, n)}
    assert found.judged() == []
    assert found.one("SELECT count(*) FROM claims WHERE 'place_unresolved' IN doubts") == 0


def test_a_worldwide_sample_finds_every_country(read: Any, shared: Path) -> None:
    found = read(tables, [shared / "data" / "ucdp_ged_sample" / "ged231_sample_1000.csv.gz"])
    assert found.one(SUMS)[:4] == (1_000, 6_224, 9_561, 22_017)
    assert found.one("SELECT count(DISTINCT left(place_id, 3)) FROM claims") >= 58
    assert found.one("SELECT count(*) FROM claims WHERE place_id IS NULL") == 0


def test_syria_by_year(read: Any, shared: Path) -> None:
    found = read(tables, [shared / "data" / "ucdp_ged_syria" / "ged_syria_2016_2019.csv.gz"])
    by_year = found.rows(
        "SELECT year(end_latest), count(*), sum(value_low)::BIGINT, sum(value)::BIGINT, "
        "sum(value_high)::BIGINT FROM claims GROUP BY 1 ORDER BY 1"
    )
    assert by_year == [
        (2016, 6_170, 43_538, 48_710, 49_642),
        (2017, 5_587, 32_783, 33_316, 36_654),
        (2018, 2_765, 18_980, 20_251, 21_683),
        (2019, 2_044, 9_628, 10_060, 11_041),
    ]
    governorates = found.rows("SELECT DISTINCT place_id FROM claims WHERE place_id LIKE 'SY__'")
    assert len(governorates) >= 10


def test_labels_without_a_best_figure_have_the_sum_of_the_sides(read: Any, shared: Path) -> None:
    folder = shared / "data" / "ucdp_aec_labels"
    found = read(tables, [folder / "train.csv.gz", folder / "validation.csv.gz"])
    assert found.rows(
        "SELECT file, count(*), sum(value)::BIGINT FROM claims GROUP BY ALL ORDER BY file"
    ) == [("train.csv.gz", 10_064, 53_547), ("validation.csv.gz", 651, 3_940)]
    assert found.one("SELECT count(*) FROM claims WHERE 'range_inverted' IN doubts") == 0


def test_a_reduction_is_refused(read: Any, shared: Path) -> None:
    found = read(tables, [shared / COUNTRIES / "qc_conflict_data_bgd.csv.gz"])
    assert (found.file["status"], found.file["reason"]) == ("refused", "file.layout")
