"""A briefing as a PDF for print and for screen readers: tagged, PDF/UA-1, A4.

Typst sets a fixed template, `briefing.typ`; the words go in as data and can become no markup. Only
the type face that matplotlib brings is used, nothing is fetched, and no day of making is written,
so that one document gives one file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal, cast

import matplotlib
import typst
from matplotlib.ft2font import FT2Font

from pipelines.briefings import safe
from pipelines.briefings.document import (
    Block,
    Bullets,
    Card,
    Cell,
    Document,
    Line,
    Paragraph,
    Section,
    Shown,
    Table,
)
from pipelines.charts.language import END_ISOLATE, ISOLATE, joined, say, speaking
from pipelines.charts.style import Picture, as_bytes, house_style

TEMPLATE: Final = Path(__file__).with_name("briefing.typ")
STANDARD: Final[Literal["ua-1"]] = "ua-1"
FONTS: Final = Path(matplotlib.get_data_path(), "fonts", "ttf")
_FACES: Final = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![^_-])")
_SHORT, _LONG = 12, 60
"""Characters up to which a column is as wide as its longest text, and beyond which more of them
make it no wider."""


class NotTypeset(ValueError):
    """A briefing that Typst cannot set, or not as PDF/UA asks; says what it said."""


def write(document: Document, folder: Path) -> list[Path]:
    """Write `<name>.<language>.pdf` into the folder; the paths written.

    Raises
    ------
    NotTypeset
        Where it cannot be set as PDF/UA-1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / document.file_name("pdf")
    with speaking(document.language), house_style():
        path.write_bytes(_set(document))
    return [path]


def _set(document: Document) -> bytes:
    files: dict[str, bytes] = {"main": TEMPLATE.read_bytes()}
    data = _Data(files).of(document)
    files["briefing.json"] = json.dumps(data, ensure_ascii=False).encode()
    try:
        made = typst.compile(
            cast(Any, files),  # several files by name: the library takes them, its types do not
            font_paths=[FONTS],
            ignore_system_fonts=True,
            pdf_standards=STANDARD,
            timestamp=0,
        )
    except typst.TypstError as fault:
        raise NotTypeset(
            f"{document.file_name('pdf')}: Typst could not set it as {STANDARD}: {fault}. Write "
            "another format, and report the text that it names"
        ) from fault
    return made


class _Data:
    """What the template reads; pictures are put among the files."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def of(self, document: Document) -> dict[str, Any]:
        stamp = (document.stamp,) if document.stamp else ()
        release = say("Attest, release {release}", release=document.release_id)
        return {
            "language": _code(document.language),
            "direction": safe.direction(document.language),
            "title": _words(document.title),
            "plain_title": _plain(document.title),
            "stamp": _words(document.stamp),
            "footer": _words(joined([*stamp, release], "; ")),
            "about": _lines(document.head_lines()),
            "sections": [
                {"heading": _words(section.heading), "blocks": list(self._blocks(section))}
                for section in document.sections
            ],
        }

    def _blocks(self, section: Section) -> Iterator[dict[str, Any]]:
        for are_cards, blocks in groupby(section.blocks, key=lambda b: isinstance(b, Card)):
            if are_cards:
                held = [_card(block) for block in blocks if isinstance(block, Card)]
                yield {"kind": "cards", "cards": held}
            else:
                yield from map(self._block, blocks)

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Paragraph():
                return {
                    "kind": "paragraph",
                    "is_note": block.is_note,
                    "is_quote": block.is_quote,
                } | _said(block.text, block.language)
            case Bullets():
                return {"kind": "bullets", "items": [_words(item) for item in block.items]}
            case Table():
                return {"kind": "table"} | _table(block)
            case Shown():
                return {
                    "kind": "picture",
                    "file": self._file(block.picture),
                    "alt": _plain(block.picture.alt),
                    "caption": _words(block.caption),
                }
            case Card():
                return {"kind": "cards", "cards": [_card(block)]}

    def _file(self, picture: Picture) -> str:
        name = f"picture-{len(self._files)}.svg"
        self._files[name] = as_bytes(picture, "svg")
        return name


def _said(text: str, language: str) -> dict[str, str]:
    direction = safe.direction(language) if language else ""
    return {"text": _words(text), "language": _code(language), "direction": direction}


def _code(language: str) -> str:
    """The code as Typst takes it, without country or script: 'und' where it is none."""
    code = _LANGUAGE.match(language.lower())
    return code[0] if code else "und" if language else ""


def _lines(lines: tuple[Line, ...]) -> list[dict[str, str]]:
    return [{"label": _words(one.label), "text": _words(one.text)} for one in lines]


def _card(card: Card) -> dict[str, Any]:
    return {
        "title": _words(card.title),
        "lines": _lines(card.all_lines()),
        "table": _table(card.table) if card.table else None,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "caption": _words(table.caption),
        "head": [_words(name) for name in table.head],
        "widths": _widths(table),
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell) -> dict[str, str]:
    return _said(cell.text, cell.language) | {"href": safe.link(cell.href)}


def _widths(table: Table) -> list[int]:
    """Shares of the width, by the longest text of each column; 0 where it is as wide as that."""
    columns = zip(table.head, *([cell.text for cell in row] for row in table.rows), strict=True)
    longest = [max(len(_plain(text)) for text in texts) for texts in columns]
    return [0 if n <= _SHORT else min(n, _LONG) for n in longest]


def _words(text: str) -> str:
    """The text in characters of the type face; another stands as its number in Unicode.

    No character is left out, and none is an empty box: PDF/UA has no place for one.
    """
    return "".join(c if _is_drawn(c) else f"[U+{ord(c):04X}]" for c in safe.words(text))


def _is_drawn(character: str) -> bool:
    if character == "\n" or unicodedata.category(character) == "Cf":
        return True
    return all(ord(character) in face for face in _characters())


@cache
def _characters() -> tuple[frozenset[int], ...]:
    """The characters of each face that the template uses."""
    return tuple(frozenset(FT2Font(str(FONTS / face)).get_charmap()) for face in _FACES)


def _plain(text: str) -> str:
    """The text for what knows no isolates: the title of the file, and what is read aloud."""
    return safe.line(text).replace(ISOLATE, "").replace(END_ISOLATE, "")
