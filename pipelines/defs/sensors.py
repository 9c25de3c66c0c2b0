"""The sensor: a build starts when data/raw has changed and come to rest."""

from dagster import (
    DefaultSensorStatus,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
    sensor,
)

from pipelines.defs.jobs import build_job
from pipelines.defs.workspace import Workspace
from pipelines.marts.release import current_id


@sensor(
    job=build_job,
    minimum_interval_seconds=15,
    default_status=DefaultSensorStatus.RUNNING,
    description="Starts a build once data/raw differs from the current release and two looks in a "
    "row found it the same, so that a file still being copied is left alone.",
)
def raw_changed(context: SensorEvaluationContext, workspace: Workspace) -> SensorResult:
    """Ask once for a build of inputs that are not the current release's.

    The cursor is the inputs last seen, and whether a build of them was asked for: a release that a
    person rolled back from is not built again until something changes.
    """
    found = workspace.inputs_now().id
    seen, _, asked = (context.cursor or "").partition(" ")
    if found == current_id(workspace.marts):
        return _skip("the current release is of these inputs", f"{found} asked")
    if found != seen:
        return _skip("the inputs have changed: waiting for them to come to rest", found)
    if asked:
        return _skip("a build of these inputs was asked for already", f"{found} asked")
    return SensorResult(run_requests=[RunRequest()], cursor=f"{found} asked")


def _skip(reason: str, cursor: str) -> SensorResult:
    return SensorResult(skip_reason=reason, cursor=cursor)
