"""The assets: one step a stage, one asset a table, each table judged before anything reads it.

A step reads the tables of the stages before it, calls the stage's plain function, writes the tables
and yields them with row count, preview and the result of their blocking check.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    Failure,
    MaterializeResult,
    MetadataValue,
    asset,
    multi_asset,
)

import schemas
from pipelines import showing
from pipelines.briefings import stage as briefings
from pipelines.charts import stage as charts
from pipelines.claims.stage import read_claims
from pipelines.collection import CollectionFault
from pipelines.core.entries import Entries
from pipelines.core.tables import MODELS, MissingTable
from pipelines.defs import checks
from pipelines.defs.describe import (
    OWNERS,
    judged,
    judged_parts,
    parts_metadata,
    picture,
    schema_check,
    table_metadata,
    table_spec,
)
from pipelines.defs.workspace import Workspace
from pipelines.estimates import stage as estimates
from pipelines.figures.entries import figures_of_entries
from pipelines.figures.stage import make_figures
from pipelines.marts.build import NotPublishableError, made_from, publishable, published_parts
from pipelines.marts.diff import totals_moved
from pipelines.marts.lanes import NO_LANES, Lanes
from pipelines.marts.moved import as_lines
from pipelines.marts.release import ReleaseError, publish
from pipelines.raw.faults import RawFault
from schemas.claims import Claims
from schemas.figures import Figures
from schemas.models import stage_of, table_of

STAGE_KINDS = {
    "raw": {"yaml", "csv"},
    "claims": {"python", "pandas"},
    "figures": {"python", "pandas"},
    "estimates": {"python", "pandas"},
    "marts": {"duckdb", "parquet"},
}

CLAIM_INPUTS = [
    key
    for key in MODELS
    if key.startswith("raw/") and key not in ("raw/resolutions", "raw/house_rules")
]
FIGURE_INPUTS = ["claims/claims", "raw/actors", "claims/documents"]
ESTIMATE_INPUTS = list(estimates.READS)
CHART_INPUTS = list(charts.READS)
ENTRIES = {
    "claims/entries": (
        Claims,
        "The claims of registers: rows that no table between the stages could hold, in parts below "
        "the staging folder. marts.claims shows them with the others.",
    ),
    "figures/entries": (
        Figures,
        "The figures of the claims of registers, part by part. marts.figures shows them.",
    ),
}
"""What the parts of registers hold beside the tables, and which tables' rows they are."""


def _keys(stage: str) -> list[str]:
    return [key for key in MODELS if key.startswith(f"{stage}/")]


def _asset_keys(keys: Iterable[str]) -> list[AssetKey]:
    return [AssetKey(key.split("/")) for key in keys]


def _spec(key: str, reads: Iterable[str]) -> AssetSpec:
    return table_spec(key, MODELS[key], _asset_keys(reads), STAGE_KINDS[key.split("/")[0]])


def _specs(stage: str, reads: list[str]) -> list[AssetSpec]:
    return [_spec(key, reads) for key in _keys(stage)] + [
        table_spec(key, model, _asset_keys(reads), {"duckdb", "parquet"}, description)
        for key, (model, description) in ENTRIES.items()
        if key.startswith(f"{stage}/")
    ]


def _schema_checks(stage: str) -> list[AssetCheckSpec]:
    checked = [(key, MODELS[key]) for key in _keys(stage)]
    checked += [(key, model) for key, (model, _) in ENTRIES.items() if key.startswith(f"{stage}/")]
    return [schema_check(key, model) for key, model in checked]


def _made(
    tables: Mapping[str, pd.DataFrame], lanes: Lanes = NO_LANES
) -> Iterator[MaterializeResult]:
    for key, rows in tables.items():
        yield MaterializeResult(
            asset_key=AssetKey(key.split("/")),
            metadata=table_metadata(rows, lanes.count(MODELS[key])),
            check_results=[judged(key, MODELS[key], rows)],
        )


def _made_in_parts(entries: Entries, stage: str) -> Iterator[MaterializeResult]:
    """What of the stage lies in parts: beside its tables, and whole tables."""
    held = {key: model for key, (model, _) in ENTRIES.items()}
    held |= {key: MODELS[key] for key in _keys(stage) if schemas.is_bulk(MODELS[key])}
    for key, model in held.items():
        if key.startswith(f"{stage}/"):
            asset = AssetKey(key.split("/"))
            yield MaterializeResult(
                asset_key=asset,
                metadata=parts_metadata(entries.of(model)),
                check_results=[judged_parts(asset, model, entries)],
            )


def _read(workspace: Workspace, run_id: str, keys: list[str]) -> dict[str, pd.DataFrame]:
    try:
        return workspace.staging(run_id).read(keys)
    except MissingTable as missing:
        raise Failure(description=str(missing), allow_retries=False) from None


@multi_asset(name="take_stock", specs=_specs("raw", []), check_specs=_schema_checks("raw"))
def take_stock_of_raw(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult]:
    """Read and validate the cards, the registers and the overlays; hash every file."""
    try:
        staging = workspace.open_run(context.run.run_id)
    except RawFault as fault:
        raise Failure(description=str(fault), allow_retries=False) from None
    yield from _made(staging.read(_keys("raw")))


@multi_asset(
    name="read_claims",
    specs=_specs("claims", CLAIM_INPUTS),
    check_specs=[
        *_schema_checks("claims"),
        checks.ACCOUNTING,
        checks.CONTROL_TOTALS,
        checks.DEVELOPMENT_SCORE,
        checks.OVERLAYS_APPLY,
    ],
)
def claims_of_documents(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Read every figure as its document states it, or set it aside with the reason."""
    before = _read(workspace, context.run.run_id, CLAIM_INPUTS)
    staging = workspace.staging(context.run.run_id)
    tables = read_claims(
        before, workspace.raw, workspace.release_kind, staging.scratch, workspace.parts_kept
    )
    staging.write(tables)
    yield from _made(tables)
    yield from _made_in_parts(staging.entries, "claims")
    yield checks.accounted(tables["claims/files"], tables["claims/claims"], staging.entries)
    yield checks.control_totals(before["raw/cards"], tables["claims/files"])
    yield checks.development_score(before)
    yield checks.overlays_apply(tables["claims/overlays"])


@multi_asset(
    name="make_figures",
    specs=_specs("figures", [*FIGURE_INPUTS, "claims/entries"]),
    check_specs=[*_schema_checks("figures"), checks.NONE_DROPPED],
)
def figures_of_claims(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Make the claims comparable: ranges, questions, repeats."""
    before = _read(workspace, context.run.run_id, FIGURE_INPUTS)
    figures = make_figures(*(before[key] for key in FIGURE_INPUTS))
    staging = workspace.staging(context.run.run_id)
    staging.write({"figures/figures": figures})
    entries = figures_of_entries(staging.entries)
    yield from _made({"figures/figures": figures})
    yield from _made_in_parts(entries, "figures")
    yield checks.none_dropped(before["claims/claims"], figures, entries)


@multi_asset(
    name="answer_questions",
    specs=_specs("estimates", [*ESTIMATE_INPUTS, "claims/entries", "claims/events"]),
    check_specs=[
        *_schema_checks("estimates"),
        checks.PARTS_WITHIN_WHOLES,
        checks.RESOLUTIONS_APPLY,
        checks.FLOORS_MADE,
        checks.RELATIONS_KNOWN,
    ],
)
def answers_to_questions(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Answer each question under each named rule, with its evidence; say what was found."""
    before = _read(workspace, context.run.run_id, ESTIMATE_INPUTS)
    staging = workspace.staging(context.run.run_id)
    tables = estimates.answer(before, staging.entries)
    staging.write(tables)
    yield from _made(tables)
    yield checks.parts_within_wholes(tables["estimates/findings"])
    yield checks.resolutions_apply(before, tables)
    yield checks.floors_made(tables["estimates/questions"], tables["estimates/floors"])
    yield checks.relations_known(tables["estimates/relations"])


MART_INPUTS = sorted(
    read
    for read in {read for key in _keys("marts") for read in made_from(MODELS[key])}
    if not schemas.is_bulk(MODELS[read])
)


def _mart_deps(key: str) -> list[str]:
    """What a published table is made from: tables, and the parts that hold more of their rows."""
    reads = made_from(MODELS[key])
    in_parts = {
        name: f"{stage_of(model)}/{table_of(model)}" for name, (model, _) in ENTRIES.items()
    }
    return [*reads, *(name for name, table in in_parts.items() if table in reads)]


@multi_asset(
    name="make_marts",
    specs=[_spec(key, _mart_deps(key)) for key in _keys("marts")],
    check_specs=_schema_checks("marts"),
)
def published_tables(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult]:
    """Present the tables as they are published. A public release lacks the internal ones."""
    before = _read(workspace, context.run.run_id, MART_INPUTS)
    staging = workspace.staging(context.run.run_id)
    try:
        tables = publishable(before, workspace.release_kind, staging.entries)
    except NotPublishableError as error:
        raise Failure(description=str(error), allow_retries=False) from None
    del before  # large sheets need the room for writing
    staging.write(tables)
    yield from _made(tables, Lanes(staging.entries))
    for key in _keys("marts"):
        if key not in tables:
            # Without a result every later step would be skipped, the release among them.
            yield MaterializeResult(
                asset_key=AssetKey(key.split("/")),
                metadata={"withheld": "internal: not in a public release"},
                check_results=[judged(key, MODELS[key], schemas.frame(MODELS[key], []))],
            )


@multi_asset(
    name="draw_charts",
    specs=[
        AssetSpec(
            key=AssetKey(["charts", name]),
            deps=_asset_keys(CHART_INPUTS),
            description=description,
            group_name="charts",
            owners=OWNERS,
            kinds={"matplotlib", "png"},
        )
        for name, description in charts.CHARTS.items()
    ],
)
def charts_of_marts(
    context: AssetExecutionContext, workspace: Workspace
) -> Iterator[MaterializeResult]:
    """Draw the charts as PNG, SVG and PDF with their alt text."""
    before = _read(workspace, context.run.run_id, CHART_INPUTS)
    with TemporaryDirectory(dir=workspace.staging(context.run.run_id).folder) as fresh:
        # Another run of the same inputs may be publishing: a picture is there whole or not at all.
        shelf = Path(fresh).parent / "charts"
        shelf.mkdir(exist_ok=True)
        made = charts.draw(before, Path(fresh), workspace.inputs_now().id)
        drawn = [path.replace(shelf / path.name) for path in made]
    for name in charts.CHARTS:
        files = [path for path in drawn if path.stem.startswith(name)]
        yield MaterializeResult(
            asset_key=AssetKey(["charts", name]), metadata=_chart_metadata(files)
        )


def _chart_metadata(files: list[Path]) -> dict[str, Any]:
    """Where a chart lies and what it shows in words; words only where there is nothing to show."""
    metadata: dict[str, Any] = {}
    for path in files:
        if path.suffix == ".txt":
            words = path.read_text(encoding="utf-8")
            metadata[f"{path.stem} in words"] = MetadataValue.text(words)
        else:
            metadata[f"{path.stem} as {path.suffix[1:]}"] = MetadataValue.path(str(path))
        if path.suffix == ".png":
            metadata[f"{path.stem} to look at"] = picture(path)
    return metadata


@multi_asset(
    name="release",
    specs=[
        AssetSpec(
            key=AssetKey("release"),
            deps=_asset_keys([*_keys("marts"), *(f"charts/{name}" for name in charts.CHARTS)]),
            description="The release: database, Parquet, CSV and charts, verified and switched to "
            "in one step. The only asset that publishes; it refuses tables made from other inputs.",
            group_name="release",
            owners=OWNERS,
            kinds={"duckdb", "parquet", "csv"},
        )
    ],
)
def release(context: AssetExecutionContext, workspace: Workspace) -> Iterator[MaterializeResult]:
    """Publish what the run made, whole or not at all."""
    staging = workspace.staging(context.run.run_id)
    inputs = workspace.inputs_now()
    if staging.folder.name != inputs.id:
        raise Failure(
            description="data/raw or the code changed while the build ran: build again",
            allow_retries=False,
        )
    made = [key for key in _keys("marts") if staging.path(key).exists()]
    marts = _read(workspace, context.run.run_id, made)
    account = _account(marts, staging.entries)
    charts_drawn = staging.folder / "charts"
    try:
        parts = published_parts(staging.entries, marts["marts/documents"], workspace.release_kind)
        published = publish(marts, charts_drawn, workspace.marts, inputs, account, Lanes(parts))
    except (NotPublishableError, ReleaseError) as error:
        raise Failure(description=str(error), allow_retries=False) from None
    workspace.close_run(context.run.run_id)
    yield MaterializeResult(
        metadata={
            "release_id": published.id,
            "folder": MetadataValue.path(str(published.folder)),
            "already current": published.already_current,
            "account": MetadataValue.text(json.dumps(account, indent=1)),
        }
    )


@asset(
    key=["reports", "moved_totals"],
    deps=[AssetKey("release")],
    description="What moved in the totals that people quote: from the release or edition of each "
    "register before to its newest, and from our release before to the one that is current.",
    group_name="reports",
    owners=OWNERS,
    kinds={"duckdb"},
)
def moved_totals(workspace: Workspace) -> MaterializeResult[Any]:
    """Say what moved in the totals of registers."""
    metadata: dict[str, Any] = {}
    found = totals_moved(workspace.marts)
    for since, told in _SINCE.items():
        if since not in found:
            metadata[f"since {told}"] = "no older release, or none that can be read"
            continue
        rows = found[since]
        lines = as_lines(rows) or ["nothing moved, or no register is held twice"]
        metadata[f"moved since {told}"] = len(rows)
        metadata[f"since {told}"] = MetadataValue.md("```\n" + "\n".join(lines) + "\n```")
    return MaterializeResult(metadata=metadata)


@multi_asset(
    name="write_briefings",
    specs=[
        AssetSpec(
            key=AssetKey(["briefings", name]),
            deps=[AssetKey("release")],
            description=f"{standing.title}: a briefing of the current release, in "
            f"{len(briefings.LANGUAGES)} languages and as {', '.join(briefings.WRITERS)}. Made "
            "when somebody asks for it.",
            group_name="briefings",
            owners=OWNERS,
            kinds={"html", "pdf"},
        )
        for name, standing in briefings.STANDING.items()
    ],
)
def standing_briefings(workspace: Workspace) -> Iterator[MaterializeResult]:
    """Write the standing briefings and put them beside the current release."""
    try:
        written = showing.standing_briefings(workspace.marts)
    except (CollectionFault, ReleaseError) as error:
        raise Failure(description=str(error), allow_retries=False) from None
    for name, files in written.items():
        metadata: dict[str, Any] = {path.name: MetadataValue.path(str(path)) for path in files}
        for path in files:
            if path.suffix in (".md", ".txt"):
                metadata[f"{path.stem} to read"] = MetadataValue.md(path.read_text("utf-8"))
        yield MaterializeResult(asset_key=AssetKey(["briefings", name]), metadata=metadata)


_SINCE = {"sources": "the release or edition before", "releases": "our release before"}


def _account(marts: Mapping[str, pd.DataFrame], entries: Entries) -> dict[str, int]:
    """Rows in and out, as the release itself holds them."""
    files, claims = marts["marts/files"], marts["marts/claims"]
    pending = entries.count(Claims, "review_status = 'pending'")
    return {
        "rows_in": int(files["rows_in"].sum()),
        "rows_with_claims": int(files["rows_with_claims"].sum()),
        "claims": len(claims) + entries.count(Claims),
        "quarantined": int(files["quarantined"].sum()),
        "empty": int(files["empty"].sum()),
        "refused_files": int((files["status"] == "refused").sum()),
        "pending": int((claims["review_status"] == "pending").sum()) + pending,
        "findings": len(marts["marts/findings"]),
    }


ASSETS = [
    take_stock_of_raw,
    claims_of_documents,
    figures_of_claims,
    answers_to_questions,
    published_tables,
    charts_of_marts,
    release,
    moved_totals,
    standing_briefings,
]
