"""The claims of registers in parts: read as one relation, and judged like any table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.core.entries import Entries, Part
from pipelines.core.out_of_core import write_in_order
from schemas.claims import Claims
from schemas.sql import is_ascending, judge_relation

ENTRY = {
    "source_id": "ged",
    "release": "24.1",
    "file": "1.csv",
    "document_id": "ged/24.1/1.csv",
    "value": 12,
    "qualifier": "plain",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "start_earliest": "2016-09-23",
    "start_latest": "2016-09-23",
    "end_earliest": "2016-09-29",
    "end_latest": "2016-09-29",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "it's a speaker",
    "entry_of": "ged/24.1",
    "adds_up": True,
    "recorded_on": "2026-11-01",
    "method": "imported",
    "method_version": "ucdp_ged 1",
    "review_status": "accepted",
    "sensitivity": "public",
    "doubts": ["a", "b"],
}
WriteParts = Callable[..., Part]


def entries(n: int = 3, **change: Any) -> pd.DataFrame:
    """Good rows, of which the last has the change."""
    rows = [
        ENTRY | {"claim_id": f"ged/24.1/{i}#killed", "record_id": str(i), "locator": f"row {i}"}
        for i in range(n)
    ]
    rows[-1] |= change
    return schemas.frame(Claims, rows)


def test_a_relation_gives_the_rows_back(tmp_path: Path, part_of: WriteParts) -> None:
    rows = entries(value=20, place_id="SY02")
    part = part_of(tmp_path, Claims, rows)
    assert {"metric", "speaker", "doubts", "recorded_on", "adds_up"} <= set(part.constants)
    held = Entries(tmp_path, (part,))
    held.write_index()
    assert Entries.read(tmp_path) == held
    with held.connected() as connection:
        back = connection.execute(f"FROM {held.relation(Claims)}").df()
    pd.testing.assert_frame_equal(schemas.coerce(Claims, back), rows)
    assert held.count(Claims) == 3
    assert held.count(Claims, "value = 20") == 1


def test_no_parts_are_an_empty_relation(tmp_path: Path) -> None:
    held = Entries.read(tmp_path)
    with held.connected() as connection:
        assert judge_relation(connection, Claims, held.relation(Claims)) == []
    assert held.count(Claims, "true") == 0


@pytest.mark.parametrize("everywhere", [False, True], ids=["one row", "every row"])
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"metric": "murdered"},
        {"value": -1},
        {"speaker": None},
        {"locator": None},
        {"qualifier": "between"},
        {"measure": "ever"},
        {"unit": "households"},
        {"review_status": "rejected"},
        {"start_earliest": "2024-02-01"},
        {"quote_start": 9, "quote_end": 3},
        {"record_id": None, "value": None},
    ],
    ids=str,
)
def test_both_judge_parts_alike(
    tmp_path: Path, part_of: WriteParts, change: dict[str, Any], everywhere: bool
) -> None:
    """Whether what is wrong stands in the rows or, as a constant, in the index."""
    rows = entries(**change)
    if everywhere:
        rows = schemas.coerce(Claims, pd.concat([rows.tail(1)] * 3).assign(**_ids(rows)))
    held = Entries(tmp_path, (part_of(tmp_path, Claims, rows),))
    by_pandera = schemas.judge(Claims, rows)["rule"].value_counts().to_dict()
    with held.connected() as connection:
        found = judge_relation(connection, Claims, held.relation(Claims))
    assert {rule: count for rule, count, _ in found} == by_pandera
    assert bool(by_pandera) == bool(change)


def _ids(rows: pd.DataFrame) -> dict[str, Any]:
    return {"claim_id": rows["claim_id"].to_numpy()}


def test_a_key_that_two_parts_hold_is_seen(tmp_path: Path, part_of: WriteParts) -> None:
    one = part_of(tmp_path, Claims, entries(3))
    two = part_of(tmp_path, Claims, entries(2), "2")
    held = Entries(tmp_path, (one, two))
    with held.connected() as connection:
        ((rule, count, keys),) = judge_relation(connection, Claims, held.relation(Claims))
    assert (rule, count) == ("key (claim_id) is unique", 2)
    assert "ged/24.1/1#killed" in keys


def test_parts_are_replaced_table_by_table(tmp_path: Path, part_of: WriteParts) -> None:
    one = part_of(tmp_path, Claims, entries())
    other = replace(one, table="claims/events")
    held = Entries(tmp_path, (one, other)).with_parts(Claims, [replace(one, rows=1)])
    assert [part.rows for part in held.of(Claims)] == [1]
    assert other in held.parts


ROWS = "(SELECT * FROM (VALUES {}) AS t(a, b))"


@pytest.mark.parametrize(
    ("rows", "ascending"),
    [
        ("('a', 1)", True),
        ("('a', 1), ('b', 1)", True),
        ("('a', 1), ('a', 2)", False),
        ("('b', 1), ('a', 1)", False),
        ("('a', 1), (NULL, 1)", False),
        ("(NULL, 1), ('a', 1)", False),
    ],
)
def test_order_is_told(tmp_path: Path, rows: str, ascending: bool) -> None:
    with Entries(tmp_path).connected() as connection:
        assert is_ascending(connection, ["a"], ROWS.format(rows)) is ascending


def test_order_of_a_key_of_two_columns(tmp_path: Path) -> None:
    with Entries(tmp_path).connected() as connection:
        rows = ROWS.format("('a', 1), ('a', 2), ('b', 1)")
        assert is_ascending(connection, ["a", "b"], rows)
        assert not is_ascending(connection, ["b", "a"], rows)
        twice = ROWS.format("('a', NULL), ('a', NULL)")
        assert not is_ascending(connection, ["a", "b"], twice)


def test_rows_out_of_order_are_sorted(tmp_path: Path) -> None:
    path = tmp_path / "o.parquet"
    with Entries(tmp_path).connected() as connection:
        for start in (0, 5):
            select = f"SELECT (i * 7 + {start}) % 1000 AS a FROM range(1000) AS t(i)"
            write_in_order(connection, select, ["a"], path)
            found = connection.execute(f"SELECT a FROM '{path}'").fetchall()
            assert [a for (a,) in found] == list(range(1000))
    assert [p.name for p in tmp_path.iterdir()] == ["o.parquet"]
