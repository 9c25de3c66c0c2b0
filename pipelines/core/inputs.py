"""What a build is made from, and the release id that follows from it.

The id is a hash of the kind of release, the bytes of data/raw, the code and the packages that shape
the output: never of a clock, a folder, a zone or a locale.
"""

from __future__ import annotations

import hashlib
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

Kind = Literal["own", "public"]

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""

SHAPING_PACKAGES = (
    "babel",
    "duckdb",
    "highspy",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "pyyaml",
)
"""Packages whose version may change a byte of a release."""

_CODE_SUFFIXES = {".py", ".yml"}


@dataclass(frozen=True)
class Inputs:
    """Everything that a release follows from. Paths are relative, with forward slashes."""

    kind: Kind
    files: dict[str, str]
    """SHA-256 of each file of data/raw that the build may read."""
    code: dict[str, str]
    """SHA-256 of each file of pipelines/ and schemas/."""
    versions: dict[str, str]
    """Version of each package that shapes the output, and of Python."""

    @property
    def id(self) -> str:
        """The release id: twelve hex digits."""
        lines = [f"kind {self.kind}"]
        for part in (self.files, self.code, self.versions):
            lines += [f"{name} {value}" for name, value in sorted(part.items())]
            lines.append("")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_REMEMBERED: dict[tuple[int, ...], str] = {}
_WORTH_REMEMBERING = 1 << 20
_SETTLED_NS = 2_000_000_000


def sha256_unless_touched(path: Path) -> str:
    """SHA-256 of a file, taken from an earlier look of this process where nobody touched the file.

    A build looks at its inputs several times: to read them, to name its release, and in the end to
    see that they are still the same. Between the looks a large file is known by its place on the
    disk, its size and the times of its last change, of which one cannot be set by hand. A file that
    changed in the seconds before it was hashed is hashed again: a further change could hide behind
    the same time. Nothing is remembered from one build to the next.
    """
    found = path.stat()
    if found.st_size < _WORTH_REMEMBERING:
        return sha256_of(path)
    seen = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    if seen not in _REMEMBERED:
        settled = found.st_ctime_ns < time.time_ns() - _SETTLED_NS
        digest = sha256_of(path)
        if not settled:
            return digest
        _REMEMBERED[seen] = digest
    return _REMEMBERED[seen]


def code_hashes() -> dict[str, str]:
    """SHA-256 of every file of the code that makes a release."""
    found = {}
    for package in ("pipelines", "schemas"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in _CODE_SUFFIXES and path.is_file():
                found[path.relative_to(ROOT).as_posix()] = sha256_of(path)
    return found


def shaping_versions() -> dict[str, str]:
    """Versions of Python and of the packages that shape the output."""
    held = {name: version(name) for name in SHAPING_PACKAGES}
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}"} | held


def inputs_of(files: dict[str, str], kind: Kind) -> Inputs:
    """The inputs of a build over files of data/raw whose hashes are known."""
    return Inputs(kind, files, code_hashes(), shaping_versions())
