"""From a file of a register to a relation of texts in DuckDB: CSV, workbook, JSON or Parquet.

What belongs here: everything that must be settled before a cell is read. No cell is interpreted.
The columns of the relation are c0, c1, ... in the order of the header; an empty cell is NULL.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol

import duckdb
import pandas as pd

from pipelines.core.csv_rows import Fault, FileRefused
from schemas.rules import literal, quoted

_MOST_BYTES: Final = 64 * 1024**3
"""Largest file that is unpacked."""

_MOST_TIMES: Final = 200
"""A packed file that grows by more than this, beyond the first hundred megabytes, is a bomb."""

_MOST_BYTES_OF_OBJECTS: Final = 1024**3
"""Largest JSON file or workbook: they are read in memory."""

_HEADER_BYTES: Final = 1 << 20
_HEADER_WITHIN: Final = 40
"""Records among which the header is looked for: some publishers write notes above it."""

_LONGEST_LINE: Final = 16 * 1024**2
_DELIMITERS: Final = (",", ";", "\t", "|")


class Sought(Protocol):
    """The tables that are looked for in a file."""

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a row of cells is the header of one of them."""
        ...

    def refusal(self, seen: Sequence[Sequence[str]]) -> FileRefused:
        """Why none of the rows seen at the head of a file is such a header."""
        ...


@dataclass(frozen=True)
class Rejected:
    """A record that does not lie under the header: where, what was found, and why."""

    line: int
    raw: str
    message: str


@dataclass(frozen=True)
class Opened:
    """A file as a table of texts."""

    relation: str
    """SQL of the rows in the order of the file."""
    header: tuple[str, ...]
    first: int
    """Line, or row of the sheet, of the first record, if no cell before it holds a line break."""
    rejected: Callable[[], list[Rejected]] = list
    """The records that could not be laid under the header, once the relation has been read."""


def open_table(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, spill: Path, sought: Sought
) -> Opened:
    """The table in a file.

    Parameters
    ----------
    name
        The file's name, whose ending says what it is.
    spill
        A folder for what is unpacked.
    sought
        The tables that are looked for, told by their header.

    Raises
    ------
    FileRefused
        `file.empty`, `file.type`, `file.encoding`, `file.nul`, `file.too_large`, `file.too_deep`,
        `file.unreadable` or `file.layout`, with what was found and how to mend it.
    """
    plain, kind = _unpacked(path, name.lower(), spill, sought)
    start = _start_of(plain)
    if not start.strip():
        raise _refused("file.empty", "The file is empty.", "Get the file again.")
    if start.startswith(b"PAR1"):
        return _parquet(connection, plain, sought)
    if start.startswith(b"PK\x03\x04"):
        return _workbook(connection, plain, sought)
    if kind.endswith((".json", ".jsonl", ".ndjson")):
        return _json(connection, plain, lines=not kind.endswith(".json"), sought=sought)
    return _csv(connection, plain, spill, start, sought)


def _refused(reason: str, message: str, fix: str) -> FileRefused:
    return FileRefused([Fault(reason, message, fix)])


# Unpacking


def _start_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4096)


def _unpacked(path: Path, name: str, spill: Path, sought: Sought) -> tuple[Path, str]:
    """The file itself, or the table that a gzip or zip archive holds; and its name."""
    start = _start_of(path)
    try:
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path, "rb") as packed:
                return _spilled(packed, path, spill), name.removesuffix(".gz")  # type: ignore[arg-type]
        if start.startswith(b"PK\x03\x04") and not _is_workbook(path):
            with zipfile.ZipFile(path) as archive:
                member = _member(archive, sought)
                with archive.open(member) as packed:
                    return _spilled(packed, path, spill), member.filename.lower()  # type: ignore[arg-type]
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _refused(
            "file.unreadable",
            f"The archive is damaged ({type(error).__name__}: {error}).",
            "Get the file again.",
        ) from None
    return path, name


def _member(archive: zipfile.ZipFile, sought: Sought) -> zipfile.ZipInfo:
    """The one table of an archive; of several files, the one whose header is looked for."""
    held = [one for one in archive.infolist() if not one.is_dir()]
    if len(held) > 1:
        held = [
            one
            for one in held
            if not one.flag_bits & 1 and _has_header(archive.open(one).read(_HEADER_BYTES), sought)
        ]
    if len(held) != 1 or held[0].flag_bits & 1:
        raise _refused(
            "file.type",
            "The archive holds no table that its reader knows, or several, or an encrypted one.",
            "Hand in an archive of one table, or the table itself.",
        )
    return held[0]


def _has_header(head: bytes, sought: Sought) -> bool:
    text = head.decode("utf-8-sig", errors="replace")
    return any(
        sought.fits([cell.strip() for cell in row])
        for delimiter in _DELIMITERS
        for _, row, _ in _records(text, delimiter)
    )


def _is_workbook(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "[Content_Types].xml" in archive.namelist()


def _spilled(packed: BinaryIO, path: Path, spill: Path) -> Path:
    """What a stream holds as a file below `spill`; refused where it grows beyond measure."""
    most = min(_MOST_BYTES, max(100 * 1024**2, _MOST_TIMES * path.stat().st_size))
    target = spill / "unpacked"
    written = 0
    with target.open("wb") as stream:
        while piece := packed.read(1 << 20):
            written += len(piece)
            if written > most:
                raise _refused(
                    "file.too_large",
                    f"Unpacked it is larger than {most:,} bytes.",
                    "See that it is the file its publisher offers; hand it in unpacked.",
                )
            stream.write(piece)
    return target


# CSV


def _csv(
    connection: duckdb.DuckDBPyConnection, path: Path, spill: Path, start: bytes, sought: Sought
) -> Opened:
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise _refused(
            "file.type", "The file is an HTML or XML page, not a table.", "Get the file again."
        )
    if start.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff")):
        raise _refused(
            "file.type",
            "The file is a document, a picture or an old or encrypted workbook, not a table.",
            "Hand in the table as CSV (UTF-8), as .xlsx or as Parquet.",
        )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(
            "file.encoding", "The file is UTF-16, not UTF-8.", "Save it as CSV in UTF-8."
        )
    text = _head_of(path)
    seen: list[list[str]] = []
    for delimiter in _DELIMITERS:
        for lines, row, after in _records(text, delimiter):
            seen.append(row)
            if sought.fits([cell.strip() for cell in row]):
                tagged = after is not None and _is_tag_row(after[1])
                skip = after[0] if tagged and after else lines
                header = tuple(cell.strip() for cell in row)
                return _opened_csv(connection, path, spill, delimiter, header, skip)
    raise sought.refusal(seen)


def _head_of(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    if b"\0" in head:
        raise _refused(
            "file.nul", "The file holds NUL bytes: it is damaged or no text.", "Get it again."
        )
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(head) == _HEADER_BYTES and error.start >= len(head) - 4:
            return head[: error.start].decode("utf-8-sig")
        raise _refused(
            "file.encoding",
            f"The file is not UTF-8: byte {head[error.start]:#x} after {error.start} bytes.",
            "Save it as CSV in UTF-8.",
        ) from None


def _records(
    text: str, delimiter: str
) -> Iterator[tuple[int, list[str], tuple[int, list[str]] | None]]:
    """The first records: the line on which each ends, its cells, and the record after it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    with suppress(csv.Error):  # what csv cannot read here is no header
        found.extend((reader.line_num, row) for row in islice(reader, _HEADER_WITHIN))
    for at, (line, row) in enumerate(found):
        yield line, row, found[at + 1] if at + 1 < len(found) else None


def _is_tag_row(row: Sequence[str]) -> bool:
    """Whether a row holds the tags of the Humanitarian Exchange Language, and nothing else."""
    filled = [cell.strip() for cell in row if cell and cell.strip()]
    return bool(filled) and all(cell.startswith("#") for cell in filled)


def _opened_csv(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    spill: Path,
    delimiter: str,
    header: tuple[str, ...],
    skip: int,
) -> Opened:
    # DuckDB takes `[`, `*` and `?` in a name for a pattern.
    alias = spill / "table.csv"
    alias.unlink(missing_ok=True)
    alias.symlink_to(path.resolve())
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(header)))
    relation = (
        f"read_csv({literal(str(alias))}, auto_detect = false, header = false, skip = {skip}, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', comment = '', "
        f"columns = {{{columns}}}, nullstr = '', max_line_size = {_LONGEST_LINE}, "
        "store_rejects = true, rejects_limit = 0)"
    )
    return Opened(relation, header, skip + 1, lambda: _rejects(connection))


def _rejects(connection: duckdb.DuckDBPyConnection) -> list[Rejected]:
    """The records that the last scan of a CSV file left out, each once."""
    try:
        found = connection.execute(
            "SELECT line, any_value(csv_line), string_agg(DISTINCT error_message, ' ') "
            "FROM reject_errors GROUP BY line, byte_position ORDER BY line"
        ).fetchall()
    except duckdb.CatalogException:
        return []
    by_line: dict[int, Rejected] = {}
    for line, raw, message in found:
        by_line.setdefault(int(line), Rejected(int(line), raw or "", message or ""))
    return list(by_line.values())


# Parquet


def _parquet(connection: duckdb.DuckDBPyConnection, path: Path, sought: Sought) -> Opened:
    source = f"read_parquet({literal(str(path))})"
    try:
        held = connection.execute(f"DESCRIBE FROM {source}").fetchall()
    except duckdb.Error as error:
        raise _refused(
            "file.unreadable", f"The Parquet file is damaged ({error}).", "Get the file again."
        ) from None
    header = tuple(str(row[0]) for row in held)
    if not sought.fits(header):
        raise sought.refusal([header])
    cells = ", ".join(
        f"nullif(CAST({quoted(name)} AS VARCHAR), '') AS c{at}" for at, name in enumerate(header)
    )
    return Opened(f"(SELECT {cells} FROM {source})", header, 1)


# Workbooks and JSON: read in memory, since no one publishes large ones


def _held(
    connection: duckdb.DuckDBPyConnection, header: Sequence[str], rows: list[list[str | None]]
) -> str:
    frame = pd.DataFrame(
        {f"c{at}": pd.Series([row[at] for row in rows], dtype="str") for at in range(len(header))}
    )
    connection.register("held_table", frame)
    connection.execute("CREATE OR REPLACE TEMP TABLE held AS FROM held_table")
    connection.unregister("held_table")
    cells = ", ".join(f"nullif(CAST(c{at} AS VARCHAR), '') AS c{at}" for at in range(len(header)))
    return f"(SELECT {cells} FROM held)"


def _check_size(path: Path) -> None:
    if path.stat().st_size > _MOST_BYTES_OF_OBJECTS:
        raise _refused(
            "file.too_large",
            f"The file is larger than {_MOST_BYTES_OF_OBJECTS:,} bytes.",
            "Hand in the table as CSV or Parquet.",
        )


def _workbook(connection: duckdb.DuckDBPyConnection, path: Path, sought: Sought) -> Opened:
    with zipfile.ZipFile(path) as archive:
        size = sum(one.file_size for one in archive.infolist())
        if size > min(_MOST_BYTES_OF_OBJECTS, max(10**8, _MOST_TIMES * path.stat().st_size)):
            raise _refused(
                "file.too_large",
                f"Unpacked the workbook is {size:,} bytes.",
                "Hand in the table as CSV or Parquet.",
            )
    from openpyxl import load_workbook

    try:
        with path.open("rb") as stream:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            formulas = load_workbook(stream, read_only=True, keep_links=False)
            return _sheet(connection, book, formulas, sought)
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise
        raise _refused(
            "file.unreadable",
            f"The workbook cannot be read ({type(error).__name__}: {error}).",
            "Save it anew as .xlsx, or hand in CSV.",
        ) from None


def _sheet(
    connection: duckdb.DuckDBPyConnection, book: Any, formulas: Any, sought: Sought
) -> Opened:
    """The first sheet with a header that fits."""
    seen: list[Sequence[str]] = []
    for sheet in book.worksheets:
        rows = _filled_rows(sheet)
        for at, (line, cells) in enumerate(rows[:_HEADER_WITHIN]):
            names = [(cell or "").strip() for cell in cells]
            seen.append(names)
            if not sought.fits(names):
                continue
            _refuse_uncomputed(formulas[sheet.title], dict(rows))
            after = rows[at + 1 :]
            tagged = bool(after) and _is_tag_row([cell or "" for cell in after[0][1]])
            body = [row for _, row in after[tagged:]]
            return Opened(_held(connection, names, body), tuple(names), line + 1 + tagged)
    raise sought.refusal(seen)


def _filled_rows(sheet: Any) -> list[tuple[int, list[str | None]]]:
    """The rows of a sheet that hold anything; publishers format blank ones by the million."""
    return [
        (line, [_cell(value) for value in row])
        for line, row in enumerate(sheet.iter_rows(values_only=True), start=1)
        if any(value is not None for value in row)
    ]


def _refuse_uncomputed(sheet: Any, rows: dict[int, list[str | None]]) -> None:
    """Refuse a sheet with a formula whose value the file does not hold."""
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        for at, cell in enumerate(cells):
            held = rows.get(line, ())
            if isinstance(cell, str) and cell.startswith("=") and not (at < len(held) and held[at]):
                raise _refused(
                    "xlsx.formula",
                    f"Row {line}, column {at + 1} holds a formula without its value.",
                    "Open the workbook, let it compute, and save it; or hand in CSV.",
                )


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat(sep=" ") if hasattr(value, "hour") else str(value)


def _json(
    connection: duckdb.DuckDBPyConnection, path: Path, *, lines: bool, sought: Sought
) -> Opened:
    _check_size(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        listed = (
            [_parsed(line) for line in text.splitlines() if line.strip()]
            if lines
            else _parsed(text)
        )
    except UnicodeDecodeError as error:
        raise _refused(
            "file.encoding", f"The file is not UTF-8 ({error}).", "Save it in UTF-8."
        ) from None
    except RecursionError:
        raise _refused(
            "file.too_deep", "Its objects are nested too deeply.", "Hand in a flat table."
        ) from None
    except ValueError as error:
        raise _refused(
            "file.unreadable", f"The JSON cannot be read ({error}).", "Get the file again."
        ) from None
    if isinstance(listed, dict):
        # A page of an interface: its records are its one list of objects.
        lists = [one for one in listed.values() if _is_list_of_objects(one)]
        listed = lists[0] if len(lists) == 1 else listed
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise _refused(
            "file.layout", "The JSON is no list of objects.", "Hand in a list, one object a record."
        )
    records = [dict(_flat(one)) for one in listed]
    header = tuple(dict.fromkeys(name for one in records for name in one))
    if not sought.fits(header):
        raise sought.refusal([header])
    rows = [[one.get(name) for name in header] for one in records]
    return Opened(_held(connection, header, rows), header, 1)


def _parsed(text: str) -> Any:
    return json.loads(
        text,
        parse_int=str,
        parse_float=str,
        parse_constant=_no_number,
        object_pairs_hook=_without_doubled,
    )


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _without_doubled(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        raise ValueError("an object gives one key twice")
    return held


def _flat(record: dict[str, Any], before: str = "") -> Iterator[tuple[str, str | None]]:
    """The cells of an object: those of an object in it are named `outer.inner`."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, bool):
            yield before + name, str(value).lower()
        elif value is None or isinstance(value, str):
            yield before + name, value
        else:
            yield before + name, json.dumps(value, ensure_ascii=False)
