"""Findings over time: a counter that fell, a figure raised later, a newer one that existed.

Claims are compared along threads: readings of one series, else of one speaker who makes them in one
way, over questions that are equal (for a counter: but for the window's end).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipelines.core.likeness import known_on, scope_key, source_key, speaker_key, window_end
from pipelines.estimates.arithmetic import arithmetic
from pipelines.estimates.extent import difference, least, most
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held
from pipelines.estimates.questions import day_in_words, window_in_words
from pipelines.estimates.wording import bases, looked_at, people, printed, said, scope_in_words
from schemas.vocab import TIER_OF_BASIS

Row = Mapping[str, Any]

_COUNTERS: Final = ("cumulative", "ever")
_AT_AN_END: Final = (*_COUNTERS, "stock")
_OF_THE_WHOLE: Final = ("series", "restriction", "coverage", "part_of")
"""What parts that add up have from their whole."""


@dataclass(frozen=True)
class Reading:
    """A number that is compared, and the claims that give it: one, or parts that add up."""

    row: Row
    claims: tuple[Row, ...]

    @property
    def said(self) -> str:
        """The reading in words."""
        if len(self.claims) == 1:
            return said(self.row)
        added = " + ".join(printed(part) for part in self.claims)
        return (
            f"{people(self.row['best'])} ({added}, exact arithmetic: "
            + "; ".join(said(part) for part in self.claims)
            + ")"
        )


# Threads


def _threads(
    readings: Iterable[Reading], key: Callable[[Row], Hashable]
) -> Iterator[list[Reading]]:
    """Readings of one key and one series; of a speaker's one basis where a series is not stated.

    Two stated series of one speaker are two; readings without one go with each of them.
    """
    by_series: dict[Hashable, list[Reading]] = defaultdict(list)
    by_speaker: dict[Hashable, dict[str | None, list[Reading]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for reading in readings:
        row = reading.row
        own = key(row)
        if row["series"]:
            by_series[own, row["series"]].append(reading)
        by_speaker[own, speaker_key(row), row["basis"]][row["series"]].append(reading)
    yield from by_series.values()
    for of_speaker in by_speaker.values():
        loose = of_speaker.pop(None, [])
        if loose:
            for thread in of_speaker.values() or [[]]:
                yield loose + thread


def _ends_known(row: Row) -> bool:
    return row["end_earliest"] is not None and row["end_latest"] is not None


def _known_before(a: Row, b: Row) -> bool:
    one, other = known_on(a), known_on(b)
    return one is not None and other is not None and one < other


# A counter that fell


def counters_that_fell(held: Held) -> Iterator[Found]:
    """A counter's later reading that is less than an earlier one, beyond the rounding of both."""
    counting = (
        Reading(row, (row,))
        for row in held.rows
        if row["measure"] in _COUNTERS and row["entry_of"] is None and _ends_known(row)
    )
    pairs = {
        (before.row["claim_id"], after.row["claim_id"]): (before.row, after.row)
        for thread in _threads(counting, scope_key)
        for before, after in _falls(thread)
    }
    for before, after in pairs.values():
        yield fallen(before, after, held)


def _falls(thread: list[Reading]) -> Iterator[tuple[Reading, Reading]]:
    """Each reading certainly less than the greatest since the fall before, with that one.

    A bound that is lower is no fall: only what can be at most is held against what must be at
    least. Nor is an earlier day's number that was raised after the reading had been published.
    """
    since: list[Reading] = []
    for reading in sorted(thread, key=_by_end):
        before = [one for one in since if _comes_after(reading.row, one.row)]
        peak = max(before, key=lambda one: least(one.row) or 0, default=None)
        at_most = most(reading.row)
        if peak and at_most is not None and at_most < (least(peak.row) or 0):
            yield peak, reading
            since = [reading]
        elif least(reading.row) is not None:
            since.append(reading)


def _by_end(reading: Reading) -> tuple[date, date, str]:
    row = reading.row
    return row["end_latest"], known_on(row) or date.max, row["claim_id"]


def _comes_after(later: Row, earlier: Row) -> bool:
    """Whether it certainly ends later, and was not published before the other.

    Of one window: whether it was published later.
    """
    if window_end(later) == window_end(earlier):
        return _known_before(earlier, later)
    ends_later = bool(earlier["end_latest"] < later["end_earliest"])
    return ends_later and not _known_before(later, earlier)


def fallen(before: Row, after: Row, held: Held, severity: str = "notice") -> Found:
    """The finding of a reading of a counter that is less than an earlier one."""
    top, bottom = least(before) or 0, most(after) or 0
    size = difference(before, after) or top - bottom
    seen = looked_at(
        (before, after),
        scope=f"the same axes, restriction and coverage: {thread_in_words(before, after)}",
        date=f"{window_in_words(before)}, then {window_in_words(after)}",
        definition=bases(before, after),
        figure=f"at least {people(top)}, then at most {people(bottom)}, as printed and rounded",
    )
    if before["note"] or after["note"]:
        seen += " A note may name a reason; nothing here shows that it is the whole of it."
    return Found(
        "counter_fell",
        severity,
        (before, after),
        f"A counter fell ({scope_in_words(before, held)}): {said(before)}, then {said(after)}; the "
        f"difference is {people(size)}. {seen}",
        "The source's own account of what each reading counts, and of records that it took out.",
        size,
    )


def thread_in_words(*rows: Row) -> str:
    """What the readings of a counter are of: a series, else what one speaker says."""
    first = rows[0]
    if first["series"] and {row["series"] for row in rows} == {first["series"]}:
        return f"one series, {first['series']}"
    return f"one speaker, {first['speaker']}"


# A figure raised later


def figures_raised_later(held: Held) -> Iterator[Found]:
    """A later publication's certainly greater number for the same question."""
    readings = [Reading(row, (row,)) for row in held.rows if row["entry_of"] is None]
    readings += _sums(held)
    pairs = {
        tuple(claim["claim_id"] for claim in (*before.claims, *after.claims)): (before, after)
        for thread in _threads(readings, lambda row: (*scope_key(row), *window_end(row)))
        for before, after in _rises(thread)
    }
    for before, after in pairs.values():
        yield _raised(before, after, held)


def _sums(held: Held) -> list[Reading]:
    """Parts that share a question and add up for it, as one reading in their whole's series."""
    found = []
    for record in arithmetic(held):
        if record["kind"] == "sum_of_parts" and record["best"] is not None:
            parts = tuple(held.by_claim[claim_id] for claim_id in record["claim_ids"])
            rounded = {
                name: sum(part[name] for part in parts) for name in ("reading_low", "reading_high")
            }
            row = {
                **parts[0],
                **{name: held.by_claim[record["whole_claim_id"]][name] for name in _OF_THE_WHOLE},
                **{name: record[name] for name in ("low", "best", "high", "range_kind")},
                **rounded,
                "value": record["best"],
                "basis": " and ".join(sorted({part["basis"] for part in parts})),
            }
            found.append(Reading(row, parts))
    return found


def _rises(thread: list[Reading]) -> Iterator[tuple[Reading, Reading]]:
    """Each reading certainly greater than the last one of an earlier day, with that one."""
    dated = sorted(
        (reading for reading in thread if known_on(reading.row)),
        key=lambda reading: (known_on(reading.row), least(reading.row) or 0, reading.said),
    )
    before: Reading | None = None
    last: Reading | None = None
    for reading in dated:
        if last and _known_before(last.row, reading.row):
            before = last
        at_least = least(reading.row)
        at_most = most(before.row) if before else None
        if before and at_least is not None and at_most is not None and at_least > at_most:
            yield before, reading
        if most(reading.row) is not None:
            last = reading


def _raised(before: Reading, after: Reading, held: Held) -> Found:
    top, bottom = most(before.row) or 0, least(after.row) or 0
    size = difference(before.row, after.row) or bottom - top
    claims = (*before.claims, *after.claims)
    seen = looked_at(
        claims,
        scope="the same axes, restriction and coverage: " + thread_in_words(before.row, after.row),
        date="one window; the later publication is the greater",
        definition=bases(*claims),
        figure=f"at most {people(top)}, then at least {people(bottom)}, as printed and rounded",
    )
    return Found(
        "raised_later",
        "notice",
        claims,
        f"A later publication raised the figure for the same window "
        f"({scope_in_words(before.row, held)}): {before.said}, then {after.said}; the difference "
        f"is {people(size)}. {seen}",
        "The source's own account of what it found since, or counted anew.",
        size,
    )


# A newer figure that existed


@dataclass(frozen=True)
class _Latest:
    """The reading of the latest end, by the day on which it became known."""

    days: list[date]
    rows: list[Row]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> _Latest:
        days: list[date] = []
        latest: list[Row] = []
        for row in rows:
            if not latest or row["end_earliest"] > latest[-1]["end_earliest"]:
                days.append(known_on(row) or date.max)
                latest.append(row)
        return cls(days, latest)

    def on(self, day: date) -> Row | None:
        at = bisect_right(self.days, day)
        return self.rows[at - 1] if at else None


def newer_figures(held: Held) -> Iterator[Found]:
    """A stock or counter, while one of a certainly later day had been published by then."""
    alike: dict[Hashable, list[Row]] = defaultdict(list)
    for row in held.rows:
        if (
            row["measure"] in _AT_AN_END
            and row["entry_of"] is None
            and _ends_known(row)
            and known_on(row)
        ):
            alike[_scope_but_day(row)].append(row)
    for rows in alike.values():
        if len(rows) > 1:
            yield from _newer_in_scope(rows, held)


def _scope_but_day(row: Row) -> Hashable:
    """What two readings share; a stock's window is its day, so that both of its ends move."""
    if row["measure"] == "stock":
        return scope_key({**row, "start_earliest": None, "start_latest": None})
    return scope_key(row)


def _newer_in_scope(rows: Sequence[Row], held: Held) -> Iterator[Found]:
    """Within one scope, of rows in the order in which they became known."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    newest_in: dict[str, date] = {}
    for row in rows:
        for key in _nearness(row):
            groups[key].append(row)
        document = row["document_id"]
        newest_in[document] = max(newest_in.get(document, date.min), row["end_earliest"])
    latest = {key: _Latest.of(members) for key, members in groups.items()}
    for row in rows:
        if newest_in[row["document_id"]] > row["end_latest"]:
            continue
        day = known_on(row) or date.max
        newer = (latest[key].on(day) for key in _nearness(row))
        found = next((n for n in newer if n and n["end_earliest"] > row["end_latest"]), None)
        if found:
            yield _newer(row, found, day, held)


def _nearness(row: Row) -> tuple[Hashable, ...]:
    """Groups in which a newer figure is looked for: its own source's first, then of its tier."""
    return (
        ("source", source_key(row), row["series"]),
        ("source", source_key(row)),
        ("tier", TIER_OF_BASIS[row["basis"]]),
        ("any",),
    )


def _newer(row: Row, newer: Row, day: date, held: Held) -> Found:
    seen = looked_at(
        (row, newer),
        scope="every axis but the last day, restriction and coverage, which are equal",
        date=f"{window_in_words(row)}, and {window_in_words(newer)}; both known by "
        f"{day_in_words(day)}",
        definition=bases(row, newer),
        figure=f"{printed(row)}, and {printed(newer)}",
    )
    return Found(
        "newer_figure_existed",
        "notice",
        (row, newer),
        f"By {day_in_words(day)}, when {said(row)} was published, this collection's documents "
        f"held a newer figure of the same scope ({scope_in_words(newer, held)}): {said(newer)}. "
        f"{seen}",
        "Why the older figure was used: the document's own words, or that the newer one counts "
        "otherwise.",
        difference(row, newer),
    )
