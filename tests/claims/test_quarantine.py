"""Faults as lines, and the quarantine of a sheet as a sheet to mend."""

from __future__ import annotations

import csv
import io
from typing import Any

from pipelines.claims.quarantine import sheet_to_mend
from pipelines.claims.sheet import SHEET


def mended(desk: Any, text: str) -> Any:
    files = {"claims.csv": text.encode(), "documents.csv": desk.as_csv([desk.document])}
    return desk.read_files(files)


def test_a_fault_said_twice_is_one_line(desk: Any) -> None:
    reading = desk.read({"value": "x", "value_low": "y", "value_high": "z"})
    keys = [(q["row"], q["column_name"], q["reason"]) for q in reading.quarantine]
    assert len(keys) == len(set(keys)) == 3


def test_the_quarantine_is_a_sheet_that_reads_the_same(desk: Any) -> None:
    reading = desk.read(
        {}, {"metric": "killd", "note": "two\nlines"}, {"speaker": "", "value": "x"}
    )
    mend = sheet_to_mend(reading.quarantine, SHEET.columns)
    again = mended(desk, mend.sheet)
    assert [(q["row"], q["column_name"], q["reason"]) for q in again.quarantine] == [
        (2, "metric", "enum.metric"),
        (4, "speaker", "missing.speaker"),
        (4, "value", "number.not_a_number"),
    ]
    lines = mend.reasons.splitlines()
    assert lines[0].startswith("line 2 (line 3 of the file), metric: enum.metric. ")
    assert lines[1].startswith("line 4 (line 5 of the file), speaker: missing.speaker. ")
    whole = mended(desk, mend.sheet.replace("killd", "killed").replace(",x,", ",600,"))
    assert [claim["record_id"] for claim in whole.claims] == ["r2"]


def test_broken_rows_stand_as_they_were_found(desk: Any) -> None:
    body = desk.as_csv([desk.good]) + b"short,row\n"
    reading = desk.read_files({"claims.csv": body, "documents.csv": desk.as_csv([desk.document])})
    mend = sheet_to_mend(reading.quarantine, SHEET.columns)
    header, row = csv.reader(io.StringIO(mend.sheet))
    assert header == list(SHEET.columns)
    assert row == ["short", "row"]
    assert "row.short" in mend.reasons


def test_private_rows_are_named_and_not_written(desk: Any) -> None:
    reading = desk.read({"note": "call +963 11 223 4455"}, {"metric": "killd"})
    mend = sheet_to_mend(reading.quarantine, SHEET.columns)
    assert "4455" not in mend.sheet + mend.reasons
    assert "line 2 of the file (not kept), note: privacy.phone" in mend.reasons
    assert mend.sheet.count("\r\n") == 2


def test_no_cell_starts_a_formula(desk: Any) -> None:
    cells = {"note": "=1+1", "value": "-3", "nationality": "@x", "locator": "+1", "metric": "x"}
    mend = sheet_to_mend(desk.read(cells).quarantine, SHEET.columns)
    for row in csv.reader(io.StringIO(mend.sheet)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)


def test_nothing_quarantined_is_an_empty_sheet(desk: Any) -> None:
    mend = sheet_to_mend([], SHEET.columns)
    assert mend.reasons == ""
    assert mend.sheet == ",".join(SHEET.columns) + "\r\n"
