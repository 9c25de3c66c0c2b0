"""A data/raw to break one thing at a time in: one good release, and how to make more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

GOOD = {
    "producer": "Example Agency",
    "title": "Bulletin 18",
    "publisher": "Example Agency",
    "url": "https://example.org/18",
    "published_on": "2024-05-01",
    "date_accessed": "2024-05-02",
    "collected_by": "r1",
    "license": "CC BY 4.0",
    "redistributable": "true",
    "reader": "article",
    "maturity": "final",
    "sensitivity": "public",
    "language": "en",
}

Shelve = Callable[..., Path]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def good() -> dict[str, str]:
    return dict(GOOD)


@pytest.fixture
def raw_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def shelve(raw_dir: Path) -> Shelve:
    """Make a release folder of files with a good card; `change` replaces fields, None drops one."""

    def make(
        source: str = "agency",
        release: str = "2024-05-01",
        files: Mapping[str, bytes] | None = None,
        change: Mapping[str, str | None] | None = None,
    ) -> Path:
        folder = raw_dir / source / release
        folder.mkdir(parents=True)
        held = {"bulletin.txt": b"Five people were killed."} if files is None else files
        fields = GOOD | dict(change or {})
        lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
        lines.append("sha256:")
        for name, data in held.items():
            (folder / name).write_bytes(data)
            lines.append(f"  {name}: {sha(data)}")
        (folder / "source.yml").write_text("\n".join([*lines, ""]), encoding="utf-8")
        return folder

    return make
