"""Files as UCDP's Georeferenced Event Dataset has them, of any size, made from the shared samples.

    python -m benchmarks.ged_like ROWS FILE

Each row is a row of a sample, drawn with the same chance as any other: Syria, Ukraine, Colombia,
Myanmar and Bangladesh, and 1,000 events of the whole world, so that numbers, actors, places, days
and lengths of texts occur as often as they do there. Every sample is put into the 49 columns of
release 23.1; what a sample lacks is taken from the column that says the same, else left empty. Ids
are fresh and in no order, as in the real files, and each row's article is marked with its id, since
most articles stand there once.

The samples are read in place, at ATTEST_SHARED or `../shared`. What is made from them is for a
temporary folder and is never committed.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

SAMPLES: Final = (
    "ucdp_ged_syria/ged_syria_2016_2019.csv.gz",
    "ucdp_ged_countries/ukr_ged221.csv.gz",
    "ucdp_ged_countries/col_ged191.csv.gz",
    "ucdp_ged_countries/mmr_bgd_ged191.csv.gz",
    "ucdp_ged_sample/ged231_sample_1000.csv.gz",
)
LAYOUT: Final = "ucdp_ged_sample/ged231_sample_1000.csv.gz"
"""The sample whose columns are those of the file."""

SEED: Final = 20230606

_STEP: Final = 1_000_003
"""Between the ids of one row and the next, modulo the number of rows. A prime: none comes twice."""

_SAME: Final = {
    "conflict_dset_id": "conflict_new_id",
    "dyad_dset_id": "dyad_new_id",
    "side_a_dset_id": "side_a_new_id",
    "side_b_dset_id": "side_b_new_id",
    "where_description": "where_coordinates",
}
"""Columns that some samples lack, and where they have the same."""

_FRESH: Final = "\0"
"""Where the id of a row will stand."""

_AT_ONCE: Final = 50_000


def shared_folder() -> Path:
    """The folder of the shared data. Ends the program where it is not there."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("ATTEST_SHARED", beside))
    missing = [name for name in SAMPLES if not (folder / "data" / name).is_file()]
    if missing:
        raise SystemExit(
            f"{folder / 'data'} lacks {', '.join(missing)}: set ATTEST_SHARED to the folder that "
            "holds data/ucdp_ged_syria and the others; without them no file can be made like them"
        )
    return folder


def header(shared: Path) -> list[str]:
    """The columns of the file."""
    return list(_rows(shared / "data" / LAYOUT)[0])


def write(target: Path, rows: int, shared: Path, seed: int = SEED) -> None:
    """Write a file of that many rows; the same bytes for the same samples and seed."""
    names = header(shared)
    pool = [
        _parted(names, row)
        for sample in SAMPLES
        for row in _rows(shared / "data" / sample)
        if not _is_tags(row)
    ]
    draw = Random(seed)
    with target.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(names) + "\n")
        for first in range(0, rows, _AT_ONCE):
            drawn = draw.choices(pool, k=min(_AT_ONCE, rows - first))
            out.write("".join(_joined(drawn, first, rows)))


def _joined(drawn: list[list[str]], first: int, rows: int) -> Iterator[str]:
    for number, parts in enumerate(drawn, first):
        yield str(1 + number * _STEP % rows).join(parts)


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _is_tags(row: dict[str, str]) -> bool:
    """Whether a row holds the tags that OCHA puts below the header."""
    return row["best"].startswith("#")


def _parted(names: list[str], row: dict[str, str]) -> list[str]:
    """A row as a line of the file, cut where its id will stand."""
    held = {name: row.get(name) or row.get(_SAME.get(name, ""), "") for name in names}
    held["id"] = _FRESH
    held["relid"] = f"{held['relid'] or 'GED'}-{_FRESH}"
    held["source_article"] = f"{held['source_article'].strip()} [{_FRESH}]"
    held["code_status"] = held["code_status"] or "Clear"
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(held.values())
    return line.getvalue().split(_FRESH)


def main() -> None:
    rows, target = sys.argv[1:]
    write(Path(target), int(rows), shared_folder())


if __name__ == "__main__":
    main()
