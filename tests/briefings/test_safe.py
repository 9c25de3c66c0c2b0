"""No text from outside steers a page, whatever characters it is made of."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.briefings import safe
from pipelines.charts.language import END_ISOLATE, ISOLATE

STEERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067"
ANY = st.text(st.characters() | st.sampled_from(f"{STEERING}\u2068\u2069\x00\x07\ufffe\n\u2028"))


@given(ANY)
def test_every_isolate_is_closed_and_nothing_else_steers(text: str) -> None:
    depth = 0
    for character in safe.words(text):
        depth += (character == ISOLATE) - (character == END_ISOLATE)
        assert depth >= 0
        assert character not in STEERING
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs", "Co")
    assert depth == 0


@given(ANY)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    once = safe.words(text)
    assert safe.words(once) == once
    assert once.encode().decode() == once


@given(st.text(st.characters(categories=("L", "M", "N", "P", "S"))))
def test_words_without_control_characters_are_kept(text: str) -> None:
    assert safe.words(text) == text


def test_joiners_and_marks_of_direction_are_part_of_the_words() -> None:
    words = "می\u200cخواهم \u200f(1)\u200e e\u0301 1\u202f000"
    assert safe.words(words) == words


def test_a_break_within_a_line_becomes_a_space() -> None:
    assert safe.line("a\nb\u2028c\td\u2029e") == "a b c d e"


def test_no_hostile_address_is_a_link(hostile_links: tuple[str, ...]) -> None:
    assert {href: safe.link(href) for href in hostile_links} == dict.fromkeys(hostile_links, "")


@pytest.mark.parametrize(
    "href", ["https://example.org/a?b=c#d", "http://[2001:db8::1]/", "HTTPS://مثال.example/ü"]
)
def test_an_address_of_the_web_is_a_link(href: str) -> None:
    assert safe.link(href) == href


@pytest.mark.parametrize(
    ("code", "direction"),
    [("ar", "rtl"), ("fa-IR", "rtl"), ("en", "ltr"), ("", "auto"), ("zz", "auto"), ('"><', "auto")],
)
def test_the_direction_is_that_of_the_language(code: str, direction: str) -> None:
    assert safe.direction(code) == direction
