"""A briefing as GitHub-flavoured Markdown, its pictures as files beside.

Every mark of Markdown within a text is escaped, also those that would turn an address into a link:
the only links are those that the document gives to its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

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
from pipelines.charts.language import END_ISOLATE, ISOLATE, speaking
from pipelines.charts.style import Picture, as_bytes, house_style

_MARKS = re.compile(r"[\\`*_{}\[\]<>|~#&$]")
_ADDRESSES = re.compile(r":(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
_MAIL = re.compile(r"(?<=\S)@")
_OPENS_A_BLOCK = re.compile(r"^(\s*)([-+=:]|\d+(?=[.)]))(?P<after>[.)]?)")
_NO_LINK: Final = "<!-- -->"
"""Nothing to a reader, but it parts what would else be taken for an address of mail. It never
begins a line: there it would open a block of HTML."""
_OF_AN_ADDRESS: Final = "!#$%&'()*+,-./:;=?@[]_~"
"""What stays in a link's address: all but what would end it or its cell."""


def write(document: Document, folder: Path) -> list[Path]:
    """Write `<name>.<language>.md` and its pictures into the folder; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / document.file_name("md")
    written = [page]
    pictures: dict[str, str] = {}
    with speaking(document.language), house_style():
        for picture in _pictures(document):
            path = folder / document.file_name(f"{picture.name}.svg")
            path.write_bytes(as_bytes(picture, "svg"))
            pictures[picture.name] = path.name
            written.append(path)
        blocks = list(_wrapped(_blocks(document, pictures), document.language, ""))
    page.write_bytes(("\n\n".join(filter(None, blocks)) + "\n").encode())
    return written


def _pictures(document: Document) -> Iterator[Picture]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Shown):
                yield block.picture


def _blocks(document: Document, pictures: dict[str, str]) -> Iterator[str]:
    yield f"# {text(document.title)}"
    if document.stamp:
        yield f"**{text(document.stamp)}**"
    yield _lines(document.head_lines())
    for section in document.sections:
        yield from _section(section, document.language, pictures)


def _section(section: Section, language: str, pictures: dict[str, str]) -> Iterator[str]:
    yield f"## {text(section.heading)}"
    for block in section.blocks:
        yield from _block(block, language, pictures)


def _block(block: Block, language: str, pictures: dict[str, str]) -> Iterator[str]:
    match block:
        case Paragraph():
            said = f"> {text(block.text)}" if block.is_quote else text(block.text)
            yield from _wrapped(iter([said]), block.language, language)
        case Bullets():
            yield "\n".join(f"- {text(item)}" for item in block.items)
        case Table():
            yield from _table(block, language)
        case Card():
            yield f"### {text(block.title)}"
            if block.table:
                yield from _table(block.table, language)
            yield _lines(block.all_lines())
        case Shown():
            picture = block.picture
            yield f"![{text(picture.alt)}](<{_address(pictures[picture.name])}>)"
            if block.caption:
                yield text(block.caption)


def _wrapped(blocks: Iterator[str], language: str, around: str) -> Iterator[str]:
    """The blocks, told apart where their language is not the one around, or not English."""
    turns = language not in ("", around) and (around or safe.direction(language) == "rtl")
    if turns:
        yield f'<div dir="{safe.direction(language)}" lang="{_attribute(language)}">'
    yield from blocks
    if turns:
        yield "</div>"


def _attribute(code: str) -> str:
    return re.sub(r"[^\w-]", "", code)


def _table(table: Table, language: str) -> Iterator[str]:
    yield f"**{text(table.caption)}**"
    rows = [
        [text(head) for head in table.head],
        ["---" for _ in table.head],
        *([_cell(cell, language) for cell in cells] for cells in table.rows),
    ]
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(cell: Cell, language: str) -> str:
    said = text(cell.text)
    if cell.language not in ("", language):
        said = f"{ISOLATE}{said}{END_ISOLATE}"
    href = safe.link(cell.href)
    return f"[{said}](<{_address(href)}>)" if href else said


def _lines(lines: tuple[Line, ...]) -> str:
    return "\n".join(f"- **{text(line.label)}:** {text(line.text)}" for line in lines)


def text(words: str) -> str:
    """The words in one line, such that Markdown reads nothing into them.

    >>> print(text("1. *a* | [b](http://c)"))
    1\\. \\*a\\* \\| \\[b\\](http\\://c)
    """
    line = " ".join(safe.words(words).split("\n")).strip(" ")
    line = _MARKS.sub(r"\\\g<0>", line)
    line = _ADDRESSES.sub(r"\\\g<0>", line)
    line = _OPENS_A_BLOCK.sub(_escaped_opening, line)
    return _MAIL.sub(f"{_NO_LINK}@", line)


def _escaped_opening(found: re.Match[str]) -> str:
    """A dash or a number at the start of a line, which would open a list or a heading."""
    mark, after = found[2], found["after"]
    if mark.isdecimal():
        return f"{mark}\\{after}" if after else mark
    return f"\\{mark}{after}"


def _address(href: str) -> str:
    return quote(href, safe=_OF_AN_ADDRESS).replace("&", "&amp;")
