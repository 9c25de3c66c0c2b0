"""What the comparing parts of this stage look at: claims that count, and what the registers say.

Relations between claims are worked out once each and kept, since findings, floors and sums ask for
the same pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pipelines.core import refusals
from pipelines.core.actors import Actors
from pipelines.core.likeness import publication_order
from pipelines.core.relation import Facts, relate_claims
from pipelines.core.verdict import EQUAL, Relation
from pipelines.estimates.partitions import partitions_of
from pipelines.estimates.scopes import Scopes

Row = Mapping[str, Any]


def is_held(row: Row) -> bool:
    """Whether a claim counts, or would if it did not repeat another."""
    return bool(row["counts"]) or row["repeat_of"] is not None


def is_of_reprint(row: Row) -> bool:
    """Whether a claim gives a figure of its story again: of a reprint, or of a headline."""
    return row["repeat_of"] is not None and row["reprint_of"] is not None


@dataclass(frozen=True)
class Held:
    """Claims that count (repeats too) in the order of publication, with the registers."""

    rows: Sequence[Row]
    """The claims to compare: not those of reprints, whose days are read against another paper's
    day, and which corroborate nothing."""
    by_claim: Mapping[str, Row]
    """All of them by claim id, in the same order."""
    facts: Facts
    actors: Actors
    partitions: Mapping[str, frozenset[str]]
    """For a part, the parts of its document that sum exactly to its whole, itself included."""
    aside: Mapping[str, Row] = field(default_factory=dict)
    """Claims that do not count, by claim id: looked at only to say why they do not."""
    _relations: dict[tuple[str, str], Relation] = field(default_factory=dict, repr=False)

    @cached_property
    def scopes(self) -> Scopes:
        """The scopes of the claims, to compare many at once."""
        return Scopes(self.rows, self.facts)

    def why_not_at_hand(self, claim_id: str) -> tuple[str, str] | None:
        """Why a named claim is not at hand, and what would settle it; None where it is."""
        if claim_id in self.aside:
            why = refusals.why_not_counting(self.aside[claim_id])
            return f"{claim_id} {why}", refusals.DOES_NOT_COUNT_SETTLES
        if claim_id not in self.by_claim:
            return refusals.NOT_HELD.replace("{a}", claim_id), refusals.NOT_HELD_SETTLES
        return None

    def relation(self, a: Row, b: Row) -> Relation:
        """How claim a stands to claim b."""
        one, other = a["claim_id"], b["claim_id"]
        if one == other:
            return EQUAL
        key = (one, other) if one < other else (other, one)
        if key not in self._relations:
            first, second = (a, b) if one < other else (b, a)
            self._relations[key] = relate_claims(first, second, self.facts, self.partitions)
        found = self._relations[key]
        return found if one < other else found.inverse

    def are_apart(self, a: Row, b: Row) -> bool:
        """Whether two claims share nobody by their scopes alone.

        That their document's parts happen to sum to a whole shows nothing here: where parts do not
        sum, it is their scopes that must say why.
        """
        return relate_claims(a, b, self.facts).relation == "disjoint"


def hold(rows: Iterable[Row], facts: Facts, actors: Actors) -> Held:
    """The claims among `rows` that count or repeat, ready to be compared.

    Parameters
    ----------
    rows
        Figures with what is looked at of their claims (`stage.READS`).
    """
    looked_at = list(rows)
    in_order = sorted((row for row in looked_at if is_held(row)), key=publication_order)
    by_claim = {row["claim_id"]: row for row in in_order}
    held = [row for row in in_order if not is_of_reprint(row)]
    aside = {row["claim_id"]: row for row in looked_at if row["claim_id"] not in by_claim}
    return Held(held, by_claim, facts, actors, partitions_of(held), aside)
