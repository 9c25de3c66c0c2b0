"""What the collection holds of a body that a claim credits, up to the day of the claim.

The check says what was looked at and what was found there. That a figure is not held says nothing
of whether the body gave it: this collection is not all that a body published.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipelines.core.likeness import known_on, printed_numbers
from pipelines.core.records import Record
from pipelines.core.relation import Facts, of_role
from pipelines.core.windows import NEVER, days_of
from pipelines.estimates.held import Held
from pipelines.estimates.questions import day_in_words

Row = Mapping[str, Any]

NOT_CHECKED: Final = "not_checked"
NOTHING: Final = "nothing_held"
OTHER: Final = "other_figure_held"
SAME: Final = "same_figure_held"

_NEAR: Final = {"equal": 0, "inside": 1, "contains": 1}
"""How near a claim's place is to another's; any other relation is further."""
_FAR: Final = 2

KEPT: Final = 100
"""Most claims held of a body that a record names, the nearest first; `looked_at` counts all."""


@dataclass(frozen=True)
class Check:
    """A claim that credits a body, and the claims held of that body for its metric by its day."""

    row: Row
    actor_id: str | None
    outcome: str
    looked_at: str
    held: Sequence[Row] = ()
    """Nearest scope first."""
    same: Sequence[Row] = ()
    nearest: int = 0
    """How many of `held` are of the nearest scope."""


def attribution_checks(made_of: Iterable[Check]) -> list[Record]:
    """The records of `schemas.estimates.AttributionChecks`, sorted by claim id."""
    made = [
        {
            "claim_id": check.row["claim_id"],
            "actor_id": check.actor_id,
            "outcome": check.outcome,
            "looked_at": check.looked_at,
            "held_claim_ids": [row["claim_id"] for row in check.held[:KEPT]],
            "same_claim_ids": [row["claim_id"] for row in check.same],
        }
        for check in made_of
    ]
    return sorted(made, key=lambda record: str(record["claim_id"]))


def checks(held: Held) -> list[Check]:
    """The check of each held claim that credits somebody, in the order of publication."""
    bodies = _Bodies(held)
    return [_check(row, bodies) for row in held.rows if row["origin"]]


def _check(row: Row, bodies: _Bodies) -> Check:
    body, day = row["origin_id"], known_on(row)
    if body is None:
        why = f"not checked: '{row['origin']}' is not in data/raw/actors.csv"
        return Check(row, None, NOT_CHECKED, why)
    if day is None:
        why = "not checked: the claim's document has no day of publication, nor an edition"
        return Check(row, body, NOT_CHECKED, why)
    found, nearest = bodies.of(row, body, day)
    same = [other.row for other in found if other.figure == figure_of(row)]
    outcome = (SAME if same else OTHER) if found else NOTHING
    looked_at = _looked_at(len(found), bodies.held.actors.name(body), day)
    return Check(row, body, outcome, looked_at, [other.row for other in found], same, nearest)


def _looked_at(n: int, body: str, day: date) -> str:
    count = {0: "no claim", 1: "1 claim"}.get(n, f"{n:,} claims")
    return (
        f"in this collection, {count} of this metric said by or credited to {body} or a part of "
        f"it, in documents published up to {day_in_words(day)}, the claim's own document apart"
    )


def figure_of(row: Row) -> tuple[Any, ...]:
    """What makes a figure the same: metric, unit and printed value, or ends where it has none.

    Ends beside a value, the hedging word and the reading range play no part.
    """
    number = row["value"] if row["value"] is not None else printed_numbers(row)
    return row["metric"], row["claim_unit"], number


# What is held of a body

_Where = tuple[str | None, str | None, str | None]
"""Place, territory, and what the place is to the people."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A claim of a body, with what is looked at of it for every claim that credits the body."""

    row: Row
    document: str
    known: int
    end: int
    where: _Where
    figure: tuple[Any, ...]

    @classmethod
    def of(cls, row: Row) -> _Given:
        known = known_on(row)
        return cls(
            row,
            row["document_id"],
            known.toordinal() if known else NEVER,
            _last_day(row),
            _where(row),
            figure_of(row),
        )


class _Bodies:
    """Claims by metric and by whom they are said by or credited to; parts count for the whole."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self._by_voice: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._given = [_Given.of(row) for row in held.rows]
        self._of_body: dict[tuple[str, str], list[_Given]] = {}
        self._tiers: dict[tuple[_Where, tuple[int, int]], _Tiers] = {}
        for at, row in enumerate(held.rows):
            for actor in {row["speaker_id"], row["origin_id"]} - {None}:
                self._by_voice[row["metric"]][actor].append(at)

    def of(self, row: Row, body: str, day: date) -> tuple[list[_Given], int]:
        """Claims of the body known by the day, in other documents, nearest first.

        With them, how many are of the nearest scope: of the claim's own place and role where there
        are any, else of places inside it or around it, else of others.
        """
        claims = self._claims(body, row["metric"])
        known = bisect_right(claims, day.toordinal(), key=lambda given: given.known)
        tiers, end, own = self._tiers_of(row), _last_day(row), row["document_id"]
        in_order = sorted(
            (tiers[given.where], abs(given.end - end), at)
            for at, given in enumerate(claims[:known])
            if given.document != own
        )
        nearest = sum(tier == in_order[0][0] for tier, _, _ in in_order)
        return [claims[at] for _, _, at in in_order], nearest

    def _claims(self, body: str, metric: str) -> list[_Given]:
        """Claims of a body and a metric in the order of publication."""
        if (body, metric) not in self._of_body:
            said = {
                at
                for actor, positions in self._by_voice[metric].items()
                if self.held.actors.within(actor, body)
                for at in positions
            }
            self._of_body[body, metric] = [self._given[at] for at in sorted(said)]
        return self._of_body[body, metric]

    def _tiers_of(self, row: Row) -> _Tiers:
        days = days_of(row)
        key = (_where(row), (days[0], days[3]))
        if key not in self._tiers:
            self._tiers[key] = _Tiers(*key, self.held.facts)
        return self._tiers[key]


class _Tiers(dict[_Where, int]):
    """How near places are to one on some days: it and its role, one within the other, or neither.

    Places stand to each other by their tree; how a territory stands is dated.
    """

    def __init__(self, mine: _Where, days: tuple[int, int], facts: Facts) -> None:
        super().__init__()
        self._mine, self._days, self._facts = mine, days, facts

    def __missing__(self, other: _Where) -> int:
        self[other] = _NEAR.get(self._relation(other), _FAR)
        return self[other]

    def _relation(self, other: _Where) -> str:
        mine, theirs = self._mine[:2], other[:2]
        if of_role(self._mine[2], other[2]).relation != "equal":
            return "overlaps"
        if mine[1] or theirs[1] or mine[0] is None or theirs[0] is None:
            return self._facts.areas.relation(mine, theirs, self._days).relation
        if mine == theirs:
            return "equal"
        tree = self._facts.gazetteer
        is_near = tree.inside(mine[0], theirs[0]) or tree.inside(theirs[0], mine[0])
        return "inside" if is_near else "disjoint"


def _where(row: Row) -> _Where:
    return row["place_id"], row["territory"], row["place_role"]


def _last_day(row: Row) -> int:
    """The number of a window's last day; where it is not stated, of the day of publication."""
    day: date | None = row["end_latest"] or known_on(row)
    return day.toordinal() if day else 0
