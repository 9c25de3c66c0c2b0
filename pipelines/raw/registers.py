"""The project's own registers: places, territories, actors, populations.

How a CSV file directly in data/raw becomes a table, and what must hold between the rows of the
registers, belongs here. They are ours to keep in order: any fault is told, and stops the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.core.csv_rows import FileRefused, Layout, read_rows
from pipelines.core.period import DateFault, partial_day
from pipelines.raw.cards import whole_day
from pipelines.raw.checksums import entry_fault
from pipelines.raw.faults import Fault, RawFault, Wrong, choose
from schemas import Model, allowed_of, columns, frame, judge, raw

_LEVEL = re.compile(r"[0-9]{1,2}")
_FIRST, _LAST = 0, 1
_LINE = "line"
"""The column that holds a row's line in the file: of the table, not of the file."""


class RegisterFault(RawFault):
    """Registers or overlays that cannot be relied on. They are ours to mend, so the build stops."""


@dataclass(frozen=True)
class Register:
    """A CSV file directly in data/raw.

    `ends` says of a partial day (2016-09) in a column whether its first or its last day is meant;
    every other day must be a whole one.
    """

    file: str
    model: Model
    ends: Mapping[str, int] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    @property
    def layout(self) -> Layout:
        """Every column of the table but its line is one of the file.

        Only lists, and what `optional` names, may be left out.
        """
        kinds = {name: held.metadata["type"] for name, held in columns(self.model).items()}
        kinds.pop(_LINE, None)
        left_out = {n for n, kind in kinds.items() if kind == "VARCHAR[]"} | self.optional
        return Layout(
            required=tuple(name for name in kinds if name not in left_out),
            optional=tuple(name for name in kinds if name in left_out),
        )


PLACES = Register("places.csv", raw.Places)
TERRITORIES = Register(
    "territories.csv", raw.Territories, {"valid_from": _FIRST, "valid_to": _LAST}
)
ACTORS = Register("actors.csv", raw.Actors, {"party_from": _FIRST, "party_to_date": _LAST})
POPULATIONS = Register("populations.csv", raw.Populations)


@dataclass
class Rows:
    """The records of a register, the line of each, and every fault found so far."""

    register: Register
    records: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def blame(self, at: int, column: str, reason: str, fix: str) -> None:
        """Note a fault of a cell of a record."""
        value = self.records[at][column]
        shown = "" if value is None else str(value)
        self.faults.append(Fault(self.register.file, self.lines[at], column, shown, reason, fix))

    def table(self) -> pd.DataFrame:
        """The records as a table of the model."""
        return frame(self.register.model, self.records)

    def values(self, column: str) -> set[str]:
        """The texts that a column holds."""
        return {record[column] for record in self.records if record[column] is not None}


def read_registers(raw_dir: Path) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """The four registers by key of their table, and every fault of them.

    A register that is not there is empty.
    """
    places, territories = read_register(raw_dir, PLACES), read_register(raw_dir, TERRITORIES)
    actors, populations = read_register(raw_dir, ACTORS), read_register(raw_dir, POPULATIONS)
    _check_places(places)
    _check_territories(territories, places.values("place_id"))
    _check_actors(actors)
    _check_populations(populations)
    tables = {
        "raw/places": places.table(),
        "raw/territories": territories.table(),
        "raw/actors": actors.table(),
        "raw/populations": populations.table(),
    }
    return tables, [
        fault for rows in (places, territories, actors, populations) for fault in rows.faults
    ]


def read_register(raw_dir: Path, register: Register) -> Rows:
    """A register's rows, each cell read in its column's type and judged by its model."""
    rows = Rows(register)
    path = raw_dir / register.file
    if not path.exists() and not path.is_symlink():
        return rows
    reason = entry_fault(path)
    if reason is None and not path.is_file():
        reason = "it is no plain file"
    if reason is not None:
        rows.faults.append(Fault(register.file, None, "", "", reason, "put the register here"))
        return rows
    try:
        table = read_rows(path.read_bytes(), register.layout)
    except FileRefused as refused:
        rows.faults += [
            Fault(register.file, None, fault.column, fault.value or "", fault.message, fault.fix)
            for fault in refused.faults
        ]
        return rows
    except OSError as error:
        reason = f"it cannot be read ({error.strerror or 'fault of the disk'})"
        rows.faults.append(Fault(register.file, None, "", "", reason, "make it readable"))
        return rows
    for spoiled in table.spoiled:
        found = spoiled.fault
        rows.faults.append(
            Fault(register.file, spoiled.line, "", found.value or "", found.message, found.fix)
        )
    for row in table.rows:
        if any(row.cells):
            _take(rows, row.line, table.named(row))
    _judge(rows)
    return rows


def _take(rows: Rows, line: int, cells: Mapping[str, str]) -> None:
    """Add a record, with None for every cell that its column cannot take."""
    register = rows.register
    record: dict[str, Any] = {}
    for name, column in columns(register.model).items():
        if name == _LINE:
            record[name] = line
            continue
        text = cells.get(name, "")
        try:
            record[name] = _value(text, column.metadata["type"], register.ends.get(name))
        except Wrong as wrong:
            record[name] = None
            rows.faults.append(Fault(register.file, line, name, text, wrong.reason, wrong.fix))
    rows.records.append(record)
    rows.lines.append(line)


def _value(text: str, kind: str, end: int | None) -> Any:
    """A cell in its column's type; None for an empty one, an empty list in a list column."""
    if kind == "VARCHAR[]":
        return [part.strip() for part in text.split(";") if part.strip()]
    if not text:
        return None
    if kind == "DATE":
        return whole_day(text) if end is None else _end_of(text, end)
    if kind == "BIGINT":
        if not _LEVEL.fullmatch(text):
            raise Wrong("is not a level", "write 0 for a country, 1, 2 or 3 below it")
        return int(text)
    return text


def _end_of(text: str, end: int) -> date:
    try:
        return partial_day(text)[end]
    except DateFault as fault:
        raise Wrong(fault.message, fault.fix) from None


def _judge(rows: Rows) -> None:
    """Note what the model finds wrong, but for cells that could not be read at all."""
    blamed = {(fault.line, fault.column) for fault in rows.faults}
    broken = judge(rows.register.model, rows.table())
    for rule, at, column, value in broken.itertuples(index=False, name=None):
        if (rows.lines[at], column) not in blamed:
            rows.blame(at, column, *_advice(rows.register.model, rule, column, value))


def _advice(model: Model, rule: str, column: str, value: str) -> tuple[str, str]:
    """The reason and the mend for a broken rule of a model."""
    if rule.endswith(" given") and rule == f"{column} given":
        return "is missing", f"fill it in ({columns(model)[column].description})"
    if rule == f"{column} in vocabulary":
        return "is not a word that it may hold", choose(value, allowed_of(model, column) or ())
    if rule == f"{column} matches":
        return "does not read as it must", f"put it right ({columns(model)[column].description})"
    if rule.startswith("key "):
        return f"the {rule}, and {value} stands on more than one line", "keep one of them"
    return f"breaks the rule {rule} ({value})", "put the wrong one right"


def _check_places(places: Rows) -> None:
    _check_known(places, "parent_id", places.values("place_id"), "no place of the register")
    _check_loops(places, "place_id", "parent_id")
    levels = {record["place_id"]: record["level"] for record in places.records}
    for at, record in enumerate(places.records):
        level, above = record["level"], levels.get(record["parent_id"])
        if level is not None and above is not None and above > level:
            reason = f"is of level {above}, and contains this place of level {level}"
            places.blame(at, "parent_id", reason, "put the level or the parent right")


def _check_territories(territories: Rows, place_ids: set[str]) -> None:
    _check_known(territories, "place_id", place_ids, "no place of places.csv")
    known = place_ids | territories.values("territory")
    _check_known(territories, "other", known, "neither a place nor a territory of the registers")


def _check_actors(actors: Rows) -> None:
    known = actors.values("actor_id")
    _check_known(actors, "parent_id", known, "no actor of the register")
    _check_known(actors, "speaks_for", known, "no actor of the register")
    _check_loops(actors, "actor_id", "parent_id")


def _check_populations(populations: Rows) -> None:
    for at, record in enumerate(populations.records):
        if record["population"] is not None and record["population"] == record["whole"]:
            populations.blame(at, "whole", "is the class itself", "name the class that holds it")


def _check_known(rows: Rows, column: str, known: set[str], otherwise: str) -> None:
    for at, record in enumerate(rows.records):
        if record[column] is not None and record[column] not in known:
            fix = "put the id right, or add a row for it"
            rows.blame(at, column, f"is {otherwise}", fix)


def _check_loops(rows: Rows, key: str, parent: str) -> None:
    """Tell each ring of parents once, on the first of its lines."""
    above = {record[key]: record[parent] for record in rows.records}
    settled: set[str | None] = {None}
    for record in rows.records:
        path: dict[str, None] = {}
        at = record[key]
        while at not in settled and at not in path:
            path[at] = None
            at = above.get(at)
        if at in path:
            _blame_ring(rows, key, parent, list(path)[list(path).index(at) :])
        settled.update(path)


def _blame_ring(rows: Rows, key: str, parent: str, ring: Iterable[str]) -> None:
    members = set(ring)
    first = next(at for at, record in enumerate(rows.records) if record[key] in members)
    around = " > ".join(sorted(members)[:5])
    rows.blame(first, parent, f"leads back to itself ({around})", "put one of the parents right")
