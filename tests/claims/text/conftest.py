"""The registers of the project, as the extractor gets them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.claims.text.claim import Document
from pipelines.core.actors import Actors
from pipelines.core.gazetteer import Gazetteer
from pipelines.raw.stage import take_stock


@pytest.fixture(scope="session")
def document(root: Path) -> Document:
    """The card of the article as the reader hands it on."""
    stock = take_stock(root / "data" / "raw", "own")
    return Document(
        published_on=date(2016, 10, 6),
        publisher=None,
        language="en",
        conflict_start="2011-03",
        cause="conflict",
        gazetteer=Gazetteer(stock["raw/places"], stock["raw/territories"]),
        actors=Actors(stock["raw/actors"]),
    )
