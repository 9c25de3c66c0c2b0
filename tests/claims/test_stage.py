"""The stage: releases together, and accounts that stay true."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

import schemas
from pipelines.claims import READERS
from pipelines.claims.stage import TABLES, read_claims
from pipelines.core.csv_rows import Fault, FileRefused
from schemas import raw

WHO = {"reason": "read", "by": "r1", "on": "2017-01-01"}
ARTICLE = b"More than 600 people were killed in Aleppo on Monday, officials said. It was 12 May.\n"
Tables = dict[str, pd.DataFrame]


class Raw:
    """Tables of the stage raw over files written below a folder."""

    def __init__(self, folder: Path, places: pd.DataFrame, actors: pd.DataFrame) -> None:
        self.folder = folder
        self.cards: list[dict[str, Any]] = []
        self.files: list[dict[str, Any]] = []
        self.overlays: dict[str, list[dict[str, Any]]] = {"corrections": [], "reviews": []}
        self._registers = {
            "raw/places": places,
            "raw/actors": actors,
            "raw/territories": schemas.frame(raw.Territories, []),
        }

    def add(self, source: str, release: str, files: Mapping[str, bytes], **card: Any) -> None:
        held = {
            "source_id": source,
            "release": release,
            "producer": "P",
            "title": "T",
            "publisher": "Agency",
            "published_on": "2016-10-07",
            "date_accessed": "2016-12-31",
            "license": "CC0",
            "redistributable": True,
            "reader": "claim_sheet",
            "maturity": "final",
            "sensitivity": "public",
            "language": "en",
            "facts": "{}",
        }
        self.cards.append(held | card)
        for name, data in files.items():
            path = self.folder / source / release / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            self.files.append(
                {
                    "source_id": source,
                    "release": release,
                    "file": name,
                    "status": "read",
                    "bytes": len(data),
                    "sha256": hashlib.sha256(data).hexdigest(),
                    "path": f"{source}/{release}/{name}",
                }
            )

    def read(self, kind: Literal["own", "public"] = "own") -> Tables:
        tables = {
            "raw/cards": schemas.frame(raw.Cards, self.cards),
            "raw/files": schemas.frame(raw.RawFiles, self.files),
            **{
                f"raw/{name}": schemas.frame(
                    model, [{"line": at, **row} for at, row in enumerate(self.overlays[name], 2)]
                )
                for name, model in (("corrections", raw.Corrections), ("reviews", raw.Reviews))
            },
            **self._registers,
        }
        made = read_claims(tables, self.folder, kind)
        assert list(made) == list(TABLES)
        for name, model in TABLES.items():
            assert schemas.judge(model, made[name]).empty, name
        held = made["claims/claims"].groupby(["source_id", "release", "file"]).size()
        for file in made["claims/files"].to_dict("records"):
            key = (file["source_id"], file["release"], file["file"])
            rows = file["rows_with_claims"] + file["quarantined"] + file["empty"]
            assert file["rows_in"] == rows and file["claims"] == held.get(key, 0)
        return made


@pytest.fixture
def stock(tmp_path: Path, places: pd.DataFrame, actors_table: pd.DataFrame) -> Raw:
    return Raw(tmp_path, places, actors_table)


@pytest.fixture
def sheet(desk: Any) -> Callable[..., dict[str, bytes]]:
    """A release's files: good rows with changes, and a register with changes."""

    def files(*rows: dict[str, str], **document: str) -> dict[str, bytes]:
        return {
            "claims.csv": desk.as_csv([{**desk.good, **row} for row in rows], desk.good),
            "documents.csv": desk.as_csv([{**desk.document, **document}]),
        }

    return files


def statuses(tables: Tables) -> list[tuple[Any, ...]]:
    files = tables["claims/files"]
    return list(zip(files["file"], files["status"], files["reason"].fillna(""), strict=True))


def test_every_reader_has_its_name() -> None:
    assert {"article", "claim_sheet", "ucdp_ged", "mapped_table"} <= set(READERS)


def test_releases_of_every_kind_come_together(stock: Raw, sheet: Any) -> None:
    stock.add("office", "1", sheet({}))
    stock.add("paper", "1", {"article.txt": ARTICLE}, reader="article")
    tables = stock.read()
    assert set(tables["claims/claims"]["method"]) == {"transcribed", "extracted"}
    assert set(tables["claims/documents"]["source_id"]) == {"office", "paper"}
    assert len(tables["claims/candidates"]) >= 1


def test_nothing_to_read_is_empty_tables(stock: Raw) -> None:
    assert all(table.empty for table in stock.read().values())


def test_refused_and_unread_files_are_accounted_for(stock: Raw, sheet: Any) -> None:
    stock.add("office", "1", sheet({}))
    stock.files[1] |= {"status": "refused", "reason": "file.checksum", "message": "m"}
    stock.files.append(
        {"source_id": "", "release": "", "file": "loose.txt", "status": "read", "path": "loose.txt"}
    )
    tables = stock.read()
    assert statuses(tables) == [
        ("loose.txt", "refused", "file.not_read"),
        ("claims.csv", "read", ""),
        ("documents.csv", "refused", "file.checksum"),
    ]
    assert list(tables["claims/quarantine_rows"]["reason"]) == ["provenance.unknown_document"]


def test_an_unknown_reader_is_named_with_the_nearest(stock: Raw, sheet: Any) -> None:
    stock.add("office", "1", sheet({}), reader="claims_sheet")
    tables = stock.read()
    assert {reason for _, _, reason in statuses(tables)} == {"file.unknown_reader"}
    assert "Did you mean 'claim_sheet'?" in tables["claims/files"]["message"][0]


def test_a_reader_that_fails_refuses_its_release_alone(
    stock: Raw, sheet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock.add("office", "1", sheet({}))
    stock.add("other", "1", sheet({}))
    (stock.folder / "office" / "1" / "claims.csv").unlink()
    tables = stock.read()
    assert [reason for _, _, reason in statuses(tables)] == ["file.unreadable"] * 2 + ["", ""]
    assert "FileNotFoundError" in tables["claims/files"]["message"][0]
    assert list(tables["claims/claims"]["source_id"]) == ["other"]


def test_a_reader_s_own_refusal_keeps_its_reason(
    stock: Raw, sheet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(release: Any) -> Any:
        raise FileRefused([Fault("file.type", "Not this kind.", "Save it as CSV.")])

    monkeypatch.setitem(READERS, "claim_sheet", refuse)
    stock.add("office", "1", sheet({}))
    assert {reason for _, _, reason in statuses(stock.read())} == {"file.type"}


def test_documents_that_contradict_take_their_claims_with_them(stock: Raw, sheet: Any) -> None:
    stock.add("a", "1", sheet({}, {"row_id": "r2", "part_of": "r1"}))
    stock.add("b", "1", sheet({}, title="Another title"))
    stock.add("c", "1", sheet({"document_id": "c"}, document_id="c"))
    tables = stock.read()
    assert list(tables["claims/claims"]["source_id"]) == ["c"]
    assert list(tables["claims/documents"]["document_id"]) == ["c"]
    lines = tables["claims/quarantine_rows"]
    assert list(lines["row"]) == [2, 3, 2] and set(lines["reason"]) == {"duplicate.conflict"}
    assert "a/1, b/1: title" in lines["message"][0]


def test_the_newest_release_of_a_document_is_kept(stock: Raw, sheet: Any) -> None:
    stock.add("a", "2016", sheet({}))
    stock.add("b", "2017", sheet({}))
    documents = stock.read()["claims/documents"]
    assert list(documents["source_id"]) == ["b"]


def test_a_newer_release_replaces_the_same_claims(stock: Raw, sheet: Any) -> None:
    stock.add("a", "2", sheet({}, {"row_id": "new"}))
    stock.add("a", "1", sheet({}, {"row_id": "old"}))
    stock.add("b", "3", sheet({}))
    claims = stock.read()["claims/claims"].set_index("claim_id")["replaced_by"]
    assert claims.dropna().to_dict() == {"a/1/r1#killed": "a/2/r1#killed"}


def test_a_rejected_reading_replaces_nothing(stock: Raw, sheet: Any) -> None:
    stock.add("a", "1", sheet({}))
    stock.add("a", "2", sheet({}))
    stock.overlays["reviews"] = [{"claim_id": "a/2/r1#killed", "decision": "reject", **WHO}]
    claims = stock.read()["claims/claims"]
    assert claims["replaced_by"].isna().all()


def test_overlays_are_applied(stock: Raw, sheet: Any) -> None:
    stock.add("a", "1", sheet({}))
    stock.overlays["corrections"] = [
        {"claim_id": "a/1/r1#killed", "column": "value", "was": "600", "becomes": "60", **WHO}
    ]
    stock.overlays["reviews"] = [{"claim_id": "gone", "decision": "accept", **WHO}]
    tables = stock.read()
    assert list(tables["claims/claims"]["value"]) == [60]
    assert list(tables["claims/overlays"]["outcome"]) == ["applied", "claim_missing"]


def test_a_public_reading_keeps_what_a_person_accepted(stock: Raw, sheet: Any) -> None:
    rows = [
        {},
        {"row_id": "r2"},
        {"row_id": "r3", "part_of": "r2"},
        {"row_id": "r4", "metric": "x"},
    ]
    stock.add("a", "1", sheet(*rows))
    stock.add("paper", "1", {"article.txt": ARTICLE}, reader="article")
    stock.add("bad", "1", {"claims.csv": b"secret words\n"})
    stock.overlays["reviews"] = [{"claim_id": "a/1/r2#killed", "decision": "reject", **WHO}]
    own, public = stock.read(), stock.read("public")
    assert len(own["claims/claims"]) == 4
    kept = public["claims/claims"]
    assert list(kept["record_id"]) == ["r1", "r3"]
    assert kept["part_of"].isna().all() and list(kept["doubts"][1]) == ["whole_set_aside"]
    lines = public["claims/quarantine_rows"]
    assert sorted(lines["reason"]) == [
        "enum.metric",
        "provenance.not_reviewed",
        "provenance.rejected",
    ]
    assert lines["value"].isna().all() and lines["raw"].isna().all()
    assert set(lines["message"]) == {"Not shown in a public release."}
    assert "600" not in set(public["claims/candidates"]["surface"])
    shown = public["claims/files"]["message"].dropna()
    assert not shown.str.contains("secret words").any()


def test_an_accepted_text_claim_stays_in_public(stock: Raw) -> None:
    stock.add("paper", "1", {"article.txt": ARTICLE}, reader="article")
    claim_id = stock.read()["claims/claims"]["claim_id"][0]
    stock.overlays["reviews"] = [{"claim_id": claim_id, "decision": "accept", **WHO}]
    public = stock.read("public")
    assert list(public["claims/claims"]["claim_id"]) == [claim_id]
    assert "claim" in set(public["claims/candidates"]["outcome"])


def test_one_number_with_a_claim_left_keeps_its_row(
    stock: Raw, sheet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubled(release: Any) -> Any:
        """As a table's reader does that gives two claims of one record."""
        reading = read_one(release)
        twin = {**reading.claims[0], "claim_id": "a/1/r1#killed.b"}
        reading.claims.append(twin)
        reading.rows[twin["claim_id"]] = 2
        reading.files[-1]["claims"] += 1
        return reading

    read_one = READERS["claim_sheet"]
    monkeypatch.setitem(READERS, "claim_sheet", doubled)
    stock.add("a", "1", sheet({}))
    stock.overlays["reviews"] = [{"claim_id": "a/1/r1#killed", "decision": "reject", **WHO}]
    public = stock.read("public")
    sheet_file = public["claims/files"].set_index("file").loc["claims.csv"]
    assert (sheet_file["claims"], sheet_file["rows_with_claims"]) == (1, 1)
    assert public["claims/quarantine_rows"].empty


def test_tables_come_in_the_order_of_their_keys(stock: Raw, sheet: Any) -> None:
    stock.add("b", "1", sheet({"row_id": "z"}, {"row_id": "a"}))
    stock.add("a", "1", sheet({}))
    claims = stock.read()["claims/claims"]
    assert list(claims["claim_id"]) == sorted(claims["claim_id"])


def test_the_project_s_own_data(root: Path) -> None:
    from pipelines.raw.stage import take_stock

    folder = root / "data" / "raw"
    tables = read_claims(take_stock(folder, "own"), folder, "own")
    files = tables["claims/files"].set_index(["source_id", "file"])
    assert files.loc[("syria-reference", "claims.csv"), "claims"] == 69
    assert files.loc[("syria-reference", "claims.csv"), "quarantined"] == 0
    example = files.loc[("quarantine-example", "claims.csv")]
    assert example["claims"] == 0 and example["quarantined"] == example["rows_in"] == 14
    raw_rows = tables["claims/quarantine_rows"]["raw"].dropna().map(json.loads)
    assert set(raw_rows.map(lambda row: row["row_id"])) >= {"q01", "q14"}
