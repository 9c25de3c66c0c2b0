"""What limits a figure or explains it, as written: restriction, weapon or hazard, cause."""

from __future__ import annotations

import re
from typing import Final

from pipelines.claims.text.words import choices

_WEAPONS: Final = choices("setting", "weapons_and_hazards")
_WORDS_BEFORE: Final = r"(?:[\w’'-]+\s+){0,4}?"
_RESTRICTION: Final = re.compile(
    rf"\b(?:by|in|under|from)\s+(?:the\s+)?{_WORDS_BEFORE}(?:{_WEAPONS})\b|"
    rf"\b(?:in|at)\s+(?:the\s+)?(?:[\w-]+\s+)?(?:hospitals?|clinics?|prisons?|detention|custody)\b",
    re.IGNORECASE,
)
_WEAPON: Final = re.compile(rf"(?<!\w)(?:{_WEAPONS})(?!\w)", re.IGNORECASE)
_CONFLICT: Final = re.compile(rf"(?<!\w)(?:{choices('setting', 'conflict')})(?!\w)", re.IGNORECASE)
_DISASTER: Final = re.compile(rf"(?<!\w)(?:{choices('setting', 'disaster')})(?!\w)", re.IGNORECASE)
_REACH: Final = 70


def restriction(text: str, at: int, end: int) -> str | None:
    """What limits the figure, in the words after its trigger: "by barrel bombs"."""
    clause = re.split(
        r"[;:.]\s|,|\b(?:and|but|while|when|after)\b", text[at : min(end, at + _REACH)]
    )[0]
    found = _RESTRICTION.search(clause)
    return " ".join(found.group().split()) if found else None


def weapon_or_hazard(words: str | None) -> str | None:
    """The weapon or hazard that a restriction names, as written."""
    found = _WEAPON.search(words) if words else None
    return found.group() if found else None


def cause(sentence: str) -> str:
    """A word of `schemas.vocab.CAUSES` by the sentence; "unstated" where both or none speak."""
    conflict, disaster = bool(_CONFLICT.search(sentence)), bool(_DISASTER.search(sentence))
    if conflict == disaster:
        return "unstated"
    return "conflict" if conflict else "disaster"
