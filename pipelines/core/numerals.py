"""Digits and their marks: what dots, commas and spaces between digits mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple

MAX_PEOPLE: Final = 8_300_000_000
"""More people than this do not live."""

_MOST_DIGITS: Final = 15

_SPACES = dict.fromkeys("\u00a0\u202f\u2007\u2009\u2008\u200a\u2002\u2003\u2005\u2006", "\u00a0")
_HYPHENS = dict.fromkeys("\u2010\u2011\u2012\u2013\ufe63\uff0d", "-")
_APOSTROPHES = dict.fromkeys("\u2019\u2018\u02bc\u00b4`\uff07\u066c", "'")
_MARKS = {
    "\uff0c": ",",
    "\u060c": ",",
    "\uff0e": ".",
    "\uff0b": "+",
    "\uff05": "%",
    "\u066a": "%",
    "\uff5e": "~",
    "\u223c": "~",
    "\u2243": "≈",
    "\u2245": "≈",
    "\u2a7e": "≥",
    "\u2a7d": "≤",
    "\uff1e": ">",
    "\uff1c": "<",
}
CONTROL: Final = "\u200b"
DECIMAL_ONLY: Final = "\u066b"
"""The Arabic decimal sign; before three digits it may have been typed for the thousands sign."""


class _Fold(dict[int, str]):
    """Character to character: digits to ASCII, letters to lower case, marks to kinds."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        digit = unicodedata.decimal(char, None)
        folded = char if digit is None else str(digit)
        if digit is None:
            lower = char.lower()
            if len(lower) == 1:
                folded = lower
            if unicodedata.category(char) == "Cf":
                folded = CONTROL
        self[code] = folded
        return folded


_FOLD = _Fold(
    (ord(char), folded)
    for table in (_SPACES, _HYPHENS, _APOSTROPHES, _MARKS)
    for char, folded in table.items()
)


def fold(text: str) -> str:
    """Give the text in the alphabet of the grammar, character for character: offsets hold."""
    return text.lower() if text.isascii() else _translated(text)


@lru_cache(maxsize=4)
def _translated(text: str) -> str:
    """The fold of a text beyond ASCII; dates and numbers of one text are read from the same."""
    return text.translate(_FOLD)


class Marks(NamedTuple):
    """What a document or file shows about its own dots and commas.

    None: it shows nothing, or both.
    """

    dot: Literal["thousands", "decimal"] | None = None
    comma: Literal["thousands", "decimal"] | None = None


class Digits(NamedTuple):
    """One run of digits read: `digits` / 10 ** `places`, or None where it cannot be read."""

    digits: int | None
    places: int = 0
    doubt: str | None = None
    grouped: bool = False


# A space joins only three digits; a space after a comma only digits that cannot begin a number.
RUN: Final = (
    rf"\d+(?:(?:[.,'{DECIMAL_ONLY}]|{CONTROL}+|, (?=0\d\d(?!\d))|[ \u00a0](?=\d{{3}}(?!\d)))\d+)*"
)
_RUN = re.compile(RUN)
_WEAK = re.compile(r"(?<!,)([ \u00a0])")
_SEPARATORS = re.compile(rf", |[.,' \u00a0{DECIMAL_ONLY}]")


def runs(run: str, start: int) -> Iterator[tuple[int, int]]:
    """Split a match of `RUN` at spaces that do not group digits: start and end of each."""
    parts = _WEAK.split(run)
    at = start
    index = 0
    while index < len(parts):
        last = index
        if 1 <= len(parts[index]) <= 3 and parts[index].isdigit() and parts[index][0] != "0":
            space = parts[index + 1] if index + 1 < len(parts) else ""
            while (
                last + 2 < len(parts) and parts[last + 1] == space and _continues(parts[last + 2])
            ):
                last += 2
                if not parts[last].isdigit():
                    break
        end = at + sum(map(len, parts[index : last + 1]))
        yield at, end
        at = end + 1
        index = last + 2


def _continues(part: str) -> bool:
    """Whether a part can follow a grouping space: three digits, perhaps with decimals."""
    return len(part) == 3 or (part[3] in ".," and part[4:].isdigit() and len(part) <= 6)


def read_digits(run: str, shown: Marks, scaled: bool) -> Digits:
    """Read one run of digits and marks.

    `scaled` says that a word such as "million" follows, so that a lone mark with fewer than three
    digits after it is a decimal mark.
    """
    doubt = None
    if CONTROL in run:
        run, doubt = run.replace(CONTROL, ""), "control_character"
    groups = _SEPARATORS.split(run)
    if sum(map(len, groups)) > _MOST_DIGITS:
        return Digits(None, doubt="too_large")
    if len(groups) == 1:
        return Digits(int(run), doubt=doubt)
    marks = [mark.strip() or " " for mark in _SEPARATORS.findall(run)]
    read = _marked(groups, marks, shown, scaled)
    return read if doubt is None else Digits(read.digits, read.places, doubt, read.grouped)


def _marked(groups: list[str], marks: list[str], shown: Marks, scaled: bool) -> Digits:
    kinds = set(marks)
    whole = int("".join(groups))
    if len(kinds) == 1 and marks[0] in "' ":
        return Digits(whole, grouped=True) if is_grouped(groups) else _BAD
    if len(marks) == 1:
        if marks[0] == DECIMAL_ONLY:
            if is_grouped(groups) and not scaled:  # often typed where the thousands sign is meant
                return Digits(whole, 0, "ambiguous_separator", grouped=True)
            return Digits(whole, len(groups[1]))
        return _one_mark(groups, marks[0], shown, scaled)
    if len(kinds) == 1:
        return Digits(whole, grouped=True) if is_grouped(groups) else _BAD
    last_is_decimal = len(kinds) == 2 and marks.count(marks[-1]) == 1 and marks[-1] not in "' "
    either_way = len(groups[-1]) == 3 and not scaled and marks[-1] != DECIMAL_ONLY
    if last_is_decimal and is_grouped(groups[:-1]) and not either_way:
        return Digits(whole, len(groups[-1]), grouped=True)
    return _BAD


_BAD = Digits(None, doubt="bad_grouping")


def _one_mark(groups: list[str], mark: str, shown: Marks, scaled: bool) -> Digits:
    whole, places = int("".join(groups)), len(groups[1])
    means = shown.dot if mark == "." else shown.comma
    if is_grouped(groups):
        if mark == ".":
            if scaled:
                return Digits(
                    whole, places, "ambiguous_separator" if means == "thousands" else None
                )
            if means == "decimal":
                return Digits(whole, 0, "decimal_elsewhere", grouped=True)
            return Digits(whole, 0, None if means else "ambiguous_separator", grouped=True)
        # "1,234 million" is 1.234 million to half of the world.
        doubtful = means == "decimal" or (scaled and means is None)
        return Digits(whole, 0, "ambiguous_separator" if doubtful else None, grouped=True)
    if mark == "." or scaled or means == "decimal" or groups[0] == "0":
        return Digits(whole, places)
    return _BAD


def is_grouped(groups: list[str]) -> bool:
    """Whether the groups are Western (1,234,567) or Indian (12,34,567)."""
    head, *rest = groups
    if not rest or head.startswith("0") or len(rest[-1]) != 3:
        return False
    middle = rest[:-1]
    western = 1 <= len(head) <= 3 and all(len(group) == 3 for group in middle)
    indian = 1 <= len(head) <= 2 and all(len(group) == 2 for group in middle)
    return western or indian


_EVIDENCE = re.compile(
    r"(\d(?<![\d.,]\d)\d*+(?:[.,]\d++)++)"
    r"(\s?(?:%|per ?cent\b|hundred\b|thousand\b|million|billion|milli?[oõó]|mil\b|mln\b|mn\b|bn\b"
    r"|lakh|crore|ألف|مليون|مليار))?"
)


_PARTED: Final = re.compile(r"\d\D\d")
"""What a text must hold to show anything: digits parted by a mark."""


def marks(texts: Iterable[str]) -> Marks:
    """Tell what dots and commas mean in a document or file, from the numbers that leave no choice.

    Evidence for a thousands mark: 1.234.567, 1.234,5. For a decimal mark: 12.5, 1,5 million, 3,75%,
    and a whole cell "12,5". A date such as 22.09.2016 is evidence of nothing.
    """
    evidence: dict[str, set[Literal["thousands", "decimal"]]] = {".": set(), ",": set()}
    for text in texts:
        if text.isascii() and "." not in text and "," not in text:
            continue
        if not _PARTED.search(text):
            continue
        text = fold(text)
        for found in _EVIDENCE.finditer(text):
            alone = found.span(1) == (0, len(text))
            _weigh(found[1], found[2] is not None, alone, evidence)
    return Marks(_only(evidence["."]), _only(evidence[","]))


def _weigh(
    run: str,
    scaled: bool,
    alone: bool,
    evidence: dict[str, set[Literal["thousands", "decimal"]]],
) -> None:
    groups = re.split("[.,]", run)
    signs = [char for char in run if char in ".,"]
    first, last = signs[0], signs[-1]
    if len(signs) == 1:
        if len(groups[1]) == 3 and groups[0] != "0":
            return
        if first == "." or scaled or (alone and len(groups[1]) < 3):
            evidence[first].add("decimal")
    elif first == last and len(set(signs)) == 1:
        if is_grouped(groups) and len(run) <= _MOST_DIGITS:
            evidence[first].add("thousands")
    elif signs.count(last) == 1 and is_grouped(groups[:-1]) and len(groups[-1]) != 3:
        evidence[first].add("thousands")
        evidence[last].add("decimal")


def _only(
    found: set[Literal["thousands", "decimal"]],
) -> Literal["thousands", "decimal"] | None:
    return next(iter(found)) if len(found) == 1 else None


def scripts(text: str) -> int:
    """Count the scripts that the digits of a text come from."""
    return len({ord(char) - unicodedata.decimal(char) for char in text if char.isdecimal()})
