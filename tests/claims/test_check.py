"""A sheet before a build: an empty one, and one judged without a card."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.claims.check import check_sheet, empty_sheet
from pipelines.claims.sheet import SHEET


def test_an_empty_sheet_has_every_column_and_no_fault(desk: Any, tmp_path: Path) -> None:
    claims, documents = empty_sheet(tmp_path / "a" / "b")
    assert claims.read_text(encoding="utf-8") == ",".join(SHEET.columns) + "\n"
    assert documents.name == "documents.csv"
    reading = check_sheet(claims, desk.gazetteer, desk.actors)
    assert [(f["file"], f["status"], f["rows_in"]) for f in reading.files] == [
        ("documents.csv", "read", 0),
        ("claims.csv", "read", 0),
    ]


def test_an_empty_sheet_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text("mine")
    with pytest.raises(FileExistsError, match="Choose another folder"):
        empty_sheet(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["documents.csv"]


def test_a_sheet_is_judged_with_the_register_beside_it(desk: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(desk.as_csv([desk.good, {**desk.good, "row_id": "r2", "metric": "x"}]))
    alone = check_sheet(path, desk.gazetteer, desk.actors)
    assert {q["reason"] for q in alone.quarantine} >= {"provenance.unknown_document"}
    (tmp_path / "documents.csv").write_bytes(desk.as_csv([desk.document]))
    reading = check_sheet(path, desk.gazetteer, desk.actors)
    assert len(reading.claims) == 1
    assert [(q["file"], q["row"], q["reason"]) for q in reading.quarantine] == [
        ("mine.csv", 3, "enum.metric")
    ]


def test_the_register_alone_is_judged_too(desk: Any, tmp_path: Path) -> None:
    path = tmp_path / "documents.csv"
    path.write_bytes(desk.as_csv([{**desk.document, "title": ""}]))
    reading = check_sheet(path, desk.gazetteer, desk.actors)
    assert [q["reason"] for q in reading.quarantine] == ["missing.title"]


def test_no_clock_is_asked(desk: Any, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    later = {**desk.good, "period_end": "2090", "stated_on": "2090-01-01"}
    path.write_bytes(desk.as_csv([later]))
    document = {**desk.document, "published_on": ""}
    (tmp_path / "documents.csv").write_bytes(desk.as_csv([document]))
    assert check_sheet(path, desk.gazetteer, desk.actors).quarantine == []
    bounded = check_sheet(path, desk.gazetteer, desk.actors, date(2026, 1, 1))
    assert {q["reason"] for q in bounded.quarantine} == {"date.future"}


def test_a_file_that_is_not_there_is_said_so(desk: Any, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        check_sheet(tmp_path / "none.csv", desk.gazetteer, desk.actors)


def test_headers_are_written_once(tmp_path: Path) -> None:
    claims, _ = empty_sheet(tmp_path)
    with claims.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert len(header) == len(set(header))
