"""Which claims publish an earlier one again, and which perhaps do (RULES.md, Repeats).

Claims are compared only within one scope (`likeness.scope_key`), and there only with the earliest
of each kind of claim, so that a hundred thousand claims take seconds. Entries of a register are
disjoint parts of it and are never compared; nor are claims that never counted (pending, rejected),
so that taking one in or out moves no other claim. A claim that was withdrawn or replaced repeats
nothing and is not repeated; but it did and was until then, and what is known as of a day before
rests on that. So each claim keeps all that it would repeat, until one that stands.

Claims of reprints are compared with those of their story as well (`stories`), whoever speaks, and
claims of a headline with those of the text below it. Nothing repeats such a claim of a headline,
but what it repeats.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pipelines.core.actors import Actors
from pipelines.core.likeness import (
    ends_near,
    printed_numbers,
    scope_key,
    window_end,
)
from pipelines.core.names import folded
from pipelines.core.voices import Voice, voice_of
from pipelines.figures.stories import Numbers, Order, order_of, printed_before, told_below

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

End = tuple[int | None, int | None]


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
    reach: Reach | None
    """None where only the very same numbers are the same figure."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a claim repeats, and what it perhaps repeats; at most one of them is given."""

    of: str | None = None
    possible_of: str | None = None
    would: tuple[str, ...] = ()
    """What it repeats or once did, the earliest first: those that were withdrawn or replaced, up to
    the first that was not."""
    would_perhaps: tuple[str, ...] = ()
    """The same of what it perhaps repeats; empty where it repeats one that stands."""
    by_story: bool = False
    """Whether it repeats one because a document prints another's story again, or sums up its own
    in a headline."""


_Earliest = dict[Likely, list[Order]]
"""The claims of each kind in order: those that were withdrawn or replaced, and the first that was
not."""


def find_repeats(rows: Iterable[Mapping[str, Any]], actors: Actors) -> dict[str, Repeat]:
    """The repeat of each claim that has one, by claim id.

    Parameters
    ----------
    rows
        Every claim with its figure's axes, low, best, high, reading range and `point` (the printed
        number in the figure's unit); `eligible`: whether it counts, repeats apart;
        `once_eligible`: whether it does or did until it was withdrawn or replaced; `story` and
        `is_reprint`: the first printing of the story that its document prints, and whether its
        document is a later one.
    actors
        The register that says which names are one actor.
    """
    held = list(rows)
    printed = {row["claim_id"]: printed_numbers(row) for row in held if row["once_eligible"]}
    totals = {row["part_of"] for row in held if row["part_of"]}
    scopes: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in held:
        if row["once_eligible"] and row["entry_of"] is None:
            scopes[scope_key(row)].append(row)
    standing = {row["claim_id"] for row in held if row["eligible"]}
    compared = [row for rows in scopes.values() for row in rows]
    below = told_below(compared, standing)
    told = (row for row in compared if row["claim_id"] not in below)
    before = printed_before(told, printed, standing) | below
    found: dict[str, Repeat] = {}
    for alike in scopes.values():
        if len(alike) > 1 or alike[0]["claim_id"] in before:
            found |= _repeats_in_scope(alike, printed, totals, actors, standing, before, below)
    return found


def _repeats_in_scope(
    rows: list[Mapping[str, Any]],
    printed: Mapping[str, Numbers],
    totals: set[str],
    actors: Actors,
    standing: set[str],
    before: Mapping[str, list[Order]],
    below: Mapping[str, list[Order]],
) -> dict[str, Repeat]:
    likely = {row["claim_id"]: _likely(row, printed, totals, actors) for row in rows}
    near = _near(likely.values())
    earliest: dict[Numbers, _Earliest] = defaultdict(dict)
    for row in sorted(rows, key=order_of):
        if row["claim_id"] in below:
            continue
        mine = likely[row["claim_id"]]
        orders = earliest[mine.numbers].setdefault(mine, [])
        if not orders or orders[-1][-1] not in standing:
            orders.append(order_of(row))
    found = {}
    for row in rows:
        mine, order = likely[row["claim_id"]], order_of(row)
        equal = _earlier(mine, order, earliest[mine.numbers])
        of_story = before.get(row["claim_id"], [])
        of_voice = [o for o, other in equal if _is_one_voice(mine, other)]
        would = _until_one_stands({*of_voice, *of_story}, standing)
        perhaps: list[Order] = []
        if not would or would[-1] not in standing:
            perhaps = [o for o, _ in equal]
            for numbers in near[mine.numbers]:
                others = _earlier(mine, order, earliest[numbers])
                perhaps += [o for o, other in others if _meet(mine.reach, other.reach)]
        would_perhaps = _until_one_stands(perhaps, standing)
        if would or would_perhaps:
            is_later = row["is_reprint"] or row["claim_id"] in below
            by_story = is_later and not {one for *_, one in of_story}.isdisjoint(would)
            today = _today(row["eligible"], would, would_perhaps, standing)
            found[row["claim_id"]] = replace(today, by_story=by_story)
    return found


def _until_one_stands(orders: Iterable[Order], standing: set[str]) -> tuple[str, ...]:
    """The claims in order, up to the first that was neither withdrawn nor replaced."""
    found = []
    for *_, claim_id in sorted(orders):
        found.append(claim_id)
        if claim_id in standing:
            break
    return tuple(found)


def _today(
    stands: bool, would: tuple[str, ...], would_perhaps: tuple[str, ...], standing: set[str]
) -> Repeat:
    """What is repeated today: the one that stands, which is the last, by a claim that stands."""
    of = would[-1] if stands and would and would[-1] in standing else None
    is_possible = stands and of is None and would_perhaps and would_perhaps[-1] in standing
    return Repeat(of, would_perhaps[-1] if is_possible else None, would, would_perhaps)


def _earlier(mine: Likely, order: Order, among: _Earliest) -> list[tuple[Order, Likely]]:
    """Those published before that may be the same figure, as far as window and parts go."""
    return [
        (theirs, other)
        for other, orders in among.items()
        for theirs in orders
        if theirs < order
        and ends_near(mine.end, other.end)
        and not _is_part_of(mine, order[-1], other, theirs[-1])
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


def _meet(mine: Reach | None, other: Reach | None) -> bool:
    return mine is not None and other is not None and mine.meets(other)


def _near(likely: Iterable[Likely]) -> dict[Numbers, list[Numbers]]:
    """For each set of numbers the others that may be equal to it, but only after rounding.

    One value may be printed more and less finely; here it reaches as far as in any print. Of two
    reading ranges that meet, one starts within the other: that is how they are found.
    """
    reach: dict[Numbers, Reach] = {}
    for one in likely:
        if one.reach:
            held = reach.get(one.numbers, one.reach)
            reach[one.numbers] = replace(
                held, low=min(held.low, one.reach.low), high=max(held.high, one.reach.high)
            )
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


def _reach(row: Mapping[str, Any]) -> Reach | None:
    family = _FAMILY_OF_QUALIFIER.get(row["qualifier"])
    if family is None or row["point"] is None or row["reading_low"] is None:
        return None
    return Reach(family, row["point"], row["reading_low"], row["reading_high"])


def _likely(
    row: Mapping[str, Any], printed: Mapping[str, Numbers], totals: set[str], actors: Actors
) -> Likely:
    whole = row["part_of"]
    return Likely(
        numbers=(row["qualifier"], row["point"], row["low"], row["best"], row["high"]),
        end=window_end(row),
        # Who printed it decides nothing here, and would make as many kinds as there are papers.
        voice=replace(voice_of(row, actors), printed_by=None),
        whole=(whole, printed[whole]) if whole in printed else None,
        total=row["claim_id"] if row["claim_id"] in totals else None,
        words=_words(row["quote"]),
        reach=_reach(row),
    )


def _words(quote: str | None) -> frozenset[str]:
    found = folded(quote or "").split()
    return frozenset(found) if len(found) >= _LEAST_WORDS else frozenset()
