"""What moved between consecutive releases of one source, record by record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from pipelines.core.ids import QUESTION_COLUMNS
from pipelines.core.records import Record

Row = Mapping[str, Any]
_Readings = Mapping[tuple[str, str], Row]

_COUNTERS: Final = ("cumulative", "ever")
_END: Final = ("end_earliest", "end_latest")
_LIMITS: Final = ("restriction", "coverage")
_READ_STATUSES: Final = ("accepted", "corrected")


def revisions(rows: Iterable[Row], cards: Iterable[Row]) -> list[Record]:
    """One record a change, sorted. A figure that stayed the same is no change.

    Records are linked by source, record and what follows `#` in the claim id. Claims that nobody
    has read, or that were rejected, are not readings of a source.

    Parameters
    ----------
    rows
        Figures with what is compared of their claims.
    cards
        Source and release of each release held, one without claims included: what is then gone was
        dropped. Releases follow each other in the order of their names, as everywhere.
    """
    releases: dict[str, list[str]] = defaultdict(list)
    for card in cards:
        releases[card["source_id"]].append(card["release"])
    readings: dict[tuple[str, str], dict[tuple[str, str], Row]] = defaultdict(dict)
    for row in rows:
        if len(releases[row["source_id"]]) > 1 and row["review_status"] in _READ_STATUSES:
            key = (row["record_id"], row["claim_id"].rpartition("#")[2])
            readings[row["source_id"], row["release"]][key] = row
    found: list[Record] = []
    for source in sorted(releases):
        for earlier, later in pairwise(sorted(releases[source])):
            before, after = readings[source, earlier], readings[source, later]
            found += [
                change | {"source_id": source, "from_release": earlier, "to_release": later}
                for change in _changes(before, after)
            ]
    return found


def _changes(before: _Readings, after: _Readings) -> Iterator[Record]:
    for key in sorted(before.keys() | after.keys()):
        was, is_now = before.get(key), after.get(key)
        change = _change(was, is_now)
        if change is None:
            continue
        known = is_now or was
        assert known is not None
        yield {
            "record_id": key[0],
            "metric": known["metric"],
            "change": change,
            **{f"{name}_from": was and was[name] for name in ("low", "best", "high")},
            **{f"{name}_to": is_now and is_now[name] for name in ("low", "best", "high")},
        }


def _change(was: Row | None, is_now: Row | None) -> str | None:
    """What happened to the figure; None where it stayed the same."""
    if was is None:
        return "added"
    if is_now is None:
        return "dropped"
    if _counted(was) != _counted(is_now):
        return "reset"
    before, after = (_numbers(row) for row in (was, is_now))
    if before == after:
        return None
    for one, other in zip(before, after, strict=True):
        if one is not None and other is not None and one != other:
            return "raised" if other > one else "lowered"
    # No number moved: a bound became a figure, or the other way round.
    return "reset"


def _counted(row: Row) -> Sequence[Any]:
    """What the figure counts. The end of a counter's window moves without changing it."""
    moving = _END if row["measure"] in _COUNTERS else ()
    return [row[name] for name in (*QUESTION_COLUMNS, *_LIMITS) if name not in moving]


def _numbers(row: Row) -> tuple[int | None, int | None, int | None]:
    return row["best"], row["low"], row["high"]
