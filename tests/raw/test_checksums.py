from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core import csv_rows
from pipelines.core.csv_rows import FileRefused
from pipelines.raw.cards import read_card
from pipelines.raw.checksums import (
    Change,
    PinFault,
    bytes_of,
    card_of,
    entry_fault,
    files_below,
    pin,
)

Shelve = Callable[..., Path]
A, B, NEW = (sha256(data).hexdigest() for data in (b"a", b"b", b"new"))
R = "2024-05-01"


def release(raw_dir: Path, card: str, **files: bytes) -> Path:
    folder = raw_dir / "agency" / R
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.yml").write_bytes(card.encode())
    for name, data in files.items():
        (folder / f"{name}.csv").write_bytes(data)
    return folder / "source.yml"


def test_bytes_are_hashed_and_nothing_else_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a" * 3_000_000)
    held = bytes_of(tmp_path / "a")
    assert (held.size, held.sha256, held.fault) == (
        3_000_000,
        sha256(b"a" * 3_000_000).hexdigest(),
        None,
    )
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for name in ("pipe", "link", "."):
        assert bytes_of(tmp_path / name).fault == "it is no plain file"
    assert "No such file" in str(bytes_of(tmp_path / "gone").fault)


def test_entries_that_may_not_be(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert "link" in str(entry_fault(tmp_path / "link"))
    assert "#" in str(entry_fault(tmp_path / "a#b"))
    assert entry_fault(tmp_path / "ok") is None


def test_files_of_a_folder_in_order(shelve: Shelve) -> None:
    folder = shelve(files={"b.csv": b"", "a.csv": b""})
    (folder / "in").mkdir()
    (folder / "in" / "source.yml").write_text("")
    (folder / "in" / "c.csv").write_text("")
    (folder / "link").symlink_to(folder)
    assert files_below(folder) == ["a.csv", "b.csv", "in/c.csv", "link"]


def test_a_release_without_a_card(shelve: Shelve) -> None:
    folder = shelve()
    assert card_of(folder) is not None
    (folder / "source.yml").unlink()
    assert card_of(folder) is None


CARDS = {
    "changed, dropped and added": (
        f"# Why this card\ntitle: x  # a title\nsha256:  # of each file\n  b.csv: {A}  # kept\n"
        f"  gone.csv: {A}\n  # a comment\n  a.csv: {A}\nlicense: y\n",
        f"# Why this card\ntitle: x  # a title\nsha256:  # of each file\n  b.csv: {B}  # kept\n"
        f"  # a comment\n  a.csv: {A}\n  new.csv: {NEW}\nlicense: y\n",
    ),
    "no sha256": (
        "title: x",
        f"title: x\nsha256:\n  a.csv: {A}\n  b.csv: {B}\n  new.csv: {NEW}\n",
    ),
    "empty sha256": (
        "sha256:\ntitle: x\n",
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n  new.csv: {NEW}\ntitle: x\n",
    ),
    "one checksum for three files": (
        f"sha256: {A} # old\ntitle: x\n",
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n  new.csv: {NEW} # old\ntitle: x\n",
    ),
    "on one line": (
        f"sha256: {{a.csv: {A}}}\ntitle: x\n",
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n  new.csv: {NEW}\ntitle: x\n",
    ),
    "as a block of text": (
        "sha256: |\n  what\ntitle: x\n",
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n  new.csv: {NEW}\ntitle: x\n",
    ),
    "as a list": (
        "sha256: [x,\n  y]\ntitle: x\n",
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n  new.csv: {NEW}\ntitle: x\n",
    ),
    "empty value and last line open": (
        f"title: x\nsha256:\n    a.csv:\n    b.csv: '{A}'\n    new.csv: short",
        f"title: x\nsha256:\n    a.csv: {A}\n    b.csv: {B}\n    new.csv: {NEW}",
    ),
    "last line open and more to add": (
        f"title: x\nsha256:\n a.csv: {A}\n b.csv: {B}",
        f"title: x\nsha256:\n a.csv: {A}\n b.csv: {B}\n new.csv: {NEW}\n",
    ),
    "all dropped": (
        f"sha256:\n  old.csv: {A}\n",
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n  new.csv: {NEW}\n",
    ),
    "other line ends and a mark in front": (
        f"\ufefftitle: x\r\nsha256:\r\n  a.csv: {B}\r\nlicense: y\r\n",
        f"\ufefftitle: x\r\nsha256:\r\n  a.csv: {A}\r\n  b.csv: {B}\r\n  new.csv: {NEW}\r\n"
        "license: y\r\n",
    ),
}

BY_HAND = {
    "a text of several lines as value": "sha256:\n  a.csv: |\n    x\n  b.csv: x\ntitle: x\n",
    "keys with a question mark": "sha256:\n  ? a.csv\n  : x\n  ? old.csv\n  : x\n",
    "an end of the document": "title: x\n...\n",
}


@pytest.mark.parametrize("case", CARDS)
def test_pin_keeps_comments_and_order(raw_dir: Path, case: str) -> None:
    before, after = CARDS[case]
    card = release(raw_dir, before, a=b"a", b=b"b", new=b"new")
    assert pin(raw_dir, "agency")
    assert card.read_bytes().decode() == after
    held = read_card(card.read_bytes(), "agency", R).checksums
    assert held == {"a.csv": A, "b.csv": B, "new.csv": NEW}
    assert pin(raw_dir, "agency") == []
    assert card.read_bytes().decode() == after
    assert list(card.parent.glob(".*")) == []


@pytest.mark.parametrize("case", BY_HAND)
def test_a_card_in_an_unusual_form_is_left_to_its_writer(raw_dir: Path, case: str) -> None:
    card = release(raw_dir, BY_HAND[case], a=b"a", b=b"b")
    with pytest.raises(PinFault, match="by hand") as caught:
        pin(raw_dir, "agency")
    assert f"b.csv: {B}" in caught.value.faults[0].fix
    assert card.read_text() == BY_HAND[case]


def test_pin_tells_what_changed(raw_dir: Path) -> None:
    release(raw_dir, f"sha256:\n  b.csv: {A}\n  gone.csv: {A}\n", b=b"b", a=b"a")
    assert pin(raw_dir, "agency", R) == [
        Change(R, "b.csv", A, B),
        Change(R, "gone.csv", A, None),
        Change(R, "a.csv", None, A),
    ]


def test_one_checksum_stays_without_a_name(raw_dir: Path) -> None:
    card = release(raw_dir, f"sha256: '{B}' # x\n", a=b"a")
    assert pin(raw_dir, "agency") == [Change(R, "a.csv", B, A)]
    assert card.read_text() == f"sha256: {A} # x\n"
    assert pin(raw_dir, "agency") == []


TEXT_CARDS = {
    "among the facts": (
        f"sha256:\n  a.csv: {A}\n  b.csv: {NEW}\nfacts:  # why\n  text_sha256:\n"
        f"    b.csv: {A}  # read as text\n    gone.csv: {A}\nlicense: y\n",
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\nfacts:  # why\n  text_sha256:\n"
        f"    b.csv: {B}  # read as text\n    gone.csv: {A}\nlicense: y\n",
    ),
    "in front and on one line": (
        f"facts:\n  text_sha256: {{'b.csv': \"{A}\", a.csv: {A.upper()}}}\nsha256:\n  a.csv: {A}\n",
        f"facts:\n  text_sha256: {{'b.csv': {B}, a.csv: {A.upper()}}}\n"
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n",
    ),
    "with no checksum yet": (
        "facts:\n  text_sha256:\n    b.csv:\n    a.csv: no\n",
        f"facts:\n  text_sha256:\n    b.csv: {B}\n    a.csv: {A}\n"
        f"sha256:\n  a.csv: {A}\n  b.csv: {B}\n",
    ),
}


def by_first_letter(path: Path) -> str:
    """A reading of the files of these tests, in which each file's bytes are its text."""
    return sha256(path.stem[0].encode()).hexdigest()


@pytest.mark.parametrize("case", TEXT_CARDS)
def test_pin_renews_the_pins_of_texts_where_they_stand(raw_dir: Path, case: str) -> None:
    before, after = TEXT_CARDS[case]
    card = release(raw_dir, before, a=b"a", b=b"b")
    changed = pin(raw_dir, "agency", None, by_first_letter)
    assert {change.file for change in changed if change.of == "text"} >= {"b.csv"}
    assert card.read_text() == after
    assert pin(raw_dir, "agency", None, by_first_letter) == []


def test_pin_renews_the_pin_of_a_text_whose_file_stayed(raw_dir: Path) -> None:
    release(raw_dir, f"sha256: {B}\nfacts:\n  text_sha256:\n   b.csv: {A}\n", b=b"b")
    assert pin(raw_dir, "agency") == []
    assert pin(raw_dir, "agency", None, by_first_letter) == [Change(R, "b.csv", A, B, "text")]


def test_a_text_that_cannot_be_read_is_not_pinned(raw_dir: Path) -> None:
    def refused(path: Path) -> str:
        raise FileRefused([csv_rows.Fault("file.no_text", "It is a scan.", "Run it through OCR.")])

    before = f"sha256:\n  b.csv: {A}\nfacts:\n  text_sha256:\n    b.csv: {A}\n    ../x: {A}\n"
    card = release(raw_dir, before, b=b"b")
    with pytest.raises(PinFault, match="has no text to pin: It is a scan") as caught:
        pin(raw_dir, "agency", None, refused)
    assert [fault.column for fault in caught.value.faults] == ["b.csv"]
    assert card.read_text() == before


def test_a_file_name_is_quoted_where_it_must_be(raw_dir: Path) -> None:
    card = release(raw_dir, "title: x\n")
    names = [
        "a, b.csv",
        "true",
        "مقال.txt",
        "{x}.csv",
        "a 'b",
    ]
    for name in names:
        (card.parent / name).write_bytes(b"a")
    pin(raw_dir, "agency")
    assert read_card(card.read_bytes(), "agency", R).checksums == dict.fromkeys(names, A)


def test_every_release_is_pinned_or_the_one_named(raw_dir: Path, shelve: Shelve) -> None:
    for name in ("1", "2"):
        (shelve("agency", name) / "bulletin.txt").write_bytes(b"a")
    assert [change.release for change in pin(raw_dir, "agency", "2")] == ["2"]
    assert [change.release for change in pin(raw_dir, "agency")] == ["1"]


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("a: [", "not YAML"),
        ("{title: x}", "one a line"),
        ("- a\n", "one a line"),
        ("", "one a line"),
        ("title: x\ntitle: y\n", "gives 'title' twice"),
        ("a: &x b\n", "anchor"),
    ],
)
def test_a_card_that_cannot_be_read_is_not_written(raw_dir: Path, card: str, reason: str) -> None:
    path = release(raw_dir, card, a=b"a")
    with pytest.raises(PinFault, match=reason):
        pin(raw_dir, "agency")
    assert path.read_text() == card


def test_nothing_is_written_unless_all_can_be(raw_dir: Path, shelve: Shelve) -> None:
    first = shelve("agency", "1") / "source.yml"
    (first.parent / "bulletin.txt").write_bytes(b"a")
    (shelve("agency", "2") / "source.yml").write_text("a: [")
    before = first.read_text()
    with pytest.raises(PinFault):
        pin(raw_dir, "agency")
    assert first.read_text() == before


def test_what_cannot_be_pinned_is_told_in_one_go(raw_dir: Path, shelve: Shelve) -> None:
    folder = shelve()
    (folder / "link.txt").symlink_to("/etc/passwd")
    (folder / "in").mkdir()
    (folder / "in" / "deep.txt").write_text("x")
    os.mkfifo(folder / "pipe")
    with pytest.raises(PinFault) as caught:
        pin(raw_dir, "agency")
    assert [fault.column for fault in caught.value.faults] == ["in/deep.txt", "link.txt", "pipe"]
    assert "a folder of its own" in str(caught.value)


def test_an_empty_release_is_not_pinned(raw_dir: Path, shelve: Shelve) -> None:
    (shelve() / "bulletin.txt").unlink()
    with pytest.raises(PinFault, match="no file beside it"):
        pin(raw_dir, "agency")


@pytest.mark.parametrize(
    ("source", "which", "reason"),
    [
        ("nobody", None, "no folder of data/raw"),
        ("../raw", None, "no folder of data/raw"),
        ("agency", "2030-01-01", "holds no source.yml"),
        ("bare", None, "holds no source.yml"),
    ],
)
def test_a_source_that_is_not_there(
    raw_dir: Path, shelve: Shelve, source: str, which: str | None, reason: str
) -> None:
    shelve()
    (raw_dir / "bare").mkdir()
    with pytest.raises(PinFault, match=reason):
        pin(raw_dir, source, which)


def test_a_linked_source_is_not_pinned(raw_dir: Path, shelve: Shelve) -> None:
    shelve()
    (raw_dir / "linked").symlink_to(raw_dir / "agency")
    with pytest.raises(PinFault, match="link"):
        pin(raw_dir, "linked")


def test_a_full_disk_leaves_the_card(
    raw_dir: Path, shelve: Shelve, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shelve()
    before = (folder / "source.yml").read_text()
    (folder / "bulletin.txt").write_bytes(b"a")
    written = Path.write_bytes

    def full(self: Path, data: bytes) -> Any:
        written(self, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PinFault, match="No space left"):
        pin(raw_dir, "agency")
    assert (folder / "source.yml").read_text() == before
    assert list(folder.glob(".*")) == []


LINES = st.sampled_from(
    ["# c", "title: x", "facts:\n  a: b", f"sha256: {A}", "sha256:", "  a.csv:", f"  a.csv: {B}",
     f"  z.csv: {A}", f"facts:\n  text_sha256:\n    a.csv: {B}",
     f"facts: {{text_sha256: {{a.csv: {B}}}}}", "  ? b.csv", "  : x",
     "sha256: {a.csv: x}", "", " ", "  - x", "---", "..."]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(LINES, max_size=7), st.booleans())
def test_pin_writes_what_is_meant_or_nothing(raw_dir: Path, lines: list[str], both: bool) -> None:
    before = "\n".join(lines)
    card = release(raw_dir, before, a=b"a")
    (card.parent / "b.csv").unlink(missing_ok=True)
    if both:
        (card.parent / "b.csv").write_bytes(b"b")
    try:
        pin(raw_dir, "agency", None, by_first_letter)
    except PinFault:
        assert card.read_text() == before
    else:
        held = read_card(card.read_bytes(), "agency", R)
        assert held.checksums == ({"a.csv": A} | ({"b.csv": B} if both else {})) or held.only == A
