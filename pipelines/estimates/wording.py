"""Claims, scopes and what was looked at, in the words of findings and of arithmetic.

Words only: nothing here decides a number. Our own words are neutral; a source's stand in quotes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pipelines.core.interval import Interval
from pipelines.core.likeness import known_on
from pipelines.estimates.held import Held
from pipelines.estimates.questions import day_in_words, title

Row = Mapping[str, Any]

_HEDGES: Final = {
    "plain": "{x}",
    "about": "about {x}",
    "nearly": "nearly {x}",
    "at_least": "at least {x}",
    "more_than": "more than {x}",
    "at_most": "at most {x}",
    "up_to": "up to {x}",
    "less_than": "less than {x}",
    "between": "{low} to {high}",
    "vague": "{words}, by our band {low} to {high}",
}
"""A number with its hedging word, by qualifier."""

_OF_TWO_ENDS: Final = ("between", "vague")

_NAMED: Final = 12
"""Most claims of which it is said one by one what is known against our reading."""


def people(number: int) -> str:
    """A number, its thousands parted by commas."""
    return f"{number:,}"


def printed(row: Row) -> str:
    """A claim's number with its hedging word and its unit, as the document gives it."""
    numbers = {
        name: None if row[column] is None else people(row[column])
        for name, column in (("x", "value"), ("low", "value_low"), ("high", "value_high"))
    }
    if row["value"] is None and row["qualifier"] not in _OF_TWO_ENDS:
        # A register may give ends alone.
        said = Interval(row["value_low"], None, row["value_high"], None).display()
    else:
        said = _HEDGES[row["qualifier"]].format(words=f"'{row['value_as_written']}'", **numbers)
    if row["value"] is not None and numbers["low"] and numbers["high"]:
        said += f" ({numbers['low']} to {numbers['high']})"
    return said if row["claim_unit"] == "people" else f"{said} {row['claim_unit']}"


def published(row: Row) -> str:
    """When a claim became known."""
    day = known_on(row)
    return f"published {day_in_words(day)}" if day else "day of publication not known"


def voice(row: Row) -> str:
    """Who said it, and whom they credited."""
    return f"{row['speaker']}, crediting {row['origin']}" if row["origin"] else str(row["speaker"])


def said(row: Row) -> str:
    """A claim named by its id, with its number, who said it and when it was published."""
    return f"{row['claim_id']} ({printed(row)}; {voice(row)}; {published(row)})"


def scope_in_words(row: Row, held: Held, *, limits: bool = True) -> str:
    """What a claim counts: its question in one line, and the part of it that it holds."""
    gazetteer = held.facts.gazetteer
    places = {
        place: gazetteer.name(place)
        for place in (row["place_id"], row["from_place_id"])
        if place in gazetteer
    }
    words = title(row, places)
    if limits and row["restriction"]:
        words += f", only '{row['restriction']}'"
    if limits and row["coverage"]:
        words += f", covering '{row['coverage']}'"
    return words


def looked_at(claims: Iterable[Row], *, scope: str, date: str, definition: str, figure: str) -> str:
    """The sentence that says what was looked at, our own reading before anything of the source.

    Parameters
    ----------
    claims
        Those whose reading may be at fault.
    scope, date, definition, figure
        What was compared, and how it came out.
    """
    return (
        f"Looked at, in this order: our reading ({_how_read(claims)}); scope ({scope}); date "
        f"({date}); definition ({definition}); then the figure ({figure})."
    )


def _how_read(claims: Iterable[Row]) -> str:
    """What is known against our reading of each claim; of many, in how many of them."""
    found = {row["claim_id"]: _against_reading(row) for row in claims}
    if len(found) > _NAMED:
        counts = Counter(weak for weaknesses in found.values() for weak in weaknesses)
        told = [f"{weak} in {n} of {len(found)} claims" for weak, n in sorted(counts.items())]
    else:
        told = [f"{claim_id}: {', '.join(weak)}" for claim_id, weak in found.items() if weak]
    return "; ".join(told) or "no doubt of it was noted"


def _against_reading(row: Row) -> list[str]:
    weak = [f"doubt '{doubt}'" for doubt in row["doubts"]]
    if row["seen_in"] in ("copy", "unverified"):
        weak.insert(0, "seen in a copy" if row["seen_in"] == "copy" else "not checked")
    return weak


def bases(*rows: Row) -> str:
    """How the numbers were made, where they were made unlike."""
    named = list(dict.fromkeys(row["basis"] for row in rows))
    if len(named) == 1:
        return f"basis {named[0]} in all"
    return f"bases {' and '.join(named)}"
