"""PDF documents with a text layer: its characters, as PDFium orders them, made into paragraphs.

What belongs here: which gaps part the cells of a table, where a paragraph ends, and which words a
line end cut. Pictures of text are not read.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.claims.documents.document_text import DocumentText, refused

METHOD: Final = f"pdf 1 (pypdfium2 {version('pypdfium2')})"

_MOST_PAGES: Final = 5_000
_MOST_CHARACTERS: Final = 20_000_000

_OCR: Final = (
    "Run it through OCR, check the text against the pages, and hand in that text (.txt) or the PDF "
    "with its text layer."
)
_HYPHEN: Final = "\x02"
"""What PDFium gives for a hyphen at the end of a line that the next line goes on from."""

_WIDE_GAP: Final = 2.2
"""Gap between two words, in heights of the line, from which they stand in two cells."""
_CELL_GAP: Final = 1.2
"""The same, where it is also wider than those between the line's words: justified lines have
equal gaps."""
_NUMBER_GAP: Final = 0.45
"""The same, between two numbers."""
_WIDER: Final = 1.7
"""How much wider than the middle one between the line's words such a gap is."""
_SPACE: Final = 0.25
"""The gap between two words, in heights of the line, where the line shows none."""
_LEAST_LETTERS: Final = 30
"""Letters of the shortest line that a column's width can have ended; shorter ones are a list's."""
_LINE_GAP: Final = 1.9
"""Distance of two lines, in heights of a line, from which they are two paragraphs."""

_CUT_WORD: Final = re.compile(r"([^\W\d_]+)(?:\x02\n?|[-\u2010\xad]\n)([^\W\d_]+)")
_LINE_END: Final = re.compile(r"(?<!\n)\n(?!\n)")
_CUT_LINE: Final = re.compile(r"[^\W\d_][\x02\u2010\xad-]$")
_ENDED: Final = re.compile(r"[.!?…:;؟。][\"'”’»)\]]*\s*$")
_BULLET: Final = re.compile(r"\s*(?:[-*•▪–—·●◦]|\d{1,2}[.)])\s+\S")
_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)


@dataclass
class _Line:
    """A line of a page: its text and where it stands, in points from the lower left."""

    text: str
    left: float
    right: float
    bottom: float
    height: float


def read(data: bytes) -> DocumentText:
    """The text of a PDF's text layer, its pages parted by a blank line.

    Raises FileRefused with file.type, file.encrypted, file.unreadable, file.too_large or
    file.no_text.
    """
    if b"%PDF-" not in data[:1024]:
        raise refused("file.type", "The file is no PDF.", "Name it after what it is.")
    document = _opened(data)
    try:
        if len(document) > _MOST_PAGES:
            raise refused(
                "file.too_large",
                f"The PDF has {len(document):,} pages; at most {_MOST_PAGES:,} are read.",
                "Take out the pages that carry figures and hand in those.",
            )
        pages = list(_pages(document))
    finally:
        document.close()
    empty = [str(number) for number, page in enumerate(pages, start=1) if not page]
    text = "\n\n".join(filter(None, pages))
    if not text:
        raise refused(
            "file.no_text",
            f"The PDF has no text layer: its pages ({len(pages)}) are pictures or empty.",
            _OCR,
        )
    if _unmapped(text):
        raise refused(
            "file.no_text",
            "The PDF's text layer does not say which letters it shows.",
            _OCR,
        )
    notes = (f"pages without text, not read: {', '.join(empty)}",) if empty else ()
    return DocumentText(text, METHOD, notes)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise refused(
                "file.encrypted",
                "The PDF is encrypted and asks for a password.",
                "Open it with its password and save it without one.",
            ) from None
        raise refused(
            "file.unreadable",
            f"The PDF is damaged: {error}",
            "Get the whole file again, or print it to a new PDF from a viewer that shows it.",
        ) from None


def _pages(document: pypdfium2.PdfDocument) -> Iterator[str]:
    """The text of each page; '' of a page without any."""
    total = 0
    for number in range(len(document)):
        try:
            page = document[number]
            words = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise refused(
                "file.unreadable",
                f"Page {number + 1} of the PDF is damaged: {error}",
                "Get the whole file again, or print it to a new PDF from a viewer that shows it.",
            ) from None
        total += words.count_chars()
        if total > _MOST_CHARACTERS:
            raise refused(
                "file.too_large",
                f"The PDF holds more than {_MOST_CHARACTERS:,} characters.",
                "Take out the pages that carry figures and hand in those.",
            )
        yield _in_paragraphs(list(_lines(words)))
        words.close()
        page.close()


def _lines(words: pypdfium2.PdfTextPage) -> Iterator[_Line]:
    """The lines of a page in the order of its content, cells parted by bars."""
    handle = words.raw
    count = words.count_chars()
    at = 0
    while at < count:
        end = at
        while end < count and pdfium.FPDFText_GetUnicode(handle, end) not in (_CR, _LF, _CUT):
            end += 1
        if end < count and pdfium.FPDFText_GetUnicode(handle, end) == _CUT:
            end += 1
        if line := _line(handle, at, end):
            yield line
        at = end
        while at < count and pdfium.FPDFText_GetUnicode(handle, at) in (_CR, _LF):
            at += 1


_CR, _LF, _CUT = 0x0D, 0x0A, ord(_HYPHEN)


def _line(handle: Any, start: int, end: int) -> _Line | None:
    codes = [pdfium.FPDFText_GetUnicode(handle, index) for index in range(start, end)]
    inked = [at for at, code in enumerate(codes) if not _is_blank(code)]
    if not inked:
        return None
    first, last = _box(handle, start + inked[0]), _box(handle, start + inked[-1])
    height = _height(handle, start + inked[0], first)
    letters = [" " if _is_blank(code) else chr(code) for code in codes]
    gaps = {
        at: _box(handle, start + at + 1)[0] - _box(handle, start + at - 1)[1]
        for at in range(inked[0] + 1, inked[-1])
        if letters[at] == " " and pdfium.FPDFText_IsGenerated(handle, start + at) == 1
    }
    for at in _between_cells(gaps, letters, height):
        letters[at] = " | "
    text = "".join(letters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _Line(text.strip(), first[0], last[1], first[2], height)


def _between_cells(gaps: dict[int, float], letters: list[str], height: float) -> Iterator[int]:
    """The gaps of a line that part two cells of a table, and not two words."""
    words = sorted(
        gap
        for at, gap in gaps.items()
        if letters[at - 1].isalpha() and letters[at + 1].isalpha() and gap <= _WIDE_GAP * height
    )
    usual = words[len(words) // 2] if words else _SPACE * height
    for at, gap in gaps.items():
        wider = gap > _WIDER * usual
        numbers = letters[at - 1].isdigit() and letters[at + 1].isdigit()
        if (
            gap > _WIDE_GAP * height
            or (wider and gap > _CELL_GAP * height)
            or (numbers and gap > (_NUMBER_GAP if wider else _CELL_GAP) * height)
        ):
            yield at


def _is_blank(code: int) -> bool:
    return code in (0, 0x09, 0x20, 0xFFFE, 0xFEFF)


def _box(handle: Any, index: int) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a character."""
    edges = [ctypes.c_double() for _ in range(4)]
    pdfium.FPDFText_GetCharBox(handle, index, *edges)
    left, right, bottom, top = (edge.value for edge in edges)
    return left, right, bottom, top


def _height(handle: Any, index: int, box: tuple[float, float, float, float]) -> float:
    """The height of a line: of its loose box, which is alike for all letters of a font."""
    loose = pdfium.FS_RECTF()
    if pdfium.FPDFText_GetLooseCharBox(handle, index, loose) and loose.top > loose.bottom:
        return float(loose.top - loose.bottom)
    return max(box[3] - box[2], 1.0)


def _in_paragraphs(lines: list[_Line]) -> str:
    """The lines joined where only the page's width cut them, and the words they cut."""
    if not lines:
        return ""
    parts = [lines[0].text]
    for above, below in pairwise(lines):
        parts += ["\n" if _goes_on(above, below, lines) else "\n\n", below.text]
    text = _with_whole_words("".join(parts)).translate(_LIGATURES)
    return _LINE_END.sub(" ", text)


def _goes_on(above: _Line, below: _Line, lines: list[_Line]) -> bool:
    """Whether the line below goes on with the paragraph of the line above."""
    if _CUT_LINE.search(above.text):
        return True
    if _BULLET.match(below.text) or " | " in above.text or " | " in below.text:
        return False
    if not _alike(above, below):
        return False
    down = above.bottom - below.bottom
    if down < 0 or down > 20 * above.height:
        # Another column: the paragraph goes on there if its sentence had not ended.
        return not _ENDED.search(above.text)
    if down > _LINE_GAP * above.height:
        return False
    return len(above.text) >= _LEAST_LETTERS and not _would_have_fitted(above, below, lines)


def _would_have_fitted(above: _Line, below: _Line, lines: list[_Line]) -> bool:
    """Whether the line above had room for the next word, so that no column's width ended it."""
    edge = max(
        line.right
        for line in lines
        if _alike(line, above) and abs(line.left - above.left) < 2 * above.height
    )
    letter = (below.right - below.left) / len(below.text)
    word = len(below.text.split(maxsplit=1)[0])
    return above.right + (word + 1) * letter < edge


def _alike(one: _Line, other: _Line) -> bool:
    """Whether two lines are of one size."""
    return abs(one.height - other.height) <= 0.15 * max(one.height, other.height)


def _with_whole_words(text: str) -> str:
    """Words that a line end cut, made whole; a hyphen stays where the text writes the word so."""
    known = set(re.findall(r"[^\W\d_]+-[^\W\d_]+", text))

    def whole(match: re.Match[str]) -> str:
        first, second = match.groups()
        if f"{first}-{second}" in known or not second[0].islower():
            return f"{first}-{second}"
        return first + second

    return _CUT_WORD.sub(whole, text).replace(f"{_HYPHEN}\n", "-").replace(_HYPHEN, "-")


def _unmapped(text: str) -> bool:
    """Whether a good part of the characters are stand-ins for letters that nobody named."""
    bare = "".join(text.split())
    strange = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or c < " " for c in bare)
    return strange * 5 > len(bare)
