"""Places and territories and how they stand to each other, from the registers of the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

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

    def holds(self, days: tuple[int, int]) -> bool:
        return self.first <= days[0] and days[1] <= self.last


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
        self._found: dict[tuple[Any, ...], Relation] = {}

    @property
    def edges(self) -> tuple[list[int], list[int]]:
        """The days on which rows of territories.csv begin to hold, and cease to; sorted."""
        begins, ends = {fact.first for fact in self._facts}, {fact.last for fact in self._facts}
        return sorted(begins), sorted(ends)

    def relation(self, a: Area, b: Area, days: tuple[int, int]) -> Relation:
        """How area a stands to area b on the days from the first to the last of `days`."""
        valid = tuple(n for n, fact in enumerate(self._facts) if fact.holds(days))
        key = (a, b, valid)
        if key not in self._found:
            self._found[key] = self._relation(a, b, [self._facts[n] for n in valid])
        return self._found[key]

    def _relation(self, a: Area, b: Area, facts: list[_Fact]) -> Relation:
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
        above_a, above_b = self._above(own_a, facts), self._above(own_b, facts)
        axis = "territory" if a[1] or b[1] else "place"
        inside, contains = own_b <= above_a, own_a <= above_b
        if inside or contains:
            for side, own in (("{a}", own_a), ("{b}", own_b)):
                if self._contradict(own, facts):
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
        if self._are_apart(above_a, above_b, facts):
            return Relation("disjoint", axis, f"{one} and {other} share no ground")
        if any(
            _says(facts, "overlaps", x, y)
            for x in self._whole(own_a, facts)
            for y in self._whole(own_b, facts)
        ):
            return Relation("overlaps", axis, f"{one} and {other} share some ground")
        return Relation(
            "unknown",
            axis,
            f"how {one} and {other} stand to each other on those days is not known",
            f"a row for {one} and {other} in data/raw/territories.csv, with its days and citation",
        )

    def _nodes(self, area: Area) -> set[_Node]:
        place, territory = area
        assert place is not None
        return {("", place)} | ({self._territory(territory, place)} if territory else set())

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

    def _above(self, nodes: Iterable[_Node], facts: list[_Fact]) -> set[_Node]:
        """The nodes and everything that contains one of them."""
        found: set[_Node] = set()
        ahead = list(nodes)
        while ahead:
            at = ahead.pop()
            if at in found:
                continue
            found.add(at)
            if at[0] == "":
                ahead += [("", place) for place in self._gazetteer.ancestors(at[1])]
            else:
                # Within the place around which the name is used.
                ahead.append(("", at[1]))
            for fact in facts:
                if fact.relation == "inside" and fact.one == at:
                    ahead.append(fact.other)
                elif fact.relation == "contains" and fact.other == at:
                    ahead.append(fact.one)
        return found

    def _whole(self, nodes: set[_Node], facts: list[_Fact]) -> list[_Node]:
        """Those nodes of an area that are the area, not merely around it."""
        return [node for node in sorted(nodes) if nodes <= self._above((node,), facts)]

    def _contradict(self, nodes: set[_Node], facts: list[_Fact]) -> bool:
        """Whether an area's place and territory lie apart, so that it is nowhere."""
        above = [self._above((node,), facts) for node in sorted(nodes)]
        return len(above) == 2 and self._are_apart(above[0], above[1], facts)

    def _are_apart(self, above_a: set[_Node], above_b: set[_Node], facts: list[_Fact]) -> bool:
        """Whether a row parts them, or the tree does and no row says that its branches meet."""
        if any(_says(facts, "disjoint", x, y) for x in above_a for y in above_b):
            return True
        branches_a = sorted(place for kind, place in above_a - above_b if not kind)
        branches_b = sorted(place for kind, place in above_b - above_a if not kind)
        return any(
            self._are_siblings(x, y)
            and not any(self._links(fact, x, y) for fact in facts if fact.relation != "disjoint")
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

    def _links(self, fact: _Fact, x: str, y: str) -> bool:
        """Whether a row's two sides lie one in x and the other in y."""
        one, other = fact.one[1], fact.other[1]
        inside = self._gazetteer.inside
        return (inside(one, x) and inside(other, y)) or (inside(one, y) and inside(other, x))

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


def _says(facts: Iterable[_Fact], relation: str, x: _Node, y: _Node) -> bool:
    return any(f.relation == relation and {f.one, f.other} == {x, y} for f in facts)
