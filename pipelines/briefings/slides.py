"""A briefing as slides: native text and tables, pictures with descriptions, sources in the notes.

What does not fit a slide goes on with the next one under the same title; no text shrinks below what
can be read. Nothing is fetched and no day of making is written.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from pipelines.briefings import safe
from pipelines.briefings.document import (
    Block,
    Bullets,
    Card,
    Cell,
    Document,
    Paragraph,
    Section,
    Shown,
    Table,
)
from pipelines.charts.language import END_ISOLATE, ISOLATE, joined, say, speaking
from pipelines.charts.style import as_bytes, house_style

WIDE, HIGH = 13.333, 7.5
MARGIN: Final = 0.5
TOP, BOTTOM = 1.35, 7.05
"""Of a slide, in inches: where its words begin below the title, and end."""
TITLE_SIZE, SMALLEST_TITLE, SIZE, TABLE_SIZE, FOOT_SIZE = 24, 14, 16, 12, 12
"""Sizes of letters in points; none is smaller."""
FACE: Final = "DejaVu Sans"
_WIDTH_OF_A_LETTER: Final = 0.62
_HEIGHT_OF_A_LINE: Final = 1.32
"""Of the size of the letters: what a line takes, reckoned so that a wider face fits too."""
_INSETS: Final = 0.12
_LONGEST_WORD, _LONGEST_SHARE = 22, 60
"""Letters that a column makes room for in one word, and beyond which a text widens it no more."""
_OVERLAP: Final = 0.5
"""Inches of a tall picture that two slides share, so that a row is whole on one of them."""
_SHRUNK: Final = 1.35
"""A picture up to this many times too tall for its slide is made smaller; others are cut."""
_INK, _SOFT, _ACCENT = map(RGBColor.from_string, ("1B1F24", "57606A", "0B4F8A"))
_WHITE: Final = RGBColor.from_string("FFFFFF")
_MADE: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LONGEST_PROPERTY: Final = 255
_ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)


def write(document: Document, folder: Path) -> list[Path]:
    """Write `<name>.<language>.pptx` into the folder; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / document.file_name("pptx")
    with speaking(document.language), house_style():
        made = _Deck(document).made()
    path.write_bytes(made)
    return [path]


@dataclass(frozen=True)
class _Run:
    """A paragraph of a slide."""

    text: str
    label: str = ""
    is_bullet: bool = False
    is_soft: bool = False
    language: str = ""

    def lines(self, inches: float, size: int) -> int:
        """How many lines it takes at that width."""
        fit = max(1, int(inches * 72 / (size * _WIDTH_OF_A_LETTER)))
        whole = f"{self.label}: {self.text}" if self.label else self.text
        return sum(max(1, math.ceil(len(line) / fit)) for line in whole.split("\n"))


class _Deck:
    """The slides of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._is_rtl = safe.direction(document.language) == "rtl"
        self._deck = Presentation()
        self._deck.slide_width, self._deck.slide_height = _inches(WIDE), _inches(HIGH)
        properties = self._deck.core_properties
        properties.title = _cut(_plain(document.title), lambda text: len(text) <= _LONGEST_PROPERTY)
        properties.author = "Attest"
        properties.language = document.language
        properties.created = properties.modified = _MADE
        properties.last_modified_by, properties.revision = "Attest", 1
        self._notes = self._sources()
        self._part = ""

    def made(self) -> bytes:
        """The file."""
        self._opening()
        for section in self._document.sections:
            self._section(section)
        held = BytesIO()
        self._deck.save(held)
        return _same_each_time(held.getvalue())

    def _sources(self) -> str:
        """What stands in the notes of every slide: how to cite what is on it."""
        cited = [
            item
            for section in self._document.sections
            if section.key == "cite"
            for block in section.blocks
            for item in (block.items if isinstance(block, Bullets) else _texts(block))
        ]
        return "\n".join(map(safe.words, cited))

    def _opening(self) -> None:
        document = self._document
        runs = [_Run(document.stamp)] if document.stamp else []
        runs += [_Run(line.text, line.label) for line in document.head_lines()]
        self._pages(document.title, runs)

    def _section(self, section: Section) -> None:
        self._part = section.heading
        waiting: list[_Run] = []
        for block in section.blocks:
            runs = list(_runs(block))
            if runs:
                waiting += runs
                continue
            self._pages(section.heading, waiting)
            waiting = []
            match block:
                case Table():
                    self._table(section.heading, block)
                case Card():
                    self._card(block)
                case Shown():
                    self._picture(block)
        self._pages(section.heading, waiting)

    # Words

    def _pages(self, title: str, runs: Sequence[_Run], notes: str = "") -> None:
        """Slides of these paragraphs, as many as they need; none where there are none."""
        inches = WIDE - 2 * MARGIN
        for n, page in enumerate(_packed(runs, inches)):
            slide = self._slide(title if not n else _continued(title), notes)
            frame = slide.shapes.add_textbox(
                _inches(MARGIN), _inches(TOP), _inches(inches), _inches(BOTTOM - TOP)
            ).text_frame
            frame.word_wrap = True
            for at, run in enumerate(page):
                paragraph = frame.paragraphs[0] if not at else frame.add_paragraph()
                self._paragraph(paragraph, run, SIZE)

    def _card(self, card: Card) -> None:
        cited = safe.words(card.citation)
        if card.table:
            self._table(card.title, card.table, cited)
        self._pages(card.title, [_Run(line.text, line.label) for line in card.all_lines()], cited)

    def _slide(self, title: str, notes: str = "") -> Any:
        layout = next(one for one in self._deck.slide_layouts if one.name == "Title Only")
        slide = self._deck.slides.add_slide(layout)
        shape = slide.shapes.title
        shape.left, shape.top = _inches(MARGIN), _inches(0.3)
        shape.width, shape.height = _inches(WIDE - 2 * MARGIN), _inches(TOP - 0.4)
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        shown, size = _fitting(title, WIDE - 2 * MARGIN, TOP - 0.4)
        self._paragraph(frame.paragraphs[0], _Run(shown), size, colour=_ACCENT, bold=True)
        self._foot(slide)
        whole = "" if shown == title else safe.words(title)
        said = "\n\n".join(filter(None, (whole, notes, self._notes)))
        if said:
            frame = slide.notes_slide.notes_text_frame
            frame.text = said
            for paragraph in frame.paragraphs:
                self._directed(paragraph)
        return slide

    def _foot(self, slide: Any) -> None:
        box = slide.shapes.add_textbox(
            _inches(MARGIN), _inches(BOTTOM), _inches(WIDE - 2 * MARGIN), _inches(HIGH - BOTTOM)
        )
        box.text_frame.word_wrap = True
        release = say("Attest, release {release}", release=self._document.release_id)
        held = [text for text in (self._part, self._document.stamp, release) if text]
        room = WIDE - 2 * MARGIN
        text = _cut(joined(held, "; "), lambda t: _Run(t).lines(room, FOOT_SIZE) <= 1)
        self._paragraph(box.text_frame.paragraphs[0], _Run(text, is_soft=True), FOOT_SIZE)

    def _paragraph(
        self,
        paragraph: Any,
        run: _Run,
        size: int,
        *,
        colour: RGBColor | None = None,
        bold: bool = False,
    ) -> None:
        self._directed(paragraph, run.language)
        if run.label:
            self._put(paragraph, f"{run.label}: ", size, _INK, bold=True)
        text = f"• {run.text}" if run.is_bullet else run.text
        shade = colour or (_SOFT if run.is_soft else _INK)
        self._put(paragraph, text, size, shade, bold=bold, language=run.language)

    def _put(
        self,
        paragraph: Any,
        text: str,
        size: int,
        colour: RGBColor,
        *,
        bold: bool = False,
        language: str = "",
    ) -> None:
        for n, line in enumerate(safe.words(text).split("\n")):
            if n:
                paragraph.add_line_break()
            run = paragraph.add_run()
            run.text = line
            font = run.font
            font.size, font.bold, font.name, font.color.rgb = Pt(size), bold, FACE, colour
            properties = run._r.get_or_add_rPr()
            properties.set("lang", _code(language or self._document.language))
            for script in ("a:ea", "a:cs"):
                properties.append(properties.makeelement(qn(script), {"typeface": FACE}))

    def _directed(self, paragraph: Any, language: str = "") -> None:
        """Right to left where its language is, with its start where that direction has it."""
        own = safe.direction(language) if language else "auto"
        is_rtl = self._is_rtl if own == "auto" else own == "rtl"
        paragraph.alignment = PP_ALIGN.RIGHT if is_rtl else PP_ALIGN.LEFT
        paragraph._p.get_or_add_pPr().set("rtl", "1" if is_rtl else "0")

    # Tables and pictures

    def _table(self, title: str, table: Table, notes: str = "") -> None:
        """A table over as many slides as it needs, its heads on each; its caption in the notes."""
        widths = _widths(table)
        room = BOTTOM - TOP
        head = _height([Cell(name) for name in table.head], widths)
        for n, rows in enumerate(_fitting_rows(table.rows, widths, room - head)):
            named = f"{title}: {table.caption}" if table.caption else title
            slide = self._slide(named if not n else _continued(named), notes)
            shape = slide.shapes.add_table(
                len(rows) + 1,
                len(table.head),
                _inches(MARGIN),
                _inches(TOP),
                _inches(sum(widths)),
                _inches(head + sum(_height(row, widths) for row in rows)),
            )
            shape.name = _plain(table.caption) or "table"
            held = shape.table
            properties = held._tbl.tblPr
            if self._is_rtl:
                properties.set("rtl", "1")
            for column, width in enumerate(widths):
                held.columns[column].width = _inches(width)
            for column, name in enumerate(table.head):
                self._cell(held.cell(0, column), Cell(name), bold=True)
            for at, row in enumerate(rows, 1):
                held.rows[at].height = _inches(_height(row, widths))
                for column, cell in enumerate(row):
                    self._cell(held.cell(at, column), cell)

    def _cell(self, held: Any, cell: Cell, *, bold: bool = False) -> None:
        frame = held.text_frame
        frame.word_wrap = True
        held.margin_left = held.margin_right = _inches(0.06)
        held.margin_top = held.margin_bottom = _inches(0.03)
        run = _Run(cell.text, language=cell.language)
        self._paragraph(
            frame.paragraphs[0], run, TABLE_SIZE, colour=_WHITE if bold else None, bold=bold
        )
        if href := safe.link(cell.href):
            frame.paragraphs[0].runs[0].hyperlink.address = href

    def _picture(self, shown: Shown) -> None:
        """A picture as wide as its slide, a tall one over several; its words are noted with it.

        One that is a little too tall is made smaller, so that no strip of it stands alone.
        """
        picture = shown.picture
        png, title = as_bytes(picture, "png"), shown.caption or picture.title
        room, wide = BOTTOM - TOP - 0.05, WIDE - 2 * MARGIN
        across, down = picture.figure.get_size_inches()
        if room < wide * down / across <= room * _SHRUNK:
            wide = room * across / down
        at, n = 0.0, 0
        while True:
            slide = self._slide(title if not n else _continued(title), safe.words(picture.alt))
            shape = slide.shapes.add_picture(BytesIO(png), _inches(MARGIN), _inches(TOP))
            high = wide * shape.height / shape.width
            shape.crop_top = at / high
            shape.crop_bottom = max(0.0, 1 - (at + room) / high)
            shape.width, shape.height = _inches(wide), _inches(min(room, high - at))
            shape._element.nvPicPr.cNvPr.set("descr", _plain(picture.alt, keeps_lines=True))
            shape.name = _plain(picture.title)
            if at + room >= high:
                return
            at, n = at + room - _OVERLAP, n + 1


def _runs(block: Block) -> Iterator[_Run]:
    match block:
        case Paragraph():
            yield _Run(block.text, is_soft=block.is_note, language=block.language)
        case Bullets():
            yield from (_Run(item, is_bullet=True) for item in block.items)


def _texts(block: Block) -> tuple[str, ...]:
    return (block.text,) if isinstance(block, Paragraph) else ()


def _packed(runs: Sequence[_Run], inches: float) -> Iterator[list[_Run]]:
    """The paragraphs by slide; one that fills more than a slide is parted between its words."""
    most = int((BOTTOM - TOP) * 72 / (SIZE * _HEIGHT_OF_A_LINE)) - 1
    page: list[_Run] = []
    left = most
    for run in _parted(runs, inches, most):
        lines = run.lines(inches, SIZE)
        if page and lines > left:
            yield page
            page, left = [], most
        page.append(run)
        left -= lines
    if page:
        yield page


def _parted(runs: Sequence[_Run], inches: float, most: int) -> Iterator[_Run]:
    for run in runs:
        pieces = _pieces_of(run, inches, most, SIZE)
        yield from (replace(piece, label="") if n else piece for n, piece in enumerate(pieces))


def _pieces_of(run: _Run, inches: float, most: int, size: int) -> list[_Run]:
    """A paragraph in pieces of at most so many lines, parted between words."""

    def fits(words: Sequence[str]) -> bool:
        return replace(run, text=" ".join(words)).lines(inches, size) <= most

    if fits([run.text]):
        return [run]
    words, found = run.text.split(" "), []
    while words:
        n = _longest(len(words), partial(_fits_first, fits, words))
        found.append(replace(run, text=" ".join(words[:n])))
        words = words[n:]
    return found


def _fits_first(fits: Callable[[Sequence[str]], bool], words: Sequence[str], n: int) -> bool:
    return fits(words[:n])


def _longest(most: int, fits: Callable[[int], bool]) -> int:
    """The greatest number from 1 to `most` that fits; 1 where none does."""
    low, high = 1, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _widths(table: Table) -> list[float]:
    """Inches of each column: its longest word, and a share of the rest by its longest text."""
    columns = [
        [_plain(text) for text in texts]
        for texts in zip(
            table.head, *([cell.text for cell in row] for row in table.rows), strict=True
        )
    ]
    letter = TABLE_SIZE * _WIDTH_OF_A_LETTER / 72
    words = [max((len(w) for text in texts for w in text.split()), default=1) for texts in columns]
    least = [min(word + 1, _LONGEST_WORD) * letter + _INSETS for word in words]
    longest = [min(_LONGEST_SHARE, max(map(len, texts))) for texts in columns]
    rest = max(0.0, WIDE - 2 * MARGIN - sum(least))
    found = [
        width + rest * share / max(1, sum(longest))
        for width, share in zip(least, longest, strict=True)
    ]
    return [width * (WIDE - 2 * MARGIN) / sum(found) for width in found]


def _height(row: Sequence[Cell], widths: Sequence[float]) -> float:
    """Inches of a row of a table."""
    lines = max(
        _Run(cell.text).lines(width - _INSETS, TABLE_SIZE)
        for cell, width in zip(row, widths, strict=True)
    )
    return lines * TABLE_SIZE * _HEIGHT_OF_A_LINE / 72 + 0.08


def _fitting_rows(
    rows: Sequence[tuple[Cell, ...]], widths: Sequence[float], room: float
) -> Iterator[list[tuple[Cell, ...]]]:
    """The rows by slide. A row higher than a slide goes on in a row of its own below."""
    page: list[tuple[Cell, ...]] = []
    left = room
    for row in (piece for whole in rows for piece in _pieces(whole, widths, room)):
        high = _height(row, widths)
        if page and high > left:
            yield page
            page, left = [], room
        page.append(row)
        left -= high
    if page:
        yield page


def _pieces(
    row: tuple[Cell, ...], widths: Sequence[float], room: float
) -> Iterator[tuple[Cell, ...]]:
    if _height(row, widths) <= room:
        yield row
        return
    most = int((room - 0.08) * 72 / (TABLE_SIZE * _HEIGHT_OF_A_LINE))
    cut = [
        [
            replace(cell, text=piece.text)
            for piece in _pieces_of(_Run(cell.text), width - _INSETS, most, TABLE_SIZE)
        ]
        for cell, width in zip(row, widths, strict=True)
    ]
    for n in range(max(map(len, cut))):
        yield tuple(parts[n] if n < len(parts) else Cell("") for parts in cut)


def _fitting(title: str, inches: float, high: float) -> tuple[str, int]:
    """A title and its size: smaller where it is long, cut where it is too long to be read at all.

    The notes then hold it whole.
    """
    for size in range(TITLE_SIZE, SMALLEST_TITLE - 1, -2):
        if _fits_in(title, size, inches, high):
            return title, size
    shown = _cut(title, lambda text: _fits_in(text, SMALLEST_TITLE, inches, high))
    return shown, SMALLEST_TITLE


def _fits_in(text: str, size: int, inches: float, high: float) -> bool:
    return _Run(text).lines(inches, size) * size * _HEIGHT_OF_A_LINE / 72 <= high


def _cut(text: str, fits: Callable[[str], bool]) -> str:
    """The text, or as much of its beginning as fits, with a mark that it goes on."""
    if fits(text):
        return text
    return f"{text[: _longest(len(text), lambda n: fits(f'{text[:n]}…'))]}…"


def _continued(title: str) -> str:
    return say("{title} (continued)", title=title)


def _plain(text: str, *, keeps_lines: bool = False) -> str:
    """The text without isolates, for what does not read them: names and descriptions."""
    said = safe.words(text) if keeps_lines else safe.line(text)
    return said.replace(ISOLATE, "").replace(END_ISOLATE, "")


def _code(language: str) -> str:
    """The code of a language as a file of slides takes it."""
    return re.sub(r"[^A-Za-z0-9-]", "", language.replace("_", "-")) or "und"


def _inches(number: float) -> Emu:
    return Emu(int(number * 914_400))


def _same_each_time(made: bytes) -> bytes:
    """The file with one day on each of its parts."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as was, zipfile.ZipFile(held, "w") as now:
        for name in was.namelist():
            part = zipfile.ZipInfo(name, _ZIP_DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            now.writestr(part, was.read(name))
    return held.getvalue()
