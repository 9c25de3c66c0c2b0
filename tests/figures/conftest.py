"""A good claim to start from, and tables of claims that differ from it in one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.figures.stage import make_figures
from schemas.claims import Claims
from schemas.raw import Actors

GOOD = {
    "claim_id": "s/1/a#killed",
    "record_id": "a",
    "source_id": "s",
    "release": "1",
    "file": "claims.csv",
    "document_id": "d1",
    "locator": "page 1",
    "value_as_written": "338",
    "value": 338,
    "qualifier": "plain",
    "metric": "killed",
    "measure": "cumulative",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_id": "SY0200",
    "place_role": "happened_in",
    "start_earliest": "2016-09-23",
    "start_latest": "2016-09-23",
    "end_earliest": "2016-09-29",
    "end_latest": "2016-09-29",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "Health officials",
    "published_on": "2016-09-29",
    "recorded_on": "2026-11-01",
    "method": "transcribed",
    "method_version": "claim_sheet 1",
    "review_status": "accepted",
    "sensitivity": "public",
}


@pytest.fixture(scope="session")
def claims_of() -> Callable[..., pd.DataFrame]:
    """Claims named a, b, c ...: each the good one with the changes given for it."""

    def make(*changes: dict[str, Any]) -> pd.DataFrame:
        named = (
            {"claim_id": f"s/1/{name}#killed", "record_id": name}
            for name in "abcdefghijklmnopqrstuvwxyz"
        )
        rows = [GOOD | name | change for name, change in zip(named, changes, strict=False)]
        return schemas.frame(Claims, rows)

    return make


@pytest.fixture(scope="session")
def actors() -> pd.DataFrame:
    """A small register of actors."""
    rows = [
        {"actor_id": "sohr", "name": "SOHR", "other_names": ["Observatory"], "citation": "c"},
        {"actor_id": "un", "name": "United Nations", "citation": "c"},
        {"actor_id": "who", "name": "WHO", "parent_id": "un", "citation": "c"},
    ]
    return schemas.frame(Actors, rows)


@pytest.fixture(scope="session")
def figures_of(
    claims_of: Callable[..., pd.DataFrame], actors: pd.DataFrame
) -> Callable[..., dict[str, dict[str, Any]]]:
    """The figures of such claims by the claim's letter; missing values are None."""

    def make(*changes: dict[str, Any]) -> dict[str, dict[str, Any]]:
        figures = make_figures(claims_of(*changes), actors)
        plain = figures.astype(object).where(figures.notna(), None)
        return {row["claim_id"].split("/")[2][0]: row for row in plain.to_dict("records")}

    return make
