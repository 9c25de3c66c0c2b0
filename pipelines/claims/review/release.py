"""What a release holds for review: its queue, and the claims that a decision speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

import schemas
from pipelines.claims.reading import Record
from pipelines.core.records import records
from schemas.claims import Claims, Documents, ReviewQueue
from schemas.models import Model

_DOCUMENT: Final = ("document_id", "title", "publisher", "published_on", "path")


class ReviewFault(ValueError):
    """What stands in the way of a review, and what to do about it."""


@dataclass(frozen=True)
class Queue:
    """The claims of a release's queue, with what they rest on and the documents they are from."""

    rows: list[Record]
    claims: dict[str, Record]
    documents: dict[str, Record]


@dataclass(frozen=True)
class Decidable:
    """What decisions on some claims are checked against."""

    claim_ids: frozenset[str]
    """Every claim of the release."""
    claims: dict[str, Record]
    """Those that are spoken of, as the release holds them."""
    rests_on: dict[str, str]
    """The reading that a decision on each of the queue rests on."""


def queue_in(database: Path) -> Queue:
    """The queue of a release. Raises ReviewFault where it has none."""
    with _opened(database) as connection:
        rows = _records(connection, ReviewQueue)
        queued = "claim_id IN (SELECT claim_id FROM marts.review_queue)"
        claims = _records(connection, Claims, queued)
        documents = _records(connection, Documents)
    return Queue(
        rows,
        {claim["claim_id"]: claim for claim in claims},
        {row["document_id"]: {name: row[name] for name in _DOCUMENT} for row in documents},
    )


def decidable_in(database: Path, claim_ids: Iterable[str]) -> Decidable:
    """What decisions on the named claims are checked against. Raises as `queue_in`."""
    named = sorted(set(claim_ids))
    with _opened(database) as connection:
        ids = connection.execute("SELECT claim_id FROM marts.claims").fetchall()
        claims = _records(connection, Claims, "list_contains(?, claim_id)", named)
        rows = _records(connection, ReviewQueue, "list_contains(?, claim_id)", named)
    return Decidable(
        frozenset(str(claim_id) for (claim_id,) in ids),
        {claim["claim_id"]: claim for claim in claims},
        {row["claim_id"]: row["rests_on"] for row in rows},
    )


def _opened(database: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to a release that has a queue."""
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise ReviewFault(f"{database} is not the database of a release") from error
    try:
        connection.execute("SELECT claim_id, rests_on FROM marts.review_queue LIMIT 0")
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        connection.close()
        raise ReviewFault(
            f"{database} has no review queue: it is a public release, or was made by an older "
            "version of Attest. Run `attest build`, and review its release"
        ) from error
    return connection


def _records(
    connection: duckdb.DuckDBPyConnection, model: Model, where: str = "true", *given: object
) -> list[Record]:
    selected = ", ".join(schemas.columns(model))
    table = connection.execute(
        f"SELECT {selected} FROM marts.{schemas.table_of(model)} WHERE {where}", list(given)
    ).df()
    return records(schemas.coerce(model, table), schemas.columns(model))
