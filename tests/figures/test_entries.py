"""The figures of entries in SQL are those that the stage makes of the same claims in Python."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from pipelines.core.display import displays, displays_sql
from pipelines.core.entries import Entries, Part
from pipelines.figures.entries import figures_of_entries
from pipelines.figures.stage import make_figures
from schemas import vocab
from schemas.claims import Claims
from schemas.figures import Figures
from schemas.raw import Actors
from schemas.sql import register, typed_select

ENTRY = {
    "source_id": "ged",
    "release": "24.1",
    "file": "ged.csv",
    "document_id": "ged/24.1/ged.csv",
    "locator": "row 2",
    "value_as_written": "12",
    "value": 12,
    "qualifier": "plain",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_id": "SY02",
    "place_role": "happened_in",
    "start_earliest": "2016-09-23",
    "start_latest": "2016-09-23",
    "end_earliest": "2016-09-29",
    "end_latest": "2016-09-29",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "UCDP",
    "speaker_id": "ucdp",
    "entry_of": "ged/24.1",
    "adds_up": True,
    "published_on": "2024-06-01",
    "recorded_on": "2026-11-01",
    "method": "imported",
    "method_version": "ucdp_ged 1",
    "review_status": "accepted",
    "sensitivity": "public",
}
CONSTANT = ("metric", "measure", "population", "basis", "published_on", "adds_up", "place_role")
NO_ACTORS = schemas.frame(Actors, [])


def entries(*changes: dict[str, Any]) -> pd.DataFrame:
    rows = [
        ENTRY | {"claim_id": f"ged/24.1/{n:05}#killed", "record_id": f"{n:05}"} | change
        for n, change in enumerate(changes)
    ]
    return schemas.frame(Claims, rows)


def by_sql(claims: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """The figures of the claims as a part of a register, of which some columns are constant."""
    names = list(schemas.columns(Claims))
    stored = tuple(name for name in names if name not in CONSTANT or claims[name].nunique() > 1)
    constants = {name: claims[name].iloc[0] for name in names if name not in stored}
    constants |= {"published_on": ENTRY["published_on"], "adds_up": True}
    part = Part("claims/claims", "ged", "24.1", "ged.csv", "c.parquet", constants, stored, 1)
    with duckdb.connect() as connection:
        register(connection, "held", claims)
        shown = ", ".join(stored)
        connection.execute(
            f"COPY (SELECT {shown} FROM ({typed_select(Claims, 'held')})) "
            f"TO '{folder / part.path}' (FORMAT parquet)"
        )
        made = figures_of_entries(Entries(folder, (part,)))
        assert Entries.read(folder) == made
        rows = connection.execute(f"FROM {made.relation(Figures)}").df()
    return schemas.coerce(Figures, rows)


def both_agree(folder: Path, *changes: dict[str, Any]) -> pd.DataFrame:
    claims = entries(*changes)
    expected = make_figures(claims, NO_ACTORS)
    pd.testing.assert_frame_equal(by_sql(claims, folder), expected)
    return expected


NUMBERS = (
    {"value": 12},
    {"value": 0},
    {"value": 1},
    {"value": 1_200, "value_as_written": "1200"},
    {"value": 12_000_000, "value_as_written": None},
    {"value": 12, "value_low": 10, "value_high": 14},
    {"value": 12, "value_low": 10},
    {"value": 12, "value_high": 12},
    {"value": 12, "value_low": 14, "value_high": 20},
    {"value": 12, "value_low": 3, "value_high": 4},
    {"value": None, "value_low": 3, "value_high": 40},
    {"value": None, "value_low": 40, "value_high": 3},
    {"value": None, "value_low": 3},
    {"value": None, "value_high": 40},
)
MAY_LACK_VALUE = ("between", "vague")


def test_every_hedging_word_with_every_kind_of_numbers(tmp_path: Path) -> None:
    changes = [
        {"qualifier": qualifier, "modality": modality} | numbers
        for qualifier, numbers, modality in product(vocab.QUALIFIERS, NUMBERS, vocab.MODALITIES)
        if numbers["value"] is not None or qualifier in MAY_LACK_VALUE
    ]
    figures = both_agree(tmp_path, *changes)
    assert set(figures["rule_id"]) >= {
        "range_inverted:best_only",
        "less_than:no_count",
        "none_reported",
        "register:stated",
        "between:one_end",
        "vague:band",
    }


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (369, "369.0"),
        (1200, "1200.0"),
        (1200, "1200"),
        (1000, "1000.00"),
        (450, "450.000"),
        (600, "0600"),
        (0, "0"),
        (0, "0.0"),
        (1200, "1,200"),
        (10**12, str(10**12)),
        (7000, "6999"),
    ],
)
def test_the_printed_digits_give_one_reading_range(
    tmp_path: Path, value: int, written: str
) -> None:
    both_agree(tmp_path, {"value": value, "value_as_written": written})


def test_a_number_that_hides_smaller_ones_stands_for_1_up_to_it(tmp_path: Path) -> None:
    masked = {"doubts": ["small_count_masked"], "metric": "refugees", "measure": "stock"}
    masked |= {"deaths_counted": None}
    figures = both_agree(
        tmp_path,
        masked | {"value": 5, "value_as_written": "5"},
        masked | {"value": 5, "value_low": 9},
        masked | {"value": 5, "qualifier": "at_least"},
        {"value": 5, "doubts": ["another"]},
    )
    first = figures.iloc[0]
    assert (first["reading_low"], first["best"], first["reading_high"]) == (1, 5, 5)
    assert first["rule_id"] == "register:masked"
    assert list(figures["reading_low"].iloc[1:]) == [5, 5, 5]


@pytest.mark.parametrize("size", [5.0, 4.87, 0.0, 5.123456789, 100.0, None])
@pytest.mark.parametrize("source", ["survey", "", None])
def test_households_become_people_alike(
    tmp_path: Path, size: float | None, source: str | None
) -> None:
    households = {"unit": "households", "metric": "displaced", "deaths_counted": None}
    households |= {"household_size": size, "household_size_source": source}
    both_agree(
        tmp_path,
        *(
            households | {"value": value, "qualifier": qualifier, "value_as_written": str(value)}
            for value in (0, 3, 250, 1_333)
            for qualifier in ("plain", "at_least", "less_than")
        ),
        households | {"value": 250, "value_low": 101, "value_high": 333},
        households | {"unit": "people"},
    )


@pytest.mark.parametrize(
    "change",
    [
        {"review_status": "pending"},
        {"review_status": "corrected"},
        {"withdrawn_on": "2024-07-01"},
        {"replaced_by": "ged/25.1/1#killed"},
        {"origin": "someone", "origin_id": None},
        {"origin": "a body", "origin_id": "body"},
        {"origin_id": "body"},
        {"speaker_id": None},
    ],
)
def test_standing_and_origin_are_the_same(tmp_path: Path, change: dict[str, Any]) -> None:
    both_agree(tmp_path, change, {})


AXES = {
    "place_id": st.sampled_from(["SY02", "عين العرب", "it's, here", "", None]),
    "territory": st.sampled_from(["rebel-held areas", None]),
    "nationality": st.sampled_from(["Syrians", None]),
    "from_place_id": st.sampled_from(["TUR", None]),
    "start_earliest": st.dates().map(str) | st.none(),
    "deaths_counted": st.sampled_from([*vocab.DEATHS_COUNTED, None]),
}


@given(changes=st.lists(st.fixed_dictionaries(AXES), min_size=1, max_size=8))
def test_a_question_has_one_id_however_it_is_asked(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, Any]]
) -> None:
    both_agree(tmp_path_factory.getbasetemp(), *changes)


def test_ranges_read_the_same_in_sql(tmp_path: Path) -> None:
    figures = both_agree(
        tmp_path,
        *(
            {"value": value, "qualifier": qualifier}
            for value in (0, 999, 1_000, 123_456_789)
            for qualifier in ("plain", "at_least", "at_most", "about")
        ),
        {"value": 12_345, "value_low": 9, "value_high": 1_000_000},
    )
    shown = displays(figures)
    with duckdb.connect() as connection:
        register(connection, "figures", figures)
        columns = ", ".join(f"{sql} AS {name}" for name, sql in displays_sql().items())
        held = connection.execute(f"SELECT {columns} FROM figures ORDER BY claim_id").fetchall()
    expected = zip(*(shown[name] for name in displays_sql()), strict=True)
    assert held == [tuple(None if pd.isna(v) else v for v in row) for row in expected]
    assert ("12,345",) in {row[2:] for row in held}
