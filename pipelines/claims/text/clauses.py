"""Where a sentence turns to something else: what stands there is not said of what went before."""

from __future__ import annotations

import re
from typing import Final

_TURN: Final = re.compile(
    r"[;:,\s—](?:(?<=[;—])|(?<=:)(?=\s)|(?<=\s)[-–—]\s|(?:(?<=,)\s|(?<=\s))(?:"
    r"(?:but|while|whereas|although|though|compared|versus)\s|(?:up|down)\s+from\s|"
    r"(?:and\s+)?(?:bringing|taking|raising|pushing|lifting)\s))",
    re.IGNORECASE,
)
"""It begins with the marks at which it can match, which `re` looks for without trying the rest."""
_TOLL: Final = ("bringing", "taking", "raising", "pushing", "lifting")


def turns(text: str, start: int, end: int) -> list[int]:
    """The offsets between `start` and `end` at which another clause begins."""
    return [match.end() for match in _TURN.finditer(text, start, end)]


def first_turn(text: str, start: int, end: int) -> int | None:
    """The first offset between `start` and `end` at which another clause begins."""
    found = _TURN.search(text, start, end)
    return found.end() if found else None


def raises_a_toll(text: str, turn: int) -> bool:
    """Whether the clause that begins at a turn says what a toll came to ("bringing it to")."""
    return text[max(0, turn - 10) : turn].strip().lower().endswith(_TOLL)
