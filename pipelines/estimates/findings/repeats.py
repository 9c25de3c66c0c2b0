"""Findings about one figure given twice: repeats, possible repeats, unchanged sub-totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipelines.core.likeness import (
    ends_near,
    printed_numbers,
    publication_order,
    scope_key,
    window_end,
)
from pipelines.estimates.extent import difference
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held, is_of_reprint
from pipelines.estimates.wording import bases, looked_at, said

Row = Mapping[str, Any]

_SCOPE: Final = "every axis, restriction and coverage, which are equal"
_SCOPE_OF_STORY: Final = "what is counted, which is equal; the rest was read from the words of each"
_DATE: Final = "the first day, which is one, and the last days, at most three days apart"
_DATE_OF_REPRINT: Final = "the days, or the words of one story, which both print"


def repeats(held: Held) -> Iterator[Found]:
    """One figure published again: by one origin, one that credits the other, or a reprint."""
    for row in held.by_claim.values():
        if kept := held.by_claim.get(row["repeat_of"]):
            is_reprint = is_of_reprint(row)
            is_one_scope = scope_key(kept) == scope_key(row)
            is_equal = (row["qualifier"], *_ends(row)) == (kept["qualifier"], *_ends(kept))
            seen = looked_at(
                (kept, row),
                scope=_SCOPE if is_one_scope else _SCOPE_OF_STORY,
                date=_DATE_OF_REPRINT if is_reprint else _DATE,
                definition=f"{bases(kept, row)}; {_why_one(row)}",
                figure="number and hedging word, which are equal"
                if is_equal
                else "number, which the headline rounds or hedges otherwise",
            )
            yield Found(
                "repeat",
                "info",
                (kept, row),
                f"{said(row)} gives the figure of {said(kept)} again. {seen} The earlier "
                "publication is kept; the later enters no answer.",
                "The two texts side by side: whether they are one story."
                if is_reprint
                else "Words of the source that the later figure was counted anew.",
            )


def _why_one(row: Row) -> str:
    """What shows that a claim is a repeat."""
    if not is_of_reprint(row):
        return "origin or speaker, the same, or one crediting the other, or nearly the same words"
    if row["reprint_of"] == row["document_id"]:
        return f"{row['document_id']}, whose headline sums up its text"
    return f"{row['document_id']}, a reprint of {row['reprint_of']}"


def possible_repeats(held: Held) -> Iterator[Found]:
    """Figures that are equal without a stated credit, or equal only after rounding."""
    for row in held.rows:
        if kept := held.by_claim.get(row["possible_repeat_of"]):
            is_equal = (row["qualifier"], *_ends(row)) == (kept["qualifier"], *_ends(kept))
            figure = (
                "equal, while no stated credit connects the two"
                if is_equal
                else "equal only after rounding or under different hedging words"
            )
            seen = looked_at(
                (kept, row),
                scope=_SCOPE,
                date=_DATE,
                definition=bases(kept, row),
                figure=figure,
            )
            yield Found(
                "possible_repeat",
                "notice",
                (kept, row),
                f"{said(row)} may give the figure of {said(kept)} again. {seen} Both are kept.",
                "Whom each of the two credits: the columns origin and derived_from."
                if is_equal
                else "The unrounded number behind each, and whom each credits.",
                difference(kept, row),
            )


def unchanged_subtotals(held: Held) -> Iterator[Found]:
    """An equal part of two wholes that differ: the latest reading before, for each part."""
    alike: dict[tuple[Any, ...], dict[tuple[Any, ...], Row]] = defaultdict(dict)
    for row in held.rows:
        whole = held.by_claim.get(row["part_of"])
        if whole is None or row["entry_of"]:
            continue
        key = (*scope_key(row), row["qualifier"], *_ends(row))
        mine = printed_numbers(whole)
        before = [
            other
            for (numbers, end), other in alike[key].items()
            if numbers != mine and ends_near(end, window_end(row))
        ]
        alike[key][mine, window_end(row)] = row
        if before:
            earlier = max(before, key=publication_order)
            yield _unchanged(earlier, row, held.by_claim[earlier["part_of"]], whole)


def _unchanged(earlier: Row, row: Row, total: Row, whole: Row) -> Found:
    seen = looked_at(
        (earlier, row, total, whole),
        scope=f"of the parts, {_SCOPE}",
        date=_DATE,
        definition=bases(earlier, row),
        figure="of the parts, which is equal, and of the wholes, which differ",
    )
    return Found(
        "unchanged_subtotal",
        "notice",
        (earlier, row, total, whole),
        f"{said(row)} is a part equal to {said(earlier)}, while the wholes differ: {said(total)} "
        f"and {said(whole)}. {seen} The part may not have been counted anew, or may truly not "
        "have changed.",
        "The source's own table of parts at both days.",
        difference(total, whole),
    )


def _ends(row: Row) -> tuple[int | None, int | None, int | None]:
    return row["low"], row["best"], row["high"]
