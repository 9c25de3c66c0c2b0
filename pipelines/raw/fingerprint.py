"""Which bytes of data/raw a release follows from, by path: what the release id is made of.

A public release follows only from what it may read: nothing of another source is hashed, and of the
registers and overlays that speak of several sources only the rows that it may see.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pipelines.core.inputs import Kind, sha256_of
from pipelines.raw.cards import CARD, is_leftover
from pipelines.raw.checksums import bytes_of
from pipelines.raw.registers import ACTORS, PLACES, TERRITORIES
from pipelines.raw.stage import take_stock

_SEEN_IN_PART = ("raw/populations", "raw/corrections", "raw/reviews", "raw/resolutions")


def input_files(raw_dir: Path, kind: Kind) -> dict[str, str]:
    """SHA-256 by path below data/raw of everything that a build of this kind may read.

    Raises what `take_stock` raises, for a public release.
    """
    return _every_file(raw_dir) if kind == "own" else _public_files(raw_dir)


def _every_file(raw_dir: Path) -> dict[str, str]:
    found = {}
    for folder, folders, names in os.walk(raw_dir):
        folders[:] = sorted(name for name in folders if not is_leftover(name))
        for name in sorted(name for name in names if not is_leftover(name)):
            path = Path(folder) / name
            found[path.relative_to(raw_dir).as_posix()] = bytes_of(path).sha256 or "unreadable"
    return found


def _public_files(raw_dir: Path) -> dict[str, str]:
    stock = take_stock(raw_dir, "public")
    found = {}
    for row in stock["raw/files"].to_dict("records"):
        found[str(row["path"])] = str(row["sha256"])
    for row in stock["raw/cards"].to_dict("records"):
        card = f"{row['source_id']}/{row['release']}/{CARD}"
        found[card] = sha256_of(raw_dir / card)
    for file in (PLACES.file, TERRITORIES.file, ACTORS.file):
        if (raw_dir / file).is_file():
            found[file] = sha256_of(raw_dir / file)
    for key in _SEEN_IN_PART:
        # Not where a row stands: rows that the release may not see stand between.
        rows = stock[key].drop(columns="line", errors="ignore").to_csv(index=False).encode()
        found[key] = hashlib.sha256(rows).hexdigest()
    return found
