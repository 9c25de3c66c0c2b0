"""The registry of readers: every source has one, and every reader has a source."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipelines.claims import READERS
from pipelines.raw.registered import read_registry
from schemas import vocab


def test_the_registry_and_the_vocabulary_name_the_same_readers() -> None:
    assert set(READERS) == set(vocab.READERS)


def test_every_reader_has_a_source_held_or_registered_or_a_page_that_says_how_to_write_one(
    default_tables: dict[str, pd.DataFrame], root: Path
) -> None:
    held = set(default_tables["raw/cards"]["reader"])
    registered = {
        release.card["reader"]
        for source in read_registry().values()
        for release in source.releases.values()
    }
    written_by_analysts = {"mapped_table"}
    assert held | registered | written_by_analysts == set(READERS)
    assert "mapped_table" in (root / "docs" / "mapping.md").read_text(encoding="utf-8")
