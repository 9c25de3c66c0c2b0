"""The page on mapping shows what its example gives."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import schemas
from pipelines.claims.reading import RawFile, Release
from pipelines.claims.registers.mapped_table import tables
from pipelines.claims.tables.read import read_tables
from pipelines.core.actors import Actors
from pipelines.core.entries import Entries
from pipelines.core.gazetteer import Gazetteer
from pipelines.raw import yaml_text
from pipelines.raw.cards import read_card
from schemas import raw
from schemas.claims import Claims

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mapping.md"
TEXT = PAGE.read_text(encoding="utf-8")
SHOWN = "record_id, metric, value, qualifier, population, place_id, period_as_written, speaker"


def fenced(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def table_after(words: str) -> list[tuple[str, ...]]:
    """The rows of the table that follows the words."""
    lines = TEXT.split(words, 1)[1].lstrip().splitlines()
    rows = [line.strip("|").split("|") for line in lines[: lines.index("")]]
    return [tuple(cell.strip().strip("`") for cell in row) for row in rows[2:]]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[tuple[str, ...]]]:
    """What the example's table gives: its claims as printed, and the reading."""
    folder = tmp_path_factory.mktemp("mapping")
    data = fenced("csv").encode()
    (folder / "incidents.csv").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    stated = yaml_text.plain(yaml_text.parse(fenced("yaml")))
    assert isinstance(stated, dict)
    card: dict[str, Any] = {
        **dict.fromkeys(schemas.columns(raw.Cards)),
        "source_id": "incidents",
        "release": "2016-12-01",
        "producer": "An office",
        "title": "Incidents",
        "license": "CC0",
        "redistributable": True,
        "sensitivity": "public",
        "published_on": date(2016, 12, 1),
        "date_accessed": date(2016, 12, 2),
        "reader": stated["reader"],
        "facts": json.dumps({name: stated[name] for name in ("columns", "ignored")}),
    }
    syria = [
        {"place_id": "SYR", "name": "Syria", "level": 0, "gazetteer": "test"},
        {"place_id": "SY02", "name": "Aleppo", "level": 1, "parent_id": "SYR", "gazetteer": "test"},
        {"place_id": "SY07", "name": "Idlib", "level": 1, "parent_id": "SYR", "gazetteer": "test"},
    ]
    gazetteer = Gazetteer(schemas.frame(raw.Places, syria), schemas.frame(raw.Territories, []))
    release = Release(
        card,
        (RawFile("incidents.csv", folder / "incidents.csv", digest),),
        gazetteer,
        Actors(schemas.frame(raw.Actors, [])),
        scratch=folder,
    )
    reading = read_tables(release, tables(release))
    claims = duckdb.execute(
        f"SELECT {SHOWN} FROM {Entries(folder, tuple(reading.parts)).relation(Claims)} "
        "ORDER BY claim_id"
    ).fetchall()
    return reading, [tuple("" if cell is None else str(cell) for cell in row) for row in claims]


def test_the_claims_are_those_that_the_page_shows(example: Any) -> None:
    assert table_after("The claims that it gives:") == example[1]


def test_what_was_set_aside_is_what_the_page_shows(example: Any) -> None:
    assert table_after("And what was set aside:") == [
        (str(q["row"]), q["column_name"], q["value"], q["reason"], q["message"], q["fix"])
        for q in example[0].quarantine
    ]


def test_the_message_of_a_card_is_the_one_shown() -> None:
    shown = re.search(r"^source\.yml, line \d+, .*$", TEXT, re.MULTILINE)
    assert shown
    lines = fenced("yaml").replace("{is: killed}", "{is: kiled}")
    card = read_card(("\n" * 8 + lines).encode(), "incidents", "2016-12-01")
    told = [str(fault) for fault in card.faults if fault.column == "columns"]
    assert [re.sub(r"line \d+", "line", one) for one in told] == [
        re.sub(r"line \d+", "line", shown[0])
    ]
