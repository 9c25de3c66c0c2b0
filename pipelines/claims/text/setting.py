"""What limits a figure or explains it, as written: restriction, weapon or hazard, cause.

The words are data (setting.yml). A limit is read only from the figure's own clause: the words
between its number and its trigger, and those after the trigger up to the next figure.
"""

from __future__ import annotations

import re
from typing import Final

from pipelines.claims.text.words import group, holds_any, words


def _any(*names: str) -> str:
    found = (group("restriction", name, of="setting") for name in names)
    return "|".join("|".join(g if isinstance(g, list) else str(g).split()) for g in found)


_WEAPONS: Final = _any("weapons_and_hazards")
_BEFORE: Final = r"(?:[\w'’-]{1,24}\s+){0,4}?"
_ARTICLE: Final = r"(?:(?:the|a|an|its|their|another)\s+)?"
_CHECKED: Final = _any("checked")
_W: Final = r"[\w'’-]{1,24}"
_FUNCTION: Final = (
    r"(?:in|on|at|near|during|since|and|while|who|when|from|of|to|for|after|as|is|was|were|had|has|"
    r"have)"
)
_LIMIT: Final = re.compile(
    rf"""
    (?<![^\W_])(?=[abdfiosruvwc])(?:
      by\s+(?!(?:{_any("manners")}|the\s+end|early|mid|late|\d|[a-z]+day)\b)
        {_ARTICLE}(?:{_BEFORE}(?:{_WEAPONS})\b|{_W}(?:\s+(?!{_FUNCTION}\b){_W}){{0,4}})
    | (?:in|under|during|at|amid|inside)\s+
        {_ARTICLE}(?:{_W}\s+){{0,3}}?(?:{_WEAPONS}|{_any("events", "settings")})\b
    | from\s+{_ARTICLE}(?:{_W}\s+){{0,3}}?(?:{_WEAPONS}|{_any("causes_of_death")})\b
    | of\s+(?:{_any("causes_of_death")})\b
    | (?:in|inside|within|from)\s+{_ARTICLE}(?:{_W}\s+)?[\w'’]{{2,24}}-
        (?:held|controlled|run|occupied)\s+(?:{_W}\s+)?
        (?:areas?|territor(?:y|ies)|parts?|towns?|villages?|zones?|districts?|regions?|
           neighbou?rhoods?|suburbs?|cit(?:y|ies))\b
    | (?:in|across|of)\s+the\s+
        (?:(?:north|south|east|west)(?:[\s-]?(?:east|west))?|
           cent(?:re|er)|outskirts|suburbs|countryside)
        (?:\s+of\s+(?:the|its|this)\s+[a-z]+\b|\b(?!\s+of\b))
    | (?:under|over|below|above)\s+(?:the\s+age\s+of\s+)?(?:\d{{1,2}}|five|ten|eighteen)\b
        (?!\s*(?:%|people|civilians|per))
    | aged\s+(?:between\s+|under\s+|over\s+)?(?:\d{{1,2}}|five|ten|eighteen)
        (?:\s*(?:-|–|to|and)\s*\d{{1,2}})?
        (?:\s+(?:or|and)\s+(?:under|over|above|older|younger))?
    | identified(?:\s+\w+)?\s+by\s+name
    | (?:{_CHECKED})\b(?!\s+(?:that|by|as\b|on\b|in\b|\d|at\s+least|more))
    | since\s+(?:the|a|its|this)\s+(?:{_W}\s+){{0,3}}?(?:{_any("anchors")})
        (?:\s+(?:began|started|took\s+effect))?\b
    | among\s+(?:those|the\s+(?:dead|victims|killed|wounded|injured))\b[^,;.]{{0,80}}
    | (?:who|as\s+they|while|when\s+they)\s+(?:(?:were|was|had\s+been|had)\s+)?
        (?!(?:are|is|have|has|died|fled|said|lost)\b)[\w-]{{3,24}}(?:ing|ed)\b
        (?!\s+(?:killed|injured|wounded|displaced))[^,;.()]{{0,60}}
    )
    """,
    re.VERBOSE,
)
_OPENING: Final = words("restriction", "openings", of="setting") | words(
    "restriction", "checked", of="setting"
)
_MARKS: Final = str.maketrans(",.;:()\"'“”‘’", " " * 12)
_CLAUSE_END: Final = re.compile(
    r"[;:.]\s|,|\s[-–—]\s|\b(?:and|but|whereas|after|according|including|bringing|officials|activists)\b|"
    r"\b(?:said|says)\b",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"\s+(?:and|in|on|at|of|the|a|to|have|has|had|were|was|are|died|been)\s*$", re.I
)
_PREDICATE: Final = re.compile(r"\s+(?:have|has|had|were|was|are|died|lost|fled)\b.*$", re.I | re.S)
_WEAPON: Final = re.compile(rf"(?<!\w)(?:{_WEAPONS})(?!\w)", re.IGNORECASE)
_REACH: Final = 90
_SPACES: Final = re.compile(r"\s+")


def restriction(text: str, at: int, end: int, between: tuple[int, int] | None = None) -> str | None:
    """What limits the figure: "by barrel bombs", "who were queueing for bread".

    Parameters
    ----------
    at, end
        The words after the trigger, up to the next figure or the end of the sentence.
    between
        The words between the number and a trigger that follows it.
    """
    stop = min(end, at + _REACH)
    if between:
        limit = _limit_in(text[between[0] : between[1]])
        if limit and limit[:5].lower() == "among":
            limit = _limit_in(text[text.index(limit[:5], between[0]) : stop])
        if limit:
            return limit
    return _limit_in(text[at:stop])


_DOER: Final = re.compile(
    rf"(?:\A|[,;:]\s+|\b(?:that|when|while|after|as|and)\s+){_ARTICLE}"
    rf"(?P<doer>(?:(?!{_FUNCTION}\b){_W}\s+){{0,2}}(?:{_WEAPONS}))\s+"
    r"(?:(?:have|has|had|also|already|reportedly)\s+){0,2}\Z",
    re.IGNORECASE,
)


def doer(text: str, start: int, verb: int) -> str | None:
    """The weapon or hazard that did it, where it is the subject: "Russian air strikes have killed".

    It limits the figure as "by Russian air strikes" does. `start` is that of the sentence.
    """
    lead = text[max(start, verb - _REACH) : verb]
    found = _DOER.search(lead) if _WEAPON.search(lead) else None
    return _SPACES.sub(" ", found["doer"]) if found else None


def _limit_in(words: str) -> str | None:
    lowered = words.lower()
    if _OPENING.isdisjoint(lowered.translate(_MARKS).split()) or len(lowered) != len(words):
        return None
    cut = _CLAUSE_END.search(lowered)
    found = _LIMIT.search(lowered, 0, cut.start() if cut else len(lowered))
    if not found:
        return None
    limit = words[found.start() : found.end()]
    if not found.group().startswith("who"):
        limit = _PREDICATE.sub("", limit)
    while tail := _TAIL.search(limit):
        limit = limit[: tail.start()]
    return _SPACES.sub(" ", limit.strip()) or None


def weapon_or_hazard(words: str | None) -> str | None:
    """The weapon or hazard that a restriction names, as written."""
    found = _WEAPON.search(words) if words else None
    return found.group() if found else None


_CONFLICT: Final = words("cause", "conflict", of="setting")
_DISASTER: Final = words("cause", "disaster", of="setting")
_CONFLICT_PHRASES: Final = tuple(group("cause", "conflict_phrases", of="setting").split("|"))
_DISASTER_PHRASES: Final = tuple(group("cause", "disaster_phrases", of="setting").split("|"))


def cause(sentence: str) -> str:
    """A word of `schemas.vocab.CAUSES` by the sentence; "unstated" where both or none speak."""
    lowered = sentence.lower()
    words = lowered.translate(_MARKS).split()
    conflict = not _CONFLICT.isdisjoint(words) or holds_any(lowered, _CONFLICT_PHRASES)
    disaster = not _DISASTER.isdisjoint(words) or holds_any(lowered, _DISASTER_PHRASES)
    if conflict == disaster:
        return "unstated"
    return "conflict" if conflict else "disaster"
