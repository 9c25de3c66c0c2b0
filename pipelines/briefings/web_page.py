"""A briefing as one web page: no script, no address but the links of its sources, one style sheet.

The page is built as a tree of elements, so no text can become markup. What stands between isolates
in a text stands in `<bdi>` on the page. Its policy allows the one style sheet, by its hash, and
nothing else: neither a picture nor a type face is fetched, and nothing is sent.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from pipelines.briefings import safe
from pipelines.briefings.document import (
    Block,
    Bullets,
    Card,
    Document,
    Line,
    Paragraph,
    Section,
    Shown,
    Table,
)
from pipelines.briefings.inline_svg import inlined
from pipelines.charts.language import END_ISOLATE, ISOLATE, say, speaking
from pipelines.charts.style import house_style

STYLE_SHEET: Final = Path(__file__).with_name("web_page.css")
_ISOLATES = re.compile(f"([{ISOLATE}{END_ISOLATE}])")
_NOT_IN_A_KEY = re.compile(r"[^\w-]+")


def write(document: Document, folder: Path) -> list[Path]:
    """Write the page into the folder as `<name>.<language>.html`; the paths written.

    Raises
    ------
    NotInlined
        Where a picture holds what the page may not show.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / document.file_name("html")
    with speaking(document.language), house_style():
        page = _Page(document).html
    path.write_bytes(b"<!DOCTYPE html>\n" + tostring(page, encoding="utf-8", method="html") + b"\n")
    return [path]


def policy(css: str) -> str:
    """The Content-Security-Policy of a page whose only style sheet is this one."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _put(
    parent: Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None
) -> Element:
    """A new last element of the parent, on a line of its own where it is a block."""
    element = SubElement(parent, tag, dict(attributes or {}))
    _fill(element, text)
    if tag not in _INLINE:
        element.tail = "\n"
    return element


_INLINE = frozenset({"a", "bdi", "q"})


def _fill(element: Element, text: str) -> None:
    """Put the text in the element, an isolate of it as `<bdi>`."""
    open_elements = [element]
    for run in _ISOLATES.split(safe.words(text)):
        if run == ISOLATE:
            open_elements.append(SubElement(open_elements[-1], "bdi"))
        elif run == END_ISOLATE:
            open_elements.pop()
        elif run:
            _append(open_elements[-1], run)


def _append(element: Element, run: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + run
    else:
        element.text = (element.text or "") + run


def _fill_as(element: Element, text: str, is_figure: bool) -> None:
    """Put the text in the element; a figure keeps its own direction."""
    if is_figure:
        _put(element, "bdi", text, {"class": "figure"})
    else:
        _fill(element, text)


class _Page:
    """The page of one document, as a tree."""

    def __init__(self, document: Document) -> None:
        self._language = document.language
        self._ids: set[str] = set()
        self.html = Element("html", _language(document.language))
        self._head(document)
        body = _put(self.html, "body")
        header = _put(body, "header")
        _put(header, "h1", document.title)
        if document.stamp:
            _put(header, "p", document.stamp, {"class": "stamp"})
        self._lines(header, document.head_lines(), "about")
        main = _put(body, "main")
        for section in document.sections:
            self._section(main, section)

    def _head(self, document: Document) -> None:
        css = STYLE_SHEET.read_text(encoding="utf-8")
        head = _put(self.html, "head")
        _put(head, "meta", attributes={"charset": "utf-8"})
        _put(
            head,
            "meta",
            attributes={"http-equiv": "Content-Security-Policy", "content": policy(css)},
        )
        for name, content in (
            ("viewport", "width=device-width, initial-scale=1"),
            ("referrer", "no-referrer"),
            ("color-scheme", "light"),
        ):
            _put(head, "meta", attributes={"name": name, "content": content})
        _put(head, "title").text = safe.line(document.title)
        _put(head, "style").text = css

    def _section(self, main: Element, section: Section) -> None:
        heading = self._id(section.key)
        part = _put(main, "section", attributes={"aria-labelledby": heading})
        _put(part, "h2", section.heading, {"id": heading})
        for are_cards, blocks in groupby(section.blocks, key=lambda b: isinstance(b, Card)):
            around = _put(part, "div", attributes={"class": "cards"}) if are_cards else part
            for block in blocks:
                self._block(around, block)

    def _block(self, part: Element, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(part, block)
            case Bullets():
                bullets = _put(part, "ul")
                for item in block.items:
                    _put(bullets, "li", item)
            case Table():
                self._table(part, block)
            case Card():
                self._card(part, block)
            case Shown():
                self._picture(part, block)

    def _paragraph(self, part: Element, paragraph: Paragraph) -> None:
        look = {"class": "note"} if paragraph.is_note else {}
        if paragraph.is_quote:
            quote = _put(part, "blockquote", attributes=self._in_language(paragraph.language))
            _put(quote, "p", paragraph.text, look)
        else:
            _put(part, "p", paragraph.text, look | self._in_language(paragraph.language))

    def _table(self, part: Element, table: Table) -> None:
        named = self._id("table")
        scroll = {"class": "scroll", "role": "group", "tabindex": "0", "aria-labelledby": named}
        whole = _put(_put(part, "div", attributes=scroll), "table")
        _put(whole, "caption", table.caption, {"id": named})
        head = _put(_put(whole, "thead"), "tr")
        for column, text in enumerate(table.head):
            of_figures = {"class": "number"} if _holds_figures(table, column) else {}
            if text:
                _put(head, "th", text, {"scope": "col"} | of_figures)
            else:
                _put(head, "td")
        body = _put(whole, "tbody")
        for cells in table.rows:
            row = _put(body, "tr")
            for column, cell in enumerate(cells):
                attributes = {} if column else {"scope": "row"}
                if cell.is_figure:
                    attributes["class"] = "number"
                held = _put(row, "td" if column else "th", attributes=attributes)
                if href := safe.link(cell.href):
                    held = _put(held, "a", attributes={"href": href, "rel": _REL})
                if cell.language:
                    held = _put(held, "q", attributes=self._in_language(cell.language))
                _fill_as(held, cell.text, cell.is_figure)

    def _card(self, part: Element, card: Card) -> None:
        heading = self._id(f"card-{card.question_id}")
        whole = _put(part, "article", attributes={"class": "card", "aria-labelledby": heading})
        _put(whole, "h3", card.title, {"id": heading})
        if card.table:
            self._table(whole, card.table)
        self._lines(whole, card.all_lines(), "lines")

    def _lines(self, part: Element, lines: tuple[Line, ...], look: str) -> None:
        if not lines:
            return
        whole = _put(part, "dl", attributes={"class": look})
        for line in lines:
            pair = _put(whole, "div")
            _put(pair, "dt", line.label)
            _fill_as(_put(pair, "dd"), line.text, line.is_figure)

    def _picture(self, part: Element, shown: Shown) -> None:
        key = self._id("picture")
        figure = _put(part, "figure")
        scroll = {"class": "scroll", "role": "group", "tabindex": "0"}
        scroll["aria-label"] = safe.line(shown.picture.title)
        _put(figure, "div", attributes=scroll).append(inlined(shown.picture, key))
        if shown.caption:
            _put(figure, "figcaption", shown.caption)
        beside = _put(part, "details")
        _put(beside, "summary", say("Text of the picture"))
        _put(beside, "p", shown.picture.alt, {"class": "told"})

    def _in_language(self, code: str) -> dict[str, str]:
        """What says that a text is in that language; nothing where it is the page's own."""
        return {} if code in ("", self._language) else _language(code)

    def _id(self, wish: str) -> str:
        """An id that no other element of the page has."""
        plain = _NOT_IN_A_KEY.sub("-", wish)
        found, count = plain, 1
        while found in self._ids:
            count += 1
            found = f"{plain}-{count}"
        self._ids.add(found)
        return found


def _holds_figures(table: Table, column: int) -> bool:
    return bool(table.rows) and all(cells[column].is_figure for cells in table.rows)


_REL = "noreferrer noopener"


def _language(code: str) -> dict[str, str]:
    return {"lang": code, "dir": safe.direction(code)}
