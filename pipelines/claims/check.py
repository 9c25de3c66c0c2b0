"""What an analyst does with a sheet before a build: begin an empty one, and have one judged.

No card is needed, and no day is taken from a clock: what only a card can say is not judged here.
"""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from pathlib import Path
from typing import Final

from pipelines.claims.reading import RawFile, Reading, Release
from pipelines.claims.register import REGISTER, REGISTER_FILE
from pipelines.claims.sheet import read_sheet
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.sheet_layout import SHEET

SHEET_FILE: Final = "claims.csv"


def check_sheet(
    path: Path, gazetteer: Gazetteer, actors: Actors, date_accessed: date | None = None
) -> Reading:
    """What the reader makes of one sheet, with the `documents.csv` beside it if there is one.

    Days are judged against `date_accessed` only where it is given. Raises OSError where the file
    cannot be opened.
    """
    named = {path.name: path}
    register = path.with_name(REGISTER_FILE)
    if register.exists():
        named.setdefault(REGISTER_FILE, register)
    files = tuple(
        RawFile(name, file, hashlib.sha256(file.read_bytes()).hexdigest())
        for name, file in sorted(named.items())
    )
    card = {
        "source_id": "check",
        "release": "check",
        "date_accessed": date_accessed,
        "sensitivity": "public",
    }
    return read_sheet(Release(card, files, gazetteer, actors))


def empty_sheet(folder: Path) -> tuple[Path, Path]:
    """Write an empty sheet and its register into a folder: headers only, every column in order.

    Raises FileExistsError where one of the two is there already; nothing is written then.
    """
    paths = (folder / SHEET_FILE, folder / REGISTER_FILE)
    for path in paths:
        if path.exists():
            raise FileExistsError(f"{path} is there already. Choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    for path, layout in zip(paths, (SHEET, REGISTER), strict=True):
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(layout.columns)
    return paths
