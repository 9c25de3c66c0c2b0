"""The one number grammar: how a number that a person wrote is read, everywhere in the project.

Two ways in: `find_numbers` for running text and `read_number` for a cell. Both use one scanner
(number_text.py) and one set of words (number_words.py); a cell is refused where running text would
carry a doubt. Also here: what a qualifier says about the ends, and the reading range.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pipelines.core.number_text import DOUBTS, Found, Number, scan, trailing_unit
from pipelines.core.number_words import MISSING
from pipelines.core.numerals import MAX_PEOPLE, Marks, fold, marks
from schemas.vocab import METRICS, POPULATIONS, QUALIFIERS, UNITS

__all__ = [
    "DOUBTS",
    "FAULTS",
    "FAULT_OF_DOUBT",
    "MAX_PEOPLE",
    "Marks",
    "Number",
    "NumberFault",
    "ends",
    "find_numbers",
    "marks",
    "printed_unit",
    "read_number",
    "reading_range",
]


FAULTS: Final[dict[str, tuple[str, str]]] = {
    "missing.value": (
        "says that the value is missing",
        "Leave the cell empty if the source gives no number; write 0 only if the source says none.",
    ),
    "number.ambiguous_separator": (
        "has a dot or comma that may part thousands or decimals",
        "Write the digits without a mark",
    ),
    "number.ambiguous_suffix": (
        "ends in a letter or word that has two meanings (m: million or metres)",
        "Write the word in full, such as '12 million', or the digits",
    ),
    "number.bad_grouping": (
        "has digits grouped neither in threes (1,234,567) nor as lakh and crore (12,34,567)",
        "Write the digits without a mark",
    ),
    "number.control_character": (
        "holds invisible characters",
        "Type the number anew",
    ),
    "number.exponent": (
        "is in exponent notation, which hides how many digits were printed",
        "Write all digits",
    ),
    "number.fraction": (
        "is not a whole number of people",
        "Write the whole number that the source printed",
    ),
    "number.mixed_script": (
        "mixes digits of several scripts",
        "Write all digits in one script",
    ),
    "number.negative": (
        "is below 0, and people are counted from 0",
        "Write the number that the source printed, or leave the cell empty",
    ),
    "number.not_a_number": (
        "is more or other than one number",
        "Write one number, in digits or with its words such as 'more than 600'",
    ),
    "number.percent": (
        "is a share in percent, not a count of people",
        "Write the number of people that the source printed, or leave the cell empty",
    ),
    "number.too_large": (
        f"is more than mankind ({MAX_PEOPLE:,})",
        "Check the number against the source",
    ),
    "number.vague_word": (
        "is a vague word that has no fixed band",
        "Write the source's number, or one of: several, dozens, hundreds, thousands",
    ),
    "number.unclear_range": (
        "may or may not be a range, or carries two words that pull different ways",
        "Write it as 'between 500 and 700', or as one number with one word such as 'at least'",
    ),
    "range.inverted": (
        "has a first end that is not below its second",
        "Write the lower end first, as the source means it",
    ),
}

FAULT_OF_DOUBT: Final[dict[str, str]] = {
    "decimal_elsewhere": "number.ambiguous_separator",
    "range_inverted": "range.inverted",
    "range_or_change": "number.unclear_range",
    "scale_of_range": "number.unclear_range",
    "qualifiers_differ": "number.unclear_range",
    "qualified_range": "number.unclear_range",
}


class NumberFault(ValueError):
    """A cell that does not hold one number of people, with the reason and what to write instead."""

    def __init__(self, code: str, cell: str, suggestion: int | None = None) -> None:
        reason, fix = FAULTS[code]
        shown = cell if len(cell) <= 40 else f"{cell[:37]}..."
        self.code = code
        self.message = f"{shown!r} {reason}."
        self.suggestion = suggestion
        likely = (
            f": {suggestion}, if that is what the source says" if suggestion is not None else ""
        )
        self.fix = f"{fix.removesuffix('.')}{likely}."
        super().__init__(f"{code}: {self.message} {self.fix}")


def find_numbers(text: str, shown: Marks | None = None) -> list[Number]:
    """Find the numbers of a running text, in order and without overlap.

    `shown` is what the document shows about its dots and commas; by default it is taken from the
    text itself. Dates, ages, money and the like are numbers here; masking them is not this
    function's work. A number that cannot be read as a whole number of people is given without
    value, with the reason as its doubt (see `DOUBTS`).
    """
    return [found.number for found in scan(text, marks([text]) if shown is None else shown)]


_PLAIN = re.compile(r"[0-9]{1,9}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,2}")
_PERCENT = re.compile(r"%|\bper ?cent\b|\bpct\b|‰")
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?e[+-]?\d+")
_NEGATIVE = re.compile(r"[-\u2212\u2014]\s*[.\d]")
_MINUS_BEFORE = re.compile(r"(?:^|[^\w)-])-\s*\Z")
_COUNTED = "|".join((*UNITS, *POPULATIONS, *METRICS, "persons"))
_ASIDE = re.compile(
    rf"(?:[\s.,;:!?*†‡§¶'\"“”()\[\]{{}}=+…\u00b2\u00b3\u00b9\u2070-\u2079]|\b(?:{_COUNTED})\b)*",
    re.IGNORECASE,
)
"""Marks and words around a number that leave no doubt which number is meant."""


def read_number(cell: str, shown: Marks, *, in_text: bool = False) -> Number:
    """Read a cell that holds one number and nothing else, with its qualifying words.

    Parameters
    ----------
    cell
        The cell, or with `in_text` a quote from running text.
    shown
        What the other cells of the file show about dots and commas.
    in_text
        Keep what running text keeps: a doubt is given with the number instead of a refusal, and a
        number that cannot be read comes without value.

    Raises
    ------
    NumberFault
        If the cell does not hold one whole number of people, or may be read in two ways.
    """
    if _PLAIN.fullmatch(cell) and (cell.isdigit() or shown.comma != "decimal"):
        return _plain(cell)
    if not in_text:
        _refuse_by_form(cell, shown)
    found = scan(cell, shown)
    blank = len(cell) - len(cell.lstrip())
    filled = len(cell.rstrip())
    if len(found) != 1 or found[0].start > blank or found[0].end < filled:
        raise _not_one_number(cell, found)
    number = found[0].number
    if not in_text and _MINUS_BEFORE.search(fold(cell[: number.start])):
        raise NumberFault("number.negative", cell)
    if number.doubt is None or in_text:
        return number
    if number.doubt == "spaced_dash":  # in a cell nothing but a range has two numbers
        return number._replace(doubt=None)
    code = FAULT_OF_DOUBT.get(number.doubt, f"number.{number.doubt}")
    raise NumberFault(code, cell, number.value)


def _plain(cell: str) -> Number:
    value = int(cell.replace(",", ""))
    end = len(cell)
    return Number(cell, 0, end, "plain", 0, end, value, None, None, trailing_unit(value), None)


def _refuse_by_form(cell: str, shown: Marks) -> None:
    """Refuse the cells whose fault is seen in their form, before any number is read from them."""
    folded = fold(cell).strip()
    if folded in MISSING:
        raise NumberFault("missing.value", cell)
    hidden = {char for char in set(cell) if unicodedata.category(char) in ("Cf", "Cc")}
    if hidden - {"\t", "\r", "\n"}:
        bare = "".join(char for char in cell if char not in hidden)
        raise NumberFault("number.control_character", cell, _likely(bare, shown))
    if _EXPONENT.fullmatch(folded):
        raise NumberFault("number.exponent", cell, _exponent(folded))
    if _NEGATIVE.match(folded):
        raise NumberFault("number.negative", cell)
    if _PERCENT.search(folded):
        raise NumberFault("number.percent", cell)


def _likely(cell: str, shown: Marks) -> int | None:
    try:
        return read_number(cell, shown).value
    except NumberFault as fault:
        return fault.suggestion


def _exponent(folded: str) -> int | None:
    mantissa, _, power = folded.replace(",", ".").partition("e")
    whole, _, decimals = mantissa.partition(".")
    shift = int(power) - len(decimals) if len(power) <= 3 else -1
    if len(mantissa) > 15 or not 0 <= shift <= 10:
        return None
    value = int(whole + decimals) * 10**shift
    return value if value <= MAX_PEOPLE else None


def _not_one_number(cell: str, found: list[Found]) -> NumberFault:
    numbers = [one.number for one in found]
    if len(numbers) == 2 and numbers[0].value is not None and numbers[1].value is not None:
        between = fold(cell)[numbers[0].end : numbers[1].start].strip()
        if between in ("to", "and") and numbers[0].value >= numbers[1].value:
            return NumberFault("range.inverted", cell)
    if len(numbers) != 1:
        return NumberFault("number.not_a_number", cell)
    doubt = numbers[0].doubt
    if doubt is not None and not numbers[0].is_readable and f"number.{doubt}" in FAULTS:
        return NumberFault(f"number.{doubt}", cell)
    rest = cell[: found[0].start] + cell[found[0].end :]
    is_sure = numbers[0].qualifier == "plain" and _ASIDE.fullmatch(rest) is not None
    return NumberFault("number.not_a_number", cell, numbers[0].value if is_sure else None)


def ends(
    qualifier: str, value: int | None, value_low: int | None, value_high: int | None
) -> tuple[int | None, int | None, int | None]:
    """Give low, best and high that the words commit to; None is an open end, never 0.

    Raises
    ------
    ValueError
        If the qualifier is unknown, or the value or ends it needs are missing or impossible.
    """
    if qualifier not in QUALIFIERS:
        raise ValueError(f"unknown qualifier {qualifier!r}; known: {', '.join(QUALIFIERS)}")
    if qualifier in ("between", "vague"):
        if value_low is None or value_high is None or value_low > value_high:
            raise ValueError(f"{qualifier} needs a low and a high end in order")
        return value_low, value, value_high
    if value is None:
        raise ValueError(f"{qualifier} needs a value")
    if qualifier in ("plain", "about", "nearly"):
        return value_low, value, value_high
    if qualifier in ("at_least", "more_than"):
        return value + (qualifier == "more_than"), None, None
    high = value - (qualifier == "less_than")
    if high < 0:
        raise ValueError("fewer than 0 people is no count")
    return None, None, high


def printed_unit(value: int) -> int:
    """Give the unit of the last printed digit of a bare integer: 600 -> 100, 338 -> 1, 0 -> 1."""
    return trailing_unit(value)


def reading_range(value: int | None, unit: int | None) -> tuple[int, int] | tuple[None, None]:
    """Give the whole numbers within half a printed unit of a value, rounded inward.

    A tolerance for comparing claims, not an uncertainty. A printed unit of 1 gives the value twice.
    """
    if value is None or unit is None:
        return None, None
    return max(0, value - unit // 2), value + unit // 2
