from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.figures.ranges import committed
from pipelines.figures.units import in_people, reading_in_people, stated_size

FAMILIES = {
    "metric": "idps",
    "measure": "stock",
    "unit": "households",
    "deaths_counted": None,
    "qualifier": "more_than",
    "value": 600,
    "value_as_written": "600",
}


def test_households_stay_households_without_a_stated_size(figures_of):
    for change in (
        {},
        {"household_size": 5.0},
        {"household_size_source": "census"},
        {"household_size": 0.0, "household_size_source": "census"},
    ):
        figure = figures_of(FAMILIES | change)["a"]
        assert (figure["unit"], figure["low"], figure["best"]) == ("households", 601, None)


def test_households_become_people_with_a_size_and_its_source(figures_of):
    figure = figures_of(FAMILIES | {"household_size": 5.0, "household_size_source": "census"})["a"]
    assert (figure["unit"], figure["low"], figure["best"], figure["high"]) == (
        "people",
        3005,
        None,
        None,
    )
    assert figure["rule_id"] == "more_than:x+1|households*5"
    assert (figure["reading_low"], figure["reading_high"]) == (2750, 3250)


def test_households_and_people_are_different_questions(figures_of):
    figures = figures_of(FAMILIES, FAMILIES | {"unit": "people"})
    assert figures["a"]["question_id"] != figures["b"]["question_id"]
    assert figures["b"]["repeat_of"] is None


def test_converted_households_ask_about_people(figures_of):
    size = {"household_size": 5.0, "household_size_source": "census"}
    figures = figures_of(FAMILIES | size, FAMILIES | {"unit": "people"})
    assert figures["a"]["question_id"] == figures["b"]["question_id"]
    assert figures["b"]["repeat_of"] is None  # 600 families are not 600 people


def test_homes_are_never_converted():
    assert stated_size("homes", 5.0, "census") is None


def test_ends_between_two_people_move_outward():
    made = in_people(committed("plain", 2, 1, 3), Decimal("4.3"))
    assert (made.low, made.best, made.high) == (4, 9, 13)


@given(
    st.tuples(*[st.integers(0, 10**7)] * 3).map(sorted),
    st.decimals("0.01", "40", places=2),
)
def test_conversion_keeps_the_order(numbers, size):
    low, best, high = numbers
    made = in_people(committed("plain", best, low, high), size)
    assert made.low is not None and made.best is not None and made.high is not None
    assert made.low <= made.best <= made.high
    read = reading_in_people(best, (low, high), size)
    assert read[0] is not None and read[1] is not None
    assert read[0] <= made.best <= read[1]


def test_a_missing_number_stays_missing():
    assert reading_in_people(None, (None, None), Decimal(5)) == (None, None)


@pytest.mark.parametrize("unit", ["people", "movements"])
def test_other_units_take_no_size(unit):
    assert stated_size(unit, 5.0, "census") is None
