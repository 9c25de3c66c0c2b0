"""The footer of a Parquet file: read and written in Thrift's compact protocol.

Field by field, whatever the fields mean, so that nothing of a footer is lost on the way
(github.com/apache/thrift, doc/specs/thrift-compact-protocol.md).
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

MAGIC: Final = b"PAR1"
"""What a Parquet file begins and ends with."""

_TAIL: Final = 8

# Types of the compact protocol.
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12
_WHOLE: Final = (4, 5, 6)

Struct: TypeAlias = "dict[int, tuple[int, Any]]"
"""Type and value of each field by its id, in the order of the file."""


class ParquetFault(ValueError):
    """Files that cannot be put together."""


def read_footer(file: Path) -> tuple[Struct, int]:
    """The footer of a file, and where it starts. Raises ParquetFault where it has none."""
    size = file.stat().st_size
    with file.open("rb") as stream:
        stream.seek(max(size - _TAIL, 0))
        tail = stream.read()
        if len(tail) < _TAIL or tail[4:] != MAGIC:
            raise ParquetFault(f"{file.name} is no Parquet file")
        (length,) = struct.unpack("<I", tail[:4])
        start = size - _TAIL - length
        stream.seek(start)
        return Reader(stream.read(length)).struct(), start


def write_footer(footer: Struct, out: BinaryIO) -> None:
    """Write a footer, and the end of the file."""
    written = Writer()
    written.struct(footer)
    out.write(written.bytes)
    out.write(struct.pack("<I", len(written.bytes)) + MAGIC)


class Reader:
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


class Writer:
    """Writes what `Reader` reads."""

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
