"""Any document: which reader it gets, the limits, and bytes that are meant to do harm."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.claims.documents import MOST_BYTES, apart, read_file, text_of
from pipelines.core.csv_rows import FileRefused

MustEnd = Callable[[], AbstractContextManager[None]]
NAMES = ("a.html", "a.htm", "a.pdf", "a.eml", "a.txt", "a")


@pytest.mark.parametrize("name", ["a.txt", "A.TXT", "README", "standard input"])
def test_a_plain_text_is_its_own_characters(name: str) -> None:
    text = "\ufeff😀 41 died\r\nand\tmore\r"
    assert (text_of(name, text.encode()).text, text_of(name, b"1").method) == (text, "plain 1")


@pytest.mark.parametrize("name", ["a.docx", "a.rtf", "a.html.zip", "a.mhtml"])
def test_other_kinds_are_refused(reason_of: Callable[[str, bytes], str], name: str) -> None:
    assert reason_of(name, b"41 died") == "file.type"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_and_too_much_are_refused(
    reason_of: Callable[[str, bytes], str], name: str
) -> None:
    assert reason_of(name, b" \n") == "file.empty"
    assert reason_of(name, b"x" * (MOST_BYTES + 1)) == "file.too_large"


def test_of_a_large_file_no_more_is_read_than_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(FileRefused, match="more than the"):
        read_file(path)


@given(st.sampled_from(NAMES), st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    refused_or_read(name, data)


def refused_or_read(name: str, data: bytes) -> None:
    try:
        found = text_of(name, data)
    except FileRefused as refusal:
        assert refusal.reason.startswith("file.")
    else:
        assert found.text.encode() and found.method


def test_documents_with_spoiled_bytes_are_read_or_refused(pdf: Callable[..., bytes]) -> None:
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content("41 died")
    message.add_alternative("<p>41 died", subtype="html")
    good = {
        "a.pdf": pdf([(50, 700, "41 died"), (200, 700, "12 fled")]),
        "a.eml": message.as_bytes(),
        "a.html": b"<!doctype html><meta charset=utf-8><table><tr><td>41<td>12</table><p>died",
    }
    chance = random.Random(4)
    for name, data in good.items():
        for _ in range(120):
            spoiled = bytearray(data)
            for _ in range(chance.randint(1, 8)):
                spoiled[chance.randrange(len(data))] = chance.randrange(256)
            refused_or_read(name, bytes(spoiled))


ATTACKS = {
    "open tags": b"<" * 300_000,
    "a name without end": b"<a" + b"a" * 1_000_000,
    "attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b">41",
    "comments": b"<!--" * 100_000 + b"41",
    "entities": b"&amp;" * 500_000,
    "tables": b"<table>" * 9_000 + b"41",
    "inline": b"<i>" * 9_000 + b"41",
    "footnotes": b"<sup>" * 9_000 + b"1",
    "class names": b"<div class='" + b"related-" * 100_000 + b"'>41</div>41",
    "blanks": b"<pre>41" + b"\n \t" * 500_000 + b"12",
    "declarations": b"<meta " * 100_000 + b"charset=utf-8><p>41",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_page_made_to_hang_does_not(must_end: MustEnd, attack: str) -> None:
    with must_end():
        refused_or_read("a.html", ATTACKS[attack])


def test_a_page_that_grows_by_its_square_is_stopped() -> None:
    page = "<p>" + "".join(f"<b x={n}>" for n in range(4_000)) + "</p><p>x" * 4_000
    with pytest.raises(FileRefused) as refused:
        apart.read("page", page.encode(), seconds=1.0)
    assert refused.value.reason == "file.too_slow"
    assert text_of("a.html", b"<p>41 died").text == "41 died"


def test_a_pdf_that_unpacks_to_much_more_is_stopped(
    pdf: Callable[..., bytes], must_end: MustEnd, reason_of: Callable[[str, bytes], str]
) -> None:
    blanks = pdf(content=b" " * 200_000_000)
    assert len(blanks) < 300_000
    with must_end():
        assert reason_of("a.pdf", blanks) == "file.no_text"


def test_where_the_other_process_is_gone_the_next_document_gets_another() -> None:
    assert text_of("a.html", b"<p>41 died").text == "41 died"
    process = apart._state.process_at_hand()
    process.kill()
    process.wait()
    assert text_of("a.html", b"<p>12 died").text == "12 died"
    assert apart._state.process_at_hand() is not process


def test_a_reading_that_is_broken_off_leaves_no_answer_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = apart._ask

    def interrupted(process: subprocess.Popen[bytes], kind: str, data: bytes) -> None:
        assert process.stdin
        process.stdin.write(b'{"kind": "page", "size": 1}\n')
        raise KeyboardInterrupt

    monkeypatch.setattr(apart, "_ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        text_of("a.html", b"<p>41 died")
    monkeypatch.setattr(apart, "_ask", asked)
    assert text_of("a.html", b"<p>12 died").text == "12 died"


def test_threads_get_each_its_own_answer() -> None:
    found: dict[int, str] = {}

    def read(n: int) -> None:
        found[n] = text_of("a.html", f"<p>{n} died".encode()).text

    threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: f"{n} died" for n in range(8)}


def test_what_is_given_on_does_not_depend_on_what_was_read_before(
    pdf: Callable[..., bytes],
) -> None:
    documents = {
        "a.pdf": pdf([(50, 700, "41 died")]),
        "a.html": b"<p>12 fled",
        "b.pdf": b"%PDF-broken",
    }

    def answers(names: list[str]) -> dict[str, str]:
        made = {}
        for name in names:
            try:
                made[name] = text_of(name, documents[name]).text
            except FileRefused as refusal:
                made[name] = refusal.message
        return made

    assert answers(list(documents)) == answers(list(documents)[::-1])


def test_a_plain_text_needs_no_library_of_pages_or_pdfs(root: Path) -> None:
    code = (
        "import sys; from pipelines.claims.documents import text_of; text_of('a.txt', b'41 died');"
        "sys.exit(any(m in sys.modules for m in ('selectolax', 'pypdfium2', 'pandas', 'email')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0
