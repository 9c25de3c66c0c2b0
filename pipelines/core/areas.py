"""Places and territories and how they stand to each other, from the registers of the two."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import pandas as pd

from pipelines.core.gazetteer import Gazetteer
from pipelines.core.names import folded
from pipelines.core.records import records
from pipelines.core.verdict import ANY, EQUAL, Relation
from pipelines.core.windows import LIMITLESS, edge_day

LAST_ADMINISTRATIVE_LEVEL: Final = 2
"""Places below it may overlap: a city, and the city with its outskirts."""

Area = tuple[str | None, str | None]
"""A place id and a territory as written, either empty."""

_Node = tuple[str, str]
"""A place ('', id), or a territory (folded name, place within which the name is used)."""


@dataclass(frozen=True, slots=True)
class _Fact:
    """A dated row of territories.csv: how one node stands to another."""

    one: _Node
    relation: str
    other: _Node
    first: int
    last: int


class _Ground:
    """What the rows that hold on some days say, looked up by node; the tree is added to it."""

    def __init__(self, gazetteer: Gazetteer, facts: Sequence[_Fact]) -> None:
        self._gazetteer = gazetteer
        self._within: dict[_Node, set[_Node]] = {}
        self._apart: dict[_Node, set[_Node]] = {}
        self._overlapping: dict[_Node, set[_Node]] = {}
        self._joined: set[tuple[str, str]] = set()
        """Places of which one holds the one side of a row, and the other the other."""
        self._above: dict[_Node, frozenset[_Node]] = {}
        self.found: dict[tuple[Area, Area], Relation] = {}
        """Relations that were asked for, kept by who asks."""
        for fact in facts:
            self._learn(fact)

    def _learn(self, fact: _Fact) -> None:
        one, other = fact.one, fact.other
        if fact.relation == "inside":
            self._within.setdefault(one, set()).add(other)
        elif fact.relation == "contains":
            self._within.setdefault(other, set()).add(one)
        else:
            said = self._apart if fact.relation == "disjoint" else self._overlapping
            said.setdefault(one, set()).add(other)
            said.setdefault(other, set()).add(one)
        if fact.relation != "disjoint":
            around, across = (
                (place, *self._gazetteer.ancestors(place)) for _, place in (one, other)
            )
            self._joined.update(product(around, across))
            self._joined.update(product(across, around))

    def above(self, nodes: Iterable[_Node]) -> frozenset[_Node]:
        """The nodes and everything that contains one of them."""
        return frozenset().union(*map(self._above_one, nodes))

    def _above_one(self, node: _Node) -> frozenset[_Node]:
        if node not in self._above:
            found: set[_Node] = set()
            ahead = [node]
            while ahead:
                at = ahead.pop()
                if at in found:
                    continue
                found.add(at)
                kind, place = at
                # A territory lies within the place around which its name is used.
                around = (place,) if kind else self._gazetteer.ancestors(place)
                ahead += [("", above) for above in around]
                ahead += self._within.get(at, ())
            self._above[node] = frozenset(found)
        return self._above[node]

    def whole(self, nodes: frozenset[_Node]) -> list[_Node]:
        """Those nodes of an area that are the area, not merely around it."""
        return [node for node in nodes if nodes <= self._above_one(node)]

    def overlap(self, one: Iterable[_Node], other: Iterable[_Node]) -> bool:
        """Whether a row says of a node of each that the two overlap."""
        return _is_said(self._overlapping, one, other)

    def contradict(self, nodes: frozenset[_Node]) -> bool:
        """Whether an area's place and territory lie apart, so that it is nowhere."""
        above = [self._above_one(node) for node in nodes]
        return len(above) == 2 and self.are_apart(above[0], above[1])

    def are_apart(self, above_a: frozenset[_Node], above_b: frozenset[_Node]) -> bool:
        """Whether a row parts them, or the tree does and no row says that its branches meet."""
        if _is_said(self._apart, above_a, above_b):
            return True
        branches_a = [place for kind, place in above_a - above_b if not kind]
        branches_b = [place for kind, place in above_b - above_a if not kind]
        return any(
            (x, y) not in self._joined and self._are_siblings(x, y)
            for x in branches_a
            for y in branches_b
        )

    def _are_siblings(self, x: str, y: str) -> bool:
        """Two countries, or two units of one level under one parent, down to the second level."""
        level, parents = self._gazetteer.level(x), self._gazetteer.ancestors(x)[:1]
        return (
            level == self._gazetteer.level(y)
            and level <= LAST_ADMINISTRATIVE_LEVEL
            and parents == self._gazetteer.ancestors(y)[:1]
            and (level == 0 or bool(parents))
        )


class Areas:
    """Places and territories as one tree with dated facts.

    An area is what a place and a territory have in common. It lies within another where each of
    the other's two lies above one of its own, by the tree of places or by a row of territories.csv
    that holds on all the days in question. Places of one level under one parent lie apart down to
    the second level, and countries lie apart, unless a row says that they share ground.
    """

    def __init__(self, gazetteer: Gazetteer, territories: pd.DataFrame) -> None:
        self._gazetteer = gazetteer
        rows = records(
            territories, ("territory", "place_id", "relation", "other", "valid_from", "valid_to")
        )
        self._scopes: dict[str, list[str]] = {}
        for row in rows:
            scopes = self._scopes.setdefault(folded(row["territory"]), [])
            if row["place_id"] not in scopes:
                scopes.append(row["place_id"])
        self._facts = [
            _Fact(
                self._node_of_register(row["territory"], row["place_id"]),
                row["relation"],
                self._node_of_register(row["other"], row["place_id"]),
                edge_day(row["valid_from"], -LIMITLESS),
                edge_day(row["valid_to"], LIMITLESS),
            )
            for row in rows
        ]
        self._tied = {place for fact in self._facts for place in self._branches_met(fact)}
        self._begins = sorted({fact.first for fact in self._facts})
        self._ends = sorted({fact.last for fact in self._facts})
        self._grounds: dict[tuple[int, int], _Ground] = {}
        self._nodes_of: dict[Area, frozenset[_Node]] = {}

    @property
    def edges(self) -> tuple[list[int], list[int]]:
        """The days on which rows of territories.csv begin to hold, and cease to; sorted."""
        return self._begins, self._ends

    def relation(self, a: Area, b: Area, days: tuple[int, int]) -> Relation:
        """How area a stands to area b on the days from the first to the last of `days`."""
        ground = self._ground(days)
        found = ground.found.get((a, b))
        if found is None:
            found = ground.found[a, b] = self._relation(a, b, ground)
        return found

    def _ground(self, days: tuple[int, int]) -> _Ground:
        """What the rows say that hold on all of the days."""
        key = bisect_right(self._begins, days[0]), bisect_left(self._ends, days[1])
        if key not in self._grounds:
            valid = [f for f in self._facts if f.first <= days[0] and days[1] <= f.last]
            self._grounds[key] = _Ground(self._gazetteer, valid)
        return self._grounds[key]

    def _relation(self, a: Area, b: Area, ground: _Ground) -> Relation:
        a, b = _without_open_territory(a), _without_open_territory(b)
        if a[0] is not None and (a[0], folded(a[1] or "")) == (b[0], folded(b[1] or "")):
            return EQUAL
        if ANY in (a[0], b[0]):
            return _of_open(a, b)
        for side, area in (("{a}", a), ("{b}", b)):
            if area[0] is None or area[0] not in self._gazetteer:
                return Relation(
                    "unknown",
                    "place",
                    f"the place of {side} is not in the register of places",
                    f"the place of {side}, with what contains it: data/raw/places.csv",
                )
        own_a, own_b = self._nodes(a), self._nodes(b)
        above_a, above_b = ground.above(own_a), ground.above(own_b)
        axis = "territory" if a[1] or b[1] else "place"
        inside, contains = own_b <= above_a, own_a <= above_b
        if inside or contains:
            for side, own in (("{a}", own_a), ("{b}", own_b)):
                if ground.contradict(own):
                    return Relation(
                        "unknown",
                        "territory",
                        f"the place and the territory of {side} share no ground",
                        f"the place and territory of {side}: its claims, or "
                        "data/raw/corrections.csv",
                    )
        if inside and contains:
            return EQUAL
        if inside:
            return Relation("inside", axis, f"{self._said(a)} is within {self._said(b)}")
        if contains:
            return Relation("contains", axis, f"{self._said(b)} is within {self._said(a)}")
        one, other = sorted((self._said(a), self._said(b)))
        if ground.are_apart(above_a, above_b):
            return Relation("disjoint", axis, f"{one} and {other} share no ground")
        if ground.overlap(ground.whole(own_a), ground.whole(own_b)):
            return Relation("overlaps", axis, f"{one} and {other} share some ground")
        return Relation(
            "unknown",
            axis,
            f"how {one} and {other} stand to each other on those days is not known",
            f"a row for {one} and {other} in data/raw/territories.csv, with its days and citation",
        )

    def _nodes(self, area: Area) -> frozenset[_Node]:
        if area not in self._nodes_of:
            place, territory = area
            assert place is not None
            named = {self._territory(territory, place)} if territory else set()
            self._nodes_of[area] = frozenset({("", place)} | named)
        return self._nodes_of[area]

    def _territory(self, name: str, place: str) -> _Node:
        """The territory of that name used around the place, the nearest; else one of its own.

        A name used in a wider place than the registered one may mean more than that.
        """
        key = folded(name)
        return key, next(
            (at for at in self.around(place) if at in self._scopes.get(key, ())), place
        )

    def _node_of_register(self, name: str, scope: str) -> _Node:
        if name in self._gazetteer:
            return "", name
        return self._territory(name, scope)

    def _said(self, area: Area) -> str:
        place, territory = area
        assert place is not None
        name = self._gazetteer.name(place)
        return f"'{territory}' in {name}" if territory else name

    def country(self, place: str) -> str:
        """The outermost place around a place."""
        return self.around(place)[-1]

    def reach(self, place: str) -> str | None:
        """The unit, down to the second level, by which the tree parts the place from others.

        Two places whose units are not one, nor one around the other, lie apart on every day. None
        where the tree does not part it: it is not registered, or not below a country, or a row of
        territories.csv says that its country shares ground with another.
        """
        reach = None
        if place in self._gazetteer:
            chain = self.around(place)[::-1]
            for level, at in enumerate(chain[: LAST_ADMINISTRATIVE_LEVEL + 1]):
                if self._gazetteer.level(at) != level or at in self._tied:
                    break
                reach = at
        return reach

    def around(self, place: str) -> tuple[str, ...]:
        """The place and what contains it, nearest first."""
        return (place, *self._gazetteer.ancestors(place))

    def _branches_met(self, fact: _Fact) -> list[str]:
        """Of a row whose sides share ground across the tree: where their branches part."""
        one, other = self.around(fact.one[1]), self.around(fact.other[1])
        if fact.relation == "disjoint" or one[0] in other or other[0] in one:
            return []
        return [
            next(at for at in branch[::-1] if at not in across)
            for branch, across in ((one, other), (other, one))
        ]


def _without_open_territory(area: Area) -> Area:
    place, territory = area
    return (place, None if territory == ANY or not folded(territory or "") else territory)


def _of_open(a: Area, b: Area) -> Relation:
    """Where a place is left open. A territory in no place holds all that bear its name."""
    whole, alike = (ANY, None), folded(a[1] or "") == folded(b[1] or "")
    if b == whole or (alike and b[0] == ANY):
        return Relation("inside", "place", "place is left open by {b}")
    if a == whole or alike:
        return Relation("contains", "place", "place is left open by {a}")
    return Relation(
        "unknown",
        "territory",
        "a territory is named without the place in which it lies",
        "the place beside the territory, in what is asked",
    )


def _is_said(
    said: Mapping[_Node, set[_Node]], one: Iterable[_Node], other: Iterable[_Node]
) -> bool:
    """Whether rows say it of a node of the one and a node of the other."""
    return any(not said[node].isdisjoint(other) for node in one if node in said)
