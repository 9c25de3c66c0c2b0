"""The database's own questions: what was known on a day, and a claim walked to its words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.core.ids import short_hash
from pipelines.core.tables import MODELS
from pipelines.marts import database
from pipelines.marts.build import publishable

FIGURE_COLUMNS = (
    "repeat_of",
    "possible_repeat_of",
    "would_repeat",
    "would_perhaps_repeat",
    "counts",
)


@pytest.fixture
def asked(tables, records, few, tmp_path):
    """Ask a database made of claims (changes of the sheet's claim) and of their figures."""
    base = records["claims/claims"][1] | {"review_status": "accepted"}
    figure = records["figures/figures"][0]

    def write(claims: list[dict[str, Any]], more: dict[str, list[dict[str, Any]]]) -> Path:
        full = [
            base
            | {"record_id": c["claim_id"].split("/")[-1].split("#")[0]}
            | {k: v for k, v in c.items() if k not in FIGURE_COLUMNS}
            for c in claims
        ]
        figures = [
            figure
            | {k: v for k, v in (claim | given).items() if k in figure or k in FIGURE_COLUMNS}
            for claim, given in zip(full, claims, strict=True)
        ]
        changes = {"claims/claims": full, "figures/figures": figures}
        changes |= {f"claims/{name}": rows for name, rows in more.items()}
        path = tmp_path / f"{short_hash(repr((claims, more)))}.duckdb"
        if not path.exists():
            made = publishable(tables(changes), "own")
            database.write({key: made[key] for key in few}, path, tmp_path / "spill")
        return path

    def ask(query: str, claims: list[dict[str, Any]], **more: list[dict[str, Any]]) -> list[Any]:
        with duckdb.connect(str(write(claims, more)), read_only=True) as connection:
            return connection.execute(query).fetchall()

    return ask


def claim(name: str, published_on: str | None, **more: Any) -> dict[str, Any]:
    return {"claim_id": f"sheet/r1/{name}#killed", "published_on": published_on, **more}


def counting(day: str) -> str:
    return f"SELECT claim_id FROM marts.figures_as_of('{day}') WHERE counts"


def ids(*names: str) -> list[tuple[str]]:
    return [(f"sheet/r1/{name}#killed",) for name in names]


def test_known_on_is_the_edition_else_the_publication(asked):
    rows = [
        claim("a", "2016-10-06"),
        claim("b", "2012-01-01", edition="2025-06-01"),
        claim("c", None),
        claim("d", None, edition="2016-10-06"),
    ]
    known = "SELECT claim_id FROM marts.claims_as_of('{}')"
    assert asked(known.format("2016-10-05"), rows) == []
    assert asked(known.format("2016-10-06"), rows) == ids("a", "d")
    assert asked(known.format("2025-06-01"), rows) == ids("a", "b", "d")
    assert asked("SELECT claim_id FROM marts.undated_claims()", rows) == ids("c")


def test_a_day_may_be_a_date_or_a_text_and_columns_are_those_of_the_tables(asked):
    for table in ("claims", "figures"):
        columns = f"SELECT column_name FROM (DESCRIBE FROM marts.{table}"
        same = asked(f"{columns}) EXCEPT {columns}_as_of(DATE '2016-10-06'))", [claim("a", None)])
        assert same == []


def test_a_withdrawal_counts_from_its_day(asked):
    rows = [claim("a", "2016-10-06", withdrawn_on="2017-01-01", counts=False)]
    query = "SELECT withdrawn_on FROM marts.claims_as_of('{}')"
    assert asked(query.format("2016-12-31"), rows) == [(None,)]
    assert asked(query.format("2017-01-01"), rows) == [(date(2017, 1, 1),)]
    assert asked(counting("2016-12-31"), rows) == ids("a")
    assert asked(counting("2017-01-01"), rows) == []


def releases(*editions: str) -> list[dict[str, Any]]:
    """One record in several releases, each replaced by the newest, as the readers leave it."""
    newest = f"sheet/r{len(editions)}/7#killed"
    return [
        {
            "claim_id": f"sheet/r{n}/7#killed",
            "release": f"r{n}",
            "edition": edition,
            "replaced_by": None if n == len(editions) else newest,
            "counts": n == len(editions),
        }
        for n, edition in enumerate(editions, start=1)
    ]


@pytest.mark.parametrize(
    "day, counts, replaced",
    [
        ("2020-12-31", [], []),
        ("2021-01-01", [1], [None]),
        ("2022-01-01", [2], [2, None]),
        ("2023-01-01", [3], [2, 3, None]),
    ],
)
def test_the_latest_release_known_on_the_day_replaces_the_others(asked, day, counts, replaced):
    rows = releases("2021-01-01", "2022-01-01", "2023-01-01")
    named = [None if n is None else f"sheet/r{n}/7#killed" for n in replaced]
    query = f"SELECT replaced_by FROM marts.claims_as_of('{day}')"
    assert asked(query, rows) == [(name,) for name in named]
    assert asked(counting(day), rows) == [(f"sheet/r{n}/7#killed",) for n in counts]


def test_equal_quotes_of_one_release_do_not_replace_each_other(asked):
    rows = [
        {"claim_id": f"d{n}#killed@1-00000001", "record_id": "same", "published_on": "2016-10-06"}
        for n in (1, 2)
    ]
    query = "SELECT replaced_by FROM marts.claims_as_of('2016-10-06')"
    assert asked(query, rows) == [(None,), (None,)]


@pytest.mark.parametrize(
    "published_on, withdrawn_on, before",
    [("2017-03-01", None, "2017-02-28"), (None, "2017-03-01", "2017-02-28")],
)
def test_a_replacement_by_a_document_counts_from_its_day(
    asked, records, published_on, withdrawn_on, before
):
    documents = [
        *records["claims/documents"],
        {**records["claims/documents"][1], "document_id": "d2", "published_on": published_on},
    ]
    rows = [claim("a", "2016-10-06", replaced_by="d2", withdrawn_on=withdrawn_on, counts=False)]
    assert asked(counting(before), rows, documents=documents) == ids("a")
    assert asked(counting("2017-03-01"), rows, documents=documents) == []


def test_pending_projected_and_rejected_claims_never_count(asked):
    rows = [
        claim("a", "2016-10-06", review_status="pending"),
        claim("b", "2016-10-06", modality="projected"),
        claim("c", "2016-10-06", modality="none_reported"),
    ]
    assert asked(counting("2030-01-01"), rows) == ids("c")


def test_a_repeat_of_a_withdrawn_claim_counts_from_the_withdrawal_on(asked):
    """b publishes a again, and c publishes both; a is withdrawn later."""
    first, second = "sheet/r1/a#killed", "sheet/r1/b#killed"
    rows = [
        claim("a", "2016-10-01", withdrawn_on="2016-11-01", counts=False),
        claim("b", "2016-10-02", would_repeat=[first]),
        claim("c", "2016-10-03", would_repeat=[first, second], repeat_of=second, counts=False),
    ]
    query = "SELECT repeat_of, counts FROM marts.figures_as_of('{}')"
    before = [(None, True), (first, False), (first, False)]
    assert asked(query.format("2016-10-31"), rows) == before
    assert asked(query.format("2016-11-01"), rows) == [(None, False), (None, True), (second, False)]
    would = "SELECT would_repeat FROM marts.figures_as_of('{}')"
    assert asked(would.format("2016-10-31"), rows) == [([],), ([first],), ([first],)]
    assert asked(would.format("2016-11-01"), rows) == [([],), ([first],), ([first, second],)]


def test_a_repeat_of_a_replaced_claim_counts_from_the_next_release_on(asked):
    """x publishes again what release r1 gave, and r2 then gives otherwise."""
    old, new = releases("2021-01-01", "2022-01-01")
    rows = [old, new, claim("x", "2021-06-01", would_repeat=[old["claim_id"]])]
    assert asked(counting("2021-12-31"), rows) == [(old["claim_id"],)]
    assert asked(counting("2022-01-01"), rows) == [*ids("x"), (new["claim_id"],)]


def test_a_claim_keeps_the_repeat_that_the_table_says(asked):
    first, second = "sheet/r1/a#killed", "sheet/r1/b#killed"
    rows = [
        claim("a", "2016-10-01", would_repeat=[]),
        claim("b", "2016-10-02", would_repeat=[first], repeat_of=first, counts=False),
        claim("c", "2016-10-03", would_repeat=[second], repeat_of=second, counts=False),
    ]
    held = asked("FROM marts.figures", rows)
    assert asked("FROM marts.figures_as_of('2030-01-01')", rows) == held


def test_possible_repeats_are_taken_anew_and_still_count(asked):
    first, second = "sheet/r1/a#killed", "sheet/r1/b#killed"
    rows = [
        claim("a", "2016-10-01", withdrawn_on="2016-11-01", counts=False),
        claim("b", "2016-10-02", would_perhaps_repeat=[first]),
        claim("c", "2016-10-03", would_repeat=[first], would_perhaps_repeat=[first, second]),
    ]
    query = "SELECT repeat_of, possible_repeat_of, counts FROM marts.figures_as_of('{}')"
    assert asked(query.format("2016-10-31"), rows) == [
        (None, None, True),
        (None, first, True),
        (first, None, False),
    ]
    assert asked(query.format("2016-11-01"), rows) == [
        (None, None, False),
        (None, None, True),
        (None, second, True),
    ]


def test_trace_walks_a_claim_to_its_words_and_answers(few, records, tmp_path):
    path = tmp_path / "d.duckdb"
    database.write(few, path, tmp_path / "spill")
    article, sheet = (row["claim_id"] for row in records["claims/claims"])
    with duckdb.connect(str(path), read_only=True) as connection:
        query = (
            "SELECT quote, quote_start, title, file_sha256, low, question, rule, used_as "
            "FROM marts.trace(?)"
        )
        found = connection.execute(query.replace("?", f"'{article}'")).fetchall()
        sha256 = records["claims/files"][0]["sha256"]
        assert found == [
            ("more than 600", 10, "An article", sha256, 601, "Killed in Aleppo", "latest", "used")
        ]
        unused = connection.execute(query.replace("?", f"'{sheet}'")).fetchall()
        assert [row[-1] for row in unused] == [None]
        assert connection.execute("FROM marts.trace('nothing')").fetchall() == []


def test_macros_stand_in_a_public_release_too(tables, tmp_path):
    path = tmp_path / "d.duckdb"
    database.write(publishable(tables(), "public"), path, tmp_path / "spill")
    with duckdb.connect(str(path), read_only=True) as connection:
        assert len(connection.execute("FROM marts.figures_as_of('2016-10-08')").fetchall()) == 2
        assert len(connection.execute("FROM marts.claims").description) == len(
            MODELS["marts/claims"].to_schema().columns
        )
