"""The least total that floors force, over whatever people may be counted in more than one of them.

Nothing here knows what a claim is: items have a least number and a matrix says which may share
people. The least total is the value of the linear program over atoms (sets of items that may all
share one person); its dual weighs the items so that no atom bears more than one, and those weights,
checked in whole numbers, are the proof of the total that is given back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, lcm
from typing import Final

import highspy
import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

_MOST_ATOMS: Final = 60_000
"""Beyond so many atoms one set of disjoint items stands for the program: a total that holds too."""
_LARGEST_DENOMINATOR: Final = 5_040
"""Weights at a vertex of the program are fractions of small numbers."""
_DEEPEST: Final = 200
"""Beyond so many nested splits what is left goes to the program whole."""
_MOST_NODES: Final = 2_000
"""Of the search for the fewest items; beyond, the set found by then is given."""


@dataclass(frozen=True)
class Packing:
    """A total that items force, and the weight of each item that binds it, by position."""

    weights: dict[int, Fraction]
    value: Fraction

    @property
    def total(self) -> int:
        """The total as a number of people: whole, so never less than the value rounded up."""
        return ceil(self.value)


@dataclass(frozen=True)
class Items:
    """Items to pack: how many each holds at least, which may share, and from when to when.

    Parameters
    ----------
    lows
        Least number of each; all over 0.
    share
        Symmetric: whether two items may share a person; true on the diagonal.
    first, last
        Days that stand for an item when atoms are looked for: items that may share have a day in
        common. Any wide enough days do; narrow ones make the search short.
    """

    lows: Sequence[int]
    share: Flags
    first: Numbers
    last: Numbers

    def take(self, chosen: Numbers) -> Items:
        """Some of the items, in the order of `chosen`."""
        return Items(
            [self.lows[i] for i in chosen],
            self.share[np.ix_(chosen, chosen)],
            self.first[chosen],
            self.last[chosen],
        )


def pack(items: Items) -> Packing:
    """The least total that the items force.

    Of two packings of one value the one of fewer items is given, then the one of earlier items.

    >>> share = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1]], dtype=bool)
    >>> day = np.zeros(3, dtype=np.int64)
    >>> pack(Items([600, 400, 376], share, day, day)).total
    776
    """
    if not items.lows:
        return Packing({}, Fraction(0))
    twins = _twins(items)
    found = _packed(items.take(twins), _DEEPEST)
    return Packing({int(twins[i]): w for i, w in sorted(found.weights.items())}, found.value)


def _twins(items: Items) -> Numbers:
    """Of the items that share with the very same others, the greatest: the others add nothing."""
    order = sorted(range(len(items.lows)), key=lambda i: (-items.lows[i], i))
    packed = np.packbits(items.share, axis=1)
    kept: dict[bytes, int] = {}
    for i in order:
        kept.setdefault(packed[i].tobytes(), i)
    return np.array(sorted(kept.values()), dtype=np.int64)


def _packed(items: Items, depth: int) -> Packing:
    """By taking apart what shares nothing, or everything; the program decides the rest."""
    steps, core = _peeled(items.share)
    found = _core(items, core, depth)
    weights, value = dict(found.weights), found.value
    for adds, positions in reversed(steps):
        if adds:
            weights |= dict.fromkeys(positions, Fraction(1))
            value += sum(items.lows[i] for i in positions)
        else:
            best = max(positions, key=lambda i: (items.lows[i], -i))
            if (items.lows[best], -1) >= (value, -len(weights)):
                weights, value = {best: Fraction(1)}, Fraction(items.lows[best])
    return Packing(weights, value)


def _peeled(share: Flags) -> tuple[list[tuple[bool, list[int]]], Numbers]:
    """Items that share with none of the others, or with all, taken off again and again.

    Whether each lot adds to the rest (or stands against it), outermost first; and what is left.
    """
    left = np.ones(len(share), dtype=bool)
    others = share.sum(axis=1, dtype=np.int64) - 1
    steps: list[tuple[bool, list[int]]] = []
    while count := int(left.sum()):
        alone = np.flatnonzero(left & (others == 0))
        off = alone if len(alone) else np.flatnonzero(left & (others == count - 1))
        if not len(off):
            break
        steps.append((len(alone) > 0, off.tolist()))
        left[off] = False
        others -= share[off].sum(axis=0, dtype=np.int64)
    return steps, np.flatnonzero(left)


def _core(items: Items, core: Numbers, depth: int) -> Packing:
    if not len(core):
        return Packing({}, Fraction(0))
    inner = items.take(core)
    if depth and len(parts := _components(inner.share)) > 1:
        found = [_within(_packed(inner.take(part), depth - 1), part) for part in parts]
        merged = Packing(
            {i: w for one in found for i, w in one.weights.items()},
            sum((one.value for one in found), Fraction(0)),
        )
    elif depth and len(parts := _components(~inner.share)) > 1:
        found = [_within(_packed(inner.take(part), depth - 1), part) for part in parts]
        merged = max(found, key=lambda one: (one.value, -len(one.weights), -min(one.weights)))
    else:
        merged = _solved(inner)
    return _within(merged, core)


def _within(found: Packing, positions: Numbers) -> Packing:
    return Packing({int(positions[i]): w for i, w in found.weights.items()}, found.value)


def _components(linked: Flags) -> list[Numbers]:
    """The positions that hang together, by the lowest of each."""
    found = []
    left = np.ones(len(linked), dtype=bool)
    while left.any():
        ahead = [int(np.argmax(left))]
        left[ahead[0]] = False
        mine = []
        while ahead:
            at = ahead.pop()
            mine.append(at)
            new = np.flatnonzero(linked[at] & left)
            left[new] = False
            ahead += new.tolist()
        found.append(np.array(sorted(mine), dtype=np.int64))
    return found


# The program


def _solved(items: Items) -> Packing:
    """The program over atoms, as its dual: the heaviest weights of which no atom bears over one."""
    atoms = _atoms(items)
    if atoms is None:
        chosen = _apart(items)
        return Packing(
            dict.fromkeys(chosen, Fraction(1)), Fraction(sum(items.lows[i] for i in chosen))
        )
    solver = _Solver()
    for low in items.lows:
        solver.addVar(0, highspy.kHighsInf)
        solver.changeColCost(solver.getNumCol() - 1, low)
    _add_atoms(solver, atoms)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS gave no optimum: {solver.getModelStatus()}")
    weights = _exact(list(solver.getSolution().col_value), atoms)
    value = sum((w * items.lows[i] for i, w in weights.items()), Fraction(0))
    return Packing(weights, value)


class _Solver(highspy.Highs):
    """HiGHS on one thread, saying nothing: standard output belongs to whoever asked."""

    def __init__(self) -> None:
        # Not Highs.__init__, which prints a banner when it sets up callbacks (HiGHS 1.16).
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)
        self.setOptionValue("threads", 1)


def _add_atoms(solver: _Solver, atoms: Sequence[Sequence[int]]) -> None:
    """One row an atom: what it bears is at most one."""
    starts = np.concatenate(([0], np.cumsum([len(atom) for atom in atoms])[:-1])).astype(np.int32)
    index = np.concatenate([np.asarray(atom, dtype=np.int32) for atom in atoms])
    solver.addRows(
        len(atoms),
        np.full(len(atoms), -highspy.kHighsInf),
        np.ones(len(atoms)),
        len(index),
        starts,
        index,
        np.ones(len(index)),
    )


def _exact(weights: Sequence[float], atoms: Sequence[Sequence[int]]) -> dict[int, Fraction]:
    """The solver's weights as fractions, made less where an atom would bear more than one."""
    exact = {
        i: Fraction(w).limit_denominator(_LARGEST_DENOMINATOR)
        for i, w in enumerate(weights)
        if w > 1 / (2 * _LARGEST_DENOMINATOR)
    }
    unit = lcm(*(w.denominator for w in exact.values()))
    if unit > 10**12:
        unit = 10**6
    # Rounded down to the unit, so that a wrong weight can only make the total less.
    shares = {i: w.numerator * unit // w.denominator for i, w in exact.items()}
    most = max((sum(shares.get(i, 0) for i in atom) for atom in atoms), default=0)
    return {i: Fraction(n, max(unit, most)) for i, n in shares.items() if n}


def _apart(items: Items) -> list[int]:
    """Items that pairwise share nobody, the greatest first."""
    chosen: list[int] = []
    for i in sorted(range(len(items.lows)), key=lambda i: (-items.lows[i], i)):
        if not items.share[i, chosen].any():
            chosen.append(i)
    return sorted(chosen)


# Atoms


def _atoms(items: Items) -> list[tuple[int, ...]] | None:
    """Sets of items that hold every set of which all pairs may share; None where too many.

    Items of which all pairs may share have a day in common, as every set of windows has of which
    all pairs meet, so that it is enough to look at one day after another.
    """
    found: dict[tuple[int, ...], None] = {}
    for active in _on_each_day(items.first, items.last):
        share = items.share[np.ix_(active, active)]
        lots = _alike(share)
        heads = np.array([lot[0] for lot in lots], dtype=np.int64)
        for clique in _cliques(share[np.ix_(heads, heads)]):
            members = [int(active[i]) for head in clique for i in lots[head]]
            found[tuple(sorted(members))] = None
            if len(found) > _MOST_ATOMS:
                return None
    return list(found)


def _on_each_day(first: Numbers, last: Numbers) -> Iterator[Numbers]:
    """The items of each day on which no more of them run than on a day beside it."""
    starts = np.unique(first)
    ends = np.sort(last)
    for day, following in pairwise((*starts.tolist(), None)):
        ended = np.searchsorted(ends, day)
        if following is None or np.searchsorted(ends, following) > ended:
            yield np.flatnonzero((first <= day) & (last >= day))


def _alike(share: Flags) -> list[list[int]]:
    """Items that share with one another and with the very same others."""
    packed = np.packbits(share, axis=1)
    found: dict[bytes, list[int]] = {}
    for i in range(len(share)):
        found.setdefault(packed[i].tobytes(), []).append(i)
    return list(found.values())


def _cliques(share: Flags) -> Iterator[list[int]]:
    """Every largest set of which all pairs share (Bron and Kerbosch 1973, with a pivot).

    Neighbours are kept as the bits of whole numbers.
    """
    others = share & ~np.eye(len(share), dtype=bool)
    near = [int.from_bytes(row.tobytes(), "little") for row in _bits(others)]
    ahead: list[tuple[list[int], int, int]] = [([], (1 << len(near)) - 1, 0)]
    while ahead:
        chosen, may, done = ahead.pop()
        if not may:
            if not done:
                yield chosen
            continue
        pivot = max(_ones(may | done), key=lambda i: (may & near[i]).bit_count())
        for i in _ones(may & ~near[pivot]):
            ahead.append(([*chosen, i], may & near[i], done & near[i]))
            may &= ~(1 << i)
            done |= 1 << i


def _bits(rows: Flags) -> npt.NDArray[np.uint8]:
    return np.packbits(rows, axis=1, bitorder="little")


def _ones(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


# The fewest items


def fewest_above(items: Items, most: int) -> list[int] | None:
    """The fewest items that pairwise share nobody and hold more than `most` together.

    None where no such items do. Without one of them the others hold no more than `most`.
    """
    found = _two_above(items, most) or _searched(items, most)
    return None if found is None else _needed(found, items.lows, most)


def _two_above(items: Items, most: int) -> list[int] | None:
    """The two that exceed it by most, if two do."""
    lows = np.array(items.lows, dtype=np.int64)
    sums = np.where(items.share, -1, lows[:, None] + lows[None, :])
    i, j = divmod(int(np.argmax(sums)), len(lows))
    return sorted((i, j)) if sums[i, j] > most else None


def _searched(items: Items, most: int) -> list[int] | None:
    atoms = _atoms(items)
    if atoms is None:
        return None
    solver = _Solver()
    solver.setOptionValue("mip_max_nodes", _MOST_NODES)
    count = len(items.lows)
    for _ in range(count):
        solver.addVar(0, 1)
        solver.changeColCost(solver.getNumCol() - 1, 1)
    everything = np.arange(count, dtype=np.int32)
    solver.changeColsIntegrality(
        count, everything, np.full(count, highspy.HighsVarType.kInteger, dtype=object)
    )
    _add_atoms(solver, atoms)
    solver.addRow(most + 1, highspy.kHighsInf, count, everything, np.array(items.lows, dtype=float))
    solver.run()
    chosen = [i for i, taken in enumerate(solver.getSolution().col_value) if taken > 0.5]
    held = sum(items.lows[i] for i in chosen)
    apart = not items.share[np.ix_(chosen, chosen)][~np.eye(len(chosen), dtype=bool)].any()
    return chosen if chosen and held > most and apart else None


def _needed(chosen: Sequence[int], lows: Sequence[int], most: int) -> list[int]:
    """Those without which the rest would not exceed it, the least dropped first."""
    left = list(chosen)
    for i in sorted(chosen, key=lambda i: (lows[i], -i)):
        if sum(lows[j] for j in left if j != i) > most:
            left.remove(i)
    return left
