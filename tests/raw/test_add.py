from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.raw import add as adding
from pipelines.raw.add import AddFault, add, slug
from pipelines.raw.cards import name_fault
from pipelines.raw.stage import take_stock

Adder = Callable[..., Path]
TITLE = "Aleppo: 'leaving or annihilation' #1"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "bulletin.txt"
    file.write_bytes(b"Five people were killed.")
    return file


@pytest.fixture
def adder(raw_dir: Path, document: Path) -> Adder:
    def make(file: Path = document, **change: Any) -> Path:
        fields: dict[str, Any] = {
            "title": TITLE,
            "publisher": "Example Agency",
            "published_on": "2024-05-01",
            "url": "https://example.org/18?a=1#x",
            "accessed_on": "2024-05-02",
        }
        return add(file, raw_dir, **(fields | change))

    return make


def test_a_document_is_added_with_card_and_checksum(raw_dir: Path, adder: Adder) -> None:
    folder = adder()
    assert folder == raw_dir / "aleppo-leaving-or-annihilation-1" / "2024-05-01"
    assert sorted(path.name for path in folder.iterdir()) == ["bulletin.txt", "source.yml"]
    assert (folder / "bulletin.txt").read_bytes() == b"Five people were killed."
    tables = take_stock(raw_dir, "own")
    assert tables["raw/files"]["status"].tolist() == ["read"]
    card = tables["raw/cards"].iloc[0]
    assert card["title"] == TITLE
    assert card["url"] == "https://example.org/18?a=1#x"
    assert (card["producer"], card["reader"]) == ("Example Agency", "article")
    assert (card["sensitivity"], card["redistributable"]) == ("internal", False)
    assert (card["maturity"], card["license"]) == ("unstated", "not stated")
    assert [path.name for path in (folder.parent).iterdir()] == ["2024-05-01"]


@pytest.mark.parametrize("suffix", [".html", ".HTM", ".pdf", ".eml"])
def test_the_text_of_a_document_is_pinned(
    raw_dir: Path, adder: Adder, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"the report{suffix}"
    file.write_bytes(b"41 died")
    adder(file, text_sha256="0a" * 32)
    card = take_stock(raw_dir, "own")["raw/cards"].iloc[0]
    assert card["reader"] == "article"
    assert json.loads(card["facts"]) == {"text_sha256": {file.name: "0a" * 32}}


def test_what_is_stated_is_kept(raw_dir: Path, adder: Adder, tmp_path: Path) -> None:
    sheet = tmp_path / "claims.CSV"
    sheet.write_text("row_id\n")
    adder(
        sheet,
        source_id="my-source",
        producer="Another",
        license="CC BY 4.0",
        redistributable=True,
        maturity="final",
        sensitivity="public",
        language="ar",
        collected_by="r1",
        url="",
        title="  عنوان\nآخر  ",
    )
    card = take_stock(raw_dir, "public")["raw/cards"].iloc[0]
    assert card["source_id"] == "my-source"
    assert card["reader"] == "claim_sheet"
    assert card["title"] == "عنوان آخر"
    assert card["redistributable"]
    assert (card["language"], card["collected_by"]) == ("ar", "r1")


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"published_on": "1 May 2024"}, "published_on", "not written as"),
        ({"published_on": "2024-05"}, "published_on", "not a whole day"),
        ({"published_on": " "}, "published_on", "missing"),
        ({"published_on": "../../x"}, "published_on", "not written as"),
        ({"accessed_on": "2024-04-30"}, "date_accessed", "before the day of publication"),
        ({"accessed_on": ""}, "date_accessed", "missing"),
        ({"url": "javascript:alert(1)"}, "url", "not an http"),
        ({"sensitivity": "secret"}, "sensitivity", "not a word"),
        ({"reader": "artcle"}, "reader", "not a word"),
        ({"title": " "}, "title", "missing"),
        ({"title": "a\ud800"}, "", "not UTF-8"),
        ({"title": "a\x7fb"}, "", "control character"),
        ({"source_id": "../x"}, "source", "holds '/'"),
        ({"source_id": ""}, "source", "empty"),
    ],
)
def test_one_wrong_value_adds_nothing(
    raw_dir: Path, adder: Adder, change: dict[str, str], column: str, reason: str
) -> None:
    with pytest.raises(AddFault) as caught:
        adder(**change)
    (fault,) = caught.value.faults
    assert fault.column == column
    assert reason in fault.reason
    assert list(raw_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("source.yml", b"x", "no reader is known"),
        ("picture.jpg", b"x", "no reader is known"),
        ("a#b.txt", b"x", "holds '#'"),
        (".hidden.txt", b"x", "starts with a dot"),
    ],
)
def test_a_file_that_cannot_be_added(
    raw_dir: Path, adder: Adder, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(AddFault, match=reason):
        adder(tmp_path / name)
    assert list(raw_dir.iterdir()) == []


def test_a_card_is_no_document(adder: Adder, tmp_path: Path) -> None:
    (tmp_path / "source.yml").write_text("x")
    with pytest.raises(AddFault, match="name of a card"):
        adder(tmp_path / "source.yml", reader="article")


def test_a_file_that_is_not_there_or_is_none(adder: Adder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for file in (tmp_path / "gone.txt", tmp_path / "pipe.txt"):
        with pytest.raises(AddFault) as caught:
            adder(file)
        assert len(caught.value.faults) == 1


def test_nothing_is_overwritten(raw_dir: Path, adder: Adder, document: Path) -> None:
    folder = adder()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    document.write_bytes(b"Six people were killed.")
    with pytest.raises(AddFault, match="is there already"):
        adder()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    later = adder(published_on="2024-05-02")
    assert later.parent == folder.parent


def test_a_linked_source_is_not_written_to(raw_dir: Path, adder: Adder, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (raw_dir / "linked").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AddFault, match="is a link"):
        adder(source_id="linked")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_full_disk_leaves_nothing_behind(
    raw_dir: Path, adder: Adder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"Fiv")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(AddFault, match="No space left"):
        adder()
    assert list(raw_dir.iterdir()) == []


def test_a_file_that_changes_under_the_copy(
    raw_dir: Path, adder: Adder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "copyfile", lambda source, target: target.write_bytes(b"other"))
    with pytest.raises(AddFault, match="changed while it was copied"):
        adder()
    assert list(raw_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bulletin 18", "bulletin-18"),
        ("  Été à Alep: «500» morts ", "ete-a-alep-500-morts"),
        ("Assad's war", "assads-war"),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_slug_is_small_letters_and_dashes(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_a_long_title_is_cut_at_a_word() -> None:
    assert slug("a word " * 30) == "-".join(["a", "word"] * 8 + ["a"])


def test_a_title_in_another_script_has_a_stable_name_of_its_own() -> None:
    assert slug("حلب") == slug("حلب") != slug("دمشق")
    assert slug("حلب").startswith("document-")


@given(st.text())
def test_a_slug_is_always_a_good_name(title: str) -> None:
    assert name_fault(slug(title)) is None
    assert len(slug(title)) <= adding._LONGEST_SLUG
