"""Floors and, under a named assumption, ceilings: what the claims inside a scope force.

A claim sets a floor where it counts what somebody found (identified, tallied, registered), and
where its words say "at least" or "more than". Floors add up only where their scopes show that they
share nobody. A ceiling exists only under an estimate that the asker names.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.core.records import Record
from pipelines.core.relation import relate
from pipelines.core.verdict import worded
from pipelines.estimates.budget import CLAIMS_LOOKED_AT, PAIRS_LOOKED_AT, affordable
from pipelines.estimates.held import Held
from pipelines.estimates.packing import Items, fewest_above, pack
from pipelines.estimates.rows import is_of_households
from pipelines.estimates.scopes import Scopes

Row = Mapping[str, Any]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LISTS: Final = ("identified", "tallied", "registered")
"""Bases of counts of what was found: a floor if the lists are clean."""
LOWER_BOUNDS: Final = ("at_least", "more_than")
"""Words that say a floor, however the number was made."""
_ROUNDED: Final = ("about", "nearly")
"""Words after which the printed number itself is not committed to."""

NO_FLOOR: Final = "no claim here sets a floor"

_ANY_DAY: Final = 10**9
_MOST_GROUPS: Final = 15_000
"""Beyond so many scopes inside one question its floor is that of the greatest list alone."""


# What sets a floor


def least_of(row: Row) -> int | None:
    """The floor that a claim sets by itself, in the unit of its figure; None where it sets none.

    People that were worked out from households by an average size were not counted: they set none.
    """
    if is_of_households(row):
        return None
    low: int | None = row["low"]
    if row["qualifier"] in LOWER_BOUNDS:
        return low or None
    if row["basis"] not in LISTS:
        return None
    if low is None:
        low = row["reading_low"] if row["qualifier"] in _ROUNDED else row["best"]
    return low or None


def inside(asked: Row, held: Held) -> list[Row]:
    """The held claims whose scope lies within the asked one with certainty, in their order.

    Claims limited by a restriction or coverage lie within too: they are floors, never answers.
    """
    return [held.rows[i] for i in held.scopes.within(asked)]


# The least total


@dataclass(frozen=True)
class _Forced:
    """A total, and the claims that bind it by position; those all share nobody, or not."""

    total: int
    binding: list[int]
    disjoint: bool


def least_total(rows: Sequence[Row], lows: Sequence[int], held: Held) -> tuple[int, list[int]]:
    """The least total that claims force together, and which of them bind it.

    Parameters
    ----------
    rows
        Claims; those that are not known to share nobody may share everybody.
    lows
        The least number of each. 0 forces nothing.
    held
        The registers, and the scopes of the claims that are held.

    Returns
    -------
    tuple[int, list[int]]
        The total, exact, and the indices of the binding claims in `rows`, ascending.
    """
    scopes = held.scopes
    if any(held.by_claim.get(row["claim_id"]) is not row for row in rows):
        scopes = Scopes(rows, held.facts)
    at = [scopes.position[row["claim_id"]] for row in rows]
    forced = _forced(at, lows, scopes)
    index = {position: i for i, position in enumerate(at)}
    return forced.total, sorted(index[position] for position in forced.binding)


def smallest_exceeding(
    rows: Sequence[Row], lows: Sequence[int], most: int, held: Held
) -> tuple[int, list[int]] | None:
    """The fewest held claims that force more than `most` together, and what they force.

    Returns
    -------
    tuple[int, list[int]] or None
        The total and the indices of the claims in `rows`; without one of them the others force no
        more than `most`. Claims that share nobody if some such do it. None where all together do
        not force that much.
    """
    scopes = held.scopes
    at = [scopes.position[row["claim_id"]] for row in rows]
    least = {position: low for position, low in zip(at, lows, strict=True) if low > 0}
    groups = _groups(least, scopes)
    index = {position: i for i, position in enumerate(at)}
    if len(groups) > _MOST_GROUPS:
        listed = _one_list(groups, least, scopes)
        chosen_rows = sorted(index[position] for position in listed.binding)
        return (listed.total, chosen_rows) if listed.total > most else None
    items = _items(groups, least, scopes)
    packed = pack(items)
    if packed.total <= most:
        return None
    chosen = fewest_above(items, most)
    if chosen is None:
        chosen = list(packed.weights)
        for i in sorted(chosen, key=lambda i: items.lows[i]):
            without = [j for j in chosen if j != i]
            if pack(items.take(np.array(without, dtype=np.int64))).total > most:
                chosen = without
    total = pack(items.take(np.array(chosen, dtype=np.int64))).total
    return total, sorted(index[position] for i in chosen for position in groups[i])


def _forced(positions: Sequence[int], lows: Sequence[int], scopes: Scopes) -> _Forced:
    least = {at: low for at, low in zip(positions, lows, strict=True) if low > 0}
    if not least:
        return _Forced(0, [], True)
    groups = _groups(least, scopes)
    if len(groups) == 1 or len(groups) > _MOST_GROUPS:
        return _one_list(groups, least, scopes)
    packed = pack(_items(groups, least, scopes))
    binding = sorted(at for i in packed.weights for at in groups[i])
    return _Forced(packed.total, binding, all(weight == 1 for weight in packed.weights.values()))


def _groups(least: Mapping[int, int], scopes: Scopes) -> list[list[int]]:
    """The claims as they are packed: of one scope the greatest, or a register's entries together.

    Of equal claims the original stands before its repeats, and before later ids.
    """
    found: dict[Hashable, list[int]] = {}
    for at in sorted(least, key=lambda at: _originals_first(scopes.rows[at])):
        key, adds = scopes.same_scope(at)
        group = found.setdefault(key, [])
        if adds or not group:
            group.append(at)
        elif least[at] > least[group[0]]:
            group[0] = at
    return sorted(found.values(), key=lambda group: _originals_first(scopes.rows[group[0]]))


def _originals_first(row: Row) -> tuple[bool, str]:
    return row["repeat_of"] is not None, row["claim_id"]


def _items(groups: Sequence[Sequence[int]], least: Mapping[int, int], scopes: Scopes) -> Items:
    heads = np.array([group[0] for group in groups], dtype=np.int64)
    share = ~scopes.apart(heads, heads)
    np.fill_diagonal(share, True)
    any_day = scopes.never_parts_by_window(heads)
    return Items(
        [sum(least[at] for at in group) for group in groups],
        share,
        np.where(any_day, -_ANY_DAY, scopes.first[heads]),
        np.where(any_day, _ANY_DAY, scopes.last[heads]),
    )


def _one_list(groups: Sequence[Sequence[int]], least: Mapping[int, int], scopes: Scopes) -> _Forced:
    """The greatest of the scopes by itself: a floor that needs no pairs."""
    best = list(max(groups, key=lambda ats: sum(least[at] for at in ats)))
    return _Forced(sum(least[at] for at in best), best, True)


# Floors


@dataclass(frozen=True)
class Floor:
    """The least that the claims inside a scope force, in the scope's unit."""

    low: int | None
    """None where no claim inside sets a floor; never 0."""
    claim_ids: tuple[str, ...]
    """The claims that bind it."""
    bases: tuple[str, ...]
    """How their numbers were made."""
    n_inside: int
    """Claims inside that set a floor."""
    statement: str


def floor_of(asked: Row, held: Held) -> Floor:
    """The floor of any scope: exact, and a bound if the lists are clean.

    Notes
    -----
    The value of the linear program over atoms with floors only: docs/methods/floors.md.
    """
    return _floor(held.scopes.within(asked, _sets_floor(held)).tolist(), held.scopes)


def _sets_floor(held: Held) -> Flags:
    """Of each held claim, whether it sets a floor."""
    return np.array([least_of(row) is not None for row in held.rows], dtype=bool)


def _floor(setting: Sequence[int], scopes: Scopes) -> Floor:
    if not setting:
        return Floor(None, (), (), 0, NO_FLOOR)
    forced = _forced(setting, [least_of(scopes.rows[at]) or 0 for at in setting], scopes)
    binding = sorted((scopes.rows[at] for at in forced.binding), key=lambda row: row["claim_id"])
    bases = tuple(sorted({row["basis"] for row in binding}))
    return Floor(
        forced.total,
        tuple(row["claim_id"] for row in binding),
        bases,
        len(setting),
        _statement(forced, binding, bases),
    )


def _statement(forced: _Forced, binding: Sequence[Row], bases: Sequence[str]) -> str:
    lists = [basis in LISTS for basis in bases]
    conditions = ["the lists are clean"] * any(lists) + ["the claims hold"] * (not all(lists))
    one = len(binding) == 1
    noun = ("count" if all(lists) else "claim") + ("" if one else "s")
    if one:
        said = f"1 {noun}"
    elif forced.disjoint:
        said = f"{len(binding):,} disjoint {noun}"
    else:
        said = f"{len(binding):,} {noun} of which some overlap"
    taken = " and ".join(conditions)
    return f"At least {forced.total:,}, if {taken}: {said} ({', '.join(bases)})"


def floors(
    questions: Iterable[Row],
    held: Held,
    *,
    claims: int = CLAIMS_LOOKED_AT,
    pairs: int = PAIRS_LOOKED_AT,
) -> list[Record]:
    """The records of `schemas.estimates.Floors`, sorted by question.

    Parameters
    ----------
    questions
        Scopes with question_id.
    held
        The claims.
    claims
        How many claims may be looked at one by one, whether they lie inside, over all questions.
    pairs
        How many pairs of claims inside may be looked at over all questions.

    Notes
    -----
    The two budgets are there so that a build of any size ends. Questions with the fewest claims
    inside come first, then by id. A question beyond has no record (`left_to_ask`); its floor is
    worked out when it is asked.
    """
    among = _sets_floor(held)
    asked = sorted(questions, key=lambda row: str(row["question_id"]))
    sizes = [len(held.scopes.perhaps_within(row, among)) for row in asked]
    setting = {
        row["question_id"]: held.scopes.within(row, among).tolist()
        for row, chosen in zip(asked, affordable(sizes, claims), strict=True)
        if chosen
    }
    known: dict[tuple[int, ...], Floor] = {}
    found = []
    for question, positions in sorted(setting.items(), key=lambda item: (len(item[1]), item[0])):
        key = tuple(positions)
        if key not in known:
            pairs -= len(key) ** 2
            if pairs < 0:
                break
            known[key] = _floor(positions, held.scopes)
        found.append(_record(question, known[key]))
    return sorted(found, key=lambda record: str(record["question_id"]))


def left_to_ask(questions: pd.DataFrame, floors: pd.DataFrame) -> int:
    """How many questions have no floor in the table, since a build looks at so much only."""
    return int((~questions["question_id"].isin(floors["question_id"])).sum())


def _record(question: str, found: Floor) -> Record:
    return {
        "question_id": question,
        "low": found.low,
        "bases": list(found.bases),
        "claim_ids": list(found.claim_ids),
        "n_inside": found.n_inside,
        "statement": found.statement,
    }


# Ceilings, if


@dataclass(frozen=True)
class Cap:
    """An estimate that the asker names as a ceiling of its own scope."""

    claim_id: str
    high: int
    scope: Row
    """The claim."""
    statement: str
    """The assumption in words."""


@dataclass(frozen=True)
class Ceiling:
    """What can be at most in a scope, under a cap."""

    high: int | None
    """None where the cap says nothing of the scope, or not together with the floors."""
    assumes: str
    """The assumption, and what follows or why nothing does."""
    claim_ids: tuple[str, ...]
    """The cap, and the floors that lower the ceiling."""


_WITH_MARGIN: Final = re.compile(r"(?P<claim>.+?)\s*\+\s*(?P<percent>\d+(?:\.\d+)?)\s*%")


def cap_of(text: str, held: Held) -> Cap:
    """The cap that ``CLAIM`` or ``CLAIM+30%`` names: its high, else its best, with the margin.

    Raises
    ------
    ValueError
        If no claim that counts has that id, or it gives neither a high nor a best.
    """
    named, percent = text.strip(), ""
    if named not in held.by_claim and (match := _WITH_MARGIN.fullmatch(named)):
        named, percent = match["claim"], match["percent"]
    claim = held.by_claim.get(named)
    if claim is None:
        raise ValueError(
            f"no claim that counts has the id {named!r}: give a claim_id of marts.claims, alone or "
            "with a margin, such as CLAIM+30%"
        )
    if claim["entry_of"] is not None:
        raise ValueError(
            f"{named} is an entry of a register and bounds one event, not a scope: name an "
            "estimate of a whole scope"
        )
    number = claim["high"] if claim["high"] is not None else claim["best"]
    if number is None:
        raise ValueError(
            f"{named} gives neither a best figure nor an upper end, so it cannot be a ceiling: "
            "name a claim that gives one"
        )
    high = floor(number * (1 + Fraction(percent or 0) / 100))
    margin = f" plus {percent} %, that is {high:,}" if percent else ""
    statement = f"that {named}, {number:,}{margin}, is the most that its scope can hold"
    return Cap(named, high, claim, statement)


def ceiling_of(asked: Row, cap: Cap, held: Held) -> Ceiling:
    """The most that the asked scope can hold under the cap, and what that takes for granted.

    The cap, less what floors within its scope force outside the asked one. None where the asked
    scope does not lie within the cap's, or where the floors exceed the cap.
    """
    relation = relate(asked, cap.scope, held.facts, limits=True)
    if not relation.is_within:
        why = worded(relation.reason, "what is asked", "the named claim")
        return Ceiling(
            None,
            f"Assuming {cap.statement}: no ceiling follows, since what is asked does not lie "
            f"within that scope ({why})",
            (cap.claim_id,),
        )
    rows = [row for row in inside(cap.scope, held) if least_of(row) is not None]
    total, binding = _least_of_all(rows, held)
    if total > cap.high:
        return Ceiling(
            None,
            f"Assuming {cap.statement}: no ceiling follows, since the claims within that scope "
            f"force at least {total:,}",
            (cap.claim_id, *binding),
        )
    outside = [row for row in rows if not relate(row, asked, held.facts, limits=True).may_share]
    less, binding = _least_of_all(outside, held)
    if not less:
        return Ceiling(cap.high, f"Assuming {cap.statement}", (cap.claim_id,))
    return Ceiling(
        cap.high - less,
        f"Assuming {cap.statement}, of which the floors outside what is asked take {less:,}",
        (cap.claim_id, *binding),
    )


def _least_of_all(rows: Sequence[Row], held: Held) -> tuple[int, list[str]]:
    total, binding = least_total(rows, [least_of(row) or 0 for row in rows], held)
    return total, sorted(rows[i]["claim_id"] for i in binding)
