"""How the cells of a foreign table are read: in SQL for all rows, and again for a row at fault.

Both readings say the same of every cell (a test holds them to it): SQL says which rows are at
fault, Python says of those what is wrong with which cell, and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from pipelines.claims import fields
from pipelines.claims.tables.spec import Column
from pipelines.core.csv_rows import Fault, shortened
from pipelines.core.numerals import MAX_PEOPLE
from schemas.rules import literal, quoted

_WHOLE: Final = r"[0-9]{1,15}(\.0)?"
"""One zero behind the point is a tool's float; three may part thousands, and are a fault."""

_REAL: Final = r"[0-9]{1,15}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00(:00(\.0{1,9})?)?(Z|[+-]00:?00)?)?"


def text_of(column: Column, cell: str | None) -> str:
    """SQL for the cell as text; NULL where it is empty, or the layout lacks the column."""
    if cell is None:
        return "CAST(NULL AS VARCHAR)"
    bare = f"nullif(trim({cell}), '')"
    if not column.empty_as:
        return bare
    words = ", ".join(literal(word) for word in column.empty_as)
    return f"CASE WHEN trim({cell}) IN ({words}) THEN NULL ELSE {bare} END"


def typed(column: Column, text: str) -> str:
    """SQL for the cell in its type; NULL where the text is not of that kind.

    DuckDB's own casts take 450.6 for 451 and 0x10 for 16: a cast is taken only where the number it
    gives is written as the cell is, and any other spelling has to match a pattern whole.
    """
    sign = "-?" if column.signed else ""
    match column.kind:
        case "whole":
            spelt = f"regexp_full_match({text}, {literal(sign + _WHOLE)})"
            number = f"CAST(split_part({text}, '.', 1) AS BIGINT)"
            plain = f"TRY_CAST({text} AS BIGINT)"
            held = f"CAST({plain} AS VARCHAR) = {text}" + (
                "" if column.signed else f" AND {plain} >= 0"
            )
            read = f"CASE WHEN {held} THEN {plain} WHEN {spelt} THEN {number} END"
            return f"CASE WHEN abs({read}) <= {MAX_PEOPLE} THEN {read} END"
        case "real":
            spelt = f"regexp_full_match({text}, {literal(sign + _REAL)})"
            return f"CASE WHEN {spelt} THEN CAST({text} AS DOUBLE) END"
        case "day":
            day = f"TRY_CAST({text} AS DATE)"
            stamped = f"regexp_full_match({text}, {literal(_DAY)})"
            read = (
                f"CASE WHEN CAST({day} AS VARCHAR) = {text} THEN {day} "
                f"WHEN {stamped} THEN TRY_CAST(left({text}, 10) AS DATE) END"
            )
            # DuckDB counts a year 0, which no calendar has.
            return f"CASE WHEN year({read}) > 0 THEN {read} END"
    return text


def broken(column: Column, name: str, text: str) -> list[str]:
    """SQL conditions, each true of a row whose cell is at fault."""
    found = []
    if column.kind != "text":
        found.append(f"({text} IS NOT NULL AND {quoted(name)} IS NULL)")
    if column.given:
        found.append(f"{text} IS NULL")
    return found


def fault_of(column: Column, cell: str | None) -> Fault | None:
    """What is wrong with a cell, and what to do; None where it is read."""
    bare = (cell or "").strip(" ")
    if not bare or bare in column.empty_as:
        return fields.fault_of_missing(column.name) if column.given else None
    return _JUDGES[column.kind](column, bare)


def _whole_fault(column: Column, cell: str) -> Fault | None:
    sign = "-?" if column.signed else ""
    if re.fullmatch(sign + _WHOLE, cell):
        if abs(int(cell.partition(".")[0])) <= MAX_PEOPLE:
            return None
        return _number(column, cell, "number.too_large", "It is more than mankind.", "Check it.")
    if re.fullmatch(r"-[0-9]+(\.0)?", cell):
        return _number(column, cell, "number.negative", "It is less than 0.", "Check it.")
    if re.fullmatch(r"-?[0-9]{1,3}([.,][0-9]{3})+", cell):
        return _number(
            column,
            cell,
            "number.ambiguous_separator",
            "The mark may part thousands or a fraction.",
            f"Write it without the mark; if it parts thousands, as {re.sub('[.,]', '', cell)}.",
        )
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", cell):
        return _number(
            column,
            cell,
            "number.fraction",
            "It is no whole number.",
            "Write it without a fraction; if the mark parts thousands, without the mark.",
        )
    return _number(
        column,
        cell,
        "number.not_a_number",
        "It is no whole number in digits.",
        "Write it in digits, without marks or words; leave it empty where it is not known.",
    )


def _real_fault(column: Column, cell: str) -> Fault | None:
    if re.fullmatch(("-?" if column.signed else "") + _REAL, cell):
        return None
    return _number(
        column, cell, "number.not_a_number", "It is no number.", "Write it in digits with a point."
    )


def _number(column: Column, cell: str, reason: str, message: str, fix: str) -> Fault:
    return Fault(reason, f"{column.name}: {message}", fix, column.name, shortened(cell))


def _day_fault(column: Column, cell: str) -> Fault | None:
    if not re.fullmatch(_DAY, cell):
        return Fault(
            "date.not_a_day",
            f"{column.name}: it is no day written year-month-day, nor a midnight of one.",
            "Write it as 2016-10-06; leave it empty where it is not known.",
            column.name,
            shortened(cell),
        )
    try:
        date.fromisoformat(cell[:10])
    except ValueError:
        return Fault(
            "date.impossible",
            f"{column.name}: there is no such day.",
            "Check the month and the day.",
            column.name,
            shortened(cell),
        )
    return None


def _no_fault(column: Column, cell: str) -> Fault | None:
    return None


_JUDGES: Final[dict[str, Callable[[Column, str], Fault | None]]] = {
    "text": _no_fault,
    "whole": _whole_fault,
    "real": _real_fault,
    "day": _day_fault,
}
