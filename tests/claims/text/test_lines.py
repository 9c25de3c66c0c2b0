"""Texts in, lines of JSON out: every form of input, and every way in which it can be wrong."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.claims.text import lines
from pipelines.claims.text.claim import Document
from pipelines.claims.text.lines import Answer, Lines, Reader, Unread, Whole

TEXT = "At least 12 people were killed in Aleppo on Monday, police said."


@pytest.fixture(scope="module")
def reader(document: Document) -> Reader:
    assert document.gazetteer is not None
    assert document.actors is not None
    return Reader(document.gazetteer, document.actors)


def read(reader: Reader, content: bytes, *, jsonl: bool = True) -> Answer:
    """All that is answered to a standard input."""
    whole = Answer()
    for task in lines.tasks_of([Path("-")], io.BytesIO(content), jsonl=jsonl):
        part = reader.answer(task)
        whole.lines += part.lines
        whole.faults += part.faults
        whole.counts += part.counts
    return whole


def rows(answer: Answer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.lines]


def line(**change: object) -> bytes:
    return json.dumps({"id": "a", "text": TEXT} | change).encode() + b"\n"


def test_a_good_line_gives_its_claim(reader: Reader) -> None:
    answer = read(reader, line())
    (row,) = rows(answer)
    assert list(row) == ["id", "claims", "set_aside"]
    assert (row["id"], row["claims"][0]["value"]) == ("a", 12)
    assert answer.faults == []
    assert answer.counts == {"texts": 1, "claims": 1}


@pytest.mark.parametrize(
    "written",
    [
        "1.10",
        "1e999",
        "-0",
        "12345678901234567890123.0",
        "9" * 5000,
        "null",
        "true",
        '"\\ud800"',
        '"\\u00e9é"',
        "[1, [2.50]]",
        '{"a" :  1E2}',
    ],
)
def test_an_id_is_given_back_as_it_came(reader: Reader, written: str) -> None:
    content = f'{{"id": {written} , "text": {json.dumps(TEXT)}}}'.encode()
    (out,) = read(reader, content).lines
    assert out.startswith(f'{{"id": {written}, "claims": [{{'.encode())


def test_what_a_line_may_lack_or_hold_besides(reader: Reader) -> None:
    plain = rows(read(reader, line()))[0]["claims"]
    for good in (
        b'{"text": %s}' % json.dumps(TEXT).encode(),
        line(other=[1, {"text": "x"}], published_on=None),
        line(published_on=""),
        b"\xef\xbb\xbf" + line(),
        line().replace(b"\n", b"\r\n"),
        line().rstrip(),
        b"  \t" + line(),
    ):
        assert rows(read(reader, good))[0]["claims"] == plain
    assert rows(read(reader, line(text="")))[0]["claims"] == []
    assert read(reader, b"\n \n\r\n").lines == []


WRONG = [
    (b"not json", "no object", None),
    (b"[1]", "no object", None),
    (b"{}", "no object", None),
    (b'"text"', "no object", None),
    (b'{"id": 7, "text": 5}', "no object", 7),
    (b'{"id": 7, "text": null}', "no object", 7),
    (b'{"id": 7, "text": "a"', "expecting ','", 7),
    (b'{"id": 7, "text": "a",}', "expecting a name", 7),
    (b'{"id": 7, "text": "a"} {}', "more after the object", 7),
    (b'{"id": 7 "text": "a"}', "expecting ','", 7),
    (b'{"id": 7, "text" "a"}', "expecting ':'", 7),
    (b'{"id": 7, text: "a"}', "expecting a name", 7),
    (b'{"id": 7, "text": "a', "Unterminated string", 7),
    (b'{"id": 7, "text": "a\tb"}', "control character", 7),
    (b'{"id": 7, "text": "a", "text": "b"}', '"text" twice', 7),
    (b'{"id": 7, "id": 8, "text": "b"}', '"id" twice', 7),
    (b'{"id": NaN, "text": "b"}', "NaN", None),
    (b'{"id": 7, "text": "b", "score": -Infinity}', "-Infinity", 7),
    (b'{"id": 7, "text": "\xff"}', "not UTF-8 (byte 20", None),
    (b'{"id": 7, "text": "b", "x": ' + b"[" * 100_000, "nested too deeply", 7),
    (b'{"id": 7, "text": "b", "published_on": "May"}', "'May' is no day", 7),
    (b'{"id": 7, "text": "b", "published_on": "2016-02-30"}', "is no day", 7),
    (b'{"id": 7, "text": "b", "published_on": "2016-02"}', "is no day", 7),
    (b'{"id": 7, "text": "b", "published_on": 20160206}', "is no day", 7),
    (b'{"id": 7, "text": "b", "published_on": false}', "published_on is no day", 7),
]


@pytest.mark.parametrize(("wrong", "said", "id_"), WRONG, ids=[str(w[0][:48]) for w in WRONG])
def test_a_faulty_line_gets_its_line_and_its_neighbours_theirs(
    reader: Reader, wrong: bytes, said: str, id_: object
) -> None:
    answer = read(reader, line() + wrong + b"\n" + line())
    before, between, after = rows(answer)
    assert before == after
    assert between["id"] == id_
    assert list(between) == ["id", "claims", "set_aside", "error"]
    assert between["error"].startswith("standard input, line 2: ")
    assert said in between["error"]
    assert answer.faults == [between["error"]]
    assert answer.counts["faulty"] == 1


def test_published_on_of_a_line_goes_before_that_of_the_command(document: Document) -> None:
    assert document.gazetteer is not None
    assert document.actors is not None
    reader = Reader(document.gazetteer, document.actors, date(2024, 5, 8))
    own, none = rows(read(reader, line(published_on="2016-10-06") + line()))
    assert own["claims"][0]["start_earliest"] == "2016-10-03"
    assert none["claims"][0]["start_earliest"] == "2024-05-06"


def test_half_a_pair_of_surrogates_is_written_escaped(reader: Reader) -> None:
    written = f'{{"id": 1, "text": "\\ud83d {TEXT} \\ud800 3 killed, é"}}'
    (out,) = read(reader, written.encode()).lines
    assert out.decode("utf-8")
    assert rows(read(reader, written.encode()))[0]["claims"][0]["quote_start"] == 2


def test_a_text_that_the_reader_fails_on_takes_no_other_with_it(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lines.extract

    def failing(text: str, document: Document) -> Any:
        if text == "fail":
            raise RecursionError("too deep")
        return real(text, document)

    monkeypatch.setattr(lines, "extract", failing)
    answer = read(reader, line() + line(text="fail", id=5) + line())
    assert [bool(row["claims"]) for row in rows(answer)] == [True, False, True]
    assert rows(answer)[1]["id"] == 5
    assert "RecursionError: too deep" in rows(answer)[1]["error"]


def test_a_line_that_is_too_long_is_passed_over(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST_BYTES", 200_000)
    long = line(text="x" * 500_000)
    answer = read(reader, line() + long + line() + long.rstrip())
    assert [bool(row["claims"]) for row in rows(answer)] == [True, False, True, False]
    assert [fault.split(":")[0] for fault in answer.faults] == [
        "standard input, line 2",
        "standard input, line 4",
    ]
    assert "Split it" in answer.faults[0]


def test_a_long_line_that_may_be_read_is_read(reader: Reader) -> None:
    (row,) = rows(read(reader, line(text="\n" * 100_000 + TEXT)))
    assert row["claims"][0]["quote_start"] == 100_000


@given(
    st.lists(st.sampled_from([b"ab", b"", b"cdefgh" * 5]), max_size=12),
    st.integers(1, 40),
    st.booleans(),
)
def test_lines_are_whole_and_numbered_however_they_arrive(
    written: list[bytes], step: int, closed: bool
) -> None:
    content = b"\n".join(written) + (b"\n" if closed and written else b"")
    stream = io.BytesIO(content)
    found = [
        text
        for task in lines._blocks("f", lambda _: stream.read(step))
        for text in task.texts()
        if isinstance(text, Lines)
    ]
    wanted = [(number, each) for number, each in enumerate(written, 1) if each]
    assert [(text.first, text.content) for text in found] == wanted


def test_a_slow_writer_is_answered_line_by_line(reader: Reader) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return self.readline()

    tasks = lines.line_tasks([Path("-")], Slow(line() * 3))
    assert len(reader.answer(next(tasks)).lines) == 1


def test_documents_are_read_by_their_kind(reader: Reader, tmp_path: Path) -> None:
    plain, page = tmp_path / "a.txt", tmp_path / "b.html"
    plain.write_text(TEXT, encoding="utf-8")
    page.write_text(f"<html><body><p>{TEXT}</p></body></html>", encoding="utf-8")
    paths = [plain, page, tmp_path / "none.txt", tmp_path, tmp_path / "b.xyz"]
    paths[4].write_text(TEXT)
    answers = [reader.answer(task) for task in lines.document_tasks(paths, io.BytesIO())]
    values = [[c["value"] for c in rows(answer)[0]["claims"]] for answer in answers]
    assert values == [[12], [12], [], [], []]
    assert [rows(answer)[0]["id"] for answer in answers] == [str(path) for path in paths]
    assert [bool(answer.faults) for answer in answers] == [False, False, True, True, True]
    assert all(f.startswith(str(tmp_path)) for answer in answers for f in answer.faults)


def test_a_document_on_standard_input_is_plain_text(reader: Reader) -> None:
    (row,) = rows(read(reader, TEXT.encode(), jsonl=False))
    assert (row["id"], row["claims"][0]["value"]) == ("standard input", 12)
    assert "error" in rows(read(reader, b"\xff\xfe12", jsonl=False))[0]


def test_save_text_writes_what_the_offsets_count(document: Document, tmp_path: Path) -> None:
    assert document.gazetteer is not None
    assert document.actors is not None
    folder = tmp_path / "texts"
    folder.mkdir()
    reader = Reader(document.gazetteer, document.actors, save_to=folder)
    (tmp_path / "x").mkdir()
    one, other = tmp_path / "report.html", tmp_path / "x" / "report.html"
    one.write_text(f"<html><body><p>{TEXT}</p></body></html>", encoding="utf-8")
    other.write_text("<html><body><p>3 people were killed.</p></body></html>", encoding="utf-8")
    files = set()
    for task in lines.document_tasks([one, other], io.BytesIO()):
        (row,) = rows(reader.answer(task))
        text = (folder / row["text_file"]).read_bytes().decode("utf-8")
        claim = row["claims"][0]
        assert text[claim["quote_start"] : claim["quote_end"]] == claim["quote"]
        assert lines.text_sha256(text) == row["text_sha256"]
        assert row["text_method"]
        files.add(row["text_file"])
    assert len(files) == 2


def test_the_size_that_is_known_beforehand(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"x" * 10)
    assert lines.known_size([file], jsonl=True) == 10
    assert lines.known_size([file], jsonl=False) == 0
    assert lines.known_size([file, file, Path("-"), tmp_path], jsonl=False) == 20


def test_the_id_of_each_kind_of_text() -> None:
    assert lines.id_of(Lines("f", 1, b'{"id": 1.0, "text": "x"}')) == "1.0"
    assert lines.id_of(Lines("f", 1, b"{")) == "null"
    assert lines.id_of(Unread("f", "is too long")) == "null"
    assert lines.id_of(Whole('a"b.txt', Path("x"), b"", 0)) == '"a\\"b.txt"'
