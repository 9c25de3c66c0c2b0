"""Claims of one story that give a figure of it again: of reprints, and of headlines.

A document that prints another's story again carries its figures, whoever speaks in it. Equal are
the axes of the question, restriction and coverage, the hedging word and every number; and the
window, or the words for it: "in the past week" is read against the day of each paper, and means the
week of the first. Where two printings carry a number in the same words (`passage`), it is one
figure whatever else was read: a dateline above may have lent the words of one another place.

A headline tells what its text tells. Its figure is a figure of the text below, or of an earlier
printing, where that gives the number, or where a vague word's band holds the first number of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.likeness import ends_near, printed_numbers, publication_order, window_end
from pipelines.core.names import folded
from schemas.models import columns
from schemas.parts import Window

Row = Mapping[str, Any]
Numbers = tuple[Any, ...]
Order = tuple[date, bool, str]
"""Day of publication; whether the document is a reprint; id."""

_WINDOW: Final = tuple(columns(Window))
_STARTS: Final = ("start_earliest", "start_latest")
_AXES: Final = tuple(name for name in QUESTION_COLUMNS if name not in _WINDOW)
_NUMBERS: Final = ("qualifier", "point", "low", "best", "high")


def order_of(row: Row) -> Order:
    """The order of publication; of one day the first printing before its reprints."""
    day, claim_id = publication_order(row)
    return day, row["is_reprint"], claim_id


def printed_before(
    rows: Iterable[Row], printed: Mapping[str, Numbers], standing: set[str]
) -> dict[str, list[Order]]:
    """For each claim of a story the earlier ones that it gives again, up to one that stands.

    Parameters
    ----------
    rows
        Claims that count or once did; `story` is the first printing of the story that a claim's
        document prints, None where no other document does.
    printed
        The printed numbers of those claims, by claim id.
    standing
        Ids of the claims that were neither withdrawn nor replaced.
    """
    by_axes: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    by_words: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["story"] is not None:
            by_axes[_key(row)].append(row)
            if row["passage"] is not None:
                by_words[_words_key(row)].append(row)
    same: dict[str, dict[str, Row]] = defaultdict(dict)
    for given in by_axes.values():
        in_order = sorted(given, key=order_of)
        for at, row in enumerate(in_order):
            of_row = {one["claim_id"]: one for one in in_order[:at] if _is_same(row, one, printed)}
            same[row["claim_id"]] |= of_row
    for given in by_words.values():
        in_order = sorted(given, key=order_of)
        for at, row in enumerate(in_order):
            others = (one for one in in_order[:at] if one["document_id"] != row["document_id"])
            same[row["claim_id"]] |= {one["claim_id"]: one for one in others}
    return {
        claim_id: [order_of(one) for one in _until_one_stands(_in_order(found), standing)]
        for claim_id, found in same.items()
        if found
    }


def told_below(rows: Iterable[Row], standing: set[str]) -> dict[str, list[Order]]:
    """For each claim of a headline those of the texts that it sums up, up to one that stands.

    Parameters
    ----------
    rows, standing
        As of `printed_before`.
    """
    headlines: list[Row] = []
    bodies: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["in_headline"]:
            headlines.append(row)
        elif row["in_headline"] is not None:
            bodies[_telling_key(row)].append(row)
    found = {}
    for headline in headlines:
        day = order_of(headline)[0]
        of_story = [one for one in bodies[_telling_key(headline)] if order_of(one)[0] <= day]
        told = {one["claim_id"]: one for one in _told_of(headline, of_story)}
        if told:
            kept = _until_one_stands(_in_order(told), standing)
            found[headline["claim_id"]] = [order_of(one) for one in kept]
    return found


def _told_of(headline: Row, bodies: Iterable[Row]) -> Iterator[Row]:
    """The claims of texts whose number a headline gives."""
    first_of: dict[str, Row] = {}
    for one in bodies:
        first = first_of.setdefault(one["document_id"], one)
        if one["quote_start"] < first["quote_start"]:
            first_of[one["document_id"]] = one
        if printed_numbers(one) == printed_numbers(headline):
            yield one
    if headline["qualifier"] == "vague":
        yield from (one for one in first_of.values() if _is_in_band(one, headline))


def _is_in_band(row: Row, vague: Row) -> bool:
    low = row["value_low"] if row["value"] is None else row["value"]
    high = row["value_high"] if row["value"] is None else row["value"]
    return bool(vague["value_low"] <= low and high <= vague["value_high"])


def _telling_key(row: Row) -> tuple[Any, ...]:
    return row["story"] or row["document_id"], row["metric"], row["unit"]


def _words_key(row: Row) -> tuple[Any, ...]:
    numbers = (row["qualifier"], *printed_numbers(row))
    return row["story"], row["passage"], row["metric"], row["unit"], *numbers


def _in_order(found: Mapping[str, Row]) -> list[Row]:
    """Rows in the order of publication."""
    return sorted(found.values(), key=order_of)


def _until_one_stands(rows: Iterable[Row], standing: set[str]) -> list[Row]:
    found = []
    for row in rows:
        found.append(row)
        if row["claim_id"] in standing:
            break
    return found


def _is_same(a: Row, b: Row, printed: Mapping[str, Numbers]) -> bool:
    """Whether two claims of one story with equal numbers are one figure.

    Parts of wholes that differ are not: a part may have stayed the same by chance.
    """
    wholes = {printed[one["part_of"]] for one in (a, b) if one["part_of"] in printed}
    return a["document_id"] != b["document_id"] and len(wholes) < 2 and _is_one_window(a, b)


def _key(row: Row) -> tuple[Any, ...]:
    limits = (folded(row["restriction"] or ""), folded(row["coverage"] or ""))
    return (row["story"], *(row[name] for name in (*_AXES, *_NUMBERS)), *limits)


def _is_one_window(a: Row, b: Row) -> bool:
    if folded(a["period_as_written"] or "") == folded(b["period_as_written"] or ""):
        return True
    starts = all(a[name] == b[name] for name in _STARTS)
    return starts and ends_near(window_end(a), window_end(b))
