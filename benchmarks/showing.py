"""How long a picture, the standing charts and the standing briefings of a release take.

    python -m benchmarks.showing [MARTS]

The release in MARTS (data/marts unless given) is opened once. Each picture of the gallery is then
drawn three times and written as PNG, SVG and PDF; the median counts. The alternative beside it is
matplotlib's own `savefig` of a bare scatter, with its defaults, in the same three formats: the
least that three files of a picture cost.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from matplotlib.figure import Figure

from pipelines import gallery, showing
from pipelines.charts import stage, style
from pipelines.core.inputs import ROOT

RUNS: Final = 3


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median seconds of some runs after one that does not count."""
    took = []
    for _ in range(runs + 1):
        started = perf_counter()
        work()
        took.append(perf_counter() - started)
    return statistics.median(took[1:])


def bare(points: int, out: Path) -> None:
    """A scatter without words, written in the formats of a chart."""
    figure = Figure(figsize=(8, 6))
    figure.subplots().scatter(range(points), range(points))
    for ending in style.FORMATS:
        figure.savefig(out / f"bare.{ending}")


def kinds(marts: Path, out: Path) -> None:
    """One line a picture of the gallery."""
    now = showing.opened(marts, None)
    floor = seconds(partial(bare, 20, out))
    print(f"matplotlib alone, a scatter of 20 points, three formats: {floor:.2f} s")
    for shown in gallery.gallery(now):
        release = showing.opened(marts, shown.as_of) if shown.as_of else now
        tables, request = showing.tables_for(release, shown.typed)
        took = seconds(partial(showing.draw, release, shown.kind, tables, request, out))
        print(f"{shown.name}: {took:.2f} s, {took / floor:.1f} times as long")
        del tables


def main() -> None:
    marts = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "marts"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        kinds(marts, out)
        release = showing.opened(marts, None)
        tables = release.marts()
        charts = seconds(partial(stage.draw, tables, out / "charts", release.release_id), 1)
        print(f"the standing charts, {len(list((out / 'charts').iterdir()))} files: {charts:.1f} s")
        started = perf_counter()
        written = showing.write_standing_briefings(marts, release.release_id, out / "briefings")
        briefings = perf_counter() - started
        print(f"the standing briefings, {sum(map(len, written.values()))} files: {briefings:.1f} s")
        print(f"both: {charts + briefings:.1f} s")


if __name__ == "__main__":
    main()
