"""Parquet files joined byte by byte read as their rows one after another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.parquet_files import beside, join
from pipelines.core.parquet_footer import ParquetFault, Reader, Writer

ROWS = """SELECT i AS number, 'name ' || (i % 97) AS name, CASE WHEN i % 3 = 0 THEN NULL
    ELSE ['a', 'b' || i] END AS list, DATE '2020-01-01' + CAST(i % 500 AS INTEGER) AS day,
    i / 7.0 AS share, i % 2 = 0 AS flag, CAST(NULL AS VARCHAR) AS nothing
    FROM range({}, {}) AS t(i)"""


def write(path: Path, start: int, end: int, options: str = "") -> Path:
    duckdb.sql(f"COPY ({ROWS.format(start, end)}) TO '{path}' (FORMAT parquet{options})")
    return path


@pytest.mark.parametrize("options", ["", ", COMPRESSION zstd", ", COMPRESSION uncompressed"])
def test_the_rows_follow_one_another(tmp_path: Path, options: str) -> None:
    bounds = [(0, 1), (1, 1), (1, 9_000), (9_000, 9_003)]
    files = [
        write(tmp_path / f"{n}.parquet", *bound, f"{options}, ROW_GROUP_SIZE 2048")
        for n, bound in enumerate(bounds)
    ]
    whole = tmp_path / "whole.parquet"
    join(files, whole)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        found = connection.execute(f"FROM '{whole}'").fetchall()
        assert found == connection.execute(ROWS.format(0, 9_003)).fetchall()
        picked = connection.execute(
            f"SELECT count(*), sum(number) FROM '{whole}' WHERE name = 'name 5' AND number > 8000"
        ).fetchall()
        groups = connection.execute(
            "SELECT count(DISTINCT row_group_id), sum(row_group_num_rows) "
            f"FROM parquet_metadata('{whole}') WHERE path_in_schema = 'number'"
        ).fetchall()
    rows = [n for n in range(8_001, 9_003) if n % 97 == 5]
    assert picked == [(len(rows), sum(rows))]
    assert groups == [(7, 9_003)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(file.name for file in files),
        "whole.parquet",
    ]


def test_one_file_stays_as_it_is(tmp_path: Path) -> None:
    one = write(tmp_path / "one.parquet", 0, 10)
    join([one], tmp_path / "same.parquet")
    assert (tmp_path / "same.parquet").read_bytes() == one.read_bytes()


def test_other_columns_are_refused(tmp_path: Path) -> None:
    one = write(tmp_path / "one.parquet", 0, 10)
    other = tmp_path / "other.parquet"
    duckdb.sql(f"COPY (SELECT 1 AS number) TO '{other}' (FORMAT parquet)")
    with pytest.raises(ParquetFault, match=r"other\.parquet has other columns than one\.parquet"):
        join([one, other], tmp_path / "whole.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.parquet", "other.parquet"]


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("number\n1\n")
    with pytest.raises(ParquetFault, match="no Parquet file"):
        join([tmp_path / "a.parquet"], tmp_path / "whole.parquet")
    with pytest.raises(ParquetFault, match="no file"):
        join([], tmp_path / "whole.parquet")


COLUMNS = ("number", "name", "list", "day", "share", "flag", "nothing")
SAME = "'one' AS word, [1, 2] AS pair, CAST(NULL AS DATE) AS no_day"
NAMES = ["word", "number", "list", "no_day", "name", "pair", "day", "share", "flag", "nothing"]


def cut(path: Path, select: str, size: int = 2048) -> Path:
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {size})")
    return path


def columns(path: Path, names: tuple[str, ...], size: int = 2048) -> Path:
    return cut(path, f"SELECT {', '.join(names)} FROM ({ROWS.format(0, 5_000)})", size)


def alike(folder: Path, *sizes: int) -> list[Path]:
    return [
        cut(folder / f"alike-{rows}.parquet", f"SELECT {SAME} FROM range({rows})") for rows in sizes
    ]


def test_columns_stand_beside_one_another(tmp_path: Path) -> None:
    files = {  # each column is taken from one of them, whichever else holds it
        columns(tmp_path / "a.parquet", (*COLUMNS[:3], "'secret' AS day")): COLUMNS[:3],
        columns(tmp_path / "b.parquet", COLUMNS[3:]): COLUMNS[3:],
    }
    whole = tmp_path / "whole.parquet"
    beside(files, alike(tmp_path, 2048, 904), NAMES, whole)
    select = f"SELECT {', '.join(NAMES)} FROM (SELECT *, {SAME} FROM ({ROWS.format(0, 5_000)}))"
    plain = cut(tmp_path / "plain.parquet", select)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        rows = connection.execute(select).fetchall()
        assert b"secret" not in whole.read_bytes()
        assert connection.execute(f"FROM '{whole}'").fetchall() == rows
        schemas = [
            f"SELECT * EXCLUDE (file_name) FROM parquet_schema('{p}')" for p in (whole, plain)
        ]
        found, expected = (connection.execute(query).fetchall() for query in schemas)
        assert found == expected
        sizes = f"""SELECT DISTINCT row_group_id, row_group_num_rows, row_group_bytes
            FROM parquet_metadata('{whole}') ORDER BY ALL"""
        assert [n for _, n, _ in connection.execute(sizes).fetchall()] == [2048, 2048, 904]
        picked = f"SELECT count(*), sum(number) FROM '{whole}' WHERE name = 'name 5' AND number > 9"
        assert connection.execute(picked).fetchall() == [(51, sum(range(102, 5_000, 97)))]
        joined = tmp_path / "joined.parquet"
        join([whole, plain], joined)
        assert connection.execute(f"FROM '{joined}'").fetchall() == [*rows, *rows]


def test_files_that_do_not_stand_beside_one_another_are_refused(tmp_path: Path) -> None:
    files = {columns(tmp_path / "a.parquet", COLUMNS[:3]): ["number"]}
    other = columns(tmp_path / "other.parquet", COLUMNS[3:], 4096)
    whole = tmp_path / "whole.parquet"
    with pytest.raises(ParquetFault, match=r"other\.parquet has other row groups than a\.parquet"):
        beside({**files, other: ["day"]}, [], ["number", "day"], whole)
    with pytest.raises(ParquetFault, match="no file has the column word for 904 rows"):
        beside(files, alike(tmp_path, 2048), ["number", "word"], whole)
    with pytest.raises(ParquetFault, match="no file has the column strange for 2048 rows"):
        beside(files, alike(tmp_path, 2048, 904), ["strange"], whole)
    with pytest.raises(ParquetFault, match="no file has the column name"):
        beside(files, alike(tmp_path, 2048, 904), ["number", "name"], whole)
    assert not whole.exists()


LEAVES: dict[int, st.SearchStrategy[Any]] = {
    4: st.integers(-(2**15), 2**15 - 1),
    5: st.integers(-(2**31), 2**31 - 1),
    6: st.integers(-(2**63), 2**63 - 1),
    7: st.binary(min_size=8, max_size=8),
    8: st.binary(max_size=40),
}
ONE_OF_A_KIND = st.sampled_from(sorted(LEAVES)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(LEAVES[kind], max_size=20))
)
FIELD = (
    st.sampled_from(sorted(LEAVES)).flatmap(lambda k: st.tuples(st.just(k), LEAVES[k]))
    | st.booleans().map(lambda truth: (1 if truth else 2, truth))
    | st.tuples(st.just(9), ONE_OF_A_KIND)
)
STRUCTS = st.recursive(
    st.dictionaries(st.integers(1, 200), FIELD, max_size=6),
    lambda inner: st.dictionaries(
        st.integers(1, 200),
        FIELD
        | st.tuples(st.just(12), inner)
        | st.tuples(st.just(9), st.tuples(st.just(12), st.lists(inner, max_size=3))),
        max_size=4,
    ),
    max_leaves=8,
)


@given(STRUCTS)
def test_a_footer_is_written_as_it_was_read(fields: Any) -> None:
    writer = Writer()
    writer.struct(fields)
    assert Reader(bytes(writer.bytes)).struct() == fields
