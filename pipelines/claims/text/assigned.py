"""What a number belongs to: an entry of the lexicon and by which rule, or why to none."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pipelines.claims.text.items import Item
from pipelines.claims.text.lexicon import Entry

Rule = Literal[
    "label", "group", "toll", "before", "after", "shared", "coordinated", "class", "figure", "part"
]


class Assigned(NamedTuple):
    """The lexicon's entry that a number belongs to, by which rule, and where its words stand."""

    entry: Entry
    rule: Rule
    start: int
    end: int


class Unassigned(NamedTuple):
    """Why a number belongs to no entry."""

    reason: str


Outcome = Assigned | Unassigned


def as_assigned(item: Item, rule: Rule) -> Assigned:
    """What a number belongs to by a trigger of the lexicon."""
    assert item.entry is not None
    return Assigned(item.entry, rule, item.start, item.end)
