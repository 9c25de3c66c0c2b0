"""What Dagster loads: every asset, check, sensor, resource and the jobs."""

from __future__ import annotations

from dagster import Definitions, in_process_executor

from pipelines.defs.assets import ASSETS
from pipelines.defs.jobs import briefings_job, build_job
from pipelines.defs.progress import progress_logger
from pipelines.defs.sensors import raw_changed
from pipelines.defs.workspace import Workspace

defs = Definitions(
    assets=ASSETS,
    jobs=[build_job, briefings_job],
    sensors=[raw_changed],
    resources={"workspace": Workspace()},
    loggers={"progress": progress_logger},
    executor=in_process_executor,
)
