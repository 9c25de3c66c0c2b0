"""What this stage looks at: each figure with what it needs of its claim, as plain records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

import schemas
from pipelines.core.records import Record, records
from schemas.figures import Figures

OF_CLAIMS: Final = (
    "claim_id",
    "record_id",
    "source_id",
    "release",
    "document_id",
    "value",
    "value_low",
    "value_high",
    "value_as_written",
    "qualifier",
    "unit",
    "household_size",
    "household_size_source",
    "modality",
    "part_of",
    "restriction",
    "coverage",
    "speaker",
    "speaker_id",
    "origin",
    "origin_id",
    "source_type",
    "publisher",
    "derived_from",
    "series",
    "entry_of",
    "adds_up",
    "edition",
    "recorded_on",
    "withdrawn_on",
    "replaced_by",
    "review_status",
    "place_as_written",
    "seen_in",
    "doubts",
    "note",
)
"""What is looked at of a claim, beside its figure."""


def rows_of(claims: pd.DataFrame, figures: pd.DataFrame) -> list[Record]:
    """Each figure with what is looked at of its claim, sorted by claim id.

    The unit is the figure's; `claim_unit` is what the claim counts. Origin and speaker are the
    claim's own.
    """
    stated = {row["claim_id"]: row for row in records(claims, OF_CLAIMS)}
    rows = []
    for figure in records(figures, schemas.columns(Figures)):
        row = stated[figure["claim_id"]]
        own = {name: row[name] for name in ("origin_id", "entry_of")}
        row.update(figure, **own, claim_unit=row["unit"])
        rows.append(row)
    return sorted(rows, key=lambda row: str(row["claim_id"]))


def is_of_households(row: Mapping[str, Any]) -> bool:
    """Whether a figure in people was made from households by a stated size."""
    return bool(row["unit"] != row["claim_unit"])


def household_sizes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sizes by which households became people, each with its source."""
    return sorted(
        {
            f"{row['household_size']:g} people a household: {row['household_size_source']}"
            for row in rows
            if is_of_households(row)
        }
    )
