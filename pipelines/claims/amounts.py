"""The number of a sheet's row: value, ends and qualifier read together.

What belongs here: how the cells `value`, `value_low`, `value_high` and `qualifier` agree. The
grammar of a number is in `pipelines.core.numbers`; whether a quote carries it is in `quotes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipelines.core.csv_rows import Fault
from pipelines.core.numbers import Marks, Number, NumberFault, find_numbers, read_number

AMBIGUOUS: Final = "number.ambiguous_separator"
"""The one fault that other cells of the file may settle."""

NOTHING_SHOWN: Final = Marks(None, None)

_WITH_ENDS: Final = ("plain", "about", "nearly", "between", "vague")
_RANGES: Final = ("between", "vague")

_NO_NUMBER: Final = "Write what the document prints, or delete the row. Nothing stated is not 0."


@dataclass(frozen=True)
class Amount:
    """A number as a claim holds it: see RULES, Numbers, for what each of the three holds."""

    as_written: str
    value: int | None
    value_low: int | None
    value_high: int | None


@lru_cache(65536)
def number_in(column: str, cell: str, shown: Marks) -> Number | Fault:
    """The number of a cell, or why it is none."""
    try:
        return read_number(cell, shown)
    except NumberFault as fault:
        fix = _NO_NUMBER if fault.code == "missing.value" else fault.fix
        return Fault(fault.code, fault.message, fix, column, cell)


@lru_cache(1024)
def numbers_in(quote: str) -> tuple[Number, ...]:
    """The numbers of a quote, read by what its own words show of dots and commas."""
    return tuple(find_numbers(quote))


def _settled_by_quote(column: str, cell: str, quote: str, shown: Marks) -> Number | Fault:
    """The number of a cell; an unclear mark is settled where the row's quote has the same number.

    The quote settles it only with a number that is itself beyond doubt.
    """
    read = number_in(column, cell, shown)
    if isinstance(read, Number) or read.reason != AMBIGUOUS or not quote:
        return read
    for number in numbers_in(quote):
        if number.value is None or number.doubt:
            continue
        for mark in (Marks("thousands", shown.comma), Marks(shown.dot, "thousands")):
            retried = number_in(column, cell, mark)
            if isinstance(retried, Number) and retried.value == number.value:
                return retried
    return read


def read_amount(
    value: str, low: str, high: str, qualifier: str | None, quote: str, shown: Marks
) -> tuple[Amount | None, list[Fault]]:
    """The number of a row, or every fault of its cells.

    `qualifier` is None where its own cell is faulty: then only the numbers are judged.
    """
    faults: list[Fault] = []
    number: Number | None = None
    ends: list[int | None] = []
    if value:
        read = _settled_by_quote("value", value, quote, shown)
        if isinstance(read, Fault):
            faults.append(read)
        else:
            number = read
    for column, cell in (("value_low", low), ("value_high", high)):
        end = _end(column, cell, quote, shown)
        ends.append(None if isinstance(end, Fault) else end)
        if isinstance(end, Fault):
            faults.append(end)
    if not (value or low or high):
        return None, [
            Fault(
                "missing.value",
                "The row has no number.",
                _NO_NUMBER,
                "value",
                "",
            )
        ]
    if faults or qualifier is None:
        return None, faults
    if fault := _disagreement(number, value, ends[0], ends[1], qualifier):
        return None, [fault]
    if qualifier == "less_than" and number and number.value == 0:
        return None, [_below_zero(value)]
    return _amount(value or f"{low} to {high}", number, ends[0], ends[1])


def _end(column: str, cell: str, quote: str, shown: Marks) -> int | Fault | None:
    if not cell:
        return None
    read = _settled_by_quote(column, cell, quote, shown)
    if isinstance(read, Fault):
        return read
    if read.qualifier != "plain" or read.value is None:
        return Fault(
            "number.not_a_number",
            f"'{cell}' is no bare number, as the end of a range must be.",
            "Write the end in digits.",
            column,
            cell,
        )
    return read.value


def _disagreement(
    number: Number | None, cell: str, low: int | None, high: int | None, qualifier: str
) -> Fault | None:
    """Why value, ends and qualifier do not go together."""
    has_ends = low is not None or high is not None
    if number is None:
        if qualifier == "vague":
            return _conflict(
                qualifier, "vague needs its word.", "Write the word, such as dozens, in value."
            )
        if qualifier != "between":
            return _conflict(
                qualifier,
                f"A range without a value is 'between', and qualifier says {qualifier}.",
                "Write between as the qualifier, or the number in value.",
            )
        if low is None or high is None:
            missing = "value_low" if low is None else "value_high"
            return Fault(
                f"missing.{missing}",
                f"between needs two ends, and {missing} is empty.",
                "Write both ends; with one end only it is at_least or at_most.",
                missing,
                "",
            )
        return None
    if number.qualifier == "plain" and qualifier in _RANGES:
        needs = (
            "two ends in value_low and value_high, and no value"
            if qualifier == "between"
            else "its word, such as dozens, in value"
        )
        return _conflict(
            qualifier,
            f"'{cell}' is one number, and qualifier says {qualifier}.",
            f"{qualifier} needs {needs}; for one number write plain, at_least, ...",
        )
    if number.qualifier not in ("plain", qualifier):
        return _conflict(
            qualifier,
            f"The words '{cell}' say {number.qualifier}, and qualifier says {qualifier}.",
            f"Write {number.qualifier} as the qualifier, or the words that the document prints.",
        )
    if has_ends and qualifier not in _WITH_ENDS:
        return _conflict(
            qualifier,
            f"{qualifier} is a bound, and the row also has value_low or value_high.",
            "Leave the ends empty; where the document prints two ends, write between.",
        )
    return None


def _conflict(qualifier: str, message: str, fix: str) -> Fault:
    return Fault("number.qualifier_conflict", message, fix, "qualifier", qualifier)


def _amount(
    as_written: str, number: Number | None, low: int | None, high: int | None
) -> tuple[Amount | None, list[Fault]]:
    """The amount of cells that agree on their kind, with its ends in order."""
    best = number.value if number else None
    if number and number.value_low is not None:
        worded = (number.value_low, number.value_high)
        if low not in (None, worded[0]) or high not in (None, worded[1]):
            return None, [_ends_differ(as_written, worded)]
        low, high = worded
    if fault := _disorder(best, low, high):
        return None, [fault]
    return Amount(as_written, best, low, high), []


def _ends_differ(cell: str, worded: tuple[int | None, int | None]) -> Fault:
    return Fault(
        "range.conflict",
        f"value says {worded[0]} to {worded[1]}, and the ends beside it differ.",
        "Leave value_low and value_high empty, or value.",
        "value",
        cell,
    )


def _below_zero(cell: str) -> Fault:
    return Fault(
        "range.below_zero", "Fewer than 0 people is no count.", "Check the number.", "value", cell
    )


def _disorder(best: int | None, low: int | None, high: int | None) -> Fault | None:
    if low is not None and high is not None and low > high:
        return Fault(
            "range.inverted",
            f"value_low ({low}) is above value_high ({high}).",
            "Check both against the document; nothing is swapped here.",
            "value_low",
            str(low),
        )
    if best is not None and (
        (low is not None and low > best) or (high is not None and best > high)
    ):
        return Fault(
            "range.best_outside",
            f"value ({best}) lies outside its range ({low} to {high}).",
            "Check the three against the document.",
            "value",
            str(best),
        )
    return None
