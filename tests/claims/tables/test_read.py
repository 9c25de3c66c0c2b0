"""A file becomes claims by its layout, and every row of it is accounted for."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pipelines.claims.reading import Release
from pipelines.claims.tables.spec import ClaimSpec, Column, Const, PlaceSpec, RowFault, TableSpec

HEADER = ["id", "country", "day", "dead", "hurt", "story"]
ROWS = [
    ["1", "Syria", "2016-10-01", "5", "7", "x"],
    ["2", "Ukraine", "2016-10-02", "3", "", "y"],
    ["3", "Syria", "2016-10-03", "", "", "z"],
]

TABLE = TableSpec(
    name="incidents",
    title="incidents",
    columns=(
        Column("id", needed=True, given=True),
        Column("country"),
        Column("day", "day", given=True, aliases=("date",)),
        Column("dead", "whole", needed=True),
        Column("hurt", "whole"),
    ),
    ignored=("story",),
    record_id='"id"',
    places=(PlaceSpec("at", country=('"country"',)),),
    claims=(
        ClaimSpec(
            "killed",
            "dead",
            {
                "measure": Const("flow"),
                "deaths_counted": Const("unstated"),
                "speaker": Const("S"),
                "place_id": '"at__id"',
                "end_latest": '"day"',
            },
            doubts={"place_unresolved": '"at__unresolved"', "many": '"dead" > 4'},
        ),
        ClaimSpec("injured", "hurt", {"measure": Const("flow"), "speaker": Const("S")}),
    ),
    row_faults=(RowFault('"hurt" > 1000', "hurt", "number.implausible", "Too many.", "Ask."),),
)


def tables(release: Release) -> Sequence[TableSpec]:
    return [TABLE]


def as_csv(
    rows: Sequence[Sequence[str]] = ROWS, header: Sequence[str] = HEADER, mark: str = ","
) -> bytes:
    return "".join(mark.join(row) + "\r\n" for row in (header, *rows)).encode()


def with_row(*row: str) -> bytes:
    return as_csv([*ROWS, list(row)])


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    book.active.append(["not", "the", "table"])
    sheet = book.create_sheet("data")
    for row in rows:
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def zipped(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return data.getvalue()


CLAIMS = [("1#injured", 7, None), ("1#killed", 5, "SYR"), ("2#killed", 3, "UKR")]


def claims_of(found: Any) -> list[tuple[Any, ...]]:
    return found.rows(
        "SELECT regexp_extract(claim_id, '[^/]*$'), value, place_id FROM claims ORDER BY claim_id"
    )


NUMBERED = [[*row[:3], *(int(cell) if cell else None for cell in row[3:5])] for row in ROWS]
AS_OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", as_csv()),
        ("a [1]*?.csv", as_csv()),
        ("mark.csv", b"\xef\xbb\xbf" + as_csv()),
        ("lines.csv", as_csv().replace(b"\r\n", b"\n")),
        ("semicolons.csv", as_csv(mark=";")),
        ("tabs.tsv", as_csv(mark="\t")),
        ("tags.csv", as_csv([["#id", "", "#date", "#affected+killed", "", ""], *ROWS])),
        ("notes.csv", b"Extracted on 1 June\r\n\r\n" + as_csv()),
        ("blank.csv", as_csv([*ROWS, [""] * 6])),
        ("a.csv.gz", gzip.compress(as_csv(), mtime=0)),
        ("a.zip", zipped(a_csv=as_csv())),
        ("b.zip", zipped(notes_csv=b"note\r\n1\r\n", a_csv=as_csv())),
        ("a.json", json.dumps(AS_OBJECTS).encode()),
        ("page.json", json.dumps({"page": 1, "items": AS_OBJECTS}).encode()),
        ("a.json.gz", gzip.compress(json.dumps(AS_OBJECTS).encode(), mtime=0)),
        ("a.jsonl", "\n".join(map(json.dumps, AS_OBJECTS)).encode()),
        ("a.xlsx", as_xlsx([HEADER, *ROWS])),
        ("n.xlsx", as_xlsx([HEADER, *NUMBERED])),
    ],
)  # fmt: skip
def test_one_table_in_every_wrapping_gives_the_same_claims(
    read: Any, name: str, data: bytes
) -> None:
    found = read(tables, {name: data})
    assert found.accounts == {name: (3, 2, 0, 1, 3)}
    assert claims_of(found) == CLAIMS


def test_floats_and_timestamps_of_tools_are_read_as_numbers_and_days(read: Any) -> None:
    header = ["", *HEADER]
    rows = [["0", "1", "Syria", "2016-10-01 00:00:00.000", "5.0", "7.0", "x"]]
    found = read(tables, {"pandas.csv": as_csv(rows, header)})
    assert claims_of(found) == CLAIMS[:2]


def test_a_parquet_file_is_read_as_text(read: Any, tmp_path: Any) -> None:
    path = tmp_path / "typed.parquet"
    duckdb.sql(
        f"COPY (SELECT 1 AS id, 'Syria' AS country, DATE '2016-10-01' AS day, 5 AS dead, "
        f"7.0::DOUBLE AS hurt) TO '{path}'"
    )
    assert claims_of(read(tables, [path])) == CLAIMS[:2]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (
            ("4", "Syria", "2016-10-04", "450.000", "", ""),
            (5, "dead", "number.ambiguous_separator"),
        ),
        (("4", "Syria", "2016-10-04", "-2", "", ""), (5, "dead", "number.negative")),
        (("4", "Syria", "2016-10-04", "many", "", ""), (5, "dead", "number.not_a_number")),
        (("4", "Syria", "04/10/2016", "2", "", ""), (5, "day", "date.not_a_day")),
        (("4", "Syria", "", "2", "", ""), (5, "day", "missing.day")),
        (("", "Syria", "2016-10-04", "2", "", ""), (5, "id", "missing.id")),
        (("4", "Syria", "2016-10-04", "2", "1001", ""), (5, "hurt", "number.implausible")),
        (("4", "Syria", "2016-10-04", "2"), (5, "", "row.does_not_fit")),
        (("4", "Syria", "2016-10-04", "2", "", "", "8"), (5, "", "row.does_not_fit")),
        (("id", "country", "day", "dead", "hurt", "story"), (5, "day", "date.not_a_day")),
        (("1", "Syria", "2016-10-01", "5", "7", "told again"), (5, "", "duplicate.record")),
    ],
)
def test_one_thing_wrong_sets_that_row_aside_alone(
    read: Any, row: tuple[str, ...], fault: tuple[int, str, str]
) -> None:
    found = read(tables, {"a.csv": with_row(*row)})
    assert fault in found.faults
    assert found.accounts["a.csv"] == (4, 2, 1, 1, 3)
    assert claims_of(found) == CLAIMS
    (line, *_) = found.reading.quarantine
    assert line["fix"]


def test_every_fault_of_a_row_is_told_and_what_is_not_read_is_not_kept(read: Any) -> None:
    found = read(tables, {"a.csv": with_row("4", "Syria", "soon", "few", "0x10", "a name")})
    assert [column for _, column, _ in found.faults] == ["day", "dead", "hurt"]
    assert json.loads(found.reading.quarantine[0]["raw"]) == {
        "id": "4",
        "country": "Syria",
        "day": "soon",
        "dead": "few",
        "hurt": "0x10",
    }


def test_one_id_with_two_values_is_no_claim(read: Any) -> None:
    found = read(tables, {"a.csv": with_row("1", "Syria", "2016-10-01", "6", "", "")})
    assert found.faults == [(2, "", "duplicate.conflict"), (5, "", "duplicate.conflict")]
    assert found.accounts["a.csv"] == (4, 1, 2, 1, 1)


def test_a_quote_that_never_closes_takes_no_other_row_with_it_in_silence(read: Any) -> None:
    data = as_csv([ROWS[0], ["2", '"Ukraine', *ROWS[1][2:]], ROWS[2]])
    found = read(tables, {"a.csv": data})
    (account,) = found.accounts.values()
    assert account[2] >= 1
    assert claims_of(found) == CLAIMS[:2]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "file.empty"),
        ("a.csv", b"  \r\n", "file.empty"),
        ("a.csv", as_csv(header=["id", "c", "day", "deaad", "hurt"]), "file.missing_column"),
        ("a.csv", as_csv(header=["id", "c", "day", "dead", "dead", "f"]), "file.duplicate_column"),
        ("a.csv", as_csv(header=["id", "country", "day", "dead", "f"]), "file.unknown_column"),
        ("a.csv", as_csv(header=["year", "adm_1", "best", "a", "b", "c"]), "file.layout"),
        ("a.csv", as_csv().decode().encode("utf-16"), "file.encoding"),
        ("a.csv", "id,dead\r\n1,é\r\n".encode("latin-1"), "file.encoding"),
        ("a.csv", b"<!doctype html><p>Not found", "file.type"),
        ("a.csv", b"%PDF-1.7", "file.type"),
        ("a.csv", as_csv().replace(b"Syria", b"Sy\0ria"), "file.nul"),
        ("a.csv.gz", gzip.compress(as_csv(), mtime=0)[:40], "file.unreadable"),
        ("a.zip", zipped(a_txt=b"1", b_txt=b"2"), "file.type"),
        ("a.json", b"[1, 2]", "file.layout"),
        ("a.json", b'[{"id": 1, "id": 2}]', "file.unreadable"),
        ("a.json", b'[{"id": NaN}]', "file.unreadable"),
        ("a.json", b"[" * 50_000, "file.too_deep"),
        ("a.parquet", b"PAR1 and nothing more", "file.unreadable"),
        ("a.xlsx", as_xlsx([["id", "dead", "day"], [1, "=1+1", "2016-10-01"]]), "xlsx.formula"),
        ("a.xlsx", as_xlsx([HEADER, *ROWS])[:900], "file.unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_the_table_is_refused_with_the_reason(
    read: Any, name: str, data: bytes, reason: str
) -> None:
    found = read(tables, {name: data})
    assert (found.file["status"], found.file["reason"]) == ("refused", reason)
    assert found.file["message"]


def test_a_file_that_gives_the_records_of_another_is_refused(read: Any) -> None:
    found = read(tables, {"a.csv": as_csv(), "b.csv": as_csv()})
    first, second = found.reading.files
    assert (first["status"], second["status"], second["reason"]) == (
        "read",
        "refused",
        "duplicate.file",
    )
    assert claims_of(found) == CLAIMS


def test_a_card_may_leave_columns_out_and_report_zeros(read: Any) -> None:
    data = as_csv([["1", "Syria", "2016-10-01", "0", "", "t"]], [*HEADER[:5], "tale"])
    found = read(tables, {"a.csv": data}, facts={"ignored": ["tale"], "zeros": "reported"})
    assert claims_of(found) == [("1#killed", 0, "SYR")]


def test_an_unknown_country_is_kept_with_a_doubt(read: Any) -> None:
    found = read(tables, {"a.csv": as_csv([["1", "Atlantis", "2016-10-01", "5", "", ""]])})
    assert found.rows("SELECT place_id, doubts FROM claims") == [
        (None, ["many", "place_unresolved"])
    ]


CELL = st.one_of(
    st.sampled_from(["", "1", "2", "5.0", "x", "-1", "2016-10-01", "2016-13-01", "Syria", "1e9"]),
    st.text(st.characters(exclude_characters='\0,"\r\n', exclude_categories=["Cs"]), max_size=4),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=4, max_size=8), max_size=8))
def test_whatever_the_cells_every_row_ends_in_one_of_three(
    read: Any, rows: list[list[str]]
) -> None:
    """The fixture holds each reading to rows_in = rows_with_claims + quarantined + empty."""
    found = read(tables, {"a.csv": as_csv(rows)})
    filled = [row for row in rows if len(row) != 6 or any(cell.strip() for cell in row)]
    ((rows_in, *_),) = found.accounts.values()
    assert rows_in == len(filled)
