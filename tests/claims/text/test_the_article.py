"""The four claims of the article, from the whole text and from the project's excerpt of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.claims.text.claim import Document, Extraction
from pipelines.claims.text.extract import extract
from pipelines.core.period import Window

SINCE = Window(*[date(2016, 9, 19)] * 2, *[date(2016, 10, 6)] * 2)
FIVE_YEARS = Window(date(2011, 3, 1), date(2011, 10, 6), *[date(2016, 10, 6)] * 2)
CIVIL = {
    "qualifier": "more_than",
    "population": "civilians",
    "nationality": None,
    "place_as_written": "Aleppo province",
    "place_id": "SY02",
    "place_role": "happened_in",
    "territory": "rebel-held areas",
    "period_as_written": "Since 19 September",
    "window": SINCE,
    "measure": "cumulative",
    "term": None,
    "speaker": "Civil defense workers",
    "origin": None,
    "source_type": "civil_defence",
    "doubts": ("period_end_from_document",),
}
UN = {
    "population": "all",
    "place_as_written": "Syria",
    "place_id": "SYR",
    "territory": None,
    "speaker": "publisher not stated",
    "origin": "UN estimates",
    "source_type": None,
}
ALL = {
    "unit": "people",
    "modality": "stated",
    "cause": "conflict",
    "part_of": None,
    "cumulative": False,
    "restriction": None,
    "value_low": None,
    "value_high": None,
}
CLAIMS = [
    CIVIL
    | {
        "metric": "killed",
        "value": 600,
        "quote": "more than 600",
        "value_as_written": "600",
        "deaths_counted": "direct",
    },
    CIVIL
    | {
        "metric": "injured",
        "value": 2000,
        "quote": "more than 2000",
        "value_as_written": "2000",
        "deaths_counted": None,
    },
    UN
    | {
        "metric": "killed",
        "value": 450_000,
        "quote": "450.000",
        "value_as_written": "450.000",
        "qualifier": "plain",
        "nationality": "Syrians",
        "place_role": "happened_in",
        "period_as_written": "in the past five years",
        "window": FIVE_YEARS,
        "measure": "cumulative",
        "term": None,
        "deaths_counted": "unstated",
        "doubts": ("ambiguous_separator", "place_inherited"),
    },
    UN
    | {
        "metric": "displaced",
        "value": 12_000_000,
        "quote": "more than 12 million",
        "value_as_written": "12 million",
        "qualifier": "more_than",
        "nationality": None,
        "place_role": "came_from",
        "period_as_written": None,
        "window": Window(),
        "measure": "unstated",
        "term": "homeless",
        "deaths_counted": None,
        "doubts": ("place_inherited", "attribution_shared"),
    },
]


def check(text: str, read: Extraction) -> None:
    assert len(read.claims) == len(CLAIMS)
    for claim, expected in zip(read.claims, CLAIMS, strict=True):
        got = {name: getattr(claim, name) for name in expected | ALL}
        assert got == ALL | expected
        assert text[claim.quote_start : claim.quote_end] == claim.quote
        assert text[claim.number_start : claim.number_end] == claim.value_as_written
        sentence = text[claim.sentence_start : claim.sentence_end]
        assert claim.quote in sentence and "\n" not in sentence


def test_the_whole_article(shared: Path, document: Document) -> None:
    path = shared / "data" / "aleppo-article" / "article.txt"
    text = path.read_bytes().decode("utf-8")
    read = extract(text, document)
    check(text, read)
    assert [c.quote_start for c in read.claims] == [698, 743, 3967, 4054]
    decoys = {c.surface: (c.outcome, c.reason) for c in read.candidates if c.outcome != "claim"}
    assert decoys == {
        "22": ("empty", "text.date"),
        "19": ("empty", "text.date"),
        "about half": ("empty", "text.fraction"),
        "one": decoys["one"],
        "five": ("empty", "text.date"),
    }
    assert decoys["one"][0] == "empty"


def test_the_excerpt(root: Path, document: Document) -> None:
    path = root / "data" / "raw" / "aleppo-article" / "2016-10-06" / "article.txt"
    text = path.read_bytes().decode("utf-8")
    read = extract(text, document)
    check(text, read)
    assert [c.surface for c in read.candidates if c.outcome == "empty"] == ["19", "five"]


def test_without_the_documents_day_the_words_stay_and_the_days_go(
    root: Path, document: Document
) -> None:
    path = root / "data" / "raw" / "aleppo-article" / "2016-10-06" / "article.txt"
    read = extract(path.read_text(encoding="utf-8"), replace(document, published_on=None))
    assert [c.window for c in read.claims] == [Window()] * 4
    assert read.claims[0].period_as_written == "Since 19 September"


def test_the_place_is_never_read_from_later_text(document: Document) -> None:
    read = extract("450 people died. It happened in Syria.", document)
    assert [c.place_id for c in read.claims] == [None]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_change_no_claim(root: Path, document: Document, newline: str) -> None:
    path = root / "data" / "raw" / "aleppo-article" / "2016-10-06" / "article.txt"
    text = path.read_text(encoding="utf-8").replace("\n", newline)
    check(text, extract(text, document))
