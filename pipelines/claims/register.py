"""The register of the documents that a claim sheet cites: `documents.csv`.

What belongs here: its columns, and how a row of it becomes a document. A faulty row is set aside
with every fault named; the claims that cite it are then set aside too, by the sheet's reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pipelines.claims import fields
from pipelines.claims.quarantine import Account, quarantine_lines, refused_file
from pipelines.claims.reading import RawFile, Record, Release
from pipelines.core.csv_rows import Fault, FileRefused, Layout, Row, Table, read_rows
from schemas.vocab import SENSITIVITIES

REGISTER_FILE: Final = "documents.csv"

REGISTER: Final = Layout(
    required=("document_id", "title", "publisher", "published_on", "url"),
    optional=(
        "found_at",
        "license",
        "redistributable",
        "edition",
        "sensitivity",
        "withdrawn_on",
        "replaced_by",
        "language",
        "note",
    ),
)

_STRICTNESS: Final = tuple(SENSITIVITIES)

_PARSERS: Final[dict[str, Callable[[str, str], Any]]] = {
    "document_id": fields.identifier,
    "title": fields.name,
    "publisher": fields.name,
    "published_on": fields.day,
    "url": fields.address,
    "found_at": fields.free_text,
    "license": fields.name,
    "redistributable": fields.flag,
    "edition": fields.day,
    "sensitivity": fields.keyword,
    "withdrawn_on": fields.day,
    "replaced_by": fields.identifier,
    "language": fields.language,
    "note": fields.free_text,
}


@dataclass
class Register:
    """The documents of a release.

    `set_aside` are ids whose rows are faulty; `withheld` are ids that a public build does not read.
    """

    documents: dict[str, Record] = field(default_factory=dict)
    set_aside: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    files: list[Record] = field(default_factory=list)
    quarantine: list[Record] = field(default_factory=list)


def read_register(file: RawFile | None, release: Release) -> Register:
    """The documents that a release registers; none where it has no register or a refused one."""
    register = Register()
    if file is None:
        return register
    data = file.path.read_bytes()
    try:
        table = read_rows(data, REGISTER)
    except FileRefused as refusal:
        register.files.append(refused_file(release, file, refusal, len(data)))
        return register
    account = Account()
    _read_table(table, file, release, register, account)
    register.files.append(account.record(release, file, len(data)))
    return register


def _read_table(
    table: Table, file: RawFile, release: Release, register: Register, account: Account
) -> None:
    read: dict[str, list[tuple[Row, Record]]] = {}
    faulty: list[tuple[int, str, list[Fault], Any]] = []
    for row in table.rows:
        cells = table.named(row)
        if not any(row.cells):
            account.empty += 1
            continue
        document, faults = read_document(cells, release)
        if release.kind == "public" and not _is_public(document, faults):
            register.withheld.add(cells["document_id"])
        elif faults:
            faulty.append((row.line, cells["document_id"], faults, cells))
        else:
            read.setdefault(document["document_id"], []).append((row, document))
    for line, document_id, faults, cells in faulty:
        if document_id not in register.withheld:
            _set_aside(register, account, release, file, line, faults, cells)
            register.set_aside.add(document_id)
    for document_id, rows in read.items():
        if document_id in register.withheld:
            continue
        kept, doubled = one_of_same([document for _, document in rows])
        for (row, document), fault in zip(rows, doubled, strict=True):
            if fault:
                _set_aside(register, account, release, file, row.line, [fault], table.named(row))
            else:
                register.documents[document_id] = document
                account.empty += 1
        if not kept:
            register.set_aside.add(document_id)
    for spoiled in table.spoiled:
        if not register.withheld.intersection(cell.strip() for cell in spoiled.raw):
            _set_aside(register, account, release, file, spoiled.line, [spoiled.fault], spoiled.raw)
    register.set_aside -= register.documents.keys()


def _set_aside(
    register: Register,
    account: Account,
    release: Release,
    file: RawFile,
    line: int,
    faults: list[Fault],
    raw: Any,
) -> None:
    account.quarantined += 1
    register.quarantine += quarantine_lines(release, file.name, line, faults, raw)


def one_of_same(records: list[Any]) -> tuple[bool, list[Fault | None]]:
    """What becomes of records of one id: the first of equal ones is kept, unlike ones are not.

    Gives whether one is kept, and for each record its fault, or None for the one kept.
    """
    if any(record != records[0] for record in records):
        return False, [
            Fault(
                "duplicate.conflict",
                f"{len(records)} rows of this id say different things.",
                "Keep the right one, or give each its own id.",
            )
        ] * len(records)
    again = Fault(
        "duplicate.record", "The row stands here twice.", "Delete one: the first is kept."
    )
    return True, [None, *[again] * (len(records) - 1)]


def read_document(cells: Mapping[str, str], release: Release) -> tuple[Record, list[Fault]]:
    """A document from a row of the register, with every fault of the row."""
    faults: list[Fault] = []
    read: Record = {}
    for column, cell in cells.items():
        value = _PARSERS[column](column, cell)
        if isinstance(value, Fault):
            faults.append(value)
        elif value is not None:
            read[column] = value
    if not cells["document_id"]:
        faults.append(
            Fault(
                "missing.id", "document_id is empty.", "Give the document an id.", "document_id", ""
            )
        )
    if not cells["title"]:
        faults.append(fields.fault_of_missing("title"))
    faults += _misplaced_days(read, release.card.get("date_accessed"))
    of_card = str(release.card["sensitivity"])
    read["sensitivity"] = max(read.get("sensitivity", of_card), of_card, key=_STRICTNESS.index)
    read.setdefault("redistributable", False)
    read["source_id"] = release.source_id
    read["release"] = release.release
    read["date_accessed"] = release.card.get("date_accessed")
    return read, faults


def _is_public(document: Record, faults: list[Fault]) -> bool:
    """Whether a public build may read it; a word for its sensitivity that is unknown says no."""
    unclear = any(fault.column == "sensitivity" for fault in faults)
    return document["sensitivity"] == "public" and not unclear


def _misplaced_days(read: Record, accessed: date | None) -> list[Fault]:
    """Days that cannot be: after the card's day, or withdrawn before publication."""
    faults = [
        Fault(
            "date.future",
            f"{column} is {read[column]}, after the card's date_accessed ({accessed}).",
            f"Mend {column}, or the card.",
            column,
            str(read[column]),
        )
        for column in ("published_on", "edition", "withdrawn_on")
        if accessed and column in read and read[column] > accessed
    ]
    if {"published_on", "withdrawn_on"} <= read.keys() and (
        read["withdrawn_on"] < read["published_on"]
    ):
        faults.append(
            Fault(
                "date.reversed",
                f"It was withdrawn ({read['withdrawn_on']}) before it was published "
                f"({read['published_on']}).",
                "Mend one of the two days.",
                "withdrawn_on",
                str(read["withdrawn_on"]),
            )
        )
    return faults
