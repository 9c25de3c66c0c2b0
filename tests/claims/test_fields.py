"""The cell parsers by themselves."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.claims import fields
from pipelines.claims.sheet import PARSERS, SHEET
from pipelines.core.csv_rows import Fault

NUMBERS = {"value", "value_low", "value_high"}


def test_every_column_of_a_sheet_has_its_parser() -> None:
    assert set(SHEET.columns) == set(PARSERS) | NUMBERS


@pytest.mark.parametrize("column", sorted(PARSERS))
def test_an_empty_cell_is_empty(column: str) -> None:
    assert PARSERS[column](column, "") in (None, ())


@given(st.sampled_from(sorted(PARSERS)), st.text(max_size=40))
def test_any_cell_is_a_value_or_a_fault_of_its_column(column: str, cell: str) -> None:
    read = PARSERS[column](column, cell.strip())
    if isinstance(read, Fault):
        assert read.column == column and read.message and read.fix


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("Aleppo", False),
        ("Алеппо", False),
        ("Χαλέπι", False),
        ("حلب Aleppo", False),
        ("Aleppo Алеппо", False),
        ("Аleppo", True),
        ("Alepρo", True),
    ],
)
def test_look_alike_letters_are_those_that_mix_scripts_in_a_word(text: str, mixed: bool) -> None:
    assert fields.has_lookalikes(text) is mixed


@pytest.mark.parametrize("word", ["NA", "na", "None"])
def test_a_place_may_be_called_na(word: str) -> None:
    assert fields.name("place", word) == word
    assert isinstance(fields.name("speaker", word), Fault)


@pytest.mark.parametrize("name", ["می\u200cرود", "O\u2019Hara", "Dar\u02bca", "बेंगलुरु"])
def test_letters_that_join_are_no_hidden_letters(name: str) -> None:
    assert fields.name("speaker", name) == name


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\ufeff", "\u00ad", "\x00"])
def test_letters_that_hide_are_named(hidden: str) -> None:
    read = fields.name("speaker", f"SO{hidden}HR")
    assert isinstance(read, Fault) and read.reason == "text.control_character"
    assert f"U+{ord(hidden):04X}" in read.message


@pytest.mark.parametrize(
    "text",
    [
        "More than 600 civilians and 59,648 6,347 on 2016-09-19 2016-09-24",
        "250 000 000 people, 1.234.567 of them displaced",
        "killed 338 and wounded 846 since 23.09.2016",
        "syriahr.com/en/?p=50837, reuters 20160930103206",
        "600 killed in Baghdad Street; 17 people at 1.5 km",
        "between 2011-2016 and 2017-2018, at 12.30 local time",
        "See A/HRC/50/68, table 2, 2021-03-01/2021-03-31",
        "at least 32",
        "12 arrived via Greece in 2016, said @syriahr. At least 3 died",
        "In Baghdad Street, 12 were killed; en la calle 12 personas; in an apartment 12 people",
        "1 000 000 000 and, in all (2016) 338846 refugees, 250 000 2016",
        "قتل في شارع بغداد 12 شخصا",
    ],
)
def test_figures_days_and_references_are_not_private(text: str) -> None:
    assert fields.private_matter(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("00963 11 223 4455", "privacy.phone"),
        ("(011) 223 4455", "privacy.phone"),
        ("212-555-0123", "privacy.phone"),
        ("212 555 0123", "privacy.phone"),
        ("phone no. 223-4455-6", "privacy.phone"),
        ("A.B+c@mail.example.org", "privacy.email"),
        ("Haifa Street No. 12", "privacy.address"),
        ("Calle Mayor 3", "privacy.address"),
        ("Via Roma 12", "privacy.address"),
        ("221B Baker Street", "privacy.address"),
        ("building no 7", "privacy.address"),
        ("شارع بغداد رقم 12", "privacy.address"),
    ],
)
def test_private_matters_are_found(text: str, reason: str) -> None:
    assert fields.private_matter(f"said so, {text}, on Monday") == reason


def test_digits_of_other_scripts_make_a_telephone_number_too() -> None:
    for zero in ("\u0660", "\u0966", "\uff10"):
        digits = "".join(chr(ord(zero) + int(d)) for d in "0944123456")
        assert unicodedata.digit(digits[0]) == 0
        assert fields.private_matter(f"Tel {digits}") == "privacy.phone"


@pytest.mark.parametrize(
    ("quote", "names"),
    [
        ("so Ahmad Hassan, 34, a father of three, said", True),
        ("Ahmad al-Hassan, aged 34, was among them", True),
        ("a man named Ahmad Hassan counted 12 dead", True),
        ("her brother Ahmad Hassan and 12 others", True),
        ("killed by a group called Islamic State, and 12 more", False),
        ("Aleppo City, 12, Homs City, 5, and Deir Ezzor, 7", False),
        ("the storm named Typhoon Haiyan left 12 dead", False),
        ("De Mistura said 376 had died", False),
    ],
)
def test_what_may_name_a_private_person(quote: str, names: bool) -> None:
    assert fields.may_name_a_person(quote, None, None) is names


@pytest.mark.parametrize("word", ["kіlled", "Ꭺleppo", "Аleppo", "Ωmega", "𝐀leppo"])
def test_letters_of_scripts_that_look_alike_do_not_mix(word: str) -> None:
    found = fields.name("speaker", word)
    assert isinstance(found, Fault) and found.reason == "text.lookalike"


def test_an_address_holds_no_login() -> None:
    found = fields.address("url", "https://un.org@evil.example/")
    assert isinstance(found, Fault) and found.reason == "url.login"
    assert fields.address("url", "https://un.org/@sohr") == "https://un.org/@sohr"


@pytest.mark.parametrize("text", ["@" + "a." * 60_000, "a" * 120_000 + "@", "(at)" * 30_000])
def test_a_long_text_is_searched_in_good_time(must_end: Any, text: str) -> None:
    with must_end():
        fields.private_matter(text)


@pytest.mark.parametrize("text", ["tel +963\u200b112234455", "a\u200bhmad@exam\u200bple.org"])
def test_hidden_characters_hide_no_private_matter(text: str) -> None:
    assert fields.private_matter(text) is not None
