"""What moved between consecutive releases of a register, and between the editions inside a file.

SQL finds the records whose figures or scopes are not the same; what happened to each is said by
`revisions`, in the one way for registers and sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import duckdb
import pandas as pd

import schemas
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
from pipelines.core.ids import QUESTION_COLUMNS, question_id
from pipelines.core.records import Record
from pipelines.estimates.register_totals import PRINTED
from pipelines.estimates.revisions import (
    COUNTED_BESIDE_THE_QUESTION,
    NUMBERS,
    READ_STATUSES,
    Signed,
    revision,
    signed,
)
from schemas.claims import Claims
from schemas.estimates import Revisions
from schemas.rules import literal, quoted

Row = Mapping[str, Any]

_COMPARED: Final = (*QUESTION_COLUMNS, *COUNTED_BESIDE_THE_QUESTION, "qualifier")
_OF_SIDE: Final = ("claim_id", "record_id", "after_hash", "edition_key", *_COMPARED, *NUMBERS)
_AT_ONCE: Final = 20_000
"""Changes that are told at a time."""


def entry_revisions(
    entries: Entries, cards: Iterable[Row], resolutions: Iterable[Row], gazetteer: Gazetteer
) -> pd.DataFrame:
    """The rows of `schemas.estimates.Revisions` for the entries of registers.

    Records are linked by register, record and what follows `#` in the claim id; a release inside a
    file is called `<release>@<edition>`. Of a file that lists every change, the first reading of a
    record is no change. What a newer release no longer gives was dropped only within what its card
    says that it covers. Numbers are those printed, also where they are out of order.

    Parameters
    ----------
    entries
        The parts of the build, with what is newer of each entry settled.
    cards, resolutions, gazetteer
        As for `revisions.revisions`.
    """
    of_source = by_source(cards)
    decided = signed(resolutions)
    found = [schemas.frame(Revisions, [])]
    for parts in by_register(entries.of(Claims)).values():
        held = {card.release: card for card in of_source[parts[0].source_id]}
        for compared, steps in _comparisons(parts):
            with entries.connected() as connection:
                _write_linked(connection, entries, compared, steps)
                for rows in _changed(connection, steps):
                    told = [_told(row, compared, steps, held, decided, gazetteer) for row in rows]
                    found.append(schemas.frame(Revisions, [one for one in told if one]))
    return pd.concat(found, ignore_index=True)


# What is compared with what


@dataclass(frozen=True)
class _Steps:
    """How readings of a record follow each other. All SQL is over the columns of claims."""

    name: str
    """The release or edition of a reading; steps follow in the order of their names."""
    record: str
    """What links the readings of a record, beside its id."""
    by_record: bool = False
    """Whether each record has steps of its own, and says itself when it is withdrawn."""
    in_file: bool = True
    """Whether a step is an edition inside a file."""

    def called(self, release: str, step: str) -> str:
        """A step as the table calls it."""
        return f"{release}@{step}" if self.in_file else step


_RELEASES: Final = _Steps("release", AFTER_RECORD, in_file=False)
_EDITIONS: Final = _Steps(EDITION_KEY, AFTER_HASH)
_CHANGES: Final = _Steps(EDITION_KEY, AFTER_HASH, by_record=True)
_OF_FILE: Final = {"snapshots": _EDITIONS, "changes": _CHANGES}


def _comparisons(parts: Sequence[Part]) -> Iterator[tuple[list[Part], _Steps]]:
    """Each release with the next, and the editions of each file with each other."""
    for earlier, later in pairwise(sorted({part.release for part in parts})):
        yield [part for part in parts if part.release in (earlier, later)], _RELEASES
    for part in parts:
        if part.editions in _OF_FILE:
            yield [part], _OF_FILE[part.editions]


def _write_linked(
    connection: duckdb.DuckDBPyConnection, entries: Entries, parts: Sequence[Part], steps: _Steps
) -> None:
    """The view `readings`, and the table `linked`: each reading's step, and a hash of the rest."""
    read = ", ".join(map(literal, READ_STATUSES))
    numbers = ", ".join(f"{sql} AS {name}" for name, sql in PRINTED.items())
    same = ", ".join(map(quoted, (*_COMPARED, *NUMBERS)))
    connection.execute(
        f"""CREATE VIEW readings AS
        SELECT claim_id, record_id, withdrawn_on, {", ".join(map(quoted, _COMPARED))}, {numbers},
            {AFTER_HASH} AS after_hash, {EDITION_KEY} AS edition_key,
            {steps.record} AS of_record, {steps.name} AS step_name
        FROM {entries.relation(Claims, parts)} WHERE review_status IN ({read})"""
    )
    connection.execute(
        """CREATE TEMP TABLE steps AS
        SELECT step_name, row_number() OVER (ORDER BY step_name) AS step
        FROM (SELECT DISTINCT step_name FROM readings)"""
    )
    of_record = "OVER (PARTITION BY record_id, of_record ORDER BY step, claim_id)"
    gone_on = "CAST(withdrawn_on AS VARCHAR)" if steps.by_record else "CAST(NULL AS VARCHAR)"
    back_from = f"lag({gone_on}) {of_record}" if steps.by_record else "CAST(NULL AS VARCHAR)"
    connection.execute(
        f"""CREATE TEMP TABLE linked AS
        SELECT claim_id, record_id, of_record, edition_key, step_name,
            {gone_on} AS gone_on, {back_from} AS back_from,
            {f"row_number() {of_record}" if steps.by_record else "step"} AS step,
            hash(row({same})) AS content
        FROM readings JOIN steps USING (step_name)"""
    )


def _changed(
    connection: duckdb.DuckDBPyConnection, steps: _Steps
) -> Iterator[list[dict[str, Any]]]:
    """The pairs of readings that are not alike, each with both sides' columns; some at a time.

    A side is missing where the record was added or dropped between the two steps. Of an edition
    inside a file only one release of the register may tell: then nothing was added or dropped.
    """
    next_to = "false" if steps.by_record else "true"
    alone = "true" if steps.in_file else "coalesce(was.edition_key, now.edition_key) IS NULL"
    connection.execute(
        f"""CREATE TEMP TABLE changed AS
        SELECT was.claim_id AS was_id, now.claim_id AS now_id,
            coalesce(was.step_name, now.back_from, before.step_name) AS from_step,
            coalesce(now.step_name, was.gone_on, after.step_name) AS to_step
        FROM linked AS was FULL JOIN linked AS now
            ON now.record_id = was.record_id AND now.of_record = was.of_record
            AND now.step = was.step + 1 AND was.gone_on IS NULL
        LEFT JOIN steps AS before ON before.step = now.step - 1 AND {next_to}
        LEFT JOIN steps AS after ON after.step = was.step + 1 AND {next_to}
        WHERE was.content IS DISTINCT FROM now.content
            AND from_step IS NOT NULL AND to_step IS NOT NULL
            AND ((was.claim_id IS NOT NULL AND now.claim_id IS NOT NULL) OR {alone})"""
    )
    sides = ", ".join(
        f"{side}.{quoted(name)} AS {quoted(f'{side} {name}')}"
        for side in ("was", "now")
        for name in _OF_SIDE
    )
    cursor = connection.execute(
        f"""SELECT c.from_step, c.to_step, {sides} FROM changed AS c
        LEFT JOIN readings AS was ON was.claim_id = c.was_id
        LEFT JOIN readings AS now ON now.claim_id = c.now_id
        ORDER BY c.to_step, coalesce(c.now_id, c.was_id), c.now_id"""
    )
    names = [column[0] for column in cursor.description or []]
    while rows := cursor.fetchmany(_AT_ONCE):
        yield [dict(zip(names, row, strict=True)) for row in rows]


def _told(
    row: Row,
    parts: Sequence[Part],
    steps: _Steps,
    held: Mapping[str, Card],
    decided: Signed,
    gazetteer: Gazetteer,
) -> Record | None:
    """The record of a change; None where the newer says nothing of what it lacks, or for none."""
    release = parts[0].release
    register = parts[0].constants["entry_of"]
    was, is_now = (_reading(row, side, register) for side in ("was", "now"))
    later = held[release if steps.in_file else row["to_step"]]
    known = is_now or was
    assert known is not None
    if is_now is None and not steps.by_record and not later.covers.holds(known, gazetteer):
        return None
    between = (
        parts[0].source_id,
        steps.called(release, row["from_step"]),
        steps.called(release, row["to_step"]),
    )
    record = known["record_id"]
    if not steps.in_file and known["edition_key"] is not None:
        record = f"{record}@{known['edition_key']}"
    return revision(between, (record, known["after_hash"]), was, is_now, later, decided)


def _reading(row: Row, side: str, register: str) -> Record | None:
    if row[f"{side} claim_id"] is None:
        return None
    reading = {name: row[f"{side} {name}"] for name in _OF_SIDE}
    return reading | {"question_id": question_id(reading), "entry_of": register}
