"""Sentences: abbreviations, numbers, headings, wrapped lines, spaces that PDFs lose."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.claims.text.items import words_of
from pipelines.claims.text.language import language_of
from pipelines.claims.text.sentences import sentences


def split(text: str) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "U.S. Secretary of State John Kerry met Gen. Smith in No. 5.",
        "450.000 Syrians lost their lives.",
        "12 died in N. Afghanistan.",
        "Growth was 1.5 percent.",
        "It was on 19 September. the offensive includes a raid",
    ],
)
def test_no_split(whole: str) -> None:
    assert split(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ten died. Six fled.", ["Ten died.", "Six fled."]),
        ("“Ten died.” He left.", ["“Ten died.”", "He left."]),
        ("on 30 October.After the raid", ["on 30 October.", "After the raid"]),
        ("the party (PKK).IDMC is aware", ["the party (PKK).", "IDMC is aware"]),
        ("A heading\nTen died in it.", ["A heading", "Ten died in it."]),
        ("- ten died\n- six fled", ["- ten died", "- six fled"]),
        ("ten people\nand two dogs", ["ten people\nand two dogs"]),
        ("He said no. Later he left.", ["He said no.", "Later he left."]),
    ],
)
def test_split(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_lines_that_a_page_cut_are_joined() -> None:
    lines = [
        "The flood reached the town in the night and took with it",
        "Aleppo Street and all of the houses of the old quarter, so",
    ]
    text = "\n".join([*lines, "people fled."])
    assert split(text) == [text]


@given(st.text(alphabet=st.sampled_from("aA1.!?\n \r“”.,-"), max_size=120))
def test_sentences_hold_every_character_but_blanks(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[s.start : s.end] for s in found).split()) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(found))


def language(text: str, of_document: str | None = None) -> str:
    return language_of(words_of(text, 0, len(text)), of_document)


def test_a_headline_is_in_its_documents_language() -> None:
    assert language("12 Tote in Homs", "de") == "de"
    assert language("The war of the past years killed 12 people", "de") == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 killed in Homs", "en"),
        ("Au moins 12 personnes ont été tuées dans la ville", "fr"),
        ("Al menos 12 personas murieron en la ciudad", "es"),
        ("قُتل ٤٥ شخصاً", "ar"),
        ("Погибли 12 человек", "und"),
        ("1234", "en"),
    ],
)
def test_language(text: str, code: str) -> None:
    assert language(text) == code
