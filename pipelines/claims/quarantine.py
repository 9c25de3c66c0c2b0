"""The account of a file and the lines of the quarantine, made in one way for all readers.

What belongs here: how a fault becomes a line of `quarantine_rows`, how a file's rows are counted,
and how the quarantine of a sheet is written back as a sheet to mend. What is private is never kept.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.claims.reading import RawFile, Record, Release
from pipelines.core.csv_rows import Fault, FileRefused
from pipelines.core.ids import short_hash
from pipelines.core.spreadsheet import inert

_NOT_SHOWN = "Not shown: the cell holds a private matter."


def quarantine_lines(
    release: Release,
    file: str,
    row: int,
    faults: Iterable[Fault],
    raw: Mapping[str, str] | Sequence[str] | None,
) -> list[Record]:
    """One line for each fault of a row: column and reason are said once.

    `raw` is the record as found: its cells by column, or in a list where they fit no columns; None
    where it is not at hand. Of a row with a `privacy.*` fault no cell is kept, and a hash stands
    for the value.
    """
    by_key = {(fault.column, fault.reason): fault for fault in reversed(list(faults))}
    found = list(reversed(by_key.values()))
    private = {fault.column for fault in found if fault.reason.startswith("privacy.")}
    kept = None if private or raw is None else json.dumps(raw, ensure_ascii=False)
    return [
        {
            "source_id": release.source_id,
            "release": release.release,
            "file": file,
            "row": row,
            "column_name": fault.column,
            "reason": fault.reason,
            "value": short_hash(fault.value or "") if private else fault.value,
            "message": _NOT_SHOWN if _is_hidden(fault, private) else fault.message,
            "fix": fault.fix,
            "raw": kept,
        }
        for fault in found
    ]


def _is_hidden(fault: Fault, private: set[str]) -> bool:
    return fault.column in private and not fault.reason.startswith("privacy.")


@dataclass
class Account:
    """The count of a file's rows: each ends in one of the three."""

    rows_with_claims: int = 0
    claims: int = 0
    quarantined: int = 0
    empty: int = 0

    def record(self, release: Release, file: RawFile, size: int) -> Record:
        """The row of `claims/files` of a file that was read."""
        return {
            **_identity(release, file),
            "status": "read",
            "rows_in": self.rows_with_claims + self.quarantined + self.empty,
            "rows_with_claims": self.rows_with_claims,
            "claims": self.claims,
            "quarantined": self.quarantined,
            "empty": self.empty,
            "bytes": size,
        }


def refused_file(release: Release, file: RawFile, refusal: FileRefused, size: int | None) -> Record:
    """The row of `claims/files` of a file that could not be read: no row of it was counted."""
    return {
        **_identity(release, file),
        "status": "refused",
        "reason": refusal.reason,
        "message": refusal.message,
        **dict.fromkeys(("rows_in", "rows_with_claims", "claims", "quarantined", "empty"), 0),
        "bytes": size,
    }


def _identity(release: Release, file: RawFile) -> Record:
    return {
        "source_id": release.source_id,
        "release": release.release,
        "file": file.name,
        "sha256": file.sha256,
    }


@dataclass(frozen=True)
class Mend:
    """The quarantine of a file as a sheet to mend, and what is wrong with each of its lines."""

    sheet: str
    reasons: str


def sheet_to_mend(quarantined: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Mend:
    """The rows of one file's quarantine under their header, in the file's order.

    `columns` is the header to use where no row shows the file's own. Private rows were not kept and
    stand only in the reasons. A cell that a spreadsheet would take for a formula begins with an
    apostrophe.
    """
    by_row: dict[int, list[Mapping[str, Any]]] = {}
    for line in sorted(quarantined, key=lambda line: (line["row"], line["column_name"])):
        by_row.setdefault(int(line["row"]), []).append(line)
    records = {row: json.loads(lines[0]["raw"] or "null") for row, lines in by_row.items()}
    header = next((list(raw) for raw in records.values() if isinstance(raw, dict)), list(columns))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    reasons: list[str] = []
    at = 1
    for row, lines in by_row.items():
        raw = records[row]
        if raw is None:
            where = f"line {row} of the file (not kept)"
        else:
            at += 1
            where = f"line {at} (line {row} of the file)"
            cells = [raw.get(c, "") for c in header] if isinstance(raw, dict) else raw
            written = [inert(cell) for cell in cells]
            writer.writerow(written)
            at += sum(cell.count("\n") for cell in written)
        for line in lines:
            column = f", {line['column_name']}" if line["column_name"] else ""
            reasons.append(f"{where}{column}: {line['reason']}. {line['message']} {line['fix']}")
    return Mend(text.getvalue(), "".join(f"{reason}\n" for reason in reasons))
