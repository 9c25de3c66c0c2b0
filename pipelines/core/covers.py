"""What a release covers, where its card says so: the countries and years of `covers:`.

A record that a newer release no longer gives is gone only within what that release covers; outside
of it the release did not speak of the record at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipelines.core.gazetteer import Gazetteer

_YEARS: Final = re.compile(r"(?P<first>\d{4})(?:\s*[-\N{EN DASH}]\s*(?P<last>\d{4}))?")
_FORM: Final = "write 'covers:' with 'countries: [SYR, ...]', 'years: [2011-2016, ...]', or both"


class CoversFault(ValueError):
    """What a card gives as `covers:` cannot be read; `fix` says how to write it."""

    fix = _FORM


@dataclass(frozen=True)
class Covers:
    """The countries (ids or exact names) and years of a release; None where any."""

    countries: tuple[str, ...] | None = None
    years: frozenset[int] | None = None

    @staticmethod
    def read(stated: object) -> Covers:
        """From a card: names and texts, or lists of texts. Raises CoversFault.

        >>> sorted(Covers.read({"years": ["2011-2013", "2016"]}).years)
        [2011, 2012, 2013, 2016]
        """
        if stated is None:
            return Covers()
        if not isinstance(stated, Mapping) or not stated or stated.keys() - {"countries", "years"}:
            raise CoversFault("names something else than countries and years")
        years = [_years(text) for text in _texts(stated["years"])] if "years" in stated else []
        return Covers(
            tuple(_texts(stated["countries"])) if "countries" in stated else None,
            frozenset().union(*years) if "years" in stated else None,
        )

    @property
    def is_limited(self) -> bool:
        """Whether the card says what the release covers; else it speaks of everything."""
        return self.countries is not None or self.years is not None

    def holds(self, row: Mapping[str, Any], gazetteer: Gazetteer) -> bool:
        """Whether a claim's place and whole window are known to lie within it."""
        return self.holds_place(row["place_id"], gazetteer) and self._holds_window(
            row["start_earliest"], row["end_latest"]
        )

    def holds_place(self, place_id: str | None, gazetteer: Gazetteer) -> bool:
        """Whether a place is known to lie within its countries."""
        if self.countries is None:
            return True
        countries = {gazetteer.resolve(name) for name in self.countries} - {None}
        return place_id is not None and not countries.isdisjoint(
            (place_id, *gazetteer.ancestors(place_id))
        )

    def _holds_window(self, start: date | None, end: date | None) -> bool:
        if self.years is None:
            return True
        if start is None or end is None:
            return False
        return self.years.issuperset(range(start.year, end.year + 1))


def _texts(stated: object) -> list[str]:
    texts = [
        text.strip()
        for text in (stated if isinstance(stated, list) else [stated])
        if isinstance(text, str)
    ]
    if not texts or not all(texts) or (isinstance(stated, list) and len(texts) < len(stated)):
        raise CoversFault("holds something else than texts, or none")
    return texts


def _years(text: str) -> frozenset[int]:
    match = _YEARS.fullmatch(text)
    first = int(match["first"]) if match else 0
    last = int(match["last"] or first) if match else -1
    if first > last:
        raise CoversFault(f"'{text}' is no year and no span of years")
    return frozenset(range(first, last + 1))
