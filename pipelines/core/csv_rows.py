"""From the bytes of a CSV file to rows of text with the line each stands on.

What belongs here: everything that must be settled before a cell can be read (kind of file,
encoding, header, quoting, rows too short or too long). No cell is interpreted: all stays text.
Files are not trusted. A file that cannot be read as a table is refused with everything found;
a broken row is set aside alone, and never takes its neighbours with it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, NamedTuple

_MAX_LINES_OF_A_RECORD: Final = 100
"""A quoted cell may hold line breaks; one that runs on for longer was never closed."""

_SHOWN: Final = 200
"""Characters of a found value that a message quotes."""

_MOST_COLUMN_FAULTS: Final = 50

_SIGNATURES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive, such as an Excel workbook (.xlsx)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file, such as an Excel workbook (.xls)"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"RIFF", "a picture or a sound"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"{\\rtf", "an RTF document"),
)

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_TOTALS: Final = frozenset(
    (
        "total",
        "totals",
        "subtotal",
        "subtotals",
        "sum",
        "sums",
        "overall",
        "altogether",
        "totaal",
        "totale",
        "totali",
        "gesamt",
        "summe",
        "insgesamt",
        "somme",
        "suma",
        "soma",
        "totais",
        "totales",
        "итого",
        "всего",
        "المجموع",
        "الإجمالي",
        "合计",
        "总计",
        "grand total",
        "grand totals",
        "sub total",
        "total general",
        "total général",
    )
)

_BARE_ROW: Final = 3
"""A row with no more filled cells than these is a label and its numbers."""

_WORDS: Final = re.compile(r"[^\W_]+")

_CELL: Final = r'(?:[^",\r\n]*|"(?:[^"]|"")*")'
_WELL_QUOTED: Final = re.compile(rf"{_CELL}(?:,{_CELL})*[\r\n]*")
"""A line in which quotation marks stand only around cells, and doubled inside them."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, and what a person does about it. `column` is '' for a row or a file."""

    reason: str
    message: str
    fix: str
    column: str = ""
    value: str | None = None


_UNCLOSED: Final = Fault(
    "row.unclosed_quote",
    "A quotation mark opens a cell and never closes it.",
    'Close it with "; double a quotation mark inside a quoted cell ("").',
)


class FileRefused(ValueError):
    """A file that cannot be read as a table; `faults` holds all that was found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.message)

    @property
    def reason(self) -> str:
        """Code of the first fault."""
        return self.faults[0].reason

    @property
    def message(self) -> str:
        """Every fault with its mend, in one text."""
        return " ".join(f"{fault.message} {fault.fix}" for fault in self.faults)


@dataclass(frozen=True)
class Layout:
    """The columns that a kind of file has.

    `synonyms` maps other headers to their column; of each group in `one_of` at least one column
    stands in the file.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the file may have."""
        grouped = tuple(name for group in self.one_of for name in group)
        return tuple(dict.fromkeys((*self.required, *grouped, *self.optional)))

    @property
    def headers(self) -> frozenset[str]:
        """Every header that is understood."""
        return frozenset((*self.columns, *self.synonyms))


class Row(NamedTuple):
    """A whole row: the line on which it starts, and its cells without outer blanks."""

    line: int
    cells: tuple[str, ...]


class SpoiledRow(NamedTuple):
    """A row that cannot be laid under the header: its line, what was found, and why."""

    line: int
    raw: tuple[str, ...]
    fault: Fault


@dataclass(frozen=True)
class Table:
    """The rows of a file under its columns. A line with nothing on it is no row."""

    columns: tuple[str, ...]
    rows: list[Row]
    spoiled: list[SpoiledRow]

    def named(self, row: Row) -> dict[str, str]:
        """The row's cells by column."""
        return dict(zip(self.columns, row.cells, strict=True))


def shortened(value: str) -> str:
    """A found value as a message quotes it."""
    return value if len(value) <= _SHOWN else value[:_SHOWN] + "…"


def nearest(word: str, known: Mapping[str, object] | frozenset[str] | tuple[str, ...]) -> str:
    """', did you mean …?' with the likeliest of the known words, or nothing."""
    found = get_close_matches(word.casefold(), sorted(known), n=1, cutoff=0.6)
    return f" Did you mean '{found[0]}'?" if found else ""


def read_rows(data: bytes, layout: Layout) -> Table:
    """The rows of a UTF-8 CSV file with a header.

    Raises
    ------
    FileRefused
        With all of: `file.empty`, `file.type`, `file.nul`, `file.encoding`, `file.no_header`,
        `file.delimiter`, `file.duplicate_column`, `file.missing_column`, `file.unknown_column`,
        `file.truncated` that apply.
    """
    # newline="" keeps each line's own end, and splits at \n, \r and \r\n only: a cell may hold
    # form feeds or U+2028.
    lines = list(io.StringIO(_text_of(data), newline=""))
    at = next(i for i, line in enumerate(lines) if line.strip())
    header = _header_cells(lines[at])
    columns = _columns_of(header, lines[at], layout)
    return _Reader(lines, header, columns).read(at + 1)


def _refuse(reason: str, message: str, fix: str) -> FileRefused:
    return FileRefused([Fault(reason, message, fix)])


def _text_of(data: bytes) -> str:
    """The text of the bytes, strictly; what is not text is named."""
    start = data[:512].removeprefix(codecs.BOM_UTF8).lstrip()
    save = "Save the sheet as CSV (UTF-8, commas) and hand that in."
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise _refuse(
            "file.empty", "The file is empty.", "Hand in the sheet with its header, or delete it."
        )
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            raise _refuse("file.type", f"The file is {kind}, not a CSV text.", save)
    if data.startswith(_UTF16) or _looks_like_utf16(data):
        raise _refuse("file.encoding", "The file is UTF-16, not UTF-8.", save)
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise _refuse(
            "file.nul",
            f"The file holds a NUL byte, the first on line {line}: it is damaged or no text.",
            "Get the file again, or save it anew as CSV (UTF-8, commas).",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _encoding_refused(data, error) from None
    opening = text.strip().lstrip("\ufeff").lstrip()[:1]
    if opening == "<":
        raise _refuse("file.type", "The file is an HTML or XML page, not a CSV text.", save)
    if opening in ("{", "["):
        raise _refuse("file.type", "The file is JSON, not a CSV text.", save)
    if not opening:
        raise _refuse(
            "file.empty", "The file holds only blanks.", "Hand in the sheet with its header."
        )
    return text


def _looks_like_utf16(data: bytes) -> bool:
    """Whether every other byte of the beginning is NUL, as Latin text in UTF-16 without a mark."""
    start = data[:200]
    return len(start) >= 4 and any(
        start[odd::2].count(0) > 0.8 * len(start[odd::2]) and 0 not in start[1 - odd :: 2]
        for odd in (0, 1)
    )


def _encoding_refused(data: bytes, error: UnicodeDecodeError) -> FileRefused:
    line = data[: error.start].count(b"\n") + 1
    if error.reason == "unexpected end of data":
        return _refuse(
            "file.truncated",
            f"The file ends inside a character, on line {line}: it was cut off.",
            "Get the whole file again.",
        )
    found = data[error.start : error.start + 1].hex()
    return _refuse(
        "file.encoding",
        f"The file is not UTF-8: byte 0x{found} on line {line} (byte {error.start + 1}).",
        "Save it as CSV UTF-8. Many spreadsheets call this 'CSV UTF-8 (comma delimited)'.",
    )


def _header_cells(line: str, delimiter: str = ",") -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader((line,), delimiter=delimiter))]
    except csv.Error:
        return [line.strip()]


def _columns_of(header: list[str], line: str, layout: Layout) -> tuple[str, ...]:
    """The columns that the header names, or the refusal with every fault of the header."""
    known = layout.headers
    seen = sum(cell in known for cell in header)
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        cells = _header_cells(line, delimiter)
        if sum(cell in known for cell in cells) > max(seen, 1):
            raise _refuse(
                "file.delimiter",
                f"The columns are parted by {name}, not by commas.",
                "Save it as CSV with commas.",
            )
    if not seen:
        raise _refuse(
            "file.no_header",
            f"The first line names none of the columns: '{shortened(line.strip())}'.",
            f"Begin the file with the header: {','.join(layout.required)}.",
        )
    columns = tuple(layout.synonyms.get(cell, cell) for cell in header)
    faults = _unknown_columns(header, known)
    faults += [
        Fault(
            "file.duplicate_column",
            f"The column '{column}' stands {columns.count(column)} times in the header.",
            "Keep one.",
            column,
        )
        for column in dict.fromkeys(columns)
        if column in layout.columns and columns.count(column) > 1
    ]
    faults += [
        Fault("file.missing_column", f"The column '{column}' is missing.", "Add it.", column)
        for column in layout.required
        if column not in columns
    ]
    faults += [
        Fault(
            "file.missing_column",
            f"None of the columns {', '.join(group)} is there.",
            "Add one of them.",
            group[0],
        )
        for group in layout.one_of
        if not set(group) & set(columns)
    ]
    if faults:
        raise FileRefused(faults)
    return columns


def _unknown_columns(header: list[str], known: frozenset[str]) -> list[Fault]:
    """A fault for each header that is not known; beyond fifty only their number."""
    unknown = [(place, cell) for place, cell in enumerate(header, start=1) if cell not in known]
    faults = [
        Fault(
            "file.unknown_column",
            f"Column {place} is called '{shortened(cell)}', which is not known."
            if cell
            else f"Column {place} has no name.",
            f"Rename or remove it.{nearest(shortened(cell), known)}",
            cell,
        )
        for place, cell in unknown[:_MOST_COLUMN_FAULTS]
    ]
    more = len(unknown) - len(faults)
    if more:
        faults.append(
            Fault(
                "file.unknown_column",
                f"{more:,} more columns are not known either.",
                "Keep only columns that this kind of file has.",
            )
        )
    return faults


class _Reader:
    """The walk over the lines below the header."""

    def __init__(self, lines: list[str], header: list[str], columns: tuple[str, ...]) -> None:
        self._lines = lines
        self._header = {*header, *columns}
        self._columns = columns

    def read(self, first: int) -> Table:
        rows: list[Row] = []
        spoiled: list[SpoiledRow] = []
        width = len(self._columns)
        at = first
        while at < len(self._lines):
            line = self._lines[at]
            cells, fault, taken = self._record(at)
            if filled := [cell.strip() for cell in cells if cell.strip()]:
                fault = self._no_data(cells[0], filled) or fault or _misfit(cells, width)
            if fault is not None:
                if fault.reason in ("row.short", "row.unclosed_quote"):
                    self._refuse_cut_off(at + taken, fault)
                spoiled.append(SpoiledRow(at + 1, tuple(cells or [line.rstrip("\r\n")]), fault))
            elif filled:
                rows.append(Row(at + 1, tuple([cell.strip() for cell in cells])))
            elif cells:
                rows.append(Row(at + 1, ("",) * width))
            at += taken
        return Table(self._columns, rows, spoiled)

    def _record(self, at: int) -> tuple[list[str], Fault | None, int]:
        """The record that starts at a line: its cells, or a quoting fault; and its lines."""
        line = self._lines[at]
        if not line.strip():
            return [], None, 1
        try:
            return next(csv.reader((line,), strict=True)), None, 1
        except csv.Error:
            pass
        reader = csv.reader(self._onward(at), strict=True)
        try:
            cells = next(reader)
        except csv.Error as error:
            return _loose_cells(line), _quoting_fault(line, error), 1
        ran_over = range(at + 1, at + reader.line_num)
        if len(cells) != len(self._columns) and any(map(self._fits, ran_over)):
            return _loose_cells(line), _UNCLOSED, 1
        return cells, None, reader.line_num

    def _onward(self, at: int) -> Iterator[str]:
        """The line and those that its open quote may run over: never a sound row."""
        yield self._lines[at]
        for ahead in range(at + 1, min(at + _MAX_LINES_OF_A_RECORD, len(self._lines))):
            if self._fits(ahead) and _WELL_QUOTED.fullmatch(self._lines[ahead]):
                return
            yield self._lines[ahead]

    def _fits(self, at: int) -> bool:
        """Whether the line alone has a cell for each column."""
        try:
            cells = next(csv.reader((self._lines[at],), strict=True), [])
        except csv.Error:
            return False
        return len(cells) == len(self._columns)

    def _no_data(self, first: str, filled: list[str]) -> Fault | None:
        """The fault of a row that is a comment, a header or a total, whatever its width."""
        if first.lstrip().startswith("#"):
            return Fault(
                "row.comment",
                "The row begins with '#': it may be a comment, or a row that someone switched off.",
                "Delete the line if it is a comment; take the '#' away if it is data.",
                value=shortened(first),
            )
        if len(filled) > 1 and self._header.issuperset(filled):
            return Fault("row.repeated_header", "The header stands here again.", "Delete the line.")
        if _is_total(first, filled):
            return Fault(
                "row.total",
                f"The row is a total ('{shortened(filled[0])}'): it would count its rows again.",
                "Delete it; a total that a source states is a row with its own row_id.",
                value=shortened(filled[0]),
            )
        return None

    def _refuse_cut_off(self, after: int, fault: Fault) -> None:
        """Refuse the file where its last line is broken and has no line break."""
        if after >= len(self._lines) and not self._lines[-1].endswith(("\n", "\r")):
            raise _refuse(
                "file.truncated",
                f"The file ends in the middle of a row, on line {len(self._lines)}, without a "
                f"line break: it was cut off. ({fault.message})",
                "Get the whole file again; if it is whole, mend its last row.",
            )


def _is_total(first: str, filled: list[str]) -> bool:
    """Whether the first filled cell is a word for a total, or begins with one in a bare row."""
    words = _WORDS.findall(filled[0].casefold())
    bare = not first.strip() or len(filled) <= _BARE_ROW
    return " ".join(words) in _TOTALS or (bare and bool(words) and words[0] in _TOTALS)


def _loose_cells(line: str) -> list[str]:
    """The cells of a wrongly quoted line, as well as they can be told, to show."""
    try:
        return [cell.rstrip("\r\n") for cell in next(csv.reader((line,)))]
    except csv.Error:
        return [line.rstrip("\r\n")]


def _quoting_fault(line: str, error: csv.Error) -> Fault:
    if "field limit" in str(error):
        return Fault(
            "row.too_long",
            f"A cell of the row is longer than {csv.field_size_limit()} characters.",
            "Shorten it to the clause that carries the figure.",
        )
    bare = line.rstrip("\r\n")
    if next(csv.reader((bare + "\n",)))[-1].endswith("\n"):
        return _UNCLOSED
    return Fault(
        "row.stray_quote",
        "Text follows the quotation mark that closes a cell.",
        'Double a quotation mark inside a quoted cell ("").',
    )


def _misfit(cells: list[str], width: int) -> Fault | None:
    if len(cells) < width:
        return Fault(
            "row.short",
            f"The row has {len(cells)} cells; the header has {width}.",
            "Add the missing cells (an empty cell is a comma).",
        )
    if len(cells) > width:
        return Fault(
            "row.long",
            f"The row has {len(cells)} cells; the header has {width}.",
            "Put a cell that holds a comma in quotation marks; remove cells beyond the header.",
        )
    return None
