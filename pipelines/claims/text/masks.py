"""Numbers that count no people: dates, ages, money, shares, measures, names of things.

A number is judged by the words and marks directly beside it. One that is masked becomes a candidate
with its reason and no claim.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipelines.claims.text.words import holds_any, words
from pipelines.core.numbers import Number


class Mask(NamedTuple):
    """A stretch of the text in which a number counts no people."""

    start: int
    end: int
    reason: str


_CURRENCY: Final = words("masks", "currency")
_BEFORE_MONEY: Final = words("masks", "before_money")
_MEASURES: Final = words("masks", "measures")
_SPANS: Final = words("masks", "spans")
_SPAN_ADJECTIVES: Final = words("masks", "span_adjectives")
_NAMED: Final = words("masks", "named")
_EVENTS: Final = words("masks", "events_of_a_year")
_SCORES: Final = words("masks", "scores")
_HOURS: Final = frozenset(("am", "pm", "a", "p", "gmt", "utc", "o", "hrs", "ist", "local"))
_PER_CENT: Final = frozenset(("percent", "pct", "percentage", "percents"))
_SYMBOLS: Final = "$€£¥₹"

_AFTER: Final = re.compile(
    r"(?P<gap>[\s\xa0]*)(?:(?P<hyphen>[-–])[\s\xa0]?)?(?P<word>[^\W\d_]+|[%％٪°])"
    r"(?:[\s\xa0-]+(?P<next>[^\W\d_]+))?"
)
_SHARE: Final = re.compile(
    r"\s+(?:in|out\s+of)\s+(?:every\s+|the\s+)?(?P<base>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|"
    r"ten|twenty)\s+(?:of|has|have|had|is|are|was|were|people|persons|residents|inhabitants|children|women|men|families|"
    r"households|adults|civilians|syrians|iraqis)\b",
    re.IGNORECASE,
)
_CLOCK_AFTER: Final = re.compile(
    r":\d{2}(?!\d)|[.h]\d{2}\s*(?:[ap]\.?m|gmt|utc|local|hours|hrs)", re.IGNORECASE
)
_MERIDIEM: Final = re.compile(r"\s*(?:[ap]\.?m\b\.?|o'?’?clock|gmt|utc|hrs|ist\b)", re.IGNORECASE)
_DOLLARS: Final = re.compile(r"u\.?s\.?\s{1,6}dollar", re.IGNORECASE)
_OLD: Final = re.compile(r"[\s-]*olds?\b", re.IGNORECASE)
_AGED: Final = frozenset(("aged", "age", "ages"))
_YEAR: Final = re.compile(r"(?:19|20)\d\d\Z")
_YEARS: Final = re.compile(r"(?:19|20)\d\d[-–/]\d{2,4}\Z")
_REFERENCE: Final = re.compile(
    r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,80}\.[\w.-]{1,80}", re.IGNORECASE
)
_FRACTION: Final = re.compile(
    r"(?<!\w)(?:(?:a|one|two|three|four|nearly|about|almost)[\s-]+){0,3}"
    r"(?:half|halves|thirds?|quarters?|fifths?|tenths?)(?=\s+(?:of|the|a)\b)",
    re.IGNORECASE,
)
_FRACTION_WORDS: Final = ("half", "halves", "third", "quarter", "fifth", "tenth")
_LIST_NUMBER: Final = 8
"""Blanks before the number of a list entry."""


def references(text: str) -> list[Mask]:
    """Web and mail addresses of the text."""
    if "://" not in text and "www." not in text and "@" not in text:
        return []
    return [Mask(*match.span(), "text.reference") for match in _REFERENCE.finditer(text)]


def fractions(text: str) -> list[Mask]:
    """Shares in words ("half of the town"), which hold no number of people themselves."""
    lowered = text.lower()
    if not holds_any(lowered, _FRACTION_WORDS):
        return []
    return [Mask(*match.span(), "text.fraction") for match in _FRACTION.finditer(text)]


def masked(
    text: str, numbers: Sequence[Number], spans: Sequence[tuple[int, int, str]]
) -> dict[int, Mask]:
    """The mask of each number that counts no people, by the number's start.

    `spans` are stretches with a reason that are known already, such as dates, in order of place.
    """
    starts = [start for start, _, _ in spans]
    found: dict[int, Mask] = {}
    last = Mask(0, 0, "")
    for number in numbers:
        if number.start < last.end:
            mask: Mask | None = last._replace(start=number.start)
        else:
            mask = (
                _within(number, spans, starts)
                or _beside(text, number)
                or _goes_on(text, number, last)
            )
        if mask is not None:
            found[number.start] = last = mask
    return found


def _goes_on(text: str, number: Number, last: Mask) -> Mask | None:
    """The mask of an age that a list of ages goes on with: "aged 9 and 12"."""
    if last.reason != "text.age":
        return None
    if text[last.end : number.start].strip(" ,\xa0") not in ("", "and", "or", "to"):
        return None
    return Mask(number.start, number.end, "text.age") if number.end > last.end else None


def _within(
    number: Number, spans: Sequence[tuple[int, int, str]], starts: Sequence[int]
) -> Mask | None:
    at = bisect_right(starts, number.start) - 1
    if at >= 0 and number.end <= spans[at][1]:
        return Mask(*spans[at])
    return None


class _Lead(NamedTuple):
    """The word or sign before a place, what parts them, and a letter between: "Area C 51"."""

    word: str
    gap: str
    letter: bool


def _lead(text: str, at: int) -> _Lead | None:
    end, floor = at, max(0, at - _LEAD_WITHIN)
    while end > floor and text[end - 1] in " \t\n\xa0.-":
        end -= 1
    first = end
    while first > floor and text[first - 1].isalpha():
        first -= 1
    if first == end:
        sign = text[end - 1 : end]
        return _Lead(sign, text[end:at], False) if sign and sign in "$€£¥₹#" else None
    if end - first == 1 and text[first].isupper() and first > floor and text[first - 1] == " ":
        named = _lead(text, first)
        return named._replace(letter=True) if named is not None else None
    return _Lead(text[first:end], text[end:at], False)


_LEAD_WITHIN: Final = 24


def _beside(text: str, number: Number) -> Mask | None:
    """The mask that the words beside a number give it."""
    start, end = number.start, max(number.end, number.quote_end)
    before = _lead(text, start)
    after = _AFTER.match(text, end)
    reason = (
        _by_what_leads(text, number, before)
        or (_by_what_follows(text, number, after) if after is not None else None)
        or _by_form(text, number, after)
    )
    if reason is None:
        return None
    if after is not None and reason in _WITH_UNIT:
        end = after.end("word")
    elif reason == "text.fraction" and (share := _SHARE.match(text, number.end)):
        end = share.end("base")
    return Mask(min(start, number.quote_start), end, reason)


_WITH_UNIT: Final = ("text.percent", "text.money", "text.measure", "text.duration", "text.compound")


def _by_what_leads(text: str, number: Number, before: _Lead | None) -> str | None:
    if before is None:
        return None
    word = before.word
    if word in _SYMBOLS:
        return "text.money"
    if word == "#":
        return "text.ordinal"
    key = word.lower()
    if before.letter and key not in _NAMED:
        return None
    if key in _AGED:
        return "text.age"
    if number.surface.istitle() and word.istitle() and before.gap == " " and _names(text, number):
        return "text.name"
    if key == "under" and "-" in before.gap:
        return "text.age"
    if key in _BEFORE_MONEY:
        return "text.money"
    if key == "update" and number.value is not None and number.value < 10:
        return "text.ordinal"
    if "\n" in before.gap:
        return None
    lead = text[number.start - 14 : number.start]
    if key == "magnitude" or (key == "of" and "magnitude" in lead):
        return "text.measure"
    is_code = text[number.start].isdigit() and number.qualifier == "plain"
    if key in _NAMED and is_code and not _is_lower_plural(word, before.gap):
        return "text.name"
    return None


def _names(text: str, number: Number) -> bool:
    """Whether a number word is the end of a name: "Kilometre Five", but not in a headline."""
    around = text[max(0, number.start - _AROUND) : number.end + _AROUND].split()
    capitals = sum(word[0].isupper() for word in around)
    return 2 * capitals <= len(around) and not text[number.end : number.end + 2].strip().isupper()


def _is_lower_plural(word: str, gap: str) -> bool:
    """Whether the word before is a plain noun that ends a clause of its own."""
    return "." in gap and len(word) > 3


def _by_what_follows(text: str, number: Number, after: re.Match[str]) -> str | None:
    word, glued = after["word"].lower(), bool(after["hyphen"]) and not after["gap"]
    if word in _PER_CENT or word in "%％٪" or (word == "per" and after["next"] in ("cent", "Cent")):
        return "text.percent"
    if after["hyphen"] and not glued:
        return None
    if word in _SPANS:
        return "text.age" if _OLD.match(text, after.end("word")) else "text.duration"
    if word in _SPAN_ADJECTIVES and (after["next"] or "").lower() in _SPANS:
        return "text.duration"
    if word in _CURRENCY or (word == "u" and _DOLLARS.match(text, after.start("word"))):
        return "text.money"
    if word in _MEASURES:
        return "text.measure"
    if word == "times":
        return "text.frequency"
    if word in _HOURS and _MERIDIEM.match(text, max(number.end, number.quote_end)):
        return "text.time"
    if word in _SCORES and re.search(r"\d[-–]\d", number.surface):
        return "text.frequency"
    if glued and text[after.end("hyphen")].isalpha():
        return "text.compound"
    if word in ("in", "out") and _SHARE.match(text, number.end):
        return "text.fraction"
    return None


def _by_form(text: str, number: Number, after: re.Match[str] | None) -> str | None:
    surface, start, end = number.surface, number.start, number.end
    if not surface[-1].isdigit():
        return None
    following = text[end : end + 1]
    if _CLOCK_AFTER.match(text, end) or (
        start > 1 and text[start - 1] == ":" and text[start - 2].isdigit() and len(surface) == 2
    ):
        return "text.time"
    if _YEARS.match(surface) or (_YEAR.match(surface) and _is_year(text, number, after)):
        return "text.date"
    if following in ".)" and following and len(surface) < 3 and text[end + 1 : end + 2].isspace():
        lead = text[max(0, start - _LIST_NUMBER) : start].rpartition("\n")
        opens_line = bool(lead[1]) or start <= _LIST_NUMBER
        if opens_line and not lead[2].strip(" \t("):
            return "text.list_number"
    if following == "," and len(surface) < 3 and text[max(0, start - 2) : start].strip() == ",":
        name = _lead(text, text.rfind(",", 0, start))
        follows = _AFTER.match(text, end + 1)
        if name is not None and name.word[:1].isupper() and follows is not None:
            return "text.age"
    return None


_AROUND: Final = 60


def _is_year(text: str, number: Number, after: re.Match[str] | None) -> bool:
    """Whether a bare 1900 to 2099 is a year: "the 2016 appeal", "(2015)", "2014 World Cup"."""
    if number.qualifier != "plain":
        return False
    around = text[number.start - 1 : number.start] + text[number.end : number.end + 1]
    if around == "()" or text[number.end : number.end + 2] in ("'s", "’s"):
        return True
    if text[number.end : number.end + 1] == ":" and number.start <= _LIST_NUMBER:
        return True
    if after is None or after["hyphen"]:
        return False
    word, following = after["word"], (after["next"] or "").lower()
    return (
        word.lower() in _EVENTS
        or following in _EVENTS
        or (
            word[0].isupper()
            and not text[number.start - 2 : number.start].startswith(".")
            and not text[max(0, number.start - _AROUND) : number.start].isupper()
        )
    )
