"""Findings among entries of registers: ranges out of order, falls and steps of counters."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import schemas
from pipelines.claims.stage import read_claims
from pipelines.core.actors import Actors
from pipelines.core.entries import NO_ENTRIES, Entries
from pipelines.core.relation import Facts
from pipelines.estimates import entry_findings as module
from pipelines.estimates.entry_findings import entry_findings
from pipelines.estimates.findings import findings
from pipelines.estimates.held import hold
from pipelines.raw.checksums import pin
from pipelines.raw.stage import take_stock
from schemas import raw
from schemas.claims import Claims
from schemas.estimates import Findings

COUNTER = {"measure": "cumulative", "series": "Dead", "start_earliest": "2014-05-01"}
COUNTER |= {"start_latest": "2014-05-01", "adds_up": False}


def held_of_nothing() -> Any:
    models = (raw.Places, raw.Territories, raw.Populations)
    facts = Facts.of(*(schemas.frame(model, []) for model in models))
    return hold([], facts, Actors(schemas.frame(raw.Actors, [])))


def judged(entries: Entries, resolutions: Any = ()) -> list[dict[str, Any]]:
    held = held_of_nothing()
    made = findings(held, [], resolutions, entry_findings(entries, held))
    assert schemas.judge(Findings, schemas.frame(Findings, made)).empty
    return made


@pytest.fixture
def found(register_parts: Any, tmp_path: Path) -> Any:
    """`found(*rows, release=[rows], ...)`: the findings among entries of the releases of 'r'."""

    def make(*rows: Any, resolutions: Any = (), **releases: Any) -> list[dict[str, Any]]:
        files = {("r", name): list(held) for name, held in ({"1": rows} | releases).items() if held}
        return judged(register_parts.hold(tmp_path, files), resolutions)

    return make


@pytest.fixture
def counter(register_parts: Any) -> Any:
    """A reading of a counter on a day of May 2014."""

    def make(day: int, value: int, **changes: Any) -> Any:
        end = f"2014-05-{day:02}"
        named = {"claim_id": f"r/1/{day}#killed.total"}
        return register_parts.entry(str(day), value, end, **(named | COUNTER | changes))

    return make


@pytest.fixture
def daily(register_parts: Any) -> Any:
    """The figure of one day that the same record gives."""

    def make(day: int, value: int, **changes: Any) -> Any:
        end = f"2014-05-{day:02}"
        return register_parts.entry(str(day), value, end, **({"adds_up": False} | changes))

    return make


def test_no_entries_no_findings():
    assert entry_findings(NO_ENTRIES, held_of_nothing()) == []


# Ranges out of order

INVERTED = {"low": 6, "high": 9, "doubts": ["range_inverted"]}


def test_ranges_out_of_order_are_one_finding_a_release(found, register_parts):
    entry = register_parts.entry
    made = found(
        entry("1", 5, **INVERTED),
        entry("2", 5, low=1, high=2, doubts=["range_inverted"], replaced_by="r/2/2#killed"),
        entry("3", 5, low=5, high=5),
        **{"2": [entry("4", 8, **INVERTED | {"low": 18})]},
    )
    first, second = sorted(made, key=lambda one: one["claim_ids"])
    assert first["claim_ids"] == ["r/1/1#killed", "r/1/2#killed"]
    assert (first["finding_type"], first["severity"]) == ("range_inverted", "notice")
    assert first["size"] == 3
    assert first["question_id"] is None
    assert "2 entries of r/1 are printed" in first["message"]
    assert "replaced or withdrawn 1 of them" in first["message"]
    assert "low above best in 1, best above high in 1" in first["message"]
    assert second["claim_ids"] == ["r/2/4#killed"]
    assert "1 entry of r/2 is printed" in second["message"]
    assert "withdrawn" not in second["message"]


@pytest.mark.parametrize("change", [{"review_status": "pending"}, {"modality": "projected"}])
def test_a_range_that_nobody_accepted_or_that_is_projected_is_not_looked_at(
    found, register_parts, change
):
    assert not found(register_parts.entry("1", 5, **INVERTED | change))


def test_the_message_says_how_to_list_them(found, register_parts, tmp_path):
    entry = register_parts.entry
    (one,) = found(entry("1", 5, **INVERTED), entry("2", 5, **INVERTED), entry("3", 5, doubts=[]))
    query = one["message"][one["message"].index("SELECT") :].removesuffix(" lists them.")
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        relation = Entries.read(tmp_path).relation(Claims)
        connection.execute(f"CREATE TABLE marts.claims AS FROM {relation}")
        assert len(connection.execute(query).fetchall()) == 2


def test_of_very_many_the_first_are_listed_and_all_are_rested_on(
    found, register_parts, monkeypatch
):
    monkeypatch.setattr(module, "LISTED", 2)

    def among(*values: int) -> Any:
        rows = [register_parts.entry(str(n), v, **INVERTED) for n, v in enumerate(values)]
        (one,) = found(*rows)
        return one

    one = among(1, 2, 3, 4)
    assert one["claim_ids"] == ["r/1/0#killed", "r/1/1#killed"]
    assert "4 entries of r/1" in one["message"]
    assert "Listed here: the first 2." in one["message"]
    changed = among(1, 2, 3, 5)
    assert changed["finding_id"] == one["finding_id"]
    assert changed["rests_on"] != one["rests_on"] == among(1, 2, 3, 4)["rests_on"]


# Falls


def test_each_fall_of_a_series_is_a_finding(found, counter):
    made = found(counter(1, 10), counter(2, 12), counter(3, 8), counter(4, 8), counter(5, 7))
    falls = sorted((one["claim_ids"], one["size"]) for one in made)
    assert falls == [
        (["r/1/2#killed.total", "r/1/3#killed.total"], 4),
        (["r/1/4#killed.total", "r/1/5#killed.total"], 1),
    ]
    assert {one["finding_type"] for one in made} == {"counter_fell"}
    assert {one["severity"] for one in made} == {"warning"}
    assert "one series, Dead" in made[0]["message"]


def test_digits_are_taken_as_printed(found, counter):
    (fall,) = found(counter(1, 1_032), counter(2, 1_000))
    assert "at least 1,032, then at most 1,000" in fall["message"]


@pytest.mark.parametrize(
    "part",
    [
        {"population": "women"},
        {"restriction": "press"},
        {"part_of": "r/1/x#killed"},
        {"coverage": "hospitals"},
        {"nationality": "Syrians"},
    ],
)
def test_a_fall_of_a_part_is_to_know(found, counter, part):
    (fall,) = found(counter(1, 10, **part), counter(2, 8, **part))
    assert fall["severity"] == "info"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"series": "Dead, phase 2"}),
        ({}, {"start_earliest": "2014-05-02", "start_latest": "2014-05-02"}),
        ({"basis": "extrapolated"}, {"basis": "extrapolated"}),
        ({}, {"measure": "flow"}),
        ({}, {"population": "women"}),
        ({}, {"restriction": "press"}),
        ({}, {"place": "COL"}),
        ({}, {"qualifier": "at_least"}),
        ({"qualifier": "about"}, {}),
        ({}, {"replaced_by": "r/2/2#killed"}),
        ({"withdrawn_on": "2014-06-01"}, {}),
        ({}, {"review_status": "rejected", "reviewed_by": "p", "reviewed_on": "2026-11-01"}),
        ({"modality": "projected"}, {}),
        ({}, {"end_earliest": "2014-05-01"}),  # perhaps the same last day
        ({"series": None}, {"series": None, "speaker": "other"}),
    ],
)
def test_what_is_no_fall(found, counter, first, second):
    assert not found(counter(1, 10, **first), counter(2, 8, **second))
    assert found(counter(1, 10), counter(2, 8))


def test_a_series_goes_on_whoever_says_it(found, counter):
    (fall,) = found(counter(1, 10), counter(2, 8, speaker="another body"))
    assert fall["finding_type"] == "counter_fell"


def test_readings_that_two_files_give_are_one_finding(found, counter):
    other = {"file": "other.csv"}
    again = [
        counter(day, value, claim_id=f"r/1/other/{day}#killed", **other)
        for day, value in ((1, 10), (2, 8))
    ]
    (fall,) = found(counter(1, 10), counter(2, 8), *again)
    assert sorted(fall["claim_ids"]) == [
        "r/1/1#killed.total",
        "r/1/2#killed.total",
        "r/1/other/1#killed",
        "r/1/other/2#killed",
    ]
    assert "Other claims of the source that give these readings: 2." in fall["message"]


def test_where_files_do_not_agree_nothing_is_found_that_one_does_not_show(found, counter):
    lower = counter(1, 7, claim_id="r/1/other/1#killed", file="other.csv")
    assert not found(counter(1, 10), lower, counter(2, 8))


def test_a_series_goes_on_in_the_next_release(found, counter):
    newer = counter(2, 8, claim_id="r/2/2#killed.total")
    (fall,) = found(counter(1, 10), **{"2": [newer]})
    assert fall["claim_ids"] == ["r/1/1#killed.total", "r/2/2#killed.total"]


# Steps


def test_steps_that_are_not_the_figure_beside_them_are_one_finding(found, counter, daily):
    (made,) = found(
        *(counter(1, 10), daily(1, 10)),
        *(counter(2, 12), daily(2, 1)),
        *(counter(3, 15), daily(3, 3)),
        *(counter(6, 25), daily(6, 13)),
    )
    assert (made["finding_type"], made["severity"]) == ("step_differs", "warning")
    assert made["claim_ids"] == [
        "r/1/3#killed.total",
        "r/1/6#killed.total",
        "r/1/6#killed",
        "r/1/1#killed.total",
        "r/1/2#killed.total",
        "r/1/2#killed",
    ]
    assert made["size"] == 1 - 3
    assert "on 2 days" in made["message"] and "together -2" in made["message"]
    assert (
        "6 May 2014 -3 (step 10 since 3 May 2014, given 13); 2 May 2014 +1 (step 2, given 1)"
        in made["message"]
    )
    assert "on 1 of the days the figure's own time begins later" in made["message"]


def test_a_figure_of_hours_that_reach_back_to_the_reading_before(found, counter, daily):
    figure = daily(3, 4, start_earliest="2014-05-02")
    (made,) = found(counter(1, 10), counter(3, 15), figure)
    assert "begins later" not in made["message"]


def test_the_step_of_a_part_is_to_know(found, counter, daily):
    women = {"population": "women"}
    (made,) = found(counter(1, 1, **women), counter(2, 2, **women), daily(2, 3, **women))
    assert (made["severity"], made["size"]) == ("info", -2)


@pytest.mark.parametrize(
    "figure",
    [
        {"value": 2},
        {"record_id": "other"},
        {"population": "women"},
        {"place": "COL"},
        {"restriction": "press"},
        {"speaker": "another body"},
        {"unit": "households"},
        {"qualifier": "about"},
        {"basis": "extrapolated"},
        {"end_earliest": "2014-05-03", "end_latest": "2014-05-03"},
        {"withdrawn_on": "2014-06-01"},
        {"review_status": "pending"},
    ],
)
def test_what_is_no_figure_to_hold_a_step_against(found, counter, daily, figure):
    assert not found(counter(1, 10), counter(2, 12), daily(2, **{"value": 1} | figure))
    assert found(counter(1, 10), counter(2, 12), daily(2, 1))


def test_a_reading_before_that_another_file_gives_is_looked_at(found, counter, daily):
    other = counter(2, 12, claim_id="r/1/other/2#killed", file="other.csv")
    assert not found(counter(1, 10), other, counter(3, 15), daily(3, 3))


def test_of_many_days_the_largest_are_told(found, counter, daily, monkeypatch):
    monkeypatch.setattr(module, "TOLD", 1)
    rows = [counter(day, 10 * day) for day in (1, 2, 3)] + [daily(2, 9), daily(3, 5)]
    (made,) = found(*rows)
    assert "first: 3 May 2014 +5 (step 10, given 5), and others)" in made["message"]
    assert "2 May 2014" not in made["message"]
    assert len(made["claim_ids"]) == 5


# What a person decided


def resolution(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "finding_id": one["finding_id"],
        "rests_on": one["rests_on"],
        "status": "explained",
        "type": one["finding_type"],
        "reason": "the source's note",
        "by": "p1",
        "on": date(2026, 11, 2),
    }


def test_a_person_settles_a_finding_until_its_values_change(found, counter):
    (made,) = found(counter(1, 10), counter(2, 8))
    decided = [resolution(made)]
    (again,) = found(counter(1, 10), counter(2, 8), resolutions=decided)
    assert (again["status"], again["settled_reason"]) == ("explained", "the source's note")
    (changed,) = found(counter(1, 10), counter(2, 7), resolutions=decided)
    assert changed["finding_id"] == made["finding_id"]
    assert changed["status"] == "open"
    assert "was made for other values" in changed["message"]


# The samples

GED = "ucdp_ged_countries"
SAMPLES = {
    ("ged", "19.1"): ("ucdp_ged", [f"{GED}/ukr_ged191.csv.gz"]),
    ("ged", "20.1"): ("ucdp_ged", [f"{GED}/ukr_ged201.csv.gz"]),
    ("ged", "22.1"): ("ucdp_ged", [f"{GED}/ukr_ged221.csv.gz"]),
    ("ged-col", "19.1"): ("ucdp_ged", [f"{GED}/col_ged191.csv.gz"]),
    ("ged-mmr-bgd", "19.1"): ("ucdp_ged", [f"{GED}/mmr_bgd_ged191.csv.gz"]),
    ("gaza", "2026-09"): (
        "gaza_daily",
        [
            "gaza_daily/casualties_daily.json.gz",
            "gaza_daily/casualties_daily_changes.parquet",
            "gaza_daily/gaza_bulletins.jsonl",
            "gaza_daily/lebanon_casualties_daily.json.gz",
            "gaza_daily/source_references.csv.gz",
            "gaza_daily/west_bank_daily.json.gz",
        ],
    ),
}


@pytest.fixture(scope="module")
def of_samples(
    raw_without_sources: Any, register_parts: Any, shared: Path, tmp_path_factory: Any
) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("samples")
    data = raw_without_sources(folder)
    for (source, release), (reader, names) in SAMPLES.items():
        files = [shared / "data" / name for name in names]
        told = {"reader": reader, "published_on": "2026-09-01"}
        register_parts.put(data, source, release, files, **told)
    for source in sorted({source for source, _ in SAMPLES}):
        pin(data, source)
    tables = take_stock(data, "own")
    read_claims(tables, data, "own", folder / "entries")
    return judged(Entries.read(folder / "entries"))


def test_every_range_that_ucdp_prints_out_of_order_stands_in_a_finding(of_samples):
    listed = {
        one["claim_ids"][0].rsplit("/", 1)[0]: len(one["claim_ids"])
        for one in of_samples
        if one["finding_type"] == "range_inverted"
    }
    assert listed == {
        "ged/19.1": 18,
        "ged/20.1": 19,
        "ged/22.1": 13,
        "ged-col/19.1": 54,
        "ged-mmr-bgd/19.1": 6,
    }


def test_gazas_total_never_falls_and_its_count_of_women_falls_twice(of_samples):
    falls = [one for one in of_samples if one["finding_type"] == "counter_fell"]
    assert {one["severity"] for one in falls} == {"info"}
    women = [one for one in falls if "Gaza women killed (as reported)" in one["message"]]
    assert sorted(one["size"] for one in women) == [32, 33]
    assert not [one for one in falls if "Lebanon" in one["message"]]


def test_on_nine_days_gazas_step_is_not_the_daily_figure(of_samples):
    steps = [one for one in of_samples if one["finding_type"] == "step_differs"]
    (killed,) = (one for one in steps if "Gaza killed (as reported)" in one["message"])
    assert killed["severity"] == "warning"
    assert killed["size"] == 820
    assert "on 9 days" in killed["message"]
    assert "7 December 2023 +579" in killed["message"]
    assert "18 December 2023 +502 (step 653 since 15 December 2023, given 151)" in killed["message"]
