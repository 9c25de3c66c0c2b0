"""Findings inside one document: parts that exceed their whole, ranges out of order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.estimates.extent import least, most
from pipelines.estimates.floors import least_total
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held
from pipelines.estimates.partitions import parts_by_whole
from pipelines.estimates.wording import bases, looked_at, people, said

Row = Mapping[str, Any]


def inverted_ranges(held: Held) -> Iterator[Found]:
    """A source's own low above its best, or best above its high, kept as printed."""
    for row in held.rows:
        if row["rule_id"].startswith("range_inverted"):
            as_printed = ", ".join(
                f"{name} {people(row[column])}"
                for name, column in (
                    ("low", "value_low"),
                    ("value", "value"),
                    ("high", "value_high"),
                )
                if row[column] is not None
            )
            seen = looked_at(
                (row,),
                scope="one claim, so none to compare",
                date="one claim, so none to compare",
                definition="low, value and high as the source's columns name them",
                figure=f"{as_printed}, which is out of order",
            )
            yield Found(
                "range_inverted",
                "notice",
                (row,),
                f"{said(row)} is printed as {as_printed}. {seen} The figure keeps the value alone "
                "and no ends.",
                "The numbers in the source's own table, and whether we read the right columns.",
            )


def parts_that_differ(held: Held) -> Iterator[Found]:
    """Parts of one whole in one document that force more together than the whole can be."""
    for claim_id, parts in parts_by_whole(held.rows).items():
        whole = held.by_claim[claim_id]
        limit = most(whole)
        lows = [least(part) or 0 for part in parts]
        if limit is None or sum(lows) <= limit:
            continue
        total, binding = least_total(parts, lows, held)
        if total > limit:
            yield _exceeding(whole, [parts[at] for at in binding], total, limit)


def _exceeding(whole: Row, parts: list[Row], total: int, limit: int) -> Found:
    seen = looked_at(
        (whole, *parts),
        scope="parts that the document gives of this whole; those that share nobody by window, "
        "place, class or kind of death add up",
        date="one document",
        definition=bases(whole, *parts),
        figure=f"at least {people(total)} in the parts, at most {people(limit)} in the whole, as "
        "printed and rounded",
    )
    return Found(
        "parts_differ",
        "warning",
        (whole, *parts),
        f"The parts add up to at least {people(total)}, and the whole is at most {people(limit)}: "
        f"{said(whole)}. Parts: {'; '.join(said(part) for part in parts)}. {seen} We may have "
        "taken a number for a part that is none.",
        "The document's own table of the parts, and which of them it counts in the whole.",
        total - limit,
    )
