"""How the command line runs the jobs: in this process, with its history in the UI."""

from __future__ import annotations

import logging
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from dagster import DagsterInstance, ExecuteInProcessResult

from pipelines.core.inputs import ROOT, Kind
from pipelines.defs.workspace import Workspace
from pipelines.marts.release import current_id


@dataclass(frozen=True)
class Built:
    """How a build ended: faults to show where it failed, the release where it did not."""

    release_id: str | None
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def run_build(raw: Path, marts: Path, kind: Kind, *, shown: bool) -> Built:
    """Run the build over `raw` into `marts`; `shown` prints a line a stage on standard error."""
    return _run("build", raw, marts, kind, shown=shown)


def run_briefings(raw: Path, marts: Path, kind: Kind, *, shown: bool) -> Built:
    """Make the standing briefings of the current release of `marts`."""
    return _run("briefings", raw, marts, kind, shown=shown)


def _run(job: str, raw: Path, marts: Path, kind: Kind, *, shown: bool) -> Built:
    warnings.filterwarnings("ignore", module="dagster")
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    folders = {"raw_dir": str(raw.resolve()), "marts_dir": str(marts.resolve()), "kind": kind}
    from pipelines.definitions import defs

    with _instance() as instance:
        result = defs.resolve_job_def(job).execute_in_process(
            run_config={
                "resources": {"workspace": {"config": folders}},
                "loggers": {"progress": {"config": {"shown": shown}}},
            },
            instance=instance,
            raise_on_error=False,
        )
    if result.success:
        return Built(current_id(marts), [], _failed_checks(result, blocking=False))
    Workspace(**folders).close_run(result.run_id)
    return Built(None, _faults(result, job))


def _instance() -> DagsterInstance:
    """The instance of DAGSTER_HOME, else the project's own; a throw-away one where neither writes.

    The project's instance has paths relative to the root, so the process moves there.
    """
    if os.environ.get("DAGSTER_HOME"):
        return DagsterInstance.get()
    os.chdir(ROOT)
    if os.access(ROOT, os.W_OK):
        return DagsterInstance.from_config(str(ROOT))
    return DagsterInstance.ephemeral()


def _failed_checks(result: ExecuteInProcessResult, *, blocking: bool) -> list[str]:
    found = []
    for check in result.get_asset_check_evaluations():
        if not check.passed and check.blocking == blocking:
            rows = check.metadata.get("first failing rows")
            shown = f"\n{rows.value}" if rows is not None else ""
            name = f"{check.asset_key.to_user_string()} {check.check_name}"
            found.append(f"{name}: {check.description or 'failed'}{shown}")
    return found


def _faults(result: ExecuteInProcessResult, job: str) -> list[str]:
    """What a person needs to know of a failed run: failing rows, else what was raised."""
    if found := _failed_checks(result, blocking=True):
        return found
    found = []
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            failure = data.user_failure_data
            error = data.error
            if failure is not None and failure.description:
                found.append(failure.description)
            elif error is not None:
                cause = error.cause or error
                found.append(f"{event.step_key}: {cause.message.strip()}")
    return found or [f"the run of {job} failed: see its run in `attest dev`, or with `make dev`"]
