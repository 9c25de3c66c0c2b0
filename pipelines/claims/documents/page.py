"""Web pages: the main text of an HTML page, or all that it shows where that cannot be told.

What belongs here: how the parts of a page are written as text. Blocks are parted by a blank line;
a row of a table of figures is one line, its cells parted by bars and the lines of a cell by
semicolons, so that two numbers never read as one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

from pipelines.claims.documents.charsets import decoded
from pipelines.claims.documents.document_text import DocumentText, refused
from pipelines.claims.documents.page_main import choose
from pipelines.claims.documents.page_tree import BLOCKS, Part, visible_parts, words_of

METHOD: Final = f"html 2 (selectolax {version('selectolax')})"

_DEEPEST: Final = 10_000
"""Elements that may stand one inside another: parsing takes time by the square of that."""
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
_NOT_NESTED: Final = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
    "source", "track", "wbr", "p", "li", "td", "th", "tr", "dd", "dt", "option", "thead",
    "tbody", "tfoot", "colgroup", "optgroup", "rp", "rt",
))  # fmt: skip
"""Elements that hold nothing, or that the next of their kind closes."""

_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_CELL: Final = 300
"""Letters of the largest cell in a table of figures; larger ones lay out a page."""
_REFERENCE: Final = re.compile(r"\s*\d[\d,\s]*")


def read(data: bytes, charset: str | None = None) -> DocumentText:
    """The text of a page; `charset` as a mail names it, else as the page does.

    Raises FileRefused with file.type, file.encoding, file.nul, file.too_deep or file.no_text.
    """
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\x1f\x8b")):
        kind = "a PDF" if data.startswith(b"%PDF-") else "an archive"
        raise refused(
            "file.type", f"The file is {kind}, not a web page.", "Name it after what it is."
        )
    markup = decoded(data, charset)
    if "\0" in markup:
        raise refused(
            "file.nul", "The page holds a NUL: it is damaged or no page.", "Get the page again."
        )
    if _depth(markup) > _DEEPEST:
        raise refused(
            "file.too_deep",
            f"Elements stand more than {_DEEPEST:,} deep in each other: no browser shows that.",
            "Save the words of the page as plain text (UTF-8).",
        )
    body = visible_parts(markup)
    choice = choose(body)
    text = _Writer(choice.left_out).text(body)
    if not text:
        raise refused(
            "file.no_text",
            "The page shows no text: it may be made by a script when it is opened.",
            "Open it in a browser and save its words as plain text (UTF-8).",
        )
    notes = (choice.note(),) if choice.left_out else ()
    return DocumentText(text, METHOD if choice.fits else f"{METHOD}, whole page", notes)


def _depth(markup: str) -> int:
    """How deep elements may stand in each other at most, by counting tags that must be closed."""
    deepest = depth = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() in _NOT_NESTED:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Writer:
    """The walk over the parts of a page, writing blocks."""

    def __init__(self, left_out: Mapping[int, str]) -> None:
        self._left_out = left_out
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._preformatted = 0

    def text(self, body: Part) -> str:
        """All blocks below a part, parted by blank lines."""
        # Each open part, and the place of the child that is next.
        walk: list[tuple[Part, int]] = [(body, 0)]
        while walk:
            part, at = walk.pop()
            if at == len(part.children):
                self._close(part)
                continue
            walk.append((part, at + 1))
            child = part.children[at]
            if isinstance(child, str):
                self._line.append(child if self._preformatted else _BLANKS.sub(" ", child))
            elif id(child) not in self._left_out and not self._as_one(child, part, at):
                self._open(child)
                walk.append((child, 0))
        self._end_block()
        return "\n\n".join(self._blocks)

    def _as_one(self, part: Part, parent: Part, at: int) -> bool:
        """Write a part that is no walk of its own; whether it was one."""
        if part.tag == "br":
            self._line.append("\n")
        elif part.tag == "tr" and _is_row_of_figures(part):
            self._end_block()
            cells = [self._cell(cell) for cell in part.children if isinstance(cell, Part)]
            if any(cells):
                self._blocks.append(" | ".join(cells))
        elif part.tag == "sup" and _REFERENCE.fullmatch(words := words_of(part)):
            self._line.append(f"[{words.strip()}]")
        else:
            if at and isinstance(parent.children[at - 1], Part):
                self._keep_apart(part)
            return False
        return True

    def _cell(self, cell: Part) -> str:
        """The lines of a cell as one."""
        if id(cell) in self._left_out:
            return ""
        return "; ".join(filter(None, _Writer(self._left_out).text(cell).split("\n")))

    def _keep_apart(self, part: Part) -> None:
        """A space between a number and a word that only a style sheet parts."""
        before = self._line[-1][-1:] if self._line else ""
        if not before.isalnum() or part.tag in BLOCKS or part.tag in ("sup", "sub"):
            return
        after = _first_letter(part)
        if (before.isdigit() and after.isalpha()) or (before.isalpha() and after.isdigit()):
            self._line.append(" ")

    def _open(self, part: Part) -> None:
        if part.tag in BLOCKS:
            self._end_block()
        self._preformatted += part.tag == "pre"

    def _close(self, part: Part) -> None:
        if part.tag in BLOCKS:
            self._end_block()
        self._preformatted -= part.tag == "pre"

    def _end_block(self) -> None:
        # Soft hyphens and byte order marks are not shown.
        content = "".join(self._line).replace("\xad", "").replace("\ufeff", "")
        self._line.clear()
        lines = "\n".join(line.strip(" \t\r\f") for line in content.split("\n")).strip("\n")
        if lines:
            self._blocks.append(_BLANK_LINES.sub("\n\n", lines))


def _first_letter(part: Part) -> str:
    """The first character of a part; '' where it begins with an empty one."""
    child: Part | str = part
    while isinstance(child, Part):
        child = next((item for item in child.children if item != ""), "")
    return child[:1]


def _is_row_of_figures(row: Part) -> bool:
    """Whether a row's cells hold words and numbers, and no layout of a page."""
    cells = [cell for cell in row.children if isinstance(cell, Part)]
    small = all(cell.letters + cell.linked <= _CELL for cell in cells)
    return len(cells) > 1 and small and not any(map(_holds_table, cells))


def _holds_table(part: Part) -> bool:
    waiting = [part]
    while waiting:
        for child in waiting.pop().children:
            if isinstance(child, Part):
                if child.tag == "table":
                    return True
                waiting.append(child)
    return False
