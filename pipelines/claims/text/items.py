"""A sentence as a row of items: numbers, triggers of the lexicon, marks and words.

What every later stage walks over; nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import repeat
from typing import Final, Literal, NamedTuple

from pipelines.claims.text.lexicon import Entry, triggers
from pipelines.core.numbers import Number

ItemKind = Literal["num", "trig", "and", "comma", "stop", "open", "close", "word", "mask"]


class Figure(NamedTuple):
    """A number that may count people: where it stands with and without its qualifier.

    `rank` is its place among the numbers of its sentence.
    """

    rank: int
    start: int
    end: int
    quote_start: int
    quote_end: int
    size: int


class Item(NamedTuple):
    """One item; `key` is the word in lower case, of a number its digits.

    A `mask` is a number that counts no people, with what belongs to it (a date, "3 km").
    """

    kind: ItemKind
    start: int
    end: int
    key: str
    figure: Figure | None = None
    entry: Entry | None = None


_TOKEN: Final = re.compile(
    r"[^\W_]+(?:[-'’.&\u00ad][^\W_]+)*|[,،;؛:!?؟()\[\]|—–]|\.(?=\s|$)|(?<=\s)-(?=\s)|…|/|&"
)
_KINDS: Final[dict[str, ItemKind]] = {
    ",": "comma", "،": "comma", "(": "open", "[": "open", ")": "close", "]": "close",
    **dict.fromkeys(("and", "&", "or", "plus", "/"), "and"),
    **dict.fromkeys(";؛:!?؟|—–.-…", "stop"),
}  # fmt: skip
MASKED: Final = "#"
"""The key of a masked number."""


def words_of(text: str, start: int, end: int) -> list[Item]:
    """The words and marks between two offsets, in order. Words joined by a hyphen are one."""
    kind_of = _KINDS.get
    lower = str.lower if text.isascii() else _plain
    rows = [
        (kind_of(key := lower(found[0]), "word"), found.start(), found.end(), key, None, None)
        for found in _TOKEN.finditer(text, start, end)
    ]
    # In C: Item(...) would take three times as long a word.
    return list(map(tuple.__new__, repeat(Item), rows))


def _plain(word: str) -> str:
    """The word in lower case, with a straight apostrophe and without soft hyphens."""
    return word.lower().replace("’", "'").replace("\u00ad", "")


def number_item(number: Number, rank: int = 0) -> Item:
    """A number with its qualifier as an item."""
    size = number.value
    if size is None:
        size = number.value_high if number.value_high is not None else number.value_low
    start = min(number.quote_start, number.start)
    end = max(number.quote_end, number.end)
    figure = Figure(rank, number.start, number.end, start, end, size or 0)
    return Item("num", start, end, MASKED + number.surface.lower(), figure)


def items_of(
    text: str,
    words: Sequence[Item],
    numbers: Sequence[Number],
    masked: Sequence[tuple[int, int]],
    language: str,
) -> list[Item]:
    """The words of a sentence with its numbers and triggers put in their places.

    `numbers` and `masked` are in order of place. A number's qualifier belongs to the number.
    """
    specials = [number_item(number, rank) for rank, number in enumerate(numbers)]
    specials += [Item("mask", start, end, MASKED) for start, end in masked]
    specials.sort(key=lambda item: item.start)
    row = _merged(text, words, specials)
    if masked:
        row = _without_asides(row, language)
    found = triggers([item.key for item in row], language)
    if not found:
        return row
    made: list[Item] = []
    at = 0
    for trigger in found:
        made += row[at : trigger.first]
        start, end = row[trigger.first].start, row[trigger.end - 1].end
        made.append(Item("trig", start, end, text[start:end].lower(), None, trigger.entry))
        at = trigger.end
    made += row[at:]
    return made


def figures_at(items: Sequence[Item]) -> list[int]:
    """The positions of the numbers in a row of items."""
    return [k for k, item in enumerate(items) if item.kind == "num"]


def figure_of(items: Sequence[Item], k: int) -> Figure:
    """The figure of the number at a position."""
    figure = items[k].figure
    assert figure is not None
    return figure


def _without_asides(row: list[Item], language: str) -> list[Item]:
    """The row without brackets that hold masked numbers only: "(worth £4 million)", "(aged 45)"."""
    kept: list[Item] = []
    at = 0
    while at < len(row):
        end = _end_of_aside(row, at, language) if row[at].kind == "open" else None
        if end is None:
            kept.append(row[at])
        at = at + 1 if end is None else end
    return kept


def _end_of_aside(row: list[Item], at: int, language: str) -> int | None:
    for end in range(at + 1, min(len(row), at + _LONGEST_ASIDE)):
        if row[end].kind in ("num", "open"):
            return None
        if row[end].kind == "close":
            inside = row[at + 1 : end]
            masked = any(item.kind == "mask" for item in inside)
            said = triggers([item.key for item in inside], language)
            return end + 1 if masked and not said else None
    return None


_LONGEST_ASIDE: Final = 10


def _merged(text: str, words: Sequence[Item], specials: Sequence[Item]) -> list[Item]:
    """Words and numbers in one row; a word that a number covers in part keeps its other part."""
    row: list[Item] = []
    position, count = 0, len(words)
    for special in specials:
        if row and special.start < row[-1].end and row[-1].kind in ("mask", "num"):
            continue
        while position < count and words[position].end <= special.start:
            row.append(words[position])
            position += 1
        if position < count and words[position].start < special.start:
            row += words_of(text, words[position].start, special.start)
        row.append(special)
        while position < count and words[position].end <= special.end:
            position += 1
        if position < count and words[position].start < special.end:
            row += words_of(text, special.end, words[position].end)
            position += 1
    row += words[position:]
    return row
