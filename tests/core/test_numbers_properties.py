"""What must hold of the number grammar for any number and any text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.number_words import BEFORE
from pipelines.core.numbers import (
    DOUBTS,
    FAULTS,
    MAX_PEOPLE,
    Marks,
    Number,
    NumberFault,
    ends,
    find_numbers,
    marks,
    read_number,
)
from schemas.vocab import QUALIFIERS

UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
FORMS = ["plain", ",", ".", "'", "’", " ", "\u00a0", "\u202f", "lakh", "arabic", "wide", "words"]

people = st.one_of(
    st.integers(0, 999), st.integers(0, 999_999), st.integers(0, MAX_PEOPLE)
) | st.integers(1, 8_300).map(lambda thousands: thousands * 1_000)
EVERY_MARKS = [
    Marks(),
    Marks(dot="thousands", comma="decimal"),
    Marks(dot="decimal", comma="thousands"),
]
all_marks = st.sampled_from(EVERY_MARKS)
PIECES = [
    *BEFORE,
    *UNITS,
    *TENS[2:],
    *[
        "hundred",
        "thousand",
        "million",
        "lakh",
        "dozen",
        "dozens",
        "thousands",
        "several",
        "half",
        "quarter",
        "quarters",
    ],
    *[
        "and",
        "of",
        "a",
        "an",
        "to",
        "from",
        "between",
        "or",
        "or",
        "more",
        "point",
        "+,",
        ".",
        "'",
        "-",
        "–",
        "%",
        "m",
        "k",
        "bn",
        "mil",
        "%",
        "/",
        "½",
        "$",
        "th",
    ],
    *[
        "people",
        "killed",
        "1",
        "12",
        "600",
        "1,234",
        "450.000",
        "2.5",
        "٦٠٠",
        "\u200b",
        "\xa0",
        "و",
        "−",
        "\n",
    ],
]
prose = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", " ", " ", "", "-", ", "])), max_size=14
).map(lambda pieces: "".join(word + gap for word, gap in pieces))
texts = prose | st.text(max_size=60) | st.text(alphabet="0123456789.,' -+k\u00a0m", max_size=24)


def in_words(value: int) -> str:
    """Spell a number in English, as a grammar book does."""
    if value < 20:
        return UNITS[value]
    if value < 100:
        return TENS[value // 10] + (f"-{UNITS[value % 10]}" if value % 10 else "")
    for size, word in (
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if value >= size:
            rest = value % size
            joint = " and " if rest < 100 else " "
            return f"{in_words(value // size)} {word}" + (joint + in_words(rest) if rest else "")
    raise AssertionError(value)


def lakh(value: int) -> str:
    digits = str(value)
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail])


def written(value: int, form: str) -> str:
    if form == "plain":
        return str(value)
    if form == "lakh":
        return lakh(value)
    if form == "words":
        return in_words(value)
    if form in ("arabic", "wide"):
        zero = 0x660 if form == "arabic" else 0xFF10
        return "".join(chr(zero + int(digit)) for digit in str(value))
    return f"{value:,}".replace(",", form)


@given(people, st.sampled_from(FORMS), all_marks)
def test_a_written_number_comes_back_or_is_refused(value: int, form: str, shown: Marks) -> None:
    try:
        assert read_number(written(value, form), shown).value == value
    except NumberFault as fault:
        assert fault.code == "number.ambiguous_separator"
        assert fault.suggestion == value
        assert form in ".,lakh" and 1_000 <= value < 1_000_000


@given(people, st.sampled_from(FORMS))
def test_a_written_number_is_found_whole_in_a_sentence(value: int, form: str) -> None:
    text = f"Officials said {written(value, form)} people fled."
    (number,) = find_numbers(text)
    assert number.value == value
    assert number.doubt in (None, "ambiguous_separator")


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from([".", ","]))
def test_decimals_of_a_million_keep_every_digit(whole: int, part: int, mark: str) -> None:
    text = f"{whole}{mark}{part:02d} million"
    number = find_numbers(text)[0]
    if part < 100:
        assert number.value == whole * 1_000_000 + part * 10_000
        assert number.printed_unit == 10_000
    elif mark == ".":
        assert number.value == whole * 1_000_000 + part * 1_000


@given(people, st.sampled_from(sorted(phrase for phrase, word in BEFORE.items() if word)))
def test_a_qualifier_is_never_lost(value: int, phrase: str) -> None:
    dot = "." if phrase == "c" else ""
    text = f"{phrase}{dot} {value}"
    if BEFORE[phrase] == "less_than" and value == 0:
        with pytest.raises(NumberFault):
            read_number(text, Marks())
        return
    number = read_number(text, Marks())
    assert (number.value, number.qualifier) == (value, BEFORE[phrase])


@given(texts)
@settings(max_examples=6000)
def test_any_cell_gives_a_number_or_a_fault(cell: str) -> None:
    for shown in EVERY_MARKS:
        try:
            number = read_number(cell, shown)
        except NumberFault as fault:
            assert fault.code in FAULTS
            assert fault.message and fault.fix
            continue
        assert isinstance(number, Number)
        assert number.doubt is None
        assert cell[number.start : number.end] == number.surface
        low, best, high = ends(number.qualifier, number.value, number.value_low, number.value_high)
        given_ends = [end for end in (0, low, best, high, MAX_PEOPLE + 1) if end is not None]
        assert given_ends == sorted(given_ends)


@given(texts)
@settings(max_examples=600)
def test_any_text_gives_numbers_in_order_that_can_be_quoted(text: str) -> None:
    shown = marks([text])
    at = 0
    for number in find_numbers(text):
        assert text[number.start : number.end] == number.surface
        assert at <= number.quote_start <= number.start < number.end <= number.quote_end
        at = number.quote_end
        assert number.qualifier in QUALIFIERS
        assert number.doubt is None or number.doubt in DOUBTS
        assert number.is_readable or number.doubt is not None
        again = read_number(text[number.quote_start : number.quote_end], shown, in_text=True)
        assert (again.qualifier, again.value, again.value_low, again.value_high) == (
            number.qualifier,
            number.value,
            number.value_low,
            number.value_high,
        )


REPEATED = (
    "1", ",", " ", "1,", "111 ", "111,1 ", "2015 111 ", "1 to ", "1-", "1/", "1+", "1k", "1.", "½",
    "one hundred and ", "one thousand, two hundred ", "two and ", "two-", "hundred ", "several ",
    "more than ", "between 1 and ", "hundreds of ", "one point ", "\u200b", "1\u200b", "\n",
)  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_no_repetition_takes_for_ever(piece: str, must_end: Any) -> None:
    text = piece * (50_000 // len(piece))
    with must_end():
        find_numbers(text)
        marks([text])
        with pytest.raises(NumberFault):
            read_number(text, Marks())
