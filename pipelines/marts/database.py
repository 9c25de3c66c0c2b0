"""The release's DuckDB file: written whole into a new file, then read again and compared.

The file is in storage version 1.4.0, which every DuckDB from 1.4 on opens and which refuses a stale
write-ahead log. Its bytes differ from build to build; its content does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

import schemas
from pipelines.core.out_of_core import bound
from pipelines.core.tables import MODELS
from pipelines.marts import lanes as lanes_
from pipelines.marts.lanes import NO_LANES, Lanes
from pipelines.marts.macros import create_macros
from schemas.rules import literal, quoted
from schemas.sql import create_table, is_ascending, judge_relation, register, typed_select

STORAGE_VERSION = "v1.4.0"
KEYED_BELOW = 1_000_000
"""Tables with fewer rows have a PRIMARY KEY; of larger ones the key is checked, not indexed."""

SCHEMA = "marts"
_NAME = "casualties"
_FRAME = "table_in_hand"
_SHOWN = 5


class DatabaseError(Exception):
    """The tables do not fit their models, or the file does not hold what was put in."""


def write(
    marts: Mapping[str, pd.DataFrame], path: Path, spill: Path, lanes: Lanes = NO_LANES
) -> None:
    """Write the tables into a new database file, ordered by key, with macros and comments.

    `spill` is a folder for what does not fit into memory. A table of which `lanes` has parts is a
    view over a table of the given rows and one table a part. Raises DatabaseError where a given row
    breaks a rule of its model, naming rule and row; parts have been judged where they were made.
    """
    with _connection(spill) as connection:
        connection.execute(
            f"ATTACH {literal(str(path))} AS {_NAME} (STORAGE_VERSION {literal(STORAGE_VERSION)})"
        )
        connection.execute(f"USE {_NAME}")
        connection.execute("BEGIN")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        if lanes.entries.parts:
            bound(connection, spill)
            connection.execute(f"CREATE SCHEMA {lanes_.SCHEMA}")
        for key, rows in marts.items():
            if lanes.parts(MODELS[key]):
                _write_lanes(connection, MODELS[key], rows, lanes)
            else:
                _write_table(connection, MODELS[key], rows)
        connection.execute(";\n".join(create_macros(SCHEMA)))
        connection.execute("COMMIT")
        connection.execute(f"CHECKPOINT {_NAME}")
        connection.execute("USE memory")
        connection.execute(f"DETACH {_NAME}")


def _write_table(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, rows: pd.DataFrame
) -> None:
    table = schemas.table_of(model)
    # In one call: half the time of one call a comment.
    connection.execute(";\n".join(create_table(model, SCHEMA, table, keyed=_is_keyed(rows))))
    _insert(connection, model, rows, f"{SCHEMA}.{quoted(table)}")


def _write_lanes(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, rows: pd.DataFrame, lanes: Lanes
) -> None:
    connection.execute(";\n".join(lanes.create(model, keyed=_is_keyed(rows))))
    for part in lanes.parts(model):
        connection.execute(f"INSERT INTO {lanes.table(model, part)} FROM {lanes.source(part)}")
    if (table := lanes.of_documents(model)) is not None:
        _insert(connection, model, rows, table)


def _insert(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, rows: pd.DataFrame, table: str
) -> None:
    register(connection, _FRAME, rows)
    try:
        connection.execute(f"INSERT INTO {table} {typed_select(model, _FRAME)}")
    except (duckdb.ConstraintException, duckdb.ConversionException) as error:
        raise DatabaseError(_what_breaks(model, rows, error)) from error
    connection.unregister(_FRAME)


def _is_keyed(rows: pd.DataFrame) -> bool:
    return len(rows) < KEYED_BELOW


def _what_breaks(model: schemas.Model, rows: pd.DataFrame, error: duckdb.Error) -> str:
    broken = schemas.judge(model, rows).head(_SHOWN)
    told = [
        f"row {row}, column {column}, value {value!r}: breaks '{rule}'"
        for rule, row, column, value in broken.itertuples(index=False)
    ]
    return f"marts.{schemas.table_of(model)}: {'; '.join(told) or error}"


def check(
    marts: Mapping[str, pd.DataFrame], path: Path, spill: Path, lanes: Lanes = NO_LANES
) -> list[str]:
    """Open the file read-only and say what differs from the tables: counts, keys, any value.

    Of what lies in parts counts and keys are looked at here. Its values are compared by
    `Lanes.fingerprint` with those of the exported file, which is made without the database.
    """
    problems: list[str] = []
    with _connection(spill) as connection:
        connection.execute(f"ATTACH {literal(str(path))} AS {_NAME} (READ_ONLY)")
        connection.execute(f"USE {_NAME}")
        if lanes.entries.parts:
            bound(connection, spill)
        for key, rows in marts.items():
            model = MODELS[key]
            register(connection, _FRAME, rows)
            if not lanes.parts(model):
                stored = f"{SCHEMA}.{quoted(schemas.table_of(model))}"
                problems += _differences(connection, model, rows, stored)
            else:
                if (table := lanes.of_documents(model)) is not None:
                    problems += _differences(connection, model, rows, table)
                problems += _differences_of_lanes(connection, model, len(rows), lanes)
            connection.unregister(_FRAME)
    return problems


def _differences_of_lanes(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, rows: int, lanes: Lanes
) -> list[str]:
    """Count and key of a split table; its values are compared with the exported file."""
    told = f"marts.{schemas.table_of(model)}"
    held, expected = _one(connection, f"SELECT count(*) FROM {told}"), rows + lanes.count(model)
    problems = []
    if held != expected:
        problems.append(f"{told} holds {held} rows instead of {expected}")
    key = schemas.key_of(model)
    pieces = lanes.in_key_order(connection, model)
    if not all(is_ascending(connection, key, piece.rows) for piece in pieces):
        problems += [f"{told}: {rule}" for rule, _, _ in judge_relation(connection, model, told)]
    return problems


def _differences(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, rows: pd.DataFrame, stored: str
) -> list[str]:
    told = f"marts.{schemas.table_of(model)}"
    problems = []
    held = _one(connection, f"SELECT count(*) FROM {stored}")
    if held != len(rows):
        problems.append(f"{told} holds {held} rows instead of {len(rows)}")
    if not _is_keyed(rows):
        problems += [f"{told}: {rule}" for rule, _, _ in judge_relation(connection, model, stored)]
    strange = _one(
        connection,
        f"SELECT count(*) FROM (FROM {stored} EXCEPT ALL ({typed_select(model, _FRAME)}))",
    )
    if strange:
        problems.append(f"{told} holds {strange} rows that were not put in")
    return problems


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


@contextmanager
def reading(path: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the file alone, read-only, on one thread, so that order is as stored."""
    with _connection(spill) as connection:
        bound(connection, spill)
        connection.execute("SET threads = 1")
        connection.execute(f"ATTACH {literal(str(path))} AS {_NAME} (READ_ONLY)")
        connection.execute(f"USE {_NAME}")
        yield connection


@contextmanager
def comparing(paths: Mapping[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to several database files at once, read-only, each under its name."""
    with _connection() as connection:
        for name, path in paths.items():
            connection.execute(f"ATTACH {literal(str(path))} AS {quoted(name)} (READ_ONLY)")
        yield connection


@contextmanager
def _connection(spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    if spill is not None:
        connection.execute(f"SET temp_directory = {literal(str(spill))}")
    try:
        yield connection
    except duckdb.IOException as error:
        raise OSError(str(error)) from error
    except duckdb.Error as error:
        raise DatabaseError(str(error)) from error
    finally:
        connection.close()
