"""Windows against a reading of every concrete choice of days that their four days allow."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.verdict import ANY
from pipelines.core.windows import (
    LIMITLESS,
    NEVER,
    WINDOW_OF_MASK,
    WINDOWS,
    common_days,
    days_of,
    of_stock_days,
    of_window,
    unknown_weights,
    window_mask,
)

DAYS = st.integers(1, 6)


@st.composite
def four_days(draw):
    s, t = sorted((draw(DAYS), draw(DAYS)))
    e, f = sorted((draw(DAYS), draw(DAYS)))
    return (s, t, e, f) if s <= f else (e, f, s, t)


def choices(a, b):
    """Every pair of concrete windows; edges written alike on both sides are one day."""
    one_start, one_end = a[:2] == b[:2], a[2:] == b[2:]
    for s in range(a[0], a[1] + 1):
        for e in range(max(s, a[2]), a[3] + 1):
            for t in [s] if one_start else range(b[0], b[1] + 1):
                for f in [e] if one_end else range(max(t, b[2]), b[3] + 1):
                    if t <= f:
                        yield (s, e), (t, f)


def shared(one, other):
    return min(one[1], other[1]) - max(one[0], other[0]) + 1


HOLDS = {
    "equal": lambda x, y: x == y,
    "inside": lambda x, y: y[0] <= x[0] and x[1] <= y[1],
    "contains": lambda x, y: x[0] <= y[0] and y[1] <= x[1],
    "disjoint": lambda x, y: shared(x, y) < 1,
    "touching": lambda x, y: shared(x, y) <= 1,
    "overlaps": lambda x, y: (
        shared(x, y) > 1 and not HOLDS["inside"](x, y) and not HOLDS["contains"](x, y)
    ),
}


@given(four_days(), four_days())
def test_what_is_said_holds_of_every_choice_of_days(a, b):
    found = of_window(a, b).relation
    if found != "unknown":
        assert all(HOLDS[found](x, y) for x, y in choices(a, b))


@given(four_days(), four_days())
def test_exact_windows_are_never_unknown(a, b):
    (s, e), (t, f) = (sorted((a[0], a[3])), sorted((b[0], b[3])))
    assert of_window((s, s, e, e), (t, t, f, f)).relation != "unknown"


@given(four_days(), four_days())
def test_the_other_way_round_is_the_inverse(a, b):
    assert of_window(b, a).relation == of_window(a, b).inverse.relation
    assert of_stock_days(b, a).relation == of_stock_days(a, b).inverse.relation


@given(st.lists(st.tuples(four_days(), four_days()), min_size=1, max_size=30))
def test_arrays_say_what_single_windows_say(pairs):
    a, b = (tuple(np.array(side).T) for side in zip(*pairs, strict=True))
    masks = window_mask(a, b)
    weights, share = unknown_weights(a, b)
    for n, (one, other) in enumerate(pairs):
        word = WINDOWS[WINDOW_OF_MASK[masks[n]]]
        assert word == of_window(one, other).relation
        single, shares = unknown_weights(one, other)
        assert [w[n] for w in weights] == [int(w) for w in single]
        assert share[n] == shares


@given(four_days(), four_days())
def test_the_edge_named_is_one_that_matters(a, b):
    """Were every edge but it exact, the relation could still not be told."""
    found = of_window(a, b)
    if found.relation == "unknown":
        weights, _ = unknown_weights(a, b)
        assert max(weights) > 0


@pytest.mark.parametrize(
    ("b", "relation"),
    [
        ((1, 1, 9, 9), "equal"),
        ((1, 1, 10, 10), "inside"),
        ((2, 2, 9, 9), "contains"),
        ((3, 3, 12, 12), "overlaps"),
        ((9, 9, 12, 12), "touching"),
        ((10, 10, 12, 12), "disjoint"),
        ((9, 9, 9, 9), "contains"),
        ((0, 3, 9, 9), "unknown"),
        ((1, 1, NEVER, NEVER), "inside"),
        ((-NEVER, NEVER, 9, 9), "unknown"),
        ((-LIMITLESS, -LIMITLESS, LIMITLESS, LIMITLESS), "inside"),
        ((-LIMITLESS, -LIMITLESS, 8, 8), "overlaps"),
    ],
)
def test_windows_beside_the_first_to_the_ninth(b, relation):
    assert of_window((1, 1, 9, 9), b).relation == relation


def test_an_edge_written_alike_is_one_day():
    march = (60, 90)
    assert of_window((*march, 400, 400), (*march, 500, 500)).relation == "inside"


def test_an_edge_that_neither_states_is_not_one_day():
    open_start = (-NEVER, NEVER)
    found = of_window((*open_start, 400, 400), (*open_start, 500, 500))
    assert found.relation == "unknown"
    assert "first day" in found.would_settle


def test_the_unknown_names_the_edge_it_turns_on_and_not_a_looser_one():
    found = of_window((10, 12, 100, 100), (11, 11, 400, 900))
    assert found.relation == "unknown"
    assert found.would_settle.startswith("the first day of {a}: column period_start")
    assert found.reason.startswith("they share days")


def test_whether_they_share_a_day_turns_on_the_end_of_the_earlier():
    found = of_window((1, 1, 10, 20), (15, 15, 40, 40))
    assert found.would_settle.startswith("the last day of {a}: column period_end")
    assert "share" not in found.reason


@pytest.mark.parametrize(
    ("b", "relation"),
    [
        ((5, 5, 5, 5), "equal"),
        ((6, 6, 6, 6), "overlaps"),
        ((1, 9, 1, 9), "unknown"),
        ((-NEVER, NEVER, -NEVER, NEVER), "unknown"),
        ((-LIMITLESS, -LIMITLESS, LIMITLESS, LIMITLESS), "inside"),
        ((-LIMITLESS, -LIMITLESS, 4, 4), "disjoint"),
    ],
)
def test_stocks_beside_the_one_of_the_fifth(b, relation):
    assert of_stock_days((5, 5, 5, 5), b).relation == relation


def test_the_looser_day_of_two_stocks_is_named():
    found = of_stock_days((5, 5, 5, 5), (1, 9, 1, 9))
    assert found.would_settle.startswith("the day of {b}:")


def test_days_of_a_row():
    day = date(2016, 9, 19)
    row = dict.fromkeys(("start_earliest", "start_latest", "end_earliest", "end_latest"))
    assert days_of(row) == (-NEVER, NEVER, -NEVER, NEVER)
    row |= {"start_earliest": day, "start_latest": day}
    assert days_of(row) == (day.toordinal(), day.toordinal(), -NEVER, NEVER)
    assert days_of(row | {"end_earliest": ANY})[2:] == (LIMITLESS, LIMITLESS)
    assert days_of(dict.fromkeys(row, ANY)) == (-LIMITLESS, -LIMITLESS, LIMITLESS, LIMITLESS)


def test_common_days_are_those_of_both_where_none_is_shared():
    assert common_days((1, 1, 9, 9), (5, 5, 20, 20)) == (5, 9)
    assert common_days((1, 1, 3, 3), (5, 5, 20, 20)) == (1, 20)
