"""Who: speakers, origins and publishers resolved to the register of actors, and what joins them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from pipelines.core.names import folded
from pipelines.core.records import records

_PRODUCT: Final = re.compile(
    r" (?:estimates?|figures|data|statistics|officials?|sources|reports?)$"
)
"""What a body is credited with: "UN estimates" credits the UN."""

_COLUMNS: Final = (
    "actor_id",
    "name",
    "other_names",
    "parent_id",
    "kind",
    "speaks_for",
    "party_to",
    "party_from",
    "party_to_date",
)


@dataclass(frozen=True, slots=True)
class _Party:
    """A conflict to which an actor is a party, and the days; an open end is None."""

    conflict: str
    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Actors:
    """The actors of `schemas.raw.Actors`: their names, kinds, and whose part or voice they are."""

    def __init__(self, actors: pd.DataFrame) -> None:
        self._by_name: dict[str, str] = {}
        self._name: dict[str, str] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._kind: dict[str, str] = {}
        self._above: dict[str, list[str]] = {}
        self._party: dict[str, _Party] = {}
        self._bodies: dict[str, frozenset[str]] = {}
        for row in records(actors, _COLUMNS):
            self._take(row)

    def fingerprint(self) -> list[list[str]]:
        """All that names resolve by: equal where two registers resolve every name alike."""
        return [[name, actor] for name, actor in self._by_name.items()]

    def _take(self, row: dict[str, Any]) -> None:
        actor = str(row["actor_id"])
        self._name[actor] = str(row["name"])
        self._names[actor] = (self._name[actor], *map(str, row["other_names"]))
        for name in (actor, *self._names[actor]):
            self._by_name.setdefault(folded(name), actor)
        if row["kind"]:
            self._kind[actor] = row["kind"]
        self._above[actor] = [row[name] for name in ("parent_id", "speaks_for") if row[name]]
        if row["party_to"]:
            self._party[actor] = _Party(row["party_to"], row["party_from"], row["party_to_date"])

    def __contains__(self, actor_id: str) -> bool:
        return actor_id in self._name

    def resolve(self, name: str | None) -> str | None:
        """The actor of that id or name; None where the register does not hold it."""
        key = folded(name) if name else ""
        return self._by_name.get(key) or self._by_name.get(_PRODUCT.sub("", key))

    def name(self, actor_id: str) -> str:
        """The actor's name; KeyError where the register does not hold it."""
        return self._name[actor_id]

    def names(self, actor_id: str) -> tuple[str, ...]:
        """All names of the actor, its main one first; KeyError where the register lacks it."""
        return self._names[actor_id]

    def kind(self, actor_id: str) -> str | None:
        """The actor's kind, a word of source_type."""
        return self._kind.get(actor_id)

    def within(self, actor_id: str, body: str) -> bool:
        """Whether the actor is the body, a part of it, or one that speaks for it or for a part."""
        return body in self._bodies_of(actor_id)

    def same_or_part(self, a: str, b: str) -> bool:
        """Whether a and b are one actor, or one is a part of the other or speaks for it."""
        return self.within(a, b) or self.within(b, a)

    def parties_on(self, actor_id: str, day: date) -> list[str]:
        """The conflicts to which the actor was a party on that day, by itself or by its bodies.

        Empty also where the register says nothing of it: that is not a statement of neutrality.
        """
        found = {
            party.conflict
            for body in self._bodies_of(actor_id)
            if (party := self._party.get(body)) and party.holds(day)
        }
        return sorted(found)

    def _bodies_of(self, actor_id: str) -> frozenset[str]:
        """The actor and all that it is a part of or speaks for, however far up."""
        if actor_id not in self._bodies:
            found: set[str] = set()
            ahead = [actor_id]
            while ahead:
                at = ahead.pop()
                if at not in found:
                    found.add(at)
                    ahead += self._above.get(at, ())
            self._bodies[actor_id] = frozenset(found)
        return self._bodies[actor_id]
