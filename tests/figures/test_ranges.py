import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.figures.ranges import RULE_OF_QUALIFIER, committed, reading
from schemas import vocab

counts = st.integers(min_value=0, max_value=10**9)


@pytest.mark.parametrize(
    ("qualifier", "value", "low", "high", "expected"),
    [
        ("plain", 338, None, None, (None, 338, None, None, "plain")),
        ("about", 450_000, None, None, (None, 450_000, None, None, "about")),
        ("nearly", 900, None, None, (None, 900, None, None, "nearly")),
        ("at_least", 32, None, None, (32, None, None, "bound", "at_least:x")),
        ("more_than", 600, None, None, (601, None, None, "bound", "more_than:x+1")),
        ("at_most", 40, None, None, (None, None, 40, "bound", "at_most:x")),
        ("up_to", 40, None, None, (None, None, 40, "bound", "up_to:x")),
        ("less_than", 40, None, None, (None, None, 39, "bound", "less_than:x-1")),
        ("between", None, 10, 20, (10, None, 20, "stated", "between")),
        ("vague", None, 24, 99, (24, None, 99, "vague", "vague:band")),
        ("plain", 5, 3, 9, (3, 5, 9, "stated", "register:stated")),
        ("plain", 5, 7, 9, (None, 5, None, None, "range_inverted:best_only")),
        ("plain", 5, 3, 4, (None, 5, None, None, "range_inverted:best_only")),
        ("between", None, 20, 10, (None, None, None, None, "range_inverted:best_only")),
        ("between", None, 10, None, (10, None, None, "bound", "between:one_end")),
        ("less_than", 0, None, None, (None, None, None, None, "less_than:no_count")),
    ],
)
def test_words_commit_to_ends(qualifier, value, low, high, expected):
    made = committed(qualifier, value, low, high)
    assert (made.low, made.best, made.high, made.range_kind, made.rule_id) == expected


def test_a_statement_of_none_names_its_own_rule():
    made = committed("plain", 0, None, None, "none_reported")
    assert (made.low, made.best, made.high, made.rule_id) == (None, 0, None, "none_reported")


def test_every_qualifier_has_a_rule():
    assert RULE_OF_QUALIFIER.keys() == vocab.QUALIFIERS.keys()


@given(
    st.sampled_from(sorted(vocab.QUALIFIERS)),
    st.none() | counts,
    st.none() | counts,
    st.none() | counts,
)
def test_range_is_ordered_and_no_number_is_made_up(qualifier, value, low, high):
    two_ended = qualifier in ("between", "vague")
    made = committed(qualifier, None if two_ended else value or 0, low, high)
    given_numbers = [n for n in (made.low, made.best, made.high) if n is not None]
    assert given_numbers == sorted(given_numbers)
    printed = {value or 0, low, high}
    assert set(given_numbers) <= printed | {(value or 0) + 1, (value or 0) - 1}


@given(st.sampled_from(["at_least", "more_than"]), counts)
def test_lower_bounds_stay_open_above(qualifier, value):
    made = committed(qualifier, value, None, None)
    assert made.best is None
    assert made.high is None
    assert made.low is not None


@given(st.sampled_from(["at_most", "up_to", "less_than"]), counts)
def test_upper_bounds_stay_open_below(qualifier, value):
    made = committed(qualifier, value, None, None)
    assert made.low is None
    assert made.best is None


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        (600, "600", (550, 650)),
        (600, "more than 600", (550, 650)),
        (338, "338", (338, 338)),
        (0, "0", (0, 0)),
        (12_000_000, "12 million", (11_500_000, 12_500_000)),
        (1_200_000, "1.2 million", (1_150_000, 1_250_000)),
        (450_000, "450.000", (445_000, 455_000)),
        (120, "1200", (115, 125)),  # corrected: what was written no longer tells the digits
        (120, "no number", (115, 125)),
        (120, None, (115, 125)),
        (None, "dozens", (None, None)),
    ],
)
def test_reading_range_follows_the_printed_digits(value, written, expected):
    assert reading(value, written) == expected


@given(counts)
def test_reading_range_holds_the_value(value):
    low, high = reading(value, str(value))
    assert low is not None
    assert high is not None
    assert 0 <= low <= value <= high
