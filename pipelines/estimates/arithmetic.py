"""Exact arithmetic inside one source's table: parts, wholes, and the rest that they leave.

Parts that sum exactly to their whole add up; parts of them that speak to one question add up for
it; a lesser sum leaves a documented rest. A greater one is a finding (`parts_differ`), not
arithmetic. Repeats take part: the arithmetic is that of the document that prints them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from pipelines.core.ids import arithmetic_id
from pipelines.core.interval import Interval
from pipelines.core.records import Record
from pipelines.core.relation import relate
from pipelines.estimates.held import Held
from pipelines.estimates.partitions import is_partition, parts_by_whole
from pipelines.estimates.wording import people, printed, scope_in_words

Row = Mapping[str, Any]

NUMBERS: Final = ("low", "best", "high")


def arithmetic(held: Held) -> list[Record]:
    """The records of `schemas.estimates.Arithmetic`, sorted by id."""
    made = [
        record
        for whole, parts in parts_by_whole(held.rows).items()
        for record in _of_whole(held.by_claim[whole], parts, held)
    ]
    return sorted(made, key=lambda record: str(record["arithmetic_id"]))


def _of_whole(whole: Row, parts: Sequence[Row], held: Held) -> Iterator[Record]:
    if is_partition(parts, whole):
        yield _partition(whole, parts, held)
        yield from _sums_of_parts(whole, parts, held)
    elif rest := _documented_rest(whole, parts, held):
        yield rest


# A partition, and what of it speaks to one question


def _partition(whole: Row, parts: Sequence[Row], held: Held) -> Record:
    statement = (
        f"{_added(parts)} = {people(whole['value'])}: the parts that {whole['document_id']} gives "
        f"of {whole['claim_id']} sum exactly to it ({scope_in_words(whole, held)})."
    )
    return _record("partition", whole, parts, summed(parts), whole["question_id"], statement)


def _sums_of_parts(whole: Row, parts: Sequence[Row], held: Held) -> Iterator[Record]:
    """Parts that share a question, where the other parts speak to other ones."""
    alike: dict[str, list[Row]] = defaultdict(list)
    for part in parts:
        alike[part["question_id"]].append(part)
    for question_id, rows in alike.items():
        if not 1 < len(rows) < len(parts):
            continue
        others = [part for part in parts if part["question_id"] != question_id]
        sum_ = summed(rows)
        statement = (
            f"{_added(rows)} = {sum_.display()}: parts of {whole['claim_id']} in "
            f"{whole['document_id']} that share one question, "
            f"{scope_in_words(rows[0], held, limits=False)}."
        )
        if not all(relate(rows[0], o, held.facts).relation == "disjoint" for o in others):
            least = sum_.best if sum_.low is None else sum_.low
            sum_ = Interval(least, None, None, None if least is None else "bound")
            statement += " Another part may hold some of them too, so this is the least."
        yield _record("sum_of_parts", whole, rows, sum_, question_id, statement)


# What the parts leave


def _documented_rest(whole: Row, parts: Sequence[Row], held: Held) -> Record | None:
    apart = disjoint_parts(parts, held)
    rest = less(whole, apart)
    if rest is None:
        return None
    left_out = len(parts) - len(apart)
    statement = (
        f"{printed(whole)} - {' - '.join(printed(part) for part in apart)} = {rest.display()}: "
        f"what {whole['document_id']} counts in {whole['claim_id']} and in none of these parts "
        f"({scope_in_words(whole, held)})."
    )
    if left_out:
        statement += f" Parts not shown to be apart from these, and not taken away: {left_out}."
    return _record("documented_rest", whole, apart, rest, None, statement)


def disjoint_parts(parts: Sequence[Row], held: Held) -> list[Row]:
    """Parts that pairwise share nobody by their scopes alone, the greatest first."""
    in_order = sorted(parts, key=lambda row: (-_size(row), row["claim_id"]))
    at = np.array([held.scopes.position[row["claim_id"]] for row in in_order], dtype=np.int64)
    apart = held.scopes.apart(at, at)
    chosen: list[int] = []
    for i in range(len(in_order)):
        if apart[i, chosen].all():
            chosen.append(i)
    return [in_order[i] for i in chosen]


def _size(row: Row) -> int:
    return next((row[name] for name in NUMBERS if row[name] is not None), 0)


# Intervals


def summed(rows: Sequence[Row]) -> Interval:
    """The sum of disjoint claims. An end is open where some claim has neither it nor a best."""
    best = _total([row["best"] for row in rows])
    low, high = (_total([_end(row, name) for row in rows]) for name in ("low", "high"))
    return _interval(
        low if any(row["low"] is not None for row in rows) else None,
        best,
        high if any(row["high"] is not None for row in rows) else None,
        any(row["range_kind"] == "vague" for row in rows),
    )


def less(whole: Row, parts: Sequence[Row]) -> Interval | None:
    """The whole less disjoint parts of it; None where nothing is known of the rest.

    The least rest is the least whole less the greatest parts. An end stays open where a number that
    it needs is open, and a lower end below 0 says nothing. None also where the parts reach the
    whole, and where only plain numbers are given and they leave nothing.
    """
    low = _minus(_end(whole, "low"), _total([_end(part, "high") for part in parts]))
    best = _minus(whole["best"], _total([part["best"] for part in parts]))
    high = _minus(_end(whole, "high"), _total([_end(part, "low") for part in parts]))
    if not _has(whole, "low") and not any(_has(part, "high") for part in parts):
        low = None
    if not _has(whole, "high") and not any(_has(part, "low") for part in parts):
        high = None
    if (best is not None and best <= 0) or (high is not None and high <= 0):
        return None
    low = low if low is not None and low > 0 else None
    if low is None and best is None and high is None:
        return None
    return _interval(low, best, high, any(row["range_kind"] == "vague" for row in (whole, *parts)))


def _has(row: Row, end: str) -> bool:
    return row[end] is not None


def _end(row: Row, end: str) -> int | None:
    """An end, else the best figure."""
    number: int | None = row["best"] if row[end] is None else row[end]
    return number


def _total(numbers: Sequence[int | None]) -> int | None:
    return None if None in numbers else sum(n for n in numbers if n is not None)


def _minus(whole: int | None, parts: int | None) -> int | None:
    return None if whole is None or parts is None else whole - parts


def _interval(low: int | None, best: int | None, high: int | None, is_vague: bool) -> Interval:
    """The range, and its kind: our band stays marked as such, one end is a bound."""
    if low is None and high is None:
        return Interval(None, best, None, None)
    if is_vague:
        return Interval(low, best, high, "vague")
    return Interval(low, best, high, "bound" if low is None or high is None else "stated")


# Records


def _added(rows: Sequence[Row]) -> str:
    return " + ".join(printed(row) for row in rows)


def _record(
    kind: str,
    whole: Row,
    parts: Sequence[Row],
    range_: Interval,
    question_id: str | None,
    statement: str,
) -> Record:
    ids = [part["claim_id"] for part in parts]
    return {
        "arithmetic_id": arithmetic_id(kind, whole["claim_id"], ids),
        "kind": kind,
        "document_id": whole["document_id"],
        "whole_claim_id": whole["claim_id"],
        "claim_ids": ids,
        "question_id": question_id,
        "statement": statement,
        "low": range_.low,
        "best": range_.best,
        "high": range_.high,
        "range_kind": range_.kind,
    }
