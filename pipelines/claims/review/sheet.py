"""The sheet that a person fills in: one row a claim, written for a spreadsheet or as JSON lines.

What belongs here: the sheet's columns and their order, which claims stand in it, and how a cell is
written so that a spreadsheet shows it and changes nothing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final

from pipelines.claims.reading import Record
from pipelines.claims.review.queue import READ_OF_A_CLAIM, size_of
from pipelines.claims.review.release import Queue, ReviewFault, queue_in
from pipelines.core.csv_rows import nearest
from pipelines.core.spreadsheet import inert

TO_FILL: Final = ("decision", "column", "becomes", "reason")
"""The columns that a person fills in; they come first, beside the words."""

_DOCUMENT: Final = ("title", "publisher", "published_on", "path")
_STATE: Final = ("review_status", "reviewed_by", "reviewed_on", "machine_values")

COLUMNS: Final = (
    "claim_id",
    *TO_FILL,
    "reasons_for_doubt",
    "sentence",
    *READ_OF_A_CLAIM,
    *_DOCUMENT,
    *_STATE,
    "priority",
    "rests_on",
)
"""The sheet's columns. The last is never empty: spreadsheets drop empty cells at a row's end."""

JSON_SUFFIXES: Final = (".jsonl", ".ndjson")


def rows_to_review(
    database: Path, source: str | None = None, *, everything: bool = False
) -> list[Record]:
    """The rows of the sheet, those to read first on top: see `queue.priority`.

    Parameters
    ----------
    database
        A release's casualties.duckdb.
    source
        Only claims of this source.
    everything
        Also claims that a person has decided on, as they stand now.

    Raises
    ------
    ReviewFault
        Where the release has no queue, or no claim of the source is in it.
    """
    queue = queue_in(database)
    held = [row for row in queue.rows if row["claim_id"] in queue.claims]
    if source is not None:
        sources = {queue.claims[row["claim_id"]]["source_id"] for row in held}
        if source not in sources:
            raise ReviewFault(
                f"no claim of the source '{source}' is in the review queue; those of "
                f"{', '.join(sorted(sources)) or 'no source'} are.{nearest(source, tuple(sources))}"
            )
        held = [row for row in held if queue.claims[row["claim_id"]]["source_id"] == source]
    if not everything:
        held = [row for row in held if queue.claims[row["claim_id"]]["review_status"] == "pending"]
    held.sort(
        key=lambda row: (
            -row["priority"],
            -size_of(queue.claims[row["claim_id"]]),
            row["claim_id"],
        )
    )
    return [_row(row, queue) for row in held]


def _row(row: Record, queue: Queue) -> Record:
    claim = queue.claims[row["claim_id"]]
    document = queue.documents.get(claim["document_id"], {})
    found: Record = {
        **dict.fromkeys(TO_FILL),
        **{name: claim[name] for name in (*READ_OF_A_CLAIM, *_STATE)},
        **{name: document.get(name) for name in _DOCUMENT},
        "claim_id": row["claim_id"],
        "reasons_for_doubt": row["reasons_in_words"],
        "sentence": row["sentence"],
        "priority": row["priority"],
        "rests_on": row["rests_on"],
    }
    return {name: found[name] for name in COLUMNS}


def as_csv(rows: Iterable[Record]) -> str:
    """The sheet as CSV, with commas; a cell that a spreadsheet would take for a formula is inert.

    Line ends are those of the CSV standard, and no mark stands before the first column: as in
    every other file that Attest exports.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    return "" if value is None else inert(str(value))


def as_json_lines(rows: Iterable[Record]) -> str:
    """The sheet as JSON lines: numbers as numbers, days as text, empty cells as null."""
    return "".join(f"{json.dumps(row, ensure_ascii=False, default=_day)}\n" for row in rows)


def _day(value: date) -> str:
    return value.isoformat()


def write_sheet(rows: Iterable[Record], path: Path) -> None:
    """Write the sheet to a new file, as JSON lines where its name ends so.

    Raises ReviewFault where the file is there already: somebody's decisions may stand in it.
    """
    told = as_json_lines(rows) if path.suffix.lower() in JSON_SUFFIXES else as_csv(rows)
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            stream.write(told)
    except FileExistsError:
        raise ReviewFault(
            f"{path} is there already, and somebody's decisions may stand in it: name another file"
        ) from None
    except OSError as error:
        raise ReviewFault(f"{path} cannot be written ({error.strerror})") from error
