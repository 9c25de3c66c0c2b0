"""A good claim beside its figure, and the tables of the stage made of such pairs.

The stage reads two tables that the stages before make; tests state both sides, so that what is
tested here depends on nothing but this stage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.core.actors import Actors
from pipelines.core.ids import question_id
from pipelines.core.records import Record, records
from pipelines.core.relation import Facts
from pipelines.core.tables import MODELS
from pipelines.estimates.attribution import checks
from pipelines.estimates.findings import findings
from pipelines.estimates.held import Held, hold
from pipelines.estimates.rows import rows_of
from pipelines.estimates.stage import READS, answer
from schemas.estimates import Findings

CLAIM = {
    "record_id": "a",
    "source_id": "s",
    "release": "1",
    "file": "claims.csv",
    "document_id": "d1",
    "locator": "page 1",
    "value": 338,
    "qualifier": "plain",
    "modality": "stated",
    "speaker": "WHO",
    "recorded_on": "2026-11-01",
    "method": "transcribed",
    "method_version": "claim_sheet 1",
    "review_status": "accepted",
    "sensitivity": "public",
}
FIGURE = {
    "best": 338,
    "reading_low": 338,
    "reading_high": 338,
    "rule_id": "plain",
    "counts": True,
}
BOTH = {
    "claim_id": "a",
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
    "basis": "tallied",
    "published_on": "2016-09-29",
}
PLACES = [
    {"place_id": "SYR", "name": "Syria", "level": 0, "gazetteer": "g"},
    {"place_id": "SY02", "name": "Aleppo", "level": 1, "parent_id": "SYR", "gazetteer": "g"},
    {
        "place_id": "SY0200",
        "name": "Aleppo city",
        "level": 2,
        "parent_id": "SY02",
        "gazetteer": "g",
    },
    {"place_id": "SY0201", "name": "Manbij", "level": 2, "parent_id": "SY02", "gazetteer": "g"},
]

NUMBERS = ("value", "best", "reading_low", "reading_high")
PLACES += [
    {"place_id": f"{parent}/{name}", "name": name, "level": 3, "parent_id": parent}
    | {"gazetteer": "g"}
    for parent, name in (
        ("SY0200", "centre"),
        ("SY0200", "centre-and-outskirts"),
        ("SY0201", "centre"),
    )
]

Changes = dict[str, Any]
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def tables_of() -> Callable[..., Tables]:
    """Tables of claims a, b, c ..., each good but for its changes; others by '<stage>/<table>'.

    A change of `number` sets value, best and reading range; one of `unit_of_claim` the claim's
    unit alone.
    """

    def make(*changes: Changes, **others: Iterable[Changes]) -> Tables:
        claims, figures = [], []
        for name, change in zip("abcdefghijklmnopqrstuvwxyz", changes, strict=False):
            named = {"claim_id": name, "record_id": name}
            numbers = dict.fromkeys(NUMBERS, change["number"]) if "number" in change else {}
            row = BOTH | CLAIM | FIGURE | named | numbers | change
            row.pop("number", None)
            claim_unit = row.pop("unit_of_claim", row["unit"])
            claims.append(_only("claims/claims", row) | {"unit": claim_unit})
            figures.append(_only("figures/figures", row) | {"question_id": question_id(row)})
        records = {key: [] for key in READS} | {
            "claims/claims": claims,
            "figures/figures": figures,
            "raw/places": PLACES,
            **{f"raw/{key}": list(rows) for key, rows in others.items()},
        }
        return {key: schemas.frame(MODELS[key], rows) for key, rows in records.items()}

    return make


def _only(key: str, row: Changes) -> Changes:
    return {name: row[name] for name in schemas.columns(MODELS[key]) if name in row}


@pytest.fixture(scope="session")
def answers_of(tables_of: Callable[..., Tables]) -> Callable[..., Tables]:
    """The tables that the stage makes of such claims, each judged good."""

    def make(*changes: Changes, **others: Iterable[Changes]) -> Tables:
        made = answer(tables_of(*changes, **others))
        for key, table in made.items():
            assert schemas.judge(MODELS[key], table).empty
        return made

    return make


@pytest.fixture(scope="session")
def held_of(tables_of: Callable[..., Tables]) -> Callable[..., Held]:
    """What is held of such claims, ready to be compared."""

    def make(*changes: Changes, **others: Iterable[Changes]) -> Held:
        tables = tables_of(*changes, **others)
        facts = Facts.of(tables["raw/places"], tables["raw/territories"], tables["raw/populations"])
        rows = rows_of(tables["claims/claims"], tables["figures/figures"])
        return hold(rows, facts, Actors(tables["raw/actors"]))

    return make


@pytest.fixture(scope="session")
def findings_of(
    tables_of: Callable[..., Tables], held_of: Callable[..., Held]
) -> Callable[..., list[Record]]:
    """`findings_of(kind, *changes)`: the findings of that kind over such claims, judged good."""

    def make(kind: str, *changes: Changes, **others: Iterable[Changes]) -> list[Record]:
        decided = tables_of(*changes, **others)["raw/resolutions"]
        held = held_of(*changes, **others)
        made = findings(held, checks(held), records(decided, decided.columns))
        assert schemas.judge(Findings, schemas.frame(Findings, made)).empty
        return [record for record in made if record["finding_type"] == kind]

    return make


@pytest.fixture(scope="session")
def two_provinces() -> list[Changes]:
    """A country with two provinces, and two districts in one of them."""
    return [
        {"place_id": place, "name": name, "level": level, "parent_id": parent, "gazetteer": "g"}
        for place, name, level, parent in (
            ("SYR", "Syria", 0, None),
            ("SY02", "Aleppo", 1, "SYR"),
            ("SY07", "Idlib", 1, "SYR"),
            ("SY0200", "Aleppo city", 2, "SY02"),
            ("SY0201", "Manbij", 2, "SY02"),
        )
    ]
