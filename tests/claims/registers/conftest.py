"""Reads the files of a register by its layouts, and asks of the claims in SQL."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipelines.claims.reading import RawFile, Reading, Release
from pipelines.claims.tables.read import read_tables
from pipelines.claims.tables.spec import TableSpec
from pipelines.core.actors import Actors
from pipelines.core.entries import Entries
from pipelines.core.gazetteer import Gazetteer
from schemas import frame, judge, raw
from schemas.claims import Claims
from schemas.models import columns

ROOT = Path(__file__).resolve().parents[3]
CARD = {
    "source_id": "register",
    "release": "2026-09-01",
    "producer": "The producer",
    "title": "A register",
    "publisher": "The publisher",
    "published_on": date(2026, 9, 1),
    "date_accessed": date(2026, 9, 2),
    "license": "CC0",
    "redistributable": True,
    "sensitivity": "public",
    "reader": "a_register",
}


@dataclass
class Read:
    """What a reader made of its files, and its claims as the table `claims`."""

    reading: Reading
    connection: duckdb.DuckDBPyConnection
    entries: Entries

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def one(self, query: str) -> Any:
        """The one value, or the one row, that a query gives."""
        (found,) = self.rows(query)
        return found[0] if len(found) == 1 else found

    def claim(self, claim_id: str) -> dict[str, Any]:
        """A claim by the end of its id."""
        cursor = self.connection.execute("FROM claims WHERE ends_with(claim_id, ?)", [claim_id])
        names = [column[0] for column in cursor.description]
        (found,) = cursor.fetchall()
        return {name: value for name, value in zip(names, found, strict=True) if value is not None}

    def judged(self) -> list[dict[str, Any]]:
        """What the rules of the table of claims find at fault."""
        cursor = self.connection.execute("FROM claims ORDER BY claim_id")
        names = [column[0] for column in cursor.description]
        records = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return judge(Claims, frame(Claims, records)).to_dict("records")

    @property
    def file(self) -> Mapping[str, Any]:
        """The account of the one file."""
        (file,) = self.reading.files
        return file

    @property
    def accounts(self) -> dict[str, tuple[int, int, int, int, int]]:
        """rows_in, rows_with_claims, quarantined, empty and claims by file; all are read."""
        names = ("rows_in", "rows_with_claims", "quarantined", "empty", "claims")
        assert [file for file in self.reading.files if file["status"] != "read"] == []
        return {
            file["file"]: tuple(file[name] for name in names)  # type: ignore[misc]
            for file in self.reading.files
        }

    @property
    def faults(self) -> list[tuple[int, str, str]]:
        """Row, column and reason of every line of the quarantine."""
        return [(q["row"], q["column_name"], q["reason"]) for q in self.reading.quarantine]


Tables = Callable[[Release], Sequence[TableSpec]]
Reader = Callable[..., Read]


def register_table(name: str, model: Any) -> pd.DataFrame:
    """A register of data/raw as its table."""
    text = pd.read_csv(ROOT / "data" / "raw" / f"{name}.csv", dtype="str", keep_default_na=False)
    rows = [
        {
            column: value.split("; ") if column == "other_names" else value
            for column, value in row.items()
            if value and column in columns(model)
        }
        for row in text.to_dict("records")
    ]
    for row in rows:
        row.setdefault("other_names", [])
        if "level" in row:
            row["level"] = int(row["level"])
    return frame(model, rows)


@pytest.fixture(scope="session")
def world() -> tuple[Gazetteer, Actors]:
    """The countries and bodies of data/raw."""
    gazetteer = Gazetteer(register_table("places", raw.Places), frame(raw.Territories, []))
    return gazetteer, Actors(register_table("actors", raw.Actors))


@pytest.fixture
def read(tmp_path: Path, world: tuple[Gazetteer, Actors]) -> Reader:
    """`read(tables, files, facts=..., **card)`: files are paths, or bytes by name."""

    def read_files(
        tables: Tables,
        files: Mapping[str, bytes] | Sequence[Path],
        facts: Mapping[str, Any] | None = None,
        **card: Any,
    ) -> Read:
        given = []
        if isinstance(files, Mapping):
            for name, data in files.items():
                path = tmp_path / name
                path.write_bytes(data)
                given.append(path)
        else:
            given = list(files)
        listed = tuple(
            RawFile(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest())
            for path in given
        )
        scratch = tmp_path / "entries"
        scratch.mkdir(exist_ok=True)
        held = CARD | {"facts": json.dumps(facts or {})} | card
        release = Release(held, listed, *world, scratch=scratch)
        reading = read_tables(release, tables(release))
        entries = Entries(scratch, tuple(reading.parts))
        connection = duckdb.connect()
        connection.execute(f"CREATE TABLE claims AS FROM {entries.relation(Claims)}")
        for file in reading.files:
            parts = ("rows_with_claims", "quarantined", "empty")
            assert file["rows_in"] == sum(file[name] for name in parts)
        return Read(reading, connection, entries)

    return read_files
