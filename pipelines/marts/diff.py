"""What changed between two releases: inputs, and rows of every table, with old and new values.

Of registers, whose entries are many, it tells how many entries each release has, and what moved in
their totals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

import schemas
from pipelines.marts import database, moved
from pipelines.marts.release import (
    DATABASE,
    ReleaseError,
    read_manifest,
    release_before,
    release_folder,
)
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
    without a key is given whole. Entries of registers are left out."""
    entries: list[Row]
    """For each release of a register whose entries are not as many as before: `source_id`,
    `release`, how many were held (`old`) and are held (`new`)."""
    totals: list[Row]
    """What moved in the totals of registers that stand: `moved.moved_totals`."""

    def as_json(self) -> str:
        """Everything."""
        told = {**asdict(self), "totals": [_plain_row(row) for row in self.totals]}
        return json.dumps(told, ensure_ascii=False, indent=1)

    def text(self) -> str:
        """For a person: every table that changed, the first rows of each."""
        lines = [f"{self.old} -> {self.new}"]
        if not self.inputs and not self.tables and not self.entries:
            lines.append("nothing changed")
        lines += _first(f"  {how} {path}" for path, how in self.inputs.items())
        lines += moved.as_lines(self.totals)
        lines += _first(
            f"entries of {row['source_id']}/{row['release']}: {row['old']:,} -> {row['new']:,}"
            for row in self.entries
        )
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
        found = [
            _compare(connection, model) for model in schemas.PUBLISHED if not schemas.is_bulk(model)
        ]
        entries, totals = _entries(connection), _totals(connection)
    return Difference(
        before["release_id"],
        after["release_id"],
        {
            path: how
            for part in ("inputs", "code", "versions")
            for path, how in _moved(before[part], after[part]).items()
        },
        [table for table in found if table is not None],
        entries,
        totals,
    )


def totals_moved(marts_dir: Path) -> dict[str, list[moved.Row]]:
    """What moved in the totals of registers, up to the current release.

    Returns
    -------
    dict
        ``sources``: from the release or edition of each source before to its newest; and, where we
        hold an older release that can be read, ``releases``: from that one to the current one. Rows
        as `moved.moved_totals` has them.

    Raises
    ------
    ReleaseError
        Where no release is current.
    """
    new = release_folder(marts_dir, "current") / DATABASE
    with database.comparing({_NEW: new}) as connection:
        found = {"sources": moved.moved_in_release(connection, f"{_NEW}.marts")}
    # The current release stands, whatever has become of the one before.
    with suppress(ReleaseError, database.DatabaseError, OSError):
        old = release_folder(marts_dir, release_before(marts_dir)) / DATABASE
        with database.comparing({_OLD: old, _NEW: new}) as connection:
            found["releases"] = _totals(connection)
    return found


def _entries(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """How many entries each release of a register has, where that is not as many as before."""
    counts = {
        name: f"SELECT source_id, release, count(*) AS n FROM {_relation(name, 'claims')} "
        "WHERE entry_of IS NOT NULL GROUP BY ALL"
        for name in (_OLD, _NEW)
        if _has(connection, name, "claims", "entry_of")
    }
    if len(counts) < 2:
        return []
    return _records(
        connection,
        "SELECT source_id, release, coalesce(o.n, 0) AS old, coalesce(n.n, 0) AS new "
        f"FROM ({counts[_OLD]}) AS o FULL JOIN ({counts[_NEW]}) AS n USING (source_id, release) "
        "WHERE o.n IS DISTINCT FROM n.n ORDER BY source_id, release",
    )


def _totals(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """What moved in the totals of registers, where both releases have them."""
    if not all(_has(connection, name, "register_totals", "stands") for name in (_OLD, _NEW)):
        return []
    sides = (f"(FROM {_relation(name, 'register_totals')} WHERE stands)" for name in (_OLD, _NEW))
    return moved.moved_totals(connection, *sides)


def _has(connection: duckdb.DuckDBPyConnection, name: str, table: str, column: str) -> bool:
    return column in _columns(connection, name, table)


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
    of = {name: _of_documents(name, table, columns) for name, columns in held.items()}
    note = f"columns that only one release has: {', '.join(apart)}" if apart else None
    key = schemas.key_of(model)
    if key and set(key) <= set(common):
        keys = _list(key)
        found = _difference(
            table,
            added=_only_in(connection, keys, of[_NEW], of[_OLD]),
            removed=_only_in(connection, keys, of[_OLD], of[_NEW]),
            changed=_changes(connection, of, key, [c for c in common if c not in key]),
            note=note,
        )
    else:
        found = _difference(
            table,
            added=_only_in(connection, _list(common), of[_NEW], of[_OLD]),
            removed=_only_in(connection, _list(common), of[_OLD], of[_NEW]),
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


def _of_documents(name: str, table: str, columns: set[str]) -> str:
    """The rows of a table that are not of entries of registers."""
    rows = _relation(name, table)
    # The totals of a register are called after it too.
    is_told = table != "register_totals" and "entry_of" in columns
    return f"(FROM {rows} WHERE entry_of IS NULL)" if is_told else rows


def _only_in(connection: duckdb.DuckDBPyConnection, names: str, here: str, there: str) -> list[Row]:
    """Keys, or whole rows, that one release has and the other has not."""
    return _records(
        connection,
        f"SELECT {names} FROM {here} EXCEPT ALL SELECT {names} FROM {there} ORDER BY ALL",
    )


def _changes(
    connection: duckdb.DuckDBPyConnection,
    of: Mapping[str, str],
    key: list[str],
    others: list[str],
) -> list[Row]:
    """Each value that differs between rows of one key."""
    old = ", ".join(f"o.{quoted(c)} AS {quoted(f'old {c}')}" for c in others)
    new = ", ".join(f"n.{quoted(c)} AS {quoted(f'new {c}')}" for c in others)
    differs = " OR ".join(f"o.{quoted(c)} IS DISTINCT FROM n.{quoted(c)}" for c in others)
    rows = _records(
        connection,
        f"SELECT {_list(key)}, {old}, {new} FROM {of[_OLD]} AS o "
        f"JOIN {of[_NEW]} AS n USING ({_list(key)}) "
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


def _plain_row(row: Row) -> Row:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: days as ISO text."""
    return value.isoformat() if isinstance(value, date) else value
