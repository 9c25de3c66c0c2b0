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
    LIMITLESS,
    NEVER,
    Days,
    are_same_days,
    common_days,
    days_of,
    is_open,
    is_stated,
    of_stock_days,
    of_window,
    stock_day_unknown,
    window_unknown,
)
from schemas.vocab import DEATH_METRICS, MEASURES_OF_METRIC

Row = Mapping[str, Any]


# Metric, measure and unit

CASUALTIES: Final = frozenset(
    ("killed", "injured", "missing", "killed_or_injured", "dead_or_missing", "kidnapped")
)
"""What happens to a person in a window: counted once, whoever counts."""

_MAY_END: Final = frozenset(("missing", "dead_or_missing"))
"""Who is missing may be found: a later count need not hold those of an earlier one."""

_IN_THEIR_COUNTRY: Final = frozenset(
    ("idps", "internal_displacements", "returned_idps", "returned_refugees", "host_community")
)
_BEYOND_BORDERS: Final = frozenset(MEASURES_OF_METRIC) - CASUALTIES - _IN_THEIR_COUNTRY
"""Who is counted in one country may have been counted before in another."""

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
"""Of each list a person is one at a time: on one day, or at the end of one window."""


@cache
def of_metric(a: str, b: str, same_days: bool) -> Relation:
    """What is counted. `same_days`: both say what people are on the very same day, or window."""
    if a == b:
        return EQUAL
    if found := of_any(a, b, "metric"):
        return found
    if b in _METRICS_WITHIN.get(a, ()):
        return Relation("inside", "metric", f"{a} are among {b}")
    if a in _METRICS_WITHIN.get(b, ()):
        return Relation("contains", "metric", f"{b} are among {a}")
    one, other = sorted((a, b))
    if any({a, b} <= these for these in _ONE_OF_THESE):
        if same_days:
            reason = f"at one time a person is counted as {one} or as {other}, not as both"
            return Relation("disjoint", "metric", reason)
        reason = f"a person counted as {one} may at another time be counted as {other}"
        return Relation("overlaps", "metric", reason)
    reason = f"{one} is not {other}, and one person may be counted as both"
    return Relation("overlaps", "metric", reason)


_KIND_OF_MEASURE: Final = {"flow": "events", "cumulative": "events"}
"""A counter counts what happened since its anchor: a flow whose window starts there."""


@cache
def kind_of_measure(metric: str, measure: str) -> str:
    """What a measure counts: events, stock or ever; one not stated is the metric's only kind."""
    if measure == "unstated":
        kinds = _kinds(metric)
        return next(iter(kinds)) if len(kinds) == 1 else measure
    return _KIND_OF_MEASURE.get(measure, measure)


@cache
def _kinds(metric: str) -> frozenset[str]:
    """The kinds of measure that a metric may take."""
    measures = (m for m in MEASURES_OF_METRIC.get(metric, ()) if m != "unstated")
    return frozenset(_KIND_OF_MEASURE.get(m, m) for m in measures)


@cache
def of_measure(a: str, b: str, same_days: bool) -> Relation:
    """How it is counted, from two kinds of measure. `same_days`: the windows are written alike."""
    axis = "measure"
    if found := _equal_or_any(a, b, axis):
        return found
    if "unstated" in (a, b):
        if a == b and same_days:
            return EQUAL
        side = "{a}" if a == "unstated" else "{b}"
        return Relation(
            "unknown",
            axis,
            f"{side} does not say whether it counts people on a day, in a window or ever",
            f"the measure of {side}: column measure of its claims, or data/raw/corrections.csv",
        )
    if a == b:
        return EQUAL
    return Relation("overlaps", axis, "they count some of the same people in two ways")


def _equal_or_any(a: str, b: str, axis: str) -> Relation | None:
    return (EQUAL if a == b else of_any(a, b, axis)) if ANY in (a, b) else None


@cache
def of_unit(a: str, b: str) -> Relation:
    """What one of the number is."""
    if a == b:
        return EQUAL
    one, other = sorted((a, b))
    return of_any(a, b, "unit") or Relation(
        "overlaps", "unit", f"{one} and {other} count the same people in unlike units"
    )


# Whom: nationality, deaths counted, cause


@lru_cache(maxsize=65536)
def of_nationality(a: str | None, b: str | None) -> Relation:
    """Nationality as written; against a scope of residence it overlaps."""
    if a == b:
        return EQUAL
    if found := of_any(a, b, "nationality"):
        return found
    if not a or not b:
        named = a or b
        reason = f"'{named}' is a nationality, and the other counts whoever was there"
        return Relation("overlaps", "nationality", reason)
    if folded(a) == folded(b):
        return EQUAL
    return Relation(
        "unknown",
        "nationality",
        "'{}' and '{}' may name one nationality or two".format(*sorted((a, b))),
        "one spelling for both, if they name one: column nationality of the claims, or "
        "data/raw/corrections.csv",
    )


_DEATHS_WITHIN: Final = ("direct", "indirect", "unstated")
"""Whichever deaths a count holds, they are among direct and indirect ones together."""

Deaths = tuple[str, str | None]
"""The metric, and which deaths it counts."""


@cache
def of_deaths(a: Deaths, b: Deaths) -> Relation:
    """Which deaths a count of deaths holds; other metrics are not compared."""
    axis = "deaths_counted"
    if a[0] not in DEATH_METRICS or b[0] not in DEATH_METRICS:
        return EQUAL
    one, other = a[1] or "unstated", b[1] or "unstated"
    if one == other:
        return EQUAL
    if found := of_any(one, other, axis):
        return found
    if other == "direct_and_indirect" and one in _DEATHS_WITHIN:
        return Relation("inside", axis, f"{one} deaths are among direct and indirect ones")
    if one == "direct_and_indirect" and other in _DEATHS_WITHIN:
        return Relation("contains", axis, f"{other} deaths are among direct and indirect ones")
    if {one, other} == {"direct", "indirect"}:
        if a[0] == b[0] == "killed":
            return Relation("disjoint", axis, "a death is direct or indirect, not both")
        reason = "a death is direct or indirect, but they count more than deaths"
        return Relation("overlaps", axis, reason)
    if "excess" in (one, other):
        reason = "excess deaths are a difference from an expected number, not a list of deaths"
        return Relation("overlaps", axis, reason)
    side = "{a}" if one == "unstated" else "{b}"
    return Relation(
        "unknown",
        axis,
        f"{side} does not say which deaths it counts",
        f"which deaths {side} counts: column deaths_counted of its claims, or "
        "data/raw/corrections.csv",
    )


@cache
def of_cause(a: str, b: str, once: bool) -> Relation:
    """What caused it. `once`: nobody is counted for two causes."""
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
    one, other = sorted((a, b))
    if once:
        return Relation("disjoint", "cause", f"{one} and {other} are different causes")
    reason = f"one person may be counted for the cause {one} and again for {other}"
    return Relation("overlaps", "cause", reason)


@lru_cache(maxsize=65536)
def of_limit(a: str | None, b: str | None, axis: str) -> Relation:
    """Restriction or coverage as written: filled, the claim holds only a part of its question."""
    if folded(a or "") == folded(b or ""):
        return EQUAL
    if not b:
        return Relation("inside", axis, f"{{a}} holds only '{a}'")
    if not a:
        return Relation("contains", axis, f"{{b}} holds only '{b}'")
    one, other = sorted((a, b))
    return Relation(
        "unknown",
        axis,
        f"'{one}' and '{other}' may count some of the same people",
        f"whether anybody counted under '{one}' is counted under '{other}': the source's own "
        f"words, in column {axis} of the claims, or data/raw/corrections.csv",
    )


MAY_BE_COUNTED_TWICE: Final = Relation(
    "overlaps", "window", "one person may be counted in the window of {a} and in that of {b}"
)
MAY_HAVE_BEEN_FOUND: Final = Relation(
    "overlaps",
    "window",
    "who was missing at the end of one window may have been found in the other",
)
MAY_HAVE_MOVED: Final = Relation(
    "overlaps", "place", "one person may be counted in the place of {a} and in that of {b} in turn"
)
MAY_HAVE_LEFT_BOTH: Final = Relation(
    "overlaps", "from_place", "one person may have left the one place and in turn the other"
)
MAY_HAVE_CHANGED: Final = Relation(
    "overlaps", "population", "at two times one person may belong to one class and to the other"
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
    kind: str = field(init=False)
    where: Where = field(init=False)

    def __post_init__(self) -> None:
        row = self.row
        object.__setattr__(self, "days", days_of(row))
        object.__setattr__(self, "kind", kind_of_measure(row["metric"], row["measure"]))
        area = (row["place_id"], row["territory"])
        roams = row["metric"] in _BEYOND_BORDERS
        object.__setattr__(self, "where", (area, row["place_role"], row["from_place_id"], roams))

    @property
    def happens_once(self) -> str | None:
        """A name shared by counts of what happens to a person at one time and place only.

        Two that share it, and no day or no place, share nobody: a person is killed once, and a
        movement is made once. Each metric has its own, for who was injured in one window may be
        killed in the next. Empty for what a person may be again, or still.
        """
        row = self.row
        if row["unit"] == "movements":
            return "movements"
        if row["metric"] not in CASUALTIES:
            return None
        if self.kind != "events" and not (self.kind == ANY and _kinds(row["metric"]) == {"events"}):
            return None
        return str(row["metric"])


Where = tuple[Area, str | None, str | None, bool]
"""Area, role of the place, place left, and whether those counted may go beyond borders."""


def is_counted_once(a: Scope, b: Scope, same_days: bool) -> bool:
    """Whether two counts that share no place, or no day, share nobody.

    A person is killed once, a movement is made once; on one day a person is in one place.
    """
    one = a.happens_once
    if one is not None and one == b.happens_once:
        return True
    if same_days and one is not None and b.happens_once is not None:
        return "movements" not in (one, b.happens_once)
    return same_days and a.kind == b.kind == "stock"


def on_axes(a: Scope, b: Scope, facts: Facts, *, limits: bool) -> list[Relation]:
    """How a stands to b on every axis, in the order in which a reason is looked for.

    `limits`: restriction and coverage too, as between two claims.
    """
    one, other = a.row, b.row
    same_days = are_same_days(a.days, b.days)
    casualties = one["metric"] in CASUALTIES and other["metric"] in CASUALTIES
    source = one.get("source_id") if one.get("source_id") == other.get("source_id") else None
    once = is_counted_once(a, b, same_days)
    at_once = same_days and (casualties or a.kind == b.kind == "stock")
    found = [
        of_metric(one["metric"], other["metric"], at_once),
        of_unit(one["unit"], other["unit"]),
        of_measure(a.kind, b.kind, a.days == b.days),
        of_population(one["population"], other["population"], once or same_days, facts, source),
        of_nationality(one["nationality"], other["nationality"]),
        of_deaths(
            (one["metric"], one["deaths_counted"]), (other["metric"], other["deaths_counted"])
        ),
        of_cause(one["cause"], other["cause"], once),
        of_role(a.where[1], b.where[1]),
        of_place(a.where, b.where, common_days(a.days, b.days), once, facts),
        of_left(a.where, b.where, once, facts),
    ]
    found.append(_when(a, b, once, all(axis.relation == "equal" for axis in found)))
    if limits:
        found += [
            of_limit(one.get(axis), other.get(axis), axis) for axis in ("restriction", "coverage")
        ]
    return found


def of_population(
    a: str, b: str, one_time: bool, facts: Facts, source_id: str | None = None
) -> Relation:
    """Which class of people. `one_time`: nobody is counted as of two times."""
    found = facts.populations.relation(a, b, source_id)
    return MAY_HAVE_CHANGED if found.relation == "disjoint" and not one_time else found


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


def compares_places(a: Where, b: Where) -> bool:
    """Whether two places are laid side by side: those of two roles do not exclude each other."""
    return of_role(a[1], b[1]).relation not in ("overlaps", "unknown")


def of_place(a: Where, b: Where, days: tuple[int, int], once: bool, facts: Facts) -> Relation:
    """Where, on the days that the two may share."""
    if not compares_places(a, b):
        return EQUAL
    found = facts.areas.relation(a[0], b[0], days)
    if found.relation == "disjoint" and not once and may_have_moved(a, b, facts):
        return MAY_HAVE_MOVED
    return found


def may_have_moved(a: Where, b: Where, facts: Facts) -> bool:
    """Whether one person may be counted in both places in turn.

    Within one country; from one country to another where either counts people who cross borders
    (displaced inside one country, then a refugee in another); but whoever came from a country came
    from that one.
    """
    one, other = a[0][0], b[0][0]
    assert one is not None and other is not None
    goes_on = (a[3] or b[3]) and "came_from" not in (a[1], b[1])
    return goes_on or facts.areas.country(one) == facts.areas.country(other)


def of_left(a: Where, b: Where, once: bool, facts: Facts) -> Relation:
    """The place left, for those who crossed between two places; empty: from anywhere."""
    one, other = a[2], b[2]
    if one == other or not compares_places(a, b):
        return EQUAL
    if found := of_any(one, other, "from_place"):
        return found
    if other is None:
        return Relation("inside", "from_place", "{a} counts only those who left one place")
    if one is None:
        return Relation("contains", "from_place", "{b} counts only those who left one place")
    found = facts.areas.relation((one, None), (other, None), (-NEVER, NEVER))
    if found.relation == "disjoint" and not once:
        return MAY_HAVE_LEFT_BOTH
    return Relation(found.relation, "from_place", found.reason, found.would_settle)


def _when(a: Scope, b: Scope, once: bool, alike: bool) -> Relation:
    """When. `alike`: equal on every other axis, so that unstated windows leave one question."""
    stocks = a.kind == b.kind == "stock"
    if a.days == b.days and not alike and not (is_stated(a.days) or is_open(a.days)):
        return stock_day_unknown(a.days, b.days) if stocks else window_unknown(a.days, b.days)
    if stocks:
        return of_stock_days(a.days, b.days)
    found = of_window(a.days, b.days)
    if found.relation in ("disjoint", "touching") and not once:
        return MAY_BE_COUNTED_TWICE
    for inner, outer, side in ((a, b, "inside"), (b, a, "contains")):
        if found.relation == side and may_have_been_found(inner, outer):
            return MAY_HAVE_BEEN_FOUND
    return found


def may_have_been_found(inner: Scope, outer: Scope) -> bool:
    """Whether somebody missing at the end of the inner window may be found in the outer one."""
    ends_apart = inner.days[2:] != outer.days[2:] and outer.days[3] != LIMITLESS
    return ends_apart and may_end(inner.row["metric"])


def may_end(metric: str) -> bool:
    """Whether those once counted may cease to be: who is missing may be found."""
    return metric in _MAY_END


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


def lies_within(a: Scope, b: Scope, facts: Facts, *, limits: bool = False) -> bool:
    """Whether `relate` says of the two that a is b's equal, or inside it."""
    return all(axis.is_within for axis in on_axes(a, b, facts, limits=limits))


def relate_claims(
    a: Row, b: Row, facts: Facts, partitions: Mapping[str, frozenset[str]] | None = None
) -> Relation:
    """How one claim stands to another: their scopes, and what their document says of the two.

    Parameters
    ----------
    a, b
        Rows of figures with claim_id, part_of, entry_of, adds_up, edition, source_id, restriction
        and coverage.
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
    if _are_entries_of_one_register(a, b):
        return Relation("disjoint", "entry_of", "entries of one register count nobody twice")
    shared = (partitions or {}).get(a["claim_id"], frozenset())
    if b["claim_id"] in shared:
        return Relation("disjoint", "part_of", "parts that sum exactly to their whole")
    return relate(a, b, facts, limits=True)


def adding_register(row: Row) -> tuple[str, Any] | None:
    """The release and edition of a register with whose other entries one may be added; else None.

    Entries of a register that counts people under several heads (sectors of need, readings of a
    counter) are not added, nor are two editions of one register.
    """
    if row["entry_of"] is None or not row.get("adds_up"):
        return None
    return row["entry_of"], row.get("edition")


def _are_entries_of_one_register(a: Row, b: Row) -> bool:
    """Whether both are entries that add up, of two records that count one thing at one time.

    A record gives several claims where it has several columns, and a register of people on a day
    lists them again on the next.
    """
    register = adding_register(a)
    if register is None or register != adding_register(b):
        return False
    if a["metric"] != b["metric"] or a.get("record_id") == b.get("record_id"):
        return False
    one, other = Scope(a), Scope(b)
    return is_counted_once(one, other, are_same_days(one.days, other.days))
