"""What was known on a day never changes when documents come later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.figures.stage import make_figures
from pipelines.marts import database
from pipelines.marts.build import publishable

DAYS = [f"2016-10-{n:02}" for n in (1, 5, 9, 13, 17)]

claims = st.fixed_dictionaries(
    {
        "value": st.sampled_from([338, 338, 340]),
        "value_as_written": st.sampled_from(["338", "340", None]),
        "record_id": st.sampled_from(["7", "8", "9"]),
        "speaker": st.sampled_from(["SOHR", "WHO"]),
        "origin": st.sampled_from([None, "SOHR"]),
        "published_on": st.sampled_from(DAYS),
        "end_latest": st.sampled_from(["2016-09-29", "2016-10-01"]),
        "withdrawn_on": st.sampled_from([None, None, None, *DAYS]),
        "superseded_on": st.sampled_from([None, None, None, *DAYS]),
    }
)
"""Claims of a few records; one of a record that is published later stands in a later release."""


def collection(drawn: list[dict[str, Any]], base: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """The claims as they would be held on a day: what was published by then, and no more.

    Releases are numbered by their day, and each claim of a record is replaced by the newest. A
    document that withdraws a claim, or replaces it, does so on the day of its own.
    """
    known = [(n, c) for n, c in enumerate(drawn) if c["published_on"] <= day]
    releases: dict[str, dict[str, int]] = {}
    for n, claim in known:
        releases.setdefault(claim["record_id"], {})[claim["published_on"]] = n
    rows = []
    for n, claim in known:
        of_record = releases[claim["record_id"]]
        if of_record[claim["published_on"]] != n:
            continue
        newest = max(of_record)
        row = base | {k: v for k, v in claim.items() if k != "superseded_on"}
        row |= {"quote": None, "value_as_written": claim["value_as_written"]}
        row |= {"end_earliest": claim["end_latest"], "release": claim["published_on"]}
        row["claim_id"] = claim_id(claim, claim["published_on"])
        row["document_id"] = f"d{n}"
        if not claim["published_on"] <= (row["withdrawn_on"] or "") <= day:
            row["withdrawn_on"] = None
        superseded = claim["superseded_on"]
        row["replaced_by"] = None
        if superseded and claim["published_on"] <= superseded <= day:
            row["replaced_by"] = f"by-{superseded}"
        elif newest > claim["published_on"]:
            row["replaced_by"] = claim_id(claim, newest)
        rows.append(row)
    return rows


def claim_id(claim: dict[str, Any], release: str) -> str:
    return f"sheet/{release}/{claim['record_id']}#killed"


@pytest.fixture(scope="module")
def as_of(small_tables, small_records, tmp_path_factory):
    """What a collection that is held on one day says of another."""
    base = small_records["claims/claims"][1] | {"review_status": "accepted", "qualifier": "plain"}
    base |= {"quote_start": None, "source_type": "monitor"}
    document = small_records["claims/documents"][1]
    replacing = [
        document | {"document_id": f"by-{day}", "published_on": day, "title": "r"} for day in DAYS
    ]
    folder = tmp_path_factory.mktemp("as_of")
    names = ("claims", "figures", "questions", "relations", "arithmetic", "documents")
    names += ("files", "estimates", "evidence", "populations")

    def ask(drawn: list[dict[str, Any]], held_on: str, day: str) -> list[Any]:
        rows = collection(drawn, base, held_on)
        documents = [d for d in replacing if d["published_on"] <= held_on]
        changes: dict[str, Any] = {key: [] for key in small_records}
        changes |= {"claims/claims": rows, "claims/documents": documents}
        tables = small_tables(changes)
        tables["figures/figures"] = make_figures(tables["claims/claims"], tables["raw/actors"])
        path = folder / "d.duckdb"
        path.unlink(missing_ok=True)
        made = publishable(tables, "own")
        database.write({f"marts/{n}": made[f"marts/{n}"] for n in names}, path, folder / "s")
        with duckdb.connect(str(path), read_only=True) as connection:
            if held_on == day:
                today = connection.execute("FROM marts.figures ORDER BY claim_id").fetchall()
            found = connection.execute(f"FROM marts.figures_as_of('{day}')").fetchall()
            assert held_on != day or found == today
            claims = f"FROM marts.claims_as_of('{day}') ORDER BY claim_id"
            return [found, connection.execute(claims).fetchall()]

    return ask


@settings(max_examples=8)
@given(st.lists(claims, min_size=2, max_size=6), st.sampled_from(DAYS[:-1]))
def test_what_comes_later_changes_nothing_that_was_known(as_of, drawn, day):
    figures, _ = as_of(drawn, day, day)
    later, _ = as_of(drawn, DAYS[-1], day)
    assert later == figures


def test_a_repeat_of_what_was_withdrawn_or_replaced_later(as_of):
    plain = {"value": 338, "value_as_written": "338", "speaker": "SOHR", "origin": None}
    plain |= {"end_latest": "2016-09-29", "withdrawn_on": None, "superseded_on": None}
    first = plain | {"record_id": "7", "published_on": DAYS[0]}
    again = plain | {"record_id": "8", "published_on": DAYS[1]}
    for change in (
        [first | {"withdrawn_on": DAYS[3]}],
        [first | {"superseded_on": DAYS[3]}],
        [first, first | {"published_on": DAYS[3], "value": 340, "value_as_written": "340"}],
    ):
        for day, counting in ((DAYS[2], {claim_id(first, DAYS[0])}), (DAYS[4], None)):
            figures, _ = as_of([*change, again], DAYS[4], day)
            found = {row[0] for row in figures if any(value is True for value in row)}
            later = {row[0] for row in figures} - {claim_id(first, DAYS[0])}
            assert found == (counting or later)


# The Syria collection


@pytest.fixture(scope="module")
def syria(default_tables, tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("syria")
    marts = {key: rows for key, rows in default_tables.items() if key.startswith("marts/")}
    database.write(marts, folder / "d.duckdb", folder / "spill")
    with duckdb.connect(str(folder / "d.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(("year", "total"), [(2015, 11_682_555), (2016, 12_034_826)])
def test_the_sums_of_unhcr_count_from_their_edition_on(syria, year, total):
    """Point 8 of the collection's README: not before 2025-12-01, also not at the end of 2017."""
    query = (
        "SELECT sum(best) FROM marts.figures_as_of(DATE '{}') "
        f"WHERE counts AND claim_id LIKE '%/syr-unhcr-{year}-%'"
    )
    for day in (date(2016, 10, 6), date(2017, 12, 31), date(2025, 11, 30)):
        assert syria.execute(query.format(day)).fetchall() == [(None,)]
    assert syria.execute(query.format("2025-12-01")).fetchall() == [(total,)]


def test_today_is_the_table(syria):
    assert syria.execute("FROM marts.figures_as_of('2030-01-01')").fetchall() == (
        syria.execute("FROM marts.figures ORDER BY claim_id").fetchall()
    )
