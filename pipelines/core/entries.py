"""Entries: the claims of registers, kept where the data is.

A register has more rows than a DataFrame should hold. Its claims lie in Parquet parts below the
staging folder; stages hand each other this index of them and work on them in SQL. A column that has
one value in all rows of a part is not stored in it: it stands in the index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from pipelines.core.out_of_core import bound
from schemas.models import Model, stage_of, table_of
from schemas.rules import literal, quoted
from schemas.sql import column_types

INDEX: Final = "index.json"


@dataclass(frozen=True)
class Part:
    """The rows that one file of a source gives to one table."""

    table: str
    """'claims/claims' or the table beside it, such as 'claims/events'."""
    source_id: str
    release: str
    file: str
    path: str
    """Parquet with the columns that vary, sorted by the table's key; relative to the folder."""
    constants: Mapping[str, Any]
    """The other columns: JSON values, days as ISO text. A column in neither is empty."""
    stored: tuple[str, ...]
    """Columns of the Parquet file."""
    rows: int
    editions: str = "one"
    """'one'; 'snapshots' where the file holds several editions, each of all its records; 'changes'
    where it lists every change of a record."""


@dataclass(frozen=True)
class Entries:
    """The parts of a build, in the order of source, release and file."""

    folder: Path
    parts: tuple[Part, ...] = field(default=())

    @staticmethod
    def read(folder: Path) -> Entries:
        """The parts that the folder's index lists; none where it has no index."""
        index = folder / INDEX
        if not index.exists():
            return Entries(folder)
        listed = json.loads(index.read_text(encoding="utf-8"))
        return Entries(
            folder, tuple(Part(**{**one, "stored": tuple(one["stored"])}) for one in listed)
        )

    def write_index(self) -> None:
        """Write the index beside the parts, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps([asdict(part) for part in self.parts], indent=1, ensure_ascii=False)
        partial = self.folder / f".{INDEX}"
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(self.folder / INDEX)

    def of(self, model: Model) -> tuple[Part, ...]:
        """The parts of one table."""
        key = f"{stage_of(model)}/{table_of(model)}"
        return tuple(part for part in self.parts if part.table == key)

    def relation(
        self,
        model: Model,
        parts: Iterable[Part] | None = None,
        stored_in: Callable[[Part], str] | None = None,
    ) -> str:
        """A subquery with the model's columns in order and type, over parts one after another.

        Parameters
        ----------
        parts
            Some of the parts; all of the model's if not given.
        stored_in
            What to select a part's stored columns from; its Parquet file if not given.
        """
        chosen = self.of(model) if parts is None else tuple(parts)
        where = stored_in or self._file
        types = column_types(model)
        selects = [
            f"SELECT {', '.join(_column(part, name, kind) for name, kind in types.items())} "
            f"FROM {where(part)} AS part"
            for part in chosen
        ]
        if not selects:
            empty = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(n)}" for n, kind in types.items())
            selects = [f"SELECT {empty} WHERE false"]
        return "(" + " UNION ALL ".join(selects) + ")"

    def count(self, model: Model, where: str | None = None) -> int:
        """Rows of a table that lie in parts; with `where` those of which that SQL is true."""
        parts = self.of(model)
        if where is None or not parts:
            return sum(part.rows for part in parts)
        with self.connected() as connection:
            query = f"SELECT count(*) FROM {self.relation(model)} WHERE {where}"
            return int(connection.execute(query).fetchall()[0][0])

    def with_parts(self, model: Model, parts: Iterable[Part]) -> Entries:
        """These entries with the given parts in the place of those held of a table."""
        held = self.of(model)
        return Entries(self.folder, (*(p for p in self.parts if p not in held), *parts))

    @contextmanager
    def connected(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of bounded memory; what does not fit is spilled into the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            TemporaryDirectory(dir=self.folder, prefix=".spill-") as spill,
            duckdb.connect() as connection,
        ):
            bound(connection, Path(spill))
            yield connection

    def _file(self, part: Part) -> str:
        return f"read_parquet({literal(str(self.folder / part.path))})"


NO_ENTRIES: Final = Entries(Path())
"""Where no register is held."""


def _column(part: Part, name: str, kind: str) -> str:
    if name in part.stored:
        # Qualified: in a view, a macro's parameter of that name would stand for it.
        return f"CAST(part.{quoted(name)} AS {kind}) AS {quoted(name)}"
    return f"CAST({_constant(part.constants.get(name), kind)} AS {kind}) AS {quoted(name)}"


def _constant(value: Any, kind: str) -> str:
    """A JSON value as an SQL expression."""
    if kind.endswith("[]"):
        return "[" + ", ".join(literal(str(one)) for one in value or []) + "]"
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    return literal(value) if isinstance(value, str) else repr(value)
