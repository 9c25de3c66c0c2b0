"""Tables between stages: written whole, read back with their types."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import schemas
from pipelines.core.tables import MODELS, MissingTable, Staging

FIGURE = {
    "claim_id": "a",
    "question_id": "q",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "cause": "conflict",
    "basis": "tallied",
    "rule_id": "more_than:x+1",
    "counts": True,
    "low": 601,
    "range_kind": "bound",
    "start_earliest": date(2016, 9, 19),
}


def test_a_table_comes_back_as_it_went(tmp_path: Path) -> None:
    figures = schemas.frame(schemas.figures.Figures, [FIGURE | {"claim_id": "b"}, FIGURE])
    staging = Staging(tmp_path / "it's here")
    staging.write({"figures/figures": figures})
    back = staging.read(["figures/figures"])["figures/figures"]
    assert back.equals(figures.iloc[::-1].reset_index(drop=True))
    assert back["best"].isna().all()
    assert dict(back.dtypes) == dict(figures.dtypes)


@pytest.mark.parametrize("key", list(MODELS))
def test_an_empty_table_of_every_model_comes_back_empty(tmp_path: Path, key: str) -> None:
    Staging(tmp_path).write({key: schemas.frame(MODELS[key], [])})
    back = Staging(tmp_path).read([key])[key]
    assert back.empty
    assert list(back) == list(schemas.columns(MODELS[key]))


def test_a_table_that_was_not_made_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingTable, match="materialize the stage before it"):
        Staging(tmp_path).read(["claims/claims"])


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    figures = schemas.frame(schemas.figures.Figures, [FIGURE])
    for name in ("one", "two"):
        Staging(tmp_path / name).write({"figures/figures": figures})
    one, two = (Staging(tmp_path / n).path("figures/figures").read_bytes() for n in ("one", "two"))
    assert one == two
