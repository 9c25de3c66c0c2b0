"""UNHCR's tables: who is where and from where, editions, part years, and the published totals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipelines.claims.registers.unhcr import tables
from pipelines.core.csv_rows import FileRefused

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLE = "data/unhcr_population"
PUBLISHED = date(2026, 6, 25)


def fixture(*names: str) -> list[Path]:
    return [FIXTURES / f"unhcr_{name}" for name in names]


@pytest.fixture
def population(read: Any) -> Any:
    return read(tables, fixture("population.csv"))


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    return shared / SAMPLE


# Who is where


def test_refugees_are_in_the_country_of_asylum_and_left_the_country_of_origin(
    population: Any,
) -> None:
    claim = population.claim("population/SYR/DEU/2023#refugees")
    assert (claim["value"], claim["measure"], claim["unit"]) == (4000, "stock", "people")
    assert (claim["place_id"], claim["place_role"]) == ("DEU", "now_in")
    assert claim["from_place_id"] == "SYR"
    assert claim["place_as_written"] == "Germany from Syrian Arab Rep."
    days = {claim[f"{end}_{day}"] for end in ("start", "end") for day in ("earliest", "latest")}
    assert days == {date(2023, 12, 31)}
    assert (claim["speaker"], claim["source_type"]) == ("UNHCR", "un_agency")
    assert claim["speaker_id"] == "unhcr"


def test_unhcrs_own_codes_are_not_taken_for_iso_codes(population: Any) -> None:
    claim = population.claim("population/AUT/AUS/2023#refugees")
    assert (claim["from_place_id"], claim["place_id"]) == ("AUT", "AUS")


def test_displaced_people_are_in_their_country_and_came_from_no_other(population: Any) -> None:
    claim = population.claim("#idps")
    assert (claim["place_id"], claim["place_role"], claim["value"]) == ("SYR", "now_in", 70000)
    assert "from_place_id" not in claim
    assert claim["restriction"] == "protected or assisted by UNHCR"


def test_returned_refugees_are_back_in_their_country_in_the_course_of_the_year(
    population: Any,
) -> None:
    claim = population.claim("#returned_refugees")
    assert (claim["place_id"], claim["from_place_id"]) == ("AUT", "AUS")
    assert claim["measure"] == "flow"
    assert (claim["start_latest"], claim["end_earliest"]) == (date(2023, 1, 1), date(2023, 12, 31))


@pytest.mark.parametrize("key", ["UNK/AUT", "XXA/EGY"])
def test_unknown_and_stateless_are_no_country_and_no_doubt(population: Any, key: str) -> None:
    claim = population.claim(f"population/{key}/2023#refugees")
    assert "from_place_id" not in claim
    assert claim["place_role"] == "now_in"
    assert "doubts" not in claim or claim["doubts"] == []


def test_a_people_without_a_country_of_today_is_kept_in_words(population: Any) -> None:
    claim = population.claim("population/TIB/NPL/2023#refugees")
    assert (claim["place_id"], claim["doubts"]) == ("NPL", ["place_unresolved"])
    assert claim["place_as_written"] == "Nepal from Tibetan"


def test_hosts_left_no_country(population: Any) -> None:
    claim = population.claim("#host_community")
    assert claim["place_id"] == "PER"
    assert "from_place_id" not in claim


def test_an_empty_cell_and_a_nought_are_no_claims(population: Any) -> None:
    assert population.accounts == {"unhcr_population.csv": (9, 8, 0, 1, 14)}
    assert population.one("SELECT min(value) FROM claims") > 0


def test_noughts_are_claims_where_the_card_says_that_they_are_reported(read: Any) -> None:
    reported = read(tables, fixture("population.csv"), {"zeros": "reported"})
    assert reported.one("SELECT count(*) FROM claims WHERE value = 0 AND metric = 'refugees'") == 3


def test_five_may_stand_for_fewer(population: Any, read: Any) -> None:
    claim = population.claim("#asylum_seekers")
    assert (claim["value"], claim["doubts"]) == (5, ["small_count_masked"])
    exact = read(tables, fixture("population.csv"), {"small_counts": "exact"})
    assert exact.claim("#asylum_seekers")["doubts"] == []


# Other shapes of the same table


def test_the_download_of_the_data_finder_gives_the_same_claims(population: Any, read: Any) -> None:
    download = read(tables, fixture("download.csv"))
    same = "SELECT claim_id, value, place_id, from_place_id FROM claims WHERE from_place_id = 'SYR'"
    assert download.rows(same) == population.rows(f"{same} AND year(end_latest) = 2023")
    congo = download.claim("population/Dem. Rep. of the Congo/UGA/2023#refugees")
    assert congo["from_place_id"] == "COD"
    assert download.faults == [(11, "refugees", "number.ambiguous_separator")]


def test_the_answer_of_the_api_gives_the_same_claims(population: Any, read: Any) -> None:
    api = read(tables, fixture("population.json"))
    where = "WHERE contains(claim_id, 'SYR/DEU/2023')"
    query = f"SELECT claim_id, value, place_id, from_place_id FROM claims {where} ORDER BY 1"
    assert api.rows(query) == population.rows(query)
    every_origin = api.claim("population/-/PER/2023#refugees")
    assert (every_origin["value"], every_origin["place_id"]) == (17, "PER")
    assert "from_place_id" not in every_origin
    assert every_origin["doubts"] == []


# Flows, solutions and the totals of others


def test_flows_are_of_the_year(read: Any) -> None:
    flows = read(tables, fixture("flows.csv"))
    assert flows.rows("SELECT metric, measure, value FROM claims ORDER BY ALL") == [
        ("asylum_seekers", "flow", 5),
        ("others_in_need_of_protection", "flow", 900),
        ("refugees", "flow", 40),
        ("refugees", "flow", 700),
    ]
    assert flows.claim("#refugees.refugee_like")["restriction"] == "in a refugee-like situation"


def test_a_row_of_naturalisation_alone_holds_no_figure_that_has_a_metric(read: Any) -> None:
    solutions = read(tables, fixture("solutions.csv"))
    assert solutions.accounts == {"unhcr_solutions.csv": (4, 3, 0, 1, 3)}
    assert solutions.rows(
        "SELECT metric, value, from_place_id, place_id FROM claims ORDER BY ALL"
    ) == [
        ("resettled", 220, "SYR", "CAN"),
        ("returned_idps", 800, None, "SYR"),
        ("returned_refugees", 310, "LBN", "SYR"),
    ]


def test_idmcs_and_unrwas_tables_differ_by_name_alone(read: Any) -> None:
    found = read(tables, fixture("idmc.csv", "unrwa.csv"))
    assert found.rows(
        "SELECT file, metric, speaker, basis, seen_in, sum(value) FROM claims "
        "GROUP BY ALL ORDER BY 1"
    ) == [
        ("unhcr_idmc.csv", "idps", "IDMC", "unstated", "copy", 71005),
        ("unhcr_unrwa.csv", "palestine_refugees", "UNRWA", "registered", "copy", 2885),
    ]
    assert found.claim("idmc/AB9/2023#idps")["doubts"] == ["place_unresolved"]
    assert "place_id" not in found.claim("unrwa/UNK/2023#palestine_refugees")


def test_a_card_may_say_whose_a_table_is(read: Any) -> None:
    data = (FIXTURES / "unhcr_unrwa.csv").read_bytes()
    unnamed = read(tables, {"totals.csv": data})
    assert unnamed.file["status"] == "refused"
    named = read(tables, {"totals.csv": data}, {"tables": {"totals.csv": "unrwa"}})
    assert named.one("SELECT DISTINCT metric FROM claims") == "palestine_refugees"


def test_tables_that_count_the_same_people_are_registers_apart(read: Any) -> None:
    found = read(tables, fixture("population.csv", "solutions.csv", "idmc.csv"))
    apart = found.rows(
        "SELECT metric, count(DISTINCT entry_of) FROM claims "
        "WHERE metric IN ('idps', 'returned_refugees', 'returned_idps') GROUP BY 1"
    )
    assert {n for _, n in apart} == {2}


# Editions and part years


def test_each_value_carries_the_release_in_which_it_was_seen(read: Any) -> None:
    found = read(tables, fixture("idmc_vintages.csv"))
    assert found.rows(
        "SELECT edition, value FROM claims WHERE record_id = 'idmc/SYR/2022' ORDER BY edition"
    ) == [(date(2023, 6, 14), 6800), (date(2023, 10, 25), 6800), (date(2024, 6, 17), 6850)]
    nameless = found.claim("idmc/AB9/2022@2024-06-17#idps")
    assert nameless["place_as_written"] == "AB9"
    assert nameless["doubts"] == ["place_unresolved"]


def test_a_year_that_was_not_out_is_not_read_as_its_end(read: Any) -> None:
    claim = read(tables, fixture("idmc_vintages.csv")).claim("idmc/SYR/2023@2023-10-25#idps")
    assert claim["doubts"] == ["part_year"]
    assert (claim["end_earliest"], claim["end_latest"]) == (date(2023, 1, 1), date(2023, 10, 25))


def test_the_card_gives_the_day_of_a_part_year(read: Any) -> None:
    facts = {"part_years": {"2023-10-25": "2023-06-30"}}
    found = read(tables, fixture("idmc_vintages.csv"), facts)
    claim = found.claim("idmc/SYR/2023@2023-10-25#idps")
    assert (claim["start_earliest"], claim["end_latest"]) == (date(2023, 6, 30), date(2023, 6, 30))
    assert claim["doubts"] == []
    assert found.claim("idmc/SYR/2022@2023-10-25#idps")["end_latest"] == date(2022, 12, 31)


@pytest.mark.parametrize(
    ("published", "facts", "last", "doubts"),
    [
        (date(2025, 6, 12), {}, date(2024, 12, 31), []),
        (date(2024, 10, 18), {}, date(2024, 10, 18), ["part_year"]),
        (date(2025, 3, 30), {}, date(2024, 12, 31), ["part_year"]),
        (date(2024, 10, 18), {"last_day": "2024-06-30"}, date(2024, 6, 30), []),
    ],
)
def test_the_last_year_ends_on_the_day_that_is_known_of_it(
    read: Any, published: date, facts: Mapping[str, Any], last: date, doubts: list[str]
) -> None:
    found = read(tables, fixture("population.csv"), facts, published_on=published)
    claim = found.claim("population/SYR/DEU/2024#refugees")
    assert (claim["end_latest"], claim["doubts"]) == (last, doubts)


def test_a_year_after_publication_is_set_aside(read: Any) -> None:
    found = read(tables, fixture("population.csv"), published_on=date(2023, 10, 25))
    assert {fault[1:] for fault in found.faults} == {("year", "date.future")}
    assert found.file["quarantined"] == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"last_day": "June"},
        {"part_years": ["2023-10-25"]},
        {"part_years": {"2023-10-25": "soon"}},
        {"small_counts": "perhaps"},
    ],
)
def test_a_fact_that_cannot_be_read_is_named(read: Any, facts: Mapping[str, Any]) -> None:
    with pytest.raises(FileRefused, match=next(iter(facts))) as refusal:
        read(tables, fixture("population.csv"), facts)
    assert refusal.value.reason == "file.facts"


def test_by_origin_alone_people_came_from_there(read: Any, tmp_path: Path) -> None:
    parquet = tmp_path / "population_by_origin_vintages.parquet"
    duckdb.sql(
        f"COPY (FROM read_csv('{fixture('by_origin_vintages.csv')[0]}', types={{'vintage': "
        f"'VARCHAR'}})) TO '{parquet}' (FORMAT parquet)"
    )
    found = read(tables, [parquet])
    assert found.rows(
        "SELECT metric, place_id, place_role, from_place_id FROM claims "
        "WHERE record_id = 'population_by_origin/SYR/2022' AND edition = DATE '2024-06-17' "
        "ORDER BY metric"
    ) == [
        ("host_community", None, None, None),
        ("idps", "SYR", "now_in", None),
        ("refugees", "SYR", "came_from", None),
        ("returned_idps", "SYR", "now_in", None),
        ("returned_refugees", "SYR", "now_in", None),
    ]
    unknown = found.claim("population_by_origin/UNK/2022@2024-06-17#refugees")
    assert unknown["doubts"] == ["small_count_masked"]


def test_the_claims_keep_the_rules_of_their_table(read: Any) -> None:
    names = ("population", "flows", "solutions", "idmc", "unrwa", "idmc_vintages")
    found = read(
        tables,
        fixture(*(f"{name}.csv" for name in names), "by_origin_vintages.csv"),
        published_on=date(2024, 10, 18),
    )
    assert found.judged() == []


# The samples, in place

FIGURES = {
    "population.csv.gz": [
        *("refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps"),
        *("stateless", "ooc", "oip", "hst"),
    ],
    "flows.csv.gz": ["refugees", "asylum_seekers", "refugee_like", "oip"],
    "solutions.csv.gz": ["returned_refugees", "resettlement", "returned_idps"],
    "idmc.csv.gz": ["total"],
    "unrwa.csv.gz": ["total"],
    "idmc_vintages.csv.gz": ["total"],
    "population_by_origin_vintages.parquet": [
        *("refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps"),
        *("stateless", "ooc", "oip", "hst"),
    ],
    "countries.csv.gz": [],
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_row_of_a_sample_is_accounted_for(name: str, read: Any, samples: Path) -> None:
    path = samples / name
    plain = duckdb.sql(f"FROM '{path}'").df() if name.endswith(".parquet") else pd.read_csv(path)
    figures = plain[FIGURES[name]].fillna(0).astype("int64")
    filled = figures != 0
    found = read(tables, [path], published_on=PUBLISHED)
    with_claims = int(filled.any(axis=1).sum())
    claims = int(filled.sum().sum())
    assert found.accounts == {name: (len(plain), with_claims, 0, len(plain) - with_claims, claims)}
    by_year = figures.sum(axis=1).groupby(plain.get("year", plain.index)).sum()
    assert dict(
        found.rows("SELECT year(end_latest), CAST(sum(value) AS BIGINT) FROM claims GROUP BY 1")
    ) == {year: total for year, total in by_year.items() if total}
    assert found.one("SELECT count(DISTINCT claim_id) FROM claims") == claims


def test_the_headline_of_2022_is_rebuilt(read: Any, samples: Path) -> None:
    """108.4 million forcibly displaced, of the release of 14 June 2023."""
    files = ["population_by_origin_vintages.parquet", "idmc_vintages.csv.gz", "unrwa.csv.gz"]
    found = read(tables, [samples / name for name in files], published_on=PUBLISHED)
    parts = dict(
        found.rows(
            "SELECT concat_ws(' ', speaker, metric), CAST(sum(value) AS BIGINT) FROM claims "
            "WHERE year(end_latest) = 2022 AND measure = 'stock' "
            "AND edition = if(speaker = 'UNRWA', DATE '2026-06-25', DATE '2023-06-14') GROUP BY 1"
        )
    )
    forced = {
        "UNHCR refugees": 29_413_033,
        "UNHCR others_in_need_of_protection": 5_217_456,
        "UNHCR asylum_seekers": 5_438_929,
        "IDMC idps": 62_479_565,
        "UNRWA palestine_refugees": 5_887_353,
    }
    assert {name: parts[name] for name in forced} == forced
    assert round(sum(forced.values()) / 1e6, 1) == 108.4


def test_idmcs_figure_of_2022_goes_through_its_releases(read: Any, samples: Path) -> None:
    found = read(tables, [samples / "idmc_vintages.csv.gz"], published_on=PUBLISHED)
    totals = found.rows(
        "SELECT strftime(edition, '%Y-%m'), CAST(sum(value) AS BIGINT) FROM claims "
        "WHERE year(end_latest) = 2022 GROUP BY edition ORDER BY edition"
    )
    assert totals == [
        ("2023-04", 53_165_720),
        ("2023-06", 62_479_565),
        ("2023-10", 62_479_565),
        ("2024-06", 62_500_170),
        ("2024-10", 62_500_170),
        *((month, 61_246_388) for month in ("2025-06", "2025-11", "2026-03", "2026-06", "2026-06")),
    ]
    mid_years = "SELECT DISTINCT edition FROM claims WHERE list_contains(doubts, 'part_year')"
    assert sorted(str(row[0]) for row in found.rows(mid_years)) == [
        *("2023-04-26", "2024-10-18", "2025-11-10", "2026-03-30"),
    ]


WORLD = {
    2015: (16_110_276, None, 3_223_460, 5_241_257, 40_451_900, 37_494_172),
    2019: (20_414_669, 3_582_202, 4_148_141, 5_629_829, 44_602_441, 43_503_362),
    2020: (20_661_846, 3_862_102, 4_184_926, 5_703_521, 47_076_527, 48_557_439),
    2021: (21_327_285, 4_406_432, 4_616_135, 5_792_907, 52_088_708, 51_322_623),
    2022: (29_429_078, 5_217_456, 5_442_312, 5_887_353, 61_246_388, 57_321_197),
    2023: (31_637_408, 5_755_363, 6_858_500, 5_968_636, 67_332_380, 63_251_367),
    2024: (30_958_200, 5_875_359, 8_352_712, 5_914_401, 73_573_201, 68_131_711),
    2025: (28_461_306, 7_177_473, 8_998_097, 5_964_782, 68_653_080, 64_239_352),
}
SYRIA = {
    2012: (729_011, 26_016, 2_016_500, 3_000_000),
    2013: (2_468_323, 41_019, 6_520_800, 6_500_000),
    2014: (3_887_490, 79_649, 7_632_500, 7_600_000),
    2015: (4_873_236, 245_857, 6_563_462, 6_600_000),
    2018: (6_654_374, 139_576, 6_183_920, 6_119_000),
    2020: (6_702_910, 107_085, 6_701_972, 6_568_000),
    2022: (6_559_736, 156_616, 6_780_994, 6_865_000),
    2023: (6_355_788, 182_954, 7_248_188, 7_248_000),
    2024: (5_952_174, 167_334, 7_408_909, 7_409_000),
    2025: (4_865_764, 154_355, 5_542_227, 5_964_000),
}


def test_the_published_totals_of_the_world_and_of_syria(read: Any, samples: Path) -> None:
    files = ["population.csv.gz", "idmc.csv.gz", "unrwa.csv.gz"]
    found = read(tables, [samples / name for name in files], published_on=PUBLISHED)

    def sums(columns: list[tuple[str, str]], where: str) -> dict[int, tuple[Any, ...]]:
        picked = ", ".join(
            f"CAST(sum(value) FILTER (speaker = '{speaker}' AND metric = '{metric}') AS BIGINT)"
            for speaker, metric in columns
        )
        rows = found.rows(
            f"SELECT year(end_latest), {picked} FROM claims "
            f"WHERE measure = 'stock' AND ({where}) GROUP BY 1"
        )
        return {row[0]: row[1:] for row in rows}

    refugees, asylum_seekers = ("UNHCR", "refugees"), ("UNHCR", "asylum_seekers")
    idps = [("IDMC", "idps"), ("UNHCR", "idps")]
    others = [("UNHCR", "others_in_need_of_protection")]
    unrwa = [("UNRWA", "palestine_refugees")]
    world = sums([refugees, *others, asylum_seekers, *unrwa, *idps], "true")
    assert {year: world[year] for year in WORLD} == WORLD
    syria = sums([refugees, asylum_seekers, *reversed(idps)], _FROM_SYRIA)
    assert {year: syria[year] for year in SYRIA} == SYRIA


_FROM_SYRIA = "from_place_id = 'SYR' OR (place_id = 'SYR' AND metric = 'idps')"
