"""The release id: a hash of what a build is made from, and of nothing else."""

from __future__ import annotations

from dataclasses import replace

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
