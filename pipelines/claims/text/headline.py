"""The speaker of a headline: behind its last dash or colon ("- governor"), or before its first."""

from __future__ import annotations

import re
from typing import Final

from pipelines.claims.text.saying import Mark
from pipelines.claims.text.speaker_names import (
    BODIES,
    FINITE,
    NUMBERS,
    PARTICIPLES,
    PRODUCTS,
    TIME,
    kind_of_head,
    listed,
    source_type,
)

_NO_SPEAKER: Final = listed("no_speaker")
_COUNTRIES: Final = listed("countries")
_NEWSPAPERS: Final = listed("newspapers")
_NOT_NAMED: Final = FINITE | PARTICIPLES | NUMBERS | TIME
_LONGEST: Final = 80
_TAIL: Final = re.compile(
    rf"(?P<mark>\s[-–—]\s?|(?<=\w)-\s|:\s+)(?P<who>[^\W\d][\w .,'’&/-]{{1,{_LONGEST}}})$"
)
_HEAD: Final = re.compile(r"(?P<who>[A-Z][\w.'’-]*(?:\s[\w.'’-]+){0,5}?)\s?:\s+(?=\S)")
_PREFIX: Final = re.compile(
    r"(?:(?:UPDATE|WRAPUP|REFILE|EXCLUSIVE|RPT|CORRECTED|BREAKING|WRAP|URGENT)\s?\d{0,2}\s?[-:]\s*)+"
)


def headline_mark(sentence: str, before: int | None = None) -> Mark | None:
    """The mark of a headline's speaker, if any; `before` cuts off a later credit."""
    if ":" not in sentence and "-" not in sentence and "–" not in sentence and "—" not in sentence:
        return None
    line = (sentence if before is None else sentence[:before]).rstrip(" ,")
    closed = before is None and line.endswith((".", "?", "!", '"', "”"))
    tail = None if closed else _tail(line)
    if tail:
        who = tail["who"]
        return Mark(who, "speaker", tail.start("who"), tail.end("who"), "throughout", 0)
    if before is not None:
        return None
    prefix = _PREFIX.match(line)
    head = _HEAD.match(line, prefix.end() if prefix else 0)
    if head and _speaks_in_head(head["who"]):
        return Mark(head["who"], "speaker", head.start(), head.end("who"), "leads", head.start())
    return None


def _tail(line: str) -> re.Match[str] | None:
    """The words behind the last dash or colon, where they name somebody."""
    floor = max(0, len(line) - _LONGEST)
    for cut in sorted(
        (line.rfind(m, floor) for m in (" - ", " – ", " — ", "- ", ": ")), reverse=True
    ):
        match = _TAIL.match(line, cut) if cut > 0 else None
        if match and _speaks_in_tail(match["who"], match["mark"].strip(), line[:cut]):
            return match
    return None


def _speaks_in_tail(who: str, mark: str, headline: str) -> bool:
    words = who.split()
    low = [word.lower().strip(".,") for word in words]
    if len(words) > 9 or low[-1] in _NO_SPEAKER or low[0] in _NO_SPEAKER:
        return False
    if not _NOT_NAMED.isdisjoint(low) or any(w[:1].isdigit() for w in low):
        return False
    if mark != ":" and low[-1] in _NEWSPAPERS and words[-1][0].isupper():
        return False
    if source_type(who) is not None or low[-1] in BODIES:
        return True
    if not words[0][0].isupper() or "," in who:
        return False
    if mark == ":" or words[0].isupper():
        return len(words) <= 2
    return len(words) == 1 and mark == "-" and len(headline.split()) > 3


def _speaks_in_head(who: str) -> bool:
    low = who.lower().split()
    if low[-1] in _NO_SPEAKER or low[0] in _NO_SPEAKER or low[-1] in PRODUCTS:
        return False
    if kind_of_head(who) is not None or low[-1] in BODIES:
        return _NOT_NAMED.isdisjoint(low) and not any(w[:1].isdigit() for w in low)
    return who.isupper() and len(low) == 1 and len(who) <= 5 and low[0] not in _COUNTRIES
