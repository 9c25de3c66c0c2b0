"""The stage: claims in, figures out; one figure a claim, none dropped."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

import schemas
from pipelines.core.actors import Actors
from pipelines.core.ids import QUESTION_COLUMNS, question_id
from pipelines.core.records import Record, records
from pipelines.figures.ranges import MASKED, MASKED_RULE, committed, reading
from pipelines.figures.repeats import Repeat, find_repeats
from pipelines.figures.units import (
    PEOPLE,
    in_people,
    point_in_people,
    reading_in_people,
    stated_size,
)
from schemas.figures import Figures

COUNTING_STATUSES: Final = ("accepted", "corrected")
COUNTING_MODALITIES: Final = ("stated", "none_reported")

_READ: Final = (
    "claim_id",
    "document_id",
    "period_as_written",
    "quote",
    "quote_start",
    "in_headline",
    "passage",
    "value_as_written",
    "value",
    "value_low",
    "value_high",
    "qualifier",
    *QUESTION_COLUMNS,
    "household_size",
    "household_size_source",
    "modality",
    "part_of",
    "basis",
    "restriction",
    "coverage",
    "speaker",
    "speaker_id",
    "origin",
    "origin_id",
    "source_type",
    "publisher",
    "derived_from",
    "entry_of",
    "published_on",
    "edition",
    "withdrawn_on",
    "replaced_by",
    "review_status",
    "doubts",
)


def make_figures(
    claims: pd.DataFrame, actors: pd.DataFrame, documents: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The table of figures, sorted by claim id.

    Parameters
    ----------
    claims, actors
        Tables of `schemas.claims.Claims` and `schemas.raw.Actors`.
    documents
        Table of `schemas.claims.Documents`; without it no document is known to be a reprint.
    """
    questions: dict[tuple[Any, ...], str] = {}
    first_of = {} if documents is None else _first_printings(documents)
    firsts = set(first_of.values())
    rows = [_comparable(claim, questions) for claim in records(claims, _READ)]
    for row in rows:
        document = row["document_id"]
        row["is_reprint"] = document in first_of
        row["story"] = first_of.get(document, document if document in firsts else None)
    repeats = find_repeats(rows, Actors(actors))
    for row in rows:
        found = repeats.get(row["claim_id"], Repeat())
        row["repeat_of"] = found.of
        row["possible_repeat_of"] = found.possible_of
        row["would_repeat"] = list(found.would)
        row["would_perhaps_repeat"] = list(found.would_perhaps)
        row["reprint_of"] = (row["story"] or row["document_id"]) if found.by_story else None
        row["counts"] = row["eligible"] and found.of is None
        row["origin_id"] = row["origin_id"] if row["origin"] else row["speaker_id"]
    rows.sort(key=lambda row: str(row["claim_id"]))
    kept = list(schemas.columns(Figures))
    return schemas.frame(Figures, ({name: row[name] for name in kept} for row in rows))


def _first_printings(documents: pd.DataFrame) -> dict[str, str]:
    """The first printing of each document that is a reprint."""
    given = records(documents, ("document_id", "reprint_of"))
    return {row["document_id"]: row["reprint_of"] for row in given if row["reprint_of"]}


def _comparable(claim: Record, questions: dict[tuple[Any, ...], str]) -> Record:
    """The claim with its range, reading range, unit, question and standing."""
    range_ = committed(
        claim["qualifier"],
        claim["value"],
        claim["value_low"],
        claim["value_high"],
        claim["modality"],
        masked=MASKED in claim["doubts"],
    )
    is_masked = range_.rule_id == MASKED_RULE
    read = reading(claim["value"], claim["value_as_written"], masked=is_masked)
    point, unit = claim["value"], claim["unit"]
    size = stated_size(unit, claim["household_size"], claim["household_size_source"])
    if size is not None:
        range_, unit = in_people(range_, size), PEOPLE
        read, point = reading_in_people(point, read, size), point_in_people(point, size)
    claim.update(
        unit=unit,
        low=range_.low,
        best=range_.best,
        high=range_.high,
        range_kind=range_.range_kind,
        rule_id=range_.rule_id,
        reading_low=read[0],
        reading_high=read[1],
        point=point,
        eligible=_was_eligible(claim) and _stands(claim),
        once_eligible=_was_eligible(claim),
    )
    axes = tuple([claim[name] for name in QUESTION_COLUMNS])
    if axes not in questions:
        questions[axes] = question_id(claim)
    claim["question_id"] = questions[axes]
    return claim


def _was_eligible(claim: Record) -> bool:
    """Whether the claim counts or did once, unless it turns out to be a repeat."""
    return claim["review_status"] in COUNTING_STATUSES and claim["modality"] in COUNTING_MODALITIES


def _stands(claim: Record) -> bool:
    return claim["withdrawn_on"] is None and claim["replaced_by"] is None
