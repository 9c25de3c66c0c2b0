"""The registry of readers: every source has one, and every reader has a source."""

from __future__ import annotations

import pandas as pd

from pipelines.claims import READERS
from schemas import vocab


def test_the_registry_and_the_vocabulary_name_the_same_readers() -> None:
    assert set(READERS) == set(vocab.READERS)


def test_every_source_has_a_reader_and_every_reader_a_source(
    default_tables: dict[str, pd.DataFrame],
) -> None:
    assert set(default_tables["raw/cards"]["reader"]) == set(READERS)
