"""The reader of an analyst's claim sheet: CSV files of claims beside `documents.csv`.

What belongs here: the sheet's columns, how a row becomes a claim, and what several rows say
together (ids given twice, parts that point to their whole, marks that another cell settles).
A row is a claim only where nothing is wrong with it; else every fault of it is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from pipelines.claims import fields
from pipelines.claims.amounts import AMBIGUOUS, NOTHING_SHOWN, Amount, number_in, read_amount
from pipelines.claims.quarantine import Account, quarantine_lines, refused_file
from pipelines.claims.quotes import faults_of_quote
from pipelines.claims.reading import RawFile, Reading, Record, Release
from pipelines.claims.register import (
    REGISTER_FILE,
    Register,
    one_of_same,
    read_register,
)
from pipelines.core.csv_rows import Fault, FileRefused, Row, Table, nearest, read_rows
from pipelines.core.ids import record_claim_id
from pipelines.core.numbers import Marks, marks
from pipelines.core.period import DateFault, Window, window
from pipelines.core.sheet_layout import SHEET
from schemas.vocab import DEATH_METRICS, MEASURES_OF_METRIC, UNITS_OF_METRIC

METHOD_VERSION: Final = "claim_sheet 1"

_NEEDED: Final = ("row_id", "document_id", "metric", "qualifier", "unit", "place", "speaker")
_NUMBERS: Final = ("value", "value_low", "value_high")
_MOST_COMPARED: Final = 50_000
"""Pairs of ids that are compared to suggest the one that was meant: more would take seconds."""

NOT_YET: Final = ("projected", "ordered")
"""Modalities of what may lie after the day of publication."""

PARSERS: Final[dict[str, Callable[[str, str], Any]]] = {
    **dict.fromkeys(("row_id", "document_id", "part_of"), fields.identifier),
    **dict.fromkeys(
        (
            "metric",
            "measure",
            "term",
            "qualifier",
            "unit",
            "population",
            "modality",
            "deaths_counted",
            "cause",
            "place_role",
            "basis",
            "source_type",
            "seen_in",
        ),
        fields.keyword,
    ),
    **dict.fromkeys(
        (
            "place",
            "territory",
            "from_place",
            "speaker",
            "origin",
            "nationality",
            "hazard_or_weapon",
            "attributed_to",
            "attributed_by",
            "household_size_source",
            "series",
            "restriction",
            "coverage",
            "locator",
        ),
        fields.name,
    ),
    **dict.fromkeys(("quote", "note"), fields.free_text),
    **dict.fromkeys(("period_start", "period_end", "stated_on"), fields.days),
    "edition": fields.day,
    "derived_from": fields.words,
    "household_size": fields.household_size,
    "url": fields.address,
}
"""How each column is read that holds no number of people."""

IN_WORDS: Final = tuple(
    column
    for column, parse in PARSERS.items()
    if parse in (fields.name, fields.words, fields.free_text)
)
"""Columns that hold somebody's words, in which a private matter may stand."""

COPIED: Final = (
    "term",
    "household_size",
    "household_size_source",
    "nationality",
    "hazard_or_weapon",
    "place_role",
    "territory",
    "restriction",
    "coverage",
    "attributed_to",
    "attributed_by",
    "origin",
    "source_type",
    "series",
    "seen_in",
    "quote",
    "note",
)
"""Columns that a claim takes as they were read."""

DEFAULTS: Final = {
    "measure": "unstated",
    "population": "all",
    "cause": "unstated",
    "basis": "unstated",
    "modality": "stated",
}
"""What a claim holds where the row does not say."""


def read_sheet(release: Release) -> Reading:
    """The claims of a release's sheets, and what was set aside, each fault named.

    Every `*.csv` but the register is a sheet; another kind of file is refused. A file that
    cannot be read is refused alone.
    """
    by_name = {file.name: file for file in release.files}
    register = read_register(by_name.pop(REGISTER_FILE, None), release)
    reading = Reading(files=register.files, quarantine=register.quarantine)
    sheets: list[_Sheet] = []
    for name, file in sorted(by_name.items()):
        data = file.path.read_bytes()
        try:
            if not name.lower().endswith(".csv"):
                raise _unsupported(name)
            table = read_rows(data, SHEET)
        except FileRefused as refusal:
            reading.files.append(refused_file(release, file, refusal, len(data)))
            continue
        sheet = _Sheet(file, table, len(data))
        _read_rows_of(sheet, release, register)
        sheets.append(sheet)
    _part_doubles(sheets)
    _join_parts(sheets, release)
    for sheet in sheets:
        _hand_over(sheet, release, reading)
    _add_documents(register, sheets, reading)
    return reading


def _unsupported(name: str) -> FileRefused:
    return FileRefused(
        [
            Fault(
                "file.type",
                f"'{name}' is no CSV file, and a claim sheet is one.",
                "Save the sheet as CSV (UTF-8, commas); leave other files out of the release.",
            )
        ]
    )


@dataclass(slots=True)
class _Read:
    """A row as read: its claim where nothing is wrong, else its faults."""

    row: Row
    row_id: str
    claim: Record
    faults: list[Fault]
    part_of: str | None = None


@dataclass
class _Sheet:
    """A sheet being read. `withheld` are ids of rows that a public build does not read."""

    file: RawFile
    table: Table
    size: int
    rows: list[_Read] = field(default_factory=list)
    empty: int = 0
    withheld: set[str] = field(default_factory=set)
    withheld_documents: set[str] = field(default_factory=set)


def _read_rows_of(sheet: _Sheet, release: Release, register: Register) -> None:
    """Read every row, then once more those whose marks the sheet's other cells may settle."""
    reader = _RowReader(release, register, sheet)
    for row in sheet.table.rows:
        if not any(row.cells):
            sheet.empty += 1
            continue
        cells = sheet.table.named(row)
        if cells["document_id"] in register.withheld:
            sheet.withheld.add(cells["row_id"])
            continue
        sheet.rows.append(reader.read(row, cells, NOTHING_SHOWN))
    sheet.withheld_documents = register.withheld
    _settle_marks(sheet, reader)


def _settle_marks(sheet: _Sheet, reader: _RowReader) -> None:
    """Read rows with dots and commas again by what the sound rows show of them.

    The numbers of the sheet speak for all of it, a quote only for rows of its document. A row with
    any other fault is no evidence, so that a bad row changes no reading.
    """
    at = {column: place for place, column in enumerate(sheet.table.columns)}
    numbers = [at[column] for column in _NUMBERS if column in at]
    marked = [n for n, read in enumerate(sheet.rows) if _has_marks(read.row, numbers)]
    if not marked:
        return
    sound = [
        read.row for read in sheet.rows if all(fault.reason == AMBIGUOUS for fault in read.faults)
    ]
    in_numbers = _evidence(row.cells[place] for row in sound for place in numbers)
    quotes: dict[str, list[str]] = {}
    if "quote" in at:
        for row in sound:
            quotes.setdefault(row.cells[at["document_id"]], []).append(row.cells[at["quote"]])
    shown_in: dict[str, Marks] = {}
    for n in marked:
        row = sheet.rows[n].row
        document = row.cells[at["document_id"]]
        if document not in shown_in:
            shown_in[document] = marks([*in_numbers, *_evidence(quotes.get(document, ()))])
        shown = shown_in[document]
        if any(
            number_in(sheet.table.columns[place], row.cells[place], shown)
            != number_in(sheet.table.columns[place], row.cells[place], NOTHING_SHOWN)
            for place in numbers
        ):
            sheet.rows[n] = reader.read(row, sheet.table.named(row), shown)


def _has_marks(row: Row, numbers: Iterable[int]) -> bool:
    return any("." in row.cells[place] or "," in row.cells[place] for place in numbers)


def _evidence(texts: Iterable[str]) -> list[str]:
    """One text for each thing that the texts show of dots and commas."""
    shown: dict[Marks, str] = {}
    for text in texts:
        if ("." in text or "," in text) and (found := marks([text])) not in shown:
            shown[found] = text
    return list(shown.values())


class _RowReader:
    """Reads the rows of one sheet; the places and actors that rows share are looked up once."""

    def __init__(self, release: Release, register: Register, sheet: _Sheet) -> None:
        self._release = release
        self._register = register
        self._file = sheet.file.name
        self._parsers = [
            (place, column, PARSERS[column])
            for place, column in enumerate(sheet.table.columns)
            if column in PARSERS
        ]
        self._needed = [column for column in _NEEDED if column in sheet.table.columns]
        self._places: dict[str, str | None] = {}
        self._actors: dict[str, str | None] = {}
        self._accessed: date | None = release.card.get("date_accessed")
        at = sheet.table.columns.index("document_id")
        cited = {row.cells[at] for row in sheet.table.rows} - register.documents.keys()
        self._suggests = len(cited) * len(register.documents) <= _MOST_COMPARED

    def read(self, row: Row, cells: Mapping[str, str], shown: Marks) -> _Read:
        """The row's claim, or its faults: all of them."""
        read: Record = {}
        faults: list[Fault] = []
        for place, column, parse in self._parsers:
            cell = row.cells[place]
            if cell:
                value = parse(column, cell)
                if isinstance(value, Fault):
                    faults.append(value)
                else:
                    read[column] = value
        faults += self._empty_cells(cells)
        document, fault = self._document(cells["document_id"], read)
        if fault:
            faults.append(fault)
        amount, number_faults = read_amount(
            cells["value"],
            cells.get("value_low", ""),
            cells.get("value_high", ""),
            read.get("qualifier"),
            read.get("quote", ""),
            shown,
        )
        faults += number_faults
        faults += _unsuited(read)
        if read.get("modality") == "none_reported" and amount and amount.value != 0:
            faults.append(_none_of_some(amount.as_written))
        faults += _misplaced_days(read, cells, document, self._accessed)
        faults += self._quote_faults(read, amount, document)
        faults += self._lookalike_places(read)
        faults += _private_cells(cells)
        row_id = cells["row_id"]
        if faults or document is None or amount is None:
            return _Read(row, row_id, {}, faults)
        claim = self._claim(read, cells, amount, document)
        return _Read(row, row_id, claim, [], read.get("part_of"))

    def _empty_cells(self, cells: Mapping[str, str]) -> list[Fault]:
        faults = [fields.fault_of_missing(column) for column in _NEEDED if not cells[column]]
        if not cells.get("quote") and not cells.get("locator"):
            faults.append(
                Fault(
                    "missing.quote",
                    "The row has neither a quote nor a locator.",
                    "Quote the words that carry the figure, or say where it stands (page, table).",
                    "quote",
                    "",
                )
            )
        if cells.get("household_size") and not cells.get("household_size_source"):
            faults.append(fields.fault_of_missing("household_size_source"))
        return faults

    def _document(self, cell: str, read: Record) -> tuple[Record | None, Fault | None]:
        """The document that the row cites; a fault where the register does not give it."""
        document_id = read.get("document_id")
        if document_id is None:
            return None, None
        document = self._register.documents.get(document_id)
        if document is not None:
            return document, None
        if document_id in self._register.set_aside:
            return None, Fault(
                "provenance.document_set_aside",
                f"The row of '{document_id}' in {REGISTER_FILE} was set aside.",
                f"Mend it there (see the quarantine of {REGISTER_FILE}).",
                "document_id",
                cell,
            )
        if not self._register.files:
            return None, Fault(
                "provenance.unknown_document",
                f"There is no {REGISTER_FILE} beside the sheet that says what '{document_id}' is.",
                f"Write {REGISTER_FILE}: `attest sheet new` gives an empty one.",
                "document_id",
                cell,
            )
        return None, Fault(
            "provenance.unknown_document",
            f"'{document_id}' is not in {REGISTER_FILE}.",
            f"Register it, or mend the id.{self._meant_document(document_id)}",
            "document_id",
            cell,
        )

    def _meant_document(self, document_id: str) -> str:
        known = tuple(self._register.documents)
        return nearest(document_id, known) if self._suggests else ""

    def _lookalike_places(self, read: Record) -> list[Fault]:
        """Names that no place has, and one would in the Latin letters that theirs resemble."""
        found = []
        for column in ("place", "from_place"):
            name = read.get(column, "")
            twin = fields.latinised(name)
            if twin != name and self._place(name) is None and self._place(twin) is not None:
                found.append(fields.fault_of_lookalikes(column, name))
        return found

    def _quote_faults(
        self, read: Record, amount: Amount | None, document: Record | None
    ) -> list[Fault]:
        needed = ("quote", "qualifier", "metric", "unit")
        if amount is None or any(column not in read for column in needed):
            return []
        return faults_of_quote(
            read["quote"],
            amount,
            read["qualifier"],
            read["metric"],
            read["unit"],
            read.get("modality", "stated"),
            document.get("language") if document else None,
        )

    def _claim(
        self, read: Record, cells: Mapping[str, str], amount: Amount, document: Record
    ) -> Record:
        """The claim of a sound row."""
        release = self._release
        metric = read["metric"]
        counted = _window(cells["period_start"], cells["period_end"])
        claim: Record = {
            "claim_id": record_claim_id(release.source_id, release.release, read["row_id"], metric),
            "record_id": read["row_id"],
            "source_id": release.source_id,
            "release": release.release,
            "file": self._file,
            "document_id": read["document_id"],
            "locator": "; ".join(read[c] for c in ("locator", "url") if c in read) or None,
            "value_as_written": amount.as_written,
            "value": amount.value,
            "value_low": amount.value_low,
            "value_high": amount.value_high,
            "metric": metric,
            "qualifier": read["qualifier"],
            "unit": read["unit"],
            "place_as_written": read["place"],
            "place_id": self._place(read["place"]),
            "period_as_written": _period_as_written(cells),
            "start_earliest": counted.start_earliest,
            "start_latest": counted.start_latest,
            "end_earliest": counted.end_earliest,
            "end_latest": counted.end_latest,
            "speaker": read["speaker"],
            "speaker_id": self._actor(read["speaker"]),
            "publisher": document.get("publisher"),
            "published_on": document.get("published_on"),
            "edition": read.get("edition", document.get("edition")),
            "recorded_on": self._accessed,
            "withdrawn_on": document.get("withdrawn_on"),
            "replaced_by": document.get("replaced_by"),
            "method": "transcribed",
            "method_version": METHOD_VERSION,
            "review_status": "accepted",
            "sensitivity": document["sensitivity"],
            "derived_from": list(read.get("derived_from", ())),
        }
        claim.update({column: read[column] for column in COPIED if column in read})
        for column, default in DEFAULTS.items():
            claim[column] = read.get(column, default)
        if metric in DEATH_METRICS:
            claim["deaths_counted"] = read.get("deaths_counted", "unstated")
        self._add_readings(claim, read, cells)
        return {column: value for column, value in claim.items() if value is not None}

    def _add_readings(self, claim: Record, read: Record, cells: Mapping[str, str]) -> None:
        """What is looked up or in doubt: origin, place left, the day of saying, a private name."""
        doubts: list[str] = []
        if claim["place_id"] is None:
            doubts.append("place_unresolved")
        if "origin" in read:
            claim["origin_id"] = self._actor(read["origin"])
        if "from_place" in read:
            claim["from_place_id"] = self._place(read["from_place"])
            if claim["from_place_id"] is None:
                doubts.append("from_place_unresolved")
                _add_note(claim, f"from_place as written: {read['from_place']}")
        if "stated_on" in read:
            first, last = read["stated_on"]
            if first == last:
                claim["stated_on"] = first
            else:
                doubts.append("stated_on_partial")
                _add_note(claim, f"stated_on as written: {cells['stated_on']}")
        if fields.may_name_a_person(read.get("quote"), read["speaker"], read.get("source_type")):
            doubts.append("possible_private_name")
            claim["review_status"] = "pending"
        claim["doubts"] = doubts

    def _place(self, name: str) -> str | None:
        if name not in self._places:
            self._places[name] = self._release.gazetteer.resolve(name)
        return self._places[name]

    def _actor(self, name: str) -> str | None:
        if name not in self._actors:
            self._actors[name] = self._release.actors.resolve(name)
        return self._actors[name]


@lru_cache(65536)
def _window(start: str, end: str) -> Window:
    return window(start, end)


def _add_note(claim: Record, said: str) -> None:
    claim["note"] = f"{claim['note']}; {said}" if claim.get("note") else said


def _period_as_written(cells: Mapping[str, str]) -> str | None:
    start, end = cells["period_start"], cells["period_end"]
    if start == end:
        return start or None
    return f"{start or '?'} to {end or '?'}"


def _unsuited(read: Mapping[str, Any]) -> list[Fault]:
    """Words that are each known and do not go with the metric."""
    metric = read.get("metric")
    if metric is None:
        return []
    faults = []
    measure, unit, deaths = read.get("measure"), read.get("unit"), read.get("deaths_counted")
    if measure and measure not in MEASURES_OF_METRIC[metric]:
        faults.append(
            Fault(
                "enum.measure_metric",
                f"{metric} is never a {measure}.",
                f"Use one of: {', '.join(MEASURES_OF_METRIC[metric])}.",
                "measure",
                measure,
            )
        )
    if unit and unit not in UNITS_OF_METRIC[metric]:
        faults.append(
            Fault(
                "unit.metric",
                f"{metric} is not counted in {unit}.",
                f"Use one of: {', '.join(UNITS_OF_METRIC[metric])}.",
                "unit",
                unit,
            )
        )
    if deaths and metric not in DEATH_METRICS:
        faults.append(
            Fault(
                "enum.deaths_counted_metric",
                f"{metric} counts no deaths, and deaths_counted says {deaths}.",
                "Leave deaths_counted empty, or check the metric.",
                "deaths_counted",
                deaths,
            )
        )
    return faults


def _none_of_some(as_written: str) -> Fault:
    return Fault(
        "number.none_reported",
        f"modality says none_reported, and the figure is {as_written}.",
        "Write 0 where the speaker says that there were none; else check the modality.",
        "modality",
        "none_reported",
    )


_PRIVATE: Final = {
    "privacy.phone": "a telephone number",
    "privacy.email": "an e-mail address",
    "privacy.address": "a street address",
}


def _private_cells(cells: Mapping[str, str]) -> list[Fault]:
    return [
        private_fault(reason, column, cells[column])
        for column in IN_WORDS
        if cells.get(column) and (reason := fields.private_matter(cells[column]))
    ]


def _private_parts(raw: Iterable[str]) -> list[Fault]:
    """What is private in a row whose cells are laid under no columns."""
    return [
        private_fault(reason, "", cell)
        for cell in raw
        if not cell.lstrip().startswith("http") and (reason := fields.private_matter(cell))
    ]


def private_fault(reason: str, column: str, cell: str) -> Fault:
    """The fault of a cell that `fields.private_matter` found something private in."""
    return Fault(
        reason,
        f"{column or 'The row'} holds what looks like {_PRIVATE[reason]}.",
        "Take it out: quote only the shortest clause that carries the figure.",
        column,
        cell,
    )


def _misplaced_days(
    read: Mapping[str, Any],
    cells: Mapping[str, str],
    document: Mapping[str, Any] | None,
    accessed: date | None,
) -> list[Fault]:
    """Days that are each possible and do not go together."""
    faults = []
    start, end, stated = (read.get(c) for c in ("period_start", "period_end", "stated_on"))
    if start and end:
        try:
            _window(cells["period_start"], cells["period_end"])
        except DateFault as fault:
            faults.append(
                Fault(
                    fault.code,
                    f"The period ends ({cells['period_end']}) before it starts "
                    f"({cells['period_start']}).",
                    "Check both days against the document; nothing is swapped here.",
                    "period_end",
                    cells["period_end"],
                )
            )
    later_allowed = read.get("modality") in NOT_YET
    published: date | None = document.get("published_on") if document else None
    # What starts on a day ends then at the earliest, also in a month or year that began before.
    from_start = start is not None and (end is None or start[0] > end[0])
    column, days = ("period_start", start) if from_start else ("period_end", end)
    if days and not later_allowed:
        if accessed and days[0] > accessed:
            faults.append(_future(column, cells[column], accessed))
        elif published and days[0] > published:
            faults.append(
                Fault(
                    "date.before_it_happened",
                    f"{column} ({cells[column]}) lies after the document's publication "
                    f"({published}): it was reported before it happened.",
                    "Check the days; for a forecast, plan or order give its modality.",
                    column,
                    cells[column],
                )
            )
    edition = read.get("edition")
    if edition and accessed and edition > accessed:
        faults.append(_future("edition", cells["edition"], accessed))
    if stated and accessed and stated[0] > accessed:
        faults.append(_future("stated_on", cells["stated_on"], accessed))
    elif stated and published and stated[0] > published:
        faults.append(
            Fault(
                "date.stated_after_publication",
                f"stated_on ({cells['stated_on']}) lies after the document's publication "
                f"({published}).",
                "Check both days.",
                "stated_on",
                cells["stated_on"],
            )
        )
    return faults


def _future(column: str, cell: str, accessed: date) -> Fault:
    return Fault(
        "date.future",
        f"{column} ({cell}) lies after the card's date_accessed ({accessed}).",
        "Check the day, or the card.",
        column,
        cell,
    )


# Rows together


def _part_doubles(sheets: Iterable[_Sheet]) -> None:
    """Give the rows of one id their faults: of equal ones the first is kept, of unlike ones none.

    Only rows that are sound by themselves are compared.
    """
    by_id: dict[str, list[tuple[_Sheet, _Read]]] = {}
    for sheet in sheets:
        for read in sheet.rows:
            if not read.faults:
                by_id.setdefault(read.row_id, []).append((sheet, read))
    for rows in by_id.values():
        if len(rows) > 1:
            filled = [
                {c: v for c, v in sheet.table.named(read.row).items() if v} for sheet, read in rows
            ]
            _, faults = one_of_same(filled)
            for (_, read), fault in zip(rows, faults, strict=True):
                if fault:
                    read.faults.append(fault)


def _join_parts(sheets: Iterable[_Sheet], release: Release) -> None:
    """Turn `part_of` from the row's id into the claim's.

    A row that points to no row, or in a circle, is set aside. Where the whole was set aside itself
    (or is not public), the part stands alone, with the doubt `whole_set_aside`.
    """
    sheets = list(sheets)
    claims = {read.row_id: read.claim for sheet in sheets for read in sheet.rows if not read.faults}
    known = {read.row_id for sheet in sheets for read in sheet.rows}
    known |= {row_id for sheet in sheets for row_id in sheet.withheld}
    wholes = {
        read.row_id: read.part_of
        for sheet in sheets
        for read in sheet.rows
        if read.part_of and not read.faults
    }
    circular = _in_circles(wholes)
    lost: set[str] = set()
    parts = [read for sheet in sheets for read in sheet.rows if read.row_id in wholes]
    nowhere = sorted({whole for whole in wholes.values() if whole not in known})
    suggests = len(nowhere) * len(claims) <= _MOST_COMPARED
    for read in parts:
        if read.faults:
            continue
        whole = wholes[read.row_id]
        if whole not in known or read.row_id in circular:
            is_circular = read.row_id in circular
            found = "a circle of parts" if is_circular else "no row of this sheet"
            meant = nearest(whole, tuple(claims)) if suggests and not is_circular else ""
            read.faults.append(
                Fault(
                    "provenance.part_of",
                    f"part_of '{whole}' leads to {found}.",
                    f"Write the row_id of the total in this sheet, or leave it empty.{meant}",
                    "part_of",
                    whole,
                )
            )
            lost.add(read.row_id)
    for read in parts:
        if read.faults:
            continue
        whole = wholes[read.row_id]
        if whole in claims and whole not in lost:
            read.claim["part_of"] = claims[whole]["claim_id"]
        else:
            read.claim["doubts"].append("whole_set_aside")


def _in_circles(wholes: Mapping[str, str]) -> set[str]:
    """The ids from which the way up leads back to themselves."""
    circular: set[str] = set()
    walked: set[str] = set()
    for row_id in wholes:
        path: dict[str, None] = {}
        at: str | None = row_id
        while at is not None and at not in walked:
            walked.add(at)
            path[at] = None
            at = wholes.get(at)
        if at is not None and at in path:
            ids = list(path)
            circular.update(ids[ids.index(at) :])
    return circular


def _hand_over(sheet: _Sheet, release: Release, reading: Reading) -> None:
    """Write the sheet's rows into the reading, each in one account."""
    account = Account(empty=sheet.empty)
    set_aside: list[tuple[int, list[Fault], Any]] = []
    for read in sheet.rows:
        if read.faults:
            set_aside.append((read.row.line, read.faults, sheet.table.named(read.row)))
        else:
            reading.claims.append(read.claim)
            reading.rows[read.claim["claim_id"]] = read.row.line
            account.rows_with_claims += 1
            account.claims += 1
    set_aside += [
        (spoiled.line, [spoiled.fault, *_private_parts(spoiled.raw)], spoiled.raw)
        for spoiled in sheet.table.spoiled
        if not sheet.withheld_documents.intersection(cell.strip() for cell in spoiled.raw)
    ]
    for line, faults, raw in sorted(set_aside, key=lambda found: found[0]):
        account.quarantined += 1
        reading.quarantine += quarantine_lines(release, sheet.file.name, line, faults, raw)
    reading.files.append(account.record(release, sheet.file, sheet.size))


def _add_documents(register: Register, sheets: list[_Sheet], reading: Reading) -> None:
    """The registered documents, each with the sheet that transcribes it."""
    sheet_of: dict[str, RawFile] = {}
    for sheet in sheets:
        for read in sheet.rows:
            if not read.faults:
                sheet_of.setdefault(read.claim["document_id"], sheet.file)
    for document_id, document in register.documents.items():
        if file := sheet_of.get(document_id):
            document["sha256"] = file.sha256
            document["path"] = f"{document['source_id']}/{document['release']}/{file.name}"
        reading.documents.append(document)
