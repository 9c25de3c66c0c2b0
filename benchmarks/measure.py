"""Run a command to its end, several times, in a process of its own: seconds and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Seconds of each run, and the greatest resident memory of any process of them, in MB."""

    seconds: tuple[float, ...]
    peak_mb: float

    @property
    def median(self) -> float:
        """Median seconds."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return (
            f"{self.median:.2f} s (min {min(self.seconds):.2f}, max {max(self.seconds):.2f}, "
            f"{len(self.seconds)} runs), peak {self.peak_mb:.0f} MB"
        )


_WRAPPER = (
    "import resource, subprocess, sys, time\n"
    "t = time.perf_counter()\n"
    "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
    "print(time.perf_counter() - t, "
    "resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, code)\n"
)


def measure(
    command: Sequence[str],
    runs: int = 5,
    *,
    before: Sequence[str] = (),
    env: Mapping[str, str] = {},
) -> Measured:
    """Time `command` `runs` times after one uncounted run; `before` runs ahead of each."""
    seconds, peak = [], 0.0
    for run in range(runs + 1):
        if before:
            subprocess.run(before, check=True)
        done = subprocess.run(
            [sys.executable, "-c", _WRAPPER, *command],
            capture_output=True,
            text=True,
            env=os.environ | env,
            check=True,
        )
        took, memory, code = done.stdout.split()
        if code != "0":
            raise SystemExit(f"{' '.join(command)} ended with {code}\n{done.stderr}")
        if run:
            seconds.append(float(took))
            peak = max(peak, float(memory))
    return Measured(tuple(seconds), peak)


def until(ready: object, limit: float = 120.0) -> float:
    """Seconds until the callable `ready` is true; raises TimeoutError after `limit`."""
    started = time.perf_counter()
    while time.perf_counter() - started < limit:
        if ready():  # type: ignore[operator]
            return time.perf_counter() - started
        time.sleep(0.1)
    raise TimeoutError(f"not ready after {limit} s")
