"""Percentage changes, rankings and rates, and where they are refused.

Counts of what was found are floors: a change in them, or a difference between two places, may be a
difference in reporting. So these three are worked out only over registered, surveyed and modelled
figures made in one way, whose questions differ in nothing but what is compared.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from pipelines.core import refusals
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.likeness import source_key
from pipelines.core.names import folded
from pipelines.core.refusals import TrendRefused
from pipelines.core.windows import common_days, days_of
from pipelines.estimates.held import Held
from pipelines.estimates.sums import days_in_words

Row = Mapping[str, Any]
Number = float | None


@dataclass(frozen=True)
class Change:
    """A percentage change from one claim to a later one, in percent of the first."""

    from_claim: str
    to_claim: str
    low: Number
    best: Number
    high: Number
    statement: str


@dataclass(frozen=True)
class Ranked:
    """A claim's rank from the greatest down: the first and the last that the ranges allow.

    Figures that are equal share a rank.
    """

    claim_id: str
    rank_first: int
    rank_last: int


@dataclass(frozen=True)
class Ranking:
    """Claims of one question in several places, from the greatest down."""

    ranks: tuple[Ranked, ...]
    statement: str


@dataclass(frozen=True)
class Rate:
    """A claim's number by a span of time, or by a number of people."""

    claim_id: str
    per: str
    low: Number
    best: Number
    high: Number
    statement: str


def percentage_change(from_claim: str, to_claim: str, held: Held) -> Change:
    """The change from one figure to a later one of the same question, in percent of the first.

    Parameters
    ----------
    from_claim, to_claim
        Claims whose questions differ in their windows alone.
    held
        The claims that count, with the registers.

    Returns
    -------
    Change
        ``best`` where both have one; ``low`` and ``high`` where one of the two is a range.

    Raises
    ------
    TrendRefused
        Over counts that are, or may be, of what was found; between figures that were made in unlike
        ways, are readings of a counter, share days, or span unlike times; from or to an open bound;
        and from 0.
    """
    first, last = _looked_at((from_claim, to_claim), held)
    _refuse(_of_scopes((first, last), refusals.CHANGE_COMPARES))
    _refuse(_of_windows(first, last))
    _refuse(_of_bounds((first, last)))
    (lesser, greater), (least, most) = _outer(first), _outer(last)
    if lesser == 0:
        reason = refusals.FROM_NOTHING.replace("{a}", from_claim)
        _refuse([TrendRefused(reason, refusals.FROM_NOTHING_SETTLES)])
    low = high = best = None
    if first["best"] is not None and last["best"] is not None:
        best = _percent(first["best"], last["best"])
    if not _is_point(first) or not _is_point(last):
        low, high = _percent(greater, least), _percent(lesser, most)
    told = _said(low, best, high, "{:+.1f} %")
    when = f"from {days_in_words([first])} to {days_in_words([last])}"
    statement = f"{told} {when}: {first['basis']}; {first['metric']}"
    return Change(from_claim, to_claim, low, best, high, statement)


def ranking(claim_ids: Iterable[str], held: Held) -> Ranking:
    """Figures of one question in several places, from the greatest down.

    Parameters
    ----------
    claim_ids
        At least two claims whose questions differ in their places alone; no place holds another.
    held
        The claims that count, with the registers.

    Raises
    ------
    TrendRefused
        Over counts that are, or may be, of what was found; between figures that were made in unlike
        ways or whose places are not known to share no ground; and over an open bound.
    """
    rows = _looked_at(sorted(set(claim_ids)), held)
    if len(rows) < 2:
        _refuse([TrendRefused(refusals.NOTHING_TO_RANK)])
    _refuse(_of_scopes(rows, refusals.RANKING_COMPARES))
    _refuse(_of_places(rows, held))
    _refuse(_of_bounds(rows))
    outer = {row["claim_id"]: _outer(row) for row in rows}
    ranks = []
    for claim_id, (low, high) in outer.items():
        others = [ends for other, ends in outer.items() if other != claim_id]
        above = 1 + sum(least > high for least, _ in others)
        perhaps_above = 1 + sum(most > low for _, most in others)
        ranks.append(Ranked(claim_id, above, perhaps_above))
    ranks.sort(key=lambda ranked: (ranked.rank_first, ranked.rank_last, ranked.claim_id))
    said = ", ".join(f"{_rank_in_words(ranked)} {ranked.claim_id}" for ranked in ranks)
    statement = f"{said}: {rows[0]['basis']}; {rows[0]['metric']}; {days_in_words(rows)}"
    return Ranking(tuple(ranks), statement)


def rate(claim_id: str, per: str | int, held: Held) -> Rate:
    """A figure by the length of its window, or by a number of people that the asker names.

    Parameters
    ----------
    claim_id
        The claim.
    per
        'day' or 'week', for what happened in a window whose first and last day are stated; else the
        number of people among whom the figure is counted: the rate is then that in every 100,000.
    held
        The claims that count, with the registers.

    Raises
    ------
    TrendRefused
        Over counts that are, or may be, of what was found; over an open bound; by time, over what
        is no count of what happened or has no stated days; and where `per` is neither.
    """
    (row,) = _looked_at((claim_id,), held)
    _refuse(_of_bounds((row,)))
    spans, by = _spans(row, str(per))
    low, best, high = (
        None if row[end] is None else row[end] / spans for end in ("low", "best", "high")
    )
    told = _said(low, best, high, "{:.4f}")
    statement = f"{told} {by}: {row['basis']}; {row['metric']}; {days_in_words([row])}"
    return Rate(claim_id, str(per), low, best, high, statement)


def _spans(row: Row, per: str) -> tuple[float, str]:
    """By how much a claim is divided, and that in words."""
    if per.isdecimal() and int(per) > 0:
        among = refusals.RATE_AMONG
        return int(per) / among, f"in every {among:,} of {int(per):,} people"
    if per not in refusals.RATE_BY:
        _refuse([TrendRefused(refusals.NO_SUCH_RATE.replace("{per}", per))])
    name = row["claim_id"]
    if row["measure"] not in ("flow", "cumulative"):
        _refuse([TrendRefused(refusals.NO_SPAN.replace("{a}", name), refusals.COUNTER_SETTLES)])
    if not _is_to_the_day(row):
        reason = refusals.DAYS_NOT_STATED.replace("{a}", name)
        _refuse([TrendRefused(reason, refusals.DAYS_SETTLE)])
    return _days(row) / refusals.RATE_BY[per], f"a {per}"


# What is refused


def _refuse(found: Sequence[TrendRefused]) -> None:
    """Raise what was found, the standing caption on the first where it is due on any."""
    if found:
        refusal = TrendRefused.of_all(found)
        refusal.caption = next((one.caption for one in found if one.caption), None)
        raise refusal


def _looked_at(claim_ids: Sequence[str], held: Held) -> list[Row]:
    """The claims, if all are held, count, and were made in a way that is compared."""
    missing = [why for claim_id in claim_ids if (why := held.why_not_at_hand(claim_id))]
    _refuse([TrendRefused(*why) for why in missing])
    rows = [held.by_claim[claim_id] for claim_id in claim_ids]
    _refuse([_of_basis(row) for row in rows if row["basis"] in refusals.NO_TREND])
    return rows


def _of_basis(row: Row) -> TrendRefused:
    basis = row["basis"]
    reason = f"{row['claim_id']} {refusals.NO_TREND[basis]}"
    is_found = basis in refusals.FOUND_COUNTS + refusals.PERHAPS_FOUND
    caption = refusals.REPORTING_CAPTION if is_found else None
    return TrendRefused(reason, refusals.TREND_WOULD_SETTLE, caption=caption)


def _of_scopes(rows: Sequence[Row], compared: Sequence[str]) -> list[TrendRefused]:
    """Bases, sources, questions and limits that differ in more than what is compared."""
    found = []
    for a, b in combinations(rows, 2):
        pair = (a["claim_id"], b["claim_id"])
        if a["basis"] != b["basis"]:
            reason = refusals.UNLIKE_BASES.format(
                a=pair[0], b=pair[1], basis_a=a["basis"], basis_b=b["basis"]
            )
            found.append(TrendRefused(reason, refusals.TREND_WOULD_SETTLE, pair))
        if source_key(a) != source_key(b):
            reason = refusals.UNLIKE_SOURCES.format(
                a=pair[0], b=pair[1], source_a=_source(a), source_b=_source(b)
            )
            found.append(TrendRefused(reason, refusals.TREND_WOULD_SETTLE, pair))
        differing = [
            name for name in QUESTION_COLUMNS if name not in compared and a[name] != b[name]
        ]
        differing += [
            name
            for name in ("restriction", "coverage")
            if folded(a[name] or "") != folded(b[name] or "")
        ]
        if differing:
            reason = refusals.UNLIKE_SCOPES.format(
                a=pair[0], b=pair[1], column=", ".join(differing)
            )
            found.append(TrendRefused(reason, refusals.UNLIKE_SCOPES_SETTLES, pair))
    return found


def _source(row: Row) -> str:
    return str(row["origin"] or row["speaker"])


def _of_windows(first: Row, last: Row) -> list[TrendRefused]:
    """Why two windows give no change: a counter's, not stated, not in order, of unlike length."""
    pair = (first["claim_id"], last["claim_id"])
    if first["measure"] not in ("flow", "stock"):
        reason = refusals.COUNTER.replace("{a}", pair[0])
        return [TrendRefused(reason, refusals.COUNTER_SETTLES, pair)]
    not_stated = [row for row in (first, last) if not _is_to_the_day(row)]
    if not_stated:
        return [
            TrendRefused(
                refusals.DAYS_NOT_STATED.replace("{a}", row["claim_id"]), refusals.DAYS_SETTLE
            )
            for row in not_stated
        ]
    if first["end_latest"] >= last["start_earliest"]:
        return [_between(refusals.NOT_LATER, refusals.NOT_LATER_SETTLES, pair)]
    months = {_whole_months(row) for row in (first, last)}
    if _days(first) != _days(last) and (len(months) > 1 or None in months):
        return [_between(refusals.UNLIKE_SPANS, refusals.UNLIKE_SPANS_SETTLES, pair)]
    return []


def _between(words: str, settles: str, pair: tuple[str, str]) -> TrendRefused:
    return TrendRefused(words.format(a=pair[0], b=pair[1]), settles, pair)


def _of_places(rows: Sequence[Row], held: Held) -> list[TrendRefused]:
    found = []
    for a, b in combinations(rows, 2):
        areas = [(row["place_id"], row["territory"]) for row in (a, b)]
        days = common_days(days_of(a), days_of(b))
        if held.facts.areas.relation(areas[0], areas[1], days).relation != "disjoint":
            pair = (a["claim_id"], b["claim_id"])
            found.append(_between(refusals.SHARED_GROUND, refusals.SHARED_GROUND_SETTLES, pair))
    return found


def _of_bounds(rows: Iterable[Row]) -> list[TrendRefused]:
    return [
        TrendRefused(
            refusals.OPEN_BOUND.replace("{a}", row["claim_id"]), refusals.OPEN_BOUND_SETTLES
        )
        for row in rows
        if (row["low"] is None) != (row["high"] is None)
        or (row["best"] is None and row["low"] is None)
    ]


# Windows and numbers


def _is_to_the_day(row: Row) -> bool:
    return all(
        row[f"{edge}_earliest"] is not None and row[f"{edge}_earliest"] == row[f"{edge}_latest"]
        for edge in ("start", "end")
    )


def _days(row: Row) -> int:
    """Days of a stated window, the first and the last among them."""
    return int((row["end_latest"] - row["start_earliest"]).days) + 1


def _whole_months(row: Row) -> int | None:
    """Months of a window of whole months, which are equally long though their days are not."""
    start, end = row["start_earliest"], row["end_latest"]
    if start.day != 1 or end.day != calendar.monthrange(end.year, end.month)[1]:
        return None
    return int(12 * (end.year - start.year) + end.month - start.month + 1)


def _is_point(row: Row) -> bool:
    """Whether a claim gives a best and no ends."""
    return row["low"] is None and row["high"] is None


def _outer(row: Row) -> tuple[int, int]:
    """The least and the greatest number of a claim that is no open bound."""
    return (row["best"], row["best"]) if _is_point(row) else (row["low"], row["high"])


def _percent(old: int, new: int) -> float:
    return 100.0 * (new - old) / old


def _said(low: Number, best: Number, high: Number, form: str) -> str:
    ends = None if low is None or high is None else f"{form.format(low)} to {form.format(high)}"
    if best is None:
        return str(ends)
    return f"{form.format(best)} ({ends})" if ends else form.format(best)


def _rank_in_words(ranked: Ranked) -> str:
    if ranked.rank_first == ranked.rank_last:
        return str(ranked.rank_first)
    return f"{ranked.rank_first} to {ranked.rank_last}"
