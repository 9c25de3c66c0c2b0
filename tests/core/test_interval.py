"""The range type: order, kinds and how an open end is said."""

from __future__ import annotations

import dataclasses

import pytest

from pipelines.core.interval import Interval
from schemas.vocab import RANGE_KINDS

GOOD = {"low": 4, "best": 5, "high": 9, "kind": "stated"}


def test_the_good_range_holds() -> None:
    interval = Interval(**GOOD)
    assert (interval.low, interval.best, interval.high, interval.kind) == (4, 5, 9, "stated")
    with pytest.raises(dataclasses.FrozenInstanceError):
        interval.low = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [{"low": 6}, {"low": 10, "best": None}, {"high": 4}, {"low": -1}, {"kind": "guess"}],
)
def test_one_thing_wrong_is_refused(change: dict) -> None:
    with pytest.raises(ValueError):
        Interval(**(GOOD | change))


def test_every_kind_of_the_vocabulary_is_known() -> None:
    for kind in (*RANGE_KINDS, None):
        Interval(1, None, None, kind)


@pytest.mark.parametrize(
    ("low", "best", "high", "words"),
    [
        (601, None, None, "601 or more"),
        (None, None, 40, "40 or fewer"),
        (500, None, 700, "500 to 700"),
        (4000, 5000, 9000, "5,000 (4,000 to 9,000)"),
        (4, 5, None, "5 (4 or more)"),
        (None, 5, None, "5"),
        (5, 5, 5, "5"),
        (5, None, 5, "5"),
        (None, None, None, "not known"),
        (0, None, None, "0 or more"),
    ],
)
def test_an_open_end_is_said_to_be_open(
    low: int | None, best: int | None, high: int | None, words: str
) -> None:
    assert Interval(low, best, high, None).display() == words
