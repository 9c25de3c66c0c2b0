"""A register as large as UCDP's, and ten times that, from bytes to a release.

    python -m benchmarks.registers [RUNS [ROWS ...]]

Files like UCDP's are made from the shared samples (`ged_like`): 100,000, 400,000 and 4,000,000 rows
unless given. Each way of reading one runs in a process of its own, in turns, RUNS times (the
largest once); medians are compared, of seconds and of the processor's time, which others on the
machine disturb less.

- `attest build`: the whole command, with Dagster, charts and an empty folder of releases.
- the stages alone: the same functions called one after another in one process, each table judged,
  up to the verified release with its database and Parquet; no Dagster, no charts. Says where the
  time goes.
- DuckDB: `COPY (FROM read_csv(file)) TO parquet`, its own type guessing, before and after each of
  ours. Judges nothing.
- pandas: `read_csv`, a pandera model with the rules that the reader has for a row, bad rows set
  aside; DuckDB writes the Parquet file, since pandas needs pyarrow to. No claims, no places.

Then, with the rows of the middle size in four sources, the build again with nothing changed, beside
the checksums of the same bytes, and with one source changed, beside a build with nothing kept.
"""

from __future__ import annotations

import hashlib
import json
import math
import resource
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import duckdb
import yaml

from benchmarks import ged_like
from benchmarks.build import ATTEST
from benchmarks.measure import Once, once

ROOT: Final = Path(__file__).resolve().parents[1]
RUNS: Final = 3
ROWS: Final = (100_000, 400_000, 4_000_000)
LARGE: Final = 1_000_000
"""Rows from which a file is read once and not RUNS times."""

MOST_MEMORY: Final = 10 * 1024**3
"""What the pandas way may hold before it is told that there is no more."""

CARD: Final = {
    "producer": "UCDP",
    "title": "Events like those of UCDP GED",
    "publisher": "Nobody",
    "url": "https://example.org",
    "date_accessed": "2026-11-01",
    "collected_by": "benchmark",
    "license": "CC BY 4.0",
    "redistributable": True,
    "reader": "ucdp_ged",
    "published_on": "2026-10-01",
    "maturity": "final",
    "sensitivity": "public",
}


def raw_of(folder: Path, files: dict[str, Path]) -> Path:
    """A data/raw of the project's registers, with each file as a source under its name."""
    from pipelines.raw.checksums import pin  # here, so that no other way waits for its imports

    raw = folder / "raw"
    raw.mkdir(parents=True)
    for name in ("actors.csv", "places.csv", "populations.csv", "territories.csv"):
        shutil.copyfile(ROOT / "data" / "raw" / name, raw / name)
    for source, file in files.items():
        release = raw / source / "1"
        release.mkdir(parents=True)
        (release / "events.csv").hardlink_to(file)
        (release / "source.yml").write_text(yaml.safe_dump(CARD), encoding="utf-8")
        pin(raw, source)
    return raw


# Ways of reading a file, each in a process of its own


def stages(raw: Path, folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds, and seconds of the processor, of each stage of a build without Dagster."""
    from pipelines.claims.stage import read_claims
    from pipelines.core.inputs import inputs_of
    from pipelines.core.tables import MODELS, Staging
    from pipelines.estimates import stage as estimates
    from pipelines.figures.entries import figures_of_entries
    from pipelines.figures.stage import make_figures
    from pipelines.marts.build import publishable, published_parts
    from pipelines.marts.lanes import Lanes
    from pipelines.marts.release import publish
    from pipelines.raw.fingerprint import input_files
    from pipelines.raw.stage import take_stock
    from schemas import judge
    from schemas.claims import Claims, Events
    from schemas.figures import Figures
    from schemas.sql import judge_relation

    took: dict[str, tuple[float, float]] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        began, used = perf_counter(), process_time()
        yield
        took[name] = (perf_counter() - began, process_time() - used)

    def refuse_bad(tables: dict[str, Any], *in_parts: Any) -> None:
        """As the blocking checks of the assets do."""
        staging.write(tables)
        for key, rows in tables.items():
            assert judge(MODELS[key], rows).empty, key
        entries = staging.entries
        with entries.connected() as connection:
            for model in in_parts:
                for part in entries.of(model):
                    assert not judge_relation(connection, model, entries.relation(model, [part]))

    with timed("raw"):
        tables = take_stock(raw, "own")
        inputs = inputs_of(input_files(raw, "own"), "own")
        staging = Staging(folder / ".staging" / inputs.id)
    with timed("claims"):
        tables |= (made := read_claims(tables, raw, "own", staging.scratch, folder / "parts"))
    with timed("claims, judged"):
        refuse_bad(made, Claims, Events)
    with timed("figures"):
        made = {
            "figures/figures": make_figures(
                tables["claims/claims"], tables["raw/actors"], tables["claims/documents"]
            )
        }
        tables |= made
        figures_of_entries(staging.entries)
    with timed("figures, judged"):
        refuse_bad(made, Figures)
    with timed("estimates"):
        tables |= (made := estimates.answer(tables, staging.entries))
        refuse_bad(made)
    with timed("marts"):
        marts = publishable(tables, "own", staging.entries)
        refuse_bad(marts)
    with timed("release"):
        parts = published_parts(staging.entries, marts["marts/documents"], "own")
        publish(marts, None, folder, inputs, {}, Lanes(parts))
    return took


def plain_duckdb(file: Path, target: Path) -> None:
    """The rows of the file as Parquet, by DuckDB alone."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{file}')) TO '{target}' (FORMAT parquet)")


def plain_pandas(file: Path, target: Path) -> None:
    """The rows of the file that keep the reader's rules as Parquet, by pandas and pandera."""
    import pandas as pd
    import pandera.pandas as pa

    deaths = ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    people = pa.Check.in_range(0, 10_000_000_000)
    model = pa.DataFrameSchema(
        {
            "id": pa.Column("int64", unique=True),
            "year": pa.Column("int64"),
            "type_of_violence": pa.Column("int64", pa.Check.isin([1, 2, 3])),
            "country": pa.Column(str),
            "latitude": pa.Column("float64", pa.Check.in_range(-90, 90), nullable=True),
            "longitude": pa.Column("float64", pa.Check.in_range(-180, 180), nullable=True),
            "where_prec": pa.Column("int64", pa.Check.in_range(1, 7)),
            "event_clarity": pa.Column("int64", pa.Check.isin([1, 2])),
            "date_prec": pa.Column("int64", pa.Check.in_range(1, 5)),
            "date_start": pa.Column("datetime64[us]"),
            "date_end": pa.Column("datetime64[us]"),
            **{name: pa.Column("int64", people) for name in (*deaths, "low", "best", "high")},
        },
        checks=[
            pa.Check(lambda rows: rows["date_start"] <= rows["date_end"], name="days in order"),
            pa.Check(lambda rows: rows["best"] == rows[list(deaths)].sum(axis=1), name="sum"),
        ],
    )
    rows = pd.read_csv(file, low_memory=False)
    for name in ("date_start", "date_end"):
        rows[name] = pd.to_datetime(rows[name], format="ISO8601").astype("datetime64[us]")
    try:
        model.validate(rows, lazy=True)
    except pa.errors.SchemaErrors as errors:
        bad = errors.failure_cases["index"].dropna().unique()
        rows = rows.drop(index=bad)
        print(f"{len(bad)} rows set aside")
    with duckdb.connect() as connection:
        connection.register("rows_in_hand", rows)
        connection.execute(f"COPY (FROM rows_in_hand) TO '{target}' (FORMAT parquet)")


def checksums(*folders: Path) -> None:
    """SHA-256 of every file of the folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                with path.open("rb") as stream:
                    hashlib.file_digest(stream, "sha256")


def _own(way: str, *arguments: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.registers", f"--{way}", *map(str, arguments)]


# Reports


class Runs:
    """The runs of each way, in turns."""

    def __init__(self) -> None:
        self.of: dict[str, list[Once]] = {}

    def add(self, way: str, run: Once) -> None:
        self.of.setdefault(way, []).append(run)

    def seconds(self, way: str) -> float:
        return statistics.median(run.seconds for run in self.of[way])

    def cpu(self, way: str) -> float:
        return statistics.median(run.cpu for run in self.of[way])

    def peak(self, way: str) -> float:
        return max(run.peak_mb for run in self.of[way])

    def table(self, beside: str) -> str:
        """A row a way, with its ratios to the way that it is compared with."""
        lines = [
            "| | seconds | ratio | processor | ratio | peak memory |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for way in self.of:
            ratio = self.seconds(way) / self.seconds(beside)
            used = self.cpu(way) / self.cpu(beside)
            lines.append(
                f"| {way} | {self.seconds(way):.2f} | {ratio:.2f} | {self.cpu(way):.2f} s | "
                f"{used:.2f} | {self.peak(way):,.0f} MB |"
            )
        return "\n".join(lines)


WHOLE: Final = "`attest build`"
STAGES: Final = "the stages alone"
DUCKDB: Final = "DuckDB"
PANDAS: Final = "pandas, pandera"


def one_size(work: Path, rows: int, runs: int) -> Runs:
    """All ways over one file of that size, `runs` times in turns."""
    file = work / f"ged_{rows}.csv"
    ged_like.write(file, rows, ged_like.shared_folder())
    raw = raw_of(work / str(rows), {"events": file})
    held: dict[str, list[tuple[float, float]]] = {}
    made = Runs()
    with_pandas = True
    plain = _own("duckdb", file, work / "plain.parquet")
    for _ in range(runs):
        made.add(DUCKDB, once(plain))
        with _afresh(work / "marts") as marts:
            ours = once(_own("stages", raw, marts))
            made.add(STAGES, ours)
        for stage, took in json.loads(ours.said).items():
            held.setdefault(stage, []).append(took)
        made.add(DUCKDB, once(plain))
        with _afresh(work / "marts") as marts:
            made.add(WHOLE, once(_build(raw, marts), env=_home(work)))
        made.add(DUCKDB, once(plain))
        if with_pandas:
            try:
                made.add(PANDAS, once(_own("pandas", file, work / "plain.parquet")))
            except SystemExit as failure:
                if "MemoryError" not in str(failure):
                    raise
                with_pandas = False
                print(f"pandas needs more than {MOST_MEMORY / 1024**3:.0f} GB for {rows:,} rows")
    print(f"\n{rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB, {runs} runs\n")
    print(made.table(DUCKDB))
    print("\n| stage | seconds | processor |\n|---|---:|---:|")
    for stage, times in held.items():
        seconds, used = (statistics.median(one) for one in zip(*times, strict=True))
        print(f"| {stage} | {seconds:.2f} | {used:.2f} s |")
    shutil.rmtree(work / str(rows))
    file.unlink()
    return made


def slopes(sizes: Sequence[int], held: Sequence[Runs]) -> None:
    """How time grows with rows: the slope of a line through the logarithms."""
    logs = [math.log(rows) for rows in sizes]
    for way in (WHOLE, STAGES, DUCKDB):
        for what, of in (("seconds", Runs.seconds), ("processor", Runs.cpu)):
            slope = statistics.linear_regression(logs, [math.log(of(r, way)) for r in held]).slope
            print(f"log-log slope of {way}, {what}: {slope:.2f}")


def again(work: Path, rows: int, runs: int) -> None:
    """A build with nothing changed, and one with a source of four changed."""
    from pipelines.raw.checksums import pin

    shared = ged_like.shared_folder()
    files = {}
    for number in range(4):
        files[f"events-{number}"] = file = work / f"source_{number}.csv"
        ged_like.write(file, rows // 4, shared, seed=ged_like.SEED + number)
    raw = raw_of(work / "again", files)
    marts = work / "marts-again"
    once(_build(raw, marts), env=_home(work))
    unchanged = Runs()
    for _ in range(runs):
        current = marts / "releases" / (marts / "current").readlink().name
        unchanged.add("checksums of sources and release", once(_own("checksums", raw, current)))
        unchanged.add("`attest build`, nothing changed", once(_build(raw, marts), env=_home(work)))
        unchanged.add("`attest --version`", once([ATTEST, "--version"]))
    print(f"\nFour sources of {rows // 4:,} rows, nothing changed\n")
    print(unchanged.table("checksums of sources and release"))

    changed = Runs()
    for number in range(runs):
        before = _kept(marts)
        target = raw / "events-3" / "1" / "events.csv"
        target.unlink()
        ged_like.write(target, rows // 4, shared, seed=ged_like.SEED + 100 + number)
        pin(raw, "events-3")
        changed.add("one source changed", once(_build(raw, marts), env=_home(work)))
        after = _kept(marts)
        read = sorted(source for path, source in after.items() if path not in before)
        with _afresh(work / "marts") as fresh:
            changed.add("nothing kept", once(_build(raw, fresh), env=_home(work)))
    taken = sorted({*after.values()} - {*read})
    print("\nOne source of the four changed\n")
    print(changed.table("nothing kept"))
    print(f"\nread again: {', '.join(read)}; taken from what was kept: {', '.join(taken)}")


def _kept(marts: Path) -> dict[Path, str]:
    """The readings that a build has kept, and the source of each."""
    found = {}
    for path in (marts / ".staging" / "parts").glob("*/reading.json"):
        parts = json.loads(path.read_text(encoding="utf-8"))["parts"]
        found[path.parent] = parts[0]["source_id"]
    return found


def _build(raw: Path, marts: Path) -> list[str]:
    return [ATTEST, "build", "--raw", str(raw), "--marts", str(marts)]


def _home(work: Path) -> dict[str, str]:
    return {"DAGSTER_HOME": str(work)}


@contextmanager
def _afresh(folder: Path) -> Iterator[Path]:
    """A folder that does not exist yet, and is removed afterwards."""
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    way, paths = sys.argv[1:2], [Path(one) for one in sys.argv[2:]]
    if way == ["--stages"]:
        print(json.dumps(stages(*paths)))
    elif way == ["--duckdb"]:
        plain_duckdb(*paths)
    elif way == ["--pandas"]:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        plain_pandas(*paths)
    elif way == ["--checksums"]:
        checksums(*paths)
    else:
        runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
        sizes = [int(rows) for rows in sys.argv[2:]] or list(ROWS)
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            (work / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
            held = [one_size(work, rows, 1 if rows >= LARGE else runs) for rows in sizes]
            if len(sizes) > 1:
                slopes(sizes, held)
            again(work, sorted(sizes)[len(sizes) // 2], runs)


if __name__ == "__main__":
    main()
