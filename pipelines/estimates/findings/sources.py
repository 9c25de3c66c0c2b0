"""Findings about sources of one tier that answer one question with numbers that do not meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from pipelines.core.actors import Actors
from pipelines.core.likeness import publication_order, source_key
from pipelines.core.names import folded
from pipelines.estimates.extent import difference, least, most
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held
from pipelines.estimates.wording import bases, looked_at, people, said, scope_in_words
from schemas.vocab import TIER_OF_BASIS

Row = Mapping[str, Any]

_LEAST_RATIO: Final = (105, 100)
"""Numbers nearer to each other than this ratio are not apart (RULES.md, Repeats)."""


def sources_apart(held: Held) -> Iterator[Found]:
    """Latest readings of two origins on one question and in one tier that are apart."""
    for readings in _latest_by_origin(held.rows).values():
        in_order = sorted(readings.values(), key=lambda row: (_size(row), row["claim_id"]))
        for lesser, greater in combinations(in_order, 2):
            if _are_apart(lesser, greater) and _are_sources(lesser, greater, held.actors):
                yield _apart(lesser, greater, held)


_Series = tuple[str, str | None]
"""An origin, and the series of its numbers."""


def _latest_by_origin(rows: Sequence[Row]) -> dict[tuple[str, ...], dict[_Series, Row]]:
    """By question, limits and tier: the latest publication of each origin's series."""
    found: dict[tuple[str, ...], dict[_Series, Row]] = defaultdict(dict)
    for row in sorted(rows, key=publication_order):
        if row["counts"] and row["entry_of"] is None:
            limits = (folded(row["restriction"] or ""), folded(row["coverage"] or ""))
            key = (row["question_id"], TIER_OF_BASIS[row["basis"]], *limits)
            found[key][source_key(row), row["series"]] = row
    return found


def _are_sources(a: Row, b: Row, actors: Actors) -> bool:
    """Whether origins differ, and neither claim is a part of the other, nor origin of origin."""
    if source_key(a) == source_key(b):
        return False
    if a["claim_id"] == b["part_of"] or b["claim_id"] == a["part_of"]:
        return False
    one, other = ((row["origin_id"] if row["origin"] else row["speaker_id"]) for row in (a, b))
    return not (one and other and actors.same_or_part(one, other))


def _are_apart(lesser: Row, greater: Row) -> bool:
    below, above = most(lesser), least(greater)
    if below is None or above is None or below >= above:
        return False
    one, other = _facing(lesser, greater)
    return other * _LEAST_RATIO[1] > one * _LEAST_RATIO[0]


def _facing(lesser: Row, greater: Row) -> tuple[int, int]:
    """The numbers that are compared: best figures, else the ends that face each other."""
    one = most(lesser) if lesser["best"] is None else lesser["best"]
    other = least(greater) if greater["best"] is None else greater["best"]
    return one or 0, other or 0


def _size(row: Row) -> int:
    return next((row[n] for n in ("best", "low", "high") if row[n] is not None), 0)


def _apart(lesser: Row, greater: Row, held: Held) -> Found:
    one, other = _facing(lesser, greater)
    share = f", {100 * (other - one) / one:.1f} % above it" if one else ""
    seen = looked_at(
        (lesser, greater),
        scope="one question, with equal restriction and coverage",
        date="one window; of each origin its latest publication",
        definition=f"{bases(lesser, greater)}, of one tier",
        figure=f"{people(one)} and {people(other)}, beyond the rounding of both",
    )
    size = difference(lesser, greater)
    return Found(
        "sources_apart",
        "notice",
        (lesser, greater),
        f"Two sources answer one question with numbers that do not meet "
        f"({scope_in_words(lesser, held, limits=False)}): {said(lesser)}, and {said(greater)}"
        f"{share}. {seen}",
        "What each source counts and leaves out: its notes on method for this figure.",
        other - one if size is None else size,
    )
