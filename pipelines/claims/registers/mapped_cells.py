"""How cells of a mapped table are read: each distinct one once, by the parsers of claim sheets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from pipelines.claims import fields
from pipelines.claims.amounts import AMBIGUOUS, NOTHING_SHOWN, number_in
from pipelines.claims.reading import Release
from pipelines.claims.sheet import IN_WORDS, PARSERS, private_fault
from pipelines.claims.tables.spec import Parsed
from pipelines.core.csv_rows import Fault, nearest
from pipelines.core.numbers import Marks, marks

ENDS: Final = ("value_low", "value_high")
DAYS: Final = ("period_start", "period_end", "stated_on", "edition")

_WITH_NO_FRACTION: Final = re.compile(r"([0-9]{1,15})\.0{1,2}")
_MIDNIGHT: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00(?::00(?:\.0{1,9})?)?")
"""As programs write a whole number, or a day, that they took for something else. Three zeros after
a dot may be thousands: they are left to the grammar of numbers."""


@dataclass(frozen=True)
class Role:
    """What a column of the table is to a claim: a column of a claim sheet, with its words."""

    name: str
    words: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        return self.name if not self.words else f"{self.name}_{abs(_number_of(self.words))}"


def _number_of(words: Iterable[tuple[str, str]]) -> int:
    """A number for a list of words, the same on every machine."""
    return int.from_bytes("\x1f".join(f"{a}\x1e{b}" for a, b in words).encode(), "big") % 10**12


Parts = Mapping[str, Any]
_TEXT: Final = {"text": "VARCHAR"}
_END: Final = {"best": "BIGINT"}
_OF_DAYS: Final = {"first": "DATE", "last": "DATE"}
_PLACE: Final = {"text": "VARCHAR", "id": "VARCHAR"}
_BODY: Final = {"text": "VARCHAR", "id": "VARCHAR", "named": "BOOLEAN"}
_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "value": {"best": "BIGINT", "low": "BIGINT", "high": "BIGINT", "qualifier": "VARCHAR"},
    **dict.fromkeys(ENDS, _END),
    **dict.fromkeys(DAYS, _OF_DAYS),
    "place": _PLACE,
    "from_place": _PLACE,
    "speaker": _BODY,
    "origin": _BODY,
    "household_size": {"text": "DOUBLE"},
    "derived_from": {"text": "VARCHAR[]"},
}


@dataclass
class CellReader:
    """Reads the distinct cells of one column, for every role that it has."""

    release: Release
    column: str
    roles: list[Role] = field(default_factory=list)

    def parsed(self) -> Parsed:
        types = {
            f"{role.key}_{part}": kind
            for role in self.roles
            for part, kind in _TYPES.get(role.name, _TEXT).items()
        }
        return Parsed(types, self.read)

    def read(self, cells: Collection[str]) -> dict[str, Fault | Parts]:
        shown = self._shown(cells)
        return {cell: self._one(cell, shown) for cell in cells}

    def _shown(self, cells: Collection[str]) -> Marks:
        """What the sound cells of the column show of dots and commas."""
        if not any(role.name in ("value", *ENDS) for role in self.roles):
            return NOTHING_SHOWN
        marked = [cell for cell in cells if "." in cell or "," in cell]
        return marks(cell for cell in marked if _is_evidence(number_in("", cell, NOTHING_SHOWN)))

    def _one(self, cell: str, shown: Marks) -> Fault | Parts:
        parts: dict[str, Any] = {}
        for role in self.roles:
            read = self._as(role, cell, shown)
            if isinstance(read, Fault):
                return replace(read, column=self.column, value=cell)
            parts |= {f"{role.key}_{part}": value for part, value in read.items()}
        return parts

    def _as(self, role: Role, cell: str, shown: Marks) -> Fault | Parts:
        if role.words:
            return _translated(role, cell)
        if role.name == "value":
            return _number(cell, shown)
        if role.name in ENDS:
            return _end(role.name, cell, shown)
        if role.name in DAYS:
            whole = _MIDNIGHT.fullmatch(cell)
            read = fields.days(role.name, whole[1] if whole else cell)
            return read if isinstance(read, Fault) else _first_and_last(read)
        if role.name in IN_WORDS and (reason := fields.private_matter(cell)):
            return private_fault(reason, self.column, cell)
        read = PARSERS[role.name](role.name, cell)
        return read if isinstance(read, Fault) else self._known(role.name, read)

    def _known(self, name: str, read: Any) -> Parts:
        """What a sound cell gives, and the place or body that it names."""
        if name in ("place", "from_place"):
            return {"text": read, "id": self.release.gazetteer.resolve(read)}
        if name in ("speaker", "origin"):
            named = fields.may_name_a_person(None, read, "individual")
            return {"text": read, "id": self.release.actors.resolve(read), "named": named}
        return {"text": list(read) if isinstance(read, tuple) else read}


def _is_evidence(read: Any) -> bool:
    return not isinstance(read, Fault) or read.reason == AMBIGUOUS


def _translated(role: Role, cell: str) -> Fault | Parts:
    known = dict(role.words)
    if cell in known:
        return {"text": known[cell]}
    return Fault(
        f"enum.{role.name}",
        f"'{cell}' is none of the words that the card maps.",
        f"Add '{cell}: <a word for {role.name}>' to its words.{nearest(cell, tuple(known))}",
    )


def _number(cell: str, shown: Marks) -> Fault | Parts:
    if whole := _WITH_NO_FRACTION.fullmatch(cell):
        cell = whole[1]
    read = number_in("value", cell, shown)
    if isinstance(read, Fault):
        return read
    return {
        "best": read.value,
        "low": read.value_low,
        "high": read.value_high,
        "qualifier": read.qualifier,
    }


def _end(name: str, cell: str, shown: Marks) -> Fault | Parts:
    read = _number(cell, shown)
    if not isinstance(read, Fault) and (read["qualifier"] != "plain" or read["best"] is None):
        return Fault(
            "number.not_a_number",
            f"'{cell}' is no bare number, as the end of a range must be.",
            "Write the end in digits.",
        )
    return read if isinstance(read, Fault) else {"best": read["best"]}


def _first_and_last(days: tuple[date, date] | None) -> Parts:
    return dict(zip(("first", "last"), days or (None, None), strict=True))
