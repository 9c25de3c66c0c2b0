"""Findings of claims that cannot all hold: what must be at least exceeds what can be at most.

A claim's upper end, or an estimate that the asker names, bounds everything inside its scope. Claims
inside are looked at one by one first; only where none exceeds the bound, the smallest set of them
that does so together. A plain number is no upper end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipelines.core.likeness import publication_order
from pipelines.estimates.budget import CLAIMS_LOOKED_AT, PAIRS_BOUNDED, affordable
from pipelines.estimates.extent import least
from pipelines.estimates.floors import LOWER_BOUNDS, Cap, smallest_exceeding
from pipelines.estimates.found import Found, strength
from pipelines.estimates.held import Held
from pipelines.estimates.partitions import adds_into
from pipelines.estimates.questions import window_in_words
from pipelines.estimates.wording import bases, looked_at, people, said, scope_in_words

Row = Mapping[str, Any]
Flags = npt.NDArray[np.bool_]

_SETTLES: Final = (
    "Whether we read these numbers and scopes as printed; then the sources' own words on whom, "
    "where and when each counts."
)
_SETTLES_ASSUMED: Final = (
    "Whether we read these numbers and scopes as printed; then whether the assumption holds, and "
    "the sources' own words on whom, where and when each counts."
)


@dataclass(frozen=True)
class _Limit:
    """What can be at most in the scope of a claim."""

    row: Row
    high: int
    assumption: str | None = None

    @property
    def said(self) -> str:
        """The claim, and what it can be at most."""
        taken = f" under the assumption {self.assumption}" if self.assumption else ""
        return f"{said(self.row)} is at most {people(self.high)}{taken}"

    @property
    def is_soft(self) -> bool:
        """Whether its words only suggest the upper end, or the end is that of our vague band."""
        if self.assumption is not None:
            return False
        return bool(self.row["qualifier"] == "up_to" or self.row["range_kind"] == "vague")


def cannot_all_hold(
    held: Held,
    caps: Sequence[Cap] = (),
    *,
    claims: int = CLAIMS_LOOKED_AT,
    pairs: int = PAIRS_BOUNDED,
) -> Iterator[Found]:
    """Claims inside the scope of another that force more than it can be.

    Parameters
    ----------
    held
        Claims that count or repeat.
    caps
        Estimates that the asker names as ceilings of their own scopes.
    claims, pairs
        How many claims inside, and pairs of them, may be looked at over all upper ends.

    Yields
    ------
    Found
        The bounding claim first. Pairs, the strongest basis first; one set where no pair conflicts.
        A repeat of a claim in a conflict makes no conflict of its own.

    Notes
    -----
    The two budgets are there so that a build of any size ends. Upper ends with the fewest claims
    inside come first; those that everything inside together does not exceed cost nothing. Beyond
    the budgets nothing is looked for (docs/limits.md). Named ceilings are always looked at.
    """
    limits = [
        _Limit(row, row["high"])
        for row in sorted(held.rows, key=_originals_first)
        # An entry's upper end bounds one event, not everything in its place and window.
        if row["high"] is not None and row["entry_of"] is None
    ]
    yield from sorted(_conflicts(_looked_at(limits, held, claims, pairs), held), key=_order)
    yield from under_assumption(held, caps)


def under_assumption(held: Held, caps: Sequence[Cap]) -> Iterator[Found]:
    """The conflicts with named ceilings alone, in the same order."""
    limits = [_Limit(cap.scope, cap.high, cap.statement) for cap in caps]
    yield from sorted(_conflicts(limits, held), key=_order)


def _originals_first(row: Row) -> tuple[bool, Any]:
    return row["repeat_of"] is not None, publication_order(row)


def _order(found: Found) -> tuple[Any, ...]:
    return (*strength(found.claims), *(row["claim_id"] for row in found.claims))


def _looked_at(limits: Sequence[_Limit], held: Held, claims: int, pairs: int) -> list[_Limit]:
    """Those that the claims inside may exceed together, as far as the budgets are enough."""
    at_least = np.array([_at_least(row) for row in held.rows], dtype=np.int64)
    forces = at_least > 0
    found, sizes = [], []
    for limit in limits:
        near = held.scopes.perhaps_within(limit.row, forces)
        if at_least[near].sum() > limit.high:
            found.append(limit)
            sizes.append(len(near))
    chosen = affordable(sizes, claims) & affordable([size**2 for size in sizes], pairs)
    return list(compress(found, chosen))


def _conflicts(limits: Sequence[_Limit], held: Held) -> Iterator[Found]:
    raised: set[tuple[str | None, str]] = set()
    forces = np.array([_at_least(row) > 0 for row in held.rows], dtype=bool)
    for limit in limits:
        within = sorted(_bounded(limit.row, held, forces), key=_originals_first)
        lows = [_at_least(row) for row in within]
        exceeding = [(row, low) for row, low in zip(within, lows, strict=True) if low > limit.high]
        for row, low in exceeding:
            pair = (limit.assumption, f"{_original(limit.row)} {_original(row)}")
            if pair not in raised:
                raised.add(pair)
                yield _pair(limit, row, low, held)
        if exceeding or sum(lows) <= limit.high:
            continue
        if forced := smallest_exceeding(within, lows, limit.high, held):
            total, chosen = forced
            rows = [within[i] for i in chosen]
            names = " ".join(sorted(_original(row) for row in rows))
            together = (limit.assumption, f"{_original(limit.row)} {names}")
            if together not in raised:
                raised.add(together)
                yield _together(limit, rows, total, held)


def _original(row: Row) -> str:
    return str(row["repeat_of"] or row["claim_id"])


def _bounded(whole: Row, held: Held, forces: Flags) -> Iterator[Row]:
    """Of the claims that force somebody, those that the whole's upper end bounds.

    Without the parts that its own document gives of it: those are `parts_differ`.
    """
    for row in (held.rows[at] for at in held.scopes.within(whole, forces)):
        is_part = row["part_of"] == whole["claim_id"] and adds_into(row, whole)
        if row["claim_id"] != whole["claim_id"] and not is_part:
            yield row


def _at_least(row: Row) -> int:
    """What must be at least; of a printed lower end, what its digits could be rounded from.

    "At least 93,000" was said of 92,901: a rounded bound contradicts nothing by its rounding.
    """
    low = least(row) or 0
    if row["qualifier"] in LOWER_BOUNDS and row["reading_low"] is not None:
        return min(low, int(row["reading_low"]))
    return low


# Words


def _pair(limit: _Limit, row: Row, low: int, held: Held) -> Found:
    return Found(
        "cannot_all_hold",
        _severity(limit, [row]),
        (limit.row, row),
        f"{said(row)} is at least {people(low)}, and {limit.said}. "
        f"{_seen(limit, [row], low, held)} As read here, both cannot hold.{_softly(limit, [row])}",
        _SETTLES if limit.assumption is None else _SETTLES_ASSUMED,
        low - limit.high,
    )


def _together(limit: _Limit, rows: Sequence[Row], total: int, held: Held) -> Found:
    apart = all(held.are_apart(a, b) for n, a in enumerate(rows) for b in rows[:n])
    how = "share nobody and add up to" if apart else "share some people and force together"
    listed = "; ".join(said(row) for row in rows)
    return Found(
        "cannot_all_hold",
        _severity(limit, rows),
        (limit.row, *rows),
        f"{len(rows)} claims {how} at least {people(total)}, and {limit.said}. The claims: "
        f"{listed}. {_seen(limit, rows, total, held)} As read here, they cannot all hold, though "
        f"each can alone.{_softly(limit, rows)}",
        _SETTLES if limit.assumption is None else _SETTLES_ASSUMED,
        total - limit.high,
    )


def _seen(limit: _Limit, rows: Sequence[Row], low: int, held: Held) -> str:
    scopes = "; ".join(scope_in_words(row, held) for row in rows)
    windows = "; ".join(dict.fromkeys(window_in_words(row) for row in rows))
    return looked_at(
        (limit.row, *rows),
        scope=f"{scopes}; within: {scope_in_words(limit.row, held)}",
        date=f"{windows}; within: {window_in_words(limit.row)}",
        definition=bases(limit.row, *rows),
        figure=f"at least {people(low)} as printed and rounded, at most {people(limit.high)}",
    )


def _is_vague(rows: Sequence[Row]) -> bool:
    return any(row["range_kind"] == "vague" for row in rows)


def _severity(limit: _Limit, rows: Sequence[Row]) -> str:
    return "notice" if limit.is_soft or _is_vague(rows) else "warning"


def _softly(limit: _Limit, rows: Sequence[Row]) -> str:
    """What makes the conflict less than sharp."""
    found = []
    if limit.assumption is None and limit.row["qualifier"] == "up_to":
        found.append("'up to' only suggests an upper end")
    if _is_vague([limit.row, *rows]):
        found.append("the ends of a vague word are those of our own band")
    return f" Not sharp: {'; '.join(found)}." if found else ""
