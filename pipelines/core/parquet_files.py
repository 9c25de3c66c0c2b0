"""Parquet files put one after another as one file, without reading a row.

A Parquet file is a run of row groups and a footer that says where they lie. Files of one schema are
joined by copying their bytes and shifting the places in their footers. The footer is read and
written in Thrift's compact protocol, field by field, whatever the fields mean; the few that hold a
place in the file are named below (github.com/apache/parquet-format, parquet.thrift).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

_MAGIC: Final = b"PAR1"
_TAIL: Final = 8
_BLOCK: Final = 1 << 20

# Types of the compact protocol.
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
_WHOLE: Final = (4, 5, 6)

# Fields of FileMetaData.
_SCHEMA, _ROWS, _ROW_GROUPS = 2, 3, 4
# Fields of RowGroup, ColumnChunk and ColumnMetaData.
_COLUMNS, _ORDINAL, _META_DATA = 1, 7, 3
_PLACES_OF_ROW_GROUP: Final = (5,)
_PLACES_OF_CHUNK: Final = (2, 4, 6)
_PLACES_OF_META_DATA: Final = (9, 10, 11, 14)

Struct: TypeAlias = "dict[int, tuple[int, Any]]"
"""Type and value of each field by its id, in the order of the file."""


class ParquetFault(ValueError):
    """Files that cannot be joined."""


def join(files: Sequence[Path], target: Path) -> None:
    """Write the rows of Parquet files one after another as one file, whole or not at all.

    Its row groups are those of the files, byte for byte. Raises ParquetFault where a file is not
    Parquet or has another schema than the first.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with partial.open("wb") as out:
            _write(files, out)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _write(files: Sequence[Path], out: BinaryIO) -> None:
    joined: Struct | None = None
    out.write(_MAGIC)
    for file in files:
        footer, end = _footer(file)
        if joined is not None and footer[_SCHEMA] != joined[_SCHEMA]:
            raise ParquetFault(f"{file.name} has other columns than {files[0].name}")
        shift = out.tell() - len(_MAGIC)
        with file.open("rb") as source:
            source.seek(len(_MAGIC))
            _copy(source, out, end - len(_MAGIC))
        joined = _appended(joined, footer, shift)
    if joined is None:
        raise ParquetFault("there is no file to join")
    footer_of_all = _Writer()
    footer_of_all.struct(joined)
    out.write(footer_of_all.bytes)
    out.write(struct.pack("<I", len(footer_of_all.bytes)) + _MAGIC)


def _copy(source: BinaryIO, out: BinaryIO, size: int) -> None:
    while size:
        held = source.read(min(size, _BLOCK))
        if not held:
            raise ParquetFault("a file ended before its footer")
        out.write(held)
        size -= len(held)


def _footer(file: Path) -> tuple[Struct, int]:
    """The footer of a file, and where it starts."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(size - _TAIL, 0))
        tail = stream.read()
        if len(tail) < _TAIL or tail[4:] != _MAGIC:
            raise ParquetFault(f"{file.name} is no Parquet file")
        (length,) = struct.unpack("<I", tail[:4])
        start = size - _TAIL - length
        stream.seek(start)
        return _Reader(stream.read(length)).struct(), start


def _appended(joined: Struct | None, footer: Struct, shift: int) -> Struct:
    groups = footer[_ROW_GROUPS][1][1]
    first = 0 if joined is None else len(joined[_ROW_GROUPS][1][1])
    for number, group in enumerate(groups, first):
        _shift(group, _PLACES_OF_ROW_GROUP, shift)
        if _ORDINAL in group:
            group[_ORDINAL] = (group[_ORDINAL][0], number)
        for chunk in group[_COLUMNS][1][1]:
            _shift(chunk, _PLACES_OF_CHUNK, shift)
            _shift(chunk[_META_DATA][1], _PLACES_OF_META_DATA, shift)
    if joined is None:
        return footer
    joined[_ROWS] = (joined[_ROWS][0], joined[_ROWS][1] + footer[_ROWS][1])
    joined[_ROW_GROUPS][1][1].extend(groups)
    return joined


def _shift(fields: Struct, places: Sequence[int], by: int) -> None:
    """Shift what holds a place; 0 says that there is none."""
    for field in places:
        if field in fields and fields[field][1]:
            kind, place = fields[field]
            fields[field] = (kind, place + by)


class _Reader:
    """Reads the compact protocol; a list is a pair of the type and the values of its elements."""

    def __init__(self, held: bytes) -> None:
        self._held = held
        self._at = 0

    def struct(self) -> Struct:
        fields: Struct = {}
        field = 0
        while (header := self._byte()) != 0:
            delta, kind = header >> 4, header & 15
            field = field + delta if delta else self._whole()
            value = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind)
            fields[field] = (kind, value)
        return fields

    def _value(self, kind: int) -> Any:
        if kind in _WHOLE:
            return self._whole()
        match kind:
            case 1 | 2 | 3:  # in a list, a truth is a byte
                return self._byte()
            case 7:
                return self._bytes(8)
            case 8:
                return self._bytes(self._varint())
            case 9 | 10:
                header = self._byte()
                size, of = header >> 4, header & 15
                size = self._varint() if size == 15 else size
                return of, [self._value(of) for _ in range(size)]
            case 11:
                size = self._varint()
                kinds = self._byte() if size else 0
                key, of = kinds >> 4, kinds & 15
                return kinds, [(self._value(key), self._value(of)) for _ in range(size)]
            case 12:
                return self.struct()
        raise ParquetFault(f"the footer holds a value of the unknown type {kind}")

    def _byte(self) -> int:
        self._at += 1
        return self._held[self._at - 1]

    def _bytes(self, size: int) -> bytes:
        self._at += size
        return self._held[self._at - size : self._at]

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7

    def _whole(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)


class _Writer:
    """Writes what `_Reader` reads."""

    def __init__(self) -> None:
        self.bytes = bytearray()

    def struct(self, fields: Struct) -> None:
        before = 0
        for field, (kind, value) in fields.items():
            if 0 < field - before <= 15:
                self.bytes.append((field - before) << 4 | kind)
            else:
                self.bytes.append(kind)
                self._whole(field)
            if kind not in (_TRUE, _FALSE):
                self._value(kind, value)
            before = field
        self.bytes.append(0)

    def _value(self, kind: int, value: Any) -> None:
        if kind in _WHOLE:
            self._whole(value)
        elif kind in (_TRUE, _FALSE, _BYTE):
            self.bytes.append(value)
        elif kind == _DOUBLE:
            self.bytes += value
        elif kind == _BINARY:
            self._varint(len(value))
            self.bytes += value
        elif kind in (_LIST, _SET):
            self._list(*value)
        elif kind == _MAP:
            self._map(*value)
        else:
            self.struct(value)

    def _list(self, of: int, values: list[Any]) -> None:
        if len(values) < 15:
            self.bytes.append(len(values) << 4 | of)
        else:
            self.bytes.append(15 << 4 | of)
            self._varint(len(values))
        for value in values:
            self._value(of, value)

    def _map(self, kinds: int, pairs: list[tuple[Any, Any]]) -> None:
        self._varint(len(pairs))
        if pairs:
            self.bytes.append(kinds)
        for key, value in pairs:
            self._value(kinds >> 4, key)
            self._value(kinds & 15, value)

    def _varint(self, number: int) -> None:
        while number > 127:
            self.bytes.append(number & 127 | 128)
            number >>= 7
        self.bytes.append(number)

    def _whole(self, number: int) -> None:
        self._varint(number << 1 if number >= 0 else (-number << 1) - 1)
