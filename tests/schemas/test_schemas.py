"""The models: one definition, judged alike by pandera and by DuckDB, nothing said twice."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import schemas
from schemas import vocab
from schemas.sql import checks, column_types, create_table, judge_relation, typed_select

CLAIM = {
    "source_id": "s",
    "release": "2024-05-01",
    "file": "claims.csv",
    "claim_id": "s/2024-05-01/1#killed",
    "record_id": "1",
    "document_id": "d",
    "locator": "row 2",
    "value": 600,
    "qualifier": "plain",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "someone",
    "recorded_on": "2024-05-02",
    "method": "transcribed",
    "method_version": "claim_sheet 1",
    "review_status": "accepted",
    "sensitivity": "public",
}

WRONG = [
    ({"metric": "murdered"}, "metric in vocabulary"),
    ({"value": -1}, "value >= 0"),
    ({"speaker": None}, "speaker given"),
    ({"locator": None}, "one of quote, locator"),
    ({"value": None}, "one of value, value_low, value_high"),
    ({"qualifier": "between"}, "value empty"),
    ({"measure": "ever"}, "measure suits metric"),
    ({"unit": "households"}, "unit suits metric"),
    ({"metric": "injured"}, "deaths_counted empty"),
    ({"review_status": "rejected"}, "reviewed_by given"),
    ({"household_size": 5.0}, "household_size requires household_size_source"),
    (
        {"start_earliest": "2024-02-01", "start_latest": "2024-01-01"},
        "start_earliest <= start_latest",
    ),
    ({"quote_start": 9, "quote_end": 3}, "quote_start <= quote_end"),
]


def claim(**change: object) -> pd.DataFrame:
    return schemas.frame(schemas.claims.Claims, [CLAIM | change])


def duckdb_rules(model: schemas.Model, rows: pd.DataFrame) -> set[str]:
    with duckdb.connect() as connection:
        connection.register("r", rows)
        return {
            rule
            for rule, _, _ in judge_relation(connection, model, f"({typed_select(model, 'r')})")
        }


def test_the_good_row_is_good() -> None:
    assert schemas.judge("Claims", claim()).empty
    assert duckdb_rules(schemas.claims.Claims, claim()) == set()


@pytest.mark.parametrize(("change", "rule"), WRONG)
def test_a_broken_row_names_its_rule_and_duckdb_agrees(
    change: dict[str, object], rule: str
) -> None:
    rows = claim(**change)
    broken = set(schemas.judge("Claims", rows)["rule"])
    assert any(rule in name for name in broken)
    assert duckdb_rules(schemas.claims.Claims, rows) == broken


def test_a_doubled_key_is_seen_by_both() -> None:
    rows = schemas.frame(schemas.claims.Claims, [CLAIM, CLAIM])
    assert set(schemas.judge("Claims", rows)["rule"]) == {"key (claim_id) is unique"}
    assert duckdb_rules(schemas.claims.Claims, rows) == {"key (claim_id) is unique"}


@pytest.mark.parametrize(("change", "rule"), WRONG)
def test_the_database_refuses_what_the_model_refuses(change: dict[str, object], rule: str) -> None:
    model = schemas.claims.Claims
    with duckdb.connect() as connection:
        for statement in create_table(model, "main", "claims"):
            connection.execute(statement)
        insert = "INSERT INTO claims "
        connection.register("good", claim())
        connection.execute(insert + typed_select(model, "good"))
        connection.register("bad", claim(claim_id="other", **change))
        with pytest.raises(duckdb.ConstraintException):
            connection.execute(insert + typed_select(model, "bad"))


def test_a_partial_table_is_judged_by_the_columns_it_has() -> None:
    broken = schemas.judge("Figures", pd.DataFrame([{"low": 9, "best": 2}]))
    assert list(broken["rule"]) == ["low <= best"]
    assert broken["value"].iloc[0] == "low=9, best=2"


def test_a_wrong_type_is_named() -> None:
    assert set(schemas.judge("Figures", pd.DataFrame([{"low": "many"}]))["rule"]) == {
        "low is BIGINT"
    }


def test_frame_refuses_a_column_that_the_model_does_not_know() -> None:
    with pytest.raises(KeyError, match="colour"):
        schemas.frame(schemas.claims.Claims, [CLAIM | {"colour": "red"}])


@pytest.mark.parametrize(
    "model", sorted({*schemas.STAGES, *schemas.PUBLISHED}, key=lambda m: m.__name__)
)
def test_every_model_compiles_and_describes_itself(model: schemas.Model) -> None:
    table = schemas.table_of(model)
    with duckdb.connect() as connection:
        for statement in create_table(model, "main", table):
            connection.execute(statement)
        connection.register("nothing", schemas.frame(model, []))
        connection.execute(f"INSERT INTO {table} " + typed_select(model, "nothing"))
        comments = dict(
            connection.execute(
                "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ?", [table]
            ).fetchall()
        )
    assert list(comments) == list(column_types(model))
    assert all(comments.values())
    assert all(
        column.description.endswith((".", ")")) for column in schemas.columns(model).values()
    )
    assert set(schemas.key_of(model)) <= set(column_types(model))
    assert checks(model)


def test_a_column_name_means_the_same_in_every_table() -> None:
    """Where names agree, types do, but for two words that the contract itself uses twice."""
    named_twice_by_the_contract = {"level", "value"}
    types: dict[str, set[str]] = {}
    for model in schemas.PUBLISHED:
        for name, kind in column_types(model).items():
            types.setdefault(name, set()).add(kind)
    assert {n for n, kinds in types.items() if len(kinds) > 1} == named_twice_by_the_contract


def test_the_tables_of_the_contract_have_the_columns_of_the_contract(shared: Path) -> None:
    """Every table and column that design/TABLES.md names is there, under that name and type."""
    text = (shared / "design" / "TABLES.md").read_text(encoding="utf-8")
    held = {schemas.table_of(model): column_types(model) for model in schemas.PUBLISHED}
    seen = 0
    for line in text.splitlines():
        if not line.startswith("| `marts."):
            continue
        table, listed = (part.strip() for part in line.strip("| ").split("|", 1))
        name = table.split("`")[1].removeprefix("marts.")
        bare = re.sub(r"\([^)]*\)", "", listed.split(". ")[0])
        for column in bare.split(","):
            words = column.replace("*", " ").split()
            if not words:
                continue
            kind = next(
                (
                    w
                    for w in words[1:]
                    if w in {"BIGINT", "DOUBLE", "DATE", "BOOLEAN", "JSON", "VARCHAR[]"}
                ),
                None,
            )
            assert words[0] in held[name], f"{name}.{words[0]}"
            if kind:
                assert held[name][words[0]] == kind, f"{name}.{words[0]}"
            seen += 1
    assert seen > 200


def test_every_vocabulary_word_has_a_meaning() -> None:
    for name, words in vocab.VOCABULARIES.items():
        assert words, name
        assert all(meaning.strip() for meaning in words.values()), name


def test_every_metric_knows_its_measures_and_units() -> None:
    assert set(vocab.MEASURES_OF_METRIC) == set(vocab.METRICS) == set(vocab.UNITS_OF_METRIC)
    assert set(vocab.TIER_OF_BASIS) == set(vocab.BASES)
