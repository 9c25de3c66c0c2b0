"""The tables as sorted Parquet and CSV files: the one place that writes a table out of a release.

The same content gives the same bytes, in any folder, zone and locale. A text in a CSV never starts
what a spreadsheet would take for a formula; Parquet holds every text as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import duckdb
import pandas as pd

import schemas
from pipelines.core.out_of_core import PARQUET, write_parquet
from pipelines.core.parquet_files import beside, join, row_groups
from pipelines.core.parquet_footer import ParquetFault
from pipelines.core.spreadsheet import FORMULA_STARTS
from pipelines.marts.lanes import Piece
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
        options = PARQUET
    else:
        raise ValueError(f"{path.name}: write .parquet or .csv")
    order = ", ".join(quoted(name) for name in schemas.key_of(model) or columns)
    # Sorted before the cells are shown: an apostrophe must not move a row.
    rows = f"(FROM marts.{quoted(schemas.table_of(model))} ORDER BY {order})"
    if in_order is not None:
        rows = f"read_parquet({literal(str(in_order))})"
    connection.execute(f"COPY (SELECT {shown} FROM {rows}) TO {literal(str(path))} ({options})")


def export_in_pieces(
    connection: duckdb.DuckDBPyConnection,
    model: schemas.Model,
    pieces: Sequence[Piece],
    path: Path,
    spill: Path,
) -> None:
    """Write the Parquet file of a table whose rows come in order, as a rule without sorting them.

    Parameters
    ----------
    connection
        As of `export`. Of several threads, and of queries put together by UNION, DuckDB does not
        keep the order of rows, or only by holding them: so each piece is written by itself.
    pieces
        The rows to write, one piece after another in the order of the key. Where they do not come
        in that order after all, they are put into it.
    spill
        A folder for the pieces while they are made.
    """
    spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spill) as folder:
        files = []
        for number, piece in enumerate(pieces):
            work = Path(folder) / str(number)
            work.mkdir()
            files.append(_written(connection, model, piece, work))
        join(files, path)
    key = schemas.key_of(model)
    if not is_ascending(connection, key, f"read_parquet({literal(str(path))})"):
        shown = _listed(column_types(model))
        rows = " UNION ALL ".join(f"SELECT {shown} FROM {piece.rows}" for piece in pieces)
        write_parquet(connection, f"FROM ({rows}) ORDER BY {_listed(key)}", path)


def _written(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, piece: Piece, work: Path
) -> Path:
    """The file of one piece."""
    names, path = list(column_types(model)), work / "whole.parquet"
    if piece.stored is not None:
        # Most columns lie in the file already, or hold one value: only what is left is written.
        with suppress(ParquetFault):
            beside(*_in_columns(connection, names, piece, piece.stored, work), names, path)
            return path
    write_parquet(connection, f"SELECT {_listed(names)} FROM {piece.rows}", path)
    return path


def _in_columns(
    connection: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    piece: Piece,
    stored: Path,
    work: Path,
) -> tuple[dict[Path, Sequence[str]], list[Path]]:
    """Files and what to take of each, and files with the columns that hold one value."""
    files: dict[Path, Sequence[str]] = {stored: piece.columns}
    alike = []
    if left := [name for name in names if name not in (*piece.columns, *piece.alike)]:
        files[work / "left.parquet"] = left
        select = f"SELECT {_listed(left)} FROM {piece.rows}"
        write_parquet(connection, select, work / "left.parquet")
    if piece.alike:
        for rows in sorted(set(row_groups(stored))):
            alike.append(work / f"{rows}.parquet")
            some = f"SELECT {_listed(piece.alike)} FROM {piece.rows} LIMIT {rows}"
            write_parquet(connection, some, alike[-1])
    return files, alike


def _listed(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)


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
