"""A small collection of every stage's tables, good in every row; the tests break it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import schemas
from pipelines.core.ids import short_hash
from pipelines.core.inputs import Inputs
from pipelines.core.tables import MODELS
from pipelines.marts.build import publishable
from pipelines.marts.release import Published, publish

Row = dict[str, Any]

CLAIM: Row = {
    "claim_id": "article/2016-10-06/a.txt#killed@1-00000001",
    "record_id": "killed@1-00000001",
    "source_id": "article",
    "release": "2016-10-06",
    "file": "a.txt",
    "document_id": "article/2016-10-06/a.txt",
    "quote": "more than 600",
    "quote_start": 10,
    "quote_end": 23,
    "sentence_start": 0,
    "sentence_end": 40,
    "value_as_written": "600",
    "value": 600,
    "qualifier": "more_than",
    "metric": "killed",
    "measure": "cumulative",
    "unit": "people",
    "modality": "stated",
    "population": "civilians",
    "deaths_counted": "direct",
    "cause": "conflict",
    "place_id": "SY02",
    "place_role": "happened_in",
    "start_earliest": "2016-09-19",
    "start_latest": "2016-09-19",
    "end_earliest": "2016-10-06",
    "end_latest": "2016-10-06",
    "basis": "unstated",
    "speaker": "Civil defense workers",
    "published_on": "2016-10-06",
    "recorded_on": "2026-11-01",
    "method": "extracted",
    "method_version": "article 1",
    "review_status": "accepted",
    "doubts": ["period_end_from_document"],
    "sensitivity": "public",
}

FIGURE: Row = {
    "question_id": "0123456789ab",
    "low": 601,
    "range_kind": "bound",
    "rule_id": "more_than",
    "reading_low": 550,
    "reading_high": 649,
    "counts": True,
}

SHEET_CLAIM: Row = {
    **CLAIM,
    "claim_id": "sheet/r1/7#killed",
    "record_id": "7",
    "source_id": "sheet",
    "release": "r1",
    "file": "claims.csv",
    "document_id": "bulletin-18",
    "locator": "table 2",
    "quote": "=1+1, more than 600 were killed",
    "quote_start": None,
    "quote_end": None,
    "sentence_start": None,
    "sentence_end": None,
    "published_on": "2016-10-08",
    "method": "transcribed",
    "method_version": "claim_sheet 1",
    "doubts": [],
}

DOCUMENT: Row = {
    "document_id": "article/2016-10-06/a.txt",
    "source_id": "article",
    "release": "2016-10-06",
    "title": "An article",
    "publisher": "Example Daily",
    "published_on": "2016-10-06",
    "redistributable": False,
    "sensitivity": "public",
}

CARD: Row = {
    "source_id": "article",
    "release": "2016-10-06",
    "producer": "Example Daily",
    "title": "An article",
    "date_accessed": "2026-11-01",
    "license": "all rights reserved",
    "redistributable": False,
    "reader": "article",
    "maturity": "final",
    "sensitivity": "public",
    "facts": "{}",
}

ESTIMATE: Row = {
    "estimate_id": "ba9876543210",
    "question_id": FIGURE["question_id"],
    "rule": "latest",
    "tier": "reported",
    "bases": ["unstated"],
    "low": 601,
    "range_kind": "bound",
    "n_claims": 1,
    "n_origins": 1,
    "as_of": "2016-10-08",
    "assumptions": [],
    "parameters": "{}",
}

FINDING: Row = {
    "finding_id": "f00000000001",
    "finding_type": "repeat",
    "severity": "info",
    "claim_ids": [CLAIM["claim_id"], SHEET_CLAIM["claim_id"]],
    "message": "One figure, published twice.",
    "status": "open",
    "rests_on": "abc",
}

FAULT: Row = {
    "source_id": "sheet",
    "release": "r1",
    "file": "claims.csv",
    "row": 9,
    "column_name": "value",
    "reason": "number.ambiguous_separator",
    "value": "450.000",
    "message": "Could be 450 or 450,000.",
    "fix": "Write 450000.",
    "raw": json.dumps({"value": "450.000"}),
}


def file_row(source: str, release: str, file: str, **more: Any) -> Row:
    counts = {"rows_in": 2, "rows_with_claims": 1, "claims": 1, "quarantined": 1, "empty": 0}
    sha256 = short_hash(source, release, file)
    row = {"source_id": source, "release": release, "file": file, "status": "read"}
    return row | {"bytes": 9, "sha256": sha256} | counts | more


def figure_of(claim: Mapping[str, Any], **more: Any) -> Row:
    columns = schemas.columns(MODELS["figures/figures"])
    return {name: value for name, value in claim.items() if name in columns} | FIGURE | more


ARTICLE_FILE = file_row("article", "2016-10-06", "a.txt")
SHEET_FILE = file_row("sheet", "r1", "claims.csv")

RECORDS: dict[str, list[Row]] = {
    "raw/cards": [
        CARD,
        {**CARD, "source_id": "sheet", "release": "r1", "license": "CC BY 4.0", "reader": "s"},
    ],
    "raw/files": [
        {k: v for k, v in row.items() if k in ("source_id", "release", "file", "sha256")}
        | {"status": "read", "path": f"{row['source_id']}/{row['release']}/{row['file']}"}
        for row in (ARTICLE_FILE, SHEET_FILE)
    ],
    "raw/places": [
        {"place_id": "SY02", "name": "Aleppo", "level": 1, "gazetteer": "test", "other_names": []}
    ],
    "raw/actors": [
        {"actor_id": "cd", "name": "Civil defence", "other_names": ["rescuers"], "citation": "x"}
    ],
    "claims/claims": [CLAIM, SHEET_CLAIM],
    "claims/candidates": [
        {
            "source_id": "article",
            "release": "2016-10-06",
            "file": "a.txt",
            "document_id": DOCUMENT["document_id"],
            "start": start,
            "end": start + 3,
            "surface": surface,
            "outcome": outcome,
        }
        for start, surface, outcome in (
            (20, "600", "claim"),
            (50, "450.000", "set_aside"),
            (70, "35", "empty"),
        )
    ],
    "claims/documents": [
        DOCUMENT,
        {
            **DOCUMENT,
            "document_id": "bulletin-18",
            "source_id": "sheet",
            "release": "r1",
            "redistributable": True,
            "published_on": "2016-10-08",
        },
    ],
    "claims/files": [ARTICLE_FILE, {**SHEET_FILE, "message": "found '450.000'"}],
    "claims/quarantine_rows": [
        FAULT,
        {**FAULT, "column_name": ""},
        {**FAULT, "row": 11},
        {**FAULT, "reason": "missing.unit"},
    ],
    "figures/figures": [
        figure_of(CLAIM),
        figure_of(SHEET_CLAIM, repeat_of=CLAIM["claim_id"], counts=False),
    ],
    "estimates/questions": [
        {
            name: value
            for name, value in (CLAIM | FIGURE).items()
            if name in schemas.columns(MODELS["estimates/questions"])
        }
        | {"title": "Killed in Aleppo", "compared_with": "all"}
    ],
    "estimates/estimates": [ESTIMATE],
    "estimates/evidence": [
        {
            "estimate_id": ESTIMATE["estimate_id"],
            "claim_id": CLAIM["claim_id"],
            "used_as": "used",
            "reason": "latest",
        }
    ],
    "estimates/findings": [
        FINDING,
        {
            **FINDING,
            "finding_id": "f00000000002",
            "status": "explained",
            "settled_by": "r1",
            "settled_on": "2026-11-02",
            "settled_reason": "One is a copy of the other.",
        },
    ],
}


def make_tables(changes: Mapping[str, list[Row]] | None = None) -> dict[str, pd.DataFrame]:
    records = RECORDS | dict(changes or {})
    return {
        key: schemas.frame(model, records.get(key, []))
        for key, model in MODELS.items()
        if not key.startswith("marts/")
    }


FEW = (
    "claims",
    "figures",
    "questions",
    "estimates",
    "evidence",
    "relations",
    "arithmetic",
    "populations",
    "documents",
    "files",
    "places",
    "sources",
)
"""The tables that the macros read, and those that every release needs: quick to publish."""


def few_of(marts: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {key: rows for key, rows in marts.items() if key.split("/")[1] in FEW}


def make_inputs(name: str, kind: Any = "own") -> Inputs:
    return Inputs(kind, {"data.csv": name}, {"code.py": "c"}, {"duckdb": "x"})


@pytest.fixture(scope="session")
def small_tables() -> Callable[..., dict[str, pd.DataFrame]]:
    """What `tables` gives, for fixtures of a wider scope."""
    return make_tables


@pytest.fixture(scope="session")
def small_records() -> dict[str, list[Row]]:
    """What `records` gives, for fixtures of a wider scope."""
    return RECORDS


@pytest.fixture
def tables() -> Callable[..., dict[str, pd.DataFrame]]:
    """Tables of all stages; give `{key: records}` to replace some."""
    return make_tables


@pytest.fixture
def records() -> dict[str, list[Row]]:
    """The records that the tables are made of."""
    return RECORDS


@pytest.fixture
def inputs() -> Callable[..., Inputs]:
    """Inputs whose id follows from a name."""
    return make_inputs


@pytest.fixture(scope="session")
def marts() -> dict[str, pd.DataFrame]:
    """The published tables of the small collection. Shared: copy before changing one."""
    return publishable(make_tables(), "own")


@pytest.fixture(scope="session")
def few(marts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Those of them that the macros read, and those that every release needs."""
    return few_of(marts)


@pytest.fixture
def charts(tmp_path: Path) -> Path:
    """A folder with one picture."""
    folder = tmp_path / "drawn"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"\x89PNG a picture")
    return folder


@pytest.fixture
def put_out(few: dict[str, pd.DataFrame], charts: Path, tmp_path: Path) -> Callable[..., Published]:
    """Publish the small collection under the id that follows from a name."""

    def put(name: str, **changed: Any) -> Published:
        given: dict[str, Any] = {
            "marts": few,
            "charts": charts,
            "marts_dir": tmp_path / "marts",
            "inputs": make_inputs(name),
            "account": {"rows_in": 4, "claims": 2},
        }
        return publish(**(given | changed))

    return put


@pytest.fixture(scope="session")
def two_releases(few: dict[str, pd.DataFrame], tmp_path_factory: Any) -> Path:
    """A folder of releases a and then b; tests work on copies."""
    folder = tmp_path_factory.mktemp("two")
    for name in "ab":
        publish(few, None, folder / "marts", make_inputs(name), {"claims": 2})
    return Path(folder / "marts")


@pytest.fixture
def published(two_releases: Path, tmp_path: Path) -> tuple[Published, Published]:
    """Two releases, a and then b, in the folder that `put_out` publishes into."""
    folder = tmp_path / "marts"
    shutil.copytree(two_releases, folder, symlinks=True)
    made = [make_inputs(name).id for name in "ab"]
    return tuple(Published(id_, folder / "releases" / id_, False) for id_ in made)  # type: ignore[return-value]
