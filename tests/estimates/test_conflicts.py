"""Claims that cannot all hold: pairs first, then the smallest set, and never by rounding alone."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from pipelines.estimates.conflicts import cannot_all_hold, under_assumption
from pipelines.estimates.floors import cap_of
from pipelines.estimates.held import hold

WINDOW = ("start_earliest", "start_latest", "end_earliest", "end_latest")
OPEN = {"best": None, "low": None, "high": None}
AT_MOST = OPEN | {"qualifier": "at_most", "range_kind": "bound", "high": 400}
ALEPPO, IDLIB, CITY = ({"place_id": place} for place in ("SY02", "SY07", "SY0200"))


def days(first, last):
    """A window from one day of September 2016 to another."""
    start, end = date(2016, 9, first), date(2016, 9, last)
    return dict(zip(WINDOW, (start, start, end, end), strict=True))


@pytest.fixture(scope="module")
def held_with(held_of, two_provinces):
    """Claims a, b, c ... that count, each as a good one but for its changes."""
    one = held_of({}, places=two_provinces)

    def make(*changes, seed=None):
        rows = []
        for name, change in zip("abcdefghijklmnopqrstuvwxyz", changes, strict=False):
            number = change.get("number", 338)
            numbers = dict.fromkeys(("value", "best", "reading_low", "reading_high"), number)
            named = {"claim_id": name, "record_id": name, "document_id": name}
            base = {**one.rows[0], **days(1, 30), "place_id": "SYR"}
            rows.append({**base, **named, **numbers, **change})
        if seed is not None:
            Random(seed).shuffle(rows)
        return hold(rows, one.facts, one.actors)

    return make


@pytest.fixture(scope="module")
def conflicts(held_with):
    """The claims of each conflict, in the order in which they are found."""

    def make(*changes):
        return [
            "".join(row["claim_id"] for row in found.claims)
            for found in cannot_all_hold(held_with(*changes))
        ]

    return make


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([AT_MOST, {"number": 500, **ALEPPO}], ["ab"]),
        ([AT_MOST, {"number": 400, **ALEPPO}], []),
        # Not inside: another month, a wider class of deaths, a place that is not known.
        ([AT_MOST | days(1, 9), {"number": 500}], []),
        ([AT_MOST, {"number": 500, "deaths_counted": "direct_and_indirect"}], []),
        ([AT_MOST, {"number": 500, "place_id": None}], []),
        ([AT_MOST, {"number": 500, "measure": "stock", "metric": "missing"}], []),
        # A plain number is no upper end.
        ([{"number": 300}, {"number": 500, **ALEPPO}], []),
        # Whatever the basis; a limited claim is inside its question.
        ([AT_MOST, {"number": 500, "basis": "judgement", "coverage": "two hospitals"}], ["ab"]),
        # The strongest basis first.
        (
            [AT_MOST, {"number": 900, "basis": "unstated"}, {"number": 500, "basis": "identified"}],
            ["ac", "ab"],
        ),
        # Its own parts are for another finding.
        ([AT_MOST, {"number": 500, "part_of": "a", "document_id": "a"}], []),
        # A repeat makes no conflict of its own.
        ([AT_MOST, {"number": 500}, {"number": 500, "repeat_of": "b", "counts": False}], ["ab"]),
        ([AT_MOST, AT_MOST | {"repeat_of": "a", "counts": False}, {"number": 500}], ["ac"]),
        # An entry bounds one event only.
        ([AT_MOST | {"entry_of": "events/1"}, {"number": 500}], []),
    ],
)
def test_pairs(conflicts, claims, expected):
    assert conflicts(*claims) == expected


def test_a_rounded_bound_contradicts_nothing_by_its_rounding(conflicts):
    """'At least 93,000' was said of 92,901."""
    rounded = OPEN | {"qualifier": "at_least", "low": 93_000, "reading_low": 92_500}
    exact = {"low": 92_901, "high": 92_901, "number": 92_901}
    assert conflicts(exact, rounded) == []
    assert conflicts(exact | {"high": 92_499}, rounded) == ["ab"]


SET = [
    AT_MOST,
    {"number": 150, **ALEPPO, **days(1, 15)},
    {"number": 140, **IDLIB},
    {"number": 130, **ALEPPO, **days(16, 30)},
]


def test_a_set_is_looked_for_only_where_no_pair_conflicts(conflicts):
    assert conflicts(*SET) == ["abcd"]
    assert conflicts(*SET, {"number": 500, **CITY, **days(1, 2)}) == ["ae"]
    assert conflicts(*SET[:-1]) == []


def test_the_smallest_set_is_given(conflicts):
    assert conflicts(*SET, {"number": 270, **ALEPPO}) == ["ace"]


def test_a_set_says_what_it_adds_up_to(held_with):
    (found,) = cannot_all_hold(held_with(*SET))
    assert found.size == 20
    assert "3 claims share nobody and add up to at least 420" in found.message
    assert found.severity == "warning"


def test_a_conflict_says_what_was_looked_at(held_with):
    (found,) = cannot_all_hold(held_with(AT_MOST, {"number": 500, **ALEPPO}))
    assert found.finding_type == "cannot_all_hold"
    assert (found.severity, found.size) == ("warning", 100)
    message = found.message
    order = ["our reading", "scope (", "date (", "definition (", "the figure ("]
    assert [message.index(word) for word in order] == sorted(map(message.index, order))
    assert "at least 500" in message
    assert "at most 400" in message
    assert message.endswith("As read here, both cannot hold.")
    assert found.would_settle


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ([AT_MOST | {"qualifier": "up_to"}, {"number": 500}], "'up to' only suggests"),
        (
            [AT_MOST, {**OPEN, "low": 2_000, "range_kind": "vague", "qualifier": "vague"}],
            "our own band",
        ),
    ],
)
def test_a_soft_end_makes_a_notice_that_says_so(held_with, claims, words):
    vague = {"value_low": 2_000, "value_high": 9_999, "value_as_written": "thousands"}
    (found,) = cannot_all_hold(held_with(*(claim | vague for claim in claims)))
    assert found.severity == "notice"
    assert words in found.message


@pytest.mark.parametrize("seed", range(5))
def test_order_never_matters(held_with, seed):
    claims = [*SET, {"number": 500}, AT_MOST | {"high": 600}, {"number": 700, **CITY}]
    assert [f.message for f in cannot_all_hold(held_with(*claims, seed=seed))] == [
        f.message for f in cannot_all_hold(held_with(*claims))
    ]


# Under a named assumption

MONTH = {"number": 1_228, "population": "civilians", "deaths_counted": "direct_and_indirect"}
PLANTED = {"number": 6_000, "population": "civilians", "territory": "rebel-held", **ALEPPO}
PLANTED |= days(19, 30)


@pytest.mark.parametrize("deaths", ["direct", "unstated"])
def test_the_planted_figure_conflicts_under_the_assumption_alone(held_with, deaths):
    held = held_with(MONTH, PLANTED | {"deaths_counted": deaths, "basis": "unstated"})
    assert not list(cannot_all_hold(held))
    (found,) = cannot_all_hold(held, [cap_of("a+30%", held)])
    assert [row["claim_id"] for row in found.claims] == ["a", "b"]
    assert "at most 1,596 under the assumption that a, 1,228 plus 30 %" in found.message
    assert "whether the assumption holds" in found.would_settle
    assert found.size == 6_000 - 1_596


def test_a_cap_bounds_sets_too(held_with):
    halves = [PLANTED | days(*window) | {"number": 900} for window in ((1, 14), (15, 30))]
    held = held_with(MONTH, *halves)
    (found,) = under_assumption(held, [cap_of("a+30%", held)])
    assert [row["claim_id"] for row in found.claims] == ["a", "b", "c"]
    assert not list(under_assumption(held, [cap_of("a+50%", held)]))


def test_beyond_the_budgets_the_upper_ends_of_the_fewest_claims_are_looked_at(held_with):
    """Of the country two claims lie inside the bound, of the city one."""
    held = held_with(AT_MOST, {"number": 500, **ALEPPO}, AT_MOST | CITY, {"number": 450, **CITY})
    for budgets, expected in (
        ({}, {"ab", "ad", "cd"}),
        ({"claims": 1}, {"cd"}),
        ({"pairs": 1}, {"cd"}),
        ({"claims": 0}, set()),
    ):
        found = cannot_all_hold(held, **budgets)
        assert {"".join(row["claim_id"] for row in one.claims) for one in found} == expected
