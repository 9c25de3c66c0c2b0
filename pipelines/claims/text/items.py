"""A sentence as a row of items: numbers, triggers of the lexicon, marks and words.

What the assigning of a metric walks over; nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipelines.claims.text.lexicon import Entry, Trigger

ItemKind = Literal["num", "trig", "and", "comma", "stop", "open", "close", "word"]


@dataclass(frozen=True)
class Figure:
    """A number that may count people: where it stands with and without its qualifier."""

    index: int
    start: int
    end: int
    quote_start: int
    quote_end: int
    size: int


@dataclass(frozen=True)
class Item:
    """One item; `key` is the word in lower case."""

    kind: ItemKind
    start: int
    end: int
    key: str
    figure: Figure | None = None
    entry: Entry | None = None


_TOKEN = re.compile(
    r"[^\W_]+(?:[-'’.&][^\W_]+)*|[,،;؛:!?؟()\[\]|—–]|\.(?=\s|$)|(?<=\s)-(?=\s)|…|/|&"
)
_ANDS: Final = frozenset(("and", "&", "or", "plus", "/"))
_KINDS: Final[dict[str, ItemKind]] = {
    ",": "comma", "،": "comma", "(": "open", "[": "open", ")": "close", "]": "close",
    **dict.fromkeys(";؛:!?؟|—–.-…", "stop"),
}  # fmt: skip


def items_of(
    text: str, start: int, end: int, figures: Sequence[Figure], found: Sequence[Trigger]
) -> list[Item]:
    """The items between two offsets. A number's qualifier belongs to the number."""
    specials: list[Item] = [
        Item("num", f.quote_start, f.quote_end, text[f.start : f.end].lower(), figure=f)
        for f in figures
    ]
    taken = [(item.start, item.end) for item in specials]
    specials += [
        Item("trig", t.start, t.end, text[t.start : t.end].lower(), entry=t.entry)
        for t in found
        if not any(t.start < b and a < t.end for a, b in taken)
    ]
    specials.sort(key=lambda item: item.start)
    made: list[Item] = []
    at = start
    for special in specials:
        made += _words(text, at, special.start)
        made.append(special)
        at = max(at, special.end)
    made += _words(text, at, end)
    return made


def _words(text: str, start: int, end: int) -> list[Item]:
    found = []
    for token in _TOKEN.finditer(text, start, end):
        key = token.group().lower()
        kind = "and" if key in _ANDS else _KINDS.get(key, "word")
        found.append(Item(kind, *token.span(), key))
    return found
