"""Which claims a document gives as parts of another, and which of them sum exactly to it.

Parts belong to one whole where one document gives them so (`part_of`). Parts that sum exactly to it
are that document's own partition of it, whatever our axes say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.core.relation import of_metric

Row = Mapping[str, Any]


def adds_into(part: Row, whole: Row) -> bool:
    """Whether part and whole stand in one document and count alike."""
    return (
        part["document_id"] == whole["document_id"]
        and part["unit"] == whole["unit"]
        and of_metric(part["metric"], whole["metric"], same_days=False).is_within
    )


def parts_by_whole(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The parts that a document gives of each of its wholes, by the whole's claim id."""
    held = {row["claim_id"]: row for row in rows}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in held.values():
        whole = held.get(row["part_of"])
        if whole is not None and adds_into(row, whole):
            found[whole["claim_id"]].append(row)
    return dict(found)


def is_partition(parts: Sequence[Row], whole: Row) -> bool:
    """Whether the parts, as printed, sum exactly to the whole."""
    printed = [part["value"] for part in parts]
    units = {row["claim_unit"] for row in (whole, *parts)}
    if len(parts) < 2 or None in printed or len(units) > 1:
        return False
    return bool(sum(printed) == whole["value"])


def partitions_of(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    """For each part of an exact partition, the parts of that partition by claim id."""
    held = {row["claim_id"]: row for row in rows}
    found: dict[str, frozenset[str]] = {}
    for whole, parts in parts_by_whole(held.values()).items():
        if is_partition(parts, held[whole]):
            ids = frozenset(part["claim_id"] for part in parts)
            found |= dict.fromkeys(ids, ids)
    return found
