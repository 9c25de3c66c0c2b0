"""A release of a register read: each file by the layout that its header fits, every row accounted.

The file is read once, in DuckDB: its cells are typed, and the rows go sorted into a Parquet file
from which the parts are made. Rows at fault are few; they are fetched again and judged one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from pipelines.claims.quarantine import Account, quarantine_lines, refused_file
from pipelines.claims.reading import RawFile, Reading, Record, Release
from pipelines.claims.register import one_of_same
from pipelines.claims.tables import cells, compile
from pipelines.claims.tables.compile import Laid
from pipelines.claims.tables.opening import Opened, Rejected, open_table
from pipelines.claims.tables.places import Places
from pipelines.claims.tables.spec import Column, Const, Expression, TableSpec
from pipelines.core.csv_rows import Fault, FileRefused, nearest, shortened
from pipelines.core.entries import Part
from pipelines.core.out_of_core import write_parquet
from schemas.claims import Claims
from schemas.models import Model, key_of, stage_of, table_of
from schemas.rules import literal, quoted

METHOD_VERSION: Final = "1"
"""Raised where a change makes a reader read another number in the same table."""

MEMORY: Final = "900MB"
"""What DuckDB may hold of a table; the rest is spilled to disk."""

_FETCHED: Final = 2_000
"""Rows at fault that are judged at a time."""


def read_tables(release: Release, specs: Sequence[TableSpec]) -> Reading:
    """The claims of a register's release, as parts below `release.scratch`.

    Parameters
    ----------
    specs
        The layouts that the files may have. A file is read by the first that its header fits.

    Raises
    ------
    ValueError
        If the release gives no folder for its parts.
    """
    if release.scratch is None:
        raise ValueError("a register is read into a folder of its own: Release.scratch")
    reading = Reading()
    places = Places(release.gazetteer, f"{release.card['title']} ({release.card['producer']})")
    for at, file in enumerate(sorted(release.files, key=lambda one: one.name)):
        try:
            _read_file(release, file, at, specs, places, reading)
        except FileRefused as refusal:
            size = file.path.stat().st_size
            reading.files.append(refused_file(release, file, refusal, size))
    reading.places = [places.made[place_id] for place_id in sorted(places.made)]
    return reading


def _read_file(
    release: Release,
    file: RawFile,
    at: int,
    specs: Sequence[TableSpec],
    places: Places,
    reading: Reading,
) -> None:
    assert release.scratch is not None
    folder = f"{release.source_id}/{release.release}"
    of_file = _specs_of(file, specs, release)
    (release.scratch / folder).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=release.scratch, prefix=".reading-") as temporary:
        spill = Path(temporary)
        with _connection(spill) as connection:
            opened = open_table(connection, file.path, file.name, spill, _Layouts(of_file))
            laid = _lay(opened.header, of_file, release)
            of_release = _of_release(release, file, laid.spec)
            table = _Table(connection, opened, laid, of_release, spill)
            table.read_cells()
            table.type_cells()
            account = Account()
            quarantine = _set_aside(table, release, file, account)
            table.look_up_places(places)
            stem = release.scratch / folder / str(at)
            parts = [
                replace(part, path=f"{folder}/{part.path}")
                for part in table.write_parts(release, file, stem, account)
            ]
            _refuse_records_of_another_file(connection, release.scratch, parts, reading.parts)
            reading.documents.append(_document(release, file, laid.spec))
            reading.parts += parts
            reading.quarantine += quarantine
            reading.files.append(account.record(release, file, file.path.stat().st_size))


def _refuse_records_of_another_file(
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    parts: Sequence[Part],
    before: Sequence[Part],
) -> None:
    """Refuse a file that gives a claim which an earlier file of its release gives."""
    key = "claims/claims"
    for part in parts:
        for other in before:
            if not part.table == other.table == key:
                continue
            one, two = (f"read_parquet({literal(str(scratch / p.path))})" for p in (part, other))
            found = connection.execute(
                f"SELECT count(*), min(record_id) FROM {one} "
                f"WHERE claim_id IN (SELECT claim_id FROM {two})"
            ).fetchall()
            if found[0][0]:
                raise FileRefused(
                    [
                        Fault(
                            "duplicate.file",
                            f"{found[0][0]:,} of its claims are of records that '{other.file}' "
                            f"gives too, such as '{found[0][1]}'.",
                            "Put the two into two release folders, each with its card; or leave "
                            "one out.",
                        )
                    ]
                )


@contextmanager
def _connection(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads files and nothing else, and holds little in memory."""
    connection = duckdb.connect()
    try:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute(f"SET memory_limit = {literal(MEMORY)}")
        connection.execute(f"SET temp_directory = {literal(str(spill))}")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


# Layouts


def _specs_of(file: RawFile, specs: Sequence[TableSpec], release: Release) -> list[TableSpec]:
    """The layouts that a file of that name may have."""
    tables = release.facts.get("tables")
    named = tables.get(file.name) if isinstance(tables, Mapping) else None
    if named is not None:
        found = [spec for spec in specs if spec.name == named]
        if not found:
            known = ", ".join(dict.fromkeys(spec.name for spec in specs))
            raise FileRefused(
                [
                    Fault(
                        "file.layout",
                        f"The card gives it the layout '{named}', which its reader does not know.",
                        f"Use one of: {known}.",
                    )
                ]
            )
        return found
    return [
        spec
        for spec in specs
        if spec.files is None or fnmatch(file.name.lower(), spec.files.lower())
    ]


@dataclass(frozen=True)
class _Layouts:
    """The layouts that a file may have, as its opener looks for them."""

    specs: Sequence[TableSpec]

    def fits(self, header: Sequence[str]) -> bool:
        return any(_has_needed(spec, header) for spec in self.specs)

    def refusal(self, seen: Sequence[Sequence[str]]) -> FileRefused:
        """The columns that the nearest layout misses, or that there is no such layout."""
        shown = shortened(", ".join(next((row for row in seen if any(row)), ())))
        rows = [[cell.strip() for cell in row] for row in seen]
        nearest_of = [(_missing(spec, row), spec, row) for spec in self.specs for row in rows]
        for missing, spec, row in sorted(nearest_of, key=lambda one: len(one[0])):
            if 2 * len(missing) <= sum(column.needed for column in spec.columns):
                return FileRefused([_fault_of_missing(column, spec, row) for column in missing])
        return FileRefused(
            [
                Fault(
                    "file.layout",
                    f"Its columns are those of no layout that its reader knows: {shown}.",
                    "See that the card names the right reader; another table, or a reduction of "
                    "one, is read by a card with 'reader: mapped_table' and 'columns:'.",
                )
            ]
        )


def _missing(spec: TableSpec, header: Sequence[str]) -> list[Column]:
    held = set(header)
    return [
        column
        for column in spec.columns
        if column.needed and held.isdisjoint((column.name, *column.aliases))
    ]


def _fault_of_missing(column: Column, spec: TableSpec, header: Sequence[str]) -> Fault:
    known = {spelt for one in spec.columns for spelt in (one.name, *one.aliases)}
    strange = tuple(name for name in header if name and name not in known)
    return Fault(
        "file.missing_column",
        f"The file has no column '{column.name}', which the layout '{spec.name}' has."
        f"{nearest(column.name, strange)}",
        "Give it the column, or name another layout in its card.",
    )


def _has_needed(spec: TableSpec, header: Sequence[str]) -> bool:
    return not _missing(spec, header)


def _lay(header: Sequence[str], specs: Sequence[TableSpec], release: Release) -> Laid:
    """The first layout that knows every column; else the refusal of the one nearest to it."""
    refusals = []
    for spec in specs:
        missing = [_fault_of_missing(column, spec, header) for column in _missing(spec, header)]
        faults, by_name = _columns_of(header, spec, release)
        if not missing and not faults:
            zeros = release.facts.get("zeros") == "reported"
            return Laid(spec, by_name, zeros)
        refusals.append([*missing, *faults])
    raise FileRefused(min(refusals, key=len))


def _columns_of(
    header: Sequence[str], spec: TableSpec, release: Release
) -> tuple[list[Fault], dict[str, str | None]]:
    named = [name for name in header if name]
    faults = [
        Fault(
            "file.duplicate_column",
            f"The column '{name}' stands twice in the header.",
            "Give each column its own name.",
        )
        for name in dict.fromkeys(named)
        if named.count(name) > 1
    ]
    known = {spelt: column for column in spec.columns for spelt in (column.name, *column.aliases)}
    of_card = release.facts.get("ignored") or []
    ignored = {*spec.ignored, *([of_card] if isinstance(of_card, str) else of_card)}
    by_name: dict[str, str | None] = dict.fromkeys(column.name for column in spec.columns)
    for at, name in enumerate(header):
        column = known.get(name)
        if column is not None:
            # A layout may have a column under two names; the first in the file holds.
            by_name[column.name] = by_name[column.name] or f"c{at}"
        elif name and name not in ignored:
            faults.append(
                Fault(
                    "file.unknown_column",
                    f"The column '{shortened(name)}' is none that the layout '{spec.name}' has."
                    f"{nearest(name, tuple(known))}",
                    f"If it is not needed, list it in the card: ignored: ['{name}'].",
                )
            )
    return faults, by_name


# Rows


@dataclass
class _Table:
    """A file on its way through DuckDB."""

    connection: duckdb.DuckDBPyConnection
    opened: Opened
    laid: Laid
    of_release: Mapping[str, Expression]
    spill: Path
    left_out: list[int] = field(default_factory=list)
    """Lines of records that stand elsewhere in the file too and make no claim."""
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)
    """What is wrong with a cell that was read in Python, by column and cell."""

    @property
    def typed(self) -> str:
        """SQL of the typed rows."""
        return f"read_parquet({literal(str(self.spill / 'typed.parquet'))})"

    def read_cells(self) -> None:
        """Read the distinct cells of each column that needs more than a type."""
        for column in self.laid.spec.columns:
            cell = self.laid.cells[column.name]
            if column.parsed is None:
                continue
            name = compile.cell_table(column)
            parts = column.parsed.types
            declared = "".join(f", {quoted(part)} {kind}" for part, kind in parts.items())
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} (cell VARCHAR, is_fault BOOLEAN{declared})"
            )
            if cell is None:
                continue
            text = cells.text_of(column, cell)
            found = self.connection.execute(
                f"SELECT DISTINCT {text} AS cell FROM {self.opened.relation} ORDER BY cell"
            ).fetchall()
            read = column.parsed.read([row[0] for row in found if row[0] is not None])
            rows = []
            for written, given in read.items():
                if isinstance(given, Fault):
                    self.faults[column.name, written] = given
                    rows.append((written, True, *(None for _ in parts)))
                else:
                    rows.append((written, False, *(given.get(part) for part in parts)))
            if rows:
                kinds = ("VARCHAR", "BOOLEAN", *parts.values())
                # A row at a time, a hundred thousand cells take half a minute.
                listed = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in kinds)
                held = [list(values) for values in zip(*rows, strict=True)]
                self.connection.execute(f"INSERT INTO {name} SELECT {listed}", held)

    def type_cells(self) -> None:
        """Read the file: every row but those left out, typed."""
        relation = self.opened.relation
        has_lines = bool(self.left_out) or compile.looks_at_lines(self.laid.spec)
        if has_lines:
            relation = compile.numbered(relation, self.opened.first)
        if self.left_out:
            self.connection.execute("CREATE OR REPLACE TEMP TABLE __left_out (line BIGINT)")
            self.connection.executemany(
                "INSERT INTO __left_out VALUES (?)", [(line,) for line in self.left_out]
            )
            relation = f"(FROM {relation} WHERE {compile.LINE} NOT IN (FROM __left_out))"
        rows = compile.typed_rows(
            self.laid, f"(FROM {relation} WHERE NOT ({self._is_blank}))", has_lines=has_lines
        )
        kept = ", ".join(map(quoted, compile.wanted_columns(self.laid, self.of_release)))
        try:
            self.connection.execute(
                f"COPY (SELECT {kept} FROM ({rows})) "
                f"TO {literal(str(self.spill / 'typed.parquet'))} "
                "(FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 61440)"
            )
        except duckdb.InvalidInputException as error:
            raise FileRefused(
                [
                    Fault(
                        "file.unreadable",
                        f"It cannot be read as a table: {str(error).splitlines()[0]}",
                        "See that it is the whole file; save it anew as CSV in UTF-8.",
                    )
                ]
            ) from None

    @property
    def _is_blank(self) -> str:
        """SQL, true of a row of which no cell is filled: it is no record."""
        cells_of = [f"c{at} IS NULL" for at in range(len(self.opened.header))]
        return " AND ".join(cells_of)

    def one(self, query: str) -> int:
        """The one number that a query gives."""
        ((found,),) = self.connection.execute(query).fetchall()
        return int(found or 0)

    def doubled_keys(self) -> list[str]:
        """Sort keys that several good rows share."""
        found = self.connection.execute(
            f"SELECT any_value({compile.SORTED_BY}) FROM {self.typed} "
            f"WHERE NOT {compile.IS_BROKEN} AND {compile.N_CLAIMS} > 0 "
            f"GROUP BY hash({compile.SORTED_BY}) HAVING count(*) > 1"
        ).fetchall()
        return [row[0] for row in found]

    def raw_rows(self, where: str) -> Iterator[tuple[int, dict[str, Any], dict[str, str]]]:
        """Rows of the file with their line, typed columns, and the cells that are looked at."""
        relation = compile.numbered(self.opened.relation, self.opened.first)
        records = f"(FROM {relation} WHERE NOT ({self._is_blank}))"
        typed = compile.typed_rows(self.laid, records, has_lines=True)
        cursor = self.connection.execute(
            f"SELECT *, {compile.made_by(self.laid)} AS __made, "
            f"{compile.rules_broken(self.laid.spec)} AS __rules FROM ({typed}) "
            f"WHERE {where} ORDER BY {compile.LINE}"
        )
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(_FETCHED):
            for row in rows:
                known = dict(zip(names, row, strict=True))
                raw = {
                    self._printed[name]: known[f"{name}__text"] or ""
                    for name, cell in self.laid.cells.items()
                    if cell is not None
                }
                yield known["__line"], known, raw

    @property
    def _printed(self) -> Mapping[str, str]:
        """The header over each column, as the file prints it."""
        return {
            name: self.opened.header[int(cell[1:])]
            for name, cell in self.laid.cells.items()
            if cell is not None
        }

    # Places

    def look_up_places(self, places: Places) -> None:
        """Find each distinct place of the table once, into one small table a place column."""
        for place in self.laid.spec.places:
            written = compile.place_cells(place)
            listed = ", ".join(f"CAST({sql} AS VARCHAR)" for sql in written)
            found = self.connection.execute(
                f"SELECT {quoted(place.name + '__key')}, {listed} FROM {self.typed} "
                f"WHERE NOT {compile.IS_BROKEN} GROUP BY ALL ORDER BY ALL"
            ).fetchall()
            keys = [row[0] for row in found]
            if len(set(keys)) < len(keys):
                raise ValueError("two places of the table share one hash")
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {quoted('__place_' + place.name)} "
                "(key UBIGINT, place_id VARCHAR, country VARCHAR, is_unresolved BOOLEAN)"
            )
            rows = []
            for key, *cells_of in found:
                below = cells_of[-4:]
                countries = cells_of[:-4]
                rows.append((key, *places.look_up(place, countries, tuple(below))))
            if rows:
                self.connection.executemany(
                    f"INSERT INTO {quoted('__place_' + place.name)} VALUES (?, ?, ?, ?)", rows
                )

    # Parts

    def write_parts(
        self, release: Release, file: RawFile, stem: Path, account: Account
    ) -> list[Part]:
        """The claims of the table, and what stands beside them, each as one sorted part."""
        spec = self.laid.spec
        rows = f"(FROM {self.typed} WHERE NOT {compile.IS_BROKEN})"
        n_rows, account.rows_with_claims, account.claims = self._counts(rows)
        account.empty = n_rows - account.rows_with_claims
        if not account.claims:
            return []
        of_release = self.of_release
        source = compile.with_places(spec, rows)
        wanted = [compile.makes(self.laid, claim) for claim in spec.claims]
        sources = [source] * len(wanted)
        if spec.changes:
            sources = [
                compile.followed(self.laid, claim, source, compile.claim_id(of_release, claim))
                for claim in spec.claims
            ]
        compiled = compile.compiled_claims(self.laid, of_release)
        made: list[tuple[Model, compile.Compiled, list[tuple[str, str, str]]]] = [
            (Claims, compiled, list(zip(compiled.selects, sources, wanted, strict=True)))
        ]
        if spec.side is not None:
            compiled = compile.compiled_side(self.laid, of_release)
            made.append(
                (spec.side.model, compiled, [(compiled.selects[0], source, wanted[spec.side.of])])
            )
        return [
            Part(
                table=f"{stage_of(model)}/{table_of(model)}",
                source_id=release.source_id,
                release=release.release,
                file=file.name,
                path=(path := stem.with_name(f"{stem.name}-{table_of(model)}.parquet")).name,
                constants=part.constants,
                stored=part.stored,
                rows=self._write(selects, path, key_of(model)),
                editions=_editions(spec),
            )
            for model, part, selects in made
        ]

    def _counts(self, rows: str) -> tuple[int, int, int]:
        """Rows, rows that make a claim, and claims."""
        (found,) = self.connection.execute(
            f"SELECT count(*), count(*) FILTER ({compile.N_CLAIMS} > 0), "
            f"coalesce(sum({compile.N_CLAIMS}), 0) FROM {rows}"
        ).fetchall()
        return int(found[0]), int(found[1]), int(found[2])

    def _write(
        self, selects: Sequence[tuple[str, str, str]], target: Path, key: Sequence[str]
    ) -> int:
        """Write what the selects give, sorted by the key, and count it."""
        listed = ", ".join(quoted(name) for name in key)
        union = " UNION ALL ".join(
            f"SELECT {select} FROM {source} WHERE {where}" for select, source, where in selects
        )
        write_parquet(self.connection, f"{union} ORDER BY {listed}", target)
        return self.one(f"SELECT count(*) FROM read_parquet({literal(str(target))})")


def _editions(spec: TableSpec) -> str:
    if not spec.edition:
        return "one"
    return "changes" if spec.changes else "snapshots"


def _of_release(release: Release, file: RawFile, spec: TableSpec) -> dict[str, Expression]:
    """What the card and the file say of every claim."""
    card = release.card
    register = f"/{spec.register}" if spec.register else ""
    return {
        "source_id": Const(release.source_id),
        "release": Const(release.release),
        "file": Const(file.name),
        "document_id": Const(_document_id(release, file)),
        "publisher": Const(card.get("publisher") or card["producer"]),
        "published_on": Const(card.get("published_on")),
        "edition": Const(card.get("published_on")),
        "recorded_on": Const(card["date_accessed"]),
        "entry_of": Const(f"{release.source_id}/{release.release}{register}"),
        "method": Const("imported"),
        "method_version": Const(f"{card['reader']} {METHOD_VERSION}"),
        "review_status": Const("accepted"),
        "sensitivity": Const(card["sensitivity"]),
    }


def _document_id(release: Release, file: RawFile) -> str:
    return f"{release.source_id}/{release.release}/{file.name}"


def _document(release: Release, file: RawFile, spec: TableSpec) -> Record:
    card = release.card
    return {
        "document_id": _document_id(release, file),
        "source_id": release.source_id,
        "release": release.release,
        "title": f"{card['title']}: {spec.title}",
        "publisher": card.get("publisher") or card["producer"],
        "url": card.get("url"),
        "archived_url": card.get("archived_url"),
        "published_on": card.get("published_on"),
        "date_accessed": card["date_accessed"],
        "language": card.get("language"),
        "license": card["license"],
        "redistributable": card["redistributable"],
        "sensitivity": card["sensitivity"],
        "sha256": file.sha256,
        "path": f"{release.source_id}/{release.release}/{file.name}",
    }


# Faults


def _set_aside(table: _Table, release: Release, file: RawFile, account: Account) -> list[Record]:
    """Every row that makes no claim though it should: at fault, rejected, or standing twice."""
    told: list[Record] = []

    def aside(line: int, faults: list[Fault], raw: Any) -> None:
        account.quarantined += 1
        told.extend(quarantine_lines(release, file.name, line, faults, raw))

    for rejected in table.opened.rejected():
        aside(rejected.line, [_rejection(rejected)], [rejected.raw])
    if table.one(f"SELECT count(*) FROM {table.typed} WHERE {compile.IS_BROKEN}"):
        for line, known, raw in table.raw_rows(compile.IS_BROKEN):
            aside(line, _faults_of(table, known), raw)
    if keys := table.doubled_keys():
        for line, fault, raw in _doubled(table, keys):
            aside(line, [fault], raw)
            table.left_out.append(line)
        if table.left_out:
            table.type_cells()
    return told


def _rejection(rejected: Rejected) -> Fault:
    message = rejected.message.lower()
    if "expected number of columns" in message or "columns" in message:
        return Fault(
            "row.does_not_fit",
            "The row has more or fewer cells than the header.",
            'Put cells that hold the separator between quotation marks ("...").',
        )
    if "quote" in message:
        return Fault(
            "row.stray_quote",
            "A quotation mark stands inside a cell, or one is never closed.",
            'Double it inside a quoted cell ("").',
        )
    if "unicode" in message or "utf" in message:
        return Fault("row.encoding", "The row is not UTF-8.", "Save the file as CSV in UTF-8.")
    return Fault(
        "row.unreadable",
        f"The row cannot be read ({shortened(rejected.message)}).",
        "Mend the row in the file.",
    )


def _faults_of(table: _Table, known: Mapping[str, Any]) -> list[Fault]:
    """All that is wrong with a row that SQL found at fault."""
    spec = table.laid.spec
    found = []
    for column in spec.columns:
        cell = known[f"{column.name}__text"]
        fault = cells.fault_of(column, cell) or table.faults.get((column.name, cell or ""))
        if fault:
            found.append(fault)
    for at in known["__rules"]:
        rule = spec.row_faults[at]
        cell = known.get(f"{rule.column}__text")
        found.append(Fault(rule.reason, rule.message, rule.fix, rule.column, cell))
    if not found:
        found.append(Fault("missing.id", "The record has no id.", "Fill the columns of its id."))
    return found


def _doubled(table: _Table, keys: Sequence[str]) -> Iterator[tuple[int, Fault, dict[str, str]]]:
    """The records that stand twice: again, or with other values."""
    table.connection.execute("CREATE OR REPLACE TEMP TABLE __doubled (key VARCHAR)")
    table.connection.executemany("INSERT INTO __doubled VALUES (?)", [(key,) for key in keys])
    where = f"NOT {compile.IS_BROKEN} AND {compile.SORTED_BY} IN (FROM __doubled)"
    by_claim: dict[tuple[str, int], list[int]] = defaultdict(list)
    rows: dict[int, dict[str, str]] = {}
    for line, known, raw in table.raw_rows(where):
        rows[line] = raw
        for claim in known["__made"]:
            by_claim[known["__sorted_by"], claim].append(line)
    told: dict[int, Fault] = {}
    for lines in by_claim.values():
        if len(lines) > 1:
            _, faults = one_of_same([rows[line] for line in lines])
            for line, fault in zip(lines, faults, strict=True):
                if fault:
                    told.setdefault(line, fault)
    for line in sorted(told):
        yield line, told[line], rows[line]
