"""Releases made by hand: a few claims, with the answers, floors and findings of the stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.core.display import displays
from pipelines.core.tables import MODELS
from pipelines.estimates.stage import READS, answer
from pipelines.figures.stage import make_figures
from schemas import claims, estimates, raw
from schemas.marts import Dictionary, PublishedEstimates, PublishedFigures, Sources

A_CLAIM = {
    "source_id": "sheet",
    "release": "1",
    "file": "claims.csv",
    "document_id": "d1",
    "locator": "page 1",
    "qualifier": "plain",
    "metric": "killed",
    "measure": "cumulative",
    "unit": "people",
    "population": "all",
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_id": "AA",
    "place_role": "happened_in",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "Monitor",
    "source_type": "monitor",
    "recorded_on": date(2026, 11, 1),
    "method": "transcribed",
    "method_version": "1",
    "review_status": "accepted",
    "sensitivity": "public",
    "seen_in": "primary",
}
PLACES = [("AA", "Aland", 0, None), ("AA1", "North", 1, "AA"), ("AA1/town", "Town", 3, "AA1")]


def _a_claim(
    record: str, value: int | None, published: date | None, **change: Any
) -> dict[str, Any]:
    """A good claim with one thing or more of its own; its window ends on its publication."""
    end = change.pop("end", published)
    start = change.pop("start", date(2016, 1, 1) if end else None)
    made: dict[str, Any] = A_CLAIM | {
        "record_id": record,
        "value": value,
        "published_on": published,
        "start_earliest": start,
        "start_latest": start,
        "end_earliest": end,
        "end_latest": end,
        **change,
    }
    if made["metric"] != "killed":
        made["deaths_counted"] = None
    if made["measure"] == "stock":
        made |= {"start_earliest": end, "start_latest": end, "place_role": "now_in"}
    record_key = f"{made['source_id']}/{made['release']}/{record}"
    return made | {"claim_id": made.get("claim_id", f"{record_key}#{made['metric']}")}


@pytest.fixture(scope="session")
def a_claim() -> Callable[..., dict[str, Any]]:
    """Makes a good claim with one thing or more of its own."""
    return _a_claim


@pytest.fixture(scope="session")
def release() -> Callable[..., dict[str, pd.DataFrame]]:
    """Makes the published tables of some claims, with the stages' own answers and floors."""
    return _release


def _release(
    told: Iterable[dict[str, Any]],
    *,
    actors: Iterable[dict[str, Any]] = (),
    house: Iterable[dict[str, Any]] = (),
    revisions: Iterable[dict[str, Any]] = (),
) -> dict[str, pd.DataFrame]:
    rows = list(told)
    tables = {key: schemas.frame(MODELS[key], []) for key in READS}
    tables["raw/places"] = schemas.frame(
        raw.Places,
        [
            {"place_id": i, "name": n, "level": level, "parent_id": parent, "gazetteer": "t"}
            for i, n, level, parent in PLACES
        ],
    )
    tables["raw/actors"] = schemas.frame(raw.Actors, [{"citation": "t", **one} for one in actors])
    tables["raw/house_rules"] = schemas.frame(
        raw.HouseRules, [{"line": n, **rule} for n, rule in enumerate(house, 1)]
    )
    tables["claims/claims"] = schemas.frame(claims.Claims, rows)
    tables["figures/figures"] = make_figures(tables["claims/claims"], tables["raw/actors"])
    made = answer(tables)
    published: dict[str, pd.DataFrame] = {}
    for model in schemas.PUBLISHED:
        name = schemas.table_of(model)
        known = next((t for key, t in (made | tables).items() if key.endswith(f"/{name}")), None)
        published[f"marts/{name}"] = schemas.frame(model, []) if known is None else known
    for name, model in (("figures", PublishedFigures), ("estimates", PublishedEstimates)):
        table = published[f"marts/{name}"]
        published[f"marts/{name}"] = schemas.coerce(model, table.assign(**displays(table)))
    published["marts/documents"] = schemas.frame(
        claims.Documents,
        [
            {
                "document_id": document,
                "source_id": "sheet",
                "release": "1",
                "title": f"Bulletin {document}",
                "publisher": "The Press",
                "url": f"https://example.org/{document}",
                "license": "facts",
                "redistributable": True,
                "language": "en",
            }
            for document in sorted({row["document_id"] for row in rows})
        ],
    )
    published["marts/sources"] = schemas.frame(
        Sources,
        [
            {
                "source_id": "sheet",
                "producer": "The Desk",
                "title": "The sheet",
                "license": "CC0",
                "reader": "claim_sheet",
                "maturity": "final",
                "latest_release": "1",
                "n_claims": len(rows),
            }
        ],
    )
    published["marts/dictionary"] = schemas.frame(
        Dictionary,
        [
            {"table_name": "claims", "column_name": "value", "type": "BIGINT", "nullable": True,
             "description": "The number."},
            {"table_name": "events", "column_name": "year", "type": "BIGINT", "nullable": True,
             "description": "The year."},
        ],
    )  # fmt: skip
    if moved := list(revisions):
        published["marts/revisions"] = schemas.frame(estimates.Revisions, moved)
    return published
