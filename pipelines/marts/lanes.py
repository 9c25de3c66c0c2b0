"""Published tables whose rows lie in two lanes: of documents in a table, of registers in parts.

Where the parts of a table lie in a release's database, the view that puts them behind one name, and
how to read such a table in the order of its key without sorting it, belong here. Only what varies
within a part is stored; the view gives the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

import schemas
from pipelines.core.display import displays_sql
from pipelines.core.entries import NO_ENTRIES, Entries, Part
from schemas import marts
from schemas.figures import Figures
from schemas.rules import literal, quoted
from schemas.sql import column_types, create_table

SCHEMA = "claims"
"""Schema of a release's database for the tables behind the views."""

_STAGED: dict[schemas.Model, schemas.Model] = {marts.PublishedFigures: Figures}
"""The table of a stage of which a published one shows more columns."""


def fingerprint(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, rows: str
) -> tuple[int, int]:
    """How many rows there are, and the sum of their hashes: equal for the same rows in any order.

    For tables too large to be compared row by row. The hash is DuckDB's, over every column.
    """
    listed = ", ".join(map(quoted, column_types(model)))
    count, total = connection.execute(
        f"SELECT count(*), coalesce(sum(CAST(hash({listed}) AS HUGEINT)), 0) FROM {rows}"
    ).fetchall()[0]
    return int(count), int(total)


@dataclass(frozen=True)
class Piece:
    """Rows of a table in the order of its key."""

    rows: str
    """A subquery that gives them from the tables of the database."""
    stored: Path | None = None
    """The file of a stage from which the same rows were put into the database, in their order."""
    columns: tuple[str, ...] = ()
    """What to take of that file: it may hold more, which is not to be given on."""
    alike: tuple[str, ...] = ()
    """Columns of which all rows hold one value."""


@dataclass(frozen=True)
class Lanes:
    """The published tables of which rows lie in parts."""

    entries: Entries
    sources: frozenset[str] | None = None
    """Sources whose parts are looked at; all of them if not given."""
    with_documents: bool = True
    """Whether the rows of documents are looked at too."""

    def of_sources(self, sources: Iterable[str], *, with_documents: bool) -> Lanes:
        """The same tables, as far as they are of these sources."""
        return Lanes(self.entries, frozenset(sources), with_documents)

    def _all_parts(self, model: schemas.Model) -> tuple[Part, ...]:
        return self.entries.of(_STAGED.get(model, model))

    def parts(self, model: schemas.Model) -> tuple[Part, ...]:
        """The parts of a published table; none where it is a table like any other."""
        parts = self._all_parts(model)
        if self.sources is None:
            return parts
        return tuple(part for part in parts if part.source_id in self.sources)

    def count(self, model: schemas.Model) -> int:
        """Rows in parts."""
        return sum(part.rows for part in self.parts(model))

    def source(self, part: Part) -> str:
        """A part's stored columns, from the file of its stage."""
        stored = ", ".join(map(quoted, part.stored))
        file = literal(str(self.entries.folder / part.path))
        return f"(SELECT {stored} FROM read_parquet({file}))"

    def of_documents(self, model: schemas.Model) -> str | None:
        """The table of a split table's other rows; None where all of them lie in parts."""
        if schemas.is_bulk(model) or not self.with_documents:
            return None
        return f"{SCHEMA}.{quoted(_of_documents(model))}"

    def table(self, model: schemas.Model, part: Part) -> str:
        """The table of a part."""
        number = self._all_parts(model).index(part) + 1
        return f"{SCHEMA}.{quoted(f'{schemas.table_of(model)}_{number}')}"

    def create(self, model: schemas.Model, *, keyed: bool) -> Iterator[str]:
        """Statements that make the tables of a split table, without rows, and its view."""
        if not schemas.is_bulk(model):
            yield from create_table(model, SCHEMA, _of_documents(model), keyed=keyed)
        types = column_types(model)
        for part in self.parts(model):
            target = self.table(model, part)
            columns = ", ".join(f"{quoted(name)} {types[name]}" for name in part.stored)
            yield f"CREATE TABLE {target} ({columns})"
            told = (
                f"What varies among the rows of {part.source_id}/{part.release}/{part.file} in "
                f"marts.{schemas.table_of(model)}: read it there."
            )
            yield f"COMMENT ON TABLE {target} IS {literal(told)}"
        yield from self._create_view(model)

    def _create_view(self, model: schemas.Model) -> Iterator[str]:
        view = f"marts.{quoted(schemas.table_of(model))}"
        rows = " UNION ALL ".join(f"FROM {one}" for one in self._lanes(model))
        yield f"CREATE VIEW {view} AS {rows}"
        yield f"COMMENT ON VIEW {view} IS {literal(schemas.describe(model))}"
        for name, column in schemas.columns(model).items():
            told = literal(column.description or "")
            yield f"COMMENT ON COLUMN {view}.{quoted(name)} IS {told}"

    def _lanes(self, model: schemas.Model) -> list[str]:
        table = self.of_documents(model)
        of_documents = [] if table is None else [table]
        return [*of_documents, *(self._held(model, part) for part in self.parts(model))]

    def _held(self, model: schemas.Model, part: Part) -> str:
        """A subquery with the rows of a part, from the tables of the database."""
        staged = _STAGED.get(model, model)
        rows = self.entries.relation(staged, [part], lambda one: self.table(model, one))
        return _shown(model, rows)

    def fingerprint(
        self, connection: duckdb.DuckDBPyConnection, model: schemas.Model
    ) -> tuple[int, int]:
        """The fingerprint of a split table's rows in the database."""
        found = [fingerprint(connection, model, lane) for lane in self._lanes(model)]
        return sum(count for count, _ in found), sum(total for _, total in found)

    def in_key_order(
        self, connection: duckdb.DuckDBPyConnection, model: schemas.Model
    ) -> list[Piece]:
        """The rows of a split table, piece by piece in the order of its key.

        A part lies in that order, and most parts share no stretch of keys with other rows: those
        are taken as they lie. Only what does is sorted together.
        """
        (key,) = map(quoted, schemas.key_of(model))
        pieces: list[Piece] = []
        last: str | None = None
        for stretch in self._stretches(connection, model, key):
            pieces += self._documents(model, key, above=last, below=stretch.first)
            rows = [f"FROM {self._held(model, part)}" for part in stretch.parts]
            within = f"{key} BETWEEN {literal(stretch.first)} AND {literal(stretch.last)}"
            if self._any_document(connection, model, within):
                rows.append(f"FROM {self.of_documents(model)} WHERE {within}")
            if len(rows) == 1:
                pieces.append(self._piece(model, stretch.parts[0]))
            else:
                pieces.append(Piece(f"(FROM ({' UNION ALL '.join(rows)}) ORDER BY {key})"))
            last = stretch.last
        pieces += self._documents(model, key, above=last, below=None)
        return pieces or [
            Piece(_shown(model, self.entries.relation(_STAGED.get(model, model), [])))
        ]

    def _piece(self, model: schemas.Model, part: Part) -> Piece:
        """The rows of a part."""
        made = displays_sql() if model in _STAGED else {}
        alike = [n for n in column_types(model) if n not in part.stored and n not in made]
        return Piece(
            self._held(model, part), self.entries.folder / part.path, part.stored, tuple(alike)
        )

    def _stretches(
        self, connection: duckdb.DuckDBPyConnection, model: schemas.Model, key: str
    ) -> list[_Stretch]:
        """The parts that hold rows, in the order of their keys; those that overlap together."""
        alone = []
        for part in self.parts(model):
            query = f"SELECT min({key}), max({key}) FROM {self.table(model, part)}"
            first, last = connection.execute(query).fetchall()[0]
            if first is not None:
                alone.append(_Stretch(first, last, (part,)))
        found: list[_Stretch] = []
        for stretch in sorted(alone, key=lambda one: one.bounds):
            if found and stretch.bounds[0] <= found[-1].bounds[1]:
                stretch = found.pop().joined(stretch)
            found.append(stretch)
        return found

    def _documents(
        self, model: schemas.Model, key: str, above: str | None, below: str | None
    ) -> list[Piece]:
        if (table := self.of_documents(model)) is None:
            return []
        bounds = [f"{key} > {literal(above)}"] if above is not None else []
        bounds += [f"{key} < {literal(below)}"] if below is not None else []
        return [Piece(f"(FROM {table} WHERE {' AND '.join(bounds) or 'true'})")]

    def _any_document(
        self, connection: duckdb.DuckDBPyConnection, model: schemas.Model, within: str
    ) -> bool:
        if (table := self.of_documents(model)) is None:
            return False
        query = f"SELECT count(*) FROM {table} WHERE {within}"
        return bool(connection.execute(query).fetchall()[0][0])


NO_LANES: Final = Lanes(NO_ENTRIES)
"""No table has rows in parts."""


@dataclass(frozen=True)
class _Stretch:
    """Parts, and the first and the last of their keys."""

    first: str
    last: str
    parts: tuple[Part, ...]

    @property
    def bounds(self) -> tuple[bytes, bytes]:
        """As DuckDB compares texts: by their bytes."""
        return self.first.encode(), self.last.encode()

    def joined(self, other: _Stretch) -> _Stretch:
        last = max(self.bounds[1], other.bounds[1]).decode()
        return _Stretch(self.first, last, (*self.parts, *other.parts))


def _of_documents(model: schemas.Model) -> str:
    return f"{schemas.table_of(model)}_of_documents"


def _shown(model: schemas.Model, rows: str) -> str:
    """Rows of a staged table with the columns that only the published one has."""
    if model not in _STAGED:
        return rows
    more = displays_sql()
    shown = ", ".join(
        f"{more[name]} AS {quoted(name)}" if name in more else f"part.{quoted(name)}"
        for name in column_types(model)
    )
    return f"(SELECT {shown} FROM {rows} AS part)"
