"""The lexicon as data (lexicon.yml) and its matching: which words say what a number counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from schemas import vocab

Side = Literal["before", "after", "both"]
Kind = Literal["verb", "noun", "of", "toll", "class", "other"]

_FILE = Path(__file__).with_name("lexicon.yml")
_KEYS = frozenset(
    {
        "pattern",
        "metric",
        "term",
        "measure",
        "modality",
        "deaths",
        "side",
        "kind",
        "example",
        "gives",
    }
)
# Spaces that PDFs lose: "weredisplaced", "displacedby".
_GLUED_BEFORE = "(?:were|was|been|people|and)?"
_GLUED_AFTER = "(?=(?:by[a-z]|from|during|between|since|when|following))"


@dataclass(frozen=True)
class Entry:
    """One line of the lexicon; `metric` is None where what happened is no figure of ours."""

    number: int
    pattern: re.Pattern[str]
    metric: str | None
    term: str | None
    measure: str | None
    modality: str | None
    deaths: str | None
    side: Side
    kind: Kind
    example: str
    gives: tuple[int, ...]


@dataclass(frozen=True)
class Trigger:
    """Where an entry of the lexicon stands in a text."""

    start: int
    end: int
    entry: Entry


@cache
def entries() -> tuple[Entry, ...]:
    """The lexicon, checked against the vocabulary; ValueError names an entry that is not sound."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(_entry(number, row) for number, row in enumerate(data["entries"]))


def _entry(number: int, row: dict[str, Any]) -> Entry:
    unknown = row.keys() - _KEYS
    metric = None if row["metric"] == "none" else row["metric"]
    if (
        unknown
        or (metric and metric not in vocab.METRICS)
        or row.get("term", "displaced") not in vocab.TERMS
    ):
        raise ValueError(f"lexicon.yml, entry {row['pattern']}: unknown key or word: {row}")
    pattern = rf"(?<!\w){_GLUED_BEFORE}(?:{row['pattern']})(?:(?!\w)|{_GLUED_AFTER})"
    return Entry(
        number,
        re.compile(pattern, re.IGNORECASE),
        metric,
        row.get("term"),
        row.get("measure"),
        row.get("modality"),
        row.get("deaths"),
        row["side"],
        row["kind"],
        row["example"],
        tuple(row["gives"]),
    )


def triggers(text: str, start: int, end: int) -> list[Trigger]:
    """The words of the lexicon between two offsets, in order, the longest first, none twice."""
    found = [
        Trigger(*match.span(), entry)
        for entry in entries()
        for match in entry.pattern.finditer(text, start, end)
    ]
    found.sort(key=lambda t: (t.start, -t.end, t.entry.number))
    kept: list[Trigger] = []
    for trigger in found:
        if not kept or trigger.start >= kept[-1].end:
            kept.append(trigger)
    return kept
