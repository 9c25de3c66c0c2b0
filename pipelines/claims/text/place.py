"""Where: the place that the words give a figure, from its sentence, else from the text before.

Never from later text. What stands in the words and not in the gazetteer is kept as written, with
the doubt `place_unresolved`; it is never replaced by a place that is known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.core.gazetteer import Gazetteer, Mention
from pipelines.core.period import MONTHS, WEEKDAYS

_LOCATIVE: Final = (
    r"(?:in|at|near|from|inside|outside|across|around|throughout|of|to|into|on|within|towards?|over|between|"
    r"north|south|east|west|eastern|western|northern|southern|central|besieged|and|hit|hits)"
)
_BEFORE_PLACE: Final = re.compile(
    rf"\b{_LOCATIVE}\s*(?:the\s+)?(?:[\w-]+ern\s+|[\w-]+\s+(?:of|city\s+of|province\s+of|areas?\s+of|parts?\s+of)\s+)*(?:the\s+)?$",
    re.IGNORECASE,
)
_FROM: Final = re.compile(
    r"\b(?:from|out\s+of|fled|flee|flees|fleeing|left)\s+(?:the\s+)?(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_TO: Final = re.compile(
    r"\b(?:to|into|towards?|reached|arrived\s+in)\s+(?:the\s+)?(?:[\w-]+\s+){0,2}$", re.IGNORECASE
)
_CAPITAL_WORD: Final = r"(?:(?:[A-Z]|al-|Al-|el-|ad-|as-)[\w'’-]*\w)"
_UNKNOWN: Final = re.compile(
    r"\b(?:in|at|near|outside|inside|across|around|from|of)\s+(?:the\s+)?(?:(?:[a-z]+ern|city|town|village|province|district|port|capital|countryside|outskirts)\s+(?:of\s+)?){0,3}"
    rf"(?P<name>{_CAPITAL_WORD}(?:\s+(?:(?:de|la|el|al|of|and|ad|as)\s+)?{_CAPITAL_WORD}){{0,4}})"
)
_NO_PLACES: Final = frozenset(
    (
        *MONTHS, *WEEKDAYS, *(month[:3] for month in MONTHS), "sept", "islamic", "muslim",
        "christian", "united nations", "world war ii", "covid", "ramadan", "christmas", "eid",
    )
)  # fmt: skip
_LEAD: Final = 48
_TERRITORY_NEAR: Final = 60


@dataclass(frozen=True)
class PlaceRead:
    """The place of a figure as written and as resolved."""

    as_written: str | None
    place_id: str | None
    territory: str | None
    role: str | None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Places:
    """The places that a text names, in order, found once for the whole text."""

    mentions: tuple[Mention, ...]
    starts: tuple[int, ...]
    locating: tuple[Mention, ...]
    locating_starts: tuple[int, ...]
    territories: tuple[Mention, ...]
    territory_starts: tuple[int, ...]


def places_of(text: str, gazetteer: Gazetteer | None) -> Places:
    """Every place and territory named in the text."""
    if gazetteer is None:
        return Places((), (), (), (), (), ())
    mentions = tuple(gazetteer.find(text))
    locating = tuple(m for m in mentions if _locates(text, 0, m))
    territories = tuple(gazetteer.territories_in(text))
    return Places(
        mentions,
        tuple(m.start for m in mentions),
        locating,
        tuple(m.start for m in locating),
        territories,
        tuple(t.start for t in territories),
    )


def place_for(
    text: str,
    span: tuple[int, int],
    number: tuple[int, int],
    next_number: int,
    places: Places,
    metric: str,
    stock: bool,
) -> PlaceRead:
    """The place of the number at `number`, in `span`; the next number starts at `next_number`."""
    start, end = span
    low, high = bisect_left(places.starts, start), bisect_left(places.starts, end)
    inside = [m for m in places.mentions[low:high] if m.end <= end and _locates(text, start, m)]
    unknown = _unknown_places(text, start, end, places.mentions[low:high])
    chosen = _nearest(number, next_number, [*inside, *unknown])
    if chosen is None:
        return _inherited(text, start, places, metric, stock)
    role = _role(text, start, chosen, metric, stock)
    if isinstance(chosen, Mention):
        territory = _territory(start, end, chosen, places)
        return PlaceRead(chosen.surface, chosen.place_id, territory, role)
    return PlaceRead(chosen.name, None, None, role, ("place_unresolved",))


@dataclass(frozen=True)
class _Unknown:
    """A place name that the gazetteer does not hold."""

    start: int
    end: int
    name: str


def _locates(text: str, start: int, mention: Mention) -> bool:
    """Whether the words around a mention say where something was, and not who did it."""
    lead = text[max(start, mention.start - _LEAD) : mention.start]
    if _BEFORE_PLACE.search(lead) or (lead.rstrip().endswith((",", "(")) and lead.strip()):
        return True
    return text[mention.end : mention.end + 2] in ("'s", "’s")


def _unknown_places(text: str, start: int, end: int, known: Sequence[Mention]) -> list[_Unknown]:
    found = []
    for match in _UNKNOWN.finditer(text, start, end):
        name_start, name_end = match.span("name")
        name = match["name"]
        first = name.split()[0].lower().strip(".")
        overlaps = any(m.start < name_end and name_start < m.end for m in known)
        if (
            overlaps
            or any(c.isdigit() for c in name)
            or first in _NO_PLACES
            or name.lower() in _NO_PLACES
        ):
            continue
        found.append(_Unknown(name_start, name_end, name))
    return found


def _nearest(
    number: tuple[int, int], next_number: int, found: Sequence[Mention | _Unknown]
) -> Mention | _Unknown | None:
    """The first place between this number and the next; else the first after; else before."""
    ordered = sorted(found, key=lambda m: m.start)
    after = [m for m in ordered if m.start >= number[1]]
    own = [m for m in after if m.start < next_number]
    before = [m for m in ordered if m.end <= number[0]]
    for choice in (own[:1], after[:1], before[-1:]):
        if choice:
            return choice[0]
    return None


def _inherited(text: str, start: int, places: Places, metric: str, stock: bool) -> PlaceRead:
    """The nearest place that the text before the sentence names."""
    low = bisect_left(places.locating_starts, start)
    if not low:
        return PlaceRead(None, None, None, None)
    mention = places.locating[low - 1]
    role = _role(text, start, None, metric, stock)
    return PlaceRead(mention.surface, mention.place_id, None, role, ("place_inherited",))


def _role(text: str, start: int, place: Mention | _Unknown | None, metric: str, stock: bool) -> str:
    if metric in (
        "killed",
        "injured",
        "missing",
        "killed_or_injured",
        "dead_or_missing",
        "kidnapped",
    ):
        return "happened_in"
    if metric in ("returned_idps", "returned_refugees"):
        return "now_in"
    if place is not None:
        lead = text[max(start, place.start - _LEAD) : place.start]
        if _TO.search(lead):
            return "now_in"
        if _FROM.search(lead):
            return "came_from"
        if stock or metric in ("idps", "refugees", "asylum_seekers"):
            return "now_in"
    return "came_from"


def _territory(start: int, end: int, place: Mention, places: Places) -> str | None:
    """The control area named beside the place, where the register holds it."""
    low, high = (
        bisect_left(places.territory_starts, start),
        bisect_left(places.territory_starts, end),
    )
    near = [
        t
        for t in places.territories[low:high]
        if t.end <= end and abs(t.end - place.start) <= _TERRITORY_NEAR
    ]
    return min(near, key=lambda t: abs(t.end - place.start)).surface if near else None
