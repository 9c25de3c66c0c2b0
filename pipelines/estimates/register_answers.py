"""What a register says to a scope: its entries inside it added up, as one reading of the register.

Entries form no question each. What somebody asks is put to every register whose entries count
nobody twice, by SQL over the entries that stood on the day asked about; each register gives one
total for each way of counting, and two registers are never added to one another.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb

import schemas
from pipelines.core.covers import Covers
from pipelines.core.editions import register_of
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.ids import question_id, short_hash
from pipelines.core.records import Record
from pipelines.core.relation import CASUALTIES
from pipelines.core.verdict import ANY
from pipelines.estimates.register_totals import IS_INVERTED, PRINTED, READ_AND_STATED
from pipelines.estimates.rows import OF_CLAIMS
from schemas.estimates import ALIKE_IN_TOTAL
from schemas.figures import Figures
from schemas.rules import literal

Row = Mapping[str, Any]

_AXES: Final = ("measure", "unit", "deaths_counted", "cause")
"""Axes that an asker may leave open, beside the role of the place."""
_ALIKE: Final = ("register", *ALIKE_IN_TOTAL, "place_role", "on_day")
_OF_ALL: Final = ("speaker", "speaker_id", "origin", "origin_id", "series", "publisher")
_OF_ALL_TYPES: Final = (*_OF_ALL, "source_type")
"""Columns of claims that a total has where all its entries have the same."""


_ADDS_OVER_TIME: Final = (
    "measure = 'flow' AND (unit = 'movements' OR metric IN "
    f"({', '.join(map(literal, sorted(CASUALTIES)))}))"
)
"""SQL: whether windows that follow each other count nobody twice. Who fled in one year may flee
again in the next; of such a flow only an entry over the very window that is asked for answers."""


@dataclass(frozen=True)
class Speaking:
    """A release, or an edition in a file, to which a question is put."""

    register: str
    entry_of: str
    edition: date | None
    known_on: date
    producer: str


def speaking(connection: duckdb.DuckDBPyConnection, day: date | None) -> tuple[Speaking, ...]:
    """The releases and editions that spoke for each register on a day, or do today.

    The newest that was known by then; where its card says what it covers, also those before it, of
    which entries outside of that still stand.

    Parameters
    ----------
    connection
        To the database of a release.
    """
    rows = connection.execute(
        """SELECT DISTINCT t.source_id, t.release, t.entry_of, t.edition,
            coalesce(t.edition, r.published_on, r.date_accessed) AS known_on, r.covers, s.producer
        FROM marts.register_totals AS t
        JOIN marts.releases AS r USING (source_id, release)
        JOIN marts.sources AS s USING (source_id)
        ORDER BY t.release DESC, t.edition DESC NULLS LAST, t.entry_of"""
    ).fetchall()
    found: list[Speaking] = []
    is_whole: dict[str, bool] = defaultdict(bool)
    for _, release, entry_of, edition, known_on, covers, producer in rows:
        register = register_of(entry_of, release)
        if is_whole[register] or (day is not None and known_on > day):
            continue
        found.append(Speaking(register, entry_of, edition, known_on, producer))
        is_whole[register] = not Covers.read(json.loads(covers) if covers else None).is_limited
    return tuple(found)


def places(
    connection: duckdb.DuckDBPyConnection, editions: Iterable[Speaking]
) -> dict[str, tuple[str, ...]]:
    """By metric, the countries of which registers that speak hold figures."""
    listed = ", ".join(sorted({literal(one.entry_of) for one in editions}))
    found = connection.execute(
        f"""SELECT metric, list_sort(list(DISTINCT place_id)) FROM marts.register_totals
        WHERE place_id IS NOT NULL AND entry_of IN ({listed or "NULL"}) GROUP BY metric"""
    ).fetchall()
    return {metric: tuple(countries) for metric, countries in sorted(found)}


def readings(
    connection: duckdb.DuckDBPyConnection,
    claims: str,
    asked: Row,
    editions: Sequence[Speaking],
    gazetteer: Gazetteer,
) -> list[Record]:
    """One row a register and way of counting, like a figure with what is looked at of its claim.

    A row's `entries_in_words` says how many entries were added, and how many were left out since
    they may lie across the edge of the scope. Flows are added whose windows lie inside the asked
    one; of people counted on a day, those of the asked day, or of the latest where no end is asked.

    Parameters
    ----------
    claims
        What to select claims from: `marts.claims`, or what a macro gives of a day.
    asked
        A scope with `ANY` on the axes that are left open.
    editions
        What `speaking` gives.
    """
    if not editions or asked["territory"] is not None or asked["nationality"] is not None:
        return []
    connection.execute(_places("asked_places", _around(asked["place_id"], gazetteer)))
    left = asked["from_place_id"]
    connection.execute(_places("left_places", _around(left, gazetteer) if left else []))
    cursor = connection.execute(_query(claims, asked, editions))
    names = [column[0] for column in cursor.description or []]
    sums = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if asked["end_latest"] == ANY:
        sums = _of_latest_days(sums)
    speaks = {one.entry_of: one for one in editions}
    return [_reading(one, asked, speaks[one["newest"]]) for one in sums]


def _around(place: str, gazetteer: Gazetteer) -> list[tuple[str, bool]]:
    """The places inside a place, itself included, and with False those around it."""
    inside = [(at, True) for at in sorted(gazetteer.names) if gazetteer.inside(at, place)]
    return [(place, True), *(one for one in inside if one[0] != place)] + [
        (at, False) for at in gazetteer.ancestors(place)
    ]


def _places(name: str, places: Iterable[tuple[str, bool]]) -> str:
    rows = ", ".join(f"({literal(place)}, {is_in})" for place, is_in in places)
    return (
        f"CREATE OR REPLACE TEMP TABLE {name} AS FROM "
        f"(VALUES {rows or '(NULL, false)'}) AS p(place_id, is_in)"
    )


def _query(claims: str, asked: Row, editions: Sequence[Speaking]) -> str:
    speak = ", ".join(
        f"({literal(one.register)}, {literal(one.entry_of)}, {_day(one.edition)})"
        for one in editions
    )
    named = [f"c.{axis} = {literal(asked[axis])}" for axis in _AXES if asked[axis] != ANY]
    role = asked["place_role"]
    of_role = "true" if role == ANY else f"place_role = {literal(role)}"
    where = " AND ".join([f"c.metric = {literal(asked['metric'])}", *named])
    kept = ", ".join(f"c.{name}" for name in ("source_id", "entry_of", *_OF_ALL_TYPES))
    shown = f"""{kept}, s.register, c.document_id, c.edition, c.published_on, c.metric, c.measure,
            c.unit, c.population, c.deaths_counted, c.cause, c.restriction, c.basis,
            c.start_earliest, c.end_latest, c.qualifier, c.value, c.value_low, c.value_high"""
    source = f"""{claims} AS c JOIN (VALUES {speak}) AS s(register, entry_of, edition)
            ON c.entry_of = s.entry_of AND c.edition IS NOT DISTINCT FROM s.edition"""
    stands = f"""{READ_AND_STATED} AND c.replaced_by IS NULL AND c.withdrawn_on IS NULL
            AND c.nationality IS NULL AND c.territory IS NULL AND c.coverage IS NULL
            AND {where}"""
    from_anywhere = asked["from_place_id"] is None
    left = (
        "true AS left_in, true AS left_near"
        if from_anywhere
        else "coalesce(l.is_in, false) AS left_in, "
        "(l.place_id IS NOT NULL OR c.from_place_id IS NULL) AS left_near"
    )
    by_origin = f"""UNION ALL
        SELECT {shown}, c.from_place_id AS whose_place, 'came_from' AS place_role, true AS left_in,
            true AS left_near, c.place_id IS DISTINCT FROM c.from_place_id AS crossed
        FROM {source}
        WHERE {stands} AND c.from_place_id IS NOT NULL AND c.place_role <> 'came_from'"""
    same = ", ".join(
        f"CASE WHEN min({name}) = max({name}) AND count({name}) = count(*) THEN min({name}) END "
        f"AS {name}"
        for name in _OF_ALL_TYPES
    )
    added = " ".join(
        f"CASE WHEN count(*) FILTER (WHERE {end} IS NULL) = 0 "
        f"THEN CAST(sum({end}) AS BIGINT) END AS {name},"
        for name, end in (
            ("low", "coalesce(low, best)"),
            ("best", "best"),
            ("high", "coalesce(high, best)"),
        )
    )
    return f"""WITH met AS (
        SELECT {shown}, c.place_id AS whose_place, c.place_role, {left}, true AS crossed
        FROM {source} LEFT JOIN left_places AS l ON l.place_id = c.from_place_id
        WHERE {stands}
        {by_origin if from_anywhere and role in (ANY, "came_from") else ""}
    ),
    placed AS (
        SELECT m.*, CASE WHEN NOT ({_ADDS_OVER_TIME}) THEN end_latest END AS on_day,
            {", ".join(f"{sql} AS {end}" for end, sql in PRINTED.items())},
            {_when(asked)} AS days,
            CASE WHEN p.is_in AND left_in THEN 'in'
                WHEN (p.place_id IS NOT NULL OR whose_place IS NULL) AND left_near THEN 'near'
                ELSE 'out' END AS place
        FROM met AS m LEFT JOIN asked_places AS p ON p.place_id = whose_place
        WHERE {of_role}
    ),
    sides AS (
        SELECT *, days = 'in' AND place = 'in' AS is_in FROM placed
        WHERE days <> 'out' AND place <> 'out'
    ),
    aside AS (
        SELECT {", ".join(_ALIKE)}, count(*) AS n_aside FROM sides WHERE NOT is_in GROUP BY ALL
    ),
    sums AS (
        SELECT {", ".join(_ALIKE)}, count(*) AS n_entries,
            count(*) FILTER (WHERE {IS_INVERTED}) AS n_inverted, {added}
            bool_or(low IS NOT NULL) AS any_low, bool_or(high IS NOT NULL) AS any_high,
            min(start_earliest) AS first_day, max(end_latest) AS last_day,
            max(edition) AS edition, max(published_on) AS published_on,
            max(entry_of) AS newest, list_sort(list(DISTINCT entry_of)) AS releases,
            min(source_id) AS source_id, max(document_id) AS document_id, {same}
        FROM sides WHERE is_in GROUP BY {", ".join(_ALIKE)} HAVING bool_or(crossed)
    )
    SELECT s.*, coalesce(a.n_aside, 0) AS n_aside
    FROM sums AS s LEFT JOIN aside AS a
        ON {" AND ".join(f"a.{name} IS NOT DISTINCT FROM s.{name}" for name in _ALIKE)}
    ORDER BY ALL"""


def _when(asked: Row) -> str:
    """SQL: whether the days of an entry lie in those asked for, out of them, or perhaps in."""
    first, last = asked["start_earliest"], asked["end_latest"]
    after = "true" if first == ANY else f"start_earliest >= {_day(first)}"
    before = "true" if last == ANY else f"end_latest <= {_day(last)}"
    gone = "false" if first == ANY else f"end_latest < {_day(first)}"
    to_come = "false" if last == ANY else f"start_earliest > {_day(last)}"
    on_first = "true" if first == ANY else f"start_earliest = {_day(first)}"
    on_last = "true" if last == ANY else f"end_latest = {_day(last)}"
    return f"""CASE WHEN NOT ({_ADDS_OVER_TIME})
                THEN CASE WHEN {on_first} AND {on_last} THEN 'in' ELSE 'out' END
            WHEN coalesce({gone}, false) OR coalesce({to_come}, false) THEN 'out'
            WHEN coalesce({after}, false) AND coalesce({before}, false)
                AND start_earliest IS NOT NULL AND end_latest IS NOT NULL THEN 'in'
            ELSE 'near' END"""


def _day(day: date | None) -> str:
    return "CAST(NULL AS DATE)" if day is None else f"DATE '{day.isoformat()}'"


def _of_latest_days(sums: Iterable[Record]) -> list[Record]:
    """Of what is counted on days the latest of each register and way of counting."""
    latest: dict[tuple[Any, ...], Record] = {}
    for one in sums:
        key = tuple(one[name] for name in _ALIKE if name != "on_day")
        if key not in latest or (one["on_day"] or date.min) > (latest[key]["on_day"] or date.min):
            latest[key] = one
    return list(latest.values())


# The sum as a reading of its register


def _reading(one: Row, asked: Row, newest: Speaking) -> Record:
    columns = (*OF_CLAIMS, *schemas.columns(Figures), "claim_unit")
    row: Record = dict.fromkeys(columns)
    row |= {name: one[name] for name in row if name in one}
    low = one["low"] if one["any_low"] else None
    best = one["best"]
    high = one["high"] if one["any_high"] else None
    given = [number for number in (low, best, high) if number is not None]
    if given != sorted(given):
        low = high = None
    ends = [end for end in (low, high) if end is not None]
    row |= {
        "release": newest.entry_of.split("/")[1],
        "speaker": one["speaker"] or newest.producer,
        "value": best,
        "value_low": low,
        "value_high": high,
        "low": low,
        "best": best,
        "high": high,
        "range_kind": (None, "bound", "stated")[len(ends)],
        "reading_low": best,
        "reading_high": best,
        "qualifier": "plain",
        "rule_id": "register:total",
        "claim_unit": one["unit"],
        "modality": "stated",
        "review_status": "accepted",
        "counts": True,
        "entry_of": None,
        "place_id": asked["place_id"],
        "from_place_id": asked["from_place_id"],
        "derived_from": [],
        "doubts": ["range_inverted"] if one["n_inverted"] else [],
        "would_repeat": [],
        "would_perhaps_repeat": [],
        **_window(one, asked),
    }
    row["question_id"] = question_id(row)
    row["entries_in_words"] = in_words(one)
    of_limits = (row["restriction"] or "", row["basis"])
    row["record_id"] = f"total-{short_hash(row['question_id'], *of_limits)}"
    row["claim_id"] = f"{newest.entry_of}/{row['record_id']}#{row['metric']}"
    return row


def _window(one: Row, asked: Row) -> Record:
    """The asked window; where an end of it is open, that of the entries. A day where on a day."""
    if one["on_day"] is not None:
        first, last = one["first_day"], one["last_day"]
    else:
        first, last = asked["start_earliest"], asked["end_latest"]
    first = one["first_day"] if first == ANY else first
    last = one["last_day"] if last == ANY else last
    return {"start_earliest": first, "start_latest": first} | {
        "end_earliest": last,
        "end_latest": last,
    }


def in_words(one: Row) -> str:
    """How many entries of which releases a sum is over, and how many it leaves out."""
    noun = "entry" if one["n_entries"] == 1 else "entries"
    words = f"a sum over {one['n_entries']:,} {noun} of {' and '.join(one['releases'])}"
    if one["n_aside"]:
        words += (
            f"; {one['n_aside']:,} more may lie inside only in part, or are placed less exactly, "
            "and are left out"
        )
    if one["n_inverted"]:
        words += f"; of {one['n_inverted']:,} the range is out of order, and added as printed"
    return words
