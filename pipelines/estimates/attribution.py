"""What the collection holds of a body that a claim credits, up to the day of the claim.

The check says what was looked at and what was found there. That a figure is not held says nothing
of whether the body gave it: this collection is not all that a body published.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipelines.core.likeness import known_on, printed_numbers
from pipelines.core.records import Record
from pipelines.core.relation import of_role
from pipelines.core.windows import NEVER, days_of
from pipelines.estimates.budget import CREDITS_LOOKED_AT, affordable
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
_ABROAD: Final = 3
"""Of another country: a body's figure for Yemen is not the one that it is credited with here."""

KEPT: Final = 100
"""Most claims held of a body that a record names, the nearest first; `looked_at` counts all."""


_TOO_MANY: Final = (
    "not checked: of the bodies credited in this collection more claims are held than a build "
    "lays beside those that credit them"
)


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


def checks(held: Held, *, credits: int = CREDITS_LOOKED_AT) -> list[Check]:
    """The check of each held claim that credits somebody, in the order of publication.

    Parameters
    ----------
    held
        Claims that count or repeat.
    credits
        How many claims of credited bodies may be looked at over all checks, those with the fewest
        first, so that a build of any size ends. A claim beyond is not checked, and says so.
    """
    bodies = _Bodies(held)
    crediting = [row for row in held.rows if row["origin"]]
    chosen = affordable([bodies.known(row) for row in crediting], credits)
    return [
        _check(row, bodies) if taken else Check(row, row["origin_id"], NOT_CHECKED, _TOO_MANY)
        for row, taken in zip(crediting, chosen, strict=True)
    ]


def _check(row: Row, bodies: _Bodies) -> Check:
    body, day = row["origin_id"], known_on(row)
    if body is None:
        why = f"not checked: '{row['origin']}' is not in data/raw/actors.csv"
        return Check(row, None, NOT_CHECKED, why)
    if day is None:
        why = "not checked: the claim's document has no day of publication, nor an edition"
        return Check(row, body, NOT_CHECKED, why)
    found, nearest, near = bodies.of(row, body)
    same = [other.row for other in found[:near] if other.figure == figure_of(row)]
    outcome = (SAME if same else OTHER) if near else NOTHING
    looked_at = _looked_at(near, len(found) - near, bodies.held.actors.name(body), day)
    return Check(row, body, outcome, looked_at, [other.row for other in found], same, nearest)


def _looked_at(n: int, elsewhere: int, body: str, day: date) -> str:
    count = {0: "no claim", 1: "1 claim"}.get(n, f"{n:,} claims")
    apart = f"; {elsewhere:,} more of other countries" if elsewhere else ""
    return (
        f"in this collection, {count} of this metric said by or credited to {body} or a part of "
        f"it, in documents published up to {day_in_words(day)}, the claim's own document apart"
        f"{apart}"
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

_Tiers = dict[_Where, int]


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
        self._by_tree: dict[_Where, _Tiers] = defaultdict(dict)
        self._by_days: dict[tuple[_Where, int, int], _Tiers] = defaultdict(dict)
        for at, row in enumerate(held.rows):
            for actor in {row["speaker_id"], row["origin_id"]} - {None}:
                self._by_voice[row["metric"]][actor].append(at)

    def known(self, row: Row) -> int:
        """How many claims of the body that the claim credits were known by its day."""
        body, day = row["origin_id"], known_on(row)
        if body is None or day is None:
            return 0
        claims = self._claims(body, row["metric"])
        return bisect_right(claims, day.toordinal(), key=lambda given: given.known)

    def of(self, row: Row, body: str) -> tuple[list[_Given], int, int]:
        """Claims of the body known by the day, in other documents, nearest first.

        With them, how many are of the nearest scope (of the claim's own place and role where there
        are any, else of places inside it or around it, else of others), and how many are not of
        another country.
        """
        claims = self._claims(body, row["metric"])
        tier, end, own = self._tier_of(row), _last_day(row), row["document_id"]
        in_order = sorted(
            (tier(given.where), abs(given.end - end), at)
            for at, given in enumerate(claims[: self.known(row)])
            if given.document != own
        )
        nearest = sum(step == in_order[0][0] for step, _, _ in in_order)
        near = sum(step < _ABROAD for step, _, _ in in_order)
        return [claims[at] for _, _, at in in_order], min(nearest, near), near

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

    def _tier_of(self, row: Row) -> Callable[[_Where], int]:
        """How near a place is to the claim's: it and its role, one within the other, or further.

        Places stand to each other by their tree; how a territory stands is dated.
        """
        mine, days = _where(row), days_of(row)
        by_tree, by_days = self._by_tree[mine], self._by_days[mine, days[0], days[3]]

        def tier(other: _Where) -> int:
            is_dated = mine[1] or other[1] or mine[0] is None or other[0] is None
            known = by_days if is_dated else by_tree
            if other not in known:
                known[other] = self._tier(mine, other, (days[0], days[3]))
            return known[other]

        return tier

    def _tier(self, mine: _Where, other: _Where, days: tuple[int, int]) -> int:
        here, there = mine[0], other[0]
        if of_role(mine[2], other[2]).relation != "equal":
            return _FAR
        if mine[1] or other[1] or here is None or there is None:
            relation = self.held.facts.areas.relation(mine[:2], other[:2], days).relation
            return _NEAR.get(relation, self._apart(here, there))
        if here == there:
            return _NEAR["equal"]
        tree = self.held.facts.gazetteer
        is_near = tree.inside(here, there) or tree.inside(there, here)
        return _NEAR["inside"] if is_near else self._apart(here, there)

    def _apart(self, here: str | None, there: str | None) -> int:
        country = self.held.facts.areas.country
        if here is None or there is None or country(here) == country(there):
            return _FAR
        return _ABROAD


def _where(row: Row) -> _Where:
    return row["place_id"], row["territory"], row["place_role"]


def _last_day(row: Row) -> int:
    """The number of a window's last day; where it is not stated, of the day of publication."""
    day: date | None = row["end_latest"] or known_on(row)
    return day.toordinal() if day else 0
