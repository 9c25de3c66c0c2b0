"""The places that a table names: each distinct one looked up once, or made a place of its own.

A country is looked for by code, then by name. What lies below it is found in the gazetteer, by
P-code or by name within its country; what the gazetteer lacks becomes a place of the table, named
as its producer names it, so that parts of a country are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipelines.claims.reading import Record
from pipelines.claims.tables.spec import PlaceSpec
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.names import folded

_ASIDE: Final = re.compile(r"\s*\([^()]*\)\s*$")
"""A former name in brackets: "Myanmar (Burma)"."""

_PCODE: Final = re.compile(r"[A-Z]{2,3}[0-9A-Z]{1,12}")

FirstSecond = tuple[str | None, str | None, str | None, str | None]
"""Name and P-code of the first level, name and P-code of the second."""


@dataclass
class Places:
    """What a table's places are; `made` are those that the gazetteer lacks, by id."""

    gazetteer: Gazetteer
    named_by: str
    """Who names the places that are made."""
    made: dict[str, Record] = field(default_factory=dict)

    def look_up(
        self, spec: PlaceSpec, countries: Iterable[str | None], below: FirstSecond
    ) -> tuple[str | None, str | None, bool]:
        """The place, its country, and whether something was written that was not found."""
        written = [one for one in countries if one]
        country = self._country(spec.codes, written)
        if country is None:
            no_country = any(spec.codes.get(one) == "" for one in written)
            return None, None, bool(written) and not no_country
        first_name, first_pcode, second_name, second_pcode = below
        first = self._level(country, country, 1, first_name, first_pcode)
        if second_pcode:
            second = self._level(country, first or country, 2, second_name, second_pcode)
            return second or first or country, country, False
        return first or country, country, False

    def _country(self, codes: Mapping[str, str], written: Iterable[str]) -> str | None:
        for one in written:
            for spelt in (codes.get(one), one, codes.get(_ASIDE.sub("", one)), _ASIDE.sub("", one)):
                found = self.gazetteer.resolve(spelt) if spelt else None
                if found and self.gazetteer.level(found) == 0:
                    return found
        return None

    def _level(
        self, country: str, parent: str, level: int, name: str | None, pcode: str | None
    ) -> str | None:
        if pcode and pcode in self.gazetteer:
            return pcode
        if name and (found := self._by_name(country, level, name)):
            return found
        if pcode and _PCODE.fullmatch(pcode):
            return self._make(pcode, name or pcode, level, parent, country, pcode)
        slug = "-".join(folded(name).split()) if name else ""
        return self._make(f"{parent}/{slug}", name or "", level, parent, country) if slug else None

    def _by_name(self, country: str, level: int, name: str) -> str | None:
        for spelt in (name, _ASIDE.sub("", name)):
            found = [
                place
                for place in self.gazetteer.candidates(spelt)
                if self.gazetteer.level(place) == level and self.gazetteer.inside(place, country)
            ]
            if len(found) == 1:
                return found[0]
        return None

    def _make(
        self,
        place_id: str,
        name: str,
        level: int,
        parent: str,
        country: str,
        pcode: str | None = None,
    ) -> str:
        held = self.made.get(place_id)
        # A file that leaves out the level between knows less than one that gives it.
        if held is None or (held["parent_id"] == country != parent):
            self.made[place_id] = {
                "place_id": place_id,
                "name": name,
                "other_names": [],
                "level": level,
                "parent_id": parent,
                "iso3": country,
                "pcode": pcode,
                "gazetteer": self.named_by,
            }
        return place_id
