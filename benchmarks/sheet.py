"""A large claim sheet from bytes to release: rows a second and peak memory.

    python -m benchmarks.sheet [ROWS] [RUNS]

The alternative beside it is what many would write first: pandas reads the same sheet with its own
type guessing and DuckDB stores it. It reads, judges and explains nothing; the ratio is the price of
that, and the last lines show what it gets wrong on the way.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from benchmarks.build import ATTEST
from benchmarks.measure import measure

HEADER = [
    *("row_id", "document_id", "metric", "measure", "value", "qualifier", "unit", "population"),
    *("place", "place_role", "period_start", "period_end", "basis", "speaker", "origin"),
    *("stated_on", "quote", "locator"),
]
PLACES = ("Syria", "Aleppo governorate", "Idleb", "Homs", "Sudan", "Ukraine", "Yemen", "Myanmar")

NAIVE = """
import sys, duckdb, pandas as pd
rows = pd.read_csv(sys.argv[1])
with duckdb.connect(sys.argv[2]) as connection:
    connection.execute("CREATE OR REPLACE TABLE claims AS SELECT * FROM rows")
"""


def write_sheet(folder: Path, rows: int) -> Path:
    """A release folder of one sheet of `rows` claims, the same each time."""
    release = folder / "large-sheet" / "2024-12-31"
    release.mkdir(parents=True)
    with (release / "documents.csv").open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["document_id", "title", "publisher", "published_on", "url"])
        for n in range(100):
            out.writerow([f"bulletin-{n}", f"Bulletin {n}", "Example Agency", "2024-12-31", ""])
    with (release / "claims.csv").open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(HEADER)
        for n in range(rows):
            out.writerow(_row(n))
    hashes = "".join(
        f"  {name}: {hashlib.sha256((release / name).read_bytes()).hexdigest()}\n"
        for name in ("claims.csv", "documents.csv")
    )
    (release / "source.yml").write_text(
        "producer: Example Agency\ntitle: A large sheet\npublisher: Example Agency\n"
        "published_on: 2024-12-31\ndate_accessed: 2025-01-02\ncollected_by: r1\n"
        "license: CC0\nredistributable: true\nreader: claim_sheet\nmaturity: final\n"
        f"sensitivity: public\nlanguage: en\nsha256:\n{hashes}",
        encoding="utf-8",
    )
    return release / "claims.csv"


def _row(n: int) -> list[str]:
    start = date(2020, 1, 1) + timedelta(days=n % 1500)
    value = 3 + (n * 7919) % 9000
    killed = n % 3 != 0
    verb = "killed" if killed else "injured"
    return [
        f"r{n:06d}",
        f"bulletin-{n % 100}",
        verb,
        "flow",
        str(value),
        "at_least" if n % 5 == 0 else "plain",
        "people",
        "civilians" if n % 4 == 0 else "all",
        PLACES[n % len(PLACES)],
        "happened_in",
        start.isoformat(),
        (start + timedelta(days=n % 9)).isoformat(),
        "tallied",
        f"Monitor {n % 40}",
        "",
        "",
        f"{'at least ' if n % 5 == 0 else ''}{value} people were {verb}" if n % 2 else "",
        "" if n % 2 else f"table 1, row {n}",
    ]


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw")
        sheet = write_sheet(raw, rows)
        (Path(folder) / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
        size = sheet.stat().st_size / 1e6
        command = [ATTEST, "build", "--raw", str(raw), "--marts", f"{folder}/marts"]
        afresh = ["rm", "-rf", f"{folder}/marts"]
        ours = measure(command, runs, before=afresh, env={"DAGSTER_HOME": folder})
        print(f"{rows} claims ({size:.1f} MB) from bytes to release: {ours}")
        print(f"rows a second: {rows / ours.median:.0f}")
        naive = measure([sys.executable, "-c", NAIVE, str(sheet), f"{folder}/naive.duckdb"], runs)
        print(f"pandas.read_csv into DuckDB: {naive}")
        print(
            f"ratio: {ours.median / naive.median:.1f} in time, {ours.peak_mb / naive.peak_mb:.1f}"
        )
    wrong = pd.read_csv(io.StringIO("value\n450.000\n1.234\n"))["value"].tolist()
    print(f"pandas reads 450.000 and 1.234 as {wrong}")


if __name__ == "__main__":
    main()
