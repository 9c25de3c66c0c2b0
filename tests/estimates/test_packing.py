"""The least total that items force: worked examples, and an exact solver of another kind."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.estimates.packing import Items, fewest_above, pack


def items(lows, sharing):
    """Items that share in the pairs named; one day stands for all."""
    share = np.eye(len(lows), dtype=bool)
    for a, b in sharing:
        share[a, b] = share[b, a] = True
    day = np.zeros(len(lows), dtype=np.int64)
    return Items(lows, share, day, day)


def ring(count):
    return [(i, (i + 1) % count) for i in range(count)]


@pytest.mark.parametrize(
    ("lows", "sharing", "total"),
    [
        ([], [], 0),
        ([7], [], 7),
        ([600, 376], [(0, 1)], 600),
        ([600, 376], [], 976),
        ([600, 400, 376], [(0, 1), (0, 2)], 776),
        ([1000, 400, 376], [(0, 1), (0, 2)], 1000),
        # A chain: the ends share nobody, the middle shares with both.
        ([3, 5, 3], [(0, 1), (1, 2)], 6),
        ([3, 7, 3], [(0, 1), (1, 2)], 7),
        # A path of four cannot be taken apart, and the program gives the two best that are apart.
        ([4, 5, 5, 4], [(0, 1), (1, 2), (2, 3)], 9),
        ([4, 9, 5, 6], [(0, 1), (1, 2), (2, 3)], 15),
    ],
)
def test_worked_totals(lows, sharing, total):
    found = pack(items(lows, sharing))
    assert found.total == total
    assert sum((w * lows[i] for i, w in found.weights.items()), Fraction(0)) == found.value


def test_a_ring_of_five_forces_more_than_any_two_that_are_apart():
    """Every person is in two neighbours at most, so 5 x 10 counts are at least 25 people."""
    found = pack(items([10] * 5, ring(5)))
    assert found.value == 25
    assert set(found.weights.values()) == {Fraction(1, 2)}
    assert pack(items([1] * 5, ring(5))).total == 3


def test_of_equal_totals_the_fewer_items_bind():
    assert set(pack(items([10, 6, 4], [(0, 1), (0, 2)])).weights) == {0}


def test_a_long_chain_of_counters_and_days_is_no_deep_recursion():
    """Day n is apart from every earlier counter, and inside counter n and all later ones."""
    days = 1_200
    lows, share = [], np.eye(2 * days, dtype=bool)
    for n in range(days):
        lows += [2, 3 * n + 1]
        share[2 * n, 2 * n + 1 :: 2] = share[2 * n + 1 :: 2, 2 * n] = True
        share[2 * n + 1, 1::2] = True
    day = np.zeros(2 * days, dtype=np.int64)
    assert pack(Items(lows, share, day, day)).total == 3 * (days - 1) + 1


@st.composite
def small(draw, most=5):
    count = draw(st.integers(1, most))
    lows = draw(st.lists(st.integers(1, 12), min_size=count, max_size=count))
    sharing = [pair for pair in combinations(range(count), 2) if draw(st.booleans())]
    return lows, sharing


@given(small())
def test_the_total_is_that_of_an_exact_solver(drawn):
    lows, sharing = drawn
    given_items = items(lows, sharing)
    found = pack(given_items)
    assert found.value == by_corners(lows, cliques(given_items.share))


@given(small(7))
def test_the_weights_prove_the_total(drawn):
    lows, sharing = drawn
    given_items = items(lows, sharing)
    found = pack(given_items)
    assert all(
        sum((found.weights.get(i, Fraction(0)) for i in clique), Fraction(0)) <= 1
        for clique in cliques(given_items.share)
    )
    assert max(lows) <= found.total <= sum(lows)


@given(small(7))
def test_windows_change_nothing(drawn):
    """Items on a line of days: looked for day by day, or as if all ran on every day."""
    lows, _ = drawn
    first = np.array([(i * 7 + low) % 5 for i, low in enumerate(lows)], dtype=np.int64)
    last = first + np.array([low % 4 for low in lows], dtype=np.int64)
    share = (first[:, None] <= last) & (first <= last[:, None])
    day = np.zeros(len(lows), dtype=np.int64)
    assert pack(Items(lows, share, first, last)).value == pack(Items(lows, share, day, day)).value


@settings(max_examples=60)
@given(small(), st.integers(0, 40))
def test_the_fewest_items_that_exceed_a_number(drawn, most):
    lows, sharing = drawn
    given_items = items(lows, sharing)
    found = fewest_above(given_items, most)
    sets = [
        chosen
        for size in range(1, len(lows) + 1)
        for chosen in combinations(range(len(lows)), size)
        if not any(given_items.share[a, b] for a, b in combinations(chosen, 2))
        and sum(lows[i] for i in chosen) > most
    ]
    if max(lows) > most:
        return  # One item alone: a pair with the bound, which is looked for before.
    if not sets:
        assert found is None
        return
    assert len(found) == len(sets[0])
    assert tuple(found) in sets
    assert all(sum(lows[j] for j in found if j != i) <= most for i in found)


# An exact solver of another kind


def cliques(share):
    count = len(share)
    return [
        chosen
        for size in range(1, count + 1)
        for chosen in combinations(range(count), size)
        if all(share[a, b] for a, b in combinations(chosen, 2))
    ]


def by_corners(lows, sets):
    """The program's value over all corners of what its constraints allow, in fractions."""
    count = len(lows)
    largest = [s for s in sets if not any(set(s) < set(other) for other in sets)]
    rows = [([Fraction(i in s) for i in range(count)], Fraction(1)) for s in largest]
    rows += [([Fraction(-(i == j)) for i in range(count)], Fraction(0)) for j in range(count)]
    best = Fraction(0)
    for tight in combinations(rows, count):
        at = solved([[*row, right] for row, right in tight])
        if at and all(sum(a * x for a, x in zip(r, at, strict=True)) <= b for r, b in rows):
            best = max(best, sum((low * x for low, x in zip(lows, at, strict=True)), Fraction(0)))
    return best


def solved(rows):
    """The one solution of as many equations as unknowns; None where there is not one."""
    count = len(rows)
    for n in range(count):
        pivot = next((r for r in range(n, count) if rows[r][n]), None)
        if pivot is None:
            return None
        rows[n], rows[pivot] = rows[pivot], rows[n]
        rows[n] = [x / rows[n][n] for x in rows[n]]
        for r in range(count):
            if r != n and rows[r][n]:
                rows[r] = [x - rows[r][n] * y for x, y in zip(rows[r], rows[n], strict=True)]
    return [row[-1] for row in rows]


def test_the_order_of_items_changes_no_total():
    lows = [4, 9, 5, 6]
    totals = {
        pack(
            items(
                [lows[i] for i in order],
                [(order.index(a), order.index(b)) for a, b in ((0, 1), (1, 2), (2, 3))],
            )
        ).total
        for order in permutations(range(4))
    }
    assert totals == {15}
