"""Texts kept: pins, and files that never leave their directory or replace another text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.claims.documents import DocumentText, check_pin, save_text, text_sha256
from pipelines.core.csv_rows import FileRefused

TEXT = DocumentText("41 died – é\r\n", "html 2 (selectolax 0.0)")


def test_the_hash_is_that_of_the_saved_bytes(tmp_path: Path) -> None:
    path = save_text(tmp_path, "page.html", TEXT)
    assert path == tmp_path / "page.html.txt"
    assert path.read_bytes() == TEXT.text.encode()
    assert text_sha256(TEXT.text) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_text_saved_twice_is_one_file_and_another_text_another(tmp_path: Path) -> None:
    first = save_text(tmp_path, "page.html", TEXT)
    assert save_text(tmp_path, "page.html", TEXT) == first
    other = save_text(tmp_path, "page.html", DocumentText("12 died", "x"))
    assert (first.read_bytes(), other.read_bytes()) == (TEXT.text.encode(), b"12 died")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "name",
    ["../../etc/x", "/etc/passwd", "a/b.html", "..", ".", "", "a\\b", "C:\\x", "a\0b", "-rf", ".x",
     "x" * 500, "é" * 300, "a\nb", "\udcff", "a. "],
)  # fmt: skip
def test_no_name_leaves_the_directory(tmp_path: Path, name: str) -> None:
    directory = tmp_path / "saved"
    directory.mkdir()
    path = save_text(directory, name, TEXT)
    assert path.parent == directory and path.resolve().parent == directory.resolve()
    assert path.suffix == ".txt" and not path.name.startswith((".", "-"))
    assert [p.name for p in tmp_path.iterdir()] == ["saved"]


def test_names_that_differ_only_in_unsafe_characters_stay_apart(tmp_path: Path) -> None:
    assert save_text(tmp_path, "a/b", TEXT) != save_text(tmp_path, "a_b", TEXT)


@given(st.text())
def test_any_name_is_saved(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    directory = tmp_path_factory.mktemp("any")
    assert save_text(directory, name, TEXT).parent == directory


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "mine.txt"
    target.write_text("mine")
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "page.html.txt").symlink_to(target)
    assert save_text(saved, "page.html", TEXT).name != "page.html.txt"
    assert target.read_text() == "mine"


def test_the_pinned_text_passes_and_another_is_refused_with_the_versions() -> None:
    check_pin({}, "page.html", TEXT)
    check_pin({"text_sha256": {"other.html": "0" * 64}}, "page.html", TEXT)
    pins = {"text_sha256": {"page.html": text_sha256(TEXT.text).upper()}}
    check_pin(pins, "page.html", TEXT)
    changed = DocumentText("42 died", TEXT.method)
    with pytest.raises(FileRefused) as refused:
        check_pin(pins, "page.html", changed)
    assert refused.value.reason == "file.text_changed"
    message = refused.value.message
    assert "selectolax 0.0" in message and "requirements.lock" in message
    assert text_sha256(changed.text) in message and "`attest pin`" in message
