"""The tables as sorted Parquet and CSV files: the one place that writes a table out of a release.

The same content gives the same bytes, in any folder, zone and locale. A text in a CSV never starts
what a spreadsheet would take for a formula; Parquet holds every text as it is.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

import schemas
from pipelines.core.spreadsheet import FORMULA_STARTS
from schemas.rules import literal, quoted
from schemas.sql import column_types

CSV_BELOW = 1_000_000
"""Tables with fewer rows are written as CSV with each release; larger ones on request."""


def export(connection: duckdb.DuckDBPyConnection, model: schemas.Model, path: Path) -> None:
    """Write one table of an open release to `path`, sorted by its key.

    Parameters
    ----------
    connection
        From `database.reading`: one thread, the release's database in use.
    path
        Its ending, '.parquet' or '.csv', says the format. In CSV an empty cell is NULL and a pair
        of quotation marks an empty text; lists are JSON; a text that a spreadsheet would take for
        a formula starts with an apostrophe.

    Raises
    ------
    ValueError
        If the ending is another.
    """
    columns = column_types(model)
    if path.suffix == ".csv":
        shown = ", ".join(_csv_cell(name, kind) for name, kind in columns.items())
        options = "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR ''"
    elif path.suffix == ".parquet":
        shown = ", ".join(quoted(name) for name in columns)
        options = "FORMAT parquet, COMPRESSION zstd"
    else:
        raise ValueError(f"{path.name}: write .parquet or .csv")
    order = ", ".join(quoted(name) for name in schemas.key_of(model) or columns)
    table = f"marts.{quoted(schemas.table_of(model))}"
    # Sorted before the cells are shown: an apostrophe must not move a row.
    connection.execute(
        f"COPY (SELECT {shown} FROM (FROM {table} ORDER BY {order})) "
        f"TO {literal(str(path))} ({options})"
    )


def _csv_cell(name: str, kind: str) -> str:
    column = quoted(name)
    match kind:
        case "VARCHAR[]":
            return f"CAST(to_json({column}) AS VARCHAR) AS {column}"
        case "VARCHAR" | "JSON":
            text = f"CAST({column} AS VARCHAR)"
            return (
                f"CASE WHEN regexp_matches({text}, {literal(FORMULA_STARTS)}) "
                f"THEN '''' || {text} ELSE {text} END AS {column}"
            )
    return column


def attribution(sources: pd.DataFrame) -> str:
    """Whose data the tables hold and under which licence, as a text that goes with every export."""
    parts = [
        "The figures in these tables are their sources' own. Each source keeps its terms; the "
        "licence of each document is in the table documents.\n"
    ]
    for row in sources.to_dict("records"):
        told = {
            "title": row["title"],
            "producer": row["producer"],
            "licence": row["license"],
            "citation": row["citation"],
            "address": row["url"],
        }
        lines = [f"{what}: {words}" for what, words in told.items() if pd.notna(words)]
        parts.append("\n".join([str(row["source_id"]), *lines]) + "\n")
    return "\n".join(parts)
