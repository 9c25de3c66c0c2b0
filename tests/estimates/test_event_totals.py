from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import schemas
from pipelines.claims.reading import RawFile, Release
from pipelines.claims.registers.ucdp_ged import tables
from pipelines.claims.tables.read import read_tables
from pipelines.core.actors import Actors
from pipelines.core.entries import Entries, Part
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.inputs import sha256_of
from pipelines.estimates.event_sums import totals
from pipelines.estimates.event_totals import event_totals
from pipelines.estimates.event_uncertainty import quantile
from schemas.claims import Events
from schemas.estimates import EventTotals
from schemas.raw import Actors as ActorsTable
from schemas.raw import Places, Territories
from schemas.sql import register, typed_select

GED = ("ged", "19.1")
EVENT = {
    "year": 2014,
    "type_of_violence": "1",
    "country": "UKR",
    "country_as_written": "Ukraine",
}
ON_THE_EVENT = {*schemas.columns(Events)} - {"record_id"}

Row = dict[str, Any]


@pytest.fixture
def held(register_parts: Any, tmp_path: Path) -> Any:
    """`held({(source, release): [(number of deaths, changes), ...]})`: claims and their events."""

    def make(files: dict[tuple[str, str], list[tuple[int | None, Row]]]) -> Entries:
        claims = {
            of: [
                register_parts.entry(
                    f"{n:03}", value, **{k: v for k, v in change.items() if k not in ON_THE_EVENT}
                )
                for n, (value, change) in enumerate(rows)
            ]
            for of, rows in files.items()
        }
        entries = register_parts.hold(tmp_path, claims)
        file_of = {(part.source_id, part.release): part.file for part in entries.parts}
        parts = [
            _events(tmp_path, of, file_of[of], [change for _, change in rows])
            for of, rows in files.items()
        ]
        return Entries(tmp_path, (*entries.parts, *parts))

    return make


def _events(folder: Path, of: tuple[str, str], file: str, changes: list[Row]) -> Part:
    source, release = of
    rows = [
        EVENT
        | {"claim_id": f"{source}/{release}/{n:03}#killed", "record_id": f"{n:03}"}
        | {k: v for k, v in change.items() if k in ON_THE_EVENT}
        for n, change in enumerate(changes)
    ]
    constants = {"source_id": source, "release": release}
    stored = tuple(name for name in schemas.columns(Events) if name not in constants)
    path = f"{source}/{release}/events.parquet"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        register(connection, "held", schemas.frame(Events, rows))
        connection.execute(
            f"COPY (SELECT {', '.join(stored)} FROM ({typed_select(Events, 'held')})) "
            f"TO '{folder / path}' (FORMAT parquet)"
        )
    return Part("claims/events", source, release, file, path, constants, stored, len(rows))


def good(entries: Entries) -> pd.DataFrame:
    made = event_totals(entries)
    assert schemas.judge(EventTotals, made).empty
    return made


def test_a_country_year_of_each_type_under_both_assumptions(held: Any) -> None:
    entries = held(
        {
            GED: [
                (100, {"low": 90, "high": 120}),
                (24, {"low": 24, "high": 24}),
                (3, {"type_of_violence": "3"}),
                (5, {"year": 2015}),
                (0, {"low": 0, "high": 7}),
            ]
        }
    )
    made = good(entries)
    assert made[["year", "type_of_violence", "dependence"]].to_numpy().tolist() == [
        [2014, "1", "full"],
        [2014, "1", "independent"],
        [2014, "3", "full"],
        [2014, "3", "independent"],
        [2015, "1", "full"],
        [2015, "1", "independent"],
    ]
    first = made.iloc[0]
    sums = ["n_events", "sum_low", "sum_best", "sum_high"]
    assert first[sums].tolist() == [3, 114, 124, 151]
    assert first["country_name"] == "Ukraine"
    assert first["q50"] == pytest.approx(quantile(0.5, [100, 24, 0], "sb").sum())
    # One event: what its own type says of it, whatever is assumed.
    assert made.loc[2, "q975"] == pytest.approx(float(quantile(0.975, 3, "os")))
    assert made.loc[3, "q975"] == made.loc[2, "q975"]
    told = totals([100, 24, 0], "sb", ["x"] * 3)
    assert made.loc[1, "q975"] == told.loc[0, "q975"]


def test_a_range_out_of_order_is_summed_as_printed(held: Any) -> None:
    made = good(held({GED: [(10, {"low": 12, "high": 4}), (1, {"low": None, "high": None})]}))
    assert made.loc[0, ["sum_low", "sum_best", "sum_high"]].tolist() == [13, 11, 5]
    assert made.loc[0, "mean"] == pytest.approx(totals([10, 1], 1, [0, 0]).loc[0, "mean"])


def test_what_the_file_does_not_say_is_not_lost(held: Any) -> None:
    made = good(
        held(
            {
                GED: [
                    (2, {"country": None, "country_as_written": "Yugoslavia"}),
                    (3, {"country": None, "country_as_written": None}),
                    (4, {"type_of_violence": None}),
                    (5, {"type_of_violence": "9"}),
                ]
            }
        )
    )
    full = made[made["dependence"] == "full"]
    assert full[["country", "type_of_violence", "sum_best"]].to_numpy().tolist() == [
        ["UKR", "9", 5],
        ["UKR", "unstated", 4],
        ["Yugoslavia", "1", 2],
        ["unstated", "1", 3],
    ]
    assert full["q50"].tolist() == pytest.approx(
        [quantile(0.5, best, kind) for best, kind in ((5, "any"), (4, "any"), (2, 1), (3, 1))]
    )


def test_only_accepted_events_with_a_best_figure_are_counted(held: Any) -> None:
    rows: list[tuple[int | None, Row]] = [
        (10, {}),
        (20, {"review_status": "corrected"}),
        (40, {"review_status": "rejected"}),
        (80, {"review_status": "pending"}),
        (None, {"low": 160, "high": 170, "qualifier": "between"}),
    ]
    made = good(held({GED: rows}))
    assert made["sum_best"].tolist() == [30, 30]
    assert made["n_events"].tolist() == [2, 2]


def test_every_release_has_rows_of_its_own_and_equal_events_equal_rows(held: Any) -> None:
    rows: list[tuple[int | None, Row]] = [(n % 7, {}) for n in range(30)]
    made = good(held({GED: rows, ("ged", "20.1"): [*rows[::-1], (9, {"year": 2016})]}))
    by_release = [
        made[(made["release"] == release) & (made["year"] == 2014)]
        .drop(columns="release")
        .reset_index(drop=True)
        for release in ("19.1", "20.1")
    ]
    pd.testing.assert_frame_equal(*by_release)
    assert made["release"].tolist() == ["19.1"] * 2 + ["20.1"] * 4


def test_a_country_bears_the_name_that_most_of_its_events_have(held: Any) -> None:
    names = ["Burma", "Myanmar", "Myanmar", "Birmania"]
    rows: list[tuple[int | None, Row]] = [
        (1, {"country": "MMR", "country_as_written": name, "year": 2000 + n})
        for n, name in enumerate(names)
    ]
    assert set(good(held({GED: rows}))["country_name"]) == {"Myanmar"}


def test_no_claim_is_touched(held: Any) -> None:
    entries = held({GED: [(10, {"low": 1, "high": 30}), (7, {})]})
    before = {p.path: (entries.folder / p.path).read_bytes() for p in entries.parts}
    good(entries)
    assert {p.path: (entries.folder / p.path).read_bytes() for p in entries.parts} == before


def test_claims_without_events_make_no_totals(register_parts: Any, tmp_path: Path) -> None:
    of_others = register_parts.hold(tmp_path, {("unhcr", "2023"): [register_parts.entry("1", 5)]})
    assert event_totals(of_others).empty
    assert event_totals(Entries(tmp_path / "none")).empty
    assert list(event_totals(Entries(tmp_path / "none"))) == list(schemas.columns(EventTotals))


COUNTRIES = {"COL": "Colombia", "UKR": "Ukraine", "BGD": "Bangladesh", "MMR": "Myanmar"}
CARD = {
    "source_id": "ucdp-ged",
    "release": "19.1",
    "producer": "UCDP",
    "title": "GED 19.1",
    "publisher": "UCDP",
    "published_on": date(2019, 6, 1),
    "date_accessed": date(2026, 11, 1),
    "license": "CC BY 4.0",
    "redistributable": True,
    "reader": "ucdp_ged",
    "maturity": "final",
    "sensitivity": "public",
    "facts": "{}",
}


def test_the_sums_of_real_events_are_the_published_country_years(
    shared: Path, tmp_path: Path
) -> None:
    folder = shared / "data" / "ucdp_ged_countries"
    paths = [folder / f"{name}_ged191.csv.gz" for name in ("col", "ukr", "mmr_bgd")]
    places = [
        {"place_id": iso, "name": name, "level": 0, "gazetteer": "g"}
        for iso, name in COUNTRIES.items()
    ]
    release = Release(
        CARD,
        tuple(RawFile(path.name, path, sha256_of(path)) for path in paths),
        Gazetteer(schemas.frame(Places, places), schemas.frame(Territories, [])),
        Actors(schemas.frame(ActorsTable, [])),
        scratch=tmp_path,
    )
    made = good(Entries(tmp_path, tuple(read_tables(release, tables(release)).parts)))
    for _, rows in made.groupby("dependence"):
        ours = rows.groupby(["country", "year"])["sum_best"].sum()
        published = _published(shared)
        assert len(published) == 95
        assert ours.to_dict() == published.to_dict()
        assert ours.groupby("country").sum().to_dict() == {
            **{"BGD": 1_362, "COL": 27_617, "MMR": 19_574, "UKR": 6_632}
        }
    several = made[made["n_events"] > 1]
    width = (several["q975"] - several["q025"]).groupby(several["dependence"]).sum()
    assert width["independent"] < width["full"]
    assert (made["q025"] <= made["mean"]).all()
    assert (made["mean"] <= made["q975"]).all()


def _published(shared: Path) -> pd.Series:
    path = shared / "data" / "ucdp_published_totals" / "owid_ged191_country_year.csv"
    table = pd.read_csv(path).set_axis(["country", "year", "sum_best"], axis=1)
    table["country"] = table["country"].map({name: iso for iso, name in COUNTRIES.items()})
    return table.dropna().set_index(["country", "year"])["sum_best"].sort_index()
