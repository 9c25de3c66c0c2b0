"""Sums of claims that refuse to count anybody twice.

What must hold before claims are added up, and what their sum is: its ends, its bases and what was
taken for granted. How two claims stand to each other is `Held.relation`; the words of a refusal are
`core.refusals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from pipelines.core import refusals
from pipelines.core.interval import Interval
from pipelines.core.refusals import SumRefused
from pipelines.core.relation import Scope, of_measure, of_unit
from pipelines.core.verdict import Relation, worded
from pipelines.estimates.arithmetic import summed
from pipelines.estimates.held import Held
from pipelines.estimates.questions import day_in_words
from pipelines.estimates.rows import household_sizes

Row = Mapping[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Sum:
    """Claims added up. An end that some claim leaves open stays open."""

    low: int | None
    best: int | None
    high: int | None
    range_kind: str | None
    bases: tuple[str, ...]
    metrics: tuple[str, ...]
    claim_ids: tuple[str, ...]
    accepted: tuple[Pair, ...]
    """Pairs of unknown relation that the asker took to share nobody."""
    statement: str

    @property
    def n_claims(self) -> int:
        """How many claims are added up."""
        return len(self.claim_ids)


def safe_sum(claim_ids: Iterable[str | Sum], held: Held, accept: Iterable[Pair] = ()) -> Sum:
    """The total over claims that share nobody.

    Parameters
    ----------
    claim_ids
        Claims by id, or earlier sums, whose claims and accepted pairs are taken over.
    held
        The claims that count, with the registers.
    accept
        Unordered pairs of claims whose relation is unknown and that are taken to share nobody. They
        are recorded in the sum. A known relation is never overridden.

    Returns
    -------
    Sum
        In the unit of the claims. ``best`` only where every claim has one. An end is the sum of
        that end, of the best where a claim gives none; open where a claim has neither; empty where
        no claim gives that end. Of claims whose windows touch, ``low`` is the least total over
        which those counted on the shared day may hide, and ``best`` is empty.

    Raises
    ------
    SumRefused
        If a claim is not held, does not count or is named twice, or if a pair may count somebody
        twice or counts in unlike ways. Every reason is given: the first in the refusal, the rest
        in its ``others``.
    """
    ids, taken = _flattened(claim_ids, accept)
    rows = _summands(ids, held)
    accepted = _pairs_accepted(taken, rows, held)
    refused, touching = [], []
    for a, b in combinations(rows, 2):
        relation = _relation(a, b, held)
        if unlike := _unlike(a, b):
            refused.append(unlike)
        elif relation.relation == "touching":
            touching.append((a["claim_id"], b["claim_id"]))
        elif relation.may_share and (a["claim_id"], b["claim_id"]) not in accepted:
            refused.append(_counted_twice(a, b, relation))
    if refused:
        raise SumRefused.of_all(refused)
    return _sum(rows, touching, accepted)


# What is asked


def _flattened(
    summands: Iterable[str | Sum], accept: Iterable[Pair]
) -> tuple[list[str], set[Pair]]:
    """The claims, sums taken apart, in the order of their ids; and the accepted pairs."""
    ids: list[str] = []
    taken = {_ordered(pair) for pair in accept}
    for summand in summands:
        if isinstance(summand, Sum):
            ids += summand.claim_ids
            taken |= set(summand.accepted)
        else:
            ids.append(summand)
    return sorted(ids), taken


def _ordered(pair: Pair) -> Pair:
    a, b = pair
    return (a, b) if a < b else (b, a)


def _summands(ids: Sequence[str], held: Held) -> list[Row]:
    """The claims to add up, or what is wrong with naming them."""
    refused = [] if ids else [SumRefused(refusals.NO_CLAIM_NAMED)]
    for claim_id in sorted(set(ids)):
        if why := held.why_not_at_hand(claim_id):
            refused.append(SumRefused(*why))
        elif ids.count(claim_id) > 1:
            reason = refusals.NAMED_TWICE.replace("{a}", claim_id)
            refused.append(
                SumRefused(reason, refusals.NAMED_TWICE_SETTLES, pair=(claim_id, claim_id))
            )
    if refused:
        raise SumRefused.of_all(refused)
    return [held.by_claim[claim_id] for claim_id in ids]


def _pairs_accepted(taken: Iterable[Pair], rows: Sequence[Row], held: Held) -> set[Pair]:
    """The accepted pairs, if each is of two summands whose relation is unknown."""
    summands = {row["claim_id"]: row for row in rows}
    refused = []
    for a, b in sorted(taken):
        if a == b or not {a, b} <= set(summands):
            words, settles = refusals.ACCEPTED_STRANGER, refusals.ACCEPTED_STRANGER_SETTLES
        elif (found := _relation(summands[a], summands[b], held)).relation == "unknown":
            continue
        else:
            words = refusals.ACCEPTED_KNOWN.replace("{relation}", found.relation)
            settles = refusals.ACCEPTED_KNOWN_SETTLES
        refused.append(SumRefused(_named(words, a, b), settles, (a, b)))
    if refused:
        raise SumRefused.of_all(refused)
    return set(taken)


# What is refused


def _of_measure(a: Row, b: Row) -> Relation:
    one, other = Scope(a), Scope(b)
    return of_measure(one.kind, other.kind, one.days == other.days)


def _relation(a: Row, b: Row, held: Held) -> Relation:
    """How a stands to b; known where they publish one figure, unknown where one hides its measure.

    What somebody repeats is compared with what it repeats by that alone: it is the same figure.
    """
    figures = ({row["claim_id"], row["repeat_of"]} - {None} for row in (a, b))
    if set.intersection(*figures):
        return Relation("equal", None, refusals.ONE_FIGURE)
    found, measure = held.relation(a, b), _of_measure(a, b)
    is_told_apart = found.relation in ("disjoint", "touching")
    return measure if is_told_apart and measure.relation == "unknown" else found


def _unlike(a: Row, b: Row) -> SumRefused | None:
    """Numbers that make no total, whoever is counted: of unlike units, or a stock and a flow."""
    words = []
    if of_unit(a["unit"], b["unit"]).relation != "equal":
        words.append(refusals.UNLIKE_UNITS.format(**_sides(a, b, "unit")))
    if _of_measure(a, b).relation == "overlaps":
        words.append(refusals.UNLIKE_MEASURES.format(**_sides(a, b, "measure")))
    if not words:
        return None
    pair = (a["claim_id"], b["claim_id"])
    return SumRefused("; ".join(words), refusals.UNLIKE_SETTLES, pair)


def _sides(a: Row, b: Row, column: str) -> dict[str, Any]:
    both = {"a": a["claim_id"], "b": b["claim_id"]}
    return both | {f"{column}_a": a[column], f"{column}_b": b[column]}


def _counted_twice(a: Row, b: Row, relation: Relation) -> SumRefused:
    one, other = a["claim_id"], b["claim_id"]
    why = refusals.COUNTED_TWICE[relation.relation]
    settles = relation.would_settle or refusals.COUNTED_TWICE_SETTLES[relation.relation]
    words = f"{why}: {relation.reason}" if relation.reason else why
    return SumRefused(_named(words, one, other), worded(settles, one, other), (one, other))


def _named(words: str, a: str, b: str) -> str:
    return worded(words, a, b) or words


# The sum


def _sum(rows: Sequence[Row], touching: Sequence[Pair], accepted: Iterable[Pair]) -> Sum:
    range_ = _hiding(rows, touching) if touching else summed(rows)
    pairs = tuple(sorted(accepted))
    bases, metrics = (tuple(sorted({row[name] for row in rows})) for name in ("basis", "metric"))
    return Sum(
        low=range_.low,
        best=range_.best,
        high=range_.high,
        range_kind=range_.kind,
        bases=bases,
        metrics=metrics,
        claim_ids=tuple(row["claim_id"] for row in rows),
        accepted=pairs,
        statement=_statement(range_, bases, metrics, rows, touching, pairs),
    )


def _hiding(rows: Sequence[Row], touching: Sequence[Pair]) -> Interval:
    """The sum where those counted on a shared day may hide in two claims: two ends and no best."""
    outer = [
        {
            **row,
            "best": None,
            **{end: row["best"] if row[end] is None else row[end] for end in ("low", "high")},
        }
        for row in rows
    ]
    apart = summed(outer)
    if apart.low is None:
        return apart
    least = _least({row["claim_id"]: row["low"] for row in outer}, touching)
    return replace(apart, low=least)


def _least(lows: Mapping[str, int], touching: Sequence[Pair]) -> int:
    """The least total where every two that touch may count the same people, and no others do.

    It is the greatest total over claims of which no two touch. That is exact wherever the claims
    that touch form no odd ring, as windows that follow one another never do; else it is a lower
    end that is not the closest.
    """
    beside: dict[str, set[str]] = {claim: set() for pair in touching for claim in pair}
    for a, b in touching:
        beside[a].add(b)
        beside[b].add(a)
    apart = sum(low for claim, low in lows.items() if claim not in beside)
    return apart + _greatest_apart({claim: lows[claim] for claim in beside}, beside)


def _greatest_apart(weights: Mapping[str, int], beside: Mapping[str, set[str]]) -> int:
    """The greatest total over claims of which no two stand beside each other.

    A claim beside one other is taken, and the other then adds only what it has more; where every
    claim left is in a ring, one is tried both ways.
    """
    left = dict(weights)
    near = {claim: beside[claim] & set(left) for claim in left}
    total = 0

    def drop(claim: str) -> None:
        del left[claim]
        for other in near.pop(claim):
            near[other].discard(claim)

    while left:
        claim = min(left, key=lambda one: (len(near[one]), one))
        if len(near[claim]) > 1:
            claim = max(left, key=lambda one: (len(near[one]), one))
            taken = {one: left[one] for one in left if one not in near[claim] and one != claim}
            without = {one: left[one] for one in left if one != claim}
            with_it = left[claim] + _greatest_apart(taken, near)
            return total + max(with_it, _greatest_apart(without, near))
        weight = left[claim]
        total += weight
        for other in tuple(near[claim]):
            left[other] -= weight
            if left[other] <= 0:
                drop(other)
        drop(claim)
    return total


# In words


def _statement(
    range_: Interval,
    bases: Sequence[str],
    metrics: Sequence[str],
    rows: Sequence[Row],
    touching: Sequence[Pair],
    accepted: Sequence[Pair],
) -> str:
    said = [f"{range_.display()}: {' + '.join(bases)}", " + ".join(metrics), days_in_words(rows)]
    said += household_sizes(rows)
    if touching:
        said.append(refusals.SHARED_DAY)
    if accepted:
        pairs = ", ".join(f"{a} and {b}" for a, b in accepted)
        said.append(f"accepted as sharing nobody: {pairs}")
    return "; ".join(said)


def days_in_words(rows: Sequence[Row]) -> str:
    """Of which days the claims are together: from the first of any to the last."""
    first, last = [row["start_earliest"] for row in rows], [row["end_latest"] for row in rows]
    whose = "stocks " if {row["measure"] for row in rows} == {"stock"} else ""
    if None in first or None in last:
        return f"{whose}of days not all stated"
    start, end = day_in_words(min(first)), day_in_words(max(last))
    return f"{whose}of {start}" if start == end else f"{whose}of days from {start} to {end}"
