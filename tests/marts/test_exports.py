"""Exports: the same bytes each time, nothing lost, and no cell that starts a formula."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from pipelines.core.tables import MODELS
from pipelines.marts import database, exports
from schemas.claims import Claims
from schemas.marts import QuarantineCounts


def write(marts, folder):
    folder.mkdir()
    database.write(marts, folder / "casualties.duckdb", folder / "spill")
    with database.reading(folder / "casualties.duckdb", folder / "spill") as connection:
        for key in marts:
            for form in ("csv", "parquet"):
                exports.export(connection, MODELS[key], folder / f"{key.split('/')[1]}.{form}")
    return folder


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_and_parquet_hold_every_row_and_column(marts, tmp_path):
    folder = write(marts, tmp_path / "out")
    for key, rows in marts.items():
        name = key.split("/")[1]
        held = duckdb.sql(f"FROM '{folder / name}.parquet'")
        assert held.columns == list(schemas.columns(MODELS[key]))
        assert len(held.fetchall()) == len(rows)
        lines = read_csv(folder / f"{name}.csv")
        assert len(lines) == len(rows)
        for line in lines:
            assert list(line) == held.columns


def test_csv_cells(marts, tmp_path):
    folder = write(marts, tmp_path / "out")
    article, sheet = read_csv(folder / "claims.csv")
    assert article["published_on"] == "2016-10-06"
    assert json.loads(article["doubts"]) == ["period_end_from_document"]
    assert sheet["doubts"] == "[]"
    assert sheet["quote"] == "'=1+1, more than 600 were killed"
    figure = read_csv(folder / "figures.csv")[0]
    assert (figure["low"], figure["best"], figure["high"]) == ("601", "", "")
    assert figure["counts"] == "true"


def test_an_empty_text_is_not_a_missing_one(marts, tmp_path):
    folder = write(marts, tmp_path / "out")
    text = (folder / "quarantine_rows.csv").read_text(encoding="utf-8")
    assert 'claims.csv,9,"",number.' in text
    assert ",," in (folder / "claims.csv").read_text(encoding="utf-8")


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"write \.parquet or \.csv"):
        exports.export(duckdb.connect(), Claims, tmp_path / "claims.xlsx")


def test_attribution_names_every_source_and_its_licence(marts):
    text = exports.attribution(marts["marts/sources"])
    assert "sheet\n" in text
    assert "licence: CC BY 4.0" in text
    assert "citation" not in text


BUILD = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import locale, time
locale.setlocale(locale.LC_ALL, "")
time.tzset()
import conftest
from pipelines.marts.build import publishable
from pipelines.marts.release import publish
tables = conftest.make_tables()
if sys.argv[4] == "turned":
    tables = {k: rows.iloc[::-1].reset_index(drop=True) for k, rows in tables.items()}
marts = publishable(tables, "own")
publish(marts, None, Path(sys.argv[3]), conftest.make_inputs("same"), {})
"""


def test_same_bytes_in_another_folder_zone_locale_and_order(root, tmp_path):
    found = []
    for name, order, settings_ in (
        ("here", "straight", {"TZ": "UTC", "LC_ALL": "C"}),
        ("there [*]/d'eux", "turned", {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"}),
    ):
        target = tmp_path / name
        arguments = [str(root), str(root / "tests" / "marts"), str(target), order]
        work = tmp_path / order
        work.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", BUILD, *arguments],
            env=os.environ | settings_,
            cwd=work,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert not list(work.iterdir()), "a build wrote into the folder it was started from"
        release = (target / "current").resolve()
        found.append(
            {
                path.relative_to(release).as_posix(): path.read_bytes()
                for form in ("parquet", "csv")
                for path in sorted((release / form).iterdir())
            }
        )
    assert len(found[0]) > 30
    assert found[0] == found[1]


@pytest.fixture(scope="module")
def database_in_hand():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute("SET threads = 1")
        yield connection


STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.lists(st.tuples(st.sampled_from(("", *STARTS)), texts), min_size=1, max_size=5))
def test_no_text_cell_starts_a_formula_and_none_is_lost(database_in_hand, tmp_path_factory, words):
    told = ["".join(parts) for parts in words]
    counts = pd.DataFrame(
        {
            "source_id": [f"s{n}" for n in range(len(told))],
            "release": "r",
            "file": told,
            "reason": "a.b",
            "rows": 1,
        }
    )
    rows = schemas.coerce(QuarantineCounts, counts)
    database_in_hand.execute("DROP TABLE IF EXISTS marts.quarantine_counts")
    database_in_hand.register("given", rows)
    database_in_hand.execute("CREATE TABLE marts.quarantine_counts AS FROM given")
    path = tmp_path_factory.mktemp("csv") / "q.csv"
    exports.export(database_in_hand, QuarantineCounts, path)
    held = [line["file"] for line in read_csv(path)]
    assert [cell.startswith(STARTS) for cell in held] == [False] * len(told)
    assert [cell.removeprefix("'") for cell in held] == [t.removeprefix("'") for t in told]
