"""How the releases of a register follow each other, and the editions within one file of it.

A newer release speaks of everything, or of what its card's `covers:` says; an edition in a file is
one like it. Parts of a claim id that name record and edition are taken apart here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipelines.core.covers import Covers
from pipelines.core.entries import Part

AFTER_RECORD: Final = (
    "substr(claim_id, CAST(length(source_id) + length(release) + length(record_id) + 3 AS BIGINT))"
)
"""SQL for what follows the record in a claim id: '#metric', '@edition#metric.column'."""
AFTER_HASH: Final = f"split_part({AFTER_RECORD}, '#', -1)"
"""SQL for what follows '#': what links the readings of a record."""
EDITION_KEY: Final = (
    f"CASE WHEN starts_with({AFTER_RECORD}, '@') "
    f"THEN split_part(substr({AFTER_RECORD}, 2), '#', 1) END"
)
"""SQL for the edition that a claim id names; NULL where its file holds one edition."""


@dataclass(frozen=True)
class Card:
    """A release of a source, and what its card says of changes."""

    release: str
    day: date
    """Its publication, else the day on which we obtained it."""
    covers: Covers
    reasons: Mapping[str, str]
    """Reasons that the source states, by record; '*' for all that it changed."""

    @staticmethod
    def of(card: Mapping[str, Any]) -> Card:
        """From a record of `schemas.raw.Cards`."""
        facts = json.loads(card["facts"])
        return Card(
            card["release"],
            card.get("published_on") or card["date_accessed"],
            Covers.read(facts.get("covers")),
            facts.get("revision_reasons", {}),
        )

    def reason(self, record_id: str) -> str | None:
        """What the source states of the record, else of all that it changed."""
        return self.reasons.get(record_id) or self.reasons.get("*")


def register_of(entry_of: str, release: str) -> str:
    """The register in whatever release: its source, with its name where a release holds several.

    >>> register_of("unhcr/2023-06/idmc", "2023-06")
    'unhcr/idmc'
    """
    return entry_of.replace(f"/{release}", "", 1)


def by_register(parts: Iterable[Part]) -> dict[str, list[Part]]:
    """Parts of claims by their register, in their order."""
    found: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        found[register_of(part.constants["entry_of"], part.release)].append(part)
    return dict(sorted(found.items()))


def by_source(cards: Iterable[Mapping[str, Any]]) -> dict[str, list[Card]]:
    """The cards of each source, its releases in the order of their names, as everywhere."""
    found: dict[str, list[Card]] = defaultdict(list)
    for card in sorted(cards, key=lambda card: (card["source_id"], card["release"])):
        found[card["source_id"]].append(Card.of(card))
    return found
