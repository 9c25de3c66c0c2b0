"""Findings: what figures show when laid side by side, with what was looked at and would settle it.

Each kind is a function from rows to `Found`; `KINDS` lists them. A message states what two columns
say, suspects our own reading first, and judges nobody. A person settles a finding in
resolutions.csv, for as long as the values that it rests on stay the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipelines.core.gazetteer import Gazetteer
from pipelines.core.ids import finding_id, short_hash
from pipelines.core.interval import Interval
from pipelines.core.likeness import (
    ends_near,
    known_on,
    printed_numbers,
    publication_order,
    scope_key,
    window_end,
)
from pipelines.core.records import Record
from pipelines.estimates.questions import day_in_words
from pipelines.estimates.rules import is_held

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """One finding before anybody has settled it."""

    finding_type: str
    severity: str
    claims: Sequence[Row]
    """The claims it rests on, the earlier or the whole first; its question is the first one's."""
    message: str
    would_settle: str
    size: int | None = None


@dataclass(frozen=True)
class Held:
    """What the kinds of finding look at: claims that count (repeats too), and our registers."""

    rows: Sequence[Row]
    by_claim: Mapping[str, Row]
    gazetteer: Gazetteer
    areas: Mapping[str, str]
    """The administrative area, down to the second level, that a place is or lies in."""
    partitions: frozenset[tuple[str | None, str, str]]
    """Source (None: any), class and whole, where classes part a whole by the source's own words."""


def hold(
    rows: Iterable[Row],
    gazetteer: Gazetteer,
    levels: Mapping[str, int],
    populations: Iterable[Mapping[str, Any]],
) -> Held:
    """What findings look at, in the order of publication. `levels` are those of the places."""
    held = sorted((row for row in rows if is_held(row)), key=publication_order)
    areas = {
        place: next(
            (
                above
                for above in (place, *gazetteer.ancestors(place))
                if levels[above] <= _LAST_ADMINISTRATIVE_LEVEL
            ),
            place,
        )
        for place in levels
    }
    partitions = frozenset(
        (fact["source_id"], fact["population"], fact["whole"])
        for fact in populations
        if fact["relation"] == "part_of"
    )
    return Held(held, {row["claim_id"]: row for row in held}, gazetteer, areas, partitions)


def findings(held: Held, resolutions: Iterable[Mapping[str, Any]]) -> list[Record]:
    """The records of every finding, settled where a resolution still applies; sorted."""
    decisions: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for resolution in resolutions:
        decisions[resolution["finding_id"]].append(resolution)
    made = [_record(found, decisions) for kind in KINDS for found in kind(held)]
    return sorted(made, key=lambda row: (row["finding_type"], row["finding_id"]))


# Kinds

_EQUAL: Final = (
    "which are equal while no stated credit connects the two.",
    "Whom each of the two credits: the columns origin and derived_from.",
)
_EQUAL_AFTER_ROUNDING: Final = (
    "which are equal only after rounding or under different hedging words.",
    "The unrounded number behind each, and whom each credits.",
)


def repeats(held: Held) -> Iterator[Found]:
    """One figure published again, by one origin or one that credits the other."""
    for row in held.rows:
        if kept := held.by_claim.get(row["repeat_of"]):
            yield Found(
                "repeat",
                "info",
                (kept, row),
                f"{_said(row)} gives the figure of {_said(kept)} again. Looked at: scope, "
                "restriction, coverage, start and hedging word, which are equal; the windows' "
                "ends, at most three days apart; and origin or speaker, the same or one crediting "
                "the other. The earlier publication is kept; the later enters no answer.",
                "Words of the source that the later figure was counted anew.",
            )


def possible_repeats(held: Held) -> Iterator[Found]:
    """Figures that are equal without a stated credit, or equal only after rounding."""
    for row in held.rows:
        if kept := held.by_claim.get(row["possible_repeat_of"]):
            is_equal = (row["qualifier"], *_ends(row)) == (kept["qualifier"], *_ends(kept))
            numbers, would_settle = _EQUAL if is_equal else _EQUAL_AFTER_ROUNDING
            yield Found(
                "possible_repeat",
                "notice",
                (kept, row),
                f"{_said(row)} may give the figure of {_said(kept)} again. Looked at: scope, "
                "restriction, coverage and start, which are equal; the windows' ends, at most "
                f"three days apart; and the numbers, {numbers} Both are kept.",
                would_settle,
                _difference(kept, row),
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
        if not before:
            continue
        earlier = max(before, key=publication_order)
        total = held.by_claim[earlier["part_of"]]
        yield Found(
            "unchanged_subtotal",
            "notice",
            (earlier, row, total, whole),
            f"{_said(row)} is a part equal to {_said(earlier)}, while the wholes differ: "
            f"{_said(total)} and {_said(whole)}. Looked at: scope, restriction, coverage, start "
            "and number of the parts, which are equal, and the numbers of the wholes. The part may "
            "not have been counted anew, or may truly not have changed.",
            "The source's own table of parts at both days.",
            _difference(total, whole),
        )


def inverted_ranges(held: Held) -> Iterator[Found]:
    """A source's own low above its best, or best above its high, kept as printed."""
    for row in held.rows:
        if row["rule_id"].startswith("range_inverted"):
            printed = ", ".join(
                f"{name} {row[column]:,}"
                for name, column in (
                    ("low", "value_low"),
                    ("value", "value"),
                    ("high", "value_high"),
                )
                if row[column] is not None
            )
            yield Found(
                "range_inverted",
                "notice",
                (row,),
                f"{_said(row)} is printed as {printed}, which is out of order. Looked at: the "
                "numbers as read. The figure keeps the value alone and no ends.",
                "The numbers in the source's own table, and whether we read the right columns.",
            )


def parts_that_differ(held: Held) -> Iterator[Found]:
    """Parts of one whole in one document that share nobody and sum to more than the whole."""
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in held.rows:
        whole = held.by_claim.get(row["part_of"])
        if whole is not None and _adds_into(row, whole) and _least(row) is not None:
            parts[whole["claim_id"]].append(row)
    for claim_id, rows in parts.items():
        whole = held.by_claim[claim_id]
        most = _most(whole)
        apart = _apart(rows, held)
        least = sum(_least(row) or 0 for row in apart)
        if most is None or least <= most:
            continue
        listed = "; ".join(_said(row) for row in apart)
        yield Found(
            "parts_differ",
            "warning",
            (whole, *apart),
            f"The parts add up to at least {least:,}, and the whole is at most {most:,} as printed "
            f"and rounded: {_said(whole)}. Parts: {listed}. Looked at: parts that the document "
            "gives of this whole and that share nobody by window, place, class or kind of death. "
            "We may have taken a number for a part that is none.",
            "The document's own table of the parts, and which of them it counts in the whole.",
            least - most,
        )


KINDS: Final[tuple[Callable[[Held], Iterator[Found]], ...]] = (
    repeats,
    possible_repeats,
    unchanged_subtotals,
    inverted_ranges,
    parts_that_differ,
)
"""The kinds of finding that are looked for."""


# Parts and wholes

_LAST_ADMINISTRATIVE_LEVEL: Final = 2
_METRICS_WITHIN: Final = {
    "killed_or_injured": ("killed", "injured"),
    "dead_or_missing": ("killed", "missing"),
}
_APART_IN_DEATHS: Final = ({"direct", "indirect"},)
_EVENTS: Final = ("flow", "cumulative")


def _adds_into(part: Row, whole: Row) -> bool:
    """Whether part and whole stand in one document and count alike."""
    within = (whole["metric"], *_METRICS_WITHIN.get(whole["metric"], ()))
    return (
        part["document_id"] == whole["document_id"]
        and part["unit"] == whole["unit"]
        and part["metric"] in within
    )


def _least(row: Row) -> int | None:
    """What must be at least: the low, else the least that the printed digits stand for."""
    low: int | None = row["low"]
    return row["reading_low"] if low is None and row["best"] is not None else low


def _most(row: Row) -> int | None:
    """What can be at most: the high, else the most that a best figure's digits stand for."""
    high: int | None = row["high"]
    return row["reading_high"] if high is None and row["best"] is not None else high


def _apart(rows: Iterable[Row], held: Held) -> list[Row]:
    """Parts that pairwise share nobody, the greatest first."""
    chosen: list[Row] = []
    for row in sorted(rows, key=lambda row: (-(_least(row) or 0), row["claim_id"])):
        if all(_share_nobody(row, other, held) for other in chosen):
            chosen.append(row)
    return chosen


def _share_nobody(a: Row, b: Row, held: Held) -> bool:
    """Whether two parts are shown to be disjoint on some axis."""
    return (
        _metrics_apart(a["metric"], b["metric"])
        or {a["deaths_counted"], b["deaths_counted"]} in _APART_IN_DEATHS
        or _windows_apart(a, b)
        or _places_apart(a, b, held)
        or _classes_apart(a, b, held.partitions)
    )


def _metrics_apart(one: str, other: str) -> bool:
    """Whether two metrics that add into one whole count different people."""
    return one != other and one not in _METRICS_WITHIN and other not in _METRICS_WITHIN


def _windows_apart(a: Row, b: Row) -> bool:
    if a["measure"] not in _EVENTS or b["measure"] not in _EVENTS:
        return False
    return any(
        first["end_latest"] is not None
        and second["start_earliest"] is not None
        and first["end_latest"] < second["start_earliest"]
        for first, second in ((a, b), (b, a))
    )


def _places_apart(a: Row, b: Row, held: Held) -> bool:
    """Whether two places lie in administrative areas of which none holds the other.

    Places below the second level may overlap ("the city", "the city and its outskirts").
    """
    if a["place_role"] != b["place_role"] or "ever" in (a["measure"], b["measure"]):
        return False
    one, other = held.areas.get(a["place_id"]), held.areas.get(b["place_id"])
    if one is None or other is None:
        return False
    return not held.gazetteer.inside(one, other) and not held.gazetteer.inside(other, one)


def _classes_apart(a: Row, b: Row, partitions: frozenset[tuple[str | None, str, str]]) -> bool:
    if a["population"] == b["population"]:
        return False
    wholes = [
        {
            whole
            for source, population, whole in partitions
            if source in (None, row["source_id"]) and population == row["population"]
        }
        for row in (a, b)
    ]
    return not wholes[0].isdisjoint(wholes[1])


# Records


def rests_on(claims: Iterable[Row]) -> str:
    """Hash of the values that a finding rests on; a resolution is made for one such hash."""
    return short_hash(
        *sorted(
            "|".join(
                str(row[name])
                for name in (
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
            )
            for row in claims
        )
    )


def _record(found: Found, decisions: Mapping[str, Sequence[Mapping[str, Any]]]) -> Record:
    ids = [row["claim_id"] for row in found.claims]
    identity, guard = finding_id(found.finding_type, ids), rests_on(found.claims)
    record: Record = {
        "finding_id": identity,
        "finding_type": found.finding_type,
        "severity": found.severity,
        "question_id": found.claims[0]["question_id"],
        "claim_ids": ids,
        "size": None if found.size is None else float(found.size),
        "message": found.message,
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
        record["message"] += (
            f" A decision of {day_in_words(last['on'])} by {last['by']} was made for other values "
            "and does not apply."
        )
    return record


def _ends(row: Row) -> tuple[int | None, int | None, int | None]:
    return row["low"], row["best"], row["high"]


def _said(row: Row) -> str:
    """A claim named by its id, with its range, who said it and when it was published."""
    number = Interval(*_ends(row), row["range_kind"]).display()
    who = row["speaker"] + (f", crediting {row['origin']}" if row["origin"] else "")
    day = known_on(row)
    when = f"published {day_in_words(day)}" if day else "day of publication not known"
    return f"{row['claim_id']} ({number}; {who}; {when})"


def _difference(a: Row, b: Row) -> int | None:
    """Difference of two printed numbers, where both are given and differ."""
    if a["value"] is None or b["value"] is None or a["unit"] != b["unit"]:
        return None
    return abs(a["value"] - b["value"]) or None
