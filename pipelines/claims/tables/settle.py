"""Which entries of registers a newer release, or a newer edition in their file, took the place of.

An entry is replaced by the next reading of its record: within a file that holds several editions by
that of a later edition, else by the same record of a later release. It is withdrawn where a later
edition of its file no longer gives it, or a later release, and that only within what that release's
card says in `covers:`. What a file
itself says of each change of a record was settled when the file was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd

import schemas
from pipelines.core.covers import Covers
from pipelines.core.editions import (
    AFTER_HASH,
    AFTER_RECORD,
    EDITION_KEY,
    Card,
    by_register,
    by_source,
)
from pipelines.core.entries import Entries, Part
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.records import records
from schemas.claims import Claims
from schemas.raw import Cards
from schemas.rules import literal, quoted
from schemas.sql import column_types

_SETTLED: Final = ("withdrawn_on", "replaced_by")
_UNREAD: Final = "review_status IN ('pending', 'rejected')"


def settle(entries: Entries, cards: pd.DataFrame, gazetteer: Gazetteer) -> Entries:
    """The entries with `replaced_by` and `withdrawn_on` where something newer is held.

    Parts of which nothing changes stay as they are; the others are written anew beside them.

    Parameters
    ----------
    cards
        The table of `schemas.raw.Cards`.
    gazetteer
        What says in which country a place lies.
    """
    of_source = by_source(records(cards, schemas.columns(Cards)))
    mended: dict[str, Part] = {}
    for parts in by_register(entries.of(Claims)).values():
        releases = {part.release for part in parts}
        if len(releases) == 1 and all(part.editions != "snapshots" for part in parts):
            continue
        held = {
            card.release: card for card in of_source[parts[0].source_id] if card.release in releases
        }
        with entries.connected() as connection:
            _settle(connection, entries, parts, held, gazetteer)
            for number, part in enumerate(parts):
                if new := _rewritten(connection, entries, part, number):
                    mended[part.path] = new
    if not mended:
        return entries
    return replace(entries, parts=tuple(mended.get(part.path, part) for part in entries.parts))


def _settle(
    connection: duckdb.DuckDBPyConnection,
    entries: Entries,
    parts: Sequence[Part],
    held: Mapping[str, Card],
    gazetteer: Gazetteer,
) -> None:
    """Make the table `settled`: what is newer of the entries of one register, where anything is."""
    order = {release: n for n, release in enumerate(sorted(held))}
    readings = " UNION ALL ".join(
        f"SELECT {number} AS part, {order[part.release]} AS later, claim_id, record_id, "
        f"{AFTER_RECORD} AS rest, place_id, start_earliest, end_latest, "
        + (
            f"{EDITION_KEY} AS edition_key, {AFTER_HASH} AS after_hash "
            if part.editions == "snapshots"
            else "CAST(NULL AS VARCHAR) AS edition_key, CAST(NULL AS VARCHAR) AS after_hash "
        )
        + f"FROM {entries.relation(Claims, [part])} WHERE NOT {_UNREAD}"
        for number, part in enumerate(parts)
    )
    connection.execute(f"CREATE TEMP TABLE readings AS {readings}")
    in_file = [n for n, part in enumerate(parts) if part.editions == "snapshots"]
    connection.execute(
        f"""CREATE TEMP TABLE chained AS
        SELECT part, claim_id, place_id, start_earliest, end_latest, edition_key, later AS own,
            {_next("later", "record_id, rest", len(order) > 1)} AS next_release,
            {_next("claim_id", "record_id, rest", len(order) > 1)} AS by_release,
            {_next_edition("edition_key", in_file)} AS next_edition,
            {_next_edition("claim_id", in_file)} AS by_edition
        FROM readings"""
    )
    connection.execute("DROP TABLE readings")
    _newer_releases(connection, [held[release] for release in order], gazetteer)
    _newer_editions(connection, entries, parts, held, gazetteer)
    connection.execute(
        """CREATE TEMP TABLE settled AS
        SELECT c.part, c.claim_id, coalesce(c.by_edition, c.by_release) AS replaced_by,
            least(r.withdrawn_on, e.withdrawn_on) AS withdrawn_on
        FROM chained AS c
        LEFT JOIN gone_from_release AS r USING (claim_id)
        LEFT JOIN gone_from_edition AS e USING (claim_id)
        WHERE coalesce(c.by_edition, c.by_release) IS NOT NULL
            OR r.claim_id IS NOT NULL OR e.claim_id IS NOT NULL"""
    )


def _next(column: str, of: str, any_newer: bool) -> str:
    if not any_newer:
        return "NULL"
    return f"lead({column}) OVER (PARTITION BY {of} ORDER BY later)"


def _next_edition(column: str, parts: Sequence[int]) -> str:
    """The next reading in the same file, by the order of the names of its editions."""
    if not parts:
        return "CAST(NULL AS VARCHAR)"
    listed = ", ".join(map(str, parts))
    window = "PARTITION BY part, record_id, after_hash ORDER BY edition_key"
    return f"CASE WHEN part IN ({listed}) THEN lead({column}) OVER ({window}) END"


_HELD: Final = """(n.years IS NULL OR (c.start_earliest IS NOT NULL AND c.end_latest IS NOT NULL
            AND list_has_all(n.years, range(year(c.start_earliest), year(c.end_latest) + 1))))
        AND (n.any_place OR EXISTS (
            FROM covered AS p WHERE p.covers = n.covers AND p.place_id = c.place_id))"""
"""That what a newer release covers holds an entry, as `Covers.holds` has it."""


def _newer_releases(
    connection: duckdb.DuckDBPyConnection, cards: Sequence[Card], gazetteer: Gazetteer
) -> None:
    """Entries that a later release no longer gives, by the first that says so."""
    _write_covers(connection, [card.covers for card in cards], gazetteer)
    days = ", ".join(
        f"({n}, DATE '{card.day.isoformat()}')"
        for n, card in enumerate(cards)
        if card.covers.is_limited
    )
    connection.execute(
        f"""CREATE TEMP TABLE gone_from_release AS
        SELECT c.claim_id, min(d.day) AS withdrawn_on
        FROM chained AS c
        JOIN (VALUES {days or "(-1, CAST(NULL AS DATE))"}) AS d(covers, day)
            ON d.covers > c.own AND (c.next_release IS NULL OR d.covers < c.next_release)
        JOIN covering AS n ON n.covers = d.covers
        WHERE {_HELD}
        GROUP BY c.claim_id"""
    )


def _newer_editions(
    connection: duckdb.DuckDBPyConnection,
    entries: Entries,
    parts: Sequence[Part],
    held: Mapping[str, Card],
    gazetteer: Gazetteer,
) -> None:
    """Entries that a later edition of their file no longer gives.

    Such a file states all its records anew in each edition; where its card says what it covers,
    only within that.
    """
    connection.execute("CREATE TEMP TABLE gone_from_edition (claim_id VARCHAR, withdrawn_on DATE)")
    for number, part in enumerate(parts):
        covers = held[part.release].covers
        if part.editions != "snapshots":
            continue
        _write_covers(connection, [covers], gazetteer)
        connection.execute(
            f"""INSERT INTO gone_from_edition
            SELECT c.claim_id, min(d.edition)
            FROM chained AS c
            JOIN (
                SELECT {EDITION_KEY} AS edition_key, min(edition) AS edition
                FROM {entries.relation(Claims, [part])} GROUP BY ALL
            ) AS d ON d.edition_key > c.edition_key
                AND (c.next_edition IS NULL OR d.edition_key < c.next_edition)
            JOIN covering AS n ON n.covers = 0
            WHERE c.part = {number} AND {_HELD}
            GROUP BY c.claim_id"""
        )


def _write_covers(
    connection: duckdb.DuckDBPyConnection, covers: Iterable[Covers], gazetteer: Gazetteer
) -> None:
    """The tables `covering` and `covered`: the years, and the places of entries, of each."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE covering (covers INTEGER, any_place BOOLEAN, years BIGINT[])"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE covered (covers INTEGER, place_id VARCHAR)")
    met = "SELECT DISTINCT place_id FROM chained WHERE place_id IS NOT NULL"
    places = [str(place) for (place,) in connection.execute(met).fetchall()]
    for n, one in enumerate(covers):
        years = None if one.years is None else sorted(one.years)
        connection.execute(
            "INSERT INTO covering VALUES (?, ?, ?)", [n, one.countries is None, years]
        )
        if one.countries is not None:
            inside = [place for place in places if one.holds_place(place, gazetteer)]
            connection.execute("INSERT INTO covered SELECT ?, unnest(?)", [n, inside])


def _rewritten(
    connection: duckdb.DuckDBPyConnection, entries: Entries, part: Part, number: int
) -> Part | None:
    """The part with what was settled of its entries; None where nothing was."""
    found = connection.execute(f"SELECT count(*) FROM settled WHERE part = {number}").fetchall()
    if not found[0][0]:
        return None
    stored = tuple(name for name in column_types(Claims) if name in {*part.stored, *_SETTLED})
    path = Path(part.path)
    target = path.with_name(f"{path.stem}.settled{path.suffix}")
    kept = ", ".join(
        f"coalesce(p.{name}, s.{name}) AS {name}" if name in _SETTLED else f"p.{quoted(name)}"
        for name in stored
    )
    partial = entries.folder / target.with_name(f".{target.name}")
    connection.execute(
        f"COPY (SELECT {kept} FROM {entries.relation(Claims, [part])} AS p "
        f"LEFT JOIN (FROM settled WHERE part = {number}) AS s ON s.claim_id = p.claim_id "
        f"ORDER BY p.claim_id) TO {literal(str(partial))} (FORMAT parquet, COMPRESSION zstd)"
    )
    partial.replace(entries.folder / target)
    constants = {name: value for name, value in part.constants.items() if name not in _SETTLED}
    return replace(part, path=target.as_posix(), stored=stored, constants=constants)
