"""What Dagster shows: groups, key prefixes, column schemas, owners, checks, the sensor."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dagster import AssetCheckSeverity, AssetKey, DagsterInstance, build_sensor_context

import schemas
from pipelines.core.entries import Entries, Part
from pipelines.core.tables import MODELS
from pipelines.definitions import defs
from pipelines.defs import checks
from pipelines.defs.describe import as_text, judged, judged_parts, picture
from pipelines.defs.sensors import raw_changed
from pipelines.defs.workspace import Workspace
from pipelines.figures.entries import figures_of_entries
from schemas.claims import Claims

STAGES = ("raw", "claims", "figures", "estimates", "marts", "charts")
GROUPS = (*STAGES, "release", "reports", "briefings")


@pytest.fixture(scope="module")
def graph() -> Any:
    return defs.resolve_asset_graph()


def keys(graph: Any) -> list[AssetKey]:
    return sorted(graph.get_all_asset_keys())


def test_groups_and_key_prefixes_are_the_stages(graph: Any) -> None:
    for key in keys(graph):
        node = graph.get(key)
        assert node.group_name == key.path[0]
        assert key.path[0] in GROUPS
    assert {graph.get(k).group_name for k in keys(graph)} == {*GROUPS}


@pytest.mark.parametrize("model", schemas.PUBLISHED, ids=lambda m: m.__name__)
def test_every_published_table_is_an_asset_with_its_schema(
    graph: Any, model: schemas.Model
) -> None:
    node = graph.get(AssetKey(["marts", schemas.table_of(model)]))
    shown = node.metadata["dagster/column_schema"]
    assert [c.name for c in shown.columns] == list(schemas.columns(model))
    assert all(c.description for c in shown.columns)
    assert node.owners == ["team:attest"]
    assert {"duckdb", "parquet"} <= set(node.kinds)
    assert node.description == schemas.describe(model)


def test_every_table_has_a_blocking_check_of_its_schema(graph: Any) -> None:
    with_check = {key.asset_key for key in graph.asset_check_keys if key.name == "schema"}
    no_tables = ("charts", "release", "reports", "briefings")
    tables = {key for key in keys(graph) if key.path[0] not in no_tables}
    assert with_check == tables
    for key in graph.asset_check_keys:
        blocking = graph.get(key).blocking
        assert blocking == (key.name in ("schema", "accounting", "none_dropped"))


def test_a_build_holds_everything_but_the_briefings_which_have_a_job_of_their_own(
    graph: Any,
) -> None:
    briefings = {key for key in keys(graph) if key.path[0] == "briefings"}
    of_jobs = {"build": set(keys(graph)) - briefings, "briefings": briefings}
    assert briefings
    for name, held in of_jobs.items():
        job = defs.resolve_job_def(name)
        assert set(job.asset_layer.selected_asset_keys) == held
        assert job.executor_def.name == "in_process"


GOOD_FILE = {
    "source_id": "s",
    "release": "r",
    "file": "claims.csv",
    "status": "read",
    "rows_in": 3,
    "rows_with_claims": 1,
    "claims": 1,
    "quarantined": 1,
    "empty": 1,
}


def files(**change: object) -> pd.DataFrame:
    return schemas.frame(schemas.claims.Files, [GOOD_FILE | change])


def claims(n: int) -> pd.DataFrame:
    return pd.DataFrame([{"source_id": "s", "release": "r", "file": "claims.csv"}] * n)


def test_accounting_passes_where_every_row_is_accounted_for() -> None:
    assert checks.accounted(files(), claims(1)).passed


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({"rows_in": 4}, 1),
        ({"quarantined": 0}, 1),
        ({"claims": 2}, 1),
        ({}, 2),
        ({"file": "other.csv"}, 1),
    ],
)
def test_accounting_blocks_where_a_row_is_lost(change: dict[str, object], held: int) -> None:
    result = checks.accounted(files(**change), claims(held))
    assert not result.passed
    assert result.severity == AssetCheckSeverity.ERROR
    assert "claims.csv" in str(result.metadata["first failing rows"])


def parts(*rows: int) -> Entries:
    held = [Part("claims/claims", "s", "r", "claims.csv", f"{n}", {}, (), n) for n in rows]
    return Entries(Path(), tuple(held))


def test_accounting_counts_the_claims_of_registers() -> None:
    assert checks.accounted(files(claims=6), claims(1), parts(2, 3)).passed
    assert checks.accounted(files(claims=5), claims(1).head(0), parts(2, 3)).passed
    assert not checks.accounted(files(claims=5), claims(1), parts(2, 3)).passed


def of_register(part_of: Any, folder: Path, ids: str) -> Any:
    rows = [CLAIM | {"claim_id": f"s/r/{id_}#killed", "record_id": id_} for id_ in ids]
    return part_of(folder, Claims, schemas.frame(Claims, rows))


CLAIM = {
    "source_id": "s",
    "release": "r",
    "file": "1.csv",
    "record_id": "1",
    "document_id": "d",
    "locator": "row 2",
    "value": 6,
    "qualifier": "plain",
    "metric": "killed",
    "measure": "flow",
    "unit": "people",
    "population": "all",
    "cause": "conflict",
    "modality": "stated",
    "basis": "tallied",
    "speaker": "someone",
    "recorded_on": "2024-05-02",
    "method": "imported",
    "method_version": "r 1",
    "review_status": "accepted",
    "sensitivity": "public",
}


def test_parts_are_judged_where_they_lie(tmp_path: Path, part_of: Any) -> None:
    asset = AssetKey(["claims", "entries"])
    good = of_register(part_of, tmp_path, "ab")
    assert judged_parts(asset, Claims, Entries(tmp_path, (good,))).passed
    assert judged_parts(asset, Claims, Entries(tmp_path)).passed
    fewer = judged_parts(asset, Claims, Entries(tmp_path, (replace(good, rows=3),)))
    assert "3 rows, as the index says" in str(fewer.metadata["first failing rows"])
    bad = replace(good, constants=dict(good.constants) | {"metric": "murdered"})
    result = judged_parts(asset, Claims, Entries(tmp_path, (bad,)))
    assert not result.passed
    assert "metric in vocabulary" in str(result.metadata["first failing rows"])


def test_no_claim_of_a_register_is_dropped(tmp_path: Path, part_of: Any) -> None:
    none = pd.DataFrame({"claim_id": []}, dtype="string")
    held = Entries(tmp_path, (of_register(part_of, tmp_path, "abc"),))
    whole = figures_of_entries(held)
    assert checks.none_dropped(none, none, whole).passed
    result = checks.none_dropped(none, none, held)
    assert not result.passed
    assert "s/r/a#killed" in str(result.metadata["first failing rows"])


def cards(expects: object) -> pd.DataFrame:
    facts = json.dumps({"expects": {"claims.csv": expects}} if expects else {})
    return pd.DataFrame([{"source_id": "s", "release": "r", "facts": facts}])


@pytest.mark.parametrize("expects", [None, {"rows": "3"}, {"rows": "3", "claims": "1"}])
def test_control_totals_pass(expects: object) -> None:
    assert checks.control_totals(cards(expects), files()).passed


@pytest.mark.parametrize("expects", [{"rows": "4"}, {"claims": "0"}, {"no such column": "1"}])
def test_control_totals_warn(expects: object) -> None:
    result = checks.control_totals(cards(expects), files())
    assert not result.passed
    assert result.severity == AssetCheckSeverity.WARN


def test_no_claim_is_dropped() -> None:
    one, two = pd.DataFrame({"claim_id": ["a"]}), pd.DataFrame({"claim_id": ["a", "b"]})
    assert checks.none_dropped(two, two).passed
    assert not checks.none_dropped(two, one).passed


def test_open_parts_that_exceed_their_whole_warn() -> None:
    row = {"finding_id": "1", "finding_type": "parts_differ", "message": "m", "status": "open"}
    assert not checks.parts_within_wholes(pd.DataFrame([row])).passed
    assert checks.parts_within_wholes(pd.DataFrame([row | {"status": "explained"}])).passed


def test_a_broken_table_fails_its_check_and_shows_the_first_rows() -> None:
    rows = files(rows_in=-1)
    result = judged("claims/files", MODELS["claims/files"], rows)
    assert not result.passed
    assert "rows_in >= 0" in str(result.metadata["first failing rows"])


def test_large_tables_are_judged_in_duckdb_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.defs.describe.FEW_ENOUGH_FOR_PANDERA", 0)
    model = MODELS["claims/files"]
    assert judged("claims/files", model, files()).passed
    result = judged("claims/files", model, files(rows_in=-1))
    assert not result.passed
    assert "rows_in >= 0" in str(result.metadata["first failing rows"])


def test_a_preview_is_text_and_never_markdown() -> None:
    shown = as_text(pd.DataFrame({"quote": ["![x](http://example.org/x.png)"]}))
    assert type(shown).__name__ == "TextMetadataValue"


def test_a_chart_is_shown_without_a_source_s_words(built: Any) -> None:
    shown = picture(built.marts / "charts" / "article_figures.png")
    assert shown.value.startswith("![article_figures](data:image/png;base64,")
    assert len(shown.value) < 200_000


def workspace(raw: Path, marts: Path) -> Workspace:
    return Workspace(raw_dir=str(raw), marts_dir=str(marts))


def test_the_sensor_asks_once_for_inputs_at_rest(
    small_raw: Path, tmp_path: Path, built: Any
) -> None:
    marts = tmp_path / "marts"
    shutil.copytree(built.marts, marts, symlinks=True)
    resources = {"workspace": workspace(small_raw, marts)}

    def look(cursor: str | None) -> Any:
        with DagsterInstance.ephemeral() as instance:
            context = build_sensor_context(instance=instance, cursor=cursor, resources=resources)
            return raw_changed.evaluate_tick(context)

    first = look(None)
    assert not first.run_requests
    second = look(first.cursor)
    assert len(second.run_requests) == 1
    third = look(second.cursor)
    assert not third.run_requests
    (small_raw / "reviews.csv").unlink()
    fourth = look(third.cursor)
    assert not fourth.run_requests
    assert len(look(fourth.cursor).run_requests) == 1


def test_the_sensor_leaves_a_current_release_alone(root: Path, built: Any) -> None:
    resources = {"workspace": workspace(root / "data" / "raw", built.marts)}
    with DagsterInstance.ephemeral() as instance:
        context = build_sensor_context(instance=instance, resources=resources)
        assert not raw_changed.evaluate_tick(context).run_requests


def test_an_asset_alone_needs_the_tables_before_it(small_raw: Path, tmp_path: Path) -> None:
    """It says what to do where the stage before was not made from the same inputs."""
    with DagsterInstance.ephemeral() as instance:
        job = defs.resolve_implicit_global_asset_job_def()
        config = {"raw_dir": str(small_raw), "marts_dir": str(tmp_path / "marts")}
        result = job.get_subset(
            asset_selection={AssetKey(["figures", "figures"]), AssetKey(["figures", "entries"])}
        ).execute_in_process(
            run_config={"resources": {"workspace": {"config": config}}},
            instance=instance,
            raise_on_error=False,
        )
    assert not result.success
    failure = result.failure_data_for_node("make_figures")
    assert "materialize the stage before it first" in str(failure.user_failure_data)
