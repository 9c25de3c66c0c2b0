"""Any table by mapping: the card's `columns:` says where each column of a claim sheet stands in it.

What belongs here: the claims that a mapped row makes, and the rules that its cells keep together,
in SQL. How a cell is read stands in `mapped_cells`, the grammar of `columns:` in
`pipelines.core.mapping`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.claims import fields
from pipelines.claims.reading import Release
from pipelines.claims.registers.mapped_cells import DAYS, ENDS, CellReader, Role
from pipelines.claims.sheet import COPIED, DEFAULTS, NOT_YET, PARSERS
from pipelines.claims.tables.spec import (
    ClaimSpec,
    Column,
    Const,
    Expression,
    PlaceSpec,
    RowFault,
    TableSpec,
)
from pipelines.core.csv_rows import Fault, FileRefused
from pipelines.core.mapping import Cell, MappingFaulty, TableMapping, metrics_of
from pipelines.core.period import partial_day
from schemas.rules import literal, quoted
from schemas.vocab import DEATH_METRICS, MEASURES_OF_METRIC, UNITS_OF_METRIC

NAME: Final = "mapped_table"

_MUST_BE_FILLED: Final = ("metric", "place", "speaker")
_RANGED: Final = ("between", "vague")
_BOUNDS: Final = ("at_least", "more_than", "at_most", "up_to", "less_than")


def tables(release: Release) -> Sequence[TableSpec]:
    """The one layout that the card's `columns:` describes.

    Raises
    ------
    FileRefused
        `card.columns`, with every fault of the setting, where it cannot be used.
    """
    try:
        mapping = TableMapping.read(release.facts.get("columns"))
    except MappingFaulty as faulty:
        raise FileRefused(
            [
                Fault(
                    "card.columns",
                    f"columns: {one.where} {one.value} {one.reason}.".replace("  ", " "),
                    f"{one.fix[:1].upper()}{one.fix[1:]}.",
                )
                for one in faulty.faults
            ]
        ) from None
    return [_Table(release, mapping).spec()]


# The layout


class _Table:
    """The layout of one mapping."""

    def __init__(self, release: Release, mapping: TableMapping) -> None:
        self._release = release
        self._mapping = mapping
        self._cells: dict[str, CellReader] = {}
        self._given: set[str] = set(mapping.row_id)
        for claim in (*mapping.claims, mapping.place):
            for name, cell in claim.items():
                if cell.column:
                    self._use(name, cell)

    def _use(self, name: str, cell: Cell) -> None:
        assert cell.column
        held = self._cells.setdefault(cell.column, CellReader(self._release, cell.column))
        # A level of a place is looked up by the engine, as it stands.
        role = Role(name, cell.words)
        is_read_here = name in PARSERS or name in ("value", *ENDS)
        if is_read_here and role not in held.roles:
            held.roles.append(role)
        if name in _MUST_BE_FILLED or name == "country":
            self._given.add(cell.column)

    def spec(self) -> TableSpec:
        mapping = self._mapping
        names = dict.fromkeys((*mapping.row_id, *self._cells))
        claims = [spec for claim in mapping.claims for spec in self._claims(claim)]
        edition = mapping.claims[0].get("edition")
        return TableSpec(
            name=NAME,
            title="a table read by the mapping in its card",
            columns=[
                Column(
                    name,
                    needed=True,
                    given=name in self._given,
                    parsed=self._cells[name].parsed()
                    if name in self._cells and self._cells[name].roles
                    else None,
                )
                for name in names
            ],
            record_id=self._record_id(),
            claims=claims,
            places=self._places(),
            row_faults=[*self._id_faults(), *self._faults()],
            adds_up=mapping.adds_up,
            edition=_sql(edition, "edition", "first") if edition and edition.column else None,
        )

    def _record_id(self) -> str:
        return " || '|' || ".join(f"{quoted(name)}" for name in self._mapping.row_id)

    def _id_faults(self) -> Iterable[RowFault]:
        for name in self._mapping.row_id:
            yield RowFault(
                f"contains({quoted(name)}, '#')",
                name,
                "text.bad_id",
                f"{name} holds '#', which parts an id from its metric.",
                "Use letters, digits, '-', '_', '.' and '/'.",
            )
            yield RowFault(
                f"regexp_matches({quoted(name)}, '\\p{{C}}')",
                name,
                "text.control_character",
                f"{name} holds a character that does not show.",
                "Type the cell anew.",
            )

    def _places(self) -> list[PlaceSpec]:
        cells = self._mapping.place
        if "country" not in cells:
            return []

        def level(name: str) -> str | None:
            cell = cells.get(name)
            if cell is None:
                return None
            return quoted(cell.column) if cell.column else literal(cell.constant or "")

        words = dict(cells["country"].words)
        return [
            PlaceSpec(
                "place",
                country=[level("country") or "NULL"],
                codes=words,
                first_level=level("first_level"),
                first_pcode=level("first_pcode"),
                second_level=level("second_level"),
                second_pcode=level("second_pcode"),
            )
        ]

    # Claims

    def _claims(self, claim: Mapping[str, Cell]) -> Iterable[ClaimSpec]:
        """One for each metric that the claim may have."""
        cell = claim["metric"]
        all_metrics = [m for one in self._mapping.claims for m in metrics_of(one["metric"])]
        for metric in metrics_of(cell):
            several = all_metrics.count(metric) > 1
            yield self._claim(claim, metric, several)

    def _claim(self, claim: Mapping[str, Cell], metric: str, several: bool) -> ClaimSpec:
        amount = _Amount(claim)
        stated = _sql(claim.get("modality"), "modality") or "NULL"
        modality = f"coalesce({stated}, {literal(DEFAULTS['modality'])})"
        where = self._of_metric(claim, metric)
        if self._release.facts.get("zeros") != "reported":
            where += (
                f" AND coalesce({amount.best} <> 0 OR {amount.qualifier} <> 'plain' "
                f"OR {modality} = 'none_reported', true)"
            )
        column = (claim.get("value") or claim["value_low"]).column
        assert column
        return ClaimSpec(
            metric=metric,
            value=amount.column,
            columns={
                "value": amount.best,
                "value_as_written": amount.as_written,
                "value_low": amount.low,
                "value_high": amount.high,
                "qualifier": amount.qualifier,
                **self._scope(claim, metric),
                **self._place_columns(claim),
                **self._who(claim),
                **self._when(claim),
                "note": self._note(claim),
                "derived_from": _expression(claim.get("derived_from"), "derived_from"),
                "review_status": f"CASE WHEN {self._names_a_person(claim)} THEN 'pending' "
                "ELSE 'accepted' END",
            },
            suffix=re.sub(r"[#\s]+", "_", column) if several else None,
            where=where,
            filled=amount.filled,
            zeros=True,
            doubts=self._doubts(claim),
        )

    def _of_metric(self, claim: Mapping[str, Cell], metric: str) -> str:
        cell = claim["metric"]
        return "true" if cell.constant else f"{_sql(cell, 'metric')} = {literal(metric)}"

    def _scope(self, claim: Mapping[str, Cell], metric: str) -> dict[str, Expression]:
        columns: dict[str, Expression] = {
            name: _expression(cell, name)
            for name, cell in claim.items()
            if name in COPIED and name not in ("note", "quote")
        }
        for name, default in {**DEFAULTS, "unit": "people", "seen_in": "copy"}.items():
            sql = _sql(claim.get(name), name)
            columns[name] = f"coalesce({sql}, {literal(default)})" if sql else Const(default)
        if metric in DEATH_METRICS:
            sql = _sql(claim.get("deaths_counted"), "deaths_counted")
            columns["deaths_counted"] = f"coalesce({sql}, 'unstated')" if sql else Const("unstated")
        return columns

    def _place_columns(self, claim: Mapping[str, Cell]) -> dict[str, Expression]:
        cells = self._mapping.place
        columns: dict[str, Expression] = {}
        if "country" in cells:
            written = [
                quoted(cell.column) if cell.column else literal(cell.constant or "")
                for name in ("second_level", "first_level", "country")
                if (cell := cells.get(name))
            ]
            columns["place_id"] = '"place__id"'
            columns["place_as_written"] = f"concat_ws(', ', {', '.join(written)})"
        else:
            columns["place_id"] = self._resolved(cells["place"], "place")
            columns["place_as_written"] = _expression(cells["place"], "place")
        if "from_place" in claim:
            columns["from_place_id"] = self._resolved(claim["from_place"], "from_place")
        return columns

    def _resolved(self, cell: Cell, name: str) -> Expression:
        if cell.column:
            return _sql(cell, name, "id") or "NULL"
        return Const(self._release.gazetteer.resolve(cell.constant or ""))

    def _who(self, claim: Mapping[str, Cell]) -> dict[str, Expression]:
        columns: dict[str, Expression] = {}
        for name in ("speaker", "origin"):
            cell = claim.get(name)
            if cell is None:
                continue
            columns[name] = _expression(cell, name)
            columns[f"{name}_id"] = (
                _sql(cell, name, "id") or "NULL"
                if cell.column and not cell.words
                else Const(self._release.actors.resolve(cell.constant or ""))
            )
        return columns

    def _when(self, claim: Mapping[str, Cell]) -> dict[str, Expression]:
        start, end = claim.get("period_start"), claim.get("period_end")
        columns: dict[str, Expression] = {
            "start_earliest": _sql(start, "period_start", "first") or "NULL",
            "start_latest": _sql(start, "period_start", "last") or "NULL",
            "end_earliest": _sql(end, "period_end", "first") or "NULL",
            "end_latest": _sql(end, "period_end", "last") or "NULL",
        }
        starts, ends = _written(start), _written(end)
        columns["period_as_written"] = (
            f"CASE WHEN {starts} = {ends} THEN {starts} "
            f"WHEN coalesce({starts}, {ends}) IS NOT NULL "
            f"THEN coalesce({starts}, '?') || ' to ' || coalesce({ends}, '?') END"
        )
        if "stated_on" in claim:
            first, last = (_sql(claim["stated_on"], "stated_on", day) for day in ("first", "last"))
            columns["stated_on"] = f"CASE WHEN {first} = {last} THEN {first} END"
        if "edition" in claim:
            columns["edition"] = _sql(claim["edition"], "edition", "first") or "NULL"
        return columns

    def _note(self, claim: Mapping[str, Cell]) -> str:
        """The table's note, and in its words what a claim's columns cannot hold."""
        said = [_sql(claim.get("note"), "note") or "NULL"]
        if "stated_on" in claim:
            partial = _is_partial(claim["stated_on"], "stated_on")
            written = _written(claim["stated_on"])
            said.append(f"CASE WHEN {partial} THEN 'stated_on as written: ' || {written} END")
        if "from_place" in claim:
            left = _sql(claim["from_place"], "from_place")
            said.append(f"'from_place as written: ' || {left}")
        return f"nullif(concat_ws('; ', {', '.join(said)}), '')"

    def _names_a_person(self, claim: Mapping[str, Cell]) -> str:
        cell = claim["speaker"]
        kind = _sql(claim.get("source_type"), "source_type")
        if not cell.column or cell.words or not kind:
            return "false"
        return f"coalesce({kind} = 'individual' AND {_sql(cell, 'speaker', 'named')}, false)"

    def _doubts(self, claim: Mapping[str, Cell]) -> dict[str, str]:
        cells = self._mapping.place
        doubts = {"possible_private_name": self._names_a_person(claim)}
        if "country" in cells:
            doubts["place_unresolved"] = '"place__unresolved"'
        else:
            doubts["place_unresolved"] = self._not_found(cells["place"], "place")
        if "from_place" in claim:
            doubts["from_place_unresolved"] = self._not_found(claim["from_place"], "from_place")
        if "stated_on" in claim:
            doubts["stated_on_partial"] = _is_partial(claim["stated_on"], "stated_on")
        return doubts

    def _not_found(self, cell: Cell, name: str) -> str:
        if cell.column:
            return f"({_sql(cell, name)} IS NOT NULL AND {_sql(cell, name, 'id')} IS NULL)"
        return str(self._release.gazetteer.resolve(cell.constant or "") is None).lower()

    # What the cells of a row must keep together

    def _faults(self) -> list[RowFault]:
        found: dict[tuple[str, str, str], RowFault] = {}
        for claim in self._mapping.claims:
            for fault in (*_amount_faults(claim), *self._day_faults(claim), *_word_faults(claim)):
                found.setdefault((fault.broken, fault.column, fault.reason), fault)
        return list(found.values())

    def _day_faults(self, claim: Mapping[str, Cell]) -> Iterable[RowFault]:
        filled = _Amount(claim).filled
        start = _sql(claim.get("period_start"), "period_start", "first")
        end = _sql(claim.get("period_end"), "period_end", "last")
        if start and end:
            yield RowFault(
                f"({filled}) AND {end} < {start}",
                _column(claim, "period_end", "period_start"),
                "date.reversed",
                "The period ends before it starts.",
                "Check both days against the table's source; nothing is swapped here.",
            )
        modality = _sql(claim.get("modality"), "modality") or "'stated'"
        happened = f"({filled}) AND coalesce({modality}, 'stated') NOT IN {_listed(NOT_YET)}"
        accessed = self._release.card.get("date_accessed")
        published = self._release.card.get("published_on")
        for name in ("period_start", "period_end", "stated_on", "edition"):
            first = _sql(claim.get(name), name, "first")
            if not first:
                continue
            of_period = happened if name.startswith("period") else f"({filled})"
            if accessed:
                yield RowFault(
                    f"{of_period} AND {first} > DATE '{accessed}'",
                    _column(claim, name),
                    "date.future",
                    f"{name} lies after the card's date_accessed ({accessed}).",
                    "Check the day, or the card; for a forecast, plan or order give its modality.",
                )
            if published and name.startswith("period"):
                late = f"{first} > DATE '{published}'"
                if accessed:
                    late += f" AND {first} <= DATE '{accessed}'"
                yield RowFault(
                    f"{of_period} AND {late}",
                    _column(claim, name),
                    "date.before_it_happened",
                    f"{name} lies after the table's publication ({published}).",
                    "Check the days; for a forecast, plan or order give its modality.",
                )


@dataclass(frozen=True)
class _Amount:
    """SQL for the number of a claim: value, ends and qualifier read together."""

    claim: Mapping[str, Cell]

    @property
    def column(self) -> str:
        """The column that a record's locator names."""
        return (self.claim.get("value") or self.claim["value_low"]).column or ""

    @property
    def best(self) -> str:
        return self._part("value", "best")

    @property
    def low(self) -> str:
        return f"coalesce({self._part('value', 'low')}, {self._part('value_low', 'best')})"

    @property
    def high(self) -> str:
        return f"coalesce({self._part('value', 'high')}, {self._part('value_high', 'best')})"

    @property
    def printed(self) -> str:
        """The qualifier that stands in the number's own words."""
        return self._part("value", "qualifier", "VARCHAR")

    @property
    def stated(self) -> str:
        """The qualifier that the row states beside the number."""
        return _sql(self.claim.get("qualifier"), "qualifier") or "CAST(NULL AS VARCHAR)"

    @property
    def qualifier(self) -> str:
        """The one that stands: two ends without a value are a range."""
        alone = f"CASE WHEN {self.printed} IS NULL THEN 'between' ELSE {self.printed} END"
        return f"coalesce({self.stated}, {alone})"

    @property
    def filled(self) -> str:
        cells = [
            f"{quoted(cell.column)} IS NOT NULL"
            for name in ("value", *ENDS)
            if (cell := self.claim.get(name)) and cell.column
        ]
        # Ends beside an empty value are a range only where both stand.
        if "value" in self.claim:
            return cells[0] if len(cells) < 3 else f"{cells[0]} OR ({cells[1]} AND {cells[2]})"
        return " AND ".join(cells)

    @property
    def as_written(self) -> str:
        ends = [
            quoted(self.claim[name].column or "") if name in self.claim else "NULL"
            for name in ("value", *ENDS)
        ]
        return f"coalesce({ends[0]}, {ends[1]} || ' to ' || {ends[2]})"

    def _part(self, name: str, part: str, kind: str = "BIGINT") -> str:
        return _sql(self.claim.get(name), name, part) or f"CAST(NULL AS {kind})"


def _amount_faults(claim: Mapping[str, Cell]) -> Iterable[RowFault]:
    """Value, ends and qualifier that do not go together, as in a claim sheet."""
    amount = _Amount(claim)
    filled = f"({amount.filled})"
    value = _column(claim, "value", "value_low")
    if claim.get("qualifier"):
        yield RowFault(
            f"{filled} AND {amount.printed} <> 'plain' AND {amount.stated} <> {amount.printed}",
            _column(claim, "qualifier", "value", "value_low"),
            "number.qualifier_conflict",
            "The words of the number say another qualifier than the row does.",
            "Write the qualifier that the words have, or the words that the source prints.",
        )
        yield RowFault(
            f"{filled} AND coalesce({amount.printed}, 'plain') = 'plain' AND "
            f"(({amount.best} IS NOT NULL AND {amount.stated} IN {_listed(_RANGED)}) OR "
            f"({amount.best} IS NULL AND {amount.stated} <> 'between'))",
            _column(claim, "qualifier", "value", "value_low"),
            "number.qualifier_conflict",
            "The qualifier and the number do not go together: one number is neither 'between' "
            "nor 'vague', and two ends without a number are 'between'.",
            "Write plain, at_least, ... for one number; between for two ends.",
        )
    yield RowFault(
        f"{filled} AND {amount.qualifier} IN {_listed(_BOUNDS)} AND "
        f"({amount.low} IS NOT NULL OR {amount.high} IS NOT NULL)",
        value,
        "number.qualifier_conflict",
        "The number is a bound, and the row also gives an end of a range.",
        "Leave the ends empty; where the source prints two ends, the qualifier is between.",
    )
    yield RowFault(
        f"{filled} AND {amount.qualifier} = 'less_than' AND {amount.best} = 0",
        value,
        "range.below_zero",
        "Fewer than 0 people is no count.",
        "Check the number.",
    )
    yield RowFault(
        f"{filled} AND {amount.low} > {amount.high}",
        _column(claim, "value_low", "value"),
        "range.inverted",
        "The lower end is above the upper end.",
        "Check both against the source; nothing is swapped here.",
    )
    yield RowFault(
        f"{filled} AND {amount.low} <= {amount.high} AND "
        f"({amount.best} < {amount.low} OR {amount.best} > {amount.high})",
        value,
        "range.best_outside",
        "The value lies outside its range.",
        "Check the three against the source.",
    )
    if modality := _sql(claim.get("modality"), "modality"):
        yield RowFault(
            f"{filled} AND {modality} = 'none_reported' AND coalesce({amount.best}, 1) <> 0",
            _column(claim, "modality", "value", "value_low"),
            "number.none_reported",
            "modality says none_reported, and the figure is not 0.",
            "Write 0 where the speaker says that there were none; else check the modality.",
        )


def _word_faults(claim: Mapping[str, Cell]) -> Iterable[RowFault]:
    """Words that are each known and do not go with the metric."""
    filled = _Amount(claim).filled
    for name, reason, allowed in (
        ("measure", "enum.measure_metric", MEASURES_OF_METRIC),
        ("unit", "unit.metric", UNITS_OF_METRIC),
    ):
        word = _sql(claim.get(name), name)
        if not word or not (claim[name].column or claim["metric"].column):
            continue
        metric = _sql(claim["metric"], "metric")
        for one in metrics_of(claim["metric"]):
            yield RowFault(
                f"({filled}) AND {metric} = {literal(one)} "
                f"AND {word} NOT IN {_listed(allowed[one])}",
                _column(claim, name, "metric"),
                reason,
                f"{name} is none that {one} has.",
                f"Use one of: {', '.join(allowed[one])}.",
            )


# SQL of one cell


def _sql(cell: Cell | None, name: str, part: str = "text") -> str | None:
    """SQL for a part of what a cell gives; None where the mapping has no such cell."""
    if cell is None:
        return None
    if cell.column:
        return quoted(f"{cell.column}__{Role(name, cell.words).key}_{part}")
    assert cell.constant
    if name in DAYS:
        first, last = partial_day(cell.constant)
        return f"DATE '{first if part == 'first' else last}'"
    return literal(cell.constant)


def _expression(cell: Cell | None, name: str) -> Expression:
    """What fills a column of the claim."""
    if cell is None:
        return Const(() if name == "derived_from" else None)
    if cell.column:
        return _sql(cell, name) or "NULL"
    constant = cell.constant or ""
    if name == "derived_from":
        read = fields.words(name, constant)
        return Const(() if isinstance(read, Fault) else read)
    return Const(float(constant) if name == "household_size" else constant)


def _written(cell: Cell | None) -> str:
    """SQL for the cell as the table, or the card, prints it."""
    if cell is None:
        return "CAST(NULL AS VARCHAR)"
    return quoted(cell.column) if cell.column else literal(cell.constant or "")


def _is_partial(cell: Cell, name: str) -> str:
    return f"coalesce({_sql(cell, name, 'first')} <> {_sql(cell, name, 'last')}, false)"


def _column(claim: Mapping[str, Cell], *names: str) -> str:
    """The table's column of the first of the names that the table has."""
    for name in names:
        cell = claim.get(name)
        if cell and cell.column:
            return cell.column
    return ""


def _listed(words: Iterable[str]) -> str:
    return f"({', '.join(map(literal, words))})"
