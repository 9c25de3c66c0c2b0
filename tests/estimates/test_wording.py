"""Claims and scopes in the words of findings and of arithmetic."""

from __future__ import annotations

import pytest

from pipelines.estimates.wording import bases, looked_at, printed, published, said, scope_in_words

ENDS = {"value": None, "value_low": 1000, "value_high": 2500}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": 1234567}, "1,234,567"),
        ({"qualifier": "about"}, "about 338"),
        ({"qualifier": "nearly"}, "nearly 338"),
        ({"qualifier": "at_least"}, "at least 338"),
        ({"qualifier": "more_than"}, "more than 338"),
        ({"qualifier": "at_most"}, "at most 338"),
        ({"qualifier": "up_to"}, "up to 338"),
        ({"qualifier": "less_than"}, "less than 338"),
        (ENDS | {"qualifier": "between"}, "1,000 to 2,500"),
        (
            ENDS | {"qualifier": "vague", "value_as_written": "thousands"},
            "'thousands', by our band 1,000 to 2,500",
        ),
        (ENDS, "1,000 to 2,500"),
        (ENDS | {"value_high": None}, "1,000 or more"),
        ({"value_low": 300, "value_high": 400}, "338 (300 to 400)"),
        ({"unit_of_claim": "households"}, "338 households"),
    ],
)
def test_a_number_as_the_document_gives_it(held_of, change, words):
    (row,) = held_of(change).rows
    assert printed(row) == words


def test_a_claim_in_words(held_of):
    (row,) = held_of({"origin": "MSF"}).rows
    assert said(row) == "a (338; WHO, crediting MSF; published 29 September 2016)"
    (row,) = held_of({"edition": "2020-12-01"}).rows
    assert published(row) == "published 1 December 2020"


def test_a_scope_in_words(held_of):
    limits = {"restriction": "by shelling", "coverage": "two hospitals"}
    held = held_of(limits)
    plain = (
        "People killed in Aleppo city, 23 September 2016 to 29 September 2016 (running total; "
        "direct deaths; conflict)"
    )
    limited = f"{plain}, only 'by shelling', covering 'two hospitals'"
    assert scope_in_words(held.rows[0], held) == limited
    assert scope_in_words(held.rows[0], held, limits=False) == plain
    unknown = held_of({"place_id": None})
    assert "in a place not resolved" in scope_in_words(unknown.rows[0], unknown)


def test_our_reading_is_suspected_first(held_of):
    rows = held_of({"seen_in": "unverified"}, {"seen_in": "primary"}, {"doubts": ["x"]}).rows
    words = looked_at(rows, scope="1", date="2", definition="3", figure="4")
    assert words == (
        "Looked at, in this order: our reading (a: not checked; c: doubt 'x'); scope (1); date "
        "(2); definition (3); then the figure (4)."
    )


def test_bases_are_named_where_they_differ(held_of):
    rows = held_of({}, {"basis": "mse"}, {}).rows
    assert bases(rows[0], rows[2]) == "basis tallied in all"
    assert bases(*rows) == "bases tallied and mse"
