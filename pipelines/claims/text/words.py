"""The word lists of the text reader, which are data: a file of YAML for each part of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def lists(of: str) -> Any:
    """The data of a file of this package, by its name without the ending."""
    return yaml.safe_load(Path(__file__).with_name(f"{of}.yml").read_text(encoding="utf-8"))


def group(*path: str, of: str = "words") -> Any:
    """The part of a file's data under these keys; KeyError where there is none."""
    found = lists(of)
    for key in path:
        found = found[key]
    return found


def words(*path: str, of: str = "words") -> frozenset[str]:
    """A list of words."""
    return frozenset(str(group(*path, of=of)).split())


def holds_any(text: str, parts: Iterable[str]) -> bool:
    """Whether any of the parts stands in the text."""
    for part in parts:  # noqa: SIM110 - any() takes twice as long, and much of the reading is this
        if part in text:
            return True
    return False
