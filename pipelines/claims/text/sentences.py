"""Where sentences start and end. Headings and bullet lines are sentences; numbers are never cut."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipelines.claims.text.words import words

_ABBREVIATIONS: Final = words("sentences", "abbreviations")
_STOP = re.compile(
    r"[.!?…؟。](?:(?<![.!?…؟。]{2})[.!?…؟。]*+(?P<close>[\"'”’»)\]]*)(?P<gap>\s+|(?=[A-Z\"“]|\Z))(?=\S)|"
    r"(?<=。))"
)
"""A mark with what closes behind it and the gap; without those groups a mark that needs no gap."""
_BREAK = re.compile(r"(?<![ \t\r\f\v\xa0])[ \t\r\f\v\xa0]*+\n\s*")
_BULLET = re.compile(r"\s*(?:[-*•▪–—·]|\d{1,2}[.)])\s+\S")
_TERMINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*\s*$")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)$")
_WIDEST = 100
_WRAPPED = range(40, _WIDEST + 1)
"""Characters of a line that a page's width has cut."""
_BLOCK = re.compile(r"(?:[^\n]+(?:\n|\Z))+")


_LONGEST: Final = 2000
_GAP = re.compile(r"(?<![\d\s])\s+(?=[^\W\d])")


class Span(NamedTuple):
    """A stretch of the text, end exclusive."""

    start: int
    end: int


def sentences(text: str) -> list[Span]:
    """The sentences of the text in order; together they hold every character but white space."""
    return [
        sentence
        for line in _lines(text)
        for sentence in _split(text, line)
        if sentence.end > sentence.start
    ]


def _lines(text: str) -> list[Span]:
    """Paragraphs: lines joined again where only a page's width had cut them."""
    if "\n" not in text:
        return [_trimmed(text, 0, len(text))]
    found: list[Span] = []
    start = 0
    wrapped = _wrapped_blocks(text)
    for gap in _BREAK.finditer(text):
        joins = (
            gap.group().count("\n") == 1
            and gap.end() < len(text)
            and not _BULLET.match(text, gap.end())
            and (text[gap.end()].islower() or _inside(wrapped, gap.start()))
        )
        if not joins:
            found.append(_trimmed(text, start, gap.start()))
            start = gap.end()
    found.append(_trimmed(text, start, len(text)))
    return [line for line in found if line.end > line.start]


def _wrapped_blocks(text: str) -> list[Span]:
    """Blocks of three lines and more whose lines are all about a page wide."""
    found = []
    for block in _BLOCK.finditer(text):
        lines = block.group().rstrip("\n").split("\n")
        ended = sum(bool(_TERMINAL.search(line[-_WIDEST:])) for line in lines[:-1])
        wide = all(len(line) in _WRAPPED for line in lines[:-1])
        if len(lines) >= 3 and wide and 2 * ended < len(lines):
            found.append(Span(*block.span()))
    return found


def _inside(spans: list[Span], at: int) -> bool:
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle].end <= at:
            low = middle + 1
        else:
            high = middle
    return low < len(spans) and spans[low].start <= at


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _split(text: str, line: Span) -> list[Span]:
    found: list[Span] = []
    start = line.start
    for stop in _STOP.finditer(text, line.start, line.end):
        if _ends_here(text, start, stop):
            cut = stop.end() if stop["gap"] is None else stop.end("close")
            found += _shortened(text, _trimmed(text, start, cut))
            start = cut
    return [*found, *_shortened(text, _trimmed(text, start, line.end))]


def _shortened(text: str, sentence: Span) -> list[Span]:
    """The sentence; or its pieces, cut between words, where it is longer than any sentence is.

    What follows reads a sentence as a whole; the limit keeps the time linear in the text.
    """
    found: list[Span] = []
    start = sentence.start
    while sentence.end - start > _LONGEST:
        gaps = [*_GAP.finditer(text, start + _LONGEST // 2, start + _LONGEST)]
        cut = gaps[-1].start() if gaps else start + _LONGEST
        found.append(_trimmed(text, start, cut))
        start = cut
    return [*found, _trimmed(text, start, sentence.end)]


def _ends_here(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a sentence ends at a mark, and not an abbreviation, an initial or a name."""
    if stop["gap"] is None:
        return True
    after = text[stop.end()]
    if not (after.isupper() or after.isdigit() or after in '"“‘«([' or not after.isascii()):
        return False
    if text[stop.start() : stop.start("close")] != ".":
        return True
    found = _LAST_WORD.search(text, max(start, stop.start() - 24), stop.start())
    word = found.group() if found else ""
    if not stop["gap"]:
        return _space_lost(text, stop, word)
    if stop["close"]:
        return True
    if len(word) == 1 or ("." in word and not word.islower()):  # "N. Afghanistan", "U.S. troops"
        return after in '"“‘'
    return word.lower() not in _ABBREVIATIONS or word in _ALSO_WORDS


_ALSO_WORDS: Final = ("no", "est", "art")
"""Abbreviations that are words where they stand in lower case."""


def _space_lost(text: str, stop: re.Match[str], word: str) -> bool:
    """Whether a mark without a space ends a sentence: "October.After", "(PKK).IDMC"."""
    whole = len(word) > 3 and (word.islower() or word.istitle())
    closed = text[stop.start() - 1] in ")]" or text[stop.start() - 4 : stop.start()].isdigit()
    return (whole or closed) and text[stop.end() : stop.end() + 2].isalpha()
