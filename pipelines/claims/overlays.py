"""Overlays on claims: `corrections.csv` and `reviews.csv`, applied with their guards.

What belongs here: what a person decided changes a claim, beside the machine's value, or says why it
no longer can. A value passes the parser of its column and the rules of the claims' table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Final

import pandas as pd

from pipelines.claims import fields
from pipelines.claims.amounts import NOTHING_SHOWN, number_in
from pipelines.claims.reading import Record
from pipelines.claims.sheet import PARSERS
from pipelines.core.actors import Actors
from pipelines.core.csv_rows import Fault, nearest
from pipelines.core.gazetteer import Gazetteer
from schemas import columns, frame, judge
from schemas.claims import Claims

CORRECTIONS_FILE: Final = "corrections.csv"
REVIEWS_FILE: Final = "reviews.csv"

_NUMBERS: Final = ("value", "value_low", "value_high")
_PLACE_IDS: Final = ("place_id", "from_place_id")

_CORRECTABLE: Final[dict[str, Callable[[str, str], Any]]] = {
    **{
        column: parse
        for column, parse in PARSERS.items()
        if column in set(columns(Claims)) - {"document_id", "quote"}
    },
    "part_of": fields.name,
    "place_as_written": fields.name,
    **dict.fromkeys(("period_as_written", "value_as_written"), fields.name),
    **dict.fromkeys(
        ("start_earliest", "start_latest", "end_earliest", "end_latest", "stated_on"), fields.day
    ),
}
"""Columns that an overlay may change and that are read from the cell alone.

Ids, the quote and its offsets, the document's own columns and the record of the review are not
among them: a claim with other words or another document is another claim.
"""

CORRECTABLE: Final = (*_CORRECTABLE, *_NUMBERS, *_PLACE_IDS)


class _Refused(ValueError):
    """An overlay's value that does not fit its column."""


@dataclass(frozen=True)
class _Known:
    """What a corrected value is looked up in."""

    gazetteer: Gazetteer
    actors: Actors
    claim_ids: frozenset[str]


def apply_overlays(
    claims: Iterable[Record],
    corrections: pd.DataFrame,
    reviews: pd.DataFrame,
    gazetteer: Gazetteer,
    actors: Actors,
) -> tuple[list[Record], list[Record]]:
    """The claims with what people decided on them, and what became of each overlay row.

    Corrections go first, each guarded by the value that it corrects; then reviews in the order of
    their days. What a correction replaced stays in `machine_values`.
    """
    held = {claim["claim_id"]: claim for claim in claims}
    known = _Known(gazetteer, actors, frozenset(held))
    corrected = [
        _outcome(CORRECTIONS_FILE, row, held, known, _corrected)
        for row in sorted(_rows_of(corrections), key=itemgetter("line"))
    ]
    reviewed = [
        _outcome(REVIEWS_FILE, row, held, known, _reviewed)
        for row in sorted(_rows_of(reviews), key=itemgetter("on", "line"))
    ]
    return list(held.values()), corrected + reviewed


def _rows_of(overlay: pd.DataFrame) -> list[Record]:
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in overlay.to_dict("records")
    ]


def _outcome(
    overlay: str,
    row: Record,
    held: dict[str, Record],
    known: _Known,
    applied: Callable[[Record, Record, _Known], tuple[Record, str | None]],
) -> Record:
    """Apply one row; what became of it."""
    claim_id = row["claim_id"]
    outcome: Record = {"overlay": overlay, "row": row["line"], "claim_id": claim_id}
    if claim_id not in held:
        return {
            **outcome,
            "outcome": "claim_missing",
            "message": "No claim has this id: its text, row or release changed, or it was set "
            f"aside. Look at it again.{nearest(claim_id, tuple(held))}",
        }
    try:
        held[claim_id], guard = applied(held[claim_id], row, known)
    except _Refused as refusal:
        return {**outcome, "outcome": "refused", "message": str(refusal)}
    if guard:
        return {**outcome, "outcome": "guard_failed", "message": guard}
    return {**outcome, "outcome": "applied", "message": None}


def _corrected(claim: Record, row: Record, known: _Known) -> tuple[Record, str | None]:
    now = _as_text(claim.get(row["column"]))
    was = row["was"] or ""
    if row["column"] in CORRECTABLE and now != was:
        return claim, (
            f"{row['column']} is '{now}', and the correction rests on '{was}': the source changed. "
            "Delete the correction, or write it anew."
        )
    return _changed(claim, row, known), None


def _reviewed(claim: Record, row: Record, known: _Known) -> tuple[Record, str | None]:
    if row["decision"] == "correct":
        return _changed(claim, row, known), None
    if row["decision"] == "reject":
        return _decided(claim, row, "rejected"), None
    # Accepting what a person corrected before leaves it corrected: the machine's value stays.
    status = "corrected" if claim.get("machine_values") else "accepted"
    return _decided(claim, row, status), None


def _decided(claim: Record, row: Record, status: str) -> Record:
    return {
        **claim,
        "review_status": status,
        "reviewed_by": row["by"],
        "reviewed_on": _day(row["on"]),
    }


def _day(value: Any) -> date:
    """The day of a timestamp or day."""
    return pd.Timestamp(value).date()


def _changed(claim: Record, row: Record, known: _Known) -> Record:
    """The claim with one column corrected and who decided it, the replaced values beside it.

    Raises _Refused where the column may not change, the value does not parse, or a rule breaks.
    """
    column, becomes = row["column"], row["becomes"] or ""
    if column not in CORRECTABLE:
        raise _Refused(
            f"'{column}' is no column that a person corrects.{nearest(column, CORRECTABLE)}"
        )
    new = _parsed(claim, column, becomes.strip(), known)
    replaced = {name: _as_json(claim.get(name)) for name in new if name != "doubts"}
    # The machine's value is the first that was replaced, not one that a person wrote before.
    replaced.update(json.loads(claim.get("machine_values") or "{}"))
    changed = {
        **claim,
        **new,
        "machine_values": json.dumps(replaced, ensure_ascii=False, sort_keys=True),
    }
    decided = _decided(changed, row, "corrected")
    broken = judge(Claims, frame(Claims, [decided]))["rule"]
    if len(broken):
        rules = "; ".join(dict.fromkeys(broken))
        raise _Refused(f"{column} = '{becomes}' breaks a rule of the claims: {rules}.")
    return decided


def _parsed(claim: Mapping[str, Any], column: str, cell: str, known: _Known) -> Record:
    """The corrected column, and those that follow from it."""
    if column in _NUMBERS:
        return {column: _number(claim, column, cell)}
    if column in _PLACE_IDS:
        if cell and cell not in known.gazetteer:
            raise _Refused(f"{column} = '{cell}' is no place_id of places.csv.")
        return {column: cell or None, "doubts": _doubts(claim, column, bool(cell))}
    value = _CORRECTABLE[column](column, cell) if cell else None
    if isinstance(value, Fault):
        raise _Refused(f"{value.message} {value.fix} ({value.reason})")
    if column == "part_of" and value and value not in known.claim_ids:
        raise _Refused(f"part_of = '{value}' is no claim_id.")
    new: Record = {column: list(value or ()) if column == "derived_from" else value}
    if column == "place_as_written":
        new["place_id"] = known.gazetteer.resolve(value) if value else None
        new["doubts"] = _doubts(claim, "place_id", new["place_id"] is not None)
    elif column in ("speaker", "origin"):
        new[f"{column}_id"] = known.actors.resolve(value)
    return new


def _doubts(claim: Mapping[str, Any], column: str, resolved: bool) -> list[str]:
    """The claim's doubts, with the one about a place only where it is not resolved."""
    doubt = "place_unresolved" if column == "place_id" else "from_place_unresolved"
    others = [held for held in claim.get("doubts") or () if held != doubt]
    return others if resolved else [*others, doubt]


def _number(claim: Mapping[str, Any], column: str, cell: str) -> int | None:
    if not cell:
        return None
    read = number_in(column, cell, NOTHING_SHOWN)
    if isinstance(read, Fault):
        raise _Refused(f"{read.message} {read.fix} ({read.reason})")
    if read.value is None or read.qualifier not in ("plain", claim["qualifier"]):
        raise _Refused(
            f"{column} = '{cell}' says {read.qualifier}, and the claim's qualifier is "
            f"{claim['qualifier']}. Correct the qualifier in a row of its own, and give one number."
        )
    return read.value


def _as_text(value: Any) -> str:
    """A value as the register of corrections writes it; an empty one is ''."""
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
