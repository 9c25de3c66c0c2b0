"""How long a collection takes to talk to itself: relations, repeats, floors and findings.

    python -m benchmarks.collection [SIZE...]
    python -m benchmarks.collection --profile SIZE

Each size (1,000 and 10,000 claims unless given) runs three times from the tables of
`benchmarks.synthetic`, each time in a process of its own; the run in the middle is shown. The
alternative beside the relations is the loop that many would write first: every question against
every other, one call of `relate` a pair, without even writing a table. It is run on a sample of the
pairs, drawn evenly, and its seconds are those of the sample scaled to all.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, Final, TypeVar

import pandas as pd

from benchmarks.synthetic import SEED, asked, synthetic
from pipelines.core.actors import Actors
from pipelines.core.records import records
from pipelines.core.relation import Facts, relate
from pipelines.estimates.attribution import checks
from pipelines.estimates.findings import findings
from pipelines.estimates.floors import floor_of
from pipelines.estimates.held import hold
from pipelines.estimates.pairs import compared_with, relations
from pipelines.estimates.questions import questions
from pipelines.estimates.rows import rows_of
from pipelines.figures.stage import make_figures

SIZES: Final = (1_000, 10_000)
ASKED: Final = 20
SAMPLE: Final = 20_000
RUNS: Final = 3
WITHOUT_LIMIT: Final = "relations, without the table's limit"
ONE_BY_ONE: Final = "every pair by `relate`, scaled from a sample"
TOGETHER: Final = ("repeats", "hold", "relations", "floors", "findings")

Made = TypeVar("Made")


@dataclass
class Timed:
    """Seconds of each part for one size, with what it made, and the peak memory of the process."""

    claims: int
    seconds: dict[str, float] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    peak_mb: float = 0.0

    def run(self, name: str, part: Callable[[], Made]) -> Made:
        """Do a part and keep its seconds."""
        began = perf_counter()
        result = part()
        self.seconds[name] = perf_counter() - began
        return result

    @property
    def together(self) -> float:
        """Seconds of all parts that the aim is for."""
        return sum(self.seconds[name] for name in TOGETHER)


def timed(size: int) -> Timed:
    """Every part once, on a synthetic collection of `size` claims."""
    tables = synthetic(size)
    time = Timed(size)
    figures = time.run(
        "repeats", lambda: make_figures(tables["claims/claims"], tables["raw/actors"])
    )
    facts = facts_of(tables)
    held = time.run(
        "hold",
        lambda: hold(
            rows_of(tables["claims/claims"], figures), facts, Actors(tables["raw/actors"])
        ),
    )
    names = {row["place_id"]: row["name"] for row in records(tables["raw/places"], NAMED)}
    scopes = questions(rows_of(tables["claims/claims"], figures), names, [])
    related = time.run("relations", lambda: relations(scopes, facts))
    forced = time.run("floors", lambda: [floor_of(scope, held) for scope in asked(ASKED)])
    found = time.run("findings", lambda: findings(held, checks(held), []))
    time.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = time.run(WITHOUT_LIMIT, lambda: len(relations(scopes, facts, limit=10**12)))
    pairs = len(scopes) * (len(scopes) - 1) // 2
    time.seconds[ONE_BY_ONE] = one_by_one(scopes, facts) * pairs
    time.made = {
        "repeats": int(figures["repeat_of"].notna().sum()),
        "possible repeats": int(figures["possible_repeat_of"].notna().sum()),
        "questions": len(scopes),
        "rows of the table of relations": len(related),
        "questions of which it holds every pair of one metric": sum(
            word != "some" for word in compared_with(scopes, facts).values()
        ),
        "rows without the limit": whole,
        "floors": sum(floor.low is not None for floor in forced),
        "findings": len(found),
        "pairs of questions": pairs,
    }
    return time


NAMED: Final = ("place_id", "name")


def facts_of(tables: Mapping[str, pd.DataFrame]) -> Facts:
    """What the registers say."""
    return Facts.of(tables["raw/places"], tables["raw/territories"], tables["raw/populations"])


def one_by_one(scopes: list[dict[str, Any]], facts: Facts) -> float:
    """Seconds a pair of the loop over pairs, on a sample."""
    draw = Random(SEED)
    sample = [draw.sample(scopes, 2) for _ in range(SAMPLE)]
    began = perf_counter()
    for a, b in sample:
        relate(a, b, facts)
    return (perf_counter() - began) / SAMPLE


def profile(size: int) -> None:
    """Where the seconds go, by function."""
    watched = cProfile.Profile()
    watched.runcall(timed, size)
    pstats.Stats(watched).sort_stats("tottime").print_stats(25)


def in_its_own_process(size: int) -> Timed:
    """`timed` in a fresh process, so that its peak memory is its own."""
    command = [sys.executable, "-m", "benchmarks.collection", "--one", str(size)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).resolve().parents[1]
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return Timed(**json.loads(done.stdout))


def in_the_middle(size: int) -> Timed:
    """Of several runs the one whose parts together took the median time."""
    runs = sorted((in_its_own_process(size) for _ in range(RUNS)), key=lambda run: run.together)
    return runs[RUNS // 2]


def report(times: list[Timed]) -> str:
    """A table of the parts, with the growth from the first size to the last."""
    first, last = times[0], times[-1]
    lines = ["| | " + " | ".join(f"{time.claims:,} claims" for time in times) + " | growth |"]
    lines.append("|---|" + "---:|" * (len(times) + 1))
    rows = {name: [time.seconds[name] for time in times] for name in TOGETHER}
    rows["together"] = [time.together for time in times]
    rows |= {name: [time.seconds[name] for time in times] for name in (WITHOUT_LIMIT, ONE_BY_ONE)}
    for name, seconds in rows.items():
        growth = seconds[-1] / seconds[0] if seconds[0] else float("nan")
        cells = [f"{value:.2f} s" for value in seconds]
        lines.append(f"| {name} | {' | '.join(cells)} | {growth:.1f} |")
    ratios = [time.seconds[ONE_BY_ONE] / time.seconds[WITHOUT_LIMIT] for time in times]
    shown = " | ".join(f"{ratio:.0f} : 1" for ratio in ratios)
    lines.append(f"| one by one : by joins, of all pairs | {shown} | |")
    memory = [f"{time.peak_mb:.0f} MB" for time in times]
    growth = last.peak_mb / first.peak_mb
    lines.append(f"| peak memory | {' | '.join(memory)} | {growth:.1f} |")
    for name in first.made:
        made = [f"{time.made[name]:,}" for time in times]
        lines.append(f"| {name} | {' | '.join(made)} | |")
    return "\n".join(lines)


def main() -> None:
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps(asdict(timed(int(words[1])))))
    elif words[:1] == ["--profile"]:
        profile(int(words[1]))
    else:
        print(report([in_the_middle(int(size)) for size in words or SIZES]))


if __name__ == "__main__":
    main()
