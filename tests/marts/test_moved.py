"""What moved in the totals of registers, between two releases and from one edition to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from dagster import materialize

import schemas
from pipelines.defs.assets import moved_totals as moved_totals_asset
from pipelines.defs.workspace import Workspace
from pipelines.marts.diff import totals_moved
from pipelines.marts.moved import as_lines, moved_in_release, moved_totals
from schemas.estimates import RegisterTotals
from schemas.sql import register

TOTAL = {
    "source_id": "ged",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "cause": "conflict",
    "place_role": "happened_in",
    "basis": "tallied",
    "n_entries": 1,
    "n_inverted": 0,
    "stands": True,
}


def total(release: str, place: str | None, year: int, best: int, **more: Any) -> dict[str, Any]:
    named = {"release": release, "entry_of": f"ged/{release}", "place_id": place, "year": year}
    id_ = f"{release} {place} {year} {more.get('edition')}"
    newest = {"stands": release not in ("18.1", "19.1") and more.get("edition") != "2023-06-14"}
    return TOTAL | newest | named | {"sum_best": best, "total_id": id_} | more


@pytest.fixture
def held() -> Any:
    with duckdb.connect() as connection:

        def put(name: str, *rows: dict[str, Any]) -> Any:
            register(connection, name, schemas.frame(RegisterTotals, rows))
            return connection

        yield put


OLD = (
    total("19.1", None, 2014, 20),
    total("19.1", "UKR", 2014, 12),
    total("19.1", "COL", 2014, 8),
    total("19.1", "COL", 2015, 3),
)
NEW = (
    total("20.1", None, 2014, 21),
    total("20.1", "UKR", 2014, 15),
    total("20.1", "COL", 2014, 6),
    total("20.1", "MMR", 2014, 900),
)


def test_totals_over_all_places_come_first_and_then_the_largest_moves(held):
    held("old_totals", *OLD)
    rows = moved_totals(held("new_totals", *NEW), "old_totals", "new_totals")
    assert [(r["place_id"], r["year"], r["old"], r["new"], r["rose"]) for r in rows] == [
        (None, 2014, 20, 21, 1),
        ("MMR", 2014, None, 900, None),
        ("COL", 2015, 3, None, None),
        ("UKR", 2014, 12, 15, 3),
        ("COL", 2014, 8, 6, -2),
    ]
    assert as_lines(rows, 2) == [
        "totals of ged: 2 rose, 1 fell, 1 new, 1 gone",
        "  killed, all places, 2014: 20 -> 21 (+1; 19.1 -> 20.1)",
        "  killed, MMR, 2014: 900 is new in 20.1",
        "  and 3 more",
    ]


def test_what_stayed_the_same_has_not_moved(held):
    held("old_totals", *OLD)
    assert moved_totals(held("new_totals", *OLD), "old_totals", "new_totals") == []
    assert as_lines([]) == []


def test_within_a_release_the_newest_is_held_against_the_one_before(held):
    connection = held("all_totals", *OLD, *NEW, total("18.1", "UKR", 2014, 1))
    connection.execute("CREATE SCHEMA marts")
    connection.execute("CREATE TABLE marts.register_totals AS FROM all_totals")
    assert [row["rose"] for row in moved_in_release(connection)] == [1, None, None, 3, -2]


def test_what_a_newer_release_does_not_cover_is_not_gone(held):
    kept = [total("19.1", "COL", 2014, 8, stands=True), OLD[0], OLD[1]]
    connection = held("all_totals", *kept, total("20.1", None, 2014, 15), NEW[1])
    connection.execute("CREATE SCHEMA marts")
    connection.execute("CREATE TABLE marts.register_totals AS FROM all_totals")
    (row,) = moved_in_release(connection)
    assert (row["place_id"], row["rose"]) == ("UKR", 3)


def test_editions_in_a_file_follow_each_other(held):
    connection = held(
        "all_totals",
        total("r", None, 2022, 5, edition="2023-06-14"),
        total("r", None, 2022, 4, edition="2024-06-17"),
    )
    connection.execute("CREATE SCHEMA marts")
    connection.execute("CREATE TABLE marts.register_totals AS FROM all_totals")
    (row,) = moved_in_release(connection)
    assert (row["from_release"], row["to_release"]) == ("r@2023-06-14", "r@2024-06-17")
    assert row["rose"] == -1


def test_a_register_of_one_release_has_not_moved(held):
    connection = held("all_totals", *OLD)
    connection.execute("CREATE SCHEMA marts")
    connection.execute("CREATE TABLE marts.register_totals AS FROM all_totals")
    assert moved_in_release(connection) == []


@pytest.fixture
def two(put_out: Any, few: Any) -> tuple[Path, Path]:
    """The folders of a release with older totals and of one with newer ones."""

    def publish(name: str, *rows: dict[str, Any]) -> Path:
        totals = schemas.frame(RegisterTotals, sorted(rows, key=lambda row: str(row["total_id"])))
        return put_out(name, marts=few | {"marts/register_totals": totals}).folder

    older = publish("b", *(row | {"stands": True} for row in OLD))
    assert totals_moved(older.parent.parent) == {"sources": []}
    return older, publish("c", *(row | {"stands": False} for row in OLD), *NEW)


def reported(marts_dir: Path) -> dict[str, Any]:
    """What the asset says."""
    workspace = Workspace(marts_dir=str(marts_dir))
    shown = materialize([moved_totals_asset], resources={"workspace": workspace})
    (told,) = shown.asset_materializations_for_node("reports__moved_totals")
    return {name: value.value for name, value in told.metadata.items()}


NO_OLDER = "no older release, or none that can be read"
ROSE = [1, None, None, 3, -2]


def test_the_report_is_of_the_current_release_and_of_the_one_before(two, tmp_path):
    found = totals_moved(tmp_path / "marts")
    assert [row["rose"] for row in found["sources"]] == ROSE
    assert [row["rose"] for row in found["releases"]] == ROSE
    told = reported(tmp_path / "marts")
    assert told["moved since our release before"] == 5
    text = told["since the release or edition before"]
    assert "killed, all places, 2014: 20 -> 21 (+1; 19.1 -> 20.1)" in text


def test_an_older_release_that_cannot_be_read_fails_nothing(two, tmp_path):
    older = two[0] / "casualties.duckdb"
    whole = older.read_bytes()
    cut, blank = whole[: len(whole) // 2], whole[:8_192] + bytes(len(whole) - 8_192)
    for damaged in (cut, blank, b"no database", b"", None):
        older.unlink()
        if damaged is not None:
            older.write_bytes(damaged)
        found = totals_moved(tmp_path / "marts")
        assert list(found) == ["sources"]
        assert [row["rose"] for row in found["sources"]] == ROSE
    told = reported(tmp_path / "marts")
    assert told["since our release before"] == NO_OLDER
    assert told["moved since the release or edition before"] == 5


def test_a_first_release_is_held_against_none(put_out, marts, tmp_path):
    put_out("a", marts=marts)
    assert totals_moved(tmp_path / "marts") == {"sources": []}
    assert reported(tmp_path / "marts")["since our release before"] == NO_OLDER
