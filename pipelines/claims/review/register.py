"""The register of reviews, data/raw/reviews.csv: what stands in it, and rows added at its end.

What belongs here: its bytes. What was decided earlier is never rewritten, and stays in its order;
rows are added in one step, by one at a time.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from pipelines.claims.overlays import REVIEWS_FILE
from pipelines.claims.reading import Record
from pipelines.claims.review.release import ReviewFault
from pipelines.core.csv_rows import FileRefused, Layout, read_rows
from schemas.models import columns
from schemas.raw import Decision, Reviews

GUARD: Final = "rests_on"
"""The one column that a register made before it was known may lack."""

_OF_A_DECISION: Final = tuple(name for name in columns(Decision) if name != "line")
COLUMNS: Final = (
    *(name for name in columns(Reviews) if name not in columns(Decision)),
    *_OF_A_DECISION,
)
"""The columns of a new register, in their order."""

_LAYOUT: Final = Layout(tuple(name for name in COLUMNS if name != GUARD), (GUARD,))
_WAIT_SECONDS: Final = 60.0
_LOCK: Final = f".{REVIEWS_FILE}.lock"
_NEW: Final = f".{REVIEWS_FILE}.new"


@dataclass(frozen=True)
class Register:
    """A register as it was read: its text, its columns, and its decisions by line."""

    path: Path
    text: str
    columns: tuple[str, ...]
    rows: tuple[Record, ...]

    @property
    def next_line(self) -> int:
        """The line on which the first added row will stand."""
        return self.text.count("\n") + (1 if self.text.endswith("\n") else 2)

    def add(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Write the register with the rows at its end, whole or not at all."""
        if not rows:
            return
        try:
            _replace(self.path, self._with(rows).encode())
        except OSError as error:
            raise ReviewFault(
                f"{self.path} cannot be written ({error.strerror or error}): nothing was recorded"
            ) from error

    def _with(self, rows: Iterable[Mapping[str, str]]) -> str:
        end = "\r\n" if "\r\n" in self.text else "\n"
        text, names = self.text, self.columns
        if GUARD not in names:
            text, names = _widened(text), (*names, GUARD)
        if text and not text.endswith(("\n", "\r")):
            text += end
        added = io.StringIO(newline="")
        writer = csv.writer(added, lineterminator=end)
        writer.writerows([row[name] for name in names] for row in rows)
        return text + added.getvalue()


@contextmanager
def register_of(raw_dir: Path) -> Iterator[Register]:
    """The register of a data/raw, while nobody else adds to it.

    Raises
    ------
    ReviewFault
        Where it cannot be read or relied on, or somebody else holds it for a minute.
    """
    if not raw_dir.is_dir():
        raise ReviewFault(f"{raw_dir} is not a folder: name the folder of sources with --raw")
    try:
        with FileLock(raw_dir / _LOCK, timeout=_WAIT_SECONDS):
            yield _read(raw_dir / REVIEWS_FILE)
    except Timeout as error:
        raise ReviewFault(
            f"another import has been adding to {raw_dir / REVIEWS_FILE} for {_WAIT_SECONDS:g} "
            "seconds: wait for it to end, or end it, then try again"
        ) from error
    except OSError as error:
        raise ReviewFault(
            f"{raw_dir} cannot be written to ({error.strerror or error}): nothing was recorded"
        ) from error


def _read(path: Path) -> Register:
    if path.is_symlink():
        raise ReviewFault(f"{path} is a link, and links are not followed: put the register there")
    if not path.exists():
        return Register(path, ",".join(COLUMNS) + "\n", COLUMNS, ())
    try:
        data = path.read_bytes()
        table = read_rows(data, _LAYOUT)
    except FileRefused as refused:
        raise ReviewFault(f"{path}: {refused.message}") from refused
    except OSError as error:
        raise ReviewFault(f"{path} cannot be read ({error.strerror})") from error
    faults = [
        f"{path}, line {row.line}: {row.fault.message} {row.fault.fix}"
        for row in table.spoiled
        if row.fault.reason != "row.comment"
    ]
    rows = []
    for row in table.rows:
        if not any(row.cells):
            continue
        cells = table.named(row)
        try:
            rows.append(_record(cells, row.line))
        except ValueError:
            faults.append(f"{path}, line {row.line}, on '{cells['on']}': is no whole ISO day.")
    if faults:
        raise ReviewFault("\n".join([*faults, "Mend the register first; nothing was recorded."]))
    return Register(path, data.decode(), table.columns, tuple(rows))


def _record(cells: Mapping[str, str], line: int) -> Record:
    """A row as `schemas.raw.Reviews` has it."""
    held: Record = {name: cells.get(name) or None for name in COLUMNS}
    return held | {"on": date.fromisoformat(cells["on"]), "line": line}


def _widened(text: str) -> str:
    """The register with the guard's column, empty in every row that it holds."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines)
    has_header = False
    for cells in reader:
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
            continue
        last = lines[reader.line_num - 1]
        bare = last.rstrip("\r\n")
        lines[reader.line_num - 1] = f"{bare},{'' if has_header else GUARD}{last[len(bare) :]}"
        has_header = True
    return "".join(lines)


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(_NEW)
    try:
        with fresh.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
