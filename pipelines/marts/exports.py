"""The tables as sorted Parquet and CSV files: the one place that writes a table out of a release.

The same content gives the same bytes, in any folder, zone and locale. A text in a CSV never starts
what a spreadsheet would take for a formula; Parquet holds every text as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import pandas as pd

import schemas
from pipelines.core.parquet_files import join
from pipelines.core.spreadsheet import FORMULA_STARTS
from schemas.rules import literal, quoted
from schemas.sql import column_types, is_ascending

CSV_BELOW = 1_000_000
"""Tables with fewer rows are written as CSV with each release; larger ones on request."""

CSV_OF_ENTRIES_BELOW = 100_000
"""The same of tables that hold entries of registers: writing half a million such rows takes as long
as all the rest of a build, and they are public as Parquet."""


def export(
    connection: duckdb.DuckDBPyConnection,
    model: schemas.Model,
    path: Path,
    in_order: Path | None = None,
) -> None:
    """Write one table of an open release to `path`, sorted by its key.

    Parameters
    ----------
    connection
        From `database.reading`: one thread, the release's database in use.
    path
        Its ending, '.parquet' or '.csv', says the format. In CSV an empty cell is NULL and a pair
        of quotation marks an empty text; lists are JSON; a text that a spreadsheet would take for
        a formula starts with an apostrophe.
    in_order
        The release's Parquet file of the table: its rows need not be sorted again.

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
        options = _PARQUET
    else:
        raise ValueError(f"{path.name}: write .parquet or .csv")
    order = ", ".join(quoted(name) for name in schemas.key_of(model) or columns)
    # Sorted before the cells are shown: an apostrophe must not move a row.
    rows = f"(FROM marts.{quoted(schemas.table_of(model))} ORDER BY {order})"
    if in_order is not None:
        rows = f"read_parquet({literal(str(in_order))})"
    connection.execute(f"COPY (SELECT {shown} FROM {rows}) TO {literal(str(path))} ({options})")


_PARQUET: Final = "FORMAT parquet, COMPRESSION zstd"


def export_in_pieces(
    connection: duckdb.DuckDBPyConnection,
    model: schemas.Model,
    pieces: Sequence[str],
    path: Path,
    spill: Path,
) -> None:
    """Write the Parquet file of a table whose rows come in order already, without sorting them.

    Parameters
    ----------
    connection
        As of `export`. Of several threads, and of queries put together by UNION, DuckDB does not
        keep the order of rows, or only by holding them: so each piece is written by itself.
    pieces
        Subqueries that give the rows of the table one after another in the order of its key.
    spill
        A folder for the pieces while they are made.
    """
    shown = ", ".join(quoted(name) for name in column_types(model))
    # Else columns that happen to be filled in a piece are declared so, and pieces do not join.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spill) as folder:
        files = [Path(folder) / f"{number}.parquet" for number in range(len(pieces))]
        for piece, file in zip(pieces, files, strict=True):
            connection.execute(
                f"COPY (SELECT {shown} FROM {piece}) TO {literal(str(file))} ({_PARQUET})"
            )
        join(files, path)
    if not is_ascending(connection, schemas.key_of(model), f"read_parquet({literal(str(path))})"):
        export(connection, model, path)


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


_SHARE_ALIKE: Final = r"(?i)\bBY(?:-NC)?-SA\b|share[- ]?alike"


def share_alike(sources: pd.DataFrame) -> list[str]:
    """The sources whose licence binds whatever is made of them to the same terms.

    Their entries go into files of their own, so that the other files stay free of those terms.
    """
    bound = sources["license"].fillna("").str.contains(_SHARE_ALIKE)
    return [str(source) for source in sources.loc[bound, "source_id"]]


def attribution(sources: pd.DataFrame) -> str:
    """Whose data the tables hold and under which licence, as a text that goes with every export."""
    parts = [
        "The figures in these tables are their sources' own. Each source keeps its terms; the "
        "licence of each document is in the table documents.\n"
    ]
    if apart := share_alike(sources):
        parts.append(
            "What is made of these sources may be given on under the same licence only, and their "
            "entries stand in files that bear their names, such as claims_"
            f"{apart[0]}.parquet, and not among those of other sources: {', '.join(apart)}. "
            "Their rows in register_totals and places, and the database as a whole where it holds "
            "them, are under those terms too.\n"
        )
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
