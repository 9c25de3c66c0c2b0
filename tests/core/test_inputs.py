"""The release id: a hash of what a build is made from, and of nothing else."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.core import inputs
from pipelines.core.inputs import Inputs, code_hashes, inputs_of, shaping_versions

BASE = Inputs("own", {"a/b.csv": "11"}, {"pipelines/cli.py": "22"}, {"duckdb": "2.0.0"})


def test_every_part_changes_the_id() -> None:
    others = [
        replace(BASE, kind="public"),
        replace(BASE, files={"a/b.csv": "12"}),
        replace(BASE, files={"a/c.csv": "11"}),
        replace(BASE, code={"pipelines/cli.py": "23"}),
        replace(BASE, versions={"duckdb": "1.5.6"}),
    ]
    ids = {inputs.id for inputs in (BASE, *others)}
    assert len(ids) == 6
    assert all(len(i) == 12 and int(i, 16) >= 0 for i in ids)


def test_the_order_of_files_does_not_change_the_id() -> None:
    one = replace(BASE, files={"a": "1", "b": "2"})
    assert one.id == replace(BASE, files={"b": "2", "a": "1"}).id


def test_code_and_versions_are_those_that_run() -> None:
    inputs = inputs_of({}, "own")
    assert inputs.code == code_hashes()
    assert {"pipelines/core/inputs.py", "schemas/vocab.py"} <= set(inputs.code)
    assert not any("__pycache__" in name for name in inputs.code)
    assert inputs.versions == shaping_versions()
    assert {"python", "duckdb", "pandas"} <= set(inputs.versions)


def test_a_large_file_is_hashed_again_only_where_it_was_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "_WORTH_REMEMBERING", 1)
    monkeypatch.setattr(inputs, "_SETTLED_NS", -(10**12))
    looked = []

    def sha256_of(path: Path) -> str:
        looked.append(path)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(inputs, "sha256_of", sha256_of)
    path = tmp_path / "a.csv"
    path.write_text("one")
    first = inputs.sha256_unless_touched(path)
    assert inputs.sha256_unless_touched(path) == first
    assert len(looked) == 1
    times = path.stat()
    path.write_text("two")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert inputs.sha256_unless_touched(path) != first


def test_a_file_changed_a_moment_ago_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "_WORTH_REMEMBERING", 1)
    path = tmp_path / "a.csv"
    path.write_text("one")
    before = dict(inputs._REMEMBERED)
    inputs.sha256_unless_touched(path)
    assert before == inputs._REMEMBERED
