"""The number grammar, case by case: running text, cells, qualifiers, ends and reading ranges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.core.numbers import (
    DOUBTS,
    FAULT_OF_DOUBT,
    FAULTS,
    MAX_PEOPLE,
    Marks,
    NumberFault,
    ends,
    find_numbers,
    marks,
    printed_unit,
    read_number,
    reading_range,
)
from schemas.vocab import QUALIFIERS

NO_EVIDENCE = Marks()


def surfaces(text: str) -> list[tuple[str, int | None]]:
    return [(found.surface, found.value) for found in find_numbers(text)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0),
        ("600", 600),
        (" 600 ", 600),
        ("1,234", 1234),
        ("1,234,567", 1_234_567),
        ("1,23,456", 123_456),
        ("1.234.567", 1_234_567),
        ("9 300", 9300),
        ("9\u00a0300", 9300),
        ("9\u202f300", 9300),
        ("1’200", 1200),
        ("1'200", 1200),
        ("61, 000", 61_000),
        ("600.0", 600),
        ("1,234.00", 1234),
        ("1.2 million", 1_200_000),
        ("1,2 million", 1_200_000),
        ("2.75 million", 2_750_000),
        ("2½ million", 2_500_000),
        ("12 million", 12_000_000),
        ("12mn", 12_000_000),
        ("5k", 5000),
        ("2 lakh", 200_000),
        ("1.5 crore", 15_000_000),
        ("٦٠٠", 600),
        ("６００", 600),
        ("६००", 600),
        ("٢٥ ألف", 25_000),
        ("२ लाख", 200_000),
        ("60万", 600_000),
        ("2 millones", 2_000_000),
        ("zero", 0),
        ("Forty-Six", 46),
        ("one hundred and twelve", 112),
        ("twelve hundred", 1200),
        ("twenty-two hundred", 2200),
        ("two hundred and five thousand and twelve", 205_012),
        ("one thousand, two hundred", 1200),
        ("a hundred thousand", 100_000),
        ("a dozen", 12),
        ("two dozen", 24),
        ("half a dozen", 6),
        ("half a million", 500_000),
        ("half-a-million", 500_000),
        ("three quarters of a million", 750_000),
        ("three-quarters of a million", 750_000),
        ("a quarter of a million", 250_000),
        ("one and a half million", 1_500_000),
        ("a million and a half", 1_500_000),
        ("one point two million", 1_200_000),
        ("12 Million", 12_000_000),
    ],
)
def test_a_cell_with_one_number_is_read(cell: str, value: int) -> None:
    number = read_number(cell, NO_EVIDENCE)
    assert (number.value, number.qualifier, number.doubt) == (value, "plain", None)
    assert cell[number.start : number.end] == number.surface == cell.strip()


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("450.000", "number.ambiguous_separator", 450_000),
        ("12m", "number.ambiguous_suffix", 12_000_000),
        ("20 mil", "number.ambiguous_suffix", 20_000),
        ("-5", "number.negative", None),
        ("\u22125", "number.negative", None),
        ("less than 0", "number.negative", None),
        ("600.5", "number.fraction", None),
        ("0,450", "number.fraction", None),
        ("1.2345 thousand", "number.fraction", None),
        ("3%", "number.percent", None),
        ("3 percent", "number.percent", None),
        ("nan", "number.not_a_number", None),
        ("inf", "number.not_a_number", None),
        ("~-5", "number.negative", None),
        ("more than -5", "number.negative", None),
        ("600*", "number.not_a_number", 600),
        ("600 people", "number.not_a_number", 600),
        ("12 m", "number.not_a_number", None),
        ("6_000", "number.not_a_number", None),
        ("minus 600", "number.not_a_number", None),
        ("600 plus", "number.not_a_number", None),
        ("600 -", "number.not_a_number", None),
        ("٤٥٠٫٠٠٠", "number.ambiguous_separator", 450_000),
        ("1,234 million", "number.ambiguous_separator", 1_234_000_000),
        ("1.500k", "number.ambiguous_separator", 1_500),
        ("2-3,000", "number.unclear_range", None),
        ("5 to 6,000", "number.unclear_range", None),
        ("0x10", "number.not_a_number", None),
        ("#REF!", "number.not_a_number", None),
        ("=1+1", "number.not_a_number", None),
        ("12 or so of the 40", "number.not_a_number", None),
        ("1e6", "number.exponent", 1_000_000),
        ("4.5E+5", "number.exponent", 450_000),
        ("8300000001", "number.too_large", None),
        ("9" * 5000, "number.too_large", None),
        ("60٠", "number.mixed_script", None),
        ("6\u200b00", "number.control_character", 600),
        ("\u202e600", "number.control_character", 600),
        ("12,34,5", "number.bad_grouping", None),
        ("1.234,567", "number.bad_grouping", None),
        ("450,0", "number.bad_grouping", None),
        ("dozens of thousands", "number.vague_word", None),
        ("700-500", "range.inverted", None),
        ("700 to 500", "range.inverted", None),
        ("between 7 and 5", "range.inverted", None),
        ("up to 20-30", "number.unclear_range", None),
        ("", "missing.value", None),
        ("-", "missing.value", None),
        ("N/A", "missing.value", None),
        ("unknown", "missing.value", None),
        ("?", "missing.value", None),
    ],
)
def test_a_cell_that_is_refused_says_why_and_what_to_write(
    cell: str, code: str, suggestion: int | None
) -> None:
    with pytest.raises(NumberFault) as raised:
        read_number(cell, NO_EVIDENCE)
    fault = raised.value
    assert (fault.code, fault.suggestion) == (code, suggestion)
    assert fault.message.endswith(".") and fault.fix.endswith(".")
    assert suggestion is None or str(suggestion) in fault.fix


def test_other_cells_settle_the_separator() -> None:
    assert read_number("450.000", marks(["450.000", "1.234.567"])).value == 450_000
    with pytest.raises(NumberFault, match="ambiguous_separator"):
        read_number("450.000", marks(["450.000", "12.5"]))
    with pytest.raises(NumberFault, match="ambiguous_separator"):
        read_number("450,000", marks(["450,000", "12,5"]))


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["450.000", "450,000", "600"], Marks()),
        (["1.234.567"], Marks(dot="thousands")),
        (["some 12.5 million"], Marks(dot="decimal")),
        (["3.75%"], Marks(dot="decimal")),
        (["1,234,567"], Marks(comma="thousands")),
        (["1,5 Million"], Marks(comma="decimal")),
        (["1.234,5"], Marks(dot="thousands", comma="decimal")),
        (["1,234.5"], Marks(dot="decimal", comma="thousands")),
        (["1.234.567", "12.5 million"], Marks()),
        (["on 22.09.2016 and 5,6 of them"], Marks()),
        (["٣.٥ مليون"], Marks(dot="decimal")),
    ],
)
def test_marks_are_read_from_numbers_that_leave_no_choice(
    texts: list[str], expected: Marks
) -> None:
    assert marks(texts) == expected


@pytest.mark.parametrize(
    ("text", "qualifier", "quote", "value"),
    [
        ("in all more than 600 died", "more_than", "more than 600", 600),
        ("well over 600", "more_than", "over 600", 600),
        ("a toll exceeding 600", "more_than", "exceeding 600", 600),
        ("upwards of 600", "more_than", "upwards of 600", 600),
        ("At least some 500 died", "at_least", "At least some 500", 500),
        ("at least a total of 500", "at_least", "at least a total of 500", 500),
        ("no fewer than 32", "at_least", "no fewer than 32", 32),
        ("600+ dead", "at_least", "600+", 600),
        ("600 or more dead", "at_least", "600 or more", 600),
        ("600-plus dead", "at_least", "600-plus", 600),
        ("23 at least died", "at_least", "23 at least", 23),
        ("as many as 33,000", "up_to", "as many as 33,000", 33_000),
        ("up to40 dead", "up_to", "up to40", 40),
        ("No more than 15", "at_most", "No more than 15", 15),
        ("fewer than 1,000", "less_than", "fewer than 1,000", 1000),
        ("some 82,000 people", "about", "some 82,000", 82_000),
        ("Around1.6 million", "about", "Around1.6 million", 1_600_000),
        ("c. 600 dead", "about", "c. 600", 600),
        ("~600 dead", "about", "~600", 600),
        ("(>600 dead)", "more_than", ">600", 600),
        ("close to 1,000", "nearly", "close to 1,000", 1000),
        ("just under 600", "nearly", "just under 600", 600),
        ("Au moins 1 300 personnes", "at_least", "Au moins 1 300", 1300),
        ("près de 400", "nearly", "près de 400", 400),
        ("Más de 3 000 familias", "more_than", "Más de 3 000", 3000),
        ("cerca de 50 famílias", "about", "cerca de 50", 50),
        ("mindestens 40 Tote", "at_least", "mindestens 40", 40),
        ("أكثر من ٦٠٠ قتيل", "more_than", "أكثر من ٦٠٠", 600),
        ("ما لا يقل عن ٤٥", "at_least", "ما لا يقل عن ٤٥", 45),
        ("45 على الأقل", "at_least", "45 على الأقل", 45),
        ("45 على الأكثر", "at_most", "45 على الأكثر", 45),
        ("over the 3 days", "plain", "3", 3),
        ("<b>600</b>", "plain", "600", 600),
        ("at least, 600", "plain", "600", 600),
        ("Area C 51", "plain", "51", 51),
        ("12 dead, at least 20 hurt", "plain", "12", 12),
        ("23 at least 40", "plain", "23", 23),
    ],
)
def test_qualifiers_before_and_after(text: str, qualifier: str, quote: str, value: int) -> None:
    number = find_numbers(text)[0]
    assert (number.qualifier, number.value) == (qualifier, value)
    assert text[number.quote_start : number.quote_end] == quote


@pytest.mark.parametrize(
    ("text", "surface", "low", "high"),
    [
        ("between 5 and 7 died", "between 5 and 7", 5, 7),
        ("Between159,000 and 200,000", "Between159,000 and 200,000", 159_000, 200_000),
        ("20-30 dead", "20-30", 20, 30),
        ("20–30 dead", "20–30", 20, 30),
        ("some 20 to 30 dead", "20 to 30", 20, 30),
        ("five or six people", "five or six", 5, 6),
        ("one to 1.5 million", "one to 1.5 million", 1_000_000, 1_500_000),
        ("10 to 12 million", "10 to 12 million", 10_000_000, 12_000_000),
        ("1.2 to 1.5 million", "1.2 to 1.5 million", 1_200_000, 1_500_000),
        ("5-7 thousand", "5-7 thousand", 5000, 7000),
        ("two to three hundred", "two to three hundred", 200, 300),
        ("entre 300 y 400 muertos", "entre 300 y 400", 300, 400),
        ("بين ٣٠٠ و٤٠٠", "بين ٣٠٠ و٤٠٠", 300, 400),
    ],
)
def test_ranges(text: str, surface: str, low: int, high: int) -> None:
    (number,) = find_numbers(text)
    assert (number.surface, number.qualifier, number.value) == (surface, "between", None)
    assert (number.value_low, number.value_high, number.doubt) == (low, high, None)


def test_a_change_is_no_range() -> None:
    assert surfaces("from 300 to 400") == [("300", 300), ("400", 400)]
    assert surfaces("from at least 300 to 400") == [("300", 300), ("400", 400)]
    assert surfaces("between 17 October and 23 November") == [("17", 17), ("23", 23)]
    assert [n.doubt for n in find_numbers("from an initial 300 to 400")] == ["range_or_change"]
    assert [n.doubt for n in find_numbers("20 – 30 dead")] == ["spaced_dash"]


@pytest.mark.parametrize(
    ("text", "surface", "low", "high"),
    [
        ("several killed", "several", 3, 9),
        ("a few people", "a few", 3, 5),
        ("a couple of people", "a couple", 2, 2),
        ("tens of injuries", "tens", 20, 99),
        ("Dozens of people", "Dozens", 24, 99),
        ("scores were killed", "scores", 40, 99),
        ("hundreds of people", "hundreds", 200, 999),
        ("thousands more", "thousands", 2000, 9999),
        ("tens of thousands of people", "tens of thousands", 20_000, 99_999),
        ("hundreds of thousands", "hundreds of thousands", 200_000, 999_999),
        ("millions homeless", "millions", 2_000_000, 9_999_999),
        ("several hundred people", "several hundred", 300, 999),
        ("a few thousand", "a few thousand", 3000, 5999),
    ],
)
def test_vague_words_have_a_band_and_no_value(text: str, surface: str, low: int, high: int) -> None:
    (number,) = find_numbers(text)
    assert (number.surface, number.qualifier, number.value) == (surface, "vague", None)
    assert (number.value_low, number.value_high) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "two and three-year-old",
        "Storm Delta-Seven",
        "M23",
        "B-52",
        "IL-76",
        "COVID-19",
        "the 15th consecutive day",
        "2nd LD",
        "10km",
        "one another",
        "no one",
        "two-thirds of them",
        "three-quarters of the town's residents",
        "half of them",
        "#600",
    ],
)
def test_names_codes_ordinals_and_fractions_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one hundred and twelve others", [("one hundred and twelve", 112)]),
        ("one thousand and two million", [("one thousand", 1000), ("two million", 2_000_000)]),
        ("in 2015 300 people", [("2015", 2015), ("300", 300)]),
        ("On May 12, 300 people", [("12", 12), ("300", 300)]),
        ("وأصيب ١٢٠ و٢٠٠ آخرون", [("١٢٠", 120), ("٢٠٠", 200)]),
        ("死亡600人", [("600", 600)]),
        ("55,107 people", [("55,107", 55_107)]),
        ("28/7/2012", [("28", 28), ("7", 7), ("2012", 2012)]),
        ("2016-09-22", [("2016", 2016), ("09", 9), ("22", 22)]),
        ("ma\u0301s de 12 mil\u00adlion", [("12 mil\u00adlion", 12_000_000)]),
    ],
)
def test_where_a_number_begins_and_ends(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "value", "doubt"),
    [
        ("450.000 Syrians", 450_000, "ambiguous_separator"),
        ("450.000 in a 6.5 quake", 450_000, "decimal_elsewhere"),
        ("4m people", 4_000_000, "ambiguous_suffix"),
        ("a 5.6 quake", None, "fraction"),
        ("12,34,5 people", None, "bad_grouping"),
        ("6\u200b00 people", None, "control_character"),
        ("60٠ people", None, "mixed_script"),
        ("2 1/2 million", None, "fraction"),
        ("99999999999 people", None, "too_large"),
        ("up to more than 600", 600, "qualifiers_differ"),
    ],
)
def test_a_doubt_says_what_is_unsure(text: str, value: int | None, doubt: str) -> None:
    number = find_numbers(text)[-1] if "/" in text else find_numbers(text)[0]
    assert (number.value, number.doubt) == (value, doubt)
    assert doubt in DOUBTS


def test_every_doubt_has_a_refusal_for_a_cell() -> None:
    for doubt in DOUBTS:
        if doubt != "spaced_dash":
            assert FAULT_OF_DOUBT.get(doubt, f"number.{doubt}") in FAULTS
    assert read_number("500 - 700", NO_EVIDENCE).doubt is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("600", 100),
        ("338", 1),
        ("0", 1),
        ("12 million", 1_000_000),
        ("10 million", 1_000_000),
        ("100 thousand", 1_000),
        ("3 and a half million", 100_000),
        ("1.2 million", 100_000),
        ("1.20 million", 10_000),
        ("59,648", 1),
        ("450.000", 10_000),
        ("600.0", 1),
        ("half a million", 100_000),
        ("20-35", 1),
    ],
)
def test_the_unit_of_the_last_printed_digit(text: str, unit: int) -> None:
    assert find_numbers(text)[0].printed_unit == unit


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("plain", 5, None, None), (None, 5, None)),
        (("plain", 5, 4, 9), (4, 5, 9)),
        (("about", 5, None, None), (None, 5, None)),
        (("nearly", 5, None, None), (None, 5, None)),
        (("at_least", 5, None, None), (5, None, None)),
        (("more_than", 600, None, None), (601, None, None)),
        (("up_to", 5, None, None), (None, None, 5)),
        (("at_most", 5, None, None), (None, None, 5)),
        (("less_than", 5, None, None), (None, None, 4)),
        (("between", None, 5, 7), (5, None, 7)),
        (("vague", None, 24, 99), (24, None, 99)),
    ],
)
def test_ends_are_what_the_words_commit_to(args: tuple, expected: tuple) -> None:
    assert ends(*args) == expected


def test_ends_know_every_qualifier_and_refuse_the_rest() -> None:
    for qualifier in QUALIFIERS:
        ends(qualifier, 5, 4, 6)
    for args in [
        ("perhaps", 5, None, None),
        ("plain", None, None, None),
        ("between", None, 5, None),
        ("between", None, 7, 5),
        ("less_than", 0, None, None),
    ]:
        with pytest.raises(ValueError):
            ends(*args)


def test_reading_range_is_half_a_unit_rounded_inward() -> None:
    assert reading_range(600, printed_unit(600)) == (550, 650)
    assert reading_range(338, printed_unit(338)) == (338, 338)
    assert reading_range(450_000, printed_unit(450_000)) == (445_000, 455_000)
    assert reading_range(0, printed_unit(0)) == (0, 0)
    assert reading_range(None, 1) == (None, None)
    assert MAX_PEOPLE == 8_300_000_000


def test_the_article(shared: Path) -> None:
    text = (shared / "data" / "aleppo-article" / "article.txt").read_text(encoding="utf-8")
    read = {n.quote_start: (n.value, n.qualifier, n.doubt) for n in find_numbers(text)}
    assert read[698] == (600, "more_than", None)
    assert read[743] == (2000, "more_than", None)
    assert read[3967] == (450_000, "plain", "ambiguous_separator")
    assert read[4054] == (12_000_000, "more_than", None)


def test_the_development_set(shared: Path) -> None:
    """Every labelled number is found where it stands, with its value or band."""
    missed = []
    for line in (
        (shared / "data" / "extraction-dev" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    ):
        record = json.loads(line)
        numbers = find_numbers(record["text"])
        for claim in record["claims"]:
            if claim.get("start") is None:
                continue
            wanted = (claim["value"], claim.get("low"), claim.get("high"))
            if not any(
                number.start < claim["end"]
                and claim["start"] < number.end
                and (number.value, number.value_low, number.value_high) == wanted
                for number in numbers
            ):
                missed.append((record["id"], wanted))
    assert missed == []
