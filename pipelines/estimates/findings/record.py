"""Findings as records of the table: their ids, what they rest on, and what a person decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pipelines.core.ids import finding_id, short_hash
from pipelines.core.records import Record
from pipelines.estimates.found import Found, strength
from pipelines.estimates.questions import day_in_words

Row = Mapping[str, Any]

_RESTED_ON: Final = (
    "claim_id",
    "question_id",
    "restriction",
    "coverage",
    "qualifier",
    "value",
    "value_low",
    "value_high",
    "origin",
    "speaker",
    "part_of",
)


def records_of(found: Iterable[Found], resolutions: Iterable[Mapping[str, Any]]) -> list[Record]:
    """The records of findings, settled where a resolution still applies.

    Sorted by type; then pairs before larger sets and the strongest basis first; then by id.
    """
    decisions: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for resolution in resolutions:
        decisions[resolution["finding_id"]].append(resolution)
    made = [(one.finding_type, strength(one.claims), _record(one, decisions)) for one in found]
    made.sort(key=lambda entry: (*entry[:2], entry[2]["finding_id"]))
    return [record for _, _, record in made]


def rests_on(claims: Iterable[Row], beyond: str = "") -> str:
    """Hash of the values that a finding rests on; a resolution is made for one such hash.

    Parameters
    ----------
    claims
        The claims that the finding lists.
    beyond
        Digest of what else it rests on, if anything.
    """
    values = sorted("|".join(str(row[name]) for name in _RESTED_ON) for row in claims)
    return short_hash(*values, *([beyond] if beyond else []))


def _record(found: Found, decisions: Mapping[str, Sequence[Mapping[str, Any]]]) -> Record:
    ids = [row["claim_id"] for row in found.claims]
    identity, guard = finding_id(found.finding_type, ids), rests_on(found.claims, found.beyond)
    record: Record = {
        "finding_id": identity,
        "finding_type": found.finding_type,
        "severity": found.severity,
        # Entries of a register form no question.
        "question_id": None if found.claims[0]["entry_of"] else found.claims[0]["question_id"],
        "claim_ids": ids,
        "size": None if found.size is None else float(found.size),
        "message": found.message + _notes(found.claims),
        "would_settle": found.would_settle,
        "status": "open",
        "rests_on": guard,
    }
    for decision in decisions.get(identity, ()):
        if decision["rests_on"] == guard and decision["type"] == found.finding_type:
            return record | {
                "status": decision["status"],
                "settled_by": decision["by"],
                "settled_on": decision["on"],
                "settled_reason": decision["reason"],
            }
    if stale := decisions.get(identity):
        last = max(stale, key=lambda decision: (decision["on"], decision["by"]))
        what = "other values" if last["rests_on"] != guard else f"a finding of type {last['type']}"
        record["message"] += (
            f" A decision of {day_in_words(last['on'])} by {last['by']} was made for {what} and "
            "does not apply."
        )
    return record


def _notes(claims: Iterable[Row]) -> str:
    """What the analyst noted on the claims."""
    return "".join(f" Note on {row['claim_id']}: “{row['note']}”." for row in claims if row["note"])
