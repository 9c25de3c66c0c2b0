"""Bytes to rows: what is refused, what is set aside, and that nothing is swallowed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.csv_rows import FileRefused, Layout, Table, read_rows

LAYOUT = Layout(
    required=("row_id", "metric", "value"),
    optional=("note", "place"),
    synonyms={"claim_id": "row_id"},
    one_of=(("quote", "locator"),),
)
HEADER = b"row_id,metric,value,quote,note\n"
GOOD = b"r1,killed,6,six,x\n"


def read(body: bytes) -> Table:
    return read_rows(HEADER + body, LAYOUT)


def ids(table: Table) -> list[str]:
    return [row.cells[0] for row in table.rows]


def set_aside(table: Table) -> list[tuple[int, str]]:
    return [(row.line, row.fault.reason) for row in table.spoiled]


def refusal(data: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_rows(data, LAYOUT)
    return caught.value


def test_rows_come_with_their_lines_and_cells_without_outer_blanks() -> None:
    table = read(GOOD + b"\n r2 , killed ,\t7, seven,\n")
    assert [row.line for row in table.rows] == [2, 4]
    assert table.named(table.rows[1]) == {
        "row_id": "r2",
        "metric": "killed",
        "value": "7",
        "quote": "seven",
        "note": "",
    }


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_line_end_and_a_byte_order_mark_are_accepted(end: bytes) -> None:
    data = b"\xef\xbb\xbf" + (HEADER + GOOD).replace(b"\n", end)
    assert ids(read_rows(data, LAYOUT)) == ["r1"]


def test_a_last_row_without_line_break_is_whole() -> None:
    assert ids(read(GOOD + b"r2,killed,7,seven,x")) == ["r1", "r2"]


def test_a_synonym_is_read_as_its_column() -> None:
    table = read_rows(b"claim_id,metric,value,locator\nr1,killed,6,p. 1\n", LAYOUT)
    assert table.columns == ("row_id", "metric", "value", "locator")


def test_a_row_of_empty_cells_is_a_row_whatever_its_width() -> None:
    table = read(b",,,,\n,\n , ,,,,,,\n")
    assert [row.cells for row in table.rows] == [("",) * 5] * 3
    assert not table.spoiled


def test_form_feeds_and_other_separators_do_not_end_a_line() -> None:
    body = "r1,killed,6,a\x0cb\u2028c\x85d,x\n".encode()
    table = read(body)
    assert table.rows[0].cells[3] == "a\x0cb\u2028c\x85d"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file.empty"),
        (b" \r\n\t", "file.empty"),
        (b"\xef\xbb\xbf", "file.empty"),
        (b"\xef\xbb\xbf\xef\xbb\xbf\n", "file.empty"),
        (b"%PDF-1.7 ...", "file.type"),
        (b"PK\x03\x04 xl/workbook.xml", "file.type"),
        (b"\x89PNG\r\n\x1a\n\0\0", "file.type"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "file.type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "file.type"),
        (b"<!DOCTYPE html><html></html>", "file.type"),
        (b"\n <?xml version='1.0'?>", "file.type"),
        (b'[{"row_id": 1}]', "file.type"),
        (b'{"row_id": 1}', "file.type"),
        ("row_id,metric".encode("utf-16"), "file.encoding"),
        ("row_id,metric,value".encode("utf-16-le"), "file.encoding"),
        ("row_id,metric,value".encode("utf-16-be"), "file.encoding"),
        (HEADER + b"r1,\0,6,six,\n", "file.nul"),
        (HEADER + "r1,tué,6,six,\n".encode("latin-1"), "file.encoding"),
        (HEADER + "r1,killed,6,sié".encode()[:-1], "file.truncated"),
        (HEADER + GOOD + b"r2,killed,7", "file.truncated"),
        (HEADER + GOOD + b'r2,killed,7,"sev', "file.truncated"),
        (b"1,2,3\n4,5,6\n", "file.no_header"),
        (b"sep=,\nrow_id,metric,value,quote\n", "file.no_header"),
        (b'"never closed\nr1,killed,6\n', "file.no_header"),
        (b"row_id;metric;value;quote\nr1;killed;6;six\n", "file.delimiter"),
        (b"row_id\tmetric\tvalue\tquote\n", "file.delimiter"),
        (b"row_id|metric|value|quote\n", "file.delimiter"),
        (b"row_id,metric,value,quote,value\n", "file.duplicate_column"),
        (b"row_id,claim_id,metric,value,quote\n", "file.duplicate_column"),
        (b"row_id,metric,quote\n", "file.missing_column"),
        (b"row_id,metric,value\n", "file.missing_column"),
        (b"row_id,metric,value,quote,colour\n", "file.unknown_column"),
        (b"row_id,metric,value,quote,\n", "file.unknown_column"),
    ],
)
def test_a_file_is_refused_with_what_was_found_and_the_mend(data: bytes, reason: str) -> None:
    found = refusal(data)
    assert found.reason == reason
    assert all(fault.message and fault.fix for fault in found.faults)
    assert str(found) == found.message


def test_every_fault_of_the_header_is_told_at_once() -> None:
    found = refusal(b"row_id,metrik,note,note\nr1,killed,,\n")
    assert [(fault.reason, fault.column) for fault in found.faults] == [
        ("file.unknown_column", "metrik"),
        ("file.duplicate_column", "note"),
        ("file.missing_column", "metric"),
        ("file.missing_column", "value"),
        ("file.missing_column", "quote"),
    ]
    assert "Did you mean 'metric'?" in found.message


def test_a_header_longer_than_a_cell_may_be_is_no_header() -> None:
    assert refusal(b"x" * 200_000 + b"\nr1\n").reason == "file.no_header"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"bad,killed,7\n", "row.short"),
        (b"bad,killed,7,seven,x,y\n", "row.long"),
        (b'bad,killed,7,"never closed,x\n', "row.unclosed_quote"),
        (b'bad,killed,7,"said" he,x\n', "row.stray_quote"),
        (b"row_id,metric,value,quote,note\n", "row.repeated_header"),
        (b"row_id,metric,value\n", "row.repeated_header"),
        (b"Total,,7,,\n", "row.total"),
        (b",Grand Total:,7,,\n", "row.total"),
        (b",Total killed,7,,\n", "row.total"),
        (b"TOTAL,killed,7,seven,x\n", "row.total"),
        (b"#r7,killed,7,seven,x\n", "row.comment"),
        (b"# seen on Monday\n", "row.comment"),
        (b"bad,killed,7," + b"x" * 200_000 + b",y\n", "row.too_long"),
    ],
)
def test_a_broken_row_is_set_aside_alone(line: bytes, reason: str) -> None:
    last = b"r2,killed,8,eight,x\n"
    for body, at in ((GOOD + line + last, 3), (line + GOOD + last, 2), (GOOD + last + line, 4)):
        table = read(body)
        assert set_aside(table) == [(at, reason)]
        assert ids(table) == ["r1", "r2"]
        assert table.spoiled[0].fault.fix


def test_a_word_that_only_begins_like_a_total_is_none() -> None:
    assert ids(read(b"total-2016,killed,7,seven,x\n_,killed,7,seven,x\n")) == ["total-2016", "_"]


def test_a_quoted_cell_may_hold_line_breaks_commas_and_doubled_quotes() -> None:
    table = read(b'r1,killed,6,"six, said ""he""\n\nand then\nmore",x\nr2,killed,7,seven,x\n')
    assert table.rows[0].cells[3] == 'six, said "he"\n\nand then\nmore'
    assert [row.line for row in table.rows] == [2, 6]


def test_a_line_break_in_the_first_cell_is_no_end_of_a_row() -> None:
    table = read(b'"r\n1",killed,6,six,x\nr2,killed,"a\nb, c, d",seven,x\n')
    assert [row.cells[0] for row in table.rows] == ["r\n1", "r2"]


def test_an_unclosed_quote_does_not_swallow_a_row_that_is_wrongly_quoted_itself() -> None:
    table = read(b'r1,killed,"6\nr2,killed,7,six" shells,x\n' + GOOD)
    assert set_aside(table) == [(2, "row.unclosed_quote")]
    assert ids(table) == ["r2", "r1"]
    table = read(b'r1,"killed\nr2,killed,7,8",x\n' + GOOD)
    assert set_aside(table) == [(2, "row.unclosed_quote")]
    assert ids(table) == ["r2", "r1"]


def test_a_row_over_two_lines_may_be_short() -> None:
    table = read(b'r1,killed,"6\n7"\n' + GOOD)
    assert set_aside(table) == [(2, "row.short")]
    assert ids(table) == ["r1"]


def test_an_unclosed_quote_does_not_swallow_a_quoted_row() -> None:
    # The opening mark of line 3 would close the cell of line 2, and the columns would even fit.
    table = read(b'r1,killed,6,"six\nr2,killed,7,"",x\nr3,killed,8,"eight",x\n')
    assert set_aside(table) == [(2, "row.unclosed_quote")]
    assert ids(table) == ["r2", "r3"]


def test_unclosed_quotes_one_after_another_are_each_set_aside() -> None:
    table = read(b'a,killed,6,"six\nb,killed,7,"seven\n' + GOOD)
    assert set_aside(table) == [(2, "row.unclosed_quote"), (3, "row.unclosed_quote")]
    assert ids(table) == ["r1"]


def test_a_quoted_cell_that_runs_on_for_pages_was_never_closed() -> None:
    table = read(b'bad,killed,6,"six\n' + b"text\n" * 300 + b'end",x\n' + GOOD)
    assert set_aside(table)[0] == (2, "row.unclosed_quote")
    assert ids(table) == ["r1"]


def test_a_spoiled_row_keeps_what_was_found() -> None:
    assert read(b"bad,killed,7\n").spoiled[0].raw == ("bad", "killed", "7")
    assert read(b'bad,"a" b,7\n').spoiled[0].raw == ("bad", "a b", "7")


def test_very_many_unknown_columns_are_counted(must_end: Any) -> None:
    with must_end(), pytest.raises(FileRefused) as refused:
        read_rows(HEADER.strip() + b"".join(b",c%d" % n for n in range(200_000)), LAYOUT)
    assert len(refused.value.message) < 10_000
    assert "199,950 more columns" in refused.value.message


def test_many_unclosed_quotes_come_to_an_end(must_end: Any) -> None:
    with must_end():
        table = read(b'a,killed,6,"six\n' * 20_000)
    assert len(table.spoiled) == 20_000


@settings(max_examples=300, deadline=5000)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_rows_or_a_refusal(data: bytes) -> None:
    for given_bytes in (data, HEADER + data):
        try:
            table = read_rows(given_bytes, LAYOUT)
        except FileRefused as found:
            assert found.reason.startswith("file.")
        else:
            assert all(len(row.cells) == len(table.columns) for row in table.rows)


MESSY = st.text(alphabet='rk6",\n# x', max_size=60)


@settings(max_examples=300, deadline=5000)
@given(MESSY)
def test_a_messy_row_leaves_the_rows_after_it(mess: str) -> None:
    table = read(mess.encode() + b"\n" + b"r8,killed,8,eight,x\nr9,killed,9,nine,x\n")
    assert ids(table)[-2:] == ["r8", "r9"]
