"""Totals over groups of events, with what coders think of each, under two assumptions.

`independent`: every event errs on its own, so that errors cancel; by seeded draws. `full`: all
events of a group err together, each at the same quantile of its own distribution; exact.

Notes
-----
The i-th event of a group with a given type and reported number takes the i-th row of a stream of
random numbers that belongs to that type and number. So a group's total depends on the seed and on
its own events: not on the order of rows, on names, or on what other groups there are, and two
releases differ by what their events differ, not by chance. No two events of a group share a row:
inside a group the draws are independent. Between groups they are not; whoever wants the total of
two groups groups by what they have in common.

A stream is drawn once for all groups, as running sums over its events; each group reads its own off
at the number of such events that it has. Many events report the same number, so this is fast.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipelines.estimates.event_uncertainty import (
    Numbers,
    Parameters,
    from_exponential,
    mean,
    parameters,
    quantile,
    types_of,
)

QUANTILES: Final = {"q025": 0.025, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q975": 0.975}
"""The quantiles of a total, by column."""

DRAWS: Final = 1_000
SEED: Final = 20_260_213

Groups: TypeAlias = ArrayLike | pd.DataFrame | Mapping[str, ArrayLike]

_BLOCK: Final = 1 << 16
"""Random numbers drawn at once: half a megabyte, which a processor's cache holds."""

_SHARES: Final = 2
"""Threads that draw."""

_MATRIX: Final = 1 << 23
"""Most draws of totals that a thread holds at once: 64 MB."""

_RESULTS: Final = ("n_events", "n_without_best", "sum_best", "mean", *QUANTILES)


def totals(
    best: ArrayLike,
    type_of_violence: ArrayLike,
    groups: Groups,
    *,
    events: ArrayLike = 1,
    n_draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Total deaths of each group of events, under either assumption.

    Parameters
    ----------
    best : array_like
        UCDP's best figure of each event, deaths. An event without one (missing) is left out of the
        total and counted in `n_without_best`.
    type_of_violence : array_like
        As for `event_uncertainty.parameters`.
    groups : array_like, DataFrame or mapping of array_like
        What events are grouped by: one label each, or several columns. A missing label is one too.
    events : array_like of int
        How many like events each row stands for.
    n_draws, seed : int
        Of the draws for `independent`.

    Returns
    -------
    DataFrame
        Two rows a group, in the order of the groups: the columns of `groups` (or `group`),
        `dependence`, `n_events`, `n_without_best`, `sum_best`, `mean`, and those of `QUANTILES`,
        in deaths. All are exact but the quantiles of `independent` groups of several events, which
        are the least draw that the probability reaches. No quantile is below 0.

    Raises
    ------
    ValueError
        Where a number or a type is none, `events` or `n_draws` is below 1, lengths differ, or a
        column of `groups` has the name of one of the result.

    Examples
    --------
    >>> made = totals([100, 1, 1, 5], [1, 3, 3, 3], ["north", "south", "south", "south"])
    >>> made[["group", "dependence", "sum_best", "mean", "q025", "q975"]].round(1)
       group   dependence  sum_best   mean  q025   q975
    0  north  independent     100.0  131.4  97.3  237.7
    1  north         full     100.0  131.4  97.3  237.7
    2  south  independent       7.0   11.8   7.0   20.2
    3  south         full       7.0   11.8   7.0   25.2
    """
    if n_draws < 1:
        raise ValueError(f"n_draws is at least 1, not {n_draws}")
    labels = _labels(groups)
    rows = _rows(best, type_of_violence, events, len(labels))
    rows["group"] = labels.groupby(list(labels), dropna=False).ngroup()
    first = rows["group"].drop_duplicates().sort_values().index
    cells = _cells(rows)
    made = labels.loc[first].reset_index(drop=True)
    made["n_events"] = _per_group(cells.events, cells.group, len(made)).astype(np.int64)
    unknown = rows[rows["best"].isna()]
    made["n_without_best"] = _per_group(unknown["events"], unknown["group"], len(made)).astype(int)
    for name, values in _exact(cells, len(made)).items():
        made[name] = np.where(made["n_events"] > 0, values, np.nan)
    drawn = made.copy()
    several = np.flatnonzero(made["n_events"] > 1)
    drawn.loc[several, list(QUANTILES)] = _drawn(cells, several, n_draws, seed)
    both = pd.concat([drawn, made], keys=["independent", "full"], names=["dependence", "row"])
    both = both.reset_index("dependence").sort_index(kind="stable").reset_index(drop=True)
    both[list(QUANTILES)] = both[list(QUANTILES)].clip(lower=0.0)
    return both[[*labels, "dependence", *_RESULTS]]


class _Cells(NamedTuple):
    """Events of one type, reported number and group, and how many: by type, number, how many."""

    type: NDArray[np.object_]
    best: Numbers
    events: NDArray[np.int64]
    group: NDArray[np.int64]

    def at(self, which: Any) -> _Cells:
        """Some of them, in their order."""
        return _Cells(*(column[which] for column in self))


def _labels(groups: Groups) -> pd.DataFrame:
    columns = groups if isinstance(groups, (pd.DataFrame, Mapping)) else {"group": groups}
    if taken := {"dependence", *_RESULTS} & set(columns):
        raise ValueError(f"a column of the result has the name {', '.join(sorted(taken))}")
    return pd.DataFrame({name: np.asarray(values) for name, values in columns.items()})


def _rows(
    best: ArrayLike, type_of_violence: ArrayLike, events: ArrayLike, length: int
) -> pd.DataFrame:
    given = {
        "type": np.asarray(types_of(type_of_violence), dtype=object),
        "best": np.asarray(best, dtype=float) + 0.0,  # -0.0 is 0.0, also in the seed
        "events": np.asarray(events, dtype=np.int64),
    }
    for name, one in given.items():
        if one.shape not in ((), (length,)):
            raise ValueError(f"{name} has the shape {one.shape}, for {length} rows of groups")
    rows = pd.DataFrame({name: np.broadcast_to(one, length) for name, one in given.items()})
    if (rows["events"] < 1).any():
        raise ValueError("events says how many events a row stands for: 1 or more")
    return rows


def _cells(rows: pd.DataFrame) -> _Cells:
    """The rows that have a best figure, brought together."""
    by = rows.dropna(subset="best").groupby(["type", "best", "group"], as_index=False, sort=False)
    cells = by.agg({"events": "sum"}).sort_values(["type", "best", "events", "group"])
    return _Cells(*(cells[name].to_numpy() for name in _Cells._fields))


def _per_group(values: ArrayLike, group: ArrayLike, n_groups: int) -> Numbers:
    weights = np.asarray(values, dtype=float)
    return np.bincount(np.asarray(group, dtype=np.intp), weights, n_groups).astype(float)


def _exact(cells: _Cells, n_groups: int) -> dict[str, Numbers]:
    """What needs no draws, by column: sums over events of their best, mean and quantiles."""
    of_one = {"sum_best": cells.best, "mean": mean(cells.best, cells.type)} | {
        name: quantile(p, cells.best, cells.type) for name, p in QUANTILES.items()
    }
    return {
        name: _per_group(values * cells.events, cells.group, n_groups)
        for name, values in of_one.items()
    }


def _drawn(cells: _Cells, groups: NDArray[np.intp], n_draws: int, seed: int) -> Numbers:
    """The quantiles of the totals of some groups, events independent: a row each."""
    found = np.empty((len(groups), len(QUANTILES)))
    ranks = [max(math.ceil(p * n_draws - 1e-9), 1) - 1 for p in QUANTILES.values()]
    place = np.full(int(cells.group.max(initial=-1)) + 1, -1)
    most = max(_MATRIX // n_draws, 1)
    for start in range(0, len(groups), most):
        some = groups[start : start + most]
        place[:] = -1
        place[some] = np.arange(len(some))
        mine = cells.at(place[cells.group] >= 0)
        sums = _draws_of_totals(mine._replace(group=place[mine.group]), len(some), n_draws, seed)
        sums.sort(axis=1)
        found[start : start + most] = sums[:, ranks]
    return found


def _draws_of_totals(cells: _Cells, n_groups: int, n_draws: int, seed: int) -> Numbers:
    """Draws of the total of each group: a row a group.

    Two threads take a share of the kinds each. Which is whose does not depend on the machine, so
    that sums are added in the same order everywhere.
    """
    given = parameters(cells.best, cells.type)
    another = (cells.type[1:] != cells.type[:-1]) | (cells.best[1:] != cells.best[:-1])
    bounds = [0, *(np.flatnonzero(another) + 1).tolist(), len(cells.best)]
    shares: list[list[tuple[int, int]]] = [[] for _ in range(_SHARES)]
    drawn = [0] * _SHARES
    for first, last in pairwise(bounds):
        least = drawn.index(min(drawn))
        shares[least].append((first, last))
        drawn[least] += int(cells.events[last - 1])

    def added(share: list[tuple[int, int]]) -> Numbers:
        sums = np.zeros((n_groups, n_draws))
        for first, last in share:
            events, group = cells.events[first:last], cells.group[first:last]
            kind = _Kind(cells.type[first], cells.best[first], given.at(first), int(events[-1]))
            for before, block in _running_sums(kind, n_draws, seed):
                here = slice(*np.searchsorted(events, [before + 1, before + len(block) + 1]))
                for row, many in zip(group[here], events[here], strict=True):
                    sums[row] += block[many - before - 1]
        return sums

    with ThreadPoolExecutor(_SHARES) as pool:
        made, *others = pool.map(added, shares)
    for other in others:
        made += other
    return made


class _Kind(NamedTuple):
    """Events of one type and reported number, and the most of them that a group has."""

    type: str
    best: float
    parameters: Parameters
    most: int


def _running_sums(kind: _Kind, n_draws: int, seed: int) -> Iterator[tuple[int, Numbers]]:
    """Sums over the first event of the kind, the first two, and so on: a row each, in blocks.

    Each block comes with the number of events before it.
    """
    key = (seed, int.from_bytes(kind.type.encode(), "big"), int(np.float64(kind.best).view("u8")))
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))
    so_far, before = np.zeros(n_draws), 0
    while before < kind.most:
        rows = min(max(_BLOCK // n_draws, 1), kind.most - before)
        exponential = generator.standard_exponential((rows, n_draws))
        block = from_exponential(exponential, kind.best, kind.parameters)
        block[0] += so_far
        for row in range(1, rows):  # as np.cumsum along the rows, which is slower
            block[row] += block[row - 1]
        yield before, block
        so_far, before = block[-1], before + rows
