"""A filled sheet as it comes back, whatever the spreadsheet made of it: CSV or JSON lines.

What belongs here: semicolons and tabs in place of commas, columns in another order or left out,
cells that were written inert. What the rows say is judged in `decisions`.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipelines.claims.reading import Record
from pipelines.claims.review.release import ReviewFault
from pipelines.claims.review.sheet import COLUMNS, JSON_SUFFIXES
from pipelines.core.csv_rows import Fault, FileRefused, Layout, read_rows, shortened
from pipelines.core.spreadsheet import as_typed

_REQUIRED: Final = ("claim_id", "decision")
_LAYOUT: Final = Layout(_REQUIRED, tuple(name for name in COLUMNS if name not in _REQUIRED))
_OTHER_DELIMITERS: Final = (";", "\t")


class Filled(NamedTuple):
    """What a person may have filled in, of one row; an empty cell is ''."""

    row: int
    claim_id: str
    decision: str
    column: str
    becomes: str
    reason: str
    rests_on: str


@dataclass(frozen=True)
class SheetFault:
    """What is wrong with a row of a sheet: its line, or 0 for the file itself."""

    row: int
    fault: Fault

    def record(self, file: str) -> Record:
        """As a line of a report, in the words of `attest check`."""
        return {
            "file": file,
            "row": self.row,
            "column_name": self.fault.column,
            "value": self.fault.value or "",
            "reason": self.fault.reason,
            "message": self.fault.message,
            "fix": self.fault.fix,
        }


def read_filled(path: Path) -> tuple[list[Filled], list[SheetFault]]:
    """The rows of a filled sheet, and what could not be read of it.

    JSON lines are told by the name of the file or its first character. Raises ReviewFault where it
    cannot be opened.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReviewFault(f"{path} cannot be read ({error.strerror}): name a sheet") from error
    opening = data.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if path.suffix.lower() in JSON_SUFFIXES or opening == b"{":
        return _json_lines(data)
    try:
        table = read_rows(_with_commas(data), _LAYOUT)
    except FileRefused as refused:
        return [], [SheetFault(0, fault) for fault in refused.faults]
    filled = [_filled(row.line, table.named(row)) for row in table.rows if any(row.cells)]
    return filled, [SheetFault(row.line, row.fault) for row in table.spoiled]


def _filled(row: int, cells: Mapping[str, str]) -> Filled:
    return Filled(row, *(as_typed(cells.get(name, "").strip()) for name in Filled._fields[1:]))


def _with_commas(data: bytes) -> bytes:
    """The same rows parted by commas, where a spreadsheet wrote semicolons or tabs.

    Each row keeps its line, so that a fault is told where it stands. What is no such text is given
    back as it came: `read_rows` says what is wrong with it.
    """
    try:
        text = data.decode("utf-8-sig")
        header = next((line for line in io.StringIO(text) if line.strip()), "")
        delimiter = max((",", *_OTHER_DELIMITERS), key=lambda mark: _known_in(header, mark))
        if delimiter == ",":
            return data
        commas = io.StringIO(newline="")
        writer = csv.writer(commas, lineterminator="\n")
        writer.writerows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error):
        return data
    return commas.getvalue().encode()


def _known_in(header: str, delimiter: str) -> int:
    cells = next(csv.reader((header,), delimiter=delimiter), [])
    return len(_LAYOUT.headers.intersection(cell.strip() for cell in cells))


class _Doubled(ValueError):
    """A name that stands twice in one object."""


def _json_lines(data: bytes) -> tuple[list[Filled], list[SheetFault]]:
    filled: list[Filled] = []
    faults: list[SheetFault] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = (
            f"The file is not UTF-8: byte 0x{data[error.start]:02x} at byte {error.start + 1}."
        )
        return [], [SheetFault(0, Fault("file.encoding", message, "Save it as UTF-8."))]
    for at, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        cells = _cells_of(line)
        if isinstance(cells, Fault):
            faults.append(SheetFault(at, cells))
        else:
            filled.append(_filled(at, cells))
    return filled, faults


def _cells_of(line: str) -> dict[str, str] | Fault:
    """The cells of a line of JSON by column, or what is wrong with it."""
    fix = 'Write one object a line: {"claim_id": "...", "decision": "accept"}.'
    try:
        held: Any = json.loads(line, object_pairs_hook=_undoubled)
    except _Doubled as doubled:
        return Fault("row.doubled_key", f"'{shortened(str(doubled))}' stands twice.", fix)
    except (ValueError, RecursionError):
        return Fault("row.json", f"'{shortened(line.strip())}' is no JSON.", fix)
    if not isinstance(held, dict):
        return Fault("row.json", f"'{shortened(line.strip())}' is no object.", fix)
    for name, value in held.items():
        if name not in _LAYOUT.headers:
            message = f"'{shortened(name)}' is no column of the sheet."
            return Fault("file.unknown_column", message, "Leave it out.", name)
        if isinstance(value, (bool, list, dict, float)):
            message = f"{name} holds {shortened(json.dumps(value))}."
            return Fault("row.json", message, "Write a text or a whole number.", name)
        if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
            return Fault("row.json", f"{name} holds half a character.", "Write it anew.", name)
    return {name: "" if value is None else str(value) for name, value in held.items()}


def _undoubled(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Doubled(next(name for name in names if names.count(name) > 1))
    return held
