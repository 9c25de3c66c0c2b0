"""What a reader is given and what it hands back.

The dataclasses of the stage claims belong here, and nothing that reads: a reader is a callable
`(Release) -> Reading`, and the registry of readers stands in `pipelines.claims`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from pipelines.core.actors import Actors
from pipelines.core.entries import Part
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.inputs import Kind

Record: TypeAlias = dict[str, Any]
"""A row to be: column names of one schema, days as `datetime.date`, empty cells as None."""


@dataclass(frozen=True)
class RawFile:
    """A file of a release folder that its card names and whose bytes have been checked."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Release:
    """One release folder of data/raw, as a reader sees it.

    `card` holds the columns of `schemas.raw.Cards` (days as `datetime.date`, missing as None);
    `files` are the files to read, never the card itself.
    """

    card: Mapping[str, Any]
    files: tuple[RawFile, ...]
    gazetteer: Gazetteer
    actors: Actors
    kind: Kind = "own"
    scratch: Path | None = None
    """Folder for the parts of a register; those of a release lie in a folder of their own there."""
    cache: Path | None = None
    """Folder where the parts of registers are kept from build to build; it may be deleted."""

    @property
    def source_id(self) -> str:
        """The source: its folder under data/raw."""
        return str(self.card["source_id"])

    @property
    def release(self) -> str:
        """The source's release: its folder under the source."""
        return str(self.card["release"])

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What the card says beyond its columns: a conflict's start, the reader's settings."""
        facts = json.loads(self.card.get("facts") or "{}")
        return facts if isinstance(facts, dict) else {}


@dataclass
class Reading:
    """What a reader made of a release: records of five tables, and what is told of its claims."""

    claims: list[Record] = field(default_factory=list)
    candidates: list[Record] = field(default_factory=list)
    documents: list[Record] = field(default_factory=list)
    files: list[Record] = field(default_factory=list)
    quarantine: list[Record] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    """Line of the record of which a claim was made, by claim_id; a claim from text has offsets."""
    texts: dict[str, str] = field(default_factory=dict)
    """The stored text of each document that was read from text, by document_id."""
    sentences: dict[str, str] = field(default_factory=dict)
    """The sentence of each claim from text with its quote marked, by claim_id, for review."""
    parts: list[Part] = field(default_factory=list)
    """The claims of a register and what stands beside them, below `Release.scratch`."""
    places: list[Record] = field(default_factory=list)
    """Places that a table names and the gazetteer lacks: records of `schemas.raw.Places`."""
