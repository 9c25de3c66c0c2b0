"""What Dagster shows of a table, made from its model: columns, checks, owners, a preview."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    AssetSpec,
    MetadataValue,
    TableColumn,
    TableColumnConstraints,
    TableConstraints,
    TableSchema,
)

import schemas
from pipelines.core.entries import Entries, Part
from schemas.rules import quoted
from schemas.sql import (
    checks,
    column_checks,
    column_types,
    judge_relation,
    register,
    typed_select,
)

OWNERS = ["team:attest"]
PREVIEW_ROWS = 8
PREVIEW_WIDTH = 160
FAILING_ROWS_SHOWN = 10
PICTURE_COLOURS = 16
FEW_ENOUGH_FOR_PANDERA = 200_000


def column_schema(model: schemas.Model) -> TableSchema:
    """The model as Dagster's column schema."""
    rules = column_checks(model)
    key = schemas.key_of(model)
    return TableSchema(
        columns=[
            TableColumn(
                name=name,
                type=kind,
                description=schemas.columns(model)[name].description,
                constraints=TableColumnConstraints(
                    nullable=schemas.columns(model)[name].nullable,
                    unique=key == [name],
                    other=[
                        rule
                        for rule in rules
                        if rule.startswith(f"{name} ") and rule != f"{name} given"
                    ],
                ),
            )
            for name, kind in column_types(model).items()
        ],
        constraints=TableConstraints(other=[r for r in checks(model) if r not in rules]),
    )


def table_spec(
    key: str,
    model: schemas.Model,
    deps: list[AssetKey],
    kinds: set[str],
    description: str | None = None,
) -> AssetSpec:
    """The asset of one table."""
    stage = key.split("/")[0]
    return AssetSpec(
        key=AssetKey(key.split("/")),
        deps=deps,
        description=description or schemas.describe(model),
        group_name=stage,
        owners=OWNERS,
        kinds=kinds,
        metadata={"dagster/column_schema": column_schema(model)},
    )


def schema_check(key: str, model: schemas.Model) -> AssetCheckSpec:
    """The blocking check of a table against its model."""
    return AssetCheckSpec(
        name="schema",
        asset=AssetKey(key.split("/")),
        blocking=True,
        description=f"Every row keeps the {len(checks(model))} rules of schemas.{model.__name__}.",
    )


def judged(key: str, model: schemas.Model, rows: pd.DataFrame) -> AssetCheckResult:
    """The result of that check, with the first failing rows."""
    broken = _broken(model, rows)
    metadata: dict[str, Any] = {"rows": len(rows), "broken rules": len(set(broken["rule"]))}
    if len(broken):
        metadata["first failing rows"] = failing_rows(broken)
    return AssetCheckResult(
        check_name="schema",
        asset_key=AssetKey(key.split("/")),
        passed=broken.empty,
        severity=AssetCheckSeverity.ERROR,
        metadata=metadata,
        description=None if broken.empty else f"{key}: {len(broken)} breaches of the schema",
    )


def _broken(model: schemas.Model, rows: pd.DataFrame) -> pd.DataFrame:
    if len(rows) <= FEW_ENOUGH_FOR_PANDERA:
        return schemas.judge(model, rows)
    with duckdb.connect() as connection:
        register(connection, "rows_in_hand", rows)
        found = judge_relation(connection, model, f"({typed_select(model, 'rows_in_hand')})")
    return pd.DataFrame(found, columns=["rule", "rows", "keys"])


def judged_parts(asset: AssetKey, model: schemas.Model, entries: Entries) -> AssetCheckResult:
    """The same of a table's rows in parts of registers, judged where they lie."""
    broken: list[tuple[str, int, str]] = []
    parts = entries.of(model)
    if parts:
        with entries.connected() as connection:
            for part in parts:
                rows = entries.relation(model, [part])
                held = connection.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0]
                if held != part.rows:
                    broken.append((f"{part.rows} rows, as the index says", held, part.path))
                broken += judge_relation(connection, model, rows)
            broken += _shared_keys(connection, model, entries)
    metadata: dict[str, Any] = {"rows": sum(part.rows for part in parts), "parts": len(parts)}
    if broken:
        shown = pd.DataFrame(broken, columns=["rule", "rows", "keys"])
        metadata["first failing rows"] = failing_rows(shown)
    return AssetCheckResult(
        check_name="schema",
        asset_key=asset,
        passed=not broken,
        severity=AssetCheckSeverity.ERROR,
        metadata=metadata,
        description=f"{asset.to_user_string()}: {len(broken)} rules are broken" if broken else None,
    )


def _shared_keys(
    connection: duckdb.DuckDBPyConnection, model: schemas.Model, entries: Entries
) -> list[tuple[str, int, str]]:
    """Keys that several parts of one release give: ids begin with source and release."""
    key = ", ".join(quoted(name) for name in schemas.key_of(model))
    of_release: dict[tuple[str, str], list[Part]] = {}
    for part in entries.of(model):
        of_release.setdefault((part.source_id, part.release), []).append(part)
    broken = []
    for parts in of_release.values():
        if len(parts) > 1:
            shared, first = connection.execute(
                f"SELECT count(*), min(shown) FROM (SELECT concat_ws(', ', {key}) AS shown "
                f"FROM {entries.relation(model, parts)} GROUP BY {key} HAVING count(*) > 1)"
            ).fetchall()[0]
            if shared:
                broken.append((f"key ({key}) is in one part", int(shared), str(first)))
    return broken


def parts_metadata(parts: Sequence[Part]) -> dict[str, Any]:
    """How many rows lie in parts of registers, by source, release and file."""
    listed = [f"{p.source_id}/{p.release}/{p.file}: {p.rows} rows" for p in parts]
    return {
        "dagster/row_count": sum(part.rows for part in parts),
        "parts": MetadataValue.text("\n".join(listed) or "no register is held"),
    }


def as_text(rows: pd.DataFrame) -> MetadataValue:
    """A few rows as plain text: a source's words are never Markdown, which could fetch pictures."""
    return MetadataValue.text(
        rows.to_string(index=False, max_colwidth=40, line_width=PREVIEW_WIDTH)
    )


def failing_rows(rows: pd.DataFrame) -> MetadataValue:
    """The first rows that fail, one a line, its columns named: the page folds white space."""
    shown = rows.head(FAILING_ROWS_SHOWN).to_dict("records")
    lines = ("; ".join(f"{column}: {value}" for column, value in row.items()) for row in shown)
    return MetadataValue.text("\n".join(lines))


def picture(path: Path) -> MetadataValue:
    """A chart to look at in the UI, in few colours since every run's log keeps it.

    Its Markdown holds no word of a source and asks the network for nothing.
    """
    from PIL import Image

    small = io.BytesIO()
    with Image.open(path) as full:
        few = full.convert("RGB").quantize(PICTURE_COLOURS, Image.Quantize.FASTOCTREE)
        few.save(small, "PNG")
    encoded = base64.b64encode(small.getvalue()).decode()
    return MetadataValue.md(f"![{path.stem}](data:image/png;base64,{encoded})")


def table_metadata(rows: pd.DataFrame, in_parts: int = 0) -> dict[str, Any]:
    """Row count and preview of a table just made; rows in parts of registers are counted too."""
    metadata: dict[str, Any] = {"dagster/row_count": len(rows) + in_parts}
    if in_parts:
        metadata["rows of registers"] = in_parts
    return metadata | {"preview": as_text(rows.head(PREVIEW_ROWS))}
