"""A cell is judged alike in SQL, which reads all rows, and in Python, which tells what is wrong."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.claims.tables import cells
from pipelines.claims.tables.spec import Column

COLUMNS = [
    Column("n", "whole"),
    Column("n", "whole", signed=True, empty_as=("NA", "-")),
    Column("n", "whole", given=True),
    Column("n", "real"),
    Column("n", "real", signed=True),
    Column("n", "day"),
    Column("n", "day", given=True, empty_as=("n/a",)),
    Column("n"),
    Column("n", given=True),
]
CELLS = [
    "", " ", "0", "12", " 12 ", "007", "369.0", "369.00", "450.000", "450.6", "1.234", "-1",
    "-0", "-1.0", "+5", "1e3", "1E-2", "0x10", "1_000", "1,000", "١٢", "１２", "600*", "~600",
    "NaN", "inf",
    "8300000000", "99999999999", "123456789012345678901", "2016-10-06", "2016-10-06 00:00:00.000",
    "2016-10-06T00:00:00Z", "2016-10-06T11:00:00.000Z", "2016-02-30", "2016-2-3", "0000-01-01",
    "2016-10", "06/10/2016", "20161006", "2016-10-06 (BC)", "infinity", "epoch", "NA", "-", "n/a",
    "12\n", "1 2", ".5", "5.", "--5", "'12", "true", "12.0.0", "1e400", "-9223372036854775809",
]  # fmt: skip


def in_sql(column: Column, cell: str) -> tuple[object, bool]:
    """What SQL reads in a cell, and whether it finds it at fault."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (c VARCHAR)")
        connection.execute("INSERT INTO t VALUES (?)", [cell or None])
        text = cells.text_of(column, "c")
        broken = " OR ".join(cells.broken(column, "n", "x")) or "false"
        query = f"SELECT n, {broken} FROM (SELECT {cells.typed(column, 'x')} AS n, x FROM "
        ((value, fault),) = connection.execute(f"{query}(SELECT {text} AS x FROM t))").fetchall()
    return value, bool(fault)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: f"{c.kind}-{c.signed}-{c.given}")
def test_both_judge_the_same_cells_alike(column: Column) -> None:
    for cell in CELLS:
        _, broken = in_sql(column, cell)
        assert broken == (cells.fault_of(column, cell) is not None), cell


@given(
    st.sampled_from(COLUMNS), st.text(alphabet="0123456789.-+eE, :TZ/'\u0661\u00a0x", max_size=14)
)
@example(COLUMNS[0], "0.0000000000001")
def test_both_judge_any_cell_alike(column: Column, cell: str) -> None:
    _, broken = in_sql(column, cell)
    assert broken == (cells.fault_of(column, cell) is not None)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (COLUMNS[0], "369.0", 369),
        (COLUMNS[0], "007", 7),
        (COLUMNS[1], "-1", -1),
        (COLUMNS[1], "NA", None),
        (COLUMNS[4], "-75.666667", -75.666667),
        (COLUMNS[5], "2018-01-01 00:00:00.000", date(2018, 1, 1)),
        (COLUMNS[7], " Aleppo ", "Aleppo"),
    ],
)
def test_a_good_cell_keeps_its_value(column: Column, cell: str, value: object) -> None:
    assert in_sql(column, cell) == (value, False)


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        (COLUMNS[0], "450.6", "number.fraction"),
        (COLUMNS[0], "450.000", "number.ambiguous_separator"),
        (COLUMNS[0], "369.00", "number.fraction"),
        (COLUMNS[0], "-5", "number.negative"),
        (COLUMNS[0], "more than 600", "number.not_a_number"),
        (COLUMNS[0], "1,000", "number.ambiguous_separator"),
        (COLUMNS[0], "99999999999", "number.too_large"),
        (COLUMNS[2], "", "missing.n"),
        (COLUMNS[5], "03/04/2024", "date.not_a_day"),
        (COLUMNS[5], "2016-02-30", "date.impossible"),
        (COLUMNS[5], "2016-10-06T11:00:00Z", "date.not_a_day"),
    ],
)
def test_a_fault_is_named_with_its_mend(column: Column, cell: str, reason: str) -> None:
    fault = cells.fault_of(column, cell)
    assert fault is not None
    assert (fault.reason, fault.column) == (reason, "n")
    assert fault.message
    assert fault.fix
