"""Files like UCDP's: their columns, fresh ids, the same bytes again; and their rows are read."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from benchmarks import ged_like
from benchmarks.registers import plain_duckdb, plain_pandas, raw_of, stages

ROWS = 200


@pytest.fixture(scope="module")
def file(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("ged_like") / "events.csv"
    ged_like.write(target, ROWS, shared)
    return target


def test_every_row_has_the_columns_of_the_release_and_an_id_of_its_own(
    file: Path, shared: Path
) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ged_like.header(shared)
    assert len(rows[0]) == 49
    assert {len(row) for row in rows} == {49}
    ids = [int(row[0]) for row in rows[1:]]
    assert sorted(ids) == list(range(1, ROWS + 1))
    assert ids != sorted(ids)


def test_the_same_seed_gives_the_same_bytes_and_another_others(
    file: Path, shared: Path, tmp_path: Path
) -> None:
    ged_like.write(tmp_path / "again.csv", ROWS, shared)
    ged_like.write(tmp_path / "other.csv", ROWS, shared, seed=ged_like.SEED + 1)
    assert (tmp_path / "again.csv").read_bytes() == file.read_bytes()
    assert (tmp_path / "other.csv").read_bytes() != file.read_bytes()


def test_without_the_samples_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTEST_SHARED", str(tmp_path))
    with pytest.raises(SystemExit, match="set ATTEST_SHARED"):
        ged_like.shared_folder()


def test_each_way_reads_every_row(file: Path, tmp_path: Path) -> None:
    marts = tmp_path / "marts"
    took = stages(raw_of(tmp_path, {"events": file}), marts)
    assert {"raw", "claims", "figures", "estimates", "marts", "release"} < took.keys()
    with duckdb.connect(str(marts / "casualties.duckdb"), read_only=True) as connection:
        counted = connection.execute("SELECT rows_in, claims FROM marts.files").fetchall()
        held = connection.execute("SELECT count(*) FROM marts.claims").fetchall()
    assert counted == [(ROWS, ROWS)]
    assert held == [(ROWS,)]
    for way in (plain_duckdb, plain_pandas):
        way(file, tmp_path / "plain.parquet")
        rows = duckdb.sql(f"SELECT count(*) FROM '{tmp_path / 'plain.parquet'}'").fetchall()
        assert rows == [(ROWS,)]
