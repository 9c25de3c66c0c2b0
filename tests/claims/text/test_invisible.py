"""Marks that nobody sees: they change no field of a claim but its offsets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.claims.text.claim import Document, TextClaim
from pipelines.claims.text.extract import extract

OFFSETS = (
    "quote_start",
    "quote_end",
    "sentence_start",
    "sentence_end",
    "number_start",
    "number_end",
)
SENTENCES = [
    json.loads(line)["text"]
    for line in Path(__file__).with_name("own_sentences.jsonl").read_text("utf-8").splitlines()
][::7]


def moved(claim: TextClaim, by: int) -> TextClaim:
    return claim._replace(**{name: getattr(claim, name) + by for name in OFFSETS})


@pytest.mark.parametrize("mark", ["\ufeff", "\u200f\u200e"])
def test_a_mark_before_a_text_moves_its_offsets_only(mark: str, document: Document) -> None:
    claims = 0
    for text in SENTENCES:
        plain, marked = extract(text, document), extract(mark + text, document)
        assert marked.claims == tuple(moved(claim, len(mark)) for claim in plain.claims)
        assert [(c.surface, c.outcome, c.reason) for c in marked.candidates] == [
            (c.surface, c.outcome, c.reason) for c in plain.candidates
        ]
        claims += len(plain.claims)
    assert len(SENTENCES) == 79 and claims > 79


def test_a_mark_is_no_part_of_a_name(document: Document) -> None:
    (claim,) = extract("\ufeffOCHA said 12 people were killed in Ho\u00adms.", document).claims
    assert claim.speaker == "OCHA"
    (plain,) = extract("OCHA said 12 people were killed in Homs.", document).claims
    assert claim.place_id == plain.place_id is not None
    assert claim.place_as_written == plain.place_as_written


def test_quotes_are_slices_of_the_text_as_it_is(document: Document) -> None:
    text = "\u200fMore than \u200e600 people\u200f were killed. A wo\u00adman and 12 men died."
    found = extract(text, document)
    assert [claim.value for claim in found.claims][:1] == [600]
    for claim in found.claims:
        assert text[claim.quote_start : claim.quote_end] == claim.quote
        assert text[claim.number_start : claim.number_end] == claim.value_as_written
    for one in found.candidates:
        assert text[one.start : one.end] == one.surface
    assert found.claims[0].quote == "More than \u200e600"


def test_a_mark_between_digits_stays_a_doubt(document: Document) -> None:
    found = extract("Some 1\u200e2 people were killed.", document)
    assert not [claim for claim in found.claims if claim.value == 12 and not claim.doubts]
