"""How to read a model: its columns in order, its key, its rules, its description.

Everything that asks a pandera model about itself goes through here, so that what pandera keeps and
what `Config.metadata` keeps is known in one place.
"""

from __future__ import annotations

from functools import cache
from inspect import get_annotations
from typing import Any, TypeAlias

import pandas as pd
import pandera.pandas as pa

from schemas.rules import Rule

Model: TypeAlias = type[pa.DataFrameModel]

PANDAS_TYPES = {
    "VARCHAR": "string",
    "JSON": "string",
    "BIGINT": "Int64",
    "DOUBLE": "Float64",
    "BOOLEAN": "boolean",
    "DATE": "datetime64[s]",
    "VARCHAR[]": "object",
}


def _metadata(model: type) -> dict[str, Any]:
    config = model.__dict__.get("Config")
    return getattr(config, "metadata", None) or {}


@cache
def _order(model: type) -> tuple[str, ...]:
    """Column names: those of the bases as they are listed, then the model's own."""
    names: list[str] = []
    for base in model.__bases__:
        if issubclass(base, pa.DataFrameModel):
            names += _order(base)
    names += [name for name in get_annotations(model) if name != "Config"]
    return tuple(dict.fromkeys(names))


@cache
def columns(model: Model) -> dict[str, Any]:
    """The pandera columns of a model by name, in the order in which its classes list them."""
    held = model.to_schema().columns
    return {name: held[name] for name in _order(model)}


@cache
def rules_of(model: Model) -> tuple[Rule, ...]:
    """Rules across columns, those of the groups it is made of included."""
    found: list[Rule] = []
    for part in reversed(model.__mro__):
        found += [rule for rule in _metadata(part).get("rules", []) if rule not in found]
    return tuple(found)


def table_of(model: Model) -> str:
    """Name of its table."""
    return str(_metadata(model)["table"])


def stage_of(model: Model) -> str:
    """The stage that makes it."""
    return str(_metadata(model)["stage"])


def allowed_of(model: Model, column: str) -> list[str] | None:
    """The words that a column may hold, in the order of its vocabulary; None where it is open."""
    for check in columns(model)[column].checks:
        if check.name == "isin":
            return [str(word) for word in check.statistics["allowed_values"]]
    return None


def key_of(model: Model) -> list[str]:
    """Columns of its key; empty where it has none."""
    return list(_metadata(model)["key"])


def is_internal(model: Model) -> bool:
    """Whether the table stays out of a public release."""
    return bool(_metadata(model).get("internal", False))


def is_bulk(model: Model) -> bool:
    """Whether all its rows lie in parts of registers, and none in a table between the stages."""
    return bool(_metadata(model).get("bulk", False))


def describe(model: Model) -> str:
    """What the table holds and what one row is."""
    return f"{' '.join((model.__doc__ or '').split())} One row: {_metadata(model)['grain']}."


def empty_column(kind: str, size: int) -> pd.Series[Any]:
    """A column of `size` missing values (empty lists for a list column)."""
    if kind == "VARCHAR[]":
        return pd.Series([[] for _ in range(size)], dtype="object")
    return pd.Series([None] * size, dtype=PANDAS_TYPES[kind])
