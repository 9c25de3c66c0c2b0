"""The named rules by which a question is answered, and the evidence under each answer.

`by_source`: each series' latest reading. `latest`: the latest reading of a tier. `spread`: least to
greatest over the series of a tier, one reading each. Only claims equal to their question answer.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pipelines.core.ids import estimate_id
from pipelines.core.interval import Interval
from pipelines.core.likeness import known_on, publication_order, source_key
from pipelines.core.records import Record
from schemas.vocab import TIER_OF_BASIS, TIERS

Row = Mapping[str, Any]

PARAMETERS: Final = {
    rule: json.dumps(parameters, sort_keys=True)
    for rule, parameters in {
        "by_source": {"latest_by": ["window end", "publication", "claim_id"]},
        "latest": {"latest_by": ["window end", "publication", "claim_id"]},
        "spread": {"readings_of_a_series": 1},
    }.items()
}
"""What each rule is set to, as the JSON of its answers."""

INDEPENDENCE_UNKNOWN: Final = "independence of the origins is unknown"
POSSIBLE_REPEATS: Final = "possible repeats are taken as figures of their own"
OUR_BAND: Final = "the ends of a vague word are our fixed band"
SOFT_END: Final = "an upper end said as 'up to' is soft"


@dataclass
class Question:
    """The claims that speak to one question: those that answer it, and those that do not."""

    answering: list[Row] = field(default_factory=list)
    aside: list[tuple[str, str, str]] = field(default_factory=list)
    """Claim, how it is used, and why, of each claim that does not answer."""


def answers(rows: Sequence[Row]) -> tuple[list[Record], list[Record]]:
    """Estimates and their evidence over all questions, sorted.

    Parameters
    ----------
    rows
        Every figure with what rules look at of its claim.
    """
    as_of = latest_day_known(rows)
    names = series_names(rows)
    estimates: list[Record] = []
    evidence: list[Record] = []
    by_question = _by_question(rows)
    for question_id in sorted(by_question):
        question = by_question[question_id]
        for tier in TIERS:
            of_tier = [row for row in question.answering if TIER_OF_BASIS[row["basis"]] == tier]
            for rule, series, used, passed in _applied(of_tier, names):
                estimate = _estimate(question_id, rule, series, tier, used, as_of)
                estimates.append(estimate)
                evidence += _evidence(estimate["estimate_id"], used, passed, question.aside)
    evidence.sort(key=lambda row: (row["estimate_id"], row["claim_id"]))
    return estimates, evidence


def latest_day_known(rows: Iterable[Row]) -> date | None:
    """The latest publication among the claims that count; None where none counts.

    Where none of them has a day of publication: the latest day on which we obtained one.
    """
    counting = [row for row in rows if row["counts"]]
    days = [day for row in counting if (day := known_on(row))]
    return max(days or [row["recorded_on"] for row in counting], default=None)


def series_names(rows: Iterable[Row]) -> dict[str, str]:
    """The series of each claim by its id: its own, else its origin, else its speaker.

    One body is one series however it is spelt, and is called as the first publication writes it: a
    body that is only credited is not named as if it had spoken. Where two series would bear one
    name, the later one is told apart by its document.
    """
    names: dict[str, str] = {}
    bearer: dict[str, str] = {}
    found: dict[str, str] = {}
    for row in sorted(rows, key=publication_order):
        key = f"series {row['series']}" if row["series"] else source_key(row)
        if key not in names:
            name = str(row["series"] or row["origin"] or row["speaker"])
            if bearer.setdefault(name, key) != key:
                name = f"{name} ({row['document_id']})"
            names[key] = name
        found[row["claim_id"]] = names[key]
    return found


def _by_question(rows: Sequence[Row]) -> dict[str, Question]:
    by_claim = {row["claim_id"]: row for row in rows}
    found: dict[str, Question] = defaultdict(Question)
    for row in sorted(rows, key=lambda row: str(row["claim_id"])):
        if row["review_status"] == "rejected":
            continue
        question = found[row["question_id"]]
        aside = why_aside(row, by_claim)
        if aside is None:
            question.answering.append(row)
        else:
            question.aside.append((row["claim_id"], *aside))
    return found


def why_aside(row: Row, by_claim: Mapping[str, Row]) -> tuple[str, str] | None:
    """How a claim that does not answer its question is used, and why; None where it answers."""
    excluded = (
        _why_not_counted(row)
        or (row["entry_of"] and f"an entry of the register {row['entry_of']}")
        or (row["restriction"] and f"inside its question only: {row['restriction']}")
        or (row["coverage"] and f"a floor only; it covers: {row['coverage']}")
    )
    if excluded:
        return "excluded", excluded
    if row["repeat_of"]:
        return "repeat", f"publishes {row['repeat_of']} again"
    if whole := _whole_of_same_question(row, by_claim):
        return "part", f"a part of {whole}, which has the same question"
    if not row["counts"]:
        return "excluded", "does not count"
    return None


def is_held(row: Row) -> bool:
    """Whether a claim counts, or would if it did not repeat another."""
    return bool(row["counts"]) or row["repeat_of"] is not None


def _why_not_counted(row: Row) -> str | None:
    if row["review_status"] == "pending":
        return "extracted and not yet read by a person"
    if row["modality"] not in ("stated", "none_reported"):
        return f"{row['modality']}, not stated as having happened"
    if row["withdrawn_on"]:
        return f"withdrawn on {row['withdrawn_on'].isoformat()}"
    if row["replaced_by"]:
        return f"replaced by {row['replaced_by']}"
    return None


def _whole_of_same_question(row: Row, by_claim: Mapping[str, Row]) -> str | None:
    """The nearest whole that counts and has the very same question."""
    seen = {row["claim_id"]}
    whole = row["part_of"]
    while whole in by_claim and whole not in seen and is_held(by_claim[whole]):
        if by_claim[whole]["question_id"] == row["question_id"]:
            return str(whole)
        seen.add(whole)
        whole = by_claim[whole]["part_of"]
    return None


_Applied = tuple[str, str | None, list[Row], list[tuple[Row, str]]]
"""A rule, its series, the claims it uses, and those it passes over with the reason."""


def _applied(rows: list[Row], names: Mapping[str, str]) -> list[_Applied]:
    """Every rule over the answering claims of one question and tier."""
    if not rows:
        return []
    by_series: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_reading_order, reverse=True):
        by_series[names[row["claim_id"]]].append(row)
    older = [
        (row, f"an older reading of the series {series}")
        for series, readings in sorted(by_series.items())
        for row in readings[1:]
    ]
    latest = max(rows, key=_reading_order)
    others = [(row, "not the latest reading") for row in rows if row is not latest]
    found: list[_Applied] = []
    for series, readings in sorted(by_series.items()):
        passed = [(row, f"an older reading of the series {series}") for row in readings[1:]]
        found.append(("by_source", series, readings[:1], passed))
    found.append(("latest", None, [latest], others))
    found.append(
        ("spread", None, [readings[0] for _, readings in sorted(by_series.items())], older)
    )
    return found


def _reading_order(row: Row) -> tuple[date, date, str]:
    return row["end_latest"] or date.min, known_on(row) or date.min, row["claim_id"]


def _estimate(
    question_id: str,
    rule: str,
    series: str | None,
    tier: str,
    used: list[Row],
    as_of: date | None,
) -> Record:
    range_ = over(used)
    n_origins = len({source_key(row) for row in used})
    return {
        "estimate_id": estimate_id(question_id, rule, series, tier),
        "question_id": question_id,
        "rule": rule,
        "series": series,
        "tier": tier,
        "bases": sorted({row["basis"] for row in used}),
        "low": range_.low,
        "best": range_.best,
        "high": range_.high,
        "range_kind": range_.kind,
        "n_claims": len(used),
        "n_origins": n_origins,
        "as_of": as_of,
        "assumptions": _assumptions(used, n_origins),
        "parameters": PARAMETERS[rule],
    }


def over(rows: Sequence[Row]) -> Interval:
    """The range over claims: one claim's own; over several, least to greatest and no best.

    An end is open where some claim has neither that end nor a best.
    """
    if len(rows) == 1:
        row = rows[0]
        return Interval(row["low"], row["best"], row["high"], row["range_kind"])
    lows = [row["best"] if row["low"] is None else row["low"] for row in rows]
    highs = [row["best"] if row["high"] is None else row["high"] for row in rows]
    return Interval(
        None if None in lows else min(lows),
        None,
        None if None in highs else max(highs),
        "spread",
    )


def _assumptions(used: Sequence[Row], n_origins: int) -> list[str]:
    ids = {row["claim_id"] for row in used}
    found = [INDEPENDENCE_UNKNOWN] if n_origins > 1 else []
    if any(row["possible_repeat_of"] in ids for row in used):
        found.append(POSSIBLE_REPEATS)
    if any(row["qualifier"] == "vague" for row in used):
        found.append(OUR_BAND)
    if any(row["qualifier"] == "up_to" for row in used):
        found.append(SOFT_END)
    sizes = {
        f"{row['household_size']:g} people a household: {row['household_size_source']}"
        for row in used
        if row["unit"] != row["claim_unit"]
    }
    return found + sorted(sizes)


def _evidence(
    estimate: str,
    used: Iterable[Row],
    passed: Iterable[tuple[Row, str]],
    aside: Iterable[tuple[str, str, str]],
) -> list[Record]:
    found = [
        (row["claim_id"], "used", f"counts and equals the question: rule {row['rule_id']}")
        for row in used
    ]
    found += [(row["claim_id"], "excluded", reason) for row, reason in passed]
    found += aside
    return [
        {"estimate_id": estimate, "claim_id": claim, "used_as": used_as, "reason": reason}
        for claim, used_as, reason in found
    ]
