"""A register's release read once: its parts are kept, and taken again while nothing has changed.

What they depend on is hashed: the files, the card, the registers, the code that reads, and DuckDB.
Kept parts are links to the same bytes, so that they cost no second disk. The folder may be deleted.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from pipelines.claims.reading import Reading, Record, Release
from pipelines.claims.tables.read import read_tables
from pipelines.claims.tables.spec import TableSpec
from pipelines.core.entries import Part
from pipelines.core.ids import short_hash
from pipelines.core.inputs import code_hashes, shaping_versions
from schemas.claims import Documents
from schemas.sql import column_types

_READING: Final = "reading.json"
_READS: Final = ("pipelines/claims/", "pipelines/core/", "schemas/")
"""The code that decides what a reader makes of a file."""

_KEPT: Final = 60
"""Readings kept; those used longest ago go first."""

Tables = Callable[[Release], Sequence[TableSpec]]


def read_once(release: Release, tables: Tables) -> Reading:
    """What `read_tables` makes of a release, from the cache where nothing has changed.

    Raises
    ------
    pipelines.core.csv_rows.FileRefused
        Where the card does not say what the tables need to be known.
    """
    if release.cache is None or release.scratch is None:
        return read_tables(release, tables(release))
    held = release.cache / _digest(release)
    if (held / _READING).exists():
        with suppress(OSError, ValueError, KeyError):  # a damaged one is made anew
            reading = _taken(held, release.scratch)
            os.utime(held)
            return reading
    reading = read_tables(release, tables(release))
    _keep(reading, release.scratch, held)
    _prune(release.cache)
    return reading


def _digest(release: Release) -> str:
    code = {name: one for name, one in code_hashes().items() if name.startswith(_READS)}
    names = [release.gazetteer.fingerprint(), release.actors.fingerprint()]
    return short_hash(
        json.dumps(dict(release.card), sort_keys=True, default=str),
        json.dumps(sorted((file.name, file.sha256) for file in release.files)),
        release.kind,
        json.dumps(names, ensure_ascii=False),
        json.dumps(code, sort_keys=True),
        json.dumps(shaping_versions(), sort_keys=True),
    )


def _taken(held: Path, scratch: Path) -> Reading:
    told = json.loads((held / _READING).read_text(encoding="utf-8"))
    parts = [Part(**{**one, "stored": tuple(one["stored"])}) for one in told["parts"]]
    for number, part in enumerate(parts):
        _link(held / f"{number}.parquet", scratch / part.path)
    return Reading(
        documents=[_with_days(document) for document in told["documents"]],
        files=told["files"],
        quarantine=told["quarantine"],
        parts=parts,
        places=told["places"],
    )


def _with_days(document: Mapping[str, Any]) -> Record:
    types = column_types(Documents)
    return {
        name: date.fromisoformat(value) if value and types[name] == "DATE" else value
        for name, value in document.items()
    }


def _keep(reading: Reading, scratch: Path, held: Path) -> None:
    """Keep a reading, whole or not at all. What cannot be kept is only read again."""
    held.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=held.parent, prefix=".keeping-"))
    try:
        for number, part in enumerate(reading.parts):
            _link(scratch / part.path, fresh / f"{number}.parquet")
        told = {
            "parts": [asdict(part) for part in reading.parts],
            "documents": reading.documents,
            "files": reading.files,
            "quarantine": reading.quarantine,
            "places": reading.places,
        }
        text = json.dumps(told, ensure_ascii=False, default=date.isoformat)
        (fresh / _READING).write_text(text, encoding="utf-8")
        shutil.rmtree(held, ignore_errors=True)
        fresh.rename(held)
    except OSError:
        pass
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, target)


def _prune(cache: Path) -> None:
    held = sorted(
        (path for path in cache.iterdir() if path.is_dir()),
        key=lambda path: path.stat().st_mtime_ns,
        reverse=True,
    )
    for path in held[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
