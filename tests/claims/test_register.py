"""documents.csv: a good row, one thing wrong at a time; ids given twice; what is not public."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from pipelines.claims.reading import Reading


def reasons(reading: Reading) -> list[tuple[str, str]]:
    return [(q["column_name"], q["reason"]) for q in reading.quarantine]


def register(desk: Any, *rows: dict[str, str], kind: str = "own", **card: Any) -> Reading:
    """The reading of a register of good rows with the changes given."""
    documents = [{**desk.document, "document_id": f"d{n}", **row} for n, row in enumerate(rows, 1)]
    return desk.read(documents=documents, kind=kind, **card)  # type: ignore[no-any-return]


def test_a_row_is_a_document(desk: Any) -> None:
    cells = {
        "found_at": "mirror",
        "license": "CC BY 4.0",
        "redistributable": "Yes",
        "edition": "2016-10-08",
        "sensitivity": "internal",
        "withdrawn_on": "2016-10-09",
        "replaced_by": "d2",
        "language": "ar",
        "note": "n",
    }
    document = register(desk, cells).documents[0]
    assert document == {
        **desk.document,
        **cells,
        "document_id": "d1",
        "source_id": "office",
        "release": "2016-12-31",
        "date_accessed": desk.accessed,
        "published_on": date(2016, 10, 7),
        "edition": date(2016, 10, 8),
        "withdrawn_on": date(2016, 10, 9),
        "redistributable": True,
    }


def test_what_is_not_said_is_not_redistributable_and_as_open_as_the_card(desk: Any) -> None:
    document = register(desk, {"url": "", "publisher": "", "published_on": ""}).documents[0]
    assert document["redistributable"] is False and document["sensitivity"] == "public"
    assert not {"url", "publisher", "published_on", "license"} & document.keys()


def test_the_stricter_of_card_and_row_holds(desk: Any) -> None:
    rows = [{"sensitivity": word} for word in ("public", "restricted", "")]
    documents = register(desk, *rows, sensitivity="internal").documents
    assert [d["sensitivity"] for d in documents] == ["internal", "restricted", "internal"]


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"document_id": ""}, "document_id", "missing.id"),
        ({"document_id": "a#1"}, "document_id", "text.bad_id"),
        ({"title": ""}, "title", "missing.title"),
        ({"published_on": "2016-10"}, "published_on", "date.partial"),
        ({"published_on": "07/10/2016"}, "published_on", "date.ambiguous"),
        ({"published_on": "2017-01-01"}, "published_on", "date.future"),
        ({"edition": "2017-01-01"}, "edition", "date.future"),
        ({"withdrawn_on": "2016-10-06"}, "withdrawn_on", "date.reversed"),
        ({"url": "javascript:alert(1)"}, "url", "url.scheme"),
        ({"url": "www.example.org"}, "url", "url.scheme"),
        ({"redistributable": "maybe"}, "redistributable", "enum.redistributable"),
        ({"sensitivity": "secret"}, "sensitivity", "enum.sensitivity"),
        ({"language": "English"}, "language", "enum.language"),
    ],
)
def test_one_thing_wrong(desk: Any, changes: dict[str, str], column: str, reason: str) -> None:
    reading = register(desk, changes, {})
    assert reasons(reading) == [(column, reason)]
    assert [d["document_id"] for d in reading.documents] == ["d2"]
    account = next(f for f in reading.files if f["file"] == "documents.csv")
    assert (account["rows_in"], account["quarantined"], account["empty"]) == (2, 1, 1)


def test_without_a_card_day_no_day_is_in_the_future(desk: Any) -> None:
    assert register(desk, {"published_on": "2090-01-01"}, date_accessed=None).documents


def test_the_same_document_twice_is_kept_once(desk: Any) -> None:
    reading = register(desk, {}, {"document_id": "d1"})
    assert len(reading.documents) == 1
    assert reasons(reading) == [("", "duplicate.record")]


def test_one_id_with_two_documents_is_set_aside_whole_with_its_claims(desk: Any) -> None:
    documents = [desk.document, {**desk.document, "title": "Another"}]
    reading = desk.read({}, documents=documents)
    assert reading.documents == [] and reading.claims == []
    assert [reason for _, reason in reasons(reading)] == [
        "duplicate.conflict",
        "duplicate.conflict",
        "provenance.document_set_aside",
    ]


def test_a_faulty_row_leaves_the_good_row_of_its_id(desk: Any) -> None:
    reading = desk.read({}, documents=[desk.document, {**desk.document, "url": "data:,"}])
    assert len(reading.claims) == 1
    assert reasons(reading) == [("url", "url.scheme")]


def test_blank_and_broken_rows(desk: Any) -> None:
    body = desk.as_csv([desk.document]) + b",,,,\ncut,off\n"
    reading = desk.read_files({"documents.csv": body})
    account = reading.files[0]
    assert (account["rows_in"], account["quarantined"], account["empty"]) == (3, 1, 2)
    assert json.loads(reading.quarantine[0]["raw"]) == ["cut", "off"]


def test_a_refused_register_leaves_its_claims_without_document(desk: Any) -> None:
    files = {"claims.csv": desk.as_csv([desk.good]), "documents.csv": b"a;b;c\n"}
    reading = desk.read_files(files)
    assert [f.get("reason") for f in reading.files] == ["file.no_header", None]
    assert reasons(reading) == [("document_id", "provenance.unknown_document")]


def test_a_public_reading_holds_no_trace_of_other_documents(desk: Any) -> None:
    rows = [
        {"sensitivity": "internal"},
        {"sensitivity": "restricted", "url": "data:,"},
        {"sensitivity": "secret"},
        {"document_id": "d1"},
        {"document_id": "d1", "url": "data:,"},
        {},
        {"url": "data:,"},
    ]
    reading = register(desk, *rows, kind="public")
    assert [d["document_id"] for d in reading.documents] == ["d6"]
    assert reasons(reading) == [("url", "url.scheme")]
    account = reading.files[0]
    assert (account["rows_in"], account["quarantined"], account["empty"]) == (2, 1, 1)
