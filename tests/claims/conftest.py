"""A good sheet to break one thing of at a time."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

from pipelines.claims.reading import RawFile, Reading, Release
from pipelines.claims.sheet import read_sheet
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from schemas import frame, raw

GOOD = {
    "row_id": "r1",
    "document_id": "bulletin-1",
    "metric": "killed",
    "value": "600",
    "qualifier": "more_than",
    "unit": "people",
    "population": "civilians",
    "place": "Aleppo governorate",
    "period_start": "2016-09-19",
    "period_end": "2016-10-06",
    "speaker": "SOHR",
    "stated_on": "2016-10-06",
    "quote": "More than 600 civilians were killed in the province.",
    "locator": "p. 2",
}
DOCUMENT = {
    "document_id": "bulletin-1",
    "title": "Bulletin 1",
    "publisher": "Agency",
    "published_on": "2016-10-07",
    "url": "https://example.org/1",
}
ACCESSED = date(2016, 12, 31)


def as_csv(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = ()) -> bytes:
    """Rows as the bytes of a CSV, under the columns given or those of the rows."""
    rows = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="session")
def places() -> pd.DataFrame:
    def place(place_id: str, name: str, level: int, parent: str | None) -> dict[str, Any]:
        return {
            "place_id": place_id,
            "name": name,
            "level": level,
            "parent_id": parent,
            "gazetteer": "test",
        }

    rows = [place("SYR", "Syria", 0, None), place("SY02", "Aleppo governorate", 1, "SYR")]
    return frame(raw.Places, rows)


@pytest.fixture(scope="session")
def gazetteer(places: pd.DataFrame) -> Gazetteer:
    return Gazetteer(places, frame(raw.Territories, []))


@pytest.fixture(scope="session")
def actors_table() -> pd.DataFrame:
    return frame(
        raw.Actors,
        [
            {"actor_id": "sohr", "name": "SOHR", "citation": "test"},
            {"actor_id": "un", "name": "United Nations", "citation": "test"},
        ],
    )


@pytest.fixture(scope="session")
def actors(actors_table: pd.DataFrame) -> Actors:
    return Actors(actors_table)


@dataclass
class Desk:
    """Writes files of a release and reads them as the stage does."""

    folder: Path
    gazetteer: Gazetteer
    actors: Actors
    good: ClassVar = GOOD
    document: ClassVar = DOCUMENT
    accessed: ClassVar = ACCESSED
    as_csv: ClassVar = staticmethod(as_csv)

    def read_files(self, files: Mapping[str, bytes], kind: str = "own", **card: Any) -> Reading:
        read = []
        for name, data in files.items():
            path = self.folder / name
            path.write_bytes(data)
            read.append(RawFile(name, path, hashlib.sha256(data).hexdigest()))
        held = {
            "source_id": "office",
            "release": "2016-12-31",
            "date_accessed": ACCESSED,
            "sensitivity": "public",
            "facts": "{}",
        }
        release = Release(held | card, tuple(read), self.gazetteer, self.actors, kind)  # type: ignore[arg-type]
        return read_sheet(release)

    def read(
        self,
        *rows: Mapping[str, str],
        documents: Iterable[Mapping[str, str]] = (DOCUMENT,),
        kind: str = "own",
        **card: Any,
    ) -> Reading:
        """The reading of good rows with the changes given, each with an id of its own."""
        sheet = [{**GOOD, "row_id": f"r{n}", **row} for n, row in enumerate(rows, start=1)]
        files = {"claims.csv": as_csv(sheet, GOOD), "documents.csv": as_csv(documents, DOCUMENT)}
        return self.read_files(files, kind, **card)

    def one_fault(self, column: str, reason: str, **changes: str) -> dict[str, Any]:
        """The one line of the quarantine that the changes of a good row give."""
        reading = self.read(changes)
        assert [(q["column_name"], q["reason"]) for q in reading.quarantine] == [(column, reason)]
        assert not reading.claims
        line = reading.quarantine[0]
        assert line["message"] and line["fix"] and line["row"] == 2
        return dict(line)

    def one_claim(self, **changes: str) -> dict[str, Any]:
        """The claim that a good row with the changes gives."""
        reading = self.read(changes)
        assert reading.quarantine == []
        return dict(reading.claims[0])


@pytest.fixture
def desk(tmp_path: Path, gazetteer: Gazetteer, actors: Actors) -> Desk:
    return Desk(tmp_path, gazetteer, actors)
