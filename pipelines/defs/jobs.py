"""The jobs: everything from data/raw to a release, and the briefings of a release."""

from __future__ import annotations

from dagster import AssetSelection, define_asset_job, in_process_executor

BRIEFINGS = AssetSelection.groups("briefings")
"""Made only when somebody asks for them."""

build_job = define_asset_job(
    "build",
    selection=AssetSelection.all() - BRIEFINGS,
    executor_def=in_process_executor,
    description="From data/raw to a release, in one process.",
)

briefings_job = define_asset_job(
    "briefings",
    selection=BRIEFINGS,
    executor_def=in_process_executor,
    description="The standing briefings of the current release, in every language and format.",
)
