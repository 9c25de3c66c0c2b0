"""How long the totals of events take, beside plain draws of every event with numpy alone.

    python -m benchmarks.event_totals [EVENTS [DRAWS]]

350,000 events and 1,000 draws unless given, as many as UCDP has, by country and year. Each case
runs in a process of its own, three times in turns; the median is shown, and the greatest memory.
The alternative draws each event's deaths with `Generator.random` and `Generator.gumbel`, adds
the events of a group up with `np.add.reduceat`, a block of draws at a time so that it fits in
memory, and takes the quantiles with `np.quantile`. It makes no table, and no full dependence.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
import pandas as pd

from pipelines.estimates.event_sums import QUANTILES, totals
from pipelines.estimates.event_uncertainty import Parameters, parameters, types_of

EVENTS: Final = 350_000
DRAWS: Final = 1_000
RUNS: Final = 3
SEED: Final = 1
_AT_ONCE: Final = 20
"""Draws of all events that the alternative holds at once."""


def made_up(size: int) -> pd.DataFrame:
    """Events as UCDP has them: half of one death or none, a long tail, a few large wars.

    Of 120 countries and 35 years, a fifth of the country-years hold nine tenths of the events.
    """
    generator = np.random.default_rng(SEED)
    deaths = np.minimum(np.floor((1.0 - generator.random(size)) ** (-1.0 / 1.1)), 100_000)
    deaths[generator.random(size) < 0.07] = 0
    return pd.DataFrame(
        {
            "best": deaths,
            "type_of_violence": generator.choice([1, 2, 3], size, p=[0.68, 0.14, 0.18]),
            "country": np.minimum(generator.pareto(0.6, size).astype(int), 119),
            "year": generator.integers(1989, 2024, size),
        }
    )


def ours(events: pd.DataFrame, n_draws: int) -> int:
    """The totals, and how many rows they have."""
    return len(
        totals(
            events["best"],
            events["type_of_violence"],
            events[["country", "year"]],
            n_draws=n_draws,
        )
    )


def plain(events: pd.DataFrame, n_draws: int) -> int:
    """Every event drawn, and how many quantiles that gives."""
    group = events.groupby(["country", "year"]).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    events = events.iloc[order]
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    best = events["best"].to_numpy()
    given: Parameters = parameters(best, types_of(events["type_of_violence"]))
    generator = np.random.default_rng(SEED)
    sums = np.empty((len(starts), n_draws))
    for first in range(0, n_draws, _AT_ONCE):
        last = min(first + _AT_ONCE, n_draws)
        size = (last - first, len(best))
        deaths = np.where(
            generator.random(size) < given.weight,
            best,
            generator.gumbel(given.location, given.scale, size),
        )
        sums[:, first:last] = np.add.reduceat(deaths, starts, axis=1).T
    return int(np.quantile(sums, list(QUANTILES.values()), axis=1).size)


WAYS: Final = {"ours": ours, "plain": plain}


def timed(way: str, size: int, n_draws: int) -> tuple[float, float]:
    """Seconds of one case, without making the events, and the peak memory of the process in MB."""
    events = made_up(size)
    began = perf_counter()
    WAYS[way](events, n_draws)
    took = perf_counter() - began
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_its_own_process(way: str, size: int, n_draws: int) -> tuple[float, float]:
    """`timed` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.event_totals", "--one"]
    done = subprocess.run(
        [*command, way, str(size), str(n_draws)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def report(size: int, n_draws: int) -> str:
    """A table of the cases: the one asked for with both ways, and how ours scales around it."""
    cases = [
        (size, n_draws, True),
        (size // 10, n_draws, True),
        (size * 10, n_draws, False),
        (size, n_draws * 4, False),
        (size, n_draws * 10, False),
    ]
    lines = ["| events | draws | ours | numpy alone | ratio |", "|---:|---:|---:|---:|---:|"]
    for events, draws, both in cases:
        runs: dict[str, list[tuple[float, float]]] = {"ours": [], "plain": []}
        for _ in range(RUNS):
            for way in ("ours", "plain") if both else ("ours",):
                runs[way].append(in_its_own_process(way, events, draws))
        cells = [_shown(runs[way]) for way in ("ours", "plain")]
        ratio = f"{_median(runs['plain']) / _median(runs['ours']):.0f} : 1" if both else ""
        lines.append(f"| {events:,} | {draws:,} | {cells[0]} | {cells[1]} | {ratio} |")
    return "\n".join(lines)


def _median(runs: list[tuple[float, float]]) -> float:
    return statistics.median(seconds for seconds, _ in runs)


def _shown(runs: list[tuple[float, float]]) -> str:
    if not runs:
        return ""
    return f"{_median(runs):.2f} s, {max(peak for _, peak in runs):.0f} MB"


def main() -> None:
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps(timed(words[1], int(words[2]), int(words[3]))))
    else:
        size, n_draws = [*map(int, words), *(EVENTS, DRAWS)[len(words) :]]
        print(report(size, n_draws))


if __name__ == "__main__":
    main()
