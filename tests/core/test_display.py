"""Numbers as they are shown: a derived range to its half-width, what was published as it is."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core import display
from pipelines.core.display import rounded


def test_its_example_runs() -> None:
    assert doctest.testmod(display).failed == 0


@pytest.mark.parametrize(
    ("given_range", "shown"),
    [
        ((281_417.2, 306_887.0, 338_020.9), (281_000, 307_000, 339_000)),
        ((97.3, 112.8, 237.7), (97, 113, 238)),
        ((2_401.0, 2_405.0, 2_409.0), (2_401, 2_405, 2_409)),
        ((None, None, 12.2), (None, None, 13)),
        ((601.0, None, None), (601, None, None)),
        ((0.0, 0.0, 0.0), (0, 0, 0)),
    ],
)
def test_a_range_is_shown_to_its_half_width(
    given_range: tuple[float | None, ...], shown: tuple[int | None, ...]
) -> None:
    low, best, high = given_range
    assert rounded(low, best, high) == shown


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_what_is_shown_holds_the_range_and_is_hardly_wider(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    least, _, most = rounded(low, None, high)
    assert least is not None and most is not None
    assert least <= low and high <= most
    assert (most - least) - (high - low) <= max(2.0, (high - low) / 10 + 1e-6)
