"""Whether claims stand on origins of their own: shown, shared, or unknown. Unknown unless shown.

What is compared is what the claims state: whom they credit, what they were built from, and who is a
part of whom in actors.csv. Likeness of numbers says nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, Final

from pipelines.core.actors import Actors
from pipelines.core.likeness import source_key
from pipelines.core.voices import Voice, voice_of

Row = Mapping[str, Any]

SHOWN: Final = "shown"
SHARED: Final = "shared"
UNKNOWN: Final = "unknown"

_ACTOR: Final = "actor "


def n_origins(rows: Iterable[Row]) -> int:
    """How many different origins the claims have: the origin, else the speaker, as one body.

    A claim that repeats another of them has that one's origin.
    """
    held = list(rows)
    sources = {row.get("claim_id"): source_key(row) for row in held}
    return len({sources.get(row.get("repeat_of"), source_key(row)) for row in held})


def of_claims(rows: Iterable[Row], actors: Actors) -> str | None:
    """Independence of claims taken together; None where they have one origin or there are none.

    Shared where any two claims share an origin, shown only where every two are shown to be
    independent, else unknown.
    """
    given = list(rows)
    held = [voice_of(row, actors) for row in given]
    sources = {voice.source for voice in held}
    if len(sources) < 2:
        return None
    if len(held) > len(sources) or any(_one_figure(a, b) for a, b in combinations(given, 2)):
        return SHARED
    found = {of_voices(one, other, actors) for one, other in combinations(held, 2)}
    return next(word for word in (SHARED, UNKNOWN, SHOWN) if word in found)


def of_pair(a: Row, b: Row, actors: Actors) -> str:
    """Independence of two claims.

    Shared: one figure published again, as by a reprint; one origin, one credits the other (or the
    publisher that printed it), or both were built from one source. Shown: both state what they were
    built from, every body in question is in the register, and none of one side is one of the other
    side, a part of it or its voice. A body and a part of it are not one origin by that alone, nor
    shown to be two.
    """
    if _one_figure(a, b):
        return SHARED
    return of_voices(voice_of(a, actors), voice_of(b, actors), actors)


def _one_figure(a: Row, b: Row) -> bool:
    """Whether one repeats the other, or both the same claim."""
    figures = ({row.get("claim_id"), row.get("repeat_of")} - {None} for row in (a, b))
    return not set.isdisjoint(*figures)


def of_voices(a: Voice, b: Voice, actors: Actors) -> str:
    """Independence of two voices, as of the claims that they are of."""
    if a.shares_origin(b) or a.shares_print(b) or not a.built_from.isdisjoint(b.built_from):
        return SHARED
    if not a.built_from or not b.built_from:
        return UNKNOWN
    one, other = a.built_from | {a.source}, b.built_from | {b.source}
    if all(_are_apart(x, y, actors) for x in one for y in other):
        return SHOWN
    return UNKNOWN


def _are_apart(x: str, y: str, actors: Actors) -> bool:
    """Whether the register holds both bodies and does not join them."""
    if not (x.startswith(_ACTOR) and y.startswith(_ACTOR)):
        return False
    return not actors.same_or_part(x.removeprefix(_ACTOR), y.removeprefix(_ACTOR))
