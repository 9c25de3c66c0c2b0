"""What moved between consecutive releases of one source, record by record, and the reason stated.

A reason stands beside a change only where the source states it, on the card of the newer release,
or a person signed it in resolutions.csv for exactly this change::

    facts:
      revision_reasons:
        r17: "Corrected by the source: the list held 12 names twice."
        "*": "The whole table was recounted in 2017."
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from pipelines.core.covers import Covers
from pipelines.core.editions import Card, by_source
from pipelines.core.gazetteer import Gazetteer
from pipelines.core.ids import QUESTION_COLUMNS, revision_id, short_hash
from pipelines.core.records import Record
from schemas.models import columns
from schemas.parts import Scope

Row = Mapping[str, Any]
Signed = Mapping[tuple[str, str], Row]
_Readings = Mapping[tuple[str, str], Row]

_COUNTERS: Final = ("cumulative", "ever")
_END: Final = ("end_earliest", "end_latest")
COUNTED_BESIDE_THE_QUESTION: Final = ("restriction", "coverage", "modality")
"""What else makes another figure of one, beside the columns of a question."""
NUMBERS: Final = ("best", "low", "high")
READ_STATUSES: Final = ("accepted", "corrected")


def revisions(
    rows: Iterable[Row],
    cards: Iterable[Row],
    resolutions: Iterable[Row],
    gazetteer: Gazetteer,
) -> list[Record]:
    """One record a change, sorted. A figure that stayed the same is no change.

    Records are linked by source, record and what follows `#` in the claim id. Claims that nobody
    has read, or that were rejected, are not readings of a source. What a newer release no longer
    gives was dropped only within what its card says that it covers.

    Parameters
    ----------
    rows
        Figures with what is compared of their claims.
    cards
        Source, release and facts of each release held, one without claims included: what is then
        gone was dropped. Releases follow each other in the order of their names, as everywhere.
    resolutions
        Decisions of the type 'revision'. One applies to the change whose id and hash it names, and
        gives a reason where its status is 'explained'.
    gazetteer
        What says in which country a place lies.
    """
    releases = by_source(cards)
    readings: dict[tuple[str, str], dict[tuple[str, str], Row]] = defaultdict(dict)
    for row in rows:
        if len(releases[row["source_id"]]) > 1 and row["review_status"] in READ_STATUSES:
            key = (row["record_id"], row["claim_id"].rpartition("#")[2])
            readings[row["source_id"], row["release"]][key] = row
    decided = signed(resolutions)
    found: list[Record] = []
    for source in sorted(releases):
        for earlier, later in pairwise(releases[source]):
            before, after = readings[source, earlier.release], readings[source, later.release]
            between = (source, earlier.release, later.release)
            for key, was, is_now in _paired(before, after, later.covers, gazetteer):
                if record := revision(between, key, was, is_now, later, decided):
                    found.append(record)
    return found


def signed(resolutions: Iterable[Row]) -> Signed:
    """The decisions that explain a revision, by its id and hash."""
    return {
        (decision["finding_id"], decision["rests_on"]): decision
        for decision in resolutions
        if decision["type"] == "revision" and decision["status"] == "explained"
    }


def revision(
    between: tuple[str, str, str],
    key: tuple[str, str],
    was: Row | None,
    is_now: Row | None,
    later: Card,
    decided: Signed,
) -> Record | None:
    """The change of one record from one release to the next; None where its figure stayed the same.

    Parameters
    ----------
    between
        Source, earlier and later release.
    key
        The record, and what follows `#` in its claim id.
    was, is_now
        Its reading in each, with the columns of a question, those that are counted beside it,
        question_id, qualifier and the numbers.
    later
        The card of the later release.
    decided
        What a person signed of revisions.
    """
    change = _change(was, is_now)
    if change is None:
        return None
    record = _record(between, key, was, is_now, change)
    return record | {"stated_reason": _stated(record, later, decided)}


def _paired(
    before: _Readings, after: _Readings, covers: Covers, gazetteer: Gazetteer
) -> Iterator[tuple[tuple[str, str], Row | None, Row | None]]:
    """Each record's reading before and after, but for those of which the newer says nothing."""
    for key in sorted(before.keys() | after.keys()):
        was, is_now = before.get(key), after.get(key)
        if is_now is not None or (was is not None and covers.holds(was, gazetteer)):
            yield key, was, is_now


def _change(was: Row | None, is_now: Row | None) -> str | None:
    """What happened to the figure; None where it stayed the same."""
    if was is None:
        return "added"
    if is_now is None:
        return "dropped"
    before, after = (_numbers(row) for row in (was, is_now))
    if _what(was) != _what(is_now):
        return "reset"
    if _counted(was) != _counted(is_now) and (before == after or not was.get("entry_of")):
        return "reset"
    if before == after:
        return None
    moved = {
        name: after[name] > before[name]
        for name in NUMBERS
        if before[name] is not None and after[name] is not None and after[name] != before[name]
    }
    if "best" in moved:
        return "raised" if moved["best"] else "lowered"
    if len(set(moved.values())) == 1:
        return "raised" if set(moved.values()) == {True} else "lowered"
    # A bound became a figure, or the other way round; or both ends moved, apart or together.
    return "reset"


def _what(row: Row) -> Sequence[Any]:
    """Whom a figure counts, apart from where and when.

    An entry of a register is the same event or record by its id, also where its place or days are
    coded anew: then its number was raised or lowered, and is not another count.
    """
    names = (*columns(Scope), *COUNTED_BESIDE_THE_QUESTION)
    return [row[name] for name in names]


def _counted(row: Row) -> Sequence[Any]:
    """What the figure counts. The end of a counter's window moves without changing it."""
    moving = _END if row["measure"] in _COUNTERS else ()
    names = (*QUESTION_COLUMNS, *COUNTED_BESIDE_THE_QUESTION)
    return [row[name] for name in names if name not in moving]


def _numbers(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in NUMBERS}


def _record(
    between: tuple[str, str, str],
    key: tuple[str, str],
    was: Row | None,
    is_now: Row | None,
    change: str,
) -> Record:
    source, earlier, later = between
    record_id, of_record = key
    known = is_now or was
    assert known is not None
    return {
        "revision_id": revision_id(source, f"{record_id}#{of_record}", earlier, later),
        "source_id": source,
        "record_id": record_id,
        "metric": known["metric"],
        "from_release": earlier,
        "to_release": later,
        "change": change,
        **{f"{name}_from": was and was[name] for name in NUMBERS},
        **{f"{name}_to": is_now and is_now[name] for name in NUMBERS},
        "rests_on": short_hash(change, _as_read(was), _as_read(is_now)),
    }


def _as_read(row: Row | None) -> str:
    """Scope and numbers of a reading, as a decision on its change rests on them."""
    if row is None:
        return ""
    names = ("question_id", *COUNTED_BESIDE_THE_QUESTION, "qualifier", *NUMBERS)
    return json.dumps([row[name] for name in names], ensure_ascii=False)


def _stated(record: Record, later: Card, decided: Signed) -> str | None:
    """The source's reason, and that of a person with who and when; None where nobody gives one."""
    found = [later.reason(record["record_id"])]
    if decision := decided.get((record["revision_id"], record["rests_on"])):
        on = decision["on"].isoformat()
        found.append(f"{decision['reason']} ({decision['by']}, {on})")
    return "; ".join(reason for reason in found if reason) or None
