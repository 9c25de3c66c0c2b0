"""The reader of texts: its files, its columns, its account."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipelines.claims.article import read_article
from pipelines.claims.reading import RawFile, Reading, Release
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from pipelines.raw.stage import take_stock
from schemas import frame, judge
from schemas.claims import Candidates, Claims, Documents, Files, QuarantineRows

TEXT = "On Monday 12 people died in Aleppo, including 3 children. The flood killed 7m.\n"


@pytest.fixture(scope="session")
def stock(root: Path) -> dict[str, pd.DataFrame]:
    return take_stock(root / "data" / "raw", "own")


@pytest.fixture
def release(stock: dict[str, pd.DataFrame], tmp_path: Path) -> Release:
    cards = stock["raw/cards"]
    row = cards[cards["source_id"] == "aleppo-article"].iloc[0]
    card = {name: None if not isinstance(v, list) and pd.isna(v) else v for name, v in row.items()}
    card |= {"published_on": date(2016, 10, 6), "date_accessed": date(2026, 11, 1)}
    gazetteer = Gazetteer(stock["raw/places"], stock["raw/territories"])
    return Release(card, (), gazetteer, Actors(stock["raw/actors"]))


def reading_of(release: Release, folder: Path, data: bytes, name: str = "a.txt") -> Reading:
    path = folder / name
    path.write_bytes(data)
    file = RawFile(name, path, hashlib.sha256(data).hexdigest())
    return read_article(replace(release, files=(file,)))


def test_every_record_fits_its_schema(release: Release, tmp_path: Path) -> None:
    read = reading_of(release, tmp_path, TEXT.encode())
    for model, rows in (
        (Claims, read.claims),
        (Candidates, read.candidates),
        (Documents, read.documents),
        (Files, read.files),
        (QuarantineRows, read.quarantine),
    ):
        assert rows and judge(model, frame(model, rows)).empty


def test_claims_are_pending_and_carry_their_document(release: Release, tmp_path: Path) -> None:
    total, part = reading_of(release, tmp_path, TEXT.encode()).claims
    assert total["document_id"] == "aleppo-article/2016-10-06/a.txt"
    assert total["claim_id"].startswith("aleppo-article/2016-10-06/a.txt#killed@1-")
    assert part["part_of"] == total["claim_id"]
    assert (total["review_status"], total["method"]) == ("pending", "extracted")
    assert total["published_on"] == total["end_latest"] + pd.Timedelta(days=3)
    assert total["recorded_on"] == date(2026, 11, 1)


def test_the_account_holds(release: Release, tmp_path: Path) -> None:
    read = reading_of(release, tmp_path, TEXT.encode())
    (file,) = read.files
    assert file["rows_in"] == len(read.candidates) == 3
    assert (file["rows_with_claims"], file["empty"], file["quarantined"]) == (2, 0, 1)
    (line,) = read.quarantine
    assert (line["reason"], line["row"]) == ("number.ambiguous_suffix", TEXT.index("7m"))


def test_equal_quotes_have_their_own_ids(release: Release, tmp_path: Path) -> None:
    read = reading_of(release, tmp_path, b"12 died in May. 12 died in June.")
    assert len({claim["claim_id"] for claim in read.claims}) == 2
    again = reading_of(release, tmp_path, b"Page 4\n\n12 died in May.\n12 died in June.\n")
    assert [c["claim_id"] for c in again.claims] == [c["claim_id"] for c in read.claims]


def test_offsets_count_characters_of_the_stored_text(release: Release, tmp_path: Path) -> None:
    text = "\ufeff😀 “Twelve people died,” he said.\r\n"
    (claim,) = reading_of(release, tmp_path, text.encode()).claims
    assert text[claim["quote_start"] : claim["quote_end"]] == claim["quote"] == "Twelve"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "file.empty"),
        ("a.txt", b" \n ", "file.empty"),
        ("a.txt", "é".encode("latin-1") + b" 12 died", "file.encoding"),
        ("a.txt", "12 died".encode("utf-16"), "file.encoding"),
        ("a.txt", b"12 died\0", "file.nul"),
        ("a.txt", b"<!DOCTYPE html><p>12 died", "file.type"),
        ("a.pdf", b"%PDF-1.7", "file.unreadable"),
        ("a.doc", b"12 died", "file.type"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(
    release: Release, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    read = reading_of(release, tmp_path, data, name)
    (file,) = read.files
    assert (file["status"], file["reason"]) == ("refused", reason)
    assert file["message"] and not (read.claims or read.candidates or read.documents)


def test_a_refused_file_does_not_stop_the_others(release: Release, tmp_path: Path) -> None:
    files = []
    for name, data in (("a.txt", b"\0"), ("b.txt", b"12 people died.")):
        (tmp_path / name).write_bytes(data)
        files.append(RawFile(name, tmp_path / name, hashlib.sha256(data).hexdigest()))
    read = read_article(replace(release, files=tuple(files)))
    assert [f["status"] for f in read.files] == ["refused", "read"] and len(read.claims) == 1


def test_a_named_publisher_speaks(release: Release, tmp_path: Path) -> None:
    named = replace(release, card={**release.card, "publisher": "Reuters"})
    (claim,) = reading_of(named, tmp_path, b"12 people died.").claims
    assert (claim["speaker"], claim["speaker_id"], claim["seen_in"]) == (
        "Reuters",
        "reuters",
        "primary",
    )
