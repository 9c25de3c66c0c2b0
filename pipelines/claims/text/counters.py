"""Numbers that a heading or a counter gives: "Dead: 8", "the death toll in Texas rises to 13"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pipelines.claims.text.assigned import Assigned, Outcome, as_assigned
from pipelines.claims.text.items import Item
from pipelines.claims.text.people import is_thing
from pipelines.claims.text.words import words

_TOLL_LEADS: Final = words("metric", "toll_leads")
_MAX_TOLL: Final = 40


def label(items: Sequence[Item], k: int, outcome: Mapping[int, Outcome]) -> Assigned | None:
    """A heading before its number: "Dead: 8", "KIA 12, WIA 47", "KILLED/11, WOUNDED/26"."""
    j = k - 1
    while j > 0 and items[j].key in _OF_A_LABEL:
        j -= 1
    marked = j >= 0 and items[j].key in (":", "/", "-", "–", "=")
    j -= marked
    if j < 0 or items[j].entry is None:
        return None
    entry = items[j].entry
    assert entry is not None
    if entry.metric is None or entry.kind in ("of", "toll") or entry.side == "before":
        return None
    first = j
    while first and items[first - 1].kind == "word" and items[first - 1].key in _OF_A_LABEL:
        first -= 1
    year = items[k].figure is not None and not marked and _YEAR.match(items[k].key)
    if year:
        return None
    before = items[first - 1] if first else None
    opens = before is None or before.kind in ("stop", "comma", "close", "open", "mask")
    if before is not None and before.figure is not None:
        held = outcome.get(before.figure.rank)
        opens = isinstance(held, Assigned) and held.rule == "label"
    if not opens:
        return None
    following = items[k + 1] if k + 1 < len(items) else None
    ends = following is None or following.kind in ("stop", "comma", "open", "close", "and")
    if not marked and not ((ends and j == 0) or entry.kind == "noun" or _is_a_label(items, j, k)):
        return None
    return as_assigned(items[j], "label") if ends or entry.kind != "class" else None


_YEAR: Final = re.compile(r"#(?:19|20)\d\d\Z")
_OF_A_LABEL: Final = frozenset(
    ("total", "number", "of", "persons", "people", "civilians", "confirmed", "about", "the", "at",
     "least", "over", "some", "still", "reported")
)  # fmt: skip


def _is_a_label(items: Sequence[Item], j: int, k: int) -> bool:
    """Whether the clause is but a heading and its number, as in "Killed 12, injured 30"."""
    following = items[k + 1] if k + 1 < len(items) else None
    return (following is None or following.kind in ("stop", "comma")) and k == j + 1


def toll(items: Sequence[Item], k: int, outcome: Mapping[int, Outcome]) -> Assigned | None:
    """A counter: "the death toll in Texas rises to 13", "raised to 470 the number of dead"."""
    lead = items[k - 1] if k else None
    if lead and lead.key in ("to", "is") and (named := _toll_after(items, k)):
        return named
    if lead and (lead.key in _TOLL_LEADS or lead.key == "from" or lead.key == ":"):
        numbers = 0
        for j in range(k - 1, max(-1, k - 1 - _MAX_TOLL), -1):
            item = items[j]
            if (item.kind == "stop" and item.key in ";.!?") or numbers > 1:
                break
            if item.kind == "comma" and lead.key in ("are", "is", "was", "over", "nearly"):
                break
            if item.figure and isinstance(outcome.get(item.figure.rank), Assigned):
                numbers += 1
                if j and items[j - 1].key != "from":
                    break
            if item.entry and item.entry.kind == "toll" and item.entry.side != "after":
                if _counts_things(items, j):
                    return None
                return _of_composite(items, k) or as_assigned(item, "toll")
            if (
                item.entry
                and item.entry.kind == "noun"
                and (_counts_on(items, j, k) or (lead.key == "at" and _is_put(items, j)))
            ):
                return as_assigned(item, "toll")
            if (
                item.entry
                and lead.key in ("of", "at", ":", "from")
                and item.entry.kind != "toll"
                and j < k - 6
            ):
                break
    elif lead and lead.kind == "open" and k > 1 and _is_toll(items[k - 2]):
        return as_assigned(items[k - 2], "toll")
    elif lead and _is_toll(lead):
        return as_assigned(lead, "toll")
    return None


def _of_composite(items: Sequence[Item], k: int) -> Assigned | None:
    """What two metrics in one number say of a toll: "the toll stood at 120 dead or missing"."""
    following = items[k + 1] if k + 1 < len(items) else None
    entry = following.entry if following is not None else None
    if following is None or entry is None or entry.metric not in _COMPOSITES:
        return None
    return as_assigned(following, "toll")


_COMPOSITES: Final = frozenset(("killed_or_injured", "dead_or_missing"))


def _toll_after(items: Sequence[Item], k: int) -> Assigned | None:
    """The counter that a number comes before: "raised to 470 the number of dead"."""
    for item in items[k + 1 : k + 5]:
        if _is_toll(item) and item.entry is not None and item.entry.side == "both":
            return as_assigned(item, "toll")
        if item.key not in (",", "the", "total", "overall"):
            return None
    return None


def _counts_on(items: Sequence[Item], j: int, k: int) -> bool:
    """Whether a noun is said to have come to the number: "fatalities now stand at 77"."""
    between = items[j + 1 : k]
    return len(between) <= 12 and any(item.key in _COUNTING for item in between)


def _is_put(items: Sequence[Item], j: int) -> bool:
    """Whether somebody puts a noun at a number: "puts the invader's casualties at 48,000"."""
    return any(item.key in _PUTTING for item in items[max(0, j - 5) : j])


_PUTTING: Final = frozenset(("put", "puts", "estimate", "estimates", "estimated", "putting"))
_COUNTING: Final = words("metric", "counting_verbs")


def _is_toll(item: Item) -> bool:
    return item.entry is not None and item.entry.kind == "toll"


def _counts_things(items: Sequence[Item], j: int) -> bool:
    """Whether a counter is one of things: "the toll of homes destroyed"."""
    following = items[j + 1 : j + 4]
    opens = items[j].key.endswith(" of") or (following and following[0].key == "of")
    return bool(opens) and any(is_thing(item.key) for item in following)
