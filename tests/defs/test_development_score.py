"""The development score as a check: kept floors, missed ones, and a set that is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dagster import AssetCheckSeverity

from pipelines.claims.text.score import Measure
from pipelines.definitions import defs
from pipelines.defs import checks
from pipelines.raw.registers import read_registers


@pytest.fixture(scope="module")
def registers_at_hand(root: Path) -> dict[str, pd.DataFrame]:
    tables, faults = read_registers(root / "data" / "raw")
    assert faults == []
    return tables


def test_the_claims_carry_the_check_and_it_blocks_nothing() -> None:
    graph: Any = defs.resolve_asset_graph()
    (key,) = [k for k in graph.asset_check_keys if k.name == "development_score"]
    assert key.asset_key == checks.CLAIMS
    assert not graph.get(key).blocking


def test_the_measures_are_shown_with_their_floors(
    shared: Path, registers_at_hand: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTEST_SHARED", str(shared))
    result = checks.development_score(registers_at_hand)
    assert result.passed
    assert result.description is None
    rows: Any = result.metadata["measures"].records
    shown = {row.data["measure"]: row.data for row in rows}
    assert shown["F1, all"]["bound"] == "at least 0.95"
    assert shown["F1, all"]["found"] >= 0.95
    assert len(shown) == 13


def test_a_missed_floor_warns_and_is_named(
    shared: Path, registers_at_hand: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTEST_SHARED", str(shared))
    monkeypatch.setattr(Measure, "holds", property(lambda self: self.name != "F1, killed"))
    result = checks.development_score(registers_at_hand)
    assert not result.passed
    assert result.severity == AssetCheckSeverity.WARN
    assert "F1, killed: " in str(result.description)
    assert "F1, all" not in str(result.description)


def test_a_set_that_is_not_there_is_said_and_fails_nothing(
    tmp_path: Path, registers_at_hand: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTEST_SHARED", str(tmp_path))
    result = checks.development_score(registers_at_hand)
    assert result.passed
    assert "Nothing was scored" in str(result.description)
    assert "ATTEST_SHARED" in str(result.description)


def test_a_set_that_cannot_be_scored_stops_no_build(
    tmp_path: Path, registers_at_hand: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data" / "extraction-dev"
    folder.mkdir(parents=True)
    (folder / "dev.jsonl").write_text('{"id": "a", "text": "x"}\n')
    (folder / "score.py").write_text("def main(arguments):\n    raise SystemExit('broken')\n")
    monkeypatch.setenv("ATTEST_SHARED", str(tmp_path))
    result = checks.development_score(registers_at_hand)
    assert not result.passed
    assert result.severity == AssetCheckSeverity.WARN
    assert "SystemExit: broken" in str(result.description)
