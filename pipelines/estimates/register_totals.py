"""The totals of registers by country and year: the sums that their producers publish too.

Only entries that count nobody twice are added, with the numbers as printed: an entry whose range is
out of order keeps its low and high here, as it does in its producer's sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import duckdb
import pandas as pd

import schemas
from pipelines.core.covers import Covers
from pipelines.core.editions import EDITION_KEY, by_source, register_of
from pipelines.core.entries import Entries
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.ids import short_hash
from pipelines.core.records import Record, records
from schemas.claims import Claims, Events
from schemas.estimates import ALIKE_IN_TOTAL, RegisterTotals
from schemas.raw import Cards
from schemas.rules import quoted
from schemas.sql import register

Row = Mapping[str, Any]

_POINTS: Final = "qualifier IN ('plain', 'about', 'nearly')"
_TWO_ENDS: Final = "qualifier IN ('between', 'vague')"

PRINTED: Final = {
    "low": f"CASE WHEN {_POINTS} OR {_TWO_ENDS} THEN value_low WHEN qualifier = 'at_least' "
    "THEN value WHEN qualifier = 'more_than' THEN value + 1 END",
    "best": f"CASE WHEN {_POINTS} OR {_TWO_ENDS} THEN value END",
    "high": f"CASE WHEN {_POINTS} OR {_TWO_ENDS} THEN value_high WHEN qualifier IN ('at_most', "
    "'up_to') THEN value WHEN qualifier = 'less_than' AND value > 0 THEN value - 1 END",
}
"""SQL for what an entry's words commit to (`core.numbers.ends`), also where it is out of order."""
IS_INVERTED: Final = (
    "(coalesce(low > best, false) OR coalesce(best > high, false) OR coalesce(low > high, false))"
)
READ_STATED: Final = (
    "review_status IN ('accepted', 'corrected') AND modality IN ('stated', 'none_reported')"
)
"""SQL that is true of the entries that somebody has accepted, and that are no projection."""
READ_AND_STATED: Final = f"adds_up AND part_of IS NULL AND {READ_STATED}"
"""SQL that is true of the entries that may be added up."""

_OF_RELEASE: Final = ("source_id", "release", "entry_of", "edition")
_WHERE: Final = ("place_id", "place_role")
_WHEN: Final = ("year", "on_day")
_SUMS: Final = {
    "n_entries": "CAST(sum(n_entries) AS BIGINT)",
    "n_inverted": "CAST(sum(n_inverted) AS BIGINT)",
    "first_day": "min(first_day)",
    "last_day": "max(last_day)",
    **{
        end: f"CASE WHEN count({end}) = count(*) THEN CAST(sum({end}) AS BIGINT) END"
        for end in ("sum_low", "sum_best", "sum_high")
    },
}


def register_totals(entries: Entries, cards: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """The table of `schemas.estimates.RegisterTotals`, sorted by its key.

    Each release, and each edition inside a file, has totals of its own: by the country of the
    place, by the country of origin (role 'came_from'), and over all places. Flows are added by the
    year in which their windows end, or to which the source counts an event; what is counted on a
    day, only with what is counted on the same day.

    Parameters
    ----------
    entries
        The parts of the build.
    cards
        The table of `schemas.raw.Cards`: what each release covers says which totals stand.
    gazetteer
        What says in which country a place lies.
    """
    if not entries.of(Claims):
        return schemas.frame(RegisterTotals, [])
    with entries.connected() as connection:
        _add_by_place(connection, entries)
        _write_countries(connection, gazetteer)
        rows = _rolled_up(connection)
    _mark_standing(rows, records(cards, schemas.columns(Cards)), gazetteer)
    table = schemas.frame(RegisterTotals, rows)
    return table.sort_values("total_id", kind="stable", ignore_index=True)


def _add_by_place(connection: duckdb.DuckDBPyConnection, entries: Entries) -> None:
    """The table `by_place`: sums over the entries of one place, in one pass over the parts."""
    selects = []
    for part in entries.of(Claims):
        # Of a file that lists changes only the last reading of a record is a figure of today.
        stands = "replaced_by IS NULL AND withdrawn_on IS NULL"
        where = f"{READ_AND_STATED} AND {stands if part.editions == 'changes' else 'true'}"
        key = EDITION_KEY if part.editions == "snapshots" else "CAST(NULL AS VARCHAR)"
        selects.append(
            f"SELECT *, {key} AS edition_key FROM {entries.relation(Claims, [part])} WHERE {where}"
        )
    year = "year(end_latest)"
    events = ""
    if entries.of(Events):
        year = "coalesce(e.year, year(end_latest))"
        events = (
            f"LEFT JOIN (SELECT claim_id, year FROM {entries.relation(Events)} "
            "WHERE year IS NOT NULL) AS e USING (claim_id)"
        )
    names = (*_OF_RELEASE, "edition_key", *ALIKE_IN_TOTAL, "place_role")
    connection.execute(
        f"""CREATE TEMP TABLE by_place AS
        SELECT {_listed(names)}, place_id, from_place_id, year, on_day,
            count(*) AS n_entries,
            count(*) FILTER (WHERE {IS_INVERTED}) AS n_inverted,
            min(start_earliest) AS first_day, max(end_latest) AS last_day,
            {_all_or_none("coalesce(low, best)", "sum_low")},
            {_all_or_none("best", "sum_best")},
            {_all_or_none("coalesce(high, best)", "sum_high")}
        FROM (
            SELECT {_listed(names)}, place_id, from_place_id, start_earliest, end_latest,
                {year} AS year,
                CASE WHEN measure <> 'flow' THEN end_latest END AS on_day,
                {", ".join(f"{sql} AS {end}" for end, sql in PRINTED.items())}
            FROM ({" UNION ALL ".join(selects)}) AS c {events}
        )
        WHERE year IS NOT NULL
        GROUP BY ALL"""
    )


def _all_or_none(end: str, name: str) -> str:
    return f"CASE WHEN count({end}) = count(*) THEN CAST(sum({end}) AS BIGINT) END AS {name}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _write_countries(connection: duckdb.DuckDBPyConnection, gazetteer: Gazetteer) -> None:
    met = connection.execute(
        "SELECT place_id FROM by_place WHERE place_id IS NOT NULL UNION "
        "SELECT from_place_id FROM by_place WHERE from_place_id IS NOT NULL"
    ).fetchall()
    countries = [
        {"place_id": place, "country": country_of(place, gazetteer)} for (place,) in sorted(met)
    ]
    register(connection, "countries", pd.DataFrame(countries, columns=["place_id", "country"]))


def country_of(place_id: str, gazetteer: Gazetteer) -> str:
    """The country around a place: the outermost that the gazetteer knows, else the id's first part.

    Places that a register names itself are called `<parent>/<slug>`.
    """
    if place_id in gazetteer:
        return (place_id, *gazetteer.ancestors(place_id))[-1]
    parent, _, slug = place_id.rpartition("/")
    return country_of(parent, gazetteer) if slug and parent else place_id


def _rolled_up(connection: duckdb.DuckDBPyConnection) -> list[Record]:
    """Totals by country, by origin where no entry gives the origin itself, and over all places."""
    of_release = (*_OF_RELEASE, "edition_key", *ALIKE_IN_TOTAL)
    sums = ", ".join(f"{sql} AS {name}" for name, sql in _SUMS.items())
    shown = _listed((*of_release, *_WHERE, *_WHEN))
    connection.execute(
        f"""CREATE TEMP TABLE by_country AS
        SELECT {_listed(of_release)}, country AS place_id, place_role, year, on_day, {sums}
        FROM by_place JOIN countries USING (place_id) GROUP BY ALL"""
    )
    connection.execute(
        f"""CREATE TEMP TABLE by_origin AS
        SELECT {_listed(of_release)}, country AS place_id, 'came_from' AS place_role, year, on_day,
            {sums}
        FROM by_place JOIN countries ON countries.place_id = from_place_id
        WHERE place_role IS DISTINCT FROM 'came_from' GROUP BY ALL"""
    )
    alike = " AND ".join(f"c.{name} IS NOT DISTINCT FROM o.{name}" for name in of_release)
    columns = f"{shown}, {', '.join(_SUMS)}"
    cursor = connection.execute(
        f"""SELECT {columns} FROM by_country
        UNION ALL
        SELECT {columns} FROM by_origin AS o WHERE NOT EXISTS (
            FROM by_country AS c WHERE c.place_role = 'came_from' AND {alike})
        UNION ALL
        SELECT {_listed(of_release)}, NULL AS place_id, place_role, year, on_day, {sums}
        FROM by_place GROUP BY ALL
        ORDER BY ALL"""
    )
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        named = (*of_release, *_WHERE, *_WHEN)
        row["total_id"] = short_hash(
            *("" if row[name] is None else str(row[name]) for name in named)
        )
    return rows


# Which of them stand


def _mark_standing(rows: list[Record], cards: Sequence[Row], gazetteer: Gazetteer) -> None:
    """Say of each total whether nothing newer of its source speaks of it."""
    covers = {
        (source, card.release): card.covers
        for source, held in by_source(cards).items()
        for card in held
    }
    steps: dict[str, set[_Step]] = defaultdict(set)
    around: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for row in rows:
        steps[_register(row)].add(_step(row))
        if row["place_id"] is not None and row["place_role"] != "came_from":
            around[_whole(row)].add(row["place_id"])
    for row in rows:
        newer = {step[0] for step in steps[_register(row)] if step > _step(row)}
        places = (
            {row["place_id"]}
            if row["place_id"] is not None and row["place_role"] != "came_from"
            else around[_whole(row)]
        )
        row["stands"] = not any(
            _speaks(covers.get((row["source_id"], release), Covers()), row, places, gazetteer)
            for release in newer
        )
        for name in ("edition_key", "on_day"):
            del row[name]


_Step = tuple[str, str, date]


def _register(row: Row) -> str:
    return register_of(row["entry_of"], row["release"])


def _step(row: Row) -> _Step:
    return row["release"], row["edition_key"] or "", row["edition"] or date.min


def _whole(row: Row) -> tuple[Any, ...]:
    """What a total over all places, or by origin, shares with those by country."""
    return tuple(row[name] for name in (*_OF_RELEASE, "edition_key", *ALIKE_IN_TOTAL, *_WHEN))


def _speaks(covers: Covers, row: Row, places: set[str], gazetteer: Gazetteer) -> bool:
    """Whether a newer release speaks of anything in a total."""
    if covers.years is not None and row["year"] not in covers.years:
        return False
    if covers.countries is None or not places:
        return True
    return any(covers.holds_place(place, gazetteer) for place in places)
