"""Readings in a row: which belong to one series, in which order, where they break, what moved.

A series is one source's readings of questions that are equal but for the end of a counter's window,
or the day of a stock. Nothing is drawn here; the charts over time ask here what a line may join.

A line joins readings that follow each other and no more. Where most steps of a series are alike (at
least two in three within a tenth of the usual one, or within a day of it), the series is regular,
and a step of more than one and a half times the usual one misses a reading: the line breaks there.
A series without such a usual step has no day on which a reading could be missing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from statistics import median_low
from typing import Any, Literal

import pandas as pd

from pipelines.charts.language import Phrase, say
from pipelines.charts.rows import Marts, Row, missing
from pipelines.core.editions import register_of
from pipelines.core.ids import QUESTION_COLUMNS
from schemas import vocab
from schemas.estimates import ALIKE_IN_TOTAL

By = Literal["published", "meant"]
"""By which day readings are laid out: on which they became known, or of which they speak."""

COUNTERS = ("cumulative", "ever")
"""Measures of which a reading is never less than the one before."""

_ALIKE, _MISSED = 0.1, 1.5
"""Share of the usual step by which steps may differ, and beyond which one misses a reading."""
_MOST = 2 / 3
"""Share of the steps that are alike in a regular series."""
_START_LATEST = [n for n in QUESTION_COLUMNS if not n.startswith("end_")].index("start_latest")


@dataclass(frozen=True)
class Series:
    """The readings of one series and scope, in the order of their days."""

    readings: tuple[Row, ...]
    undated: tuple[Row, ...] = ()
    """Readings that have no such day."""
    by: By = "published"
    reset: frozenset[str] = frozenset()
    """Claims with which the source began to count otherwise."""
    fallen: frozenset[tuple[str, str]] = frozenset()
    """Pairs of claims of which a finding says that the counter fell from the one to the other."""

    def day(self, row: Row) -> date:
        """The day at which a reading stands."""
        day = day_of(row, self.by)
        assert day
        return day

    @property
    def first(self) -> Row:
        """Its first reading, dated or not: what all of them have in common stands in it."""
        return (*self.readings, *self.undated)[0]

    @cached_property
    def held(self) -> list[Row]:
        """The readings that a line may join: one a day.

        By the day of publication it is the one that reaches farthest, if as far as those before; by
        the day meant the one that was published last. No repeat is among them.
        """
        last_of_day = {
            day_of(r, self.by): r for r in sorted(self.readings, key=self._worth) if not r.is_repeat
        }
        held: list[Row] = []
        for row in self.readings:
            goes_on = self.by == "meant" or not held or _reach(row)[0] >= _reach(held[-1])[0]
            if last_of_day.get(day_of(row, self.by)) is row and goes_on:
                held.append(row)
        return held

    def _worth(self, row: Row) -> tuple[date, str]:
        if self.by == "published":
            return _reach(row)
        return row.known_on or date.min, row.claim_id

    @cached_property
    def runs(self) -> list[list[Row]]:
        """`held`, cut where readings are missing, or where the source began to count otherwise.

        They are missing where a regular series makes too long a step, and where a reading whose
        publication has no day lies between two others.
        """
        held = self.held
        runs = [held[:1]] if held else []
        longest = self._longest_step
        for a, b in pairwise(held):
            cut = b.claim_id in self.reset or (longest is not None and self._step(a, b) > longest)
            if self.by == "published":
                cut |= any(_reach(a)[0] <= _reach(r)[0] <= _reach(b)[0] for r in self.undated)
            runs += [[]] if cut else []
            runs[-1].append(b)
        return runs

    @property
    def gaps(self) -> list[tuple[Row, Row]]:
        """The readings before and after each break of the line."""
        return [(a[-1], b[0]) for a, b in pairwise(self.runs)]

    @property
    def _longest_step(self) -> float | None:
        """Days beyond which a step misses a reading; None where there is no usual step."""
        steps = [self._step(a, b) for a, b in pairwise(self.held)]
        if len(steps) < 2:
            return None
        usual = median_low(steps)
        alike = sum(abs(step - usual) <= max(1, usual * _ALIKE) for step in steps)
        if usual == 1:
            alike = steps.count(1)
        return usual * _MISSED if alike >= _MOST * len(steps) else None

    def _step(self, a: Row, b: Row) -> int:
        return (self.day(b) - self.day(a)).days

    @cached_property
    def changes(self) -> dict[str, Phrase]:
        """By claim, what a reading took back, or added to what was said of the same days."""
        told = {}
        for before, after in pairwise(self.held):
            words = _change(before, after)
            pair = (before.claim_id, after.claim_id)
            if not words and pair in self.fallen and before.best and after.best is not None:
                words = say("fell by {n}", n=before.best - after.best)
            if words:
                told[after.claim_id] = words
        return told

    def known_by(self, day: date, but: str) -> Row | None:
        """The reading that was the latest on a day; none of the document `but`."""
        known = [r for r in self.held if r.known_on and r.known_on <= day]
        known = [r for r in known if not but or r.document_id != but]
        return known[-1] if known else None


def day_of(row: Row, by: By) -> date | None:
    """The day at which a reading stands; None where it has none."""
    return row.known_on if by == "published" else row.end_latest


def series_of(
    rows: Sequence[Row],
    by: By = "published",
    reset: Iterable[str] = (),
    fallen: Iterable[tuple[str, str]] = (),
) -> list[Series]:
    """The rows by series and scope, those of one tier together; the first known first."""
    found: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: (day_of(r, by) or date.max, _known_order(r))):
        found[(row.tier, row.series or row.source, counting_of(row))].append(row)
    marked, falls = frozenset(reset), frozenset(fallen)
    return [
        Series(
            tuple(r for r in readings if day_of(r, by)),
            tuple(r for r in readings if not day_of(r, by)),
            by,
            marked,
            falls,
        )
        for readings in found.values()
    ]


def counting_of(row: Row) -> tuple[Any, ...]:
    """What a reading counts, but for the end of a counter's window or the day of a stock.

    A start of which a reading says only that it lies before its own end is no other start in the
    next reading.
    """
    counting = list(row.counting)
    is_open = row.start_earliest != row.start_latest and row.start_latest == row.end_latest
    if row.measure != "stock" and is_open and counting[_START_LATEST : _START_LATEST + 1]:
        counting[_START_LATEST] = None
    return tuple(counting)


def resets(marts: Marts, claim_ids: Iterable[str]) -> set[str]:
    """The claims at which a release began to count a record otherwise, by `marts.revisions`."""
    revisions = marts.get("marts/revisions")
    if revisions is None or not (revisions["change"] == "reset").any():
        return set()
    turned = revisions[revisions["change"] == "reset"]
    names = ["source_id", "release", "record_id", "metric"]
    turned = turned.rename(columns={"to_release": "release"})[names].drop_duplicates()
    claims = marts["marts/claims"]
    claims = claims.loc[claims["claim_id"].isin(set(claim_ids)), ["claim_id", *names]]
    return set(claims.merge(turned, on=names)["claim_id"])


def of_revisions(marts: Marts, claim_ids: Iterable[str]) -> dict[str, str]:
    """By claim that changed a figure of an earlier release, the reason stated; '' where none is."""
    revisions = marts.get("marts/revisions")
    if revisions is None or revisions.empty:
        return {}
    moved = revisions[~revisions["change"].isin(("added", "dropped"))]
    names = ["source_id", "release", "record_id", "metric"]
    moved = moved.rename(columns={"to_release": "release"})[[*names, "stated_reason"]]
    claims = marts["marts/claims"]
    claims = claims.loc[claims["claim_id"].isin(set(claim_ids)), ["claim_id", *names]]
    found = claims.merge(moved, on=names).sort_values(["claim_id", "stated_reason"])
    reasons = found["stated_reason"].fillna("")
    return dict(zip(found["claim_id"].astype(str), reasons.astype(str), strict=True))


def falls(marts: Marts) -> set[tuple[str, str]]:
    """Pairs of claims of which `marts.findings` says that a counter fell."""
    findings = marts.get("marts/findings")
    if findings is None:
        return set()
    told = findings.loc[findings["finding_type"] == "counter_fell", "claim_ids"]
    return {(a, b) for claims in told for a in claims for b in claims if a != b}


def _reach(row: Row) -> tuple[date, str]:
    return row.end_latest or date.min, row.claim_id


def _known_order(row: Row) -> tuple[date, date, str]:
    return row.known_on or date.max, *_reach(row)


def known_order(rows: Iterable[Row]) -> list[Row]:
    """The rows by the day on which they became known."""
    return sorted(rows, key=_known_order)


def _change(before: Row, after: Row) -> Phrase:
    """How far a counter fell, or the figure for the same days moved; '' where neither is sure.

    Two bounds tell nothing, nor do two figures that may be roundings of one another.
    """
    if before.best is None or after.best is None:
        return Phrase("")
    same_days = (before.end_earliest, before.end_latest) == (after.end_earliest, after.end_latest)
    by = abs(after.best - before.best)
    if (after.reading_high or after.best) < (before.reading_low or before.best):
        if same_days:
            return say("lowered by {n} for the same days", n=by)
        return say("fell by {n}", n=by) if after.measure in COUNTERS else Phrase("")
    if same_days and (after.reading_low or after.best) > (before.reading_high or before.best):
        return say("raised by {n} for the same days", n=by)
    return Phrase("")


# Totals of registers


def totals_of(
    marts: Marts,
    metrics: Sequence[str],
    place_ids: Sequence[str],
    *,
    editions: bool,
    measures: Sequence[str] = ("stock", "flow"),
) -> list[Row]:
    """The totals that registers give for places, as rows; every edition's, or those that stand."""
    totals = marts.get("marts/register_totals")
    if totals is None or totals.empty:
        return []
    wanted = totals["metric"].isin(metrics) & totals["measure"].isin(measures)
    wanted &= totals[["sum_low", "sum_best", "sum_high"]].notna().any(axis=1)
    if place_ids:
        wanted &= totals["place_id"].isin(place_ids)
    if not editions:
        wanted &= totals["stands"]
    held = totals[wanted.fillna(False).astype(bool)]
    if held.empty:
        return []
    places = marts["marts/places"].set_index("place_id")["name"]
    producers = marts["marts/sources"].set_index("source_id")["producer"]
    documents = marts["marts/documents"].groupby(["source_id", "release"])["published_on"].min()
    registers = {
        (t["source_id"], register_of(t["entry_of"], t["release"])) for t in held.to_dict("records")
    }
    of_source = Counter(source for source, _ in registers)
    several = {source for source, n in of_source.items() if n > 1}
    return [
        _total_row(total, places, producers, documents, several)
        for total in held.sort_values("total_id").to_dict("records")
    ]


def _total_row(
    total: Mapping[Any, Any],
    places: pd.Series,
    producers: pd.Series,
    documents: pd.Series,
    several: Collection[str],
) -> Row:
    """A total as a row; the register's name stands by its producer's where there are `several`."""
    given: dict[str, Any] = {
        str(name): None if missing(value) else value for name, value in total.items()
    }
    ends = [given["sum_low"], given["sum_best"], given["sum_high"]]
    low, best, high = (None if n is None else int(n) for n in ends)
    if low == best == high:
        low = high = None
    source = given["source_id"]
    first, last = (pd.Timestamp(given[day]).date() for day in ("first_day", "last_day"))
    is_stock = given["measure"] == "stock"
    published = documents.get((source, given["release"]))
    known = given["edition"] or (None if missing(published) else published)
    register = register_of(given["entry_of"], given["release"])
    producer = str(producers.get(source, source))
    named = f"{producer}, {register}" if source in several else producer
    counting = tuple(given[name] for name in _COUNTED_IN_TOTALS)
    values: dict[str, Any] = {
        name: "" if kind == "str" else () if kind.startswith("tuple") else None
        for name, kind in Row.__annotations__.items()
    }
    values |= {name: value for name, value in given.items() if name in values and value}
    values |= {
        "claim_id": given["total_id"],
        "qualifier": "plain",
        "place": places.get(given["place_id"], given["place_id"] or ""),
        "speaker": named,
        "publisher": named,
        "series": register,
        "source": f"register {register}",
        "published_on": known and pd.Timestamp(known).date(),
        "known_on": known and pd.Timestamp(known).date(),
        "start_earliest": first,
        "start_latest": last if is_stock else first,
        "end_earliest": first if is_stock else last,
        "end_latest": last,
        "tier": vocab.TIER_OF_BASIS[given["basis"]],
        "low": low,
        "best": best,
        "high": high,
        "range_kind": "stated" if low is not None or high is not None else "",
        "reading_low": best,
        "reading_high": best,
        "review_status": "accepted",
        "counting": counting,
    }
    return Row(**values)


_COUNTED_IN_TOTALS = (*ALIKE_IN_TOTAL, "place_id", "place_role")
