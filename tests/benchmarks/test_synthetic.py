"""The synthetic collection is a valid one, the same each time, and holds what it says it holds."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import schemas
from benchmarks.synthetic import asked, synthetic
from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.figures.stage import make_figures

SIZE = 600


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return synthetic(SIZE)


def test_every_table_obeys_its_schema(tables: dict[str, pd.DataFrame]) -> None:
    models = {
        f"{schemas.stage_of(model)}/{schemas.table_of(model)}": model for model in schemas.STAGES
    }
    for name, table in tables.items():
        assert schemas.judge(models[name], table).empty, name


def test_it_has_the_asked_number_of_claims(tables: dict[str, pd.DataFrame]) -> None:
    assert len(tables["claims/claims"]) == SIZE
    assert len(synthetic(7)["claims/claims"]) == 7


def test_it_is_the_same_each_time(tables: dict[str, pd.DataFrame]) -> None:
    assert_frame_equal(synthetic(SIZE)["claims/claims"], tables["claims/claims"])


def test_another_seed_gives_other_numbers(tables: dict[str, pd.DataFrame]) -> None:
    other = synthetic(SIZE, seed=1)["claims/claims"]
    assert not other["value"].equals(tables["claims/claims"]["value"])


def test_it_holds_what_makes_a_collection_hard(tables: dict[str, pd.DataFrame]) -> None:
    claims = tables["claims/claims"]
    figures = make_figures(claims, tables["raw/actors"])
    for column in ("part_of", "restriction", "coverage", "series", "origin", "territory"):
        assert claims[column].notna().any(), column
    for word in ("at_least", "more_than", "at_most", "between", "about"):
        assert (claims["qualifier"] == word).any(), word
    assert {"flow", "stock", "cumulative"} <= set(claims["measure"])
    assert figures["repeat_of"].notna().any()
    assert figures["possible_repeat_of"].notna().any()
    assert (claims["start_earliest"] < claims["start_latest"]).any()


def test_for_every_thousand_claims_one_count_is_trebled(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = synthetic(1_000)["claims/claims"]
    monkeypatch.setattr("benchmarks.synthetic._is_a_large_count", lambda claim: claim["value"] == 0)
    plain = synthetic(1_000)["claims/claims"]
    changed = planted["value"].ne(plain["value"]).fillna(False)
    assert changed.sum() == 1
    assert planted["value"][changed].tolist() == (3 * plain["value"][changed]).tolist()


def test_what_is_asked_is_a_whole_scope() -> None:
    scopes = asked(20)
    assert len(scopes) == 20
    for scope in scopes:
        assert set(QUESTION_COLUMNS) <= set(scope)
        assert scope["start_latest"] <= scope["end_earliest"]
