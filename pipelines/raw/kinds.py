"""Kinds of files: whether bytes that arrived are of the kind that was expected, and whole.

Servers answer an error with a page under 200, or cut a file and say nothing. What can be told of
that from the bytes alone, before anyone reads a figure, belongs here.
"""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from pipelines.raw.faults import Wrong

_MOST_UNPACKED: Final = 16 * 1024**3
"""What an archive may hold when unpacked."""

_HEAD: Final = 4096
_PIECE: Final = 1 << 20
_BOM: Final = b"\xef\xbb\xbf"
_PACKED: Final = {
    b"PK\x03\x04": "a zip archive or workbook",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF document",
}
_AGAIN: Final = "get it again; if it stays so, tell the publisher"


def check_kind(path: Path, kind: str) -> None:
    """Read a file through, as its kind. Raises Wrong with what was found, and OSError."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip():
        raise Wrong("is empty", "try again later; if it stays so, tell the publisher")
    _refuse_page(head)
    KINDS[kind](path, head)


def _refuse_page(head: bytes) -> None:
    if head.removeprefix(_BOM).lstrip()[:1] == b"<":
        raise Wrong(
            "is a web page (HTML or XML), not the data",
            "open the address in a browser: the publisher may ask for something first, or may "
            "have moved the file; a file that you get there is taken with --from",
        )


def _refuse_packed(head: bytes, wanted: str) -> None:
    for start, found in _PACKED.items():
        if head.startswith(start):
            raise Wrong(f"is {found}, where {wanted} was expected", _AGAIN)


def _csv(path: Path, head: bytes) -> None:
    _refuse_packed(head, "CSV")
    _check_csv(head)


def _check_csv(head: bytes) -> None:
    if b"\0" in head:
        raise Wrong("holds NUL bytes, so it is no CSV in UTF-8", _AGAIN)
    first = head.removeprefix(_BOM).lstrip().splitlines()[0]
    if first[:1] in (b"{", b"[") or not any(mark in first for mark in (b",", b";", b"\t", b"|")):
        start = first[:60].decode("utf-8", "replace")
        raise Wrong(f"starts with '{start}', which is no header of a CSV table", _AGAIN)


def _json(path: Path, head: bytes) -> None:
    """A list of objects, or one page of an interface that holds them all."""
    _refuse_packed(head, "JSON")
    try:
        held = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Wrong(f"is no whole JSON ({error})", _AGAIN) from None
    if isinstance(held, dict):
        if str(held.get("maxPages", 1)) not in ("0", "1"):
            reason = f"is the first of {held['maxPages']} pages, so records are missing"
            raise Wrong(reason, "narrow the address of the registry, so that all fit on one page")
        lists = [part for part in held.values() if isinstance(part, list)]
        held = lists[0] if len(lists) == 1 else None
    if not isinstance(held, list) or not all(isinstance(part, dict) for part in held):
        start = head[:60].decode("utf-8", "replace")
        raise Wrong(f"is no list of records: it starts with '{start}'", _AGAIN)
    if not held:
        raise Wrong("holds no record", "try again later; the publisher may be at work on it")


def _zipped_csv(path: Path, head: bytes) -> None:
    """An archive of one file, which is CSV."""
    with _archive(path, "a zip archive of one CSV file") as archive:
        held = [one for one in archive.infolist() if not one.is_dir()]
        if len(held) != 1 or held[0].flag_bits & 1:
            names = ", ".join(one.filename for one in held[:5]) or "nothing"
            reason = f"holds {names}, where one CSV file without a password was expected"
            raise Wrong(reason, "unpack it by hand, and take the file in with --from")
        _read_through(archive)
        with archive.open(held[0]) as stream:
            _check_inner_csv(stream.read(_HEAD))


def _workbook(path: Path, head: bytes) -> None:
    with _archive(path, "a workbook (.xlsx)") as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise Wrong("is a zip archive, but no workbook (.xlsx)", _AGAIN)
        _read_through(archive)


def _archive(path: Path, wanted: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise Wrong(f"is no {wanted.removeprefix('a ')}, or is damaged ({error})", _AGAIN) from None


def _read_through(archive: zipfile.ZipFile) -> None:
    """Every file against its checksum."""
    if sum(one.file_size for one in archive.infolist()) > _MOST_UNPACKED:
        raise Wrong(
            f"holds more than {_MOST_UNPACKED:,} bytes", "do not unpack it: it may be a bomb"
        )
    try:
        damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise Wrong(f"is a damaged archive ({error})", _AGAIN) from None
    if damaged is not None:
        raise Wrong(f"is a damaged archive: {damaged} is not as it was packed", _AGAIN)


def _gzipped_csv(path: Path, head: bytes) -> None:
    if not head.startswith(b"\x1f\x8b"):
        raise Wrong("is no gzip archive", _AGAIN)
    try:
        with gzip.open(path, "rb") as stream:
            inner = stream.read(_HEAD)
            _drain(stream)  # type: ignore[arg-type]
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Wrong(f"is a damaged gzip archive ({error})", _AGAIN) from None
    _check_inner_csv(inner)


def _drain(stream: BinaryIO) -> None:
    """Read to the end, where the checksum stands."""
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > _MOST_UNPACKED:
            reason = f"holds more than {_MOST_UNPACKED:,} bytes"
            raise Wrong(reason, "do not unpack it: it may be a bomb")


def _check_inner_csv(head: bytes) -> None:
    if not head.strip():
        raise Wrong("is an archive of an empty file", _AGAIN)
    _refuse_page(head)
    _check_csv(head)


def _parquet(path: Path, head: bytes) -> None:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 4))
        end = stream.read()
    if not head.startswith(b"PAR1") or end != b"PAR1":
        raise Wrong("is no whole Parquet file", _AGAIN)


KINDS: Final[dict[str, Callable[[Path, bytes], None]]] = {
    "csv": _csv,
    "csv in zip": _zipped_csv,
    "csv in gzip": _gzipped_csv,
    "json": _json,
    "xlsx": _workbook,
    "parquet": _parquet,
}
"""How a file of each kind is checked."""
