"""A briefing as a document: sections of paragraphs, cards, tables and pictures, in one language.

Content is made as these blocks once, and every writer prints the same blocks. Texts are phrases of
the language spoken: names and figures in them stand between Unicode's isolates where their
direction may differ. Nothing here knows a format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from pipelines.charts.language import day, isolated, say
from pipelines.charts.style import Picture


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `is_note` where it is small print, `is_quote` where it is a source's words."""

    text: str
    is_note: bool = False
    is_quote: bool = False
    language: str = ""
    """Language of a source's words, as its document's card says; '' for the page's own."""


@dataclass(frozen=True)
class Bullets:
    """A list without order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, where a link leads, and what kind of text it is."""

    text: str
    href: str = ""
    is_figure: bool = False
    language: str = ""
    """As of a paragraph: the text is then a source's words, with the marks of a quote."""


@dataclass(frozen=True)
class Table:
    """A table with its caption and heads; the first cell of a row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Line:
    """A line of a card: what it tells, and what it says."""

    label: str
    text: str
    is_figure: bool = False


@dataclass(frozen=True)
class Card:
    """A quote card: a question, its lines, the sentence that may be printed, and how to cite it.

    `table` holds the answers where no rule of the office picks one.
    """

    question_id: str
    title: str
    lines: tuple[Line, ...]
    sentence: str
    citation: str
    table: Table | None = None

    def all_lines(self) -> tuple[Line, ...]:
        """Its lines, and as the last of them the sentence and the citation, where it has them."""
        ready = Line(say("Sentence that may be printed"), self.sentence)
        cited = Line(say("How to cite"), self.citation)
        return tuple(line for line in (*self.lines, ready, cited) if line.text)


@dataclass(frozen=True)
class Shown:
    """A picture with its caption; its alternative text is the picture's own."""

    picture: Picture
    caption: str


Block = Paragraph | Bullets | Table | Card | Shown


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading; `key` is the same in every language."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A briefing in one language.

    Attributes
    ----------
    name
        Name of its files, without the language and the ending.
    language
        Code of the language of its own words.
    title, stamp
        What it is about; whether it is a draft or cleared, and by which id.
    as_of
        The last day of publication that was looked at.
    release_id
        The release that it was made from.
    sections
        What it says, in the order of the page.
    sheets
        The tables behind it as `marts` has them, by table name, cut to what the page rests on:
        for the workbook.
    """

    name: str
    language: str
    title: str
    stamp: str
    as_of: date | None
    release_id: str
    sections: tuple[Section, ...]
    sheets: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def file_name(self, ending: str) -> str:
        """Name of its file in a format: `aleppo.en.html`."""
        return f"{self.name}.{self.language}.{ending}"

    def head_lines(self) -> tuple[Line, ...]:
        """What stands under its title: the day that it looks back from, and the release."""
        seen = Line(say("As of"), day(self.as_of)) if self.as_of else None
        release = Line(say("Release"), isolated(self.release_id))
        return (seen, release) if seen else (release,)
