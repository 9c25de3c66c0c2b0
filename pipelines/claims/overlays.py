"""Overlays on claims: `corrections.csv` and `reviews.csv`, applied with their guards.

What belongs here: what a person decided changes a claim, beside the machine's value, or says why it
no longer can. A value passes the parser of its column and the rules of the claims' table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Final

import pandas as pd

from pipelines.claims import fields
from pipelines.claims.amounts import NOTHING_SHOWN, number_in
from pipelines.claims.reading import Record
from pipelines.claims.review.queue import rests_on
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


_READ_FIRST: Final = ("qualifier", "place_as_written")
"""Columns that decide how another is read: a number by its qualifier; a place gives its id."""


class _Refused(ValueError):
    """An overlay's value that does not fit its column."""


@dataclass(frozen=True)
class Known:
    """What a corrected value is looked up in; `claim_ids` are those that a part may belong to."""

    gazetteer: Gazetteer
    actors: Actors
    claim_ids: frozenset[str]


def apply_overlays(
    claims: Iterable[Record],
    corrections: pd.DataFrame,
    reviews: pd.DataFrame,
    gazetteer: Gazetteer,
    actors: Actors,
    sentences: Mapping[str, str] | None = None,
) -> tuple[list[Record], list[Record]]:
    """The claims with what people decided on them, and what became of each overlay row.

    Corrections go first, each guarded by the value that it corrects; then reviews in the order of
    their days, each guarded by the reading that it rests on, if it names one. Corrections of one
    claim by one person on one day are one decision: all of them apply, or none. What was replaced
    stays in `machine_values`.

    Parameters
    ----------
    claims
        As their readers gave them.
    sentences
        The words that a reviewer was shown of each claim from text, by claim_id.
    """
    held = {claim["claim_id"]: claim for claim in claims}
    decided = _rows_of(reviews)
    guards = {
        row["claim_id"]: rests_on(held[row["claim_id"]], sentences or {})
        for row in decided
        if row["rests_on"] and row["claim_id"] in held
    }
    known = Known(gazetteer, actors, frozenset(held))
    corrected = [
        outcome
        for row in sorted(_rows_of(corrections), key=itemgetter("line"))
        for outcome in _outcomes(CORRECTIONS_FILE, [row], held, _guard_of_value, known)
    ]
    reviewed = apply_reviews(decided, held, guards, known)
    return list(held.values()), corrected + reviewed


def apply_reviews(
    reviews: Iterable[Record], held: dict[str, Record], guards: Mapping[str, str], known: Known
) -> list[Record]:
    """Apply reviews to the claims in `held`, and say what became of each, by day and line.

    Parameters
    ----------
    reviews
        Records of `schemas.raw.Reviews`.
    held
        Claims by id, which are replaced by what was decided on them.
    guards
        The reading of each claim now, for those that a review with `rests_on` speaks of.
    """

    def guard(claim: Record, row: Record) -> str | None:
        now = guards.get(claim["claim_id"])
        if not row["rests_on"] or row["rests_on"] == now:
            return None
        return (
            f"The claim is read otherwise since {row['by']} decided ('{now}' now, "
            f"'{row['rests_on']}' then), so that the decision no longer applies. Review it again."
        )

    rows = sorted(reviews, key=itemgetter("on", "line"))
    outcomes = [
        outcome
        for decision in _decisions(rows)
        for outcome in _outcomes(REVIEWS_FILE, decision, held, guard, known)
    ]
    by_line = {outcome["row"]: outcome for outcome in outcomes}
    _tell_overruled([row for row in rows if by_line[row["line"]]["outcome"] == "applied"], by_line)
    return [by_line[row["line"]] for row in rows]


def _rows_of(overlay: pd.DataFrame) -> list[Record]:
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in overlay.to_dict("records")
    ]


def _decisions(rows: Iterable[Record]) -> list[list[Record]]:
    """Reviews in their order, with a person's corrections of a claim on a day as one decision."""
    found: dict[Hashable, list[Record]] = {}
    for row in rows:
        key: Hashable = row["line"]
        if row["decision"] == "correct":
            key = (row["on"], row["by"], row["claim_id"])
        found.setdefault(key, []).append(row)
    return list(found.values())


def _outcomes(
    overlay: str,
    rows: Sequence[Record],
    held: dict[str, Record],
    guard: Callable[[Record, Record], str | None],
    known: Known,
) -> list[Record]:
    """Apply one decision, which several rows may make; what became of each of them."""
    claim_id = rows[0]["claim_id"]
    told = [
        {"overlay": overlay, "row": row["line"], "claim_id": claim_id, "message": None}
        for row in rows
    ]
    if claim_id not in held:
        missing = (
            "No claim has this id: its text, row or release changed, or it was set "
            f"aside. Look at it again.{nearest(claim_id, tuple(held))}"
        )
        return [one | {"outcome": "claim_missing", "message": missing} for one in told]
    claim = held[claim_id]
    guarded = [guard(claim, row) for row in rows]
    if any(guarded):
        said = [why or next(filter(None, guarded)) for why in guarded]
        return [
            one | {"outcome": "guard_failed", "message": why}
            for one, why in zip(told, said, strict=True)
        ]
    try:
        held[claim_id] = _applied(claim, rows, known)
    except _Refused as refusal:
        return [one | {"outcome": "refused", "message": str(refusal)} for one in told]
    return [one | {"outcome": "applied"} for one in told]


def _guard_of_value(claim: Record, row: Record) -> str | None:
    """Why a correction no longer applies: its column holds another value than it corrects."""
    now = _as_text(claim.get(row["column"]))
    was = row["was"] or ""
    if row["column"] not in CORRECTABLE or now == was:
        return None
    return (
        f"{row['column']} is '{now}', and the correction rests on '{was}': the source changed. "
        "Delete the correction, or write it anew."
    )


def _applied(claim: Record, rows: Sequence[Record], known: Known) -> Record:
    """The claim as a decision leaves it. Raises _Refused where a correction does not fit."""
    row = rows[-1]
    decision = row.get("decision", "correct")
    if decision == "correct":
        return _changed(claim, rows, known)
    if decision == "reject":
        return _decided(claim, row, "rejected")
    # Accepting what a person corrected before leaves it corrected: the machine's value stays.
    return _decided(claim, row, "corrected" if claim.get("machine_values") else "accepted")


def _tell_overruled(rows: Sequence[Record], outcomes: Mapping[int, Record]) -> None:
    """Say of each person's last decision on a claim whether another's later one contradicts it."""
    last = {(row["claim_id"], row["by"]): row["on"] for row in rows}
    by_claim: dict[str, list[Record]] = {}
    for row in rows:
        if last[row["claim_id"], row["by"]] == row["on"]:
            by_claim.setdefault(row["claim_id"], []).append(row)
    for standing in by_claim.values():
        for at, row in enumerate(standing):
            against = (one for one in standing[at + 1 :] if _contradicts(one, row))
            if later := next(against, None):
                outcomes[row["line"]].update(
                    outcome="overruled",
                    message=f"{later['by']} decided otherwise on {_day(later['on']).isoformat()} "
                    f"(line {later['line']}: {in_words(later)}), and the later decision holds. "
                    "Settle it between you; who changes their mind decides again.",
                )


def _contradicts(later: Record, earlier: Record) -> bool:
    """Whether two people disagree; to accept what another corrected is to agree."""
    if later["by"] == earlier["by"]:
        return False
    if later["decision"] == earlier["decision"]:
        same_column = later["column"] == earlier["column"]
        return same_column and (later["becomes"] or "") != (earlier["becomes"] or "")
    return (earlier["decision"], later["decision"]) != ("correct", "accept")


def in_words(row: Record) -> str:
    """What a review decides, in a few words."""
    if row["decision"] != "correct":
        return str(row["decision"])
    return f"{row['column']} becomes '{row['becomes'] or ''}'"


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


def _changed(claim: Record, rows: Sequence[Record], known: Known) -> Record:
    """The claim with its corrections and who decided them, the replaced values beside it.

    The columns that others are read by come first; the rules are judged on all of them together,
    for a bound becomes a range only if value, ends and qualifier change at once. Raises _Refused
    where a column may not change, a value does not parse, or a rule breaks.
    """
    changed = claim
    replaced: Record = {}
    for row in sorted(rows, key=lambda row: row["column"] not in _READ_FIRST):
        column = row["column"]
        if column not in CORRECTABLE:
            raise _Refused(
                f"'{column}' is no column that a person corrects.{nearest(column, CORRECTABLE)}"
            )
        new = _parsed(changed, column, (row["becomes"] or "").strip(), known)
        replaced |= {
            name: _as_json(claim.get(name))
            for name in new
            if name != "doubts" and name not in replaced
        }
        changed = {**changed, **new}
    # The machine's value is the first that was replaced, not one that a person wrote before.
    replaced |= json.loads(claim.get("machine_values") or "{}")
    kept = json.dumps(replaced, ensure_ascii=False, sort_keys=True)
    decided = _decided({**changed, "machine_values": kept}, rows[-1], "corrected")
    broken = judge(Claims, frame(Claims, [decided]))["rule"]
    if len(broken):
        becomes = ", ".join(f"{row['column']} = '{row['becomes'] or ''}'" for row in rows)
        rules = "; ".join(dict.fromkeys(broken))
        raise _Refused(f"{becomes} breaks a rule of the claims: {rules}.")
    return decided


def _parsed(claim: Mapping[str, Any], column: str, cell: str, known: Known) -> Record:
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
