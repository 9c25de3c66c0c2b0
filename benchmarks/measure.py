"""Run a command to its end in a process of its own: seconds, time of the processor, peak memory."""

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


@dataclass(frozen=True)
class Once:
    """One run: seconds, seconds of all processors together, and peak resident memory in MB."""

    seconds: float
    cpu: float
    peak_mb: float
    said: str
    """What it wrote to standard output."""


_WRAPPER = (
    "import resource, subprocess, sys, time\n"
    "t = time.perf_counter()\n"
    "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)\n"
    "t = time.perf_counter() - t\n"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "print(t, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, done.returncode)\n"
    "print(done.stdout, end='')\n"
)


def once(command: Sequence[str], *, env: Mapping[str, str] = {}) -> Once:
    """Run `command` one time. Raises SystemExit with what it said of its failure."""
    done = subprocess.run(
        [sys.executable, "-c", _WRAPPER, *command],
        capture_output=True,
        text=True,
        env=os.environ | env,
        check=True,
    )
    first, _, said = done.stdout.partition("\n")
    took, cpu, peak, code = first.split()
    if code != "0":
        raise SystemExit(f"{' '.join(command)} ended with {code}\n{done.stderr}")
    return Once(float(took), float(cpu), float(peak), said)


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
        one = once(command, env=env)
        if run:
            seconds.append(one.seconds)
            peak = max(peak, one.peak_mb)
    return Measured(tuple(seconds), peak)


def until(ready: object, limit: float = 120.0) -> float:
    """Seconds until the callable `ready` is true; raises TimeoutError after `limit`."""
    started = time.perf_counter()
    while time.perf_counter() - started < limit:
        if ready():  # type: ignore[operator]
            return time.perf_counter() - started
        time.sleep(0.1)
    raise TimeoutError(f"not ready after {limit} s")
