"""Classes of people and how they stand to each other, from the register of populations."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from pipelines.core.records import records
from pipelines.core.verdict import EQUAL, Relation, of_any

AGES_AND_SEXES: Final = frozenset(("children", "boys", "girls", "women", "men", "elderly"))
_PARTLY: Final = ("all", "unidentified")


class Populations:
    """Classes of people: every class is within 'all', the rest is read from populations.csv.

    An edge without a source is logical; one with a source holds between two claims of that source.
    """

    def __init__(self, populations: pd.DataFrame) -> None:
        self._facts = records(populations, ("population", "relation", "whole", "source_id"))
        self._found: dict[tuple[str, str, str | None], Relation] = {}

    def relation(self, a: str, b: str, source_id: str | None = None) -> Relation:
        """How class a stands to class b; `source_id` where one source gives both."""
        key = (a, b, source_id)
        if key not in self._found:
            self._found[key] = self._relation(*key)
        return self._found[key]

    def _relation(self, a: str, b: str, source_id: str | None) -> Relation:
        axis = "population"
        if a == b:
            return EQUAL
        if found := of_any(a, b, axis):
            return found
        above_a, above_b = self._above(a, source_id), self._above(b, source_id)
        if b in above_a:
            return Relation("inside", axis, f"{a} are among {b}")
        if a in above_b:
            return Relation("contains", axis, f"{b} are among {a}")
        one, other = sorted((a, b))
        if any(self._are_apart(x, y, source_id) for x in above_a for y in above_b):
            reason = f"nobody is counted both among {one} and among {other}"
            return Relation("disjoint", axis, reason)
        if (a in AGES_AND_SEXES) != (b in AGES_AND_SEXES) and not {a, b} & set(_PARTLY):
            reason = f"{one} and {other}: one is an age or a sex, the other is not"
            return Relation("overlaps", axis, reason)
        return Relation(
            "unknown",
            axis,
            f"whether {one} and {other} share anybody is not known",
            f"a row for {one} and {other} in data/raw/populations.csv, with its citation",
        )

    def _above(self, population: str, source_id: str | None) -> set[str]:
        """The class and every class that holds it."""
        found: set[str] = set()
        ahead = [population, "all"]
        while ahead:
            at = ahead.pop()
            if at not in found:
                found.add(at)
                ahead += [
                    fact["whole"]
                    for fact in self._holding(source_id)
                    if fact["population"] == at and fact["relation"] in ("within", "part_of")
                ]
        return found

    def _are_apart(self, a: str, b: str, source_id: str | None) -> bool:
        """Whether a row says that two classes share nobody, or that they part one whole.

        A whole may be parted by age and sex, and again by what people are: only classes of one
        kind part it together.
        """
        if a == b:
            return False
        parted = [
            {
                f["whole"]
                for f in self._holding(source_id)
                if (f["population"], f["relation"]) == (part, "part_of")
            }
            for part in (a, b)
        ]
        of_one_kind = (a in AGES_AND_SEXES) == (b in AGES_AND_SEXES)
        return (of_one_kind and bool(parted[0] & parted[1])) or any(
            f["relation"] == "disjoint" and {f["population"], f["whole"]} == {a, b}
            for f in self._holding(source_id)
        )

    def _holding(self, source_id: str | None) -> list[dict[str, Any]]:
        return [f for f in self._facts if f["source_id"] in (None, source_id)]
