"""Parquet files put one after another, or beside one another, as one file without reading a row.

A Parquet file is a run of row groups, each a run of columns, and a footer that says where they lie.
Files of one schema are put one after another by copying their bytes and shifting the places in
their footers; so are columns of files that are cut into the same row groups. The few fields of a
footer that hold a place, a size or a number of rows are named below
(github.com/apache/parquet-format, parquet.thrift).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from pipelines.core.parquet_footer import MAGIC, ParquetFault, Struct, read_footer, write_footer

_BLOCK: Final = 1 << 20

# Fields of FileMetaData and SchemaElement.
_SCHEMA, _ROWS, _ROW_GROUPS, _ORDERS = 2, 3, 4, 7
_NAME, _CHILDREN = 4, 5
# Fields of RowGroup.
_COLUMNS, _PLAIN_SIZE, _GROUP_ROWS, _PLACE, _SIZE, _ORDINAL = 1, 2, 3, 5, 6, 7
# Fields of ColumnChunk.
_META_DATA: Final = 3
_PLACES_OF_CHUNK: Final = (2, 4, 6)
_PAGE_INDEX: Final = (4, 5, 6, 7)
# Fields of ColumnMetaData.
_CHUNK_PLAIN_SIZE, _CHUNK_SIZE, _FILTER, _FILTER_SIZE = 6, 7, 14, 15
_PLACES_OF_PAGES: Final = (9, 10, 11)


def join(files: Sequence[Path], target: Path) -> None:
    """Write the rows of Parquet files one after another as one file, whole or not at all.

    Its row groups are those of the files, byte for byte. Raises ParquetFault where a file is not
    Parquet or has another schema than the first.
    """
    with _whole(target) as out:
        _write_joined(files, out)


def beside(
    files: Mapping[Path, Sequence[str]], alike: Sequence[Path], names: Sequence[str], target: Path
) -> None:
    """Write columns of Parquet files beside one another as one file, whole or not at all.

    What a column holds is that of its file, byte for byte.

    Parameters
    ----------
    files
        Files of the same rows, cut into the same row groups, and the columns to take of each.
    alike
        Files with the other columns, which have one value in all rows: a file of one row group for
        each number of rows that a row group of the others has.
    names
        The columns, in order.

    Raises
    ------
    ParquetFault
        Where a file is not Parquet, has other row groups, or where no file has a column.
    """
    with ExitStack() as stack:
        columns = {file: _Columns.of(file, stack) for file in files}
        having = {name: columns[file] for file, taken in files.items() for name in taken}
        same = {one.row_groups[0]: one for one in (_Columns.of(file, stack) for file in alike)}
        first = next(iter(columns.values()))
        _refuse_unfit(first, having, same, names)
        with _whole(target) as out:
            _write_beside(first, having, same, names, out)


def row_groups(file: Path) -> list[int]:
    """Rows of each row group of a file. Raises ParquetFault where it is not Parquet."""
    return _rows_of_groups(read_footer(file)[0])


def _rows_of_groups(footer: Struct) -> list[int]:
    return [group[_GROUP_ROWS][1] for group in _listed(footer, _ROW_GROUPS)]


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    """A file that gets its name once it is written."""
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with partial.open("wb") as out:
            yield out
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _copy(source: BinaryIO, out: BinaryIO, size: int) -> None:
    while size:
        held = source.read(min(size, _BLOCK))
        if not held:
            raise ParquetFault("a file ended before its footer")
        out.write(held)
        size -= len(held)


def _shift(fields: Struct, places: Sequence[int], by: int) -> None:
    """Shift what holds a place; 0 says that there is none."""
    for field in places:
        if field in fields and fields[field][1]:
            kind, place = fields[field]
            fields[field] = (kind, place + by)


def _set(fields: Struct, field: int, value: object) -> None:
    """Give a field another value of its type, where there is the field."""
    if field in fields:
        fields[field] = (fields[field][0], value)


def _listed(fields: Struct, field: int) -> list[Struct]:
    """The elements of a list of structures."""
    listed: list[Struct] = fields[field][1][1]
    return listed


def _set_list(fields: Struct, field: int, elements: list[Struct]) -> None:
    if field in fields:
        kind, (of, _) = fields[field]
        fields[field] = (kind, (of, elements))


# One after another


def _write_joined(files: Sequence[Path], out: BinaryIO) -> None:
    joined: Struct | None = None
    out.write(MAGIC)
    for file in files:
        footer, end = read_footer(file)
        if joined is not None and footer[_SCHEMA] != joined[_SCHEMA]:
            raise ParquetFault(f"{file.name} has other columns than {files[0].name}")
        shift = out.tell() - len(MAGIC)
        with file.open("rb") as source:
            source.seek(len(MAGIC))
            _copy(source, out, end - len(MAGIC))
        joined = _appended(joined, footer, shift)
    if joined is None:
        raise ParquetFault("there is no file to join")
    write_footer(joined, out)


def _appended(joined: Struct | None, footer: Struct, shift: int) -> Struct:
    groups = _listed(footer, _ROW_GROUPS)
    first = 0 if joined is None else len(_listed(joined, _ROW_GROUPS))
    for number, group in enumerate(groups, first):
        _shift(group, [_PLACE], shift)
        _set(group, _ORDINAL, number)
        for chunk in _listed(group, _COLUMNS):
            _shift(chunk, _PLACES_OF_CHUNK, shift)
            _shift(chunk[_META_DATA][1], (*_PLACES_OF_PAGES, _FILTER), shift)
    if joined is None:
        return footer
    _set(joined, _ROWS, joined[_ROWS][1] + footer[_ROWS][1])
    _listed(joined, _ROW_GROUPS).extend(groups)
    return joined


# Beside one another


@dataclass(frozen=True)
class _Columns:
    """A file of which columns are taken one by one."""

    name: str
    stream: BinaryIO
    footer: Struct
    places: Mapping[str, tuple[slice, slice]]
    """Where the elements of a column lie in the schema, and its chunks in a row group."""

    @staticmethod
    def of(file: Path, stack: ExitStack) -> _Columns:
        footer, _ = read_footer(file)
        elements = _listed(footer, _SCHEMA)
        places, at, leaf = {}, 1, 0
        while at < len(elements):
            end, leaves, awaited = at, 0, 1
            while awaited:  # a column that has parts is followed by them
                children = elements[end].get(_CHILDREN, (0, 0))[1]
                leaves += not children
                awaited += children - 1
                end += 1
            name = elements[at][_NAME][1].decode()
            places[name] = slice(at, end), slice(leaf, leaf + leaves)
            at, leaf = end, leaf + leaves
        return _Columns(file.name, stack.enter_context(file.open("rb")), footer, places)

    @property
    def row_groups(self) -> list[int]:
        """Rows of each row group."""
        return _rows_of_groups(self.footer)

    def elements(self, column: str) -> list[Struct]:
        """What the schema says of a column."""
        return _listed(self.footer, _SCHEMA)[self.places[column][0]]

    def copy(self, column: str, row_group: int, out: BinaryIO) -> list[Struct]:
        """Copy a column of a row group; gives its chunks as the new footer has them."""
        group = _listed(self.footer, _ROW_GROUPS)[row_group]
        chunks = _listed(group, _COLUMNS)[self.places[column][1]]
        return [self._copied(deepcopy(chunk), out) for chunk in chunks]

    def _copied(self, chunk: Struct, out: BinaryIO) -> Struct:
        for field in _PAGE_INDEX:  # lies elsewhere in the file, and may be left out
            chunk.pop(field, None)
        about = chunk[_META_DATA][1]
        begin = min(about[field][1] for field in _PLACES_OF_PAGES if about.get(field, (0, 0))[1])
        _shift(about, _PLACES_OF_PAGES, out.tell() - begin)
        self._copy(begin, about[_CHUNK_SIZE][1], out)
        if _FILTER_SIZE in about:
            begin = about[_FILTER][1]
            _set(about, _FILTER, out.tell())
            self._copy(begin, about[_FILTER_SIZE][1], out)
        else:
            about.pop(_FILTER, None)
        return chunk

    def _copy(self, begin: int, size: int, out: BinaryIO) -> None:
        self.stream.seek(begin)
        _copy(self.stream, out, size)


def _refuse_unfit(
    first: _Columns,
    having: Mapping[str, _Columns],
    alike: Mapping[int, _Columns],
    names: Sequence[str],
) -> None:
    for file in having.values():
        if file.row_groups != first.row_groups:
            raise ParquetFault(f"{file.name} has other row groups than {first.name}")
    for name in names:
        for rows in first.row_groups:
            its = having.get(name) or alike.get(rows)
            if its is None or name not in its.places:
                raise ParquetFault(f"no file has the column {name} for {rows} rows")


def _write_beside(
    first: _Columns,
    having: Mapping[str, _Columns],
    alike: Mapping[int, _Columns],
    names: Sequence[str],
    out: BinaryIO,
) -> None:
    footer = first.footer
    groups = []
    out.write(MAGIC)
    for number, rows in enumerate(first.row_groups):
        begin, chunks = out.tell(), []
        for name in names:
            if name in having:
                chunks += having[name].copy(name, number, out)
            else:
                chunks += alike[rows].copy(name, 0, out)
        group = dict(_listed(footer, _ROW_GROUPS)[number])
        about = [chunk[_META_DATA][1] for chunk in chunks]
        _set_list(group, _COLUMNS, chunks)
        _set(group, _PLAIN_SIZE, sum(one[_CHUNK_PLAIN_SIZE][1] for one in about))
        _set(group, _SIZE, sum(one[_CHUNK_SIZE][1] for one in about))
        _set(group, _PLACE, begin)
        groups.append(group)
    some = next(iter(alike.values()), first)
    elements = [one for name in names for one in having.get(name, some).elements(name)]
    root = dict(_listed(footer, _SCHEMA)[0])
    _set(root, _CHILDREN, len(names))
    made = dict(footer)
    _set_list(made, _SCHEMA, [root, *elements])
    _set_list(made, _ROW_GROUPS, groups)
    if _ORDERS in made:  # one for each column, or part of a column, that has no parts
        leaves = sum(_CHILDREN not in element for element in elements)
        _set_list(made, _ORDERS, _listed(made, _ORDERS)[:1] * leaves)
    write_footer(made, out)
