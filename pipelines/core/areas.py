"""Places and territories and how they stand to each other, from the registers of the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from pipelines.core.gazetteer import Gazetteer
from pipelines.core.names import folded
from pipelines.core.records import records
from pipelines.core.verdict import ANY, EQUAL, Relation, of_any
from pipelines.core.windows import LIMITLESS, edge_day

_LAST_ADMINISTRATIVE_LEVEL: Final = 2
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
    that holds on all the days in question.
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
        self._found: dict[tuple[Any, ...], Relation] = {}

    def relation(self, a: Area, b: Area, days: tuple[int, int]) -> Relation:
        """How area a stands to area b on the days from the first to the last of `days`."""
        valid = tuple(n for n, fact in enumerate(self._facts) if fact.holds(days))
        key = (a, b, valid)
        if key not in self._found:
            self._found[key] = self._relation(a, b, [self._facts[n] for n in valid])
        return self._found[key]

    def _relation(self, a: Area, b: Area, facts: list[_Fact]) -> Relation:
        if a[0] == ANY or b[0] == ANY:
            return EQUAL if a == b else of_any(a[0], b[0], "place") or EQUAL
        if (a[0], folded(a[1] or "")) == (b[0], folded(b[1] or "")) and a[0] is not None:
            return EQUAL
        for side, area in (("{a}", a), ("{b}", b)):
            if area[0] is None:
                return Relation(
                    "unknown",
                    "place",
                    f"the place of {side} is not in the register of places",
                    f"the place of {side}, with what contains it: data/raw/places.csv",
                )
        own_a, own_b = self._nodes(a), self._nodes(b)
        above_a, above_b = self._above(own_a, facts), self._above(own_b, facts)
        axis = "territory" if a[1] or b[1] else "place"
        inside, contains = set(own_b) <= above_a, set(own_a) <= above_b
        if inside and contains:
            return EQUAL
        if inside:
            return Relation("inside", axis, f"{self._said(a)} is within {self._said(b)}")
        if contains:
            return Relation("contains", axis, f"{self._said(b)} is within {self._said(a)}")
        if any(self._are_apart(x, y, facts) for x in above_a for y in above_b):
            return Relation("disjoint", axis, f"{self._said(a)} lies outside {self._said(b)}")
        if any(
            fact.relation == "overlaps" and {fact.one, fact.other} == {x, y}
            for x in own_a
            for y in own_b
            for fact in facts
        ):
            reason = f"{self._said(a)} and {self._said(b)} share some ground"
            return Relation("overlaps", axis, reason)
        return Relation(
            "unknown",
            axis,
            f"how {self._said(a)} stands to {self._said(b)} on those days is not known",
            f"a row for {self._said(a)} and {self._said(b)} in data/raw/territories.csv, with its "
            "days and citation",
        )

    def _nodes(self, area: Area) -> list[_Node]:
        place, territory = area
        assert place is not None
        nodes: list[_Node] = [("", place)]
        if territory:
            nodes.append(self._territory(territory, place))
        return nodes

    def _territory(self, name: str, place: str) -> _Node:
        """The registered territory of that name around the place, else one of that place alone."""
        key = folded(name)
        for scope in self._scopes.get(key, ()):
            if self._is_in(place, scope) or self._is_in(scope, place):
                return key, scope
        return key, place

    def _node_of_register(self, name: str, scope: str) -> _Node:
        if name in self._gazetteer:
            return "", name
        return self._territory(name, scope)

    def _is_in(self, place: str, whole: str) -> bool:
        return self._gazetteer.inside(place, whole)

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

    def _are_apart(self, one: _Node, other: _Node, facts: list[_Fact]) -> bool:
        if any(f.relation == "disjoint" and {f.one, f.other} == {one, other} for f in facts):
            return True
        if one[0] or other[0] or self._is_in(one[1], other[1]) or self._is_in(other[1], one[1]):
            return False
        return all(
            self._gazetteer.level(place) <= _LAST_ADMINISTRATIVE_LEVEL
            for place in (one[1], other[1])
            if place in self._gazetteer
        )

    def _said(self, area: Area) -> str:
        place, territory = area
        assert place is not None
        name = self._gazetteer.name(place) if place in self._gazetteer else place
        return f"{territory}, {name}" if territory else name

    def country(self, place: str) -> str:
        """The outermost place around a place."""
        return (*([place]), *self._gazetteer.ancestors(place))[-1]
