"""One sentence as a text, a page, a PDF and a mail in data/raw: one claim, at its own place."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.claims.documents import text_of, text_sha256
from pipelines.claims.stage import read_claims
from pipelines.core.csv_rows import Fault, FileRefused
from pipelines.marts import database
from pipelines.marts.explain import explain
from pipelines.marts.explain_words import as_lines
from pipelines.raw.add import add
from pipelines.raw.cards import CARD
from pipelines.raw.stage import take_stock

SENTENCE = "On Tuesday at least 41 civilians were killed by shelling in Aleppo, the ministry said."
TAKEN_FROM_THE_WORDS = [
    "metric", "value", "qualifier", "population", "quote", "speaker", "place_id",
    "start_earliest", "end_latest", "method", "published_on",
]  # fmt: skip


@pytest.fixture
def documents(pdf: Callable[..., bytes]) -> dict[str, bytes]:
    mail = EmailMessage()
    mail["Subject"] = "99 killed"
    mail.set_content(f"Dear all,\n\n{SENTENCE}\n")
    navigation = "".join(f"<li><a href={n}>{n} killed</a>" for n in range(70, 75))
    page = f"<html><ul>{navigation}</ul><h1>Shelling</h1><p>{SENTENCE}</p></html>"
    cut = SENTENCE.index("in Aleppo")
    return {
        "wire.txt": f"\ufeffNews\r\n\r\n{SENTENCE}\r\n".encode(),
        "page.html": page.encode(),
        "report.pdf": pdf(
            [(50, 740, "Page 1"), (50, 700, SENTENCE[:cut]), (50, 688, SENTENCE[cut:])]
        ),
        "mail.eml": mail.as_bytes(),
    }


@pytest.fixture
def raw(small_raw: Path, documents: dict[str, bytes], tmp_path: Path) -> Path:
    for name, data in documents.items():
        (tmp_path / name).write_bytes(data)
        add(
            tmp_path / name,
            small_raw,
            title=name,
            publisher="Example Agency",
            published_on="2016-10-06",
            url="",
            accessed_on="2016-10-07",
            source_id=name.replace(".", "-"),
            language="en",
            text_sha256=text_sha256(text_of(name, data).text),
        )
    return small_raw


def read(raw: Path) -> dict[str, pd.DataFrame]:
    return read_claims(take_stock(raw, "own"), raw, "own")


def of(table: pd.DataFrame, name: str) -> Any:
    (row,) = table[table["source_id"] == name.replace(".", "-")].to_dict("records")
    return row


def test_every_kind_gives_the_same_claim(raw: Path, documents: dict[str, bytes]) -> None:
    tables = read(raw)
    seen = []
    for name, data in documents.items():
        claim = of(tables["claims/claims"], name)
        document = of(tables["claims/documents"], name)
        found = text_of(name, data)
        assert found.text[claim["quote_start"] : claim["quote_end"]] == claim["quote"]
        stated = found.text[claim["sentence_start"] : claim["sentence_end"]]
        assert " ".join(stated.split()) == SENTENCE
        assert document["text_method"] == found.method
        assert document["text_sha256"] == text_sha256(found.text)
        seen.append([claim[column] for column in TAKEN_FROM_THE_WORDS])
    assert seen == [seen[0]] * len(documents)
    assert seen[0][:4] == ["killed", 41, "at_least", "civilians"]


def test_what_is_not_in_the_text_stands_with_the_document(raw: Path) -> None:
    documents = read(raw)["claims/documents"]
    assert of(documents, "page.html")["text_note"].startswith("left out of the page: lists of")
    assert pd.isna(of(documents, "wire.txt")["text_note"])


def accept_all(raw: Path, claims: pd.DataFrame) -> None:
    """A person's word that each of the claims stands as it was read."""
    with (raw / "reviews.csv").open("a", encoding="utf-8") as stream:
        for claim_id in claims["claim_id"]:
            stream.write(f"{claim_id},accept,,,Read against the page.,r1,2026-11-02\n")


def test_every_kind_is_explained_by_its_sentence_before_and_after_review(
    raw: Path, documents: dict[str, bytes], stages: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "release.duckdb"
    for status in ("pending", "accepted"):
        tables = stages(raw)
        path.unlink(missing_ok=True)
        database.write({key: tables[key] for key in tables if "marts/" in key}, path, tmp_path)
        for name in documents:
            claim = of(tables["claims/claims"], name)
            found = explain(path, raw, claim["claim_id"], text_alone)
            assert found["review_status"] == status
            assert " ".join(found["words"]["sentence"].split()) == SENTENCE
            assert found["words"]["quote"] == claim["quote"]
            assert f"“{SENTENCE}”" in "\n".join(as_lines(found))
        if status == "pending":
            waiting = tables["claims/claims"]
            accept_all(raw, waiting[waiting["review_status"] == "pending"])


def text_alone(name: str, data: bytes) -> str:
    return text_of(name, data).text


def test_a_page_that_cannot_be_shown_as_it_was_read_is_not_quoted(
    raw: Path, stages: Callable[..., Any], tmp_path: Path
) -> None:
    tables = stages(raw)
    path = tmp_path / "release.duckdb"
    database.write({key: tables[key] for key in tables if "marts/" in key}, path, tmp_path)
    asked = of(tables["claims/claims"], "page.html")["claim_id"]

    def refusing(name: str, data: bytes) -> str:
        raise FileRefused([Fault("file.too_slow", "It hangs.", "Split it.")])

    def read_otherwise(name: str, data: bytes) -> str:
        return f"{text_of(name, data).text} "

    for reader, said in ((refusing, "It hangs."), (read_otherwise, "no longer read as the same")):
        words = explain(path, raw, asked, reader)["words"]
        assert said in words["from"] and "sentence" not in words
    file = raw / "page-html" / "2016-10-06" / "page.html"
    file.write_bytes(file.read_bytes() + b" ")
    words = explain(path, raw, asked, text_alone)["words"]
    assert "has changed since the release" in words["from"] and "sentence" not in words


def test_no_words_of_a_document_that_may_not_be_given_on_are_public(
    raw: Path, documents: dict[str, bytes], stages: Callable[..., Any]
) -> None:
    for name in documents:
        card = raw / name.replace(".", "-") / "2016-10-06" / CARD
        card.write_text(card.read_text().replace("sensitivity: internal", "sensitivity: public"))
    pending = read(raw)["claims/claims"]
    accept_all(raw, pending[pending["review_status"] == "pending"])
    tables = {key: rows for key, rows in stages(raw, "public").items() if "marts/" in key}
    held = tables["marts/claims"]
    assert len(held[held["source_id"].isin([n.replace(".", "-") for n in documents])]) == 4
    assert "marts/review_queue" not in tables
    everything = "\n".join(
        rows.to_json(orient="records", force_ascii=False, date_format="iso")
        for rows in tables.values()
    )
    (quote,) = {of(pending, name)["quote"] for name in documents}
    for words in ("by shelling in", "Shelling", "Dear all", "lists of links", quote):
        assert words not in everything, words


@pytest.mark.parametrize("name", ["page.html", "wire.txt"])
def test_a_text_that_is_not_the_pinned_one_is_refused_alone(raw: Path, name: str) -> None:
    card = raw / name.replace(".", "-") / "2016-10-06" / CARD
    pin = text_sha256(text_of(name, (card.parent / name).read_bytes()).text)
    file, facts = card.read_text().split("text_sha256:")
    assert pin in facts
    card.write_text(file + "text_sha256:" + facts.replace(pin, "0" * 64))
    tables = read(raw)
    file = of(tables["claims/files"], name)
    assert (file["status"], file["reason"]) == ("refused", "file.text_changed")
    assert "requirements.lock" in file["message"]
    claims = tables["claims/claims"]
    assert set(claims["file"]) >= {"mail.eml", "report.pdf"} and name not in set(claims["file"])


def test_the_command_adds_a_page_with_its_pin(
    attest: Callable[..., Any], small_raw: Path, tmp_path: Path, documents: dict[str, bytes]
) -> None:
    def added(name: str, data: bytes) -> Any:
        (tmp_path / name).write_bytes(data)
        return attest(
            "add", tmp_path / name, "--raw", small_raw, "--title", name, "--publisher", "A",
            "--published-on", "2016-10-06",
        )  # fmt: skip

    done = added("page.html", documents["page.html"])
    assert done.returncode == 0 and "page.html: left out of the page" in done.stderr
    card = (small_raw / "page-html" / "2016-10-06" / CARD).read_text()
    pin = text_sha256(text_of("page.html", documents["page.html"]).text)
    assert card.endswith(f'facts:\n  text_sha256:\n    page.html: "{pin}"\n')
    page = small_raw / "page-html" / "2016-10-06" / "page.html"
    page.write_bytes(documents["page.html"].replace(b"41", b"43"))
    assert attest("pin", "page-html", "--raw", small_raw, "--json").returncode == 0
    renewed = text_sha256(text_of("page.html", page.read_bytes()).text)
    now = (page.parent / CARD).read_text().replace('"', "")  # a checksum needs no quotation marks
    assert now == card.replace('"', "").replace(pin, renewed).replace(
        sha256(documents["page.html"]).hexdigest(), sha256(page.read_bytes()).hexdigest()
    )
    page.write_bytes(documents["page.html"])
    shown = attest("pin", "page-html", "--raw", small_raw).stdout
    assert f"page.html, its text: {renewed} -> {pin}\n" in shown and shown.count("->") == 2
    refused = added("scan.pdf", b"%PDF-1.7 broken")
    assert refused.returncode == 1 and "file.unreadable" in refused.stderr
    assert not (small_raw / "scan-pdf").exists()
