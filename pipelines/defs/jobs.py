"""The one job: everything, from data/raw to a release, in one process."""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job, in_process_executor

build_job = define_asset_job(
    "build",
    selection=AssetSelection.all(),
    executor_def=in_process_executor,
    description="From data/raw to a release, in one process.",
)
