"""How two scopes stand to each other: on every axis, and together.

A scope is what a number counts: the columns of a question, and for a claim its restriction and
coverage too. On each axis one scope is equal to the other, inside it, contains it, overlaps or
touches it, is disjoint from it, or that is unknown; an unknown names the one fact that would settle
it and the file to write it in. What a word of a closed vocabulary means, against another word, is
said here; what differs from place to place, day to day or source to source is read from the
registers (`areas`, `populations`); days are compared in `windows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Final

import pandas as pd

from pipelines.core.areas import Area, Areas
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.names import folded
from pipelines.core.populations import Populations
from pipelines.core.verdict import ANY, EQUAL, Relation, of_any, together
from pipelines.core.windows import (
    NEVER,
    Days,
    are_same_days,
    common_days,
    days_of,
    of_window,
    window_unknown,
)

Row = Mapping[str, Any]


# Metric, measure and unit

CASUALTIES: Final = frozenset(
    ("killed", "injured", "missing", "killed_or_injured", "dead_or_missing", "kidnapped")
)
"""What happens to a person in a window: counted once, whoever counts."""

_METRICS_WITHIN: Final = {
    "killed": ("killed_or_injured", "dead_or_missing"),
    "injured": ("killed_or_injured",),
    "missing": ("dead_or_missing",),
    "idps": ("displaced",),
    "refugees": ("displaced",),
    "asylum_seekers": ("displaced",),
    "others_in_need_of_protection": ("displaced",),
}
_ONE_OF_THESE: Final = (
    frozenset(("killed", "injured", "missing")),
    frozenset(("idps", "refugees", "asylum_seekers", "others_in_need_of_protection")),
)
"""Of each list a person is one at a time: on one day, or in one window."""

_EVENTS: Final = frozenset(("flow", "cumulative"))


@cache
def of_metric(a: str, b: str, same_days: bool) -> Relation:
    """What is counted. `same_days`: both windows are the very same."""
    if a == b:
        return EQUAL
    if b in _METRICS_WITHIN.get(a, ()):
        return Relation("inside", "metric", f"{a} are among {b}")
    if a in _METRICS_WITHIN.get(b, ()):
        return Relation("contains", "metric", f"{b} are among {a}")
    if any({a, b} <= these for these in _ONE_OF_THESE):
        if same_days:
            reason = f"at one time a person is counted as {a} or as {b}, not as both"
            return Relation("disjoint", "metric", reason)
        reason = f"a person counted as {a} at one time may be counted as {b} at another"
        return Relation("overlaps", "metric", reason)
    reason = f"{a} is not {b}, and one person may be counted as both"
    return Relation("overlaps", "metric", reason)


@cache
def of_measure(a: str, b: str, casualties: bool) -> Relation:
    """How it is counted. `casualties`: both metrics count what happens to a person once."""
    if a == b or {a, b} <= _EVENTS:
        return EQUAL
    if found := of_any(a, b, "measure"):
        return found
    if casualties and "stock" not in (a, b):
        # A counter, a flow or neither said: each counts what happened in its window.
        return EQUAL
    if "unstated" in (a, b):
        side = "{a}" if a == "unstated" else "{b}"
        return Relation(
            "unknown",
            "measure",
            f"{side} does not say whether it counts people on a day, in a window or ever",
            f"the measure of {side}: column measure of its claims, or data/raw/corrections.csv",
        )
    reason = f"a {a} and a {b} count some of the same people in two ways"
    return Relation("overlaps", "measure", reason)


@cache
def of_unit(a: str, b: str) -> Relation:
    """What one of the number is."""
    if a == b:
        return EQUAL
    return of_any(a, b, "unit") or Relation(
        "overlaps", "unit", f"{a} and {b} count the same people in unlike units"
    )


# Whom: nationality, deaths counted, cause


@lru_cache(maxsize=65536)
def of_nationality(a: str | None, b: str | None) -> Relation:
    """Nationality as written; against a scope of residence it overlaps."""
    if found := of_any(a, b, "nationality"):
        return EQUAL if a == b else found
    if a is None and b is None:
        return EQUAL
    if a is None or b is None:
        named = a or b
        reason = f"'{named}' is a nationality, and the other counts whoever was there"
        return Relation("overlaps", "nationality", reason)
    if folded(a) == folded(b):
        return EQUAL
    return Relation(
        "unknown",
        "nationality",
        f"'{a}' and '{b}' may name one nationality or two",
        "one spelling for both, if they name one: column nationality of the claims, or "
        "data/raw/corrections.csv",
    )


_DEATHS_WITHIN: Final = ("direct", "indirect", "unstated")
"""Whichever deaths a count holds, they are among direct and indirect ones together."""


@cache
def of_deaths(a: str | None, b: str | None) -> Relation:
    """Which deaths a count of deaths holds; empty for other metrics, which are not compared."""
    axis = "deaths_counted"
    if a == b or a is None or b is None:
        return EQUAL
    if found := of_any(a, b, axis):
        return found
    if b == "direct_and_indirect" and a in _DEATHS_WITHIN:
        return Relation("inside", axis, f"{a} deaths are among direct and indirect ones")
    if a == "direct_and_indirect" and b in _DEATHS_WITHIN:
        return Relation("contains", axis, f"{b} deaths are among direct and indirect ones")
    if {a, b} == {"direct", "indirect"}:
        return Relation("disjoint", axis, "a death is direct or indirect, not both")
    if "excess" in (a, b):
        reason = "excess deaths are a difference from an expected number, not a list of deaths"
        return Relation("overlaps", axis, reason)
    side = "{a}" if a == "unstated" else "{b}"
    return Relation(
        "unknown",
        axis,
        f"{side} does not say which deaths it counts",
        f"which deaths {side} counts: column deaths_counted of its claims, or "
        "data/raw/corrections.csv",
    )


@cache
def of_cause(a: str, b: str) -> Relation:
    """What caused it."""
    if a == b:
        return EQUAL
    if found := of_any(a, b, "cause"):
        return found
    if "unstated" in (a, b):
        side = "{a}" if a == "unstated" else "{b}"
        return Relation(
            "unknown",
            "cause",
            f"{side} does not say the cause",
            f"the cause of {side}: column cause of its claims, or data/raw/corrections.csv",
        )
    return Relation("disjoint", "cause", f"{a} and {b} are different causes")


@lru_cache(maxsize=65536)
def of_limit(a: str | None, b: str | None, axis: str) -> Relation:
    """Restriction or coverage as written: filled, the claim holds only a part of its question."""
    if (a and folded(a)) == (b and folded(b)):
        return EQUAL
    if not b:
        return Relation("inside", axis, f"{{a}} holds only '{a}'")
    if not a:
        return Relation("contains", axis, f"{{b}} holds only '{b}'")
    return Relation(
        "unknown",
        axis,
        f"'{a}' and '{b}' may count some of the same people",
        f"whether anybody counted under '{a}' is counted under '{b}': the source's own words, "
        f"in column {axis} of the claims, or data/raw/corrections.csv",
    )


MAY_BE_COUNTED_TWICE: Final = Relation(
    "overlaps", "window", "one person may be counted in the window of {a} and in that of {b}"
)
STOCKS_OF_TWO_DAYS: Final = Relation(
    "overlaps", "window", "stocks of two days: many of the same people may be counted in both"
)
MAY_HAVE_MOVED: Final = Relation(
    "overlaps", "place", "one person may be counted in the place of {a} and later in that of {b}"
)


# Registers


@dataclass(frozen=True)
class Facts:
    """What the registers say of places, territories and classes of people."""

    gazetteer: Gazetteer
    areas: Areas
    populations: Populations

    @classmethod
    def of(
        cls, places: pd.DataFrame, territories: pd.DataFrame, populations: pd.DataFrame
    ) -> Facts:
        """From the tables of `schemas.raw.Places`, `Territories` and `Populations`."""
        gazetteer = Gazetteer(places, territories)
        return cls(gazetteer, Areas(gazetteer, territories), Populations(populations))


# Scopes


@dataclass(frozen=True, slots=True)
class Scope:
    """A row's scope, with what every comparison needs of it worked out once."""

    row: Row
    days: Days = field(init=False)
    area: Area = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", days_of(self.row))
        object.__setattr__(self, "area", (self.row["place_id"], self.row["territory"]))


def is_counted_once(a: Row, b: Row, same_days: bool) -> bool:
    """Whether two counts that share no day, or no place, share nobody.

    A person is killed once; a movement is made once; on one day a person is in one place.
    """
    if a["metric"] in CASUALTIES and b["metric"] in CASUALTIES:
        return "stock" not in (a["measure"], b["measure"]) or same_days
    if a["unit"] == b["unit"] == "movements":
        return True
    return same_days and a["measure"] == b["measure"] == "stock"


def on_axes(a: Scope, b: Scope, facts: Facts, *, limits: bool) -> list[Relation]:
    """How a stands to b on every axis, in the order in which a reason is looked for.

    `limits`: restriction and coverage too, as between two claims.
    """
    one, other = a.row, b.row
    same_days = are_same_days(a.days, b.days)
    casualties = one["metric"] in CASUALTIES and other["metric"] in CASUALTIES
    source = one.get("source_id") if one.get("source_id") == other.get("source_id") else None
    once = is_counted_once(one, other, same_days)
    found = [
        of_metric(one["metric"], other["metric"], same_days),
        of_unit(one["unit"], other["unit"]),
        of_measure(one["measure"], other["measure"], casualties),
        facts.populations.relation(one["population"], other["population"], source),
        of_nationality(one["nationality"], other["nationality"]),
        of_deaths(one["deaths_counted"], other["deaths_counted"]),
        of_cause(one["cause"], other["cause"]),
        *_where(a, b, facts, once),
        _when(a, b, once),
    ]
    if limits:
        found += [
            of_limit(one.get(axis), other.get(axis), axis) for axis in ("restriction", "coverage")
        ]
    return found


def _where(a: Scope, b: Scope, facts: Facts, once: bool) -> list[Relation]:
    role = of_role(a.row["place_role"], b.row["place_role"])
    if role.relation in ("overlaps", "unknown"):
        # Where people are and where they are from do not exclude each other.
        return [role]
    place = facts.areas.relation(a.area, b.area, common_days(a.days, b.days))
    left = of_left(a.row["from_place_id"], b.row["from_place_id"], facts)
    if place.relation == "disjoint" and not once and _may_have_moved(a, b, facts):
        place = MAY_HAVE_MOVED
    return [role, place, left]


@cache
def of_role(a: str | None, b: str | None) -> Relation:
    """What the place is to the people."""
    if a == b:
        return EQUAL
    if found := of_any(a, b, "place_role"):
        return found
    if a is None or b is None:
        side = "{a}" if a is None else "{b}"
        return Relation(
            "unknown",
            "place_role",
            f"{side} does not say what its place is to the people",
            f"the role of the place of {side}: column place_role of its claims, or "
            "data/raw/corrections.csv",
        )
    words = {"happened_in": "where it happened", "now_in": "where people are"}
    said = [words.get(role, "where people are from") for role in (a, b)]
    return Relation("overlaps", "place_role", f"{said[0]} is not {said[1]}")


def of_left(a: str | None, b: str | None, facts: Facts) -> Relation:
    """The place left, for those who crossed between two places; empty: from anywhere."""
    if a == b:
        return EQUAL
    if ANY in (a, b):
        return of_any(a, b, "from_place") or EQUAL
    if b is None:
        return Relation("inside", "from_place", "{a} counts only those who left one place")
    if a is None:
        return Relation("contains", "from_place", "{b} counts only those who left one place")
    found = facts.areas.relation((a, None), (b, None), (-NEVER, NEVER))
    return Relation(found.relation, "from_place", found.reason, found.would_settle)


def _may_have_moved(a: Scope, b: Scope, facts: Facts) -> bool:
    """Whether one person may be counted in both places in turn: within one country."""
    one, other = a.area[0], b.area[0]
    if a.row["place_role"] == "came_from" or one is None or other is None:
        return False
    return facts.areas.country(one) == facts.areas.country(other)


def _when(a: Scope, b: Scope, once: bool) -> Relation:
    if a.row["measure"] == b.row["measure"] == "stock":
        return of_stock_days(a.days, b.days)
    found = of_window(a.days, b.days)
    if found.relation in ("disjoint", "touching") and not once:
        return MAY_BE_COUNTED_TWICE
    return found


def of_stock_days(a: Days, b: Days) -> Relation:
    """Two stocks: of one day, of two, or that is unknown."""
    if a == b:
        return EQUAL
    if a[3] < b[0] or b[3] < a[0]:
        return STOCKS_OF_TWO_DAYS
    return window_unknown(a, b)


def relate(a: Row, b: Row, facts: Facts, *, limits: bool = False) -> Relation:
    """How scope a stands to scope b over all axes.

    Parameters
    ----------
    a, b
        Rows with the columns of a question; with restriction and coverage where `limits`. An axis
        of a scope that somebody asks about may be `ANY`.
    facts
        What the registers say.
    limits
        Whether restriction and coverage are looked at, as between two claims.

    Notes
    -----
    Reasons write the two scopes as ``{a}`` and ``{b}``; `worded` puts names in.
    """
    return together(on_axes(Scope(a), Scope(b), facts, limits=limits))


def relate_claims(
    a: Row, b: Row, facts: Facts, partitions: Mapping[str, frozenset[str]] | None = None
) -> Relation:
    """How one claim stands to another: their scopes, and what their document says of the two.

    Parameters
    ----------
    a, b
        Rows of figures with claim_id, part_of, entry_of, source_id, restriction and coverage.
    partitions
        For a part, the whole that the parts in its document sum exactly to, with those parts: two
        parts of one such partition share nobody.
    """
    if a["claim_id"] == b["claim_id"]:
        return EQUAL
    for part, whole, relation in ((a, b, "inside"), (b, a, "contains")):
        if part["part_of"] == whole["claim_id"]:
            side = "{a} is a part of {b}" if relation == "inside" else "{b} is a part of {a}"
            return Relation(relation, "part_of", f"{side}, as their document gives them")
    if a["entry_of"] is not None and a["entry_of"] == b["entry_of"]:
        return Relation("disjoint", "entry_of", "entries of one register count nobody twice")
    shared = (partitions or {}).get(a["claim_id"], frozenset())
    if b["claim_id"] in shared:
        return Relation("disjoint", "part_of", "parts that sum exactly to their whole")
    return relate(a, b, facts, limits=True)
