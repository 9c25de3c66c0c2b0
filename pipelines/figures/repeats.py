"""Which claims publish an earlier one again, and which perhaps do (RULES.md, Repeats).

Claims are compared only within one scope (`likeness.scope_key`), and there only with the earliest
of each kind of claim, so that a hundred thousand claims take seconds. Entries of a register are
disjoint parts of it and are never compared; nor are claims that count nowhere (pending, rejected,
withdrawn), so that taking one in or out moves no other claim.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipelines.core.actors import Actors
from pipelines.core.likeness import (
    body_key,
    ends_near,
    printed_numbers,
    publication_order,
    scope_key,
    source_key,
    speaker_key,
    window_end,
)
from pipelines.core.names import folded

_FAMILY_OF_QUALIFIER: Final = {
    "plain": "point",
    "about": "point",
    "nearly": "point",
    "at_least": "lower",
    "more_than": "lower",
    "at_most": "upper",
    "up_to": "upper",
    "less_than": "upper",
}
"""Hedging words under which two rounded numbers may stand for one; others must be equal."""

_LEAST_WORDS: Final = 8
"""Words that a quote needs before its likeness says anything: 'more than 600' says nothing."""

_LEAST_SHARED: Final = 0.8
"""Share of their words that two quotes hold in common when they are nearly the same."""

Numbers = tuple[Any, ...]
End = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose number it is, and whom it credits. Names are actor ids where the register has them."""

    source: str
    """The origin, else the speaker."""
    own: frozenset[str]
    """Speaker and origin."""
    credited: frozenset[str]
    """Origin and the sources from which the number was built."""

    def shares_origin(self, other: Voice) -> bool:
        """Whether both have one origin, or one credits the other."""
        return (
            self.source == other.source
            or not self.credited.isdisjoint(other.own)
            or not other.credited.isdisjoint(self.own)
        )


@dataclass(frozen=True, slots=True)
class Likely:
    """What of a claim decides whether it repeats another. Equal ones are alike to every other."""

    numbers: Numbers
    end: End
    voice: Voice
    whole: tuple[str, Numbers] | None
    """The claim of which it is a part, and that claim's printed numbers."""
    total: str | None
    """Its own id where other claims are parts of it."""
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """The numbers that printed digits could stand for, and the family of the hedging word."""

    family: str
    point: int
    low: int
    high: int

    def meets(self, other: Reach) -> bool:
        """Whether the two could be one number printed with other rounding."""
        least, most = sorted((self.point, other.point))
        return (
            self.family == other.family
            and self.low <= other.high
            and other.low <= self.high
            and 100 * most <= 105 * least
        )


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a claim repeats, and what it perhaps repeats; at most one of them is given."""

    of: str | None = None
    possible_of: str | None = None


Order = tuple[date, str]
_Earliest = dict[Likely, Order]


def find_repeats(rows: Iterable[Mapping[str, Any]], actors: Actors) -> dict[str, Repeat]:
    """The repeat of each claim that has one, by claim id.

    Parameters
    ----------
    rows
        Every claim with its figure's axes, low, best, high, reading range and `point` (the printed
        number in the figure's unit), and `eligible`: whether it counts, repeats apart.
    actors
        The register that says which names are one actor.
    """
    held = list(rows)
    printed = {row["claim_id"]: printed_numbers(row) for row in held if row["eligible"]}
    totals = {row["part_of"] for row in held if row["part_of"]}
    scopes: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in held:
        if row["eligible"] and row["entry_of"] is None:
            scopes[scope_key(row)].append(row)
    found: dict[str, Repeat] = {}
    for alike in scopes.values():
        if len(alike) > 1:
            found |= _repeats_in_scope(alike, printed, totals, actors)
    return found


def _repeats_in_scope(
    rows: list[Mapping[str, Any]],
    printed: Mapping[str, Numbers],
    totals: set[str],
    actors: Actors,
) -> dict[str, Repeat]:
    likely = {row["claim_id"]: _likely(row, printed, totals, actors) for row in rows}
    reach: dict[Numbers, Reach] = {}
    for row in rows:
        _widen(reach, likely[row["claim_id"]].numbers, row)
    near = _near(reach)
    earliest: dict[Numbers, _Earliest] = defaultdict(dict)
    for row in sorted(rows, key=publication_order):
        mine = likely[row["claim_id"]]
        earliest[mine.numbers].setdefault(mine, publication_order(row))
    found = {}
    for row in rows:
        mine, order = likely[row["claim_id"]], publication_order(row)
        equal = _earlier(mine, order, earliest[mine.numbers])
        again = [o for o, other in equal if _is_one_voice(mine, other)]
        if again:
            found[row["claim_id"]] = Repeat(of=min(again)[1])
            continue
        perhaps = [o for o, _ in equal]
        for numbers in near[mine.numbers]:
            perhaps += [o for o, _ in _earlier(mine, order, earliest[numbers])]
        if perhaps:
            found[row["claim_id"]] = Repeat(possible_of=min(perhaps)[1])
    return found


def _earlier(mine: Likely, order: Order, among: _Earliest) -> list[tuple[Order, Likely]]:
    """Those published before that may be the same figure, as far as window and parts go."""
    return [
        (theirs, other)
        for other, theirs in among.items()
        if theirs < order
        and ends_near(mine.end, other.end)
        and not _is_part_of(mine, order[1], other, theirs[1])
        and not _is_unchanged_subtotal(mine, other)
    ]


def _is_part_of(mine: Likely, my_id: str, other: Likely, other_id: str) -> bool:
    """Whether one is a part of the other."""
    return (mine.whole is not None and mine.whole[0] == other_id) or (
        other.whole is not None and other.whole[0] == my_id
    )


def _is_unchanged_subtotal(mine: Likely, other: Likely) -> bool:
    """Whether both are parts, of wholes that differ."""
    return mine.whole is not None and other.whole is not None and mine.whole[1] != other.whole[1]


def _is_one_voice(mine: Likely, other: Likely) -> bool:
    return mine.voice.shares_origin(other.voice) or _nearly_same(mine.words, other.words)


def _nearly_same(mine: frozenset[str], other: frozenset[str]) -> bool:
    if not mine or not other:
        return False
    return len(mine & other) >= _LEAST_SHARED * len(mine | other)


def _near(reach: Mapping[Numbers, Reach]) -> dict[Numbers, list[Numbers]]:
    """For each set of numbers the others that are equal to it only after rounding.

    Of two reading ranges that meet, one starts within the other: that is how they are found.
    """
    spans = sorted(reach.items(), key=lambda entry: entry[1].low)
    starts = [span.low for _, span in spans]
    near: dict[Numbers, list[Numbers]] = defaultdict(list)
    for at, (numbers, span) in enumerate(spans):
        last = bisect_right(starts, min(span.high, span.point * 105 // 100))
        for other_numbers, other_span in spans[at + 1 : last]:
            if span.meets(other_span):
                near[numbers].append(other_numbers)
                near[other_numbers].append(numbers)
    return near


def _widen(reach: dict[Numbers, Reach], numbers: Numbers, row: Mapping[str, Any]) -> None:
    """Take in the reading range of a row; one value may be printed more and less finely."""
    family = _FAMILY_OF_QUALIFIER.get(row["qualifier"])
    if family is None or row["point"] is None or row["reading_low"] is None:
        return
    held = reach.get(numbers)
    low = min(row["reading_low"], held.low) if held else row["reading_low"]
    high = max(row["reading_high"], held.high) if held else row["reading_high"]
    reach[numbers] = Reach(family, row["point"], low, high)


def _likely(
    row: Mapping[str, Any], printed: Mapping[str, Numbers], totals: set[str], actors: Actors
) -> Likely:
    whole = row["part_of"]
    return Likely(
        numbers=(row["qualifier"], row["point"], row["low"], row["best"], row["high"]),
        end=window_end(row),
        voice=_voice(row, actors),
        whole=(whole, printed[whole]) if whole in printed else None,
        total=row["claim_id"] if row["claim_id"] in totals else None,
        words=_words(row["quote"]),
    )


def _voice(row: Mapping[str, Any], actors: Actors) -> Voice:
    speaker, source = speaker_key(row), source_key(row)
    credited = {body_key(actors.resolve(name), name) for name in row["derived_from"]}
    if row["origin"]:
        credited.add(source)
    return Voice(source, frozenset({speaker, source}), frozenset(credited))


def _words(quote: str | None) -> frozenset[str]:
    found = folded(quote or "").split()
    return frozenset(found) if len(found) >= _LEAST_WORDS else frozenset()
