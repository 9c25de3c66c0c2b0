"""Numbers that count no people: dates, ages, money, shares, measures, names of things.

Each mask is a stretch of the text with a reason code; a number in it becomes a candidate with that
reason and no claim.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipelines.claims.text.words import choices
from pipelines.core.numbers import Number
from pipelines.core.period import date_spans


@dataclass(frozen=True)
class Mask:
    """A stretch of the text in which a number counts no people."""

    start: int
    end: int
    reason: str


# A number as a mask sees it: digits with their marks, or a word. Which digits make a number is the
# business of core.numbers; here only what stands beside it matters.
_N = (
    r"(?>\d(?:[\d.,]{0,24}\d)?|half|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"[a-z]{3,5}teen|[a-z]{3,5}ty|several|few|dozens?|tens|hundreds?)"
)
_SCALED = (
    rf"{_N}(?:\s*(?:-|–|to|and|or)\s*{_N})?"
    r"(?:[\s-]+(?:hundred|thousand|million|billion|trillion|mn|bn|m|k|lakh|crore))?"
)
_YEARS = r"(?>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|[a-z]{3,5}teen|[a-z]{3,5}ty)"
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|twenty"
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundreds?|"
    r"thousands?|millions?|billions?|dozens?)\b"
)
_CURRENCY: Final = choices("masks", "currency")
_MEASURES: Final = choices("masks", "measures")
_SPANS: Final = choices("masks", "spans")
_NAMED: Final = choices("masks", "named")

_PATTERNS: tuple[tuple[str, str], ...] = (
    (
        "text.reference",
        r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,80}\.[\w.-]{1,80}",
    ),
    (
        "text.money",
        rf"[$€£¥₹]\s*{_SCALED}|(?<!\w)(?:us ?[$]|usd|eur|rs)\.? ?\d[\d.,]*|"
        rf"{_SCALED}\s*(?:{_CURRENCY})\b",
    ),
    ("text.percent", rf"{_SCALED}\s*(?:%|％|per\s*cent\b|percentage\s+points?\b|pct\b)"),
    (
        "text.fraction",
        rf"(?<!\w)(?:(?:a|one|two|three|four|nearly|about|almost)\s+){{0,3}}(?:half|halves|(?:one-|two-|three-)?(?:third|quarter|fifth|tenth|"
        rf"quarter)s?)(?=\s+(?:of|the|a)\b)|(?<![\w.,])(?:\d{{1,2}}|{_SMALL})\s+(?:in|out\s+of)\s+(?:every\s+)?(?:\d{{1,2}}|{_SMALL})(?=\s+(?:of\b|people\b|\w+s\b))",
    ),
    (
        "text.age",
        rf"(?<!\w)(?:{_YEARS}(?:\s+and\s+|\s+or\s+|\s+to\s+|,\s?|-)){{0,3}}{_YEARS}[\s-]+(?:year|month|week|day)s?[\s-]+olds?\b|"
        rf"\b(?:aged|ages|age)\s+(?:between\s+)?{_N}(?:\s*(?:to|and|-|–)\s*{_N})?|\bunder[\s-]?\d+s?\b|"
        rf"(?<=\w,\s)\d{{1,2}}(?=,\s+(?:was|were|of|from|who|a|died)\b)",
    ),
    (
        "text.time",
        r"(?<!\d)\d{1,2}[:.]\d{2}(?:\s*(?:[ap]\.?m\.?|gmt|utc|local|hours|hrs|ist))|(?<![\d.])\d{1,2}:\d{2}(?!\d)|(?<!\d)\d{1,2}\s*[ap]\.?m\b\.?|\bo['’]clock",
    ),
    (
        "text.duration",
        rf"(?<![\w.,])(?:\d{{1,3}}(?:st|nd|rd|th)|{_SCALED})[\s-]{{0,3}}(?:(?:consecutive|straight|full|long|whole|successive|more|further)\s+)?(?:{_SPANS})\b(?!\s*(?:workers|labou?rers))",
    ),
    ("text.measure", rf"(?<!\w){_SCALED}[\s-]*(?:{_MEASURES})(?!\w)|\bmagnitude(?:\s+of)?\s+{_N}"),
    ("text.ordinal", r"(?<!\w)\d+(?:st|nd|rd|th)\b(?:\s+ld\b)?|\bupdate\s*\d+\b|#\s*\d+"),
    (
        "text.frequency",
        rf"(?<!\w){_N}\s+times\b|(?<![\d-])\d{{1,2}}[-–]\d{{1,2}}(?=\s+(?:win|victory|vote|defeat|majority)\b)",
    ),
    (
        "text.name",
        rf"(?<!\w)(?:{_NAMED})(?:\s+[a-z])?\.?\s*[-#]?\s*\d[\d-]*\w?(?!\w|[.,]\d)|(?<!\w)[a-z]{{1,3}}-?\d+\w*",
    ),
    ("text.list_number", r"(?m)^[ \t]{0,8}\(?\d{1,2}[.)](?=\s)"),
    ("text.compound", rf"(?<!\w){_SCALED}-(?!{_NUMBER_WORD})[a-z]{{3,}}(?!-)"),
    (
        "text.date",
        r"(?<![\w.,$€£])(?:19|20)\d{2}(?=\s+(?:appeal|budget|season|world|election|ceasefire|agreement|[\w'’]+\s+(?:war|floods?|bombings?|earthquake|crisis|offensive|uprising|attacks?|civil)|war|flood|floods|earthquake|crisis|bombings?|offensive|attacks?|uprising|report)\b)|(?<![\w.,$€£])(?:19|20)\d{2}(?=\s+[A-Z])(?-i:(?=\s+[A-Z]))|^(?:19|20)\d{2}(?=:)",
    ),
)
_COMPILED = tuple((reason, re.compile(pattern, re.IGNORECASE)) for reason, pattern in _PATTERNS)

# A number word inside a name: "Storm Delta-Seven", "Shining Five".
_NAME_WORD = re.compile(
    r"(?<![.!?:;“\"])(?<!^)\b(?:the\s+)?[A-Z][a-z]+[\s-](One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)\b"
)
_CAPITALISED = re.compile(r"\b[A-Z]")
_WORDS = re.compile(r"\b[^\W\d_]")
_TITLE_CASE_SHARE = 0.5


def masks(text: str) -> list[Mask]:
    """Every mask of the text, in order of place; masks may overlap."""
    found = [Mask(start, end, "text.date") for start, end in date_spans(text)]
    for reason, pattern in _COMPILED:
        found += [Mask(*match.span(), reason) for match in pattern.finditer(text)]
    found.sort(key=lambda mask: (mask.start, -mask.end))
    return found


def reason_for(number: Number, found: list[Mask], starts: list[int]) -> str | None:
    """Why a number counts no people, where a mask covers it; of several masks the longest."""
    at = bisect_right(starts, number.start)
    near = found[max(0, at - _LOOK_BACK) : at]
    covering = [m for m in near if m.start <= number.start and number.end <= m.end]
    if not covering:
        return None
    return max(covering, key=lambda mask: mask.end - mask.start).reason


_LOOK_BACK = 12
"""Masks before a number that may still cover it: they are short, and few overlap."""


def masked(text: str, numbers: Iterable[Number]) -> dict[int, str]:
    """Reason by the start of each number that counts no people."""
    found = masks(text)
    starts = [mask.start for mask in found]
    return {n.start: reason for n in numbers if (reason := reason_for(n, found, starts))}


def fractions(text: str) -> list[Mask]:
    """Shares in words ("half of the town"), which hold no number of people themselves."""
    pattern = next(p for reason, p in _COMPILED if reason == "text.fraction")
    return [Mask(*match.span(), "text.fraction") for match in pattern.finditer(text)]
