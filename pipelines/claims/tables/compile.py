"""A table's declaration compiled to SQL: its typed rows, and the claims that they make.

Nothing here reads a file: it is the SQL that `read` runs. Names that begin with two underscores are
the engine's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipelines.claims.tables import cells
from pipelines.claims.tables.spec import (
    ClaimSpec,
    Column,
    Const,
    Expression,
    PlaceSpec,
    TableSpec,
)
from schemas.claims import Claims
from schemas.models import Model
from schemas.rules import literal, quoted
from schemas.sql import column_types

LINE: Final = '"__line"'
RECORD: Final = '"__record"'
EDITION_KEY: Final = '"__edition_key"'
IS_BROKEN: Final = '"__is_broken"'
N_CLAIMS: Final = '"__n_claims"'
SORTED_BY: Final = '"__sorted_by"'

_NAMED: Final = re.compile(r'"([^"]+)"')
"""A column named in SQL: readers quote every one."""

_DEFAULTS: Final[dict[str, Expression]] = {
    "qualifier": Const("plain"),
    "modality": Const("stated"),
    "unit": Const("people"),
    "population": Const("all"),
    "cause": Const("unstated"),
    "basis": Const("unstated"),
    "measure": Const("unstated"),
    "seen_in": Const("primary"),
}


@dataclass(frozen=True)
class Laid:
    """A declaration laid over a file: which cell each column is, None where there is none."""

    spec: TableSpec
    cells: Mapping[str, str | None]
    zeros: bool
    """Whether the card says that a 0 is a figure."""


def numbered(relation: str, first: int) -> str:
    """The rows of a relation with the line of each."""
    return f"(SELECT {first - 1} + row_number() OVER () AS {LINE}, * FROM {relation})"


def looks_at_lines(spec: TableSpec) -> bool:
    """Whether a declaration asks for the line of a record."""
    asked = (*spec.derived.values(), spec.record_id)
    return spec.changes is not None or any("__line" in sql for sql in asked)


def typed_rows(laid: Laid, relation: str, *, has_lines: bool) -> str:
    """Every row with its cells in their types, its id, and whether it is at fault.

    `has_lines` says whether the relation is `numbered`.
    """
    spec = laid.spec
    texts = ", ".join(
        f"{cells.text_of(column, laid.cells[column.name])} AS {quoted(_text(column.name))}"
        for column in spec.columns
    )
    line = f"{LINE}, " if has_lines else ""
    select = f"SELECT {line}{texts} FROM {relation}"
    typed = ", ".join(_typed_column(column) for column in spec.columns)
    parsed = [column for column in spec.columns if column.parsed]
    joined = "".join(
        f" LEFT JOIN {cell_table(column)} ON {cell_table(column)}.cell = {_quoted_text(column)}"
        for column in parsed
    )
    select = f"SELECT {line}{typed} FROM ({select}){joined}"
    for name, sql in spec.derived.items():
        select = f"SELECT *, {sql} AS {quoted(name)} FROM ({select})"
    key = spec.edition_key or (f"CAST({spec.edition} AS VARCHAR)" if spec.edition else "NULL")
    select = (
        f"SELECT *, CAST({spec.record_id} AS VARCHAR) AS {RECORD}, "
        f"CAST({key} AS VARCHAR) AS {EDITION_KEY}, {_place_keys(spec)} FROM ({select})"
    )
    conditions = [
        condition
        for column in spec.columns
        for condition in cells.broken(column, column.name, _quoted_text(column))
    ]
    conditions += [f"coalesce({quoted(column.name + '__is_fault')}, false)" for column in parsed]
    conditions += [f"coalesce({fault.broken}, false)" for fault in spec.row_faults]
    conditions.append(f"{RECORD} IS NULL")
    if spec.edition:
        conditions.append(f"{EDITION_KEY} IS NULL")
    counts = " + ".join(f"CAST({makes(laid, claim)} AS INTEGER)" for claim in spec.claims)
    return (
        f"SELECT *, ({' OR '.join(conditions)}) AS {IS_BROKEN}, ({counts or 0}) AS {N_CLAIMS}, "
        f"{RECORD} || coalesce('@' || {EDITION_KEY}, '') || '#' AS {SORTED_BY} FROM ({select})"
    )


def wanted_columns(laid: Laid, of_release: Mapping[str, Expression]) -> list[str]:
    """The columns of the typed rows that the parts are made of; the others need not be kept."""
    spec = laid.spec
    held = [name for column in spec.columns for name in _columns_of(column)]
    held += [*spec.derived, *(f"{place.name}__key" for place in spec.places)]
    asked = [spec.changes or "", spec.edition or "", *(makes(laid, one) for one in spec.claims)]
    asked += [sql for place in spec.places for sql in place_cells(place)]
    filled = [_claim_columns(laid, claim, of_release) for claim in spec.claims]
    if spec.side is not None:
        filled.append(dict(spec.side.columns))
    asked += [sql for one in filled for sql in one.values() if isinstance(sql, str)]
    named = {name for sql in asked for name in _NAMED.findall(sql)}
    engine = ["__record", "__edition_key", "__is_broken", "__n_claims", "__sorted_by"]
    if spec.changes:
        engine.append("__line")
    return [name for name in held if name in named or name.endswith("__key")] + engine


def _columns_of(column: Column) -> list[str]:
    parts = [f"{column.name}__{part}" for part in column.parsed.types] if column.parsed else []
    return [column.name, _text(column.name), *parts]


def _typed_column(column: Column) -> str:
    text = _quoted_text(column)
    parts = (
        "".join(
            f", {cell_table(column)}.{quoted(part)} AS {quoted(f'{column.name}__{part}')}"
            for part in (*column.parsed.types, "is_fault")
        )
        if column.parsed
        else ""
    )
    read = text if column.kind == "text" else cells.typed(column, text)
    return f"{read} AS {quoted(column.name)}, {text}{parts}"


def cell_table(column: Column) -> str:
    """Name of the table of a column's distinct cells, as they were read in Python."""
    return quoted(f"__cells_{column.name}")


def _text(column: str) -> str:
    return f"{column}__text"


def _quoted_text(column: Column) -> str:
    return quoted(_text(column.name))


def makes(laid: Laid, claim: ClaimSpec) -> str:
    """SQL, true of the rows that make the claim."""
    value = quoted(claim.value)
    made = f"{claim.filled or f'{value} IS NOT NULL'}"
    if not (claim.zeros or laid.zeros):
        made = f"({made}) AND coalesce({value} <> 0, true)"
    if laid.spec.changes:
        made = f"({made}) AND NOT coalesce({laid.spec.changes}, false)"
    return f"coalesce(({made}) AND ({claim.where}), false)"


def made_by(laid: Laid) -> str:
    """SQL: which of the claims a row makes, as a list of their places in the declaration."""
    listed = ", ".join(
        f"CASE WHEN {makes(laid, claim)} THEN {at} END" for at, claim in enumerate(laid.spec.claims)
    )
    return f"list_filter([{listed}], lambda x: x IS NOT NULL)"


def rules_broken(spec: TableSpec) -> str:
    """SQL: which of the rules for rows a row breaks, as a list of their places."""
    if not spec.row_faults:
        return "[]"
    listed = ", ".join(
        f"CASE WHEN coalesce({rule.broken}, false) THEN {at} END"
        for at, rule in enumerate(spec.row_faults)
    )
    return f"list_filter([{listed}], lambda x: x IS NOT NULL)"


# Places


def place_cells(place: PlaceSpec) -> list[str]:
    """SQL for all that is written of a place: the countries, then first and second level."""
    below = (place.first_level, place.first_pcode, place.second_level, place.second_pcode)
    return [*place.country, *(sql or "NULL" for sql in below)]


def place_key(place: PlaceSpec) -> str:
    """SQL for one number that stands for all that is written of a place."""
    written = ", ".join(f"CAST({sql} AS VARCHAR)" for sql in place_cells(place))
    return f"hash({written})"


def _place_keys(spec: TableSpec) -> str:
    keys = [f"{place_key(place)} AS {quoted(place.name + '__key')}" for place in spec.places]
    return ", ".join(keys) if keys else "NULL AS __no_place"


def with_places(spec: TableSpec, rows: str) -> str:
    """The rows with each place's id and whether it was not found, from tables named after them."""
    joins = "".join(
        f" LEFT JOIN {quoted('__place_' + place.name)} AS {quoted('p_' + place.name)} "
        f"ON {quoted('p_' + place.name)}.key = typed.{quoted(place.name + '__key')}"
        for place in spec.places
    )
    found = "".join(
        f", {quoted('p_' + place.name)}.place_id AS {quoted(place.name + '__id')}"
        f", {quoted('p_' + place.name)}.country AS {quoted(place.name + '__country')}"
        f", coalesce({quoted('p_' + place.name)}.is_unresolved, false) "
        f"AS {quoted(place.name + '__unresolved')}"
        for place in spec.places
    )
    return f"(SELECT typed.*{found} FROM {rows} AS typed{joins})"


# Claims


@dataclass(frozen=True)
class Compiled:
    """What a part of a table is: its constants, and SQL for the columns that it stores."""

    constants: dict[str, Any]
    stored: tuple[str, ...]
    selects: tuple[str, ...]
    """One SELECT a claim of a row, without FROM; each gives the stored columns."""


def compiled_claims(laid: Laid, of_release: Mapping[str, Expression]) -> Compiled:
    """The part of the claims; `of_release` fills what the source's card and file say."""
    filled = [_claim_columns(laid, claim, of_release) for claim in laid.spec.claims]
    return _compiled(Claims, filled)


def compiled_side(laid: Laid, of_release: Mapping[str, Expression]) -> Compiled:
    """The part of the table beside the claims."""
    side = laid.spec.side
    assert side is not None
    columns = column_types(side.model)
    given: dict[str, Expression] = {
        name: sql for name, sql in of_release.items() if name in columns
    }
    claim = laid.spec.claims[side.of]
    given |= {"claim_id": claim_id(of_release, claim), "record_id": RECORD}
    return _compiled(side.model, [given | dict(side.columns)])


def followed(laid: Laid, claim: ClaimSpec, rows: str, id_of_claim: str) -> str:
    """The rows that state or withdraw a claim's figure, with what became of it later in the file.

    Adds `"__replaced_by"`, the claim that states the figure anew next, and `"__withdrawn_on"`, the
    day of the edition that takes it back, where that comes next.
    """
    spec = laid.spec
    order = f"OVER (PARTITION BY {RECORD} ORDER BY {EDITION_KEY}, {LINE})"
    withdraws = f"coalesce({spec.changes}, false)"
    return (
        f"(SELECT *, CASE WHEN NOT lead({withdraws}) {order} THEN lead({id_of_claim}) {order} END "
        f"AS __replaced_by, CASE WHEN lead({withdraws}) {order} THEN lead({spec.edition}) {order} "
        f"END AS __withdrawn_on FROM {rows} "
        f"WHERE coalesce({claim.where}, false) AND ({withdraws} OR {makes(laid, claim)}))"
    )


def claim_id(of_release: Mapping[str, Expression], claim: ClaimSpec) -> str:
    """SQL for the id of the claim that a row makes."""
    before = f"{_plain(of_release['source_id'])}/{_plain(of_release['release'])}/"
    after = claim.metric + (f".{claim.suffix}" if claim.suffix else "")
    return f"{literal(before)} || {SORTED_BY} || {literal(after)}"


def _plain(expression: Expression) -> Any:
    assert isinstance(expression, Const)
    return expression.value


def _claim_columns(
    laid: Laid, claim: ClaimSpec, of_release: Mapping[str, Expression]
) -> dict[str, Expression]:
    spec = laid.spec
    given: dict[str, Expression] = {
        **_DEFAULTS,
        **of_release,
        "claim_id": claim_id(of_release, claim),
        "record_id": RECORD,
        "metric": Const(claim.metric),
        "locator": (f"{literal('record ')} || {RECORD} || {literal(', column ' + claim.value)}"),
        "value": quoted(claim.value),
        **_as_printed(laid, claim),
        "adds_up": Const(spec.adds_up),
        **claim.columns,
        "doubts": _doubts(claim.doubts),
    }
    if spec.edition:
        given["edition"] = spec.edition
    if spec.changes:
        given |= {"replaced_by": "__replaced_by", "withdrawn_on": "__withdrawn_on"}
    return given


def _as_printed(laid: Laid, claim: ClaimSpec) -> dict[str, Expression]:
    """The cell that holds the figure, where the value is a column of the file."""
    if claim.value in laid.cells:
        return {"value_as_written": quoted(_text(claim.value))}
    return {}


def _doubts(doubts: Mapping[str, str]) -> Expression:
    if not doubts:
        return Const(())
    return " || ".join(
        f"CASE WHEN {sql} THEN [{literal(name)}] ELSE CAST([] AS VARCHAR[]) END"
        for name, sql in sorted(doubts.items())
    )


def _compiled(model: Model, filled: Sequence[Mapping[str, Expression]]) -> Compiled:
    types = column_types(model)
    unknown = set().union(*filled) - types.keys()
    if unknown:
        raise KeyError(f"{model.__name__} has no column {', '.join(sorted(unknown))}")
    constants: dict[str, Any] = {}
    stored: list[str] = []
    for name in types:
        given = [one.get(name) for one in filled]
        if all(isinstance(one, Const) or one is None for one in given) and len(set(given)) == 1:
            if isinstance(given[0], Const):
                constants[name] = _as_json(given[0].value)
        else:
            stored.append(name)
    selects = tuple(
        ", ".join(
            f"CAST({_sql(one.get(name), types[name])} AS {types[name]}) AS {quoted(name)}"
            for name in stored
        )
        for one in filled
    )
    return Compiled(constants, tuple(stored), selects)


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _sql(expression: Expression | None, kind: str) -> str:
    if expression is None:
        return "[]" if kind.endswith("[]") else "NULL"
    if isinstance(expression, str):
        return f"coalesce({expression}, [])" if kind.endswith("[]") else expression
    value = _as_json(expression.value)
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).lower()
        case list():
            return "[" + ", ".join(literal(str(one)) for one in value) + "]"
        case str():
            return literal(value)
    return repr(value)
