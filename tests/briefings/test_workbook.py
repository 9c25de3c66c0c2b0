"""The workbook: its words, its tables cell by cell, and that nothing in it computes or leads."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import schemas
from pipelines.briefings import safe, workbook
from pipelines.briefings.document import Document, Paragraph, Section
from pipelines.charts.language import END_ISOLATE, ISOLATE
from schemas import marts

CLAIM: dict[str, Any] = {
    "claim_id": "s/r/1#killed",
    "place_id": "SY02",
    "value": 600,
    "value_low": None,
    "quote": "=SUM(A1)",
    "published_on": pd.Timestamp("2016-10-06"),
    "in_headline": True,
    "doubts": ["one", "two"],
    "household_size": 4.5,
}
HOSTILE = ("=1+1", "+1", "-1", "@cmd", '=HYPERLINK("http://evil")', "http://evil.example", "123")


def tables() -> dict[str, pd.DataFrame]:
    """Tables as a briefing has them: a claim, its place, what the dictionary says of both."""
    place = {"place_id": "SY02", "name": "Aleppo", "pcode": "SY02", "level": 1}
    claims = pd.DataFrame([CLAIM, CLAIM | {"claim_id": "s/r/2#killed", "place_id": None}])
    claims["value"] = claims["value"].astype("Int64")
    rows = [{"table_name": "claims", "column_name": name, "type": "T"} for name in CLAIM]
    return {
        "claims": claims,
        "places": pd.DataFrame([place]),
        "dictionary": schemas.frame(marts.Dictionary, rows),
    }


@pytest.fixture(scope="module", params=["en", "ar"])
def document(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return replace(documents[request.param], sheets=tables())


def opened(document: Document, folder: Path, **how: bool) -> Any:
    (path,) = workbook.write(document, folder, **how)
    assert path.name == f"{document.name}.{document.language}.xlsx"
    return openpyxl.load_workbook(path)


def cells(sheet: Any) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def plain(text: str) -> str:
    return safe.words(text).replace(ISOLATE, "").replace(END_ISOLATE, "")


def test_its_first_sheet_says_what_the_document_says(
    document: Document, tmp_path: Path, all_texts: Callable[[Document], list[str]]
) -> None:
    book = opened(document, tmp_path)
    assert book.sheetnames == ["briefing", "claims", "places", "dictionary"]
    said = [value for row in cells(book["briefing"]) for value in row if value is not None]
    at = 0
    for text in all_texts(document):
        if text and plain(text) in said:
            at = max(at, said.index(plain(text)))
        elif text:
            pytest.fail(f"not in the workbook: {text}")
    assert at > len(said) / 2


def test_tables_hold_what_the_marts_hold(document: Document, tmp_path: Path) -> None:
    rows = cells(opened(document, tmp_path)["claims"])
    assert rows[0] == [*list(CLAIM)[:2], "place_pcode", *list(CLAIM)[2:]]
    day = datetime(2016, 10, 6)
    first = ["s/r/1#killed", "SY02", "SY02", 600, None, "=SUM(A1)", day, True, "one; two", 4.5]
    assert rows[1] == first
    assert rows[2] == ["s/r/2#killed", None, None, *first[3:]]


def test_the_dictionary_tells_every_column(document: Document, tmp_path: Path) -> None:
    book = opened(document, tmp_path)
    told = {(row[0], row[1]) for row in cells(book["dictionary"])[1:]}
    assert {("claims", name) for name in cells(book["claims"])[0]} <= told
    of_pcode = next(row for row in cells(book["dictionary"]) if row[1] == "place_pcode")
    assert "P-code" in of_pcode[-1]


@pytest.mark.parametrize("hxl", [False, True])
def test_a_row_of_tags_stands_below_the_heads_where_asked_for(
    document: Document, tmp_path: Path, hxl: bool
) -> None:
    book = opened(document, tmp_path, hxl=hxl)
    heads, second = cells(book["claims"])[:2]
    tags = dict(zip(heads, second, strict=True))
    if hxl:
        assert tags["place_pcode"] == "#loc+code+v_pcode"
        assert tags["value"] == "#affected+stated"
        assert tags["quote"] is None
        assert cells(book["dictionary"])[1][0] == "claims"
    else:
        assert tags["place_pcode"] == "SY02"
    assert book["claims"].freeze_panes == ("B3" if hxl else "B2")


@pytest.mark.parametrize("tag", sorted(set(workbook.TAGS.values())))
def test_tags_are_of_hxl(tag: str) -> None:
    core = "affected country date indicator loc meta"
    found = re.fullmatch(r"#([a-z]+)(\+[a-z][a-z0-9_]*)+", tag)
    assert found
    assert found[1] in core.split()


def test_tags_are_of_columns_that_the_marts_have() -> None:
    known = {name for model in schemas.PUBLISHED for name in schemas.columns(model)}
    assert set(workbook.TAGS) <= known | set(workbook.PCODES.values())


def test_nothing_computes_or_leads(tmp_path: Path, documents: dict[str, Document]) -> None:
    claims = pd.DataFrame({"claim_id": HOSTILE, "quote": HOSTILE})
    section = Section("a", "A", tuple(Paragraph(words) for words in HOSTILE))
    document = replace(documents["en"], sections=(section,), sheets={"claims": claims})
    (path,) = workbook.write(document, tmp_path)
    with zipfile.ZipFile(path) as held:
        for name in held.namelist():
            text = held.read(name).decode()
            assert not re.search(r"<f[ >]|<hyperlink|externalLink|vbaProject", text), name
    assert [row[0] for row in cells(openpyxl.load_workbook(path)["claims"])[1:]] == list(HOSTILE)


def test_arabic_sheets_run_from_right_to_left(document: Document, tmp_path: Path) -> None:
    sheet = opened(document, tmp_path)["briefing"]
    assert bool(sheet.sheet_view.rightToLeft) == (document.language == "ar")


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (2**53 - 1, 2**53 - 1),
        (2**60, str(2**60)),
        (-(2**60), str(-(2**60))),
        (float("nan"), None),
        (float("inf"), "inf"),
        (None, None),
        (pd.NA, None),
        (pd.NaT, None),
        ([], None),
        ("", None),
        ("00012", "00012"),
        (False, False),
        (0, 0),
        (date(1899, 1, 1), "1899-01-01"),
    ],
)
def test_values_are_held_exactly(
    documents: dict[str, Document], tmp_path: Path, value: Any, held: Any
) -> None:
    rows = pd.DataFrame({"a": pd.Series([value], dtype=object), "b": ["end"]})
    document = replace(documents["en"], sheets={"claims": rows})
    assert cells(opened(document, tmp_path)["claims"])[1] == [held, "end"]


def test_a_text_that_no_cell_holds_is_refused(
    documents: dict[str, Document], tmp_path: Path
) -> None:
    rows = pd.DataFrame({"quote": ["a" * (workbook.MOST_CHARACTERS + 1)]})
    document = replace(documents["en"], sheets={"claims": rows})
    with pytest.raises(workbook.NotHeld, match=r"claims, row 2, column 1: a text of 32,768"):
        workbook.write(document, tmp_path)
    assert not list(tmp_path.iterdir())


def test_rows_that_no_sheet_holds_are_refused(
    documents: dict[str, Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    with pytest.raises(workbook.NotHeld, match="claims: 2 rows are more than a sheet holds"):
        workbook.write(replace(documents["en"], sheets=tables()), tmp_path)


def test_hostile_words_are_only_words(hostile: Document, tmp_path: Path) -> None:
    said = [value for row in cells(opened(hostile, tmp_path)["briefing"]) for value in row]
    assert "<script>alert(1)</script>" in said


def test_an_empty_document_is_a_workbook(tmp_path: Path) -> None:
    book = opened(Document("empty", "ar", "عنوان", "", None, "1", ()), tmp_path)
    assert cells(book["briefing"])[0][0] == "عنوان"


def test_one_document_gives_the_same_bytes(document: Document, tmp_path: Path) -> None:
    first, second = (
        workbook.write(document, tmp_path / name)[0].read_bytes() for name in ("one", "two")
    )
    assert first == second
