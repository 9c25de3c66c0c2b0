"""The stage: questions, answers with their evidence, findings and revisions from the tables before.

Relations between questions and totals over events are tables of this stage too; they are made by
the parts that compute them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

import schemas
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.records import Record, records
from pipelines.estimates.findings import findings, hold
from pipelines.estimates.questions import questions
from pipelines.estimates.revisions import revisions
from pipelines.estimates.rules import answers
from schemas.estimates import Estimates, Evidence, Findings, Questions, Revisions
from schemas.figures import Figures

READS: Final = (
    "raw/cards",
    "raw/places",
    "raw/territories",
    "raw/populations",
    "raw/resolutions",
    "claims/claims",
    "figures/figures",
)
"""The tables that the stage looks at."""

_OF_PLACES: Final = ("place_id", "level")
_OF_CLAIMS: Final = (
    "claim_id",
    "record_id",
    "source_id",
    "release",
    "document_id",
    "value",
    "value_low",
    "value_high",
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
    "series",
    "entry_of",
    "edition",
    "recorded_on",
    "withdrawn_on",
    "replaced_by",
    "review_status",
)


def answer(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of the stage by '<stage>/<table>'.

    Parameters
    ----------
    tables
        At least the tables of `READS`.
    """
    rows = _rows(tables["claims/claims"], tables["figures/figures"])
    places = _names(tables["raw/places"], "place_id")
    estimates, evidence = answers(rows)
    gazetteer = Gazetteer(tables["raw/places"], tables["raw/territories"])
    held = hold(
        rows,
        gazetteer,
        {row["place_id"]: row["level"] for row in records(tables["raw/places"], _OF_PLACES)},
        records(tables["raw/populations"], ("source_id", "population", "relation", "whole")),
    )
    resolved = records(
        tables["raw/resolutions"],
        ("finding_id", "rests_on", "status", "type", "reason", "by", "on"),
    )
    releases = records(tables["raw/cards"], ("source_id", "release"))
    return {
        "estimates/questions": schemas.frame(Questions, questions(rows, places)),
        "estimates/estimates": schemas.frame(Estimates, estimates),
        "estimates/evidence": schemas.frame(Evidence, evidence),
        "estimates/findings": schemas.frame(Findings, findings(held, resolved)),
        "estimates/revisions": schemas.frame(Revisions, revisions(rows, releases)),
    }


def _rows(claims: pd.DataFrame, figures: pd.DataFrame) -> list[Record]:
    """Each figure with what is looked at of its claim, sorted by claim id.

    The unit is the figure's; `claim_unit` is what the claim counts. Origin and speaker are the
    claim's own.
    """
    stated = {row["claim_id"]: row for row in records(claims, _OF_CLAIMS)}
    rows = []
    for figure in records(figures, schemas.columns(Figures)):
        row = stated[figure["claim_id"]]
        row.update(figure, origin_id=row["origin_id"], claim_unit=row["unit"])
        rows.append(row)
    return sorted(rows, key=lambda row: str(row["claim_id"]))


def _names(table: pd.DataFrame, key: str) -> dict[str, str]:
    return {str(row[key]): str(row["name"]) for row in records(table, (key, "name"))}
