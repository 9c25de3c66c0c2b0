"""How long a whole `attest build` takes, and what it is made of.

    python -m benchmarks.build [RUNS]

The alternative beside it is the same job with Dagster's multiprocess executor, a process a step.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import measure

ATTEST = str(Path(sys.executable).with_name("attest"))

MULTIPROCESS = """
import sys, tempfile
from dagster import DagsterInstance, execute_job, multiprocess_executor, reconstructable
from benchmarks.build import multiprocess_job
with tempfile.TemporaryDirectory() as home, DagsterInstance.local_temp(home) as instance:
    config = {"resources": {"workspace": {"config": {"marts_dir": sys.argv[1]}}}}
    done = execute_job(reconstructable(multiprocess_job), instance, run_config=config)
    raise SystemExit(not done.success)
"""

STEPS = {
    "import dagster": "import dagster",
    "import the definitions": "import pipelines.definitions",
    "import matplotlib.figure": "import matplotlib.figure",
}


def multiprocess_job() -> object:
    """The project's job, a process a step."""
    from dagster import AssetSelection, Definitions, define_asset_job, multiprocess_executor

    from pipelines.defs.assets import ASSETS
    from pipelines.defs.workspace import Workspace

    job = define_asset_job("all", AssetSelection.all(), executor_def=multiprocess_executor)
    made = Definitions(assets=ASSETS, jobs=[job], resources={"workspace": Workspace()})
    return made.resolve_job_def("all")


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        marts = f"{folder}/marts"
        afresh = ["rm", "-rf", marts]
        home = {"DAGSTER_HOME": folder}
        Path(folder, "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
        whole = measure([ATTEST, "build", "--marts", marts], runs, before=afresh, env=home)
        print(f"attest build: {whole}")
        again = measure([ATTEST, "build", "--marts", marts], runs, env=home)
        print(f"attest build, nothing changed: {again}")
        command = [sys.executable, "-c", MULTIPROCESS, marts]
        other = measure(command, max(1, runs // 2), before=afresh)
        print(f"the same job, a process a step: {other}")
        print(f"ratio: {other.median / whole.median:.1f}")
    for name, code in STEPS.items():
        print(f"{name}: {measure([sys.executable, '-c', code], runs)}")


if __name__ == "__main__":
    main()
