"""Whose number a claim gives: who said it, whom they credited, who printed it, built from what.

Two voices are compared here as far as words state it; whether claims are alike is `likeness`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.core.actors import Actors
from pipelines.core.likeness import body_key, source_key, speaker_key

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose number it is. Names are actor ids where the register has them (`body_key`)."""

    source: str
    """The origin, else the speaker."""
    own: frozenset[str]
    """Those who give the number: speaker and origin."""
    origin: str | None
    """Whom the speaker credits."""
    built_from: frozenset[str]
    """The sources from which the number was built."""
    printed_by: str | None
    """Who published it, where that is stated."""

    @property
    def credited(self) -> frozenset[str]:
        """Those whom it names as where the number is from."""
        return self.built_from | {self.origin} if self.origin else self.built_from

    def shares_origin(self, other: Voice) -> bool:
        """Whether both have one origin, or one credits the other."""
        return (
            self.source == other.source
            or not self.credited.isdisjoint(other.own)
            or not other.credited.isdisjoint(self.own)
        )

    def shares_print(self, other: Voice) -> bool:
        """Whether one credits the publisher that printed the other."""
        return other.printed_by in self.credited or self.printed_by in other.credited


def voice_of(row: Row, actors: Actors) -> Voice:
    """The voice of a claim: speaker, origin, publisher, derived_from and their actor ids."""
    speaker, source = speaker_key(row), source_key(row)
    publisher = row["publisher"]
    return Voice(
        source=source,
        own=frozenset({speaker, source}),
        origin=source if row["origin"] else None,
        built_from=frozenset(body_key(actors.resolve(n), n) for n in row["derived_from"]),
        printed_by=body_key(actors.resolve(publisher), publisher) if publisher else None,
    )
