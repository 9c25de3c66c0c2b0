"""Overlays: what a person decided on claims and findings, as rows with who, when and why.

Reading corrections, reviews and resolutions belongs here; claims and estimates apply them. As with
the registers, any fault is told, and stops the build.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines.raw.faults import Fault, choose
from pipelines.raw.registers import Register, Rows, read_register
from schemas import columns, raw
from schemas.claims import Claims

CORRECTIONS = Register("corrections.csv", raw.Corrections)
REVIEWS = Register("reviews.csv", raw.Reviews, optional=frozenset({"rests_on"}))
RESOLUTIONS = Register("resolutions.csv", raw.Resolutions)


def read_overlays(
    raw_dir: Path, releases: Collection[tuple[str, str]] | None = None
) -> tuple[dict[str, pd.DataFrame], list[Fault]]:
    """The three overlays by key of their table, and every fault of them.

    With `releases`, pairs of source and release, rows that speak of a claim of any other release
    are left out. A resolution names a finding only, and stays.
    """
    corrections, reviews = read_register(raw_dir, CORRECTIONS), read_register(raw_dir, REVIEWS)
    resolutions = read_register(raw_dir, RESOLUTIONS)
    for rows in (corrections, reviews):
        _check_columns(rows)
    _check_decided_once(reviews)
    if releases is not None:
        _keep(corrections, releases)
        _keep(reviews, releases)
    tables = {
        "raw/corrections": corrections.table(),
        "raw/reviews": reviews.table(),
        "raw/resolutions": resolutions.table(),
    }
    return tables, [fault for rows in (corrections, reviews, resolutions) for fault in rows.faults]


def _check_columns(rows: Rows) -> None:
    known = tuple(columns(Claims))
    for at, record in enumerate(rows.records):
        if record["column"] is not None and record["column"] not in known:
            rows.blame(at, "column", "is no column of a claim", choose(record["column"], known))


def _check_decided_once(reviews: Rows) -> None:
    """Two decisions of one day on the same thing leave open which of them holds."""
    seen: dict[tuple[Any, ...], int] = {}
    for at, record in enumerate(reviews.records):
        decided = (record["claim_id"], record["column"], record["on"])
        first = seen.setdefault(decided, at)
        if first != at and None not in (record["claim_id"], record["on"]):
            reason = f"was decided on that day already, on line {reviews.lines[first]}"
            reviews.blame(at, "claim_id", reason, "keep one of them")


def _keep(rows: Rows, releases: Collection[tuple[str, str]]) -> None:
    kept = [
        (record, line)
        for record, line in zip(rows.records, rows.lines, strict=True)
        if tuple(str(record["claim_id"]).split("/", 2)[:2]) in releases
    ]
    rows.records, rows.lines = [record for record, _ in kept], [line for _, line in kept]
