"""A briefing as a workbook: its words, then the tables behind it with their dictionary.

Nothing in it is computed or leads anywhere: no formula, no link, no macro. An empty cell is
unknown, never zero. Rows that name a place carry its P-code.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

import schemas
from pipelines.briefings import safe
from pipelines.briefings.document import Block, Bullets, Card, Document, Paragraph, Shown, Table
from pipelines.charts.language import END_ISOLATE, ISOLATE, say, speaking
from schemas.raw import Places

PCODES: Final = {"place_id": "place_pcode", "from_place_id": "from_place_pcode"}
"""Columns that name a place, and the column of its P-code that stands beside each."""

TAGS: Final = {
    "country": "#country+code",
    "iso3": "#country+code",
    "pcode": "#loc+code+v_pcode",
    "place_pcode": "#loc+code+v_pcode",
    "from_place_pcode": "#loc+origin+code+v_pcode",
    "name": "#loc+name",
    "low": "#affected+min",
    "best": "#affected+best",
    "high": "#affected+max",
    "value": "#affected+stated",
    "value_low": "#affected+stated+min",
    "value_high": "#affected+stated+max",
    "metric": "#indicator+name",
    "start_earliest": "#date+start+earliest",
    "start_latest": "#date+start+latest",
    "end_earliest": "#date+end+earliest",
    "end_latest": "#date+end+latest",
    "published_on": "#date+published",
    "date_accessed": "#date+accessed",
    "producer": "#meta+source+name",
    "publisher": "#meta+publisher+name",
    "url": "#meta+url",
    "license": "#meta+license",
    "citation": "#meta+citation",
    "claim_id": "#meta+id+claim",
    "question_id": "#meta+id+question",
    "document_id": "#meta+id+document",
    "source_id": "#meta+id+source",
    "place_id": "#meta+id+place",
}
"""Hashtags of the Humanitarian Exchange Language 1.1 (hxlstandard.org), by column of the marts.

Only columns that one of its core hashtags fits have one; attributes narrow it, as the standard
allows. A column of figures of any metric is of people affected, and `metric` says in what way.
"""

MOST_CHARACTERS: Final = 32_767
MOST_ROWS: Final = 1_048_576
_EXACT: Final = 2**53
"""Beyond it a spreadsheet's numbers are not whole."""
_FIRST_DAY: Final = date(1900, 3, 1)
"""Programs disagree on the days before it."""
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LONGEST_COLUMN: Final = 48
_WIDTHS: Final = (36, 84, 22, 22, 30, 30, 30, 30)
"""Widths of the columns of the words, in characters."""
_LINE, _HIGHEST = 15.0, 409.0
"""Height of a line, and of the highest row there can be, in points."""
_DICTIONARY, _WORDS = "dictionary", "briefing"


class NotHeld(ValueError):
    """What a sheet of a workbook cannot hold; says what, and where it is held."""


def write(document: Document, folder: Path, *, hxl: bool = False) -> list[Path]:
    """Write `<name>.<language>.xlsx` into the folder; the paths written.

    Parameters
    ----------
    hxl
        Whether a row of HXL tags stands below the heads of the tables.

    Raises
    ------
    NotHeld
        Where a table has more rows, or a text more characters, than a sheet can hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / document.file_name("xlsx")
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    held = BytesIO()
    with speaking(document.language), xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": _plain(document.title), "author": "Attest", "created": _MADE})
        _Book(book, document, hxl=hxl).fill()
    path.write_bytes(held.getvalue())
    return [path]


class _Book:
    """A workbook in the making."""

    def __init__(self, book: Workbook, document: Document, *, hxl: bool) -> None:
        self._book, self._document, self._hxl = book, document, hxl
        self._is_rtl = safe.direction(document.language) == "rtl"
        order = {"reading_order": 2} if self._is_rtl else {}
        words = {"text_wrap": True, "valign": "top"} | order
        self._of_words = book.add_format(words)
        self._label = book.add_format(words | {"bold": True})
        self._caption = book.add_format({"bold": True} | order)
        self._title = book.add_format({"bold": True, "font_size": 14} | order)
        self._heading = book.add_format({"bold": True, "font_size": 12, "font_color": "#0B4F8A"})
        self._head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self._tag = book.add_format({"italic": True, "font_color": "#57606A"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self._number = book.add_format({"num_format": "0"})
        self._text = book.add_format({"num_format": "@"})

    def fill(self) -> None:
        """Every sheet."""
        self._words()
        sheets = with_pcodes(self._document.sheets)
        for name, rows in sheets.items():
            self._table(name, rows)

    # The words

    def _words(self) -> None:
        sheet = self._book.add_worksheet(_WORDS)
        if self._is_rtl:
            sheet.right_to_left()
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        document = self._document
        rows = [[(document.title, self._title)], [(document.stamp, self._caption)]]
        rows += [
            [(line.label, self._label), (line.text, self._of_words)]
            for line in document.head_lines()
        ]
        for section in document.sections:
            rows += [[], [(section.heading, self._heading)]]
            for block in section.blocks:
                rows += self._rows_of(block)
        for n, row in enumerate(rows):
            lines = 1
            for column, (text, look) in enumerate(row):
                said = _plain(text, keeps_lines=True)
                self._write_text(sheet, n, column, said, look)
                if look.text_wrap:
                    lines = max(lines, _lines_of(said, _WIDTHS[min(column, len(_WIDTHS) - 1)]))
            # Some programs show a wrapped text one line high unless told how high it is.
            if lines > 1:
                sheet.set_row(n, min(lines * _LINE, _HIGHEST))

    def _rows_of(self, block: Block) -> Iterator[list[tuple[str, Format]]]:
        words = self._of_words
        match block:
            case Paragraph():
                yield [("", words), (block.text, words)]
            case Bullets():
                yield from ([("", words), (item, words)] for item in block.items)
            case Table():
                yield [(block.caption, self._caption)]
                yield [(name, self._label) for name in block.head]
                yield from ([(cell.text, words) for cell in row] for row in block.rows)
            case Card():
                yield [(block.title, self._caption)]
                if block.table:
                    yield from self._rows_of(block.table)
                yield from (
                    [(line.label, self._label), (line.text, words)] for line in block.all_lines()
                )
            case Shown():
                yield [(say("Text of the picture"), self._label), (block.picture.alt, words)]
                if block.caption:
                    yield [("", words), (block.caption, words)]

    # The tables

    def _table(self, name: str, rows: pd.DataFrame) -> None:
        sheet = self._book.add_worksheet(name)
        top = 2 if self._hxl and name != _DICTIONARY else 1
        if len(rows) + top > MOST_ROWS:
            raise NotHeld(
                f"{name}: {len(rows):,} rows are more than a sheet holds; take the Parquet file of "
                "the release, or brief on fewer days or a smaller place"
            )
        for column, head in enumerate(map(str, rows.columns)):
            sheet.write_string(0, column, head, self._head)
            if top == 2 and (tag := TAGS.get(head)):
                sheet.write_string(1, column, tag, self._tag)
            widest = len(head)
            for n, value in enumerate(rows.iloc[:, column], top):
                widest = max(widest, self._write(sheet, n, column, value))
            sheet.set_column(column, column, min(widest, _LONGEST_COLUMN) + 2)
        sheet.freeze_panes(top, 1)
        if len(rows.columns):
            sheet.autofilter(top - 1, 0, top - 1 + max(len(rows), 1), len(rows.columns) - 1)

    def _write(self, sheet: Worksheet, row: int, column: int, value: Any) -> int:
        """Write a value of a table, nothing where it is null; how wide it is."""
        match _plain_value(value):
            case None:
                return 0
            case bool() as said:
                sheet.write_boolean(row, column, said)
                return 5
            case int() | float() as number if abs(number) < _EXACT:
                look = self._number if isinstance(number, int) else None
                sheet.write_number(row, column, number, look)
                return len(str(number))
            case date() as day if day >= _FIRST_DAY:
                sheet.write_datetime(row, column, datetime(day.year, day.month, day.day), self._day)
                return 10
            case other:
                text = str(other)
                self._write_text(sheet, row, column, safe.words(text), self._text)
                return max(map(len, text.split("\n")))

    def _write_text(self, sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
        if len(text) > MOST_CHARACTERS:
            raise NotHeld(
                f"{sheet.get_name()}, row {row + 1}, column {column + 1}: a text of {len(text):,} "
                f"characters; a cell holds {MOST_CHARACTERS:,}. The Parquet file of the release "
                "holds it whole"
            )
        if text:
            sheet.write_string(row, column, text, look)


def with_pcodes(sheets: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables, with the P-code of a place beside its id, and a word on it in the dictionary."""
    if "places" not in sheets:
        return dict(sheets)
    places = sheets["places"].set_index("place_id")["pcode"]
    found, described = {}, []
    for name, rows in sheets.items():
        held = rows.copy()
        for of_place, of_code in PCODES.items():
            if name != "places" and of_place in held:
                at = held.columns.get_loc(of_place)
                assert isinstance(at, int)
                held.insert(at + 1, of_code, held[of_place].map(places))
                described.append({"table_name": name, "column_name": of_code})
        found[name] = held
    if _DICTIONARY in found and described:
        pcode = schemas.columns(Places)["pcode"]
        words = {"type": "VARCHAR", "nullable": True, "description": pcode.description}
        more = pd.DataFrame([row | words for row in described])
        found[_DICTIONARY] = pd.concat([found[_DICTIONARY], more], ignore_index=True)
    return found


def _lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column of that width, or so."""
    return sum(max(1, math.ceil(len(line) / width)) for line in text.split("\n"))


def _plain_value(value: Any) -> Any:
    """A value as Python's own, None where it is null; what a list holds, as one text."""
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value)) or None
    if hasattr(value, "tolist"):
        value = value.tolist()
        return _plain_value(value) if isinstance(value, list) else value
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return value.date() if isinstance(value, datetime) else value


def _plain(text: str, *, keeps_lines: bool = False) -> str:
    """The text without isolates, which a cell shows as boxes; its own direction leads a cell."""
    said = safe.words(text) if keeps_lines else safe.line(text)
    return said.replace(ISOLATE, "").replace(END_ISOLATE, "")
