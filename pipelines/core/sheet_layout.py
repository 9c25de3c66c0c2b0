"""The columns of a claim sheet: what a person may say of a figure, wherever it is written down."""

from __future__ import annotations

from typing import Final

from pipelines.core.csv_rows import Layout

SHEET: Final = Layout(
    required=(
        "row_id",
        "document_id",
        "metric",
        "value",
        "qualifier",
        "unit",
        "population",
        "place",
        "period_start",
        "period_end",
        "speaker",
        "stated_on",
    ),
    one_of=(("quote", "locator"),),
    optional=(
        "measure",
        "term",
        "household_size",
        "household_size_source",
        "modality",
        "nationality",
        "deaths_counted",
        "cause",
        "hazard_or_weapon",
        "place_role",
        "territory",
        "basis",
        "restriction",
        "coverage",
        "attributed_to",
        "attributed_by",
        "origin",
        "derived_from",
        "edition",
        "value_low",
        "value_high",
        "from_place",
        "source_type",
        "part_of",
        "series",
        "seen_in",
        "url",
        "note",
    ),
    synonyms={"claim_id": "row_id", "source": "speaker", "reported_on": "stated_on"},
)
