"""What a reader says of a foreign table: its columns, and the claims that a row of it makes.

Declarations only. A reader of a register is a list of `TableSpec`, one a layout; `read.read_tables`
turns a file into claims by the one whose header fits. SQL in a spec is DuckDB's, over the typed
columns of the table by the names given here; nothing in it may depend on a clock or a locale.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from pipelines.core.csv_rows import Fault
from schemas.models import Model

Kind: TypeAlias = Literal["text", "whole", "real", "day"]
"""How a cell is read: as it stands, as a whole number from 0 up, as a real number, as a day.

A whole number may be written as a float (`369.0`, with one zero), a day as a timestamp
(`2018-01-01 00:00:00.000`): the producer's tools wrote them so. Anything else is a fault.
"""


@dataclass(frozen=True)
class Const:
    """A value that every row has in a column; it is stored once, not in each row."""

    value: str | int | float | bool | date | tuple[str, ...] | None


Expression: TypeAlias = str | Const
"""What fills a column: SQL over the typed table, or one value for all rows."""


@dataclass(frozen=True)
class Parsed:
    """How the cells of a column are read in Python: each distinct one once, all together."""

    types: Mapping[str, str]
    """DuckDB type of each part of the result: in SQL it is `"<column>__<part>"`."""
    read: Callable[[Collection[str]], Mapping[str, Fault | Mapping[str, Any]]]
    """What each cell gives; a fault sets its row aside."""


@dataclass(frozen=True)
class Column:
    """A column of the foreign table.

    In SQL it is `"name"` in its type, NULL where the cell or the whole column is empty or missing;
    `"name__text"` is the cell as printed, for columns that are not text.
    """

    name: str
    kind: Kind = "text"
    needed: bool = False
    """Whether the layout is another one without it."""
    given: bool = False
    """Whether an empty cell is a fault (missing.<name>)."""
    aliases: tuple[str, ...] = ()
    """Other headers under which layouts have it, letter for letter."""
    empty_as: tuple[str, ...] = ()
    """Words that the producer writes for an empty cell, such as 'NA'; else only nothing is empty"""
    signed: bool = False
    """Whether a number may be negative (coordinates; -1 for 'not recorded')."""
    parsed: Parsed | None = None
    """For a column of texts that need more than a type."""


@dataclass(frozen=True)
class RowFault:
    """A rule that a row must keep to be read: where `broken` is true it is set aside."""

    broken: str
    column: str
    reason: str
    message: str
    fix: str


@dataclass(frozen=True)
class ClaimSpec:
    """One claim that a row may make.

    `columns` fills columns of `schemas.claims.Claims`. Left out, and filled by the engine:
    source_id, release, file, document_id, claim_id, record_id, locator, metric, publisher,
    published_on, edition (unless given), recorded_on, method, method_version, review_status,
    sensitivity, seen_in, source_type (unless given), entry_of, adds_up; and, unless given,
    qualifier 'plain', modality 'stated', unit 'people', population 'all', cause 'unstated',
    basis 'unstated', measure 'unstated', value_as_written from `value_from`.
    """

    metric: str
    value: str
    """Name of the whole-number column that holds the figure: value and, unless given,
    value_as_written. It may be a derived one, with value_as_written given."""
    columns: Mapping[str, Expression]
    suffix: str | None = None
    """What follows `#metric.` in the claim id where a row gives several claims of one metric."""
    where: str = "true"
    """SQL: the rows that make this claim, beside those whose value is filled."""
    filled: str | None = None
    """SQL: whether the row gives a figure; that its value is there, if not given."""
    zeros: bool = False
    """Whether a 0 is a figure; a card's `zeros: reported` says so too."""
    doubts: Mapping[str, str] = field(default_factory=dict)
    """Doubts by name, each with the SQL that is true of the rows that have it."""


@dataclass(frozen=True)
class PlaceSpec:
    """Where a row's people are or were: SQL for the country, and for what lies below it.

    The engine resolves each distinct place once and offers in SQL `"<name>__id"` (place_id,
    NULL where unresolved), `"<name>__country"` (ISO 3166-1 alpha-3) and `"<name>__unresolved"`
    (whether something was written and not found).
    A country is found by ISO code, else by `codes`, else by name; a first level by P-code, else by
    name within its country; a level that the gazetteer lacks becomes a place of its own, named as
    the producer names it (`Reading.places`).
    """

    name: str
    country: Sequence[str]
    """SQL, tried in this order: ISO 3166-1 alpha-3 codes, codes of `codes`, names."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """The producer's own country codes or names, as ISO 3166-1 alpha-3 ('' for no country)."""
    first_level: str | None = None
    """SQL: name of the first level."""
    first_pcode: str | None = None
    second_level: str | None = None
    """SQL: name of the second level; taken only with a P-code."""
    second_pcode: str | None = None


@dataclass(frozen=True)
class SideSpec:
    """A table beside the claims: one row a claim of `of_metric`, keyed by claim_id."""

    model: Model
    columns: Mapping[str, Expression]
    of: int = 0
    """Which of the table's claim specs it stands beside."""


@dataclass(frozen=True)
class TableSpec:
    """One layout of a foreign table.

    A file has this layout where its header holds every needed column. Its other columns must be
    columns, or `ignored`, or the card's `ignored:`; else the file is refused and told which.
    """

    name: str
    columns: Sequence[Column]
    record_id: str
    """SQL: the source's own id of the record, the same in every release."""
    claims: Sequence[ClaimSpec]
    title: str
    """What the table is, for its document."""
    files: str | None = None
    """A pattern for the names of files that have this layout, where headers do not tell layouts
    apart ('*unrwa*'). A card's fact `tables: {<file>: <name of the layout>}` is stronger."""
    ignored: Sequence[str] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    """Columns computed once a row, by name: SQL over the typed columns, the derived ones before it,
    and `"__line"`, the record's line in the file."""
    places: Sequence[PlaceSpec] = ()
    row_faults: Sequence[RowFault] = ()
    side: SideSpec | None = None
    adds_up: bool = True
    """Whether entries of one release count nobody twice (RULES.md, Registers)."""
    register: str = ""
    """Sets this table's entries apart from those of the source's other tables, which may count the
    same people: `entry_of` is `<source>/<release>`, with `/<register>` where this is given."""
    edition: str | None = None
    """SQL for the day of the edition, where one file holds several editions of its records. The
    claim id is then `<source>/<release>/<record_id>@<edition_key>#<metric>`."""
    edition_key: str | None = None
    """SQL text: names the edition in claim ids and orders editions; the edition's ISO day if not
    given."""
    changes: str | None = None
    """SQL, true of a row that withdraws a figure (that of each claim whose `where` it meets), where
    the file lists changes one by one; without it each edition states all its records anew. A row
    that withdraws makes no claim."""
