"""The database holds what was put in, documented and guarded."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

import schemas
from pipelines.marts import database
from pipelines.marts.macros import MACROS
from schemas import marts as models
from schemas.claims import Claims


@pytest.fixture(scope="module")
def written(marts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    database.write(marts, folder / "casualties.duckdb", folder / "spill")
    return folder / "casualties.duckdb"


def ask(path, query, *values):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


def test_what_was_put_in_is_there(marts, written, tmp_path):
    assert database.check(marts, written, tmp_path / "spill") == []
    assert [path.name for path in written.parent.iterdir()] == ["casualties.duckdb"]


def test_it_is_in_the_storage_version_that_duckdb_1_4_opens(written):
    tags = ask(written, "SELECT tags FROM duckdb_databases() WHERE database_name = 'casualties'")
    assert "v1.4.0" in str(tags)


def test_tables_and_columns_and_macros_have_their_comments(written):
    query = "SELECT count(*) FROM {} WHERE schema_name = 'marts' AND comment IS NULL"
    for of in ("duckdb_tables()", "duckdb_columns()", "duckdb_functions()"):
        assert ask(written, query.format(of)) == [(0,)], of
    tables = {name for (name,) in ask(written, "SELECT table_name FROM duckdb_tables()")}
    assert tables == {schemas.table_of(m) for m in schemas.PUBLISHED}
    functions = ask(
        written, "SELECT function_name FROM duckdb_functions() WHERE schema_name = 'marts'"
    )
    assert {name for (name,) in functions} == set(MACROS)


def test_tables_have_their_keys(written):
    keys = ask(
        written,
        "SELECT table_name, constraint_column_names FROM duckdb_constraints() "
        "WHERE constraint_type = 'PRIMARY KEY'",
    )
    expected = {schemas.table_of(m): schemas.key_of(m) for m in schemas.PUBLISHED}
    assert dict(keys) == {table: key for table, key in expected.items() if key}


def test_rows_lie_in_the_order_of_the_key(written):
    ids = [row[0] for row in ask(written, "SELECT claim_id FROM marts.claims")]
    assert ids == sorted(ids)


def test_open_ends_are_null_and_lists_are_lists(written):
    rows = ask(written, "SELECT low, best, high, low_display, high_display FROM marts.figures")
    assert rows[0] == (601, None, None, "601", "open")
    assert ask(written, "SELECT doubts FROM marts.claims") == [
        (["period_end_from_document"],),
        ([],),
    ]


def test_a_list_after_thousands_of_empty_ones_is_kept(few, tmp_path):
    one = few["marts/places"].iloc[[0]]
    many = pd.concat([one] * 5000, ignore_index=True)
    many["place_id"] = [f"p{n:05}" for n in range(len(many))]
    many.at[4321, "other_names"] = ['O"Brien', "a, b"]
    database.write(few | {"marts/places": many}, tmp_path / "d.duckdb", tmp_path / "spill")
    held = ask(
        tmp_path / "d.duckdb", "SELECT other_names FROM marts.places WHERE place_id = 'p04321'"
    )
    assert held == [(['O"Brien', "a, b"],)]


@pytest.mark.parametrize(
    "column, value, rule",
    [
        ("metric", "deaths", "metric in vocabulary"),
        ("claim_id", None, "claim_id given"),
        ("value", -1, "value >= 0"),
        ("start_latest", pd.Timestamp("2030-01-01"), "start_earliest <= end_latest"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named(few, tmp_path, column, value, rule):
    rows = few["marts/claims"].copy()
    rows.loc[1, "start_earliest" if column == "start_latest" else column] = value
    with pytest.raises(database.DatabaseError) as refused:
        database.write(few | {"marts/claims": rows}, tmp_path / "d.duckdb", tmp_path / "spill")
    assert rule in str(refused.value)
    assert "marts.claims: row 1" in str(refused.value)


def test_a_doubled_key_is_named(few, tmp_path):
    rows = pd.concat([few["marts/sources"]] * 2, ignore_index=True)
    with pytest.raises(database.DatabaseError, match=r"key \(source_id\) is unique"):
        database.write(few | {"marts/sources": rows}, tmp_path / "d.duckdb", tmp_path / "spill")


def test_what_the_models_do_not_judge_is_told_in_duckdbs_words(few, tmp_path):
    rows = few["marts/claims"].copy()
    rows.loc[0, "machine_values"] = "{not json"
    with pytest.raises(database.DatabaseError, match=r"marts\.claims: .*JSON"):
        database.write(few | {"marts/claims": rows}, tmp_path / "d.duckdb", tmp_path / "spill")


def test_check_tells_of_another_value_and_another_count(few, written, tmp_path):
    other = few["marts/claims"].copy()
    other.loc[0, "value"] = 601
    problems = database.check(few | {"marts/claims": other}, written, tmp_path / "spill")
    assert problems == ["marts.claims holds 1 rows that were not put in"]
    fewer = few["marts/places"].head(0)
    problems = database.check(few | {"marts/places": fewer}, written, tmp_path / "spill")
    assert problems[0] == "marts.places holds 1 rows instead of 0"


def test_the_key_of_a_large_table_is_checked_and_not_indexed(few, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "KEYED_BELOW", 2)
    path, spill = tmp_path / "d.duckdb", tmp_path / "spill"
    database.write(few, path, spill)
    keys = ask(
        path, "SELECT table_name FROM duckdb_constraints() WHERE constraint_type LIKE 'PRI%'"
    )
    assert ("claims",) not in keys
    assert ("places",) in keys
    assert database.check(few, path, spill) == []
    doubled = few | {"marts/claims": pd.concat([few["marts/claims"]] * 2, ignore_index=True)}
    database.write(doubled, tmp_path / "e.duckdb", spill)
    problems = database.check(doubled, tmp_path / "e.duckdb", spill)
    assert problems == ["marts.claims: key (claim_id) is unique"]


def test_a_file_that_is_no_database_is_told_plainly(few, tmp_path):
    (tmp_path / "d.duckdb").write_bytes(b"not a database at all" * 1000)
    with pytest.raises(OSError, match="not a valid DuckDB"):
        database.check(few, tmp_path / "d.duckdb", tmp_path / "spill")


def test_any_other_fault_of_the_database_is_a_database_error(written):
    with (
        pytest.raises(database.DatabaseError, match="nowhere"),
        database.comparing({"a": written}) as connection,
    ):
        connection.execute("FROM nowhere")


def test_models_say_what_the_database_says(written):
    comment = ask(
        written,
        "SELECT comment FROM duckdb_columns() "
        "WHERE table_name = 'claims' AND column_name = 'value'",
    )
    assert comment == [(schemas.columns(Claims)["value"].description,)]
    held = ask(written, "SELECT comment FROM duckdb_tables() WHERE table_name = 'sources'")
    assert held == [(schemas.describe(models.Sources),)]
