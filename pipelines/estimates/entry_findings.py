"""Findings among the entries of registers: ranges out of order, falls and steps of counters.

SQL over the parts finds them, and only the claims that a finding names are read as records. What a
register prints is a number of its own table, so numbers are compared as printed, without a
tolerance for rounding. A series is one over all files and releases of its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

import duckdb
import pandas as pd

from pipelines.core.editions import EDITION_KEY
from pipelines.core.entries import Entries
from pipelines.core.ids import question_id
from pipelines.core.records import Record
from pipelines.core.verdict import ANY
from pipelines.estimates.findings.counters import fallen, thread_in_words
from pipelines.estimates.found import Found
from pipelines.estimates.held import Held
from pipelines.estimates.questions import day_in_words
from pipelines.estimates.register_totals import READ_STATED
from pipelines.estimates.wording import bases, looked_at, people, scope_in_words
from schemas.claims import Claims
from schemas.rules import literal
from schemas.sql import register

Row = Mapping[str, Any]

LISTED: Final = 300
"""Most claims that a finding about many of them lists; it says how many there are."""
TOLD: Final = 12
"""Most days that a message tells one by one, the largest differences first."""

_STANDS: Final = f"{READ_STATED} AND replaced_by IS NULL AND withdrawn_on IS NULL"
_AS_PRINTED: Final = "value IS NOT NULL AND qualifier = 'plain' AND basis <> 'extrapolated'"
_ALIKE: Final = (
    "source_id",
    "metric",
    "unit",
    "population",
    "nationality",
    "deaths_counted",
    "cause",
    "place_id",
    "place_role",
    "from_place_id",
    "territory",
    "restriction",
    "coverage",
    "basis",
)
"""Columns that are equal in all readings of a counter."""
_SERIES: Final = (*_ALIKE, "measure", "start_earliest", "coalesce(series, origin, speaker)")
"""What makes a series; one that begins anew is another."""
_BESIDE: Final = (*_ALIKE, "release", "file", "record_id", "speaker", EDITION_KEY)
"""What a reading of a counter shares with the figure that the same record gives."""
_IS_TOTAL: Final = (
    "population = 'all' AND nationality IS NULL AND restriction IS NULL AND coverage IS NULL "
    "AND part_of IS NULL"
)


def entry_findings(entries: Entries, held: Held) -> list[Found]:
    """What the entries of registers show when laid side by side, before anybody has settled it.

    - `range_inverted`: of a release of a register, the entries whose low, best and high are out of
      order, replaced ones too: each release stays as it was printed. Its size is the greatest
      distance between two numbers that are out of order.
    - `counter_fell`: a reading of a series that is less than the one before it. Values that a
      compiler filled in are no readings. Of a total it is a warning, of a part to know.
    - `step_differs`: of a series, the readings whose step since the one before is not the figure
      that the same record gives, be its own time as long or shorter. Its size is what the steps
      come to beyond the figures; less than 0 where they come to less.

    Parameters
    ----------
    entries
        The parts of the build, with what is newer of each entry settled.
    held
        What says the names of places.
    """
    if not entries.of(Claims):
        return []
    with entries.connected() as connection:
        inverted = _inverted(connection, entries)
        _write_readings(connection, entries)
        falls = _falls(connection)
        differing = _differing(connection, entries)
        named = [one.listed for one in inverted] + [one.claims for one in falls]
        named += [one.listed for one in differing]
        rows = _rows(connection, entries, (claim for ids in named for claim in ids))
    return [
        *(_out_of_order(one, rows) for one in inverted),
        *(_fall(one, rows, held) for one in falls),
        *(_apart(one, rows, held) for one in differing),
    ]


def _rows(
    connection: duckdb.DuckDBPyConnection, entries: Entries, claim_ids: Iterable[str]
) -> dict[str, Record]:
    """The named claims as findings speak of claims, by id."""
    named = pd.DataFrame({"claim_id": pd.Series(sorted(set(claim_ids)), dtype="object")})
    if named.empty:
        return {}
    register(connection, "named", named)
    cursor = connection.execute(
        f"FROM {entries.relation(Claims)} SEMI JOIN named USING (claim_id) ORDER BY claim_id"
    )
    names = [column[0] for column in cursor.description or []]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {
        row["claim_id"]: row | {"claim_unit": row["unit"], "question_id": question_id(row)}
        for row in found
    }


# Ranges out of order


class _Inverted(NamedTuple):
    """The entries of a release of a register whose numbers are out of order."""

    register: str
    n: int
    n_replaced: int
    n_low: int
    n_high: int
    size: int
    digest: str
    listed: list[str]


def _inverted(connection: duckdb.DuckDBPyConnection, entries: Entries) -> list[_Inverted]:
    found = connection.execute(
        f"""SELECT entry_of, count(*),
            count(*) FILTER (replaced_by IS NOT NULL OR withdrawn_on IS NOT NULL),
            count(*) FILTER (value_low > value), count(*) FILTER (value > value_high),
            max(greatest(value_low - value, value - value_high, value_low - value_high)),
            CAST(bit_xor(md5_number(concat_ws('|', claim_id, qualifier, 'low', value_low, 'best',
                value, 'high', value_high))) AS VARCHAR),
            min(claim_id, {LISTED})
        FROM {entries.relation(Claims)}
        WHERE list_contains(doubts, 'range_inverted') AND {READ_STATED}
        GROUP BY entry_of ORDER BY entry_of"""
    ).fetchall()
    return [_Inverted(*row) for row in found]


def _out_of_order(one: _Inverted, rows: Mapping[str, Row]) -> Found:
    claims = [rows[claim_id] for claim_id in one.listed]
    many = one.n != 1
    listed = (f"Listed here: the first {people(len(claims))}. " if one.n > len(claims) else "") + (
        f"SELECT * FROM marts.claims WHERE entry_of = {literal(one.register)} AND "
        "list_contains(doubts, 'range_inverted') lists them."
    )
    replaced = (
        f" A newer release has replaced or withdrawn {people(one.n_replaced)} of them."
        if one.n_replaced
        else ""
    )
    seen = looked_at(
        claims,
        scope="each entry by itself, so none to compare",
        date=f"one release, {one.register}",
        definition="low, best and high as the source's columns name them",
        figure=f"low above best in {people(one.n_low)}, best above high in {people(one.n_high)}, "
        f"out of order by at most {people(one.size)}",
    )
    return Found(
        "range_inverted",
        "notice",
        claims,
        f"{people(one.n)} {'entries' if many else 'entry'} of {one.register} "
        f"{'are' if many else 'is'} printed with low above best, or best above high. {seen} "
        "The figure of each keeps its best alone; a total of the register adds the numbers as "
        f"printed, as its producer's do.{replaced} {listed}",
        "The numbers in the source's own table, and whether we read the right columns.",
        one.size,
        one.digest if one.n > len(claims) else "",
    )


# Counters


def _write_readings(connection: duckdb.DuckDBPyConnection, entries: Entries) -> None:
    """The tables `readings` of counters, and `days`: the readings of a series' day, and before it.

    Several files of a source may give one reading; where they do not agree, nothing is found that
    one of them does not show.
    """
    connection.execute(
        f"""CREATE TEMP TABLE readings AS
        SELECT claim_id, value, end_earliest, end_latest, source_id, release,
            {_IS_TOTAL} AS is_total, {_key(_SERIES)} AS of_series, {_key(_BESIDE)} AS beside
        FROM {entries.relation(Claims)}
        WHERE measure IN ('cumulative', 'ever') AND {_AS_PRINTED} AND {_STANDS}
            AND end_earliest IS NOT NULL AND end_latest IS NOT NULL"""
    )
    before = ("least", "most", "end_earliest", "end_latest")
    connection.execute(
        f"""CREATE TEMP TABLE days AS
        FROM (
            SELECT * REPLACE (bool_and(is_total) OVER (PARTITION BY of_series) AS is_total),
                {", ".join(f"lag({name}) OVER in_order AS before_{name}" for name in before)}
            FROM (
                SELECT of_series, end_earliest, end_latest, bool_and(is_total) AS is_total,
                    min(value) AS least, max(value) AS most
                FROM readings GROUP BY of_series, end_earliest, end_latest
            )
            WINDOW in_order AS (PARTITION BY of_series ORDER BY end_latest, end_earliest)
        )
        WHERE before_end_latest < end_earliest"""
    )


def _claims_of(days: str, before: str) -> str:
    """What to join for the claims of the days that a relation names, or of the days before."""
    return f"""(
        SELECT of_series, end_earliest AS {before}end_earliest, end_latest AS {before}end_latest,
            list(claim_id ORDER BY value, claim_id) AS {before}claims
        FROM readings SEMI JOIN (
            SELECT of_series, {before}end_earliest AS end_earliest, {before}end_latest AS end_latest
            FROM {days}
        ) USING (of_series, end_earliest, end_latest)
        GROUP BY of_series, end_earliest, end_latest
    ) USING (of_series, {before}end_earliest, {before}end_latest)"""


def _key(columns: Iterable[str]) -> str:
    return f"hash(row({', '.join(columns)}))"


class _Fall(NamedTuple):
    """A day of a series whose greatest reading is below the least of the day before it."""

    is_total: bool
    before: list[str]
    """Claims of the day before, the least number first."""
    after: list[str]
    """Claims of the day, the greatest number last."""

    @property
    def claims(self) -> list[str]:
        """The two readings that are compared, then the others of these days."""
        return [self.before[0], self.after[-1], *self.before[1:], *self.after[:-1]]


def _falls(connection: duckdb.DuckDBPyConnection) -> list[_Fall]:
    found = connection.execute(
        f"""WITH falls AS MATERIALIZED (FROM days WHERE most < before_least)
        SELECT is_total, before_claims, claims
        FROM falls
        JOIN {_claims_of("falls", "before_")}
        JOIN {_claims_of("falls", "")}
        ORDER BY before_claims, claims"""
    ).fetchall()
    return [_Fall(*row) for row in found]


def _fall(one: _Fall, rows: Mapping[str, Row], held: Held) -> Found:
    claims = [rows[claim_id] for claim_id in one.claims]
    before, after = (_exactly(row) for row in claims[:2])
    found = fallen(before, after, held, "warning" if one.is_total else "info")
    others = len(claims) - 2
    also = f" Other claims of the source that give these readings: {others}." if others else ""
    return replace(found, claims=claims, message=found.message + also)


def _exactly(row: Row) -> Row:
    """A claim that stands for its printed number and no other."""
    number = row["value"]
    ends = {"low": None, "best": number, "high": None}
    return {**row, **ends, "reading_low": number, "reading_high": number}


# Steps that are not the figures beside them


class _Day(NamedTuple):
    """A day on which a counter's step is not the figure that the same record gives."""

    end: date
    before: date
    reading: str
    step: int
    given: int
    claims: list[str]

    @property
    def told(self) -> str:
        """The day in words; of a step over several days, since when."""
        since = f" since {day_in_words(self.before)}" if (self.end - self.before).days > 1 else ""
        return (
            f"{day_in_words(self.end)} {self.step - self.given:+,} "
            f"(step {people(self.step)}{since}, given {people(self.given)})"
        )


class _Series(NamedTuple):
    """The days of a series on which its steps are not the figures beside them."""

    is_total: bool
    n_days: int
    n_short: int
    net: int
    digest: str
    days: list[_Day]
    """Some of them, the largest differences first."""

    @property
    def listed(self) -> list[str]:
        """Their claims, once each."""
        return list(dict.fromkeys(claim for day in self.days for claim in day.claims))[:LISTED]


def _differing(connection: duckdb.DuckDBPyConnection, entries: Entries) -> list[_Series]:
    """Series of which a step is not the figure that the same record gives for its own time."""
    counted = connection.execute("SELECT DISTINCT source_id, release FROM readings").fetchall()
    parts = [part for part in entries.of(Claims) if (part.source_id, part.release) in counted]
    cursor = connection.execute(
        f"""WITH figures AS (
            SELECT claim_id AS figure, value AS given, {_key(_BESIDE)} AS beside,
                start_earliest, end_earliest, end_latest
            FROM {entries.relation(Claims, parts)}
            WHERE measure = 'flow' AND {_AS_PRINTED} AND {_STANDS}
        ), compared AS MATERIALIZED (
            SELECT days.*, claim_id, figure, given, coalesce(
                    before_end_latest + 1 < start_earliest, false) AS is_short,
                CASE WHEN given < value - before_most THEN value - before_most
                    ELSE value - before_least END AS step
            FROM days
            JOIN readings USING (of_series, end_earliest, end_latest)
            JOIN figures USING (beside, end_earliest, end_latest)
            WHERE given < value - before_most OR given > value - before_least
        ), differing AS (
            SELECT of_series, is_total, end_latest, before_end_latest, step, given,
                min(claim_id) AS reading, bool_or(is_short) AS is_short,
                before_claims ||
                    flatten(list([claim_id, figure] ORDER BY claim_id, figure)) AS claims
            FROM compared JOIN {_claims_of("compared", "before_")}
            GROUP BY of_series, is_total, end_latest, before_end_latest, step, given, before_claims
        )
        SELECT of_series, is_total, count(DISTINCT end_latest) OVER of_all,
            count(DISTINCT CASE WHEN is_short THEN end_latest END) OVER of_all,
            CAST(sum(step - given) OVER of_all AS BIGINT),
            CAST(bit_xor(md5_number(concat_ws('|', end_latest, before_end_latest, step, given)))
                OVER of_all AS VARCHAR),
            end_latest, before_end_latest, reading, step, given, claims,
            min(reading) OVER of_all AS first_reading
        FROM differing
        WINDOW of_all AS (PARTITION BY of_series)
        QUALIFY row_number() OVER (PARTITION BY of_series
            ORDER BY abs(step - given) DESC, end_latest, claims) <= {LISTED}
        ORDER BY first_reading, of_series, abs(step - given) DESC, end_latest, claims"""
    )
    found: dict[int, _Series] = {}
    for of_series, is_total, n_days, n_short, net, digest, *day, _ in cursor.fetchall():
        one = _Series(is_total, n_days, n_short, net, digest, [])
        found.setdefault(of_series, one).days.append(_Day(*day))
    return list(found.values())


def _apart(one: _Series, rows: Mapping[str, Row], held: Held) -> Found:
    claims = [rows[claim_id] for claim_id in one.listed]
    reading = rows[one.days[0].reading]
    scope = scope_in_words({**reading, "end_earliest": ANY, "end_latest": ANY}, held)
    told = "; ".join(day.told for day in one.days[:TOLD])
    more = ", and others" if one.n_days > TOLD else ""
    short = (
        f"; on {people(one.n_short)} of the days the figure's own time begins later"
        if one.n_short
        else ""
    )
    seen = looked_at(
        claims,
        scope=f"one record, with equal axes, restriction and coverage: {thread_in_words(reading)}",
        date=f"the step since the reading before{short}",
        definition=bases(*claims),
        figure=f"as printed; the largest differences first: {told}{more}",
    )
    return Found(
        "step_differs",
        "warning" if one.is_total else "info",
        claims,
        f"The counter's step is not the figure that the same record gives on {people(one.n_days)} "
        f"{'day' if one.n_days == 1 else 'days'} ({scope}): together {one.net:+,}. {seen} The "
        "counter may hold records that were added, or taken out, later.",
        "The source's own account of what it added to the counter on these days, or took out.",
        one.net,
        one.digest if len(claims) == LISTED else "",
    )
