"""Texts that nobody would write: nothing raises, every offset holds, and none takes for ever.

`benchmarks/fuzz_reading.py` makes such texts by the hundred thousand; those that once failed are
kept here. Time is not measured: what takes more than linear time does not end within the minute.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.fuzz_reading import FRAMES, faults_of
from pipelines.claims.text.claim import Document
from pipelines.claims.text.extract import extract

LONG = 12_000
"""Characters of a repeated piece: enough for every limit to bind, and for what is cubic."""

REPEATED = (
    "(",
    "(a ",
    '"',
    "“",
    ", ",
    "\n",
    "1,",
    "1 ",
    "1-",
    "12 ",
    "12 killed ",
    "killed 12 ",
    "killed ",
    "12 people were killed, ",
    "including 5 ",
    "one hundred and ",
    "twenty-",
    "between 1 and ",
    "dozens of ",
    "half of ",
    "bringing the toll to 5 ",
    "said ",
    "according to X, ",
    "X of Y ",
    "since Monday ",
    "in 2016 ",
    "Aleppo, Syria, ",
    "U.S. ",
    "5/5/",
    "٣",
    "\u0301",
    "\u200b",
    "👩\u200d",
)


@pytest.mark.parametrize("piece", REPEATED, ids=ascii)
def test_a_long_repetition_is_read_in_a_while(
    piece: str, document: Document, must_end: Callable[[], AbstractContextManager[None]]
) -> None:
    opening, closing = FRAMES[len(piece) % len(FRAMES)]
    with must_end():
        extract(opening + piece * (LONG // len(piece)) + closing, document)


@pytest.mark.parametrize(
    "text", ["1" * 600_000, "x" * 600_000, "1." * 300_000], ids=["1", "x", "1."]
)
def test_a_word_of_a_book_s_length_is_read_in_a_while(
    text: str, document: Document, must_end: Callable[[], AbstractContextManager[None]]
) -> None:
    with must_end():  # every cut of such a word was once tried: hundreds of seconds
        extract(text, document)


@pytest.mark.parametrize(
    "text",
    [
        # The word that hedges a number stood on the line before it, in another sentence.
        "No more than\n12 people were killed.",
        "12 to no more than \r\n12 killed",
    ],
    ids=ascii,
)
def test_what_once_failed_holds(text: str, document: Document) -> None:
    assert faults_of(text, document) == []


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
@example("\ud800 12 killed")
@example("\x00" * 3 + "12\x00killed")
def test_any_text_is_read_and_its_offsets_hold(document: Document, text: str) -> None:
    assert faults_of(text, document) == []
