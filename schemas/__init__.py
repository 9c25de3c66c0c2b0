"""The one definition of every table: Pandera models, and the verbs that everyone uses on them.

`frame` makes a table from records, `judge` says which rules rows break, `STAGES` and `PUBLISHED`
list the models. From the models come validation, DuckDB types, keys, checks and comments, the data
dictionary and the Dagster column schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from schemas import claims, estimates, figures, marts, raw
from schemas.models import (
    PANDAS_TYPES,
    Model,
    allowed_of,
    columns,
    describe,
    empty_column,
    is_bulk,
    is_internal,
    key_of,
    rules_of,
    stage_of,
    table_of,
)

STAGES: tuple[Model, ...] = (
    raw.Cards,
    raw.RawFiles,
    raw.Places,
    raw.Territories,
    raw.Actors,
    raw.Populations,
    raw.Corrections,
    raw.Reviews,
    raw.Resolutions,
    raw.HouseRules,
    claims.Claims,
    claims.Events,
    claims.Candidates,
    claims.Documents,
    claims.NamedPlaces,
    claims.Files,
    claims.QuarantineRows,
    claims.Overlays,
    claims.ReviewQueue,
    figures.Figures,
    estimates.Questions,
    estimates.Estimates,
    estimates.Evidence,
    estimates.Floors,
    estimates.Arithmetic,
    estimates.Relations,
    estimates.AttributionChecks,
    estimates.Findings,
    estimates.Revisions,
    estimates.RegisterTotals,
    estimates.EventTotals,
)
"""The tables that the stages raw to estimates make, in the order in which they are made."""

PUBLISHED: tuple[Model, ...] = (
    claims.Claims,
    claims.Events,
    marts.PublishedFigures,
    estimates.Questions,
    marts.PublishedEstimates,
    estimates.Evidence,
    estimates.Floors,
    estimates.Arithmetic,
    estimates.Relations,
    estimates.AttributionChecks,
    estimates.Findings,
    claims.Documents,
    marts.Sources,
    raw.Actors,
    raw.Places,
    raw.Territories,
    raw.Populations,
    raw.HouseRules,
    claims.Files,
    claims.Candidates,
    claims.QuarantineRows,
    marts.QuarantineCounts,
    claims.Overlays,
    claims.ReviewQueue,
    estimates.Revisions,
    marts.Releases,
    estimates.RegisterTotals,
    estimates.EventTotals,
    marts.Dictionary,
)
"""The tables of the schema `marts`, in the order of the data dictionary."""

_BY_NAME = {model.__name__: model for model in (*STAGES, *PUBLISHED)}

__all__ = [
    "PANDAS_TYPES",
    "PUBLISHED",
    "STAGES",
    "Model",
    "allowed_of",
    "coerce",
    "columns",
    "describe",
    "frame",
    "is_bulk",
    "is_internal",
    "judge",
    "key_of",
    "rules_of",
    "stage_of",
    "table_of",
]


def frame(model: Model, records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A table of the model from records; a column that a record lacks is empty.

    Days may be `datetime.date` or ISO text. Raises KeyError where a record has a column that the
    model does not know.
    """
    rows = list(records)
    given = set().union(*rows)
    if unknown := given - columns(model).keys():
        raise KeyError(f"{model.__name__} has no column {', '.join(sorted(unknown))}")
    return coerce(model, {name: [row.get(name) for row in rows] for name in given}, len(rows))


def coerce(
    model: Model, data: pd.DataFrame | Mapping[str, Any], size: int | None = None
) -> pd.DataFrame:
    """The same columns with the model's types, in its order; missing columns are empty."""
    length = len(data) if isinstance(data, pd.DataFrame) else (size or 0)
    made: dict[str, Any] = {}
    for name, column in columns(model).items():
        kind = column.metadata["type"]
        if name not in data:
            made[name] = empty_column(kind, length)
        elif kind == "VARCHAR[]":
            made[name] = pd.Series([_as_list(v) for v in data[name]], dtype="object")
        else:
            values = data[name]
            if isinstance(values, pd.Series):
                values = values.reset_index(drop=True)
            made[name] = pd.Series(values, dtype=PANDAS_TYPES[kind])
    return pd.DataFrame(made, columns=list(columns(model)))


def _as_list(value: Any) -> list[str]:
    # Most lists are empty, and DuckDB gives arrays, which are slow to walk.
    if not isinstance(value, (list, tuple, np.ndarray)) or not len(value):
        return []
    return [str(v) for v in (value.tolist() if isinstance(value, np.ndarray) else value)]


def judge(model: Model | str, rows: pd.DataFrame) -> pd.DataFrame:
    """Which rules which rows break: columns rule, row (position), column, value. Empty when good.

    A partial table is judged by the columns it has, so that a test may break one field at a time.
    """
    model = _BY_NAME[model] if isinstance(model, str) else model
    rows = rows.reset_index(drop=True)
    broken: list[tuple[str, int, str, str]] = []
    for name, column in columns(model).items():
        if name in rows:
            broken += _break_column(name, column, rows[name])
    for rule in rules_of(model):
        if set(rule.columns) <= set(rows.columns):
            held = rule.holds(rows)
            for at in np.flatnonzero(~held.to_numpy(dtype=bool)):
                shown = ", ".join(f"{c}={rows[c].iloc[at]}" for c in rule.columns)
                broken.append((rule.name, int(at), rule.columns[0], shown))
    key = key_of(model)
    if key and set(key) <= set(rows.columns):
        for at in np.flatnonzero(rows.duplicated(key, keep=False).to_numpy()):
            shown = ", ".join(str(rows[c].iloc[at]) for c in key)
            broken.append((f"key ({', '.join(key)}) is unique", int(at), key[0], shown))
    return pd.DataFrame(broken, columns=["rule", "row", "column", "value"])


def _break_column(
    name: str, column: Any, values: pd.Series[Any]
) -> list[tuple[str, int, str, str]]:
    broken: list[tuple[str, int, str, str]] = []
    kind = column.metadata["type"]
    if kind != "VARCHAR[]" and values.dtype != PANDAS_TYPES[kind]:
        try:
            values = pd.Series(values, dtype=PANDAS_TYPES[kind])
        except (TypeError, ValueError):
            return [(f"{name} is {kind}", 0, name, str(values.dtype))]
    if not column.nullable:
        missing = np.flatnonzero(values.isna().to_numpy())
        broken += [(f"{name} given", int(at), name, "") for at in missing]
    given = values[values.notna()]
    for check in column.checks:
        passed = check(given).check_output if len(given) else None
        if passed is not None:
            for at in given.index[~passed.to_numpy(dtype=bool)]:
                broken.append((_rule_name(name, check), int(at), name, str(values[at])))
    return broken


def _rule_name(column: str, check: pa.Check) -> str:
    if check.name == "greater_than_or_equal_to":
        return f"{column} >= {(check.statistics or {})['min_value']}"
    return f"{column} in vocabulary" if check.name == "isin" else f"{column} matches"
