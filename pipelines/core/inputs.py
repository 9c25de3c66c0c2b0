"""What a build is made from, and the release id that follows from it.

The id is a hash of the kind of release, the bytes of data/raw, the code and the packages that shape
the output: never of a clock, a folder, a zone or a locale.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

Kind = Literal["own", "public"]

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder."""

SHAPING_PACKAGES = ("duckdb", "highspy", "matplotlib", "numpy", "pandas", "pandera", "pyyaml")
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
