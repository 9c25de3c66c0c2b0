"""Exact arithmetic inside one source's table: parts, wholes, and the rest that they leave.

Parts belong to one whole where one document gives them so (`part_of`). Parts that sum exactly to it
are that document's own partition of it, whatever our axes say; a lesser sum leaves a documented
rest; a greater one is a finding (`parts_differ`), not arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

Row = Mapping[str, Any]

METRICS_WITHIN: Final = {
    "killed_or_injured": ("killed", "injured"),
    "dead_or_missing": ("killed", "missing"),
}
"""Metrics whose numbers add into another metric's."""


def adds_into(part: Row, whole: Row) -> bool:
    """Whether part and whole stand in one document and count alike."""
    within = (whole["metric"], *METRICS_WITHIN.get(whole["metric"], ()))
    return (
        part["document_id"] == whole["document_id"]
        and part["unit"] == whole["unit"]
        and part["metric"] in within
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


def partitions_of(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    """For each part of an exact partition, the parts of that partition by claim id."""
    held = {row["claim_id"]: row for row in rows}
    found = {}
    for whole, parts in parts_by_whole(held.values()).items():
        printed = [part["value"] for part in parts]
        if len(parts) > 1 and None not in printed and sum(printed) == held[whole]["value"]:
            ids = frozenset(part["claim_id"] for part in parts)
            found |= dict.fromkeys(ids, ids)
    return found
