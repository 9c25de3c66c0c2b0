"""What moved in the totals that people quote: of a register, between two states of it.

Two releases of ours, or a register's newest release beside the one before it in one release of
ours; largest first, and counts of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

import duckdb

from schemas.estimates import ALIKE_IN_TOTAL
from schemas.rules import quoted

Row = dict[str, Any]

SHOWN: Final = 10
"""How many of a register's totals are told one by one."""

_SCOPE: Final = (*ALIKE_IN_TOTAL, "place_id", "place_role", "year")
_REGISTER: Final = "replace(entry_of, '/' || release, '')"
_ON_DAY: Final = "CASE WHEN measure <> 'flow' THEN last_day END"


def moved_totals(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> list[Row]:
    """Totals of registers that differ, by register; those over all places first, the largest first.

    Parameters
    ----------
    connection
        Where both can be read.
    old, new
        What to select totals from: columns of `schemas.estimates.RegisterTotals`, of each register
        one release or edition of a scope.

    Returns
    -------
    list of dict
        ``register``, the columns of the scope, ``from_release`` and ``to_release`` (with the
        edition, where both sides are of one release), the best sums ``old`` and ``new`` (the low
        where there is no best; None where there is no such total) and how much it ``rose``.
    """
    scope = ", ".join(map(quoted, _SCOPE))
    side = (
        f"SELECT {_REGISTER} AS register, {scope}, {_ON_DAY} AS on_day, "
        "release, release || coalesce('@' || CAST(CAST(edition AS DATE) AS VARCHAR), '') AS named, "
        "coalesce(sum_best, sum_low) AS number FROM {}"
    )
    keys = ("register", *_SCOPE, "on_day")
    same = " AND ".join(f"o.{quoted(key)} IS NOT DISTINCT FROM n.{quoted(key)}" for key in keys)
    shown = ", ".join(
        f"coalesce(o.{quoted(key)}, n.{quoted(key)}) AS {quoted(key)}" for key in keys
    )
    cursor = connection.execute(
        f"""WITH both_sides AS (
            SELECT o.release FROM {old} AS o
            INTERSECT SELECT n.release FROM {new} AS n
        )
        FROM (
            SELECT {shown},
                CASE WHEN o.release IN (FROM both_sides) THEN o.named ELSE o.release END
                    AS from_release,
                CASE WHEN n.release IN (FROM both_sides) THEN n.named ELSE n.release END
                    AS to_release,
                o.number AS old, n.number AS new, n.number - o.number AS rose
            FROM ({side.format(old)}) AS o FULL JOIN ({side.format(new)}) AS n ON {same}
            WHERE o.number IS DISTINCT FROM n.number
        )
        ORDER BY register, place_id IS NOT NULL,
            abs(coalesce(new, 0) - coalesce(old, 0)) DESC,
            {", ".join(map(quoted, keys))}"""
    )
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def moved_in_release(connection: duckdb.DuckDBPyConnection, schema: str = "marts") -> list[Row]:
    """What moved from the release or edition before to the newest of each register that is held.

    Where the newest covers a part only, totals of the other part stand as they were, and the two
    totals over all places are not of one scope.
    """
    totals = f"{schema}.register_totals"
    ranked = (
        f"SELECT *, dense_rank() OVER (PARTITION BY {_REGISTER} "
        f"ORDER BY release DESC, edition DESC) AS back FROM {totals}"
    )
    several = (
        f"SELECT {_REGISTER} FROM {totals} GROUP BY ALL "
        "HAVING count(DISTINCT (release, edition)) > 1"
    )
    in_part = f"SELECT {_REGISTER} FROM ({ranked}) WHERE back = 2 AND stands"
    old, new = (
        f"(FROM ({ranked}) WHERE back = {back} AND {_REGISTER} IN ({several}) AND {compared} "
        f"AND (place_id IS NOT NULL OR {_REGISTER} NOT IN ({in_part})))"
        for back, compared in ((2, "NOT stands"), (1, "true"))
    )
    return moved_totals(connection, old, new)


def as_lines(moved: Iterable[Row], most: int = SHOWN) -> list[str]:
    """For a person: of each register how many totals rose and fell, and the largest of them."""
    lines = []
    for register, rows in groupby(moved, key=lambda row: str(row["register"])):
        of_register = list(rows)
        lines.append(f"totals of {register}: {_counts(of_register)}")
        lines += [f"  {_line(row)}" for row in of_register[:most]]
        if len(of_register) > most:
            lines.append(f"  and {len(of_register) - most:,} more")
    return lines


def _counts(rows: Sequence[Row]) -> str:
    kinds = {"rose": 0, "fell": 0, "new": 0, "gone": 0}
    for row in rows:
        if row["old"] is None or row["new"] is None:
            kinds["new" if row["old"] is None else "gone"] += 1
        else:
            kinds["rose" if row["new"] > row["old"] else "fell"] += 1
    return ", ".join(f"{n:,} {kind}" for kind, n in kinds.items() if n)


def _line(row: Row) -> str:
    whom = "" if row["population"] == "all" else f" {row['population']}"
    place = row["place_id"] or "all places"
    when = str(row["year"] if row["on_day"] is None else row["on_day"])
    limits = f", {row['restriction']}" if row["restriction"] else ""
    said = f"{row['metric']}{whom}, {place}{_role(row)}, {when}{limits}: "
    if row["old"] is None:
        return f"{said}{row['new']:,} is new in {row['to_release']}"
    if row["new"] is None:
        return f"{said}{row['old']:,} of {row['from_release']} is gone"
    return (
        f"{said}{row['old']:,} -> {row['new']:,} ({row['rose']:+,}; "
        f"{row['from_release']} -> {row['to_release']})"
    )


def _role(row: Row) -> str:
    return " (from there)" if row["place_role"] == "came_from" else ""
