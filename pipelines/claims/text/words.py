"""The word lists of the text reader, which are data (words.yml)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("words.yml")


@cache
def _lists() -> Any:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def group(*path: str) -> Any:
    """The part of the data under these keys; KeyError where there is none."""
    found = _lists()
    for key in path:
        found = found[key]
    return found


def words(*path: str) -> frozenset[str]:
    """A list of words."""
    return frozenset(str(group(*path)).split())


def holds_any(text: str, parts: Iterable[str]) -> bool:
    """Whether any of the parts stands in the text."""
    for part in parts:  # noqa: SIM110 - any() takes twice as long, and much of the reading is this
        if part in text:
            return True
    return False


def choices(*path: str) -> str:
    """The choices of a regular expression, ready to stand in a group."""
    found = group(*path)
    return "|".join(found) if isinstance(found, list) else str(found)
