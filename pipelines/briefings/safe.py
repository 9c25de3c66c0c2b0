"""What of a text from outside may enter a document: its characters, its links, its direction.

A source's words and names are printed as they are, but they can steer nothing: no control
character, no override of the reading direction, no isolate that another text would have to close,
no address that is not one of the web.
"""

from __future__ import annotations

import unicodedata
from typing import Literal
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError

from pipelines.charts.language import END_ISOLATE, ISOLATE

Direction = Literal["ltr", "rtl", "auto"]

_OPENING = frozenset("\u2066\u2067\u2068")
_STEERING = frozenset("\u202a\u202b\u202c\u202d\u202e")
"""Embeddings and overrides, and what ends them."""
_SPACES = frozenset("\t\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")


def words(text: str) -> str:
    """The text without what could steer a page; every isolate that it opens it closes.

    A line feed stays, other breaks become a space. Left-to-right and right-to-left marks stay:
    they turn nothing but the punctuation beside them.

    >>> words("a\\u202eb\\x00\\tc")
    'ab c'
    """
    kept: list[str] = []
    opened = 0
    for character in text:
        if character in _SPACES:
            kept.append(" ")
        elif character in _OPENING:
            kept.append(ISOLATE)
            opened += 1
        elif character == END_ISOLATE:
            if opened:
                kept.append(END_ISOLATE)
                opened -= 1
        elif character == "\n" or _may_stand(character):
            kept.append(character)
    return "".join(kept) + END_ISOLATE * opened


def _may_stand(character: str) -> bool:
    if character in _STEERING or ord(character) & 0xFFFE == 0xFFFE:
        return False
    return unicodedata.category(character) not in ("Cc", "Cs", "Co")


def line(text: str) -> str:
    """As `words`, in one line."""
    return " ".join(words(text).split("\n"))


def link(href: str) -> str:
    """The address if it leads to the web, else ''.

    >>> link("https://example.org/a"), link("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    if any(c.isspace() or c in _STEERING or not _may_stand(c) or c == "\\" for c in href):
        return ""
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return ""
    # A name before the host would show one site and lead to another.
    shows_its_host = bool(host) and "@" not in parts.netloc
    return href if parts.scheme in ("http", "https") and shows_its_host else ""


def direction(code: str) -> Direction:
    """In which direction a language is written; 'auto', by its first letter, where not known.

    >>> direction("ar"), direction("fr"), direction("")
    ('rtl', 'ltr', 'auto')
    """
    try:
        found = Locale.parse(code.replace("-", "_")) if code else None
    except (ValueError, UnknownLocaleError):
        found = None
    if found is None:
        return "auto"
    return "rtl" if found.text_direction == "rtl" else "ltr"
