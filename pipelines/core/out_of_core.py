"""DuckDB for tables that need not fit into memory: how it is opened, and how rows go to a file.

Bounds on memory and what makes the bytes of a large file the same each time belong here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from schemas.rules import literal, quoted
from schemas.sql import is_ascending

PARQUET: Final = "FORMAT parquet, COMPRESSION zstd"

MEMORY: Final = "1GB"
"""What DuckDB may hold; it spills the rest."""

LEAST_THREADS: Final = 2
"""One thread cuts a Parquet file into other row groups than several do, which all cut it alike."""


def bound(connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
    """Bound a connection's memory, and let it spill into a folder."""
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute(f"SET memory_limit = {literal(MEMORY)}")
    connection.execute(f"SET temp_directory = {literal(str(spill))}")
    connection.execute(f"SET threads = {max(LEAST_THREADS, os.cpu_count() or 1)}")


def write_parquet(connection: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    """Write what a SELECT gives as Parquet, in the columns' types alone.

    Else a column in which no cell happens to be empty would be declared so, and the files of one
    table could not be joined.
    """
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    try:
        connection.execute(f"COPY ({select}) TO {literal(str(path))} ({PARQUET})")
    finally:
        connection.execute("RESET disabled_optimizers")


def write_in_order(
    connection: duckdb.DuckDBPyConnection, select: str, key: Sequence[str], path: Path
) -> None:
    """Write the rows of a SELECT as Parquet in the order of their key, whole or not at all.

    Rows that come in that order are not sorted; whether they did is read from the file.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    write_parquet(connection, select, partial)
    if not is_ascending(connection, key, f"read_parquet({literal(str(partial))})"):
        order = ", ".join(map(quoted, key))
        write_parquet(connection, f"FROM ({select}) ORDER BY {order}", partial)
    partial.replace(path)
