"""What a card's `columns:` says of a foreign table: where in it each column of a claim sheet is.

The grammar of the setting belongs here, with everything that can be judged without the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipelines.core.csv_rows import nearest
from pipelines.core.period import DateFault, partial_day
from pipelines.core.sheet_layout import SHEET
from schemas.vocab import MEASURES_OF_METRIC, METRICS, UNITS_OF_METRIC, VOCABULARIES

FROM_CARD: Final = ("document_id", "quote", "locator", "part_of", "url")
"""Columns of a sheet that a table's claims do not take from it: they have the file as document."""

TARGETS: Final = tuple(name for name in SHEET.columns if name not in FROM_CARD)
"""What a mapping may fill."""

PLACE_LEVELS: Final = ("country", "first_level", "first_pcode", "second_level", "second_pcode")

_NEEDED: Final = {"metric": "{is: killed}", "speaker": "{is: <who says it>}"}
"""What a claim has to say beside its number, each with an example."""
_NUMBERS: Final = ("value", "value_low", "value_high")
_DAYS: Final = ("period_start", "period_end", "stated_on", "edition")
_OF_A_ROW: Final = ("row_id", "edition", "place", "adds_up")
"""What all claims of a row have in common."""

_SIZE: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?")


@dataclass(frozen=True)
class MappingFault:
    """What is wrong with a mapping: where in it, what stands there, why, and how to mend it."""

    where: str
    value: str
    reason: str
    fix: str


class MappingFaulty(ValueError):
    """A mapping that cannot be used; `faults` holds everything found."""

    def __init__(self, faults: list[MappingFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{one.where} {one.reason}" for one in faults))


@dataclass(frozen=True)
class Cell:
    """Where one column of a claim is from: a column of the table, or the same word in every row."""

    column: str | None = None
    constant: str | None = None
    words: tuple[tuple[str, str], ...] = ()
    """The table's words and ours, where they differ; then the table may hold no other."""


@dataclass(frozen=True)
class TableMapping:
    """A foreign table in the words of a claim sheet.

    `claims` holds one mapping a claim that a row makes, what they share included.
    """

    row_id: tuple[str, ...]
    """The columns that together name a record."""
    claims: tuple[Mapping[str, Cell], ...]
    place: Mapping[str, Cell]
    """Where the place is from: a level a cell, or `place` alone for a name or an id."""
    adds_up: bool

    @staticmethod
    def read(stated: object) -> TableMapping:
        """The mapping that a card gives as `columns:`. Raises MappingFaulty with all that is wrong.

        >>> mapping = TableMapping.read({
        ...     "row_id": "id", "metric": {"is": "killed"}, "value": "deaths",
        ...     "place": {"country": "iso3"}, "speaker": {"is": "The office"},
        ... })
        >>> mapping.claims[0]["value"].column, mapping.claims[0]["metric"].constant
        ('deaths', 'killed')
        """
        return _Reader().read(stated)


class _Reader:
    """Reads a mapping, and keeps every fault of it."""

    def __init__(self) -> None:
        self.faults: list[MappingFault] = []

    def read(self, stated: object) -> TableMapping:
        if not isinstance(stated, Mapping) or not stated:
            self._fault("", "", "holds no columns", "write 'row_id: <column of the table>' lines")
            raise MappingFaulty(self.faults)
        shared = dict(stated)
        row_id = self._row_id(shared.pop("row_id", None))
        listed = shared.pop("claims", None)
        place = self._place(shared.pop("place", None))
        adds_up = self._adds_up(shared.pop("adds_up", None))
        common = self._cells(shared, "")
        claims = [common]
        if listed is not None:
            claims = [common | own for own in self._listed(listed)]
        for at, claim in enumerate(claims):
            self._check_claim(claim, f"claims[{at + 1}]" if listed is not None else "")
        if len(set(map(_figure, claims))) < len(claims):
            self._fault("claims", "", "holds one figure twice", "keep one of them")
        if self.faults:
            raise MappingFaulty(self.faults)
        return TableMapping(
            row_id, tuple(claims), place, _may_add_up(claims) if adds_up is None else adds_up
        )

    def _fault(self, where: str, value: object, reason: str, fix: str) -> None:
        self.faults.append(MappingFault(where, str(value), reason, fix))

    # Parts of the setting

    def _row_id(self, stated: object) -> tuple[str, ...]:
        listed = stated if isinstance(stated, list) else [stated]
        names = [one.strip() for one in listed if isinstance(one, str) and one.strip()]
        if not names or len(names) < len(listed):
            fix = "write 'row_id: <column>', or a list of columns that together name a record"
            self._fault("row_id", "", "is missing or names no column", fix)
            return ()
        return tuple(names)

    def _place(self, stated: object) -> dict[str, Cell]:
        if stated is None:
            fix = "write 'place: <column>', or 'country:', 'first_level:' below it"
            self._fault("place", "", "is missing", fix)
            return {}
        if not isinstance(stated, Mapping) or "is" in stated or "column" in stated:
            cell = self._cell("place", stated)
            return {"place": cell} if cell else {}
        found: dict[str, Cell] = {}
        for level, given in stated.items():
            if level not in PLACE_LEVELS:
                self._unknown(f"place.{level}", level, PLACE_LEVELS)
            elif cell := self._cell(f"place.{level}", given):
                found[level] = cell
        if "country" not in stated:
            self._fault("place", "", "names no country", "add 'country: <column>', or {is: SYR}")
        return found

    def _adds_up(self, stated: object) -> bool | None:
        if stated is None or stated in ("true", "false"):
            return None if stated is None else stated == "true"
        self._fault("adds_up", stated, "is neither true nor false", "write true or false")
        return None

    def _listed(self, stated: object) -> Iterator[dict[str, Cell]]:
        if not isinstance(stated, list) or not stated:
            self._fault("claims", "", "is no list", "write one '- metric: ...' a claim of a row")
            return
        for at, one in enumerate(stated, start=1):
            where = f"claims[{at}]."
            if not isinstance(one, Mapping):
                self._fault(where[:-1], one, "holds no columns", "write 'metric: ...' lines")
                continue
            for name in _OF_A_ROW:
                if name in one:
                    fix = "write it once, beside 'claims:'"
                    self._fault(where + name, "", "is the same for all claims of a row", fix)
            yield self._cells({n: given for n, given in one.items() if n not in _OF_A_ROW}, where)

    def _cells(self, stated: Mapping[str, object], before: str) -> dict[str, Cell]:
        found = {}
        for name, given in stated.items():
            if name in FROM_CARD:
                fix = "leave it out: the document of these claims is the file"
                self._fault(before + name, "", "is not taken from a table", fix)
            elif name not in TARGETS:
                self._unknown(before + name, name, (*TARGETS, "claims", "adds_up"))
            elif cell := self._cell(name, given, before):
                found[name] = cell
        return found

    def _unknown(self, where: str, name: str, known: tuple[str, ...]) -> None:
        fix = nearest(name, known).strip() or f"use one of: {', '.join(known)}"
        self._fault(where, name, "is nothing that a claim has", fix)

    def _cell(self, name: str, given: object, before: str = "") -> Cell | None:
        where = before + name
        if isinstance(given, str) and given.strip():
            return Cell(column=given.strip())
        if isinstance(given, Mapping) and set(given) == {"is"} and _is_text(given["is"]):
            constant = str(given["is"]).strip()
            return Cell(constant=constant) if self._is_sound(where, name, constant) else None
        if (
            isinstance(given, Mapping)
            and set(given) in ({"column"}, {"column", "words"})
            and _is_text(given["column"])
        ):
            words = given.get("words", {})
            if not isinstance(words, Mapping) or not all(map(_is_text, words.values())):
                fix = "write '<word of the table>: <our word>' lines below it"
                self._fault(f"{where}.words", "", "holds no words by word", fix)
                return None
            pairs = tuple((str(theirs), str(ours).strip()) for theirs, ours in words.items())
            if not all(self._is_sound(f"{where}.words", name, ours) for _, ours in pairs):
                return None
            return Cell(column=str(given["column"]).strip(), words=pairs)
        fix = "write a column of the table, '{is: <word>}', or '{column: ..., words: {...}}'"
        self._fault(where, "", "is neither a column nor a word", fix)
        return None

    # What may stand there

    def _is_sound(self, where: str, name: str, constant: str) -> bool:
        """Whether a word that stands in the card may fill the column."""
        if name in VOCABULARIES and constant not in VOCABULARIES[name]:
            known = tuple(VOCABULARIES[name])
            fix = nearest(constant, known).strip() or f"use one of: {', '.join(known)}"
            self._fault(where, constant, f"is no word for {name}", fix)
            return False
        if name in _NUMBERS:
            fix = "name the column of the table that holds the number"
            self._fault(where, constant, "cannot be one number for all rows", fix)
            return False
        if name == "household_size" and not (_SIZE.fullmatch(constant) and float(constant) > 0):
            self._fault(where, constant, "is no size of a household", "write it as 5 or 5.2")
            return False
        if name in _DAYS:
            try:
                partial_day(constant)
            except DateFault as fault:
                self._fault(where, constant, "is no day", fault.fix)
                return False
        return True

    def _check_claim(self, claim: Mapping[str, Cell], where: str) -> None:
        before = f"{where}." if where else ""
        for name, example in _NEEDED.items():
            if name not in claim and not self._told(name):
                self._fault(before + name, "", "is missing", f"write '{name}: {example}'")
        has_number = "value" in claim or {"value_low", "value_high"} <= claim.keys()
        if not has_number and not self._told("value"):
            fix = "write 'value: <column with the number>', or both value_low and value_high"
            self._fault(before + "value", "", "is missing", fix)
        if "household_size" in claim and "household_size_source" not in claim:
            fix = "say from where the size is known"
            self._fault(before + "household_size_source", "", "is missing", fix)
        metrics = metrics_of(claim.get("metric"))
        for name, of_metric in (("measure", MEASURES_OF_METRIC), ("unit", UNITS_OF_METRIC)):
            constant = claim[name].constant if name in claim else None
            for metric in metrics:
                if constant and len(metrics) < len(METRICS) and constant not in of_metric[metric]:
                    reason = f"does not go with {metric}"
                    fix = f"use one of: {', '.join(of_metric[metric])}"
                    self._fault(before + name, constant, reason, fix)

    def _told(self, name: str) -> bool:
        """Whether the column's own fault was told already."""
        return any(fault.where.split(".")[-1] == name for fault in self.faults)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def metrics_of(cell: Cell | None) -> tuple[str, ...]:
    """The metrics that a cell may give: one word, those it maps, or all."""
    if cell is None:
        return ()
    if cell.constant:
        return (cell.constant,)
    return tuple(dict.fromkeys(ours for _, ours in cell.words)) or tuple(METRICS)


def _figure(claim: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(claim.get(name) for name in ("metric", *_NUMBERS))


def _may_add_up(claims: list[dict[str, Cell]]) -> bool:
    """Whether entries may be added: not where a row counts something twice, nor counters."""
    metrics = [metric for claim in claims for metric in metrics_of(claim.get("metric"))]
    measures = [cell.constant for claim in claims if (cell := claim.get("measure"))]
    return len(metrics) == len(set(metrics)) and not {"cumulative", "ever"} & set(measures)
