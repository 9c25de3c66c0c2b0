"""What a text gives: its claims, and every number found with what became of it.

What belongs here: the shapes that the reader of texts is given and hands back, and their JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.period import Window


@dataclass(frozen=True)
class Document:
    """What the card says of a text, as far as reading needs it."""

    published_on: date | None = None
    publisher: str | None = None
    language: str | None = None
    conflict_start: str | None = None
    cause: str | None = None
    gazetteer: Gazetteer | None = None
    actors: Actors | None = None


class TextClaim(NamedTuple):
    """One figure as the text states it. `part_of` is the position of the total among the claims."""

    metric: str
    measure: str
    term: str | None
    value: int | None
    value_low: int | None
    value_high: int | None
    qualifier: str
    unit: str
    modality: str
    part_of: int | None
    cumulative: bool
    population: str
    nationality: str | None
    deaths_counted: str | None
    cause: str
    hazard_or_weapon: str | None
    value_as_written: str
    quote: str
    quote_start: int
    quote_end: int
    sentence_start: int
    sentence_end: int
    number_start: int
    number_end: int
    place_as_written: str | None
    place_id: str | None
    place_role: str | None
    territory: str | None
    period_as_written: str | None
    window: Window
    speaker: str
    origin: str | None
    source_type: str | None
    restriction: str | None
    doubts: tuple[str, ...]
    rule: str


class Candidate(NamedTuple):
    """A number found and what became of it; `claim` is the position of its claim."""

    surface: str
    start: int
    end: int
    outcome: Literal["claim", "empty", "set_aside"]
    reason: str | None = None
    claim: int | None = None


@dataclass(frozen=True)
class Extraction:
    """The claims of a text in order, and every number found."""

    claims: tuple[TextClaim, ...]
    candidates: tuple[Candidate, ...]


_JSON_KEYS: Final = (
    "metric",
    "measure",
    "term",
    "value",
    "value_low",
    "value_high",
    "qualifier",
    "unit",
    "modality",
    "part_of",
    "cumulative",
    "population",
    "nationality",
    "deaths_counted",
    "value_as_written",
    "quote",
    "quote_start",
    "quote_end",
    "sentence_start",
    "sentence_end",
    "number_start",
    "number_end",
    "place_as_written",
    "place_id",
    "territory",
    "period_as_written",
    *(field.name for field in fields(Window)),
    "speaker",
    "origin",
    "restriction",
    "doubts",
)


def to_json(extraction: Extraction) -> dict[str, list[dict[str, Any]]]:
    """The `claims` and `set_aside` of a line of `attest extract --jsonl`, with exactly its keys."""
    rows = []
    for claim in extraction.claims:
        row = {**claim._asdict(), **_days(claim.window), "doubts": list(claim.doubts)}
        rows.append({key: row[key] for key in _JSON_KEYS})
    aside = [
        {"text": c.surface, "start": c.start, "end": c.end, "reason": c.reason}
        for c in extraction.candidates
        if c.outcome != "claim"
    ]
    return {"claims": rows, "set_aside": aside}


def _days(window: Window) -> dict[str, str | None]:
    return {name: day.isoformat() if day else None for name, day in vars(window).items()}
