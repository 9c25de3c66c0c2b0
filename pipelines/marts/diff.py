"""What changed between two releases: inputs, and rows of every table, with old and new values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

import schemas
from pipelines.marts import database
from pipelines.marts.release import DATABASE, read_manifest, release_folder
from schemas.rules import quoted

_SHOWN = 20
_OLD, _NEW = "old_release", "new_release"

Row = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """What changed from one release to another; what did not is left out."""

    old: str
    new: str
    inputs: dict[str, str]
    """Each file of data, code or package that was added, removed or changed."""
    tables: list[Row]
    """For each table its name, the keys `added` and `removed`, the values `changed` (key, column,
    old, new), and a `note` where a table or a column is in one release only. A row of a table
    without a key is given whole."""

    def as_json(self) -> str:
        """Everything."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def text(self) -> str:
        """For a person: every table that changed, the first rows of each."""
        lines = [f"{self.old} -> {self.new}"]
        if not self.inputs and not self.tables:
            lines.append("nothing changed")
        lines += _first(f"  {how} {path}" for path, how in self.inputs.items())
        for table in self.tables:
            lines += _lines(table)
        return "\n".join(lines)


def diff(marts_dir: Path, old: str, new: str) -> Difference:
    """What changed from release `old` to release `new`; each an id, or 'current'.

    Raises ReleaseError where one of them is not held, or where its manifest cannot be read.
    """
    folders = {_OLD: release_folder(marts_dir, old), _NEW: release_folder(marts_dir, new)}
    before, after = (read_manifest(folder) for folder in folders.values())
    with database.comparing({name: f / DATABASE for name, f in folders.items()}) as connection:
        found = [_compare(connection, model) for model in schemas.PUBLISHED]
    return Difference(
        before["release_id"],
        after["release_id"],
        {
            path: how
            for part in ("inputs", "code", "versions")
            for path, how in _moved(before[part], after[part]).items()
        },
        [table for table in found if table is not None],
    )


def _lines(table: Row) -> list[str]:
    counts = [len(table[part]) for part in ("added", "removed", "changed")]
    return [
        "{}: {} added, {} removed, {} values changed".format(table["table"], *counts),
        *([f"  {table['note']}"] if table["note"] else []),
        *_first(f"  + {_words(row)}" for row in table["added"]),
        *_first(f"  - {_words(row)}" for row in table["removed"]),
        *_first(
            f"  ~ {_words(c['key'])}: {c['column']} {_word(c['old'])} -> {_word(c['new'])}"
            for c in table["changed"]
        ),
    ]


def _moved(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    return {
        path: "added" if path not in old else "removed" if path not in new else "changed"
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    }


def _compare(connection: duckdb.DuckDBPyConnection, model: schemas.Model) -> Row | None:
    """The difference of one table; None where there is none."""
    table = schemas.table_of(model)
    held = {name: _columns(connection, name, table) for name in (_OLD, _NEW)}
    if not held[_OLD] or not held[_NEW]:
        if held[_OLD] == held[_NEW]:
            return None
        only = "older" if held[_OLD] else "newer"
        return _difference(table, note=f"only the {only} release has this table")
    common = [c for c in schemas.columns(model) if c in held[_OLD] and c in held[_NEW]]
    apart = sorted(held[_OLD] ^ held[_NEW])
    note = f"columns that only one release has: {', '.join(apart)}" if apart else None
    key = schemas.key_of(model)
    if key and set(key) <= set(common):
        keys = _list(key)
        found = _difference(
            table,
            added=_only_in(connection, table, keys, _NEW, _OLD),
            removed=_only_in(connection, table, keys, _OLD, _NEW),
            changed=_changes(connection, table, key, [c for c in common if c not in key]),
            note=note,
        )
    else:
        found = _difference(
            table,
            added=_only_in(connection, table, _list(common), _NEW, _OLD),
            removed=_only_in(connection, table, _list(common), _OLD, _NEW),
            note=note,
        )
    return found if any(found[part] for part in ("added", "removed", "changed", "note")) else None


def _difference(
    table: str,
    added: Sequence[Row] = (),
    removed: Sequence[Row] = (),
    changed: Sequence[Row] = (),
    note: str | None = None,
) -> Row:
    return {
        "table": table,
        "added": list(added),
        "removed": list(removed),
        "changed": list(changed),
        "note": note,
    }


def _columns(connection: duckdb.DuckDBPyConnection, name: str, table: str) -> set[str]:
    rows = connection.execute(
        "SELECT column_name FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name = ? AND table_name = ?",
        [name, database.SCHEMA, table],
    ).fetchall()
    return {row[0] for row in rows}


def _only_in(
    connection: duckdb.DuckDBPyConnection, table: str, names: str, here: str, there: str
) -> list[Row]:
    """Keys, or whole rows, that one release has and the other has not."""
    return _records(
        connection,
        f"SELECT {names} FROM {_relation(here, table)} "
        f"EXCEPT ALL SELECT {names} FROM {_relation(there, table)} ORDER BY ALL",
    )


def _changes(
    connection: duckdb.DuckDBPyConnection, table: str, key: list[str], others: list[str]
) -> list[Row]:
    """Each value that differs between rows of one key."""
    old = ", ".join(f"o.{quoted(c)} AS {quoted(f'old {c}')}" for c in others)
    new = ", ".join(f"n.{quoted(c)} AS {quoted(f'new {c}')}" for c in others)
    differs = " OR ".join(f"o.{quoted(c)} IS DISTINCT FROM n.{quoted(c)}" for c in others)
    rows = _records(
        connection,
        f"SELECT {_list(key)}, {old}, {new} FROM {_relation(_OLD, table)} AS o "
        f"JOIN {_relation(_NEW, table)} AS n USING ({_list(key)}) "
        f"WHERE {differs} ORDER BY {_list(key)}",
    )
    return [
        {
            "key": {name: row[name] for name in key},
            "column": column,
            "old": row[f"old {column}"],
            "new": row[f"new {column}"],
        }
        for row in rows
        for column in others
        if row[f"old {column}"] != row[f"new {column}"]
    ]


def _records(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]


def _relation(name: str, table: str) -> str:
    return f"{name}.{database.SCHEMA}.{quoted(table)}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _first(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    more = [f"  and {len(every) - _SHOWN} more"] if len(every) > _SHOWN else []
    return every[:_SHOWN] + more


def _words(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{column}={_word(value)}" for column, value in row.items())


def _word(value: Any) -> str:
    """A value as JSON, so that a control character in a source's words stays inert."""
    return "empty" if value is None else json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: days as ISO text."""
    return value.isoformat() if isinstance(value, date) else value
