"""Ids: readable where a person meets them, twelve hex digits where columns define them.

Every id of a published table is made here, as TABLES describes them, and nowhere else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from schemas.models import columns
from schemas.parts import Scope, Where, Window

QUESTION_COLUMNS: tuple[str, ...] = tuple(
    name for part in (Scope, Where, Window) for name in columns(part)
)
"""The columns that make a question, in the order of the table."""


def short_hash(*parts: str) -> str:
    """Twelve hex digits over the parts, in order; no two lists of parts run together."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def record_claim_id(
    source_id: str, release: str, record_id: str, metric: str, column: str | None = None
) -> str:
    """Id of a claim from a sheet or table; `column` where a record gives several of one metric."""
    return f"{source_id}/{release}/{record_id}#{metric}" + (f".{column}" if column else "")


def text_claim_id(document_id: str, metric: str, n: int, quote: str) -> str:
    """Id of a claim from text: `n` counts equal quotes, so that re-saving a page keeps its ids."""
    digest = hashlib.sha256(" ".join(quote.split()).encode()).hexdigest()[:8]
    return f"{document_id}#{metric}@{n}-{digest}"


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return ""
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def question_id(row: Mapping[str, Any]) -> str:
    """Id of the question that a row's axes ask; days and empties in one spelling."""
    return short_hash(*(f"{name}={_as_text(row.get(name))}" for name in QUESTION_COLUMNS))


def estimate_id(question: str, rule: str, series: str | None, tier: str) -> str:
    """Id of the answer to a question under a rule."""
    return short_hash(question, rule, series or "", tier)


def arithmetic_id(kind: str, whole: str, parts: Iterable[str]) -> str:
    """Id of a result of arithmetic: its kind, the whole and the parts, in any order."""
    return short_hash(kind, whole, *sorted(parts))


def revision_id(source_id: str, record: str, from_release: str, to_release: str) -> str:
    """Id of a change between two releases; `record` is record id, `#` and what follows it."""
    return short_hash("revision", source_id, record, from_release, to_release)


def finding_id(finding_type: str, claim_ids: Iterable[str]) -> str:
    """Id of a finding: its type and the claims it rests on, in any order."""
    return short_hash(finding_type, *sorted(claim_ids))
